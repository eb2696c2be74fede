"""The client: a conversation line by line, and bursts that check every byte."""

import json
import resource
import signal
import subprocess
import sys

import pytest

from conftest import ROOT
from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc import sockets
from reaplab.servers import arrange, clients, server as servers, spawn

FOREIGN = ROOT / "harness/foreign"


@pytest.fixture
def server(start):
    return start("waitpid_loop")


@pytest.fixture
def talk(lab, server):
    """talk(input): the client's whole conversation with the server."""
    def run_client(stdin, *options):
        where = ("127.0.0.1", str(server.port))
        return spawn.run([lab.program("client"), *options, *where], stdin=stdin)

    return run_client


@pytest.fixture
def burst(lab, server):
    """burst(8, ...): the exit status and the JSON summary of 8 sessions."""
    def run_burst(sessions, *options, port=None, within=120, **extra):
        run = spawn.run(
            [
                lab.program("client"),
                "--json",
                f"--burst={sessions}",
                *options,
                "127.0.0.1",
                str(port or server.port),
            ],
            within=within,
            **extra,
        )
        assert run.out.endswith("}\n"), run
        return run.status, json.loads(run.out)

    return run_burst


def echoed_bytes(server):
    """What the server's child says it echoed, once it has seen the FIN."""
    def closed():
        found = event_log.read(server.trace).of("close")
        assert found, "no child has seen a FIN"
        return found[0]["bytes"]

    return eventually(closed)


# Line by line


@pytest.mark.parametrize("leave", [b"q\n", b"Q\n", b"", b"q", b"q\nnot sent\n"])
def test_lines_come_back_until_q_or_the_end(talk, server, leave):
    run = talk(b"hello\nquite a question\n" + leave)
    assert (run.status, run.out, run.err) == (0, "hello\nquite a question\n", "")
    assert echoed_bytes(server) == len("hello\nquite a question\n"), "q is not sent"


def test_binary_input_comes_back(lab, server):
    data = clients.pattern(1 << 20)
    run = subprocess.run(
        [lab.program("client"), "127.0.0.1", str(server.port)],
        input=data,
        stdout=subprocess.PIPE,
        timeout=40,
        check=True,
    )
    clients.check_same(data, run.stdout)


@pytest.fixture
def conversation(lab, server):
    """The client on a terminal, connected and waiting for a line."""
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    where = ("127.0.0.1", str(server.port))
    with terminal.Terminal([lab.program("client"), *where]) as opened:
        arrange.await_children(server, 1)
        yield opened


def test_on_a_terminal(conversation, server):
    """Each line is answered before the next is typed; q leaves at once."""
    for line in ("first", "second"):
        conversation.type(line + "\n")

        def echoed():
            # Once as typed (the terminal's echo), once as it came back.
            text = conversation.text()
            assert text.count(line) == 2, text

        eventually(echoed)
    conversation.type("q\n")
    assert conversation.await_end() == 0
    assert conversation.read_modes() == conversation.modes


def test_if_the_server_goes_away_it_says_so(conversation, server):
    (child,) = server.process.live_children()
    child.send(signal.SIGKILL)
    assert conversation.await_end() == 1
    assert "the server closed the connection" in conversation.text()


def test_nobody_listening(lab):
    port = servers.free_port()
    for options in ([], ["--burst=3"], ["--burst=3", "--json"]):
        run = spawn.run([lab.program("client"), *options, "127.0.0.1", str(port)])
        assert run.status == 1, run
        assert run.err.startswith(f"client: 127.0.0.1:{port}: Connection refused")
        assert run.err.count("\n") == 1


# Bursts


