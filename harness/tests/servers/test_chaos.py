"""Chaos: clients, children and the parent are mistreated at random, and afterwards
the books still balance. Two minutes in `make soak`, a few seconds in `make test`.

A failure names its seed; REAP_SEED=N starts from the same one. (The kernel's
scheduler does not: a seed repeats what is done, not when.)"""

import contextlib
import os
import random
import signal
import time
from collections import Counter

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sockets
from reaplab.proc.process import Gone
from reaplab.servers import arrange, clients
from test_catalogue import RIGHT, STATUSES_KEPT

MOST_CLIENTS = 60
DATA = clients.pattern(1 << 20)
DEADLY = (signal.SIGKILL, signal.SIGTERM)
SIGNALS = (*DEADLY, signal.SIGSTOP, signal.SIGCONT, signal.SIGCHLD)  # for children
FLOOD = 1000  # SIGCHLDs in a row, at least


class Caller:
    """A client that does something at random, and checks what comes back: a
    prefix of what it sent, whatever was done to its child."""

    def __init__(self, server):
        """Raises TimeoutError if a frozen parent's queue is full."""
        self.session = clients.Session(server.address, within=0.2)
        self.session.socket.setblocking(False)
        self.sent = self.received = 0
        self.is_open = True

    def send(self, chance):
        size = chance.choice((1, 64, 4096, 100_000))
        with contextlib.suppress(BlockingIOError):
            piece = DATA[self.sent:self.sent + size]
            self.sent += self.session.socket.send(piece)

    def receive(self, _chance):
        with contextlib.suppress(BlockingIOError):
            piece = self.session.socket.recv(1 << 20)
            expected = DATA[self.received:self.received + len(piece)]
            clients.check_same(expected, piece)
            self.received += len(piece)
            assert self.received <= self.sent
            self.is_open = bool(piece)

    def half_close(self, _chance):
        self.session.half_close()

    def close(self, _chance=None):
        self.session.close()
        self.is_open = False

    def reset(self, _chance):
        self.session.reset()
        self.is_open = False

    def act(self, chance):
        what = chance.choices(
            (self.send, self.receive, self.half_close, self.close, self.reset),
            weights=(40, 40, 3, 10, 7),
        )[0]
        try:
            what(chance)
        except OSError:  # its child was killed, or it had half-closed
            self.close()


class Chaos:
    """Everything that is done at random, to one server."""

    def __init__(self, server, chance):
        self.server, self.chance = server, chance
        self.callers = []
        self.done = Counter()

    def a_client(self):
        if len(self.callers) < MOST_CLIENTS:
            with contextlib.suppress(TimeoutError):
                self.callers.append(Caller(self.server))
        if not self.callers:
            return
        for caller in self.chance.choices(self.callers, k=5):
            if caller.is_open:
                caller.act(self.chance)
        self.callers = [one for one in self.callers if one.is_open]

    def a_child(self):
        children = arrange.live_children(self.server)
        if not children:
            return
        signum = self.chance.choice(SIGNALS)
        # One that has only just been forked may not be itself yet; a signal
        # finds it all the same.
        with contextlib.suppress(Gone):
            self.chance.choice(children).send(signum)
            self.done[signum] += 1

    def the_parent(self):
        self.let_parent(self.chance.choice((signal.SIGSTOP, signal.SIGCONT)))

    def let_parent(self, signum):
        """Stop the parent or let it go on, until the kernel says that it has. Only
        what changed something is counted."""
        parent = self.server.process
        stops, before = signum == signal.SIGSTOP, parent.state == "T"
        parent.send(signum)

        def obeyed():
            assert (parent.state == "T") == stops, f"{signum.name}, {parent.state}"

        eventually(obeyed)
        self.done[f"parent {signum.name}"] += before != stops

    def a_flood(self):
        """SIGCHLDs for the parent of which no child knows. One that stands still has
        one of them pending, unless the kernel throws them away."""
        parent = self.server.process
        stands_still, signals = parent.state == "T", parent.signals()
        count = FLOOD + self.chance.randrange(FLOOD)
        handle = os.pidfd_open(parent.pid)
        try:
            for _ in range(count):
                signal.pidfd_send_signal(handle, signal.SIGCHLD)
        finally:
            os.close(handle)
        if stands_still and "SIGCHLD" in signals.caught | signals.blocked:
            assert "SIGCHLD" in parent.signals().shared_pending, "none has come"
        self.done["floods, parent stopped" if stands_still else "floods"] += 1

    def the_worst(self):
        """What chance may leave out, in a short run on a slow machine."""
        self.let_parent(signal.SIGSTOP)
        self.a_flood()
        self.let_parent(signal.SIGCONT)
        self.a_flood()

    def go_on(self, seconds):
        until = time.monotonic() + seconds
        acts = (self.a_client, self.a_child, self.the_parent, self.a_flood)
        while time.monotonic() < until:
            what = self.chance.choices(acts, weights=(900, 80, 20, 3))[0]
            what()
            self.done[what.__name__] += 1

    def end(self):
        """Everybody may go on, and all clients leave."""
        self.server.process.send(signal.SIGCONT)
        for caller in self.callers:
            caller.close()

        def nobody_left():
            for child in arrange.live_children(self.server):
                child.send(signal.SIGCONT)
            left = arrange.live_children(self.server)
            assert not left, f"{len(left)} children stay"
            # Those that left while the parent was frozen still get a child each.
            waiting = sockets.accept_queue(self.server.port)
            assert not waiting, f"{waiting} have yet to be accepted"

        eventually(nobody_left, within=40)


