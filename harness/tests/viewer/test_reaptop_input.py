"""What a terminal sends to reaptop: whatever it is, whole or cut off, the display is
refreshed and a signal ends it."""

import os
import select
import shutil
import signal
import threading

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import Process, read_proc
from reaplab.servers import spawn

pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

TERMS = ("xterm", "xterm-256color", "tmux-256color", "linux", "vt100")

MOUSE = [
    # As xterm first had it: button, column and line are a byte each.
    b"\x1b[M !!", b"\x1b[M#!!", b"\x1b[M@!!", b"\x1b[M\"!!", b"\x1b[M`!!",
    b"\x1b[M \xff\xfe", b"\x1b[M\x1b!!", b"\x1b[M   ",
    # In decimal: M is a press, m a release.
    b"\x1b[<0;10;5M", b"\x1b[<0;10;5m", b"\x1b[<1;10;5M", b"\x1b[<2;10;5m",
    b"\x1b[<35;10;5M", b"\x1b[<64;10;5M", b"\x1b[<65;10;5M", b"\x1b[<128;10;5M",
    b"\x1b[<0;99999999999999999999999;5M", b"\x1b[<0;0;0M", b"\x1b[<;;M",
    b"\x1b[<0;1M", b"\x1b[<0;1;2;3M", b"\x1b[<M", b"\x1b[32;10;5M",
]
KEYS = [
    b"\x1b[A", b"\x1bOA", b"\x1b[1;5A", b"\x1b[5~", b"\x1b[4~", b"\x1b[Z", b"\x1bOM",
    b"\x1bOR", b"\x1b[13~", b"\x1b[[C", b"\x1b[15;2~", b"\x1b\x1b[B",
]
UNKNOWN = [
    b"\x1b[200~", b"\x1b[?62;22c", b"\x1b[1;2;3;4;5y", b"\x1b[ @", b"\x1b[I",
    b"\x1b]11;rgb:0000/0000/0000\x07", b"\x1b]0;Qq\x1b\\", b"\x1bP1+r6b\x1b\\",
    b"\x1b_Q\x1b\\", b"\x1b[12\x1b[34\x1b[", b"\x1b[1\x00", b"\x1bO5A", b"\x1b\x1b\x1b",
    b"\x1b[" + b"1;" * 600 + b"y",
]
TEXT = ["é".encode(), "€".encode(), "😀".encode(), b"\xff", b"\xc3(", b"\x9b1;2M", b"\0"]


