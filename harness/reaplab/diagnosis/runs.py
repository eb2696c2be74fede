"""Two of the runs: what is done to an instance of the server, step by step, and what
is written down. A run ends at the first step that makes the next one meaningless.
"""

import errno
import socket
import time

from . import evidence, proc_lines
from ..proc.activity import Watch
from .census import parents
from .evidence import Deaths, Stall, Visit
from .keepers import ANOTHER, HELPER, keeper
from .subject import LINGER, PERIOD, QUIET

MORE_WORDS = 2  # that a client says, after its first


def visit(subject):
    """Clients come and leave one by one, while another is held."""
    seen = Visit(
        reaped_before_clients=subject.has_reaped(),
        spins_idle=subject.spins_idle,
        sigchld=subject.sigchld(),
        first=None,
    )
    first, seen.first = subject.visit()
    if not seen.first.served:
        return seen
    first_by = subject.holders_of(first)
    second, seen.second = subject.visit()
    seen.hangs_up = not subject.stays_open(first)
    if seen.hangs_up:
        _count_the_dead(subject, seen, second)
        return seen
    seen.served_by = _who_serves(subject, first, first_by)
    if seen.second.served and seen.served_by == evidence.ITSELF:
        seen.by_worker = subject.has_workers(first_by)
        first.half_close()
        seen.fin = subject.await_fin(first, first_by)
        if seen.by_worker:
            _workers_die(subject, seen, first, first_by - {subject.listener})
        seen.zombies_in_the_end = subject.settle()
    if not seen.second.served or seen.served_by == evidence.ITSELF:
        return seen
    # A process that only handed the connection on is gone by now.
    first_by = subject.holders_of(first)
    second_by = subject.holders_of(second) - subject.standing
    seen.parent_keeps_connection = bool(
        subject.holders_of(first) & subject.standing
    )
    first_by -= subject.standing
    seen.nested_zombies = _zombies_of_children(subject, second)
    seen.child_keeps_listener = bool(first_by & subject.holders_of_listener())
    subject.note_listener(first_by)
    _first_leaves(subject, seen, first, first_by)
    if seen.ended_early:
        return seen
    third, seen.third = subject.visit()
    if not seen.third.served:
        _look_for_end(subject, seen, "ended_early")
        return seen
    seen.deaths.after_client = subject.settle()
    if seen.fin_kept_by == ANOTHER:
        return seen  # so it is with each client, and each would have to be waited for
    if seen.after_fin == evidence.STAYS:
        seen.heir = _who_is_heir(subject)
    _all_leave(subject, seen, {second: second_by, third: None})
    return seen


def _workers_die(subject, seen, client, worker):
    """Of a pool: whether a worker ends with its client, and is reaped then."""
    client.close()
    if subject.fate(worker) != evidence.DIES:
        return
    seen.deaths = Deaths(dead=len(worker), at_rest=subject.settle())
    _, third = subject.visit()
    if third.served:
        seen.deaths.after_client = subject.settle()


def _who_serves(subject, client, holders):
    """What kind of process serves a client."""
    standing = {one.pid for one in subject.standing}
    watch = None
    for _ in subject.turns("the parent of a child was unclear"):
        newcomers = holders - subject.standing
        if not newcomers:
            return evidence.ITSELF
        fathers = parents(newcomers)
        if any(subject.adopts(pid) for pid in fathers.values()):
            # A server that has ended leaves its children to others.
            return evidence.NEW_CHILD if subject.has_ended() else evidence.ORPHAN
        direct = {one for one, pid in fathers.items() if pid in standing}
        if direct and direct == newcomers:
            return evidence.NEW_CHILD
        # A child that holds the connection beside its own child: either one
        # that is about to die, or one that has set another to work.
        watch = watch or Watch(direct)
        if watch.update() >= QUIET:
            return evidence.NEW_CHILD
        time.sleep(PERIOD)
        holders = subject.holders_of(client)


def _count_the_dead(subject, seen, second):
    """Of a server that hangs up on its clients nothing is known but who is left of
    its children, when three clients have had their answer."""
    if not seen.second.served:
        return
    third, seen.third = subject.visit()
    if not seen.third.served:
        _look_for_end(subject, seen, "ended_early")
        return
    subject.stays_open(second)
    subject.stays_open(third)
    subject.fate(subject.newcomers())
    left = seen.zombies_in_the_end = subject.settle()
    now = seen.sigchld_in_the_end = subject.sigchld()
    seen.deaths = Deaths(
        dead=3, at_rest=left, after_client=left, sigchld_at_rest=now
    )
    silent = subject.come(says=False)
    if silent is None:
        return
    served_by = subject.await_child(silent)
    if served_by:
        # It may have only just been forked.
        subject.await_asleep(served_by)
        listening = subject.holders_of_listener()
        seen.child_keeps_listener = bool(served_by & listening)
        subject.note_listener(served_by)
        _parent_ends(subject, seen, served_by)


