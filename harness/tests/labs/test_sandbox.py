"""The sandbox holds: submissions that do their worst hurt neither the machine, nor
their judge, nor their neighbours, and get the grade that they deserve.

Each of harness/hostile does something that must not work, and then, mostly, serves
rightly: full marks for what a server does say that the attack came to nothing.
"""

import json
import os
import re
import shutil
import signal
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab import diagnosis
from reaplab.deadline import PATIENCE, eventually
from reaplab.grading import labs
from reaplab.grading.sandbox import (
    bubblewrap as sandbox, in_sandbox, judge_box, limits, scratch, stage,
)
from reaplab.proc.process import Process
from reaplab.servers import spawn

HARNESS = ROOT / "harness"
HOSTILE = HARNESS / "hostile"
GRADE = [sys.executable, "-B", HARNESS / "grade.py"]
LAB = "03"
LIMIT = 240  # seconds for all of them: less than the timeout of the test

DONE, FAILED, USAGE, UNJUDGED = 0, 1, 2, 3

# What a server is judged by in this lab; the other checks are about files.
SERVES = {"serves-clients", "serves-while-held", "goes-on"}
REAPS = {"reaps-each", "reaps-together"}
ALL = SERVES | REAPS

ENDLESS_MAKEFILE = """\
server:
\twhile :; do :; done
"""
THIEVING_MAKEFILE = """\
server: server.c
\tcat {root}/labs/instructor/*/solution/* /reap/harness/reaplab/*.py /etc/shadow \\
\t\t>stolen; test ! -s stolen
\techo full >/submission/results.json; echo full >/making/results.json; true
\tcc -D_GNU_SOURCE -I/reap/src -no-pie -o server server.c /reap/build/libecho.a
"""


@dataclass(frozen=True)
class Expected:
    """Which of the checks of a server fail, and why, as a regular expression."""

    failed: frozenset
    word: str = ""


def harmless():
    return Expected(frozenset())


def fails(checks, word):
    return Expected(frozenset(checks), word)


EXPECTED = {
    "fork_bomb": fails(ALL, "more than 140 processes"),
    # It does not listen, either: where memory is slow to come, that is seen first.
    "memory_hog": fails(ALL, "more than 768 MiB of memory|did not listen on port"),
    "endless_output": fails(ALL, "SIGXFSZ"),
    "daemonises": fails(ALL, "ended with status 0"),
    "forges_results": fails(REAPS, "zombie"),
    "runs_a_variant": fails(REAPS, "zombie"),
    "kills_all": harmless(),
    "traces_judge": harmless(),
    "reads_solutions": harmless(),
    "fills_disk": harmless(),
    "lingers": harmless(),
    "endless_build": fails(ALL, "make ran for 15 s"),
    "thieving_build": harmless(),
    "links": fails(ALL, "server.c: no such file"),
    "climbing_archive": harmless(),
    "huge": fails(ALL, "more than 4 MiB"),
    "a neighbour": harmless(),
}


def is_bounded(name):
    """Before bwrap 0.7 whoever fills folders gets no grade: it may have been
    somebody else's files."""
    return name != "fills_disk" or sandbox.knows("--size")


