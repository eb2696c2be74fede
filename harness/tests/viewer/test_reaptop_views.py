"""The views of reaptop: the family tree, the events, one process. That of the
sockets is in test_reaptop_sockets.py."""

import os
import re
import signal
import subprocess
import sys

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

VIEWS = {"t": "Tree", "s": "Sockets", "e": "Events", "\r": "Process"}
UTF8 = {"LC_ALL": "C.UTF-8"}


@pytest.fixture
def view(lab):
    """view(key, pid, columns=80, lines=24): reaptop on a terminal, watching that
    process, with a view open. Ended with the test."""
    opened = []

    def open_view(key, *arguments, columns=80, lines=24, **options):
        argv = [lab.program("reaptop"), "-d", "0.05", *map(str, arguments)]
        options = {"env": UTF8, **options}
        one = terminal.Terminal(argv, columns, lines, **options)
        opened.append(one)
        one.await_text("PID")
        one.type(key)
        one.await_text(f" {VIEWS[key]} ")
        return one

    yield open_view
    for one in opened:
        one.__exit__()


@pytest.fixture
def family(lab):
    """The PIDs of a process, its child, grandchild and great-grandchild."""
    script = lab.root / "harness" / "foreign" / "family.py"
    popen = spawn.spawn([sys.executable, script], stdout=subprocess.PIPE)
    try:
        yield [int(word) for word in popen.stdout.readline().split()]
    finally:
        spawn.end(popen)
        spawn.end_strays()
        popen.stdout.close()


def row_of(screen, pid):
    """The row about a process, once there is one."""
    def found():
        rows = [row for row in screen.rows() if re.match(rf" *{pid} ", row)]
        assert rows, f"{pid} is not on the screen:\n{screen.text()}"
        return rows[-1]

    return eventually(found)


def await_row(screen, pid, *wanted):
    """Wait until the row about a process has all of these; return it."""
    def shown():
        row = row_of(screen, pid)
        missing = [one for one in wanted if one not in row]
        assert not missing, f"{missing} not in {row!r} of\n{screen.text()}"
        return row

    return eventually(shown)


# --- the tree


def test_the_tree_shows_every_generation(family, view):
    screen = view("t", family[0], term="xterm")
    await_row(screen, family[1], "└─ python")
    await_row(screen, family[2], "   └─ python")
    rows = [row_of(screen, pid) for pid in family]
    columns = [row.find("└─") for row in rows[1:]]
    assert columns[0] > 0 and columns == [columns[0] + 3 * i for i in range(3)]
    # It is below this process, and so on up to the first one.
    (above,) = [row for row in screen.rows() if row.startswith("below ")]
    assert above.startswith(f"below {os.getpid()} "), above


def test_a_name_in_the_tree_is_shown_escaped(family, view):
    screen = view("t", family[0])
    await_row(screen, family[3], r"x\n\x1b[2J) Z (")
    # The letter in its name is not taken for a state.
    await_row(screen, family[3], f"{family[3]} S sleeping")
    assert b"\x1b[2J) Z" not in screen.raw


def test_an_orphan_is_followed_to_whom_it_was_given(family, view):
    """Its parent ends, so it comes to the nearest subreaper: this process."""
    screen = view("t", family[0], columns=120)
    row_of(screen, family[3])
    os.kill(family[1], signal.SIGKILL)
    await_row(screen, family[1], "Z zombie", "SIGKILL")
    await_row(
        screen, family[2], f"orphan, now with subreaper {os.getpid()} python"
    )
    assert "orphan" not in row_of(screen, family[3]), "its parent lives"
    assert screen.text().index("Orphans") < screen.text().index(str(family[2]))
    # Gone for good: it goes from the screen too.
    os.kill(family[2], signal.SIGKILL)
    os.waitpid(family[2], 0)
    await_row(screen, family[3], "orphan, now with")
    eventually(lambda: is_not_shown(screen, family[2]))


def test_the_children_of_a_server_that_ends_are_followed(family, view):
    screen = view("t", family[0], columns=120)
    row_of(screen, family[3])
    os.kill(family[0], signal.SIGKILL)
    await_row(screen, family[1], f"orphan, now with subreaper {os.getpid()} ")
    assert "orphan" not in row_of(screen, family[2])


