"""How fast this machine forks, and so how much of the bench it can do in five minutes.

A fork takes ten times as long where a hypervisor shadows the page tables (no nested
paging): bursts are shorter there, and live clients so few that what they cost is shown
but held against no target."""

from dataclasses import dataclass

import burst

FORKS = 400  # that tell; less than half a second where they are slow
TRIES = 3  # of which the fastest counts: what disturbs only slows down
ALIVE = 8
ENOUGH = 7000  # a second: from here on all is as large as planned


@dataclass(frozen=True)
class Pace:
    """Forks a second: fork, exit, reap."""

    forks_per_s: float

    @property
    def note(self):
        """Why there is less than planned, or ""."""
        if self._share == 1:
            return ""
        return f"this machine forks {self.forks_per_s:,.0f} processes a second"

    @property
    def _share(self):
        """Of what is planned: all, a half, a quarter ... so that two runs on one
        machine measure the same."""
        share = 1.0
        while share > 1 / 64 and self.forks_per_s < ENOUGH * share:
            share /= 2
        return share

    def part(self, planned, least):
        """As many of those planned as there is time for, but not less than that."""
        return min(planned, max(least, round(planned * self._share)))


AS_PLANNED = Pace(ENOUGH)


def measure(build):
    """The Pace of this machine. Raises burst.CannotMeasure."""
    program = build / "bench" / "fork_limit"
    return Pace(max(
        burst.fork_limit(program, FORKS, ALIVE).sessions_per_s for _ in range(TRIES)
    ))
