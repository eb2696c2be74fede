#!/usr/bin/env python3
"""A forking echo server that is WRONG ON PURPOSE: the parent keeps its copy of every
connected socket, so no client ever sees FIN. Usage: leaking_server.py PORT"""

import os
import signal
import socket
import sys


def echo(connection):
    while data := connection.recv(1 << 16):
        connection.sendall(data)


def main(port):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener = socket.create_server(("127.0.0.1", port))
    kept = []
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            try:
                echo(connection)
            finally:
                os._exit(0)
        kept.append(connection)


if __name__ == "__main__":
    main(int(sys.argv[1]))
