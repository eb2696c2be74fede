"""The instructor's known answers to a lab, right and wrong, and the verdict that each
must get: labs/instructor/NN-name.

    solution/            a whole submission
    right/NAME*          other right answers
    wrong/NAME*          wrong ones
    verdicts.toml        what the starter and the wrong ones must get

NAME.patch is the difference to the solution, and its head is the answer's opening
comment (patches.py). Answers in another technique are kept whole: a single file stands
in for the lab's `answer`; a folder is laid over the solution's files, and an empty file
in it removes the one of its name.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from . import labs, patches
from .outcome import BadLab


@dataclass(frozen=True)
class Answer:
    """A known answer. `failed`: ids of the checks that must fail, and no other;
    `beliefs`: ids of the beliefs that they must name, and no other; `quick`:
    worth a look in every run of the tests."""

    lab: labs.Lab
    kind: str  # "solution", "starter", "right" or "wrong"
    path: Path
    failed: tuple = ()
    beliefs: tuple = ()
    quick: bool = False

    def __str__(self):
        name = "" if self.kind in ("solution", "starter") else f"/{self.path.stem}"
        return f"{self.lab.number}-{self.kind}{name}"

    def lay_out(self, folder):
        """Put the whole submission into a folder that is not there yet."""
        if self.kind == "starter":
            shutil.copytree(self.path, folder)
            return
        shutil.copytree(instructors(self.lab) / "solution", folder)
        if self.path.suffix == ".patch":
            self._apply_to(folder)
        elif self.path.is_file():
            shutil.copy(self.path, folder / self.lab.answer)
        elif self.kind != "solution":
            shutil.copytree(self.path, folder, dirs_exist_ok=True)
            for one in self.path.rglob("*"):
                if one.is_file() and one.stat().st_size == 0:
                    (folder / one.relative_to(self.path)).unlink()

    def _apply_to(self, folder):
        try:
            patch = patches.read(self.path.read_text())
            for place, (name, hunks) in enumerate(patch.changes.items()):
                path = folder / name
                text = patches.apply(hunks, path.read_text())
                if place == 0:
                    text = patches.with_opening(name, text, patch.head)
                path.write_text(text)
        except (OSError, ValueError) as error:
            raise BadLab(f"{self.lab.name}: {self.path.name}: {error}") from error


def instructors(lab):
    """The instructor's folder of a lab."""
    return lab.folder.parent / "instructor" / lab.name


def known(lab):
    """All Answers to a lab. Raises BadLab if verdicts.toml does not fit."""
    folder = instructors(lab)
    try:
        verdicts = labs.load_toml(folder / "verdicts.toml")
    except (OSError, ValueError) as error:
        raise BadLab(f"{lab.name}: verdicts.toml: {error}") from error
    found = [
        Answer(lab, "solution", folder / "solution", quick=True),
        _expected(lab, "starter", lab.starter, {"quick": True, **verdicts["starter"]}),
    ]
    quick = verdicts.get("right", {})
    for path in sorted((folder / "right").glob("*")):
        found.append(_expected(lab, "right", path, quick.get(path.stem, {})))
    wrong = dict(verdicts.get("wrong", {}))
    for path in sorted((folder / "wrong").glob("*")):
        if path.stem not in wrong:
            raise BadLab(f"{lab.name}: verdicts.toml: no verdict on {path.name}")
        found.append(_expected(lab, "wrong", path, wrong.pop(path.stem)))
    if wrong:
        raise BadLab(f"{lab.name}: no such wrong answer: {', '.join(wrong)}")
    return found


def _expected(lab, kind, path, given):
    return Answer(
        lab,
        kind,
        path,
        tuple(given.get("failed", ())),
        tuple(sorted(given.get("beliefs", ()))),
        given.get("quick", False),
    )
