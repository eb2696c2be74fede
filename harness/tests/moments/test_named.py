"""The diagnosis names what goes wrong when a child dies at one moment, and calls right
what goes wrong at none."""

import json
import sys

import pytest

from conftest import ROOT
from reaplab.deadline import PATIENCE
from reaplab.diagnosis.beliefs import BELIEFS
from reaplab.servers import spawn

DIAGNOSE = [sys.executable, "-B", ROOT / "harness/diagnose.py", "--json"]
# They keep the listener, which is no part of what they show.
LISTENER = "listener-is-the-parents"
NAMED = {
    "wrong_flag_then_accept": "wake-ups-are-not-lost",
    "wrong_handler_late": "fork-returns-first",
    "wrong_errno_lost": "handler-leaves-no-trace",
    "wrong_one_shot_handler": "handler-stays",
    "wrong_unblock_then_poll": "signals-come-while-i-wait",
    "wrong_waitpid_then_poll": "wake-ups-are-not-lost",
    "wrong_waits_before_it_looks": "wake-ups-are-not-lost",
}
RIGHT = ["right_signalfd", "server_flag", "server_self_pipe", "server_waitpid_loop"]
QUICK = {"wrong_flag_then_accept", "right_signalfd"}
SECONDS = 6 * PATIENCE  # all of it is tried, however busy the machine is

pytestmark = pytest.mark.timeout(12 * PATIENCE)


def some_in_soak(names):
    soak = pytest.mark.soak
    return [pytest.param(one, marks=() if one in QUICK else soak) for one in names]


@pytest.fixture
def judged(lab, moments_server):
    """judged(server, seconds): the verdict, and what was seen of moments."""
    if lab.sanitized:
        pytest.skip("explores servers that are built without sanitizers")

    def run(server, seconds=SECONDS):
        ours = server.startswith("server_")
        program = lab.program(server) if ours else moments_server(server)
        command = [*DIAGNOSE, "--moments", str(int(seconds)), program]
        done = spawn.run(command, within=11 * PATIENCE)
        assert done.err == "", done
        told = json.loads(done.out)
        return told["verdict"], told["evidence"]["moments"]

    return run


def named(verdict):
    return [one["id"] for one in verdict["findings"] if one["id"] != LISTENER]


@pytest.mark.parametrize("server", some_in_soak(NAMED))
def test_what_goes_wrong_at_a_moment_is_named(judged, server):
    verdict, moments = judged(server)
    assert named(verdict) == [NAMED[server]], verdict
    finding = verdict["findings"][-1]
    assert finding["question"] == BELIEFS[NAMED[server]].question
    assert f"each of {moments['tried']} moments of the parent" in finding["done"]
    assert f"moments --replay {moments['wrong'][0]['plan']}" in finding["line"]


@pytest.mark.parametrize("server", some_in_soak(RIGHT))
def test_what_goes_wrong_at_no_moment_is_right(judged, server):
    verdict, moments = judged(server)
    assert named(verdict) == [], verdict
    assert moments["wrong"] == [] and moments["tried"] > 40 and not moments["why"]


def test_without_moments_the_lost_wake_up_is_not_seen(judged):
    verdict, moments = judged("wrong_flag_then_accept", seconds=0)
    assert named(verdict) == [] and moments is None
