"""harness/fuzz/run.py: what it gives the fuzzer to begin with is real, and what the
fuzzer finds it says. The targets are scripts here; `make soak` has the real ones."""

import sys
from collections import Counter

import pytest

from conftest import ROOT
from reaplab.lifelines import event_log
from reaplab.proc import sock_diag
from reaplab.servers import spawn

RUN = ROOT / "harness/fuzz/run.py"
# Keeps what it is given, the folder that is its last argument.
TARGET = """#!/bin/sh
for last; do :; done
cp -r "$last" "$0.seeds" && echo "Done 1 runs in 1 second(s)"
"""
MESSAGES = {20: "a socket", 3: "no more", 2: "an error"}


@pytest.fixture
def fuzz(lab, folder):
    """fuzz({target: script}, argument...): what came of it, and the targets'
    folder."""
    def run(scripts, *arguments):
        for name, script in scripts.items():
            (folder / name).write_text(script)
            (folder / name).chmod(0o755)
        return spawn.run([sys.executable, RUN, "--targets", folder, "--build",
                          lab.build, "--seconds", "1", *arguments])

    return run


def test_the_seeds_are_a_servers_log_and_the_kernels_answers(fuzz, folder):
    done = fuzz({"event": TARGET, "event_log": TARGET, "tcp_answer": TARGET})
    assert (done.status, done.err) == (0, ""), done
    logs = [event_log.read(one) for one in (folder / "event_log.seeds").iterdir()]
    (whole,) = [log for log in logs if not log.faults]
    assert set(whole.counts()) == set(event_log.FIELDS)
    lines = {one.read_bytes() for one in (folder / "event.seeds").iterdir()}
    told = [event for line in lines for event in event_log.parse(line + b"\n").events]
    assert set(event_log.FIELDS) <= {event["event"] for event in told}
    answers = (folder / "tcp_answer.seeds").iterdir()
    kinds = Counter(
        sock_diag.HEADER.unpack_from(one.read_bytes())[1] for one in answers
    )
    assert kinds.keys() == MESSAGES.keys(), kinds


def test_what_is_found_is_said(fuzz):
    done = fuzz({"event": TARGET, "tcp": "#!/bin/sh\necho ouch\nexit 77\n"})
    assert done.status == 1
    assert "ouch" in done.err and "found: tcp; inputs in" in done.err
    assert "event " in done.out, "the others are tried all the same"


def test_one_target_alone(fuzz, folder):
    done = fuzz({"event": TARGET, "tcp": TARGET}, "tcp")
    assert done.status == 0, done
    assert sorted(one.name for one in folder.glob("*.seeds")) == ["tcp.seeds"]


def test_without_a_server_there_are_no_seeds(fuzz, folder):
    done = fuzz({"event": TARGET}, "--build", folder)
    assert done.status == 1 and "no seeds" in done.err, done
    assert "Traceback" not in done.err


def test_a_target_that_is_none_of_ours(fuzz):
    done = fuzz({"event": TARGET}, "tcp")
    assert done.status == 2 and "not there: tcp" in done.err, done
    done = fuzz({"strange": TARGET})
    assert done.status == 2 and "no seeds for: strange" in done.err, done