def lay_out(folder):
    """One submission for each of EXPECTED."""
    good = labs.ROOT / "src/variants/server_waitpid_loop.c"
    for source in HOSTILE.glob("*.c"):
        if not is_bounded(source.stem):
            continue
        (folder / source.stem).mkdir()
        (folder / source.stem / "server.c").write_bytes(source.read_bytes())
    wanted = folder / "reads_solutions/server.c"
    solutions = json.dumps(str(ROOT / "labs/instructor"))
    wanted.write_text(f"#define WANTED {solutions}\n{wanted.read_text()}")
    runs = folder / "runs_a_variant/server.c"
    server = json.dumps(str(ROOT / "build/server_waitpid_loop"))
    runs.write_text(f"#define WANTED {server}\n{runs.read_text()}")
    for name in ("endless_build", "thieving_build", "huge", "a neighbour"):
        (folder / name).mkdir()
        (folder / name / "server.c").write_bytes(good.read_bytes())
    (folder / "endless_build/Makefile").write_text(ENDLESS_MAKEFILE)
    makefile = THIEVING_MAKEFILE.format(root=ROOT)
    (folder / "thieving_build/Makefile").write_text(makefile)
    (folder / "huge/data").write_bytes(bytes(5 << 20))
    (folder / "links").mkdir()
    (folder / "links/server.c").symlink_to(good)
    (folder / "links/folder").symlink_to("/etc")
    os.mkfifo(folder / "links/pipe")
    with zipfile.ZipFile(folder / "climbing_archive.zip", "w") as archive:
        archive.write(good, "server.c")
        archive.writestr("../../climbed", "out")
        archive.writestr("/tmp/climbed", "out")


@dataclass
class Graded:
    """What came of grading them all."""

    folder: Path
    run: spawn.Finished

    def result(self, name):
        path = self.folder / "out/students" / name / "03-lost-children/results.json"
        return json.loads(path.read_text())


@pytest.fixture(scope="module")
def sandboxed(lab):
    """Skips where there can be no sandbox."""
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")
    why_not = sandbox.why_not()
    if why_not:
        pytest.skip(why_not)


@pytest.fixture(scope="module")
def graded(sandboxed):
    with tempfile.TemporaryDirectory(prefix="reap-hostile-") as folder:
        folder = Path(folder)
        (folder / "in").mkdir()
        lay_out(folder / "in")
        command = [*GRADE, "--lab", LAB, "--jobs", "6", "--build-limit", "15"]
        folder.chmod(0o755)  # root grades as nobody
        (folder / "tmp").mkdir()
        run = spawn.run(
            [*command, folder / "in", folder / "out"],
            within=LIMIT,
            env={**os.environ, "TMPDIR": str(folder / "tmp")},
        )
        yield Graded(folder, run)


@pytest.mark.xdist_group("hostile")
@pytest.mark.timeout(300)
def test_a_class_of_hostile_submissions_is_graded(graded):
    assert graded.run.status == DONE, graded.run
    count = sum(map(is_bounded, EXPECTED))
    assert f"[{count}/{count}]" in graded.run.out
    assert graded.run.err == ""


HOLDS = """
import os, time
for _ in range(3):
    if os.fork() == 0:
        held = b"x" * (32 << 20)
        time.sleep(1000)
time.sleep(1000)
"""


def test_the_memory_of_a_whole_family_counts(monkeypatch):
    popen = spawn.spawn([sys.executable, "-c", HOLDS])

    def holds_it():
        held = judge_box.resident(judge_box.family(popen.pid))
        assert 3 * (32 << 20) < held < 8 * (32 << 20)

    try:
        eventually(holds_it)
        assert judge_box.excess_of(judge_box.family(popen.pid)) is None
        monkeypatch.setattr(judge_box, "MEMORY", 64 << 20)
        excess = judge_box.excess_of(judge_box.family(popen.pid))
        assert excess == "more than 64 MiB of memory"
    finally:
        spawn.end(popen)
        spawn.end_strays()


@pytest.mark.xdist_group("hostile")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", EXPECTED)
def test_hostile_submission(graded, name):
    if not is_bounded(name):
        pytest.skip("this bwrap cannot bound a folder")
    document = graded.result(name)
    result = document["extra_data"]["result"]
    expected = EXPECTED[name]
    assert result["unjudged"] is None
    failed = set(result["failed"]) & ALL
    assert failed == expected.failed, json.dumps(result, indent=1)
    assert re.search(expected.word, json.dumps(result["checks"]))
    assert document["score"] == result["score"] < result["max_score"]


