"""The catalogue's wrong answers: each one's symptom, made certain by arrangement,
and the right sibling that passes the same test.

Without the sibling a test would prove nothing: that server_serial does not serve
must not be the doing of the arrangement. (noreap and sigchld have files of their
own; the sockets' part of keeps_conn and keeps_listener is in test_fin.py.)
"""

import contextlib
import resource
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.diagnosis import evidence
from reaplab.diagnosis.subject import Subject
from reaplab.lifelines import event_log
from reaplab.proc import activity
from reaplab.servers import arrange, server as servers, spawn
from reaplab.servers.stalled import StallingPipe

RIGHT = "waitpid_loop"


def against(wrong):
    """Run a test with the wrong variant and with its right sibling: the test
    gets the name, and whether it is the wrong one."""
    return pytest.mark.parametrize(
        "variant, wrong", [(wrong, True), (RIGHT, False)], ids=[wrong, RIGHT]
    )


@contextlib.contextmanager
def observed(server):
    with contextlib.closing(Subject(server)) as subject:
        yield subject


def comes_to(outcome, kind, call=None):
    """Assert what became of a client."""
    assert outcome.kind == kind, outcome
    if call is not None:
        assert outcome.calls == [call], outcome


# One client at a time


@against("serial")
def test_serial_serves_the_second_when_the_first_has_left(start, variant, wrong):
    with observed(start(variant)) as subject:
        first, _ = subject.visit()
        second, outcome = subject.visit()
        if not wrong:
            return comes_to(outcome, evidence.SERVED)
        comes_to(outcome, evidence.ASLEEP, "waitid")
        first.close()
        comes_to(subject.answer(second), evidence.SERVED)
        assert subject.zombies() == [], "no zombie: that is why it looks right"


# The living are waited for


@against("wait_blocks")
def test_wait_blocks_hangs_while_any_client_stays(start, variant, wrong):
    """One leaves, another stays: the handler sleeps in wait, SIGCHLD blocked, and
    nobody accepts."""
    with observed(start(variant)) as subject:
        third, staying, outcome = one_leaves_another_stays(subject)
        if not wrong:
            return comes_to(outcome, evidence.SERVED)
        comes_to(outcome, evidence.ASLEEP, "waitid")
        assert "SIGCHLD" in subject.listener.signals().blocked
        staying.close()
        comes_to(subject.answer(third), evidence.SERVED)
        assert subject.zombies() == []


@against("wait_spins")
def test_wait_spins_burns_cpu_while_any_client_stays(start, variant, wrong):
    with observed(start(variant)) as subject:
        third, staying, outcome = one_leaves_another_stays(subject)
        if not wrong:
            return comes_to(outcome, evidence.SERVED)
        comes_to(outcome, evidence.SPINNING)
        staying.close()
        comes_to(subject.answer(third), evidence.SERVED)
        assert subject.zombies() == []


def one_leaves_another_stays(subject):
    """(the third client, the one that stays, what became of the third)."""
    first, _ = subject.visit()
    served_by = subject.holders_of(first)
    staying, _ = subject.visit()
    first.close()
    assert subject.fate(served_by) == evidence.DIES
    third, outcome = subject.visit()
    return third, staying, outcome


@pytest.mark.parametrize("variant", ["wait_blocks", "wait_spins"])
def test_they_look_right_while_nobody_is_held(start, variant):
    """Why such a server passes for right: it reaps everyone, merged or not."""
    server = start(variant)
    arrange.visit(server, 3)
    arrange.freeze_and_drain(server, 10)
    arrange.thaw(server)
    arrange.await_zombies(server, 0)


# accept, interrupted


@against("eintr")
def test_eintr_each_signal_leaves_a_child_that_spins(start, variant, wrong):
    """Ten merged deaths are one signal, one interrupted accept, one runaway; and
    two single ones are two more. A runaway holds no connection."""
    server = start(variant)
    with observed(server) as subject:
        arrange.freeze_and_drain(server, 10)
        arrange.thaw(server)
        runaways(subject, 1 if wrong else 0)
        for number in (2, 3):
            client, _ = subject.visit()
            leaves(subject, client)
            found = runaways(subject, number if wrong else 0)
        for one in found:
            assert subject.fate([one]) == evidence.SPINS
        assert len(subject.zombies()) == (9 if wrong else 0)


