"""What live clients cost: sessions per second and the delay from a death to its
reaping beside none and up to 10,000 of them, the event log on. waitpid(-1) looks at
every living child; a queued signal names the one that died."""

import os
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.servers import arrange
from reaplab.servers.server import start_lab_server

import burst
import room
from comparison import Spread
from contestants import BACKLOG
from idle_clients import IdleClients
from reaping_delay import delays_us, percentile

SERVERS = ("server_waitpid_loop", "server_rtsig")
CONCURRENCY = 8
BURSTS = 3  # of which the median counts
WHOLE = ((0, 1000, 3000, 10000), 1000)
QUICK = ((0, 30), 60)
FEWEST = (100, 200)  # live clients, sessions: where forks are slow
HEADINGS = ("beside live clients", "live clients", "sessions a second", "min to max",
            "delay p50", "delay p99")


@dataclass(frozen=True)
class Point:
    """One server beside so many live clients: the sessions per second of each
    burst; delays in microseconds."""

    server: str
    idle: int
    rates: tuple
    p50_us: float
    p99_us: float

    @property
    def rate(self):
        """The Spread of the bursts."""
        return Spread.of(self.rates)


def whole(machines_pace):
    """(numbers of live clients, sessions per burst): those that there is time for."""
    counts, sessions = WHOLE
    clients, least = FEWEST
    return (
        tuple(machines_pace.part(count, min(count, clients)) for count in counts),
        machines_pace.part(sessions, least),
    )


def measure(build, plan, progress):
    """The Points of all servers, rising. Raises what a burst raises."""
    counts, sessions = plan
    most = min(room.for_processes(counts[-1])[0], room.for_descriptors(counts[-1])[0])
    counts = sorted({min(count, most) for count in counts})
    points = []
    for name in SERVERS:
        progress(f"{name} beside live clients:")
        for point in _life(build, name, counts, sessions):
            points.append(point)
            progress(f" {point.idle:,}: {point.rate.median:,.0f}/s,")
        progress("\n")
    return points


def _life(build, name, counts, sessions):
    with tempfile.TemporaryDirectory(prefix="reap-bench-") as folder:
        trace = Path(folder) / "events.jsonl"
        with start_lab_server(build / name, "-b", BACKLOG, "-t", trace) as server, \
                IdleClients(server.address) as clients:
            for idle in counts:
                clients.grow(idle)
                arrange.await_idle(server)
                yield _point(build, server, trace, idle, sessions)


def _point(build, server, trace, idle, sessions):
    rates, begin = [], os.path.getsize(trace)
    for _ in range(BURSTS):
        summary = burst.send(build / "client", server, sessions, CONCURRENCY)
        rates.append(summary["sessions_per_s"])

    def all_reaped():
        events = _events_from(trace, begin)
        assert sum(one["event"] == "reap" for one in events) >= BURSTS * sessions
        return events

    delays = delays_us(eventually(all_reaped, every=0.1))
    return Point(
        server.name, idle, tuple(rates),
        percentile(delays, 0.5), percentile(delays, 0.99),
    )


def _events_from(trace, begin):
    with open(trace, "rb") as file:
        file.seek(begin)
        return event_log.parse(file.read()).events


def cells(points):
    """(headings, rows) of the table."""
    return HEADINGS, [
        [f"{one.server}, log on", f"{one.idle:,}", f"{one.rate.median:,.0f}",
         f"{one.rate.least:,.0f} to {one.rate.most:,.0f}",
         f"{one.p50_us:,.0f} us", f"{one.p99_us:,.0f} us"]
        for one in points
    ]


def as_json(points):
    return [asdict(one) for one in points]
