"""One running server under observation: who serves a client, what becomes of the
others, and whether it is at rest, stuck, or merely slow.

That a client is served shows at once. That it is not is concluded only from a
server which sleeps on without waking once, or burns CPU, while the client waits:
a machine that is busy delays the answer, but cannot bring about either.
"""

import contextlib
import signal
import threading
import time

from . import evidence
from ..proc import sockets
from ..proc.activity import WRITE_CALLS, Watch
from ..proc.process import Gone
from .census import Census
from .client import Client
from .evidence import Outcome

# Seconds.
STILL = 0.75  # asleep so long without waking once: at rest, or stuck
QUIET = 0.1  # the same, where being wrong costs little
LINGER = 4.0  # a child may have something left to do
BURN = 0.3  # of CPU time used, to no effect: spinning
CRUMBS = 0.03  # of CPU time, if it never slept
RESTLESS = 3.0  # it wakes up by itself, and so long does nothing about it
LIMIT = 9.0  # neither came about: no verdict

PERIOD = 0.01  # between looks


class CannotTell(Exception):
    """A deadline came, and the server was neither done nor stuck. Or the kernel
    did not say what it should. No fault of the server's."""


def _enough(watch, usual):
    """How long a sleep must last to be one for good: a timeout may yet end it."""
    return LINGER if watch.timed else usual


class Cancelled(Exception):
    """Another run has failed, or the user has had enough."""


