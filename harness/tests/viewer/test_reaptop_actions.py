"""What reaptop does to the servers it watches: by keys, on what is selected, on
nothing else."""

import contextlib
import ctypes
import functools
import os
import re
import shlex
import signal
import sys

import pytest

from reaplab.deadline import eventually
from reaplab.lifelines import event_log
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

ESCAPE = "\x1b"
DOWN = "\x1b[B"


@pytest.fixture
def screen(screen):
    """screen(argument...): as everywhere, with room for long messages."""
    return functools.partial(screen, columns=120, lines=30)


@pytest.fixture
def watched(start, screen):
    """watched(variant): a server, and the screen that shows it."""
    def watch(variant, *arguments):
        server = start(variant)
        shown = screen(*arguments, server.process.pid)
        shown.await_text(server.name, "zombies 0")
        return server, shown

    return watch


def await_state(server, state):
    def reached():
        assert server.process.state == state

    eventually(reached)


def confirm(shown, key, question):
    """Press a key that asks, and answer."""
    shown.type(key)
    shown.await_text(question, "not started by reaptop?")
    shown.type("y")


def test_freeze_and_thaw(watched):
    server, shown = watched("sigchld")
    confirm(shown, "f", f"Freeze server_sigchld ({server.process.pid})")
    await_state(server, "T")
    shown.await_text("is frozen (SIGSTOP)", "frozen")
    shown.type("f")
    await_state(server, "S")
    shown.await_text("is thawed (SIGCONT)", "sleeping")


@pytest.mark.parametrize("refusal", ["n", ESCAPE, "\r", "q"])
def test_without_a_yes_nothing_is_done_to_what_it_did_not_start(watched, refusal):
    server, shown = watched("sigchld")
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        shown.await_text(f"{child.pid} S")
        shown.type(DOWN)
        for key, question in (
            ("f", "Freeze server_sigchld ("),
            ("c", "Send SIGCHLD to server_sigchld ("),
            ("x", f"Kill {child.pid}, child of server_sigchld ("),
        ):
            shown.type(key)
            shown.await_text(question)
            shown.type(refusal)
            eventually(lambda: closed(shown, question))
        await_state(server, "S")
        assert child.is_alive()
        assert event_log.read(server.trace).of("sigchld") == []
    assert not shown.has_exited()


def test_what_it_started_is_acted_on_without_a_question(lab, screen):
    shown = screen("--", lab.program("server_noreap"), "0")
    rows = shown.await_text("port ", "sleeping")
    (pid,) = {int(one) for one in re.findall(r"pid (\d+)", "\n".join(rows))}
    for key, answer in (
        ("f", "is frozen (SIGSTOP)"),
        ("f", "is thawed (SIGCONT)"),
        ("c", "SIGCHLD sent to server_noreap"),
    ):
        shown.type(key)
        shown.await_text(answer)
    burst(shown, 1, 1, 60000)
    child = eventually(lambda: forked_child(Process.at(pid)))
    shown.await_text(f"{child.pid} S")
    shown.type(DOWN + "x")
    shown.await_text("zombies 1")


def test_it_does_not_freeze_on_an_answer_that_comes_too_late(watched):
    """Somebody else has frozen the server by then; so it stays frozen."""
    server, shown = watched("sigchld")
    shown.type("f")
    shown.await_text("Freeze server_sigchld")
    server.process.send(signal.SIGSTOP)
    await_state(server, "T")
    shown.type("y")
    shown.await_text("server_sigchld is stopped already")
    shown.type("q")
    assert shown.await_end() == 0
    await_state(server, "T")


LEAVING = ["q", "Q", "\x03", signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
           signal.SIGQUIT, signal.SIGSEGV, "hang-up"]


@pytest.mark.parametrize("leave", LEAVING)
def test_what_it_froze_it_thaws_when_it_leaves(watched, leave):
    server, shown = watched("sigchld")
    confirm(shown, "f", "Freeze server_sigchld")
    shown.await_text("frozen  SIGCHLD")
    if leave == "hang-up":
        shown.hang_up()
    elif isinstance(leave, str):
        shown.type(leave)
    else:
        os.kill(shown.pid, leave)
    shown.await_end()
    await_state(server, "S")


def test_it_thaws_after_the_last_sample(watched):
    server, shown = watched("sigchld", "-n", "40")
    confirm(shown, "f", "Freeze server_sigchld")
    await_state(server, "T")
    assert shown.await_end() == 0
    await_state(server, "S")


def test_what_others_thawed_and_stopped_again_stays_stopped(watched):
    server, shown = watched("sigchld")
    confirm(shown, "f", "Freeze server_sigchld")
    shown.await_text("frozen  SIGCHLD")
    server.process.send(signal.SIGCONT)
    shown.await_text("sleeping  SIGCHLD")
    server.process.send(signal.SIGSTOP)
    shown.await_text("frozen  SIGCHLD")
    shown.type("q")
    assert shown.await_end() == 0
    await_state(server, "T")


