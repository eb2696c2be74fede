"""A pipe whose reader stalls when told to: what becomes of a server that logs to it?"""

import contextlib
import fcntl
import os
import select
import threading

PAGE = 4096


class StallingPipe:
    """Give `writer` to a program as its standard output. At first the pipe takes
    what is written; after stall() a write to it blocks; after flow() all that
    comes is read and thrown away. A context: it closes itself."""

    def __init__(self):
        self._reader, self.writer = os.pipe()
        self._closing = threading.Event()
        self._thread = None
        # Little room: a page is the least that the kernel grants (pipe(7)).
        fcntl.fcntl(self.writer, fcntl.F_SETPIPE_SZ, PAGE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def stall(self):
        """Fill the pipe to the brim."""
        # Opened anew, as O_NONBLOCK belongs to the open file that is shared
        # with the program.
        own = os.open(f"/proc/self/fd/{self.writer}", os.O_WRONLY | os.O_NONBLOCK)
        try:
            for size in (PAGE, 1):
                with contextlib.suppress(BlockingIOError):
                    while True:
                        os.write(own, b"\n" * size)
        finally:
            os.close(own)

    def flow(self):
        """Read from now on."""
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
