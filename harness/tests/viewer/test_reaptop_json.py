"""reaptop --json against /proc, ps and the event log, while zombies come and go."""

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.lifelines import event_log
from reaplab.proc.process import Gone, Process, all_pids
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold


class Watching:
    """reaptop at work, its samples read as they come."""

    def __init__(self, argv):
        self._out = tempfile.TemporaryFile()
        self._popen = spawn.spawn(
            argv, stdout=self._out, stderr=subprocess.DEVNULL
        )

    def close(self):
        spawn.end(self._popen)
        self._out.close()

    def samples(self):
        """All samples so far, each checked to be whole."""
        lines = spawn.written(self._out).splitlines(keepends=True)
        found = [json.loads(line) for line in lines if line.endswith("\n")]
        for number, sample in enumerate(found, start=1):
            assert (sample["schema"], sample["sample"]) == (1, number)
            for server in sample["servers"]:
                assert server["live"] + server["zombies"] == len(server["children"])
        return found

    def await_sample(self, check):
        """Wait for a sample taken from now on of which check(its first server)
        is true; return that server."""
        seen = len(self.samples())

        def shown():
            new = [one["servers"][0] for one in self.samples()[seen:]]
            good = [one for one in new if check(one)]
            assert good, f"the last was {new[-1:]}"
            return good[0]

        return eventually(shown)

    def await_end(self):
        assert spawn.has_exited(self._popen, 20), "reaptop runs on"
        return spawn.exit_status(self._popen)

    def send(self, signum):
        self._popen.send_signal(signum)


@pytest.fixture
def reaptop(lab):
    """reaptop(argument...): the samples of one run to its end."""
    def run_reaptop(*arguments, **options):
        argv = [lab.program("reaptop"), "--json", *map(str, arguments)]
        run = spawn.run(argv, **options)
        assert (run.status, run.err) == (0, ""), run
        return [json.loads(line) for line in run.out.splitlines()]

    return run_reaptop


@pytest.fixture
def watch(lab):
    """watch(argument...): a reaptop that takes 20 samples a second."""
    with contextlib.ExitStack() as stack:
        def start_watching(*arguments):
            argv = [lab.program("reaptop"), "--json", "--delay", "0.05"]
            watching = Watching([*argv, *map(str, arguments)])
            stack.callback(watching.close)
            return watching

        yield start_watching


def one_server(samples):
    """The only server of the only sample."""
    (sample,) = samples
    (server,) = sample["servers"]
    return server


def children_in_proc(server):
    """What /proc says of the children, as reaptop words it."""
    found = []
    for child in server.process.children():
        stat = child.stat()
        dead = stat.is_zombie
        exited = dead and os.WIFEXITED(stat.wait_status)
        found.append(
            {
                "pid": stat.pid,
                "start_ticks": stat.start_ticks,
                "name": stat.name,
                "state": stat.state,
                "threads": stat.threads,
                "zombie": dead,
                "nonstop": False,
                "exit_code": os.WEXITSTATUS(stat.wait_status) if exited else None,
                "signal": os.WTERMSIG(stat.wait_status)
                if dead and not exited else None,
            }
        )
    return found


def without_times(children):
    times = ("age_s", "cpu_s")
    return [{k: v for k, v in one.items() if k not in times} for one in children]


def test_one_sample_is_what_proc_says(start, variant, reaptop):
    """Three that left, one that was killed, two that are here."""
    server = start(variant)
    arrange.visit(server, 3)
    with server.connect() as session:
        session.echo()
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGKILL)
        arrange.await_death([child])
    with hold(server.address, 2):
        arrange.await_asleep(arrange.await_children(server, 2))
        arrange.await_zombies(server, 4 if variant == "noreap" else 0)
        arrange.await_idle(server)
        shown = one_server(reaptop("-n1", server.process.pid))
        expected = children_in_proc(server)
        counts = event_log.read(server.trace).counts()
        stat = server.process.stat()
    assert shown["name"] == server.name, "all of it, not the kernel's 15 bytes"
    assert (shown["pid"], shown["start_ticks"]) == (stat.pid, stat.start_ticks)
    assert (shown["port"], shown["state"]) == (server.port, "S")
    assert shown["ended"] is False
    assert (shown["live"], shown["zombies"]) \
        == (2, 4 if variant == "noreap" else 0)
    # Children that came in one tick of the clock may be listed either way.
    assert sorted(without_times(shown["children"]), key=lambda one: one["pid"]) \
        == sorted(expected, key=lambda one: one["pid"])
    assert (shown["forked"], shown["reaped"], shown["sigchlds"]) \
        == (6, counts["reap"], counts["sigchld"])
    assert shown["sigchld"] == {
        "caught": variant != "noreap",
        "ignored": False,
        "blocked": False,
        "pending": False,
    }


