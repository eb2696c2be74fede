"""Any echo server: what goes in comes back, whatever other clients do."""

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.proc import sockets
from reaplab.servers import arrange, clients
from reaplab.servers.clients import hold

KIB, MIB = 1 << 10, 1 << 20


def test_text_comes_back(echo_server):
    with echo_server.connect() as session:
        for line in (b"hello\n", "h\u00e9llo \u4e16\u754c\n".encode(), b"\n", b"q\n"):
            session.echo(line)


def test_binary_comes_back(echo_server):
    with echo_server.connect() as session:
        session.echo(b"\0")
        session.echo(b"before\0after" + b"\0" * 4096)
        session.echo(bytes(range(256)) * 3)


@pytest.mark.parametrize(
    "size",
    [1, 2 * KIB - 1, 2 * KIB, 2 * KIB + 1, 18 * KIB, 18 * KIB + 1, MIB, 16 * MIB],
)
def test_every_size_comes_back(echo_server, size):
    with echo_server.connect() as session:
        session.echo(clients.pattern(size))


def test_half_close(echo_server):
    """The client's FIN ends what it sends, not what it is owed."""
    data = clients.pattern(64 * KIB)
    with echo_server.connect() as session:
        session.send(data)
        session.half_close()
        clients.check_same(data, session.read_to_end())


def test_fin_for_fin(echo_server):
    """A client that says nothing and half-closes gets the server's FIN: nobody
    else holds the connection open."""
    with echo_server.connect() as session:
        session.half_close()
        assert session.read_to_end() == b""


def test_200_clients_at_once(echo_server):
    with hold(echo_server.address, 200) as sessions:
        for number, session in enumerate(sessions):
            session.send(b"I am client %d\n" % number)
        for number, session in enumerate(sessions):
            expected = b"I am client %d\n" % number
            clients.check_same(expected, session.receive(len(expected)))


def test_a_held_client_delays_nobody(echo_server):
    """No timing: while one client is held in the midst of its session, others
    come, are served and go."""
    with echo_server.connect() as slow:
        slow.echo(b"first half, ")
        for _ in range(5):
            with echo_server.connect() as other:
                other.echo()
        slow.echo(b"second half\n")


def test_a_client_that_does_not_read_delays_nobody(echo_server):
    """Its server cannot write for long, as nothing is read; the others' can."""
    data = clients.pattern(64 * MIB)
    with echo_server.connect() as slow:
        slow.socket.settimeout(0.2)
        sent = 0
        with pytest.raises(TimeoutError):
            while sent < len(data):
                sent += slow.socket.send(data[sent:sent + 64 * KIB])
            pytest.skip("this kernel buffers 64 MiB: the client cannot be slow")
        for _ in range(5):
            with echo_server.connect() as other:
                other.echo(clients.pattern(64 * KIB))
        slow.socket.settimeout(PATIENCE)
        clients.check_same(data[:sent], slow.receive(sent))


def rude_at_once(server):
    """Leaves without a word."""
    server.connect().close()


def rude_reset(server):
    """Resets after an echo."""
    session = server.connect()
    session.echo()
    session.reset()


def rude_unread(server):
    """Leaves with its echo unread: the kernel answers with RST."""
    session = server.connect()
    session.send(clients.pattern(MIB // 4))
    session.close()


def rude_mid_write(server):
    """Resets while the server is blocked in a write to it."""
    session = server.connect()
    session.socket.settimeout(0.1)
    data = clients.pattern(MIB)
    try:
        for _ in range(64):
            session.socket.send(data)
    except TimeoutError:
        pass
    session.reset()


def rude_before_accept(server):
    """Resets before it is accepted."""
    with arrange.frozen(server):
        server.connect().reset()


def rude_said_and_gone(server):
    """Says something and has reset before it is accepted."""
    with arrange.frozen(server):
        session = server.connect()
        session.send(b"not there any more\n")
        session.reset()


RUDE = (
    rude_at_once,
    rude_reset,
    rude_unread,
    rude_mid_write,
    rude_before_accept,
    rude_said_and_gone,
)


@pytest.mark.parametrize("rude", RUDE)
def test_a_rude_client_harms_nobody(echo_server, rude):
    """Another client, served before, is served after, and so is a new one."""
    with echo_server.connect() as witness:
        witness.echo()
        for _ in range(3):
            rude(echo_server)
        witness.echo(clients.pattern(64 * KIB))
    with echo_server.connect() as session:
        session.echo()
    assert not echo_server.has_exited()


def test_descriptors_do_not_leak(echo_server):
    """The accepting process holds no more after 500 clients than after one. (It may
    hold fewer: the first client's socket is there until the parent closes it.)"""
    visit_and_see_it_closed(echo_server)
    before = echo_server.listener.descriptors()
    for _ in range(500):
        visit_and_see_it_closed(echo_server)

    def as_before():
        now = echo_server.listener.descriptors()
        assert len(now) <= len(before), f"{before} became {now}"

    eventually(as_before)


def visit_and_see_it_closed(server):
    """One client; at its end nobody holds the connection any more: the FIN that
    came back says so."""
    with server.connect() as session:
        session.echo(b"x")
        session.half_close()
        assert session.read_to_end() == b""


@pytest.mark.skipif(not sockets.has_ipv6(), reason="needs an IPv6 loopback")
def test_ipv6(start, variant):
    server = start(variant, "--address", "::1")
    assert server.address[0] == "::1"
    with server.connect() as session:
        session.echo()