def prefixes(sequence):
    """The whole and all that it can be cut off to; of a long one, some."""
    step = max(1, len(sequence) // 20)
    return [sequence[:size] for size in range(1, len(sequence), step)] + [sequence]


class Watched:
    """A process that reaptop shows, and whether it is shown as it is now."""

    def __init__(self, screen, *arguments, **options):
        self.popen = spawn.spawn(["sleep", "1000"])
        self.process = Process.at(self.popen.pid)
        self.stopped = False
        options = {"delay": "0.02", **options}
        self.shown = screen(*arguments, self.popen.pid, **options)
        self.shown.await_text("sleeping  SIGCHLD")

    def check_refresh(self, after):
        """What becomes of the process shows itself without a key."""
        self.stopped = not self.stopped
        self.process.send(signal.SIGSTOP if self.stopped else signal.SIGCONT)
        wanted = "frozen  SIGCHLD" if self.stopped else "sleeping  SIGCHLD"

        def refreshed():
            assert wanted in self.shown.text(), f"after {after!r}:\n{self.shown.text()}"

        eventually(refreshed)

    def check_end(self):
        os.kill(self.shown.pid, signal.SIGTERM)
        assert self.shown.await_end() == 0


@pytest.fixture
def watched(screen):
    """watched(argument..., options): a Watched on a terminal."""
    opened = []

    def watch(*arguments, **options):
        opened.append(Watched(screen, *arguments, **options))
        return opened[-1]

    yield watch
    for one in opened:
        spawn.end(one.popen)


@pytest.mark.parametrize("kind", ["mouse", "keys", "unknown", "text"])
@pytest.mark.parametrize("term", TERMS)
def test_no_sequence_and_no_part_of_one_stops_the_display(watched, term, kind):
    sequences = {"mouse": MOUSE, "keys": KEYS, "unknown": UNKNOWN, "text": TEXT}[kind]
    one = watched(term=term)
    for sequence in sequences:
        for part in prefixes(sequence):
            one.shown.type(part)
            one.check_refresh(part)
    one.check_end()


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize(
    "part", [b"\x1b", b"\x1b[", b"\x1bO", b"\x1b[M", b"\x1b[M !", b"\x1b[<0;1"]
)
def test_a_signal_ends_it_amid_a_sequence(watched, term, part):
    one = watched(term=term)
    one.shown.type(part)
    one.check_end()


@pytest.mark.parametrize(
    "term, press, release",
    [
        ("xterm-256color", b"\x1b[<0;10;9M", b"\x1b[<0;10;9m"),
        ("tmux-256color", b"\x1b[M *)", b"\x1b[M#*)"),
    ],
)
def test_a_click_whose_release_comes_later(watched, term, press, release):
    """The release comes alone, after the press was taken in."""
    one = watched(term=term)
    for _ in range(3):
        for event in press, release:
            one.shown.type(event)
            one.check_refresh(event)
    one.check_end()


@pytest.mark.parametrize(
    "part", [b"\x1b[", b"\x1b[<0;1", b"\x1b[M !", b"\x1b]0;q", b"\x1bP"]
)
def test_after_a_sequence_that_was_cut_off_keys_are_keys_again(watched, part):
    one = watched(term="xterm-256color")
    one.shown.type(part)

    def searched():
        one.shown.type("/")
        assert "Search" in one.shown.text()

    eventually(searched, every=0.1)


def test_a_sequence_that_comes_in_pieces_is_taken_as_a_whole(watched):
    """Each byte alone, and drawn between them: F1, else three other keys."""
    one = watched(term="xterm-256color")
    for byte in (b"\x1b", b"O", b"P"):
        one.shown.type(byte)
    one.shown.await_text("Act on the selected server")


def test_ctrl_s_does_not_stop_it(watched):
    one = watched()
    one.shown.type(b"\x13")
    one.check_refresh("Ctrl-S")
    one.check_end()


def test_it_is_not_held_up_by_a_terminal_that_never_stops_sending(watched):
    one = watched()
    ended = threading.Event()

    def send():
        # Nothing that opens a question, or leaves. Once it has ended, the terminal
        # would echo this for ever.
        while not ended.is_set() and not one.shown.has_exited():
            if select.select([], [one.shown._master], [], 0.1)[1]:
                one.shown.type(b"jk\x1b[A" * 100)

    sender = threading.Thread(target=send)
    sender.start()
    try:
        for _ in range(5):
            one.check_refresh("much")
        one.check_end()
    finally:
        ended.set()
        sender.join()


@pytest.mark.parametrize("part", [b"", b"\x1b[<0;1", b"\x1b[M"])
def test_it_ends_when_the_terminal_goes_away(lab, watched, part):
    """SIGHUP may be ignored, as nohup(1) has it."""
    from reaplab.displays.terminal import Terminal

    one = watched()
    command = 'trap "" HUP; exec "$0" -d 0.02 "$1"'
    argv = ["sh", "-c", command, str(lab.program("reaptop")), str(one.popen.pid)]
    with Terminal(argv) as shown:
        shown.await_text("sleeping  SIGCHLD")
        if part:
            shown.type(part)
        shown.hang_up()
        assert shown.await_end() == 0


def stop_reading(one):
    """Leave unread what it draws, until the terminal takes no more."""
    def full():
        one.shown.type(b"\x0c")
        assert not select.select([], [one.shown._slave], [], 0)[1]

    eventually(full)


def await_exit(one):
    """As Terminal.await_end(), but without reading what it writes."""
    def ended():
        assert one.shown.has_exited(), "it runs on"

    eventually(ended)


def may_block(one):
    """Whether each descriptor of the terminal that reaptop has may block."""
    terminal = os.ttyname(one.shown._slave)
    pid = one.shown.pid
    flags = [
        int(read_proc(f"/proc/{pid}/fdinfo/{number}").split()[3], 8)
        for number, target in Process.at(pid).descriptors().items()
        if target == terminal
    ]
    return bool(flags) and not any(each & os.O_NONBLOCK for each in flags)


@pytest.fixture(params=["own terminal", "another user's terminal"])
def watched_on(request, watched):
    """watched(), where reaptop can open its terminal, and where it only has it open:
    then it does not get a descriptor that never blocks."""
    if request.param == "own terminal":
        return watched
    # Permissions bind root too, without this capability.
    drop = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    if drop and (not shutil.which("setpriv") or spawn.run([*drop, "true"]).status != 0):
        pytest.skip("setpriv(1) may not drop a capability here")
    before = ["sh", "-c", 'chmod 0 "$(tty)" && exec "$@"', "sh", *drop]

    def watch(**options):
        one = watched(before=before, **options)
        assert may_block(one)
        return one

    return watch


LEAVING = ["q", signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]


@pytest.mark.parametrize("leave", LEAVING)
def test_it_leaves_a_terminal_that_takes_nothing(watched_on, leave):
    one = watched_on(term="xterm-256color")
    before = one.shown.modes
    stop_reading(one)
    if leave == "q":
        one.shown.type(leave)
    else:
        os.kill(one.shown.pid, leave)
    await_exit(one)
    one.shown.text()
    assert b"\x1b[?1049l" in one.shown.raw[-300:], "still on the second screen"
    assert one.shown.read_modes() == before


def test_a_terminal_that_takes_nothing_for_a_while_is_drawn_on_afterwards(watched_on):
    one = watched_on()
    stop_reading(one)
    one.process.send(signal.SIGSTOP)
    one.shown.await_text("frozen  SIGCHLD")
    one.stopped = True
    one.check_refresh("a pause")
    one.check_end()
