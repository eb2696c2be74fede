"""Parent and children: who exists, who is whose, who holds which descriptor."""

import signal
from dataclasses import asdict

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sockets
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold
from reaplab.servers.server import READY_LINE, Totals

KERNEL_NAME_SIZE = 15  # TASK_COMM_LEN less the NUL, see proc_pid_comm(5)


def held_by(process, table):
    """The sockets of the table that the process holds."""
    inodes = process.socket_inodes()
    return [one for one in table if one.inode in inodes]


@pytest.mark.parametrize("count", [1, 5, 20])
def test_one_child_per_live_client(start, variant, count):
    server = start(variant)
    assert server.process.live_children() == []
    with hold(server.address, count):
        children = arrange.await_children(server, count)
        assert len(set(children)) == count
        for child in children:
            stat = child.stat()
            assert stat.name == server.name[:KERNEL_NAME_SIZE]
            assert stat.ppid == server.process.pid
    arrange.await_death(children)


def test_ps_says_the_same(start, variant, witness):
    witness("ps")
    server = start(variant)
    with hold(server.address, 3):
        children = arrange.await_children(server, 3)
        ps = spawn.run(
            ["ps", "--ppid", str(server.process.pid), "-o", "pid=,state=,comm="]
        )
    told = {int(line.split()[0]): line.split()[1:] for line in ps.out.splitlines()}
    assert sorted(told) == [child.pid for child in children]
    for state, name, *_ in told.values():
        assert state in "SR"
        assert name == server.name[:KERNEL_NAME_SIZE]


def test_each_child_holds_one_connection_and_no_listener(start, variant):
    server = start(variant)
    with hold(server.address, 5) as sessions:
        children = arrange.await_children(server, 5)

        def one_connection_each():
            table = sockets.tcp_sockets(server.port)
            held = [one for child in children for one in held_by(child, table)]
            assert len(held) == len(children), held
            assert {one.state for one in held} == {"ESTABLISHED"}, held
            assert {one.local_port for one in held} == {server.port}
            ports = {one.remote_port for one in held}
            assert ports == {session.port for session in sessions}
            assert all(len(held_by(child, table)) == 1 for child in children)

        eventually(one_connection_each)


def test_the_parent_holds_the_listener_and_no_connection(start, variant):
    server = start(variant)
    with hold(server.address, 5):
        def only_the_listener():
            held = held_by(server.process, sockets.tcp_sockets(server.port))
            assert [one.state for one in held] == ["LISTEN"], held

        eventually(only_the_listener)


def test_parent_and_children_share_only_files(start, variant):
    """Beside the connection, a child has what the parent has: stdin, stdout,
    stderr and the event log, nothing more."""
    server = start(variant)
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        arrange.await_idle(server)
        parents = set(server.process.descriptors().values())
        childs = set(child.descriptors().values())

    def no_sockets(targets):
        return {one for one in targets if not one.startswith("socket:")}

    assert no_sockets(childs) == no_sockets(parents)
    assert len(childs - parents) == 1


def test_children_flush_nothing_of_the_parents(start, variant):
    """stdout is a file here, so stdio would buffer the ready line; each child
    that left through exit(3) would write it again."""
    server = start(variant)
    arrange.visit(server, 3)
    server.stop()
    ready, closing = server.out.splitlines(keepends=True)
    assert READY_LINE.match(ready)
    assert " stopped: " in closing
    assert server.err == ""


def test_children_have_default_signals(start, variant):
    """A child inherits the parent's handlers through fork; it must not act for
    its parent."""
    server = start(variant)
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        signals = child.signals()
    assert signals.caught & {"SIGCHLD", "SIGINT", "SIGTERM"} == set()
    assert signals.blocked == set()


def test_what_was_inherited_is_put_right(start, variant):
    """SIGCHLD ignored and blocked by whoever started the server: both stay so
    through exec."""
    def spoil():
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        signal.pthread_sigmask(
            signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGTERM}
        )

    server = start(variant, preexec=spoil)
    signals = server.process.signals()
    assert signals.blocked == set()
    assert "SIGCHLD" not in signals.ignored
    assert server.stop() == 0


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_stop_says_what_happened(start, variant, signum):
    """Three clients have left, one is still served."""
    server = start(variant)
    arrange.visit(server, 3)
    with arrange.one_more(server):
        arrange.await_zombies(server, 3 if variant == "noreap" else 0)
        assert server.stop(signum) == 0
    expected = Totals(4, 0, 0, 3) if variant == "noreap" else Totals(4, 3, 3, 0)
    assert server.closing_line() == expected
    (stop,) = event_log.read(server.trace).of("stop")
    assert {key: stop[key] for key in asdict(expected)} == asdict(expected)


def test_children_outlive_the_parent(start, variant):
    """Clients that are being served when the server is stopped are served on,
    by children whose parent is now another. New clients are refused."""
    server = start(variant)
    with hold(server.address, 2) as sessions:
        children = arrange.await_children(server, 2)
        assert server.stop() == 0
        for session in sessions:
            session.echo(b"still there?\n")
        for child in children:
            assert child.stat().ppid != server.process.pid
        with pytest.raises(ConnectionRefusedError):
            server.connect()
    arrange.await_death(children)


def test_the_port_is_free_at_once_after_a_kill(start, variant):
    """No child keeps the listening socket, and TIME_WAIT keeps nobody out:
    while a client is still served, another server takes the port."""
    server = start(variant)
    with hold(server.address, 1) as (session,):
        server.process.send(signal.SIGKILL)
        assert server.exit_status() == -signal.SIGKILL
        with start(variant, port=server.port) as second:
            assert second.port == server.port
            session.echo()
