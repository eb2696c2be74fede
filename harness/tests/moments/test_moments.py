"""moments lets a child die at every moment of a server's parent. Each server of
harness/moments that is wrong is found, with the line of its mistake; a right one gives
no counterexample."""

import json
import re
import shutil
import signal
import sys

import pytest

from conftest import ROOT
from reaplab.deadline import PATIENCE, eventually
from reaplab.lifelines import event_log
from reaplab.proc import process
from reaplab.servers import spawn

SOURCES = ROOT / "harness/moments"
WRONG = sorted(path.stem for path in SOURCES.glob("wrong_*.c"))
RIGHT = sorted(path.stem for path in SOURCES.glob("right_*.c"))
# Hundreds of runs, on a machine that may be busy.
LONG = 12 * PATIENCE
CORRECT, WRONG_SOMEWHERE, USAGE, NOT_EXPLORED = 0, 1, 2, 3

pytestmark = pytest.mark.timeout(LONG + PATIENCE)


@pytest.fixture
def explore(lab):
    """explore(word...): a Finished."""
    if lab.sanitized:
        pytest.skip("explores servers that are built without sanitizers")

    def run(*words, **options):
        return spawn.run([lab.program("moments"), *words], within=LONG, **options)

    return run


@pytest.fixture
def found(explore):
    """found(word...): the parsed JSON of a run that explored its server."""
    def run(*words, status):
        done = explore("--json", *words)
        assert (done.status, done.err) == (status, ""), done
        return json.loads(done.out)

    return run


def has_lines(lab):
    """Whether moments was built with libdw."""
    return b"libdw.so" in lab.program("moments").read_bytes()


def marked_line(name):
    """The line of the mistake, which a comment marks."""
    lines = (SOURCES / f"{name}.c").read_text().splitlines()
    (line,) = [n for n, text in enumerate(lines, 1) if "/* MOMENT */" in text]
    return line


def wrong_placements(told):
    return [
        one for one in told["placements"]
        if one["verdict"] not in ("correct", "interpreter", "not_tried")
    ]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_server_is_found_with_its_line(lab, moments_server, found, name):
    if not has_lines(lab):
        pytest.skip("needs libdw")
    told = found(moments_server(name), status=WRONG_SOMEWHERE)
    lines = {
        one["line"] for one in wrong_placements(told)
        if (one["file"] or "").endswith(f"{name}.c")
    }
    assert marked_line(name) in lines, (lines, told["timeline"])
    assert 0 < told["wrong"] < told["tried"], "there are harmless moments, too"


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_server_has_no_counterexample(moments_server, found, name):
    told = found(moments_server(name), status=CORRECT)
    assert told["tried"] > 40 and told["not_tried"] == 0, told
    assert wrong_placements(told) == [] and told["timeline"] is None


@pytest.mark.parametrize("variant", ["waitpid_loop", "self_pipe", "double_fork"])
def test_a_right_variant_has_no_counterexample(lab, found, variant):
    told = found(lab.program(f"server_{variant}"), status=CORRECT)
    assert told["wrong"] == 0 and told["tried"] > 40, told


@pytest.mark.soak
def test_two_deaths_find_what_one_cannot(moments_server, found):
    """A pipe with room for one death needs two deaths between two looks."""
    server = moments_server("wrong_one_per_signal")
    told = found("--pairs", server, status=WRONG_SOMEWHERE)
    assert told["pairs"]["wrong"] > 0
    assert all("," in one["plan"] for one in told["pairs"]["counterexamples"])


@pytest.mark.soak
def test_a_right_server_has_no_counterexample_with_two_deaths(moments_server, found):
    told = found("--pairs", moments_server("right_count_sigsuspend"), status=CORRECT)
    assert told["pairs"]["tried"] > 40 and told["pairs"]["all"], told["pairs"]


