"""Measures the lab's server beside others, and prints one table.

What is compared is measured in one run, in turn, so the ratios hold on any
machine; the times do not. A missed target is said and is no failure. Read next:
contestants.py (what is compared), comparison.py (how), table.py.
"""

import argparse
import json
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reaplab import whole_file  # noqa: E402
from reaplab.arguments import positive  # noqa: E402
from reaplab.servers import spawn  # noqa: E402
from reaplab.servers.server import ServerFailed  # noqa: E402

import breakdown  # noqa: E402
import burst  # noqa: E402
import idle_memory  # noqa: E402
import machine  # noqa: E402
import pace  # noqa: E402
import reaping_cost  # noqa: E402
import scaling  # noqa: E402
import table  # noqa: E402
import viewer_cost  # noqa: E402
from comparison import CONCURRENCIES, RATIOS, Results, compare  # noqa: E402
from contestants import LOOP, PLAIN, contestants  # noqa: E402
from neighbours import MUCH, Neighbours  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ("client", "reaptop", "first_server", "bench/fork_limit",
            "bench/zombies")

# (sessions per burst, rounds, zombies)
WHOLE = (1500, 19, 20000)
QUICK = (100, 1, 200)
FEWEST = (512, 6)  # sessions per burst and rounds, where forks are slow


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="bench", description="Measure the lab's server beside others."
    )
    parser.add_argument("--quick", action="store_true",
                        help="a few seconds, to see that all of it works")
    parser.add_argument("--sessions", type=positive, metavar="N",
                        help=f"per burst (default {WHOLE[0]}, fewer where forks are "
                        "slow; slow servers get a part of it)")
    parser.add_argument("--rounds", type=positive, metavar="N",
                        help=f"how often all are measured (default {WHOLE[1]})")
    parser.add_argument("--zombies", type=positive, metavar="N",
                        help=f"for the viewers to look at (default {WHOLE[2]})")
    parser.add_argument("--json", type=Path, metavar="FILE",
                        help="also write all that was measured to FILE")
    parser.add_argument("--build", type=Path, metavar="DIR",
                        default=ROOT / "build", help="where the programs are")
    options = parser.parse_args(argv)
    options.build = options.build.resolve()
    return options


def ratio_rows(results):
    """A Row per pair of servers and concurrency."""
    rows = []
    for over, under, target in RATIOS:
        for concurrency in CONCURRENCIES:
            row = table.Row(
                f"{over} / {under}, {concurrency} at a time", table.TIMES, target,
                problem=results.problem(over, under),
            )
            if not row.problem:
                ratio = results.ratio(over, under, concurrency)
                row.value, row.least, row.most = (
                    ratio.median, ratio.least, ratio.most
                )
                row.medians = " and ".join(
                    f"{results.spread(n, concurrency, 'sessions_per_s').median:,.0f}"
                    for n in (over, under)
                ) + " a second"
            rows.append(row)
    return rows


def memory_row(servers):
    """The Row of an idle child's memory, with the baseline's beside it."""
    row = table.Row("PSS of an idle child", "kB", 60, at_least=False)
    by_name = {one.name: one for one in servers}
    _progress("memory of idle children\n")
    try:
        ours = idle_memory.idle_child_kb(by_name[LOOP])
        row.value, row.least, row.most = ours.median, ours.least, ours.most
        plain = idle_memory.idle_child_kb(by_name[PLAIN]).median
        row.medians = f"{idle_memory.CHILDREN} children; {PLAIN}: {plain:g} kB"
    except (burst.CannotMeasure, ServerFailed, OSError, AssertionError) as error:
        row.problem = ("failed", str(error))
    return row


def beside_live_clients(options, machines_pace, rows):
    """The Points of scaling.py; none, and a Row that says why, if they cannot be
    measured."""
    try:
        plan = scaling.QUICK if options.quick else scaling.whole(machines_pace)
        return scaling.measure(options.build, plan, _progress)
    except (burst.CannotMeasure, ServerFailed, OSError, AssertionError) as error:
        row = table.Row("sessions beside live clients", "a second", 0)
        row.problem = ("failed", str(error))
        rows.append(row)
        return []


def fit(options, machines_pace):
    """Fill in what was not asked for: as planned, or what there is time for."""
    sessions, rounds, zombies = QUICK if options.quick else WHOLE
    least_sessions, least_rounds = FEWEST
    if options.sessions is None:
        options.sessions = machines_pace.part(sessions, least_sessions)
    if options.rounds is None:
        options.rounds = machines_pace.part(rounds, least_rounds)
    options.zombies = options.zombies or zombies


