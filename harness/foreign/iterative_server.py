#!/usr/bin/env python3
"""An echo server that is WRONG ON PURPOSE: one process, and one client at a time.
Usage: iterative_server.py PORT"""

import socket
import sys


def echo(connection):
    try:
        while data := connection.recv(1 << 16):
            connection.sendall(data)
    except ConnectionError:
        pass


def main(port):
    listener = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = listener.accept()
        with connection:
            echo(connection)


if __name__ == "__main__":
    main(int(sys.argv[1]))