def leaves(subject, client):
    """The client leaves; returns when the parent has seen its child's death."""
    served_by = subject.holders_of(client) - subject.standing
    client.close()
    assert subject.fate(served_by) == evidence.DIES
    subject.await_handled(served_by)


def runaways(subject, count):
    """Wait for so many children that serve nobody; return them."""
    _, outcome = subject.visit()  # so the parent has been round its loop
    comes_to(outcome, evidence.SERVED)

    def counted():
        idle = [one for one in subject.newcomers() if not one.socket_inodes()]
        assert len(idle) == count, idle
        return idle

    return eventually(counted)


@against("errno")
def test_errno_dies_with_its_last_child(start, variant, wrong):
    """While another child lives the handler's last waitpid returns 0, which
    leaves errno alone."""
    server = start(variant)
    with observed(server) as subject:
        last, _ = subject.visit()
        for _ in range(2):
            client, outcome = subject.visit()
            comes_to(outcome, evidence.SERVED)
            leaves(subject, client)
        assert subject.zombies() == [] and not subject.has_ended()
        client, outcome = subject.visit()
        comes_to(outcome, evidence.SERVED)
        leaves(subject, client)
        leaves(subject, last)
        if not wrong:
            return comes_to(subject.visit()[1], evidence.SERVED)
        comes_to(subject.visit()[1], evidence.ENDED)
    assert server.exit_status() == 1
    assert server.err == "server_errno: accept: No child processes\n"


# A lock in the handler


@against("unsafe")
def test_unsafe_deadlocks_when_its_log_stalls(lab, variant, wrong):
    """Nobody reads stdout: the accept loop waits in a write, the log's lock in
    its hand. A child dies, and its handler wants that lock. Reading stdout again
    does not help any more. The sibling writes no line per client, and so its
    handler finds nothing locked."""
    with StallingPipe() as pipe, servers.start_foreign_server(
        [lab.program(f"server_{variant}")], stdout=pipe.writer
    ) as server, observed(server) as subject:
        first, _ = subject.visit()
        served_by = subject.holders_of(first) - subject.standing
        pipe.stall()
        waiting = subject.come()
        assert subject.await_blocked_writer(waiting) == wrong
        first.close()
        assert subject.fate(served_by) == evidence.DIES
        subject.await_handled(served_by)
        pipe.flow()
        if not wrong:
            return comes_to(subject.visit()[1], evidence.SERVED)
        comes_to(subject.answer(waiting), evidence.ASLEEP, "futex")
        comes_to(subject.visit()[1], evidence.ASLEEP, "futex")
        assert "SIGCHLD" in subject.listener.signals().blocked


def test_unsafe_survives_a_stalled_log_if_nobody_dies(lab):
    """The stall alone is no deadlock: it takes a death in the midst of it."""
    with StallingPipe() as pipe, servers.start_foreign_server(
        [lab.program("server_unsafe")], stdout=pipe.writer
    ) as server, observed(server) as subject:
        subject.visit()
        pipe.stall()
        waiting = subject.come()
        assert subject.await_blocked_writer(waiting)
        pipe.flow()
        comes_to(subject.answer(waiting), evidence.SERVED)
        comes_to(subject.visit()[1], evidence.SERVED)


# What exec does not reset


def test_blocked_never_hears(start):
    server = start("blocked")
    arrange.visit(server, 3)
    arrange.settled_zombies(server, 3)
    signals = server.process.signals()
    assert "SIGCHLD" in signals.caught & signals.blocked & signals.shared_pending
    assert event_log.read(server.trace).of("sigchld", "reap") == []


