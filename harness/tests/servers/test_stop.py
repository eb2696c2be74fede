"""A stop in the middle of the work: what the closing line says adds up, and is what
the event log holds, whenever the signal comes."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.documents import variants
from reaplab.lifelines import event_log
from reaplab.proc.process import Gone, parse_status, signal_set
from reaplab.servers import arrange, spawn

ALL = [one.name for one in variants.read_all()]
# The parent waits for nobody. In two of these the kernel reaps.
NEVER_WAIT = ("noreap", "blocked", "sig_ign", "nocldwait")
KERNEL_REAPS = ("sig_ign", "nocldwait")
WAITING = [name for name in ALL if name not in NEVER_WAIT]
# Under load these end or hang by themselves, or their children are servers too.
LOADED = [name for name in ALL
          if name not in ("errno", "unsafe", "keeps_conn", "falls_through")]


@contextlib.contextmanager
def late(server, call, microseconds=1000000):
    """The parent's calls of that name return late: what the kernel did has
    happened, and the program does not know it yet."""
    server.note(f"strace delays the return of {call}")
    popen = spawn.spawn(
        [
            "strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:delay_exit={microseconds}",
            "-p", str(server.process.pid),
        ],
        stderr=subprocess.DEVNULL,
    )

    def attached():
        assert all(one["TracerPid"] != "0" for one in threads(server))

    try:
        eventually(attached)
        yield
        assert spawn.has_exited(popen, PATIENCE)  # with the server
    finally:
        spawn.end(popen)


def threads(server):
    """What /proc has as the status of each thread of the parent."""
    return [parse_status(path.read_bytes())
            for path in Path(f"/proc/{server.process.pid}/task").glob("*/status")]


def add_up(server):
    """The closing line, the stop event and the lines of the log agree. Returns
    the totals."""
    totals = server.closing_line()
    log = event_log.read(server.trace)
    pid = server.process.pid
    of_parent = [one for one in log.events if one["pid"] == pid]
    stop = of_parent[-1]
    assert stop["event"] == "stop", "nothing happens after the stop"
    assert [one["event"] for one in of_parent].count("stop") == 1
    assert server.out.count(" stopped: ") == 1
    for name, event in (
        ("forked", "fork"), ("reaped", "reap"), ("sigchlds", "sigchld")
    ):
        said = getattr(totals, name)
        logged = sum(one["event"] == event for one in of_parent)
        assert said == stop[name] == logged, (name, said, stop[name], logged)
    assert stop["zombies"] == totals.zombies
    assert totals.forked >= totals.reaped + totals.zombies
    if server.name.partition("_")[2] not in KERNEL_REAPS:
        assert reaped_unseen(server) == [], "reaped, and not counted"
    return totals


def reaped_unseen(server):
    """The children that the kernel no longer has and the log has as not reaped. Those
    that a server leaves behind come to this process, which does not reap them yet."""
    of_parent = [one for one in event_log.read(server.trace).events
                 if one["pid"] == server.process.pid]
    forked, reaped = (
        [one["child"] for one in of_parent if one["event"] == event]
        for event in ("fork", "reap")
    )
    return [pid for pid in forked
            if pid not in reaped and not os.path.exists(f"/proc/{pid}")]


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_a_child_that_was_just_forked_is_counted(start, variant, signum, witness):
    """The signal comes while fork has made a child and has not returned."""
    witness("strace")
    server = start(variant)
    with late(server, "clone"):
        with server.connect() as session:
            arrange.await_children(server, 1)
            server.process.send(signum)
            session.echo()
        assert server.exit_status() == 0
    assert add_up(server).forked == 1


@pytest.mark.parametrize("variant", WAITING)
def test_a_child_that_was_just_reaped_is_counted(start, variant, witness):
    """The signal comes while a wait call has reaped a child and has not returned."""
    witness("strace")
    server = start(variant, "--backlog", "64")
    with contextlib.ExitStack() as stack:
        stack.enter_context(late(server, "wait4,waitid"))
        session = stack.enter_context(server.connect())
        await_fork(server)
        session.close()
        for child in server.process.children():
            with contextlib.suppress(Gone):  # it has been reaped already
                child.send(signal.SIGKILL)  # the child of one falls through
        # One reaps when the next client comes; the other's helper, which each client
        # starts anew, may have been reaped before this test could look.
        if variant in ("sweep", "steals"):
            stack.enter_context(server.connect())

        def in_between():
            assert reaped_unseen(server)

        eventually(in_between, every=0.001)
        server.process.send(signal.SIGTERM)
        assert server.exit_status() == 0
    assert add_up(server).reaped >= 1


def await_fork(server):
    def forked():
        assert event_log.read(server.trace).counts()["fork"]

    eventually(forked)


@pytest.mark.parametrize("variant", ["thread", "waitpid_loop"])
def test_two_signals_are_one_stop(start, variant, witness):
    """The second comes while the first is dealt with: to another thread, if there
    is one."""
    witness("strace")
    server = start(variant)
    with late(server, "openat"):
        server.process.send(signal.SIGINT)

        def stopping():
            assert any("SIGTERM" in signal_set(one["SigBlk"])
                       for one in threads(server))

        eventually(stopping, every=0.001)
        server.process.send(signal.SIGTERM)
        assert server.exit_status() == 0
    add_up(server)


@pytest.mark.parametrize("variant", LOADED)
def test_the_totals_add_up_under_load(start, variant, lab):
    stop_under_load(start, variant, lab, signal.SIGTERM)


@pytest.mark.soak
@pytest.mark.timeout(900)
@pytest.mark.parametrize("variant", LOADED)
def test_the_totals_add_up_a_hundred_times(start, variant, lab):
    for number in range(100):
        both = (signal.SIGTERM, signal.SIGINT)[:: 1 if number % 2 else -1]
        stop_under_load(start, variant, lab, *both[: 1 + number % 4 // 2],
                        forks=1 + number)


def stop_under_load(start, variant, lab, *signums, forks=20):
    server = start(variant, "--backlog", "64")
    argv = [lab.program("client"), "-n", "1000000", "-c", "8", "127.0.0.1"]
    client = spawn.spawn(
        [*argv, str(server.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def under_way():
        assert event_log.read(server.trace).counts()["fork"] >= forks

    try:
        eventually(under_way)
        for signum in signums:
            server.process.send(signum)
        assert server.exit_status() == 0
    finally:
        spawn.end(client)
    add_up(server)
    server.close()
