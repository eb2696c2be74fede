"""Of how many deaths did each SIGCHLD tell? A signal that is pending already is not
counted a second time, so one delivery stands for all that died since the last.

A death is logged just before it happens, a delivery just after: a child may have
written `exit` and not be dead yet when the handler of another's signal runs. So a
death goes to the first delivery after its `exit` line; and where a delivery would
be left without any, although the kernel sends none for nothing, it is given the
last death of the one before, if that has several.
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
    told = [[] for _ in deliveries]
    for child in sorted(children, key=_death):
        index = _first_after_death(child, times)
        if index is not None:
            told[index].append(child)
    for index in range(len(told) - 1, 0, -1):
        if not told[index] and len(told[index - 1]) > 1:
            told[index].append(told[index - 1].pop())
    for delivery, dead in zip(deliveries, told):
        delivery.deaths = len(dead)
        for child in dead:
            child.sigchld = delivery


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
