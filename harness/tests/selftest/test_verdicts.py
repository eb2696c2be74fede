"""What the tests of verdicts rest on: programs that run side by side, and the
comparison of a verdict with the known one."""

import json

import pytest

from reaplab.proc.process import Process
from reaplab.servers import spawn
from reaplab.verdicts import known, side_by_side

NAP = ["sh", "-c", "read _ < /dev/zero"]  # until it is killed


def test_side_by_side_keeps_to_the_number():
    """A command is asked for only when there is room for it."""
    most = 0

    def commands():
        nonlocal most
        for place in range(7):
            most = max(most, len(spawn.still_running()))
            yield ["sh", "-c", f"echo out; echo err >&2; exit {place}"]

    found = dict(side_by_side.run(commands(), at_once=3, within=20))
    assert most == 2
    assert {place: one.status for place, one in found.items()} == {
        place: place for place in range(7)
    }
    assert {(one.out, one.err) for one in found.values()} == {("out\n", "err\n")}


def test_side_by_side_ends_what_takes_too_long():
    found = dict(side_by_side.run([NAP, ["true"]], at_once=2, within=0.5))
    assert (found[0].status, found[1].status) == (None, 0)


def test_side_by_side_leaves_nothing_when_it_is_left():
    for _ in side_by_side.run([["true"], NAP], at_once=2, within=20):
        popen, = spawn.still_running()
        nap = Process.at(popen.pid)
        break
    assert spawn.still_running() == [] and not nap.is_alive()


def said(status, beliefs=(), remarks=(), why=None, seconds=1.0):
    verdict = {
        "findings": [{"id": one} for one in beliefs],
        "remarks": [{"id": one} for one in remarks],
        "why": why,
    }
    out = json.dumps({"verdict": verdict, "evidence": {"seconds": seconds}})
    return known.Said.read(spawn.Finished((), status, out, ""))


WRONG = known.Server("foreign", "x", beliefs=("a", "b"), remarks=("r",))
RIGHT = known.Server("foreign", "x")
UNJUDGED = known.Server("foreign", "x", unjudged="background")


@pytest.mark.parametrize(
    "server, given, others",
    [
        (
            WRONG,
            (1, ("a", "b"), ("r",)),
            [
                (0, ("a", "b"), ("r",)),
                (1, ("b", "a"), ("r",)),
                (1, ("a",), ("r",)),
                (1, ("a", "b"), ()),
                (1, ("a", "b"), ("r",), None, 15),
                (3, (), (), "why"),
            ],
        ),
        (RIGHT, (0,), [(1, ("a",)), (0, (), ("r",)), (3, (), (), "why")]),
        (
            UNJUDGED,
            (3, (), (), "it went into the background"),
            [(3, (), (), "it is no echo server"), (0,), (1, ("a",))],
        ),
    ],
)
def test_a_verdict_that_differs_is_found(server, given, others):
    assert server.complaint(said(*given)) is None
    for other in others:
        assert server.complaint(said(*other)), other
    crashed = known.Said.read(spawn.Finished((), 2, "", "Traceback"))
    assert "Traceback" in crashed.text and server.complaint(crashed)
