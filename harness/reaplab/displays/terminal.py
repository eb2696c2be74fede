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

# Seconds in which a frame is whole if the program never rests, and if it rests only
# between two looks.
LATE = 2.0
SOON = 0.2


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
        self._read()  # what was written so far is for the old size
        self.screen.resize(lines, columns)
        # A real terminal has tab stops all along; the emulator adds none.
        self.screen.tabstops = set(range(8, columns, 8))
        self._set_size(columns, lines)

    def type(self, text):
        """Press keys, or send the bytes that some would."""
        os.write(self._master, text if isinstance(text, bytes) else text.encode())

    def hang_up(self):
        """Take the terminal away from the program."""
        self._read()
        self._close()

    def rows(self):
        """The screen, a list of strings without trailing blanks, once its frame is
        whole: a frame comes bit by bit, and at its end the program sleeps."""
        began, first = time.monotonic(), self._sleeps()
        sleeps = first
        while True:
            self._read()
            late = LATE if sleeps == first else SOON
            if sleeps is None or time.monotonic() - began > late:
                return [row.rstrip() for row in self.screen.display]
            time.sleep(0.002)
            sleeps = self._sleeps()

    def _read(self):
        """Read what was written so far."""
        master = self._master
        while master is not None and select.select([master], [], [], 0)[0]:
            data = os.read(master, 1 << 16)
            self.raw += data
            self._stream.feed(data)

    def text(self):
        """The screen as rows() has it, as one string."""
        return "\n".join(self.rows())

    def await_text(self, *wanted, within=PATIENCE):
        """Wait until all of these are on the screen at once; return its rows."""
        def shown():
            rows = self.rows()
            text = "\n".join(rows)
            missing = [one for one in wanted if one not in text]
            assert not missing, f"{missing} not on the screen:\n{text}"
            return rows

        return eventually(shown, within)

    def await_end(self, within=PATIENCE):
        """Wait until the program ends; return its exit status."""
        def ended():
            self._read()
            screen = "\n".join(self.screen.display)
            assert spawn.has_exited(self._popen), f"runs on:\n{screen}"

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
