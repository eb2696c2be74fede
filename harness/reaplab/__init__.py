"""reaplab: what the kernel and clients say of a forking echo server.

process.py    processes from /proc: identity, state, children, signals, descriptors
sockets.py    TCP sockets from /proc/net, and ss as a second witness
spawn.py      starting programs so that none outlives the run
server.py     a running echo server: this lab's, or any that takes a port
clients.py    sessions: echo, hold, half-close, reset
activity.py   asleep since when, in which call, burning CPU: stuck, or slow?
sock_diag.py  one connection, asked of the kernel
stalled.py    a pipe whose reader stalls when told to
box.py        where a program runs: in the open, or behind walls
arrange.py    freeze, drain, thaw: signals made to merge on purpose
behaviour.py  which children a server reaps, judged from outside
event_log.py  the --trace file, read with suspicion
report.py     everything about a server that a failed check should print
variants.py   what the variants' own files say of them
diagnosis/    the wrong beliefs that a server shows
grading/      checks of the labs, and whole classes graded in a sandbox
deadline.py   polling instead of sleeping
environment.py  faults of the machine, told apart from the server's
terminal.py   a program on a terminal, and the screen it shows

It needs nothing beyond Python's standard library (but terminal.py: pyte, and
grading/, where Python is 3.10: tomli), and knows nothing of pytest.
"""