def test_the_text_names_line_timeline_question_and_replay(lab, moments_server, explore):
    program = moments_server("wrong_count_then_pause")
    done = explore(program)
    assert (done.status, done.err) == (WRONG_SOMEWHERE, "")
    assert re.match(r"A child died at each of \d+ moments: \d+ correct, \d+ wrong",
                    done.out)
    if has_lines(lab):
        line = marked_line("wrong_count_then_pause")
        assert f"wrong_count_then_pause.c:{line} " in done.out
    for text in ("DIES before this call", "waits in pause", "Ask yourself: "):
        assert text in done.out, done.out
    plan = re.search(r"^Replay: moments --replay (\S+) ", done.out, re.M)[1]
    again = explore("--replay", plan, program)
    assert again.status == WRONG_SOMEWHERE
    assert again.out.endswith("Verdict: a client is never served.\n"), again.out


def test_each_exploration_finds_the_same(moments_server, found):
    first, second = (
        found(moments_server("wrong_count_then_pause"), status=WRONG_SOMEWHERE)
        for _ in range(2)
    )
    verdicts = [
        [(one["plan"], one["verdict"]) for one in told["placements"]]
        for told in (first, second)
    ]
    assert verdicts[0] == verdicts[1]


def test_a_plan_of_another_server_is_not_judged(moments_server, explore):
    done = explore("--replay", "1.1.B.999.0=1", moments_server("right_signalfd"))
    assert (done.status, done.out) == (NOT_EXPLORED, "")
    assert "takes another path" in done.err


def test_the_budget_says_what_was_not_tried(moments_server, explore):
    done = explore("--seconds", "2", "--pairs", moments_server("wrong_full_pipe"))
    if done.status == NOT_EXPLORED:  # the time was over after the undisturbed runs
        assert "no placement was tried in this time" in done.err
        return
    assert done.status in (CORRECT, WRONG_SOMEWHERE)
    assert "ot all pairs of deaths were tried" in done.out
    assert re.search(r"\d+ placements were not tried|\d+ wrong", done.out)


@pytest.mark.parametrize(
    "variant, why",
    [("noreap", "leaves zombies"), ("keeps_conn", "never see the end")],
)
def test_a_server_that_is_wrong_undisturbed_is_handed_on(lab, explore, variant, why):
    done = explore(lab.program(f"server_{variant}"))
    assert (done.status, done.out) == (NOT_EXPLORED, "")
    assert done.err.count("\n") == 1 and why in done.err


HOSTILE = {
    "dies": "does not listen", "kills_itself": "does not listen",
    "spins": "never waits", "forks_before": "too many processes",
    "traces_itself": "does not listen", "prints": "never waits",
    "forks": "too many processes", "execs": "ends before",
    "prefork": "before the first client", "alarms": "it reaps by a timer",
}


@pytest.mark.parametrize("mode", HOSTILE)
def test_a_server_that_resists_is_said_in_one_line(moments_server, explore, mode):
    """The fixture nothing_left looks for what it leaves behind."""
    done = explore(moments_server("hostile"), mode, "9190")
    assert (done.status, done.out) == (NOT_EXPLORED, "")
    assert done.err.count("\n") == 1 and HOSTILE[mode] in done.err, done.err


@pytest.mark.parametrize("mode", ["ignores_all", "undumpable", "stops"])
def test_a_server_that_resists_in_vain_is_explored(moments_server, found, mode):
    assert found(moments_server("hostile"), mode, "9190", status=CORRECT)["tried"] > 40


