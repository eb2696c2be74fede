"""Predictions: made before the lab reveals what happens, and scored for being made
and for the explanation of what came differently; never for being right.

    labs/NN-name/predict.toml       the questions
    .../starter/predictions.json    what the student predicted, and when
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path

from .. import labs
from ... import whole_file
from ..outcome import BadLab, Belief, Outcome
from .check import Check
from .sealed import seal

FILE = "predictions.json"
LEAST = 20  # characters of an explanation: a sentence
MOST_TEXT = 1 << 16  # bytes of a file of predictions


@dataclass(frozen=True)
class Question:
    """One question of predict.toml."""

    id: str
    ask: str
    choices: tuple
    outcome: str
    see: str


def questions(lab):
    """The Questions of a lab. Raises BadLab."""
    path = lab.folder / "predict.toml"
    try:
        given = labs.load_toml(path).get("question", [])
        found = [
            Question(
                one["id"],
                one["ask"],
                tuple(one["choices"]),
                _outcome(one),
                one["see"],
            )
            for one in given
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadLab(f"{lab.name}/predict.toml: {error!r}") from error
    for one in found:
        if one.outcome is None:
            raise BadLab(f"{lab.name}/predict.toml: {one.id}: no such outcome")
    return found


def _outcome(given):
    """The choice that happens: in the file it is sealed, as students may read it
    before they choose. None if it is no choice."""
    opened = {seal(given["id"], choice): choice for choice in given["choices"]}
    return opened.get(given["outcome"])


def read(folder):
    """{question's id: {"choice", "time", "explanation"}}, whatever of it is well
    formed. Hostile or broken files are as good as none."""
    path = Path(folder) / FILE
    try:
        if path.stat().st_size > MOST_TEXT:
            return {}
        given = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    return {
        name: one
        for name, one in given.items()
        if isinstance(one, dict) and isinstance(one.get("choice"), str)
    }


def record(folder, question, choice):
    """Write down a choice. The first one counts: returns False if there was one."""
    made = read(folder)
    if question.id in made:
        return False
    made[question.id] = {"choice": choice, "time": _now()}
    _write(folder, made)
    return True


def explain(folder, question, text):
    """Write down why it came differently than predicted."""
    made = read(folder)
    made[question.id]["explanation"] = text
    made[question.id]["explained"] = _now()
    _write(folder, made)


def lacking(asked, made):
    """(Questions without a valid choice, mismatches without an explanation)."""
    open_ones = [
        one for one in asked if _choice(made, one) not in one.choices
    ]
    unexplained = [
        one
        for one in asked
        if one not in open_ones
        and _choice(made, one) != one.outcome
        and not is_explanation(made[one.id].get("explanation"))
    ]
    return open_ones, unexplained


def choices(asked, made):
    """{a question's id: the choice}, of valid choices."""
    found = {one.id: _choice(made, one) for one in asked}
    return {one.id: found[one.id] for one in asked if found[one.id] in one.choices}


def is_explanation(text):
    """Whether it is a sentence, at least."""
    return isinstance(text, str) and len(text.strip()) >= LEAST


def predictions(points):
    """The Check that predictions were made, and mismatches explained."""
    return Check(
        "predictions",
        points,
        "say what you expect, then explain what came differently",
        _judge,
    )


def _judge(work):
    asked = questions(work.lab)
    open_ones, unexplained = lacking(asked, read(work.folder))
    done = f"{FILE} was read"
    if not open_ones and not unexplained:
        return Outcome(True, done, f"{len(asked)} predictions, mismatches explained")
    seen = []
    if open_ones:
        seen.append(f"no prediction for {', '.join(one.id for one in open_ones)}")
    if unexplained:
        names = ", ".join(one.id for one in unexplained)
        seen.append(f"something else happened, and no explanation, for {names}")
    right = "a choice for each question, made first; a sentence for each mismatch"
    belief = Belief(
        "no-predictions" if open_ones else "no-explanation",
        "to watch is to learn",
        done,
        "; ".join(seen),
        right,
        "What did you expect, and which idea made you expect it?",
    )
    return Outcome(False, done, belief.seen, right, (belief,))


def _choice(made, question):
    return made.get(question.id, {}).get("choice")


def _now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _write(folder, made):
    whole_file.write(Path(folder) / FILE, json.dumps(made, indent=2) + "\n")
