"""What lab 06 asks of a server: to outlive a lack of processes and of descriptors, and
to let as many clients wait as come at a time."""

import contextlib
import socket
import time

from reaplab.deadline import eventually
from reaplab.diagnosis import evidence
from reaplab.diagnosis.evidence import Outcome
from reaplab.diagnosis.telling import fate
from reaplab.grading import CannotJudge, Check, failed, idea, passed, predictions
from reaplab.grading.checks.catalogue import not_started, shows_belief
from reaplab.grading.checks.ideas import of_forking_server
from reaplab.grading.checks.scarcity import no_descriptors, observed, room_for_processes
from reaplab.proc import sockets
from reaplab.proc.activity import Watch
from reaplab.servers import arrange
from reaplab.servers.server import ServerFailed

ROOM = 20  # children that there is room for
MANY = 3 * ROOM
QUEUE = 20  # clients that come while the server is frozen

BURNT = 0.3  # seconds of CPU, to no effect
LOOKED = 1.5  # seconds, for a server that may pause
STILL = 0.75  # seconds asleep, without waking once


def started(check):
    """A judge: one whose server does not start has failed."""
    def judge(work):
        try:
            return check(work)
        except ServerFailed as error:
            return not_started(error)

    return judge


@started
def reaps_within_room(work):
    """Many clients, one by one, through a table with little room."""
    done = f"with room for {ROOM} processes, {MANY} clients came, one by one"
    with room_for_processes(work, ROOM) as server, observed(server) as subject:
        for number in range(1, MANY + 1):
            client, outcome = subject.visit()
            if not outcome.served:
                return shows_belief(
                    "nobody-reaps", done, f"client {number} was {fate(outcome)}"
                )
            served_by = subject.holders_of(client) - subject.standing
            client.close()
            if subject.fate(served_by) != evidence.DIES:
                return _children_stay(done)
        if len(subject.zombies()) > ROOM:
            raise CannotJudge("the limit on processes (RLIMIT_NPROC) does not bind")
    return passed(done, "all were served")


def _children_stay(done):
    return shows_belief(
        "finished-child-is-gone", done, "a child lived on when its client had left"
    )


@started
def table_full(work):
    """More clients at a time than there is room for."""
    done = f"with room for {ROOM} processes, more clients came, and all stayed"
    with room_for_processes(work, ROOM) as server, observed(server) as subject:
        held, refused, outcome = _fill(subject)
        seen = f"client {len(held) + 1} was {fate(outcome)}"
        if outcome.kind == evidence.SPINNING:
            return failed(
                done,
                seen,
                "the server sleeps until there may be room",
                "what fails is to be tried again at once",
                "What could change between two tries, and how long does it take?",
                "try-again-at-once",
            )
        if outcome.kind in (evidence.ENDED, evidence.REFUSED):
            return failed(
                done,
                seen,
                "one client is lost, and not the server",
                "fork always works",
                "What says `man fork` of EAGAIN, and who else is being served?",
                "fork-always-works",
            )
        _make_room(subject, held[-3:])
        done += "; then three of them left"
        _, next_one = subject.visit()
        if not next_one.served and len(subject.zombies()) >= 3:
            return shows_belief("nobody-reaps", done, "their zombies take up the room")
        if not next_one.served:
            return failed(
                done,
                f"the next client was {fate(next_one)}",
                "it is served, as there is room",
                "fork always works",
                "What had become of the server when fork failed?",
                "fork-always-works",
            )
        if outcome.kind != evidence.TURNED_AWAY:
            outcome = subject.answer(refused)
        if outcome.kind in (evidence.SERVED, evidence.TURNED_AWAY):
            return passed(done, f"{seen}; the next was served")
        return failed(
            done,
            f"the client that there was no room for was {fate(outcome)}",
            "it is turned away, or served when there is room",
            "only who is served needs a close",
            "Who still holds the connection of a client that has no child?",
            "refused-client-is-kept",
        )


def _fill(subject):
    """(clients that are served, the first that is not, its Outcome)."""
    held = []
    for _ in range(MANY):
        client = subject.come()
        kind = client and _first_word(subject, client)
        if kind != evidence.SERVED:
            return held, client, Outcome(kind or evidence.REFUSED)
        held.append(client)
    raise CannotJudge("the limit on processes (RLIMIT_NPROC) does not bind")


def _first_word(subject, client):
    """What becomes of a client at first: a server may well let it wait, and look
    after it from time to time, as often as it likes."""
    watch = Watch(subject.standing)
    for _ in subject.turns("a client waited for its echo"):
        kind = client.listen(0.01)
        if kind is not None:
            return kind
        spins = _spins(watch)
        if subject.has_ended():
            return evidence.ENDED
        if spins is not None:
            return evidence.SPINNING if spins else evidence.RESTLESS


