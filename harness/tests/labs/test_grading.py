"""Checking and grading: what a student reads, what an instructor gets, and that a fault
of the machine is never a grade. That each lab's known answers get their verdicts is in
test_labs.py, that the sandbox holds in test_sandbox.py.
"""

import csv
import html.parser
import io
import json
import os
import resource
import shutil
import stat
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import grade as grade_module
from conftest import ROOT
from gradescope_document import complaints_about
from reaplab.deadline import PATIENCE, eventually
from reaplab.grading import (
    answers, building, judging, labs, report, results_json,
)
from reaplab.grading.class_run import (
    interruption, moved, run as class_run, submissions, summary,
)
from reaplab.grading.outcome import Belief, Outcome, Result, Scored
from reaplab.grading.sandbox import bubblewrap as sandbox, judge_box, limits
from reaplab.proc.process import Process
from reaplab.servers import server as servers, spawn

HARNESS = ROOT / "harness"
CHECK = [sys.executable, "-B", HARNESS / "check.py"]
GRADE = [sys.executable, "-B", HARNESS / "grade.py"]
LAB = "03"
VARIANTS = ROOT / "src/variants"

DONE, LOST, USAGE, UNJUDGED = 0, 1, 2, 3
FAILED = 1


@pytest.fixture
def sandboxed(lab):
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")
    why_not = sandbox.why_not()
    if why_not:
        pytest.skip(why_not)


@pytest.fixture
def plain_build(lab):
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")


@pytest.fixture
def nobody():
    """Skips where that user cannot be become, or may not read the project."""
    if os.getuid() != 0:
        pytest.skip("only root can become somebody else")
    tried = spawn.run(
        [sys.executable, "-B", HARNESS / "check.py", "--version"],
        preexec=limits.become_nobody,
        cwd="/",
    )
    if tried.status != 0:
        pytest.skip("the user nobody may not read the project here")


class Loner:
    """A user that nobody else is: it has no processes but those of one test."""

    def __init__(self):
        self.uid = 30000 + os.getpid() % 30000

    def become(self, most):
        """In a child of root's before exec. `most`: processes it may have."""
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        os.setgroups([])
        os.setgid(self.uid)
        os.setuid(self.uid)


@pytest.fixture
def loner(nobody):
    """Skips where no other user can be become, or may not read the project."""
    return Loner()


def submission(folder, variant):
    """A submission that is one of the lab's variants."""
    folder.mkdir(parents=True)
    shutil.copy(VARIANTS / f"server_{variant}.c", folder / "server.c")
    return folder


# make check: what a student reads


def test_what_a_student_reads(plain_build, folder):
    given = submission(folder / "alice", "sigchld")
    run = spawn.run([*CHECK, LAB, "--submission", given, "--into", folder / "built"])
    assert run.status == LOST and run.err == "", run
    first, *lines = run.out.splitlines()
    assert first.startswith("03-lost-children: Lost children: ")
    start = next(n for n, line in enumerate(lines) if "reaps-together" in line)
    assert lines[start].startswith("[0/") and "FAILED" in lines[start]
    assert lines[start + 1] == (
        '    one-signal-one-death: "one SIGCHLD means one dead child"'
    )
    labels = [line[4:16].strip() for line in lines[start + 2:]]
    labels = [one for one in labels if one]
    assert labels[:5] == ["done", "seen", "rests on", "right", "ask yourself"]
    assert "7 zombies" in run.out
    assert all(len(line) <= 80 for line in lines), "wider than a terminal"


LITTERS = """\
#include <fcntl.h>
__attribute__((constructor)) static void litter(void)
{
    (void)open("litter", O_WRONLY | O_CREAT, 0600);
}
"""


def test_what_a_program_writes_is_not_left_where_the_student_is(plain_build, folder):
    """And a relative folder to build in is one below the student's."""
    given = submission(folder / "alice", "waitpid_loop")
    with (given / "server.c").open("a") as file:
        file.write(LITTERS)
    (folder / "here").mkdir()
    run = spawn.run(
        [*CHECK, LAB, "--json", "--submission", given, "--into", "built"],
        cwd=folder / "here",
    )
    assert "reaps-each" not in json.loads(run.out)["failed"], run
    assert os.listdir(folder / "here") == ["built"]


