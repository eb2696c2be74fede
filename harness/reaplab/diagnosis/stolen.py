"""Does the server wait for a child that it has reaped already? Only strace can see
that from outside: wait4(4711) fails with ECHILD after wait4(-1) has returned 4711.

It is asked only of a server that turns clients away and waits for children before
any client has come, to be sure of what that means.
"""

import re
import shutil
import tempfile

from ..servers import server as servers, spawn
from ..servers.box import OPEN
from ..servers.clients import Session

WAITED = re.compile(
    r"^(?:\d+ +)?(?:<\.\.\. )?wait4(?: resumed>)?\((?P<whom>-?\d+),.*"
    r"\) += (?P<result>-?\d+)(?: (?P<errno>E[A-Z]+))?"
)
CLIENTS = 2


def stolen_child(command, box=OPEN):
    """The PID of a child that was stolen, or 0; None if strace is missing or may not
    trace here."""
    if shutil.which("strace") is None:
        return None
    with tempfile.NamedTemporaryFile(prefix="reap-strace-") as log:
        # By its descriptor: behind walls there may be no such path.
        own = {"box": box, "pass_fds": [log.fileno()]}
        strace = ["strace", "-qq", "-e", "trace=wait4", "-o"]
        strace.append(f"/proc/self/fd/{log.fileno()}")
        if spawn.run([*strace, "true"], **own).status != 0:
            return None
        try:
            with servers.start_foreign_server([*strace, *command], **own) as server:
                _knock(server)
                with open(log.name, encoding="ascii", errors="replace") as calls:
                    return find_theft(calls) or 0
        except (servers.ServerFailed, AssertionError, RuntimeError):
            return None


def _knock(server):
    """Some clients come, one when the other has been answered or turned away."""
    for _ in range(CLIENTS):
        try:
            with Session(server.address) as session:
                session.send(b"who reaps?\n")
                session.receive(1)
        except ConnectionError:
            continue


def find_theft(lines):
    """The PID of a child that was waited for by its number after a wait for
    just any child had taken it, or None."""
    taken = set()
    for line in lines:
        match = WAITED.match(line)
        if match is None:
            continue
        whom, result = int(match["whom"]), int(match["result"])
        if whom == -1 and result > 0:
            taken.add(result)
        elif whom in taken and match["errno"] == "ECHILD":
            return whom
    return None
