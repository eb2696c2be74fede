"""What leaves the house: the students' archive works by itself in an empty folder and
holds nothing of the instructor's; Gradescope's autograder judges as we do.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from gradescope_document import complaints_about
from reaplab.grading import answers, archives, labs
from reaplab.grading.sandbox import bubblewrap as sandbox
from reaplab.servers import spawn

PACK = [sys.executable, "-B", ROOT / "harness/pack.py"]
QUICKLY = "CFLAGS=-O0"  # the archive is built here, not measured
BUILD_LIMIT = 120  # seconds
CHECK_LIMIT = 60

DONE, LOST, USAGE = 0, 1, 2


def make(folder, *words):
    """Run make in an unpacked archive, as one who has nothing else."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    command = ["make", "-s", "-C", folder, f"PYTHON={sys.executable}", QUICKLY]
    return spawn.run([*command, *words], within=BUILD_LIMIT, env=environment)


@pytest.fixture(scope="module")
def unpacked(lab):
    """The archive of all labs, unpacked in an empty folder."""
    if lab.build != ROOT / "build":
        pytest.skip("the archive is built by itself, and another build is under test")
    with tempfile.TemporaryDirectory(prefix="reap-handout-") as folder:
        run = spawn.run([*PACK, "handout", "--into", folder])
        assert run.status == DONE, run
        with tarfile.open(Path(folder) / "reap-labs.tar.gz") as archive:
            archive.extractall(folder)
        yield Path(folder) / "reap-labs"


@pytest.fixture(scope="module")
def built(unpacked):
    run = make(unpacked, "labs-core")
    assert run.status == DONE, run
    return unpacked


def digests(folder):
    """{digest: path} of all files with something in them."""
    return {
        hashlib.sha256(path.read_bytes()).hexdigest(): path
        for path in folder.rglob("*")
        if path.is_file() and path.stat().st_size > 0
    }


def known_answers():
    return [one for lab in labs.all_labs() for one in answers.known(lab)]


def starters_digests():
    found = {}
    for lab in labs.all_labs():
        found.update(digests(lab.folder))
    return found


@pytest.mark.xdist_group("handout")
def test_nothing_of_the_instructors_is_in_the_students_archive(unpacked, folder):
    names = [str(path.relative_to(unpacked)) for path in unpacked.rglob("*")]
    words = ("instructor", "solution", "verdicts", "wrong/", "right/", "hostile")
    for word in words:
        assert not [name for name in names if word in name]
    for place, answer in enumerate(known_answers()):
        answer.lay_out(folder / str(place))
    secret = {**digests(ROOT / "labs/instructor"), **digests(folder)}
    # What a known answer has in common with the student's own files is no secret.
    for common in starters_digests():
        secret.pop(common, None)
    assert secret
    leaked = [secret[one] for one in digests(unpacked) if one in secret]
    assert not leaked


@pytest.mark.xdist_group("handout")
def test_a_variant_that_is_an_answer_stays_home_unless_a_handout_runs_it():
    lab = labs.all_labs()[0]
    names = archives.handout_files([lab])
    assert "src/variants/server_noreap.c" in names
    assert "src/variants/server_waitpid_loop.c" in names
    assert "src/variants/server_pidfd.c" not in names
    assert "src/variants/server_pidfd.c" in archives.autograder_files(lab)


@pytest.mark.xdist_group("handout")
@pytest.mark.timeout(300)
def test_every_starter_fails_with_the_right_message(built, lab, folder):
    """In the unpacked archive, with what it has itself."""
    running = []
    for one in labs.all_labs():
        [starter] = [a for a in answers.known(one) if a.kind == "starter"]
        command = [sys.executable, "-B", built / "harness/check.py", one.number]
        out = (folder / one.name).open("w+")
        running.append((starter, out, spawn.spawn([*command, "--json"], stdout=out)))
    for starter, out, popen in running:
        assert spawn.has_exited(popen, CHECK_LIMIT)
        status = spawn.exit_status(popen)
        spawn.end(popen)
        out.seek(0)
        result = json.load(out)
        assert result["failed"] == list(starter.failed), str(starter)
        assert sorted(result["beliefs"]) == list(starter.beliefs), str(starter)
        assert status == LOST and not result["unjudged"]
        out.close()


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_all_of_the_archive_is_built(unpacked):
    run = make(unpacked, "all")
    assert run.status == DONE and run.err == "", run
    assert (unpacked / "build/reaptop").exists()


@pytest.mark.xdist_group("handout")
def test_what_students_made_is_not_packed(folder):
    """Whoever has tried a lab in place does not give away what they predicted."""
    shutil.copytree(ROOT / "labs", folder / "labs")
    for name in ("harness", "src", "Makefile"):
        os.symlink(ROOT / name, folder / name)
    [first, *_] = labs.all_labs(folder)
    (first.starter / "predictions.json").write_text("{}")
    names = archives.handout_files([first], folder)
    assert not [name for name in names if "predictions.json" in name]


