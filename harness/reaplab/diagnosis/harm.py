"""Children that are killed or stopped, and clients that reset instead of leaving:
ends that a server may have forgotten.
"""

from . import evidence
from .evidence import Deaths, Harm
from .subject import LINGER

TOGETHER = 4  # children that die together, every second one killed
SLOW = 3  # times: a child may write of its error before it dies of it
RESETS = 6  # clients that reset: few enough for any listen queue


def harm(subject):
    """Children are killed or stopped, clients reset."""
    seen = Harm()
    for step, name in (
        (_stop, evidence.STOPPED),
        (_kill, evidence.KILLED),
        (_reset, evidence.RESET),
        (_reset_early, evidence.RESET_EARLY),
    ):
        goes_on = step(subject, seen)
        if subject.has_ended():
            seen.ended_by, seen.exit_status = name, subject.exit_status()
            return seen
        if not goes_on:
            _look_if_stuck(subject, seen, name)
            return seen
    seen.rest = subject.rest()
    return seen


def _look_if_stuck(subject, seen, step):
    """A step was broken off. Whatever it was for, a client has to be served."""
    _, outcome = subject.visit()
    if subject.has_ended():
        seen.ended_by, seen.exit_status = step, subject.exit_status()
    elif not outcome.served:
        seen.stuck_at, seen.stuck = step, outcome


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


def _kill(subject, seen):
    """One child is killed while its parent looks on; then some are killed and others
    end, all together, while it is frozen."""
    client, children = _served(subject)
    if client is None:
        return False
    if not children or not subject.stays_open(client):
        client.close()
        return True
    zombies = len(subject.zombies())
    subject.kill(children)
    client.close()
    subject.await_handled(children)
    dead = 1 + _kill_some(subject)
    seen.killed = Deaths(dead=dead, at_rest=_more_than(zombies, subject))
    last, seen.after_kill = subject.visit()
    if not seen.after_kill.served:
        return False
    seen.killed.after_client = _more_than(zombies, subject)
    children = subject.holders_of(last) - subject.standing
    last.close()
    if subject.is_slow:
        return True
    if children and subject.fate(children) == evidence.DIES:
        seen.after_fin = Deaths(dead=1, at_rest=_more_than(zombies, subject))
        seen.after_fin.after_client = seen.after_fin.at_rest
    return True


def _more_than(zombies, subject):
    """How many zombies there are, at rest, beside those of before."""
    return max(0, subject.settle() - zombies)


def _kill_some(subject):
    """Every second of some children is killed, and the clients of the others leave,
    while the parent is frozen. Returns how many died."""
    held = []
    for _ in range(TOGETHER):
        client, children = _served(subject)
        if client is None or not children:
            return 0
        held.append((client, children))
    everyone = set().union(*(children for _, children in held))
    with subject.frozen():
        for number, (client, children) in enumerate(held):
            if number % 2:
                subject.kill(children)
            client.close()
        subject.fate(everyone)
    return len(everyone)


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
    if not seen.while_stopped.served:
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
            return seen.last.served
        children |= served_by
        client.reset()
    if children:
        seen.fate = subject.fate(children, LINGER, SLOW)
    seen.after_resets = _deaths_since(subject, zombies, len(children))
    last, seen.last = subject.visit()
    if not seen.last.served:
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
    if not seen.last.served:
        return False
    _leave(subject, last)
    if not subject.is_slow and _all_gone(subject):
        seen.descriptors.append(subject.descriptors())
    return True


def _all_gone(subject):
    """Whether no child is left: the parent may hold something for each that is."""
    children = subject.newcomers()
    if children and subject.fate(children) != evidence.DIES:
        return False
    subject.await_handled(children)
    return subject.settle() == 0 and not subject.newcomers()
