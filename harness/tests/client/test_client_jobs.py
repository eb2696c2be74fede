"""The client as a job of a shell: its progress bar belongs to the foreground."""

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log

PROMPT = "shell>"
CTRL_Z = "\x1a"
# Sessions of 100 ms, one at a time: a second of them is time for nine redraws.
HOLD_MS, SECOND = 100, 10


@pytest.fixture
def shell():
    """An interactive bash, the leader of its session, with job control."""
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    argv = ["bash", "--norc", "--noprofile", "--noediting", "-i"]
    with terminal.Terminal(argv, env={"PS1": PROMPT, "HISTFILE": ""}) as opened:
        opened.await_text(PROMPT)
        yield opened


@pytest.fixture
def run_burst(lab, start):
    """run_burst(shell, "&"): types a burst that never ends in a test. Returns the
    server."""
    def run(shell, end):
        server = start("waitpid_loop")
        shell.type(f"{lab.program('client')} -n 100000 -w {HOLD_MS} 127.0.0.1 "
                   f"{server.port} >/dev/null {end}\n")
        await_sessions(server, 1)
        return server

    return run


def await_sessions(server, more):
    """Wait until so many more sessions have come."""
    def count():
        return event_log.read(server.trace).counts()["accept"]

    wanted = count() + more

    def come():
        assert count() >= wanted

    eventually(come)


def drawn(shell, since):
    """What was written to the terminal since then."""
    shell.rows()
    return shell.raw[since:]


def mark(shell):
    return len(drawn(shell, 0))


def await_bar(shell, since):
    def seen():
        assert b"%" in drawn(shell, since), shell.text()

    eventually(seen)


def await_stopped(shell, since):
    def seen():
        assert b"Stopped" in drawn(shell, since), shell.text()

    eventually(seen)


def test_in_the_background_it_draws_nothing(shell, run_burst):
    """Not while it runs, and not when it ends: what was typed stays."""
    since = mark(shell)
    server = run_burst(shell, "&")
    shell.type("echo half a comm")
    await_sessions(server, SECOND)
    text = drawn(shell, since)
    assert b"%" not in text and b"\r[" not in text, text
    shell.type("and; kill %1; wait\n")
    shell.await_text("half a command", "Exit 1")
    assert b"/100000" not in drawn(shell, since)


@pytest.mark.parametrize("modes", ["-tostop", "tostop"])
def test_brought_to_the_foreground_it_draws_again(shell, run_burst, modes):
    """With tostop the kernel stops a job that writes from the background: the
    client never does."""
    shell.type(f"stty {modes}\n")
    server = run_burst(shell, "&")
    await_sessions(server, SECOND)
    since = mark(shell)
    shell.type("fg\n")
    await_bar(shell, since)
    since = mark(shell)
    shell.type(CTRL_Z)
    await_stopped(shell, since)
    since = mark(shell)
    shell.type("bg\n")
    await_sessions(server, SECOND)
    text = drawn(shell, since)
    assert b"/100000" not in text and b"Stopped" not in text, text
    since = mark(shell)
    shell.type("fg\n")
    await_bar(shell, since)


def test_suspended_and_continued_it_draws_again(shell, run_burst):
    since = mark(shell)
    run_burst(shell, "")
    await_bar(shell, since)
    since = mark(shell)
    shell.type(CTRL_Z)
    await_stopped(shell, since)
    since = mark(shell)
    shell.type("fg\n")
    await_bar(shell, since)
