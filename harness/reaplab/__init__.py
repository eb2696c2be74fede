"""reaplab: what the kernel and clients say of a forking echo server.

process.py    processes from /proc: identity, state, children, signals, descriptors
sockets.py    TCP sockets from /proc/net, and ss as a second witness
spawn.py      starting programs so that none outlives the run
server.py     a running echo server: this lab's, or any that takes a port
clients.py    sessions: echo, hold, half-close, reset
arrange.py    freeze, drain, thaw: signals made to merge on purpose
behaviour.py  which children a server reaps, judged from outside
event_log.py  the --trace file, read with suspicion
report.py     everything about a server that a failed check should print
deadline.py   polling instead of sleeping
environment.py  faults of the machine, told apart from the server's
terminal.py   a program on a terminal, and the screen it shows

It needs nothing beyond Python's standard library (terminal.py alone: pyte), and
knows nothing of pytest.
"""
