"""One running server under observation: who serves a client, what becomes of the
others, and whether it is at rest, stuck, or merely slow.

That a client is served shows at once. That it is not is concluded only from a
server which sleeps on without waking once, or burns CPU, while the client waits:
a machine that is busy delays the answer, but cannot bring about either.
"""

import contextlib
import math
import signal
import threading
import time

from . import evidence, proc_lines
from ..proc import sock_diag, sockets
from ..proc.activity import WRITE_CALLS, Watch
from ..proc.process import Gone, listed_children
from .census import Census
from .client import Client
from .evidence import Outcome

# Seconds.
STILL = 0.75  # asleep so long without waking once: at rest, or stuck
QUIET = 0.1  # the same, where being wrong costs little
LINGER = 4.0  # a child may have something left to do
BURN = 0.3  # of CPU time used, to no effect: spinning
CRUMBS = 0.1  # of CPU time, if it never slept all the while
STARVED = 8.0  # that it had for these, on a very busy machine
RESTLESS = 3.0  # it wakes up by itself, and so long does nothing about it
LATE = 0.5  # asleep so long beside a zombie, or after the work was done
BUSY = 1.5  # to see whether it is ever at rest
LONGEST = 10.0  # that a timer gets to do something
LIMIT = 14.0  # neither came about: no verdict

PERIOD = 0.01  # between looks
LONG_PERIOD = 0.03  # between looks that take long, where nothing is to be missed


class CannotTell(Exception):
    """A deadline came, and the server was neither done nor stuck. Or the kernel
    did not say what it should. No fault of the server's."""


class Cancelled(Exception):
    """Another run has failed, or the user has had enough."""


