"""Reads TCP sockets from /proc/net/tcp and tcp6, and from ss to compare with; and the
kernel's account of a socket of our own (TCP_INFO in tcp(7)).

In these files, addresses are hexadecimal: words of 32 bits, each in the byte order of
the machine. States are numbers of the kernel's include/net/tcp_states.h.
"""

import ipaddress
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")

STATES = (
    None,
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
    "NEW_SYN_RECV",
)

# Names of states in ss. Its other names have "-" for "_".
SS_STATES = {
    "ESTAB": "ESTABLISHED",
    "FIN-WAIT-1": "FIN_WAIT1",
    "FIN-WAIT-2": "FIN_WAIT2",
    "UNCONN": "CLOSE",
}


@dataclass(frozen=True, order=True)
class Socket:
    """One TCP socket. The inode is 0 if no process holds the socket any more, or if it
    was not accepted yet."""

    state: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    inode: int


def tcp_sockets(port=None):
    """Returns all TCP sockets of this network namespace, or those with the port on
    either end. The reading is not atomic: a socket may be missing while other
    sockets come and go, so callers poll. A socket that the kernel lists twice is
    returned once."""
    # After a storm of clients there are tens of thousands of lines. Most are
    # discarded without parsing.
    wanted = b":%04X " % port if port is not None else b""
    found = [parse_line(line) for line in _table_lines() if wanted in line]
    ends = {}
    for one in found:
        key = (one.local, one.local_port, one.remote, one.remote_port, one.inode)
        ends[key] = one
    return list(ends.values())


def listening(port):
    """Returns the sockets that listen on the port."""
    found = []
    for table in TABLES:
        # The kernel lists listening sockets first (proc_net_tcp.rst). The rest of a
        # long table need not be read.
        for line in _lines_of(table):
            one = parse_line(line)
            if one.state != "LISTEN":
                break
            if one.local_port == port:
                found.append(one)
    return found


def accept_queue(port):
    """Returns how many clients wait to be accepted on the port. For a listening socket,
    the field rx_queue is the length of its accept queue (net/ipv4/tcp_ipv4.c,
    get_tcp4_sock)."""
    waiting = 0
    for table in TABLES:
        for line in _lines_of(table):
            one = parse_line(line)
            if one.state != "LISTEN":
                break
            if one.local_port == port:
                waiting += int(line.split()[4].partition(b":")[2], 16)
    return waiting


def _table_lines():
    for table in TABLES:
        yield from _lines_of(table)


def _lines_of(table):
    """Yields the lines of a table without its heading; none if there is no IPv6."""
    try:
        with open(table, "rb") as file:
            next(file, None)
            yield from file
    except FileNotFoundError:
        return


def parse_line(line):
    """Returns the Socket of one line (bytes) of /proc/net/tcp or tcp6."""
    fields = line.split()
    local, local_port = _parse_end(fields[1])
    remote, remote_port = _parse_end(fields[2])
    number = int(fields[3], 16)
    state = STATES[number] if 0 < number < len(STATES) else f"state {number}"
    return Socket(
        state, local, local_port, remote, remote_port, inode=int(fields[9])
    )


def _parse_end(text):
    """Returns (address, port) for b"0100007F:1F90"."""
    words, port = text.split(b":")
    raw = bytes.fromhex(words.decode("ascii"))
    if sys.byteorder == "little":
        raw = b"".join(
            raw[at:at + 4][::-1] for at in range(0, len(raw), 4)
        )
    address = ipaddress.ip_address(raw)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address), int(port, 16)


def own_state(one):
    """Returns the state of a socket of ours: the first byte of struct tcp_info in
    linux/tcp.h."""
    (state,) = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)
    return STATES[state]


def sent_again(one):
    """Returns how many segments of a socket of ours the kernel has sent again, its SYN
    among them: tcpi_total_retrans in linux/tcp.h."""
    info = one.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 104)
    return struct.unpack_from("=I", info, 100)[0]


def has_ipv6():
    """Returns whether the loopback has its IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def ss_states(port):
    """Returns the port's sockets as ss shows them: a sorted list of (state, local port,
    remote port). The remote port of a listening socket is 0."""
    text = subprocess.run(
        ["ss", "-Htan", f"( sport = :{port} or dport = :{port} )"],
        check=True,
        stdout=subprocess.PIPE,
        timeout=20,
    ).stdout.decode()
    rows = []
    for line in text.splitlines():
        state, _, _, local, remote = line.split()[:5]
        state = SS_STATES.get(state, state.replace("-", "_"))
        remote_port = remote.rpartition(":")[2]
        rows.append(
            (
                state,
                int(local.rpartition(":")[2]),
                0 if remote_port == "*" else int(remote_port),
            )
        )
    return sorted(rows)


def proc_states(port):
    """Returns the same list from /proc/net, to compare with ss_states()."""
    return sorted(
        (one.state, one.local_port, one.remote_port) for one in tcp_sockets(port)
    )
