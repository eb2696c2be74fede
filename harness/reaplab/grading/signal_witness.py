"""A server with labs/04-*/signal_witness.c beside it: children die at the moments that
no client can hit. What it says of the handler."""

import contextlib
import re

from .. import server as servers
from ..clients import Session
from ..deadline import eventually
from ..process import Gone
from .catalogue import not_started, shows_belief
from .ideas import idea, of_forking_server
from .outcome import failed, passed

WITNESS = "labs/signal_witness.so"
PATIENT = 10.0  # seconds that a client waits

UNSAFE = re.compile(r"^witness: inside (\w+) .* the handler called (\w+)$", re.M)
CHANGED = re.compile(r"^witness: accept failed .* errno was (\w+)$", re.M)


def witnessed(work):
    """What the witness has said of the server; looked at once."""
    if not hasattr(work, "witnessed"):
        work.witnessed = _witness(work)
    return work.witnessed


def _witness(work):
    preload = f"LD_PRELOAD={work.lab_program(WITNESS)}"
    command = ["env", preload, *work.command("server")]
    with servers.start_foreign_server(command, box=work.box) as server:
        for _ in range(4):
            if "interrupted accept" in server.err:
                break
            # What becomes of the client is not asked here.
            with contextlib.suppress(OSError, AssertionError, Gone):
                with Session(server.address, within=PATIENT) as session:
                    session.echo()
        with contextlib.suppress(AssertionError):
            eventually(lambda: _assert_tried(server), within=PATIENT)
        return server.err


def _assert_tried(server):
    assert "interrupted accept" in server.err


def _unwatched(done, said):
    """The Outcome if the witness could not look, or None."""
    if "witness: watching" in said:
        return None
    return failed(
        done,
        "nothing: it accepted no client, or LD_PRELOAD has no effect on it",
        "a server that is linked dynamically, and accepts clients",
        "any program can be looked into",
        "What does `ldd` say of it?",
        "not-witnessed",
    )


@of_forking_server
def safe_handler(work):
    """No unsafe function is interrupted by a handler that calls another; and no
    deadlock is seen from outside."""
    done = (
        "a child died inside each function that is not async-signal-safe, as if "
        "the server had been interrupted there"
    )
    try:
        said = witnessed(work)
    except servers.ServerFailed as error:
        return not_started(error)
    found = sorted(set(UNSAFE.findall(said)))
    if found:
        within, called = found[0]
        return shows_belief(
            "handler-is-ordinary-code",
            done,
            f"the server was inside {within}, and its handler called {called}",
        )
    unwatched = _unwatched(done, said)
    if unwatched:
        return unwatched
    return idea("safe-handler", 0).judge(work)


@of_forking_server
def keeps_errno(work):
    """The interrupted code finds errno as it was."""
    done = "accept failed with ECONNABORTED, and at that moment a child died"
    try:
        said = witnessed(work)
    except servers.ServerFailed as error:
        return not_started(error)
    changed = CHANGED.search(said)
    if changed:
        return shows_belief(
            "handler-leaves-no-trace",
            done,
            f"when the server came to look at errno it was {changed[1]}",
        )
    if "interrupted accept" not in said:
        return _unwatched(done, said) or shows_belief(
            "blocking-calls-just-block",
            done,
            "it did not come to that: the server did not call accept again",
        )
    return passed(done, "errno was ECONNABORTED still")
