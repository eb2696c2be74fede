"""A verdict in words, for a student at a terminal."""

import textwrap

from ..servers.report import printable
from .judge import RIGHT, UNJUDGED

WIDTH = 80
LABELS = (
    ("done", "done"),
    ("seen", "seen"),
    ("line", "rests on"),
    ("indirect", "indirect"),
    ("right", "right"),
    ("question", "ask yourself"),
)
LABEL_WIDTH = max(len(label) for _, label in LABELS) + 2


def describe(verdict, name):
    """The verdict as lines of text. The name is the server's."""
    lines = [headline(verdict, name)]
    if verdict.moments:
        lines += _wrap(verdict.moments, "")
    for number, finding in enumerate(verdict.findings, start=1):
        lines += ["", f'{number}. {finding.id}: "{finding.belief}"']
        for key, label in LABELS:
            text = getattr(finding, key)
            lines += _field(label, text) if text else []
    for remark in verdict.remarks:
        lines += ["", *_wrap(f"Remark: {remark.says}.", "  ")]
        lines += _wrap(remark.question, "  ", indent="  ")
    return "\n".join(lines)


def headline(verdict, name):
    """The verdict in one line."""
    name = printable(name)
    if verdict.kind == UNJUDGED:
        return f"{name}: could not be judged, because {printable(verdict.why)}"
    if verdict.kind == RIGHT:
        return f"{name}: right, no wrong belief was found"
    count = len(verdict.findings)
    beliefs = "a wrong belief" if count == 1 else f"{count} wrong beliefs"
    reaps = "it reaps, but shows " if verdict.reaps else ""
    return f"{name}: {reaps}{beliefs}: {', '.join(verdict.names)}"


def _field(label, text):
    return _wrap(text, " " * (LABEL_WIDTH + 3), indent=f"   {label:<{LABEL_WIDTH}}")


def _wrap(text, rest, indent=""):
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=rest
    )