@pytest.mark.xdist_group("hostile")
@pytest.mark.timeout(300)
def test_hostile_submissions_leave_nothing_behind(graded):
    names = {"bwrap", "server", "prlimit"}
    mine = Process.at(os.getpid()).descendants()
    assert not [one for one in mine if one.stat().name in names]
    assert os.listdir(graded.folder / "tmp") == []
    assert not (graded.folder / "climbed").exists()
    assert not Path("/tmp/climbed").exists()
    assert not spawn.strays()


# Without walls, nothing that one judge leaves may reach the next.


@pytest.fixture(params=["root", "an ordinary user"])
def grader(request):
    """Options of spawn.run() for a grader that this user starts."""
    if request.param == "root":
        if os.getuid() != 0:
            pytest.skip("only root can become somebody else")
        return {}
    tried = spawn.run([*GRADE, "--version"], preexec=limits.become_nobody, cwd="/")
    if tried.status != 0:
        pytest.skip("the user nobody may not read the project here")
    return {"preexec": limits.become_nobody, "cwd": "/"}


@pytest.fixture
def planted(lab, folder):
    """A class in which the first submission plants start-up files for Python."""
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")
    for name in ("in/bob", "tmp", "out"):
        (folder / name).mkdir(parents=True)
    folder.chmod(0o755)
    limits.give_to_nobody(folder / "out")
    limits.give_to_nobody(folder / "tmp")
    noreap = labs.ROOT / "src/variants/server_noreap.c"
    shutil.copy(noreap, folder / "in/bob/server.c")
    shutil.copytree(HOSTILE / "plants_startup", folder / "in/alice")
    for path in (folder / "in/alice").iterdir():
        text = path.read_text().replace("@GRADER@", str(folder))
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        path.write_text(text.replace("@PYTHON@", version))
    yield folder
    for path in Path("/tmp/.local").rglob("*customize.py"):  # where HOME was once
        if str(folder) in path.read_text():
            shutil.rmtree("/tmp/.local")
            break


@pytest.mark.timeout(200)
def test_what_a_submission_plants_starts_in_no_judge(planted, grader):
    """It is tried twice, as it blames the machine; and its neighbour comes after."""
    run = spawn.run(
        [*GRADE, "--lab", LAB, "--without-sandbox", planted / "in", planted / "out"],
        within=LIMIT,
        env={**os.environ, "TMPDIR": str(planted / "tmp")},
        **grader,
    )
    assert run.status == UNJUDGED, run
    results = Graded(planted, run)
    alice, bob = (
        results.result(name)["extra_data"]["result"] for name in ("alice", "bob")
    )
    assert "No space left on device" in alice["unjudged"]
    assert REAPS <= set(bob["failed"]), bob
    assert list((planted / "tmp").glob("reap-grading-*")) == []


@pytest.mark.xdist_group("hostile")
@pytest.mark.timeout(300)
def test_what_was_not_taken_is_said(graded):
    notes = graded.result("links")["extra_data"]["result"]["notes"]
    assert sorted(note.partition(":")[0] for note in notes) == [
        "folder", "pipe", "server.c",
    ]


# The walls, one by one: outside of them the same thing works.


WALLS = {
    "the network": "cat /proc/net/dev | grep -vc 'lo:' | grep -qv '^2$'",
    "others' processes": "test $(ls -d /proc/[0-9]* | wc -l) -gt 8",
    "the system, to write": "touch /usr/bin/x.$$ 2>/dev/null && rm /usr/bin/x.$$",
    "home folders": "ls /home >/dev/null",
    "the project": "cat {root}/README.md >/dev/null",
    "the instructor's files": "ls {root}/labs/instructor >/dev/null",
    "others' /tmp": "test -e {probe}",
    "privileges": "grep -q 'NoNewPrivs:.0' /proc/self/status",
}