@pytest.mark.parametrize(
    "sessions, options",
    [
        (1, ()),
        (300, ("--concurrency=5", "--size=1")),
        (20, ("--concurrency=5", "--size=100000")),
        (2, ("--concurrency=2", "--size=16777216")),
        (3, ("--concurrency=3", "--hold=50")),
    ],
)
def test_a_burst_adds_up(burst, server, sessions, options):
    status, summary = burst(sessions, *options)
    assert status == 0, summary
    assert (summary["ok"], summary["failed"], summary["unfinished"]) \
        == (sessions, 0, 0)
    assert summary["causes"] == {} and summary["first_failure"] is None
    assert summary["bytes"] == sessions * summary["size"]
    latency = summary["latency_ms"]
    assert 0 < latency["p50"] <= latency["p99"] <= latency["max"]
    # Its own account against the server's.
    arrange.await_children(server, 0)
    closed = event_log.read(server.trace).of("close")
    assert len(closed) == sessions
    assert {one["bytes"] for one in closed} == {summary["size"]}


def test_the_summary_as_text(lab, server):
    where = ("127.0.0.1", str(server.port))
    run = spawn.run([lab.program("client"), "-n", "10", "-c", "2", *where])
    assert (run.status, run.err) == (0, "")
    rows = [line.split() for line in run.out.splitlines()]
    assert ["ok", "10"] in rows and ["failed", "0"] in rows
    for word in ("sessions/s", "p50", "p99", "max"):
        assert word in run.out
    assert "\r" not in run.out, "a progress bar is for terminals"


def test_a_progress_bar_on_a_terminal(lab, server):
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    argv = [lab.program("client"), "-n", "2", "-c", "2", "-w", "500", "127.0.0.1"]
    with terminal.Terminal([*argv, str(server.port)]) as opened:
        assert opened.await_end() == 0
        assert b"%" in opened.raw and b"\r" in opened.raw
        assert "failed              0" in opened.text()


