"""What clients may cost: --max-children refuses politely, --idle-timeout ends who
stands still; and without either a server is as it always was."""

import contextlib
import signal
import sys
import time

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.faults import injection
from reaplab.lifelines import event_log
from reaplab.servers import arrange
from reaplab.servers.clients import Session, hold, pattern
from reaplab.servers.server import start_foreign_server

# Every right way to reap but one: what server_double_fork starts are init's.
LIMITED = ["waitpid_loop", "sig_ign", "nocldwait", "flag", "self_pipe", "signalfd",
           "pidfd", "rtsig", "thread", "sweep"]


def is_refused(address, data=b""):
    """Assert that a client gets a FIN and not a byte, also if it spoke first."""
    with Session(address) as session:
        if data:
            session.send(data)
        assert session.read_to_end() == b""


def is_served(server):
    with server.connect() as session:
        try:
            session.echo()
        except ConnectionError as error:
            raise AssertionError("refused") from error


@pytest.mark.parametrize("variant", LIMITED)
def test_one_client_too_many_is_refused_and_the_next_is_served(start, variant):
    server = start(variant, "--max-children", "2")
    before = server.process.descriptors()
    with hold(server.address, 2) as sessions:
        children = arrange.await_children(server, 2)
        for _ in range(3):
            is_refused(server.address)
        assert arrange.await_children(server, 2) == children, "none was forked"
        sessions[0].echo()
        sessions[0].close()
        arrange.await_children(server, 1)
        eventually(lambda: is_served(server))
    arrange.await_children(server, 0)
    errors = event_log.read(server.trace).of("error")
    assert len(errors) >= 3
    assert {(one["call"], one["errno"]) for one in errors} \
        == {("max-children", "EAGAIN")}
    assert server.err.count("\n") == 1, "said once"
    assert "client refused, --max-children reached" in server.err
    if variant != "pidfd":
        arrange.await_descriptors(server, before)


def test_a_client_that_spoke_first_is_refused_as_politely(start):
    server = start("waitpid_loop", "-m", "1")
    with hold(server.address, 1):
        with arrange.frozen(server):
            with Session(server.address) as early:
                early.send(pattern(5000))
                arrange.thaw(server)
                assert early.read_to_end() == b""


@pytest.mark.parametrize(
    "option, rule, call, why",
    [
        ("--max-children", "openat:error=EMFILE", "max-children",
         "cannot count children"),
        ("--idle-timeout", "setsockopt:error=ENOMEM", "setsockopt",
         "cannot set its idle limit"),
    ],
)
def test_what_fails_once_refuses_one_client_and_says_no_more(
    start, witness, option, rule, call, why
):
    """Nothing is said of the next, who is served."""
    witness("strace")
    server = start("waitpid_loop", option, "9")
    server.faults_ordered = True
    with injection.attached(server.process, injection.strace(f"{rule}:when=1")):
        is_refused(server.address)
        with server.connect() as session:
            session.echo()
        arrange.await_children(server, 0)
        arrange.await_idle(server)
    (error,) = event_log.read(server.trace).of("error")
    assert (error["call"], error["errno"]) == (call, rule.rpartition("=")[2])
    assert server.err.count("\n") == 1
    assert f"client refused, {why}" in server.err and "others" not in server.err


def test_zombies_count_so_who_never_reaps_ends_up_serving_nobody(start):
    """A process table in small: what months do to a machine, in three clients."""
    server = start("noreap", "--max-children", "3")
    arrange.visit(server, 3)
    arrange.await_zombies(server, 3)
    is_refused(server.address)
    assert not arrange.live_children(server)
    reaping = start("waitpid_loop", "--max-children", "3")
    for _ in range(10):
        eventually(lambda: is_served(reaping))


def test_a_killed_child_makes_room(start):
    server = start("waitpid_loop", "--max-children", "1")
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGKILL)
        arrange.await_death([child])
        eventually(lambda: is_served(server))


