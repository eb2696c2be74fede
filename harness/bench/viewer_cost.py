"""What it costs to look at many zombies, and at a few: reaptop beside htop and
top, in turn, with the same children, once a second."""

import contextlib
import shutil
import subprocess
from dataclasses import dataclass

from reaplab import spawn
from reaplab.process import Gone

import burst
import room
import table
import viewer
from comparison import Spread

REFRESHES = 3  # of each viewer, in each round
ROUNDS = 3
KEYSTROKES = 40
ANSWER_MS = 50  # at most, for each
FEWER = (1000, 10)  # children, of a busy and of an ordinary server
FEWER_ROUNDS = 2

# (what of, the other viewer, the most that reaptop may have of it)
MANY_TARGETS = (
    ("cpu", "htop", 0.083),
    ("cpu", "top", 0.067),
    ("resident_kb", "htop", 1),
)
FEW_TARGETS = (("cpu", "htop", 1), ("resident_kb", "htop", 1))
WORDS = {"cpu": "CPU per refresh", "resident_kb": "resident memory"}


@dataclass(frozen=True)
class Costs:
    """For each viewer the viewer.Cost of each round, or why there is none; how
    many zombies there were, and why not as many as wanted, or ""."""

    rounds: dict
    answers: list  # the slowest answer of each round to a keystroke, in ms
    problems: dict
    zombies: int
    note: str


def rows(build, wanted, quick, progress):
    """A table.Row per target, for `wanted` zombies and then for a few."""
    made = []
    for count, targets in (
        (wanted, MANY_TARGETS), *((one, FEW_TARGETS) for one in FEWER)
    ):
        others = sorted({other for _, other, _ in targets})
        names = " and ".join(["reaptop", *others])
        progress(f"{names}, looking at {count:,} zombies\n")
        try:
            costs = measure(build, count, others, quick)
        except (
            burst.CannotMeasure, Gone, OSError, AssertionError
        ) as error:
            costs = Costs({}, [], {"reaptop": ("failed", str(error))}, count, "")
        made += [_row(costs, count, *target) for target in targets]
        if count == wanted:
            made.append(_answer_row(costs))
    return made


def _row(costs, wanted, what, other, target):
    row = table.Row(
        f"{WORDS[what]}, reaptop / {other}, {costs.zombies:,} zombies",
        "x", target, at_least=False,
        problem=costs.problems.get("reaptop") or costs.problems.get(other),
    )
    if row.problem:
        return row
    pairs = [
        (getattr(ours, what), getattr(theirs, what))
        for ours, theirs in zip(costs.rounds["reaptop"], costs.rounds[other])
    ]
    ratio = Spread.of([ours / theirs for ours, theirs in pairs])
    row.value, row.least, row.most = ratio.median, ratio.least, ratio.most
    medians = [Spread.of(values).median for values in zip(*pairs)]
    if what == "cpu":
        start = Spread.of([one.start_cpu for one in costs.rounds["reaptop"]])
        row.medians = (
            f"{medians[0] * 1e3:.2f} and {medians[1] * 1e3:.1f} ms; "
            f"reaptop's start {start.median * 1e3:.0f} ms"
        )
    else:
        row.medians = f"{medians[0]:,.0f} and {medians[1]:,.0f} kB"
    if costs.note:
        row.medians += f"; fewer zombies than {wanted:,}: {costs.note}"
    return row


def _answer_row(costs):
    row = table.Row(
        f"slowest of {KEYSTROKES} keystrokes, {costs.zombies:,} zombies",
        " ms", ANSWER_MS, at_least=False, problem=costs.problems.get("reaptop"),
    )
    if not row.problem:
        spread = Spread.of(costs.answers)
        row.value, row.least, row.most = spread.median, spread.least, spread.most
        row.medians = "in reaptop, until something changes on the screen"
    return row


def measure(build, wanted, others, quick):
    """The Costs of reaptop and other viewers. Raises burst.CannotMeasure."""
    count, note = room.for_processes(wanted)
    with _zombies(build / "bench" / "zombies", count) as (pid, made):
        if made < count:
            note = f"the machine allowed no more than {made:,}"
        delay = "0.5" if quick else "1"
        tenths = str(round(float(delay) * 10))
        viewers = {
            "reaptop": [build / "reaptop", "--delay", delay, str(pid)],
            "htop": ["htop", "--delay", tenths],
            "top": ["top", "-b", "-d", delay],
        }
        viewers = {name: viewers[name] for name in ("reaptop", *others)}
        rounds, answers, problems = {name: [] for name in viewers}, [], {}
        rounds_wanted = FEWER_ROUNDS if wanted in FEWER else ROUNDS
        for _ in range(1 if quick else rounds_wanted):
            for name, argv in viewers.items():
                if name not in problems:
                    _measure_one(name, argv, quick, rounds, problems)
            if "reaptop" not in problems:
                slowest = viewer.slowest_answer(viewers["reaptop"], KEYSTROKES)
                answers.append(slowest * 1e3)
        return Costs(rounds, answers, problems, made, note)


def _measure_one(name, argv, quick, rounds, problems):
    if not shutil.which(argv[0]):
        problems[name] = ("skipped", f"{name} is not installed")
        return
    try:
        rounds[name].append(viewer.measure(argv, 1 if quick else REFRESHES))
    except (burst.CannotMeasure, Gone, OSError) as error:
        problems[name] = ("failed", str(error))


@contextlib.contextmanager
def _zombies(program, count):
    """A process with so many zombies: (its PID, how many it has)."""
    popen = spawn.spawn(
        [program, str(count)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        line = popen.stdout.readline().split()
        if len(line) != 2 or line[0] != b"ready" or int(line[1]) < 1:
            raise burst.CannotMeasure("zombies: none could be made")
        yield popen.pid, int(line[1])
    finally:
        # The end of its input: it reaps them all, faster than we could.
        popen.stdin.close()
        spawn.has_exited(popen, within=20.0)
        spawn.end(popen)
        popen.stdout.close()
