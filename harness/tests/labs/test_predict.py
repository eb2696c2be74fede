"""make predict: what a student expects is asked for, written down once, and scored for
being said; never for being right."""

import json
import os
import sys

import pytest

from conftest import ROOT
from reaplab.grading import labs, predictions
from reaplab.grading.checks import prediction
from reaplab.grading.outcome import BadLab
from reaplab.servers import spawn

PREDICT = [sys.executable, "-B", ROOT / "harness/predict.py"]
LAB = labs.load("03")
ASKED = prediction.questions(LAB)
SENTENCE = "Signals that are pending merge into one."

DONE, OPEN, USAGE = 0, 1, 2


class Work:
    """As much of a Work as the check asks for."""

    def __init__(self, folder):
        self.lab = LAB
        self.folder = folder


def predict(folder, *options, said=""):
    command = [*PREDICT, LAB.number, "--submission", folder, *options]
    return spawn.run(command, stdin=said.encode())


def made(folder):
    return json.loads((folder / "predictions.json").read_text())


def wrong_choice(question):
    return next(one for one in question.choices if one != question.outcome)


def predict_all(folder, choose):
    for question in ASKED:
        prediction.record(folder, question, choose(question))


def judge(folder):
    return predictions(points=2).judge(Work(folder))


def test_questions_are_asked_and_the_outcome_is_not_told(folder):
    run = predict(folder, said="a\n" * len(ASKED))
    assert run.status == DONE, run
    for question in ASKED:
        assert f"{question.id}: {question.ask[:20]}" in run.out
        assert made(folder)[question.id]["choice"] == question.choices[0]
        assert made(folder)[question.id]["time"].endswith("Z")
    assert f"{len(ASKED)} of {len(ASKED)} predictions" in run.out
    assert "right" not in run.out and "wrong" not in run.out


def test_what_was_said_first_stays(folder):
    first = ASKED[0]
    run = predict(folder, "--answer", f"{first.id}={first.choices[0]}")
    assert run.status == OPEN, run
    run = predict(folder, "--answer", f"{first.id}={first.choices[1]}")
    assert run.status == USAGE, run
    assert "you have said what you expect" in run.err
    assert made(folder)[first.id]["choice"] == first.choices[0]


def test_the_rest_is_asked_for_later(folder):
    run = predict(folder, said="nonsense\nb)\n")
    assert run.status == OPEN and "A letter from a to" in run.out, run
    assert list(made(folder)) == [ASKED[0].id]
    run = predict(folder, said="a\n" * (len(ASKED) - 1))
    assert run.status == DONE, run
    assert made(folder)[ASKED[0].id]["choice"] == ASKED[0].choices[1]


def test_only_mismatches_are_to_be_explained(folder):
    predict_all(folder, lambda one: one.outcome)
    prediction.record(folder, ASKED[0], ASKED[0].outcome)
    assert predict(folder, "--explain").status == DONE
    (folder / "predictions.json").unlink()
    predict_all(folder, wrong_choice)
    assert not judge(folder).passed
    said = f"short\n{SENTENCE}\n" + f"{SENTENCE}\n" * (len(ASKED) - 1)
    run = predict(folder, "--explain", said=said)
    assert run.status == DONE and "A sentence, please" in run.out, run
    assert judge(folder).passed


def test_explaining_comes_after_predicting(folder):
    run = predict(folder, "--explain")
    assert run.status == USAGE and "say first what you expect" in run.err, run


def test_being_right_is_worth_no_more_than_being_wrong(folder):
    predict_all(folder, lambda one: one.outcome)
    assert judge(folder).passed
    (folder / "predictions.json").unlink()
    predict_all(folder, wrong_choice)
    for question in ASKED:
        prediction.explain(folder, question, SENTENCE)
    assert judge(folder).passed


def test_what_is_missing_is_named(folder):
    outcome = judge(folder)
    assert not outcome.passed and ASKED[0].id in outcome.seen
    assert [one.id for one in outcome.beliefs] == ["no-predictions"]
    predict_all(folder, wrong_choice)
    assert [one.id for one in judge(folder).beliefs] == ["no-explanation"]


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "null", "{", "[" * 100000,
        '{"x": 1}', '{"one-by-one": {"choice": 4}}',
        '{"one-by-one": {"choice": "none of these"}}', "\x00" * 100, "x" * (1 << 17),
    ],
)
def test_broken_and_hostile_files_are_as_good_as_none(folder, content):
    (folder / "predictions.json").write_text(content)
    outcome = judge(folder)
    assert not outcome.passed and ASKED[0].id in outcome.seen


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["99"], "there is no lab 99"),
        ([LAB.number, "--answer", "nonsense=1"], "nonsense: no such question"),
        ([LAB.number, "--answer", f"{ASKED[0].id}=x"], "is none of"),
        ([LAB.number, "--submission", "/nonexistent"], "no such folder"),
    ],
)
def test_bad_command_lines(folder, arguments, why):
    run = spawn.run([*PREDICT, "--submission", folder, *arguments])
    assert run.status == USAGE, run
    assert why in run.err and "Traceback" not in run.err


def test_where_nothing_can_be_written(folder):
    if os.getuid() == 0:
        (folder / "predictions.json").mkdir()
    else:
        folder.chmod(0o555)
    run = predict(folder, "--answer", f"{ASKED[0].id}={ASKED[0].choices[0]}")
    folder.chmod(0o755)
    assert run.status == OPEN and "Traceback" not in run.err, run


@pytest.mark.parametrize("name", ["predictions.json", "predictions.new"])
def test_a_link_in_a_shared_folder_is_not_followed(folder, name):
    (folder / "victim").write_text("precious")
    (folder / name).symlink_to("victim")
    run = predict(folder, "--answer", f"{ASKED[0].id}={ASKED[0].choices[0]}")
    assert run.status == OPEN and ASKED[0].id in made(folder), run
    assert (folder / "victim").read_text() == "precious"


def test_a_lab_whose_outcome_is_no_choice_is_found(folder):
    (folder / "predict.toml").write_text(
        '[[question]]\nid = "a"\nask = "?"\nchoices = ["1"]\noutcome = "2"\nsee = "x"\n'
    )
    with pytest.raises(BadLab, match="no such outcome"):
        prediction.questions(labs.Lab(folder, "x", "server.c"))


@pytest.mark.parametrize("lab", labs.all_labs(), ids=lambda one: one.name)
def test_every_labs_questions_can_be_asked(lab):
    asked = prediction.questions(lab)
    assert asked and len({one.id for one in asked}) == len(asked)
    for one in asked:
        assert 2 <= len(one.choices) <= 26
        assert len(set(one.choices)) == len(one.choices)
