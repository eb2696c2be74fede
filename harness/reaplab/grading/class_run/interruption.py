"""Ctrl-C, SIGTERM and SIGHUP while a class is graded: noted when they come, and heeded
where nothing is half done. Whoever asks again is heeded at once.

A handler that raises does so between any two instructions: in the midst of a clean-up,
which then is half done, or in a destructor, which drops the exception, and the run goes
on as if nobody had asked (object.__del__ in Python's data model).
"""

import signal
import time

AGAIN = 1.0  # seconds: one request may come twice, by make and by the terminal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Used as a context: from its begin to its end those of SIGNALS are noted that
    would else raise KeyboardInterrupt. In the main thread only."""

    def __init__(self):
        self.came = None  # when, by time.monotonic()
        self._before = {}

    def heed(self):
        """Raise KeyboardInterrupt if one has come."""
        if self.came is not None:
            raise KeyboardInterrupt

    def __enter__(self):
        for signum in SIGNALS:
            if signal.getsignal(signum) is signal.default_int_handler:
                self._before[signum] = signal.signal(signum, self._note)
        return self

    def __exit__(self, *_):
        for signum, handler in self._before.items():
            signal.signal(signum, handler)

    def _note(self, signum, frame):
        if self.came is None:
            self.came = time.monotonic()
        elif time.monotonic() - self.came > AGAIN:
            raise KeyboardInterrupt