def _zombies_of_children(subject, client):
    """How many zombies the children have themselves, when one client has said more."""
    for _ in range(MORE_WORDS):
        client.say()
        if not subject.answer(client).served:
            return 0
    children = subject.newcomers()
    if not subject.zombies_of(children):
        return 0
    subject.fate(children)  # until they sleep on
    zombies = subject.zombies_of(children)
    subject.note(proc_lines.NESTED, proc_lines.of_zombie(zombies))
    return len(zombies)


def _first_leaves(subject, seen, client, served_by):
    """The first client half-closes, and closes when it has seen the FIN or is
    not going to see one."""
    client.half_close()
    seen.after_fin = subject.fate(served_by)
    ended = {one for one in served_by if not one.is_alive()}
    stays = seen.after_fin == evidence.STAYS
    if stays and not ended and not served_by & subject.holders_of_listener():
        seen.after_fin = subject.fate(served_by, LINGER)
        stays = seen.after_fin == evidence.STAYS
    if ended and stays:
        # Who served has ended, and has left somebody else with the connection.
        seen.after_fin, served_by = evidence.DIES, ended
    seen.keeps_first = bool(subject.holders_of(client) & served_by)
    if stays and (ended or seen.keeps_first):
        seen.fin = client.has_fin(0)  # it has had its time
    else:
        seen.fin = subject.await_fin(client, served_by)
    if seen.fin is False:
        others = subject.holders_of(client) - served_by
        seen.fin_kept_by = keeper(subject, others)
        subject.note_connection(client, others)
    client.close()
    dead = [one for one in served_by if not one.is_alive()]
    seen.deaths = Deaths(dead=len(dead), at_rest=subject.settle())
    if not _look_for_end(subject, seen, "ended_early"):
        seen.deaths.sigchld_at_rest = subject.sigchld()


def _look_for_end(subject, seen, when):
    """Whether the server has ended; written down if so."""
    if not subject.has_ended():
        return False
    setattr(seen, when, True)
    seen.exit_status = subject.exit_status()
    return True


def _who_is_heir(subject):
    """A child has outlived its client: does it accept others in its turn?"""
    stayed = subject.newcomers()
    with subject.frozen():
        client = subject.come()
        if client is None:
            return evidence.NOBODY
        outcome = subject.answer(client)
        heirs = subject.holders_of(client) - stayed - subject.standing
        client.close()
    return evidence.HEIR if outcome.served and heirs else evidence.NOBODY


def _all_leave(subject, seen, clients):
    """The others leave, one by one; then one more client comes, and while it is
    served the parent is killed."""
    for client, served_by in clients.items():
        if served_by is None:
            served_by = subject.holders_of(client) - subject.standing
        client.close()
        if seen.after_fin == evidence.DIES and not subject.works_on:
            if subject.fate(served_by) == evidence.DIES:
                subject.await_handled(served_by)
    last, seen.fourth = subject.visit()
    if not seen.fourth.served:
        _look_for_end(subject, seen, "ended_last")
        return
    served_by = subject.holders_of(last)
    idle = subject.newcomers() - served_by
    spin = bool(idle) and subject.fate(idle) == evidence.SPINS
    seen.runaways = len(idle) if spin else 0
    # Those that are known to stay need not be waited for again.
    known = seen.deaths.after_client
    seen.zombies_in_the_end = len(subject.zombies()) if known else subject.settle()
    seen.sigchld_in_the_end = subject.sigchld()
    _parent_ends(subject, seen, served_by)


def _parent_ends(subject, seen, served_by):
    """The parent is killed, and then whoever may accept clients in its stead; what
    holds the listening socket, and neither accepts nor serves, keeps the port for
    nothing."""
    subject.kill([subject.listener])
    others = subject.holders_of_listener() - served_by
    if others and not subject.is_served_by(others):
        seen.listener_kept_by = HELPER
        subject.note_listener(others)
    else:
        subject.kill(subject.standing | others)
    seen.port_after_kill = _try_port(subject.server.address)


def _try_port(address):
    """Whether another server could take the port."""
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
            probe.listen()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return "taken"
    return "free"


def stall(subject, *pipes):
    """Nobody reads what the server writes, and meanwhile a child dies."""
    seen = Stall()
    first, outcome = subject.visit()
    if not outcome.served:
        return seen
    served_by = subject.holders_of(first) - subject.standing
    if not served_by:
        return seen
    for pipe in pipes:
        pipe.stall()
    second = subject.come()
    if second is None:
        return seen
    seen.parent_writes = subject.await_blocked_writer(second)
    first.close()
    if subject.fate(served_by) == evidence.DIES:
        subject.await_handled(served_by)
    for pipe in pipes:
        pipe.flow()
    if not seen.parent_writes:
        return seen
    seen.during = subject.answer(second)
    _, seen.after = subject.visit()
    return seen
