"""The rules: each looks in the evidence for the trace of one belief, and says what
was seen of it, or None. Pure functions, like all of judging.
"""

from . import evidence
from .oddities import oddities
from .stuck import is_lock, is_wait
from .telling import STUCK, fate, zombies


def _has_children(visit):
    return visit.served_by in (evidence.NEW_CHILD, evidence.ORPHAN)


def _steals(visit):
    """strace has seen it; or could not look, and the parent waits for children
    that serve nobody, while its clients are turned away."""
    return visit.first.kind == evidence.TURNED_AWAY and (
        visit.steals or visit.steals is None and visit.reaped_before_clients
    )


def _never_reaps(visit):
    deaths = visit.deaths
    if not deaths or not deaths.after_client:
        return False
    if visit.served_by == evidence.ORPHAN:
        # For each of three clients so far, a child died that left it an orphan.
        return deaths.after_client >= 3
    return deaths.after_client == deaths.dead


def _is_deaf(visit):
    """SIGCHLD has a handler, is blocked, and has come."""
    now = visit.deaths.sigchld_at_rest
    return bool(now and now.caught and now.blocked and now.pending)


def _loses_handler(visit):
    now = visit.sigchld_in_the_end
    return bool(
        visit.zombies_in_the_end
        and not _never_reaps(visit)
        and visit.sigchld
        and now
        and visit.sigchld.caught
        and not now.caught
    )


# The rules: each takes an Evidence and returns what was seen, or None.


def _nobody_reaps(seen):
    visit = seen.visit
    if not _never_reaps(visit) or _is_deaf(visit):
        return None
    return (
        "a child died and was a zombie, also when another client had come; "
        f"{zombies(visit.zombies_in_the_end)} in the end"
    )


def _exec_starts_clean(seen):
    visit = seen.visit
    if not _never_reaps(visit) or not _is_deaf(visit):
        return None
    return (
        "SIGCHLD has a handler, but it is blocked: it stays pending, and "
        f"{zombies(visit.zombies_in_the_end)} stay"
    )


def _handler_stays(seen):
    visit = seen.visit
    if not _loses_handler(visit):
        return None
    return (
        "the first dead child was reaped; now SIGCHLD is not caught any more, and "
        f"{zombies(visit.zombies_in_the_end)} stay"
    )


def _loses_some(seen, heeds_signals):
    """The Deaths of children that died together, if it reaps, and not all of them;
    None also if it heeds signals, or does not, unlike the one asked for."""
    deaths = seen.drain.deaths if seen.drain else None
    if not deaths or not deaths.after_client or _never_reaps(seen.visit):
        return None
    frozen = deaths.sigchld_frozen
    heeds = not frozen or frozen.caught or frozen.blocked
    return deaths if heeds == heeds_signals else None


def _one_signal_one_death(seen):
    deaths = _loses_some(seen, heeds_signals=True)
    if not deaths:
        return None
    pending = deaths.sigchld_frozen and deaths.sigchld_frozen.pending
    signals = "one SIGCHLD was pending" if pending else "no SIGCHLD was pending"
    return (
        f"while it was frozen {deaths.dead} children died and {signals}; thawed, "
        f"it left {zombies(deaths.at_rest)}, and {deaths.after_client} after one "
        "more client"
    )


def _one_client_one_death(seen):
    deaths = _loses_some(seen, heeds_signals=False)
    if not deaths:
        return None
    return (
        f"{deaths.dead} children died together: it left {zombies(deaths.at_rest)}, and "
        f"{deaths.after_client} after one more client"
    )


def _wait_after_fork(seen):
    visit = seen.visit
    second = visit.second
    if second is None or second.served or not _has_children(visit):
        return None
    if second.kind == evidence.SPINNING:
        return "the second client was not served: the parent burnt CPU instead"
    if not is_wait(second) and second.kind != evidence.RESTLESS:
        return None
    return f"the second client was {fate(second)}, while its first child lives"


def _one_client_at_a_time(seen):
    visit = seen.visit
    second = visit.second
    if second is None or second.served or visit.served_by != evidence.ITSELF:
        return None
    if second.kind not in STUCK:
        return None
    return f"the second client was {fate(second)}, and there is no child"


def _waits_for_the_living(seen):
    third = seen.visit.third
    if third is None or not is_wait(third):
        return None
    return f"the third client was {fate(third)}"


def _spins_for_the_living(seen):
    third = seen.visit.third
    if third is None or third.kind != evidence.SPINNING:
        return None
    return "the third client was not served: the parent burnt CPU instead"


