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

from reaplab import arrange, clients, event_log, sockets
from reaplab.deadline import eventually
from reaplab.process import Gone
from test_catalogue import RIGHT, STATUSES_KEPT

MOST_CLIENTS = 60
DATA = clients.pattern(1 << 20)
DEADLY = (signal.SIGKILL, signal.SIGTERM)


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
        signum = self.chance.choice(
            (*DEADLY, signal.SIGSTOP, signal.SIGCONT, signal.SIGCHLD)
        )
        # One that has only just been forked may not be itself yet; a signal
        # finds it all the same.
        with contextlib.suppress(Gone):
            self.chance.choice(children).send(signum)
            self.done[signum] += 1

    def the_parent(self):
        signum = self.chance.choice((signal.SIGSTOP, signal.SIGCONT))
        self.server.process.send(signum)
        for _ in range(self.chance.randrange(30)):
            self.server.process.send(signal.SIGCHLD)

    def go_on(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            what = self.chance.choices(
                (self.a_client, self.a_child, self.the_parent), weights=(90, 8, 2)
            )[0]
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
        trouble.go_on(seconds)
    finally:
        trouble.end()
    server.note(f"did {dict(trouble.done)}")

    def nothing_gained():
        assert server.process.descriptors() == before

    if variant != "sweep":
        arrange.await_zombies(server, 0)  # and with them go their pidfds
    eventually(nothing_gained)
    books_balance(server, variant)
    return trouble.done


def test_a_few_seconds_of_chaos(start):
    done = chaos(start, "waitpid_loop", 4)
    assert done["a_client"] and done["a_child"]


@pytest.mark.soak
@pytest.mark.timeout(200)
def test_two_minutes_of_chaos(start):
    done = chaos(start, "waitpid_loop", 120)
    assert min(done[signum] for signum in DEADLY) > 100


@pytest.mark.soak
@pytest.mark.parametrize("variant", RIGHT)
def test_ten_seconds_of_chaos_for_every_right_variant(start, variant):
    chaos(start, variant, 10)
