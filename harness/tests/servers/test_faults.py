"""What a scarce machine and unlucky calls do to a server: one client may be lost,
never the server. Faults are ordered (strace, prlimit), not waited for."""

import contextlib
import resource
import select
import signal

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.faults import injection
from reaplab.lifelines import event_log
from reaplab.servers import arrange, clients
from reaplab.servers.clients import hold


@contextlib.contextmanager
def injected(server, rule):
    """The parent's system calls fail by this rule (strace(1), --inject). All
    clients have left at the end."""
    server.note(f"strace injects {rule}")
    server.faults_ordered = True
    with injection.attached(server.process, injection.strace(rule)):
        yield
        # Let go while the parent sleeps: a call that strace has cancelled and
        # not yet answered would end with ENOSYS.
        arrange.await_children(server, 0)
        arrange.await_idle(server)


@pytest.mark.parametrize(
    "error",
    ["EINTR", "ECONNABORTED", "EPROTO", "ENETDOWN", "EPERM", "EMFILE", "ENFILE",
     "ENOMEM", "ENOBUFS"],
)
def test_accept_fails_every_other_time(start, variant, witness, error):
    """accept(2) lists these: each says something of one client or this moment."""
    witness("strace")
    server = start(variant)
    with injected(server, f"accept,accept4:error={error}:when=1+2"):
        for _ in range(3):
            with server.connect() as session:
                session.echo()
    with server.connect() as session:
        session.echo()
    assert not server.has_exited()


def test_a_failed_fork_drops_one_client(start, variant, witness):
    witness("strace")
    server = start(variant)
    before = server.process.descriptors()
    with injected(server, "clone,clone3,fork,vfork:error=EAGAIN:when=1"):
        with server.connect() as dropped:
            with contextlib.suppress(ConnectionResetError):
                assert dropped.read_to_end() == b""
        with server.connect() as session:
            session.echo()
    (error,) = event_log.read(server.trace).of("error")
    assert (error["call"], error["errno"]) == ("fork", "EAGAIN")
    assert server.err.count("\n") == 1 and "fork" in server.err
    arrange.await_children(server, 0)
    arrange.await_descriptors(server, before)


def test_a_fork_without_memory_names_the_limit(start, witness, lab):
    witness("strace")
    if lab.sanitized:
        pytest.skip("a sanitizer reserves terabytes")
    limit = 1 << 30
    server = start("pidfd")
    resource.prlimit(server.process.pid, resource.RLIMIT_AS, (limit, limit))
    with injected(server, "clone,clone3,fork,vfork:error=ENOMEM:when=1"):
        with server.connect() as dropped:
            with contextlib.suppress(ConnectionResetError):
                assert dropped.read_to_end() == b""
        with server.connect() as session:
            session.echo()
    assert server.err == "server_pidfd: cannot fork, client dropped: Cannot " \
        f"allocate memory (RLIMIT_AS is {limit} bytes)\n"


def test_without_descriptors_it_waits_and_does_not_spin(start, variant):
    """The client that could not be accepted is served when there is room again;
    until then the server tries now and then, and says so once."""
    server = start(variant)
    most = max(server.process.descriptors()) + 1
    soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, hard))
    server.note(f"RLIMIT_NOFILE is {most}: none is free")
    with server.connect() as session:
        def tried_thrice():
            errors = event_log.read(server.trace).of("error")
            assert len(errors) >= 3
            return errors

        errors = eventually(tried_thrice)
        assert {(one["call"], one["errno"]) for one in errors} \
            == {("accept", "EMFILE")}
        check_pauses(errors)
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (soft, hard))
        session.echo()
    limit = f"Too many open files (RLIMIT_NOFILE is {most})"
    assert server.err.count("\n") == 1 and limit in server.err


def check_pauses(errors):
    times = [one["t_ns"] for one in errors]
    gaps = [after - before for before, after in zip(times, times[1:])]
    assert min(gaps) >= 10_000_000, "a pause is 10 ms or more"


