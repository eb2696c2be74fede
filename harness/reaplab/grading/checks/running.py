"""A program that is run to its end, or until it is plain that it has none: it sleeps
on, with all that it has started."""

import subprocess
import tempfile
import time

from ...proc.activity import Watch
from ...proc.process import Gone, Process
from ...servers import spawn
from ..outcome import CannotJudge

STILL = 0.75  # seconds asleep, without waking once
TIMED = 4.0  # the same, if a timeout may yet end it
LIMIT = 20.0  # seconds: it neither ended nor slept
PERIOD = 0.01


def run_to_end(work, command):
    """(its exit status as a shell has it, what it said). The status is None if it
    sleeps on. Raises CannotJudge if it does neither."""
    with tempfile.TemporaryFile() as out:
        popen = work.start(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            ends = _ends(popen)
            status = work.box.exit_status(popen) if ends else None
        finally:
            spawn.end(popen)
        return as_a_shell_has_it(status) if ends else None, spawn.written(out)


def _ends(popen):
    """Wait until it has ended, or sleeps on. Whether it has ended."""
    watch, watched = None, None
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if spawn.has_exited(popen):
            return True
        who = _tree(popen.pid)
        if who != watched:
            watch, watched = Watch(who), who
        asleep = watch.update()
        if asleep >= (TIMED if watch.timed else STILL):
            return spawn.has_exited(popen)
        time.sleep(PERIOD)
    raise CannotJudge(f"a program neither ended nor slept for {LIMIT:g} s")


def _tree(pid):
    """The living among a process and its descendants."""
    try:
        first = Process.at(pid)
        return {one for one in (first, *first.descendants()) if one.is_alive()}
    except Gone:
        return set()


def as_a_shell_has_it(status):
    """An exit status with 128 + N for signal N: a sandbox does not tell the two
    apart."""
    return status if status >= 0 else 128 - status


def told(status):
    """An exit status of run_to_end() in words."""
    return "none, as it did not end" if status is None else str(status)
