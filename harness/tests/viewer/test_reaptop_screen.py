"""reaptop's screen, read through an emulator, and how it leaves the terminal."""

import os
import re
import signal

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold

VARIANTS = ("noreap", "sigchld", "waitpid_loop")
SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def three(start):
    """The three servers."""
    return [start(variant) for variant in VARIANTS]


def pids(servers):
    return [server.process.pid for server in servers]


def panels(rows, count):
    """The screen cut into its panels: for each, its lines."""
    body = [re.split("[│┼]", row) for row in rows[1:]]
    cut = [cells for cells in body if len(cells) == count]
    return [[cells[i].strip() for cells in cut] for i in range(count)]


def await_panels(screen, wanted):
    """Wait until each panel has all of its wanted texts, of which the last may be
    a list: the states of the children shown. Returns the panels."""
    def shown():
        found = panels(screen.rows(), len(wanted))
        for panel, texts in zip(found, wanted):
            for text in texts:
                there = text == states(panel) if isinstance(text, list) \
                    else text in panel
                assert there, f"no {text!r} in\n{screen.text()}"
        return found

    return eventually(shown)


def states(panel):
    """The state letters of the children listed in a panel."""
    rows = [re.match(r"(\d+) ([A-Z]) ", line) for line in panel]
    return [row[2] for row in rows if row]


@pytest.mark.parametrize("columns, lines", SIZES)
def test_three_panels_side_by_side(three, screen, columns, lines):
    for server in three:
        arrange.freeze_and_drain(server, 4)
    shown = screen(*pids(three), columns=columns, lines=lines)
    await_panels(
        shown,
        [
            [
                server.name,
                f"pid {server.process.pid}  port {server.port}",
                f"frozen  SIGCHLD {word}",
                "live 0  zombies 4",
                "forked 4  reaped 0",
                ["Z", "Z", "Z", "Z"],
            ]
            for server, word in zip(three, ("default", "caught", "caught"))
        ],
    )
    for server in three:
        arrange.thaw(server)
    with hold(three[0].address, 2):
        await_panels(
            shown,
            [
                ["sleeping  SIGCHLD default", "live 2  zombies 4", "SIGCHLDs 0",
                 ["S", "S", "Z", "Z", "Z", "Z"]],
                ["sleeping  SIGCHLD caught", "live 0  zombies 3", "SIGCHLDs 1",
                 ["Z", "Z", "Z"]],
                ["live 0  zombies 0", "forked 4  reaped 4", "SIGCHLDs 1", []],
            ],
        )
    assert all(len(row) <= columns for row in shown.rows())


def test_the_children_shown_are_those_of_proc(start, screen):
    server = start("noreap")
    arrange.visit(server, 5)
    zombies = arrange.await_zombies(server, 5)
    shown = screen(server.process.pid)
    rows = shown.await_text("live 0  zombies 5")
    listed = re.findall(r"^ *(\d+) Z zombie", "\n".join(rows), re.MULTILINE)
    assert sorted(map(int, listed)) == [one.pid for one in zombies]
    assert "exit 0" in "\n".join(rows), "a wide panel shows how they ended"


def test_zombies_have_a_colour_of_their_own(start, screen):
    server = start("noreap")
    arrange.visit(server, 1)
    with hold(server.address, 1):
        arrange.await_asleep(arrange.await_children(server, 1))
        shown = screen(server.process.pid)
        shown.await_text("live 1  zombies 1")
        colours = {}
        for number, row in enumerate(shown.rows()):
            match = re.match(r" *\d+ ([SZ]) ", row)
            if match:
                cell = shown.screen.buffer[number][match.start(1)]
                colours[match[1]] = (cell.fg, cell.bg, cell.bold, cell.reverse)
    assert set(colours) == {"S", "Z"}
    assert colours["S"] != colours["Z"]


def test_all_keys_of_the_bottom_line_look_alike(start, screen):
    """The first and the last of them, on a screen that has room for all."""
    shown = screen(start("noreap").process.pid, columns=200)
    bottom = shown.await_text("?Help", "PgUp/PgDnScroll")[-1]
    cells = shown.screen.buffer[len(shown.screen.display) - 1]
    looks = {
        (cells[at].fg, cells[at].bg, cells[at].reverse)
        for at in (bottom.index("Help"), bottom.index("Freeze"), bottom.index("Scroll"))
    }
    assert len(looks) == 1 and looks != {("default", "default", False)}


def test_more_children_than_rows(start, screen):
    """The newest are shown, the rest is counted; End shows the oldest."""
    server = start("noreap")
    arrange.visit(server, 40)
    ages = {one.pid: one.start_ticks for one in arrange.await_zombies(server, 40)}
    arrange.await_idle(server)  # and so has logged the last fork
    # By their PIDs one cannot tell: those begin anew at pid_max.
    forked = [one["child"] for one in event_log.read(server.trace).of("fork")]
    shown = screen(server.process.pid)
    rows = shown.await_text("zombies 40", " more")
    (more,) = re.findall(r"\+(\d+) more", "\n".join(rows))
    listed = [int(one) for one in re.findall(r"(\d+) Z zombie", "\n".join(rows))]
    assert len(listed) + int(more) == 40
    assert ages[listed[0]] == ages[forked[-1]]
    shown.type("\x1b[4~")  # End
    eventually(lambda: is_listed(shown, forked[0]))


def is_listed(shown, pid):
    assert re.search(rf"^ *{pid} Z", shown.text(), re.MULTILINE), shown.text()


