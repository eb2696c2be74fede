"""What a server that did not serve a client sleeps in, as far as that can be told."""

from . import evidence
from ..proc.activity import WAIT_CALLS


def is_wait(outcome):
    """Whether the server that did not serve may be waiting for a child; where
    the kernel does not tell the call, it may."""
    return outcome.kind == evidence.ASLEEP and (
        not outcome.calls or bool(WAIT_CALLS & set(outcome.calls))
    )


def is_lock(outcome):
    """Whether it waits for a lock."""
    return outcome.kind == evidence.ASLEEP and "futex" in outcome.calls
