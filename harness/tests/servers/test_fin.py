"""Sockets and FIN: this lab's oldest lesson. A connection ends when *every* copy of
its socket is closed, and a port is free when every copy of the listening one is.

Each claim is read from /proc/net/tcp and again from ss. On each side of a
connection stands a socket; whose it is, /proc/PID/fd tells.
"""

import signal
import socket
import struct
import time

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.documents import variants
from reaplab.proc import sock_diag, sockets
from reaplab.servers import arrange, server as servers, spawn
from reaplab.servers.clients import Session

RIGHT = [one.name for one in variants.read_all() if not one.is_wrong]
BACKLOG = 5
OVERFLOW = "TCPTimeWaitOverflow"


class Connection(Session):
    """A Session that still knows its two ends when it is closed."""

    def __init__(self, address):
        super().__init__(address)
        self.end = self.socket.getsockname()[:2]
        self.server_end = self.socket.getpeername()[:2]
        self.overflows = tcp_counter(OVERFLOW)

    def servers_side(self):
        """The server's socket of this connection, or None."""
        return sock_diag.find(self.server_end, self.end)


def state(one):
    return one.state if one else None


def states_are(server, session, client_side, server_side):
    """Wait until both sides are in these states; then /proc/net/tcp and ss say
    the same. (Other tests' sockets may be in TIME_WAIT on the same port, so it
    is the pair of ports that counts.)"""
    ends = (session.end, session.server_end)

    def come():
        client, owner = sock_diag.find(*ends), sock_diag.find(*ends[::-1])
        if client is None and tcp_counter(OVERFLOW) > session.overflows:
            pytest.skip("this machine is out of TIME_WAIT entries")
        assert (state(client), state(owner)) == (client_side, server_side)

    eventually(come)
    expected = {
        (client_side, session.end[1], server.port),
        (server_side, server.port, session.end[1]),
    }
    expected = sorted(one for one in expected if one[0])

    def tables_agree():
        for seen in (sockets.proc_states, sockets.ss_states):
            found = [
                one for one in seen(server.port)
                if set(one[1:]) == {server.port, session.end[1]}
            ]
            assert found == expected, seen.__name__

    eventually(tables_agree)  # others' sockets that come and go may hide one


def holders(server, one):
    """Who holds a socket, of the server's processes: sorted."""
    processes = {server.process, *arrange.live_children(server)}
    return sorted(
        process for process in processes if one.inode in process.socket_inodes()
    )


def tcp_counter(name):
    """A counter of /proc/net/netstat."""
    with open("/proc/net/netstat", encoding="ascii") as file:
        lines = [line.split() for line in file if line.startswith("TcpExt:")]
    return int(dict(zip(*lines))[name])


# The flow, step by step


@pytest.mark.parametrize("variant", RIGHT)
def test_the_states_at_each_step(start, variant, witness):
    witness("ss")
    server = start(variant)
    arrange.freeze(server)
    session = Connection(server.address)
    # Connected, though nobody has accepted: the kernel shakes hands by itself.
    states_are(server, session, "ESTABLISHED", "ESTABLISHED")
    assert session.servers_side().inode == 0, "no process has it"
    eventually(lambda: waiting_are(server, 1))

    arrange.thaw(server)
    session.echo()
    child = arrange.await_worker(server)
    states_are(server, session, "ESTABLISHED", "ESTABLISHED")
    connected = session.servers_side()
    (listening,) = sockets.listening(server.port)
    # Both closes: the child let go of the listener, the parent of the client.
    eventually(lambda: both_closed(server, child, connected, listening))

    child.send(signal.SIGSTOP)
    session.half_close()
    # The client's FIN has come, the child's has not gone out.
    states_are(server, session, "FIN_WAIT2", "CLOSE_WAIT")
    assert holders(server, connected) == [child]

    child.send(signal.SIGCONT)
    assert session.read_to_end() == b""
    arrange.await_death([child])
    session.close()
    # Who closed first waits; of the other side nothing is left.
    states_are(server, session, "TIME_WAIT", None)
    assert holders(server, listening) == [server.process]


def waiting_are(server, count):
    """So many clients wait to be accepted: the kernel may still be shaking hands
    when a client calls itself connected."""
    assert sockets.accept_queue(server.port) == count


def both_closed(server, child, connected, listening):
    assert holders(server, connected) == [child]
    assert holders(server, listening) == [server.process]


# The parent keeps its copy of the connection


def test_keeps_conn_owes_the_client_a_fin(start, witness):
    """The child is dead and its copy closed; the parent's is not. So the client
    waits in FIN_WAIT2 for a FIN, the server's side in CLOSE_WAIT for a close
    that nobody is going to make: until the parent dies."""
    witness("ss")
    server = start("keeps_conn")
    with Connection(server.address) as session:
        session.echo()
        child = arrange.await_worker(server)
        session.half_close()
        arrange.await_death([child])
        arrange.await_zombies(server, 0)
        states_are(server, session, "FIN_WAIT2", "CLOSE_WAIT")
        assert holders(server, session.servers_side()) == [server.process]
        assert sees_nothing(session)
        with arrange.one_more(server):  # the parent goes on, and lets it be
            assert state(session.servers_side()) == "CLOSE_WAIT"
            assert sees_nothing(session)
        server.process.send(signal.SIGKILL)
        assert session.read_to_end() == b"", "its death closes all it held"