def test_held_sessions_are_held_and_an_interrupt_ends_them(lab, server):
    """Twelve sessions, four at a time, for a day: exactly four children live.
    Ctrl-C: a summary of what was done, and exit 1."""
    # The last may wait for long until it is forked and echoed to.
    where = ("-w86400000", "-t300", "127.0.0.1", str(server.port))
    popen = spawn.spawn(
        [lab.program("client"), "--json", "-n12", "-c4", *where],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        children = arrange.await_children(server, 4)
        popen.send_signal(signal.SIGINT)
        assert spawn.has_exited(popen, 20)
        summary = json.loads(popen.stdout.read())
        assert spawn.exit_status(popen) == 1
    finally:
        spawn.end(popen)
        popen.stdout.close()
    assert summary["interrupted"] is True
    assert (summary["ok"], summary["failed"], summary["unfinished"]) == (0, 0, 12)
    arrange.await_death(children)


@pytest.mark.parametrize(
    "lie, cause",
    [
        ("flip", "wrong_bytes"),
        ("short", "early_fin"),
        ("extra", "extra_bytes"),
        ("mute", "echo_timeout"),
    ],
)
def test_a_lying_server_is_caught(burst, lie, cause):
    """The opposite of every test that trusts the client."""
    command = [sys.executable, FOREIGN / "lying_server.py", lie]
    with servers.start_foreign_server(command) as liar:
        status, summary = burst(2, "-c2", "--timeout=1", port=liar.port)
    assert status == 1
    assert summary["ok"] == 0
    assert summary["causes"] == {cause: 2}
    if cause == "wrong_bytes":
        assert summary["first_failure"]["offset"] == 10


@pytest.mark.parametrize("size", [1, 64, 300_000])
def test_half_closed_sessions_add_up(burst, server, size):
    status, summary = burst(20, "-c4", f"--size={size}", "--half-close")
    assert (status, summary["ok"]) == (0, 20)
    assert summary["bytes"] == 20 * size


@pytest.mark.parametrize(
    "options, causes", [(["--half-close"], {}), ([], {"echo_timeout": 2})]
)
def test_the_fin_comes_with_the_last_byte_if_asked_to(burst, options, causes):
    """A server that answers only what is over: without the FIN it waits for ever."""
    command = [sys.executable, FOREIGN / "lying_server.py", "at_fin"]
    with servers.start_foreign_server(command) as late:
        _, summary = burst(2, "-c2", "--timeout=1", *options, port=late.port)
    assert summary["causes"] == causes
    assert summary["ok"] == (0 if causes else 2)


@pytest.mark.parametrize("lie, cause", [("short", "early_fin"),
                                        ("extra", "extra_bytes")])
def test_a_lie_told_to_a_half_closed_session_is_caught(burst, lie, cause):
    command = [sys.executable, FOREIGN / "lying_server.py", lie]
    with servers.start_foreign_server(command) as liar:
        _, summary = burst(2, "-c2", "--half-close", port=liar.port)
    assert summary["causes"] == {cause: 2}


def test_where_nobody_listens_a_burst_gives_up(burst):
    status, summary = burst(1000, port=servers.free_port())
    assert (status, summary["causes"]) == (1, {"refused": 1})
    assert summary["unfinished"] == 999


def test_a_syn_that_is_sent_again_is_hinted_at(lab, start):
    """A frozen server with room for few: the kernel drops the SYNs past its
    backlog, and these clients come a second later."""
    server = start("waitpid_loop", "--backlog=1")
    argv = [lab.program("client"), "-n5", "-c5", "127.0.0.1", str(server.port)]
    with arrange.frozen(server):
        popen = spawn.spawn(argv, stdout=subprocess.PIPE)

        def dropped():
            states = [one.state for one in sockets.tcp_sockets(server.port)]
            assert states.count("SYN_SENT") >= 2, states

        try:
            eventually(dropped)
        except BaseException:
            spawn.end(popen)
            raise
    try:
        assert spawn.has_exited(popen, 30)
        out = popen.stdout.read().decode()
        assert spawn.exit_status(popen) == 0
    finally:
        spawn.end(popen)
        popen.stdout.close()
    assert "SYN retry" in out and "--backlog" in out


def limit_files(soft, hard):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_descriptor_limit_is_raised_as_far_as_it_may(burst, start):
    server = start("waitpid_loop", "--backlog=1024")
    status, summary = burst(
        100, "-c100", port=server.port, preexec=limit_files(32, 200)
    )
    assert (status, summary["ok"]) == (0, 100)


def test_past_the_descriptor_limit_it_says_which_and_how(lab, server):
    where = ("127.0.0.1", str(server.port))
    run = spawn.run(
        [lab.program("client"), "-n100", "-c100", *where],
        preexec=limit_files(64, 64),
    )
    assert (run.status, run.out) == (1, "")
    assert run.err.count("\n") == 1
    assert "RLIMIT_NOFILE" in run.err and "ulimit -n" in run.err


@pytest.mark.storm
@pytest.mark.timeout(400)  # where forks are slow; on most machines some seconds
def test_20000_sessions(burst, start, lab):
    server = start("waitpid_loop", "--backlog=1024", trace=False)
    sessions = 2000 if lab.sanitized else 20000
    status, summary = burst(sessions, "-c64", port=server.port, within=300)
    assert (status, summary["ok"]) == (0, sessions), summary
    arrange.settled_zombies(server, 0)


@pytest.mark.storm
@pytest.mark.timeout(700)
def test_5000_held_at_once(lab, start):
    """All are there at once: the last child is forked while the first lives."""
    # As many as the kernel lets wait (somaxconn, listen(2)): where forks are slow, a
    # shorter queue overflows, and SYNs come again only after 1, 3, 7 to 127 seconds.
    server = start("waitpid_loop", "--backlog=5000", trace=False)
    sessions = 200 if lab.sanitized else 5000
    # The last may wait for long until it is forked and echoed to.
    where = ("-w86400000", "-t300", "127.0.0.1", str(server.port))
    argv = [lab.program("client"), f"-n{sessions}", f"-c{sessions}", *where]
    popen = spawn.spawn(argv, stdout=subprocess.DEVNULL)
    try:
        def all_there():
            found = len(server.process.children())
            assert found == sessions, found
            assert not spawn.has_exited(popen)

        eventually(all_there, within=300, every=0.2)
    finally:
        spawn.end(popen)
    eventually(lambda: nobody_left(server), within=300, every=0.2)
    arrange.settled_zombies(server, 0)


def nobody_left(server):
    assert not server.process.children()
