"""Makes lifelines of an event log's lines. See lifelines.py for what they are."""

import functools

from . import sigchlds
from ..documents import variants
from .lives import Child, GONE, REAPED, Run, Sigchld, UNKNOWN, ZOMBIE

# Reaped by others than the parent, as the variants' own files begin to say it.
OTHERS = ("the kernel", "init")


def runs(log):
    """The Runs in an EventLog, in the order in which they begin. Never raises:
    a log that makes no sense makes odd lives."""
    reader = _Reader(log.events)
    for event in log.events:
        reader.take(event)
    return reader.finish()


class _Reader:
    """Takes events in the order of the file."""

    def __init__(self, events):
        forks = (one for one in events if one["event"] in ("fork", "reap"))
        self._forked = {one["child"] for one in forks}
        self._runs = []
        self._children = []
        self._who = {}  # PID: the Run or the Child that has it now
        self._run_of = {}  # Child: its Run
        self._peers = {}  # PID of an accepting process: peer of its last client
        self._told = {}  # PID: the Sigchld that it was last told by

    def take(self, event):
        getattr(self, f"_on_{event['event']}")(event)
        run = self._run(event["pid"])
        if run is not None:
            run.began = min(run.began, event["t_ns"])
            run.ended = max(run.ended, event["t_ns"])

    def finish(self):
        """The Runs, each with its children, the fates and the deaths told."""
        for child in self._children:
            run = self._run_of.get(child) or self._last_run(child.pid, child.began)
            run.children.append(child)
        for run in self._runs:
            run.children.sort(key=lambda one: one.began)
            times = [one.began for one in run.children]
            run.began = min([run.began, *times])
            _settle_fates(run)
            sigchlds.count_deaths(run)
        return self._runs

    # --- Whose event it is

    def _last_run(self, pid, at):
        """The run begun last; if there is none, one of a server unseen."""
        if not self._runs:
            self._runs.append(Run(pid, at, at))
        return self._runs[-1]

    def _run(self, pid):
        owner = self._who.get(pid)
        return self._run_of.get(owner) if isinstance(owner, Child) else owner

    def _server_run(self, event):
        """The run of one who accepts, forks or reaps. A child that falls through
        into its parent's loop, or forks itself, does so in the same run."""
        pid = event["pid"]
        if pid not in self._who:
            if pid in self._forked:
                self._begin(pid, event["t_ns"])
            else:
                self._who[pid] = Run(pid, event["t_ns"], event["t_ns"])
                self._runs.append(self._who[pid])
        return self._run(pid)

    def _begin(self, pid, at):
        child = Child(pid, at)
        self._children.append(child)
        self._who[pid] = child
        return child

    def _living(self, event):
        """The child that writes this: the one that has the PID, unless it is
        dead."""
        owner = self._who.get(event["pid"])
        if isinstance(owner, Child) and owner.exited is None and not owner.reaped:
            owner.began = min(owner.began, event["t_ns"])
            return owner
        return self._begin(event["pid"], event["t_ns"])

    def _adopt(self, child, event):
        """The child belongs to the run of the parent that wrote this."""
        child.parent = event["pid"]
        child.began = min(child.began, event["t_ns"])
        run = self._server_run(event)
        if run is not None:
            self._run_of[child] = run
            run.ended = max(run.ended, child.exited or child.began)

    # --- One function for each event

    def _on_listen(self, event):
        run = Run(
            event["pid"], event["t_ns"], event["t_ns"], event["variant"],
            event["address"], event["port"], event["backlog"],
        )
        self._runs.append(run)
        self._who[event["pid"]] = run
        self._told.pop(event["pid"], None)

    def _on_accept(self, event):
        self._server_run(event)
        self._peers[event["pid"]] = event["peer"]

    def _on_fork(self, event):
        child = self._who.get(event["child"])
        if not isinstance(child, Child) or child.forked is not None:
            child = self._begin(event["child"], event["t_ns"])
        child.forked = event["t_ns"]
        child.peer = self._peers.pop(event["pid"], None)
        self._adopt(child, event)

    def _on_sigchld(self, event):
        run = self._server_run(event)
        if run is not None:
            told = Sigchld(event["pid"], event["t_ns"])
            run.sigchlds.append(told)
            self._told[event["pid"]] = told

    def _on_reap(self, event):
        child = self._who.get(event["child"])
        if not isinstance(child, Child) or child.reaped is not None:
            child = self._begin(event["child"], event["t_ns"])
        child.reaped = event["t_ns"]
        child.exit_code = event.get("exit_code", child.exit_code)
        child.signal = event.get("signal")
        self._adopt(child, event)
        told = self._told.get(event["pid"])
        if told is not None:
            told.reaped += 1

    def _on_close(self, event):
        child = self._living(event)
        child.closed, child.echoed = event["t_ns"], event["bytes"]

    def _on_exit(self, event):
        child = self._living(event)
        child.exited, child.exit_code = event["t_ns"], event["exit_code"]
        run = self._run_of.get(child)
        if run is not None:
            run.ended = max(run.ended, event["t_ns"])

    def _on_error(self, event):
        owner = self._who.get(event["pid"])
        if owner is None:
            owner = self._living(event)
        owner.errors.append(f"{event['call']}: {event['errno']}")

    def _on_stop(self, event):
        run = self._server_run(event)
        if run is not None and run.pid == event["pid"]:
            run.stop = event


def _settle_fates(run):
    """What became of each child."""
    dead = [one for one in run.children if one.exited is not None]
    unreaped = [one for one in dead if one.reaped is None]
    own = [one for one in unreaped if one.parent in (run.pid, None)]
    fate = _fate_of_unreaped(run, len(own))
    for one in unreaped:
        # Its parent forked twice, and is dead: it was init's to reap.
        one.fate = fate if one.parent in (run.pid, None) else GONE
    for one in run.children:
        if one.reaped is not None:
            one.fate = REAPED


def _fate_of_unreaped(run, count):
    """Of the server's own dead children that it did not reap. Where the kernel
    reaps, no line says so: the server's own count when it stopped tells, else
    the name by which it goes."""
    zombies = run.stop.get("zombies") if run.stop else None
    if zombies is not None:
        if zombies == 0:
            return GONE
        return ZOMBIE if zombies >= count else UNKNOWN
    who_reaps = _who_reaps().get(run.variant)
    if who_reaps is not None:
        return GONE if who_reaps.startswith(OTHERS) else ZOMBIE
    return ZOMBIE if run.reaped else UNKNOWN


@functools.lru_cache(maxsize=1)
def _who_reaps():
    """{program: who reaps}, of the lab's variants; empty where their files are
    not at hand."""
    try:
        return {
            one.program: one.fields["Who reaps"] for one in variants.read_all()
        }
    except (OSError, variants.BadOpening):
        return {}
