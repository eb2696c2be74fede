"""The rules: each looks in the evidence for the trace of one belief, and says what
was seen of it, or None. Pure functions, like all of judging.
"""

from . import evidence, ledgers
from .beliefs import ABOUT_SOCKETS
from .keepers import PARENT
from .missed import find_belief
from .oddities import oddities
from .stuck import is_lock, is_wait
from .telling import STUCK, Trace, fate, zombies


LONG = 3.0  # seconds without reaping that are told: a timer had its time


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
    now = visit.deaths.sigchld_at_rest if visit.deaths else None
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


def _loses(series):
    """Whether SIGCHLD was caught before the first client, and then no more."""
    before, after = series.sigchld, series.sigchld_in_the_end
    return bool(before and after and before.caught and not after.caught)


def _lets_go(deaths):
    """Whether SIGCHLD was caught while the parent was frozen, and then no more."""
    before, after = deaths.sigchld_frozen, deaths.sigchld_at_rest
    return bool(before and after and before.caught and not after.caught)


# The rules: each takes an Evidence and returns what was seen, or None.


def _reaps_nobody(seen):
    """Of no child in any run it was seen that the parent reaped it."""
    series = seen.series
    if seen.visit.by_worker and not seen.visit.deaths:
        return bool(series and series.dead and len(series.lost) == series.dead)
    return _never_reaps(seen.visit) and not ledgers.reaps_any(seen)


def _nobody_reaps(seen):
    visit, series = seen.visit, seen.series
    if visit.nested_zombies:
        return Trace(
            "the processes that serve them had children of their own, of which "
            f"{visit.nested_zombies} stayed zombies while the clients did",
            done="two clients were held, and one of them said three things",
        )
    if not _reaps_nobody(seen) or _is_deaf(visit):
        return None
    if not visit.deaths:
        gone = f"; the {series.unserved}th was not served" if series.unserved else ""
        return (
            f"{series.clients} clients came and left, and {series.dead} workers ended: "
            f"{zombies(len(series.lost))} in the end{gone}"
        )
    what = "a child died and was a zombie, also when another client had come; "
    if (seen.waited or 0) >= LONG:
        what += f"it was not seen to be reaped within {seen.waited:g} s; "
    if series and series.lost:
        what += f"in another run {series.dead} died one by one: "
        return f"{what}{zombies(len(series.lost))} in the end"
    if visit.zombies_in_the_end is None:
        return what.removesuffix("; ")
    return f"{what}{zombies(visit.zombies_in_the_end)} in the end"


def _exec_starts_clean(seen):
    visit = seen.visit
    if not _reaps_nobody(seen) or not _is_deaf(visit):
        return None
    return (
        "SIGCHLD has a handler, but it is blocked: it stays pending, and "
        f"{zombies(visit.zombies_in_the_end)} stay"
    )


def _handler_stays(seen):
    visit, deaths = seen.visit, seen.drain.deaths if seen.drain else None
    if deaths and deaths.after_client and _lets_go(deaths):
        return (
            "SIGCHLD was caught when children died together, and is not caught any "
            f"more; {zombies(deaths.after_client)} stay of {deaths.dead}"
        )
    series = seen.series
    if series and series.lost and ledgers.reaps_any(seen) and _loses(series):
        return (
            f"of {series.dead} children that died one by one the first was reaped; now "
            f"SIGCHLD is not caught any more, and {zombies(len(series.lost))} stay"
        )
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
    if not deaths or _reaps_nobody(seen):
        return None
    if not deaths.after_client and not ledgers.untouched_loss(seen):
        return None
    frozen = deaths.sigchld_frozen
    heeds = not frozen or frozen.caught or frozen.blocked
    return deaths if heeds == heeds_signals else None


