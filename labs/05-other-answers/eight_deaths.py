"""How many SIGCHLDs can be read when eight children are dead? See the handout."""

import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
children = [os.fork() or os._exit(0) for _ in range(8)]
for child in children:
    os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)  # dead, and not reaped
while signal.sigtimedwait([signal.SIGCHLD], 0):
    print("read one SIGCHLD")
print("no more")
