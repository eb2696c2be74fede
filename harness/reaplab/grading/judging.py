"""Judging one submission: build it, run each check, and tell faults of the machine
apart from faults of the submission.
"""

import contextlib
import time

from . import building
from ..servers import environment, server as servers, spawn
from ..servers.box import Open
from .checks import prediction
from .outcome import Belief, CannotJudge, Outcome, Result, Scored
from .sandbox import scratch
from .sandbox.bubblewrap import SandboxFailed
from .work import Work


def judge(
    lab,
    folder,
    into,
    box=None,
    server=None,
    tell=None,
    build_limit=building.LIMIT,
):
    """The Result of the submission in `folder`, built below `into`, its programs
    run in `box`, or as they are, in an empty folder that is removed afterwards. With a
    `server` (a command), only what is about the lab's main program is asked, of that
    one; the lab must have one. `tell` is called with the Result as it grows;
    `build_limit` is in seconds. To be called from the main thread of a subreaper
    (spawn.py). Raises BadLab."""
    result = Result(lab.name, lab.title)
    try:
        _look_for_shortage()
        with _place_to_run(box) as place:
            _judge(result, lab, folder, into, place, server, tell, build_limit)
    except CannotJudge as error:
        result.unjudged = str(error)
    return result


@contextlib.contextmanager
def _place_to_run(box):
    """The box, if there is one; or else no walls, and a folder that goes with all that
    programs write by a relative name."""
    if box is not None:
        yield box
        return
    try:
        start = scratch.make("start")
    except OSError as error:
        raise CannotJudge(f"there is no folder to run programs in: {error}") from error
    try:
        yield Open(start)
    finally:
        scratch.remove(start)


def _judge(result, lab, folder, into, box, server, tell, build_limit):
    """Adds to the Result what each check finds. Raises CannotJudge."""
    began = time.monotonic()
    checks = lab.checks()
    if server:
        checks = [one for one in checks if one.about == lab.main]
    with _faults_told("the build"):
        built = building.Built(programs={lab.main: server})
        if not server:
            built = building.build(lab, folder, into, box, build_limit)
    result.notes += built.warnings
    result.predicted = prediction.choices(
        prediction.questions(lab), prediction.read(folder)
    )
    work = Work(lab, folder, built, box)
    for check in checks:
        with _faults_told(f"the check {check.id}"):
            outcome = _run(check, work, built).clipped()
        result.checks.append(Scored(check.id, check.idea, check.points, outcome))
        result.seconds = round(time.monotonic() - began, 1)
        if not outcome.passed:
            _look_for_shortage()
        if tell:
            tell(result)


def _look_for_shortage():
    """Raise CannotJudge if the machine lacks what any submission needs."""
    lacking = environment.shortage()
    if lacking:
        raise CannotJudge(lacking)


@contextlib.contextmanager
def _faults_told(what):
    """Whatever goes wrong inside, but for an outcome, is a CannotJudge. Nothing
    that was started inside outlives it."""
    try:
        yield
    except CannotJudge:
        raise
    except SandboxFailed as error:
        raise CannotJudge(str(error)) from error
    except Exception as error:
        fault = environment.fault_behind(error, servers.running())
        raise CannotJudge(fault or f"{what} itself failed: {error!r}") from error
    finally:
        for popen in spawn.still_running():
            spawn.end(popen)
        spawn.end_strays()


def _run(check, work, built):
    """The Outcome of one check."""
    if check.about and not work.has(check.about):
        return _not_built(check, built)
    return check.judge(work)


def _not_built(check, built):
    why = built.missing.get(check.about, "it was not handed in")
    belief = Belief(
        "builds-too-long" if check.about in built.late else "does-not-build",
        "it compiles",
        f"the program {check.about} was built",
        why,
        "a program that can be run",
        "What does the first error say, and on which line?",
    )
    return Outcome(
        False, belief.done, f"it was not built: {why}", belief.right, (belief,)
    )
