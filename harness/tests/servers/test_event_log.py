"""The event log (--trace): whole lines, in order, that add up to what happened."""

import os
import re
import resource
import select
import signal
import socket
import stat
import subprocess
import time
from collections import Counter, defaultdict

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sockets
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold
from reaplab.servers.server import start_lab_server

PARENTS = {"listen", "accept", "fork", "sigchld", "reap", "stop"}
CHILDRENS = {"close", "exit"}


@pytest.fixture
def bursts(lab):
    """bursts(server, how_many, ...): so many clients at once, each a burst."""
    started = []

    def run_bursts(server, how_many, *options):
        where = ("127.0.0.1", str(server.port))
        argv = [lab.program("client"), *options, *where]
        started.extend(
            spawn.spawn(argv, stdout=subprocess.DEVNULL)
            for _ in range(how_many)
        )
        for popen in started:
            assert spawn.has_exited(popen, 40)
            assert spawn.exit_status(popen) == 0

    yield run_bursts
    for popen in started:
        spawn.end(popen)


@pytest.mark.parametrize("listening, client, host", [
    ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
    ("0.0.0.0", "127.10.255.100", "127.10.255.100"),
    ("::1", "::1", "[::1]"),
    ("::", "127.0.0.1", "[::ffff:127.0.0.1]"),
])
def test_the_peer_is_where_the_client_calls_from(start, listening, client, host):
    if ":" in listening and not sockets.has_ipv6():
        pytest.skip("needs an IPv6 loopback")
    server = start("waitpid_loop", "--address", listening)
    address = client, server.port
    with socket.create_connection(address, 10, source_address=(client, 0)) as session:
        port = session.getsockname()[1]
        session.sendall(b"x")
        assert session.recv(1) == b"x"
    log = log_after_stop(server)
    assert log.events[0]["address"] == listening
    assert [accept["peer"] for accept in log.of("accept")] == [f"{host}:{port}"]


NAMED = """
#include "echo/variant.h"
static const struct variant variant = {.name = "%s", .summary = "long"};
int main(int argc, char **argv) { return server_main(&variant, argc, argv); }
"""


def test_a_long_name_is_cut(lab, folder):
    """Of a variant of somebody's own, whose name the core cannot bound."""
    (folder / "named.c").write_text(NAMED % ("x" * 500))
    flags = ["-fsanitize=address,undefined"] if lab.sanitized else []
    subprocess.run(
        ["cc", *flags, "-no-pie", "-std=c11", "-D_GNU_SOURCE", f"-I{lab.root}/src",
         "-o", folder / "named", folder / "named.c", lab.build / "libecho.a"],
        check=True,
    )
    trace = folder / "log"
    with start_lab_server(folder / "named", "--trace", trace) as server:
        server.stop()
        (listen,) = event_log.read(trace).of("listen")
    assert re.fullmatch("x{90,500}", listen["variant"])


def log_after_stop(server):
    """Stop a server that serves nobody any more, and read its log."""
    arrange.await_children(server, 0)
    if server.name == "server_waitpid_loop":
        arrange.await_zombies(server, 0)
    arrange.await_idle(server)
    assert server.stop() == 0
    return event_log.read(server.trace)


def test_one_client_from_beginning_to_end(start, variant):
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    server = start(variant, "--backlog", "7")
    with server.connect() as session:
        session.echo(b"12345")
        (child,) = arrange.await_children(server, 1)
        peer = f"127.0.0.1:{session.port}"
    log = log_after_stop(server)
    after = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    assert log.faults == ()
    times = [one["t_ns"] for one in log.events]
    assert before < min(times) and max(times) < after
    listen, accept = log.events[:2]
    assert (listen["address"], listen["port"]) == ("127.0.0.1", server.port)
    assert (listen["backlog"], listen["variant"]) == (7, server.name)
    assert accept["peer"] == peer
    (fork,) = log.of("fork")
    assert fork["child"] == child.pid
    (close,), (exited,) = log.of("close"), log.of("exit")
    assert (close["pid"], close["bytes"]) == (child.pid, 5)
    assert (exited["pid"], exited["exit_code"]) == (child.pid, 0)
    parents = [one for one in log.events if one["event"] in PARENTS]
    assert {one["pid"] for one in parents} == {server.process.pid}
    if variant == "noreap":
        assert not log.of("sigchld", "reap")
    else:
        (reap,) = log.of("reap")
        assert (reap["child"], reap["exit_code"]) == (child.pid, 0)
    assert log.events[-1]["event"] == "stop"