class Subject(Census):
    """A Server that was just started. `standing`: the processes it has before
    any client comes, the parent that accepts among them."""

    def __init__(self, server, cancelled=None):
        super().__init__(server)
        self._cancelled = cancelled or threading.Event()
        self.standing = self._await_quiet()
        self.clients = contextlib.ExitStack()

    def close(self):
        """All clients that are still here leave."""
        self.clients.close()

    # Clients

    def come(self):
        """A client connects, and says something. Returns it, or None if it is
        refused. It stays until close()."""
        try:
            client = Client(self.server.address, within=LIMIT)
        except ConnectionError:
            return None
        except TimeoutError as error:
            raise CannotTell("a connect was never answered") from error
        return self.clients.enter_context(client)

    def answer(self, client):
        """What becomes of the client, an Outcome."""
        if client is None:
            self._await_end_if_not_listening()
            ended = self.has_ended()
            return Outcome(evidence.ENDED if ended else evidence.REFUSED)
        watch, watched, began = None, None, time.monotonic()
        for _ in self.turns("a client waited for its echo"):
            kind = client.listen(PERIOD)
            if kind == evidence.TURNED_AWAY:
                self._await_end_if_not_listening()
            if kind is not None and not (
                kind == evidence.TURNED_AWAY and self.has_ended()
            ):
                return Outcome(kind)
            if self.has_ended():
                return Outcome(evidence.ENDED)
            if time.monotonic() - began < QUIET:
                continue
            responsible = self._responsible(client)
            if responsible != watched:
                watch, watched = Watch(responsible), responsible
            asleep = watch.update()
            if asleep >= _enough(watch, STILL):
                return Outcome(evidence.ASLEEP, sorted(watch.calls))
            if self._spins(watch):
                return Outcome(evidence.SPINNING)
            if self._is_restless(watch):
                return Outcome(evidence.RESTLESS, sorted(watch.calls))

    def _responsible(self, client):
        """Who should do something: those that may accept, while the client is
        in the queue, or else those that hold its connection."""
        if sockets.accept_queue(self.server.port) > 0:
            return self.holders_of_listener()
        return self.holders_of(client) or self.standing

    def visit(self):
        """A client comes: (the Client, its Outcome). If it is served, the parent
        is back from fork when this returns."""
        client = self.come()
        outcome = self.answer(client)
        if outcome.served:
            self._await_asleep()
        return client, outcome

    # Waiting

    def turns(self, what):
        """Turns of a wait; after LIMIT seconds, CannotTell."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            if self._cancelled.is_set():
                raise Cancelled
            yield
        raise CannotTell(f"{what} for {LIMIT:g} s, and nothing came of it")

    def fate(self, processes, still=STILL):
        """What becomes of processes whose client has left: DIES, STAYS (asleep
        for that many seconds) or SPINS (if one of them does)."""
        watch = Watch(one for one in processes if one.is_alive())
        for _ in self.turns("a child neither died nor came to rest"):
            if not any(one.is_alive() for one in processes):
                return evidence.DIES
            asleep = watch.update()
            if self._spins(watch):
                return evidence.SPINS
            if asleep >= still or self._is_restless(watch):
                return evidence.STAYS
            time.sleep(PERIOD)

    def settle(self):
        """Wait until no zombie is left, or until nothing more will be done about
        them: the server is at rest, or has ended. Returns their number."""
        watch = Watch(self.standing)
        enough = RESTLESS if self.has_alarm() else STILL
        for _ in self.turns("the server did not come to rest"):
            zombies = len(self.zombies())
            if zombies == 0 or self.has_ended():
                return zombies
            asleep = watch.update()
            if asleep >= _enough(watch, enough) or self._is_restless(watch):
                return len(self.zombies())
            time.sleep(PERIOD)

    @staticmethod
    def _is_restless(watch):
        """It has fallen asleep again and again, and so had its chance."""
        had_chance = watch.sleeps >= 4 or watch.cpu >= BURN
        return had_chance and watch.age >= RESTLESS

    @staticmethod
    def _spins(watch):
        """It has used much CPU, or all that a very busy machine let it have: it
        got some, and never went to sleep."""
        starved = watch.cpu >= CRUMBS and watch.sleeps == 0
        return watch.cpu >= BURN or starved and watch.age >= RESTLESS

    def await_blocked_writer(self, client):
        """Wait until the client is served, or until the parent sleeps in a write,
        or is not going to serve it. Returns whether the client still waits."""
        watch = Watch([self.listener])
        for _ in self.turns("a client waited beside a stalled log"):
            if client.listen(PERIOD) is not None or self.has_ended():
                return False
            asleep = watch.update()
            if watch.calls & WRITE_CALLS or asleep >= STILL:
                return True
            if self._spins(watch) or self._is_restless(watch):
                return True

    def await_handled(self, dead):
        """Wait until the parent has reaped the dead, or sleeps on: then it has
        seen all signals that it is going to see."""
        watch = Watch(self.standing)
        for _ in self.turns("a death was not handled"):
            if not any(one.has_entry() for one in dead) or self.has_ended():
                return
            if watch.update() >= QUIET:
                return
            time.sleep(PERIOD)

    def await_fin(self, client, served_by):
        """Wait for the server's FIN, or for evidence that none will come: the
        connection is held by processes that sleep on, or burn CPU. Returns
        whether it came."""
        watch, watched = None, None
        for _ in self.turns("a FIN was awaited"):
            if client.has_fin(PERIOD):
                return True
            holders = self.holders_of(client)
            if holders != watched:
                watch, watched = Watch(holders), holders
            asleep = watch.update()
            # The client's FIN has woken whoever reads from it.
            enough = STILL if holders & served_by else QUIET
            done = asleep >= _enough(watch, enough) or self._spins(watch)
            if holders and (done or self._is_restless(watch)):
                return client.has_fin(0)

    def stays_open(self, client):
        """Whether the server, with a client that has been served and says nothing
        more, waits for its next word; or else hangs up."""
        watch, watched = None, None
        for _ in self.turns("a served client listened on"):
            if client.has_fin(PERIOD):
                return False
            holders = self.holders_of(client)
            if holders != watched:
                watch, watched = Watch(holders or self.standing), holders
            # Whoever is about to hang up does not sleep before. Holders that
            # cannot be found may just have closed, or be in a session of their own.
            enough = QUIET if holders else STILL
            asleep = watch.update()
            if asleep >= enough or self._spins(watch) or self._is_restless(watch):
                return True

    # Arrangements

    @contextlib.contextmanager
    def frozen(self):
        """All that was there from the start stands still inside the context."""
        try:
            for one in self.standing:
                one.send(signal.SIGSTOP)
            for _ in self.turns("a process did not stop"):
                if all(one.state in "TZX" for one in self.standing):
                    break
                time.sleep(PERIOD)
            yield
        finally:
            for one in self.standing:
                with contextlib.suppress(Gone):
                    one.send(signal.SIGCONT)

    def kill_standing(self):
        """The parent, and whoever was there from the start, is killed."""
        for one in self.standing:
            with contextlib.suppress(Gone):
                one.send(signal.SIGKILL)
        for _ in self.turns("a killed process did not die"):
            if not any(one.is_alive() for one in self.standing):
                return
            time.sleep(PERIOD)

    # Inside

    def _await_asleep(self):
        """Wait until all that was there from the start sleeps, or is not going
        to. A child may serve its client, and die, before its parent is back from
        fork: that death would interrupt something else than the wait for the next
        client."""
        watch = Watch(self.standing)
        with contextlib.suppress(CannotTell):
            for _ in self.turns("the parent did not come back from fork"):
                if watch.update() > 0 or self.has_ended() or self.spins_idle:
                    return
                if self._spins(watch) or self._is_restless(watch):
                    return
                time.sleep(PERIOD)

    def _await_quiet(self):
        """Wait until the server has started all it starts by itself."""
        self.spins_idle = False
        known, watch, began = set(), None, time.monotonic()
        for _ in self.turns("the server did not come up"):
            now = self.alive()
            if now != known:
                known, watch = now, Watch(now)
            if watch.update() >= QUIET:
                return known
            late = time.monotonic() - began >= 2 * RESTLESS
            if watch.age >= RESTLESS or late:
                self.spins_idle = self._spins(watch)
                return known
            time.sleep(PERIOD)

    def _await_end_if_not_listening(self):
        """A process that exits closes its sockets a moment before it is dead."""
        if sockets.listening(self.server.port):
            return
        with contextlib.suppress(CannotTell):
            for _ in self.turns("a server stopped to listen"):
                if self.has_ended():
                    return
                time.sleep(PERIOD)
