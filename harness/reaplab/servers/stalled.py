"""A pipe whose reader stalls on request, to test a server that writes to such a
pipe."""

import contextlib
import fcntl
import os
import select
import threading

PAGE = 4096


class StallingPipe:
    """A pipe whose `writer` becomes a program's standard output. After stall(), a
    write to it blocks. After flow(), everything is read and discarded. A
    StallingPipe is a context manager that closes the pipe."""

    def __init__(self):
        self._reader, self.writer = os.pipe()
        self._closing = threading.Event()
        self._thread = None
        # The smallest pipe that the kernel allows: one page (pipe(7)).
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PAGE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def stall(self):
        """Fills the pipe completely."""
        # Open it again: O_NONBLOCK applies to the open file description, which the
        # program shares.
        own = os.open(f"/proc/self/fd/{self.writer}", os.O_WRONLY | os.O_NONBLOCK)
        try:
            for size in (PAGE, 1):
                with contextlib.suppress(BlockingIOError):
                    while True:
                        os.write(own, b"\n" * size)
        finally:
            os.close(own)

    def flow(self):
        """Reads from now on."""
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        while not self._closing.is_set():
            if poll.poll(50):
                os.read(self._reader, 1 << 16)

    def close(self):
        self._closing.set()
        if self._thread is not None:
            self._thread.join()
        for end in (self._reader, self.writer):
            with contextlib.suppress(OSError):
                os.close(end)
        self._reader = self.writer = -1
