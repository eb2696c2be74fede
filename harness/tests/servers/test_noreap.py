"""server_noreap: nobody reaps, so every client leaves a zombie.

These are the opposites of what test_waitpid_loop.py claims: if they fail, the
harness cannot see zombies, and its "no zombies" mean nothing.
"""

import os
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sock_diag
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn


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
    """Field 52 of stat keeps each end apart until somebody waits: FIN, a signal,
    a reset, and a client that was gone when the echo was written (which must be
    an error and not the end by SIGPIPE)."""
    ends = {}
    for how in (by_fin, by_signal, by_reset, by_write_to_nobody):
        with server.connect() as session:
            session.echo()
            (child,) = arrange.await_children(server, 1)
            how(session, child)
        arrange.await_death([child])
        ends[how] = os.waitstatus_to_exitcode(child.stat().wait_status)
        assert child.descriptors() == {}
        assert "VmSize" not in child.status()
        assert child.stat().ppid == server.process.pid
    assert ends == {
        by_fin: 0,
        by_signal: -signal.SIGKILL,
        by_reset: 1,
        by_write_to_nobody: 1,
    }
    (read, write) = event_log.read(server.trace).of("error")
    assert (read["call"], read["errno"]) == ("read", "ECONNRESET")
    assert (write["call"], write["errno"]) == ("write", "EPIPE")


def by_fin(session, _child):
    session.half_close()


def by_signal(_session, child):
    child.send(signal.SIGKILL)


def by_reset(session, _child):
    session.reset()


def by_write_to_nobody(session, child):
    """When the child goes on, there is something to echo, and nobody to read it:
    after FIN and RST the kernel says EPIPE."""
    child.send(signal.SIGSTOP)
    eventually(lambda: is_stopped(child))
    ends = session.socket.getpeername()[:2], session.socket.getsockname()[:2]
    session.send(b"gone before you answer\n")
    session.half_close()
    session.reset()
    eventually(lambda: is_disconnected(*ends))
    child.send(signal.SIGCONT)


def is_disconnected(*ends):
    """The RST has come: the server's socket is in no table any more."""
    assert sock_diag.find(*ends) is None


def is_stopped(child):
    assert child.state == "T", child.state


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