def test_any_server_is_judged_by_what_is_about_servers(lab):
    server = lab.program("server_waitpid_loop")
    run = spawn.run([*CHECK, LAB, "--json", "--server", server])
    assert run.status == DONE, run
    result = json.loads(run.out)
    asked = {one["id"] for one in result["checks"]}
    assert "reaps-together" in asked and "predictions" not in asked
    assert result["score"] == result["max_score"]


@pytest.mark.parametrize("number, asks", [
    ("01", {"parent-closes", "child-closes"}),
    ("02", {"leaves-a-zombie", "tells-its-status"}),
    ("04", {"keeps-errno", "handler-is-safe"}),
    ("06", {"outlives-full-table", "queue-is-long-enough"}),
    ("07", {"adopts", "reaps-together"}),
])
def test_a_program_from_elsewhere_stands_in_for_the_labs_own(
    plain_build, number, asks
):
    """Whatever it is: here it is none that any lab could want."""
    run = spawn.run([*CHECK, number, "--json", "--server", "true"], within=60)
    assert run.status == LOST, run
    result = json.loads(run.out)
    assert asks <= {one["id"] for one in result["checks"]} and result["max_score"] > 0
    assert result["score"] < result["max_score"]
    assert not any(one["id"] == "predictions" for one in result["checks"])


@pytest.mark.parametrize("number, asks", [
    ("00", "what you saw"), ("05", "5 programs that it knows"), ("08", "what you saw"),
])
def test_a_lab_that_has_no_program_to_stand_in_for_says_so(number, asks):
    run = spawn.run([*CHECK, number, "--server", "true"])
    assert run.status == USAGE and run.out == "", run
    (line,) = run.err.splitlines()
    assert line.startswith(f"check.py: --server: lab {number} asks for {asks}")
    assert "--submission DIR" in line


def test_every_lab_is_one_or_the_other():
    """What can be judged is judged by something, and the rest says that it cannot."""
    for one in labs.all_labs():
        asked = [check for check in one.checks() if check.about == one.main]
        if one.main is not None:
            assert asked and one.main in one.programs


def test_a_folder_with_a_makefile_of_its_own(plain_build, lab, folder):
    makefile = "server:\n\tcp $(SERVER) $@\n"
    (folder / "own").mkdir()
    (folder / "own/Makefile").write_text(makefile)
    run = spawn.run(
        [*CHECK, LAB, "--json", "--submission", folder / "own",
         "--into", folder / "built"],
        env={**os.environ, "SERVER": str(lab.program("server_waitpid_loop"))},
    )
    failed = json.loads(run.out)["failed"]
    assert "reaps-together" not in failed and "serves-clients" not in failed
    assert not (folder / "own/server").exists(), "it was built in place"


def test_what_does_not_compile_is_told_as_the_compiler_does(plain_build, folder):
    (folder / "alice").mkdir()
    (folder / "alice/server.c").write_text("int main(void) { return missing; }\n")
    run = spawn.run(
        [*CHECK, LAB, "--submission", folder / "alice", "--into", folder / "built"]
    )
    assert run.status == LOST, run
    assert "server.c:1:" in run.out and "missing" in run.out
    assert run.out.count("does-not-build") > 1
    assert run.out.count("‘missing’ undeclared") == 1, "the same is told once"


def test_warnings_cost_nothing(plain_build, folder):
    given = submission(folder / "alice", "waitpid_loop")
    with (given / "server.c").open("a") as file:
        file.write("static int unused;\n")
    run = spawn.run(
        [*CHECK, LAB, "--json", "--submission", given, "--into", folder / "built"]
    )
    result = json.loads(run.out)
    assert any("unused" in note for note in result["notes"])
    assert "serves-clients" not in result["failed"]


@pytest.mark.parametrize(
    "arguments, why",
    [
        ([], "required: LAB"),
        (["99"], "there is no lab 99"),
        ([LAB, "--server", "/nonexistent"], "no such program"),
        ([LAB, "--submission", "/nonexistent"], "no such folder"),
        ([LAB, "--server", "x", "--submission", "y"], "not allowed with"),
    ],
)
def test_bad_command_lines_of_check(arguments, why):
    run = spawn.run([*CHECK, *arguments])
    assert run.status == USAGE, run
    assert why in run.err and "Traceback" not in run.err


