"""Rules over many deaths: what a server shows of which children it reaps, how they
died, and what it is left with. Like all rules, pure functions of an Evidence.
"""

from . import evidence
from .telling import Trace, fate, ordinals, with_status, zombies

LEAKS = 4  # descriptors more than before, of as many clients or more


def reaps_any(seen):
    """Whether any death was seen to be reaped by the parent, one by one."""
    series = seen.series
    return bool(series and series.dead > len(series.lost))


def reaper_stays(seen):
    """It reaped the first few, one by one, and then none."""
    series = seen.series
    if not series or not series.lost or not series.last or not series.last.served:
        return None
    first, last = series.lost[0], series.lost[-1]
    if first == 1 or series.lost != list(range(first, series.dead + 1)):
        return None
    # Who reaps the oldest of many, whichever dies, or several at a time, leaves the
    # youngest.
    if last - first < 2 or any(series.left[:first - 1]):
        return None
    some = "the first was" if first == 2 else f"the first {first - 1} were"
    return Trace(
        f"one by one {series.dead} children died: {some} reaped, and none of the "
        f"{series.dead - first + 1} after {'it' if first == 2 else 'them'}"
    )


def few_at_a_time(seen):
    """It reaped all of few that died together, and not all of many."""
    few, many = seen.drain, seen.crowd
    if not (few and many and few.deaths and many.deaths):
        return None
    left = many.deaths.after_client
    if few.deaths.after_client != 0 or not left:
        return None
    series = seen.series
    if series and series.lost:
        return None
    return Trace(
        f"of {few.deaths.dead} children that died together it left none, and of "
        f"{many.deaths.dead} it left {zombies(left)}"
    )


def untouched_loss(seen):
    """The sentence on what was lost with nobody touching the parent, or None."""
    rounds = seen.rounds
    if not rounds or not rounds.after_client:
        return None
    return (
        f"without touching it: in {_times(rounds.rounds)} {rounds.dead} children died "
        f"while others came, and it left {zombies(rounds.after_client)}"
    )


def _times(count):
    return "1 round" if count == 1 else f"{count} rounds"


def reaps_some(seen):
    """It has zombies somewhere, though it reaps, and no other rule says why."""
    parts, series, visit = [], seen.series, seen.visit
    if visit.served_by in (None, evidence.ITSELF) and not visit.hangs_up:
        if not visit.deaths:
            return None
    if series and series.lost:
        parts.append(
            f"one by one {series.dead} children died, and "
            f"{len(series.lost)} of them stayed zombies{_which(series)}"
        )
    if left := _left_one_by_one(visit):
        parts.append(
            f"with another client held, clients came and left, and "
            f"{zombies(left)} stayed"
        )
    for run in (seen.drain, seen.crowd):
        if run and run.deaths and run.deaths.after_client:
            parts.append(
                f"of {run.deaths.dead} that died together, frozen, "
                f"{zombies(run.deaths.after_client)} stayed"
            )
    if untouched := untouched_loss(seen):
        parts.append(untouched)
    if not parts:
        return None
    return Trace("; ".join(parts))


def every_death_is_an_exit(seen):
    harm = seen.harm
    if not harm or not harm.killed:
        return None
    if harm.killed.after_client:
        what = (
            f"a child was killed, and {harm.killed.dead - 1} died together, every "
            f"second of them killed: {zombies(harm.killed.after_client)} stayed, also "
            "when another client had come"
        )
        left = harm.after_resets.after_client if harm.after_resets else 0
        if left:
            what += f"; {harm.resets} clients reset: {zombies(left)} stayed, too"
        if harm.after_fin and harm.after_fin.at_rest > harm.killed.after_client:
            what += "; one that ended by itself after that stayed, too"
        return Trace(what)
    if harm.ended_by == evidence.KILLED:
        return Trace(f"the server ended when a child was killed{_status(harm)}")
    if harm.stuck_at == evidence.KILLED:
        return Trace(f"a child was killed, and later a client was {fate(harm.stuck)}")
    if harm.after_kill and not harm.after_kill.served:
        return Trace(
            f"a child was killed, and the next client was {fate(harm.after_kill)}"
        )
    return None


def _which(series):
    """The numbers of those that were lost, unless they are but the youngest."""
    youngest = list(range(series.dead - len(series.lost) + 1, series.dead + 1))
    return "" if series.lost == youngest else f": the {ordinals(series.lost)}"


def loses_single(seen):
    """Whether deaths that came one by one, and were not merged, left zombies."""
    series = seen.series
    return bool(_left_one_by_one(seen.visit) or series and series.lost)


