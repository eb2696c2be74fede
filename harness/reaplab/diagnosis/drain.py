"""Clients leave together, while the parent is frozen: all their children die before it
can do anything about the first.
"""

import random
import time

from . import evidence, proc_lines
from .evidence import Deaths, Drain

TOGETHER = 8  # clients that leave at once: few enough for any listen queue
FEW = 2  # clients at least, for a server that has no room for more
CROWD = 20  # at least, of a crowd: beyond the usual sizes of lists
MORE = 6  # and at random so many more, for no server to know the number
BUDGET = 15.0  # seconds for a crowd to come, if the server is slow


def drain(subject):
    """As many clients as nearly every server has room for."""
    return _drain(subject, TOGETHER)


def crowd(subject):
    """More clients than a short list has room for."""
    return _drain(subject, CROWD + random.randrange(MORE))


def _drain(subject, wanted):
    seen = Drain(wanted)
    with subject.frozen():
        pass  # what a freeze does by itself, and the thaw that ends it
    first, seen.thaw = subject.visit()
    if not seen.thaw.served:
        subject.look_for_end(seen)
        return seen
    silent = not subject.stays_open(first)
    clients = [] if silent else [first]
    children = _gather(subject, seen, clients, silent)
    seen.served = len(clients)
    if not children:
        return seen
    with subject.stopped(subject.standing - children):
        for client in clients:
            if silent:
                client.say()
            else:
                client.close()
        if subject.fate(children) != evidence.DIES:
            return seen
        dead = set(subject.zombies()) & children
        pending = proc_lines.of_status(subject.listener, "SigPnd", "ShdPnd")
        subject.note(proc_lines.PENDING, pending)
        seen.deaths = Deaths(
            dead=len(children),
            frozen=len(dead),
            sigchld_frozen=subject.sigchld(),
        )
    seen.deaths.at_rest = subject.settle()
    if not subject.look_for_end(seen):
        seen.deaths.sigchld_at_rest = subject.sigchld()
        _, seen.last = subject.visit()
        if seen.last.served:
            seen.deaths.after_client = subject.settle()
        else:
            subject.look_for_end(seen)
    return seen


def _gather(subject, seen, clients, silent):
    """Clients come, each when the last one has its child, until there are as many as
    wanted or as the server serves at the same time. A server that hangs up after its
    answer gets no question yet. Returns the children; none if one was not served."""
    began, children = time.monotonic(), set()
    for client in clients:
        children |= subject.servers_of(client)
    while len(clients) < seen.clients:
        if len(clients) >= TOGETHER and time.monotonic() - began > BUDGET:
            break
        client = subject.come(says=not silent)
        if silent:
            served_by = subject.await_child(client) if client else set()
        elif subject.answer(client).served:
            subject.await_asleep()
            served_by = subject.servers_of(client)
        else:
            served_by = None
        if not served_by:
            if client is not None:
                client.close()
            seen.full = served_by is None and len(clients) >= FEW
            return children if seen.full else set()
        clients.append(client)
        children |= served_by
    return children