@pytest.mark.parametrize("name", ["check", "grade", "predict", "pack", "autograder"])
def test_help_and_version(name):
    program = [sys.executable, "-B", HARNESS / f"{name}.py"]
    assert "Exit status: 0" in spawn.run([*program, "--help"]).out
    version = {"grade": class_run.VERSION}.get(name, "0.1")
    assert spawn.run([*program, "--version"]).out == f"{name}.py {version}\n"


# A fault of the machine is no grade


@pytest.mark.parametrize(
    "where, error",
    [
        (
            "reaplab.servers.server.free_port",
            servers.ServerFailed("no free port was found"),
        ),
        ("threading.Thread.start", RuntimeError("can't start new thread")),
        (
            "reaplab.servers.spawn.subprocess.Popen",
            BlockingIOError(11, "no more processes"),
        ),
        ("reaplab.grading.building.shutil.which", lambda _: None),
    ],
)
@pytest.mark.faults_ordered
def test_a_fault_of_the_machine_is_no_grade(
    plain_build, folder, monkeypatch, where, error
):
    def fail(*words, **__):
        if callable(error):
            return error(*words)
        raise error

    given = submission(folder / "alice", "waitpid_loop")
    monkeypatch.setattr(where, fail)
    result = judging.judge(labs.load(LAB), given, folder / "built")
    assert result.unjudged
    assert "could not be judged, because" in report.headline(result)
    assert "points" not in report.describe(result)


@pytest.mark.faults_ordered
@pytest.mark.parametrize("most", [1, 20])
def test_a_full_process_table_is_no_grade(plain_build, loner, folder, most):
    """Wherever it would be met: by the compiler, by the judge, by the server."""
    folder.chmod(0o755)
    given = submission(folder / "alice", "waitpid_loop")
    (folder / "built").mkdir()
    os.chown(folder / "built", loner.uid, loner.uid)
    run = spawn.run(
        [*CHECK, LAB, "--submission", given, "--into", folder / "built"],
        preexec=lambda: loner.become(most),
        within=60,
    )
    assert run.status == UNJUDGED, run
    assert "could not be judged, because" in run.out


@pytest.mark.faults_ordered
@pytest.mark.parametrize("number", [one.number for one in labs.all_labs()])
def test_in_no_lab_is_a_full_process_table_a_grade(plain_build, loner, folder, number):
    folder.chmod(0o755)
    (folder / "built").mkdir()
    os.chown(folder / "built", loner.uid, loner.uid)
    run = spawn.run(
        [*CHECK, number, "--into", folder / "built"],
        preexec=lambda: loner.become(30),
        within=60,
    )
    assert run.status == UNJUDGED, run
    assert "could not be judged, because only " in run.out


# In a network of its own, with two ports for all clients that are there at a time.
FEW_PORTS = ["unshare", "--net", "--map-root-user", "sh", "-c",
             "echo 32768 32769 >/proc/sys/net/ipv4/ip_local_port_range"
             " && ip link set lo up && exec \"$@\"", "sh"]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", ["01", "03", "04", "05", "06", "08"])
def test_in_no_lab_is_a_lack_of_ports_a_grade(plain_build, folder, number):
    if spawn.run([*FEW_PORTS, "true"]).status != 0:
        pytest.skip("cannot have a network of its own here")
    solution = answers.instructors(labs.load(number)) / "solution"
    run = spawn.run(
        [*FEW_PORTS, *CHECK, number, "--submission", solution,
         "--into", folder / "built"],
        within=60,
    )
    assert run.status == UNJUDGED, run
    assert "could not be judged, because all local ports are taken" in run.out


def test_a_table_that_fills_up_in_the_meantime_is_no_grade(
    plain_build, folder, monkeypatch
):
    """Points are lost only with the machine in order afterwards as well."""
    looks = iter([None])
    monkeypatch.setattr(
        "reaplab.servers.environment.shortage", lambda: next(looks, "the table is full")
    )
    given = submission(folder / "alice", "noreap")
    result = judging.judge(labs.load(LAB), given, folder / "built")
    assert result.unjudged == "the table is full"


