"""Children that are killed or stopped, and clients that reset instead of leaving:
ends that a server may have forgotten.
"""

from . import evidence
from .evidence import Deaths, Harm
from .subject import LINGER

VICTIMS = 2  # children that are killed, one after the other
RESETS = 6  # clients that reset: few enough for any listen queue

KILL = "a child was killed"
STOP = "a child was stopped and continued"
RESET = "clients reset"
EARLY = "clients reset before they were accepted"


def harm(subject):
    """Children are killed or stopped, clients reset."""
    seen = Harm()
    for step in (_kill, _stop, _reset, _reset_early):
        if not step(subject, seen):
            return seen
    seen.rest = subject.rest()
    return seen


def _served(subject):
    """(a client that was served, the processes that were started for it), or
    (None, an Outcome)."""
    client, outcome = subject.visit()
    if not outcome.served:
        return None, outcome
    return client, subject.holders_of(client) - subject.standing


def _leave(subject, client):
    """A client leaves, and the parent is done with it, before it is counted what it
    holds."""
    children = subject.holders_of(client) - subject.standing
    client.close()
    if not subject.is_slow:
        subject.fate(children)
        subject.settle()


def _goes_on(subject, seen, step, outcome):
    """Whether the server was not ended by a step, and has served a client since."""
    if subject.has_ended():
        seen.ended_by, seen.exit_status = step, subject.exit_status()
        return False
    return outcome.served


def _kill(subject, seen):
    dead = 0
    for _ in range(VICTIMS):
        client, children = _served(subject)
        if client is None:
            return False
        if not children or not subject.stays_open(client):
            client.close()
            return True
        subject.kill(children)
        client.close()
        dead += 1
        subject.await_handled(children)
    seen.killed = Deaths(dead=dead, at_rest=subject.settle())
    last, seen.after_kill = subject.visit()
    if not _goes_on(subject, seen, KILL, seen.after_kill):
        return False
    seen.killed.after_client = subject.settle()
    children = subject.holders_of(last) - subject.standing
    last.close()
    if subject.is_slow:
        return True
    if children and subject.fate(children) == evidence.DIES:
        seen.after_fin = Deaths(dead=1, at_rest=subject.settle())
        seen.after_fin.after_client = seen.after_fin.at_rest
    return True


def _stop(subject, seen):
    """A child is stopped while its client stays: another client is served, and when
    the child runs again, so is its own."""
    client, children = _served(subject)
    if client is None:
        return False
    if not children or not subject.stays_open(client):
        client.close()
        return True
    zombies = len(subject.zombies())
    with subject.stopped(children):
        another, seen.while_stopped = subject.visit()
        others = subject.holders_of(another) - subject.standing if another else set()
    client.say()
    seen.of_stopped = subject.answer(client)
    if not _goes_on(subject, seen, STOP, seen.while_stopped):
        return False
    client.close()
    another.close()
    if not subject.is_slow and subject.fate(children | others) == evidence.DIES:
        seen.stopped = _deaths_since(subject, zombies, 2)
    return True


def _deaths_since(subject, zombies, dead):
    """The Deaths of children that have just died, if there were so many zombies before;
    one more client comes and leaves."""
    found = Deaths(dead=dead, at_rest=max(0, subject.settle() - zombies))
    client, outcome = subject.visit()
    if outcome.served:
        found.after_client = max(0, subject.settle() - zombies)
        _leave(subject, client)
    return found


def _reset(subject, seen):
    zombies = len(subject.zombies())
    seen.descriptors = [subject.descriptors()]
    children = set()
    for seen.resets in range(1, RESETS + 1):
        client, served_by = _served(subject)
        if client is None:
            seen.last = served_by
            return _goes_on(subject, seen, RESET, seen.last)
        children |= served_by
        client.reset()
    if children:
        seen.fate = subject.fate(children, LINGER)
    seen.after_resets = _deaths_since(subject, zombies, len(children))
    last, seen.last = subject.visit()
    if not _goes_on(subject, seen, RESET, seen.last):
        return False
    _leave(subject, last)
    return True


def _reset_early(subject, seen):
    """Clients connect and reset while the parent is frozen: they wait in the listen
    queue, and are gone when they are accepted."""
    seen.early_resets = RESETS
    with subject.frozen():
        for _ in range(RESETS):
            client = subject.come(says=False)
            if client is not None:
                client.reset()
    subject.await_accepted()
    last, seen.last = subject.visit()
    if not _goes_on(subject, seen, EARLY, seen.last):
        return False
    _leave(subject, last)
    seen.descriptors.append(subject.descriptors())
    return True
