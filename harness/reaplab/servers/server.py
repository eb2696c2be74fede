"""A running echo server: one of this lab's, or any program that takes a port.

Nothing of a server survives close(): it, its children and all they started are
killed and reaped. Use it as a context, or call close() in a `finally`.
"""

import contextlib
import os
import random
import re
import signal
import socket
import tempfile
import time
from dataclasses import dataclass

from . import report, spawn
from ..deadline import PATIENCE, eventually
from ..proc import sockets
from ..proc.process import Gone, signal_name
from .box import OPEN
from .clients import Session

READY_LINE = re.compile(
    r"^(?P<name>\S+): pid (?P<pid>\d+) listening on "
    r"(?:\[(?P<v6>[^]]+)\]|(?P<v4>[0-9.]+)):(?P<port>\d+)\n"
)
CLOSING_LINE = re.compile(
    r"^(?P<name>\S+): pid (?P<pid>\d+) stopped: forked (?P<forked>\d+), "
    r"reaped (?P<reaped>\d+), SIGCHLDs (?P<sigchlds>\d+), "
    r"zombies left to init (?P<zombies>\d+|unknown)\n\Z",
    re.MULTILINE,
)
SANITIZER_REPORT = re.compile(
    r"(ERROR: \w+Sanitizer|runtime error:).*", re.DOTALL
)

MAX_ERR = 12  # lines of what a server said, to be told when it failed

_running = []  # servers started and not closed yet: what a failure reports on


class ServerFailed(Exception):
    """The server did not come to accept clients; the message has its stderr.
    `late`: it runs, and may come to it yet."""

    late = False


@dataclass(frozen=True)
class Totals:
    """What a server of this lab says of itself when it stops. The zombies are
    None if the kernel did not tell it."""

    forked: int
    reaped: int
    sigchlds: int
    zombies: int