def test_keeps_conns_sibling_sends_its_fin(start, witness):
    witness("ss")
    server = start("waitpid_loop")
    with Connection(server.address) as session:
        session.echo()
        child = arrange.await_worker(server)
        session.half_close()
        arrange.await_death([child])
        assert session.read_to_end() == b""
        states_are(server, session, "TIME_WAIT", None)


def sees_nothing(session):
    """Neither data nor FIN is there to be read."""
    session.socket.setblocking(False)
    try:
        session.socket.recv(1)
        return False
    except BlockingIOError:
        return True
    finally:
        session.socket.settimeout(PATIENCE)


def test_keeps_conn_keeps_one_more_for_each_client(start):
    server = start("keeps_conn")
    before = len(server.process.descriptors())
    arrange.visit(server, 7)
    assert len(server.process.descriptors()) == before + 7

    def all_are_held():
        left = {
            one.inode
            for one in sockets.tcp_sockets(server.port)
            if one.local_port == server.port and one.state == "CLOSE_WAIT"
        }
        assert len(left) == 7
        assert left <= server.process.socket_inodes()

    eventually(all_are_held)


# The child keeps its copy of the listening socket


def test_keeps_listener_keeps_the_port(start):
    """The parent is dead, and its port still listens: a client may connect, but
    nobody will ever accept, and no other server gets the port."""
    server = start("keeps_listener")
    with Connection(server.address) as session:
        session.echo()
        child = arrange.await_worker(server)
        (listening,) = sockets.listening(server.port)
        assert set(holders(server, listening)) == {server.process, child}
        server.process.send(signal.SIGKILL)
        assert server.exit_status() == -signal.SIGKILL
        (kept,) = sockets.listening(server.port)
        assert kept.inode == listening.inode
        with pytest.raises(servers.ServerFailed, match="Address already in use"):
            start("keeps_listener", port=server.port)
        with Connection(server.address) as lost:
            lost.send(b"is anybody there?\n")
            eventually(lambda: waiting_are(server, 1))
            assert lost.servers_side().inode == 0
    arrange.await_death([child])
    with start("keeps_listener", port=server.port) as second:
        assert second.port == server.port


def test_keeps_listeners_sibling_frees_the_port(start):
    server = start("waitpid_loop")
    with Connection(server.address) as session:
        session.echo()
        server.process.send(signal.SIGKILL)
        assert server.exit_status() == -signal.SIGKILL
        assert sockets.listening(server.port) == []
        with start("waitpid_loop", port=server.port) as second:
            assert second.port == server.port
            session.echo()


# The listen queue


def connect_at_once(server):
    """A socket that is connecting, and does not wait for it."""
    one = socket.socket()
    one.setblocking(False)
    try:
        one.connect(server.address)
    except BlockingIOError:
        pass
    return one


def resends_after(one):
    """The seconds after which a socket sends again: tcpi_rto in linux/tcp.h."""
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 12)
    return struct.unpack_from("=I", info, 8)[0] / 1e6


def established(one):
    assert sockets.own_state(one) == "ESTABLISHED"


def test_a_frozen_server_absorbs_its_backlog_and_one_more(start, witness):
    """With a backlog of 5, Linux lets 6 connect (it asks whether the queue is
    *longer* than the backlog). Further SYNs are dropped without a word, and sent
    again after a second: the client is not refused, it is late."""
    witness("ss")
    server = start("waitpid_loop", "--backlog", str(BACKLOG))
    arrange.freeze(server)
    room, late = BACKLOG + 1, 3
    connecting = []
    try:
        for number in range(room):
            connecting.append(connect_at_once(server))
            eventually(lambda: established(connecting[number]))
        eventually(lambda: waiting_are(server, room))
        assert ss_queue(server) == (room, BACKLOG)

        before, began = tcp_counter("ListenOverflows"), time.monotonic()
        for _ in range(late):
            connecting.append(connect_at_once(server))
        eventually(lambda: dropped(before + late))
        eventually(lambda: waiting_are(server, room))
        left_out = [sockets.own_state(one) for one in connecting[room:]]
        assert left_out == ["SYN_SENT"] * late
        assert resends_after(connecting[-1]) >= 1

        arrange.thaw(server)
        for one in connecting:
            eventually(lambda: established(one))
        waited = time.monotonic() - began
        again = [sockets.sent_again(one) for one in connecting]
        assert again[:room] == [0] * room, "these were never in want"
        assert min(again[room:]) >= 1, "these came by a second SYN"
        assert waited > 0.9, "and that one is sent a second after the first"
    finally:
        for one in connecting:
            one.close()


def dropped(count):
    """The kernel has found a listen queue full so many times."""
    assert tcp_counter("ListenOverflows") >= count


def ss_queue(server):
    """(clients in the queue, its limit) as ss says, which shows them as Recv-Q
    and Send-Q of the listening socket."""
    text = spawn.run(["ss", "-Hltn", f"( sport = :{server.port} )"]).out
    fields = text.split()
    return int(fields[1]), int(fields[2])


def test_with_room_in_the_queue_nobody_is_late(start):
    """The opposite: the same nine clients, and a backlog that holds them."""
    server = start("waitpid_loop", "--backlog", "64")
    with arrange.frozen(server):
        connecting = [connect_at_once(server) for _ in range(BACKLOG + 4)]
        for one in connecting:
            eventually(lambda: established(one))
    assert [sockets.sent_again(one) for one in connecting] == [0] * len(connecting)
    for one in connecting:
        one.close()