def test_how_to_thaw_what_it_froze_is_said(watched):
    """Also after the message about the key has gone."""
    server, shown = watched("sigchld")
    confirm(shown, "f", "Freeze server_sigchld")
    shown.await_text("is stopped: f thaws it, and so does leaving")


@pytest.mark.parametrize(
    "arguments, how", [([], "f or kill -CONT {}"), (["--read-only"], "kill -CONT {}")]
)
def test_how_to_thaw_what_others_stopped_is_said(watched, arguments, how):
    server, shown = watched("sigchld", *arguments)
    pid = server.process.pid
    server.process.send(signal.SIGSTOP)
    said = f"server_sigchld ({pid}) is stopped: {how.format(pid)} thaws it"
    shown.await_text(said, "frozen  SIGCHLD")
    shown.resize(80, 10)
    shown.await_text(said)
    shown.resize(120, 30)
    server.process.send(signal.SIGCONT)
    eventually(lambda: closed(shown, "is stopped"))
    server.process.send(signal.SIGSTOP)
    shown.await_text(said)
    shown.type("q")
    assert shown.await_end() == 0
    await_state(server, "T")  # it froze nothing, so it thaws nothing


def test_thawing_what_others_stopped_is_asked_for(watched):
    server, shown = watched("sigchld")
    server.process.send(signal.SIGSTOP)
    shown.await_text("frozen  SIGCHLD")
    shown.type("f")
    shown.await_text(f"Thaw server_sigchld ({server.process.pid}), not stopped by")
    shown.type("y")
    await_state(server, "S")


PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT = 17, 0x4206, 0x4207


@contextlib.contextmanager
def traced(process):
    """This thread holds the process by ptrace(2)."""
    def ptrace(request):
        call = ctypes.CDLL(None, use_errno=True).ptrace
        if call(request, process.pid, None, None) != 0:
            error = ctypes.get_errno()
            raise OSError(error, os.strerror(error))

    try:
        ptrace(PTRACE_SEIZE)
    except PermissionError:
        pytest.skip("ptrace(2) is not allowed here")
    ptrace(PTRACE_INTERRUPT)
    assert os.WIFSTOPPED(os.waitpid(process.pid, 0)[1])
    yield
    ptrace(PTRACE_DETACH)


def test_what_a_tracer_holds_is_not_said_to_be_thawed(watched):
    server, shown = watched("sigchld")
    with traced(server.process):
        shown.await_text("traced  SIGCHLD")
        shown.type("f")
        shown.await_text(
            f"server_sigchld is being traced by PID {os.getpid()}: SIGCONT does not "
            "start it"
        )
        await_state(server, "t")
    await_state(server, "S")


def test_how_to_thaw_a_stopped_child_is_said(watched):
    server, shown = watched("noreap")
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        child.send(signal.SIGSTOP)
        shown.await_text(f"{child.pid} T stopped")
        shown.type(DOWN)
        shown.await_text(f"({child.pid}) is stopped: kill -CONT {child.pid} thaws it")
        shown.type("\r")
        shown.await_text(f"T stopped  kill -CONT {child.pid} thaws it")


def test_how_to_thaw_a_child_that_is_not_selected_is_said(watched):
    server, shown = watched("noreap")
    with hold(server.address, 2):
        child = arrange.await_children(server, 2)[0]
        child.send(signal.SIGSTOP)
        thaw = f"kill -CONT {child.pid} thaws it"
        shown.await_text(f"({child.pid}) is stopped: {thaw}")
        shown.resize(80, 24)
        shown.await_text(f"({child.pid}) is stopped: {thaw}")
        shown.resize(160, 30)
        (row,) = [row for row in shown.await_text(f"{child.pid} T") if " T " in row]
        assert row.endswith(f"  {thaw}")
        child.send(signal.SIGCONT)
        eventually(lambda: closed(shown, thaw))


def test_text_says_how_to_thaw_what_is_stopped(lab, start):
    server = start("noreap")
    argv = [lab.program("reaptop"), "--batch", "-n1", str(server.process.pid)]
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        for process in child, server.process:
            process.send(signal.SIGSTOP)
            eventually(lambda: await_stop(process))
        text = spawn.run(argv).out
        for process in child, server.process:
            assert f"kill -CONT {process.pid} thaws it" in text
            process.send(signal.SIGCONT)


def await_stop(process):
    assert process.state == "T"