def processes_of(program):
    """PIDs of all that runs that program."""
    def runs(pid):
        try:
            argv = process.read_proc(f"/proc/{pid}/cmdline")
        except (process.Gone, OSError):
            return False
        return str(program).encode() in argv.split(b"\0")[:1]

    return [pid for pid in process.all_pids() if runs(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_however_it_ends(lab, moments_server, number):
    if lab.sanitized:
        pytest.skip("explores servers that are built without sanitizers")
    program = moments_server("right_pid_blocked")
    popen = spawn.spawn([lab.program("moments"), "--pairs", program])

    def under_way():
        assert processes_of(program)

    def over():
        assert processes_of(program) == []

    try:
        eventually(under_way)
        popen.send_signal(number)
        eventually(lambda: spawn.exit_status(popen))
        eventually(over)
    finally:
        spawn.end(popen)


def events_of(explore, folder, status, server):
    """The events of a run of the server, which has no log of its own."""
    path = folder / "log.jsonl"
    done = explore("--log", path, server)
    assert done.status == status, done
    log = event_log.read(path)
    assert log.faults == ()
    return log


def test_any_server_has_an_event_log(moments_server, explore, folder):
    log = events_of(explore, folder, CORRECT, moments_server("right_signalfd"))
    assert log.counts() == {
        "listen": 1, "accept": 6, "fork": 6, "exit": 6, "reap": 6, "stop": 1
    }
    (stop,) = log.of("stop")
    assert (stop["forked"], stop["reaped"], stop["zombies"]) == (6, 6, 0)
    children = {one["child"] for one in log.of("fork")}
    assert {one["child"] for one in log.of("reap")} == children
    assert {one["pid"] for one in log.of("exit")} == children


def test_the_event_log_is_of_the_run_that_is_told(moments_server, explore, folder):
    """Only one death is lost there, and found when the next child dies."""
    server = moments_server("wrong_flag_then_accept")
    log = events_of(explore, folder, WRONG_SOMEWHERE, server)
    assert log.counts()["reap"] == log.counts()["exit"] == 6
    assert log.counts()["sigchld"] == 6


def test_a_server_that_leaks_has_an_event_log_too(lab, explore, folder):
    log = events_of(explore, folder, NOT_EXPLORED, lab.program("server_noreap"))
    assert log.counts()["exit"] == 6 and "reap" not in log.counts()
    assert log.of("stop")[0]["zombies"] == 6


def test_a_log_that_cannot_be_written(lab, explore, folder):
    done = explore("--log", folder, lab.program("server_waitpid_loop"))
    assert (done.status, done.out) == (NOT_EXPLORED, "")
    assert done.err == f"moments: {folder}: Is a directory\n"


@pytest.mark.parametrize(
    "words, what",
    [
        ([], "SERVER: missing"), (["--frob", "x"], "--frob"),
        (["--seconds", "0", "x"], "seconds '0'"), (["--seconds"], "needs a value"),
        (["--replay", "1.B.2=3", "x"], "plan '1.B.2=3'"),
        (["--replay", "1.1.B.1.0=1", "--pairs", "x"], "--pairs"),
    ],
)
def test_a_wrong_command_line(explore, words, what):
    done = explore(*words)
    assert (done.status, done.out) == (USAGE, "")
    assert done.err.startswith("moments: ") and what in done.err


def test_a_command_that_does_not_exist(explore, folder):
    done = explore(folder / "none")
    assert (done.status, done.out) == (NOT_EXPLORED, "")
    assert done.err.endswith("none: No such file or directory\n")


@pytest.mark.soak
def test_socat_has_no_counterexample(found):
    """Its children wait half a second before they end, which no run waits for."""
    if shutil.which("socat") is None:
        pytest.skip("needs socat")
    told = found(
        "socat", "TCP-LISTEN:9190,fork,reuseaddr", "EXEC:/bin/cat", status=CORRECT
    )
    assert told["tried"] > 200 and told["wrong"] == told["not_tried"] == 0, told


@pytest.mark.soak
def test_the_race_of_an_interpreter_is_a_remark(explore, found):
    """perlipc(1): a handler runs between two of Perl's operations. If the signal comes
    just before accept(2), that is too late."""
    server = ["perl", ROOT / "harness/foreign/forking.pl", "out_of_scope", "9190"]
    told = found(*server, status=CORRECT)
    deferred = [one for one in told["placements"] if one["verdict"] == "interpreter"]
    assert deferred and {one["kind"] for one in deferred} == {"before"}, deferred
    assert wrong_placements(told) == []
    assert "Remark: " in explore("--seconds", "60", *server).out


@pytest.mark.soak
def test_pythons_own_server_has_no_counterexample(found):
    """It looks for dead children twice a second."""
    server = [sys.executable, ROOT / "harness/foreign/forking_server.py", "9190"]
    told = found(*server, status=CORRECT)
    assert told["tried"] > 60 and told["wrong"] == 0, told
