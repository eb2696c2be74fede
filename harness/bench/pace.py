"""How fast this machine forks, and so how much of the bench it can do in five minutes.

A fork takes ten times as long where a hypervisor shadows the page tables (no nested
paging): bursts are shorter there and live clients fewer. The ratios need neither."""

from dataclasses import dataclass

import burst

FORKS = 400  # that tell; less than half a second where they are slow
ALIVE = 8
ENOUGH = 8000  # a second: from here on all is as large as planned


@dataclass(frozen=True)
class Pace:
    """Forks a second: fork, exit, reap."""

    forks_per_s: float

    @property
    def note(self):
        """Why there is less than planned, or ""."""
        if self.forks_per_s >= ENOUGH:
            return ""
        return f"this machine forks {self.forks_per_s:,.0f} processes a second"

    def part(self, planned, least):
        """As many of those planned as there is time for, but not less than that."""
        fitting = round(planned * min(1.0, self.forks_per_s / ENOUGH))
        return min(planned, max(least, fitting))


AS_PLANNED = Pace(ENOUGH)


def measure(build):
    """The Pace of this machine. Raises burst.CannotMeasure."""
    limit = burst.fork_limit(build / "bench" / "fork_limit", FORKS, ALIVE)
    return Pace(limit.sessions_per_s)
