"""server_noreap: nobody reaps, so every client leaves a zombie.

These are the opposites of what test_waitpid_loop.py claims: if they fail, the
harness cannot see zombies, and its "no zombies" mean nothing.
"""

import os
import signal

import pytest

from reaplab import arrange, event_log, spawn
from reaplab.process import Process


@pytest.fixture
def server(start):
    return start("noreap")


@pytest.mark.parametrize("count", [1, 7, 40])
def test_each_client_leaves_one_zombie(server, count):
    arrange.visit(server, count)
    arrange.settled_zombies(server, count)


def test_clients_that_leave_together_leave_as_many(server):
    drain = arrange.freeze_and_drain(server, 30)
    assert len(drain.zombies) == 30
    arrange.thaw(server)
    arrange.settled_zombies(server, 30)


def test_without_a_handler_nothing_is_pending(server):
    """A default SIGCHLD is thrown away when it comes, frozen or not: there is
    nothing for a parent to catch up with."""
    signals = server.process.signals()
    assert "SIGCHLD" not in signals.caught | signals.ignored | signals.blocked
    drain = arrange.freeze_and_drain(server, 3)
    assert drain.signals.shared_pending | drain.signals.pending == set()


def test_ps_sees_them_as_defunct(server, witness):
    witness("ps")
    arrange.visit(server, 4)
    zombies = arrange.await_zombies(server, 4)
    ps = spawn.run(
        ["ps", "--ppid", str(server.process.pid), "-o", "pid=,state=,args="]
    )
    lines = [line.split() for line in ps.out.splitlines()]
    assert [int(line[0]) for line in lines] == [one.pid for one in zombies]
    for line in lines:
        assert line[1] == "Z" and line[-1] == "<defunct>"


def test_a_zombie_keeps_its_exit_status_and_little_else(server):
    """Three ends: FIN, a signal, and a reset that the child could not write to.
    Field 52 of stat keeps each apart until somebody waits."""
    arrange.visit(server, 1)
    (fin,) = arrange.await_zombies(server, 1)
    with server.connect() as session:
        session.echo()
        (killed,) = arrange.await_children(server, 1)
        killed.send(signal.SIGKILL)
        arrange.await_death([killed])
    with server.connect() as session:
        session.echo()
        (reset,) = arrange.await_children(server, 1)
        session.reset()
        arrange.await_death([reset])
    ends = {one: one.stat().wait_status for one in (fin, killed, reset)}
    assert os.waitstatus_to_exitcode(ends[fin]) == 0
    assert os.waitstatus_to_exitcode(ends[killed]) == -signal.SIGKILL
    assert os.waitstatus_to_exitcode(ends[reset]) == 1
    for zombie in ends:
        assert zombie.descriptors() == {}
        assert "VmSize" not in zombie.status()
        assert zombie.stat().ppid == server.process.pid


def test_killing_a_zombie_does_nothing(server):
    """It is dead already: only its parent's wait, or its parent's death, ends
    it."""
    arrange.visit(server, 3)
    before = [one.stat() for one in arrange.await_zombies(server, 3)]
    for zombie in server.process.zombies():
        for signum in (signal.SIGTERM, signal.SIGKILL, signal.SIGCONT):
            zombie.send(signum)
    zombies = arrange.settled_zombies(server, 3)
    assert [one.stat() for one in zombies] == before


def test_killing_the_parent_makes_them_vanish(server):
    """They become the children of init, or of the subreaper nearest to them,
    which here is this process; and as that one reaps, they are gone."""
    arrange.visit(server, 5)
    zombies = arrange.await_zombies(server, 5)
    server.process.send(signal.SIGKILL)
    assert server.exit_status() == -signal.SIGKILL
    for zombie in zombies:
        assert zombie.stat().ppid == os.getpid()
        assert zombie.is_zombie(), "an adopted zombie waits for its new parent"
    assert set(zombies) <= set(Process.at(os.getpid()).children())
    spawn.end_strays()
    assert [one for one in zombies if one.has_entry()] == []


def test_the_event_log_knows_of_no_reap(server):
    arrange.visit(server, 6)
    with arrange.one_more(server):
        server.stop()
    log = event_log.read(server.trace)
    counts = log.counts()
    assert (counts["fork"], counts["sigchld"], counts["reap"]) == (7, 0, 0)
    assert {one["exit_code"] for one in log.of("exit")} == {0}
