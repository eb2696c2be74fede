"""Where a program runs: in the open, or behind walls that grading/sandbox.py builds.

Behind walls, what is started is a wrapper, and the program a process below it. A
box tells the two apart, so that a server is judged by its own processes alone.
"""

from . import spawn
from ..proc.process import Process


class Open:
    """No walls: the program is what was started, and its orphans come here. `folder`:
    where programs start, if not in the current folder."""

    def __init__(self, folder=None):
        self._folder = folder

    def spawn(self, argv, writable=(), **options):
        """Start a program as spawn.spawn() does: a Popen, for spawn.end().
        `writable`: folders that it must be able to write to, here all."""
        if self._folder is not None:
            options.setdefault("cwd", self._folder)
        return spawn.spawn(argv, **options)

    def find(self, popen):
        """(the program's Process, the Process that adopts its orphans): the
        latter None if that is us, or init. Raises OSError or RuntimeError if
        the walls could not be built."""
        return Process.at(popen.pid), None

    def exit_status(self, popen):
        """As spawn.exit_status(): the program's, which has exited."""
        return spawn.exit_status(popen)

    def run(self, argv, **options):
        """Run a program to its end, as spawn.run() does."""
        return spawn.run(argv, box=self, **options)


OPEN = Open()
