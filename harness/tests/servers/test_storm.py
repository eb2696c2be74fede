"""Storms (make soak): tens of thousands of sessions, and the books still balance.
`make test` has a storm of 2,000 for each right variant (test_catalogue.py)."""

import json

import pytest

from reaplab.lifelines import event_log
from reaplab.servers import arrange, spawn
from test_catalogue import RIGHT, STATUSES_KEPT

pytestmark = [pytest.mark.soak, pytest.mark.storm, pytest.mark.timeout(300)]


def storm(lab, server, sessions, concurrency):
    """So many sessions, each checked byte for byte by the client."""
    server.note(f"{sessions} sessions, {concurrency} at a time")
    run = spawn.run(
        [lab.program("client"), "--json", f"-n{sessions}", f"-c{concurrency}",
         "127.0.0.1", str(server.port)],
        within=250,
    )
    assert run.status == 0, run
    summary = json.loads(run.out)
    assert (summary["ok"], summary["failed"]) == (sessions, 0)


def books_balance(server, sessions, reaps, descriptors):
    """Nobody is left, nothing was gained, and each session had its child, which
    was reaped once by a server that reaps."""
    arrange.await_children(server, 0)
    arrange.await_descriptors(server, descriptors)
    with arrange.one_more(server):
        arrange.await_children(server, 1)
        arrange.await_zombies(server, 0)
        assert server.stop() == 0
    totals = server.closing_line()
    assert totals.zombies == 0
    assert totals.forked >= sessions + 1
    if reaps:
        assert totals.reaped == totals.forked - 1, "one is still served"
    assert server.err == ""


@pytest.mark.parametrize("concurrency", [1, 64, 1000])
def test_100000_sessions(start, lab, concurrency):
    server = start("waitpid_loop", "--backlog", "1024", trace=False)
    before = server.process.descriptors()
    storm(lab, server, 100000, concurrency)
    arrange.await_children(server, 0)
    arrange.await_zombies(server, 0)
    books_balance(server, 100000, reaps=True, descriptors=before)
    assert server.closing_line().forked == 100001


@pytest.mark.parametrize("right", RIGHT)
def test_10000_sessions_through_every_right_variant(start, lab, right):
    server = start(right, "--backlog", "1024")
    arrange.await_idle(server)
    before = server.process.descriptors()
    storm(lab, server, 10000, 64)
    books_balance(server, 10000, right in STATUSES_KEPT, before)
    log = event_log.read(server.trace)
    assert log.faults == () and not log.of("error")
    reaped = [one["child"] for one in log.of("reap")]
    forked = {one["child"] for one in log.of("fork")}
    assert set(reaped) <= forked
