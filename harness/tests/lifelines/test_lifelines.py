"""Lifelines: what an event log tells of each child, and which SIGCHLD told of which
deaths; hostile logs included."""

import json
import random

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log, from_log as lifelines_log, lives as lifelines
from reaplab.servers import arrange
from reaplab.servers.clients import hold

SERVER = 100


class Writer:
    """Writes a log line by line; each takes place a microsecond after the last."""

    def __init__(self, variant="server_sigchld"):
        self.lines = []
        self.now = 1_000_000
        self.add(SERVER, "listen", address="127.0.0.1", port=9190, backlog=5,
                 variant=variant)

    def add(self, pid, event, at=None, **more):
        self.now = self.now + 1000 if at is None else at
        self.lines.append({"t_ns": self.now, "pid": pid, "event": event, **more})

    def fork(self, child):
        self.add(SERVER, "accept", peer=f"127.0.0.1:{50000 + child}")
        self.add(SERVER, "fork", child=child)

    def die(self, child):
        self.add(child, "close", bytes=64)
        self.add(child, "exit", exit_code=0)

    def reap(self, child):
        self.add(SERVER, "reap", child=child, exit_code=0)

    def stop(self, zombies):
        self.add(SERVER, "stop", forked=0, reaped=0, sigchlds=0, zombies=zombies)

    def runs(self):
        text = "".join(json.dumps(line) + "\n" for line in self.lines)
        log = event_log.parse(text.encode())
        assert log.faults == ()
        return lifelines_log.runs(log)

    def run(self):
        (run,) = self.runs()
        return run


def told(run):
    return [(one.deaths, one.reaped) for one in run.sigchlds]


def fates(run):
    return {one.pid: one.fate for one in run.children}


def test_one_child_from_fork_to_reap():
    log = Writer()
    log.fork(7)
    log.die(7)
    log.add(SERVER, "sigchld")
    log.reap(7)
    log.stop(0)
    (child,) = log.run().children
    assert child.fate == lifelines.REAPED and child.zombie_ns == 2000
    assert (child.peer, child.echoed) == ("127.0.0.1:50007", 64)
    assert (child.parent, child.ending) == (SERVER, "exit 0")
    assert told(log.run()) == [(1, 1)]


def test_one_sigchld_that_told_of_five_deaths():
    log = Writer()
    for child in range(1, 6):
        log.fork(child)
    for child in range(1, 6):
        log.die(child)
    log.add(SERVER, "sigchld")
    log.reap(1)
    log.stop(4)
    run = log.run()
    assert told(run) == [(5, 1)]
    assert len(run.of_fate(lifelines.ZOMBIE)) == run.stop["zombies"] == 4
    assert run.most_zombies == 5
    assert run.zombies_over_time()[-1][1] == 4
    assert all(one.sigchld is run.sigchlds[0] for one in run.children)


def test_each_sigchld_tells_of_the_deaths_since_the_last():
    log = Writer("server_waitpid_loop")
    for first, count in ((1, 1), (10, 3), (20, 2)):
        for child in range(first, first + count):
            log.fork(child)
        for child in range(first, first + count):
            log.die(child)
        log.add(SERVER, "sigchld")
        for child in range(first, first + count):
            log.reap(child)
    assert told(log.run()) == [(1, 1), (3, 3), (2, 2)]


def test_a_death_logged_before_the_handler_of_another_ran():
    """Both had written `exit`, only one had died: two deliveries, a death each."""
    log = Writer()
    log.fork(1)
    log.fork(2)
    log.die(1)
    log.die(2)
    log.add(SERVER, "sigchld")
    log.reap(1)
    log.add(SERVER, "sigchld")
    log.reap(2)
    assert told(log.run()) == [(1, 1), (1, 1)]


def test_queued_signals_tell_of_one_death_each():
    """As SIGRTMIN does: four dead before the first is delivered, and four come."""
    log = Writer("server_rtsig")
    for child in range(1, 5):
        log.fork(child)
    for child in range(1, 5):
        log.die(child)
    for child in range(1, 5):
        log.add(SERVER, "sigchld")
        log.reap(child)
    run = log.run()
    assert told(run) == [(1, 1)] * 4
    assert [one.sigchld for one in run.children] == run.sigchlds


def test_a_delivery_without_any_death_is_left_at_none():
    log = Writer()
    log.fork(1)
    log.add(SERVER, "sigchld")  # a child that was stopped, say
    assert told(log.run()) == [(0, 0)]


def test_a_killed_child_is_told_by_the_delivery_before_its_reap():
    log = Writer()
    log.fork(1)
    log.add(SERVER, "sigchld")
    log.add(SERVER, "reap", child=1, signal=9)
    run = log.run()
    assert told(run) == [(1, 1)]
    (child,) = run.children
    assert child.ending == "killed by signal 9" and child.zombie_ns is None


def test_exit_and_reap_may_stand_before_the_fork():
    log = Writer()
    log.die(1)
    log.add(SERVER, "sigchld")
    log.reap(1)
    log.fork(1)
    run = log.run()
    (child,) = run.children
    assert child.fate == lifelines.REAPED and child.forked > child.reaped
    assert child.began < child.exited