@pytest.mark.parametrize("typed", ["fy", "cy", "Ky", "tify", "fyyyyyyy"])
def test_what_was_typed_before_a_question_is_no_answer(watched, typed):
    """Pasted text has a y behind an f, too."""
    server, shown = watched("sigchld")
    shown.type(typed)
    shown.await_text("y, or any other key for no")
    shown.type("n")
    eventually(lambda: closed(shown, "y, or any other key for no"))
    await_state(server, "S")
    assert event_log.read(server.trace).of("sigchld") == []


def test_the_rest_of_a_long_paste_is_no_answer(watched):
    """It comes after the question was drawn."""
    server, shown = watched("sigchld")
    shown.type("f" + "y" * 30000)
    shown.await_text("y, or any other key for no")

    def refused():
        shown.type(ESCAPE)
        closed(shown, "y, or any other key for no")

    eventually(refused, every=1)
    assert "frozen" not in shown.text()
    await_state(server, "S")


def test_sigchld_by_hand_reaps_one(watched):
    """The server waits once per signal, whoever sends it."""
    server, shown = watched("sigchld")
    arrange.freeze_and_drain(server, 5)
    arrange.thaw(server)
    shown.await_text("zombies 4")
    for left in (3, 2):
        confirm(shown, "c", "Send SIGCHLD to server_sigchld")
        arrange.await_zombies(server, left)
        shown.await_text("SIGCHLD sent to server_sigchld", f"zombies {left}")


def test_kill_the_selected_child(watched):
    server, shown = watched("noreap")
    with hold(server.address, 1):
        (child,) = arrange.await_children(server, 1)
        shown.await_text(f"{child.pid} S")
        shown.type("x")
        shown.await_text("No child is selected")
        shown.type(DOWN)
        confirm(shown, "x", f"Kill {child.pid}, child of server_noreap")
        shown.await_text(f"{child.pid} is killed (SIGKILL)", "zombies 1")
        assert child.state == "Z"
        assert os.WTERMSIG(child.stat().wait_status) == signal.SIGKILL
        shown.type("x")
        shown.await_text("a zombie cannot be killed")


def test_killing_the_parent_is_asked_for(watched):
    server, shown = watched("noreap")
    for refusal in ("n", ESCAPE, "\r", "q"):
        shown.type("K")
        shown.await_text(f"Kill server_noreap ({server.process.pid})")
        shown.type(refusal)
        eventually(lambda: closed(shown, "Kill server_noreap"))
    assert server.process.is_alive() and not shown.has_exited()


def test_a_question_says_how_to_answer_it_on_a_narrow_screen(watched):
    server, shown = watched("waitpid_loop")
    shown.resize(120, 10)
    shown.type("K")
    shown.await_text("and orphan 0 children? y, or any other key for no")
    shown.resize(40, 10)
    shown.await_text(f"y/n: Kill server_waitpid_loop ({server.process.pid}")


def closed(shown, question):
    assert question not in shown.text()


def test_the_zombies_of_a_killed_parent_are_followed(watched):
    """They go to the harness, their subreaper, which waits for them only when it is
    told to: first they are seen there, then gone."""
    server, shown = watched("noreap")
    arrange.visit(server, 3)
    with hold(server.address, 2):
        shown.await_text("live 2", "zombies 3")
        shown.type("K")
        shown.await_text("and orphan 5 children?")
        shown.type("y")
        shown.await_text(f"({os.getpid()}): 3 zombies, 2 alive")
        assert not server.process.is_alive()
        spawn_reap_zombies()
        shown.await_text(f"({os.getpid()}): 3 reaped, 2 alive")


def spawn_reap_zombies():
    """Wait for the orphans that came to this process and are dead."""
    for orphan in spawn.strays():
        if orphan.is_zombie():
            os.waitpid(orphan.pid, 0)


def test_of_a_server_it_started_reaptop_shows_the_zombies_then_reaps(lab, screen):
    shown = screen("--", lab.program("server_noreap"), "0")
    rows = shown.await_text("port ", "sleeping")
    (pid,) = {int(one) for one in re.findall(r"pid (\d+)", "\n".join(rows))}
    burst(shown, 3, 3, 0)
    shown.await_text("zombies 3")
    children = Process.at(pid).zombies()
    shown.type("K")
    shown.await_text("and orphan 3 children?")
    shown.type("y")
    shown.await_text(f"Adopted by reaptop ({shown.pid}): 3 zombies")
    assert {one.stat().ppid for one in children} == {shown.pid}
    shown.await_text(f"Adopted by reaptop ({shown.pid}): 3 reaped")
    assert not any(one.has_entry() for one in children)


def burst(shown, sessions, at_once, hold_ms):
    """Type a burst's three answers."""
    shown.type("b")
    for question, answer in (
        ("how many clients?", sessions),
        ("at once?", at_once),
        ("in ms?", hold_ms),
    ):
        shown.await_text(question)
        shown.type(f"{answer}\r")


