"""A program on a terminal of its own, its screen read through an emulator (pyte,
the only thing here that is not in Python's standard library)."""

import fcntl
import os
import select
import struct
import termios
import time

import pyte

from ..deadline import PATIENCE, eventually
from ..proc.process import Gone, Process
from ..servers import spawn

# Seconds in which a frame that has begun is whole, by a program that never rests.
LATE = 2.0


class Terminal:
    """A pseudo-terminal with a program in its foreground. Use it as a context:
    at its end the program is ended."""

    def __init__(self, argv, columns=80, lines=24, term="linux", env=None):
        self.argv = argv
        self.raw = b""  # all that was written to the terminal
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._master, self._slave = os.openpty()
        self._set_size(columns, lines)
        self.modes = self.read_modes()
        # With TERM=linux curses loads libgpm for the console's mouse. This is no
        # console, and that library leaks, which a sanitized build reports.
        quiet = {"NCURSES_GPM_TERMS": ""}
        environment = {**os.environ, "TERM": term, **quiet, **(env or {})}
        # The size is the terminal's own, whatever the caller's terminal has.
        for name in ("LINES", "COLUMNS"):
            environment.pop(name, None)
        if term is None:
            environment.pop("TERM")
        try:
            self._popen = spawn.spawn(
                argv,
                terminal=True,
                stdin=self._slave,
                stdout=self._slave,
                stderr=self._slave,
                env=environment,
            )
        except BaseException:
            self._close()
            raise
        self.pid = self._popen.pid

    def __enter__(self):
        return self

    def __exit__(self, *_):
        spawn.end(self._popen)
        self._close()

    def _close(self):
        for fd in (self._master, self._slave):
            if fd is not None:
                os.close(fd)
        self._master = self._slave = None

    def _set_size(self, columns, lines):
        size = struct.pack("HHHH", lines, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)

    def read_modes(self):
        """The terminal's modes (termios(3)): echo, line editing and so on."""
        return termios.tcgetattr(self._slave)

    def resize(self, columns, lines):
        """Change the size; the kernel tells the program with SIGWINCH."""
        self.rows()  # what was written so far is for the old size
        self.screen.resize(lines, columns)
        # A real terminal has tab stops all along; the emulator adds none.
        self.screen.tabstops = set(range(8, columns, 8))
        self._set_size(columns, lines)

    def type(self, text):
        """Press keys, or send the bytes that some would."""
        os.write(self._master, text if isinstance(text, bytes) else text.encode())

    def hang_up(self):
        """Take the terminal away from the program."""
        self.rows()
        self._close()

    def rows(self):
        """The screen now, a list of strings without trailing blanks."""
        master = self._master
        while master is not None and select.select([master], [], [], 0)[0]:
            data = os.read(master, 1 << 16)
            self.raw += data
            self._stream.feed(data)
        return [row.rstrip() for row in self.screen.display]

    def text(self):
        """The screen now, as one string."""
        return "\n".join(self.rows())

    def await_text(self, *wanted, within=PATIENCE):
        """Wait until all of these are on the screen at once, and the frame that
        brought the last of them is whole; return its rows."""
        sleeps = []  # how often it had slept, at each look that saw them all
        first = []  # when they were all seen first

        def shown():
            sleeps_before = self._sleeps()
            text = self.text()
            missing = [one for one in wanted if one not in text]
            assert not missing, f"{missing} not on the screen:\n{text}"
            sleeps.append(self._sleeps())
            first.append(time.monotonic())
            # A frame comes bit by bit, and at its end the program sleeps: unless it
            # is so late that the next frame is due.
            slept = sleeps_before is None or sleeps[-1] != sleeps[0]
            assert slept or first[-1] - first[0] > LATE, f"still drawing:\n{text}"
            return self.rows()

        return eventually(shown, within)

    def await_end(self, within=PATIENCE):
        """Wait until the program ends; return its exit status."""
        def ended():
            text = self.text()
            assert spawn.has_exited(self._popen), f"runs on:\n{text}"

        eventually(ended, within)
        self.rows()
        return spawn.exit_status(self._popen)

    def _sleeps(self):
        """How often the program has slept, or None if it sleeps or has ended."""
        try:
            process = Process.at(self.pid)
            if process.state not in "RD":
                return None
            return process.status()["voluntary_ctxt_switches"]
        except Gone:
            return None

    def has_exited(self):
        return spawn.has_exited(self._popen)