def test_ps_says_the_same(start, reaptop, witness):
    witness("ps")
    server = start("noreap")
    arrange.visit(server, 25)
    with hold(server.address, 5):
        arrange.await_asleep(arrange.await_children(server, 5))
        shown = one_server(reaptop("-n1", server.process.pid))
        ps = spawn.run(
            ["ps", "--ppid", str(server.process.pid), "-o", "pid=,state="]
        )
    told = sorted(tuple(line.split()) for line in ps.out.splitlines())
    assert sorted((str(one["pid"]), one["state"]) for one in shown["children"]) \
        == told
    assert len(told) == 30


def test_ages_are_those_of_the_clock(start, reaptop):
    before = time.monotonic_ns()
    server = start("noreap")
    arrange.visit(server, 1)
    (sample,) = reaptop("-n1", server.process.pid)
    (shown,) = sample["servers"]
    after = time.monotonic_ns()
    assert before < sample["t_ns"] < after
    # Start times are whole ticks of the clock, of 10 ms.
    assert -0.02 <= shown["children"][0]["age_s"] <= shown["age_s"] + 0.02
    assert shown["age_s"] <= (after - before) / 1e9 + 0.02


def test_zombies_come_and_go(start, watch):
    """Every change is seen, on a server that reaps all of them: frozen, it shows
    zombies; thawed, none."""
    server = start("waitpid_loop")
    watching = watch(server.process.pid)
    watching.await_sample(lambda one: (one["live"], one["zombies"]) == (0, 0))
    for round_number in (1, 2):
        with hold(server.address, 5):
            watching.await_sample(lambda one: one["live"] == 5)
            arrange.freeze(server)
        # A sample reads the signals before the children: it may fall in between.
        shown = watching.await_sample(
            lambda one: one["zombies"] == 5 and one["sigchld"]["pending"]
        )
        assert (shown["state"], shown["live"]) == ("T", 0)
        arrange.thaw(server)
        watching.await_sample(
            lambda one: not one["children"] and one["state"] == "S"
            and not one["sigchld"]["pending"]
        )
        shown = watching.await_sample(lambda one: one["reaped"] == 5 * round_number)
        assert shown["seen"] == shown["forked"] == 5 * round_number
    samples = watching.samples()
    times = [one["t_ns"] for one in samples]
    assert times == sorted(times)
    forked = [one["servers"][0]["forked"] for one in samples]
    assert forked == sorted(forked)


def test_what_came_and_went_is_counted_as_on_the_screen(lab, start, reaptop, watch):
    """Also children that lived between two samples; and what was there before
    has not just come."""
    server = start("waitpid_loop")
    with hold(server.address, 2):
        arrange.await_children(server, 2)
        arrange.await_idle(server)
        shown = one_server(reaptop("-n1", server.process.pid))
        assert (shown["seen"], shown["came"], shown["went"]) == (2, 0, 0)
        batch = [lab.program("reaptop"), "--batch", "-n1", str(server.process.pid)]
        assert "seen 2  came 0  went 0  up" in spawn.run(batch).out
        watching = watch(server.process.pid)
        watching.await_sample(lambda one: one["live"] == 2)
        arrange.visit(server, 20)
    # The log is read after the children: a zombie may be listed and logged as reaped.
    last = watching.await_sample(
        lambda one: one["reaped"] == 22 and not one["children"]
    )
    assert last["seen"] == 22
    assert came_and_went(watching) == (20, 22)


class HandWrittenLog:
    """An event log whose lines come when a test says so."""

    def __init__(self, path, server):
        self.path = path
        self._pid = server.process.pid
        self.write("sigchld")

    def write(self, *events, child=1):
        with self.path.open("a") as file:
            for event in events:
                line = {"t_ns": 1, "pid": self._pid, "event": event, "child": child}
                file.write(json.dumps(line) + "\n")


