"""Runs programs that mostly wait, a few at a time."""

import itertools
import tempfile
import time

from reaplab.servers import spawn


def run(commands, at_once, within, **options):
    """Runs each command to its end, at most `at_once` of them at a time. Yields
    (place, Finished) as they end; the place counts from 0. The status is None if a
    program took longer than `within` seconds and was killed. The commands may be a
    generator: it is asked for a command when there is room for one more. Options are
    spawn's."""
    waiting = enumerate(commands)
    running = []
    try:
        while True:
            for place, argv in itertools.islice(waiting, at_once - len(running)):
                running.append(_Running(place, argv, within, options))
            if not running:
                return
            for one in list(running):
                if one.is_over():
                    running.remove(one)
                    yield one.place, one.end()
    finally:
        for one in running:
            one.end()


class _Running:
    def __init__(self, place, argv, within, options):
        self.place = place
        self._argv = tuple(map(str, argv))
        self._deadline = time.monotonic() + within
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._popen = spawn.spawn(
            argv, stdout=self._out, stderr=self._err, **options
        )

    def is_over(self):
        exited = spawn.has_exited(self._popen, within=0.02)
        return exited or time.monotonic() >= self._deadline

    def end(self):
        """Ends the program if it runs, and returns its Finished."""
        exited = spawn.has_exited(self._popen)
        status = spawn.exit_status(self._popen) if exited else None
        spawn.end(self._popen)
        with self._out, self._err:
            out, err = spawn.written(self._out), spawn.written(self._err)
        return spawn.Finished(self._argv, status, out, err)
