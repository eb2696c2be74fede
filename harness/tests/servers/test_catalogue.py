"""The catalogue's right answers: no zombie survives, and the server keeps serving.

Then what each of them does in its own way: who reaps, when, what it knows of how a
child ended. The wrong answers are in test_catalogue_wrong.py.
"""

import json
import os
import resource
import shutil
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.documents import variants
from reaplab.faults import injection, seccomp
from reaplab.lifelines import event_log
from reaplab.proc import activity, sockets
from reaplab.proc.process import Process
from reaplab.servers import arrange, clients, server as servers, spawn
from reaplab.servers.clients import hold

RIGHT = [one.name for one in variants.read_all() if not one.is_wrong]

# Those that never learn how the serving process ended.
STATUSES_LOST = ("sig_ign", "nocldwait", "double_fork")
STATUSES_KEPT = [name for name in RIGHT if name not in STATUSES_LOST]


@pytest.fixture(params=RIGHT)
def right(request):
    return request.param


def of_parent(server, *names):
    """The events of these names that the parent logged, in order."""
    return [
        one
        for one in event_log.read(server.trace).of(*names)
        if one["pid"] == server.process.pid
    ]


def await_told(server, count, *names):
    """The same, once there are so many: a zombie is gone before the line that tells
    of it is written."""
    def so_many():
        events = of_parent(server, *names)
        assert len(events) >= count, events
        return events

    return eventually(so_many)


# All right answers


def test_it_serves_like_any_echo_server(start, right):
    server = start(right, "--backlog", "64")
    with hold(server.address, 20) as sessions:
        for session in sessions:
            session.echo(b"\0" + clients.pattern(4096))
        sessions[0].reset()
        sessions[1].half_close()
        assert sessions[1].read_to_end() == b""
        with server.connect() as session:
            session.echo(clients.pattern(1 << 20))
    assert not server.has_exited()


def test_one_by_one_leaves_no_zombie(start, right):
    server = start(right)
    arrange.visit(server, 5)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)


@pytest.mark.parametrize("count", [2, 20])
def test_freeze_drain_thaw_leaves_no_zombie(start, right, count):
    server = start(right)
    arrange.freeze_and_drain(server, count)
    arrange.thaw(server)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)


def test_a_held_client_is_served_on_and_so_are_new_ones(start, right):
    """What breaks the handler that waits for the living breaks none of these."""
    server = start(right)
    with arrange.one_more(server) as held:
        arrange.visit(server, 2)
        arrange.freeze_and_drain(server, 5)
        arrange.thaw(server)
        arrange.visit(server, 2)
        held.echo(b"I am still here\n")
        with arrange.one_more(server):
            arrange.await_zombies(server, 0)


@pytest.mark.storm
def test_a_storm_of_2000_clients(start, right, lab):
    server = start(right, "--backlog", "1024", trace=False)
    client = spawn.run(
        [
            lab.program("client"),
            "--json",
            "--burst=2000",
            "--concurrency=64",
            "127.0.0.1",
            str(server.port),
        ],
        within=150,
    )
    assert client.status == 0, client
    assert json.loads(client.out)["ok"] == 2000
    arrange.await_children(server, 0)  # a client has its FIN before its child is dead
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        arrange.await_children(server, 1)
        arrange.await_idle(server)  # and so has counted its last fork
        server.stop()
    totals = server.closing_line()
    per_client = 2 if right == "double_fork" else 1
    assert (totals.forked, totals.zombies) == (2001, 0)
    if right in STATUSES_KEPT:
        assert totals.reaped == 2000, "one is still served"
    else:
        assert totals.reaped == (2001 if per_client == 2 else 0)


def test_starved_of_descriptors_it_reaps_all_the_same(start, right):
    """A client waits that cannot be accepted, so the accept loop never rests; and
    meanwhile others leave."""
    server = start(right)
    with hold(server.address, 3):
        children = arrange.await_children(server, 3)
        arrange.await_idle(server)  # and so has closed its copy of the last socket
        starve(server)
        waiting = server.connect()
        eventually(lambda: accept_failed(server))
    arrange.await_death(children)
    arrange.await_zombies(server, 0)
    feed(server)
    with waiting:
        waiting.echo()


def starve(server):
    """Let the parent open no further descriptor: none below the first gap."""
    eventually(lambda: holds_no_client(server))
    held = server.process.descriptors()
    room = next(number for number in range(len(held) + 1) if number not in held)
    hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (room, hard))


def holds_no_client(server):
    """The parent has let go of its copies of all connections."""
    (listening,) = sockets.listening(server.port)
    assert server.process.socket_inodes() == {listening.inode}


def feed(server):
    """Let it have as many as it may."""
    hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)[1]
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (hard, hard))