def remarks(options, machines_pace, others_cpu_share, results):
    """What to know of the run, a line each."""
    seldom = ", ".join(f"{name}: {rounds}" for name, rounds in results.rounds().items()
                       if rounds < options.rounds)
    retries = sum(
        one.syn_retries
        for of_rounds in results.samples.values() for one in of_rounds.values()
    )
    lines = [
        f"Bursts of {options.sessions:,} sessions of {burst.SIZE} bytes, rounds: "
        f"{options.rounds}{seldom and f' ({seldom})'}; "
        f"others used {others_cpu_share:.0%} of the CPUs."
    ]
    if machines_pace.note:
        lines.append("Less is measured than planned, and beside fewer live clients: "
                     f"{machines_pace.note}.")
    if others_cpu_share > MUCH:
        lines.append("The machine had other work too: the ratios, above all those "
                     "to the fork limit, are sure only on an idle one.")
    if retries:
        lines.append(f"{retries} connects waited for a SYN retry: some bursts say "
                     "more of the listen queue than of the server.")
    if options.quick:
        lines.append("A quick run shows that the bench works; its numbers are "
                     "too short to mean anything.")
    return lines


def report(run, parts):
    """Print the tables and what to know of them."""
    first, *others = run.remarks
    print(f"{machine.sentence(run.about)}\n{first}\n")
    print(table.render(table.HEADINGS, [row.cells() for row in run.rows]))
    if parts:
        print(f"\n{table.render(*breakdown.cells(parts))}\n")
        print("\n".join(breakdown.sentences(parts)))
    print(f"\n{table.render(*reaping_cost.cells(run.reaping))}\n")
    print("\n".join(reaping_cost.sentences(run.reaping)))
    if run.live:
        print(f"\n{table.render(*scaling.cells(run.live))}")
    print(f"\n{table.render(*viewer_cost.cells(run.viewers))}")
    for line in others:
        print(f"\n{line}")


def check_built(build):
    """Raises burst.CannotMeasure if a program is missing."""
    for program in (*PROGRAMS, *reaping_cost.programs()):
        if not (build / program).exists():
            raise burst.CannotMeasure(
                f"{build / program}: not built, run `make bench-programs`"
            )


@dataclass(frozen=True)
class Run:
    """All that was measured, and what to know of it."""

    about: dict
    remarks: list
    rows: list
    results: Results
    viewers: list
    reaping: reaping_cost.Costs
    live: list

    @property
    def failed(self):
        return self.reaping.failed or any(
            row.verdict == "failed" for row in self.rows
        )

    def as_json(self, parts):
        return {
            "machine": self.about,
            "remarks": self.remarks,
            "rows": [row.as_json() for row in self.rows],
            "breakdown_us": parts,
            "viewers": viewer_cost.as_json(self.viewers),
            "reaping": self.reaping.as_json(),
            "scaling": scaling.as_json(self.live),
            "samples": self.results.as_json(),
            "missing": {**self.results.skipped, **self.results.failed},
        }


def measure(options):
    """Measure all: a Run."""
    about, neighbours = machine.describe(options.build), Neighbours()
    machines_pace = pace.AS_PLANNED if options.quick else pace.measure(options.build)
    fit(options, machines_pace)
    servers = contestants(options.build)
    results = compare(options.build, servers, options.sessions, options.rounds)
    rows = ratio_rows(results)
    rows.append(memory_row(servers))
    viewers = viewer_cost.measure_all(
        options.build, options.zombies, options.quick, _progress
    )
    rows += viewer_cost.rows(viewers)
    reaping = reaping_cost.measure(
        options.build,
        reaping_cost.QUICK if options.quick else reaping_cost.whole(machines_pace),
        _progress,
    )
    rows += reaping_cost.rows(reaping)
    live = beside_live_clients(options, machines_pace, rows)
    about["others_cpu_share"] = neighbours.share()
    said = remarks(options, machines_pace, about["others_cpu_share"], results)
    return Run(about, said, rows, results, viewers, reaping, live)


def bench(options):
    """Measure all, report. Returns whether all could be measured."""
    check_built(options.build)
    if options.json:
        whole_file.check(options.json)  # before minutes are spent
    began = time.monotonic()
    run = measure(options)
    _progress(f"done in {time.monotonic() - began:.0f} s\n\n")
    parts = breakdown.breakdown(run.results)
    report(run, parts)
    if options.json:
        whole_file.write(
            options.json, json.dumps(run.as_json(parts), indent=1) + "\n"
        )
    return not run.failed


def _progress(text):
    print(text, end="", file=sys.stderr, flush=True)


def main():
    options = parse(sys.argv[1:])
    spawn.take_charge()
    try:
        return 0 if bench(options) else 1
    except KeyboardInterrupt:
        print("\nbench: interrupted", file=sys.stderr)
    except (burst.CannotMeasure, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
    finally:
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, signal.SIG_IGN)
        for popen in spawn.still_running():
            spawn.end(popen)
        spawn.end_strays()
    return 1


if __name__ == "__main__":
    sys.exit(main())
