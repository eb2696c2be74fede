"""From evidence to verdict: a pure function. It starts nothing, reads nothing, and
gives the same verdict for the same evidence.

The rules are in rules.py, the words in beliefs.py.
"""

from dataclasses import asdict, dataclass, replace

from . import evidence, missed, proc_lines, rules, telling
from .beliefs import ABOUT_SOCKETS, BELIEFS, REMARKS
from .telling import STUCK

RIGHT = "right"
WRONG = "wrong beliefs"
UNJUDGED = "could not be judged"

SLOW = 3.0  # seconds without an answer: it may come later


@dataclass(frozen=True)
class Finding:
    """One belief that the server shows."""

    id: str
    belief: str
    done: str
    seen: str
    right: str
    question: str
    line: str = None  # of /proc, on which it rests
    indirect: str = None  # why it may be something else


@dataclass(frozen=True)
class Verdict:
    """The kind: RIGHT, WRONG or UNJUDGED. Findings are there if it is WRONG;
    `why` if it is UNJUDGED, and then `fault` says whose: "server" or "machine".
    Remarks are Remarks of the catalogue, and never make a server wrong. `moments` says
    at how many moments a child died, if that showed nothing."""

    kind: str
    findings: tuple = ()
    remarks: tuple = ()
    why: str = None
    fault: str = None
    moments: str = None

    @property
    def names(self):
        """The ids of the beliefs it shows."""
        return [one.id for one in self.findings]

    @property
    def reaps(self):
        """Whether it is right about its children, and at most wrong about its
        sockets. None if it could not be judged."""
        if self.kind == UNJUDGED:
            return None
        return set(self.names) <= ABOUT_SOCKETS

    def as_dict(self):
        """For JSON."""
        return {**asdict(self), "reaps": self.reaps}


def judge(seen):
    """The Verdict on an Evidence."""
    if seen.fault:
        fault = "server" if seen.fault_is_servers else "machine"
        return Verdict(UNJUDGED, why=seen.fault, fault=fault)
    found = rules.find_beliefs(seen)
    if not found and seen.restless:
        why = f"its processes never come to rest ({seen.restless})"
        return Verdict(UNJUDGED, why=why, fault="server")
    if not found and not seen.visit.first.served:
        return Verdict(UNJUDGED, why=_no_echo(seen.visit.first), fault="server")
    findings = tuple(_finding(name, what, seen) for name, what in found.items())
    remarks = tuple(_told(REMARKS[name], seen) for name in _remarks(seen))
    kind = WRONG if findings else RIGHT
    return Verdict(kind, findings, remarks, moments=missed.nothing_in(seen.moments))


def _no_echo(first):
    """Why nothing can be said of a server that did not serve its first client."""
    if first.kind in STUCK and first.seconds and first.seconds > SLOW:
        what = telling.in_calls(first)
        return f"it did not answer within {first.seconds:g} s: {first.kind}{what}"
    return f"it is no echo server: its first client was {telling.fate(first)}"


def _remarks(seen):
    """The ids of the remarks that the evidence calls for."""
    visit, drain = seen.visit, seen.drain
    deaths, together = visit.deaths, drain.deaths if drain else None
    if visit.served_by == evidence.ITSELF and visit.second.served:
        if not deaths and not (seen.series and seen.series.dead):
            yield "no-children"
    if visit.served_by == evidence.ORPHAN:
        yield "orphans"
    if visit.served_by == evidence.NEW_CHILD and together and together.dead:
        if together.frozen == 0:
            yield "statuses-lost"
    if deaths and deaths.at_rest and deaths.after_client == 0:
        yield "zombies-linger"
    if visit.spins_idle:
        yield "busy-waiting"
    if seen.late:
        yield "reaps-late"
    if seen.works_on:
        yield "child-works-on"
    if seen.moments and seen.moments.deferred:
        yield "interpreter-defers"
    if seen.crowd and seen.crowd.full and visit.served_by != evidence.ITSELF:
        yield "serves-few"


def _told(remark, seen):
    """The remark, with this server's numbers in it."""
    most = seen.crowd.served if seen.crowd else None
    says = remark.says.format(late=seen.late, works_on=seen.works_on, most=most)
    return replace(remark, says=says)


def _finding(name, trace, seen):
    belief = BELIEFS[name]
    return Finding(
        name,
        belief.says,
        trace.done or belief.done,
        trace.seen,
        belief.right,
        belief.question,
        trace.line or proc_lines.line_of(name, seen, trace.run),
        trace.indirect or belief.indirect,
    )
