"""The forking echo server that those of odd_server.py differ from, in one thing each.
"""

import os
import signal
import socket


def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def echo(connection):
    while data := connection.recv(1 << 16):
        connection.sendall(data)


class Server:
    """Right: a handler that reaps all, and both closes after fork."""

    def __init__(self, port):
        self.listener = socket.create_server(("127.0.0.1", port))

    def set_up(self):
        signal.signal(signal.SIGCHLD, reap)

    def accept(self):
        return self.listener.accept()[0]

    def in_child(self, connection):
        self.listener.close()
        echo(connection)
        connection.close()
        os._exit(0)

    def in_parent(self, child):
        pass

    def run(self):
        self.set_up()
        while True:
            connection = self.accept()
            child = os.fork()
            if child == 0:
                self.in_child(connection)
            connection.close()
            self.in_parent(child)
