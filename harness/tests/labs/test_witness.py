"""Lab 04's witness is a part of the process that it looks at. A submission does not
pass by imitating the report of the witness, or by silencing it.

Each file of harness/hostile/witness is an attack, appended to a wrong answer.
"""

import json
import os
import platform
import shutil
import sys

import pytest

from conftest import ROOT
from reaplab.grading import answers, building, labs
from reaplab.grading.checks.signal_witness import (
    HEAD, NUMBER, Report, keeps_errno, safe_handler,
)
from reaplab.grading.sandbox import bubblewrap as sandbox
from reaplab.grading.work import Work
from reaplab.servers import box, spawn

HARNESS = ROOT / "harness"
ATTACKS = sorted((HARNESS / "hostile/witness").glob("*.c"))
LAB = labs.load("04")
KNOWN = {str(one).partition("-")[2]: one for one in answers.known(LAB)}

CHECKS = {keeps_errno: "keeps-errno", safe_handler: "handler-is-safe"}


@pytest.fixture
def core(lab):
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")


def lay_out(folder, answer, attack=None):
    """A known answer as a submission, with an attack appended to it."""
    KNOWN[answer].lay_out(folder)
    if attack is not None:
        shutil.copy(attack.with_name("forged.h"), folder)
        with (folder / LAB.answer).open("a") as file:
            file.write(attack.read_text())
    return folder


def judged(folder, check, submission):
    """The Outcome of a check."""
    (folder / "start").mkdir()
    where = box.Open(folder / "start")
    built = building.build(LAB, submission, folder / "built", where)
    assert not built.missing
    return check(Work(LAB, submission, built, where))


@pytest.mark.timeout(120)
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda one: one.stem)
def test_a_wrong_answer_does_not_pass_by_speaking_for_the_witness(
    core, folder, attack
):
    submission = lay_out(folder / "in", "wrong/errno_lost", attack)
    outcome = judged(folder, keeps_errno, submission)
    assert not outcome.passed, outcome


@pytest.mark.timeout(120)
def test_nor_does_a_handler_pass_that_is_not_safe(core, folder):
    attack = HARNESS / "hostile/witness/prints_words.c"
    submission = lay_out(folder / "in", "wrong/stdio_in_handler", attack)
    outcome = judged(folder, safe_handler, submission)
    assert "its handler called" in outcome.seen, outcome


def test_the_witness_depends_on_no_name_that_a_program_can_define(lab, witness):
    """The dynamic linker looks up nothing for it, not even what it defines itself."""
    witness("readelf")
    if platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("the witness makes system calls by name here")
    library = lab.build / "labs/signal_witness.so"
    symbols = spawn.run(["readelf", "--wide", "--dyn-syms", library]).out
    rows = [line.split() for line in symbols.splitlines() if "GLOBAL" in line]
    assert {"accept", "malloc"} <= {row[-1] for row in rows}, symbols
    assert [row[-1] for row in rows if "UND" in row] == []
    assert " WEAK " not in symbols
    found = spawn.run(["readelf", "--wide", "--relocs", library]).out
    assert "R_" in found
    for row in (line.split() for line in found.splitlines() if " R_" in line):
        assert len(row) == 4, row  # where, kind, type, number: no symbol


def test_only_whole_lines_with_the_number_of_the_run_count():
    with Report() as report:
        number = os.pread(report.handle, NUMBER, 0).decode()
        other = "0" * NUMBER
        text = f"watching\n{other} one\n{number} two\n{number} thr"
        os.pwrite(report.handle, text.encode(), HEAD)
        assert report.read() == "two\n"


@pytest.mark.timeout(120)
def test_a_report_before_the_first_client_is_rejected(core, folder):
    attack = HARNESS / "hostile/witness/resolves_first.c"
    submission = lay_out(folder / "in", "wrong/errno_lost", attack)
    outcome = judged(folder, keeps_errno, submission)
    assert "before the first client" in outcome.seen, outcome


