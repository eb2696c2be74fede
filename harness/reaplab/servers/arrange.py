"""Arrangements: bring a server into a state where a mistake must show.

Each works on any forking server, from outside, and writes down in the server's
journal what it does. Waits poll to a deadline and raise AssertionError there.
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
    """What was seen of a frozen parent whose clients have all left."""

    children: tuple  # the Processes that served them
    zombies: tuple  # those of them that wait to be reaped
    signals: Signals  # the parent's


def freeze(server):
    """Stop the parent (SIGSTOP), and wait until it has stopped."""
    server.note("froze the parent (SIGSTOP)")
    server.listener.send(signal.SIGSTOP)

    def stopped():
        assert server.listener.state == "T", server.listener.state

    eventually(stopped)


def thaw(server):
    """Let the parent go on (SIGCONT)."""
    server.note("thawed the parent (SIGCONT)")
    server.listener.send(signal.SIGCONT)


@contextlib.contextmanager
def frozen(server):
    """The parent stands still inside the context."""
    freeze(server)
    try:
        yield
    finally:
        thaw(server)


def live_children(server):
    """The parent's live children; of a server that forks twice their children,
    orphans that it has left to us or is about to. Sorted."""
    # The orphans last: one that becomes one meanwhile is seen twice, not never.
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
    """Wait until the parent has so many live children besides those given;
    return them."""
    def counted():
        live = set(live_children(server)) - set(besides)
        assert len(live) == count, (
            f"{len(live)} live children, {count} were awaited"
        )
        return sorted(live)

    return eventually(counted)


def await_descriptors(server, before, within=PATIENCE):
    """Wait until the parent has these descriptors, as Process.descriptors() gave
    them, and no others: a child may be reaped before its parent has closed the
    connection."""
    def as_before():
        now = server.process.descriptors()
        assert now == before, f"descriptors: {before} before, {now} now"

    eventually(as_before, within)


def await_worker(server):
    """Wait until one process is there that serves the one client, which has had
    an echo, and that is the parent's child or has come to us as an orphan; return
    it."""
    def found():
        live = live_children(server)
        assert len(live) == 1, f"{len(live)} live children, 1 was awaited"
        parent = live[0].stat().ppid
        assert parent in (server.listener.pid, os.getpid()), "another is its parent"
        return live[0]

    return eventually(found)


def await_zombies(server, count):
    """Wait until the parent has so many zombies; return them."""
    def counted():
        zombies = server.listener.zombies()
        assert len(zombies) == count, (
            f"{len(zombies)} zombies, {count} were awaited"
        )
        return zombies

    return eventually(counted)


def await_death(processes):
    """Wait until none of these Processes can run any more."""
    def dead():
        alive = [one.pid for one in processes if one.is_alive()]
        assert not alive, f"still alive: {alive}"

    eventually(dead)


def await_asleep(processes):
    """Wait until each of these Processes sleeps (state S): a child that has echoed
    may still run, or wait for a CPU."""
    def asleep():
        awake = {one.pid: one.state for one in processes if one.state != "S"}
        assert not awake, f"awake: {awake}"

    eventually(asleep)


def await_idle(server, within=PATIENCE):
    """Wait until the parent sleeps and no signal is pending: it has handled all
    that came, to the end of its handler."""
    def idle():
        state, signals = server.listener.state, server.listener.signals()
        pending = signals.pending | signals.shared_pending
        assert state == "S" and not pending, f"{state}, pending {pending}"

    eventually(idle, within)


def let_settle(server):
    """Give the parent time to come back from fork: its child may be serving
    before. One that never sleeps is given two seconds."""
    with contextlib.suppress(AssertionError):
        await_idle(server, within=2.0)


@contextlib.contextmanager
def one_more(server):
    """One more client, served and held: since it was accepted, the parent has
    been through its loop, and has handled the signals it had before. Ends when
    the child that served it is dead, so that no later death merges with its."""
    server.note("one more client, held open")
    before = live_children(server)
    with Session(server.address) as session:
        session.echo()
        children = set(live_children(server)) - set(before)
        let_settle(server)
        yield session
    await_death(children)


def settled_zombies(server, count):
    """Assert that the parent has exactly so many zombies, and still has when
    it has served one more client. Returns them."""
    await_zombies(server, count)
    with one_more(server):
        return await_zombies(server, count)


def visit(server, count):
    """So many clients, one after the other, the next one only when the last
    one's child is dead."""
    server.note(f"{count} clients, one by one")
    for _ in range(count):
        before = live_children(server)
        with Session(server.address) as session:
            session.echo()
            child = await_children(server, 1, besides=before)
        await_death(child)


def freeze_and_drain(server, count):
    """Serve so many clients at once, freeze the parent, let them all leave and
    wait until the children that served them are dead. The parent stays frozen.
    Returns a Drain."""
    before = live_children(server)
    with hold(server.address, count):
        server.note(f"{count} clients, held open")
        children = await_children(server, count, besides=before)
        let_settle(server)
        freeze(server)
        server.note("all clients leave")
    await_death(children)
    # The kernel makes a zombie and signals its parent under the lock under which it
    # lists children: after this, the signal of the last death has been sent.
    server.listener.children()
    return Drain(
        children=tuple(children),
        zombies=_await_zombies_among(children),
        signals=server.listener.signals(),
    )


def _await_zombies_among(dead):
    """Those that wait to be reaped. The kernel may be about to remove the others
    (state X); returns when it has."""
    def settled():
        states = {one: one.state for one in dead}
        assert "X" not in states.values(), states
        return tuple(one for one in dead if states[one] == "Z")

    return eventually(settled)
