"""reaptop's table: what its columns say, what is marked, and what keys and clicks
do to it."""

import os
import random
import re
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold
from reaplab.servers.parent import Parent

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

DOWN, UP, END, HOME = "\x1b[B", "\x1b[A", "\x1b[4~", "\x1b[1~"  # of TERM=linux


@pytest.fixture
def parent():
    one = Parent()
    yield one
    one.close()


def row_of(screen, pid):
    """The row of that PID, or ""."""
    rows = [row for row in screen.rows() if re.match(rf" *{pid} ", row)]
    return rows[0] if rows else ""


def await_row(screen, pid, *words):
    """Wait until the row of that PID has all of these."""
    def shown():
        row = row_of(screen, pid)
        assert row and all(word in row for word in words), (
            f"{pid}: {words} not in {row!r} of\n{screen.text()}"
        )
        return row

    return eventually(shown)


def await_no_row(screen, pid):
    def gone():
        assert not row_of(screen, pid), screen.text()

    eventually(gone)


def listed(screen):
    """The PIDs of the table, from the top."""
    rows = [re.match(r" *(\d+) [-A-Zt?] ", row) for row in screen.rows()]
    return [int(row[1]) for row in rows if row]


def await_listed(screen, wanted):
    def shown():
        assert listed(screen) == wanted, f"{wanted} is not\n{screen.text()}"

    eventually(shown)


def selected(screen):
    """The PID in the row that stands out as a whole, or None."""
    for number, row in enumerate(screen.rows()):
        match = re.match(r" *(\d+) ", row)
        cells = screen.screen.buffer[number]
        if match and all(cells[i].reverse for i in range(20)):
            return int(match[1])
    return None


def await_selected(screen, pid):
    def shown():
        assert selected(screen) == pid, f"{pid} is not selected:\n{screen.text()}"

    eventually(shown)


def test_how_children_ended(parent, screen):
    ends = {
        parent.exit(0): "exit 0",
        parent.exit(77): "exit 77",
        parent.die(): "killed by SIGKILL",
        parent.die(signal.SIGTERM): "killed by SIGTERM",
    }
    wide = screen(parent.pid)
    narrow = screen(parent.pid, columns=40)
    for pid, words in ends.items():
        await_row(wide, pid, "Z zombie", words)
        await_row(narrow, pid, words.split()[-1])


def test_what_comes_dies_and_goes_is_marked(parent, screen):
    old = parent.sleep()
    shown = screen(parent.pid)
    assert "sleeping +" not in await_row(shown, old, "S sleeping")
    pid = parent.sleep()
    await_row(shown, pid, "S sleeping +")
    parent.kill(pid)
    await_row(shown, pid, "Z zombie   !", "killed by SIGKILL")
    parent.reap(pid)
    await_row(shown, pid, "- reaped   -", "killed by SIGKILL")
    await_no_row(shown, pid)
    assert "+" not in row_of(shown, old), "marks are for a moment"


def test_counts_of_what_came_and_went_between_two_samples(parent, screen):
    zombies = [parent.exit() for _ in range(3)]
    shown = screen(parent.pid)
    shown.await_text("zombies 3", "came 0  went 0")
    shown.type(" ")
    shown.await_text("PAUSED")
    for _ in range(2):
        parent.sleep()
    for pid in zombies:
        parent.reap(pid)
    shown.type(".")
    shown.await_text("came 2  went 3", "live 2  zombies 0", "PAUSED")
    shown.type(".")
    shown.await_text("came 0  went 0")


def test_the_event_log_tells_of_children_no_sample_saw(start, screen):
    server = start("waitpid_loop")
    shown = screen(server.process.pid)
    shown.await_text("forked 0  reaped 0")
    shown.type(" ")
    shown.await_text("PAUSED")
    arrange.visit(server, 3)
    arrange.await_zombies(server, 0)
    arrange.await_idle(server)
    shown.type(".")
    rows = shown.await_text("came 3  went 3", "forked 3  reaped 3", "zombies 0")
    gone = [row for row in rows if re.match(r" *\d+ - reaped   - .*exit 0", row)]
    assert len(gone) == 3, rows


def test_a_child_that_runs_nonstop_is_seen(parent, screen):
    calm, busy = parent.sleep(), parent.spin()
    shown = screen(parent.pid)
    await_row(shown, calm, " 0.0%")

    def runs():
        share = re.search(r"([\d.]+)%", await_row(shown, busy, "R nonstop"))
        assert float(share[1]) > 3, share

    eventually(runs)
    shown.type(">")  # by CPU, the busiest first
    shown.await_text("by CPU")
    await_listed(shown, [busy, calm])