def test_a_check_that_fails_itself_is_no_grade(plain_build, folder, monkeypatch):
    def fail(_work):
        raise KeyError("a bug")

    given = submission(folder / "alice", "waitpid_loop")
    check = labs.Lab.checks(labs.load(LAB))[0]
    broken = [type(check)("broken", 1, "nothing", fail)]
    monkeypatch.setattr(labs.Lab, "checks", lambda _: broken)
    result = judging.judge(labs.load(LAB), given, folder / "built")
    assert result.unjudged == "the check broken itself failed: KeyError('a bug')"


# make grade


def grade(folder, *options, empty=False, **extra):
    if empty:
        (folder / "in").mkdir(parents=True)
    command = [*GRADE, "--lab", LAB, *options, folder / "in", folder / "out"]
    return spawn.run(command, within=120, **extra)


def results(folder, name):
    path = folder / "out/students" / name / "03-lost-children/results.json"
    return json.loads(path.read_text())


def rows(folder):
    with (folder / "out/summary.csv").open(newline="") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


@pytest.mark.timeout(200)
def test_a_class_is_graded_and_only_what_changed_is_graded_again(sandboxed, folder):
    submission(folder / "in/alice", "waitpid_loop")
    submission(folder / "in/bob", "noreap")
    (folder / "in/.hidden").mkdir()
    (folder / "in/notes.txt").write_text("no submission")
    first = grade(folder, "--jobs", "2")
    assert first.status == DONE and first.err == "", first
    assert "[2/2]" in first.out and "as before" not in first.out
    for name in ("alice", "bob"):
        assert complaints_about(results(folder, name)) == []
        text = folder / "out/students" / name / "03-lost-children/report.txt"
        assert text.read_text().startswith("03-lost-children: Lost children: ")
    assert rows(folder)["bob"]["beliefs"].split()[0] == "nobody-reaps"
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o700, "marks"
    assert set(rows(folder)) == {"alice", "bob", "notes.txt", ".hidden"}
    assert rows(folder)["notes.txt"]["status"] == "passed over"
    submission(folder / "again", "waitpid_loop")
    shutil.copy(folder / "again/server.c", folder / "in/bob/server.c")
    second = grade(folder)
    before, after, shift = second.out.splitlines()[:3]
    assert "alice" in before and "as before" in before
    assert "bob" in after and "as before" not in after
    assert "nobody-reaps" not in rows(folder)["bob"]["beliefs"]
    assert "bob/03-lost-children moved: 6 -> " in shift
    assert "as the submission changed; " in shift and "reaps-together" in shift
    assert rows(folder)["bob"]["moved"] and not rows(folder)["alice"]["moved"]


def test_a_score_that_another_grader_gave_is_told_with_what_changed(folder):
    """What a grader of long ago said is written into the result by hand."""
    def result(*passed):
        checks = [
            Scored(name, "an idea", 5, Outcome(name in passed, "done", f"saw {name}"))
            for name in ("kept", "gained", "lost")
        ]
        return Result("03-lost-children", "Lost children", checks)

    before = (result("kept", "lost"), {"key": "0ld files"})
    assert moved.since(None, result("kept"), "new files") is None
    assert moved.since(before, result("kept", "gained"), "new files") is None
    shift = moved.since(before, result("kept"), "new files")
    assert shift.describe() == (
        "10 -> 5, as the grader changed (from 0ld to new); lost 0 (was 5): saw lost"
    )
    shift = moved.since(before, result("kept"), "0ld other")
    assert shift.causes == ("the submission changed",)
    unjudged = result("kept")
    unjudged.unjudged = "no room"
    assert moved.since(before, unjudged, "new files") is None
    assert moved.since((unjudged, {}), result("kept"), "new files") is None


