"""What a right server does not show, for want of a name: see rules.py."""

from . import evidence
from .telling import fate, with_status, zombies


def oddities(seen):
    """All that a right server does not show, for want of a name."""
    visit = seen.visit
    drain, stall = seen.drain, seen.stall
    clients = [
        ("second", visit.second),
        ("third", visit.third),
        ("fourth", visit.fourth),
    ]
    if drain:
        clients.append(("next", drain.last))
    if stall:
        clients += [("waiting", stall.during), ("next", stall.after)]
    for run in (seen.series, seen.crowd, seen.rounds):
        if run:
            clients.append(("next", run.last))
    for which, outcome in clients:
        if outcome and not outcome.served:
            yield f"the {which} client was {fate(outcome)}"
    if visit.hangs_up:
        yield "a client that was there to say more was hung up on"
    if visit.fin is False:
        yield "a client that sent FIN got none back"
    if visit.after_fin in (evidence.STAYS, evidence.SPINS):
        yield f"when its client had left, a child {visit.after_fin}"
    if visit.runaways:
        yield f"{visit.runaways} children that serve nobody burn CPU"
    runs = (drain, seen.series, seen.crowd, seen.rounds)
    ended = any(run and run.ended for run in runs)
    if visit.ended_early or visit.ended_last or ended:
        yield f"the server ended{_how_it_ended(seen)}"
    if visit.zombies_in_the_end:
        yield f"{zombies(visit.zombies_in_the_end)} stayed"
    together = drain.deaths if drain else None
    if together and together.after_client:
        yield (
            f"of {together.dead} children that died together "
            f"{zombies(together.after_client)} stayed"
        )


def _how_it_ended(seen):
    for one in (seen.visit, seen.drain, seen.series, seen.crowd, seen.rounds):
        status = one.exit_status if one else None
        if status is not None:
            return with_status(status)
    return ""
