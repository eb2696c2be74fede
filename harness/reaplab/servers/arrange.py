"""Brings a server into a state in which a mistake must show.

Each function works on any forking server, from outside, and logs its steps in the
server's journal. Each wait polls, and raises AssertionError at its deadline.
"""

import contextlib
import os
import signal
from dataclasses import dataclass

from ..deadline import PATIENCE, eventually
from ..proc.process import Gone, Signals
from .clients import Session, hold


@dataclass(frozen=True)
class Drain:
    """The state of a frozen parent after all its clients have left."""

    children: tuple  # the Processes that served the clients
    zombies: tuple  # those children that wait to be reaped
    signals: Signals  # the parent's


def freeze(server):
    """Stops the parent with SIGSTOP and waits until it has stopped."""
    server.note("froze the parent (SIGSTOP)")
    server.listener.send(signal.SIGSTOP)

    def stopped():
        assert server.listener.state == "T", server.listener.state

    eventually(stopped)


def thaw(server):
    """Continues the parent with SIGCONT."""
    server.note("thawed the parent (SIGCONT)")
    server.listener.send(signal.SIGCONT)


@contextlib.contextmanager
def frozen(server):
    """Freezes the parent for the time of the context."""
    freeze(server)
    try:
        yield
    finally:
        thaw(server)


def live_children(server):
    """Returns the processes that serve clients, sorted: the parent's live children.
    For a server that forks twice, returns the grandchildren, also those that are
    orphans."""
    # Look at orphans last: a process that is orphaned meanwhile is then seen twice,
    # not missed.
    ours = _stats_of_living(server.listener.descendants())
    ours.update(_stats_of_living(server.orphans()))
    ours.pop(server.listener, None)
    about_to_end = {stat.ppid for stat in ours.values()}
    return sorted(one for one in ours if one.pid not in about_to_end)


def _stats_of_living(processes):
    stats = {}
    for one in processes:
        with contextlib.suppress(Gone):
            stats[one] = one.stat()
    return {one: stat for one, stat in stats.items() if stat.state not in "ZX"}


def await_children(server, count, besides=()):
    """Waits until the parent has `count` live children besides those given. Returns
    them."""
    def counted():
        live = set(live_children(server)) - set(besides)
        assert len(live) == count, (
            f"{len(live)} live children, {count} were awaited"
        )
        return sorted(live)

    return eventually(counted)


def await_descriptors(server, before, within=PATIENCE):
    """Waits until the parent has exactly these descriptors, as returned by
    Process.descriptors(). The parent may reap a child before it closes the child's
    connection."""
    def as_before():
        now = server.process.descriptors()
        assert now == before, f"descriptors: {before} before, {now} now"

    eventually(as_before, within)


def await_worker(server):
    """Waits until exactly one process serves clients and is a child of the parent,
    or an orphan that this process has adopted. Returns it. The only client must
    have had an echo before."""
    def found():
        live = live_children(server)
        assert len(live) == 1, f"{len(live)} live children, 1 was awaited"
        parent = live[0].stat().ppid
        assert parent in (server.listener.pid, os.getpid()), "another is its parent"
        return live[0]

    return eventually(found)


def await_zombies(server, count):
    """Waits until the parent has `count` zombies. Returns them."""
    def counted():
        zombies = server.listener.zombies()
        assert len(zombies) == count, (
            f"{len(zombies)} zombies, {count} were awaited"
        )
        return zombies

    return eventually(counted)


def await_death(processes):
    """Waits until all these Processes are dead."""
    def dead():
        alive = [one.pid for one in processes if one.is_alive()]
        assert not alive, f"still alive: {alive}"

    eventually(dead)


def await_asleep(processes):
    """Waits until each of these Processes sleeps (state S). A child that has sent its
    echo may still run or wait for a CPU."""
    def asleep():
        awake = {one.pid: one.state for one in processes if one.state != "S"}
        assert not awake, f"awake: {awake}"

    eventually(asleep)


def await_idle(server, within=PATIENCE):
    """Waits until the parent sleeps and no signal is pending. Its handlers have ended
    then."""
    def idle():
        state, signals = server.listener.state, server.listener.signals()
        pending = signals.pending | signals.shared_pending
        assert state == "S" and not pending, f"{state}, pending {pending}"

    eventually(idle, within)


def let_settle(server):
    """Waits until the parent sleeps, but at most two seconds. The child may serve its
    client before the parent has returned from fork."""
    with contextlib.suppress(AssertionError):
        await_idle(server, within=2.0)


@contextlib.contextmanager
def one_more(server):
    """Serves one more client and holds it for the time of the context. The parent has
    then gone through its loop and handled its earlier signals. At the end, waits
    until the child is dead, so that no later death merges with its death."""
    server.note("one more client, held open")
    before = live_children(server)
    with Session(server.address) as session:
        session.echo()
        children = set(live_children(server)) - set(before)
        let_settle(server)
        yield session
    await_death(children)


def settled_zombies(server, count):
    """Asserts that the parent has exactly `count` zombies, also after it has served one
    more client. Returns them."""
    await_zombies(server, count)
    with one_more(server):
        return await_zombies(server, count)


def visit(server, count):
    """Lets `count` clients come and leave. Each waits until the child of the previous
    client is dead."""
    server.note(f"{count} clients, one by one")
    for _ in range(count):
        before = live_children(server)
        with Session(server.address) as session:
            session.echo()
            child = await_children(server, 1, besides=before)
        await_death(child)


def freeze_and_drain(server, count):
    """Serves `count` clients at once, freezes the parent, lets all clients leave,
    and waits until their children are dead. The parent stays frozen. Returns a
    Drain."""
    before = live_children(server)
    with hold(server.address, count):
        server.note(f"{count} clients, held open")
        children = await_children(server, count, besides=before)
        let_settle(server)
        freeze(server)
        server.note("all clients leave")
    await_death(children)
    # The kernel holds one lock while it makes a zombie and signals the parent, and the
    # same lock while it lists children. So every SIGCHLD was sent after this call.
    server.listener.children()
    return Drain(
        children=tuple(children),
        zombies=_await_zombies_among(children),
        signals=server.listener.signals(),
    )


def _await_zombies_among(dead):
    """Returns the dead processes that wait to be reaped. Waits until the kernel has
    removed those in state X."""
    def settled():
        states = {one: one.state for one in dead}
        assert "X" not in states.values(), states
        return tuple(one for one in dead if states[one] == "Z")

    return eventually(settled)