def logged_and_seen(forked, reaped, seen):
    """A check on a watched server."""
    wanted = (forked, reaped, seen)
    return lambda one: (one["forked"], one["reaped"], one["seen"]) == wanted


def came_and_went(watching):
    every = [one["servers"][0] for one in watching.samples()]
    return sum(one["came"] for one in every), sum(one["went"] for one in every)


def test_what_is_logged_late_counts_once(start, watch, folder):
    """A sample may fall between a fork and the log's line of it, or between a
    reap and its line. Here the log waits for that sample."""
    server = start("waitpid_loop", trace=False)
    log = HandWrittenLog(folder / "log", server)
    watching = watch("--trace", log.path, server.process.pid)
    watching.await_sample(logged_and_seen(0, 0, 0))
    with hold(server.address, 1):
        watching.await_sample(logged_and_seen(0, 0, 1))
        log.write("fork")
        watching.await_sample(logged_and_seen(1, 0, 1))
    watching.await_sample(lambda one: one["live"] == one["zombies"] == 0)
    log.write("reap")
    watching.await_sample(logged_and_seen(1, 1, 1))
    log.write("fork", "reap", "fork", "reap", child=2)
    watching.await_sample(logged_and_seen(3, 3, 3))
    assert came_and_went(watching) == (3, 3)


def test_what_the_first_sample_finds_may_be_logged_late(start, watch, folder):
    server = start("waitpid_loop", trace=False)
    log = HandWrittenLog(folder / "log", server)
    log.write("fork")
    with hold(server.address, 3):
        arrange.await_children(server, 3)
        watching = watch("--trace", log.path, server.process.pid)
        watching.await_sample(logged_and_seen(1, 0, 3))
        log.write("fork", "fork")
        watching.await_sample(logged_and_seen(3, 0, 3))
        log.write("fork", "reap", child=2)
        watching.await_sample(logged_and_seen(4, 1, 4))
    assert came_and_went(watching)[0] == 1


def test_a_log_begun_anew_tells_of_others(start, watch, folder):
    """What was seen before counts on."""
    server = start("waitpid_loop", trace=False)
    log = HandWrittenLog(folder / "log", server)
    watching = watch("--trace", log.path, server.process.pid)
    watching.await_sample(logged_and_seen(0, 0, 0))
    log.write(*["fork", "reap"] * 5)
    watching.await_sample(logged_and_seen(5, 5, 5))
    os.truncate(log.path, 0)
    watching.await_sample(lambda one: one["forked"] is None)
    log.write(*["fork", "reap"] * 2)
    watching.await_sample(logged_and_seen(2, 2, 7))
    log.write(*["fork", "reap"] * 4)
    watching.await_sample(logged_and_seen(6, 6, 11))
    log.write("listen", "fork", "reap")
    watching.await_sample(logged_and_seen(1, 1, 12))
    assert came_and_went(watching) == (12, 12)


@pytest.mark.parametrize("how", ["stopped", "killed"])
def test_a_server_that_ends_while_it_is_watched(start, watch, how):
    """The sample that shows the end is the last; reaptop ends, and well."""
    server = start("noreap")
    watching = watch(server.process.pid)
    watching.await_sample(lambda one: not one["ended"])
    if how == "killed":
        server.process.send(signal.SIGKILL)
    else:
        server.stop()
    assert watching.await_end() == 0
    shown = [one["servers"][0] for one in watching.samples()]
    assert [one["ended"] for one in shown].count(True) == 1
    assert shown[-1]["ended"] and shown[-1]["children"] == []
    assert shown[-1]["sigchld"] is None


def test_several_servers_by_port(start, reaptop):
    servers = [start(variant) for variant in ("noreap", "sigchld", "waitpid_loop")]
    for server in servers:
        arrange.freeze_and_drain(server, 4)
        arrange.thaw(server)
        arrange.await_idle(server)
    for server, left in zip(servers, (4, 3, 0)):
        arrange.await_zombies(server, left)
    ports = [server.port for server in servers]
    (sample,) = reaptop("-n1", "--port", *ports)
    assert [one["port"] for one in sample["servers"]] == ports
    assert [one["pid"] for one in sample["servers"]] \
        == [server.process.pid for server in servers]
    assert [one["zombies"] for one in sample["servers"]] == [4, 3, 0]


