"""The report as a Chrome trace: what viewers insist on, and what it tells."""

import json
import sys
from collections import Counter, defaultdict

from reaplab.lifelines import chrome_trace, event_log, from_log as lifelines_log
from reaplab.servers import arrange, spawn
from test_report import HOSTILE, REPORT, log_of


def trace_of(text):
    runs = lifelines_log.runs(event_log.parse(text.encode()))
    return chrome_trace.trace(runs)["traceEvents"]


def well_formed(events):
    """What the format asks for, as far as viewers insist on it."""
    flows, slices = defaultdict(list), defaultdict(list)
    for one in events:
        assert isinstance(one["pid"], int) and isinstance(one["tid"], int)
        assert one["ts"] >= 0 and one["name"]
        if one["ph"] == "X":
            assert one["dur"] >= 0
            slices[one["pid"]].append((one["ts"], one["ts"] + one["dur"]))
        if one["ph"] in "sf":
            flows[one["id"]].append(one)
        assert one["ph"] in "XMisf"
    for start, finish in flows.values():
        assert (start["ph"], finish["ph"], finish["bp"]) == ("s", "f", "e")
        for end in (start, finish):  # each binds to a slice on its track
            spans = slices[end["pid"]]
            assert any(begin <= end["ts"] <= last for begin, last in spans), end
    for spans in slices.values():  # those on a track follow each other
        for (_, last), (begin, _) in zip(sorted(spans), sorted(spans)[1:]):
            assert last <= begin + 0.0011, spans


def test_a_trace_has_processes_zombies_signals_and_forks():
    events = trace_of(log_of(5))
    well_formed(events)
    names = Counter((one["ph"], one["name"]) for one in events)
    assert names["X", "serving"] == names["X", "zombie"] == 5
    assert names["s", "fork"] == names["f", "fork"] == 5
    assert names["i", "SIGCHLD 1"] == names["i", "reap 1000"] == 1
    assert names["M", "process_name"] == 6
    (signal,) = [one for one in events if one["name"] == "SIGCHLD 1"]
    assert signal["args"]["deaths it told of"] == 5


def test_a_pid_that_comes_again_has_a_track_of_its_own():
    events = trace_of(log_of(2) + log_of(2))
    well_formed(events)
    tracks = {one["pid"] for one in events if one["name"] == "process_name"}
    assert len(tracks) == 6


def test_the_trace_of_a_real_run(start, folder):
    server = start("waitpid_loop")
    arrange.visit(server, 3)
    arrange.freeze_and_drain(server, 3)
    arrange.thaw(server)
    arrange.await_zombies(server, 0)
    arrange.await_idle(server)
    assert server.stop() == 0
    output = folder / "trace.json"
    done = spawn.run(
        [sys.executable, REPORT, "--chrome-trace", "-o", output, server.trace]
    )
    assert done.status == 0, done
    events = json.loads(output.read_text())["traceEvents"]
    well_formed(events)
    assert sum(one["name"] == "zombie" for one in events) == 6


def test_hostile_text_in_a_trace_is_only_text():
    for one in trace_of(log_of(2, HOSTILE, HOSTILE)):
        json.dumps(one).encode("ascii")
        assert "\u202e" not in json.dumps(one, ensure_ascii=False)
