#!/usr/bin/env python3
"""A preforked echo server: a few children are started before any client, share the
listening socket, and serve one client after the other. They live on when a client
leaves, and that is right. Usage: prefork_server.py PORT"""

import os
import signal
import socket
import sys

WORKERS = 3


def echo(connection):
    try:
        while data := connection.recv(1 << 16):
            connection.sendall(data)
    except ConnectionError:
        pass


def work(listener):
    while True:
        connection, _ = listener.accept()
        with connection:
            echo(connection)


def main(port):
    listener = socket.create_server(("127.0.0.1", port))
    for _ in range(WORKERS):
        if os.fork() == 0:
            try:
                work(listener)
            finally:
                os._exit(1)
    while True:
        signal.pause()


if __name__ == "__main__":
    main(int(sys.argv[1]))
