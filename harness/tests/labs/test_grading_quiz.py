"""Questions answered in answers.toml: what is right, which belief is behind what is
not, and that no answer can do harm."""

import re

import pytest

from reaplab.grading import labs
from reaplab.grading.checks import prediction
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz
from reaplab.grading.checks.sealed import LENGTH, seal
from reaplab.grading.work import NO_ANSWERS

OTHER = Mistake("other", "another belief", "and so?")
SWAPPED = Mistake("swapped", "the two are one", "which is which?")
CHECK = quiz(
    "counts", 2, "an idea", done="they were counted",
    items=[
        Item(
            "zombies", f"{seal('zombies', 5)} {seal('zombies', 'five')}", OTHER,
            {seal("zombies", 4): SWAPPED},
        ),
        Item("state", seal("state", "Z"), OTHER),
    ],
)


class Work:
    """Of a submission, its answers."""

    def __init__(self, answers=None, fault=None):
        self.answers = {} if answers is None else answers
        self.answers_fault = fault


def beliefs(check, **answers):
    """The ids of the beliefs that the check names."""
    outcome = check.judge(Work(answers))
    assert outcome.passed == (not outcome.beliefs)
    return [one.id for one in outcome.beliefs]


@pytest.mark.parametrize("zombies", [5, "5", 5.0, " 5 ", "FIVE"])
@pytest.mark.parametrize("state", ["Z", "z"])
def test_right_answers_are_right_however_they_are_written(zombies, state):
    assert beliefs(CHECK, zombies=zombies, state=state) == []


def test_a_wrong_answer_has_its_belief():
    assert beliefs(CHECK, zombies=4, state="Z") == ["swapped"]
    assert beliefs(CHECK, zombies=6, state="Z") == ["other"]
    assert beliefs(CHECK, zombies=5, state="S") == ["other"]


SURE = quiz(
    "counts", 2, "an idea", done="they were counted",
    items=[
        Item(
            "zombies", seal("zombies", 5), OTHER, {seal("zombies", 4): SWAPPED},
            shown_by=f"{seal('zombies', 0)} {seal('zombies', 'none')}",
        ),
    ],
)


@pytest.mark.parametrize("zombies, belief", [
    (0, "other"), ("None", "other"), (4, "swapped"), (6, "not-what-is-seen"),
    ("banana", "not-what-is-seen"), ("?", "not-answered"),
])
def test_a_belief_is_named_only_for_an_answer_that_shows_it(zombies, belief):
    assert beliefs(SURE, zombies=zombies) == [belief]


def test_whatever_the_wrong_answer_a_question_leads_on():
    (told,) = SURE.judge(Work({"zombies": "banana"})).beliefs
    assert told.question == OTHER.question and "banana" in told.seen
    assert OTHER.belief not in told.says


@pytest.mark.parametrize("answers", [{}, {"zombies": "?"}, {"zombies": ""}])
def test_what_was_not_answered_is_no_wrong_belief(answers):
    assert beliefs(CHECK, **answers) == ["not-answered"]


@pytest.mark.parametrize(
    "hostile",
    [[], [5], {"5": 5}, True, float("nan"), "x" * 100000, "\x1b[2J5", -(10**400)],
    ids=lambda one: repr(one)[:12],
)
def test_any_answer_is_told_in_one_short_line_without_control_characters(hostile):
    outcome = CHECK.judge(Work({"zombies": hostile, "state": "Z"}))
    assert not outcome.passed
    assert outcome.seen.isprintable() and len(outcome.seen) < 300


def test_a_file_that_cannot_be_read_is_said_to_be():
    for check in (CHECK, explained(points=1)):
        outcome = check.judge(Work(fault="line 3: no value"))
        assert [one.id for one in outcome.beliefs] == ["answers-not-readable"]
        assert "line 3" in outcome.seen


def test_a_file_that_is_not_there_is_no_belief_about_toml():
    found = [
        check.judge(Work(fault=NO_ANSWERS)).beliefs[0].id
        for check in (CHECK, explained(points=1))
    ]
    assert found == ["not-answered", "not-explained"]


def test_the_same_answer_to_another_question_looks_different():
    assert seal("zombies", 5) == seal("zombies", " 5 ") != seal("children", 5)
    assert len(seal("zombies", "\udc80")) == LENGTH


@pytest.mark.parametrize("lab", labs.all_labs(), ids=lambda one: one.number)
def test_no_answer_stands_in_a_file_that_students_have(lab):
    """Neither one that the solution gives, nor what they are to predict."""
    checks = (lab.folder / "checks.py").read_text()
    for given in re.findall(r'(?:Item|column)\(\s*"\w+",\s*([^)]*?),', checks):
        digests = given.strip('"').split()
        sealed = all(re.fullmatch(f"[0-9a-f]{{{LENGTH}}}", one) for one in digests)
        assert sealed or given == "sealed", given
    for raw, read in zip(
        labs.load_toml(lab.folder / "predict.toml")["question"],
        prediction.questions(lab),
    ):
        assert raw["outcome"] == seal(read.id, read.outcome) != read.outcome


def test_an_explanation_has_to_be_there_and_is_not_judged():
    check = explained(points=1)
    assert beliefs(check, explain="?") == ["not-explained"]
    assert beliefs(check, explain="Signals." + " " * 60) == ["not-explained"]
    assert beliefs(check, explain=40) == ["not-explained"]
    text = "Nothing of this is true, but it was said here."
    assert beliefs(check, explain=text) == []
