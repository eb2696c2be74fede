"""One burst of sessions against one server, and what it cost."""

import contextlib
import json
import os
import resource
from dataclasses import dataclass

from reaplab.deadline import eventually
from reaplab.proc.process import TICKS_PER_SECOND, read_proc
from reaplab.servers import spawn

SIZE = 64  # bytes sent and read back per session
WARM_UP = 64  # sessions before those that count
# What the client uses of the CPUs is not the server's to use: one segment and one
# wake-up less on either side.
SHORTEST = "--half-close"
LONGEST = 120.0  # seconds that a burst may take


class CannotMeasure(Exception):
    """Something that was to be measured did not work; the message says why."""


class NotInstalled(CannotMeasure):
    """A program to compare with is not on this machine."""


@dataclass(frozen=True)
class Sample:
    """What one burst showed. CPU times are microseconds per session."""

    sessions_per_s: float
    parent_us: float
    children_us: float
    client_us: float = 0.0
    syn_retries: int = 0

    @property
    def wall_us(self):
        """From the end of one session to the end of the next, in microseconds."""
        return 1e6 / self.sessions_per_s


def measure(client, contestant, sessions, concurrency):
    """Start the server, send it so many sessions, end it: a Sample. Raises
    CannotMeasure, or reaplab's ServerFailed if the server does not start."""
    with contestant.start() as server:
        send(client, server, WARM_UP, concurrency, SHORTEST)
        _await_no_children(server)
        parent, children = _cpu_seconds(server.listener.pid)
        own = reaped_cpu_seconds()
        summary = send(client, server, sessions, concurrency, SHORTEST)
        own = reaped_cpu_seconds() - own
        _await_no_children(server)
        parent_after, children_after = _cpu_seconds(server.listener.pid)
    return Sample(
        sessions_per_s=summary["sessions_per_s"],
        parent_us=(parent_after - parent) / sessions * 1e6,
        children_us=(children_after - children) / sessions * 1e6,
        client_us=own / sessions * 1e6,
        syn_retries=summary["syn_retries"],
    )


def fork_limit(program, count, concurrency):
    """How fast this machine forks, exits and reaps with so many children not yet
    reaped: a Sample in which a session is a child that exits at once."""
    summary = _json_of([program, str(count), str(concurrency)])
    return Sample(
        sessions_per_s=summary["forks_per_second"],
        parent_us=summary["parent_cpu_seconds"] / count * 1e6,
        children_us=summary["children_cpu_seconds"] / count * 1e6,
    )


def send(client, server, sessions, concurrency, *options):
    """So many sessions, the client's summary of them. Raises CannotMeasure if
    one of them failed."""
    host, port = server.address
    with _not_preempting():
        summary = _json_of(
            [client, "--json", f"--burst={sessions}", f"--size={SIZE}", *options,
             f"--concurrency={min(concurrency, sessions)}", host, str(port)]
        )
    if summary["ok"] != sessions:
        raise CannotMeasure(
            f"{sessions - summary['ok']} of {sessions} sessions failed: "
            f"{summary['causes']}"
        )
    return summary


@contextlib.contextmanager
def _not_preempting():
    """What is started in here waits for its turn when it wakes up (SCHED_BATCH,
    sched(7), inherited). The client would else take a CPU from the child whose
    echo woke it, at each echo: a user's clients are on machines of their own."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except PermissionError:  # who runs as SCHED_IDLE stays so, and preempts nobody
        before = None
    try:
        yield
    finally:
        if before:
            os.sched_setscheduler(0, *before)


def _json_of(argv):
    """The JSON object that a program prints."""
    try:
        done = spawn.run(argv, within=LONGEST)
    except spawn.StillRunning as error:
        raise CannotMeasure(f"{argv[0]}: took over {LONGEST:g} s") from error
    try:
        return json.loads(done.out)
    except ValueError as error:
        why = done.err.strip() or f"status {done.status}, no JSON"
        raise CannotMeasure(f"{os.path.basename(argv[0])}: {why}") from error


def _await_no_children(server):
    """Wait until all that served is dead and, as far as the server does so at
    once, reaped: then its CPU time is complete. Python's reaps when it is next
    idle for half a second, hence the bound; what it has not reaped is missing
    from its figure and from no other's."""
    def no_children():
        assert not server.listener.children()

    try:
        eventually(no_children, within=2.0)
    except AssertionError:
        pass


def _cpu_seconds(pid):
    """What a process and its reaped children used, from fields 14 to 17 of
    /proc/PID/stat, in ticks and so good for many sessions only. Not split into
    user and system time: of a process that lives for less than a tick the
    kernel knows how long it ran, but not where (kernel/sched/cputime.c)."""
    fields = read_proc(f"/proc/{pid}/stat").rpartition(b") ")[2].split()
    user, system, reaped_user, reaped_system = map(int, fields[11:15])
    return (
        (user + system) / TICKS_PER_SECOND,
        (reaped_user + reaped_system) / TICKS_PER_SECOND,
    )


def reaped_cpu_seconds():
    """What all processes that this one has reaped used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