def test_nonstop_is_told_where_many_share_the_cpu(parent, screen, busy):
    """However small its share, it never waits: said in a word, also where there is no
    room for shares. One that works as hard, but waits now and then, does not."""
    toiling = parent.toil()
    spinning = [parent.spin() for _ in range(4)]
    shown = screen(parent.pid, columns=26)
    for pid in spinning:
        await_row(shown, pid, "R nonstop")
    assert "nonstop" not in row_of(shown, toiling)
    Process.at(spinning[0]).send(signal.SIGSTOP)
    await_row(shown, spinning[0], "T stopped")


@pytest.mark.parametrize("lines", [14, 10])
def test_a_fault_is_told_in_the_smallest_header(parent, screen, lines):
    """In place of what weighs least there."""
    parent.spin()
    shown = screen(parent.pid, columns=26, lines=lines)
    shown.await_text("nonstop 1", "live 1  zombies 0")


def test_what_is_cut_is_marked(start, screen):
    """A name in the table, and a caption."""
    server = start("sigchld")
    shown = screen(server.process.pid, columns=52)
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        assert await_row(shown, child.pid, "server_s").endswith("server_s>")
    shown = screen("--scene", "4", columns=52)
    shown.await_text("1/6 5 clients")

    def marked():
        rows = shown.rows()
        caption = [row for row in rows if row.startswith("1/6")]
        assert caption and caption[0].rstrip().endswith(">"), shown.text()

    eventually(marked)


def test_live_children_show_their_peer(start, screen):
    server = start("noreap")
    shown = screen(server.process.pid)
    with hold(server.address, 2) as sessions:
        children = arrange.await_children(server, 2)
        rows = "\n".join(
            await_row(shown, one.pid, "127.0.0.1:", "ESTABLISHED")
            for one in children
        )
        for session in sessions:
            assert f":{session.port} " in rows
    for one in children:
        await_row(shown, one.pid, "Z zombie", "exit 0")


def test_zombies_only(parent, screen):
    live, dead = parent.sleep(), parent.exit()
    shown = screen(parent.pid)
    await_listed(shown, [dead, live])
    shown.type("z")
    shown.await_text("zombies only")
    await_listed(shown, [dead])
    shown.type("z")
    await_listed(shown, [dead, live])


def test_sorting(parent, screen):
    first, killed, last = parent.exit(3), parent.die(), parent.exit(0)
    shown = screen(parent.pid)
    await_listed(shown, [last, killed, first])
    shown.type("R")
    shown.await_text("by age, reversed")
    await_listed(shown, [first, killed, last])
    shown.type(">>")
    shown.await_text("by exit")
    await_listed(shown, [killed, first, last])
    shown.type("<<<<")
    shown.await_text("by PID")
    await_listed(shown, sorted([first, killed, last]))


def test_the_cursor_stays_on_its_process(parent, screen):
    oldest = parent.exit()
    middle = parent.exit()
    shown = screen(parent.pid)
    await_listed(shown, [middle, oldest])
    assert selected(shown) is None
    shown.type(DOWN)
    await_selected(shown, middle)
    newest = parent.exit()
    await_listed(shown, [newest, middle, oldest])
    assert selected(shown) == middle
    shown.type(END)
    await_selected(shown, oldest)
    shown.type(UP + UP)
    await_selected(shown, newest)
    shown.type(UP)
    await_selected(shown, None)
    shown.type(END + HOME)
    await_selected(shown, None)
    shown.type(DOWN + DOWN)
    await_selected(shown, middle)
    parent.reap(middle)
    await_selected(shown, oldest)


def test_search(parent, screen):
    pids = [parent.exit(code) for code in (0, 31, 0, 32)]
    shown = screen(parent.pid)
    await_listed(shown, pids[::-1])
    shown.type("/exit 31")
    shown.await_text("exit 31", "F3")
    await_selected(shown, pids[1])
    shown.type("\r")
    shown.type("/exit 0\r")
    await_selected(shown, pids[0])
    shown.type("N")
    await_selected(shown, pids[2])
    shown.type("/no such\r")
    shown.await_text("not found: no such")
    shown.type(f"/{pids[3]}\x1b")
    await_selected(shown, pids[3])


def test_the_delay_is_changed(parent, screen):
    shown = screen(parent.pid, delay="0.5")
    shown.await_text("every 0.5s")
    shown.type("+")
    shown.await_text("every 1s")
    shown.type("---")
    shown.await_text("every 0.1s")
    shown.type("-" * 20)
    shown.await_text("every 0.01s")


