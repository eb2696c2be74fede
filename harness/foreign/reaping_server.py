#!/usr/bin/env python3
"""Forking echo servers that reap in ways of their own, and what goes wrong with them.
Usage: reaping_server.py HOW PORT"""

import collections
import os
import signal
import sys
import threading

from right_forking import Server, reap


class ForgetsTheOldest(Server):
    """WRONG ON PURPOSE: the handler asks for the last 10 children only. One that
    outlives 10 others stays a zombie, and so do some of more than 10 that die
    together."""

    def set_up(self):
        self.children = collections.deque(maxlen=10)
        signal.signal(signal.SIGCHLD, self.bury)

    def bury(self, *_):
        for child in list(self.children):
            if os.waitpid(child, os.WNOHANG)[0]:
                self.children.remove(child)

    def in_parent(self, child):
        self.children.append(child)


class ReapsTheExited(Server):
    """WRONG ON PURPOSE: the handler reaps children that have exited, and leaves one
    that was killed to somebody else. All that die after it stay zombies too."""

    def set_up(self):
        signal.signal(signal.SIGCHLD, self.bury)

    def bury(self, *_):
        look = os.WEXITED | os.WNOHANG | os.WNOWAIT
        try:
            while found := os.waitid(os.P_ALL, 0, look):
                if found.si_code != os.CLD_EXITED:
                    break
                os.waitpid(found.si_pid, 0)
        except ChildProcessError:
            pass


class LogsByCommand(Server):
    """WRONG ON PURPOSE: the handler logs each death by a command, and the command's
    own death calls the handler again. From the first death on, it does so without
    end."""

    def set_up(self):
        signal.signal(signal.SIGCHLD, self.bury)

    def bury(self, *_):
        reap()
        os.system("true")


class TakesReportsForDeaths(Server):
    """WRONG ON PURPOSE: the handler asks to be told of stopped and continued children
    too, and takes each report for a death. At the second report of one child it ends
    the server with a KeyError."""

    def set_up(self):
        self.children = set()
        signal.signal(signal.SIGCHLD, self.bury)

    def bury(self, *_):
        every_report = os.WNOHANG | os.WUNTRACED | os.WCONTINUED
        try:
            while child := os.waitpid(-1, every_report)[0]:
                self.children.remove(child)
        except ChildProcessError:
            pass

    def in_parent(self, child):
        self.children.add(child)


class ReapsOddDeaths(Server):
    """WRONG ON PURPOSE: the handler reaps one child for every second signal. Half of
    all children stay zombies."""

    def set_up(self):
        self.signals = 0
        signal.signal(signal.SIGCHLD, self.bury)

    def bury(self, *_):
        self.signals += 1
        if self.signals % 2:
            os.waitpid(-1, os.WNOHANG)


class ThreadEnds(Server):
    """WRONG ON PURPOSE: a thread reaps until no child is left, and ends. Children that
    die after that are never reaped."""

    def set_up(self):
        self.reaper = None

    def in_parent(self, child):
        if self.reaper is None:
            self.reaper = threading.Thread(target=self.bury, daemon=True)
            self.reaper.start()

    def bury(self):
        try:
            while True:
                os.wait()
        except ChildProcessError:
            pass


class ThreadIsTold(Server):
    """Right: the thread is told of each child, and waits for as many deaths."""

    def set_up(self):
        self.started = threading.Semaphore(0)
        threading.Thread(target=self.bury, daemon=True).start()

    def in_parent(self, child):
        self.started.release()

    def bury(self):
        while self.started.acquire():
            os.wait()


class ThreadEach(Server):
    """Right: a thread for each child waits for it."""

    def set_up(self):
        pass

    def in_parent(self, child):
        wait = (child, 0)
        threading.Thread(target=os.waitpid, args=wait, daemon=True).start()


WAYS = {
    "forgets_the_oldest": ForgetsTheOldest,
    "reaps_the_exited": ReapsTheExited,
    "takes_reports_for_deaths": TakesReportsForDeaths,
    "reaps_odd_deaths": ReapsOddDeaths,
    "logs_by_command": LogsByCommand,
    "thread_ends": ThreadEnds,
    "thread_is_told": ThreadIsTold,
    "thread_each": ThreadEach,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](int(sys.argv[2])).run()
