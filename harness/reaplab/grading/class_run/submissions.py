"""What students handed in: found, and read with suspicion.

A submission is a folder, an archive, or a loose file that stands for the lab's answer.
Only regular files count: a link could lead to the solutions, a pipe could block the
reader for ever, and an archive may name places outside of itself. Nothing of a
submission is run here. Each entry of the instructor's folder is either a Submission or
PassedOver, so that nobody's work disappears without a word.
"""

import dataclasses
import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from . import unpacking
from .. import labs
from .submitted import Files, Unreadable, is_nobodys, place_of_answer
from .unpacking import ARCHIVES, is_archive

__all__ = [
    "ARCHIVES", "Files", "Found", "PassedOver", "Submission", "Unreadable", "find",
    "read",
]

# Students hand them in, and they cannot be unpacked here.
OTHER_ARCHIVES = (".rar", ".7z", ".gz", ".xz", ".bz2", ".zst", ".tar.zst")
# An archive in a folder, and one in that.
MOST_NESTED = 2
MOST_NAMES = 10  # of entries that share one line


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


@dataclass(frozen=True)
class PassedOver:
    """An entry that is no submission, and why."""

    name: str
    why: str


@dataclass
class Found:
    """All that is in the instructor's folder: Submissions and PassedOvers."""

    submissions: list = field(default_factory=list)
    passed_over: list = field(default_factory=list)


def find(folder, lab=None):
    """The Found in a folder, sorted: of this lab, one Submission per entry; or
    without it, of any lab, one per entry of a student's folder that is named as
    the lab is ("03" or "03-lost-children")."""
    chosen, over, litter = {}, [], []
    for path in sorted(folder.iterdir()):
        if _is_litter(path):
            litter.append(path.name)
        elif lab is not None:
            _choose(chosen, over, path.name, Submission(_stem(path, lab), lab, path))
        else:
            _choose_labs(chosen, over, litter, path)
    if litter:
        names = ", ".join(litter[:MOST_NAMES])
        if len(litter) > MOST_NAMES:
            names += f" and {len(litter) - MOST_NAMES} more"
        over.append(PassedOver(names, "hidden, or left by a system or a tool"))
    return Found(list(chosen.values()), over)


def _choose_labs(chosen, over, litter, path):
    """The same, of one student's folder."""
    if path.is_symlink() or not path.is_dir():
        why = "no folder: without --lab, each student has one"
        over.append(PassedOver(path.name, why))
        return
    try:
        entries = sorted(path.iterdir())
    except OSError as error:
        over.append(PassedOver(path.name, f"cannot be read: {error.strerror}"))
        return
    if not entries:
        over.append(PassedOver(path.name, "the folder is empty"))
    for one in entries:
        name = f"{path.name}/{one.name}"
        if _is_litter(one):
            litter.append(name)
            continue
        lab = _lab_named(one.name) or _lab_named(_stem(one))
        if lab is None:
            why = "not named after a lab (03, or 03-lost-children)"
            over.append(PassedOver(name, why))
        else:
            _choose(chosen, over, name, Submission(path.name, lab, one))


def _choose(chosen, over, name, one):
    why_not = _why_not(one.path, one.lab)
    if why_not:
        over.append(PassedOver(name, why_not))
        return
    first = chosen.setdefault(one.name, one)
    if first is not one:
        twins = (*first.twins, one.path.name)
        chosen[one.name] = dataclasses.replace(first, twins=twins)


def _is_litter(path):
    return path.name.startswith(".") or is_nobodys(path.name)


def _why_not(path, lab):
    """Why an entry cannot be a submission, or None."""
    try:
        mode = os.lstat(path).st_mode
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    if stat.S_ISLNK(mode):
        return "a symbolic link, which is not followed"
    if stat.S_ISDIR(mode):
        return None
    if not stat.S_ISREG(mode):
        return "no regular file"
    if path.name.lower().endswith((*ARCHIVES, *OTHER_ARCHIVES)):
        return None
    if path.name == lab.answer:
        return "does not say whose it is: the name is to be the student's"
    if not _is_loose(path.name, lab):
        ending = PurePath(lab.answer).suffix
        return f"neither a folder, nor an archive, nor a {ending} file"
    return None


