"""Pieces of evidence in words, for the rules to tell what they saw."""

from dataclasses import dataclass

from . import evidence
from ..proc.process import signal_name

# A client was not served, and was not going to be.
STUCK = (evidence.ASLEEP, evidence.RESTLESS, evidence.SPINNING)


@dataclass(frozen=True)
class Trace:
    """What was seen of a belief; what was done, and why the evidence is indirect, if
    not what the catalogue says; in which run it was seen, if not in any; and the line
    that it rests on, if that is none of /proc (proc_lines.py)."""

    seen: str
    done: str = None
    indirect: str = None
    run: str = None
    line: str = None


def fate(outcome):
    """What became of a client, to be read after "it was"."""
    if outcome.kind in STUCK:
        return f"not answered: {outcome.kind}{in_calls(outcome)}"
    if outcome.kind == evidence.ENDED:
        return "not answered: the server ended"
    return outcome.kind


def in_calls(outcome):
    """The calls that it sleeps in, to be read after its kind."""
    return f" in {' and '.join(outcome.calls)}" if outcome.calls else ""


def with_status(status):
    if status < 0:
        return f", killed by {signal_name(-status)}"
    return f" with exit status {status}"


def zombies(count):
    return f"{count} zombie{'s' if count != 1 else ''}"


def ordinals(numbers, most=4):
    """Numbers as "1st, 3rd, 5th and 17 more"."""
    told = [_ordinal(one) for one in numbers[:most]]
    more = len(numbers) - len(told)
    if more:
        return f"{', '.join(told)} and {more} more"
    return " and ".join(filter(None, [", ".join(told[:-1]), told[-1]]))


def _ordinal(number):
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"
