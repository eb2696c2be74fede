"""Deaths together, without touching the parent: clients leave while others come, and
the parent is busy with these. SIGCHLDs merge then, sooner or later.
"""

import time

from . import evidence
from .evidence import Rounds

HELD = 12  # clients that leave in one round
FEW = 4  # at least, where that takes long
PER_COMER = 3  # so many leave for one that comes: it keeps the parent busy
ROUNDS = 2
BUDGET = 4.0  # seconds for the clients of a round to come, if the server is slow


def rounds(subject):
    """Rounds of clients that leave together, until zombies stay."""
    seen, held = Rounds(), []
    while seen.rounds < ROUNDS:
        if not _fill(subject, seen, held):
            return seen
        dying = set().union(*(children for _, children in held))
        comers = _leave_together(subject, held)
        held = []
        for client in comers:
            seen.last = subject.answer(client)
            if not seen.last.served:
                subject.look_for_end(seen)
                return seen
            held.append((client, subject.holders_of(client) - subject.standing))
        if subject.fate(dying) != evidence.DIES:
            return seen
        seen.rounds += 1
        seen.dead += len(dying)
        subject.await_handled(dying)
        if subject.zombies() and subject.settle():
            break
        if subject.late or subject.works_on:
            break
    _look_again(subject, seen)
    return seen


def _fill(subject, seen, held):
    """Clients come until so many are held as are to leave, or time is up. Returns
    False if one was not served, or if there is nothing to be seen."""
    until = time.monotonic() + BUDGET
    while len(held) < HELD and (time.monotonic() < until or len(held) < FEW):
        client, seen.last = subject.visit()
        if not seen.last.served:
            subject.look_for_end(seen)
            return False
        children = subject.holders_of(client) - subject.standing
        if not children:
            return False
        if not held and not subject.stays_open(client):
            return False
        held.append((client, children))
    return True


def _leave_together(subject, held):
    """All leave, and some come meanwhile. Returns these."""
    comers = []
    for number, (client, _) in enumerate(held):
        if number % PER_COMER == 0:
            comers.append(subject.come())
        client.close()
    return comers


def _look_again(subject, seen):
    if subject.look_for_end(seen):
        return
    seen.left = subject.settle()
    _, seen.last = subject.visit()
    if seen.last.served:
        seen.after_client = subject.settle()
    else:
        subject.look_for_end(seen)