def test_a_pid_that_comes_again_is_another_child():
    log = Writer("server_sig_ign")
    for _ in range(3):
        log.fork(1)
        log.die(1)
    log.stop(0)
    run = log.run()
    assert [one.fate for one in run.children] == [lifelines.GONE] * 3


@pytest.mark.parametrize("variant, stopped_with, fate", [
    ("server_noreap", 2, lifelines.ZOMBIE),
    ("server_noreap", None, lifelines.ZOMBIE),
    ("server_sig_ign", 0, lifelines.GONE),
    ("server_sig_ign", None, lifelines.GONE),
    ("somebody's", 2, lifelines.ZOMBIE),
    ("somebody's", 1, lifelines.UNKNOWN),
    ("somebody's", None, lifelines.UNKNOWN),
])
def test_what_became_of_the_unreaped(variant, stopped_with, fate):
    log = Writer(variant)
    for child in (1, 2):
        log.fork(child)
        log.die(child)
    log.fork(3)
    if stopped_with is not None:
        log.stop(stopped_with)
    assert fates(log.run()) == {1: fate, 2: fate, 3: lifelines.LIVING}


def test_a_grandchild_is_of_the_same_run_and_not_the_servers_to_reap():
    log = Writer("server_double_fork")
    log.add(7, "fork", child=8)  # before the fork line of 7 itself
    log.fork(7)
    log.reap(7)
    log.die(8)
    run = log.run()
    assert fates(run) == {7: lifelines.REAPED, 8: lifelines.GONE}
    assert {one.pid: one.parent for one in run.children} == {7: SERVER, 8: 7}


def test_several_runs_and_servers_in_one_file():
    first, second = Writer("server_noreap"), Writer("server_waitpid_loop")
    first.fork(1)
    first.die(1)
    first.stop(1)
    second.fork(1)
    second.die(1)
    second.add(SERVER, "sigchld")
    second.reap(1)
    second.stop(0)
    first.lines += second.lines
    runs = first.runs()
    assert [one.variant for one in runs] == ["server_noreap", "server_waitpid_loop"]
    assert [fates(one)[1] for one in runs] == [lifelines.ZOMBIE, lifelines.REAPED]


def test_a_log_whose_head_is_missing():
    log = Writer()
    log.fork(1)
    log.die(1)
    log.reap(1)
    del log.lines[0]
    run = log.run()
    assert (run.variant, run.pid, run.reaped) == (None, SERVER, 1)


def test_no_events_no_runs():
    assert lifelines_log.runs(event_log.parse(b"")) == []


def random_event(rng):
    event = rng.choice(list(event_log.FIELDS))
    made = {"t_ns": rng.choice([0, 5, 2**63 - 1, rng.randrange(10**6)]),
            "pid": rng.randrange(1, 6), "event": event}
    for key, kind in event_log.FIELDS[event].items():
        made[key] = rng.randrange(1, 6) if kind is int else "<script>"
    if event == "reap":
        made[rng.choice(["exit_code", "signal"])] = rng.randrange(3)
    if event == "stop":
        made["zombies"] = rng.choice([None, 0, 2])
    return made


def test_events_in_any_order_make_lives_that_add_up():
    """No order of valid lines makes the reader fail, nor lose a child."""
    rng = random.Random(20)
    for _ in range(300):
        log = Writer()
        log.lines = [random_event(rng) for _ in range(rng.randrange(60))]
        for run in log.runs():
            assert all(begin <= end for begin, end in run.zombie_spans())
            assert all(count >= 0 for _, count in run.zombies_over_time())
            assert sum(one.deaths for one in run.sigchlds) <= run.died
            assert run.began <= run.ended


# Real servers


def test_real_servers_tell_the_story(start, variant):
    """Five leave while the parent is frozen: one SIGCHLD told of five deaths."""
    server = start(variant)
    arrange.freeze_and_drain(server, 5)
    arrange.thaw(server)
    left = {"noreap": 5, "sigchld": 4, "waitpid_loop": 0}[variant]
    arrange.await_zombies(server, left)

    def all_is_logged():
        counts = event_log.read(server.trace).counts()
        assert counts["reap"] == 5 - left, counts

    eventually(all_is_logged)
    arrange.await_idle(server)
    assert server.stop() == 0
    (run,) = lifelines_log.runs(event_log.read(server.trace))
    assert len(run.of_fate(lifelines.ZOMBIE)) == run.stop["zombies"] == left
    handled = [] if variant == "noreap" else [(5, 5 - left)]
    assert told(run) == handled
    assert run.most_zombies == 5


def test_a_live_child_lives(start):
    server = start("waitpid_loop")
    with hold(server.address, 2):
        def both_are_logged():
            (run,) = lifelines_log.runs(event_log.read(server.trace))
            assert len(run.of_fate(lifelines.LIVING)) == 2

        eventually(both_are_logged)
