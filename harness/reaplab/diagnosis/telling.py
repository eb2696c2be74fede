"""Pieces of evidence in words, for the rules to tell what they saw."""

from . import evidence
from ..proc.process import signal_name

# A client was not served, and was not going to be.
STUCK = (evidence.ASLEEP, evidence.RESTLESS, evidence.SPINNING)


def fate(outcome):
    """What became of a client, to be read after "it was"."""
    if outcome.kind in STUCK:
        return f"not answered: {outcome.kind}{_in_calls(outcome)}"
    if outcome.kind == evidence.ENDED:
        return "not answered: the server ended"
    return outcome.kind


def _in_calls(outcome):
    return f" in {' and '.join(outcome.calls)}" if outcome.calls else ""


def with_status(status):
    if status < 0:
        return f", killed by {signal_name(-status)}"
    return f" with exit status {status}"


def zombies(count):
    return f"{count} zombie{'s' if count != 1 else ''}"
