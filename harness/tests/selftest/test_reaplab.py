"""The library itself: its readers against hostile and half-written input, and its
eyes against what is really there."""

import json
import os
import random
import shutil
import signal
import socket
import sys
import time
from dataclasses import replace

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import activity, process, sockets
from reaplab.proc.process import Gone, Process
from reaplab.servers import arrange, behaviour, clients, report, spawn

STAT = (
    b"4711 (%b) Z 4700 4701 4702 0 -1 4228 65 0 0 0 7 8 0 0 20 0 1 0 92595 0 0 "
    b"18446744073709551615 0 0 0 0 0 0 0 16781312 2 1 0 0 17 1 0 0 0 0 0 0 0 0 0 "
    b"0 0 0 1792\n"
)


# /proc/PID/stat


@pytest.mark.parametrize(
    "name",
    [b"server", b"", b" ", b") Z 1 1", b"((", b"))", b"a\nb", b") ", b"1 (x) R 1"],
)
def test_stat_with_a_hostile_name(name):
    stat = process.parse_stat(STAT % name)
    assert stat.name == name.decode()
    assert (stat.pid, stat.state, stat.ppid) == (4711, "Z", 4700)
    assert (stat.group, stat.session, stat.cpu_ticks) == (4701, 4702, 15)
    assert (stat.start_ticks, stat.wait_status) == (92595, 1792)


def test_stat_with_a_name_that_is_not_utf8():
    assert process.parse_stat(STAT % b"\xff\xfe").name == "\\xff\\xfe"


@pytest.mark.parametrize("cut", [0, 1, 5, 9, 12, 40, 150])
def test_stat_that_is_cut_off(cut):
    with pytest.raises(ValueError):
        process.parse_stat((STAT % b"name")[:cut])


def test_a_real_process_with_a_hostile_name(folder):
    """Any program may be named so: the kernel asks nobody."""
    program = folder / ") Z 1 (x\n"
    shutil.copy(shutil.which("sleep"), program)
    popen = spawn.spawn([program, "1000"])
    try:
        sleeper = Process.at(popen.pid)
        eventually(lambda: is_called(sleeper, ") Z 1 (x\n"))
        assert sleeper.is_alive()
        assert sleeper in Process.at(os.getpid()).children()
        assert "\n" not in report.printable(sleeper.stat().name)
    finally:
        spawn.end(popen)


def is_called(one, name):
    assert one.stat().name == name


# Identity, states, signals


def forked(act):
    """A child of ours that runs act() and exits; a stray to spawn."""
    pid = os.fork()
    if pid == 0:
        try:
            act()
        finally:
            os._exit(7)
    return pid


def test_a_process_from_birth_to_reaping():
    pid = forked(lambda: time.sleep(1000))
    child = Process.at(pid)
    assert child.is_alive() and child.has_entry() and not child.is_zombie()
    child.send(signal.SIGKILL)
    eventually(lambda: dead(child))
    assert child.has_entry(), "a zombie keeps its entry"
    assert not child.is_alive()
    assert process.describe_wait_status(child.stat().wait_status) \
        == "killed by SIGKILL"
    assert child.descriptors() == {}
    os.waitpid(pid, 0)
    assert not child.has_entry() and not child.is_zombie()
    for read in (child.stat, child.signals, child.descriptors, child.children):
        with pytest.raises(Gone):
            read()
    with pytest.raises(Gone):
        child.send(signal.SIGTERM)


def dead(child):
    assert child.is_zombie()


@pytest.mark.parametrize("ends", [True, False])
def test_descriptors_that_may_not_be_read(monkeypatch, ends):
    """The kernel refuses them of a process that ends meanwhile, which then has none."""
    pid = forked(lambda: time.sleep(1000))
    child = Process.at(pid)

    def refuse(path):
        if ends:
            child.send(signal.SIGKILL)
            eventually(lambda: dead(child))
        raise PermissionError(path)

    with monkeypatch.context() as patched:
        patched.setattr(os, "readlink", refuse)
        if ends:
            assert child.descriptors() == {}
        else:
            with pytest.raises(PermissionError):
                child.descriptors()
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def test_a_reused_pid_is_another_process():
    """The same PID with another start time: every reading refuses, and a signal
    does not reach the stranger."""
    me = Process.at(os.getpid())
    former = Process(me.pid, me.start_ticks - 1)
    assert former.state == "gone"
    for read in (former.stat, former.signals, former.descriptors, former.children):
        with pytest.raises(Gone):
            read()
    with pytest.raises(Gone):
        former.send(signal.SIGKILL)


