"""The evidence that a right server gives, and what one mistake changes in it."""

import copy

from reaplab.diagnosis.evidence import (
    DIES, Deaths, Drain, Evidence, Harm, NEW_CHILD, Outcome, Rest, Rounds, SERVED,
    Series, Sigchld, Stall, Visit,
)

CAUGHT = Sigchld(caught=True, ignored=False, blocked=False, pending=False)
DEFAULT = Sigchld(caught=False, ignored=False, blocked=False, pending=False)
MERGED = Sigchld(caught=True, ignored=False, blocked=False, pending=True)
DEAF = Sigchld(caught=True, ignored=False, blocked=True, pending=True)
BLOCKED = Sigchld(caught=True, ignored=False, blocked=True, pending=False)


def right():
    """What a server with a handler that loops shows."""
    served = Outcome(SERVED)
    return Evidence(
        command=["server"],
        seconds=0.3,
        visit=Visit(
            reaped_before_clients=False,
            spins_idle=False,
            sigchld=CAUGHT,
            first=served,
            hangs_up=False,
            served_by=NEW_CHILD,
            second=served,
            parent_keeps_connection=False,
            child_keeps_listener=False,
            fin=True,
            after_fin=DIES,
            keeps_first=False,
            deaths=Deaths(
                dead=1, at_rest=0, after_client=0, sigchld_at_rest=CAUGHT
            ),
            third=served,
            fourth=served,
            zombies_in_the_end=0,
            sigchld_in_the_end=CAUGHT,
            runaways=0,
            port_after_kill="free",
        ),
        drain=drained(8),
        stall=Stall(parent_writes=True, during=served, after=served),
        series=Series(
            first=served,
            hangs_up=False,
            fin=True,
            fate=DIES,
            dead=36,
            left=[0] * 36,
            sigchld=CAUGHT,
            sigchld_in_the_end=CAUGHT,
            last=served,
            clients=35,
            descriptors=[4, 4],
            before=Rest(0.5),
            rest=Rest(0.5),
        ),
        harm=Harm(
            killed=Deaths(dead=5, at_rest=0, after_client=0),
            after_kill=served,
            after_fin=Deaths(dead=1, at_rest=0, after_client=0),
            while_stopped=served,
            of_stopped=served,
            stopped=Deaths(dead=2, at_rest=0, after_client=0),
            resets=6,
            after_resets=Deaths(dead=6, at_rest=0, after_client=0),
            fate=DIES,
            early_resets=6,
            descriptors=[4, 4],
            last=served,
            rest=Rest(0.5),
        ),
        crowd=drained(23),
        rounds=Rounds(rounds=4, dead=48, left=0, after_client=0, last=served),
    )


def drained(clients):
    """What that many clients show of it that leave together."""
    return Drain(
        clients=clients,
        thaw=Outcome(SERVED),
        served=clients,
        deaths=Deaths(
            dead=clients,
            frozen=clients,
            at_rest=0,
            after_client=0,
            sigchld_frozen=MERGED,
            sigchld_at_rest=CAUGHT,
        ),
        last=Outcome(SERVED),
    )


def changed(**changes):
    """A right server's evidence, but for these: visit__third=... is the field
    third of its visit."""
    found = copy.deepcopy(right())
    for path, value in changes.items():
        *way, last = path.split("__")
        target = found
        for name in way:
            target = getattr(target, name)
        assert hasattr(target, last), path
        setattr(target, last, value)
    return found
