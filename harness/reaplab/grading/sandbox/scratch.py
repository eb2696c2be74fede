"""Folders that a run of the grader has for itself, outside of OUT. Each is locked
(flock(2)) for as long as that run lives: what a run that was killed has left is known
by being unlocked, and the next run removes it.
"""

import contextlib
import fcntl
import os
import pwd
import shutil
import tempfile
from pathlib import Path

PREFIX = "reap-grading-"

_locks = {}  # path: the descriptor that holds its lock


def make(what):
    """A new, empty folder that any user may enter, with `what` in its name: a Path,
    for remove()."""
    while True:
        path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{what}-"))
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            lock = _lock(path)
            if path.exists():  # and no clear() was quicker
                _locks[path] = lock
                path.chmod(0o755)
                return path
            os.close(lock)


def remove(path):
    """Remove a folder that make() has made, and all in it."""
    shutil.rmtree(path, ignore_errors=True)
    os.close(_locks.pop(path))


def clear():
    """Remove what runs that are no more have left, in the same folder for such."""
    mine = {os.getuid()}
    if os.getuid() == 0:  # without a sandbox builds belong to nobody
        mine.add(pwd.getpwnam("nobody").pw_uid)
    for path in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if path.is_symlink() or path.stat().st_uid not in mine:
                continue
            lock = _lock(path)
            shutil.rmtree(path, ignore_errors=True)
            os.close(lock)


def _lock(path):
    """Lock a folder: the descriptor. Raises BlockingIOError if somebody has it, or
    another OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