@pytest.mark.parametrize("variant", ["waitpid_loop", "sig_ign", "double_fork"])
def test_a_silent_client_is_ended_and_a_talking_one_is_not(start, variant):
    server = start(variant, "--idle-timeout", "1")
    with server.connect() as silent, server.connect() as talking:
        silent.echo()
        began = time.monotonic()
        talking.echo()
        while time.monotonic() < began + 1.6:
            talking.echo()
            time.sleep(0.1)
        assert silent.read_to_end() == b"", "a FIN"
        assert time.monotonic() - began >= 0.9
        talking.echo()
    arrange.await_children(server, 0)
    errors = event_log.read(server.trace).of("error")
    assert [(one["call"], one["errno"]) for one in errors][0] == ("read", "ETIMEDOUT")


def test_a_client_that_reads_nothing_is_ended(start):
    """Its child waits in write(2), with all buffers full."""
    server = start("waitpid_loop", "--idle-timeout", "1")
    with server.connect() as session:
        session.echo()
        arrange.await_children(server, 1)
        session.socket.setblocking(False)

        def stuffed():
            with contextlib.suppress(BlockingIOError, ConnectionError):
                session.socket.send(bytes(1 << 20))
            assert event_log.read(server.trace).of("exit")

        eventually(stuffed)
        arrange.await_children(server, 0)
    (error,) = event_log.read(server.trace).of("error")
    assert (error["call"], error["errno"]) == ("write", "ETIMEDOUT")


def test_without_a_limit_silence_costs_nothing_but_a_child(start):
    server = start("waitpid_loop")
    with hold(server.address, 20) as sessions:
        arrange.await_children(server, 20)
        for session in sessions:
            session.echo()
    assert server.err == ""


# Floods: what comes too fast, and what is sent and never read back


FLOOD = 200


@pytest.mark.parametrize("options, forks", [((), 1 + FLOOD), (("-m", "1"), 1)])
def test_past_the_limit_a_flood_costs_no_process(start, options, forks):
    """How fast clients come nothing limits. Each is a fork without --max-children,
    and none past it; when they no longer come the server rests."""
    server = start("waitpid_loop", "--backlog", "512", *options)
    with hold(server.address, 1) as (held,):
        (child,) = arrange.await_children(server, 1)
        for _ in range(FLOOD):
            with server.connect() as one:
                one.half_close()
                assert one.read_to_end() == b""
        held.echo()
        arrange.await_zombies(server, 0)
        assert arrange.await_children(server, 1) == [child]
        arrange.await_idle(server)
    arrange.await_children(server, 0)
    assert server.stop() == 0
    assert server.closing_line().forked == forks


# Reads all before it writes any of it.
HOARDER = """
import socket, sys
conn, _ = socket.create_server(("127.0.0.1", int(sys.argv[1]))).accept()
held = b""
while data := conn.recv(1 << 16):
    held += data
"""
UNREAD = 512 << 10  # bytes: 32 times the buffer of a child
GROWTH = 64  # kB: a few pages may be touched late


def resident(process):
    """What it holds in memory, in kB. (status counts per CPU and is late.)"""
    with open(f"/proc/{process.pid}/smaps_rollup", encoding="ascii") as file:
        (line,) = [line for line in file if line.startswith("Rss:")]
    return int(line.split()[1])


def send_unread(session):
    """Send and read nothing, until so much has gone out."""
    session.socket.setblocking(False)
    sent = 0

    def gone():
        nonlocal sent
        with contextlib.suppress(BlockingIOError):
            while sent < UNREAD:
                sent += session.socket.send(bytes(UNREAD - sent))
        assert sent == UNREAD

    eventually(gone)


def test_what_a_client_does_not_read_a_child_does_not_hold(start):
    """It has one buffer, and reads no more until that is written. The rest waits in
    the kernel, which has limits of its own (tcp(7)), and then with the client."""
    server = start("waitpid_loop", trace=False)
    with server.connect() as session:
        session.echo(pattern(100_000))  # the buffer has been full once
        (child,) = arrange.await_children(server, 1)
        before = resident(child)
        send_unread(session)
        assert resident(child) - before < GROWTH
        session.socket.settimeout(PATIENCE)
        assert session.receive(UNREAD) == bytes(UNREAD)
        assert resident(child) - before < GROWTH


def test_a_server_that_holds_what_is_not_read_is_seen_to(folder):
    """The opposite."""
    script = folder / "hoarder.py"
    script.write_text(HOARDER)
    with start_foreign_server([sys.executable, script]) as server:
        before = resident(server.process)
        with server.connect() as session:
            send_unread(session)

            def held():
                assert resident(server.process) - before > GROWTH

            eventually(held)