@pytest.mark.parametrize("what", WALLS)
def test_wall(sandboxed, folder, what):
    probe = folder / "probe"
    probe.touch()
    script = WALLS[what].format(root=ROOT, probe=probe)
    outside = spawn.run(["sh", "-c", script])
    walls = [*sandbox.outer_walls({}), "--", "sh", "-c", script]
    inside = spawn.run(
        walls, preexec=limits.become_nobody, env=sandbox.ENVIRONMENT, cwd="/"
    )
    assert inside.status != 0, inside
    if what == "the system, to write" and os.getuid() != 0:
        return
    if what == "the network" and outside.status != 0:
        return  # this machine has no other
    assert outside.status == 0, outside


@pytest.mark.parametrize("name", ["waitpid_loop", "sigchld", "double_fork"])
def test_verdicts_are_the_same_behind_walls(sandboxed, lab, name):
    """Also who adopts orphans: there, the first process of the box."""
    box = sandbox.Bubblewrap([lab.build])
    command = [lab.program(f"server_{name}")]
    _, there = diagnosis.diagnose(command, box)
    _, here = diagnosis.diagnose(command)
    # Each finding has numbers and PIDs of its own run.
    assert (there.kind, there.names, there.remarks) == (
        here.kind, here.names, here.remarks
    )


def test_a_program_in_a_box_is_told_from_its_wrapper(sandboxed):
    box = sandbox.Bubblewrap()
    popen = box.spawn(["sleep", "60"])
    try:
        program, adopter = box.find(popen)

        def asleep():
            assert program.stat().name == "sleep"

        eventually(asleep)
        assert program.stat().ppid == adopter.pid != popen.pid
        program.send(signal.SIGKILL)
        assert spawn.has_exited(popen, PATIENCE)
        assert box.exit_status(popen) == -signal.SIGKILL
    finally:
        spawn.end(popen)


def test_a_box_that_cannot_be_built_is_a_fault_of_the_machine(sandboxed):
    box = sandbox.Bubblewrap(["/nonexistent/folder"])
    popen = box.spawn(["true"])
    try:
        with pytest.raises(sandbox.SandboxFailed):
            box.find(popen)
    finally:
        spawn.end(popen)


def test_without_a_sandbox_nothing_is_run(folder):
    """And why is said."""
    (folder / "in/alice").mkdir(parents=True)
    (folder / "bin").mkdir()
    os.symlink("/bin/sh", folder / "bin/sh")
    run = spawn.run(
        [*GRADE, "--lab", LAB, folder / "in", folder / "out"],
        env={**os.environ, "PATH": str(folder / "bin")},
    )
    assert run.status == FAILED, run
    assert "bubblewrap (bwrap) is not installed" in run.err
    assert not (folder / "out/students").exists()


def test_nothing_of_the_instructors_is_on_stage():
    found = stage.prepare(["03-lost-children"])
    try:
        names = [str(one.relative_to(found)) for one in found.rglob("*")]
        assert any(name.endswith("checks.py") for name in names)
        assert not [name for name in names if "instructor" in name]
        assert not [name for name in names if "README" in name]
    finally:
        scratch.remove(found)


def test_a_submission_may_read_no_answers():
    """But the core that it is built over."""
    for lab in labs.all_labs():
        if lab.programs:
            found = map(Path, in_sandbox.readable_of_project(lab))
            names = {path.name for one in found for path in one.rglob("*.[ch]")}
            assert "variant.h" in names
            assert not [name for name in names if name.startswith("server_")]


def test_an_older_bubblewrap_will_do(sandboxed, monkeypatch):
    """Before 0.7 it bounds no folder, before 0.8 it forbids no namespaces."""
    options = {"--size", "--disable-userns"}
    assert options <= set(sandbox.outer_walls({})) | set(
        sandbox._inner_walls((), ())
    ) or not sandbox.knows("--disable-userns")
    monkeypatch.setitem(sandbox._options_known, "help", "as of 2022")
    assert not options & set(sandbox.outer_walls({}))
    assert not options & set(sandbox._inner_walls((), ()))
    assert sandbox.why_not() is None
    assert judge_box.files_in_memory() > 0
