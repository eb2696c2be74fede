"""The rules for what goes wrong when a child dies at one moment: which moments they
are, and so which belief makes them wrong. Pure functions, like all of judging.

One belief is named at most: the moments of one mistake show in many ways.
"""

from collections import Counter

from .telling import Trace

FORKS = {"clone", "clone3", "fork", "vfork"}
SLEEPS = {
    "accept", "accept4", "poll", "ppoll", "select", "pselect6", "epoll_wait",
    "epoll_pwait", "pause", "sigsuspend",
}
WAITS = {"waitpid", "waitid"}
# A death was not noticed; or it was, and the wrong thing came of it.
UNNOTICED = {"lingers", "stays", "waits_for_another", "unserved"}

TROUBLE = {
    "ends": "the server ended",
    "spins": "the server ran at full speed",
    "child_spins": "a child ran at full speed",
    "unserved": "a client was not served",
    "wrong_reply": "a client got another reply",
    "no_fin": "a client did not see the end of its connection",
    "child_too_many": "a child too many was forked",
    "child_left": "a child did not end",
    "waits_for_another": "a client waited until another child died",
    "stays": "a zombie stayed",
    "lingers": "a zombie stayed until something else happened",
}
KINDS = {
    "before": "just before {call}",
    "entered": "as {call} began",
    "returned": "when {call} had returned",
    "signal": "as the handler of {call} started",
    "asleep": "while the parent slept in {call}",
    "statement": "between two statements",
}


def _one_read_one_death(moments):
    return moments.reads_signalfd and _all(moments, "stays", "lingers")


def _fork_returns_first(moments):
    return all(one.is_new for one in moments.wrong) and any(
        one.call in FORKS and one.kind in ("returned", "statement")
        for one in moments.wrong
    )


def _errno_is_lost(moments):
    return _all(moments, "ends") and _kinds(moments) == {"statement"}


def _calls_fail(moments):
    return _kinds(moments) <= {"entered", "asleep"} and not _all(moments, "lingers")


def _only_while_waiting(moments):
    """Also a death right behind accept is missed: all of a round is still to come."""
    return any(
        one.kind == "returned" and one.call in ("accept", "accept4")
        and one.verdict == "lingers"
        for one in moments.wrong
    )


def _handler_is_gone(moments):
    return any(
        one.kind == "before" and one.call == "sigaction" and not one.is_new
        for one in moments.wrong
    )


def _wake_up_is_lost(moments):
    return any(
        one.verdict in UNNOTICED
        and (
            one.kind == "before" and one.call in SLEEPS
            or one.kind in ("returned", "statement") and one.call in WAITS
        )
        for one in moments.wrong
    )


def _half_done(moments):
    return any(one.verdict in UNNOTICED - {"unserved"} for one in moments.wrong)


# In this order: the first that fits.
BELIEFS = {
    "one-read-one-death": _one_read_one_death,
    "fork-returns-first": _fork_returns_first,
    "handler-leaves-no-trace": _errno_is_lost,
    "blocking-calls-just-block": _calls_fail,
    "signals-come-while-i-wait": _only_while_waiting,
    "handler-stays": _handler_is_gone,
    "wake-ups-are-not-lost": _wake_up_is_lost,
    "handler-sees-what-i-did": _half_done,
    "unnamed": lambda moments: True,
}


def find_belief(moments):
    """(the id of the belief, its Trace), or None if nothing went wrong."""
    if not moments or not moments.wrong:
        return None
    name = next(name for name, rule in BELIEFS.items() if rule(moments))
    return name, Trace(_seen(moments), done=_done(moments), line=_line(moments))


def nothing_in(moments):
    """What was tried, as a sentence, if no moment was wrong. It proves nothing."""
    if not moments or not moments.tried or moments.wrong:
        return None
    rest = f"; {moments.not_tried} were not tried" if moments.not_tried else ""
    return (
        f"A child died at each of {moments.tried} moments of the parent, with "
        f"{moments.clients} clients, and nothing went wrong{rest}."
    )


def _line(moments):
    """The first wrong moment, and how it is played again."""
    first = moments.wrong[0]
    return f"{_where(first)}: {TROUBLE[first.verdict]}; moments --replay {first.plan}"


def _done(moments):
    return (
        f"{moments.clients} clients came, and one of their children died at each of "
        f"{moments.tried} moments of the parent, one per run"
    )


def _seen(moments):
    troubles = Counter(one.verdict for one in moments.wrong)
    told = ", ".join(
        f"{TROUBLE[verdict]} ({count})" for verdict, count in troubles.most_common()
    )
    return (
        f"at {len(moments.wrong)} of these moments: {told}; the first was "
        f"{_where(moments.wrong[0])}"
    )


def _where(moment):
    where = KINDS[moment.kind].format(call=moment.call)
    return f"{where} ({moment.file}:{moment.line})" if moment.file else where


def _all(moments, *verdicts):
    return all(one.verdict in verdicts for one in moments.wrong)


def _kinds(moments):
    return {one.kind for one in moments.wrong}
