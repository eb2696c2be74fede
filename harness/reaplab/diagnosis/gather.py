"""Gathering the evidence: three instances of the server, each on a port of its own,
taken through the three runs at the same time.

All are started before the first thread: a process that is started by a thread dies
with it (PR_SET_PDEATHSIG), and Python does not fork well beside threads.
"""

import contextlib
import subprocess
import threading
import time

from . import runs
from ..proc.process import Gone
from ..servers import environment, server as servers, spawn
from ..servers.box import OPEN
from ..servers.stalled import StallingPipe
from .evidence import Evidence, TURNED_AWAY
from .stolen import steals
from .subject import Cancelled, CannotTell, Subject

ATTEMPTS = 3  # at starting: somebody else may take a free port first
AT_ONCE = 1.0  # seconds, for such a start to fail
START = 10.0  # seconds that a start may take


def gather(command, box=OPEN):
    """Take a server through all runs. The command (a list) gets a port as one
    more word; it runs in the box. Returns the Evidence. It starts programs, so it
    is to be called from the main thread, in a process that is a subreaper
    (spawn.py)."""
    found = Evidence(command=[str(word) for word in command])
    began = time.monotonic()
    try:
        servers.free_port()  # without one no server could start
    except servers.ServerFailed as error:
        found.fault = f"on this machine {error}"
        return found
    try:
        with contextlib.ExitStack() as stack:
            pipes = [stack.enter_context(StallingPipe()) for _ in range(2)]
            work = {
                "visit": (runs.visit, _start(stack, command, box)),
                "drain": (runs.drain, _start(stack, command, box)),
                "stall": (
                    runs.stall,
                    _start(
                        stack,
                        command,
                        box,
                        stdout=pipes[0].writer,
                        stderr=pipes[1].writer,
                    ),
                    pipes,
                ),
            }
            found.fault = _run_all(found, work)
        visit = found.visit
        if visit and visit.first.kind == TURNED_AWAY:
            if visit.reaped_before_clients:
                visit.steals = steals(command, box)
    except servers.ServerFailed as error:
        found.fault = str(error)
        found.fault_is_servers = True
        found.is_late = error.late
    except (
        OSError,
        RuntimeError,
        AssertionError,
        spawn.ProcessTableFull,
        subprocess.SubprocessError,
    ) as error:
        found.fault = f"on this machine something failed: {error}"
    found.seconds = round(time.monotonic() - began, 3)
    return found


def _start(stack, command, box, **options):
    """Start an instance. One that ends at once may have found its port taken,
    and gets another."""
    for attempt in range(ATTEMPTS):
        began = time.monotonic()
        try:
            server = servers.start_foreign_server(
                command, within=START, box=box, **options
            )
        except servers.ServerFailed:
            if attempt == ATTEMPTS - 1 or time.monotonic() - began > AT_ONCE:
                raise
            continue
        return stack.enter_context(server)
    return None


def _run_all(found, work):
    """Do the work, each piece in a thread; what was seen goes into found.
    Returns what went wrong, or None."""
    cancelled, faults = threading.Event(), []

    def do(name, run, server, *arguments):
        try:
            with contextlib.closing(Subject(server, cancelled)) as subject:
                setattr(found, name, run(subject, *arguments))
        except Cancelled:
            pass
        except (CannotTell, Gone, OSError, RuntimeError, AssertionError) as error:
            lacking = environment.fault_behind(error, ())
            faults.append(lacking or f"{name}: {error}")
            cancelled.set()

    threads = [
        threading.Thread(target=do, args=(name, *piece))
        for name, piece in work.items()
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        cancelled.set()
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    return faults[0] if faults else None
