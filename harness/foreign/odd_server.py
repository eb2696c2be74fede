#!/usr/bin/env python3
"""A forking echo server with one oddity, WRONG ON PURPOSE or only unusual: what a
student may hand in, beyond the lab's own catalogue.
Usage: odd_server.py ODDITY PORT"""

import os
import select
import selectors
import signal
import sys
import threading
import time

from right_forking import Server, echo, reap


def receive(connection):
    """What the client says; nothing if it has left, or has reset the connection."""
    try:
        return connection.recv(1 << 16)
    except ConnectionError:
        return b""


class HandlesOnce(Server):
    """WRONG ON PURPOSE: as signal() on some systems, the handler is gone once it
    was called."""

    def set_up(self):
        signal.signal(signal.SIGCHLD, self.once)

    def once(self, *_):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        reap()


class DiesInterrupted(Server):
    """WRONG ON PURPOSE: an accept that SIGCHLD has interrupted ends it."""

    def set_up(self):
        signal.signal(signal.SIGCHLD, self.interrupt)

    def interrupt(self, *_):
        reap()
        sys.exit("accept: Interrupted system call")


class SpinsAtTheEnd(Server):
    """WRONG ON PURPOSE: its child reads on when there is nothing to come."""

    def in_child(self, connection):
        self.listener.close()
        while True:
            connection.sendall(connection.recv(1 << 16))


class FallsAndSpins(Server):
    """WRONG ON PURPOSE: its child goes on to accept, though it has closed the
    listening socket."""

    def accept(self):
        while True:
            try:
                return super().accept()
            except OSError:
                continue

    def in_child(self, connection):
        self.listener.close()
        echo(connection)


class PollsAfterFork(Server):
    """WRONG ON PURPOSE: it asks again and again whether its child is dead."""

    def set_up(self):
        pass

    def in_parent(self, child):
        while os.waitpid(child, os.WNOHANG)[0] == 0:
            time.sleep(0.001)


class Crashes(Server):
    """WRONG ON PURPOSE: a death kills it."""

    def set_up(self):
        signal.signal(signal.SIGCHLD, lambda *_: os.abort())


class AsksOnceAClient(Server):
    """WRONG ON PURPOSE: for each client it asks for one dead child, no more."""

    def set_up(self):
        pass

    def accept(self):
        connection = super().accept()
        try:
            os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pass
        return connection


class HangsUp(Server):
    """WRONG ON PURPOSE: it echoes once, and leaves while its client is there."""

    def in_child(self, connection):
        self.listener.close()
        connection.sendall(connection.recv(1 << 16))
        os._exit(0)


class HangsUpUnreaped(HangsUp):
    """WRONG ON PURPOSE: besides, nobody reaps."""

    def set_up(self):
        pass


class StaysRestless(Server):
    """WRONG ON PURPOSE: its child reads on at the end, but takes naps."""

    def in_child(self, connection):
        self.listener.close()
        while True:
            connection.sendall(connection.recv(1 << 16))
            time.sleep(0.001)


class Daemonizes(Server):
    """Right: the child that it waits for leaves the work to an orphan, in a
    session of its own."""

    def set_up(self):
        pass

    def in_child(self, connection):
        os.setsid()
        if os.fork():
            os._exit(0)
        super().in_child(connection)

    def in_parent(self, child):
        os.waitpid(child, 0)


class DaemonizesUnreaped(Daemonizes):
    """WRONG ON PURPOSE: nobody waits for the child in between."""

    def in_parent(self, child):
        pass


class ForksBeside(Server):
    """WRONG ON PURPOSE: it serves its clients itself, and never waits for the
    helper that it starts for each."""

    def set_up(self):
        pass

    def run(self):
        ears = selectors.DefaultSelector()
        ears.register(self.listener, selectors.EVENT_READ)
        while True:
            for key, _ in ears.select():
                if key.fileobj is self.listener:
                    # First, or the helper would hold the connection for a moment.
                    if os.fork() == 0:
                        os._exit(0)
                    ears.register(self.accept(), selectors.EVENT_READ)
                elif data := receive(key.fileobj):
                    key.fileobj.sendall(data)
                else:
                    ears.unregister(key.fileobj)
                    key.fileobj.close()


class NeverSleeps(Server):
    """Right, at the price of a CPU: it asks for clients and deaths in turn."""

    def set_up(self):
        self.listener.setblocking(False)

    def accept(self):
        while True:
            reap()
            try:
                connection = super().accept()
            except BlockingIOError:
                continue
            connection.setblocking(True)
            return connection


class LooksNowAndThen(NeverSleeps):
    """Right: it looks for deaths five times a second."""

    def accept(self):
        while not select.select([self.listener], [], [], 0.2)[0]:
            reap()
        return super().accept()


class ReapsByTheClock(Server):
    """Right, if slow: a timer reaps, every two seconds."""

    def set_up(self):
        signal.signal(signal.SIGALRM, reap)
        signal.setitimer(signal.ITIMER_REAL, 2, 2)


class ReapsInItsSleep(Server):
    """Right, if slow: a thread reaps, every two seconds."""

    def set_up(self):
        threading.Thread(target=self.reap_for_ever, daemon=True).start()

    def reap_for_ever(self):
        while True:
            time.sleep(2)
            reap()


class Dozes(Server):
    """Right, if slow: it takes a client every second or so."""

    def in_parent(self, child):
        time.sleep(1.1)


class ChildLingers(Server):
    """Right: its child has something left to do when its client is gone."""

    def in_child(self, connection):
        self.listener.close()
        echo(connection)
        connection.close()
        time.sleep(1.5)
        os._exit(0)


class SetsAnotherToWork(Server):
    """Right: its child sets another process to work, as inetd does."""

    def in_child(self, connection):
        self.listener.close()
        os.dup2(connection.fileno(), 0)
        os.dup2(connection.fileno(), 1)
        os.execvp("sh", ["sh", "-c", "cat; exit 0"])


ODDITIES = {
    "handles_once": HandlesOnce,
    "dies_interrupted": DiesInterrupted,
    "spins_at_the_end": SpinsAtTheEnd,
    "falls_and_spins": FallsAndSpins,
    "polls_after_fork": PollsAfterFork,
    "crashes": Crashes,
    "asks_once_a_client": AsksOnceAClient,
    "hangs_up": HangsUp,
    "hangs_up_unreaped": HangsUpUnreaped,
    "stays_restless": StaysRestless,
    "daemonizes": Daemonizes,
    "daemonizes_unreaped": DaemonizesUnreaped,
    "forks_beside": ForksBeside,
    "never_sleeps": NeverSleeps,
    "looks_now_and_then": LooksNowAndThen,
    "reaps_by_the_clock": ReapsByTheClock,
    "reaps_in_its_sleep": ReapsInItsSleep,
    "dozes": Dozes,
    "child_lingers": ChildLingers,
    "sets_another_to_work": SetsAnotherToWork,
    "nothing": Server,
}

if __name__ == "__main__":
    ODDITIES[sys.argv[1]](int(sys.argv[2])).run()