def flood_the_quiet(trouble):
    """When no child is left to die, what a handler logs is the flood."""
    server = trouble.server
    arrange.await_idle(server)
    if "SIGCHLD" not in server.process.signals().caught:
        return

    def told():
        return event_log.read(server.trace).counts()["sigchld"]

    before = told()
    trouble.a_flood()
    arrange.await_idle(server)
    assert told() > before, "no handler has seen the flood"


def books_balance(server, variant):
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        arrange.await_idle(server)
        assert server.stop() == 0
    totals, log = server.closing_line(), event_log.read(server.trace)
    counts = log.counts()
    assert totals.zombies == 0 and log.faults == () and server.err == ""
    assert not [one for one in log.of("error") if one["pid"] == server.process.pid]
    assert counts["fork"] >= counts["accept"]
    if variant == "double_fork":
        return
    assert counts["accept"] == counts["fork"] == totals.forked
    if variant in STATUSES_KEPT:
        assert totals.reaped == counts["reap"] == totals.forked - 1
        signals = {one.get("signal") for one in log.of("reap")}
        assert signals <= {None, *DEADLY}
        codes = {one.get("exit_code") for one in log.of("reap")}
        assert codes <= {None, 0, 1}


def chaos(start, variant, seconds):
    seed = int(os.environ.get("REAP_SEED", random.randrange(1 << 32)))
    server = start(variant, "--backlog", "1024")
    server.note(f"chaos, REAP_SEED={seed}")
    arrange.await_idle(server)
    before = server.process.descriptors()
    trouble = Chaos(server, random.Random(seed))
    try:
        trouble.go_on(seconds / 2)
        trouble.the_worst()
        trouble.go_on(seconds / 2)
    finally:
        trouble.end()
    server.note(f"did {dict(trouble.done)}")

    if variant != "sweep":
        arrange.await_zombies(server, 0)  # and with them go their pidfds
    arrange.await_descriptors(server, before)
    flood_the_quiet(trouble)
    books_balance(server, variant)
    return was_mistreated(trouble.done)


def was_mistreated(done):
    """Clients, children and the parent, each in every way. Returns what was done."""
    kinds = ("a_client", "a_child", "parent SIGSTOP", "parent SIGCONT", "floods",
             "floods, parent stopped")
    missing = [kind for kind in kinds if not done[kind]]
    assert not missing, f"{missing} did not happen: {dict(done)}"
    return done


def test_a_few_seconds_of_chaos(start):
    chaos(start, "waitpid_loop", 4)


@pytest.mark.soak
@pytest.mark.timeout(200)
def test_two_minutes_of_chaos(start):
    done = chaos(start, "waitpid_loop", 120)
    sent = sum(done[signum] for signum in SIGNALS)
    assert min(done[signum] for signum in DEADLY) > sent / 20, dict(done)


@pytest.mark.soak
@pytest.mark.parametrize("variant", RIGHT)
def test_ten_seconds_of_chaos_for_every_right_variant(start, variant):
    chaos(start, variant, 10)