@pytest.mark.xdist_group("handout")
def test_a_lab_by_itself(folder):
    lab = labs.all_labs()[-1]
    (folder / "victim").write_text("precious")
    (folder / f"reap-{lab.name}.tar.gz").symlink_to("victim")
    run = spawn.run([*PACK, "handout", "--lab", lab.number, "--into", folder])
    assert run.status == DONE, run
    with tarfile.open(folder / f"reap-{lab.name}.tar.gz") as archive:
        names = archive.getnames()
    there = {name.split("/")[2] for name in names if "/labs/" in name}
    assert there == {lab.name, "README.md", "labs.mk"}
    assert (folder / "victim").read_text() == "precious"


@pytest.fixture(scope="module")
def autograder(built):
    """Gradescope's container, as far as a folder can be one: the archive of lab
    03, unpacked, with what setup.sh would have built."""
    with tempfile.TemporaryDirectory(prefix="reap-autograder-") as folder:
        folder = Path(folder)
        run = spawn.run([*PACK, "gradescope", "--lab", "03", "--into", folder])
        assert run.status == DONE, run
        with zipfile.ZipFile(folder / "gradescope-03-lost-children.zip") as archive:
            archive.extractall(folder / "source")
        shutil.copytree(
            built / "build", folder / "source/build",
            ignore=shutil.ignore_patterns("obj"),
        )
        yield folder


def run_autograder(autograder, folder, **extra):
    """Run it as Gradescope does; (the run, results.json)."""
    top = folder / "autograder"
    top.mkdir()
    os.symlink(autograder / "source", top / "source")
    (folder / "submission").rename(top / "submission")
    run = spawn.run(
        ["sh", top / "source/run_autograder"],
        env={
            **os.environ, "AUTOGRADER": str(top), "PYTHON": sys.executable, **extra
        },
        within=3 * CHECK_LIMIT,  # a whole judgement, beside other tests
    )
    return run, json.loads((top / "results/results.json").read_text())


def known(kind):
    [found] = [a for a in answers.known(labs.load("03")) if a.kind == kind]
    return found


@pytest.mark.xdist_group("handout")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["solution", "starter"])
def test_the_autograder_judges_as_make_check_does(autograder, folder, kind):
    known(kind).lay_out(folder / "submission")
    run, document = run_autograder(autograder, folder)
    assert run.status == DONE, run
    assert complaints_about(document) == []
    assert document["extra_data"]["result"]["failed"] == list(known(kind).failed)
    full = sum(one["max_score"] for one in document["tests"])
    assert (document["score"] == full) == (kind == "solution")
    if sandbox.why_not() is None:
        assert run.out == "in a sandbox\n"


@pytest.mark.xdist_group("handout")
@pytest.mark.timeout(300)
def test_the_autograder_where_there_can_be_no_sandbox(autograder, folder):
    """As in most containers: under limits, and as nobody."""
    tools = folder / "tools"
    tools.mkdir()
    for tool in ("sh", "cc", "make", "strace", "ps", "as", "ld", "env", "true"):
        if shutil.which(tool):
            os.symlink(shutil.which(tool), tools / tool)
    known("solution").lay_out(folder / "submission")
    run, document = run_autograder(autograder, folder, PATH=str(tools))
    assert "no sandbox: bubblewrap (bwrap) is not installed" in run.out, run
    assert document["extra_data"]["result"]["failed"] == []
    assert complaints_about(document) == []


@pytest.mark.xdist_group("handout")
@pytest.mark.timeout(300)
def test_the_autograder_grades_nobody_where_the_starter_does_not_build(
    autograder, folder
):
    """A known answer that is no secret shows that the machine is at fault."""
    header = autograder / "source/src/echo/variant.h"
    text = header.read_text()
    known("solution").lay_out(folder / "submission")
    try:
        header.write_text("#error broken\n")
        run, document = run_autograder(autograder, folder)
    finally:
        header.write_text(text)
    assert run.status == DONE, run
    assert document["score"] == 0 and len(document["tests"]) == 1
    assert "could not be judged" in document["tests"][0]["name"]
    assert "starter could not be built here either" in document["tests"][0]["output"]


@pytest.mark.xdist_group("handout")
@pytest.mark.timeout(300)
def test_the_autograder_says_what_it_could_not_take(autograder, folder):
    (folder / "submission").mkdir()
    (folder / "submission/data").write_bytes(bytes(5 << 20))
    run, document = run_autograder(autograder, folder)
    assert run.status == DONE, run
    assert complaints_about(document) == [] and document["score"] == 0
    assert "more than 4 MiB" in document["tests"][0]["output"]


@pytest.mark.xdist_group("handout")
def test_the_autograders_entries_are_where_gradescope_looks(autograder):
    for name in ("setup.sh", "run_autograder"):
        path = autograder / "source" / name
        run = subprocess.run(["sh", "-n", path], check=False)
        assert run.returncode == 0
    with zipfile.ZipFile(autograder / "gradescope-03-lost-children.zip") as archive:
        for name in ("setup.sh", "run_autograder"):
            assert archive.getinfo(name).external_attr >> 16 & 0o111
        assert not [one for one in archive.namelist() if "instructor" in one]


@pytest.mark.parametrize(
    "arguments, why",
    [
        ([], "required: what"),
        (["gradescope"], "an autograder is for one lab"),
        (["handout", "--lab", "99"], "there is no lab 99"),
    ],
)
def test_bad_command_lines(arguments, why):
    run = spawn.run([*PACK, *arguments])
    assert run.status == USAGE, run
    assert why in run.err and "Traceback" not in run.err