def test_a_killed_child_is_reaped_with_its_signal(start):
    server = start("waitpid_loop")
    with server.connect() as session:
        session.echo()
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGKILL)
        arrange.await_death([child])
    arrange.await_zombies(server, 0)

    def logged():
        reaps = event_log.read(server.trace).of("reap")
        assert [(one["child"], one.get("signal")) for one in reaps] \
            == [(child.pid, signal.SIGKILL)]

    eventually(logged)


def test_a_reset_is_logged_as_an_error(start):
    server = start("waitpid_loop")
    session = server.connect()
    session.echo()
    session.reset()
    log = log_after_stop(server)
    (error,), (exited,) = log.of("error"), log.of("exit")
    assert (error["call"], error["errno"]) == ("read", "ECONNRESET")
    assert exited["exit_code"] == 1


def test_eight_bursts_at_once_add_up(start, variant, bursts, lab):
    """Parent, children and handlers write at the same time: no line is torn, and
    none is missing."""
    sessions = 25 if lab.sanitized else 100
    server = start(variant, "--backlog", "1024")
    bursts(server, 8, f"-n{sessions}", "-c4", "-s100")
    log = log_after_stop(server)
    assert log.faults == ()
    counts, total = log.counts(), 8 * sessions
    for event in ("accept", "fork", "close", "exit"):
        assert counts[event] == total
    assert {one["bytes"] for one in log.of("close")} == {100}
    # A PID is given again once its child is reaped, where others fork much.
    forked = Counter(one["child"] for one in log.of("fork"))
    reaped = Counter(one["child"] for one in log.of("reap"))
    assert not reaped - forked
    assert Counter(one["pid"] for one in log.of("exit")) == forked
    (stop,) = log.of("stop")
    assert stop["forked"] == total
    assert stop["reaped"] == counts["reap"] == total - stop["zombies"]
    assert stop["sigchlds"] == counts["sigchld"]
    if variant == "waitpid_loop":
        assert stop["zombies"] == 0
    check_order(log)


def check_order(log):
    """The lines of a process are in order of time, and so are its handler's (which
    may come between the clock and the write of another line); a child closes,
    exits and is then reaped; the n-th fork comes after the n-th accept."""
    assert log.events[0]["event"] == "listen"
    assert log.events[-1]["event"] == "stop"
    last, stories = defaultdict(int), defaultdict(list)
    accepted = forked = 0
    for one in log.events:
        writer = one["pid"], one["event"] in ("sigchld", "reap")
        assert one["t_ns"] >= last[writer], one
        last[writer] = one["t_ns"]
        accepted += one["event"] == "accept"
        forked += one["event"] == "fork"
        assert forked <= accepted
        if one["event"] in CHILDRENS:
            stories[one["pid"]].append(one["event"])
        if one["event"] == "reap":
            stories[one["child"]].append("reap")
    for story in stories.values():
        told = " ".join(story) + " "
        assert re.fullmatch("(close exit reap )*(close exit )?", told), story


def test_it_is_opened_to_append_and_for_one_owner(start, variant):
    server = start(variant)
    (number,) = [
        number
        for number, target in server.process.descriptors().items()
        if target == str(server.trace)
    ]
    with open(f"/proc/{server.process.pid}/fdinfo/{number}") as file:
        (flags,) = [line.split()[1] for line in file if line.startswith("flags:")]
    assert int(flags, 8) & os.O_APPEND
    assert server.trace.stat().st_mode & 0o077 == 0