@pytest.mark.timeout(400)
def test_interrupted_it_keeps_what_it_has_and_leaves_nothing_running(
    sandboxed, folder
):
    for name in ("alice", "bob", "carol", "dave"):
        submission(folder / "in" / name, "waitpid_loop")
    slow = folder / "in/dave/Makefile"
    slow.write_text("server:\n\tsleep 50\n")
    command = [*GRADE, "--lab", LAB, "--jobs", "1", folder / "in", folder / "out"]
    popen = spawn.spawn(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        done = folder / "out/students/alice/03-lost-children/results.json"

        def graded():
            assert done.exists()

        eventually(graded, within=9 * PATIENCE)
        tree = Process.at(popen.pid).descendants()
        os.kill(popen.pid, signal.SIGTERM)
        assert spawn.has_exited(popen, PATIENCE)
        assert spawn.exit_status(popen) == FAILED
        assert b"interrupted: " in popen.stderr.read()
        assert not [one for one in tree if one.is_alive()]
    finally:
        spawn.end(popen)
        popen.stderr.close()
    assert "alice" in rows(folder) and "dave" not in rows(folder)
    assert list((folder / "out").rglob(".new-*")) == []
    slow.unlink()
    found = grade(folder, "--jobs", "4")
    assert found.status == DONE, found
    assert "alice/03-lost-children" in found.out.splitlines()[0]
    assert "as before" in found.out.splitlines()[0]
    assert len(rows(folder)) == 4


def test_an_interruption_is_noted_and_heeded_where_it_is_asked_for():
    """Raised from a handler it could hit a clean-up, or be dropped by a destructor.
    What was ignored, stays so."""
    before = {one: signal.getsignal(one) for one in interruption.SIGNALS}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with interruption.Interruption() as noted:
            os.kill(os.getpid(), signal.SIGHUP)
            noted.heed()
            os.kill(os.getpid(), signal.SIGTERM)
            with pytest.raises(KeyboardInterrupt):
                noted.heed()
        assert signal.getsignal(signal.SIGTERM) is before[signal.SIGTERM]
    finally:
        signal.signal(signal.SIGHUP, before[signal.SIGHUP])


def test_an_interruption_asked_for_again_is_heeded_at_once():
    with interruption.Interruption() as noted:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)  # the same, by another way
        noted.came -= 2 * interruption.AGAIN
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.timeout(200)
def test_killed_it_leaves_nothing_that_the_next_run_does_not_remove(
    sandboxed, folder
):
    given = submission(folder / "in/dave", "waitpid_loop")
    (given / "Makefile").write_text("server:\n\tsleep 50\n")
    (folder / "tmp").mkdir()
    folder.chmod(0o755)
    extra = {"env": {**os.environ, "TMPDIR": str(folder / "tmp")}}
    command = [*GRADE, "--lab", LAB, folder / "in", folder / "out"]
    popen = spawn.spawn(command, stdout=subprocess.DEVNULL, **extra)

    def left():
        return [one.name for one in (folder / "tmp").iterdir()]

    def is_at_work():
        kinds = [name.split("-")[2] for name in left() if name.count("-") > 2]
        assert sorted(kinds) == ["stage", "submission"]

    try:
        eventually(is_at_work, within=60)
        tree = Process.at(popen.pid).descendants()
        scratch_of_living = left()
        beside = grade(folder / "other", **extra, empty=True)
        assert beside.status == DONE, beside
        assert set(scratch_of_living) <= set(left()), "they were in use"
    finally:
        popen.kill()
        spawn.end(popen)

    def has_died():
        assert not [one for one in tree if one.is_alive()]

    eventually(has_died, within=PATIENCE)
    spawn.end_strays()  # what it had started, and nobody has reaped
    assert left(), "what is killed cannot tidy up"
    (given / "Makefile").unlink()
    assert grade(folder, **extra).status == DONE
    assert left() == []


@pytest.mark.timeout(200)
def test_what_takes_too_long_is_no_grade_and_is_tried_again(
    sandboxed, folder, monkeypatch
):
    submission(folder / "in/alice", "waitpid_loop")
    found = submissions.find(folder / "in", labs.load(LAB)).submissions
    terms = judge_box.Terms(time_limit=0.2)
    with monkeypatch.context() as patch:
        patch.setattr(class_run.ClassRun, "_prove", lambda *_: None)
        run = class_run.ClassRun(
            found, folder / "out", 1, lambda *_: None, lambda: None, terms
        )
        run.run()
    grade_module.write_summary(run.done, folder / "out")
    document = results(folder, "alice")
    assert complaints_about(document) == []
    assert "could not be judged" in document["tests"][0]["name"]
    assert rows(folder)["alice"]["score"] == ""
    assert "not done after 0.2 s" in rows(folder)["alice"]["why"]
    assert "<strong>1 could not be judged" in (
        folder / "out/summary.html"
    ).read_text()
    again = grade(folder)
    assert again.status == DONE and "as before" not in again.out


