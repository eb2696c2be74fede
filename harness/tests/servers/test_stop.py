"""A stop in the middle of the work: what the closing line says adds up, and is what
the event log holds, whenever the signal comes."""

import contextlib
import signal
import subprocess

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.lifelines import event_log
from reaplab.servers import arrange, spawn


@contextlib.contextmanager
def late(server, call, microseconds=300000):
    """The parent's calls of that name return late: what the kernel did has
    happened, and the program does not know it yet."""
    server.note(f"strace delays the return of {call}")
    popen = spawn.spawn(
        [
            "strace", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:delay_exit={microseconds}",
            "-p", str(server.process.pid),
        ],
        stderr=subprocess.DEVNULL,
    )

    def attached():
        assert server.process.status()["TracerPid"] != "0"

    try:
        eventually(attached)
        yield
        assert spawn.has_exited(popen, PATIENCE)  # with the server
    finally:
        spawn.end(popen)


def add_up(server):
    """The closing line, the stop event and the lines of the log agree. Returns
    the totals."""
    totals = server.closing_line()
    log = event_log.read(server.trace)
    pid = server.process.pid
    of_parent = [one for one in log.events if one["pid"] == pid]
    stop = of_parent[-1]
    assert stop["event"] == "stop", "nothing happens after the stop"
    for name, event in (
        ("forked", "fork"), ("reaped", "reap"), ("sigchlds", "sigchld")
    ):
        said = getattr(totals, name)
        logged = sum(one["event"] == event for one in of_parent)
        assert said == stop[name] == logged, (name, said, stop[name], logged)
    assert stop["zombies"] == totals.zombies
    assert totals.forked >= totals.reaped + totals.zombies
    return totals


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


@pytest.mark.parametrize("variant", ["sigchld", "waitpid_loop"])
def test_a_child_that_was_just_reaped_is_counted(start, variant, witness):
    """The signal comes while waitpid has reaped a child and has not returned."""
    witness("strace")
    server = start(variant)
    with server.connect() as session:
        session.echo()
        arrange.await_children(server, 1)
        with late(server, "wait4"):
            session.close()

            def reaped():
                assert server.process.children() == []

            eventually(reaped, every=0.001)
            server.process.send(signal.SIGTERM)
            assert server.exit_status() == 0
    totals = add_up(server)
    assert (totals.forked, totals.reaped, totals.zombies) == (1, 1, 0)


def test_the_totals_add_up_under_load(start, variant, lab):
    server = start(variant, "--backlog", "64")
    argv = [lab.program("client"), "-n", "1000000", "-c", "8", "127.0.0.1"]
    client = spawn.spawn(
        [*argv, str(server.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def under_way():
        assert event_log.read(server.trace).counts()["fork"] >= 100

    try:
        eventually(under_way)
        assert server.stop() == 0
    finally:
        spawn.end(client)
    assert add_up(server).forked >= 100
