"""Archives that students hand in, unpacked in a process of its own, with limits: a few
hundred bytes can stand for gigabytes, or keep a program busy for ever.

    reaplab.grading.class_run.unpacking zip|tar LAB <ARCHIVE     (see isolated.py)

It says what is in the archive as one line of JSON. Whatever an archive does to Python's
modules for them, it does not do it to the grader.
"""

import base64
import errno
import json
import os
import resource
import signal
import stat
import sys
import tarfile
import zipfile

from ...servers import spawn
from ..sandbox import isolated
from .submitted import (
    Files, Unreadable, inside, is_nobodys, place_of_answer,
)

ARCHIVES = (
    ".zip", ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2",
)
MOST_PACKED = 16 << 20  # bytes of an archive: what may be in it is far less
MOST_ENTRIES = 3000  # folders, and what is not taken, among them
# Of the process; what an honest archive needs is a small part of each.
SECONDS = 5  # of CPU
MEMORY = 1 << 30
PATIENCE = 120.0  # seconds: it is the machine that is busy

TOO_MUCH = f"to unpack it takes more than {SECONDS} s, or {MEMORY >> 20} MiB of memory"


def read(path, lab_name):
    """The Files of an archive that lies there. Raises as unpack() does."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("it is no regular file")
        packed = file.read(MOST_PACKED + 1)
    return unpack(path.name, packed, lab_name)


def is_archive(name):
    """Whether a file of this name is an archive that can be unpacked."""
    return name.lower().endswith(ARCHIVES)


def unpack(name, packed, lab_name):
    """The Files of an archive of this name and these bytes; of a whole handout, those
    of the answer to that lab. Raises Unreadable; or OSError or ProcessTableFull, which
    are not the student's fault."""
    if len(packed) > MOST_PACKED:
        raise Unreadable(f"it has more than {MOST_PACKED >> 20} MiB")
    kind = "zip" if name.lower().endswith(".zip") else "tar"
    command = isolated.command(__name__, kind, lab_name)
    try:
        done = spawn.run(command, packed, within=PATIENCE, preexec=_limit, cwd="/")
    except spawn.StillRunning as error:
        raise OSError(errno.ETIMEDOUT, "unpacking it came to no end") from error
    if done.status == -signal.SIGXCPU:
        raise Unreadable(TOO_MUCH)
    if done.status != 0:
        said = (done.err.strip().splitlines() or ["no word"])[-1]
        raise OSError(errno.EIO, f"unpacking it ended early: {said}")
    return _taken(json.loads(done.out))


def _limit():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _taken(told):
    """The Files that main() has told of. Raises Unreadable."""
    if told["unreadable"] is not None:
        raise Unreadable(told["unreadable"])
    files = Files()
    for name, content, runs in told["files"]:
        files.take(name, base64.b64decode(content), runs)
    files.left_out = told["left_out"]
    return files


def main(kind, lab_name):
    """Unpack what is on stdin, "zip" or "tar", and tell."""
    files, unreadable = Files(), None
    try:
        unpack = _unpack_zip if kind == "zip" else _unpack_tar
        entries = unpack(sys.stdin.buffer, files, lab_name)
        for count, _ in enumerate(entries, 1):
            if count > MOST_ENTRIES:
                raise Unreadable(f"it has more than {MOST_ENTRIES} entries")
        files = files.unwrapped()
    except Unreadable as error:
        unreadable = str(error)
    except MemoryError:
        unreadable = TOO_MUCH
    except Exception as error:  # the modules promise no kinds of errors
        unreadable = f"it cannot be read: {error}"
    told = {
        "unreadable": unreadable,
        "left_out": files.left_out,
        "files": [
            (one, base64.b64encode(content).decode(), runs)
            for one, (content, runs) in files.items()
        ],
    }
    print(json.dumps(told))


def _unpack_zip(file, files, lab_name):
    """Take what is in it, entry by entry."""
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        # Some tools of Windows write their own separator.
        names = [one.filename.replace("\\", "/") for one in entries]
        place = place_of_answer(names, lab_name)
        for one, given in zip(entries, names):
            yield one
            mode = one.external_attr >> 16
            if given.endswith("/") or is_nobodys(given) or not given.startswith(place):
                continue
            name = inside(given)
            if name is None or stat.S_IFMT(mode) not in (0, stat.S_IFREG):
                files.leave_out(given)
                continue
            with archive.open(one) as member:
                content = member.read(files.room)
            files.take(name, content, bool(mode & stat.S_IXUSR))


def _unpack_tar(file, files, lab_name):
    """The same."""
    with tarfile.open(fileobj=file) as archive:
        entries = []
        for one in archive:
            yield one
            entries.append(one)
        place = place_of_answer([one.name for one in entries], lab_name)
        for one in entries:
            if one.isdir() or is_nobodys(one.name) or not one.name.startswith(place):
                continue
            name = inside(one.name)
            if name is None or not one.isreg():
                files.leave_out(one.name)
                continue
            with archive.extractfile(one) as member:
                content = member.read(files.room)
            files.take(name, content, bool(one.mode & stat.S_IXUSR))


if __name__ == "__main__":
    main(*sys.argv[1:])
