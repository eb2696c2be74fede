#!/usr/bin/env python3
"""Judges one submission for Gradescope. Usage: autograder.py --help"""

import argparse
import sys
import time
from pathlib import Path
from subprocess import SubprocessError

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))  # run_autograder's -I drops it

from reaplab.grading import labs, results_json  # noqa: E402
from reaplab.grading.class_run import run as class_run, submissions  # noqa: E402
from reaplab.grading.outcome import BadLab, Result  # noqa: E402
from reaplab.grading.sandbox import (  # noqa: E402
    bubblewrap as sandbox, judge_box, scratch, stage,
)
from reaplab.servers import spawn  # noqa: E402

DONE, FAILED, USAGE = 0, 1, 2
PERIOD = 0.1  # seconds between looks at the judge
TIME = 240.0  # seconds for one attempt; Gradescope's own limit is ten minutes
ATTEMPTS = 2

DESCRIPTION = """\
Judge a submission for the one lab that this autograder is made for, and write
results.json: whole at any time, and again after each check. In a sandbox where the
container allows one; else as a user that owns nothing, as a container is thrown away
after a submission."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="autograder.py",
        description=DESCRIPTION,
        epilog="Exit status: 0 results.json is there, 1 it failed, 2 the command line "
        "was wrong.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument("submission", metavar="SUBMISSION", type=Path)
    parser.add_argument("results", metavar="RESULTS", type=Path)
    return parser.parse_args(arguments)


def complain(what, why):
    print(f"autograder.py: {what}: {why}", file=sys.stderr)


def main(arguments):
    options = parse(arguments)
    if not options.submission.is_dir():
        complain(options.submission, "no such folder")
        return USAGE
    spawn.take_charge()
    try:
        lab = the_lab()
        options.results.mkdir(parents=True, exist_ok=True)
        path = options.results / "results.json"
        try:
            result = judge(lab, options.submission, path)
        except submissions.Unreadable as error:
            result = class_run.refused(lab, "not-readable", str(error))
        except (
            OSError, RuntimeError, SubprocessError, spawn.ProcessTableFull
        ) as error:
            result = Result(lab.name, lab.title, unjudged=str(error))
        document = results_json.document(result)
        if result.unjudged is not None:
            document = results_json.unjudged_document(result)
        results_json.write(path, document)
    except (OSError, BadLab) as error:
        complain("failed", error)
        return FAILED
    except KeyboardInterrupt:
        complain("interrupted", "what was judged so far is in results.json")
        return FAILED
    finally:
        spawn.end_strays()
    return DONE


def the_lab():
    """The one lab that is here. Raises BadLab."""
    found = labs.all_labs()
    if len(found) != 1:
        raise BadLab(f"one lab was to be here, not {len(found)}")
    return found[0]


def judge(lab, submission, path):
    """The Result; what there is of it is written to the path all along. Raises
    Unreadable, or OSError."""
    files = submissions.read(submission, lab)
    why_not = sandbox.why_not()
    box = sandbox.LIMITS_ONLY if why_not else sandbox.BUBBLEWRAP
    print(f"no sandbox: {why_not}" if why_not else "in a sandbox")
    top, found = scratch.make("submission"), None
    try:
        found = stage.prepare([lab.name])
        files.write(top / "submission")
        for _ in range(ATTEMPTS):
            result = attempt(lab, top / "submission", found, box, path)
            if result.unjudged is None:
                break
        if class_run.failed_build(result):
            result.unjudged = fault_shown_by_starter(lab, top, found, box)
        return result
    finally:
        scratch.remove(top)
        if found is not None:
            scratch.remove(found)


def fault_shown_by_starter(lab, top, staged, box):
    """Why the machine is at fault, in words; None if it is not. The lab's starter
    compiles, and everybody may read it. The solution is not here: where there is no
    sandbox, a submission could read it."""
    submissions.read(lab.starter, lab).write(top / "starter")
    result = attempt(lab, top / "starter", staged, box)
    failed = class_run.failed_build(result)
    if result.unjudged is None and failed is None:
        return None
    why = result.unjudged or failed.seen.splitlines()[0]
    return f"the lab's starter could not be built here either: {why}"


def attempt(lab, folder, staged, box, path=None):
    """One judge from start to end: a Result. What there is of it is written to the
    path, if there is one, all along."""
    terms = judge_box.Terms(box, time_limit=TIME)
    judging = judge_box.JudgeBox(lab, folder, staged, terms)
    written = 0
    try:
        while (ended := judging.poll()) is None:
            so_far = judging.result()
            if path and so_far is not None and len(so_far.checks) > written:
                written = len(so_far.checks)
                results_json.write(path, results_json.document(so_far))
            time.sleep(PERIOD)
    finally:
        judging.close()
    result = ended.result or Result(lab.name, lab.title)
    if ended.excess is not None:
        return class_run.completed(lab, result, "exceeds-limits", ended.excess)
    if ended.fault is not None:
        result.unjudged = ended.fault
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