def accept_failed(server):
    errors = event_log.read(server.trace).of("error")
    assert {one["errno"] for one in errors} == {"EMFILE"}


# What they know of how a child ended


@pytest.mark.parametrize("variant", STATUSES_KEPT)
def test_exit_statuses_are_kept(start, variant):
    server = start(variant)
    arrange.visit(server, 1)
    with server.connect() as session:
        session.echo()
        child = arrange.await_worker(server)
        child.send(signal.SIGKILL)
        arrange.await_death([child])
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        ends = await_told(server, 2, "reap")
    assert ends[0]["exit_code"] == 0
    assert (ends[1]["child"], ends[1]["signal"]) == (child.pid, signal.SIGKILL)


@pytest.mark.parametrize("variant", STATUSES_LOST)
def test_exit_statuses_are_lost(start, variant):
    server = start(variant)
    with server.connect() as session:
        session.echo()
        worker = arrange.await_worker(server)
        worker.send(signal.SIGKILL)
        arrange.await_death([worker])
    with arrange.one_more(server):
        told = of_parent(server, "reap")
    assert worker.pid not in [one["child"] for one in told]


@pytest.mark.parametrize("variant", ["sig_ign", "nocldwait"])
def test_the_kernel_reaps_while_the_parent_stands_still(start, variant):
    """Nobody has to run for it: the children are gone, not zombies."""
    server = start(variant)
    drain = arrange.freeze_and_drain(server, 10)
    assert drain.zombies == ()
    eventually(lambda: are_gone(drain.children))
    heard = {"sig_ign": set(), "nocldwait": {"SIGCHLD"}}[variant]
    assert drain.signals.shared_pending == heard
    arrange.thaw(server)
    with arrange.one_more(server):
        log = event_log.read(server.trace).counts()
    assert (log["sigchld"], log["reap"]) == (len(heard), 0)


def are_gone(processes):
    assert [one for one in processes if one.has_entry()] == []


def test_sig_ign_and_nocldwait_say_so_to_the_kernel(start):
    assert "SIGCHLD" in start("sig_ign").process.signals().ignored
    assert "SIGCHLD" in start("nocldwait").process.signals().caught


# double_fork


def test_double_fork_leaves_orphans_to_the_subreaper(start):
    """The process that serves is a child of init, or as here of the nearest
    subreaper, which is this one; and so is the zombie that it leaves."""
    server = start("double_fork")
    with server.connect() as session:
        session.echo()
        worker = arrange.await_worker(server)
        assert worker.stat().ppid == os.getpid()
        with arrange.one_more(server):
            eventually(lambda: _has_no_child(server))
    arrange.await_death([worker])
    assert worker.is_zombie() and worker.stat().ppid == os.getpid()
    reaps = [one["child"] for one in await_told(server, 2, "reap")]
    forks = [one["child"] for one in event_log.read(server.trace).of("fork")]
    assert worker.pid in forks and worker.pid not in reaps
    assert len(forks) == 4 and len(reaps) == 2, "two forks a client, one of them kept"
    spawn.end_strays()
    assert not worker.has_entry()


def test_double_fork_as_a_subreaper_reaps_its_orphans(start):
    """They come back to it, as they do to process 1 of a container."""
    server = start("double_fork", preexec=spawn.become_subreaper)
    with hold(server.address, 3) as sessions:
        for session in sessions:
            session.echo()
        workers = arrange.await_children(server, 3)
        assert not any("SIGCHLD" in one.signals().blocked for one in workers)
    eventually(lambda: _has_no_child(server))
    assert server.stop() == 0
    totals = server.closing_line()
    assert (totals.forked, totals.reaped, totals.zombies) == (3, 6, 0)
    log = event_log.read(server.trace)
    assert {one["child"] for one in log.of("fork")} \
        == {one["child"] for one in log.of("reap")}


def test_double_fork_as_process_1_reaps_its_orphans(lab):
    unshare = ["unshare", "--user", "--map-root-user", "--pid", "--fork",
               "--mount-proc", "--kill-child"]
    if shutil.which(unshare[0]) is None or spawn.run([*unshare, "true"]).status != 0:
        pytest.skip("no PID namespace can be made here")
    command = [*unshare, lab.program("server_double_fork")]
    with servers.start_foreign_server(command) as server:
        with hold(server.address, 3) as sessions:
            for session in sessions:
                session.echo()

            def only_orphans():
                """The children in between have ended and been reaped, too."""
                assert len(server.listener.children()) == 3

            eventually(only_orphans)

        def reaped():
            assert server.listener.children() == []

        eventually(reaped)


def _has_no_child(server):
    assert server.process.children() == []