@pytest.mark.parametrize(
    "variant, call",
    [("flag", "ppoll"), ("self_pipe", "poll"), ("signalfd", "poll")],
)
def test_without_memory_it_waits_again_and_does_not_spin(
    start, witness, variant, call
):
    """What waits for clients before accept(2) does may lack memory as accept may."""
    witness("strace")
    server = start(variant)

    def has_failed_five_times():
        errors = event_log.read(server.trace).of("error")
        assert len(errors) == 5
        return errors

    with injected(server, f"{call}:error=ENOMEM:when=1..5"):
        # The wait that strace came upon is no call any more: end it.
        server.process.send(signal.SIGCHLD)
        errors = eventually(has_failed_five_times)
    assert {(one["call"], one["errno"]) for one in errors} == {(call, "ENOMEM")}
    check_pauses(errors)
    with server.connect() as session:
        session.echo()
    assert server.err.count("\n") == 1, "said once"
    assert f"cannot {call}, trying again: Cannot allocate memory" in server.err


def test_signals_without_a_death(start, variant):
    """Anyone may send SIGCHLD: it says nothing of a death. With and without
    children, the server serves on and reaps only the dead."""
    server = start(variant)
    for _ in range(50):
        server.process.send(signal.SIGCHLD)
    with hold(server.address, 2) as sessions:
        for _ in range(50):
            server.process.send(signal.SIGCHLD)
        for session in sessions:
            session.echo()
        with arrange.one_more(server):
            assert len(arrange.await_children(server, 3)) == 3
        reaps = event_log.read(server.trace).of("reap")
        assert len(reaps) <= 1, "none but the one that has left"


def test_a_stopped_child_is_no_dead_child(start, variant):
    """SIGCHLD also tells of stops, unless SA_NOCLDSTOP says otherwise."""
    server = start(variant)
    with hold(server.address, 1) as (session,):
        (child,) = arrange.await_children(server, 1)
        for _ in range(3):
            child.send(signal.SIGSTOP)
            eventually(lambda: is_in_state(child, "T"))
            child.send(signal.SIGCONT)
            session.echo()
    arrange.await_death([child])
    with arrange.one_more(server):
        assert event_log.read(server.trace).counts()["sigchld"] <= 1


def test_a_killed_child_takes_only_its_client(start, variant):
    server = start(variant)
    with hold(server.address, 2) as sessions:
        victim = arrange.await_children(server, 2)[0]
        victim.send(signal.SIGKILL)
        arrange.await_death([victim])
        alive = 0
        for session in sessions:
            with contextlib.suppress(AssertionError, ConnectionError):
                session.echo()
                alive += 1
        assert alive == 1
    with server.connect() as session:
        session.echo()


def test_a_child_stopped_in_the_midst_of_a_write(start, variant):
    """The write is cut short by the stop, and the rest must follow: nothing is
    lost and nothing comes twice."""
    server = start(variant)
    data = clients.pattern(32 << 20)
    with server.connect() as session:
        session.echo()
        (child,) = arrange.await_children(server, 1)
        sent = received = 0
        for _ in range(10):
            sent += send_until_stuck(session, data[sent:])
            child.send(signal.SIGSTOP)
            eventually(lambda: is_in_state(child, "T"))
            child.send(signal.SIGCONT)
            piece = session.receive(300_000)
            clients.check_same(data[received:received + len(piece)], piece)
            received += len(piece)
        session.half_close()
        clients.check_same(data[received:sent], session.read_to_end())


def send_until_stuck(session, data):
    """Send what fits while nothing is read; return how much that was. Then the
    child is blocked in its write."""
    sent = 0
    session.socket.setblocking(False)
    try:
        while sent < len(data):
            poll = select.poll()
            poll.register(session.socket, select.POLLOUT)
            if not poll.poll(50):
                break
            sent += session.socket.send(data[sent:sent + 65536])
    finally:
        session.socket.settimeout(PATIENCE)
    return sent


def is_in_state(child, state):
    assert child.state == state, child.state
