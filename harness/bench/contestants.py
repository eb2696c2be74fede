"""What is compared: the lab's server, others that do the same, and how each is
started. All listen with a queue of 1024 and run in a session of their own: the
scheduler shares the CPUs between sessions first (sched(7), autogroup), so a
server in one of its own against a server without would be no comparison.
"""

import contextlib
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, ContextManager, Optional

from reaplab.servers import server as servers

BACKLOG = "1024"
HERE = Path(__file__).resolve().parent

# The keys by which the others are spoken of.
LOOP, TRACED, PLAIN, SOCAT, PYTHON = (
    "waitpid_loop", "waitpid_loop, event log on", "plain C", "socat",
    "ForkingTCPServer",
)


# In one of how many rounds those are measured that are far from their targets, and
# so are sure after a few.
SELDOM = 3


@dataclass(frozen=True)
class Contestant:
    """One server. `share`: the part of the sessions it gets, since a slow one
    needs fewer to be measured as long. `every`: in one of how many rounds it is
    measured, from the first on. `missing`: why it cannot be measured here, or
    None."""

    name: str
    share: float
    start: Callable[[], ContextManager[servers.Server]]
    every: int = 1
    missing: Optional[str] = None


@contextlib.contextmanager
def _traced(program):
    """The lab's server with its event log in a file that goes with it."""
    with tempfile.TemporaryDirectory(prefix="reap-bench-") as folder:
        options = ("-b", BACKLOG, "-t", f"{folder}/events.jsonl")
        with servers.start_lab_server(program, *options) as server:
            yield server


def contestants(build):
    """All servers, with the programs in this folder, in the order in which they
    are measured: those whose ratio is nearest to 1 close to each other."""
    loop = build / "server_waitpid_loop"
    plain = build / "first_server"
    # The port comes last, and socat wants it in the middle.
    socat = (
        f'exec socat "TCP-LISTEN:$1,bind=127.0.0.1,fork,reuseaddr,'
        f'backlog={BACKLOG}" PIPE'
    )
    return [
        Contestant(
            PLAIN, 1, lambda: servers.start_foreign_server([plain, BACKLOG])
        ),
        Contestant(
            LOOP, 1, lambda: servers.start_lab_server(loop, "-b", BACKLOG)
        ),
        Contestant(TRACED, 1, lambda: _traced(loop)),
        Contestant(
            SOCAT,
            0.5,
            lambda: servers.start_foreign_server(["sh", "-c", socat, "socat"]),
            every=SELDOM,
            missing=None if shutil.which("socat") else "socat is not installed",
        ),
        Contestant(
            PYTHON,
            0.25,
            lambda: servers.start_foreign_server(
                [sys.executable, HERE / "forking_server.py"]
            ),
            every=SELDOM,
        ),
    ]
