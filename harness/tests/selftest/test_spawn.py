"""How the harness starts programs: as if nobody had started them, and in either of
its two ways alike (see reaplab/servers/spawn.py)."""

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import Gone, Process
from reaplab.servers import spawn


@pytest.fixture(params=["by program", "by Python"], autouse=True)
def way(request, lab, monkeypatch, folder):
    if request.param == "by Python":
        monkeypatch.setattr(spawn, "START_CLEAN", folder / "none")
    elif not os.access(spawn.START_CLEAN, os.X_OK):
        pytest.skip("start_clean is not built")
    return request.param


@pytest.fixture
def program(folder):
    """program(content, mode): a file of ours."""
    def write(content, mode=0o755):
        path = folder / "program"
        path.write_text(content)
        path.chmod(mode)
        return path

    return write


def test_nothing_is_ignored_and_nothing_blocked():
    """Nor what the C library keeps for itself, as its posix_spawn(3) leaves it."""
    signals = {signal.SIGINT, signal.SIGCHLD, signal.SIGRTMAX}
    handlers = {one: signal.signal(one, signal.SIG_IGN) for one in signals}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        popen = spawn.spawn(["sleep", "1000"])
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for one, handler in handlers.items():
            signal.signal(one, handler)
    found = Process.at(popen.pid).signals()
    spawn.end(popen)
    assert (found.ignored, found.blocked) == (frozenset(), frozenset())


def await_open(popen, check):
    """Wait until that is true of its descriptors: its loader opens more for a while."""
    def found():
        open_files = Process.at(popen.pid).descriptors()
        assert check(open_files), open_files

    eventually(found)


def test_nothing_is_open_but_what_was_given():
    reading, writing = os.pipe()
    try:
        given = {"pass_fds": (writing,), "stdout": subprocess.DEVNULL}
        popen = spawn.spawn(["sleep", "1000"], **given)
        await_open(popen, lambda found: sorted(found) == [0, 1, 2, writing])
        spawn.end(popen)
    finally:
        os.close(reading)
        os.close(writing)


def test_all_is_open_if_it_is_to_be():
    reading, writing = os.pipe()
    try:
        os.set_inheritable(reading, True)
        popen = spawn.spawn(["sleep", "1000"], close_fds=False)
        await_open(popen, lambda found: reading in found and writing not in found)
        spawn.end(popen)
    finally:
        os.close(reading)
        os.close(writing)


def test_by_another_name():
    popen = spawn.spawn(["true", "1000"], executable="/bin/sleep")
    words = Path(f"/proc/{popen.pid}/cmdline").read_bytes()
    spawn.end(popen)
    assert words == b"true\0001000\0"


def test_it_is_the_program_when_spawn_returns():
    """Not who will become it; and it leads a session and a group."""
    popen = spawn.spawn(["sleep", "1000"])
    process = Process.at(popen.pid)
    found = process.stat()
    words = Path(f"/proc/{popen.pid}/cmdline").read_bytes()
    spawn.end(popen)
    assert (found.name, words) == ("sleep", b"sleep\0001000\0")
    assert found.session == found.group == popen.pid
    assert found.ppid == os.getpid()
    assert popen.args == ["sleep", "1000"]


def test_with_a_terminal():
    """Its stdin is /dev/tty to it, and Ctrl-C at it reaches it."""
    master, slave = os.openpty()
    try:
        popen = spawn.spawn(
            ["sh", "-c", "echo hello >/dev/tty; exec sleep 1000"],
            terminal=True, stdin=slave, stdout=subprocess.DEVNULL,
        )
        assert os.read(master, 100) == b"hello\r\n"
        os.write(master, b"\x03")
        assert spawn.has_exited(popen, 20)
        assert spawn.exit_status(popen) == -signal.SIGINT
        spawn.end(popen)
    finally:
        os.close(master)
        os.close(slave)


def test_it_is_found_by_the_path_that_it_gets(program, folder):
    path = program("#!/bin/sh\necho found\n")
    env = {"PATH": f"{folder / 'none'}:{folder}"}
    assert spawn.run([path.name], env=env).out == "found\n"
    assert spawn.run([f"./{path.name}"], cwd=folder).out == "found\n"
    with pytest.raises(FileNotFoundError, match=path.name):
        spawn.run([path.name], env={"PATH": os.environ["PATH"]})


@pytest.mark.parametrize(
    "content, mode, error",
    [
        ("#!/bin/sh\n", 0o644, errno.EACCES),
        ("no program\n", 0o755, errno.ENOEXEC),
        ("#!/no/such/shell\n", 0o755, errno.ENOENT),
    ],
)
def test_what_cannot_run_says_why(program, content, mode, error):
    path = program(content, mode)
    with pytest.raises(OSError) as caught:
        spawn.spawn([path])
    assert (caught.value.errno, caught.value.filename) == (error, str(path))
    assert spawn.still_running() == [] and spawn.strays() == []


