"""Runs an echo server: one of this lab's, or any program that takes a port.

close() kills and reaps the server and all its descendants. A Server is a context
manager that calls close().
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

BEHIND = 1.0  # seconds for a daemon to listen whose first process has ended
MAX_ERR = 12  # lines of a failed server's stderr to show

_running = []  # servers that were not closed yet: a failure reports on them


class ServerFailed(Exception):
    """The server does not accept clients. The message has its stderr. `late` is true
    if the server still runs, so that it may only need more time."""

    late = False


@dataclass(frozen=True)
class Totals:
    """The numbers in a server's closing line. `zombies` is None if the server could not
    count them."""

    forked: int
    reaped: int
    sigchlds: int
    zombies: int


class Server:
    """A server process.

    process         the started process
    listener        the process that accepts: `process`, unless that is a wrapper
    address         where clients connect
    trace           its event log, or None
    faults_ordered  true if a test makes its system calls fail
    adopter         the process that adopts its orphans, or None for this process

    `box` says where the server runs (box.py).
    """

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
        """Logs a step of the test, for the report."""
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
        """Returns a new client Session."""
        return Session(self.address)

    def has_exited(self, within=0.0):
        return spawn.has_exited(self._popen, within)

    def exit_status(self):
        """Returns its exit code, or minus the signal that killed it. Raises
        AssertionError if it still runs at the deadline."""
        assert self.has_exited(PATIENCE), f"{self.name} runs on"
        return self._box.exit_status(self._popen)

    def orphans(self):
        """Returns the orphans that the server's processes have left. Without a sandbox,
        these are the processes of its session that this process has adopted."""
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
        """Sends it the signal. Returns its exit status."""
        self.note(f"sent {signal.Signals(signum).name}")
        self.process.send(signum)
        return self.exit_status()

    def closing_line(self):
        """Returns the Totals of its closing line. Raises AssertionError if there is
        none."""
        match = CLOSING_LINE.search(self.out)
        assert match, f"no closing line in {self.out!r}"
        values = (match[n] for n in ("forked", "reaped", "sigchlds", "zombies"))
        return Totals(*(None if v == "unknown" else int(v) for v in values))

    def close(self):
        """Ends the server and all its descendants. Raises AssertionError if a
        process is left, or if a sanitizer complained."""
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
        """Waits for the line with which this lab's servers report that they listen."""
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
        """Waits until the server, or a process that it started, listens on the port."""
        def found():
            listener = self._find_listener(port)
            assert listener or self.has_exited(), "nobody listens"
            return listener

        def found_behind():
            listener = self._find_listener(port)
            assert listener, "nobody listens"
            return listener

        listener = None
        with contextlib.suppress(AssertionError):
            listener = eventually(found, within)
        if listener is None and self.has_exited() and spawn.strays():
            # It may have left a process behind that is about to listen.
            with contextlib.suppress(AssertionError):
                listener = eventually(found_behind, BEHIND)
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
        """Returns the oldest of the server's processes that listens on the port."""
        mine = [self.process, *self.process.descendants()]
        # Some have a session of their own.
        for stray in spawn.strays() if self.adopter is None else self.orphans():
            mine += [stray, *stray.descendants()]
        held = {}
        for process in mine:
            with contextlib.suppress(Gone, PermissionError):
                held[process] = process.socket_inodes()
        # The kernel's table takes longest to read. Read it only if one of the
        # processes has a socket.
        if not any(held.values()):
            return None
        inodes = {one.inode for one in sockets.listening(port)}
        holders = [process for process in held if inodes & held[process]]
        return min(holders, key=lambda one: one.start_ticks, default=None)

    def _fail(self, what):
        """Closes the server and raises ServerFailed."""
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
    """Starts one of this lab's servers and waits until it accepts. `prefix` is a
    command that runs the server (strace, setpriv); `extra` goes to Server. Raises
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
    """Starts any server: `command` is a list, and the port becomes its last word. Waits
    until the server listens on the port. Raises ServerFailed."""
    port = port or free_port()
    server = Server([*command, str(port)], **extra)
    try:
        server.await_listener(port, within)
    except BaseException:
        server.close()
        raise
    return server


def free_port():
    """Returns a port that is unused on the loopback. It is below the ports that the
    kernel gives to clients, so that no client takes it before the server."""
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
    """Returns a free port that is on neither end of any socket. An earlier server, or a
    client of another server, may have left sockets in TIME_WAIT."""
    while sockets.tcp_sockets(port := free_port()):
        pass
    return port


def running():
    """Returns the servers that were not closed yet."""
    return list(_running)


def reports():
    """Returns (name, report) of each running server, for a failed check."""
    return [(server.name, report.describe(server)) for server in _running]
