"""Who is there: the processes of a server, and what they hold."""

import contextlib
import os
import re

from ..proc import sock_diag, sockets
from ..proc.process import Gone, read_proc
from ..servers import spawn
from .evidence import Sigchld


UNKNOWN = 10.0  # seconds: what a timer of unknown length gets


class Census:
    """A Server that was started. `listener`: the process that accepts, the
    parent; `standing`: all that were there before any client came."""

    def __init__(self, server):
        self.server = server
        self.listener = server.listener
        self.standing = frozenset()
        self._adopters = {1, os.getpid()}
        if server.adopter is not None:
            self._adopters.add(server.adopter.pid)

    def processes(self):
        """All that belong to the server: what was started, what that started,
        and orphans of these."""
        found = {self.server.process, self.listener}
        for one in tuple(found):
            found.update(one.descendants())
        for orphan in self.server.orphans():
            with contextlib.suppress(Gone):
                found.update((orphan, *orphan.descendants()))
        return {one for one in found if one.has_entry()}

    def alive(self):
        return {one for one in self.processes() if one.is_alive()}

    def newcomers(self):
        """Live processes that were not there from the start."""
        return self.alive() - self.standing

    def zombies(self):
        """Dead children that a process of the server should reap. Orphans are
        for init, or here for us."""
        return self.zombies_of(self.standing)

    @staticmethod
    def zombies_of(processes):
        """Dead children that one of the processes has not reaped."""
        return [
            one
            for parent in processes
            for one in _children_of(parent)
            if one.is_zombie()
        ]

    def adopts(self, pid):
        """Whether a PID is of a parent of orphans: init, this process, or the
        first process of the server's box."""
        return pid in self._adopters

    def has_ended(self):
        return self.server.has_exited() or not self.listener.is_alive()

    def exit_status(self):
        """Its exit status, or None if a wrapper around it still runs."""
        if self.server.has_exited(within=1.0):
            return self.server.exit_status()
        return None

    def sigchld(self):
        """What the parent does about SIGCHLD, or None if it is gone."""
        try:
            signals = self.listener.signals()
        except Gone:
            return None
        pending = signals.pending | signals.shared_pending
        return Sigchld(
            *(
                "SIGCHLD" in one
                for one in (
                    signals.caught, signals.ignored, signals.blocked, pending
                )
            )
        )

    def timer(self):
        """For how many seconds the server may sleep until a timer of its own wakes
        it, as far as its calls do not show that: 0 if it has none."""
        found = 0.0
        for one in self.standing:
            with contextlib.suppress(Gone, OSError):
                found = max(found, _timer_of(one))
        return found

    def descriptors(self):
        """How many descriptors the parent has, or None if it is gone."""
        with contextlib.suppress(Gone):
            return len(self.listener.descriptors())
        return None

    def has_reaped(self):
        """Whether the parent has waited for a child. (The kernel adds the dead
        child's page faults to its own account; each child has some.)"""
        with contextlib.suppress(Gone):
            return self.listener.stat().reaped_faults > 0
        return False

    def holders_of(self, client):
        """The live processes that hold the server's side of the connection."""
        found = sock_diag.find(client.server_end, client.end)
        return self._holders({found.inode} - {0} if found else set())

    def holders_of_listener(self):
        """The live processes that hold a listening socket of the port."""
        return self._holders(
            {one.inode for one in sockets.listening(self.server.port)}
        )

    def has_workers(self, processes):
        """Whether one of them is the child of a process that may accept too."""
        may_accept = {one.pid for one in self.holders_of_listener()}
        return bool(may_accept & set(parents(processes).values()))

    def servers_of(self, client):
        """The processes that serve a client: those started for it, or else a child of
        the parent that was there before, as in a pool; empty if it serves itself."""
        holders = self.holders_of(client)
        if holders - self.standing:
            return holders - self.standing
        return holders - {self.listener} if self.has_workers(holders) else set()

    def _holders(self, inodes):
        """Orphans that have left for a session of their own are found by what
        they hold."""
        if not inodes:
            return set()
        candidates = self.processes()
        # In a box all orphans are the server's, and among its processes.
        for stray in spawn.strays() if self.server.adopter is None else ():
            candidates.update((stray, *stray.descendants()))
        found = set()
        for one in candidates:
            with contextlib.suppress(Gone):
                if one.is_alive() and inodes & one.socket_inodes():
                    found.add(one)
        return found


def _timer_of(process):
    """The same of one process. No file tells when its alarm is due."""
    signals = process.signals()
    if "SIGALRM" in signals.caught | signals.blocked:
        return UNKNOWN
    if read_proc(f"/proc/{process.pid}/timers"):
        return UNKNOWN
    longest = 0.0
    for number, what in process.descriptors().items():
        if what == "anon_inode:[timerfd]":
            longest = max(longest, _timerfd(f"/proc/{process.pid}/fdinfo/{number}"))
    return longest


def _timerfd(path):
    """The longer of the two times that a timer's fdinfo shows, and a little more."""
    times = re.findall(rb"it_(?:value|interval): \((\d+), (\d+)\)", read_proc(path))
    longest = max((int(one) + int(rest) / 1e9 for one, rest in times), default=0.0)
    return longest + 1 if longest else 0.0


def _children_of(parent):
    with contextlib.suppress(Gone):
        return parent.children()
    return []


def parents(processes):
    """{process: PID of its parent}, less those that are gone."""
    found = {}
    for one in processes:
        with contextlib.suppress(Gone):
            found[one] = one.stat().ppid
    return found