@pytest.mark.timeout(200)
def test_a_machine_where_the_solution_fails_grades_nobody(sandboxed, folder):
    submission(folder / "in/alice", "waitpid_loop")
    run = grade(folder, "--time-limit", "0.2")
    assert run.status == UNJUDGED, run
    (line,) = run.err.splitlines()
    assert line == (
        "grade.py: the solution gets no full marks here, nobody is graded: "
        "03-lost-children: it was not done after 0.2 s"
    )
    assert os.listdir(folder / "out") == []


def test_where_the_temporary_folder_is_full_one_line_says_so(folder):
    """As if it were: no file may grow beyond a KiB, so that all of them fail."""
    submission(folder / "in/alice", "waitpid_loop")
    (folder / "tmp").mkdir()
    most = 1024
    run = spawn.run(
        [*GRADE, "--lab", LAB, "--without-sandbox", folder / "in", folder / "out"],
        preexec=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        env={**os.environ, "TMPDIR": str(folder / "tmp")},
    )
    assert run.status == FAILED, run
    (line,) = run.err.splitlines()
    assert f"judges need to {folder / 'tmp'} (or set TMPDIR): [Errno 27]" in line, line
    assert len(line) < 500 and os.listdir(folder / "tmp") == []


def test_in_a_fresh_clone_nobody_is_graded(sandboxed, folder):
    """Nothing is built there, so all that has to be built would fail."""
    folder.chmod(0o755)
    clone = folder / "clone"
    for name in ("src", "labs", "harness/reaplab"):
        shutil.copytree(
            ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(HARNESS / "grade.py", clone / "harness")
    shutil.copytree(answers.instructors(labs.load(LAB)) / "solution",
                    folder / "in/alice")
    run = spawn.run(
        [sys.executable, "-B", clone / "harness/grade.py", "--lab", LAB,
         folder / "in", folder / "out"],
        within=120,
    )
    assert run.status == UNJUDGED and run.out == "", run
    (line,) = run.err.splitlines()
    assert line.endswith(
        "03-lost-children: build/libecho.a is not built: make labs-core"
    )
    assert os.listdir(folder / "out") == []


@pytest.mark.parametrize("setting", ["BUILD=elsewhere", "SAN=1"])
@pytest.mark.parametrize("target", ["grade", "check", "lab"])
def test_make_builds_what_submissions_are_linked_with(setting, target):
    """In the folder that the judge reads, whatever else make is told."""
    run = spawn.run(
        ["make", "--dry-run", "--always-make", "-C", ROOT, target, setting,
         f"LAB={LAB}", "SUBMISSIONS=in", "OUT=out"],
        env={name: value for name, value in os.environ.items()
             if not name.startswith(("MAKE", "MFLAGS"))},
    )
    assert run.status == DONE, run
    assert "ar rcs build/libecho.a " in run.out


def test_check_says_so_where_nothing_is_built(plain_build, folder, monkeypatch):
    monkeypatch.setattr(building, "CORE", "build/missing.a")
    given = submission(folder / "alice", "waitpid_loop")
    result = judging.judge(labs.load(LAB), given, folder / "built")
    assert result.unjudged == "build/missing.a is not built: make labs-core"


class ScriptedBox:
    """In place of a JudgeBox: ends at the second poll, as the script says. The script
    maps a folder's `kind` file to outcomes, one a try. Records what ran beside it."""

    script = {}
    running = []

    def __init__(self, lab, folder, *_):
        self.kind = (folder / "kind").read_text()
        self.mode = stat.S_IMODE(folder.parent.stat().st_mode)
        self.polled = False
        self.running.append(self.kind)
        assert not ("solution" in self.running and len(self.running) > 1)
        assert self.mode & 0o007 == 0, "anybody could read it"

    def poll(self):
        if not self.polled:
            self.polled = True
            return None
        outcome = self.script[self.kind]
        beliefs = outcome.pop(0) if len(outcome) > 1 else outcome[0]
        return judge_box.Ended(result_of(*beliefs))

    def close(self):
        self.running.remove(self.kind)


BUILT, BROKEN = (), ("does-not-build",)


def scripted_run(folder, monkeypatch, **script):
    """A ClassRun of the students in the script; not yet run."""
    monkeypatch.setattr(judge_box, "JudgeBox", ScriptedBox)
    monkeypatch.setattr(ScriptedBox, "script", script)
    monkeypatch.setattr(ScriptedBox, "running", [])
    monkeypatch.setattr(answers, "instructors", lambda _: folder / "known")
    for name in script:
        top = folder / ("known" if name == "solution" else "in") / name
        top.mkdir(parents=True)
        (top / "kind").write_text(name)
    found = submissions.find(folder / "in", labs.load(LAB)).submissions
    return class_run.ClassRun(
        found, folder / "out", 4, lambda *_: None, lambda: None
    )


def scores(run):
    """{student: points, or None without a grade}, as they are on disk."""
    found = {}
    for one in run.done:
        path = run._out / "students" / one.submission.student
        told, _ = results_json.read(path / "03-lost-children/results.json")
        assert told.unjudged == one.result.unjudged
        found[one.submission.student] = (
            told.score if told.unjudged is None else None
        )
    return found


def test_a_failed_build_counts_if_the_solution_still_builds(folder, monkeypatch):
    run = scripted_run(
        folder, monkeypatch, solution=[BUILT], alice=[BUILT], bob=[BROKEN]
    )
    run.run()
    assert scores(run) == {"alice": 4, "bob": 0}
    assert [one.submission.student for one in run.done] == ["alice", "bob"]


def test_a_machine_that_breaks_in_the_midst_of_a_class_grades_nobody(
    folder, monkeypatch
):
    run = scripted_run(
        folder, monkeypatch,
        solution=[BUILT, BROKEN], alice=[BUILT], bob=[BROKEN],
    )
    with pytest.raises(class_run.MachineAtFault, match="03-lost-children: a: seen"):
        run.run()
    assert scores(run) == {"alice": None, "bob": None}


def test_a_solution_that_fails_once_is_tried_again(folder, monkeypatch):
    run = scripted_run(
        folder, monkeypatch, solution=[("does-not-listen",), BUILT], alice=[BUILT]
    )
    run.run()
    assert scores(run) == {"alice": 4}


def test_where_the_solution_fails_no_submission_is_run(folder, monkeypatch):
    run = scripted_run(folder, monkeypatch, solution=[BROKEN], alice=[BUILT])
    with pytest.raises(class_run.MachineAtFault):
        run.run()
    assert run.done == [] and list((folder / "out").rglob("*")) == []


@pytest.mark.timeout(200)
def test_a_submission_that_we_may_not_read_is_no_grade(sandboxed, nobody, folder):
    folder.chmod(0o755)
    submission(folder / "in/alice", "waitpid_loop")
    submission(folder / "in/bob", "waitpid_loop")
    (folder / "in/bob/server.c").chmod(0o600)
    (folder / "out").mkdir()
    limits.give_to_nobody(folder / "out")
    run = grade(folder, preexec=limits.become_nobody, cwd="/")
    assert run.status == UNJUDGED, run
    assert "Permission denied" in rows(folder)["bob"]["why"]
    assert rows(folder)["alice"]["why"] == "", "the neighbour"


@pytest.mark.timeout(200)
def test_without_a_lab_each_student_has_a_folder_per_lab(sandboxed, folder):
    shutil.copytree(ROOT / "labs/03-lost-children/starter", folder / "in/alice/03")
    shutil.copytree(ROOT / "labs/00-tour/starter", folder / "in/alice/00-tour")
    (folder / "in/alice/photos").mkdir()
    run = spawn.run([*GRADE, folder / "in", folder / "out"], within=120)
    assert run.status == DONE, run
    assert "alice/00-tour" in run.out and "alice/03-lost-children" in run.out
    assert "photos" not in run.out
    with (folder / "out/summary.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lab"] == "photos"]
    assert [row["status"] for row in rows] == ["passed over"]


