"""From evidence to verdict: a pure function. It starts nothing, reads nothing, and
gives the same verdict for the same evidence.

The rules are in rules.py, the words in beliefs.py.
"""

from dataclasses import asdict, dataclass

from . import evidence, rules
from .beliefs import ABOUT_SOCKETS, BELIEFS, REMARKS

RIGHT = "right"
WRONG = "wrong beliefs"
UNJUDGED = "could not be judged"


@dataclass(frozen=True)
class Finding:
    """One belief that the server shows."""

    id: str
    belief: str
    done: str
    seen: str
    right: str
    question: str


@dataclass(frozen=True)
class Verdict:
    """The kind: RIGHT, WRONG or UNJUDGED. Findings are there if it is WRONG;
    `why` if it is UNJUDGED, and then `fault` says whose: "server" or "machine".
    Remarks are Remarks of the catalogue, and never make a server wrong."""

    kind: str
    findings: tuple = ()
    remarks: tuple = ()
    why: str = None
    fault: str = None

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
    if not seen.visit.first.served and not found:
        why = "it is no echo server: its first client was "
        why += rules.fate(seen.visit.first)
        return Verdict(UNJUDGED, why=why, fault="server")
    findings = tuple(_finding(name, what) for name, what in found.items())
    remarks = tuple(REMARKS[name] for name in _remarks(seen))
    return Verdict(WRONG if findings else RIGHT, findings, remarks)


def _remarks(seen):
    """The ids of the remarks that the evidence calls for."""
    visit, drain = seen.visit, seen.drain
    deaths, together = visit.deaths, drain.deaths if drain else None
    if visit.served_by == evidence.ITSELF and visit.second.served:
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


def _finding(name, what):
    belief = BELIEFS[name]
    return Finding(
        name, belief.says, belief.done, what, belief.right, belief.question
    )
