"""Servers measured side by side, round after round, and the ratios of that.

The machine's speed drifts, and others use it too. So all are measured in turn
(A B C, B C A, ...), a ratio is taken within a round, where both saw the same
machine, and the median of the rounds' ratios is what counts.
"""

import dataclasses
import statistics
import sys
from dataclasses import dataclass

from reaplab.servers.server import ServerFailed

import burst
from contestants import LOOP, PLAIN, PYTHON, SOCAT, TRACED

CONCURRENCIES = (8, 64)
FORK_LIMIT = "the fork limit"

# (numerator, denominator, the least that their ratio should be)
RATIOS = (
    (LOOP, PLAIN, 1.4),
    (LOOP, SOCAT, 2.5),
    (LOOP, PYTHON, 5.0),
    (LOOP, FORK_LIMIT, 0.75),
    (TRACED, LOOP, 0.9),
)


@dataclass(frozen=True)
class Spread:
    """Several values of one thing."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values):
        return cls(statistics.median(values), min(values), max(values))


class Results:
    """Samples by (name, concurrency) and in there by the number of their round,
    and for what could not be measured the reason by name."""

    def __init__(self):
        self.samples = {}
        self.skipped = {}  # not installed
        self.failed = {}

    def problem(self, *names):
        """(kind, why) of the first of these that was not measured, or None."""
        for name in names:
            if name in self.failed:
                return "failed", f"{name}: {self.failed[name]}"
            if name in self.skipped:
                return "skipped", self.skipped[name]
        return None

    def spread(self, name, concurrency, field):
        """The Spread of one field of Sample."""
        samples = self.samples[name, concurrency].values()
        return Spread.of([getattr(one, field) for one in samples])

    def rounds(self):
        """In how many rounds each was measured, by name."""
        return {name: len(samples) for (name, _), samples in self.samples.items()}

    def mean(self, name, concurrency, field):
        """The mean of one field of Sample: of CPU times, which the kernel tells in
        ticks, it is finer than a median."""
        samples = self.samples[name, concurrency].values()
        return statistics.mean(getattr(one, field) for one in samples)

    def ratio(self, over, under, concurrency):
        """The Spread of the ratios of sessions per second in those rounds that
        have both."""
        overs = self.samples[over, concurrency]
        unders = self.samples[under, concurrency]
        return Spread.of([
            overs[number].sessions_per_s / unders[number].sessions_per_s
            for number in overs if number in unders
        ])

    def as_json(self):
        return [
            {"name": name, "concurrency": concurrency,
             "rounds": [{"round": number, **dataclasses.asdict(one)}
                        for number, one in samples.items()]}
            for (name, concurrency), samples in self.samples.items()
        ]


def compare(build, servers, sessions, rounds):
    """Measure all contestants and the fork limit: Results. A server that fails
    once is left out from then on."""
    results = Results()
    for one in servers:
        if one.missing:
            results.skipped[one.name] = one.missing
    limit = build / "bench" / "fork_limit"
    runs = [(FORK_LIMIT, 1, lambda concurrency: burst.fork_limit(
        limit, 2 * sessions, concurrency
    ))]
    for one in servers:
        if not one.missing:
            run = _server_run(build / "client", one, sessions)
            runs.append((one.name, one.every, run))
    for number in range(rounds):
        due = [(name, run) for name, every, run in runs if number % every == 0]
        for concurrency in CONCURRENCIES:
            _progress(f"round {number + 1} of {rounds}, {concurrency} at a time:")
            for name, run in _turned(due, number):
                _run_one(results, number, name, concurrency, run)
            _progress("\n")
    return results


def _server_run(client, contestant, sessions):
    count = max(1, round(sessions * contestant.share))
    return lambda concurrency: burst.measure(
        client, contestant, count, concurrency
    )


def _run_one(results, number, name, concurrency, run):
    if name in results.failed:
        return
    try:
        sample = run(concurrency)
    except (burst.CannotMeasure, ServerFailed, OSError) as error:
        results.failed[name] = str(error)
        _progress(f" {name} failed,")
        return
    results.samples.setdefault((name, concurrency), {})[number] = sample
    _progress(f" {name} {sample.sessions_per_s:,.0f}/s,")


def _turned(items, by):
    """The list started elsewhere, so that nobody always comes first."""
    by %= len(items)
    return items[by:] + items[:by]


def _progress(text):
    print(text, end="", file=sys.stderr, flush=True)
