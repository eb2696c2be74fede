"""What reaping costs, right variant by right variant: sessions per second beside
idle clients (waitpid(-1) looks at every live child, fork copies every descriptor),
the delay from a death to its reaping, and what the parent learns of statuses.

A server meets none, some and many idle clients in one life, a round takes one
server after the other: so each is compared with itself, and a machine that slows
down does so for all. Read next: idle_clients.py, reaping_delay.py.
"""

import contextlib
import os
import statistics
import time
from dataclasses import asdict, dataclass, field, replace

from reaplab.documents import variants
from reaplab.proc.process import Gone, read_proc
from reaplab.servers import arrange, spawn
from reaplab.servers.server import ServerFailed, start_lab_server

import burst
import reaping_delay
import room
import table
from comparison import Spread
from contestants import BACKLOG
from idle_clients import IdleClients
from neighbours import Neighbours

CONCURRENCY = 8
BURST_SECONDS = 0.2  # about so long: a slow server gets fewer sessions for it
# After thousands of forks. The scheduler counts each new task as busy and forgets
# by half in 32 ms (kernel/sched/pelt.c); until then it deals out the CPUs wrongly.
SETTLING = 0.6  # seconds
LONGEST = 115.0  # seconds: no round is begun that would end later
PROBLEMS = (
    burst.CannotMeasure, ServerFailed, Gone, OSError, AssertionError
)

# Two keep every status without a look at children that live on.
TARGETS = (("server_rtsig", 0.9), ("server_pidfd", 0.9))


@dataclass(frozen=True)
class Plan:
    """The numbers of idle clients, rising from none; sessions per burst, at most and
    at least; bursts with each number of idle clients, of which the median counts;
    how long to wait for the scheduler (SETTLING); why the clients are too few for the
    targets, or ""."""

    idle: tuple
    sessions: int
    rounds: int
    fewest: int = 50
    bursts: int = 3
    settling: float = SETTLING
    too_few: str = ""


WHOLE = Plan((0, 2000, 6000), 1000, 5)
QUICK = Plan((0, 20, 60), 30, 1, fewest=10, bursts=1, settling=0)
FEWEST = (100, 200)  # idle clients, sessions: where forks are slow


@dataclass
class Cost:
    """What was seen of one server, a value per round: sessions per second and the
    parent's CPU time in microseconds per session by the number of idle clients,
    and the reaping_delay.Reaping. Or the problem, why there is nothing."""

    rates: dict = field(default_factory=dict)
    parent_us: dict = field(default_factory=dict)
    reapings: list = field(default_factory=list)
    problem: str = ""

    def rate(self, idle):
        return statistics.median(self.rates[idle])

    def cpu(self, idle):
        return statistics.median(self.parent_us[idle])

    def kept(self, idle):
        """The Spread of the part of its idle-free rate that it keeps."""
        pairs = zip(self.rates[idle], self.rates[0])
        return Spread.of([many / none for many, none in pairs])

    def delay(self, name):
        """The median of a percentile of the delay, or None."""
        values = [getattr(one, name) for one in self.reapings]
        return None if None in values else statistics.median(values)

    def statuses(self):
        seen = {one.statuses for one in self.reapings}
        return seen.pop() if len(seen) == 1 else reaping_delay.PARTLY

    def lingered(self):
        return max(one.lingered for one in self.reapings)


@dataclass(frozen=True)
class Costs:
    """Each right variant's Cost by name, and how they came about."""

    by_name: dict
    plan: Plan
    rounds: int
    others_cpu_share: float
    note: str

    @property
    def failed(self):
        return any(one.problem for one in self.by_name.values())

    def as_json(self):
        return {
            "plan": asdict(self.plan),
            "rounds": self.rounds,
            "others_cpu_share": self.others_cpu_share,
            "note": self.note,
            "variants": {n: asdict(one) for n, one in self.by_name.items()},
        }


def programs():
    """The names of the right variants' programs, as their files have it."""
    return [one.program for one in variants.read_all() if not one.is_wrong]


def measure(build, plan, progress, only=None):
    """All right variants in turn, or those of these names: Costs. One that fails
    is left out from then on."""
    neighbours, began = Neighbours(), time.monotonic()
    plan, note = _fitting(plan)
    found = {name: Cost() for name in only or programs()}
    names, number = list(found), 0
    while number < plan.rounds:
        progress(f"reaping beside idle clients, round {number + 1}:")
        for name in names[number % len(names):] + names[:number % len(names)]:
            if not found[name].problem:
                _measure_one(build, name, plan, found[name], progress)
        progress("\n")
        number += 1
        spent = time.monotonic() - began
        if spent + spent / number > LONGEST:
            break
    return Costs(found, plan, number, neighbours.share(), note)


def whole(machines_pace):
    """The whole plan, or as much of it as there is time for."""
    clients, sessions = FEWEST
    return replace(
        WHOLE,
        idle=tuple(
            machines_pace.part(count, min(count, clients)) for count in WHOLE.idle
        ),
        sessions=machines_pace.part(WHOLE.sessions, sessions),
        rounds=machines_pace.part(WHOLE.rounds, 1),
        too_few=machines_pace.note,
    )


def _fitting(plan):
    """The plan, with no more idle clients than this machine has room for."""
    most = plan.idle[-1]
    counts = [room.for_processes(most), room.for_descriptors(most)]
    count, note = min(counts, key=lambda one: one[0])
    idle = tuple(sorted({min(one, count) for one in plan.idle}))
    return replace(plan, idle=idle), note


