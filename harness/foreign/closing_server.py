#!/usr/bin/env python3
"""Forking echo servers whose parent closes its copy of the connection late, never or in
another way. Usage: closing_server.py HOW PORT"""

import os
import selectors
import signal
import socket
import sys

from right_forking import Server, echo


class Overwritten(Server):
    """WRONG ON PURPOSE: nobody closes the parent's copy before the next client
    overwrites the variable. A lone client sees no FIN."""

    def run(self):
        self.set_up()
        while True:
            connection = self.accept()
            if os.fork() == 0:
                self.in_child(connection)


class OutOfScope(Overwritten):
    """Right: the parent's variable belongs to a function, and the connection is
    closed when that returns."""

    def run(self):
        self.set_up()
        while True:
            self.handle_one()

    def handle_one(self):
        connection = self.accept()
        if os.fork() == 0:
            self.in_child(connection)


class ShutsDown(Server):
    """WRONG ON PURPOSE: the child shuts the connection down, so its client sees FIN.
    The parent keeps one descriptor per client."""

    def run(self):
        self.set_up()
        clients = []
        while True:
            clients.append(self.accept())
            if os.fork() == 0:
                self.in_child(clients[-1])

    def in_child(self, connection):
        self.listener.close()
        echo(connection)
        connection.shutdown(socket.SHUT_RDWR)
        os._exit(0)


class ClosesTheDead(Server):
    """WRONG ON PURPOSE: the parent keeps a client's connection until it has reaped the
    client's child, and each later child inherits it. While one of those lives, the
    client sees no FIN."""

    def set_up(self):
        self.clients = {}
        signal.signal(signal.SIGCHLD, self.bury)

    def let_go(self):
        """What the child does about the connections of others: nothing."""

    def bury(self, *_):
        try:
            while (child := os.waitpid(-1, os.WNOHANG)[0]) != 0:
                self.clients.pop(child).close()
        except ChildProcessError:
            pass

    def run(self):
        self.set_up()
        while True:
            connection = self.accept()
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
            child = os.fork()
            if child == 0:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
                self.let_go()
                self.in_child(connection)
            self.clients[child] = connection
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])


class ClosesTheOthers(ClosesTheDead):
    """Right, if late: the same, but each child closes the connections of others."""

    def let_go(self):
        for connection in self.clients.values():
            connection.close()


class KeepsPidfd(Server):
    """WRONG ON PURPOSE: the parent learns of each death by a pidfd, and never closes
    it. Each client costs it a descriptor."""

    def set_up(self):
        self.events = selectors.DefaultSelector()
        self.events.register(self.listener, selectors.EVENT_READ)

    def accept(self):
        while True:
            for key, _ in self.events.select():
                if key.fileobj is self.listener:
                    return super().accept()
                self.events.unregister(key.fileobj)
                self.bury(key.fileobj, key.data)

    def bury(self, pidfd, child):
        os.waitpid(child, 0)

    def in_parent(self, child):
        self.events.register(os.pidfd_open(child), selectors.EVENT_READ, child)


class ClosesPidfd(KeepsPidfd):
    """Right: the pidfd is closed when the child is reaped."""

    def bury(self, pidfd, child):
        super().bury(pidfd, child)
        os.close(pidfd)


WAYS = {
    "overwritten": Overwritten,
    "out_of_scope": OutOfScope,
    "shuts_down": ShutsDown,
    "closes_the_dead": ClosesTheDead,
    "closes_the_others": ClosesTheOthers,
    "keeps_pidfd": KeepsPidfd,
    "closes_pidfd": ClosesPidfd,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](int(sys.argv[2])).run()
