"""A Result in words: for a student at a terminal, and in a file."""

import textwrap

from ..diagnosis.words import LABELS, LABEL_WIDTH, WIDTH
from ..servers.report import printable


def describe(result):
    """The Result as text."""
    lines, told = [headline(result)], {}
    if result.unjudged is None:
        for one in result.checks:
            lines += ["", *describe_check(one, told)]
    for note in result.notes:
        lines += ["", "Note:", *_block(note)]
    return "\n".join(lines)


def headline(result):
    """The Result in one line."""
    lab = f"{result.lab}: {result.title}"
    if result.unjudged is not None:
        return f"{lab}: could not be judged, because {printable(result.unjudged)}"
    return f"{lab}: {points(result.score)} of {points(result.max_score)} points"


def printable_lines(text):
    """The text with control characters shown, but for its line ends."""
    return "\n".join(printable(line) for line in text.split("\n"))


def points(number):
    """A number of points: 3, or 2.5."""
    return f"{number:g}"


def describe_check(one, told=None):
    """One check of a Result, as lines. `told`, {belief: check's id}, keeps what was
    told already, to be told once."""
    told = {} if told is None else told
    outcome = one.outcome
    mark = "passed" if outcome.passed else "FAILED"
    head = f"[{points(one.score)}/{points(one.points)}] {mark}  "
    lines = textwrap.wrap(
        f"{one.id}: {one.idea}",
        WIDTH,
        initial_indent=head,
        subsequent_indent=" " * len(head),
    )
    if outcome.passed:
        return lines + _field("seen", outcome.seen)
    for belief in outcome.beliefs:
        lines.append(f'    {belief.id}: "{belief.says}"')
        if belief in told:
            lines += _field("see above", f"at {told[belief]}")
            continue
        told[belief] = one.id
        for key, label in LABELS:
            text = getattr(belief, key)
            lines += _field(label, text) if text else []
    return lines


def _field(label, text):
    first, *more = [printable(line) for line in text.splitlines()] or [""]
    indent = f"    {label:<{LABEL_WIDTH}}"
    rest = " " * len(indent)
    lines = textwrap.wrap(
        first, WIDTH, initial_indent=indent, subsequent_indent=rest
    )
    return lines + [rest + line for line in more]


def _block(text):
    return ["  " + printable(line) for line in text.splitlines()]
