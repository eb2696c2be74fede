"""Checks of what a student wrote down in answers.toml: what was seen, and what it
was explained with.

    quiz("counts", 2, "one socket listens, one is connected per client",
         done="three clients stayed, and ss was asked for the server's port",
         items=[Item("listening", "71ae3184", WRONG_COUNT)])

All items of a check have to be right; the first that is not says which belief is
behind it, if it shows one. What is right stands there sealed (sealed.py), as students
have these files too. Answers are compared as text, without regard to case and outer
spaces, so 5 and "5" are the same. They are a student's: any type, any length.
"""

from dataclasses import dataclass, field, replace

from ...servers.report import printable
from ..outcome import failed, passed
from ..work import NO_ANSWERS
from .check import Check
from .sealed import plain, seal

ENOUGH = 40  # characters that two sentences have, at least
OPEN = "?"  # what a starter's answers.toml has where nothing was answered yet
LOOKED = "what anybody sees who looks"
SAID = f"two sentences of your own, {ENOUGH} characters or more"
LONGEST = 60  # characters of an answer that are shown again


@dataclass(frozen=True)
class Mistake:
    """What stands behind a wrong answer: see outcome.failed()."""

    id: str
    belief: str
    question: str


NOT_ANSWERED = Mistake(
    "not-answered",
    "(nothing was answered yet)",
    "Which command of the handout shows it? Run it, and write down what you see.",
)
NOT_SEEN = Mistake(
    "not-what-is-seen",
    "(another answer; which idea is behind it, it does not show)",
    "",
)
NOT_READABLE = Mistake(
    "answers-not-readable",
    "any text is a TOML file",
    "What does the message say of the line it names? Compare it with a line that "
    "was there from the start.",
)


@dataclass(frozen=True)
class Item:
    """One answer: its key in answers.toml, the digests of the texts that are right,
    with spaces between them, and the Mistake behind others; `known` has those of
    particular wrong answers, by their digests. With `shown_by`, digests too, the
    Mistake is named for these alone: any other answer, a slip perhaps, shows no belief,
    and gets only its question."""

    key: str
    right: str
    mistake: Mistake
    known: dict = field(default_factory=dict)
    shown_by: str = None


def quiz(name, points, idea, done, items):
    """The Check of some answers."""

    def judge(work):
        if work.answers_fault:
            return _failed(done, work.answers_fault, _unread(work, NOT_ANSWERED))
        for one in items:
            given = work.answers.get(one.key, OPEN)
            mistake = _mistake(one, plain(given))
            if mistake:
                return _failed(done, f"{one.key} = {shown(given)}", mistake)
        told = ", ".join(f"{one.key} = {shown(work.answers[one.key])}" for one in items)
        return passed(done, told)

    return Check(name, points, idea, judge)


def explained(points, key="explain"):
    """The Check that two sentences of one's own are there. What they say is for
    people to read: it is not judged."""
    done = f"answers.toml was asked for `{key}`"

    def judge(work):
        if work.answers_fault:
            return _failed(done, work.answers_fault, _unread(work, NOT_EXPLAINED))
        given = work.answers.get(key, OPEN)
        if isinstance(given, str) and len(given.strip()) >= ENOUGH:
            return passed(done, f"{len(given.split())} words, for your instructor")
        return _failed(done, f"{key} = {shown(given)}", NOT_EXPLAINED, SAID)

    return Check("explained", points, "what is understood can be said", judge)


NOT_EXPLAINED = Mistake(
    "not-explained",
    "(no two sentences of your own yet)",
    "How would you tell somebody who has not seen it, in two sentences?",
)


def _unread(work, absent):
    """The Mistake behind answers that are not there to be read."""
    return absent if work.answers_fault == NO_ANSWERS else NOT_READABLE


def shown(given):
    """An answer as it is said again: one line, not too long."""
    text = printable(" ".join(str(given)[: 2 * LONGEST].split()))
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _mistake(item, answer):
    """The Mistake behind an answer, or None if it is right."""
    sealed = seal(item.key, answer)
    if sealed in item.right.split():
        return None
    if answer in ("", OPEN):
        return NOT_ANSWERED
    if sealed in item.known:
        return item.known[sealed]
    if item.shown_by is None or sealed in item.shown_by.split():
        return item.mistake
    return replace(NOT_SEEN, question=item.mistake.question)


def _failed(done, seen, mistake, right=LOOKED):
    return failed(done, seen, right, mistake.belief, mistake.question, mistake.id)
