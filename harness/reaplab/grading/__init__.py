"""Checking and grading what students hand in.

outcome.py      what a check comes to, and a whole submission
checks.py       a check: points for an idea
ideas.py        the ideas that servers are judged by, on the diagnosis
holding.py      what is seen of a server when an idea holds
prediction.py   predictions, made before and explained after
labs.py         the labs' own files
building.py     from sources to programs
place.py        where programs run: here, or in a sandbox
work.py         what a check may ask for
judging.py      one submission, from files to Result
report.py       a Result in words

A lab's checks.py imports what stands in __all__.
"""

from .checks import Check
from .ideas import idea
from .outcome import CannotJudge, failed, passed
from .prediction import predictions

__all__ = ["CannotJudge", "Check", "failed", "idea", "passed", "predictions"]