def test_pausing(parent, screen):
    shown = screen(parent.pid)
    shown.await_text("live 0  zombies 0")
    shown.type(" ")
    shown.await_text("PAUSED")
    pid = parent.exit()
    shown.type("?")  # it is still there, and answers
    shown.await_text("Act on the selected server")
    shown.type("?")
    shown.await_text("zombies 0", "PAUSED")
    assert not row_of(shown, pid)
    shown.type(" ")
    await_row(shown, pid, "Z zombie")


def test_clicks(parent, screen):
    """As the terminals of TERM=screen tell them: button, column, line."""
    def click(column, line):
        for button in " #":  # the first is pressed, then all are released
            shown.type("\x1b[M" + button + chr(33 + column) + chr(33 + line))

    pids = [parent.exit(code) for code in (0, 9, 4)]
    shown = screen(parent.pid, term="screen")
    await_listed(shown, pids[::-1])

    def line_of(text):
        return next(i for i, row in enumerate(shown.rows()) if text in row)

    click(10, line_of(f"{pids[1]} Z"))
    await_selected(shown, pids[1])
    heading = line_of("S STATE")
    click(shown.rows()[heading].index("EXIT"), heading)
    shown.await_text("by exit")
    await_listed(shown, [pids[1], pids[2], pids[0]])
    shown.type("q")
    assert shown.await_end() == 0
    assert shown.raw.rfind(b"\x1b[?1000l") > shown.raw.rfind(b"\x1b[?1000h") >= 0


def test_panels_below_each_other_and_in_pages(parent, screen):
    other, third = Parent(), Parent()
    try:
        tall = screen(
            parent.pid, other.pid, third.pid, columns=40, lines=40
        )
        tall.await_text(*(f"pid {one.pid} " for one in (parent, other, third)))
        small = screen(parent.pid, other.pid, columns=40, lines=20)
        small.await_text(f"pid {parent.pid} ")
        assert f"pid {other.pid} " not in small.text()
        small.type("\t")
        small.await_text(f"pid {other.pid} ")
        assert f"pid {parent.pid} " not in small.text()
    finally:
        other.close()
        third.close()


@pytest.mark.parametrize("columns, lines", [(26, 10), (40, 10), (80, 24), (200, 50)])
def test_every_view_at_every_size(start, screen, columns, lines):
    """Nothing runs over an edge, and each key leads there and back."""
    server = start("noreap")
    arrange.visit(server, 2)
    shown = screen(server.process.pid, columns=columns, lines=lines)
    shown.await_text("server_noreap", "zombies 2")
    for key, words in (
        ("t", "Tree"), ("s", "Sockets"), ("e", "Events"), ("\r", "Process"),
        ("?", "Help"),
    ):
        shown.type(key)
        eventually(lambda: is_at(shown, words))
        assert all(len(row) <= columns for row in shown.rows())
        shown.type(key)
        shown.await_text("zombies 2", "STATE")


def is_at(shown, words):
    found = [row for row in shown.rows() if f" {words} " in row]
    assert found, f"no {words} in\n{shown.text()}"


# Older by 700 seconds: as seen by a program that it is loaded into.
LATER = """
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t clock, struct timespec *time)
{
    int result = (int)syscall(SYS_clock_gettime, clock, time);
    if (clock == CLOCK_BOOTTIME)
        time->tv_sec += 700;
    return result;
}
"""


def test_the_mark_and_a_long_age_do_not_touch(lab, parent, screen, folder):
    if lab.sanitized:
        pytest.skip("the sanitizers want to be loaded first")
    (folder / "later.c").write_text(LATER)
    later = folder / "later.so"
    made = spawn.run(
        ["cc", "-shared", "-fPIC", "-o", later, folder / "later.c"], within=60
    )
    assert made.status == 0, made
    pid = parent.sleep()
    shown = screen(parent.pid, columns=26, env={"LD_PRELOAD": str(later)})
    row = await_row(shown, pid, "S sleeping")
    assert re.search(r"S sleeping +1[12]m\d\ds$", row), row
    parent.kill(pid)
    assert re.search(r" ! +1[12]m$", await_row(shown, pid, "Z zombie   !"))


def test_what_is_cut_in_a_view_is_marked(parent, screen):
    shown = screen(parent.pid, columns=40, lines=50)
    shown.await_text(f"pid {parent.pid} ")
    shown.type("\r")
    rows = shown.await_text(" Process ", "command ")
    (command,) = [row for row in rows if row.startswith("command ")]
    assert len(command) == 40 and command.endswith(">"), command
    assert f"user          {os.getuid()}" in rows, "nothing was cut, nothing is marked"


