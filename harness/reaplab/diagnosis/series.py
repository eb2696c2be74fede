"""Clients that come and leave one by one, with no other there. What is held by nobody
but the parent shows here, and what works for the first few deaths only.
"""

import random
import time

from . import evidence
from .evidence import Series
from .keepers import keeper
from .subject import LATE, QUIET

DEATHS = 42  # at least, one by one: beyond the usual sizes of lists
MORE = 6  # and at random so many more, for no server to know the number
BUDGET = 12.0  # seconds for these, if the server is slow
WORN = 20  # clients for the workers of a pool
ENOUGH = 3  # zombies that stayed; no death after them is waited for


def series(subject):
    """Clients come and leave one by one, with no other there."""
    seen = Series(before=subject.rest(), sigchld=subject.sigchld())
    first, seen.first = subject.visit()
    if not seen.first.served:
        return seen
    children = subject.holders_of(first) - subject.standing
    seen.hangs_up = not subject.stays_open(first)
    dead = []
    if not seen.hangs_up:
        if not children:
            worker = subject.servers_of(first)
            first.close()
            if worker:
                _use_up(subject, seen)
            return seen
        _leave_alone(subject, seen, first, children)
        if seen.fate != evidence.DIES or subject.look_for_end(seen):
            return seen
        dead.append(children)
        seen.rest = subject.rest()
        if not seen.rest.calm:
            return seen
    left = len(subject.zombies()) if subject.is_slow else subject.settle()
    seen.left = [left] * len(dead)
    before = subject.descriptors()
    _one_by_one(subject, seen, dead)
    if subject.look_for_end(seen):
        return seen
    subject.settle()
    seen.descriptors = [before, subject.descriptors()]
    seen.rest = subject.rest()
    left = set(subject.zombies())
    if seen.unserved is None:
        _, seen.last = subject.visit()
        subject.settle()
    subject.look_for_end(seen)
    seen.sigchld_in_the_end = subject.sigchld()
    seen.dead = len(dead)
    seen.lost = _lost(left & set(subject.zombies()), dead)
    return seen


def _use_up(subject, seen):
    """Of a pool: so many clients that workers which retire after some have done so."""
    workers = subject.standing - {subject.listener, subject.server.process}
    for number in range(1, WORN + 1):
        client = subject.come()
        outcome = subject.answer(client)
        if not outcome.served:
            seen.unserved, seen.last = number, outcome
            break
        worker = subject.servers_of(client)
        client.close()
        seen.clients += 1
        subject.await_asleep()
        if not all(one.is_alive() for one in worker):
            subject.await_handled(worker)
    subject.await_asleep()
    zombies = set(subject.zombies())
    if zombies:
        subject.settle()
        zombies = set(subject.zombies())
    seen.dead = sum(not one.is_alive() for one in workers | zombies)
    seen.lost = list(range(seen.dead - len(zombies) + 1, seen.dead + 1))


def _leave_alone(subject, seen, client, children):
    """The only client there is half-closes, waits for a FIN, and is followed by
    another only when it got none."""
    client.half_close()
    seen.fate = subject.fate(children)
    stays = seen.fate == evidence.STAYS  # so it has had its time
    seen.fin = client.has_fin(0) if stays else subject.await_fin(client, children)
    if seen.fin is False and seen.fate == evidence.DIES:
        holders = subject.holders_of(client)
        seen.fin_kept_by = keeper(subject, holders)
        subject.note_connection(client, holders)
        _, next_one = subject.visit()
        seen.fin_with_next = next_one.served and client.has_fin(QUIET)
    client.close()


def _one_by_one(subject, seen, dead):
    """Clients come and leave, each when the last one's child has died and its
    parent has handled that, or was seen not to."""
    began, wanted = time.monotonic(), DEATHS + random.randrange(MORE)
    while len(dead) < wanted and time.monotonic() - began < BUDGET:
        if dead and (subject.works_on or 0) > LATE:
            return  # each would have to be waited for
        client, children, outcome = _come(subject, seen.hangs_up)
        if not outcome.served:
            seen.unserved, seen.last = len(dead) + 1, outcome
            return
        client.close()
        if not children or subject.fate(children) != evidence.DIES:
            return
        seen.clients += 1
        dead.append(children)
        if len(subject.zombies()) <= ENOUGH:
            subject.await_handled(children)
        seen.left.append(len(subject.zombies()))


def _come(subject, hangs_up):
    """A client comes and is answered: (the client, the processes started for it, its
    Outcome). A server that hangs up with its answer has a child before it."""
    client = subject.come(says=not hangs_up)
    if hangs_up and client is not None:
        children = subject.await_child(client)
        client.say()
        return client, children, subject.answer(client)
    outcome = subject.answer(client)
    if not outcome.served:
        return client, set(), outcome
    subject.await_asleep()
    return client, subject.holders_of(client) - subject.standing, outcome


def _lost(zombies, dead):
    """The numbers, from 1, of the deaths that left one of the zombies; of a server
    whose children are not those that serve, as many of the last."""
    lost = [n for n, children in enumerate(dead, 1) if children & zombies]
    if zombies and not lost:
        strangers = min(len(zombies), len(dead))
        lost = list(range(len(dead) - strangers + 1, len(dead) + 1))
    return lost