def _is_loose(name, lab):
    """Whether a file of this name, by itself, stands for the lab's answer."""
    return PurePath(name).suffix.lower() == PurePath(lab.answer).suffix


def _stem(path, lab=None):
    """The entry's name without what says that it is an archive or a loose file."""
    if path.is_dir():
        return path.name
    endings = sorted((*ARCHIVES, *OTHER_ARCHIVES), key=len, reverse=True)
    for ending in endings:
        if path.name.lower().endswith(ending):
            return path.name[:-len(ending)]
    return path.stem if lab is None or _is_loose(path.name, lab) else path.name


def _lab_named(name):
    try:
        return labs.load(name)
    except labs.BadLab:
        return None


def read(path, lab):
    """The Files of a submission to a lab, less folders around all of them, and
    unpacked if all that counts is an archive in them. Raises Unreadable; or OSError or
    spawn.ProcessTableFull, which are not the student's fault."""
    if path.is_dir():
        files = _read_folder(path, lab).unwrapped()
    elif is_archive(path.name):
        files = unpacking.read(path, lab.name)
    elif _is_loose(path.name, lab):
        files = Files()
        files.take(lab.answer, *_read_file(path, files.room))
    elif path.exists():
        raise _cannot_unpack(path.name)
    else:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path.name)
    for _ in range(MOST_NESTED):
        name = _archive_that_counts(files, lab)
        if name is None:
            break
        files = _unpacked(files, name, lab)
    else:
        if _archive_that_counts(files, lab) is not None:
            raise Unreadable("it has archives in archives in archives")
    if not files and not files.left_out:
        raise Unreadable("there is no file in it")
    return files


def _archive_that_counts(files, lab):
    """The name of the archive among the files that holds the answer; None if the
    files are the answer themselves. Raises OSError if a person has to say."""
    archives = [one for one in files if is_archive(one)]
    if lab.asked_for & set(files):
        for one in archives:
            files.set_aside(one, "it is an archive beside the lab's own files")
        return None
    if len(archives) > 1:
        raise OSError(f"which one counts? {', '.join(archives)}")
    other = [one for one in files if one.lower().endswith(OTHER_ARCHIVES)]
    if other and not archives:
        raise _cannot_unpack(other[0])
    return archives[0] if archives else None


def _unpacked(files, name, lab):
    """The Files of the archive of that name among the files."""
    found = unpacking.unpack(name, files[name][0], lab.name)
    for one in [one for one in files if one != name]:
        files.set_aside(one, f"it stands beside the archive {name}")
    found.left_out = {**files.left_out, **found.left_out}
    return found


def _cannot_unpack(name):
    known = ", ".join(ARCHIVES)
    return OSError(f"{name} is an archive of a kind that is not unpacked ({known} are)")


def _read_folder(top, lab):
    """The Files below a folder; of a whole handout, those of the lab's answer."""
    found = sorted(_entries(top), key=lambda one: one[0])
    place = place_of_answer([name for name, _ in found], lab.name)
    files = Files()
    for name, entry in found:
        if not name.startswith(place):
            continue
        if entry.is_file(follow_symlinks=False):
            files.take(name, *_read_file(entry.path, files.room))
        else:
            files.leave_out(name)
    return files


def _entries(top):
    """(its relative name, its os.DirEntry) of all below a folder but folders."""
    waiting = [top]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if is_nobodys(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    yield os.path.relpath(entry.path, top), entry


def _read_file(path, most):
    """(its first bytes, whether it may be executed). It was a regular file, and
    has to be one still."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(f"{os.path.basename(path)} is no regular file")
        return file.read(most), bool(found.st_mode & stat.S_IXUSR)