@pytest.mark.timeout(120)
@pytest.mark.parametrize("check", CHECKS, ids=CHECKS.get)
def test_what_the_witness_does_not_see_is_not_right(core, folder, check):
    """A correct server, which the witness cannot be loaded into."""
    submission = lay_out(folder / "in", "solution")
    libecho = building.project("build/libecho.a")
    (submission / "Makefile").write_text(
        "all: launch\n"
        f"\tcc -D_GNU_SOURCE -I{ROOT / 'src'} -static -o server server.c {libecho}\n"
    )
    outcome = judged(folder, check, submission)
    assert [one.id for one in outcome.beliefs] == ["not-witnessed"], outcome


NAME = os.path.basename(sys.executable)
PYTHON_SERVER = """\
import os
import signal
import socket
import sys


def reap(*_):
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


signal.signal(signal.SIGCHLD, reap)
listener = socket.create_server(("", int(sys.argv[-1])), backlog=128)
while True:
    try:
        conn, _ = listener.accept()
    except OSError:
        continue
    if os.fork() == 0:
        while data := conn.recv(4096):
            conn.sendall(data)
        os._exit(0)
    conn.close()
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("line", [
    f"#!{sys.executable}", f"#!/usr/bin/env {NAME}", f"#! /usr/bin/env -S {NAME} -B",
])
@pytest.mark.parametrize("check", CHECKS, ids=CHECKS.get)
def test_a_script_is_watched_however_it_names_its_interpreter(
    core, folder, check, line, monkeypatch
):
    path = os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
    monkeypatch.setenv("PATH", path)
    (folder / "server").write_text(f"{line}\n{PYTHON_SERVER}")
    (folder / "server").chmod(0o755)
    built = building.Built(programs={"server": folder / "server"})
    outcome = check(Work(LAB, folder, built, box.Open(folder)))
    assert outcome.passed, outcome


LIBRARY = """\
all: launch
\tcc -D_GNU_SOURCE -shared -fPIC -o libfirst.so first.c
\tcc -D_GNU_SOURCE -I{src} -no-pie -o server server.c {libecho} \\
\t\t-Wl,--no-as-needed -L. -lfirst -Wl,-rpath,'$$ORIGIN'
"""


@pytest.mark.timeout(120)
def test_the_witness_comes_before_a_library_of_the_submission(core, folder):
    submission = lay_out(folder / "in", "wrong/errno_lost")
    attack = HARNESS / "hostile/witness/reads_environment.c"
    shutil.copy(attack.with_name("forged.h"), submission)
    shutil.copy(attack, submission / "first.c")
    libecho = building.project("build/libecho.a")
    (submission / "Makefile").write_text(
        LIBRARY.format(src=ROOT / "src", libecho=libecho)
    )
    outcome = judged(folder, keeps_errno, submission)
    assert "errno it was ECHILD" in outcome.seen, outcome


@pytest.mark.timeout(300)
def test_in_the_sandbox_too_the_witness_is_heard_and_not_imitated(core, folder):
    why_not = sandbox.why_not()
    if why_not:
        pytest.skip(why_not)
    (folder / "in").mkdir()
    attack = HARNESS / "hostile/witness/prints_words.c"
    lay_out(folder / "in/alice", "solution")
    lay_out(folder / "in/mallory", "wrong/errno_lost", attack)
    run = spawn.run(
        [sys.executable, "-B", HARNESS / "grade.py", "--lab", LAB.number,
         folder / "in", folder / "out"],
        within=240,
    )
    assert run.status == 0, run
    failed = {}
    for name in ("alice", "mallory"):
        path = folder / "out/students" / name / LAB.name / "results.json"
        result = json.loads(path.read_text())["extra_data"]["result"]
        failed[name] = result["failed"]
    assert failed == {"alice": [], "mallory": ["keeps-errno"]}