def _one_signal_one_death(seen):
    deaths = _loses_some(seen, heeds_signals=True)
    if not deaths or ledgers.loses_single(seen):
        return None
    untouched = ledgers.untouched_loss(seen)
    if not deaths.after_client:
        return Trace(
            f"{untouched}; when it was frozen and thawed, it left none of "
            f"{deaths.dead}",
            done="clients left together while others came, and nothing was done to "
            "the parent; in another run it was frozen (SIGSTOP) and thawed (SIGCONT)",
            run="rounds",
        )
    pending = deaths.sigchld_frozen and deaths.sigchld_frozen.pending
    signals = "one SIGCHLD was pending" if pending else "no SIGCHLD was pending"
    return (
        f"while it was frozen {deaths.dead} children died and {signals}; thawed, "
        f"it left {zombies(deaths.at_rest)}, and {deaths.after_client} after one "
        "more client" + (f"; {untouched}" if untouched else "")
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
    return _if_told(
        second, f"the second client was {fate(second)}, while its first child lives"
    )


def _if_told(outcome, what):
    """The Trace of a wait for a child, if the kernel told the call, or a lesser one."""
    if outcome.calls:
        return Trace(what)
    return Trace(what, indirect="the kernel did not tell in which call it sleeps")


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
    last = seen.rounds.last if seen.rounds else None
    if last and last.calls and is_wait(last):
        return Trace(
            f"a client was {fate(last)}, while others stayed",
            done="clients came and left while others stayed",
            run="rounds",
        )
    if third is None or not is_wait(third):
        return None
    return _if_told(third, f"the third client was {fate(third)}")


def _spins_for_the_living(seen):
    third = seen.visit.third
    if third is None or third.kind != evidence.SPINNING:
        return None
    return "the third client was not served: the parent burnt CPU instead"


def _handler_is_ordinary_code(seen):
    visit, stall = seen.visit, seen.stall
    third = visit.third
    if third and is_lock(third):
        return Trace(
            f"the third client was {fate(third)}",
            done="one client was held, and another came and left; then a third came",
        )
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
    visit, series = seen.visit, seen.series
    if visit.fin is False and (visit.parent_keeps_connection or visit.fin_kept_by):
        if not visit.keeps_first:
            who = visit.fin_kept_by or PARENT
            return (
                f"the child is dead, and the client sees no FIN: {who} still holds "
                "the connected socket"
            )
    if series and series.fin is False and series.fin_kept_by:
        after = ""
        if series.fin_with_next:
            after = ", until the next client had come"
        return Trace(
            "the child is dead, and the client sees no FIN: "
            f"{series.fin_kept_by} still holds the connected socket{after}",
            done="one client came, with no other there, sent FIN, and waited for the "
            "server's",
        )
    return None


def _listener_is_the_parents(seen):
    visit = seen.visit
    if visit.listener_kept_by and visit.port_after_kill == "taken":
        return (
            "the port was taken (EADDRINUSE), and nobody was served: "
            f"{visit.listener_kept_by} holds the listening socket"
        )
    if not visit.child_keeps_listener or visit.port_after_kill == "free":
        return None
    if visit.port_after_kill == "taken":
        return (
            "the port was taken (EADDRINUSE): the child that serves a client holds "
            "the listening socket"
        )
    return Trace(
        "the child that serves a client holds the listening socket",
        done="a client was served, and the holders of the listening socket were "
        "looked up",
    )


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
    if not visit.steals:
        return Trace(
            what,
            indirect="which of its children it had reaped was not seen: strace tells",
        )
    return Trace(
        f"{what}, and the wait for that very child failed with ECHILD, says strace: a "
        "wait for just any child had taken it"
    )


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
    "reaper-stays": ledgers.reaper_stays,
    "few-at-a-time": ledgers.few_at_a_time,
    "reaps-some": ledgers.reaps_some,
    "every-death-is-an-exit": ledgers.every_death_is_an_exit,
    "sigchld-means-death": ledgers.sigchld_means_death,
    "clients-leave-politely": ledgers.clients_leave_politely,
    "descriptors-are-free": ledgers.descriptors_are_free,
    "storms-after-death": ledgers.storms_after_death,
    "stop-leaves-no-trace": ledgers.stop_leaves_no_trace,
}


# A belief explains what another rule would take for its own.
_NO_REAPING = ("nobody-reaps", "exec-starts-clean")
_STOPS_SERVING = (
    "wait-after-fork",
    "one-client-at-a-time",
    "waits-for-the-living",
    "spins-for-the-living",
    "handler-leaves-no-trace",
    "handler-is-ordinary-code",
)
_DEAD_STAY = (
    *_NO_REAPING,
    "handler-stays",
    "one-signal-one-death",
    "one-client-one-death",
    "reaper-stays",
    "few-at-a-time",
)
_CHILD_STAYS = ("finished-child-is-gone", "read-fails-at-the-end")

EXPLAINED_BY = {
    "listener-is-the-parents": ("finished-child-is-gone",),
    # What never rests has zombies of its own at any moment.
    "one-signal-one-death": (
        "handler-stays", "reaper-stays", "few-at-a-time", "storms-after-death",
    ),
    "one-client-one-death": ("handler-stays", "reaper-stays", "few-at-a-time"),
    "reaper-stays": (*_NO_REAPING, "handler-stays"),
    "few-at-a-time": (*_NO_REAPING, "handler-stays", "reaper-stays"),
    "reaps-some": (*_DEAD_STAY, "blocking-calls-just-block", "storms-after-death"),
    "every-death-is-an-exit": (
        *_DEAD_STAY, *_STOPS_SERVING, "blocking-calls-just-block", "reaps-some",
        "stop-leaves-no-trace", "storms-after-death",
    ),
    "sigchld-means-death": (
        *_NO_REAPING, *_STOPS_SERVING, "handler-stays", "blocking-calls-just-block",
        "reaps-some", "reaper-stays", "every-death-is-an-exit",
    ),
    "clients-leave-politely": (
        *_DEAD_STAY, *_STOPS_SERVING, *_CHILD_STAYS, "blocking-calls-just-block",
        "every-death-is-an-exit", "reaps-some", "sigchld-means-death",
        "stop-leaves-no-trace", "close-ends-connection",
    ),
    "descriptors-are-free": ("close-ends-connection",),
    "storms-after-death": (
        *_STOPS_SERVING, *_CHILD_STAYS, "blocking-calls-just-block",
    ),
    "stop-leaves-no-trace": (*_STOPS_SERVING, "blocking-calls-just-block"),
}


def find_beliefs(seen):
    """{id of a belief: its Trace}, for an Evidence without a fault."""
    found = {name: rule(seen) for name, rule in RULES.items()}
    found = {name: _trace(what) for name, what in found.items() if what}
    found = {
        name: what for name, what in found.items() if not _is_explained(name, found)
    }
    missed = find_belief(seen.moments)
    if missed and set(found) <= ABOUT_SOCKETS:
        found |= dict([missed])
    if not found and seen.visit.first.served:
        odd = "; ".join(oddities(seen))
        if odd:
            found["unnamed"] = Trace(odd)
    return found


def _is_explained(name, found):
    """Whether a belief that was found, and is not explained itself, explains this."""
    return any(
        other in found and not _is_explained(other, found)
        for other in EXPLAINED_BY.get(name, ())
    )


def _trace(what):
    return what if isinstance(what, Trace) else Trace(what)