def test_its_sibling_unblocks_what_its_starter_blocked(start):
    """The same handler, started with SIGCHLD blocked: a server that does not
    trust exec hears all the same."""
    server = start(RIGHT, preexec=block_sigchld)
    arrange.visit(server, 3)
    arrange.settled_zombies(server, 0)

    def out_of_its_handler():
        assert "SIGCHLD" not in server.process.signals().blocked

    eventually(out_of_its_handler)


def block_sigchld():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})


def test_exec_keeps_the_mask():
    """The fact itself: what was blocked before exec is blocked after it."""
    run = spawn.run(["cat", "/proc/self/status"], preexec=block_sigchld)
    (mask,) = [one for one in run.out.splitlines() if one.startswith("SigBlk")]
    assert int(mask.split()[1], 16) == 1 << (signal.SIGCHLD - 1)


# The child that goes on


@against("falls_through")
def test_falls_through_becomes_a_second_server(start, variant, wrong):
    """Its client has left: it closed the connection, and accepts. With the
    parent frozen nobody else can, and whoever comes is its child's."""
    with observed(start(variant)) as subject:
        client, _ = subject.visit()
        served_by = subject.holders_of(client) - subject.standing
        client.half_close()
        assert subject.await_fin(client, served_by)
        client.close()
        if not wrong:
            return assert_gone_and_unserved(subject, served_by)
        (child,) = served_by
        assert subject.fate(served_by) == evidence.STAYS
        eventually(lambda: accepts(child))
        assert child in subject.holders_of_listener()
        with subject.frozen():
            grandson, outcome = subject.visit()
            comes_to(outcome, evidence.SERVED)
            (by,) = subject.holders_of(grandson) - {child}
            assert by.stat().ppid == child.pid


def accepts(child):
    assert activity.look(child).calls == {"accept"}


def assert_gone_and_unserved(subject, served_by):
    assert subject.fate(served_by) == evidence.DIES
    with subject.frozen():
        waiting, outcome = subject.visit()
        comes_to(outcome, evidence.ASLEEP)
    comes_to(subject.answer(waiting), evidence.SERVED)


# Other people's children


@against("steals")
def test_steals_the_librarys_child(start, variant, wrong):
    """The helper has died and was reaped before the first client came: waiting
    for it fails, and the client is turned away. One by one, each of them is."""
    server = start(variant)
    with observed(server) as subject:
        for number in (1, 2, 3):
            _, outcome = subject.visit()
            kind = evidence.TURNED_AWAY if wrong else evidence.SERVED
            comes_to(outcome, kind)
            eventually(lambda: at_rest(server, clients=0 if wrong else number))
        assert subject.has_reaped() == wrong
    assert server.stop() == 0
    lost = "library: lost my helper: "
    said = [f"{lost}No child processes\n", f"{lost}2 more times\n"]
    assert [server.err.count(one) for one in said] == ([1, 1] if wrong else [0, 0])


def at_rest(server, clients):
    """The parent accepts, and has no child but those that serve so many clients:
    its helper is dead, and reaped."""
    assert "accept" in activity.look(server.process).calls
    assert len(server.process.children()) == clients


# Descriptors


@against("keeps_conn")
def test_keeps_conn_runs_out_of_descriptors(start, variant, wrong):
    """A limit of 16 descriptors and 20 clients, one after the other."""
    def few_descriptors():
        resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))

    server = start(variant, preexec=few_descriptors)
    room = 16 - len(("stdin", "stdout", "stderr", "listener", "event log"))
    with observed(server) as subject:
        for _ in range(room):
            client, outcome = subject.visit()
            comes_to(outcome, evidence.SERVED)
            client.close()
        waiting = subject.come()
        if not wrong:
            comes_to(subject.answer(waiting), evidence.SERVED)
            assert event_log.read(server.trace).of("error") == []
            return
        eventually(lambda: is_starved(server))
        assert len(server.process.descriptors()) == 16


def is_starved(server):
    errors = event_log.read(server.trace).of("error")
    assert {one["errno"] for one in errors} == {"EMFILE"}
    assert "cannot accept, trying again: Too many open files" in server.err
