"""A small init at work: its program, and orphans that have lost their parents.

All is seen from outside. Who sleeps on without waking once will do nothing more.
"""

import contextlib
import signal
import tempfile
import time

from ...deadline import eventually
from ...proc.activity import Watch
from ...proc.process import Gone
from ...servers import spawn
from ..outcome import CannotJudge

ORPHANS = 5
STILL = 0.75  # seconds asleep, without waking once
QUIET = 0.1  # the same, when all is done that was to do
RESTLESS = 1.5  # it wakes up by itself, and so long does nothing about it
LIMIT = 15.0  # seconds: neither came about

# Each "( ... & )" leaves a process whose parent is gone when the next line runs.
SCRIPT = f"{'(sleep 1001 &); ' * ORPHANS} exec sleep 1002"


class Family:
    """Start init with a program and orphans, as a context that ends it all. `program`
    is the Process of the program, or None if it never came; `orphans` are those that
    init has adopted; `has_become_program`: by exec, so that no init is left.
    With a command of one's own there is only `init COMMAND`."""

    def __init__(self, work, command=None):
        self._box = work.box
        self._out = tempfile.TemporaryFile()
        self._popen = work.start(
            [*work.command("init"), *(command or ["sh", "-c", SCRIPT])],
            stdout=self._out,
            stderr=self._out,
        )
        self.program, self.orphans = None, []
        self.has_become_program = False
        self._began = time.monotonic()
        try:
            self.init = work.process(self._popen)
            if command is None:
                self._await_program()
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        spawn.end(self._popen)
        self._out.close()

    def _await_program(self):
        """When the command has become its last program, all orphans are there. It
        does not come up if nothing moves any more, or nobody is there to move."""
        def is_up():
            self.program = next(filter(_is_program, _children(self.init)), None)
            self.has_become_program = _is_program(self.init)
            return self.program or self.has_become_program

        while not self._rest(done=is_up, besides=True) and self.init.descendants():
            if time.monotonic() >= self._began + LIMIT:
                raise CannotJudge("the program did not come up")
        self.orphans = [one for one in _children(self.init) if one != self.program]

    def has_ended(self):
        return spawn.has_exited(self._popen)

    def exit_status(self):
        """Of an init that has ended."""
        status = spawn.has_exited(self._popen, LIMIT) and self._box.exit_status(
            self._popen
        )
        return status if status >= 0 else 128 - status

    def send(self, signum):
        """A signal to init."""
        with contextlib.suppress(Gone):
            self.init.send(signum)

    @contextlib.contextmanager
    def frozen(self):
        """Init stands still inside the context."""
        self.send(signal.SIGSTOP)
        eventually(lambda: _assert_state(self.init, "TZX"), within=LIMIT)
        try:
            yield
        finally:
            self.send(signal.SIGCONT)

    def kill(self, processes):
        """Kill them, in this order, each dead before the next."""
        for one in processes:
            with contextlib.suppress(Gone):
                one.send(signal.SIGKILL)
            eventually(lambda one=one: _assert_dead(one), within=LIMIT)

    def settle(self, dead):
        """Wait until all of the dead are reaped, and init is at rest or has ended.
        Returns those that stay; None if it comes to no rest."""
        def left():
            return [one for one in dead if one.has_entry()]

        rests = self._rest(enough=lambda: QUIET if dead and not left() else STILL)
        return left() if rests else None

    def await_end(self):
        """Wait until init ends, or sleeps on. Whether it has ended."""
        self._rest()
        return self.has_ended()

    def await_text(self, text):
        """Wait until that line is in its output, or init and its program sleep on.
        Whether it is there."""
        def there():
            return text in spawn.written(self._out).splitlines()

        self._rest(done=there, besides=True)
        return there()

    def _rest(self, done=lambda: False, enough=lambda: STILL, besides=False):
        """Wait until it is done, or init has ended, or sleeps for long enough
        without waking; `besides`: those below it too. False if they wake up again
        and again."""
        watch, watched = None, None
        began = time.monotonic()
        while time.monotonic() < began + LIMIT:
            if done() or self.has_ended():
                return True
            who = {self.init, *(self.init.descendants() if besides else ())}
            who = {one for one in who if one.is_alive()}
            if who != watched:
                watch, watched = Watch(who), who
            if watch.update() >= enough():
                return True
            if watch.age >= RESTLESS and watch.sleeps >= 4:
                return False
            time.sleep(0.01)
        raise CannotJudge(f"init came to no rest for {LIMIT:g} s")


def _children(process):
    with contextlib.suppress(Gone):
        return process.children()
    return []


def _is_program(process):
    return _command_line(process) == [b"sleep", b"1002"]


def _command_line(process):
    """Its words; [] of a zombie, or one that is gone."""
    try:
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            return file.read().split(b"\0")[:-1]
    except OSError:
        return []


def _assert_state(process, states):
    assert process.state in states or process.state == "gone"


def _assert_dead(process):
    assert not process.is_alive(), f"{process.pid} lives on"
