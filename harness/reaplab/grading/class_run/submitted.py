"""The files of a submission, as values: a bounded number of them, of bounded size,
under names that lead nowhere else. Nothing is run here, and nothing unpacked."""

import errno
import hashlib
import os
from pathlib import PurePosixPath

MOST_FILES = 300
MOST_BYTES = 4 << 20
LONGEST_NAME = 4096  # characters: PATH_MAX

# What a file's name alone can bring about: too long, or a file and a folder too.
_ODD_NAMES = {
    errno.ENAMETOOLONG, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EINVAL,
    errno.EILSEQ,
}
# What other systems and tools leave beside a student's files; the first two are
# macOS's (AppleDouble), and lie in archives beside the folder that holds all.
_NOBODYS = {"__MACOSX", ".DS_Store", ".git", "Thumbs.db", "desktop.ini"}
_APPLE_DOUBLE = "._"


class Unreadable(Exception):
    """The submission cannot be taken: the message tells the student why."""


class Files(dict):
    """{relative path: (bytes, whether it may be executed)} of a submission;
    `left_out`: {name of what was there besides, and was not taken: why}."""

    def __init__(self):
        super().__init__()
        self.left_out = {}
        self._bytes = 0
        self._count = 0  # an archive may name the same twice

    def take(self, name, content, runs):
        """Add a file. Raises Unreadable if that is too much."""
        if len(name) > LONGEST_NAME:
            raise Unreadable("odd names of files: longer than any path")
        self._bytes += len(content)
        if self._bytes > MOST_BYTES:
            raise Unreadable(f"it has more than {MOST_BYTES >> 20} MiB")
        self._count_one_more()
        self[name] = (content, runs)

    def leave_out(self, name, why="it is no regular file"):
        """Note what is no file to be taken. Raises Unreadable if that is too much."""
        self._count_one_more()
        self.left_out[name] = why

    def set_aside(self, name, why):
        """Note that a file which was taken does not count."""
        del self[name]
        self.left_out[name] = why

    def _count_one_more(self):
        if self._count >= MOST_FILES:
            raise Unreadable(f"it has more than {MOST_FILES} files")
        self._count += 1

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

    def unwrapped(self):
        """Without the folders that all files are in: archives tend to have one."""
        files = self
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


def place_of_answer(names, lab_name):
    """How the names of a lab's answer begin among all, where a student handed in the
    whole handout (a clone of a repository, say): its other files do not count. "" if
    it is no handout, or more than one."""
    inner = f"labs/{lab_name}/starter/"
    places = {
        name[: name.index(inner) + len(inner)]
        for name in names
        if f"/{inner}" in f"/{name}" and not is_nobodys(name)
    }
    return places.pop() if len(places) == 1 else ""


def is_nobodys(name):
    """Whether it is no file of the student's: a system's, or a tool's."""
    parts = PurePosixPath(name).parts
    return bool(_NOBODYS & set(parts)) or any(
        part.startswith(_APPLE_DOUBLE) for part in parts
    )


def inside(name):
    """The name as a relative path below an archive's top, or None."""
    path = PurePosixPath(name)
    parts = [part for part in path.parts if part != "."]
    if path.is_absolute() or ".." in parts or not parts or "\0" in name:
        return None
    return "/".join(parts)