def test_burst_in_the_background(watched):
    server, shown = watched("noreap")
    server.process.send(signal.SIGSTOP)  # so that the burst cannot be over first
    await_state(server, "T")
    burst(shown, 12, 4, 0)
    shown.await_text("Burst on server_noreap [", " of 12, 0 failed")
    shown.type("b")
    shown.await_text("A burst is running. Stop it?")
    shown.type("n")
    server.process.send(signal.SIGCONT)
    shown.await_text("12 of 12 clients served, 0 failed", "zombies 12")


def test_a_burst_is_stopped(watched):
    server, shown = watched("noreap")
    burst(shown, 1000, 2, 60000)
    shown.await_text("live 2")
    shown.type("b")
    shown.await_text("A burst is running. Stop it?")
    shown.type("y")
    shown.await_text("over: ", "live 0")
    eventually(lambda: closed(shown, "A burst is running"))


def test_numbers_are_checked_as_they_are_typed(watched):
    server, shown = watched("noreap")
    shown.type("b")
    shown.await_text("Burst of how many clients? 50")
    shown.type("x12y\x7f0")
    shown.await_text("how many clients? 10 ")
    shown.type("\x15" + "0\r")  # wiped; and none is too few
    shown.await_text("how many clients? 0 ")
    shown.type("\x7f9999999\r")
    shown.await_text("how many clients? 9999999 ", "1 to 1000000")
    shown.type(ESCAPE)
    eventually(lambda: closed(shown, "how many clients?"))
    assert server.process.children() == []


def test_a_burst_where_nobody_listens(screen):
    popen = spawn.spawn(["sleep", "1000"])
    try:
        shown = screen(popen.pid)
        shown.await_text("sleep")
        burst(shown, 1, 1, 0)
        shown.await_text("not known to listen on a port")
    finally:
        spawn.end(popen)


def test_another_variant_is_picked_and_ended(watched):
    server, shown = watched("noreap")
    shown.type("n")
    shown.await_text("Start which server? ")
    shown.type("waitp\r")
    shown.await_text("server_waitpid_loop: started", "forked 0  reaped 0")
    (other,) = Process.at(shown.pid).live_children()
    assert other.stat().name == "server_waitpid_"
    shown.type("q")
    assert shown.await_end() == 0
    assert not other.has_entry() and server.process.is_alive()


def test_read_only(watched):
    server, shown = watched("sigchld", "--read-only")
    with hold(server.address, 1):
        shown.await_text("live 1")
        for key in "bfcxKn":
            shown.type(key)
            shown.await_text("read-only: nothing may be acted on")
        await_state(server, "S")
        assert len(server.process.live_children()) == 1
        assert Process.at(shown.pid).children() == []


@pytest.mark.parametrize("key, word", [("f", "SIGSTOP"), ("c", "SIGCHLD")])
def test_process_1_is_not_signalled(screen, key, word):
    shown = screen(1)
    shown.await_text("pid 1 ")
    shown.type(key)
    shown.await_text(f"{word} was not sent to 1: reaptop does not signal")


def test_reaptop_itself_is_not_signalled(lab):
    """A shell becomes a reaptop that watches its own PID."""
    command = f"exec {shlex.quote(str(lab.program('reaptop')))} -d 0.05 $$"
    with terminal.Terminal(["sh", "-c", command]) as shown:
        shown.await_text(f"pid {shown.pid} ")
        shown.type("f")
        shown.await_text("reaptop does not signal process 1, nor itself")


CHANGES_PLACES = """
import os, signal, sys, time
if os.fork() == 0:
    time.sleep(1000)
signal.signal(signal.SIGUSR1, lambda *_: os._exit(0))
time.sleep(1000)
"""


def test_what_has_left_the_tree_is_not_signalled(screen):
    """An orphan whose old parent is the watched server is out of reach."""
    popen = spawn.spawn([sys.executable, "-c", CHANGES_PLACES])
    parent = Process.at(popen.pid)
    try:
        child = eventually(lambda: forked_child(parent))
        # A long delay: what is shown stays as it was.
        shown = screen("-d", "600", popen.pid)
        shown.await_text(f"{child.pid} S")
        parent.send(signal.SIGUSR1)
        eventually(lambda: moved(child, os.getpid()))
        shown.type(DOWN)
        confirm(shown, "x", f"Kill {child.pid}, child of")
        shown.await_text(f"SIGKILL was not sent to {child.pid}: it is not below")
        assert child.is_alive()
    finally:
        spawn.end(popen, [child])


def forked_child(parent):
    found = parent.live_children()
    assert len(found) == 1
    assert found[0].state == "S", "for good: the screen will say so"
    return found[0]


def moved(child, parent):
    assert child.stat().ppid == parent
