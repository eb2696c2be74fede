"""Judges what students hand in.

What an instructor writes for a lab:
labs.py         reads the files of a lab
answers.py      reads its known answers, and the verdict that each must get
patches.py      applies the answers that are kept as patches

From one submission to its result:
building.py     builds the programs
work.py         gives a check the programs, the diagnosis and the files
judging.py      runs the checks; separates faults of the machine from mistakes
outcome.py      has the result of one check, and of a whole submission
report.py       writes a result in words
results_json.py writes a result for Gradescope

checks/         what a lab may ask for: ideas, questions, predictions
sandbox/        where programs of strangers run: walls, limits, private folders
class_run/      grades a class: finds the submissions, unpacks, judges, summarises
archives.py     packs the archives for students and for Gradescope

The checks.py of a lab imports the names in __all__.
"""

from .checks.check import Check
from .checks.ideas import idea
from .checks.prediction import predictions
from .outcome import CannotJudge, failed, passed

__all__ = ["CannotJudge", "Check", "failed", "idea", "passed", "predictions"]
