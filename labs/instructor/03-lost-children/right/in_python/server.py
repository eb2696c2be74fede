#!/usr/bin/env python3
"""Right, in Python: forks for each client, and a handler reaps all that are dead."""

import os
import signal
import socket
import sys


def on_sigchld(_number, _frame):
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        pass


def echo(conn):
    while said := conn.recv(4096):
        conn.sendall(said)


def main():
    signal.signal(signal.SIGCHLD, on_sigchld)
    with socket.create_server(("127.0.0.1", int(sys.argv[-1])), backlog=64) as listener:
        while True:
            conn, _ = listener.accept()
            with conn:
                if os.fork() == 0:
                    listener.close()
                    echo(conn)
                    os._exit(0)


if __name__ == "__main__":
    main()
