"""What a check comes to: passed, or failed with the belief behind it. Or no outcome
at all, when the machine and not the submission is to blame: CannotJudge.
"""

from dataclasses import asdict, dataclass, field, replace


class CannotJudge(Exception):
    """A fault of the machine, or of the check itself: the message says which. It
    never costs points; the whole submission stays without a grade."""


class BadLab(Exception):
    """A lab's own files are wrong: the message says which, and how."""


MOST_TEXT = 2000  # characters of what a check says: programs may say more


@dataclass(frozen=True)
class Belief:
    """Something that the student seems to hold true. The id is short and stays:
    a class is counted by it."""

    id: str
    says: str
    done: str
    seen: str
    right: str
    question: str
    line: str = ""  # of /proc, on which it rests, if there is one
    indirect: str = ""  # what the evidence does not show itself, if it is so


@dataclass(frozen=True)
class Outcome:
    """What one check found. If it failed, `beliefs` says why, most telling first;
    each has what was done and seen of its own."""

    passed: bool
    done: str
    seen: str
    right: str = ""
    beliefs: tuple = ()

    def clipped(self):
        """The same, without texts that are too long to be read."""
        return replace(
            self,
            done=_clip(self.done),
            seen=_clip(self.seen),
            beliefs=tuple(
                replace(one, done=_clip(one.done), seen=_clip(one.seen))
                for one in self.beliefs
            ),
        )


def _clip(text):
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + " ..."


@dataclass(frozen=True)
class Scored:
    """An Outcome with the check it belongs to, as plain values."""

    id: str
    idea: str
    points: float
    outcome: Outcome

    @property
    def score(self):
        return self.points if self.outcome.passed else 0


@dataclass
class Result:
    """All that was found of one submission. `unjudged` says why there is no
    grade; then the checks that were done before do not count. `notes` are lines
    for the student: compiler warnings, remarks that cost nothing. `predicted`:
    {a question's id: the choice}."""

    lab: str
    title: str
    checks: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    unjudged: str = None
    seconds: float = 0.0
    predicted: dict = field(default_factory=dict)

    @property
    def score(self):
        return sum(one.score for one in self.checks)

    @property
    def max_score(self):
        return sum(one.points for one in self.checks)

    @property
    def failed(self):
        """The ids of the checks that failed."""
        return [one.id for one in self.checks if not one.outcome.passed]

    @property
    def beliefs(self):
        """The Beliefs of all failed checks, each once."""
        found = {}
        for one in self.checks:
            for belief in one.outcome.beliefs:
                found.setdefault(belief.id, belief)
        return list(found.values())

    def as_dict(self):
        """For JSON."""
        return {
            **asdict(self),
            "score": self.score,
            "max_score": self.max_score,
            "failed": self.failed,
            "beliefs": {one.id: one.says for one in self.beliefs},
        }

    @classmethod
    def from_dict(cls, given):
        """The Result that as_dict() told of. Raises KeyError or TypeError if it
        is none."""
        checks = [
            Scored(one["id"], one["idea"], one["points"], _outcome(one["outcome"]))
            for one in given["checks"]
        ]
        return cls(
            given["lab"],
            given["title"],
            checks,
            list(given["notes"]),
            given["unjudged"],
            given["seconds"],
            dict(given.get("predicted", {})),
        )


def _outcome(given):
    beliefs = tuple(Belief(**one) for one in given["beliefs"])
    return Outcome(**{**given, "beliefs": beliefs})


def passed(done, seen):
    """The Outcome of a check that found what it looked for."""
    return Outcome(True, done, seen)


def failed(done, seen, right, belief, question, id):  # noqa: A002 (as in the files)
    """The Outcome of a check that did not, with the one belief behind it."""
    found = Belief(id, belief, done, seen, right, question)
    return Outcome(False, done, seen, right, (found,))
