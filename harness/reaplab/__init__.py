"""reaplab: what the kernel and clients say of a forking echo server.

proc/         what the kernel says: processes, sockets, who sleeps in which call
servers/      running a server: starting it, being its clients, freezing it, reporting
diagnosis/    the wrong beliefs that a server shows
faults/       system calls that fail, one at a time, and what happens then
lifelines/    event logs, and the lives of the children in them: data, story, page
documents/    what texts and slides show, held against what the programs do
displays/     a terminal's screen and a page in a browser, as a person would see them
grading/      a lab's checks, the sandbox, and whole classes
deadline.py   polling instead of sleeping
whole_file.py writing a file so that it is there whole, or not at all

An arrow runs from a room to those it needs: grading -> diagnosis -> servers -> proc.

reaplab needs nothing beyond Python's standard library (but displays/terminal.py needs
pyte, and grading/ needs tomli where Python is 3.10). It knows nothing of pytest.
"""