def test_samples_and_delay(start, reaptop):
    """Samples are due at even distances, and none comes before it is due. A busy
    machine may hold one up, and the next one is on time again."""
    server = start("noreap")
    began = time.monotonic_ns()
    samples = reaptop("-n", 4, "-d", "0.1", server.process.pid)
    assert [one["sample"] for one in samples] == [1, 2, 3, 4]
    for number, one in enumerate(samples):
        assert one["t_ns"] - began >= number * 100_000_000


def test_the_history_of_zombies(start, reaptop):
    """In steps of five seconds: a short watch has seen one or two."""
    server = start("noreap")
    arrange.visit(server, 3)
    shown = one_server(reaptop("-n1", server.process.pid))
    assert shown["zombie_history"] == [3]


def test_without_an_event_log_the_counts_are_unknown(start, reaptop):
    server = start("waitpid_loop", trace=False)
    arrange.visit(server, 2)
    shown = one_server(reaptop("-n1", server.process.pid))
    assert shown["forked"] is shown["reaped"] is shown["sigchlds"] is None


def test_a_hostile_event_log(start, reaptop, folder):
    """Garbage, half lines and lies about other processes: what can be read
    counts, the rest is passed over."""
    server = start("noreap", trace=False)
    pid = server.process.pid
    log = folder / "log"
    fork = '{"t_ns":1,"pid":%d,"event":"fork","child":2}\n'
    log.write_bytes(
        fork.encode() % pid
        + b"\xff\xfe\x00 not JSON\n[]\n{}\n" + b"[" * 5000 + b"\n"
        + b'{"t_ns":1,"pid":"x","event":"fork"}\n'
        + b'{"t_ns":1e999,"pid":1,"event":7}\n'
        + b"x" * 100000 + b"\n"
        + fork.encode() % pid
        + b'{"t_ns":1,"pid":'
    )
    shown = one_server(reaptop("-n1", "--trace", log, pid))
    assert shown["forked"] == 2
    assert shown["reaped"] == 0


def test_an_event_log_of_others_tells_nothing(start, watch, folder):
    """Not zeros: until an event of the server itself is there, nothing is known."""
    server = start("noreap", trace=False)
    pid = server.process.pid
    log = folder / "log"
    log.write_text('{"t_ns":1,"pid":1,"event":"fork","child":2}\nno event\n')
    watching = watch("--trace", log, pid)
    shown = watching.await_sample(lambda _: True)
    assert shown["forked"] is shown["reaped"] is shown["sigchlds"] is None
    with log.open("a") as file:
        file.write('{"t_ns":2,"pid":%d,"event":"sigchld"}\n' % pid)
    shown = watching.await_sample(lambda one: one["sigchlds"] == 1)
    assert (shown["forked"], shown["reaped"]) == (0, 0)


@pytest.mark.parametrize("count", [1000])
def test_many_zombies(start, reaptop, count):
    server = start("noreap", trace=False)
    for _ in range(count):
        with server.connect() as session:
            session.echo(b"x")
    arrange.await_zombies(server, count)
    shown = one_server(reaptop("-n1", server.process.pid))
    assert (shown["live"], shown["zombies"]) == (0, count)
    assert {one["pid"] for one in shown["children"]} \
        == {one.pid for one in server.process.zombies()}
    assert {one["exit_code"] for one in shown["children"]} == {0}


PARENT_OF_HOSTILE_NAMES = """
import ctypes, os, sys, time
for name in (b") Z 1 (", b"\\\\ \\" \\n\\x1b[2J", b"\\xff\\xc3", b""):
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, name, 0, 0, 0)  # PR_SET_NAME
        time.sleep(1000)
if os.fork() == 0:
    os._exit(3)
if os.fork() == 0:
    os.kill(os.getpid(), 9)
time.sleep(1000)
"""


