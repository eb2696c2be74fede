"""What one server's event log tells of reaping: how long the dead waited, and
whether the parent learnt how they ended.

A death is taken at the child's `exit` line, just before its _exit, so the delay
holds the kernel's part of dying too: the same for all variants.
"""

import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.servers import arrange, clients
from reaplab.servers.server import start_lab_server

import burst
from contestants import BACKLOG

CONCURRENCY = 8
FAILING = 3  # children that end with status 1: their clients reset
KEPT, LOST, PARTLY = "kept", "lost", "some lost"


@dataclass(frozen=True)
class Reaping:
    """The delays' percentiles in microseconds, or None where nobody reaps; what
    was told of exit statuses; how many were reaped only by the next client."""

    p50_us: float
    p99_us: float
    statuses: str
    lingered: int


def measure(client, program, sessions):
    """Start the server with its event log, and have children die: a Reaping.
    Raises burst.CannotMeasure or ServerFailed."""
    with tempfile.TemporaryDirectory(prefix="reap-bench-") as folder:
        trace = Path(folder) / "events.jsonl"
        with start_lab_server(program, "-b", BACKLOG, "-t", trace) as server:
            burst.send(client, server, sessions, min(CONCURRENCY, sessions))
            _settle(server)
            delays = delays_us(event_log.read(trace).events)
            lingered = _zombies(server, 0)
            _die_failing(server)
            events = event_log.read(trace).events
    return Reaping(
        percentile(delays, 0.5), percentile(delays, 0.99), _statuses(events),
        lingered,
    )


def _settle(server):
    """Wait until all are dead, and the parent has done what it does at once."""
    arrange.await_death(arrange.live_children(server))
    arrange.let_settle(server)


def _zombies(server, awaited):
    """How many zombies stay, if it does not come down to those awaited: a thread
    that reaps may be at it when the parent looks idle."""
    def few():
        assert len(server.listener.zombies()) <= awaited

    try:
        eventually(few, within=1.0)
    except AssertionError:
        pass
    return len(server.listener.zombies())


def _die_failing(server):
    """Some children that end with status 1, and one client more, for those
    servers that reap only then."""
    for _ in range(FAILING):
        with clients.Session(server.address) as session:
            session.echo()
            session.reset()
    _settle(server)
    with clients.Session(server.address) as session:
        session.echo()
        arrange.let_settle(server)
    _settle(server)
    _zombies(server, 1)  # the last client's may stay


def _pairs(events):
    """(exit event, the reap event of that child or None) of all children."""
    waiting, pairs = {}, []
    for event in sorted(events, key=lambda one: one["t_ns"]):
        if event["event"] == "exit":
            # A PID comes again only when nobody had to reap the first.
            if event["pid"] in waiting:
                pairs.append((waiting[event["pid"]], None))
            waiting[event["pid"]] = event
        elif event["event"] == "reap" and event["child"] in waiting:
            pairs.append((waiting.pop(event["child"]), event))
    return pairs + [(event, None) for event in waiting.values()]


def delays_us(events):
    """From each death to its reaping, where there was one, in order."""
    return sorted(
        (reap["t_ns"] - death["t_ns"]) / 1e3
        for death, reap in _pairs(events) if reap
    )


def percentile(ordered, part):
    """The smallest value that is not below so large a part of them all."""
    if not ordered:
        return None
    return ordered[max(0, math.ceil(part * len(ordered)) - 1)]


def _statuses(events):
    """Whether the parent logged the status with which the failing ones ended."""
    failing = [pair for pair in _pairs(events) if pair[0]["exit_code"] != 0]
    if len(failing) != FAILING:
        raise burst.CannotMeasure(
            f"{len(failing)} children failed, {FAILING} were made to"
        )
    told = sum(
        reap is not None and reap.get("exit_code") == death["exit_code"]
        for death, reap in failing
    )
    return {FAILING: KEPT, 0: LOST}.get(told, PARTLY)
