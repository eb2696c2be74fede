#!/usr/bin/env python3
"""A process with a child, a grandchild and a great-grandchild, which only wait.
Says their four PIDs in one line; the last one bears a name that tries to look
like something else. Usage: family.py"""

import ctypes
import os
import signal

PR_SET_NAME = 15
HOSTILE_NAME = b"x\n\x1b[2J) Z ("


def wait_for_ever():
    while True:
        signal.pause()


def main():
    read, write = os.pipe()
    pids = [os.getpid()]
    for generation in range(3):
        if os.fork() != 0:
            break
        pids.append(os.getpid())
    else:
        ctypes.CDLL(None).prctl(PR_SET_NAME, HOSTILE_NAME, 0, 0, 0)
        os.write(write, " ".join(map(str, pids)).encode())
    if len(pids) == 1:
        print(os.read(read, 100).decode(), flush=True)
    wait_for_ever()


if __name__ == "__main__":
    main()