@pytest.mark.parametrize(
    "arguments, why",
    [
        (["/nonexistent", "out"], "no such folder"),
        (["--lab", "99", "/tmp", "out"], "there is no lab 99"),
        (["--jobs", "0", "/tmp", "out"], "invalid"),
        (["/tmp"], "required: OUT"),
    ],
)
def test_bad_command_lines_of_grade(arguments, why):
    run = spawn.run([*GRADE, *arguments])
    assert run.status == USAGE, run
    assert why in run.err and "Traceback" not in run.err


# What is written


def result_of(*beliefs, unjudged=None, seen="seen"):
    found = tuple(
        Belief(one, f"says {one}", "done", seen, "right", "why?") for one in beliefs
    )
    outcome = Outcome(not found, "done", seen, "right", found)
    return Result(
        "03-lost-children", "Lost children", [Scored("a", "idea", 4, outcome)],
        unjudged=unjudged,
    )


def graded(student, result):
    return class_run.Graded(
        submissions.Submission(student, labs.load(LAB), Path("x")), result
    )


def test_a_result_is_the_same_after_json():
    result = result_of("nobody-reaps")
    assert Result.from_dict(json.loads(json.dumps(result.as_dict()))) == result


@pytest.mark.parametrize("result", [
    result_of(), result_of("nobody-reaps"), result_of(unjudged="the table is full"),
])
def test_documents_are_as_gradescope_wants_them(result):
    make = results_json.document
    if result.unjudged:
        make = results_json.unjudged_document
    assert complaints_about(make(result)) == []
    broken = {**make(result), "status": "passed", "tests": [{"status": "maybe"}]}
    assert len(complaints_about(broken)) == 2