def _handler_is_ordinary_code(seen):
    visit, stall = seen.visit, seen.stall
    third = visit.third
    if third and is_lock(third):
        return f"the third client was {fate(third)}"
    if not (third and third.served and stall):
        return None
    for which, outcome in (("waiting", stall.during), ("next", stall.after)):
        if outcome and outcome.kind == evidence.ASLEEP:
            return f"the {which} client was {fate(outcome)}, for good"
    return None


def _blocking_calls_just_block(seen):
    visit = seen.visit
    if visit.runaways and visit.after_fin == evidence.DIES:
        return (
            f"3 clients had left, and children that serve nobody burnt CPU: "
            f"{visit.runaways} of them"
        )
    if visit.ended_early and _handles(visit) and _left_by_itself(visit):
        return (
            "the server ended when a child died, though another lived on, with "
            f"exit status {visit.exit_status}"
        )
    return None


def _handler_leaves_no_trace(seen):
    visit = seen.visit
    if visit.ended_last and _handles(visit) and _left_by_itself(visit):
        return (
            "the server outlived each child but the last: when no other lived it "
            f"ended too, with exit status {visit.exit_status}"
        )
    return None


def _handles(visit):
    return bool(visit.sigchld and visit.sigchld.caught)


def _left_by_itself(visit):
    return visit.exit_status is not None and visit.exit_status >= 0


def _close_ends_connection(seen):
    visit = seen.visit
    if visit.fin is False and visit.parent_keeps_connection:
        return (
            "the child is dead, and the client sees no FIN: the parent still holds "
            "the connected socket"
        )
    return None


def _listener_is_the_parents(seen):
    visit = seen.visit
    if not visit.child_keeps_listener or visit.port_after_kill == "free":
        return None
    if visit.port_after_kill == "taken":
        return (
            "the port was taken (EADDRINUSE): the child that serves a client holds "
            "the listening socket"
        )
    return "the child that serves a client holds the listening socket"


def _finished_child_is_gone(seen):
    visit = seen.visit
    if visit.heir == evidence.HEIR:
        return (
            "its child lives on, holds the listening socket, and with the parent "
            "frozen it accepted the next client and forked a child of its own"
        )
    if visit.after_fin == evidence.SPINS and not visit.keeps_first:
        return "its child has closed the connection, lives on, and burns CPU"
    return None


def _all_children_are_mine(seen):
    visit = seen.visit
    if not _steals(visit):
        return None
    what = (
        "the client was turned away; the parent had reaped a child before any "
        "client had come"
    )
    if visit.steals:
        what += (
            ", and the wait for that very child failed with ECHILD, says strace: a "
            "wait for just any child had taken it"
        )
    return what


def _read_fails_at_the_end(seen):
    visit = seen.visit
    if visit.after_fin == evidence.SPINS and visit.keeps_first:
        return "its child holds the connection still, and burns CPU"
    return None


RULES = {
    "nobody-reaps": _nobody_reaps,
    "exec-starts-clean": _exec_starts_clean,
    "handler-stays": _handler_stays,
    "wait-after-fork": _wait_after_fork,
    "one-client-at-a-time": _one_client_at_a_time,
    "waits-for-the-living": _waits_for_the_living,
    "spins-for-the-living": _spins_for_the_living,
    "blocking-calls-just-block": _blocking_calls_just_block,
    "one-signal-one-death": _one_signal_one_death,
    "one-client-one-death": _one_client_one_death,
    "handler-leaves-no-trace": _handler_leaves_no_trace,
    "handler-is-ordinary-code": _handler_is_ordinary_code,
    "close-ends-connection": _close_ends_connection,
    "finished-child-is-gone": _finished_child_is_gone,
    "listener-is-the-parents": _listener_is_the_parents,
    "all-children-are-mine": _all_children_are_mine,
    "read-fails-at-the-end": _read_fails_at_the_end,
}


# A belief explains what another rule would take for its own.
EXPLAINS = {
    "finished-child-is-gone": ("listener-is-the-parents",),
    "handler-stays": ("one-signal-one-death", "one-client-one-death"),
}


def find_beliefs(seen):
    """{id of a belief: what was seen of it}, for an Evidence without a fault."""
    found = {name: rule(seen) for name, rule in RULES.items()}
    found = {name: what for name, what in found.items() if what}
    explained = {other for name in found for other in EXPLAINS.get(name, ())}
    found = {
        name: what for name, what in found.items() if name not in explained
    }
    if not found and seen.visit.first.served:
        odd = "; ".join(oddities(seen))
        if odd:
            found["unnamed"] = odd
    return found
