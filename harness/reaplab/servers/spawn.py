"""Starts programs so that none outlives the run.

Each program gets a session of its own. The kernel kills it if this process dies first
(PR_SET_PDEATHSIG). This process is the subreaper of all programs that it starts
(PR_SET_CHILD_SUBREAPER, prctl(2)): it adopts the children of a dead server, kills them
and reaps them.
"""

import ctypes
import fcntl
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import termios
from dataclasses import dataclass
from pathlib import Path

from ..deadline import PATIENCE, eventually
from ..proc.process import Gone, Process

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

# The C library reserves these signals, and its sigaction(3) rejects them. So they are
# set by the number of rt_sigaction(2).
LIBRARY_SIGNALS = (32, 33)
RT_SIGACTION = {"x86_64": 13, "aarch64": 134}.get(os.uname().machine)
_BY_DEFAULT = bytes(32)  # struct sigaction of the kernel: SIG_DFL, no flags

# Built from harness/start_clean.c, which says what it does. Python does the same, but
# slower, if the program is missing: in the students' archive, or without a static C
# library.
START_CLEAN = Path(__file__).resolve().parents[3] / "build/start_clean"

_libc = ctypes.CDLL(None, use_errno=True)
_owned = {}  # {PID: Popen} of each program that was not ended yet


@dataclass(frozen=True)
class Finished:
    """A program that has ended: its exit status, or minus the signal that killed it,
    and its output."""

    argv: tuple
    status: int
    out: str
    err: str


class ProcessTableFull(Exception):
    """fork(2) failed: this machine has no room for one more process."""


class StillRunning(AssertionError):
    """A program did not end in time."""


def prctl(option, argument):
    """Calls prctl(2) with one argument. Raises OSError."""
    if _libc.prctl(option, argument, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl: {os.strerror(error)}")


def become_subreaper(on=True):
    """Adopts orphaned descendants from now on; with False, no longer."""
    prctl(PR_SET_CHILD_SUBREAPER, int(on))


def take_charge():
    """Makes this process clean up all that it starts. It adopts orphans; SIGTERM and
    SIGHUP raise KeyboardInterrupt, as Ctrl-C does, so that clean-up code runs."""
    become_subreaper()
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.default_int_handler)


def _start_clean():
    """Unblocks all signals and resets them to their defaults. exec keeps blocked and
    ignored signals: a shell's background job, for example, starts with SIGINT
    ignored."""
    for signum in signal.valid_signals():
        try:
            signal.signal(signum, signal.SIG_DFL)
        except OSError:
            pass  # SIGKILL and SIGSTOP always have their default
    for signum in LIBRARY_SIGNALS if RT_SIGACTION else ():
        _libc.syscall(RT_SIGACTION, signum, _BY_DEFAULT, None, 8)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def spawn(argv, preexec=None, terminal=False, **options):
    """Starts a program in a session of its own. If `terminal`, its stdin becomes its
    controlling terminal. `preexec` is called in the child before exec; options go to
    Popen. Returns the Popen, which the caller must pass to end(). The PID is also the
    process group, and is not reused before end()."""
    argv = [os.fsdecode(word) for word in argv]
    options.setdefault("stdin", subprocess.DEVNULL)
    options["start_new_session"] = True
    path = None if preexec else _path_for_start_clean(argv[0], options)
    try:
        if path is None:
            popen = _start_by_python(argv, preexec, terminal, options)
        else:
            popen = _start_by_program(path, argv, terminal, options)
    except BlockingIOError as error:
        raise ProcessTableFull(f"cannot start {argv[0]}: {error}") from error
    _owned[popen.pid] = popen
    return popen


def _start_by_python(argv, preexec, terminal, options):
    parent = os.getpid()

    def prepare():
        _start_clean()
        if terminal:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        if preexec is not None:
            preexec()
        # This must come last, because a change of user clears it.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(argv, preexec_fn=prepare, **options)


def _path_for_start_clean(name, options):
    """Returns the path of the program for start_clean. Returns None if start_clean
    cannot start it, or if Popen has to find it: from the child's folder, or with
    an error."""
    # start_clean gets a descriptor by pass_fds, which makes Popen close all others.
    simple = options.get("close_fds", True) and "executable" not in options
    if not (simple and os.access(START_CLEAN, os.X_OK)):
        return None
    if "/" in name:
        return name
    folders = os.pathsep.join(os.get_exec_path(options.get("env")))
    path = shutil.which(name, path=folders)
    return path if path and os.path.isabs(path) else None


