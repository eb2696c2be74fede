"""Every system call fails once, in the servers, the client and the viewer: nothing
crashes, hangs, spins or leaks, and what comes of each is on record in
harness/fault_table.md. All of it in `make soak`; a sample in `make test`."""

import pytest

from reaplab.faults import (
    injection, runs as fault_runs, table as fault_table, words as fault_words,
)
from reaplab.faults.cases import Case, IN_TURN, all_cases, everybody
from reaplab.proc.process import Process

# One of each kind; the others differ in the error alone.
SAMPLE = [
    Case("start", "listen", "EADDRINUSE"),
    Case("start", "write", "EINTR"),
    Case("parent", "accept,accept4", "ENFILE"),
    Case("parent", "clone,clone3,fork", "ENOMEM"),
    Case("parent", "wait4", "EINTR"),
    Case("parent", "accept,accept4", "ESOCKTNOSUPPORT"),
    Case("parent self_pipe", "read", "EIO"),
    Case("parent pidfd", "epoll_ctl", "ENOMEM"),
    Case("newborn", "rt_sigaction", "EINVAL"),
    Case("child", "read", "EINTR"),
    Case("child", "write", "EPIPE"),
    Case("client", "connect", "ENETUNREACH"),
    Case("client", "recvfrom", "ECONNRESET"),
    Case("typed", "read", "EIO"),
]


@pytest.fixture
def runs(lab, witness):
    witness("strace")
    return fault_runs.Runs(lab.build)


def check(runs, case):
    recorded = fault_table.recorded()[case.who, case.name, case.error]
    assert runs.outcome(case) == recorded, (
        "not as harness/fault_table.md has it (make faults)"
    )


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_call_fails_as_it_did_on_record(runs, case):
    check(runs, case)


def test_the_record_is_whole_and_names_nothing_bad():
    found = fault_table.recorded()
    wanted = {(one.who, one.name, one.error) for one in all_cases()}
    assert wanted <= set(found)
    for case, outcome in found.items():
        assert not any(word in outcome for word in fault_words.BAD), (case, outcome)


def test_the_record_has_each_error_in_turn():
    found = set(fault_table.recorded())
    for who, calls in IN_TURN.items():
        for call in calls:
            name = call.partition(",")[0]
            errors = {error for one, its, error in found if (one, its) == (who, name)}
            assert not errors or errors == set(calls[call]), (who, call)


def test_a_viewer_that_shows_others_children_is_found():
    line = '{"servers":[{"live":%d,"zombies":%d}]}\n'
    assert fault_words.shown(line % (0, 0) + line % (1, 0), 1) == []
    for printed in (line % (0, 0), line % (1, 1), "", "{", line % (1, 0) + "{"):
        (word,) = fault_words.shown(printed, 1)
        assert word.startswith(fault_words.LIES)


@pytest.mark.parametrize("call, error", [("openat", "ENFILE"), ("sendto", "ENOBUFS")])
def test_a_call_of_the_viewer_fails_once(runs, start, call, error):
    server = start("waitpid_loop")
    with server.connect() as session:
        session.echo()
        place = runs.places("reaptop")[call][-1]
        run, outcome = runs.run(Case("reaptop", call, error), place, server)
    assert run.status in (0, 1) and not outcome.endswith("nothing"), run
    assert not [word for word in fault_words.BAD if word in outcome], outcome


def test_a_call_of_the_viewers_screen_fails_once(runs, start):
    pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    server = start("waitpid_loop")
    with server.connect() as session:
        session.echo()
        place = runs.places("screen")["ioctl"][-1]
        case = Case("screen", "ioctl", "EINVAL")
        assert runs.run(case, place, server)[1] == "ends with 0"


# Leaving by q, and by Ctrl-Z, which needs a shell that has other jobs.
LEAVING = """
stty -g >"$1/before"; "$2" -d100 "$3"; stty -g >"$1/after"; kill -KILL %1; exit 0
"""


@pytest.mark.parametrize("key", ["q", "\x1a"], ids=["q", "Ctrl-Z"])
def test_the_terminal_is_given_back_though_a_call_fails(
    lab, start, witness, folder, key
):
    """Its modes: whoever leaves sets them with ioctls, and while it rests makes
    none. Each of those fails once."""
    witness("strace")
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    server = start("waitpid_loop")
    argv = ["sh", "-mc", LEAVING, "sh", folder, lab.program("reaptop"),
            str(server.process.pid)]
    failed = []
    for number in range(1, 20):
        rule = f"ioctl:error=EINVAL:when={number}"
        failing = [*injection.strace(rule), "-o", folder / "calls"]
        with terminal.Terminal(argv) as shown:
            shown.await_text("live 0 ")
            [viewer] = Process.at(shown.pid).children()
            with injection.attached(viewer, failing):
                shown.type(key)
                shown.await_end()
        assert (folder / "after").read_text() == (folder / "before").read_text()
        calls = (folder / "calls").read_text().splitlines()
        if not any("INJECTED" in call for call in calls):
            break
        failed += [call for call in calls if "INJECTED" in call]
    assert len([call for call in failed if "TCSETS" in call]) >= 2


def test_own_calls_are_told_from_the_loaders():
    log = 'openat(1) = 3\n7 openat(AT_FDCWD, "/proc", 0) = 3\nread(3) = 0\n+++ x +++\n'
    assert injection.own_calls(log, injection.BEGINS["reaptop"]) == {
        "openat": [2], "read": [1],
    }


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", everybody())
def test_every_call_fails_once(runs, who):
    for case in all_cases():
        if case.who == who:
            check(runs, case)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", IN_TURN)
def test_every_call_at_every_place_fails_once(runs, who):
    if who == "screen":
        pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    found = runs.outcomes_in_turn(who, Case)
    assert len(found) >= 4
    for call, outcomes in found.items():
        for outcome in outcomes:
            bad = [word for word in fault_words.BAD if word in outcome]
            assert not bad and not outcome.endswith("nothing"), (call, outcomes)
