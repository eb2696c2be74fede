"""The story in one run per server, for pictures: clients that leave one by one, then
the others while the parent is frozen, so that their SIGCHLDs merge into one.

The pauses only spread the picture out. Nothing is concluded from them: before each
step the one before has been seen to be over.
"""

import contextlib
import time
from dataclasses import dataclass
from pathlib import Path

from ..deadline import eventually
from ..servers import arrange
from ..servers.clients import Session
from ..servers.server import start_lab_server

VARIANTS = ("noreap", "sigchld", "waitpid_loop")
CLIENTS = 20
ONE_BY_ONE = 5
PAUSE = 0.03  # seconds


@dataclass(frozen=True)
class Telling:
    """One server's run: its event log, and when its parent was frozen (from, to),
    in ns of the log's clock."""

    name: str
    log: Path
    frozen: tuple


def tell(build, folder, pause=PAUSE):
    """Run the story with each of the three, one after the other: Tellings, with
    their logs in `folder`. Raises ServerFailed or AssertionError."""
    return [_tell_one(build, folder, name, pause) for name in VARIANTS]


def _tell_one(build, folder, name, pause):
    program = build / f"server_{name}"
    log = folder / f"{program.name}.jsonl"
    with start_lab_server(program, "--trace", log, trace=log) as server:
        sessions = [_arrive(server, pause) for _ in range(CLIENTS)]
        with contextlib.ExitStack() as stack:
            for session in sessions:
                stack.enter_context(session)
            for session in sessions[:ONE_BY_ONE]:
                _leave(server, session, 3 * pause)
                arrange.await_idle(server)
            arrange.freeze(server)
            begin = time.monotonic_ns()
            for session in sessions[ONE_BY_ONE:]:
                _leave(server, session, pause / 2)
            time.sleep(6 * pause)
            end = time.monotonic_ns()
            arrange.thaw(server)
        arrange.await_idle(server)
        time.sleep(5 * pause)
        assert server.stop() == 0, f"{server.name} did not stop in order"
    return Telling(program.name, log, (begin, end))


def _arrive(server, pause):
    session = Session(server.address)
    try:
        session.echo()
        time.sleep(pause / 3)
    except BaseException:
        session.close()
        raise
    return session


def _leave(server, session, pause):
    """Close it, and wait until the child that served it is dead."""
    before = len(arrange.live_children(server))
    session.close()

    def one_died():
        assert len(arrange.live_children(server)) < before

    eventually(one_died)
    time.sleep(pause)