def _start_by_program(path, argv, terminal, options):
    reading, writing = _pipe()
    with open(reading, "rb") as errors:
        try:
            words = map(str, (os.getpid(), writing, int(terminal)))
            popen = subprocess.Popen(
                [START_CLEAN, *words, path, *argv],
                pass_fds=(*options.pop("pass_fds", ()), writing),
                **options,
            )
        finally:
            os.close(writing)
        popen.args = argv
        said = errors.read()  # empty once the program runs
    if said:
        with popen:
            pass  # closes its pipes and reaps it
        error = int.from_bytes(said, sys.byteorder)
        raise OSError(error, os.strerror(error), argv[0])
    return popen


def _pipe():
    """Returns a pipe as os.pipe() does, with a write end of at least 3. If a standard
    descriptor of this process is closed, the pipe could get its number, and the
    child's own standard descriptor would replace it."""
    reading, low = os.pipe()
    try:
        return reading, fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3)
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(low)


def has_exited(popen, within=0.0):
    """Returns whether the program has ended, after at most `within` seconds. Does not
    reap it, so its PID and process group are not reused."""
    if popen.returncode is not None:
        return True
    handle = os.pidfd_open(popen.pid)
    try:
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        return bool(poll.poll(within * 1000))
    finally:
        os.close(handle)


def exit_status(popen):
    """Returns the exit code of a program that has exited, or minus the number of the
    signal that killed it. Does not reap it."""
    if popen.returncode is not None:
        return popen.returncode
    found = os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
    exited = found.si_code == os.CLD_EXITED
    return found.si_status if exited else -found.si_status


def end(popen, others=()):
    """Kills a program, its session, its descendants and the other Processes given.
    Reaps those that are children of this process. Raises AssertionError if a
    process cannot be ended."""
    if popen.pid not in _owned:
        return
    doomed = set(others)
    try:
        leader = Process.at(popen.pid)
        doomed.update([leader], leader.descendants())
    except Gone:
        pass
    try:
        os.killpg(popen.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass

    def all_ended():
        # Ask this first: this process adopts the leader's children just before the
        # leader is dead.
        leader_has_exited = has_exited(popen)
        doomed.update(_session_members(popen.pid))
        left = [one for one in doomed if not _ended(one, popen.pid)]
        assert not left, f"cannot end {[one.pid for one in left]}"
        assert leader_has_exited, f"cannot end {popen.pid}"

    eventually(all_ended)
    popen.wait()
    del _owned[popen.pid]


def _ended(process, leader_pid):
    """Kills a process, or reaps it if it is a zombie and a child of this process.
    Returns whether it has ended. The leader counts as ended while it is a zombie:
    it is reaped last."""
    try:
        stat = process.stat()
        if stat.state not in ("Z", "X"):
            process.send(signal.SIGKILL)
            return False
        if process.pid == leader_pid:
            return True
        if stat.ppid == os.getpid() and process.pid not in _owned:
            os.waitpid(process.pid, 0)
            return True
        return False
    except (Gone, ChildProcessError):
        return True


def _session_members(session):
    """Returns all processes of a session that spawn() has started. This process
    adopts its orphans, so they are found without a search through /proc."""
    found = []
    for one in Process.at(os.getpid()).children():
        try:
            if one.stat().session == session:
                found += [one, *one.descendants()]
        except Gone:
            continue
    return found


def strays():
    """Returns the orphans that this process has adopted."""
    return [
        child
        for child in Process.at(os.getpid()).children()
        if child.pid not in _owned
    ]


def still_running():
    """Returns the Popens of the programs that were not ended yet."""
    return list(_owned.values())


def end_strays():
    """Kills and reaps all adopted orphans and their descendants. Returns them, as
    Processes."""
    found = []

    def none_left():
        tree = strays()
        for one in list(tree):
            tree += one.descendants()
        found.extend(one for one in tree if one not in found)
        assert all([_ended(one, None) for one in tree]), f"cannot end {tree}"

    eventually(none_left)
    return found


def run(argv, stdin=b"", within=PATIENCE, box=None, **options):
    """Runs a program until it exits, in a box (box.py) if one is given. Returns a
    Finished. If it takes longer than `within` seconds, ends it and raises
    StillRunning."""
    start, status_of = (box.spawn, box.exit_status) if box else (spawn, exit_status)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, \
            tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        options.setdefault("stdin", given)
        options.setdefault("stdout", out)
        options.setdefault("stderr", err)
        popen = start(argv, **options)
        try:
            exited = has_exited(popen, within)
            status = status_of(popen) if exited else None
        finally:
            end(popen)
        finished = Finished(
            tuple(map(str, argv)), status, written(out), written(err)
        )
    if not exited:
        raise StillRunning(f"still running after {within} s: {finished}")
    return finished


def written(file):
    """Returns what was written to a temporary file so far, as text."""
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode("utf-8", "backslashreplace")