def test_hostile_names_and_every_end(reaptop):
    """Children of any program, not only of a server."""
    popen = spawn.spawn([sys.executable, "-c", PARENT_OF_HOSTILE_NAMES])
    parent = Process.at(popen.pid)

    def named():
        names = [one.stat().name for one in parent.live_children()]
        assert len(parent.zombies()) == 2 and "" in names and len(names) == 4
        assert not any("python" in name for name in names)

    try:
        eventually(named)
        shown = one_server(reaptop("-n1", popen.pid))
    finally:
        spawn.end(popen)
    live = [one["name"] for one in shown["children"] if one["state"] != "Z"]
    assert sorted(live) == sorted(
        [") Z 1 (", '\\ " \n\x1b[2J', "\ufffd\ufffd", ""]
    )
    assert shown["live"] == 4 and shown["port"] is None
    ends = {
        (one["exit_code"], one["signal"])
        for one in shown["children"] if one["state"] == "Z"
    }
    assert ends == {(3, None), (None, signal.SIGKILL)}


# What may not be watched, or only in part


def test_a_process_of_another_user(lab, start, folder):
    """All that everybody may see is shown; descriptors and exit codes of others
    are not, so port and ends are unknown."""
    if os.getuid() != 0:
        pytest.skip("needs root, to be somebody else")
    server = start("noreap")
    arrange.visit(server, 2)
    reaptop = folder / "reaptop"
    reaptop.write_bytes(lab.program("reaptop").read_bytes())
    reaptop.chmod(0o755)
    folder.chmod(0o755)

    def become_nobody():
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)

    argv = [reaptop, "--json", "-n1", str(server.process.pid)]
    run = spawn.run(argv, preexec=become_nobody)
    assert (run.status, run.err) == (0, "")
    shown = one_server([json.loads(run.out)])
    assert (shown["zombies"], shown["port"], shown["forked"]) == (2, None, None)
    assert {one["exit_code"] for one in shown["children"]} == {None}
    assert shown["sigchld"]["caught"] is False


def kernel_thread():
    for pid in sorted(all_pids()):
        with contextlib.suppress(Gone):
            one = Process.at(pid)
            if one.is_thread_of_kernel():
                return one
    return None


def test_a_kernel_thread(reaptop):
    thread = kernel_thread()
    if thread is None:
        pytest.skip("no kernel thread is to be seen here")
    shown = one_server(reaptop("-n1", thread.pid))
    assert shown["pid"] == thread.pid
    assert shown["port"] is None and shown["name"]


# A command of its own


def test_a_command_is_watched_and_ended(lab, watch):
    watching = watch("--", lab.program("server_noreap"), "0")
    shown = watching.await_sample(lambda one: one["port"] is not None)
    server = Process.at(shown["pid"])
    watching.send(signal.SIGTERM)
    assert watching.await_end() == 0
    assert not server.is_alive()


def test_how_a_command_ended_is_told(reaptop):
    for command, code, signum in (
        ("exit 3", 3, None), ("kill -9 $$", None, signal.SIGKILL)
    ):
        last = reaptop("--", "sh", "-c", command)[-1]["servers"][0]
        assert (last["ended"], last["exit_code"], last["signal"]) \
            == (True, code, signum)


def test_a_reader_that_goes_away(lab, start):
    server = start("noreap")
    reader, writer = os.pipe()
    popen = spawn.spawn(
        [lab.program("reaptop"), "--json", "-d0.05", str(server.process.pid)],
        stdout=writer,
    )
    try:
        os.close(writer)
        assert os.read(reader, 1)
        os.close(reader)
        assert spawn.has_exited(popen, 20)
        assert spawn.exit_status(popen) == 0
    finally:
        spawn.end(popen)


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_reader_that_stalls_does_not_keep_it(lab, start, signum):
    """Its output is full and nobody reads, as when less shows the first page: it
    ends when it is told to."""
    server = start("noreap")
    reader, writer = os.pipe()
    try:
        fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
        popen = spawn.spawn(
            [lab.program("reaptop"), "-j", "-d", "0.01", str(server.process.pid)],
            stdout=writer,
        )

        def is_full():
            assert not select.select([], [writer], [], 0)[1]

        try:
            eventually(is_full)
            popen.send_signal(signum)
            assert spawn.has_exited(popen, PATIENCE)
            assert spawn.exit_status(popen) == 0
        finally:
            spawn.end(popen)
    finally:
        os.close(reader)
        os.close(writer)
