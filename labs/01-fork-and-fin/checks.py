"""What lab 01 asks: each side of a fork lets go of what only the other uses, and the
sockets of a server with three clients were counted and named."""

import contextlib
from dataclasses import replace

from reaplab.deadline import eventually
from reaplab.diagnosis import UNJUDGED, evidence
from reaplab.grading import failed, idea, passed, predictions
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz
from reaplab.servers import arrange

ONE_SOCKET = Mistake(
    "a-server-has-one-socket",
    "a server talks to its clients on the socket it listens on",
    "Which call gives the parent a new descriptor for each client? What is the state "
    "of the one it was given before?",
)
OWN_PORTS = Mistake(
    "a-connection-has-a-port",
    "each connection takes a port of its own at the server",
    "Compare the local ports of the connected sockets in the server's lines. What "
    "tells two of them apart?",
)
LINES = Mistake(
    "both-ends-are-one-socket",
    "a connection is one socket",
    "Each connection stands in two lines of ss. Whose is the one, whose the other?",
)
STATES = Mistake(
    "fin-ends-both-ways",
    "one FIN ends a connection",
    "Who has sent a FIN, and who has received one? Each side's state tells that of "
    "itself.",
)
SWAPPED = Mistake(
    "states-swapped",
    "FIN-WAIT is the state of the one who waits to close",
    "Which side has sent its FIN already and waits, and which has only received one?",
)

CLOSED_FOR_BOTH = Mistake(
    "closed-for-both",
    "a close before fork, or a shutdown, is for one side only",
    "How many processes have the connected socket when it is closed, and how many "
    "have it after that?",
)
ACCEPTS_ON_NOTHING = Mistake(
    "accepts-on-nothing",
    "the listening socket has done its work when a client is there",
    "Start it by hand: which call fails, says the server, and what was done to that "
    "call's descriptor, in which process?",
)


FIN_IS_ALL = Mistake(
    "fin-is-all",
    "the FIN is all that a close is for",
    "How many descriptors has the parent when a thousand clients have come and gone, "
    "and how many may it have (ulimit -n)?",
)
VISITS = 3
LATE = 2.0  # seconds that a parent may take to close, on a busy machine
NAMELESS = {"no-server", "unnamed"}


def closes_in_the_end(check):
    """The check; and of a server whose parent keeps the connected socket though the
    client sees a FIN, whether it lets go later."""

    def judge(work):
        seen, verdict = work.diagnose("server")
        visit = seen.visit
        if verdict.kind != UNJUDGED and visit.fin and visit.parent_keeps_connection:
            return _count(work)
        return check.judge(work)

    return replace(check, judge=judge)


def _count(work):
    with work.start_server("server") as server:
        arrange.let_settle(server)
        before = len(server.listener.socket_inodes())
        arrange.visit(server, VISITS)
        arrange.let_settle(server)

        def as_many_as_before():
            assert len(server.listener.socket_inodes()) <= before

        with contextlib.suppress(AssertionError):
            eventually(as_many_as_before, within=LATE)
        kept = len(server.listener.socket_inodes()) - before
    done = f"{VISITS} clients came and left, and the parent's sockets were counted"
    if kept <= 0:
        return passed(done, "it has as many as before")
    return failed(
        done, f"it has {kept} more than before, though each client saw a FIN",
        "it has as many as before", FIN_IS_ALL.belief, FIN_IS_ALL.question,
        FIN_IS_ALL.id,
    )


def named(check):
    """The check, with this lab's names for what the diagnosis has no name for."""

    def judge(work):
        outcome = check.judge(work)
        mistake = _mistake(work)
        if mistake is None or not {one.id for one in outcome.beliefs} <= NAMELESS:
            return outcome
        if outcome.passed and mistake != ACCEPTS_ON_NOTHING:
            return outcome
        # Whether its first client had an answer when it ended was luck.
        seen = "the server ended" if outcome.passed else outcome.seen
        return failed(
            outcome.done, seen, outcome.right or "the server goes on",
            mistake.belief, mistake.question, mistake.id,
        )

    return replace(check, judge=judge)


def _mistake(work):
    """What ended the server's or the client's way, if it was an early end."""
    seen, _ = work.diagnose("server")
    if seen.visit is None:
        return None
    for client in (seen.visit.first, seen.visit.second):
        if client and client.kind == evidence.TURNED_AWAY:
            return CLOSED_FOR_BOTH
        if client and client.kind in (evidence.ENDED, evidence.REFUSED):
            return ACCEPTS_ON_NOTHING
    return None


CHECKS = [
    named(idea("serves-clients", points=1)),
    named(idea("serves-while-held", points=1)),
    named(idea("goes-on", points=1)),
    named(closes_in_the_end(idea("parent-closes", points=5))),
    named(idea("child-closes", points=5)),
    quiz(
        "counts-sockets", 2, "one socket listens, and each client has one of its own",
        done="three clients stayed, and ss was asked for the sockets of port 9190",
        items=[
            Item(
                "listening_sockets", "4e72436f", ONE_SOCKET,
                shown_by="f9392aec d9c9ca47 eb95e443 2d0721c0",
            ),
            Item(
                "connected_sockets", "2cf1e298", ONE_SOCKET, {"5f6bc1d2": LINES},
                shown_by="d46fa3db dfaadd27 4f3ec3ea 4bf726ec 5e444647 b5c9e700",
            ),
            Item(
                "server_ports", "4c16575d", OWN_PORTS,
                shown_by="bc9089af 8b667343 af30fc99 7ecc8d71",
            ),
            Item("client_ports", "87cb7207", OWN_PORTS, shown_by=""),
        ],
    ),
    quiz(
        "names-states", 2, "a connection ends in two halves",
        done="server_keeps_conn was left by its client, and ss was asked",
        items=[
            Item(
                "leaving_client_state",
                "cea49f43 10ca6e92 aa5ee205",
                STATES,
                {"0617b72c": SWAPPED, "f6d173c6": SWAPPED},
            ),
            Item(
                "server_state",
                "c53f629e b635ba4a",
                STATES,
                {"4c3e37e4": SWAPPED, "fe398e67": SWAPPED},
            ),
        ],
    ),
    explained(points=1),
    predictions(points=2),
]