def _make_room(subject, leaving):
    """These clients leave; returns when the server has dealt with it."""
    served_by = set()
    for client in leaving:
        served_by |= subject.holders_of(client) - subject.standing
        client.close()
    subject.fate(served_by)
    subject.await_handled(served_by)


@started
def descriptors_full(work):
    """A client comes, and there is no descriptor for it."""
    held = idea("serves-while-held", 0).judge(work)
    if not held.passed:
        return held
    done = "a client came when the server could open no further descriptor"
    with work.start_server("server") as server, observed(server) as subject:
        subject.visit()
        with no_descriptors(server):
            # An accept that sleeps has its descriptor already (Linux,
            # net/socket.c): the second client is the first without.
            subject.come()
            client = subject.come()
            spins = _await_spin(subject)
            ended = subject.has_ended()
        if ended:
            return failed(
                done,
                "the server ended",
                "it waits until there is a descriptor again",
                "when accept fails, all is lost",
                "Which of the errors in `man accept` are about one client, or about "
                "this moment, and which are for good?",
                "accept-fails-for-good",
            )
        if spins:
            return failed(
                done,
                "the server burnt CPU",
                "it sleeps in between, and tries again",
                "what fails is to be tried again at once",
                "The client is still in the queue. What does accept return next?",
                "try-again-at-once",
            )
        done += "; then it could again"
        # Whoever had set its mind on turning one away may do so.
        for _ in range(3):
            _, last = subject.visit()
            if last.kind != evidence.TURNED_AWAY:
                break
        waited = subject.answer(client).kind
        if last.served and waited in (evidence.SERVED, evidence.TURNED_AWAY):
            seen = f"it slept; then that client was {waited}, the next served"
            return passed(done, seen)
        return failed(
            done,
            f"the next client was {fate(last)}; the one that had come was {waited}",
            "the next is served, and the one that had come is too, or turned away",
            "what has failed once is over",
            "What does the server wait for now, and what would wake it?",
            "gives-up",
        )


def _spins(watch):
    """Whether the parent burns CPU, being watched while a client waits; None if that
    is not to be told yet. It has had its chance when it has slept and tried again, or
    sleeps on."""
    asleep = watch.update()
    starved = watch.age >= 2 * LOOKED and watch.sleeps == 0 < watch.cpu
    if watch.cpu >= BURNT or starved:
        return True
    had_chance = watch.age >= LOOKED and watch.sleeps >= 3
    return False if asleep >= STILL or had_chance else None


def _await_spin(subject):
    """Whether the parent burns CPU, from now on; False if it ends."""
    watch = Watch(subject.standing)
    for _ in subject.turns("a server without descriptors did neither"):
        spins = _spins(watch)
        if spins is not None or subject.has_ended():
            return bool(spins)
        time.sleep(0.01)


@started
def queue(work):
    """Clients that come all at once."""
    done = f"{QUEUE} clients came while the server was frozen"
    with work.start_server("server") as server:
        arrange.freeze(server)
        with contextlib.ExitStack() as stack:
            clients = [_connecting(stack, server.address) for _ in range(QUEUE)]
            connected = sum(map(_found_room, clients))
    if connected == QUEUE:
        return passed(done, "all were in the queue at once")
    return failed(
        done,
        f"{connected} were in the queue; other SYNs were dropped, to be sent again",
        "all find a place in the queue",
        "the kernel lets any number of clients wait",
        "What are Recv-Q and Send-Q of the listening socket (ss -ltn)? Which call has "
        "set the second?",
        "the-queue-has-no-end",
    )


def _connecting(stack, address):
    """A client that has sent its SYN."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    client = stack.enter_context(socket.socket(family))
    client.setblocking(False)
    with contextlib.suppress(BlockingIOError, ConnectionError):
        client.connect(address)
    return client


def _found_room(client):
    """Whether a client is in the queue of a frozen server, which never gets shorter.
    One that is not has its SYN sent again, after a second (RFC 6298); wait for
    either."""
    def decided():
        assert sockets.own_state(client) != "SYN_SENT" or sockets.sent_again(client)

    eventually(decided)
    return sockets.own_state(client) == "ESTABLISHED"


def _check(name, points, what, judge):
    return Check(name, points, what, judge, "server")


CHECKS = [
    idea("serves-clients", points=1),
    _check(
        "reaps-within-room",
        4,
        "the dead take up room until they are reaped",
        of_forking_server(reaps_within_room),
    ),
    _check(
        "outlives-full-table",
        5,
        "fork may fail: one client is lost, not the server",
        of_forking_server(table_full),
    ),
    _check(
        "outlives-lack-of-descriptors",
        5,
        "accept may fail for a moment",
        descriptors_full,
    ),
    _check("queue-is-long-enough", 3, "the listen queue has an end", queue),
    predictions(points=2),
]
