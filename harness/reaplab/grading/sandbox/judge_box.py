"""One judge in its box, started and watched from outside: what it says is collected,
and if the submission takes more than its share the box ends, and all that is in it.
"""

import contextlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from . import bubblewrap as sandbox, isolated, limits, scratch, stage
from .. import building
from ...proc.process import Gone, Process
from ...servers import spawn
from ..outcome import Result

MEMORY = 768 << 20  # bytes that all processes of a box may hold at a time
# In a box, the judge's among them. A right answer has some 40; and here it shows who
# asks for all that limits.PROCESSES leaves them.
PROCESSES = limits.PROCESSES - 10
FILES = 512 << 20  # bytes that files in memory may grow by meanwhile
WORDS = 16 << 20  # bytes that a judge may say
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Ended:
    """What came of a judge. `result`: the last it told, or None. `excess`: the
    limit that the submission ran into. `fault`: what else kept it from the end."""

    result: Result = None
    excess: str = None
    fault: str = None


@dataclass(frozen=True)
class Terms:
    """How submissions are judged: `box` is sandbox.BUBBLEWRAP, or LIMITS_ONLY to
    do without walls; then seconds for all, and for building."""

    box: str = sandbox.BUBBLEWRAP
    time_limit: float = 300.0  # on a busy machine
    build_limit: float = building.LIMIT


class JudgeBox:
    """A judge at work on a submission's files in `folder`. `staged`: a copy of the
    project's files (stage.py). Poll it, and close it whatever happens."""

    def __init__(self, lab, folder, staged, terms=Terms()):
        self._excess = None
        self._fault = None
        self._terms = terms
        self._deadline = time.monotonic() + terms.time_limit
        self._files_before = files_in_memory()
        with contextlib.ExitStack() as stack:
            self._out = stack.enter_context(tempfile.TemporaryFile())
            self._err = stack.enter_context(tempfile.TemporaryFile())
            if terms.box == sandbox.BUBBLEWRAP:
                walls = sandbox.outer_walls({"/reap": staged, "/submission": folder})
                walls += ["--chdir", "/reap/harness", "--"]
                harness, cwd, environment = "/reap/harness", "/", sandbox.ENVIRONMENT
                places = ("/submission", "/making/built", "/tmp")
            else:
                mine = stack.enter_context(_folders(lab, staged))
                walls, harness, cwd = [], mine.harness, mine.harness
                environment = limits.environment(mine.home, mine.temporary)
                places = (folder, mine.built, mine.theirs)
            judge = isolated.command(
                "reaplab.grading.sandbox.in_sandbox",
                lab.name, *places, terms.build_limit, terms.box,
                harness=harness,
            )
            self._popen = spawn.spawn(
                [*walls, *judge],
                preexec=limits.become_nobody,
                stdout=self._out,
                stderr=self._err,
                env=environment,
                cwd=cwd,
            )
            self._stack = stack.pop_all()

    def poll(self):
        """An Ended when the judge is done, or had to be ended; else None."""
        if not spawn.has_exited(self._popen):
            self._watch()
            if self._excess is None and self._fault is None:
                return None
        result, final = last_result(spawn.written(self._out))
        if self._excess is None and self._fault is None and not final:
            said = spawn.written(self._err).strip().splitlines()
            self._fault = "the judge ended early: " + (said or ["no word"])[-1]
        return Ended(result, self._excess, self._fault)

    def close(self):
        """End the judge and all in its box."""
        spawn.end(self._popen)
        self._stack.close()

    def result(self):
        """The last Result that it told, not yet the final one; or None."""
        return last_result(spawn.written(self._out))[0]

    def _watch(self):
        if time.monotonic() >= self._deadline:
            self._fault = f"it was not done after {self._terms.time_limit:g} s"
            return
        if os.fstat(self._out.fileno()).st_size > WORDS:
            self._fault = "the judge said too much"
            return
        if files_in_memory() - self._files_before > FILES:
            self._fault = f"files took more than {FILES >> 20} MiB of memory"
            return
        self._excess = excess_of(family(self._popen.pid))


@dataclass(frozen=True)
class _Folders:
    """What one try without walls has for itself. `harness`: the project's; `home`,
    `temporary`: the judge's; `theirs`: home of the submission's programs."""

    harness: Path
    home: Path
    temporary: Path
    built: Path
    theirs: Path


@contextlib.contextmanager
def _folders(lab, staged):
    """Makes the _Folders of one try, and removes them after the processes of the try.
    The next judge reads nothing that a submission wrote during an earlier try."""
    with contextlib.ExitStack() as stack:
        work = scratch.make("work")
        stack.callback(scratch.remove, work)
        stack.callback(spawn.end_strays)
        # Root's, so nobody may write there: neither the submission nor the judge.
        (work / "home").mkdir(0o755)
        for name in ("temporary", "built", "theirs"):
            (work / name).mkdir(0o700)
            limits.give_to_nobody(work / name)
        if os.getuid() != 0:  # submissions run as this user and may write to it
            staged = stage.prepare([lab.name])
            stack.callback(scratch.remove, staged)
        yield _Folders(
            staged / "harness",
            *(work / name for name in ("home", "temporary", "built", "theirs")),
        )


def excess_of(processes):
    """The limit that all processes of a box go beyond together, or None."""
    if len(processes) > PROCESSES:
        return f"more than {PROCESSES} processes"
    if resident(processes) > MEMORY:
        return f"more than {MEMORY >> 20} MiB of memory"
    return None


def files_in_memory():
    """Bytes of all files on this machine that live in memory (tmpfs), as far as a
    box's cannot be bounded; 0 where they are."""
    if shutil.which("bwrap") is None or sandbox.knows("--size"):
        return 0
    with open("/proc/meminfo", encoding="ascii") as file:
        for line in file:
            if line.startswith("Shmem:"):
                return int(line.split()[1]) << 10
    return 0


def family(pid):
    """A process and its descendants."""
    try:
        first = Process.at(pid)
        return [first, *first.descendants()]
    except Gone:
        return []


def resident(processes):
    """Bytes of memory that processes hold, less what they share with files."""
    total = 0
    for one in processes:
        try:
            with open(f"/proc/{one.pid}/statm", encoding="ascii") as file:
                _, held, shared = (int(word) for word in file.read().split()[:3])
        except (OSError, ValueError):
            continue
        total += (held - shared) * PAGE
    return total


def last_result(text):
    """(the last Result told, whether it was the final one)."""
    for line in reversed(text.splitlines()):
        try:
            told = json.loads(line)
            return Result.from_dict(told["result"]), told["final"]
        except (ValueError, KeyError, TypeError):
            continue
    return None, False
