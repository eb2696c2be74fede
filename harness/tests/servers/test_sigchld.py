"""server_sigchld: one waitpid per SIGCHLD. Right one by one, wrong together.

Signals of one number do not queue: while a SIGCHLD is pending, further ones
merge into it (signal(7)). Freezing the parent makes all of them merge, so the
outcome is exact: of N children, one is reaped and N-1 stay.
"""

import pytest

from reaplab.lifelines import event_log
from reaplab.servers import arrange


@pytest.fixture
def server(start):
    return start("sigchld")


def test_one_by_one_leaves_no_zombie(server):
    arrange.visit(server, 30)
    arrange.settled_zombies(server, 0)


def test_one_by_one_each_death_is_a_signal_and_a_reap(server):
    arrange.visit(server, 8)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        server.stop()
    counts = event_log.read(server.trace).counts()
    assert (counts["fork"], counts["sigchld"], counts["reap"]) == (9, 8, 8)


@pytest.mark.parametrize("count", [2, 10, 50])
def test_freeze_drain_thaw_leaves_all_but_one(server, count):
    drain = arrange.freeze_and_drain(server, count)
    assert len(drain.zombies) == count
    assert drain.signals.shared_pending == {"SIGCHLD"}
    assert drain.signals.pending == set()
    arrange.thaw(server)
    arrange.settled_zombies(server, count - 1)
    counts = event_log.read(server.trace).counts()
    assert counts["fork"] == count + 1, "one of them came after the thaw"


@pytest.mark.parametrize("count", [2, 10, 50])
def test_the_log_shows_one_signal_and_one_reap(server, count):
    arrange.freeze_and_drain(server, count)
    before = event_log.read(server.trace).counts()
    assert (before["sigchld"], before["reap"]) == (0, 0)
    arrange.thaw(server)
    with arrange.one_more(server):
        arrange.await_zombies(server, count - 1)
        arrange.await_idle(server)  # a zombie goes before the line that tells of it
        log = event_log.read(server.trace)
    counts = log.counts()
    assert (counts["sigchld"], counts["reap"], counts["exit"]) == (1, 1, count)


def test_one_more_client_does_not_bring_it_down(server):
    """Each later death is one signal and one reap: it pays for itself, never
    for those that were lost."""
    arrange.freeze_and_drain(server, 10)
    arrange.thaw(server)
    arrange.settled_zombies(server, 9)
    for _ in range(3):
        arrange.visit(server, 1)
        arrange.settled_zombies(server, 9)


def test_two_freezes_lose_twice(server):
    arrange.freeze_and_drain(server, 6)
    arrange.thaw(server)
    arrange.settled_zombies(server, 5)
    arrange.freeze_and_drain(server, 6)
    arrange.thaw(server)
    arrange.settled_zombies(server, 10)


def test_a_single_client_is_not_lost(server):
    """N-1 of one is none: with nothing to merge with, no child stays."""
    drain = arrange.freeze_and_drain(server, 1)
    assert len(drain.zombies) == 1
    arrange.thaw(server)
    arrange.settled_zombies(server, 0)
