"""What is seen of a server when an idea holds: each function takes an Evidence, and
returns the sentence that says how the idea was seen to hold, or None.
"""

from ...diagnosis import evidence
from ...diagnosis.telling import zombies


def serves_clients(seen):
    if seen.visit.first.served:
        return "a client said something, and had it back"
    return None


def serves_while_held(seen):
    visit = seen.visit
    if visit.hangs_up:
        return None  # nobody was held
    others = [visit.second]
    if visit.served_by != evidence.ITSELF:
        others.append(visit.third)
    if not all(one and one.served for one in others):
        return None
    if len(others) == 1:
        return "another was served while a client stayed"
    return "others were served while a client stayed, before and after a death"


def serves_by_itself(seen):
    """Whether no process was seen that it had started for a client."""
    return seen.visit.served_by == evidence.ITSELF or bool(seen.visit.hangs_up)


def forks_nobody(seen):
    """Whether it serves several clients at a time, and starts no process for them."""
    return seen.visit.served_by == evidence.ITSELF and seen.visit.second.served


def goes_on(seen):
    visit = seen.visit
    if visit.fourth and visit.fourth.served and not visit.runaways:
        return "all clients had left, and the next was served"
    return None


def reaps_each(seen):
    visit = seen.visit
    deaths = visit.deaths
    if not deaths or not deaths.dead or visit.ended_early or visit.hangs_up:
        return None
    # It may be reaped when the next client comes. If that one is not served, what
    # there was before it has to do.
    left = deaths.at_rest if deaths.after_client is None else deaths.after_client
    if left == 0 and not visit.zombies_in_the_end:
        return f"{deaths.dead} child died and left no zombie"
    return None


def reaps_together(seen):
    drain = seen.drain
    deaths = drain.deaths if drain else None
    if deaths and deaths.dead and deaths.after_client == 0:
        return (
            f"{deaths.dead} children died while it was frozen; thawed, it left "
            f"{zombies(deaths.at_rest)}, and none after one more client"
        )
    return None


def reaps_in_time(seen):
    deaths = seen.visit.deaths
    if deaths and deaths.dead and deaths.at_rest == 0 and not seen.visit.hangs_up:
        return "no zombie was left when the server had come to rest"
    return None


def keeps_statuses(seen):
    deaths = seen.drain.deaths if seen.drain else None
    if deaths and deaths.dead and deaths.frozen == deaths.dead:
        return (
            f"frozen, it had {zombies(deaths.frozen)}: their statuses waited for it"
        )
    return None


def parent_closes(seen):
    visit = seen.visit
    if visit.fin and not visit.parent_keeps_connection:
        return "the client saw the server's FIN"
    return None


def child_closes(seen):
    visit = seen.visit
    if visit.child_keeps_listener is False and visit.port_after_kill == "free":
        return "the parent was killed, and the port was free at once"
    return None


def child_ends(seen):
    if seen.visit.after_fin == evidence.DIES:
        return "the child died with its client"
    return None


def safe_handler(seen):
    stall = seen.stall
    if not stall or stall.parent_writes is None:
        return None
    if not stall.parent_writes:
        return "the server writes nothing in which a handler could interrupt it"
    if all(one and one.served for one in (stall.during, stall.after)):
        return "both clients were served when the output was read again"
    return None


def idle(seen):
    if not seen.visit.spins_idle and not seen.visit.runaways:
        return "it sleeps when there is nothing to do"
    return None
