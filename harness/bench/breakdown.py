"""Where the time of one session goes: the CPUs' time between the ends of two
sessions, and who used it."""

import os

from comparison import CONCURRENCIES, FORK_LIMIT
from contestants import LOOP


def breakdown(results):
    """{concurrency: microseconds per session by what used them}, of the loop
    server; empty if it was not measured."""
    if results.problem(LOOP, FORK_LIMIT):
        return {}
    return {c: _of(results, c) for c in CONCURRENCIES}


def _of(results, concurrency):
    def mean(name, field):
        return results.mean(name, concurrency, field)

    wall = mean(LOOP, "wall_us")
    cpus = len(os.sched_getaffinity(0)) * wall
    parent = mean(LOOP, "parent_us")
    children = mean(LOOP, "children_us")
    client = mean(LOOP, "client_us")
    fork = mean(FORK_LIMIT, "parent_us")
    exit_ = mean(FORK_LIMIT, "children_us")
    return {
        "wall": wall,
        "cpus": cpus,
        "parent": parent,
        "fork_and_reap": fork,
        "child": children,
        "start_and_exit": exit_,
        "client": client,
        "idle_or_others": cpus - parent - children - client,
        "server": parent + children,
        "fork_exit_reap": fork + exit_,
    }


LABELS = (
    ("wall", "wall time per session"),
    ("cpus", "CPU time there was in it, on all CPUs"),
    ("parent", "the parent: accept, fork, close, reap"),
    ("fork_and_reap", "- fork and reap alone, as in the fork limit"),
    ("child", "a child: start, echo, close, exit"),
    ("start_and_exit", "- start and exit alone, as in the fork limit"),
    ("client", "the client"),
    ("idle_or_others", "idle, or used by others (kernel threads, programs)"),
)


def cells(parts):
    """(headings, rows) of the table for what breakdown() returned."""
    headings = ["microseconds per session, server_waitpid_loop"]
    headings += [f"{c} at a time" for c in parts]
    rows = [
        [label, *(f"{one[key]:.0f}" for one in parts.values())]
        for key, label in LABELS
    ]
    return headings, rows


def sentences(parts):
    """The same in a line per concurrency."""
    return [
        f"At {c} at a time a session costs the server {one['server']:.0f} us of "
        f"CPU time; fork, exit and reap alone cost {one['fork_exit_reap']:.0f} us."
        for c, one in parts.items()
    ]