@pytest.mark.parametrize("columns", [26, 40, 80])
def test_the_help_is_whole_at_any_width(screen, parent, columns):
    """Nothing of it is cut: what does not fit beside a key goes on below."""
    shown = screen(parent.pid, columns=columns, lines=120)
    shown.await_text(f"pid {parent.pid} ")
    shown.type("?")
    rows = [row.strip() for row in shown.await_text(" Help ", "bars")]
    text = " ".join(rows)
    assert "sockets: queues, TCP states of both ends, who holds them" in text
    assert "Act on the selected server (not with --read-only)" in text
    assert "Q and F10 anywhere: leave" in text
    assert not any(row.endswith(">") and len(row) == columns for row in rows)


def test_ascii_and_no_color(parent, screen):
    parent.exit()
    shown = screen(parent.pid, "--ascii", "--no-color", term="xterm-256color",
                   env={"LC_ALL": "C.UTF-8"})
    shown.await_text("zombies 1", "max 1")
    shown.type("q")
    assert shown.await_end() == 0
    assert all(byte < 128 for byte in shown.raw)
    assert b"\x1b(0" not in shown.raw, "no line-drawing characters either"
    assert not re.search(rb"\x1b\[[0-9;]*[34][0-7]", shown.raw), "no colours"


def test_a_sparkline_of_zombies(parent, screen):
    shown = screen(parent.pid, columns=80, term="linux")
    shown.await_text("_ max 0")
    for _ in range(4):
        parent.exit()
    shown.await_text("# max 4")


def test_many_zombies_and_a_parent_that_sleeps(parent, screen):
    """Of many, only the end of the list is read as long as the parent sleeps. An
    orphan that comes to it joins them there all the same, and what it reaps
    in the middle is missed at once."""
    leaver = parent.orphan()
    first = parent.many(300)
    last = parent.many(300)
    shown = screen(parent.pid)
    shown.await_text("live 1  zombies 600")
    # The whole list is read now and then: that must not be what is seen here.
    soon = 6
    os.kill(leaver, signal.SIGUSR1)
    shown.await_text("live 1  zombies 601", within=soon)
    (orphan,) = Process.at(parent.pid).live_children()
    assert orphan.pid != leaver
    # By its state: its PID may be a part of another's.
    shown.type("/sleeping\r")
    await_row(shown, orphan.pid, "S sleeping")
    parent.reap(first)
    shown.await_text("live 1  zombies 600", within=soon)
    parent.reap(last)
    newest = parent.exit(5)
    shown.await_text("live 1  zombies 600")
    shown.type(HOME)
    await_row(shown, newest, "exit 5")
    counted = Process.at(parent.pid)
    assert len(counted.zombies()) == 600
    parent.kill(orphan.pid)
    shown.await_text("live 0  zombies 601")


def test_a_thousand_random_keys_and_resizes(start, screen):
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    server = start("sigchld")
    arrange.visit(server, 3)
    shown = screen(server.process.pid, os.getpid(), "--read-only")
    shown.await_text("server_sigchld")
    keys = [chr(code) for code in range(32, 127) if chr(code) not in "qQ"]
    keys += [UP, DOWN, END, HOME, "\t", "\r", "\x1b", "\x0c", "\x7f", "\x1b[5~",
             "\x1b[6~", "\x1b[C", "\x1b[D", "\x1b[Z", "é", "\x1b[M !!", "\x1b[19~"]
    for number in range(1000):
        shown.type(chance.choice(keys))
        if number % 20 == 0:
            shown.resize(chance.randint(1, 210), chance.randint(1, 60))
    shown.resize(80, 24)
    assert not shown.has_exited(), f"seed {seed}:\n{shown.text()}"
    shown.type("\x1b\x1b")
    eventually(lambda: leaves(shown, seed))
    assert shown.await_end() == 0, f"seed {seed}"
    assert shown.read_modes() == shown.modes


def leaves(shown, seed):
    """Q leaves from anywhere but a text that is being typed, which Esc ends."""
    if not shown.has_exited():
        shown.type("\x1b")
        shown.type("Q")
    assert shown.has_exited(), f"seed {seed}:\n{shown.text()}"


def test_a_run_before_with_the_same_pid_is_another(start, screen, folder):
    """In a container a server that is started again has its PID again, and may
    append to its log: here to one that takes several samples to read."""
    server = start("noreap", trace=False)
    log = folder / "log"
    line = '{"t_ns":1,"pid":%d,"event":"%s","child":2}\n'
    fork = line % (server.process.pid, "fork")
    with log.open("w") as file:
        file.writelines([fork * 1000] * 400)
        file.write(line % (server.process.pid, "listen"))
        file.write(fork * 2)
    shown = screen("--trace", log, server.process.pid)
    shown.await_text("forked 2", "seen 2")
    with log.open("a") as file:
        file.write(fork * 3)
    shown.await_text("forked 5", "seen 5")
