"""The bench works: it prints every row, and cleans up. How fast anything is here
is not tested: that says more of the machine and its other users."""

import contextlib
import importlib.util
import json
import os
import signal
import subprocess
import sys

import pytest

from conftest import ROOT
from reaplab.deadline import eventually
from reaplab.documents import variants
from reaplab.proc.process import Gone, Process
from reaplab.servers import spawn

BENCH = ROOT / "harness/bench" / "run.py"
PATIENCE = 50

# Parts of the rows' names, each with the number of rows that have it.
ROWS = {
    "waitpid_loop / plain C": 2,
    "waitpid_loop / socat": 2,
    "waitpid_loop / ForkingTCPServer": 2,
    "waitpid_loop / the fork limit": 2,
    "event log on / waitpid_loop": 2,
    "PSS of an idle child": 1,
    "reaptop / top": 1,
    "CPU per refresh, reaptop / htop": 3,
    "resident memory, reaptop / htop": 3,
    "CPU per refresh, reaptop / reading the list": 1,
    "server_rtsig beside": 1,
    "server_pidfd beside": 1,
    "keystrokes": 1,
}

RIGHT = [one.program for one in variants.read_all() if not one.is_wrong]
STATUSES_LOST = ("server_sig_ign", "server_nocldwait", "server_double_fork")


@pytest.fixture(scope="module")
def programs(lab):
    """The folder with all that the bench needs, built."""
    if lab.sanitized:
        pytest.skip("the speed of a sanitized build says nothing")
    build = lab.build
    if lab.root in build.parents:
        build = build.relative_to(lab.root)
    command = ["make", "-s", "-C", lab.root, f"BUILD={build}", "bench-programs"]
    # An outer make's job server is not ours to use.
    env = {k: v for k, v in os.environ.items() if k != "MAKEFLAGS"}
    subprocess.run(command, env=env, check=True)
    return lab.build


@pytest.fixture
def start_bench(folder):
    """start_bench(options): the bench, its temporary files in a folder of its
    own and what it says in files there."""
    temporary = folder / "tmp"
    temporary.mkdir()
    started = []

    def start(*options):
        popen = spawn.spawn(
            [sys.executable, BENCH, *options],
            stdout=open(folder / "out", "wb"),
            stderr=open(folder / "err", "wb"),
            env={**os.environ, "TMPDIR": str(temporary)},
        )
        started.append(popen)
        return popen

    yield start
    for popen in started:
        spawn.end(popen)
    left = list(temporary.iterdir())
    assert not left, f"the bench left files behind: {left}"


def finish(popen, within=PATIENCE):
    """Its exit status; nothing that it started may outlive it."""
    assert spawn.has_exited(popen, within), "the bench runs on"
    status = spawn.exit_status(popen)
    assert not spawn.strays(), "the bench left processes behind"
    return status


def names_below(pid):
    """The names of all that it started and what these did."""
    names = []
    for one in Process.at(pid).descendants():
        with contextlib.suppress(Gone):
            names.append(one.stat().name)
    return names


@pytest.mark.timeout(440)  # all the right servers, where forks are slow too
def test_a_quick_run_prints_every_row(programs, start_bench, folder):
    out = folder / "bench.json"
    (folder / "victim").write_text("precious")
    out.symlink_to("victim")
    popen = start_bench("--quick", "--json", out, "--build", programs)
    assert finish(popen, 8 * PATIENCE) == 0, (folder / "err").read_text()
    assert (folder / "victim").read_text() == "precious"
    written = json.loads(out.read_text())
    rows = written["rows"]
    table = (folder / "out").read_text()
    for part, count in ROWS.items():
        found = [row for row in rows if part in row["measured"]]
        assert len(found) == count, part
        for row in found:
            assert row["measured"] in table
            if row["verdict"] == "skipped":
                assert "not installed" in row["problem"]
            else:
                assert row["verdict"] in ("met", "missed"), row
                assert row["min"] <= row["result"] <= row["max"]
                assert row["result"] > 0
    assert len(rows) == sum(ROWS.values())
    check_what_reaping_costs(written["reaping"], table)
    check_what_live_clients_cost(written["scaling"])
    check_what_viewers_cost(written["viewers"], table)
    for fact in ("system", "cpu", "compiler"):
        assert written["machine"][fact] in table.splitlines()[0]
    assert "-O" in written["machine"]["compiler"]
    if importlib.util.find_spec("matplotlib"):
        done = spawn.run([sys.executable, BENCH.with_name("chart.py"), out], within=60)
        assert (done.status, done.err) == (0, ""), done


def check_what_viewers_cost(costs, table):
    """Three numbers of zombies; reaptop and the list's reading at each."""
    assert sorted(one["zombies"] for one in costs) == [10, 200, 1000]
    for one in costs:
        assert f" {one['zombies']:,} " in table
        for name in ("reaptop", "reading the list"):
            assert min(one["cpu_ms"][name]) > 0, one
        assert min(one["resident_kb"]["reaptop"]) > 0


def check_what_live_clients_cost(points):
    """Each server beside none and beside some, every delay known."""
    assert [(one["server"], one["idle"] > 0) for one in points] == [
        (name, some) for name in ("server_waitpid_loop", "server_rtsig")
        for some in (False, True)
    ]
    for one in points:
        assert min(one["rates"]) > 0 and 0 < one["p50_us"] <= one["p99_us"]


