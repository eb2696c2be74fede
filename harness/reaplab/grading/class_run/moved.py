"""Whose score moved since the class was last graded, and why."""

from dataclasses import dataclass

from .. import report


@dataclass(frozen=True)
class Moved:
    """A score before and now, and why it moved: the causes, and the checks that came
    out differently, each a line of text."""

    before: float
    now: float
    causes: tuple
    checks: tuple

    def describe(self):
        """All of it in one line."""
        change = f"{report.points(self.before)} -> {report.points(self.now)}"
        causes = " and ".join(self.causes)
        return "; ".join((f"{change}, as {causes}", *self.checks))


def since(earlier, now, key):
    """Returns the Moved from an earlier (Result, extra_data) to the Result of now, or
    None if the score is the same, or there was none. `key`: the grader's digest and
    that of the submitted files, separated by a space."""
    if earlier is None or now.unjudged is not None:
        return None
    before, extra = earlier
    if before.unjudged is not None or before.score == now.score:
        return None
    return Moved(
        before.score, now.score, _causes(extra.get("key"), key), _checks(before, now)
    )


def _causes(old, new):
    old, new = str(old).split(), str(new).split()
    causes = []
    if old[1:] != new[1:]:
        causes.append("the submission changed")
    if old[:1] != new[:1]:
        causes.append(f"the grader changed (from {''.join(old[:1])} to {new[0]})")
    return tuple(causes or ["the same grader saw something else"])


def _checks(before, now):
    """What each check says whose score is not what it was."""
    scores = {one.id: one.score for one in before.checks}
    told = []
    for one in now.checks:
        was = scores.pop(one.id, None)
        if was != one.score:
            old = "new" if was is None else f"was {report.points(was)}"
            seen = report.printable(one.outcome.seen.partition("\n")[0])
            told.append(f"{one.id} {report.points(one.score)} ({old}): {seen}")
    told += [f"{name}: no longer asked" for name in scores]
    return tuple(told)
