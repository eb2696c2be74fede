"""TCP sockets as /proc/net/tcp and tcp6 tell them, and ss as a second witness.

Addresses there are hexadecimal, 32 bits at a time in the machine's byte order;
states are numbers of the kernel's include/net/tcp_states.h.
"""

import ipaddress
import socket
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

# What ss calls some of them; its other names only have "-" for "_".
SS_STATES = {
    "ESTAB": "ESTABLISHED",
    "FIN-WAIT-1": "FIN_WAIT1",
    "FIN-WAIT-2": "FIN_WAIT2",
    "UNCONN": "CLOSE",
}


@dataclass(frozen=True, order=True)
class Socket:
    """One TCP socket. An inode of 0: no process holds it any more, or none has
    accepted it yet."""

    state: str
    local: str
    local_port: int
    remote: str
    remote_port: int
    inode: int


def tcp_sockets(port=None):
    """All TCP sockets of this network namespace, or those with the port on
    either end. Not an atomic picture: while others' sockets come and go, one may
    be missing. Poll. (Or be listed twice, which is put right here: the kernel
    goes on reading at a place in a hash chain that has moved on.)"""
    # Tens of thousands of lines are usual after a storm of clients: most are
    # told apart without being read.
    wanted = b":%04X " % port if port is not None else b""
    found = [parse_line(line) for line in _table_lines() if wanted in line]
    ends = {}
    for one in found:
        key = (one.local, one.local_port, one.remote, one.remote_port, one.inode)
        ends[key] = one
    return list(ends.values())


def listening(port):
    """The sockets that listen on the port."""
    found = []
    for table in TABLES:
        # The kernel lists those that listen first (proc_net_tcp.rst), so the
        # rest of a long table need not be read.
        for line in _lines_of(table):
            one = parse_line(line)
            if one.state != "LISTEN":
                break
            if one.local_port == port:
                found.append(one)
    return found


def accept_queue(port):
    """How many clients wait to be accepted on the port: the length of the
    listening sockets' queues, which the kernel puts where others have rx_queue
    (net/ipv4/tcp_ipv4.c, get_tcp4_sock)."""
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
    """The lines of a table, less its heading. A kernel without IPv6 has none."""
    try:
        with open(table, "rb") as file:
            next(file, None)
            yield from file
    except FileNotFoundError:
        return


def parse_line(line):
    """Read one line of /proc/net/tcp or tcp6 (bytes)."""
    fields = line.split()
    local, local_port = _parse_end(fields[1])
    remote, remote_port = _parse_end(fields[2])
    number = int(fields[3], 16)
    state = STATES[number] if 0 < number < len(STATES) else f"state {number}"
    return Socket(
        state, local, local_port, remote, remote_port, inode=int(fields[9])
    )


def _parse_end(text):
    """(address, port) from b"0100007F:1F90"."""
    words, port = text.split(b":")
    raw = bytes.fromhex(words.decode("ascii"))
    if sys.byteorder == "little":
        raw = b"".join(
            raw[at:at + 4][::-1] for at in range(0, len(raw), 4)
        )
    address = ipaddress.ip_address(raw)
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address), int(port, 16)


def has_ipv6():
    """Whether the loopback has its IPv6 address."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


def ss_states(port):
    """What ss says of the port's sockets: a sorted list of (state, local port,
    remote port), the remote port being 0 for a listening socket."""
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
    """The same list from /proc/net, to hold against ss_states()."""
    return sorted(
        (one.state, one.local_port, one.remote_port) for one in tcp_sockets(port)
    )