def test_each_line_is_one_write(start, witness, folder):
    witness("strace")
    calls = folder / "calls"
    strace = ["strace", "-f", "-qq", "-e", "trace=write", "-s", "999", "-o", calls]
    server = start("waitpid_loop", prefix=(*strace, "-D"))
    with hold(server.address, 3):
        pass

    def all_reaped():
        assert event_log.read(server.trace).counts()["reap"] == 3

    eventually(all_reaped)
    assert server.stop() == 0
    log = event_log.read(server.trace)
    writes = [
        line for line in calls.read_text().splitlines() if '"{\\"t_ns' in line
    ]
    assert len(writes) == len(log.events)
    assert all('}\\n"' in line for line in writes)


def test_an_old_log_is_kept(start, folder, lab):
    log = folder / "log"
    log.write_text('{"t_ns":1,"pid":1,"event":"sigchld"}\n')
    for _ in range(2):
        with start("noreap", "--trace", log, trace=False) as server:
            assert server.stop() == 0
    found = [one["event"] for one in event_log.read(log).events]
    assert found == ["sigchld", "listen", "stop", "listen", "stop"]


def test_a_kill_loses_nothing(start, variant):
    server = start(variant)
    with hold(server.address, 20):
        def all_forks_are_logged():
            # A child may echo before its parent has said that it forked.
            assert event_log.read(server.trace).counts()["fork"] == 20

        eventually(all_forks_are_logged)
        server.process.send(signal.SIGKILL)
        server.exit_status()
    log = event_log.read(server.trace)
    assert log.faults == ()
    assert (log.counts()["accept"], log.counts()["fork"]) == (20, 20)
    assert log.counts()["stop"] == 0


# When it cannot be written


@pytest.mark.parametrize("kind", ["full", "folder", "missing", "fifo", "loop"])
def test_a_log_that_cannot_be_opened_ends_the_server(lab, variant, folder, kind):
    path = {
        "full": "/dev/full",
        "folder": folder,
        "missing": folder / "no" / "log",
        "fifo": folder / "fifo",
        "loop": folder / "loop",
    }[kind]
    if kind == "fifo":
        os.mkfifo(path)
    if kind == "loop":
        path.symlink_to(path)
    why = {
        "full": "No space left on device",
        "folder": "Is a directory",
        "missing": "No such file or directory",
        "fifo": "No such device or address",
        "loop": "Too many levels of symbolic links",
    }[kind]
    name = f"server_{variant}"
    run = spawn.run([lab.program(name), "--trace", path, "0"])
    assert (run.status, run.out) == (1, ""), run
    assert run.err == f"{name}: {path}: {why}\n"


def serves_on(server):
    """One warning was given, and clients are served all the same."""
    for _ in range(5):
        with server.connect() as session:
            session.echo()

    def warned():
        assert server.err.count("\n") == 1, server.err

    eventually(warned)
    assert server.err.startswith(f"{server.name}: ")
    assert "event log" in server.err


def stops_in_order(server):
    """The totals are right, and the one warning stayed the only one."""
    assert server.stop() == 0
    assert server.closing_line().forked == 5
    assert server.err.count("\n") == 1


def test_a_reader_that_goes_away_costs_one_warning(start, variant, folder):
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        server = start(variant, "--trace", fifo, trace=False)
        assert b'"listen"' in os.read(reader, 4096)
    finally:
        os.close(reader)
    serves_on(server)
    stops_in_order(server)


def test_a_reader_that_stalls_costs_one_warning(start, variant, folder):
    """A FIFO that is full: neither the clients nor a stop wait for its reader."""
    fifo = folder / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    stuffing = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    try:
        server = start(variant, "--trace", fifo, trace=False)
        with pytest.raises(BlockingIOError):
            while True:
                os.write(stuffing, b" " * select.PIPE_BUF)
        serves_on(server)
        assert "stalled" in server.err
        stops_in_order(server)
    finally:
        os.close(stuffing)
        os.close(reader)