def _left_one_by_one(visit):
    """The zombies that clients left one by one. Those of a server that hangs up leave
    when it likes, so their children may die together."""
    return 0 if visit.hangs_up else visit.zombies_in_the_end


def _loses_together(seen):
    runs = [run.deaths for run in (seen.drain, seen.crowd) if run and run.deaths]
    return any(one.after_client for one in runs) or bool(untouched_loss(seen))


def sigchld_means_death(seen):
    harm = seen.harm
    if not harm or not harm.while_stopped:
        return None
    if harm.ended_by == evidence.STOPPED:
        return Trace(
            "a child was stopped and continued, and the server ended when that "
            f"happened or when the child died{_status(harm)}"
        )
    if harm.stuck_at == evidence.STOPPED:
        return Trace(
            "a child was stopped and continued, and later a client was "
            f"{fate(harm.stuck)}"
        )
    if not harm.while_stopped.served:
        return Trace(
            "while a child was stopped, another client was "
            f"{fate(harm.while_stopped)}"
        )
    stopped = harm.of_stopped
    # Its own call may just have failed when it was continued.
    if stopped and not stopped.served and stopped.kind != evidence.TURNED_AWAY:
        return Trace(
            f"a child was stopped and continued, and its client was {fate(stopped)}"
        )
    if harm.stopped and harm.stopped.after_client and not _loses_together(seen):
        return Trace(
            "a child that had been stopped and continued ended: "
            f"{zombies(harm.stopped.after_client)} stayed"
        )
    return None


def clients_leave_politely(seen):
    harm = seen.harm
    if not harm or not harm.resets:
        return None
    if harm.ended_by in (evidence.RESET, evidence.RESET_EARLY):
        return Trace(f"the server ended when {harm.ended_by}{_status(harm)}")
    if harm.stuck_at in (evidence.RESET, evidence.RESET_EARLY):
        return Trace(f"{harm.stuck_at}, and later a client was {fate(harm.stuck)}")
    if harm.last and not harm.last.served:
        early = " before they were accepted" if harm.early_resets else ""
        return Trace(
            f"clients reset{early}, and the next one was {fate(harm.last)}"
        )
    if harm.fate in (evidence.STAYS, evidence.SPINS):
        return Trace(f"{harm.resets} clients reset, and a child {harm.fate}")
    left = harm.after_resets
    if left and left.dead and left.after_client:
        return Trace(
            f"{harm.resets} clients reset, and "
            f"{zombies(left.after_client)} stayed"
        )
    return None


def descriptors_are_free(seen):
    """The parent keeps descriptors, one for each client or more."""
    series, harm = seen.series, seen.harm
    if series and _grew(series.descriptors, series.clients):
        before, after = series.descriptors
        return Trace(
            f"the parent had {before} descriptors; {series.clients} clients came and "
            f"left, and then it had {after}",
        )
    if harm and _grew(harm.descriptors, harm.early_resets):
        before, after = harm.descriptors
        return Trace(
            f"the parent had {before} descriptors; {harm.resets} clients reset when "
            f"they had been served, and {harm.early_resets} before they were "
            f"accepted, and then it had {after}",
            done="the parent's descriptors were counted, and clients reset their "
            "connections, some before they were accepted",
        )
    return None


def _grew(counts, clients):
    if len(counts) < 2 or None in counts:
        return False
    return clients >= LEAKS and counts[1] - counts[0] >= min(LEAKS, clients)


def storms_after_death(seen):
    """With nobody there it burns CPU or forks, and did not before its first client."""
    if not seen.series or not seen.series.before or not seen.series.before.calm:
        return None
    child_stays = seen.visit.after_fin in (evidence.STAYS, evidence.SPINS)
    for run in (seen.series, seen.harm):
        rest = run.rest if run else None
        if rest is None or rest.calm or child_stays:
            continue
        within = f"no client was there, and for {rest.seconds} s"
        if rest.forks:
            return Trace(f"{within} the server started processes")
        if rest.parent_spins:
            return Trace(f"{within} the parent burnt CPU")
        if rest.child_spins:
            return Trace(f"{within} a child that served nobody burnt CPU")
    return None


def stop_leaves_no_trace(seen):
    if not seen.visit.first.served:
        return None
    for run in (seen.drain, seen.crowd):
        if run and run.thaw and not run.thaw.served:
            status = ""
            if run.exit_status is not None:
                status = with_status(run.exit_status)
            return Trace(
                "the parent was idle, and was stopped and continued; the next client "
                f"was {fate(run.thaw)}{status}"
            )
    return None


def _status(run):
    return with_status(run.exit_status) if run.exit_status is not None else ""
