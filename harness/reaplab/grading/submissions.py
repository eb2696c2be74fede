"""What students handed in: found, and read with suspicion.

A submission is a folder, or a .zip, .tar, .tar.gz or .tgz. Only regular files count:
a link could lead to the solutions, a pipe could block the reader for ever, and an
archive may name places outside of itself. Nothing of a submission is run here.
"""

import errno
import gzip
import hashlib
import os
import stat
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from . import labs

MOST_FILES = 300
MOST_BYTES = 4 << 20
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz")


# What a file's name alone can bring about: too long, or a file and a folder too.
_ODD_NAMES = {
    errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL,
    errno.EILSEQ,
}


class Unreadable(Exception):
    """The submission cannot be taken: the message tells the student why."""


@dataclass(frozen=True)
class Submission:
    """One student's answer to one lab: where it lies. `student` is a file's
    name, and as such may be anything but a path."""

    student: str
    lab: labs.Lab
    path: Path

    @property
    def name(self):
        return f"{self.student}/{self.lab.name}"


def find(folder, lab=None):
    """All Submissions in a folder, sorted: of this lab, one per entry; or
    without it, of any lab, one per entry of a student's folder that is named as
    the lab is ("03" or "03-lost-children")."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not _may_be_one(path):
            continue
        if lab is not None:
            found.append(Submission(_stem(path), lab, path))
            continue
        for one in sorted(path.iterdir()) if path.is_dir() else ():
            named = _lab_named(_stem(one))
            if named is not None and _may_be_one(one):
                found.append(Submission(path.name, named, one))
    return found


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


class Files(dict):
    """{relative path: (bytes, whether it may be executed)} of a submission;
    `left_out`: what was there besides, and was not taken."""

    def __init__(self):
        super().__init__()
        self.left_out = []
        self._bytes = 0

    def take(self, name, content, runs):
        """Add a file. Raises Unreadable if that is too much."""
        self._bytes += len(content)
        if len(self) >= MOST_FILES:
            raise Unreadable(f"it has more than {MOST_FILES} files")
        if self._bytes > MOST_BYTES:
            raise Unreadable(f"it has more than {MOST_BYTES >> 20} MiB")
        self[name] = (content, runs)

    @property
    def room(self):
        return MOST_BYTES - self._bytes + 1

    def digest(self):
        """A string that is the same for the same files."""
        sum_of_all = hashlib.sha256()
        for name, (content, runs) in sorted(self.items()):
            head = f"{len(os.fsencode(name))} {len(content)} {runs:d} "
            sum_of_all.update(head.encode() + os.fsencode(name) + content)
        return sum_of_all.hexdigest()

    def write(self, folder):
        """Write them below a new folder, for anybody to read. Raises Unreadable,
        or OSError."""
        folder.mkdir()
        for name, (content, runs) in self.items():
            path = folder / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            except OSError as error:
                if error.errno in _ODD_NAMES:
                    raise Unreadable(f"odd names of files: {error}") from error
                raise
            path.chmod(0o755 if runs else 0o644)
        for where, _, _ in os.walk(folder):
            os.chmod(where, 0o755)


def read(path):
    """The Files of a submission, less folders around all of them. Raises
    Unreadable; or OSError, which is not the student's fault."""
    try:
        if path.is_dir():
            files = _read_folder(path)
        elif path.name.endswith(".zip"):
            files = _read_zip(path)
        else:
            files = _read_tar(path)
    except (gzip.BadGzipFile, zipfile.BadZipFile, tarfile.TarError, zlib.error,
            EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unreadable(f"it cannot be read: {error}") from error
    return _unwrapped(files)


def _read_folder(top):
    files, waiting = Files(), [top]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                name = os.path.relpath(entry.path, top)
                if entry.is_dir(follow_symlinks=False):
                    if entry.name != ".git":
                        waiting.append(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    files.take(name, *_read_file(entry.path, files.room))
                else:
                    files.left_out.append(name)
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


def _read_zip(path):
    files = Files()
    with zipfile.ZipFile(path) as archive:
        for one in archive.infolist():
            mode = one.external_attr >> 16
            if one.is_dir():
                continue
            name = _inside(one.filename)
            if name is None or stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                files.left_out.append(one.filename)
                continue
            with archive.open(one) as file:
                content = file.read(files.room)
            files.take(name, content, bool(mode & stat.S_IXUSR))
    return files


def _read_tar(path):
    files = Files()
    with tarfile.open(path) as archive:
        for one in archive:
            if one.isdir():
                continue
            name = _inside(one.name)
            if name is None or not one.isreg():
                files.left_out.append(one.name)
                continue
            with archive.extractfile(one) as file:
                content = file.read(files.room)
            files.take(name, content, bool(one.mode & stat.S_IXUSR))
    return files


def _inside(name):
    """The name as a relative path below the archive's top, or None."""
    path = PurePosixPath(name)
    parts = [part for part in path.parts if part != "."]
    if path.is_absolute() or ".." in parts or not parts or "\0" in name:
        return None
    return "/".join(parts)


def _unwrapped(files):
    """Without the folders that all files are in: archives tend to have one."""
    while files and all("/" in name for name in files):
        tops = {name.split("/", 1)[0] for name in files}
        if len(tops) > 1:
            break
        shorter = Files()
        shorter.left_out = files.left_out
        for name, (content, runs) in files.items():
            shorter.take(name.split("/", 1)[1], content, runs)
        files = shorter
    return files
