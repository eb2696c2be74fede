"""Gathering the evidence: an instance of the server for each run, on a port of its
own. A few runs show what the server does about its children. If it can bear more
clients, a second stage has runs with many of them. The runs of a stage go on at the
same time.

The instances of a stage are started before its first thread: a process that is started
by a thread dies with it (PR_SET_PDEATHSIG), and Python does not fork well beside
threads.
"""

import contextlib
import signal
import subprocess
import threading
import time

from . import proc_lines, runs
from ..proc.process import Gone
from ..servers import environment, server as servers, spawn
from ..servers.box import OPEN
from ..servers.stalled import StallingPipe
from .census import Census
from .drain import crowd, drain
from .evidence import Evidence, NEVER_AT_REST, STAYS, TURNED_AWAY
from .harm import harm
from .keepers import ANOTHER
from .rounds import rounds
from .series import series
from .stolen import stolen_child
from .subject import Cancelled, CannotTell, Subject

ATTEMPTS = 3  # at starting: somebody else may take a free port first
AT_ONCE = 1.0  # seconds, for such a start to fail
START = 10.0  # seconds that a start may take

FIRST_STAGE = {"visit": runs.visit, "drain": drain, "stall": runs.stall}
SECOND_STAGE = {"series": series, "harm": harm, "crowd": crowd, "rounds": rounds}
# It ends with the first client whose child stays, or when the server never rests.
SHORT = ("series",)


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
        found.fault = _stage(found, command, box, FIRST_STAGE)
        if not found.fault:
            found.fault = _stage(found, command, box, _second_stage(found))
        visit = found.visit
        if visit and visit.first.kind == TURNED_AWAY:
            if visit.reaped_before_clients:
                _look_for_theft(found, command, box)
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


def _look_for_theft(found, command, box):
    child = stolen_child(command, box)
    found.visit.steals = None if child is None else child > 0
    if child:
        line = f"strace: wait4({child}) = -1 ECHILD, after wait4(-1) = {child}"
        found.lines["visit"][proc_lines.THEFT] = line


def _second_stage(found):
    """The runs of the second stage that can show more of a server."""
    visit = found.visit
    # Where children or helpers stay there is no more to be seen of any end.
    stay = visit.after_fin == STAYS or visit.fin_kept_by == ANOTHER
    if found.restless or visit.burns or stay:
        return {name: SECOND_STAGE[name] for name in SHORT}
    return SECOND_STAGE if visit.goes_on else {}


def _stage(found, command, box, stage):
    """Do the runs of a stage; what was seen goes into found. Returns what went wrong,
    or None."""
    with contextlib.ExitStack() as stack:
        work = {}
        for name, run in stage.items():
            pipes, ends = (), {}
            if run is runs.stall:
                pipes = [stack.enter_context(StallingPipe()) for _ in range(2)]
                ends = {"stdout": pipes[0].writer, "stderr": pipes[1].writer}
            work[name] = (run, _start(stack, command, box, **ends), *pipes)
        return _run_all(found, work)


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


class Restless(Exception):
    """A run came to no end because the server's own processes never rest."""


def _observe(run, subject, *arguments):
    """What the run saw. Raises Restless or CannotTell."""
    try:
        return run(subject, *arguments)
    except CannotTell as error:
        if subject.never_rests():
            raise Restless(str(error)) from error
        raise


def _keep_longest(found, subject):
    """What was late in any run was late."""
    for name in ("late", "works_on", "waited"):
        times = [getattr(found, name), getattr(subject, name)]
        setattr(found, name, max(filter(None, times), default=None))


def _end(server):
    """Nothing of an instance runs on when its run is over: it would take the CPU from
    the others. What is left of it is removed with the server."""
    for one in Census(server).alive():
        with contextlib.suppress(Gone, PermissionError):
            one.send(signal.SIGKILL)


def _run_all(found, work):
    """Do the work, each piece in a thread; what was seen goes into found.
    Returns what went wrong, or None."""
    cancelled, faults = threading.Event(), []

    def do(name, run, server, *arguments):
        try:
            with contextlib.closing(Subject(server, cancelled)) as subject:
                subject.late, subject.works_on = found.late, found.works_on
                setattr(found, name, _observe(run, subject, *arguments))
                _keep_longest(found, subject)
                found.lines[name] = subject.lines
        except Cancelled:
            pass
        except Restless as error:
            found.restless = f"{name}: {error}"
            if name == "visit":
                found.visit = NEVER_AT_REST
        except (CannotTell, Gone, OSError, RuntimeError, AssertionError) as error:
            lacking = environment.fault_behind(error, ())
            faults.append(lacking or f"{name}: {error}")
            cancelled.set()
        finally:
            _end(server)

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
