"""What students handed in: found, and read with suspicion.

A submission is a folder, or a .zip, .tar, .tar.gz or .tgz. Only regular files count:
a link could lead to the solutions, a pipe could block the reader for ever, and an
archive may name places outside of itself. Nothing of a submission is run here.
"""

import dataclasses
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from . import unpacking
from .. import labs
from .submitted import Files, Unreadable, is_nobodys
from .unpacking import ARCHIVES

__all__ = ["ARCHIVES", "Files", "Submission", "Unreadable", "find", "read"]


@dataclass(frozen=True)
class Submission:
    """One student's answer to one lab: where it lies. `student` is a file's
    name, and as such may be anything but a path. `twins`: names of others that
    claim to be the same, alice.zip beside alice: which one counts, a person has to
    say."""

    student: str
    lab: labs.Lab
    path: Path
    twins: tuple = ()

    @property
    def name(self):
        return f"{self.student}/{self.lab.name}"


def find(folder, lab=None):
    """All Submissions in a folder, sorted: of this lab, one per entry; or
    without it, of any lab, one per entry of a student's folder that is named as
    the lab is ("03" or "03-lost-children")."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not _may_be_one(path):
            continue
        if lab is not None:
            _add(found, Submission(_stem(path), lab, path))
            continue
        for one in sorted(path.iterdir()) if path.is_dir() else ():
            named = _lab_named(_stem(one))
            if named is not None and _may_be_one(one):
                _add(found, Submission(path.name, named, one))
    return list(found.values())


def _add(found, one):
    first = found.setdefault(one.name, one)
    if first is not one:
        twins = (*first.twins, one.path.name)
        found[one.name] = dataclasses.replace(first, twins=twins)


def _may_be_one(path):
    if path.is_symlink():
        return False
    return path.is_dir() or path.is_file() and path.name.endswith(ARCHIVES)


def _stem(path):
    if path.is_dir():
        return path.name
    for ending in sorted(ARCHIVES, key=len, reverse=True):
        if path.name.endswith(ending):
            return path.name[:-len(ending)]
    return path.name


def _lab_named(name):
    try:
        return labs.load(name)
    except labs.BadLab:
        return None


def read(path):
    """The Files of a submission, less folders around all of them. Raises
    Unreadable; or OSError or spawn.ProcessTableFull, which are not the student's
    fault."""
    if path.is_dir():
        return _read_folder(path).unwrapped()
    return unpacking.read(path)


def _read_folder(top):
    files, waiting = Files(), [top]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                name = os.path.relpath(entry.path, top)
                if is_nobodys(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    files.take(name, *_read_file(entry.path, files.room))
                else:
                    files.leave_out(name)
    return files


def _read_file(path, most):
    """(its first bytes, whether it may be executed). It was a regular file, and
    has to be one still."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(f"{os.path.basename(path)} is no regular file")
        return file.read(most), bool(found.st_mode & stat.S_IXUSR)
