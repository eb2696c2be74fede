"""A viewer of processes on a terminal of its own: what one refresh of its screen
costs, told from outside.

A refresh is a burst of output, the bursts a silence apart; whatever the viewer
did since the burst before belongs to it.
"""

import contextlib
import fcntl
import os
import select
import signal
import struct
import termios
import time
from dataclasses import dataclass

from reaplab.proc.process import read_proc
from reaplab.servers import spawn

import burst

COLUMNS, LINES = 80, 24
SILENCE = 0.2  # seconds that part two refreshes; to be less than a delay
LONGEST = 30.0  # seconds between two refreshes


# The first bursts: the terminal taken over, then, after as long as it takes to
# read all processes, the first table.
WARM_UP = 2


@dataclass(frozen=True)
class Cost:
    """CPU seconds of one refresh, and of all until the first table stood; what
    was resident at the end, in kB."""

    cpu: float
    start_cpu: float
    resident_kb: int


def measure(argv, refreshes):
    """The Cost of a viewer that refreshes by itself, from so many refreshes
    after its first table. Raises burst.CannotMeasure."""
    with _on_terminal(argv) as viewer:
        cpu = [viewer.await_refresh() for _ in range(WARM_UP + refreshes)]
        start = cpu[WARM_UP - 1]
        return Cost((cpu[-1] - start) / refreshes, start, viewer.resident_kb())


def slowest_answer(argv, count):
    """Seconds: of so many keystrokes, spread over the time between refreshes,
    the longest that one waited for anything to change on the screen. Raises
    burst.CannotMeasure."""
    with _on_terminal(argv) as viewer:
        for _ in range(WARM_UP):
            viewer.await_refresh()
        # PgDn and PgUp: what they show is never what was there.
        keys = (b"\x1b[6~", b"\x1b[5~")
        return max(
            viewer.answer(keys[i % 2], after=0.03 + i % 7 * 0.02)
            for i in range(count)
        )


@contextlib.contextmanager
def _on_terminal(argv):
    """The _Viewer of a program on a terminal of its own, ended afterwards."""
    master, slave = os.openpty()
    size = struct.pack("HHHH", LINES, COLUMNS, 0, 0)
    fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
    viewer = None
    try:
        popen = spawn.spawn(
            argv,
            preexec=_take_terminal,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env={**os.environ, "TERM": "xterm"},
        )
        viewer = _Viewer(popen, master)
        yield viewer
    finally:
        os.close(slave)
        if viewer is not None:
            viewer.end()
        os.close(master)


def _take_terminal():
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class _Viewer:
    def __init__(self, popen, terminal):
        self._popen = popen
        self._terminal = terminal
        self._said = b""

    def await_refresh(self):
        """Wait for the next burst of output; return the CPU used by its end."""
        name = self._name()
        if not self._read(LONGEST):
            raise burst.CannotMeasure(f"{name}: its screen stands still")
        while self._read(SILENCE):
            pass
        if spawn.has_exited(self._popen):
            last = self._said.decode("utf-8", "replace").strip().split("\n")[-1]
            raise burst.CannotMeasure(f"{name}: it ended: {last.strip()}")
        return self._cpu_seconds()

    def answer(self, key, after):
        """Press a key when so much time has passed, and return how long it took
        to be answered."""
        until = time.monotonic() + after
        while time.monotonic() < until:
            self._read(until - time.monotonic())
        pressed = time.monotonic()
        os.write(self._terminal, key)
        if not self._read(LONGEST):
            raise burst.CannotMeasure(f"{self._name()}: it does not answer")
        return time.monotonic() - pressed

    def end(self):
        """End it, reading on: its last words may fill the terminal."""
        self._popen.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 2
        while not spawn.has_exited(self._popen) and time.monotonic() < deadline:
            self._read(0.05)
        spawn.end(self._popen)

    def _name(self):
        return os.path.basename(self._popen.args[0])

    def _read(self, within):
        """Whether anything was written within that time."""
        if not select.select([self._terminal], [], [], max(within, 0))[0]:
            return False
        with contextlib.suppress(OSError):
            data = os.read(self._terminal, 1 << 16)
            self._said = (self._said + data)[-1000:]
            return bool(data)
        return False

    def _cpu_seconds(self):
        """What all its threads used, to the nanosecond."""
        total = 0
        for thread in os.listdir(f"/proc/{self._popen.pid}/task"):
            text = read_proc(f"/proc/{self._popen.pid}/task/{thread}/schedstat")
            total += int(text.split()[0])
        if total == 0:
            raise burst.CannotMeasure("/proc/PID/schedstat tells no CPU time")
        return total / 1e9

    def resident_kb(self):
        for line in read_proc(f"/proc/{self._popen.pid}/status").splitlines():
            if line.startswith(b"VmRSS:"):
                return int(line.split()[1])
        raise burst.CannotMeasure("/proc/PID/status tells no VmRSS")
