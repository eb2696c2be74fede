"""What it costs to look at many zombies: the CPU time of a sample of
`reaptop --json` and of an iteration of `top -b`, with the same zombies."""

import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
from dataclasses import dataclass

from reaplab import spawn
from reaplab.process import read_proc

import burst
from comparison import Spread

SAMPLES = 5  # of each viewer, per run of it
DELAY = "0.1"  # seconds between them
ROUNDS = 3
HEADROOM = 2000  # processes that the rest of the machine may start meanwhile
LONGEST = 120.0  # seconds for one run of a viewer


@dataclass(frozen=True)
class ViewerCost:
    """CPU seconds per sample, the rounds' ratios, and how many zombies were
    there to see; `note` says why they are fewer than wanted, or is empty."""

    reaptop: Spread
    top: Spread
    ratio: Spread
    zombies: int
    note: str


def measure(build, wanted):
    """The ViewerCost. Raises burst.CannotMeasure."""
    if not shutil.which("top"):
        raise burst.NotInstalled("top is not installed")
    count, note = _room(wanted)
    with _zombies(build / "bench" / "zombies", count) as (pid, made):
        if made < count:
            note = f"the machine allowed no more than {made:,}"
        reaptop, top = [], []
        for _ in range(ROUNDS):
            reaptop.append(_cpu_of_reaptop(build / "reaptop", pid, made))
            top.append(_cpu_of_top())
    return ViewerCost(
        Spread.of(reaptop),
        Spread.of(top),
        Spread.of([a / b for a, b in zip(reaptop, top)]),
        made,
        note,
    )


def _room(wanted):
    """(how many zombies may be made, why they are fewer than wanted)."""
    running = int(read_proc("/proc/loadavg").split()[3].split(b"/")[1])
    limits = {
        "kernel.pid_max": int(read_proc("/proc/sys/kernel/pid_max")),
        "kernel.threads-max": int(read_proc("/proc/sys/kernel/threads-max")),
    }
    mine, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if os.geteuid() != 0 and mine != resource.RLIM_INFINITY:
        limits["RLIMIT_NPROC (ulimit -u)"] = mine
    name, least = min(limits.items(), key=lambda item: item[1])
    room = least - running - HEADROOM
    if room >= wanted:
        return wanted, ""
    if room < 1:
        raise burst.CannotMeasure(f"{name} of {least} leaves no room")
    return room, f"{name} is {least}"


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


def _cpu_of_reaptop(program, pid, zombies):
    """CPU seconds per sample. It must have seen the zombies, every time."""
    argv = [program, "--json", "--samples", str(SAMPLES), "--delay", DELAY]
    seconds, out = _run([*argv, str(pid)])
    seen = [json.loads(line)["servers"][0]["zombies"] for line in out.splitlines()]
    if seen != [zombies] * SAMPLES:
        raise burst.CannotMeasure(f"reaptop saw {seen} of {zombies} zombies")
    return seconds / SAMPLES


def _cpu_of_top():
    """CPU seconds per iteration."""
    seconds, out = _run(["top", "-b", "-n", str(SAMPLES), "-d", DELAY])
    seen = len(re.findall(r"^top - ", out, re.MULTILINE))
    if seen != SAMPLES:
        raise burst.CannotMeasure(f"top printed {seen} of {SAMPLES} tables")
    return seconds / SAMPLES


def _run(argv):
    """(the CPU seconds it used, what it printed)"""
    before = burst.reaped_cpu_seconds()
    try:
        done = spawn.run(argv, within=LONGEST)
    except spawn.StillRunning as error:
        raise burst.CannotMeasure(f"{argv[0]}: runs on") from error
    if done.status != 0:
        why = done.err.strip() or f"status {done.status}"
        raise burst.CannotMeasure(f"{os.path.basename(argv[0])}: {why}")
    return burst.reaped_cpu_seconds() - before, done.out
