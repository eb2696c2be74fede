"""Sockets as the kernel tells them: who listens, who is connected, and what FIN
leaves behind. Each claim is read from /proc/net/tcp and again from ss."""

import contextlib
import shutil
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sockets
from reaplab.servers import arrange, server as servers, spawn
from reaplab.servers.clients import hold


@pytest.fixture
def quiet(start):
    """quiet(variant): a server on a port where all that is seen is its own."""
    return lambda variant: start(variant, port=servers.quiet_port())


@pytest.fixture
def echo_server(request, lab, quiet):
    """Any echo server, on such a port."""
    command = lab.command(request.param)
    if command is None:
        yield quiet(request.param)
        return
    port = servers.quiet_port()
    with servers.start_foreign_server(command, port) as foreign:
        yield foreign


def states_are(port, expected):
    """Wait until the port's sockets are exactly these (state, local port, remote
    port), as /proc says, and ss where it is at hand."""
    witnesses = [sockets.proc_states]
    witnesses += [sockets.ss_states] if shutil.which("ss") else []

    def same():
        for witness in witnesses:
            found = witness(port)
            assert found == sorted(expected), \
                f"{witness.__name__}: {found}, expected {sorted(expected)}"

    eventually(same)


def tcp_counter(name):
    """A counter of /proc/net/netstat."""
    with open("/proc/net/netstat", encoding="ascii") as file:
        lines = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(dict(zip(*lines))[name])


@contextlib.contextmanager
def time_wait_allowed():
    """Skip a test that fails because the kernel has no TIME_WAIT entry left to
    give (net.ipv4.tcp_max_tw_buckets): then it closes without one."""
    before = tcp_counter("TCPTimeWaitOverflow")
    try:
        yield
    except AssertionError:
        if tcp_counter("TCPTimeWaitOverflow") > before:
            pytest.skip("this machine is out of TIME_WAIT entries")
        raise


@pytest.mark.parametrize("count", [0, 1, 3, 25])
def test_one_listener_and_a_pair_per_client(echo_server, count):
    """With three clients: 1 socket listens, 3 are connected on the server's
    port, and 3 on ports of the clients."""
    port = echo_server.port
    with hold(echo_server.address, count) as sessions:
        expected = [("LISTEN", port, 0)]
        for session in sessions:
            expected.append(("ESTABLISHED", port, session.port))
            expected.append(("ESTABLISHED", session.port, port))
        states_are(port, expected)


def test_ss_says_the_same(echo_server, witness):
    witness("ss")
    port = echo_server.port
    with hold(echo_server.address, 3):

        def same():
            found = sockets.ss_states(port)
            assert found == sockets.proc_states(port)
            assert [state for state, _, _ in found].count("ESTABLISHED") == 6

        eventually(same)


def test_after_q_the_client_waits(quiet, variant, lab):
    """Whoever closes first waits in TIME_WAIT, and q is the client's FIN: its
    side waits, and of the server's side nothing is left."""
    server = quiet(variant)
    with time_wait_allowed():
        client = spawn.run(
            [lab.program("client"), "127.0.0.1", str(server.port)],
            stdin=b"hello\nq\n",
        )
        assert (client.status, client.out) == (0, "hello\n"), client
        (accept,) = event_log.read(server.trace).of("accept")
        client_port = int(accept["peer"].rpartition(":")[2])
        states_are(
            server.port,
            [("LISTEN", server.port, 0), ("TIME_WAIT", client_port, server.port)],
        )


def test_if_the_server_closes_first_it_waits(quiet, variant):
    """The opposite: the child is killed, the kernel sends its FIN, and it is the
    server's port that ends in TIME_WAIT."""
    server = quiet(variant)
    listen = ("LISTEN", server.port, 0)
    with server.connect() as session, time_wait_allowed():
        session.echo()
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGKILL)
        assert session.read_to_end() == b""
        states_are(
            server.port,
            [
                listen,
                ("CLOSE_WAIT", session.port, server.port),
                ("FIN_WAIT2", server.port, session.port),
            ],
        )
        session.close()
        states_are(
            server.port, [listen, ("TIME_WAIT", server.port, session.port)]
        )


def test_fin_half_way(quiet, variant):
    """Between the two FINs: the client has closed its side, the child, which
    stands still, has not."""
    server = quiet(variant)
    with server.connect() as session:
        session.echo()
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGSTOP)
        session.half_close()
        half_way = [
            ("LISTEN", server.port, 0),
            ("FIN_WAIT2", session.port, server.port),
            ("CLOSE_WAIT", server.port, session.port),
        ]
        states_are(server.port, half_way)

        def ss_says_the_same():
            assert sockets.ss_states(server.port) == sorted(half_way)

        eventually(ss_says_the_same)
        child.send(signal.SIGCONT)
        assert session.read_to_end() == b""


def test_a_zombie_holds_no_connection(quiet):
    """A zombie is an entry in the process table: its sockets went with it."""
    server = quiet("noreap")
    with hold(server.address, 3) as sessions:
        children = arrange.await_children(server, 3)
        for session in sessions:
            session.reset()  # leaves no TIME_WAIT
        arrange.await_death(children)
    arrange.await_zombies(server, 3)
    states_are(server.port, [("LISTEN", server.port, 0)])
