"""What it costs to look at many zombies, and at a few: reaptop beside htop and
top, in turn, with the same children, once a second; and beside what no viewer that
knows only /proc can do without, one read of the list of children."""

import contextlib
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass

from reaplab.proc.process import Gone
from reaplab.servers import spawn

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
LIST = "reading the list"  # of its children, once
LIST_READS = 5  # of which the median counts

# (what of, the other viewer, the most that reaptop may have of it)
MANY_TARGETS = (
    ("cpu", "htop", 0.083),
    ("cpu", "top", 0.067),
    ("cpu", LIST, 1),
    ("resident_kb", "htop", 1),
)
FEW_TARGETS = (("cpu", "htop", 1), ("resident_kb", "htop", 1))
WORDS = {"cpu": "CPU per refresh", "resident_kb": "resident memory"}


@dataclass(frozen=True)
class Costs:
    """For each viewer, and LIST, the viewer.Cost of each round, or why there is
    none; how many zombies there were, and why not as many as wanted, or ""."""

    wanted: int
    zombies: int
    rounds: dict
    answers: list  # the slowest answer of each round to a keystroke, in ms
    problems: dict
    note: str

    def values(self, name, what):
        """Of each round; none where there is a problem."""
        if name in self.problems:
            return []
        return [getattr(one, what) for one in self.rounds.get(name, ())]


def measure_all(build, wanted, quick, progress):
    """The Costs for `wanted` zombies and then for a few."""
    found = []
    for count, targets in (
        (wanted, MANY_TARGETS), *((one, FEW_TARGETS) for one in FEWER)
    ):
        others = sorted({other for _, other, _ in targets} - {LIST})
        names = " and ".join(["reaptop", *others])
        progress(f"{names}, looking at {count:,} zombies\n")
        try:
            many = targets is MANY_TARGETS
            found.append(measure(build, count, others, quick, many))
        except (
            burst.CannotMeasure, Gone, OSError, AssertionError
        ) as error:
            problems = {"reaptop": ("failed", str(error))}
            found.append(Costs(count, count, {}, [], problems, ""))
    return found


def rows(found):
    """A table.Row per target. The first Costs are those of many zombies."""
    many, *few = found
    made = [_row(many, *target) for target in MANY_TARGETS]
    made.append(_answer_row(many))
    return made + [_row(one, *target) for one in few for target in FEW_TARGETS]


def _row(costs, what, other, target):
    row = table.Row(
        f"{WORDS[what]}, reaptop / {other}, {costs.zombies:,} zombies",
        table.TIMES, target, at_least=False,
        problem=costs.problems.get("reaptop") or costs.problems.get(other),
    )
    if row.problem:
        return row
    pairs = list(zip(costs.values("reaptop", what), costs.values(other, what)))
    ratio = Spread.of([ours / theirs for ours, theirs in pairs])
    row.value, row.least, row.most = ratio.median, ratio.least, ratio.most
    medians = [Spread.of(values).median for values in zip(*pairs)]
    if what == "cpu":
        start = Spread.of(costs.values("reaptop", "start_cpu"))
        row.medians = (
            f"{medians[0] * 1e3:.2f} and {medians[1] * 1e3:.1f} ms; "
            f"reaptop's start {start.median * 1e3:.0f} ms"
        )
    else:
        row.medians = f"{medians[0]:,.0f} and {medians[1]:,.0f} kB"
    if costs.note:
        row.medians += f"; fewer zombies than {costs.wanted:,}: {costs.note}"
    return row


def _answer_row(costs):
    row = table.Row(
        f"slowest of {KEYSTROKES} keystrokes, {costs.zombies:,} zombies",
        "ms", ANSWER_MS, at_least=False, problem=costs.problems.get("reaptop"),
    )
    if not row.problem:
        spread = Spread.of(costs.answers)
        row.value, row.least, row.most = spread.median, spread.least, spread.most
        row.medians = "in reaptop, until something changes on the screen"
    return row


def measure(build, wanted, others, quick, many):
    """The Costs of reaptop and other viewers; of many zombies more often, and with
    keystrokes. Raises burst.CannotMeasure."""
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
        runs = {
            name: _viewer_run(name, argv, quick) for name, argv in viewers.items()
        }
        runs[LIST] = lambda: _list_read(pid)
        rounds, answers, problems = {name: [] for name in runs}, [], {}
        for _ in range(1 if quick else ROUNDS if many else FEWER_ROUNDS):
            for name, run in runs.items():
                if name not in problems:
                    _measure_one(name, run, rounds, problems)
            if "reaptop" not in problems and many:
                slowest = viewer.slowest_answer(viewers["reaptop"], KEYSTROKES)
                answers.append(slowest * 1e3)
        return Costs(wanted, made, rounds, answers, problems, note)


def _viewer_run(name, argv, quick):
    def run():
        if not shutil.which(argv[0]):
            raise burst.NotInstalled(f"{name} is not installed")
        return viewer.measure(argv, 1 if quick else REFRESHES)

    return run


def _list_read(pid):
    """The viewer.Cost of the whole list of a process's children, once."""
    path, seen = f"/proc/{pid}/task/{pid}/children", []
    for _ in range(LIST_READS):
        with open(path, "rb", buffering=0) as file:
            began = time.thread_time_ns()
            while file.read(1 << 16):
                pass
            seen.append(time.thread_time_ns() - began)
    return viewer.Cost(statistics.median(seen) / 1e9, 0, 0)


def _measure_one(name, run, rounds, problems):
    try:
        rounds[name].append(run())
    except burst.NotInstalled as error:
        problems[name] = ("skipped", str(error))
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


def cells(found):
    """(headings, rows) of the table by number of zombies."""
    columns = sorted(found, key=lambda one: one.zombies)
    headings = ["looking at zombies: median, min to max"]
    headings += [f"{one.zombies:,}" for one in columns]
    names = list(dict.fromkeys(name for one in found for name in one.rounds))
    lines = []
    for what, scale, unit in (("cpu", 1e3, "ms"), ("resident_kb", 1, "kB")):
        for name in names:
            if (name, what) != (LIST, "resident_kb"):
                values = (one.values(name, what) for one in columns)
                lines.append([
                    f"{name}, {WORDS[what]}" if name != LIST else f"{LIST} once, CPU",
                    *(_spread(each, scale, unit) for each in values),
                ])
    return headings, lines


def _spread(values, scale, unit):
    if not values:
        return "-"
    one = Spread.of([value * scale for value in values])
    least, most = table.amount(one.least, unit), table.amount(one.most, unit)
    return f"{table.amount(one.median, unit)} ({least} to {most})"


def as_json(found):
    return [
        {
            "zombies": one.zombies,
            "wanted": one.wanted,
            "note": one.note,
            "problems": {name: why for name, (_, why) in one.problems.items()},
            "cpu_ms": {
                name: [cpu * 1e3 for cpu in one.values(name, "cpu")]
                for name in one.rounds
            },
            "resident_kb": {
                name: one.values(name, "resident_kb")
                for name in one.rounds if name != LIST
            },
        }
        for one in found
    ]
