"""Of how many deaths did each SIGCHLD tell? A signal that is pending already is not
counted a second time, so one delivery stands for all that died since the last.

A death is logged just before it happens, a delivery just after: a child may have
written `exit` and not be dead yet when the handler of another's signal runs. So a
death goes to the first delivery after its `exit` line. The kernel sends none for
nothing: where a delivery would be left without any, the nearest one before that has
several passes deaths on. So if there are as many deliveries as deaths, as with queued
signals (SIGRTMIN), each told of one.
"""

from bisect import bisect_left


def count_deaths(run):
    """Set `deaths` of a Run's Sigchlds, and `sigchld` of its children whose death
    one of them told."""
    by_pid = {}
    for one in run.sigchlds:
        by_pid.setdefault(one.pid, []).append(one)
    for pid, deliveries in by_pid.items():
        deliveries.sort(key=lambda one: one.at)
        children = [one for one in run.children if one.parent == pid]
        _share_out(deliveries, children)


def _share_out(deliveries, children):
    times = [one.at for one in deliveries]
    counts, dead = [0] * len(deliveries), []
    for child in sorted(children, key=_death):
        index = _first_after_death(child, times)
        if index is not None:
            counts[index] += 1
            dead.append((index, child))
    _fill_empty(counts)
    dead.sort(key=lambda one: one[0])
    waiting = iter(dead)
    for delivery, count in zip(deliveries, counts):
        delivery.deaths = count
        for _ in range(count):
            next(waiting)[1].sigchld = delivery


def _fill_empty(counts):
    """Pass deaths on to the deliveries after that have none, the nearest first."""
    empty = []
    for index in range(len(counts) - 1, -1, -1):
        if counts[index] == 0:
            empty.append(index)
        while counts[index] > 1 and empty:
            counts[index] -= 1
            counts[empty.pop()] += 1


def _death(child):
    return min(t for t in (child.exited, child.reaped, float("inf")) if t is not None)


def _first_after_death(child, times):
    """The index of the delivery that told of this death, or None."""
    if child.exited is not None:
        index = bisect_left(times, child.exited)
        return index if index < len(times) else None
    if child.reaped is not None:  # killed: it was dead before it was reaped
        index = bisect_left(times, child.reaped) - 1
        return index if index >= 0 else None
    return None
