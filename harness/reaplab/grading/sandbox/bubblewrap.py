"""The sandbox: where strangers' programs run (bubblewrap, bwrap(1)).

Walls within walls. The judge itself runs in an outer box, with a network of its own
(the loopback alone) and a PID namespace that takes every process down with it. Each
program of the submission runs in a box within that one, with PID, IPC and mount
namespaces of its own: it sees the system, read-only, its own files and a small
private /tmp. It does not see the judge, and so cannot read, kill or trace it; the
judge sees it, as one sees into namespaces below one's own (pid_namespaces(7)).

All of this works without root, and root does not grade as root: that user's
processes cannot be counted and limited (RLIMIT_NPROC, getrlimit(2)).
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time

from ...deadline import PATIENCE, eventually
from ...proc.process import Gone, Process
from ...servers import spawn
from ...servers.box import Open
from .limits import Limited, MIB, PROCESSES, become_nobody, environment, limit

# Of all that there is outside, this alone is seen inside, and only to read.
SYSTEM = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32",
    "/etc/alternatives", "/etc/ld.so.cache", "/nix/store",
)
# Its /tmp is a private one, made for it.
ENVIRONMENT = environment("/tmp")

# What programs may fill, in the inner box.
PRIVATE_TMP = 16 * MIB
# And what the judge has.
JUDGES_TMP = 256 * MIB
WORK = 128 * MIB  # where submissions are built


class SandboxFailed(RuntimeError):
    """The walls could not be built: a fault of the machine."""


BUBBLEWRAP, LIMITS_ONLY = "bubblewrap", "limits"


def inner_box(kind, readable, home):
    """The box of that kind for a submission's programs, see Bubblewrap and Limited."""
    return Bubblewrap(readable) if kind == BUBBLEWRAP else Limited(home)


class Bubblewrap(Open):
    """The inner box. `readable`: folders that its programs may read besides the
    system, at their own paths. Programs start in its empty /tmp."""

    def __init__(self, readable=()):
        self._readable = tuple(readable)
        self._boxes = {}  # PID of a bwrap: _Status

    def spawn(self, argv, preexec=None, cwd="/tmp", writable=(), **options):
        """As spawn.spawn(); `writable`: folders that the program may write to."""
        def prepare():
            limit()
            if preexec is not None:
                preexec()

        reader, writer = os.pipe()
        try:
            walls = [*_bwrap(), *_inner_walls(self._readable, writable)]
            walls += ["--chdir", cwd, "--json-status-fd", writer, "--"]
            walls += [*_few_processes(), *argv]
            options["pass_fds"] = [*options.get("pass_fds", ()), writer]
            options.setdefault("env", ENVIRONMENT)
            popen = spawn.spawn(map(str, walls), preexec=prepare, **options)
        except BaseException:
            os.close(reader)
            raise
        finally:
            os.close(writer)
        self._forget(popen.pid)
        self._boxes[popen.pid] = _Status(reader)
        return popen

    def find(self, popen):
        status = self._boxes[popen.pid]
        status.await_key("child-pid")
        try:
            first = Process.at(status.said["child-pid"])
        except (KeyError, Gone):
            first = None

        def started():
            found = first.children() if first and first.has_entry() else ()
            assert found or spawn.has_exited(popen), "nothing runs in the box"
            return found

        found = eventually(started)
        if not found:  # it has ended already, or never began
            self.exit_status(popen)
            return Process.at(popen.pid), first
        return min(found, key=lambda one: (one.start_ticks, one.pid)), first

    def exit_status(self, popen):
        """bwrap tells a signal as a shell does: 128 and its number. Raises
        SandboxFailed if there was no box to run in."""
        status = self._boxes[popen.pid]
        status.await_key("exit-code")
        if "exit-code" not in status.said:
            raise SandboxFailed("bwrap could not build a sandbox here")
        code = status.said["exit-code"]
        return 128 - code if 128 < code <= 128 + signal.NSIG else code

    def _forget(self, pid):
        if pid in self._boxes:
            self._boxes.pop(pid).close()


