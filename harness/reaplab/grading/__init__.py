"""Checking and grading what students hand in.

outcome.py      what a check comes to, and a whole submission
checks.py       a check: points for an idea
ideas.py        the ideas that servers are judged by, on the diagnosis
holding.py      what is seen of a server when an idea holds
prediction.py   predictions, made before and explained after
labs.py         the labs' own files
building.py     from sources to programs
work.py         what a check may ask for
judging.py      one submission, from files to Result
report.py       a Result in words
results_json.py a Result for Gradescope

For some labs' checks: quiz.py, sealed.py, catalogue.py, death_log.py, inheritance.py,
init_family.py, running.py, scarcity.py, signal_witness.py.

For others' submissions:

submissions.py  found, and read with suspicion
unpacking.py    archives, unpacked at arm's length
submitted.py    their files, as values
sandbox.py      walls around their programs
limits.py       and limits, with walls or without
stage.py        what a judge may read
scratch.py      folders that are gone with a run, also with one that was killed
judge_box.py    a judge in its box, watched from outside
in_sandbox.py   the judge itself
class_run.py    a class, a few at a time
interruption.py Ctrl-C meanwhile, heeded where nothing is half done
summary.py      what a class thinks: CSV and HTML
answers.py      the instructor's known answers
patches.py      and those kept as patches to the solution
archives.py     what students, and Gradescope, get

A lab's checks.py imports what stands in __all__.
"""

from .checks.check import Check
from .checks.ideas import idea
from .checks.prediction import predictions
from .outcome import CannotJudge, failed, passed

__all__ = ["CannotJudge", "Check", "failed", "idea", "passed", "predictions"]
