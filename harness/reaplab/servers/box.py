"""Decides where a program runs: without a sandbox, or in one (grading/sandbox.py).

In a sandbox, a wrapper is started, and the program is a process below the wrapper. A
box finds the program, so that a server is judged by its own processes alone.
"""

from . import spawn
from ..proc.process import Process


class Open:
    """No sandbox: the started process is the program itself, and this process adopts
    its orphans. Programs start in `folder`, or in the current folder."""

    def __init__(self, folder=None):
        self._folder = folder

    def spawn(self, argv, writable=(), **options):
        """Starts a program as spawn.spawn() does. Returns its Popen, for spawn.end().
        It can write to the folders in `writable`; here, to all folders."""
        if self._folder is not None:
            options.setdefault("cwd", self._folder)
        return spawn.spawn(argv, **options)

    def find(self, popen):
        """Returns (the program's Process, the Process that adopts its orphans). The
        latter is None if this process or init adopts them. Raises OSError or
        RuntimeError if the sandbox could not be built."""
        return Process.at(popen.pid), None

    def exit_status(self, popen):
        """Returns the exit status of the program, which has exited, as
        spawn.exit_status() does."""
        return spawn.exit_status(popen)

    def run(self, argv, **options):
        """Runs a program until it exits, as spawn.run() does."""
        return spawn.run(argv, box=self, **options)


OPEN = Open()
