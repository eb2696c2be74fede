"""server_waitpid_loop: a waitpid loop per SIGCHLD. No zombie survives."""

import json
from collections import Counter

import pytest

from reaplab.lifelines import event_log
from reaplab.servers import arrange, spawn


@pytest.fixture
def server(start):
    return start("waitpid_loop", "--backlog", "1024")


def test_one_by_one_leaves_no_zombie(server):
    arrange.visit(server, 30)
    arrange.settled_zombies(server, 0)


@pytest.mark.parametrize("count", [2, 10, 50])
def test_freeze_drain_thaw_leaves_none(server, count):
    """The same arrangement and the same single signal as for server_sigchld."""
    drain = arrange.freeze_and_drain(server, count)
    assert len(drain.zombies) == count
    assert drain.signals.shared_pending == {"SIGCHLD"}
    arrange.thaw(server)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        arrange.await_idle(server)  # a zombie goes before the line that tells of it
        log = event_log.read(server.trace)
    assert log.counts()["sigchld"] == 1
    dead = {one["pid"] for one in log.of("exit")}
    reaped = log.of("reap")
    assert len(dead) == len(reaped) == count
    assert {one["child"] for one in reaped} == dead
    assert {one.get("exit_code") for one in reaped} == {0}


def test_the_live_are_left_alone(server):
    """The loop ends at the first child that still runs."""
    with arrange.one_more(server) as held:
        arrange.freeze_and_drain(server, 10)
        arrange.thaw(server)
        arrange.settled_zombies(server, 0)
        held.echo(b"I am still here\n")


@pytest.mark.storm
def test_a_storm_of_2000_clients(server, lab):
    client = spawn.run(
        [
            lab.program("client"),
            "--json",
            "--burst=2000",
            "--concurrency=64",
            "127.0.0.1",
            str(server.port),
        ],
        within=150,
    )
    assert client.status == 0, client
    assert json.loads(client.out)["ok"] == 2000
    with arrange.one_more(server):
        arrange.await_children(server, 1)
        arrange.await_zombies(server, 0)
        server.stop()
    totals = server.closing_line()
    assert (totals.forked, totals.reaped) == (2001, 2000), "one is still served"
    assert totals.zombies == 0
    log = event_log.read(server.trace)
    # Counted, as a PID is given again once its child is reaped.
    reaped = Counter(one["child"] for one in log.of("reap"))
    assert sum(reaped.values()) == 2000
    assert not reaped - Counter(one["child"] for one in log.of("fork"))