def test_a_server_that_adopts_orphans(lab, view):
    """reaptop watches this very test, which is the subreaper of all it starts:
    an orphan comes from two levels below to stand among its children."""
    script = "sleep 60 & echo $!; wait"
    screen = view("t", os.getpid(), lines=60)
    popen = spawn.spawn(["sh", "-c", script], stdout=subprocess.PIPE)
    try:
        orphan = int(popen.stdout.readline())
        await_row(screen, orphan, "  `- sleep")
        os.kill(popen.pid, signal.SIGKILL)
        await_row(screen, orphan, "sleep  orphan, adopted here")
    finally:
        spawn.end(popen)
        popen.stdout.close()
        spawn.end_strays()


def is_not_shown(screen, pid):
    rows = [row for row in screen.rows() if row.startswith(f"{pid:7} ")]
    assert not rows, screen.text()


# --- the events


def test_exits_that_became_one_sigchld_are_marked(start, view):
    server = start("sigchld")
    screen = view("e", server.process.pid, lines=50)
    arrange.visit(server, 2)
    screen.await_text("forks", "accepts 127.0.0.1:", "reaps", "exits with 0")
    assert "became" not in screen.text(), "each had a SIGCHLD of its own"
    arrange.freeze_and_drain(server, 5)
    screen.await_text("5 exits became one pending SIGCHLD")
    arrange.thaw(server)
    screen.await_text("SIGCHLD  5 exits became this one SIGCHLD")
    # The log is read after the signals: a sample may fall in between.
    eventually(lambda: nothing_is_pending(screen))


def nothing_is_pending(screen):
    assert "pending" not in screen.rows()[-3]


def test_killed_children_count_as_deaths_too(start, view):
    """They write no `exit`: only `reap` tells of them."""
    server = start("waitpid_loop")
    screen = view("e", server.process.pid, lines=50)
    with hold(server.address, 3):
        children = arrange.await_children(server, 3)
        with arrange.frozen(server):
            for child in children:
                child.send(signal.SIGKILL)
            arrange.await_death(children)
        screen.await_text("killed by signal 9",
                          "3 exits became this one SIGCHLD")


def test_the_newest_event_is_in_view_until_one_scrolls(start, view):
    server = start("waitpid_loop")
    screen = view("e", server.process.pid)
    arrange.visit(server, 20)
    last = server.listener.pid
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        screen.await_text(f"forks {child.pid}")
        screen.type("\x1b[1~")  # Home
        screen.await_text("listens on 127.0.0.1")
        assert f"forks {child.pid}" not in screen.text()
        screen.type("\x1b[4~")  # End
        screen.await_text(f"forks {child.pid}")
    screen.await_text(f"reaps {child.pid}", str(last))


def test_a_log_that_two_servers_write_to(start, view, folder):
    """Each one's view leaves the other's lines out."""
    log = folder / "both.jsonl"
    servers = [start("waitpid_loop", "--trace", log, trace=False)
               for _ in range(2)]
    for server in servers:
        arrange.visit(server, 1)
    pids = [server.process.pid for server in servers]
    screen = view("e", pids[0], "--trace", log, lines=50)
    screen.await_text("listens on", "accepts", "exits with 0", "reaps")
    body = screen.text().split("Events")[1]
    assert str(pids[0]) in body and str(pids[1]) not in body
    assert body.count("exits with 0") == 1


def test_without_a_log_what_was_seen_is_told(start, view):
    server = start("sigchld", trace=False)
    screen = view("e", server.process.pid, lines=50)
    screen.await_text("No event log")
    drain = arrange.freeze_and_drain(server, 3)
    pids = [child.pid for child in drain.zombies]
    screen.await_text("was frozen", f"{pids[0]}    child is a zombie: exit 0",
                      "1 SIGCHLD pending")
    arrange.thaw(server)
    screen.await_text("goes on", "child was reaped", "SIGCHLD taken, 2 zombies")


def test_a_log_of_others_tells_nothing(start, view, folder):
    server = start("sigchld", trace=False)
    log = folder / "log"
    log.write_text('{"t_ns":1,"pid":1,"event":"fork","child":2}\n')
    screen = view("e", server.process.pid, "--trace", log, lines=50)
    screen.await_text("forked -  reaped -", "SIGCHLDs -", "No event of it in the log")


# --- one process