@pytest.mark.parametrize("room", [0, 30, 100])
def test_a_log_that_grows_too_large_costs_one_warning(start, variant, room):
    """RLIMIT_FSIZE, as ulimit -f sets it, stands in for a disk that fills up: the
    line that does not fit is cut, and no more are written. With no room at all
    the kernel also sends SIGXFSZ."""
    server = start(variant)
    limit = server.trace.stat().st_size + room
    set_file_size_limit(server, limit)
    serves_on(server)
    set_file_size_limit(server, resource.RLIM_INFINITY)  # stdout is a file too
    stops_in_order(server)
    assert f": File too large (RLIMIT_FSIZE is {limit} bytes)\n" in server.err
    log = event_log.read(server.trace)
    assert len(log.faults) <= 1 and "stop" not in log.counts()


def set_file_size_limit(server, limit):
    resource.prlimit(
        server.process.pid,
        resource.RLIMIT_FSIZE,
        (limit, resource.RLIM_INFINITY),
    )


# The file itself: made for its owner, and never another's


STICKY = 0o1777  # as /tmp is


def shared(folder, mode=STICKY):
    """A folder for everybody, or for a group."""
    place = folder / "shared"
    place.mkdir()
    place.chmod(mode)
    return place


def test_the_log_is_its_owners_alone(lab, folder):
    log = folder / "log"
    with start_lab_server(
        lab.program("server_noreap"), "--trace", log, preexec=lambda: os.umask(0)
    ):
        assert stat.S_IMODE(log.stat().st_mode) == 0o600


def traps(place, target):
    """What another user may have laid in a shared folder, by name."""
    (place / "link").symlink_to(target)
    (place / "nowhere").symlink_to(place / "not-there")
    os.link(target, place / "hard")
    os.mkfifo(place / "fifo")
    (place / "theirs").touch()
    if os.getuid() == 0:
        os.chown(place / "theirs", 65534, 65534)
        os.chown(place / "fifo", 65534, 65534)
    return {"link": "levels of symbolic links", "nowhere": "levels of symbolic links",
            "hard": "Permission denied", "fifo": "", "theirs": "Permission denied"}


@pytest.mark.parametrize("mode", [STICKY, 0o777, 0o775])
@pytest.mark.parametrize("trap", ["link", "nowhere", "hard", "fifo", "theirs"])
def test_no_trap_in_a_shared_folder_is_stepped_into(lab, folder, trap, mode):
    if trap == "theirs" and os.getuid() != 0:
        pytest.skip("only root can make another's file")
    target = folder / "victim"
    target.write_text("precious\n")
    place = shared(folder, mode)
    why = traps(place, target)[trap]
    run = spawn.run(
        [lab.program("server_noreap"), "--trace", place / trap, "0"], within=5
    )
    assert run.status == 1 and why in run.err and run.err.count("\n") == 1, run
    assert target.read_text() == "precious\n"
    assert not (place / "not-there").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another's folder")
@pytest.mark.parametrize("trap", ["link", "nowhere", "hard", "theirs"])
def test_no_trap_in_a_folder_of_another_is_stepped_into(lab, folder, trap):
    """Anybody may make /tmp/reap before its user does."""
    target = folder / "victim"
    target.write_text("precious\n")
    place = shared(folder, 0o755)
    why = traps(place, target)[trap]
    os.chown(place, 65534, 65534)
    run = spawn.run(
        [lab.program("server_noreap"), "--trace", place / trap, "0"], within=5
    )
    assert run.status == 1 and why in run.err and run.err.count("\n") == 1, run
    assert target.read_text() == "precious\n"
    assert not (place / "not-there").exists()


def test_a_log_of_ones_own_in_a_shared_folder_is_appended_to(lab, folder):
    log = shared(folder) / "log"
    for expected in (1, 2):
        with start_lab_server(lab.program("server_noreap"), "--trace", log):
            assert event_log.read(log).counts()["listen"] == expected


def test_a_link_in_a_folder_of_ones_own_is_followed(lab, folder):
    (folder / "link").symlink_to("log")
    link = folder / "link"
    with start_lab_server(lab.program("server_noreap"), "--trace", link):
        assert event_log.read(folder / "log").counts()["listen"] == 1