def _measure_one(build, name, plan, cost, progress):
    """One life with the idle clients, and one with the event log."""
    client = build / "client"
    try:
        rates, parent_us = _beside_idle(client, build / name, plan)
        reaping = reaping_delay.measure(client, build / name, plan.sessions)
    except PROBLEMS as error:
        cost.problem = str(error)
        progress(f" {name} failed,")
        return
    finally:
        _reap_orphans()
    cost.reapings.append(reaping)
    for values, into in ((rates, cost.rates), (parent_us, cost.parent_us)):
        for idle, value in values.items():
            into.setdefault(idle, []).append(value)
    progress(f" {name} {'-'.join(f'{rate:,.0f}' for rate in rates.values())}/s,")


def _beside_idle(client, program, plan):
    """({idle clients: sessions per second}, {idle clients: CPU time})."""
    rates, parent_us = {}, {}
    with start_lab_server(program, "-b", BACKLOG) as server:
        with IdleClients(server.address) as clients:
            for idle in plan.idle:
                clients.grow(idle)
                time.sleep(plan.settling if idle else 0)
                sessions = _worth_sending(client, server, plan)
                seen = [
                    _one_burst(client, server, sessions) for _ in range(plan.bursts)
                ]
                rates[idle], parent_us[idle] = map(statistics.median, zip(*seen))
    return rates, parent_us


def _worth_sending(client, server, plan):
    """Warm the server up, and tell how many sessions it is to be measured with."""
    summary = burst.send(client, server, plan.fewest, CONCURRENCY)
    worth = round(summary["sessions_per_s"] * BURST_SECONDS)
    return max(plan.fewest, min(plan.sessions, worth))


def _one_burst(client, server, sessions):
    _reap_orphans()
    arrange.let_settle(server)
    before = _cpu_us(server.listener.pid)
    summary = burst.send(client, server, sessions, CONCURRENCY)
    arrange.let_settle(server)
    used = _cpu_us(server.listener.pid) - before
    return summary["sessions_per_s"], used / sessions


def _cpu_us(pid):
    """What all threads of a process used: the first field of schedstat, in ns."""
    return sum(
        int(read_proc(f"/proc/{pid}/task/{thread}/schedstat").split()[0])
        for thread in os.listdir(f"/proc/{pid}/task")
    ) / 1e3


def _reap_orphans():
    """Do what init does for the server that forks twice: its dead come to us."""
    for one in spawn.strays():
        with contextlib.suppress(ChildProcessError):
            os.waitpid(one.pid, os.WNOHANG)


def rows(costs):
    """A table.Row per target."""
    made, most = [], costs.plan.idle[-1]
    for name, target in TARGETS:
        cost = costs.by_name[name]
        row = table.Row(
            f"{name} beside idle clients / none, {most:,} idle", table.TIMES, target,
            problem=_problem(cost, costs.plan),
        )
        if not row.problem:
            kept = cost.kept(most)
            row.value, row.least, row.most = kept.median, kept.least, kept.most
            row.medians = (
                f"{cost.rate(most):,.0f} and {cost.rate(0):,.0f} a second; parent's "
                f"CPU {cost.cpu(most):.0f} and {cost.cpu(0):.0f} us; "
                f"statuses {cost.statuses()}"
            )
        made.append(row)
    return made


def _problem(cost, plan):
    if cost.problem:
        return "failed", cost.problem
    if plan.too_few:
        return "skipped", f"too few idle clients: {plan.too_few}"
    return None


def cells(costs):
    """(headings, rows) of the table of all variants."""
    idle = costs.plan.idle
    headings = ["sessions a second beside idle clients"]
    headings += [f"{count:,} idle" if count else "none" for count in idle]
    headings += [f"kept at {count:,} (min to max)" for count in idle[1:]]
    headings += [
        f"parent's CPU, none to {idle[-1]:,}", "delay p50", "delay p99",
        "exit statuses", "linger",
    ]
    return headings, [
        _cells_of(name, cost, idle, len(headings))
        for name, cost in costs.by_name.items()
    ]


def _cells_of(name, cost, idle, width):
    if cost.problem:
        return [name, f"failed: {cost.problem}", *[""] * (width - 2)]
    return [
        name,
        *(f"{cost.rate(count):,.0f}" for count in idle),
        *(_kept(cost.kept(count)) for count in idle[1:]),
        f"{cost.cpu(0):.0f} to {cost.cpu(idle[-1]):.0f} us",
        _microseconds(cost.delay("p50_us")),
        _microseconds(cost.delay("p99_us")),
        cost.statuses(),
        str(cost.lingered()),
    ]


def _kept(part):
    return f"{part.median:.0%} ({part.least:.0%} to {part.most:.0%})"


def _microseconds(value):
    return "-" if value is None else f"{value:,.0f} us"


def sentences(costs):
    """What to know of the table, a line each."""
    plan = costs.plan
    lines = [
        f"Rounds: {costs.rounds}, of {plan.bursts} bursts of up to {plan.sessions:,} "
        f"sessions, {CONCURRENCY} at a time; others used "
        f"{costs.others_cpu_share:.0%} of the CPUs. Kept: of its own rate with no "
        "idle client. CPU: per session, fork and reap. Delay: from a child's exit "
        "to its reap in the event log. Linger: dead that the next client frees.",
    ]
    if costs.note:
        lines.append(f"Fewer idle clients than planned: {costs.note}.")
    return lines