def test_a_server_that_ends_stays_on_the_screen(start, screen):
    server = start("noreap")
    arrange.visit(server, 3)
    shown = screen(server.process.pid)
    shown.await_text("zombies 3")
    server.stop()
    shown.await_text("zombie itself", "live 0  zombies 0")
    server.close()  # reaped by whoever started it
    shown.await_text("ended", "live 0  zombies 0")
    assert not shown.has_exited()
    shown.type("q")
    assert shown.await_end() == 0


def test_resize(three, screen):
    """Larger, smaller, too small, and back: every size is drawn anew."""
    shown = screen(*pids(three))
    shown.await_text("Quit")
    for columns, lines in ((120, 40), (60, 12), (80, 24)):
        shown.resize(columns, lines)
        shown.await_text("server_noreap", "Quit")

        def drawn():
            rows = shown.rows()
            assert "Quit" in rows[lines - 1], shown.text()

        eventually(drawn)
    shown.resize(20, 5)
    shown.await_text("too small")
    shown.resize(120, 40)
    await_panels(shown, [[server.name] for server in three])
    shown.type("q")
    assert shown.await_end() == 0


@pytest.mark.parametrize("columns, lines", [(20, 5), (1, 1), (26, 3), (500, 200)])
def test_odd_sizes(start, screen, columns, lines):
    server = start("noreap")
    shown = screen(server.process.pid, columns=columns, lines=lines)
    if columns > 20:
        shown.await_text("too small" if lines < 10 else "server_noreap")
    elif columns == 20:
        shown.await_text("too small")
    else:
        eventually(lambda: something_was_drawn(shown))
    shown.type("q")
    assert shown.await_end() == 0


def something_was_drawn(shown):
    shown.rows()
    assert shown.raw


def restored(shown):
    """The terminal is as it was found: modes, cursor and attributes."""
    assert shown.read_modes() == shown.modes
    assert shown.screen.cursor.hidden is False
    assert shown.raw.rfind(b"\x1b[?25h") > shown.raw.rfind(b"\x1b[?25l")


@pytest.mark.parametrize(
    "leave", ["q", "Q", signal.SIGINT, signal.SIGTERM, signal.SIGHUP, "\x03"]
)
def test_it_leaves_the_terminal_as_it_found_it(start, screen, leave):
    server = start("noreap")
    shown = screen(server.process.pid)
    shown.await_text("server_noreap", "Quit")
    assert shown.read_modes() != shown.modes, "else there is nothing to restore"
    if isinstance(leave, str):
        shown.type(leave)
    else:
        os.kill(shown.pid, leave)
    assert shown.await_end() == 0
    restored(shown)
    assert server.process.is_alive(), "it watched, and did not own it"


def test_on_xterm_it_leaves_the_alternate_screen(start, screen):
    server = start("noreap")
    shown = screen(server.process.pid, term="xterm-256color")
    eventually(lambda: something_was_drawn(shown))
    eventually(lambda: alternate_screen_is(shown, True))
    shown.type("q")
    assert shown.await_end() == 0
    alternate_screen_is(shown, False)
    restored(shown)


def alternate_screen_is(shown, wanted):
    shown.rows()
    entered = shown.raw.rfind(b"\x1b[?1049h")
    assert (entered > shown.raw.rfind(b"\x1b[?1049l")) == wanted


def test_stopped_and_continued(start, screen):
    """Ctrl-Z of a shell, and fg: the screen is drawn anew."""
    server = start("noreap")
    shown = screen(server.process.pid)
    shown.await_text("zombies 0")
    viewer = Process.at(shown.pid)
    viewer.send(signal.SIGSTOP)
    arrange.visit(server, 2)
    viewer.send(signal.SIGCONT)
    shown.await_text("zombies 2")
    shown.type("q")
    assert shown.await_end() == 0


@pytest.mark.parametrize("term", [None, "no-such-terminal", "dumb", ""])
def test_a_terminal_that_cannot_be_drawn_on(start, screen, term):
    server = start("noreap")
    shown = screen(server.process.pid, term=term)
    assert shown.await_end() == 1
    text = shown.raw.decode()
    assert text.startswith("reaptop: ") and "TERM" in text and "--batch" in text
    assert text.count("\n") == 1 and "\x1b" not in text
    assert shown.read_modes() == shown.modes


def test_no_such_process_is_said_before_the_screen_opens(screen):
    shown = screen(4194304)
    assert shown.await_end() == 1
    assert "reaptop: 4194304: no such process" in shown.text()
    assert b"\x1b" not in shown.raw


@pytest.mark.parametrize("leave", ["q", signal.SIGTERM, signal.SIGHUP])
def test_a_command_ends_with_the_screen(lab, screen, leave):
    shown = screen("--", lab.program("server_noreap"), "0")
    rows = shown.await_text("server_noreap", "port ")
    (pid,) = re.findall(r"pid (\d+)  port", "\n".join(rows))
    server = Process.at(int(pid))
    if isinstance(leave, str):
        shown.type(leave)
    else:
        os.kill(shown.pid, leave)
    assert shown.await_end() == 0
    assert not server.has_entry()
    restored(shown)


def test_the_demo_on_a_terminal(screen):
    """It takes its time for those who watch, and q ends it at any moment."""
    shown = screen("--demo")
    wanted = [["live 0  zombies 3"], ["live 0  zombies 0"], ["live 0  zombies 0"]]
    found = await_panels(shown, wanted)
    for panel, variant in zip(found, VARIANTS):
        assert panel[0] == f"server_{variant}"
    servers = [
        one for one in Process.at(shown.pid).live_children()
        if one.stat().name.startswith("server_")
    ]
    assert len(servers) == 3
    assert not shown.has_exited()
    shown.type("q")
    assert shown.await_end() == 0
    assert [one for one in servers if one.is_alive()] == []
    assert [one for one in spawn.strays() if one.is_alive()] == []
    restored(shown)
