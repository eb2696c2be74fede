"""Which wrong beliefs does a server show? Judged from outside, whatever it is
written in: from /proc, its sockets and what its clients see.

    verdict = diagnose(["build/server_sigchld"])
    print(words.describe(verdict, "server_sigchld"))

gather.py     three runs at a time, each on an instance of its own
runs.py       what is done in each
subject.py    one instance, observed: served, stuck, at rest?
census.py     which processes it has, and what they hold
client.py     one client of it
stolen.py     strace as a witness, for the one thing that nothing else shows
evidence.py   what was seen, as plain values
rules.py      the trace that each belief leaves in them
stuck.py      what a server sleeps in that does not serve
oddities.py   what is odd without a name
telling.py    pieces of evidence in words
judge.py      evidence in, verdict out: a pure function
beliefs.py    the catalogue, with what is said to the student
words.py      a verdict as text
"""

from . import words
from ..servers.box import OPEN
from .evidence import Evidence
from .gather import gather
from .judge import Finding, RIGHT, UNJUDGED, Verdict, WRONG, judge

__all__ = [
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


def diagnose(command, box=OPEN):
    """Take a server through all arrangements: (its Evidence, the Verdict). The
    command is a list, and gets a port as one more word; it runs in the box. Mind
    what gather() says of threads and subreapers."""
    evidence = gather(command, box)
    return evidence, judge(evidence)
