"""Which wrong beliefs does a server show? Judged from outside, whatever it is
written in: from /proc, its sockets and what its clients see.

    verdict = diagnose(["build/server_sigchld"])
    print(words.describe(verdict, "server_sigchld"))

gather.py     some runs at a time, each on an instance of its own
runs.py       two of them: clients one by one beside one that is held, a stalled log
drain.py      clients that leave together while the parent is frozen: few, and many
rounds.py     the same, and nobody touches the parent
series.py     clients one by one, with no other there
harm.py       children that are killed or stopped, clients that reset
subject.py    one instance, observed: served, stuck, at rest?
census.py     which processes it has, and what they hold
client.py     one client of it
moments.py    a child that dies at every moment of the parent
stolen.py     strace as a witness, for the one thing that nothing else shows
evidence.py   what was seen, as plain values
rules.py      the trace that each belief leaves in them
missed.py     the same, where it is in the moments of a death
ledgers.py    the same, where it is in many deaths
proc_lines.py the one line of /proc that a finding rests on
keepers.py    names for who holds what nobody should hold
stuck.py      what a server sleeps in that does not serve
oddities.py   what is odd without a name
telling.py    pieces of evidence in words
judge.py      evidence in, verdict out: a pure function
beliefs.py    the catalogue, with what is said to the student
words.py      a verdict as text
"""

from . import evidence, moments, words
from ..servers.box import OPEN
from .evidence import Evidence
from .gather import gather
from .judge import Finding, RIGHT, UNJUDGED, Verdict, WRONG, judge

MOMENTS = 10  # seconds that are worth waiting for: one death at each moment

__all__ = [
    "MOMENTS",
    "RIGHT",
    "UNJUDGED",
    "WRONG",
    "Evidence",
    "Finding",
    "Verdict",
    "diagnose",
    "gather",
    "judge",
    "words",
]


def diagnose(command, box=OPEN, seconds=0):
    """Take a server through all arrangements: (its Evidence, the Verdict). The
    command is a list, and gets a port as one more word; it runs in the box. A server
    that seems to reap then loses a child at every moment of its parent, for so
    many seconds; in no box. Mind what gather() says of threads and subreapers."""
    seen = gather(command, box)
    verdict = judge(seen)
    visit = seen.visit
    if seconds and verdict.reaps and visit.served_by == evidence.NEW_CHILD:
        seen.moments = moments.explore(command, seconds)
        verdict = judge(seen)
    return seen, verdict
