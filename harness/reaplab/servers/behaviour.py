"""Judges from outside which of its children a server reaps.

Two arrangements show the difference between the first three variants. In one, clients
leave one by one. In the other, they leave together while the parent is frozen, so that
their SIGCHLDs merge.
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
    """The verdict, one of the sentences above, and its evidence: how many of `clients`
    clients left a zombie, one by one and together. The numbers are None if the
    clients were not tried."""

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
    """Takes a running server through both arrangements. Returns its Behaviour."""
    # The clients of one_more() stay to the end, so that their children are not
    # counted.
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
    """Returns how many zombies are left after the parent has served three more clients.
    Gives it one more second to reap."""
    for _ in range(3):
        held.enter_context(arrange.one_more(server))

    def none():
        assert not server.listener.zombies()

    try:
        eventually(none, within=1.0)
    except AssertionError:
        pass
    return len(server.listener.zombies())
