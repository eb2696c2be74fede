"""Asks the kernel about one TCP connection (sock_diag(7)). After a storm of clients the
tables of /proc/net have tens of thousands of lines, which take long to read.

Messages are in the byte order of the machine; addresses and ports in them are in
network byte order.
"""

import errno
import socket
import struct

from . import sockets

NETLINK_SOCK_DIAG = 4
SOCK_DIAG_BY_FAMILY = 20
NLM_F_REQUEST = 1
NLMSG_ERROR = 2
ALL_STATES = 0xFFFFFFFF
NO_COOKIE = b"\xff" * 8

HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, PID
SOCKID = struct.Struct("=2s2s16s16sI8s")  # ports, addresses, interface, cookie
REQUEST = struct.Struct("=BBBxI")  # family, protocol, extensions, states
ANSWER = struct.Struct("=BBBB")  # family, state, timer, retransmits
COUNTS = struct.Struct("=IIIII")  # expires, rqueue, wqueue, uid, inode


def find(local, remote):
    """Returns the sockets.Socket with these ends, each (address, port), or None. Reads
    the tables of /proc/net if the kernel does not allow sock_diag."""
    try:
        return _ask(local, remote)
    except OSError:
        return _look_up(local, remote)


def _ask(local, remote):
    family = socket.AF_INET6 if ":" in local[0] else socket.AF_INET
    body = REQUEST.pack(family, socket.IPPROTO_TCP, 0, ALL_STATES) + SOCKID.pack(
        _port(local),
        _port(remote),
        socket.inet_pton(family, local[0]),
        socket.inet_pton(family, remote[0]),
        0,
        NO_COOKIE,
    )
    header = HEADER.pack(
        HEADER.size + len(body), SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST, 1, 0
    )
    with socket.socket(
        socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_SOCK_DIAG
    ) as asking:
        asking.sendto(header + body, (0, 0))
        reply = asking.recv(1 << 16)
    kind = HEADER.unpack_from(reply)[1]
    if kind == NLMSG_ERROR:
        (error,) = struct.unpack_from("=i", reply, HEADER.size)
        if -error == errno.ENOENT:
            return None
        raise OSError(-error, "sock_diag")
    if kind != SOCK_DIAG_BY_FAMILY:
        raise OSError(errno.EPROTO, "sock_diag")
    _, state, _, _ = ANSWER.unpack_from(reply, HEADER.size)
    at = HEADER.size + ANSWER.size + SOCKID.size
    *_, inode = COUNTS.unpack_from(reply, at)
    name = sockets.STATES[state] if 0 < state < len(sockets.STATES) else str(state)
    if name == "LISTEN":
        return None  # without such a connection, the kernel finds the listener
    return sockets.Socket(name, *local[:2], *remote[:2], inode)


def _port(end):
    return struct.pack("!H", end[1])


def _look_up(local, remote):
    for one in sockets.tcp_sockets(remote[1]):
        if (one.local_port, one.remote, one.remote_port) == (
            local[1], remote[0], remote[1]
        ):
            return one
    return None