def test_what_cannot_run_leaves_no_pipe_behind(program):
    path = program("no program\n")
    before = os.listdir("/proc/self/fd")
    with pytest.raises(OSError) as caught:
        spawn.spawn([path], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert os.listdir("/proc/self/fd") == before
    del caught  # it held what was not closed, had there been any


def test_the_path_is_searched_from_where_the_program_starts(
    program, folder, monkeypatch
):
    """Not from here, where a relative entry of it leads to another."""
    path = program("#!/bin/sh\necho found\n")
    here = folder / "here"
    (here / "bin").mkdir(parents=True)
    (here / "bin" / path.name).write_text("#!/bin/sh\necho another\n")
    (here / "bin" / path.name).chmod(0o755)
    monkeypatch.chdir(here)
    for relative in ("bin:.", f"bin:{folder}"):
        run = spawn.run([path.name], env={"PATH": relative}, cwd=folder)
        assert run.out == "found\n"
    path.chmod(0o644)
    with pytest.raises(PermissionError):
        spawn.run([path.name], env={"PATH": str(folder)})


# Starts a program whose output is a file, with none of its own descriptors open
# that are standard ones.
CLOSED = """
import os, sys
sys.path.insert(0, {harness!r})
from pathlib import Path
from reaplab.servers import spawn
spawn.START_CLEAN = Path({start_clean!r})
out = os.open({out!r}, os.O_WRONLY | os.O_CREAT)
out = os.dup2(out, 9)
os.closerange(0, 3)
popen = spawn.spawn(["echo", "hello"], stdin=9, stdout=9, stderr=9)
code = 0 if spawn.has_exited(popen, 20) else 1
spawn.end(popen)
try:
    spawn.spawn(["/etc/passwd"], stdin=9, stdout=9, stderr=9)
except PermissionError:
    os._exit(code)
os._exit(2)
"""


def test_standard_descriptors_may_be_closed_here(lab, folder):
    """What it tells us whether it runs by lies where the program's are not."""
    script = CLOSED.format(
        harness=str(lab.root / "harness"),
        start_clean=str(spawn.START_CLEAN),
        out=str(folder / "out"),
    )
    run = spawn.run([sys.executable, "-B", "-c", script])
    assert (run.status, run.err) == (0, "")
    assert (folder / "out").read_text() == "hello\n"


def test_no_room_for_one_more_process(monkeypatch):
    def fail(*_, **__):
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))

    monkeypatch.setattr(subprocess, "Popen", fail)
    with pytest.raises(spawn.ProcessTableFull, match="cannot start true"):
        spawn.spawn(["true"])


# Starts a program, tells its PID, and waits to be killed.
STARTER = """
import sys, time
sys.path.insert(0, {harness!r})
from pathlib import Path
from reaplab.servers import spawn
spawn.START_CLEAN = Path({start_clean!r})
print(spawn.spawn(["sleep", "1000"]).pid, flush=True)
time.sleep(1000)
"""


def test_it_does_not_outlive_who_started_it(lab):
    """However that one ends."""
    script = STARTER.format(
        harness=str(lab.root / "harness"), start_clean=str(spawn.START_CLEAN)
    )
    starter = spawn.spawn(
        [sys.executable, "-B", "-c", script], stdout=subprocess.PIPE
    )
    process = Process.at(int(starter.stdout.readline()))
    starter.kill()

    def dead():
        try:
            assert process.stat().is_zombie  # it came to us
        except Gone:
            pass

    eventually(dead)
    spawn.end(starter)
    starter.stdout.close()
    spawn.end_strays()


@pytest.mark.parametrize("way", ["by program"], indirect=True)
def test_who_started_it_may_have_ended_before():
    """Then its parent is another, and it does not become the program."""
    reading, writing = os.pipe()
    try:
        run = subprocess.run(
            [spawn.START_CLEAN, "-1", str(writing), "0", "/bin/echo", "echo", "ran"],
            pass_fds=(writing,), capture_output=True, check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert (run.returncode, run.stdout) == (1, b"")


def test_run_tells_all():
    run = spawn.run(["sh", "-c", "cat; echo oops >&2; exit 3"], stdin=b"in\n")
    assert (run.status, run.out, run.err) == (3, "in\n", "oops\n")
    run = spawn.run(["sh", "-c", "kill -9 $$"])
    assert run.status == -signal.SIGKILL


def test_run_ends_what_does_not_end():
    with pytest.raises(spawn.StillRunning, match="before"):
        spawn.run(["sh", "-c", "echo before; sleep 1000 & sleep 1000"], within=0.3)
    assert spawn.still_running() == [] and spawn.strays() == []


def test_end_ends_all_of_a_session_and_what_left_it():
    """A child in the background, an orphan, a stopped one, and one that made a
    session of its own."""
    script = "sleep 1001 & (sleep 1002 &) ; setsid sleep 1003 & kill -STOP $$"
    popen = spawn.spawn(["sh", "-c", script])

    def all_there():
        tree = Process.at(popen.pid).descendants() + spawn.strays()
        assert len(tree) == 3
        assert {one.stat().name for one in tree} == {"sleep"}
        return tree

    tree = eventually(all_there)
    spawn.end(popen)
    assert [one for one in tree if one.has_entry()] == []