# flag, self_pipe, signalfd


def test_flag_blocks_sigchld_everywhere_but_in_ppoll(start):
    """At rest it is in ppoll, with SIGCHLD let in. Starved of descriptors it
    pauses before it tries again, and there it is blocked."""
    server = start("flag")
    assert "SIGCHLD" not in signals_in(server, "ppoll").blocked
    starve(server)
    with server.connect():
        assert "SIGCHLD" in signals_in(server, "clock_nanosleep").blocked


def signals_in(server, call):
    """The parent's Signals while it sleeps in this call."""
    def seen():
        before = activity.look(server.process)
        signals = server.process.signals()
        after = activity.look(server.process)
        assert before == after and after.calls == {call}, after
        return signals

    return eventually(seen)


def test_self_pipe_holds_both_ends_of_a_pipe(start):
    server, plain = start("self_pipe"), start("waitpid_loop")
    ends = pipes_of(server)
    assert len(ends) == len(pipes_of(plain)) + 2
    assert len(set(ends)) == len(set(pipes_of(plain))) + 1
    with server.connect() as session:
        session.echo()
        child = arrange.await_worker(server)
        assert child.signals().caught & {"SIGCHLD"} == set()


def pipes_of(server):
    held = server.process.descriptors().values()
    return [one for one in held if one.startswith("pipe:")]


@pytest.mark.parametrize("variant", ["flag", "self_pipe", "signalfd"])
def test_merging_is_harmless_where_one_wake_up_reaps_all(start, variant):
    """Ten deaths are one signal here as everywhere."""
    server = start(variant)
    drain = arrange.freeze_and_drain(server, 10)
    assert drain.signals.shared_pending == {"SIGCHLD"}
    arrange.thaw(server)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        events = await_told(server, 11, "sigchld", "reap")
    told = [one["event"] for one in events]
    assert (told.count("sigchld"), told.count("reap")) == (1, 10)


def test_signalfd_has_sigchld_blocked_and_no_handler(start):
    signals = start("signalfd").process.signals()
    assert "SIGCHLD" in signals.blocked
    assert "SIGCHLD" not in signals.caught | signals.ignored


# pidfd


@pytest.mark.parametrize(
    "missing",
    [None, ("clone3", "ENOSYS"), ("clone3", "EPERM"), ("close_range", "ENOSYS")],
)
def test_pidfd_holds_one_per_child_and_none_in_the_children(start, missing):
    """Also where the kernel or a filter lacks what makes its fork cheap."""
    preexec = seccomp.forbid(*missing) if missing else None
    server = start("pidfd", preexec=preexec)

    def pidfds(process):
        targets = process.descriptors().values()
        return [one for one in targets if one.startswith(PIDFD)]

    def await_pidfds(count):
        def held():
            assert len(pidfds(server.process)) == count

        eventually(held)

    with hold(server.address, 6) as sessions:
        children = arrange.await_children(server, 6)
        await_pidfds(6)
        for session in sessions:
            session.echo()
        assert [pidfds(child) for child in children] == [[]] * 6
    arrange.await_death(children)
    await_pidfds(0)
    assert "SIGCHLD" not in server.process.signals().caught
    assert server.stop() == 0
    totals = server.closing_line()
    assert (totals.forked, totals.reaped, totals.zombies) == (6, 6, 0)


def test_pidfd_says_at_start_that_it_cannot_work_here(lab):
    forbidden = seccomp.forbid("pidfd_open", "EPERM")
    run = spawn.run([lab.program("server_pidfd"), "0"], preexec=forbidden)
    assert (run.status, run.out) == (1, "")
    assert run.err == ("server_pidfd: cannot wait for a child by its pidfd: "
                       "Operation not permitted\n")


@pytest.mark.parametrize("error", ["ENOSPC", "ENOMEM"])
def test_pidfd_that_cannot_watch_a_child_holds_up_nobody(start, witness, error):
    """ENOSPC: fs.epoll.max_user_watches. All others are served and reaped, and so is
    that child, whoever leaves first."""
    witness("strace")
    server = start("pidfd")
    rule = injection.strace(f"epoll_ctl:error={error}:when=1..2")
    with server.connect() as watched:
        watched.echo()
        with injection.attached(server.process, rule):
            with hold(server.address, 2) as sessions:
                for session in (*sessions, watched):
                    session.echo()
                injection.settle(server)
                for left, session in ((2, sessions[0]), (1, watched)):
                    session.close()
                    arrange.await_children(server, left)
                    arrange.await_zombies(server, 0)
                with server.connect() as another:
                    another.echo()
                sessions[1].echo()
            arrange.await_children(server, 0)
            injection.settle(server)
    arrange.await_zombies(server, 0)
    assert server.stop() == 0
    totals = server.closing_line()
    assert (totals.forked, totals.reaped, totals.zombies) == (4, 4, 0)