def test_signal_names():
    assert process.signal_set("0000000000010000") == {"SIGCHLD"}
    assert process.signal_set("0") == frozenset()
    assert process.signal_set("0000000000014003") \
        == {"SIGHUP", "SIGINT", "SIGTERM", "SIGCHLD"}
    assert process.signal_name(signal.SIGRTMIN) == "SIGRTMIN"
    assert process.signal_name(signal.SIGRTMIN + 1) == "SIGRTMIN+1"
    assert process.signal_name(32) == "signal 32"


def test_signal_sets_of_a_real_process():
    ready, tell = os.pipe()

    def act():
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        signal.signal(signal.SIGUSR2, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD, signal.SIGUSR2})
        os.write(tell, b"x")
        time.sleep(1000)

    pid = forked(act)
    child = Process.at(pid)
    try:
        os.read(ready, 1)
        child.send(signal.SIGUSR2)
        child.send(signal.SIGCHLD)
        signals = child.signals()
        assert "SIGUSR1" in signals.ignored
        assert "SIGUSR2" in signals.caught
        assert signals.blocked == {"SIGCHLD", "SIGUSR2"}
        assert signals.shared_pending == {"SIGCHLD", "SIGUSR2"}
        assert signals.pending == frozenset()
    finally:
        child.send(signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(ready)
        os.close(tell)


def test_the_scan_finds_the_same_children(monkeypatch):
    """A kernel without CONFIG_PROC_CHILDREN has no list: all of /proc is read."""
    pids = [forked(lambda: time.sleep(1000)) for _ in range(3)]
    me = Process.at(os.getpid())
    try:
        listed = me.children()
        monkeypatch.setattr(process, "listed_children", lambda pid: None)
        assert me.children() == listed
        assert {one.pid for one in listed} >= set(pids)
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def test_a_child_is_not_missed_where_another_vanishes(monkeypatch):
    """The kernel goes on at a place in its list. If the child listed last is reaped
    meanwhile, that place is one too far, and the next child is not listed."""
    pids = [forked(lambda: time.sleep(1000)) for _ in range(2)]
    me, listed = Process.at(os.getpid()), process.listed_children

    def miss_one(pid):
        monkeypatch.setattr(process, "listed_children", listed)
        os.kill(pids[0], signal.SIGKILL)
        os.waitpid(pids[0], 0)
        return pids[:1]

    monkeypatch.setattr(process, "listed_children", miss_one)
    try:
        assert pids[1] in [one.pid for one in me.children()]
    finally:
        os.kill(pids[1], signal.SIGKILL)
        os.waitpid(pids[1], 0)


def test_what_the_kernel_is_about_to_remove_is_no_child(monkeypatch):
    """A child whose parent ignores SIGCHLD is in state X before it is gone."""
    pid = forked(lambda: time.sleep(1000))
    read = process.read_stat

    def dead(number):
        stat = read(number)
        return replace(stat, state="X") if number == pid else stat

    monkeypatch.setattr(process, "read_stat", dead)
    try:
        assert pid not in [one.pid for one in Process.at(os.getpid()).children()]
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_descriptors_are_seen():
    """The opposite of every "no descriptor leaks"."""
    me = Process.at(os.getpid())
    before = me.descriptors()
    with socket.socket() as one:
        inode = os.fstat(one.fileno()).st_ino
        assert me.descriptors()[one.fileno()] == f"socket:[{inode}]"
        assert inode in me.socket_inodes()
    assert me.descriptors().keys() == before.keys()


# Sockets


def test_socket_lines():
    v4 = sockets.parse_line(
        b"   0: 0100007F:1F90 0200007F:C001 01 00000000:00000000 00:00000000 "
        b"00000000     0        0 4242 1 0 100 0 0 10 0\n"
    )
    assert v4 == sockets.Socket(
        "ESTABLISHED", "127.0.0.1", 8080, "127.0.0.2", 49153, 4242
    )
    v6 = sockets.parse_line(
        b"   1: 00000000000000000000000001000000:0050 "
        b"0000000000000000FFFF00000100007F:0000 0A 00000000:00000000 00:00000000 "
        b"00000000     0        0 7 1 0 100 0 0 10 0\n"
    )
    assert (v6.state, v6.local, v6.remote) == ("LISTEN", "::1", "127.0.0.1")
    odd = sockets.parse_line(
        b"   2: 00000000:0000 00000000:0000 63 0:0 00:0 0 0 0 9\n"
    )
    assert odd.state == "state 99"


def test_a_listening_socket_is_seen():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        (found,) = sockets.listening(port)
        assert found.inode == os.fstat(listener.fileno()).st_ino
        eventually(lambda: is_in_table(found))
    assert sockets.listening(port) == []


def is_in_table(one):
    assert one in sockets.tcp_sockets(one.local_port)


# The event log


@pytest.mark.parametrize(
    "line, why",
    [
        (b"", "Expecting value"),
        (b"zombie", "Expecting value"),
        (b"[1]", "not an object"),
        (b"\xff\xfe", "can't decode"),
        (b'{"t_ns":1,"pid":2}', "no 'event'"),
        (b'{"t_ns":1,"event":"sigchld"}', "no 'pid'"),
        (b'{"t_ns":"1","pid":2,"event":"sigchld"}', "'t_ns' is not int"),
        (b'{"t_ns":1,"pid":true,"event":"sigchld"}', "'pid' is not int"),
        (b'{"t_ns":NaN,"pid":2,"event":"sigchld"}', "NaN is not JSON"),
        (b'{"t_ns":1,"pid":2,"event":"revive"}', "no such event"),
        (b'{"t_ns":1,"pid":2,"event":"fork"}', "no 'child'"),
        (b'{"t_ns":1,"pid":2,"event":"reap","child":3}', "exit_code or signal"),
        (b'{"t_ns":1,"pid":2,"event":"sigchld"} {}', "Extra data"),
        (b"[" * 60000, "nested too deep"),
    ],
)
def test_a_line_that_is_no_event(line, why):
    good = b'{"t_ns":1,"pid":2,"event":"sigchld"}\n'
    log = event_log.parse(good + line + b"\n" + good)
    assert len(log.events) == 2
    (fault,) = log.faults
    assert fault.line == 2 and why in fault.why
    assert len(fault.text) <= 800


def test_a_log_that_ends_in_half_a_line():
    log = event_log.parse(b'{"t_ns":1,"pid":2,"event":"sigchld"}\n{"t_ns":2,"pi')
    assert len(log.events) == 1
    assert [fault.line for fault in log.faults] == [2]
    assert event_log.parse(b"") == event_log.EventLog((), ())


def test_noise_never_stops_the_reader():
    rng = random.Random(4711)
    line = b'{"t_ns":1,"pid":2,"event":"reap","child":3,"exit_code":0}\n'
    for _ in range(300):
        noise = bytearray(line * 3)
        for _ in range(rng.randrange(1, 6)):
            noise[rng.randrange(len(noise))] = rng.randrange(256)
        log = event_log.parse(bytes(noise))
        assert len(log.events) + len(log.faults) >= 1


# Clients


def test_same_bytes():
    clients.check_same(b"", b"")
    data = clients.pattern(70000)
    assert len(data) == 70000 and set(data) == set(range(256))
    clients.check_same(data, bytearray(data))
    for wrong in (data[:-1], data + b"x", data[:500] + b"\0\0" + data[502:]):
        with pytest.raises(AssertionError) as caught:
            clients.check_same(data, wrong)
        assert len(str(caught.value)) < 500
    assert "from byte 500" in str(caught.value)


# What runs and what is left


def test_strays_are_found_and_ended():
    pid = forked(lambda: time.sleep(1000))
    assert [one.pid for one in spawn.strays()] == [pid]
    assert [one.pid for one in spawn.end_strays()] == [pid]
    assert spawn.strays() == []


def test_eventually_tells_the_last_failure():
    tries = []

    def fails():
        tries.append(1)
        assert False, f"try {len(tries)}"

    with pytest.raises(AssertionError, match=r"try [2-9]"):
        eventually(fails, within=0.05)
    assert eventually(lambda: 42) == 42
    with pytest.raises(ZeroDivisionError):
        eventually(lambda: 1 / 0)


def test_eventually_waits_for_what_cannot_be_read_yet():
    """Half a line of JSON, a key that is missing, no row yet, one row too many."""
    answers = ['{"live": ', "{}", '{"live": []}', '{"live": [1, 2]}', '{"live": [3]}']

    def read():
        (one,) = json.loads(answers.pop(0))["live"]
        return one

    assert eventually(read) == 3
    with pytest.raises(IndexError):
        eventually(lambda: [][0], within=0.05)


# What a failure prints


def test_a_report_tells_what_is_needed(start):
    server = start("sigchld")
    arrange.freeze_and_drain(server, 30)
    text = report.describe(server)
    for wanted in (
        "server_sigchld, pid",
        "--trace",
        "froze the parent (SIGSTOP)",
        "all clients leave",
        "30 children: 30 in Z",
        "exit 0",
        "... and 10 more",
        "ShdPnd SIGCHLD",
        "LISTEN",
        "'event': 'exit'",
        "listening on 127.0.0.1",
    ):
        assert wanted in text
    server.process.send(signal.SIGKILL)
    server.exit_status()
    assert "cannot be read" not in report.describe(server)
    server.trace.unlink()
    assert "cannot be read" in report.describe(server)


# Half of a frame, much work, the other half.
TWO_HALVES = """
import os, time
os.write(1, b"one ")
end = time.thread_time() + 0.1
while time.thread_time() < end:
    pass
os.write(1, b"two")
time.sleep(1000)
"""


def test_a_screen_is_read_when_its_frame_is_whole():
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    with terminal.Terminal([sys.executable, "-S", "-c", TWO_HALVES]) as shown:
        def begun():
            text = shown.text()
            assert "one" in text
            return text

        assert "one two" in eventually(begun)


def test_a_report_does_not_command_the_terminal():
    assert report.printable("a\x1b[2J\r\x9b\u202eb") \
        == r"a\x1b[2J\r\x9b\u202eb"


def test_verdicts():
    judge = behaviour._judge
    assert judge(10, 10, 10) == behaviour.NONE
    assert judge(10, 0, 9) == behaviour.ONE_PER_SIGNAL
    assert judge(10, 0, 0) == behaviour.ALL
    assert judge(10, 5, 5) == judge(10, 0, 1) == behaviour.OTHER


@pytest.mark.parametrize(
    "call, name, timed",
    [
        # Python sleeps in select before 3.11.
        ("time.sleep(1000)", ("clock_nanosleep", "select", "pselect6"), True),
        ("select.poll().poll(10 ** 6)", "poll", True),
        ("select.poll().poll()", "poll", False),
        ("select.select([], [], [], 1000)", ("select", "pselect6"), True),
        ("signal.pause()", ("pause", "ppoll"), False),
        ("os.read(os.pipe()[0], 1)", "read", False),
    ],
)
def test_a_sleep_that_a_timeout_ends_is_told_from_one_for_good(call, name, timed):
    names = {name} if isinstance(name, str) else set(name)
    script = f"import os, select, signal, time; {call}"
    popen = spawn.spawn([sys.executable, "-B", "-S", "-c", script])
    try:
        sleeper = Process.at(popen.pid)

        def sleeps():
            seen = activity.look(sleeper)
            assert seen.asleep and names & seen.calls, seen
            return seen

        assert eventually(sleeps).timed is timed
    finally:
        spawn.end(popen)
