"""Which of its children a server reaps, judged from outside.

Two arrangements tell the three answers of this lab apart: clients that leave one
by one, and clients that leave together while the parent is frozen, so that their
SIGCHLDs merge into one.
"""

import contextlib
from dataclasses import dataclass

from . import arrange
from ..deadline import eventually

NONE = "reaps none of its children"
ONE_PER_SIGNAL = "reaps one child per SIGCHLD: it loses children when signals merge"
ALL = "reaps every child"
NO_CHILDREN = "has no child of its own per client: there is nothing to reap"
OTHER = "shows none of the three behaviours"


@dataclass(frozen=True)
class Behaviour:
    """The verdict, one of the sentences above, and what it rests on: zombies
    left of `clients` that left one by one, and of as many that left together.
    None: it did not come to that."""

    verdict: str
    clients: int
    left_one_by_one: int = None
    left_together: int = None

    def __str__(self):
        if self.left_one_by_one is None:
            return self.verdict
        return (
            f"{self.verdict} (of {self.clients} clients that left one by one "
            f"{self.left_one_by_one} zombies stayed for a second, of {self.clients} "
            f"that left while the parent was frozen, {self.left_together})"
        )


def observe(server, clients=10):
    """Take a running server through both arrangements; return its Behaviour."""
    # Clients held to see the parent go round stay to the end: their deaths must
    # not be among those that are counted.
    with contextlib.ExitStack() as held:
        held.enter_context(arrange.one_more(server))
        if not server.listener.live_children():
            return Behaviour(NO_CHILDREN, clients)
        before = _zombies_that_stay(server, held)
        arrange.visit(server, clients)
        middle = _zombies_that_stay(server, held)
        arrange.freeze_and_drain(server, clients)
        arrange.thaw(server)
        after = _zombies_that_stay(server, held)
    one_by_one, together = middle - before, after - middle
    verdict = _judge(clients, one_by_one, together)
    return Behaviour(verdict, clients, one_by_one, together)


def _judge(clients, one_by_one, together):
    known = {
        (clients, clients): NONE,
        (0, clients - 1): ONE_PER_SIGNAL,
        (0, 0): ALL,
    }
    return known.get((one_by_one, together), OTHER)


def _zombies_that_stay(server, held):
    """How many zombies are left once the parent has gone round its loop three
    times. A server may reap a moment later than that: it is given a second."""
    for _ in range(3):
        held.enter_context(arrange.one_more(server))

    def none():
        assert not server.listener.zombies()

    try:
        eventually(none, within=1.0)
    except AssertionError:
        pass
    return len(server.listener.zombies())
