"""Event logs in the Chrome trace format (JSON object form), which Perfetto and
chrome://tracing open: a track per process, with what it did as slices, SIGCHLDs and
reaps as instants on the server's track, and a flow arrow for each fork.

Format: "Trace Event Format", Google, sections "Complete", "Instant", "Flow" and
"Metadata Events". Times (`ts`, `dur`) are microseconds; a flow binds to the slice
around its time on the same track.
"""

from . import lives as lifelines
from .report_page import plain

# A viewer takes equal PIDs for one process: when a PID comes again, or another run
# has it too, it is shown as this much more.
AGAIN = 10_000_000

# Of what a viewer offers (catapult, base/color_scheme.html).
COLOURS = {"serving": "good", "zombie": "terrible", "dead": "grey"}


def trace(runs):
    """The trace as a dict, for json.dump."""
    first = min((run.began for run in runs), default=0)
    writer = _Writer(first)
    for run in runs:
        writer.add_run(run)
    return {"traceEvents": writer.events, "displayTimeUnit": "ms"}


class _Writer:
    def __init__(self, first):
        self.events = []
        self._first = first
        self._given = {}  # PID: how often it was given out
        self._flows = 0

    def _track(self, pid):
        """A track of its own for one more process with this PID."""
        times = self._given.get(pid, 0)
        self._given[pid] = times + 1
        return pid + times * AGAIN

    def _us(self, at):
        return round((at - self._first) / 1000, 3)

    def _add(self, phase, track, at, name, **more):
        self.events.append({
            "ph": phase, "pid": track, "tid": track, "ts": self._us(at),
            "name": name, "cat": "reap", **more,
        })

    def _slice(self, track, begin, end, name, **more):
        duration = round(max(0, end - begin) / 1000, 3)
        if name in COLOURS:
            more["cname"] = COLOURS[name]
        self._add("X", track, begin, name, dur=duration, **more)

    def _name(self, track, text, order):
        for kind, arguments in (
            ("process_name", {"name": text}),
            ("process_sort_index", {"sort_index": order}),
        ):
            self.events.append({
                "ph": "M", "pid": track, "tid": track, "ts": 0, "name": kind,
                "args": arguments,
            })

    def add_run(self, run):
        track = self._track(run.pid)
        name = plain(run.variant) if run.variant is not None else "server"
        self._name(track, f"{name} {run.pid}", len(self._given))
        self._slice(track, run.began, run.ended, "accepting", args=_counts(run))
        parents = {run.pid: track}
        for child in run.children:
            self._add_child(run, child, parents)
        for number, one in enumerate(run.sigchlds, start=1):
            self._add(
                "i", parents.get(one.pid, track), one.at, f"SIGCHLD {number}", s="p",
                args={"deaths it told of": one.deaths, "reaped": one.reaped},
            )

    def _add_child(self, run, child, parents):
        track = self._track(child.pid)
        self._name(track, f"child {child.pid}", len(self.events))
        end = run.ended if child.reaped is None else child.reaped
        died = end if child.exited is None else child.exited
        self._slice(track, child.began, died, "serving", args=_facts(child))
        if child.exited is not None and child.fate in (
            lifelines.REAPED, lifelines.ZOMBIE
        ):
            self._slice(track, died, end, "zombie", args={"fate": child.fate})
        elif child.fate == lifelines.UNKNOWN:
            self._slice(track, died, run.ended, "dead")
        parent = parents.get(child.parent)
        if parent is not None and child.forked is not None:
            self._fork(parent, child, track)
        if parent is not None and child.reaped is not None:
            self._add("i", parent, child.reaped, f"reap {child.pid}", s="t")
        parents[child.pid] = track

    def _fork(self, parent, child, track):
        """An arrow from the parent to the child's beginning. The parent logs its
        fork when it runs again, and the child may have been through by then."""
        self._flows += 1
        for phase, where, more in (("s", parent, {}), ("f", track, {"bp": "e"})):
            self._add(phase, where, child.began, "fork", id=self._flows, **more)


def _counts(run):
    return {
        "children": len(run.children), "reaped": run.reaped,
        "SIGCHLDs": len(run.sigchlds), "most zombies": run.most_zombies,
        "never reaped": len(run.of_fate(lifelines.ZOMBIE)),
    }


def _facts(child):
    facts = {
        "client": plain(child.peer or ""), "bytes echoed": child.echoed,
        "ended": child.ending, "errors": plain("; ".join(child.errors)),
    }
    return {name: fact for name, fact in facts.items() if fact not in (None, "")}
