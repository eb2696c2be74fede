"""A server that has little room: for processes (RLIMIT_NPROC) or descriptors."""

import contextlib
import os
import random
import resource
import shutil
import subprocess
import tempfile

from ...diagnosis.subject import CannotTell, Subject
from ...proc.process import Gone, Process, all_pids
from ...servers import server as servers
from ...servers.box import Open
from ..outcome import CannotJudge

# Users that no system gives to anybody (Debian policy, 9.2.2), to be counted alone.
NOBODYS = range(60100, 64900)
BESIDES = 4  # processes of the walls that a sandbox counts too


@contextlib.contextmanager
def observed(server):
    """A Subject (diagnosis/subject.py) of a running server; clients that are still
    there leave at the end."""
    try:
        with contextlib.closing(Subject(server)) as subject:
            yield subject
    except CannotTell as error:
        raise CannotJudge(str(error)) from error


@contextlib.contextmanager
def room_for_processes(work, room):
    """The lab's server, with room for about so many children."""
    with contextlib.ExitStack() as stack:
        command, options = work.command("server"), {}
        if type(work.box) is not Open:
            # The sandbox counts its own processes, and those alone.
            command = ["prlimit", f"--nproc={room + BESIDES}", *command]
        elif os.getuid() == 0:
            command = [_readable_copy(stack, command[0]), *command[1:]]
            options["preexec"] = _become(_nobody(), room + 1)
        else:
            options["preexec"] = _limited(_tasks_of(os.getuid()) + room + 1)
        try:
            server = servers.start_foreign_server(command, box=work.box, **options)
        except subprocess.SubprocessError as error:  # of what was to come before exec
            raise CannotJudge(
                "no process here may become another user's, or be limited"
            ) from error
        yield stack.enter_context(server)


def _limited(most):
    def prepare():
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))

    return prepare


def _become(uid, most):
    """Root's own processes are not limited: for a child of root's before exec."""
    def prepare():
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    return prepare


def _readable_copy(stack, program):
    """The program where any user may run it."""
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="reap-"))
    os.chmod(folder, 0o755)
    copy = shutil.copy(program, folder)
    os.chmod(copy, 0o755)
    return copy


def _nobody():
    """A user that has no process."""
    for _ in range(100):
        uid = random.choice(NOBODYS)
        if _tasks_of(uid) == 0:
            return uid
    raise CannotJudge("no user without processes was found")


def _tasks_of(uid):
    """How many tasks, threads included, run as that real user."""
    count = 0
    for pid in all_pids():
        with contextlib.suppress(Gone, KeyError, ValueError):
            status = Process.at(pid).status()
            if int(status["Uid"].split()[0]) == uid:
                count += int(status["Threads"])
    return count


@contextlib.contextmanager
def no_descriptors(server):
    """The server can open nothing more, inside the context."""
    pid = server.listener.pid
    soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    taken = server.listener.descriptors()
    free = next(number for number in range(len(taken) + 1) if number not in taken)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (free, hard))
    server.note(f"RLIMIT_NOFILE is {free}: none is free")
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (soft, hard))
