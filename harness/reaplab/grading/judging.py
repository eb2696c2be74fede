"""Judging one submission: build it, run each check, and tell faults of the machine
apart from faults of the submission.
"""

import time

from .. import environment, server as servers, spawn
from . import building
from .outcome import Belief, CannotJudge, Outcome, Result, Scored
from .place import Here
from .work import Work


def judge(lab, folder, into, place=None, server=None):
    """The Result of the submission in `folder`, built below `into`. With a
    `server` (a command), only what is about a server is asked, of that one. To
    be called from the main thread of a subreaper (spawn.py). Raises BadLab."""
    began = time.monotonic()
    place = place or Here()
    result = Result(lab.name, lab.title)
    try:
        checks = lab.checks()
        if server:
            built = building.Built(programs={"server": server})
            checks = [one for one in checks if one.about == "server"]
        else:
            built = building.build(lab, folder, into, place)
        result.notes += built.warnings
        work = Work(lab, folder, built, place)
        for check in checks:
            outcome = _run(check, work, built)
            result.checks.append(
                Scored(check.id, check.idea, check.points, outcome)
            )
    except CannotJudge as error:
        result.unjudged = str(error)
    result.seconds = round(time.monotonic() - began, 1)
    return result


def _run(check, work, built):
    """The Outcome of one check."""
    if check.about and not work.has(check.about):
        return _not_built(check, built)
    try:
        return check.judge(work)
    except CannotJudge:
        raise
    except Exception as error:
        fault = environment.fault_behind(error, servers.running())
        if fault is None:
            fault = f"the check {check.id} itself failed: {error!r}"
        raise CannotJudge(fault) from error
    finally:
        for popen in spawn.still_running():
            spawn.end(popen)
        spawn.end_strays()


def _not_built(check, built):
    why = built.missing.get(check.about, "it was not handed in")
    belief = Belief(
        "does-not-build",
        "it compiles",
        f"the program {check.about} was built",
        why,
        "a program that can be run",
        "What does the first error say, and on which line?",
    )
    return Outcome(
        False, belief.done, f"it was not built: {why}", belief.right, (belief,)
    )
