"""Outcomes in the words of the catalogue of beliefs, for checks that look where the
diagnosis does not."""

from ...diagnosis.beliefs import BELIEFS
from ..outcome import failed


def shows_belief(name, done, seen, question=None):
    """The Outcome of a check that saw the trace of a belief."""
    known = BELIEFS[name]
    return failed(
        done, seen, known.right, known.says, question or known.question, name
    )


def not_started(error):
    """The Outcome if the server did not come to accept: a ServerFailed."""
    return failed(
        "the server was started",
        str(error),
        "a server that listens on the port it is given",
        "it runs",
        "What does it do when you start it by hand?",
        "no-server",
    )