def test_names_of_students_do_no_harm_in_a_spreadsheet_or_a_page():
    names = ["=1+1", "<script>alert(1)</script>", 'a"b,c', "x\ny", "\x1b[2J"]
    all_graded = [graded(name, result_of("nobody-reaps")) for name in names]
    text = summary.as_csv(all_graded)
    cells = [row[0] for row in csv.reader(io.StringIO(text))][1:]
    assert "'=1+1" in cells and 'a"b,c' in cells
    assert len(cells) == len(names) and "\x1b" not in text
    page = summary.as_html(all_graded)
    assert "<script" not in page and "\x1b" not in page


class Balance(html.parser.HTMLParser):
    """Which elements of a page are open."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_counts_beliefs_and_asks_for_nothing_from_elsewhere():
    page = summary.as_html(
        [
            graded("alice", result_of("nobody-reaps")),
            graded("bob", result_of("nobody-reaps", "one-signal-one-death")),
            graded("carol", result_of()),
            graded("dave", result_of(unjudged="the table is full")),
        ]
    )
    balance = Balance()
    balance.feed(page)
    assert balance.open == []
    common = page.index("says nobody-reaps")
    assert common < page.index("says one-signal-one-death")
    assert "<td class=n>2</td>" in page[:common]
    right = page.index("(what happens)")
    assert page.index("How many zombies stay?") < right
    assert "3 graded" in page and "1 could not be judged" in page
    assert "://" not in page and "src=" not in page


@pytest.mark.faults_ordered
def test_a_file_is_there_whole_or_not_at_all(folder, monkeypatch):
    path = folder / "results.json"
    results_json.write(path, {"score": 1})

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError):
        results_json.write(path, {"score": 2})
    assert json.loads(path.read_text()) == {"score": 1}
    assert os.listdir(folder) == ["results.json"]


@pytest.mark.timeout(200)
def test_an_ordinary_user_can_grade_too(sandboxed, nobody, folder):
    """Without root at all, from the first process on."""
    folder.chmod(0o755)
    submission(folder / "in/alice", "waitpid_loop")
    (folder / "out").mkdir()
    limits.give_to_nobody(folder / "out")
    run = grade(folder, preexec=limits.become_nobody, cwd="/")
    assert run.status == DONE, run
    assert "reaps-together" not in results(folder, "alice")["tests"][0]["tags"]
    assert results(folder, "alice")["score"] > 0


@pytest.mark.timeout(200)
def test_without_walls_a_submission_still_cannot_write_its_results(
    plain_build, folder
):
    """What is said of it goes through a pipe that it does not have."""
    (folder / "in/mallory").mkdir(parents=True)
    hostile = HARNESS / "hostile/forges_results.c"
    shutil.copy(hostile, folder / "in/mallory/server.c")
    run = grade(folder, "--without-sandbox")
    assert run.status == DONE, run
    failed = results(folder, "mallory")["extra_data"]["result"]["failed"]
    assert {"reaps-each", "reaps-together"} <= set(failed)