def test_what_is_left_of_a_zombie(start, view):
    server = start("sigchld")
    arrange.freeze_and_drain(server, 2)
    screen = view("\r", server.process.pid)
    screen.await_text(f"{server.process.pid} server_sigchld")
    screen.type("\r\x1b[B\r")  # back to the table, the first child, in
    zombie = event_log.read(server.trace).of("fork")[-1]["child"]
    screen.await_text(
        f"{zombie} server_sigchld  Z zombie", "exit 0", "none, closed",
        f"{server.process.pid} server_sigchld, its parent, with waitpid(2)",
        "It is frozen. One SIGCHLD waits for it, however many died.",
    )
    arrange.thaw(server)
    arrange.await_zombies(server, 1)
    if Process.at(server.process.pid).zombies()[0].pid == zombie:
        screen.await_text("it was told, and left this one")
    else:
        screen.await_text(f"{zombie} is gone", "It was reaped")


def test_a_live_child_in_detail(start, view, lab):
    if lab.sanitized:
        pytest.skip("the sanitizers catch signals of their own")
    server = start("sigchld")
    with hold(server.address, 1) as (session,):
        (child,) = arrange.await_children(server, 1)
        screen = view("\r", server.process.pid, lines=60)
        text = "\n".join(screen.await_text("LISTEN", "Max open files"))
        assert re.search(r"^caught        .*SIGTERM .*SIGCHLD", text, re.M), text
        screen.type("\r\x1b[B\r")
        rows = screen.await_text(
            f"{child.pid} server_sigchld  S sleeping", "ignored       SIG",
            f"TCP 127.0.0.1:{server.port} - 127.0.0.1:{session.port} "
            "ESTABLISHED",
        )
    text = "\n".join(rows)
    shown = re.search(r"Descriptors  (\d+) of (\d+) allowed", text)
    assert shown, text
    # Gone, it stays in view and says so.
    screen.await_text(f"{child.pid} is gone", "It was reaped")


def test_a_process_whose_pid_is_in_a_namespace_of_its_own(lab, view):
    """Seen from outside, a container's process has two PIDs."""
    inside = ["unshare", "--pid", "--fork", "--kill-child", "sleep", "60"]
    if os.getuid() != 0 or spawn.run([*inside[:-2], "true"]).status != 0:
        pytest.skip("needs unshare, and the right to make a PID namespace")
    popen = spawn.spawn(inside)
    try:
        (child,) = eventually(lambda: only_child(popen.pid))
        screen = view("\r", child.pid, lines=60)
        screen.await_text("in container  PID 1 in its PID namespace")
        screen.type("\rt")
        await_row(screen, child.pid, "sleep")
    finally:
        spawn.end(popen)


def only_child(pid):
    children = Process.at(pid).children()
    assert len(children) == 1 and children[0].stat().name == "sleep"
    return children


# --- all of them


@pytest.mark.parametrize("key", VIEWS)
@pytest.mark.parametrize("columns, lines", [(26, 10), (40, 10), (80, 24),
                                            (200, 50)])
def test_every_size(start, view, key, columns, lines):
    server = start("noreap")
    arrange.visit(server, 30)
    with hold(server.address, 3):
        screen = view(key, server.process.pid, columns=columns, lines=lines)
        eventually(lambda: is_full(screen, lines))
        assert all(len(row) <= columns for row in screen.rows())
        screen.type("\x1b[B\x1b[6~\x1b[4~\x1b[1~")
        screen.resize(columns + 10, lines + 2)
        eventually(lambda: is_full(screen, lines))
        screen.type("Q")
        assert screen.await_end() == 0


def is_full(screen, lines):
    rows = [row for row in screen.rows() if row]
    assert len(rows) >= lines / 2, screen.text()
    assert "uit" in rows[-1] or "ack" in rows[-1], "the keys are at the bottom"


@pytest.mark.parametrize("key", VIEWS)
def test_in_a_locale_without_lines_there_is_ascii_only(start, view, key):
    server = start("noreap")
    arrange.visit(server, 2)
    screen = view(key, server.process.pid, env={"LC_ALL": "C"})
    text = "\n".join(screen.rows()[6:-1])
    assert text.isascii(), text


@pytest.mark.parametrize("key", VIEWS)
def test_a_server_that_ends_while_it_is_looked_at(start, view, key):
    server = start("noreap")
    arrange.visit(server, 3)
    screen = view(key, server.process.pid)
    server.stop()
    wanted = {"t": "ended server_noreap", "s": "It has ended", "e": "stops:",
              "\r": f"{server.process.pid} server_noreap  Z zombie"}
    if key == "t":
        wanted[key] = "zombie"
    screen.await_text(wanted[key])
    server.close()
    screen.await_text({"t": "ended server_noreap", "s": "It has ended",
                       "e": "ended", "\r": "is gone"}[key])
