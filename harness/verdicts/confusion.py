"""The confusion table: belief by belief, how often servers show it, how often it was
named, and how often it was named for a server that does not show it. Pure functions."""

from collections import Counter
from dataclasses import dataclass

# They stand in for the belief of a server that shows none.
CORRECT = "(correct)"
UNJUDGED = "(cannot be judged)"


def labels(beliefs, unjudged=None):
    """Returns the labels of a verdict: its beliefs, CORRECT or UNJUDGED."""
    if unjudged:
        return frozenset([UNJUDGED])
    return frozenset(beliefs or [CORRECT])


@dataclass(frozen=True)
class Judgement:
    """One judgement of a server: the labels it must get, and those that it got."""

    server: str
    expected: frozenset
    found: frozenset

    @property
    def differs(self):
        return self.expected != self.found


@dataclass(frozen=True)
class Row:
    """A label: how many judgements should name it, how many of those did, and how
    many others named it by mistake."""

    label: str
    shown: int
    named: int
    by_mistake: int


def rows(judgements):
    """Returns a Row for each label, the beliefs in the order of the alphabet."""
    shown, named, by_mistake = Counter(), Counter(), Counter()
    for one in judgements:
        shown.update(one.expected)
        named.update(one.expected & one.found)
        by_mistake.update(one.found - one.expected)
    found = sorted({*shown, *by_mistake}, key=lambda one: (one[0] == "(", one))
    return [Row(one, shown[one], named[one], by_mistake[one]) for one in found]


def table(judgements):
    """Returns the table as text."""
    found = rows(judgements)
    width = max([len("belief"), *(len(one.label) for one in found)])
    lines = [f"{'belief':{width}}  shown  named  by mistake"]
    for one in found:
        lines.append(
            f"{one.label:{width}}  {one.shown:5}  {one.named:5}  {one.by_mistake:10}"
        )
    return "\n".join(lines)


def differences(judgements):
    """Returns a line for each server and each verdict on it that it must not get, with
    the number of times."""
    times = Counter(one.server for one in judgements)
    wrong = Counter(one for one in judgements if one.differs)
    return [
        f"{one.server}: {count} of {times[one.server]} times "
        f"{_words(one.found)}; expected {_words(one.expected)}"
        for one, count in wrong.items()
    ]


def _words(found):
    return ", ".join(sorted(found))