class Server:
    """A server process. `process` is what was started, `listener` the process
    that accepts (the same one, unless a wrapper started it), `address` where
    clients go, `trace` its event log or None; `faults_ordered` is set by who
    makes its system calls fail. `box`: where it runs (box.py); then `adopter` is
    the process in there that its orphans go to, or None if that is this one."""

    def __init__(self, argv, name=None, trace=None, box=OPEN, **options):
        self.argv = [os.fspath(word) for word in argv]
        self.name = name or os.path.basename(self.argv[0])
        self.trace = trace
        self.journal = []
        self.faults_ordered = False
        self.address = None
        self._began = time.monotonic()
        self._out = tempfile.TemporaryFile()
        self._err = tempfile.TemporaryFile()
        options.setdefault("stdout", self._out)
        options.setdefault("stderr", self._err)
        self._box = box
        self._popen = box.spawn(self.argv, **options)
        try:
            self.process, self.adopter = box.find(self._popen)
        except BaseException:
            spawn.end(self._popen)
            raise
        self.listener = self.process
        _running.append(self)
        self.note(f"started {' '.join(self.argv)}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def note(self, text):
        """Write down what is being done to the server, for the report."""
        self.journal.append((time.monotonic() - self._began, text))

    @property
    def out(self):
        """Its standard output so far."""
        return spawn.written(self._out)

    @property
    def err(self):
        """Its standard error so far."""
        return spawn.written(self._err)

    @property
    def port(self):
        return self.address[1]

    def connect(self):
        """A new client Session."""
        return Session(self.address)

    def has_exited(self, within=0.0):
        return spawn.has_exited(self._popen, within)

    def exit_status(self):
        """Its exit code, or minus the signal that ended it. Raises
        AssertionError if it runs on until the deadline."""
        assert self.has_exited(PATIENCE), f"{self.name} runs on"
        return self._box.exit_status(self._popen)

    def orphans(self):
        """Processes that the server's own have left behind: where it runs in the
        open, those of its session that have come to us."""
        found = []
        with contextlib.suppress(Gone):
            if self.adopter is not None:
                return [one for one in self.adopter.children() if one != self.process]
            session = self.process.stat().session
            for one in spawn.strays():
                with contextlib.suppress(Gone):
                    if one.stat().session == session:
                        found.append(one)
        return found

    def stop(self, signum=signal.SIGTERM):
        """Ask it to end, and return its exit status."""
        self.note(f"sent {signal.Signals(signum).name}")
        self.process.send(signum)
        return self.exit_status()

    def closing_line(self):
        """The Totals of the line a lab's server ends with. Raises
        AssertionError if there is none."""
        match = CLOSING_LINE.search(self.out)
        assert match, f"no closing line in {self.out!r}"
        values = (match[n] for n in ("forked", "reaped", "sigchlds", "zombies"))
        return Totals(*(None if v == "unknown" else int(v) for v in values))

    def close(self):
        """End the server and all it started, and see that nothing is left.
        Raises AssertionError if something is, or if a sanitizer complained."""
        if self not in _running:
            return
        _running.remove(self)
        try:
            others = [self.listener]
            others += self.listener.descendants()
            spawn.end(self._popen, others)
            complaint = SANITIZER_REPORT.search(self.err)
            assert not complaint, f"{self.name}: {complaint[0]}"
        finally:
            self._out.close()
            self._err.close()

    def await_ready_line(self, within=PATIENCE):
        """Wait for the line by which this lab's servers say that they accept."""
        def ready():
            match = READY_LINE.match(self.out)
            assert match or self.has_exited(), "no ready line"
            return match

        match = None
        with contextlib.suppress(AssertionError):
            match = eventually(ready, within)
        if match is None:
            self._fail("did not say that it listens")
        if int(match["pid"]) != self.process.pid:
            self._fail(f"says that it is pid {match['pid']}")
        self.address = (match["v6"] or match["v4"], int(match["port"]))

    def await_listener(self, port, within=PATIENCE):
        """Wait until it, or a process it started, listens on the port."""
        def found():
            listener = self._find_listener(port)
            assert listener or self.has_exited(), "nobody listens"
            return listener

        listener = None
        with contextlib.suppress(AssertionError):
            listener = eventually(found, within)
        if listener is None:
            limit = "" if self.has_exited() else f" within {within:g} s"
            self._fail(f"did not listen on port {port}{limit}")
        if self.has_exited() and listener.is_alive():
            self._fail("went into the background: it has to stay in front")
        self.listener = listener
        local = {one.local for one in sockets.listening(port)}
        plain = local & {"0.0.0.0", "127.0.0.1"}
        self.address = ("127.0.0.1" if plain or "::" in local else "::1", port)

    def _find_listener(self, port):
        """The eldest of our processes that holds a listening socket there."""
        mine = [self.process, *self.process.descendants()]
        # Also those that have a session of their own.
        for stray in spawn.strays() if self.adopter is None else self.orphans():
            mine += [stray, *stray.descendants()]
        held = {}
        for process in mine:
            with contextlib.suppress(Gone, PermissionError):
                held[process] = process.socket_inodes()
        # The kernel's table takes longer to read than all this: only when one of
        # ours has a socket at all.
        if not any(held.values()):
            return None
        inodes = {one.inode for one in sockets.listening(port)}
        holders = [process for process in held if inodes & held[process]]
        return min(holders, key=lambda one: one.start_ticks, default=None)

    def _fail(self, what):
        """Close, and raise ServerFailed."""
        ended = ""
        if self.has_exited():
            status = self._box.exit_status(self._popen)
            ended = f", and ended with status {status}"
            if status < 0:
                ended = f", and was killed by {signal_name(-status)}"
        lines = [report.printable(line) for line in self.err.splitlines()]
        err = "\n".join(lines[-MAX_ERR:]).strip() or "(nothing)"
        self.close()
        command = report.printable(" ".join(self.argv))
        error = ServerFailed(f"{command}: {what}{ended}; its stderr: {err}")
        error.late = not ended
        raise error


def start_lab_server(path, *options, port=0, prefix=(), **extra):
    """Start one of this lab's servers and wait until it accepts. `prefix` is a
    command that runs it (strace, setpriv); extra goes to Server. Raises
    ServerFailed."""
    argv = [*prefix, path, *options, str(port)]
    server = Server(argv, name=os.path.basename(path), **extra)
    try:
        server.await_ready_line()
    except BaseException:
        server.close()
        raise
    return server


def start_foreign_server(command, port=None, within=PATIENCE, **extra):
    """Start any server: a command (list) that is given a port as its last word.
    Returns when somebody listens there. Raises ServerFailed."""
    port = port or free_port()
    server = Server([*command, str(port)], **extra)
    try:
        server.await_listener(port, within)
    except BaseException:
        server.close()
        raise
    return server


def free_port():
    """A port that nobody uses on the loopback, below those the kernel gives to
    clients, so that no client takes it before the server does."""
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as file:
        first = int(file.read().split()[0])
    for _ in range(1000):
        port = random.randrange(max(1025, first - 16384), max(1026, first))
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise ServerFailed("no free port was found")


def quiet_port():
    """A free port that has no socket at all: not even one in TIME_WAIT, which an
    earlier server or a client of another may have left at either end."""
    while sockets.tcp_sockets(port := free_port()):
        pass
    return port


def running():
    """The servers started and not closed yet."""
    return list(_running)


def reports():
    """(name, report) of every running server, for a failed check."""
    return [(server.name, report.describe(server)) for server in _running]
