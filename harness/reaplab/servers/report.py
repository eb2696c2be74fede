"""Reports on a server after a failed check.

The report alone should explain the failure, without access to the machine. It has the
steps of the test, the processes, signal masks, sockets, last events and the server's
output.
"""

from ..lifelines import event_log
from ..proc import sockets
from ..proc.process import Gone, describe_wait_status

MAX_CHILDREN = 20
MAX_EVENTS = 20
MAX_TEXT = 2000


def describe(server):
    """Returns the report as text. Never raises: the report says what cannot be read."""
    parts = (
        ("done", _journal),
        ("processes", _processes),
        ("signals of the parent", _signals),
        ("descriptors of the parent", _descriptors),
        ("sockets", _sockets),
        ("last events", _events),
        ("stdout", lambda server: _tail(server.out)),
        ("stderr", lambda server: _tail(server.err)),
    )
    where = "%s port %d" % server.address if server.address else "no address"
    text = [f"{server.name}, pid {server.process.pid}, {where}"]
    for title, part in parts:
        try:
            lines = part(server)
        except (Gone, OSError, ValueError, KeyError) as error:
            lines = [f"cannot be read: {error!r}"]
        text.append(f"{title}:")
        text += [f"  {printable(line)}" for line in lines or ["(none)"]]
    return "\n".join(text)


def printable(text):
    """Returns the text with control characters as escapes. A program's name or message
    must not control the terminal on which it is printed."""
    return "".join(
        char if char.isprintable() else ascii(char)[1:-1] for char in text
    )


def _journal(server):
    return [f"{when:8.3f} s  {what}" for when, what in server.journal]


def _processes(server):
    parent = server.listener
    lines = [_process_line(parent)]
    children = parent.children()
    states = [child.state for child in children]
    counts = ", ".join(
        f"{states.count(state)} in {state}" for state in sorted(set(states))
    )
    lines.append(f"{len(children)} children: {counts or 'none'}")
    lines += [_process_line(child) for child in children[:MAX_CHILDREN]]
    if len(children) > MAX_CHILDREN:
        lines.append(f"... and {len(children) - MAX_CHILDREN} more")
    return lines


def _process_line(process):
    try:
        stat = process.stat()
    except Gone:
        return f"pid {process.pid}  gone"
    line = (
        f"pid {stat.pid}  state {stat.state}  ppid {stat.ppid}  "
        f"started {stat.start_ticks}  cpu {stat.cpu_ticks} ticks  {stat.name}"
    )
    if stat.is_zombie:
        line += f"  {describe_wait_status(stat.wait_status)}"
    return line


def _signals(server):
    signals = server.listener.signals()
    sets = (
        ("SigPnd", signals.pending),
        ("ShdPnd", signals.shared_pending),
        ("SigBlk", signals.blocked),
        ("SigIgn", signals.ignored),
        ("SigCgt", signals.caught),
    )
    return [f"{name} {' '.join(sorted(names)) or '-'}" for name, names in sets] + [
        f"SigQ   {signals.queued}"
    ]


def _descriptors(server):
    found = sorted(server.listener.descriptors().items())
    return [f"{number} -> {target}" for number, target in found[:MAX_CHILDREN]]


def _sockets(server):
    if server.address is None:
        return ["the server never came to listen"]
    found = sorted(sockets.tcp_sockets(server.port))
    lines = [
        f"{one.state:<12} {one.local}:{one.local_port} - "
        f"{one.remote}:{one.remote_port}  inode {one.inode}"
        for one in found[:MAX_CHILDREN]
    ]
    if len(found) > MAX_CHILDREN:
        lines.append(f"... and {len(found) - MAX_CHILDREN} more")
    return lines


def _events(server):
    if server.trace is None:
        return ["no event log was kept"]
    log = event_log.read(server.trace)
    lines = [repr(event) for event in log.events[-MAX_EVENTS:]]
    return lines + [f"fault: {fault}" for fault in log.faults[-MAX_EVENTS:]]


def _tail(text):
    return text[-MAX_TEXT:].splitlines()