class Subject(Census):
    """A Server that was just started. `standing`: the processes it has before
    any client comes, the parent that accepts among them."""

    def __init__(self, server, cancelled=None):
        super().__init__(server)
        self._cancelled = cancelled or threading.Event()
        self.late = self.works_on = None  # see Evidence
        self.waited = 0.0  # the longest wait for zombies that stayed
        self.lines = {}  # what findings may rest on: see proc_lines.py
        self._usual_timeout = math.inf  # of the call in which the parent sleeps
        self.standing = self._await_quiet()
        self.clients = contextlib.ExitStack()

    def close(self):
        """All clients that are still here leave."""
        self.clients.close()

    # What a finding may rest on

    def note(self, kind, line):
        """Keep a line of /proc, if there is one. The last of a kind counts."""
        if line is not None:
            self.lines[kind] = line

    def sigchld(self):
        self.note(
            proc_lines.SIGNALS,
            proc_lines.of_status(self.listener, "SigBlk", "SigIgn", "SigCgt"),
        )
        return super().sigchld()

    def descriptors(self):
        count = super().descriptors()
        if count is not None:
            line = f"/proc/{self.listener.pid}/fd: {count} entries"
            self.note(proc_lines.DESCRIPTORS, line)
        return count

    def exit_status(self):
        status = super().exit_status()
        if status is not None:
            how = f"exit status {status}" if status >= 0 else f"signal {-status}"
            self.note(proc_lines.END, f"waitpid({self.listener.pid}): {how}")
        return status

    def look_for_end(self, seen):
        """Whether the server has ended. If so, that and its exit status are kept in a
        run's evidence."""
        if self.has_ended():
            seen.ended, seen.exit_status = True, self.exit_status()
        return bool(seen.ended)

    def note_connection(self, client, holders):
        """Keep by which descriptor the holders have this client's connection."""
        found = sock_diag.find(client.server_end, client.end)
        if found:
            line = proc_lines.of_socket(holders, [found.inode])
            self.note(proc_lines.CONNECTION, line)

    def note_listener(self, holders):
        """Keep by which descriptor the holders have the listening socket."""
        inodes = [one.inode for one in sockets.listening(self.server.port)]
        self.note(proc_lines.LISTENER, proc_lines.of_socket(holders, inodes))

    # Clients

    def come(self, says=True):
        """A client connects, and says something, unless it is not to. Returns it,
        or None if it is refused. It stays until close()."""
        known = self._child_pids()
        try:
            client = Client(self.server.address, LIMIT, says)
        except ConnectionError:
            return None
        except TimeoutError as error:
            raise CannotTell("a connect was never answered") from error
        client.came_after = known
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
            starting = self._younger_than(client)
            responsible = self._responsible(client) | starting
            if responsible != watched:
                watch, watched = Watch(responsible), responsible
            asleep = watch.update()
            # A process that was started for this client may still load its program.
            waited = time.monotonic() - began
            if asleep >= self._enough(watch, LINGER if starting else STILL):
                calls = sorted(watch.calls)
                # The kernel may be late, too: it has the answer on its way.
                kind = client.listen(STILL)
                if kind is not None and not self.has_ended():
                    return Outcome(kind)
                self.note(proc_lines.SLEEP, proc_lines.of_sleep(responsible))
                return Outcome(evidence.ASLEEP, calls, round(waited, 1))
            if starting and waited < LONGEST:
                continue
            if self._spins(watch):
                return Outcome(evidence.SPINNING)
            if self._is_restless(watch):
                calls = sorted(watch.calls)
                self.note(proc_lines.SLEEP, proc_lines.of_sleep(responsible))
                return Outcome(evidence.RESTLESS, calls, round(waited, 1))

    def _responsible(self, client):
        """Who should do something: those that may accept, while the client is
        in the queue, or else those that hold its connection."""
        if sockets.accept_queue(self.server.port) > 0:
            return self.holders_of_listener()
        return self.holders_of(client) or self.standing

    def _younger_than(self, client):
        """The processes that were started since it came: one of them may be about
        to take its connection."""
        # A tick is 10 ms: a child may have been there in the very tick that it came.
        return {
            one
            for one in self.newcomers()
            if one.start_ticks >= client.came_ticks and one.pid not in client.came_after
        }

    def _child_pids(self):
        """The PIDs of all children that the server has now."""
        found = set()
        for one in self.standing:
            with contextlib.suppress(Gone):
                found.update(listed_children(one.pid) or ())
        return found

    def visit(self):
        """A client comes: (the Client, its Outcome). If it is served, the parent
        is back from fork when this returns."""
        client = self.come()
        outcome = self.answer(client)
        if outcome.served:
            self.await_asleep()
        return client, outcome

    # Waiting

    def turns(self, what):
        """Turns of a wait. Raises CannotTell after LIMIT seconds, or after half of it
        if the server never rests."""
        began, looked = time.monotonic(), False
        while time.monotonic() < began + LIMIT:
            if self._cancelled.is_set():
                raise Cancelled
            yield
            if not looked and time.monotonic() >= began + LIMIT / 2:
                looked = True
                if self.never_rests():
                    break
        raise CannotTell(f"{what} for {LIMIT:g} s, and nothing came of it")

    def fate(self, processes, still=STILL, slow=1):
        """What becomes of processes whose client has left: DIES, STAYS (asleep for
        that many seconds) or SPINS (if one of them does). `slow`: so many times as
        much CPU time and so many times as many seconds may be spent on dying."""
        watch = Watch(one for one in processes if one.is_alive())
        longest = 0.0
        for _ in self.turns("a child neither died nor came to rest"):
            if not any(one.is_alive() for one in processes):
                if longest >= LATE:
                    self.works_on = max(self.works_on or 0, round(watch.age, 1))
                return evidence.DIES
            asleep = watch.update()
            longest = max(longest, asleep)
            if asleep >= self._enough(watch, still):
                return evidence.STAYS
            had_time = watch.most_cpu >= slow * BURN or watch.age >= LONGEST
            if had_time and self._spins(watch):
                return evidence.SPINS
            if self._is_restless(watch) and watch.age >= slow * RESTLESS:
                return evidence.STAYS
            time.sleep(PERIOD)

    def settle(self):
        """Wait until no zombie is left, or until nothing more will be done about
        them: the server is at rest, or has ended. Returns their number. A timer
        gets its time once: if it did nothing then, it is not waited for again."""
        watch, longest = Watch(self.standing), 0.0
        for _ in self.turns("the server did not come to rest"):
            zombies = len(self.zombies())
            if zombies == 0 or self.has_ended():
                if longest >= LATE and not self.has_ended():
                    self.late = max(self.late or 0, round(watch.age, 1))
                return zombies
            asleep = watch.update()
            longest = max(longest, asleep)
            if asleep >= self._patience(watch) or self._is_restless(watch):
                self.waited = max(self.waited, round(watch.age, 1))
                return self._count_zombies()
            time.sleep(LONG_PERIOD)

    def _count_zombies(self):
        zombies = self.zombies()
        self.note(proc_lines.ZOMBIE, proc_lines.of_zombie(zombies))
        return len(zombies)

    def _enough(self, watch, usual):
        """How long a sleep must last to be one for good: a timeout may yet end it."""
        timeout = watch.timeout
        if "restart_syscall" in watch.calls:
            timeout = self._usual_timeout
        if not timeout:
            return usual
        return max(usual, min(timeout + STILL, LONGEST))

    @property
    def is_slow(self):
        """Whether it has been seen to take its time, though it is not wrong."""
        return max(self.late or 0, self.works_on or 0) > LATE

    def _patience(self, watch):
        """How long the server must sleep beside a zombie to be at rest."""
        if self.waited:
            return STILL
        return self._enough(watch, max(STILL, min(self.timer(), LONGEST)))

    def rest(self):
        """What the server does with no client there, a Rest. It has some time to come
        to rest; what goes on after that is a storm."""
        began = time.monotonic()
        if self._comes_to_rest():
            return evidence.Rest(round(time.monotonic() - began, 1), calm=True)
        known, before = self.processes(), self._reaped_faults()
        children = {one for one in known if one.is_alive()} - self.standing
        settled = not children and not self.zombies()
        parents, children, met = Watch(self.standing), Watch(children), set()
        for _ in self.turns("the server was left alone"):
            met |= self.processes() - known
            parents.update()
            children.update()
            if parents.age >= RESTLESS or self.has_ended():
                break
            time.sleep(LONG_PERIOD)
        if met:
            first, last = min(met).pid, max(met).pid
            line = f"/proc: {len(met)} processes came, PID {first} to {last}"
            self.note(proc_lines.STARTED, line)
        return evidence.Rest(
            round(parents.age, 1),
            False,
            self._spins(parents),
            bool(self.newcomers()) and self._spins(children),
            max(len(met), int(settled and self._reaped_faults() > before)),
        )

    def _comes_to_rest(self):
        """Whether all processes sleep on, or wake up only to look whether there is
        something to do."""
        watch, watched = None, None
        began = time.monotonic()
        for _ in self.turns("the server was left alone"):
            now = self.alive()
            if now != watched:
                watch, watched = Watch(now), now
            asleep = watch.update()
            if asleep >= LATE or watch.age >= 2 * LATE and watch.cpu == 0:
                return True
            if time.monotonic() - began >= RESTLESS or self.has_ended():
                return False
            time.sleep(LONG_PERIOD)

    def _reaped_faults(self):
        found = 0
        for one in self.standing:
            with contextlib.suppress(Gone):
                found += one.stat().reaped_faults
        return found

    @staticmethod
    def _is_restless(watch):
        """It has fallen asleep again and again, and so had its chance."""
        had_chance = watch.sleeps >= 4 or watch.most_cpu >= BURN
        return had_chance and watch.age >= RESTLESS

    def _spins(self, watch):
        """One of them has used much CPU, or all that a very busy machine let it have:
        it got some, and never went to sleep."""
        starved = watch.most_cpu >= CRUMBS and watch.sleeps == 0
        spins = watch.most_cpu >= BURN or starved and watch.age >= STARVED
        if spins:
            self.note(
                proc_lines.BURN,
                f"/proc/{watch.busiest.pid}/stat: {watch.most_cpu:.2f} s of CPU time "
                f"in {watch.age:.1f} s",
            )
        return spins

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
            done = asleep >= self._enough(watch, enough) or self._spins(watch)
            if holders and (done or self._is_restless(watch)):
                return client.has_fin(STILL)

    def await_asleep(self, processes=None):
        """Wait until these, or else all that was there from the start, sleep or are
        not going to. A child may serve its client, and die, before its parent is back
        from fork: that death would interrupt something else than the wait for the next
        client."""
        watch = Watch(processes or self.standing)
        with contextlib.suppress(CannotTell):
            for _ in self.turns("the parent did not come back from fork"):
                if watch.update() > 0:
                    if not processes and "restart_syscall" not in watch.calls:
                        self._usual_timeout = watch.timeout
                    return
                if self.has_ended() or self.spins_idle:
                    return
                if self._spins(watch) or self._is_restless(watch):
                    return
                time.sleep(PERIOD)

    def await_child(self, client):
        """Wait until the connection of a client that has said nothing is held by a
        child alone, or the server has come to rest. Returns the holders that were
        not there from the start."""
        watch = Watch(self.standing)
        for _ in self.turns("a silent client waited for its child"):
            holders = self.holders_of(client)
            asleep = watch.update()
            done = holders and not holders & self.standing
            if done or asleep >= STILL or self._is_restless(watch):
                return holders - self.standing
            if self.has_ended() or self._spins(watch):
                return holders - self.standing
            time.sleep(PERIOD)

    def await_accepted(self):
        """Wait until no client is in the listen queue, or the server has come to
        rest with some there."""
        watch = Watch(self.standing)
        for _ in self.turns("clients waited in the listen queue"):
            asleep = watch.update()
            if sockets.accept_queue(self.server.port) == 0 and asleep >= QUIET:
                return
            if asleep >= STILL or self._spins(watch) or self._is_restless(watch):
                return
            if self.has_ended():
                return
            time.sleep(PERIOD)

    def is_served_by(self, others):
        """Whether a client is served by these, with the parent dead."""
        client = self.come()
        if client is None:
            return False
        watch = Watch(others)
        for _ in self.turns("a client came after the parent's end"):
            kind = client.listen(PERIOD)
            if kind is not None:
                return kind == evidence.SERVED
            asleep = watch.update()
            if asleep >= STILL or self._spins(watch) or self._is_restless(watch):
                return False
            if not any(one.is_alive() for one in others):
                return False

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

    def frozen(self):
        """All that was there from the start stands still inside the context."""
        return self.stopped(self.standing)

    @contextlib.contextmanager
    def stopped(self, processes):
        """Processes stand still inside the context."""
        try:
            for one in processes:
                with contextlib.suppress(Gone):
                    one.send(signal.SIGSTOP)
            for _ in self.turns("a process did not stop"):
                if all(one.state in ("T", "Z", "X", "gone") for one in processes):
                    break
                time.sleep(PERIOD)
            yield
        finally:
            for one in processes:
                with contextlib.suppress(Gone):
                    one.send(signal.SIGCONT)

    def kill(self, processes):
        """Kill processes, and wait until they are dead."""
        for one in processes:
            with contextlib.suppress(Gone):
                one.send(signal.SIGKILL)
        for _ in self.turns("a killed process did not die"):
            if not any(one.is_alive() for one in processes):
                return
            time.sleep(PERIOD)

    def never_rests(self):
        """Whether its own processes are at work all the time, which is no fault of the
        machine's."""
        known, watch = self.processes(), Watch(self.alive())
        met = set()
        while watch.age < BUSY:
            met |= self.processes() - known
            watch.update()
            time.sleep(LONG_PERIOD)
        return len(met) > 1 or self._spins(watch)

    # Inside

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