PIDFD = ("anon_inode:[pidfd]", "pidfd:")
STEP_ASIDE = 'sleep 600 & exec "$@"'  # leaves a child to the server that follows


@pytest.mark.parametrize(
    "variant, steals", [("pidfd", False), ("rtsig", False), ("waitpid_loop", True)]
)
def test_a_child_of_somebody_elses(start, variant, steals):
    """A shell starts `sleep` and becomes the server, whose child that now is.
    Waiting for any child, as waitpid(-1) does, takes it; waiting for one's own
    does not."""
    server = start(variant, prefix=["sh", "-c", STEP_ASIDE, "sh"])
    (foreign,) = server.process.live_children()
    foreign.send(signal.SIGKILL)
    arrange.await_death([foreign])
    arrange.visit(server, 3)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0 if steals else 1)
    assert foreign.has_entry() != steals
    await_told(server, 3, "reap")


# rtsig


@pytest.fixture
def own_queue():
    """To be called in the server before it starts: a user of its own, so that
    no other program's signals are counted in its queue. Only root can."""
    def change_real_user():
        os.setresuid(40000 + os.getpid() % 20000, 0, 0)

    return change_real_user if os.geteuid() == 0 else None


def test_rtsig_signals_queue(start, own_queue):
    """The control experiment: as many signals as deaths, one waitpid for each,
    and nobody is lost. What loses children elsewhere is merging, not the missing
    loop."""
    server = start("rtsig", preexec=own_queue)
    before = server.process.signals().queued
    drain = arrange.freeze_and_drain(server, 30)
    assert len(drain.zombies) == 30
    assert drain.signals.shared_pending == {"SIGRTMIN"}
    assert drain.signals.queued - before == 30
    arrange.thaw(server)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        events = await_told(server, 60, "sigchld", "reap")
    assert [one["event"] for one in events] == ["sigchld", "reap"] * 30
    reaped = [one["child"] for one in events if one["event"] == "reap"]
    assert sorted(reaped) == [child.pid for child in drain.children]
    arrange.await_idle(server)  # the one more client's child has died, too
    assert server.process.signals().queued == before


def test_rtsig_loses_those_past_the_limit(start, own_queue):
    """Past RLIMIT_SIGPENDING a signal is not queued, and nobody ever hears of
    that child."""
    limit, count = 5, 12

    def prepare():
        if own_queue:
            own_queue()
        resource.setrlimit(resource.RLIMIT_SIGPENDING, (limit, limit))

    server = start("rtsig", preexec=prepare)
    drain = arrange.freeze_and_drain(server, count)
    assert drain.signals.queued == limit
    arrange.thaw(server)
    arrange.settled_zombies(server, count - limit)
    arrange.visit(server, 2)
    arrange.settled_zombies(server, count - limit)


# thread


def test_thread_waits_where_others_have_a_handler(start):
    server = start("thread")
    signals = server.process.signals()
    assert "SIGCHLD" not in signals.caught | signals.ignored | signals.blocked
    assert len(os.listdir(f"/proc/{server.process.pid}/task")) == 2
    with server.connect() as session:
        session.echo()

        def one_waits():
            assert "waitid" in activity.look(server.process).calls

        eventually(one_waits)


# sweep


def sleeps_in_accept(server):
    """It has swept, and waits for the next client."""
    look = activity.look(server.process)
    assert look.asleep and look.calls <= {"accept"}, look


def leave_after_the_sweep(server, count):
    """So many clients leave when the parent has swept for the last time."""
    with hold(server.address, count):
        children = arrange.await_children(server, count)
        eventually(lambda: sleeps_in_accept(server))
    arrange.await_death(children)


def test_sweep_leaves_zombies_until_the_next_client(start):
    """The event log is the witness: not one reap before the next accept, and
    all of them after it."""
    server = start("sweep")
    leave_after_the_sweep(server, 4)
    with server.connect() as session:
        session.echo()
        arrange.await_zombies(server, 0)
        events = await_told(server, 9, "accept", "reap")
    assert [one["event"] for one in events] == ["accept"] * 5 + ["reap"] * 4


def test_sweep_sleeps_beside_its_zombies(start):
    server = start("sweep")
    leave_after_the_sweep(server, 1)
    last = arrange.await_zombies(server, 1)
    sleeps_in_accept(server)
    assert server.process.zombies() == last


def test_orphans_would_be_seen():
    """The opposite of what double_fork claims: our own children are no orphans,
    and this process is nobody's stray."""
    assert Process.at(os.getpid()) not in spawn.strays()