class _Status:
    """What a bwrap says of its box (--json-status-fd): JSON objects, a line each.
    `said`: all that was said so far, in one."""

    def __init__(self, reader):
        self.said = {}
        self._reader = reader
        self._text = b""

    def await_key(self, key):
        """Wait until it has said so, or is not going to."""
        deadline = time.monotonic() + PATIENCE
        while key not in self.said and self._reader is not None:
            if time.monotonic() >= deadline:
                break
            if not select.select([self._reader], [], [], 0.1)[0]:
                continue
            piece = os.read(self._reader, 4096)
            self._text += piece
            if not piece:
                self.close()
            self._take()

    def close(self):
        if self._reader is not None:
            os.close(self._reader)
            self._reader = None

    def _take(self):
        *lines, self._text = self._text.split(b"\n")
        for line in lines:
            with contextlib.suppress(ValueError):
                self.said.update(json.loads(line))


def _few_processes():
    """Inside, so that the count there does not limit what is outside."""
    release = tuple(int(one) for one in os.uname().release.split(".")[:2])
    if release < (5, 14) or shutil.which("prlimit") is None:
        return []
    return ["prlimit", f"--nproc={PROCESSES}", "--"]


def _bwrap():
    """The program, and walls that both boxes have."""
    words = ["bwrap"]
    for path in SYSTEM:
        if os.path.islink(path):
            words += ["--symlink", os.readlink(path), path]
        elif os.path.exists(path):
            words += ["--ro-bind", path, path]
    return [*words, "--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]


def _inner_walls(readable, writable):
    words = ["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    words += ["--unshare-cgroup-try", *_without_further_users()]
    words += _tmpfs("/dev/shm", PRIVATE_TMP)
    words += _tmpfs("/tmp", PRIVATE_TMP)
    for path in readable:
        words += ["--ro-bind", path, path]
    for path in writable:
        words += ["--bind", path, path]
    return [*words, "--remount-ro", "/"]


_options_known = {}


def knows(option):
    """Whether this machine's bwrap has an option that older ones lack."""
    if "help" not in _options_known:
        done = subprocess.run(
            ["bwrap", "--help"], capture_output=True, check=False, text=True
        )
        _options_known["help"] = done.stdout + done.stderr
    return option in _options_known["help"]


def _without_further_users():
    """--disable-userns keeps the box from having namespaces of its own, and so a
    part of the kernel out of its reach. Since bwrap 0.8."""
    return ["--disable-userns"] if knows("--disable-userns") else []


def _tmpfs(path, most):
    """A private folder for so many bytes. Before bwrap 0.7 it cannot be bounded:
    then judge_box.py watches the memory that such folders take."""
    size = ["--size", most] if knows("--size") else []
    return [*size, "--tmpfs", path]


def outer_walls(readable):
    """The words before a judge's command. `readable`: {path inside: path outside}
    of what it may read besides the system."""
    words = [*_bwrap(), "--unshare-all", "--die-with-parent"]
    words += _tmpfs("/dev/shm", PRIVATE_TMP)
    words += _tmpfs("/tmp", JUDGES_TMP)
    words += _tmpfs("/making", WORK)
    if not sys.base_prefix.startswith("/usr"):
        words += ["--ro-bind", sys.base_prefix, sys.base_prefix]
    for inside, outside in readable.items():
        words += ["--ro-bind", outside, inside]
    return [str(word) for word in (*words, "--remount-ro", "/", "--chdir", "/")]


def why_not():
    """Why there can be no sandbox on this machine, in words; None if there can.
    It is tried: a box, and a box in it."""
    if shutil.which("bwrap") is None:
        return "bubblewrap (bwrap) is not installed: sh harness/deps.sh grade"
    walls = outer_walls({})
    inner = [*_bwrap(), *_inner_walls((), ())]
    try:
        tried = spawn.run(
            [*walls, "--", *map(str, inner), "--", "true"],
            preexec=become_nobody,
            env=ENVIRONMENT,
            cwd="/",
        )
    except (
        OSError, AssertionError, subprocess.SubprocessError, spawn.ProcessTableFull
    ) as error:
        return str(error)
    if tried.status == 0:
        return None
    said = (tried.err.strip().splitlines() or ["it did not say why"])[0]
    return f"bwrap may not make namespaces here: {said}"