def check_what_reaping_costs(reaping, table):
    """Every right variant has its line, and the log's facts are as known."""
    costs = reaping["variants"]
    assert list(costs) == RIGHT
    for name, cost in costs.items():
        lines = [
            one for one in table.splitlines()
            if one.startswith("|") and one.split("|")[1].strip() == name
        ]
        assert len(lines) == 1 and not cost["problem"], (lines, cost)
        idle = [str(count) for count in reaping["plan"]["idle"]]
        assert len(idle) == 3 and idle[0] == "0"
        assert list(cost["rates"]) == list(cost["parent_us"]) == idle
        assert all(rate > 0 for (rate,) in cost["rates"].values())
        (seen,) = cost["reapings"]
        if name in STATUSES_LOST:
            assert seen["statuses"] == "lost" and seen["p50_us"] is None
            assert "| - " in lines[0]
        else:
            assert seen["statuses"] == "kept"
            assert 0 < seen["p50_us"] <= seen["p99_us"]
        assert seen["lingered"] == 0 or name == "server_sweep", seen


@pytest.mark.timeout(240)
def test_what_cannot_run_is_a_row_and_status_1(programs, start_bench, folder):
    build = folder / "build"
    build.mkdir()
    for name in ("client", "first_server", "bench"):
        (build / name).symlink_to(programs / name)
    for program, words in (
        ("reaptop", "cannot look: no luck"),
        *((name, "cannot listen: no luck") for name in RIGHT),
    ):
        (build / program).write_text(f"#!/bin/sh\necho '{words}' >&2\nexit 1\n")
        (build / program).chmod(0o755)
    popen = start_bench("--quick", "--sessions", "20", "--build", build)
    assert finish(popen, 4 * PATIENCE) == 1
    lines = (folder / "out").read_text().splitlines()
    for part, count in ROWS.items():
        found = [line for line in lines if part in line]
        assert len(found) == count, part
        assert all("failed" in one and "no luck" in one for one in found), found


PACES = """
import sys
sys.path[:0] = sys.argv[1:]
import pace, reaping_cost, run, scaling
for forks in (13000, 7000, 6999, 1000, 900, 1):
    one, options = pace.Pace(forks), run.parse([])
    run.fit(options, one)
    plan = reaping_cost.whole(one)
    print(options.sessions, options.rounds, plan.idle, plan.rounds,
          scaling.whole(one)[0][-1], "|", plan.too_few)
options = run.parse(["--sessions", "7", "--rounds", "8", "--zombies", "9"])
run.fit(options, one)
print(options.sessions, options.rounds, options.zombies)
"""


def test_where_forks_are_slow_less_is_measured():
    done = spawn.run(
        [sys.executable, "-c", PACES, BENCH.parent, BENCH.parent.parent]
    )
    assert done.out.splitlines() == [
        "1500 19 (0, 2000, 6000) 5 10000 | ",
        "1500 19 (0, 2000, 6000) 5 10000 | ",
        "750 10 (0, 1000, 3000) 2 5000 | this machine forks 6,999 processes a second",
        "512 6 (0, 250, 750) 1 1250 | this machine forks 1,000 processes a second",
        "512 6 (0, 250, 750) 1 1250 | this machine forks 900 processes a second",
        "512 6 (0, 100, 100) 1 156 | this machine forks 1 processes a second",
        "7 8 9",
    ], done


# All rates rise with the round by the same: in one round each ratio is the same.
PAIRS = """
import collections, sys
from pathlib import Path
sys.path[:0] = sys.argv[1:]
import burst, comparison
from contestants import Contestant
from pathlib import Path
measured = collections.Counter()
def sample(name, every, concurrency):
    number = every * measured[name, concurrency]
    measured[name, concurrency] += 1
    return burst.Sample(float(number + 1), 0, 0)
burst.measure = lambda _, one, sessions, concurrency: sample(
    one.name, one.every, concurrency)
burst.fork_limit = lambda _, forks, concurrency: sample("limit", 1, concurrency)
servers = [Contestant("often", 1, None), Contestant("seldom", 1, None, every=2)]
results = comparison.compare(Path(), servers, 1, 6)
for over, under in ("often", "seldom"), ("seldom", comparison.FORK_LIMIT):
    ratio = results.ratio(over, under, 64)
    print(over, under, ratio.least, ratio.median, ratio.most)
for one in results.as_json():
    print(one["name"], [sample["round"] for sample in one["rounds"]])
"""


def test_a_ratio_is_of_two_in_the_same_round():
    done = spawn.run(
        [sys.executable, "-c", PAIRS, BENCH.parent, BENCH.parent.parent]
    )
    ratios, rounds = done.out.splitlines()[:2], done.out.splitlines()[2:]
    assert ratios == [
        "often seldom 1.0 1.0 1.0", "seldom the fork limit 1.0 1.0 1.0"
    ], done
    assert sorted(rounds) == sorted(2 * [
        "often [0, 1, 2, 3, 4, 5]", "the fork limit [0, 1, 2, 3, 4, 5]",
        "seldom [0, 2, 4]",
    ]), done


def test_an_unbuilt_bench_says_so(start_bench, folder):
    popen = start_bench("--build", folder)
    assert finish(popen) == 1
    said = (folder / "err").read_text()
    assert "not built" in said and said.count("\n") == 1


@pytest.mark.parametrize("signum", (signal.SIGINT, signal.SIGTERM))
def test_an_interrupted_bench_leaves_nothing(programs, start_bench, folder, signum):
    popen = start_bench("--sessions", "1000", "--build", programs)

    def measuring():
        below = names_below(popen.pid)
        assert "client" in below, below

    eventually(measuring, within=4 * PATIENCE)  # forks are counted before
    popen.send_signal(signum)
    assert finish(popen) == 1
    assert (folder / "err").read_text().endswith("bench: interrupted\n")
