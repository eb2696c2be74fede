"""A Result as Gradescope's results.json, as its autograder specification has it.

A submission that could not be judged has no score: there a person has to look.
"""

import json

from . import report
from .. import whole_file
from .outcome import Result


def document(result):
    """The document for a Result, as a dict."""
    found = {
        "output": report.printable_lines(report.headline(result)),
        "output_format": "text",
        "execution_time": result.seconds,
        "extra_data": {"result": result.as_dict()},
        "tests": [],
    }
    if result.notes:
        notes = "\n".join(f"Note: {one}" for one in result.notes)
        found["output"] += "\n\n" + report.printable_lines(notes)
    if result.unjudged is None:
        found["score"] = result.score
        found["tests"] = [_test(*one) for one in enumerate(result.checks, 1)]
    return found


def _test(number, one):
    return {
        "number": str(number),
        "name": f"{one.id}: {one.idea}",
        "score": one.score,
        "max_score": one.points,
        "status": "passed" if one.outcome.passed else "failed",
        "output": "\n".join(report.describe_check(one)[1:]),
        "output_format": "text",
        "tags": [belief.id for belief in one.outcome.beliefs],
    }


def unjudged_document(result):
    """As Gradescope needs it: with neither score nor tests the run counts as
    failed, so it gets a score of 0 that says what it is."""
    found = document(result)
    found["score"] = 0
    found["tests"] = [
        {
            "number": "1",
            "name": "could not be judged: no grade, please tell your instructor",
            "score": 0,
            "max_score": 0,
            "status": "failed",
            "output": report.printable_lines(result.unjudged),
            "output_format": "text",
        }
    ]
    return found


def write(path, given):
    """Write a document so that it is there whole, or not at all."""
    whole_file.write(path, json.dumps(given, indent=2) + "\n")


def read(path):
    """(the Result, extra_data) of a results.json that write() has written, or
    None."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        extra = given["extra_data"]
        return Result.from_dict(extra["result"]), extra
    except (OSError, ValueError, KeyError, TypeError):
        return None
