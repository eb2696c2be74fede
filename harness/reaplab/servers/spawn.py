"""Starting programs so that none outlives the run.

Each program gets a session of its own and is killed by the kernel if this
process dies first (PR_SET_PDEATHSIG). This process is the subreaper of all it
starts (PR_SET_CHILD_SUBREAPER, prctl(2)): when a server dies, its children come
here, are killed and reaped, and cannot hide under init.
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

# The C library keeps these for itself and lets nobody set them: the kernel is asked,
# by the number of rt_sigaction(2).
LIBRARY_SIGNALS = (32, 33)
RT_SIGACTION = {"x86_64": 13, "aarch64": 134}.get(os.uname().machine)
_BY_DEFAULT = bytes(32)  # struct sigaction of the kernel: SIG_DFL, no flags

# Built from harness/start_clean.c, which says what it is for. Where it is not (in the
# students' archive, or without a static C library), Python does the same, slower.
START_CLEAN = Path(__file__).resolve().parents[3] / "build/start_clean"

_libc = ctypes.CDLL(None, use_errno=True)
_owned = {}  # PID: Popen, of every program started here and not ended yet


@dataclass(frozen=True)
class Finished:
    """A program that ran to its end: its exit status (or minus the signal that
    ended it), and what it wrote."""

    argv: tuple
    status: int
    out: str
    err: str


class ProcessTableFull(Exception):
    """fork(2) fails: there is no room for one more process on this machine."""


class StillRunning(AssertionError):
    """A program that should have ended by itself did not."""


def prctl(option, argument):
    """prctl(2) with one argument. Raises OSError."""
    if _libc.prctl(option, argument, 0, 0, 0) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"prctl: {os.strerror(error)}")


def become_subreaper(on=True):
    """Adopt orphaned descendants from now on (or, with False, stop it)."""
    prctl(PR_SET_CHILD_SUBREAPER, int(on))


def take_charge():
    """Make this process answer for all that it starts: orphans come to it, and
    SIGTERM and SIGHUP end it as Ctrl-C does, by KeyboardInterrupt, so that
    everything is taken down."""
    become_subreaper()
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.default_int_handler)


def _start_clean():
    """No signal blocked and none ignored, whatever this process was started with:
    a shell's background job, say, starts with SIGINT ignored, and exec keeps it."""
    for signum in signal.valid_signals():
        try:
            signal.signal(signum, signal.SIG_DFL)
        except OSError:
            pass  # SIGKILL and SIGSTOP, which have no other
    for signum in LIBRARY_SIGNALS if RT_SIGACTION else ():
        _libc.syscall(RT_SIGACTION, signum, _BY_DEFAULT, None, 8)
    signal.pthread_sigmask(signal.SIG_SETMASK, set())


def spawn(argv, preexec=None, terminal=False, **options):
    """Start a program in a session of its own, with its stdin for a controlling
    terminal if it is to have one. Returns its Popen, to be given to end() whatever
    happens; options are Popen's. Its process group is its PID, and its PID stays its
    own until end(). What preexec does, it does in the child, before the program."""
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
        # Last, as a change of user clears it.
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    return subprocess.Popen(argv, preexec_fn=prepare, **options)


def _path_for_start_clean(name, options):
    """Where the program is that start_clean would start. None: it cannot, or only
    Popen knows, which looks from the child's folder, and says what is wrong."""
    # It gets a descriptor of ours, and where Popen passes one on, it closes all others.
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
        said = errors.read()  # nothing, and the end, once the program runs
    if said:
        with popen:
            pass  # closes its pipes and reaps it
        error = int.from_bytes(said, sys.byteorder)
        raise OSError(error, os.strerror(error), argv[0])
    return popen


def _pipe():
    """As os.pipe(), but it is written to by no number of a standard descriptor: one
    of ours may be closed, and the child's come to lie there."""
    reading, low = os.pipe()
    try:
        return reading, fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3)
    except OSError:
        os.close(reading)
        raise
    finally:
        os.close(low)


def has_exited(popen, within=0.0):
    """Whether the program has ended, waiting at most so many seconds. It is not
    reaped: its PID and group stay its own."""
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
    """The status of a program that has_exited(), without reaping it: its exit
    code, or minus the number of the signal that killed it."""
    if popen.returncode is not None:
        return popen.returncode
    found = os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOWAIT)
    exited = found.si_code == os.CLD_EXITED
    return found.si_status if exited else -found.si_status


def end(popen, others=()):
    """Kill a program, all in its session, all its descendants and the other
    Processes given; reap those that come to us. Raises AssertionError if some
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
        # Asked first: its children come to us just before it is dead.
        leader_has_exited = has_exited(popen)
        doomed.update(_session_members(popen.pid))
        left = [one for one in doomed if not _ended(one, popen.pid)]
        assert not left, f"cannot end {[one.pid for one in left]}"
        assert leader_has_exited, f"cannot end {popen.pid}"

    eventually(all_ended)
    popen.wait()
    del _owned[popen.pid]


def _ended(process, leader_pid):
    """Kill a process, or reap it if it is a zombie of ours. Whether nothing of
    it is left (the leader may wait as a zombie: it is reaped last)."""
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
    """All that are left of a session whose leader we started. Its orphans are
    ours, so there is no need to read through all of /proc."""
    found = []
    for one in Process.at(os.getpid()).children():
        try:
            if one.stat().session == session:
                found += [one, *one.descendants()]
        except Gone:
            continue
    return found


def strays():
    """Our children that we did not start: orphans we adopted."""
    return [
        child
        for child in Process.at(os.getpid()).children()
        if child.pid not in _owned
    ]


def still_running():
    """Popens of the programs started here and not ended yet."""
    return list(_owned.values())


def end_strays():
    """Kill and reap all adopted orphans and what they started. Returns the
    Processes that were found."""
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
    """Run a program to its end and return what came of it, a Finished. Raises
    StillRunning, after ending it, if it takes longer than `within` seconds. In a
    box (box.py) if there is one."""
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
    """All that programs wrote to a temporary file so far, as text."""
    size = os.fstat(file.fileno()).st_size
    return os.pread(file.fileno(), size, 0).decode("utf-8", "backslashreplace")
