"""The ideas that a server is judged by, each once for all labs; a lab chooses and
weighs them: idea("reaps-together", points=8).

An idea passes on positive evidence only: a server that died before any child did
has left no zombie, but that shows nothing.
"""

from dataclasses import dataclass
from typing import Callable

from . import holding
from ...diagnosis import RIGHT, UNJUDGED
from ...diagnosis.beliefs import BELIEFS
from ..outcome import Belief, CannotJudge, Outcome, failed
from .check import Check


@dataclass(frozen=True)
class Idea:
    """`against`: ids of the beliefs that contradict it, `remarks` of the remarks
    that do where the idea is asked for. `shown`: Evidence in, the sentence that
    says how it was seen to hold out, or None. `of_children`: it is about a client's
    child, and shows nothing of a server that forks none."""

    says: str
    done: str
    right: str
    question: str
    shown: Callable
    against: tuple = ()
    remarks: tuple = ()
    of_children: bool = True


def idea(name, points, program="server"):
    """The Check of an idea of this library."""
    known = IDEAS[name]

    def judge(work):
        return _judge(known, *work.diagnose(program))

    return Check(name, points, known.says, judge, program)


def of_forking_server(judge, program="server"):
    """The judge; and of a server that was not seen to fork for its clients, what it
    shows of its children instead."""

    def judged(work):
        seen, verdict = work.diagnose(program)
        if verdict.kind != UNJUDGED and holding.serves_by_itself(seen):
            return _judge(IDEAS["reaps-each"], seen, verdict)
        return judge(work)

    return judged


def _judge(known, seen, verdict):
    if verdict.kind == UNJUDGED:
        if verdict.fault == "machine":
            raise CannotJudge(verdict.why)
        name = "does-not-listen" if seen.is_late else "no-server"
        return _no_server(known, name, verdict.why)
    if known.of_children and holding.forks_nobody(seen):
        return _no_child(seen)
    beliefs = [
        Belief(
            one.id, one.belief, one.done, one.seen, one.right, one.question,
            one.line or "", one.indirect or "",
        )
        for one in verdict.findings
        if one.id in known.against
    ]
    beliefs += [
        Belief(one.id, one.says, known.done, one.says, known.right, one.question)
        for one in verdict.remarks
        if one.id in known.remarks
    ]
    shown = known.shown(seen)
    if shown and not beliefs:
        return Outcome(True, known.done, shown)
    if not beliefs:
        beliefs = _obstacles(known, verdict)
    return Outcome(
        False, known.done, beliefs[0].seen, known.right, tuple(beliefs)
    )


def _no_child(seen):
    """The Outcome of what is about children, if a server forks none for its clients.
    Raises CannotJudge of one that has forked them before they come."""
    if seen.visit.by_worker:
        raise CannotJudge(
            "its clients are served by children that were there before them (a pool): "
            "these do not die with a client, and nobody sees them reaped"
        )
    return failed(
        "a client stayed, another came, and both were served",
        "no child was forked, so nothing could be judged",
        "a child for each client, which dies with it and is reaped",
        "who forks nobody need not reap, and so reaps well",
        "What would a mistake in serving one client do to the others? And which "
        "process of yours ends when a client leaves?",
        "forks-nobody",
    )


def _no_server(known, name, why):
    belief = Belief(
        name,
        "it runs",
        "it was started with a port as its last argument, and a client came",
        why,
        "a server that listens on that port, and echoes",
        "What does it do when you start it by hand?",
    )
    seen = f"it could not be tried: {why}"
    return Outcome(False, known.done, seen, known.right, (belief,))


def _obstacles(known, verdict):
    """It never came to the point of this idea: the beliefs that stood in its way,
    or else that nobody knows."""
    if verdict.kind == RIGHT or not verdict.findings:
        raise CannotJudge(f"the evidence does not say whether {known.says!r} holds")
    return [
        Belief(
            one.id,
            one.belief,
            one.done,
            f"it did not come to this: {one.seen}",
            known.right,
            one.question,
        )
        for one in verdict.findings
    ]


def _idea(
    says, shown, against=(), remarks=(), like=None, of_children=True, **texts
):
    """An Idea whose texts are those of a belief against it, if not its own."""
    model = BELIEFS[like or against[0]]
    texts = {
        "done": model.done,
        "right": model.right,
        "question": model.question,
        **texts,
    }
    return Idea(
        says,
        shown=shown,
        against=against,
        remarks=remarks,
        of_children=of_children,
        **texts,
    )


_NEVER_REAPS = ("nobody-reaps", "exec-starts-clean", "handler-stays")
_LOSES_SOME = ("reaper-stays", "reaps-some")
_LOSES_MANY = (
    "one-signal-one-death", "one-client-one-death", "few-at-a-time", *_LOSES_SOME,
)

IDEAS = {
    "serves-clients": _idea(
        "a client is served",
        holding.serves_clients,
        ("all-children-are-mine",),
        of_children=False,
    ),
    "serves-while-held": _idea(
        "others are served while one client stays",
        holding.serves_while_held,
        (
            "wait-after-fork",
            "one-client-at-a-time",
            "waits-for-the-living",
            "spins-for-the-living",
        ),
        of_children=False,
    ),
    "goes-on": _idea(
        "a death leaves no trace: the server goes on",
        holding.goes_on,
        (
            "blocking-calls-just-block",
            "handler-leaves-no-trace",
            "storms-after-death",
            "stop-leaves-no-trace",
            "sigchld-means-death",
            "clients-leave-politely",
        ),
    ),
    "reaps-each": _idea(
        "every dead child is reaped by somebody",
        holding.reaps_each,
        (*_NEVER_REAPS, *_LOSES_SOME, "every-death-is-an-exit"),
    ),
    "reaps-together": _idea(
        "a signal says that at least one child is dead",
        holding.reaps_together,
        (*_LOSES_MANY, *_NEVER_REAPS),
    ),
    "reaps-in-time": _idea(
        "a zombie does not wait for the next client",
        holding.reaps_in_time,
        _NEVER_REAPS,
        ("zombies-linger",),
    ),
    "keeps-statuses": _idea(
        "each child's exit status can be told",
        holding.keeps_statuses,
        (*_LOSES_MANY, *_NEVER_REAPS),
        ("statuses-lost", "orphans"),
        like="one-signal-one-death",
        right="the dead wait as zombies until their statuses have been asked for",
    ),
    "parent-closes": _idea(
        "the last copy that is closed sends the FIN",
        holding.parent_closes,
        ("close-ends-connection", "descriptors-are-free"),
    ),
    "child-closes": _idea(
        "the listening socket is the parent's alone only if the child closes it",
        holding.child_closes,
        ("listener-is-the-parents",),
    ),
    "child-ends": _idea(
        "a child ends when its client has left",
        holding.child_ends,
        ("finished-child-is-gone", "read-fails-at-the-end"),
    ),
    "safe-handler": _idea(
        "a handler calls nothing that it may have interrupted",
        holding.safe_handler,
        ("handler-is-ordinary-code",),
    ),
    "idle": _idea(
        "a server with nothing to do sleeps",
        holding.idle,
        (),
        ("busy-waiting",),
        of_children=False,
        like="spins-for-the-living",
        done="the server was left alone",
        right="it sleeps in some call",
    ),
}
