"""A check: some points for one idea, and who judges it."""

from dataclasses import dataclass
from typing import Callable


@dataclass(frozen=True)
class Check:
    """One line of a lab's CHECKS. `judge` takes a Work and returns an Outcome, or
    raises CannotJudge. `about`: the program that has to be built for it, or None
    if it looks at the files only. `needs_files`: it looks at what was handed in
    besides the program, so a server from elsewhere is not asked for it."""

    id: str
    points: float
    idea: str
    judge: Callable
    about: str = None

    @property
    def needs_files(self):
        return self.about is None
