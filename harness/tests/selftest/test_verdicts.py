"""What the tests of verdicts rest on: programs that run side by side, the comparison of
a verdict with the known one, and the confusion table."""

import json
import sys

import pytest

from conftest import ROOT
from reaplab.proc.process import Process
from reaplab.servers import spawn
from verdicts import known, side_by_side
from verdicts.confusion import (
    CORRECT, Judgement, Row, UNJUDGED, differences, labels, rows, table,
)

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
BACKGROUND = known.Server("foreign", "x", unjudged="background")


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
                (1, ("a", "b"), ("r",), None, known.LIMIT),
                (3, (), (), "why"),
            ],
        ),
        (RIGHT, (0,), [(1, ("a",)), (0, (), ("r",)), (3, (), (), "why")]),
        (
            BACKGROUND,
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


def judgement(server, expected, found):
    return Judgement(server, labels(expected), labels(found))


JUDGEMENTS = [
    judgement("x", ["a"], ["a"]),
    judgement("x", ["a"], ["b", "c"]),
    judgement("x", ["a"], ["b", "c"]),
    judgement("y", ["b", "a"], ["a", "b"]),
    judgement("z", [], ["b"]),
    judgement("z", [], []),
    Judgement("z", labels([]), labels([], unjudged="no network")),
]


def test_what_is_named_and_what_is_named_by_mistake():
    assert rows(JUDGEMENTS) == [
        Row("a", shown=4, named=2, by_mistake=0),
        Row("b", shown=1, named=1, by_mistake=3),
        Row("c", shown=0, named=0, by_mistake=2),
        Row(UNJUDGED, shown=0, named=0, by_mistake=1),
        Row(CORRECT, shown=3, named=1, by_mistake=0),
    ]
    lines = table(JUDGEMENTS).splitlines()
    assert lines[0].split() == ["belief", "shown", "named", "by", "mistake"]
    assert lines[2].split() == ["b", "1", "1", "3"]


def test_each_verdict_that_differs_is_listed_once():
    assert differences(JUDGEMENTS) == [
        "x: 2 of 3 times b, c; expected a",
        f"z: 1 of 3 times b; expected {CORRECT}",
        f"z: 1 of 3 times {UNJUDGED}; expected {CORRECT}",
    ]


# The command

VERDICTS = [sys.executable, "-B", ROOT / "harness/verdicts/run.py"]


def test_the_table_is_printed_and_progress_is_shown(lab):
    one = ["--build", lab.build, "--set", "variants", "--rounds", "2", "server_noreap"]
    run = spawn.run([*VERDICTS, *one], within=120)
    assert run.status == 0, run
    assert "1 servers, judged 2 times each" in run.out
    assert run.out.splitlines()[-1].split() == ["nobody-reaps", "2", "2", "0"]
    assert run.err.splitlines() == [
        f"{place} of 2  server_noreap: nobody-reaps" for place in (1, 2)
    ]


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["no_such_server"], "no_such_server: no server has such a name"),
        (["--rounds", "0"], "argument -r/--rounds: invalid positive value: '0'"),
        (["--set", "x"], "argument -s/--set: invalid choice: 'x'"),
    ],
)
def test_bad_command_lines(arguments, why):
    run = spawn.run([*VERDICTS, *arguments])
    assert run.status == 2, run
    assert why in run.err and "Traceback" not in run.err
