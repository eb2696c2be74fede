"""Ctrl-C, SIGTERM and SIGHUP while a class is graded: noted when they come, and heeded
where nothing is half done.

A handler that raises does so between any two instructions: in the midst of a clean-up,
which then is half done, or in a destructor, which drops the exception, and the run goes
on as if nobody had asked (object.__del__ in Python's data model).
"""

import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """Used as a context: from its begin to its end those of SIGNALS are noted that
    would else raise KeyboardInterrupt. In the main thread only."""

    def __init__(self):
        self.came = False
        self._before = {}

    def heed(self):
        """Raise KeyboardInterrupt if one has come."""
        if self.came:
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
        self.came = True
