"""A class as Moodle exports it, in all the forms that students find: each entry of the
folder has a row in the summary, with a grade or with the reason why there is none."""

import csv
import io
import os
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab.grading import labs
from reaplab.grading.class_run import submissions
from reaplab.grading.sandbox import bubblewrap as sandbox
from reaplab.servers import spawn

GRADE = [sys.executable, "-B", ROOT / "harness/grade.py"]
LAB = labs.load("03")
SOLUTION = ROOT / "labs/instructor/03-lost-children/solution"
VARIANTS = ROOT / "src/variants"
LIMIT = 240  # seconds for all of them

RIGHT = {one.name: one.read_bytes() for one in SOLUTION.iterdir()}
LOOP = (VARIANTS / "server_waitpid_loop.c").read_bytes()
ONE_WAIT = (VARIANTS / "server_sigchld.c").read_bytes()
NOBODY_REAPS = (VARIANTS / "server_noreap.c").read_bytes()

GRADED, UNJUDGED, OVER = "graded", "could not be judged", "passed over"
RAR = b"Rar!\x1a\x07\x01\x00"


def zipped(files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def tarred(files, kind):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode=f"w:{kind}") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def below(folder, files):
    return {f"{folder}/{name}": content for name, content in files.items()}


# {path in the instructor's folder: its bytes}
CLASS = {
    "Ana Ruiz_101_assignsubmission_file_/lab03.zip": zipped(below("lab03", RIGHT)),
    "Ana Ruiz_101_assignsubmission_file_/.DS_Store": b"",
    **below("Ben", RIGHT),
    "Cleo.ZIP": zipped(RIGHT),
    "Dan.tar.xz": tarred({"server.c": NOBODY_REAPS}, "xz"),
    "Eva.c": LOOP,
    "Finn/first.zip": zipped(RIGHT),
    "Finn/second.zip": zipped({"server.c": NOBODY_REAPS}),
    "Gil.rar": RAR,
    "Hana/essay.pdf": b"%PDF",
    "Hana/work.tar.bz2": tarred(RIGHT, "bz2"),
    **below("Ivo/Ivo/starter", RIGHT),
    "Jo.zip": zipped({"Jo/Jo.zip": zipped({"server.c": ONE_WAIT})}),
    "Kim/essay.pdf": b"%PDF",
    "Lea/server.c": LOOP,
    "Lea.zip": zipped(RIGHT),
    # And what is none of the twelve.
    "Omar.zip": zipped({"zeros": bytes(64 << 20)}),
    "notes.txt": b"call Omar",
    "server.c": LOOP,
    ".DS_Store": b"",
    "__MACOSX/._Ben": b"",
    "Thumbs.db": b"",
}
NOT_UTF8 = b"Zo\xeb.c"

# {student: (status, whether the score is full, a word of beliefs, a word of why)}
FULL, PART = True, False
EXPECTED = {
    "Ana Ruiz_101_assignsubmission_file_": (GRADED, FULL, "", ""),
    "Ben": (GRADED, FULL, "", ""),
    "Cleo": (GRADED, FULL, "", ""),
    "Dan": (GRADED, PART, "nobody-reaps", ""),
    "Eva": (GRADED, PART, "no-predictions", ""),
    "Finn": (UNJUDGED, None, "", "which one counts? first.zip, second.zip"),
    "Gil": (UNJUDGED, None, "", "Gil.rar is an archive of a kind that is not"),
    "Hana": (GRADED, FULL, "", ""),
    "Ivo": (GRADED, FULL, "", ""),
    "Jo": (GRADED, PART, "one-signal-one-death", ""),
    "Kim": (GRADED, PART, "does-not-build", "server.c: no such file"),
    "Lea": (UNJUDGED, None, "", "which one counts? Lea, Lea.zip"),
    "Omar": (GRADED, PART, "not-readable", "more than 4 MiB"),
    "Pia": (GRADED, PART, "not-readable", "there is no file in it"),
    r"Zo\udceb": (GRADED, PART, "no-predictions", ""),
    "Max": (OVER, None, "", "a symbolic link"),
    "Nia": (OVER, None, "", "no regular file"),
    "notes.txt": (OVER, None, "", "neither a folder, nor an archive, nor a .c file"),
    "server.c": (OVER, None, "", "does not say whose it is"),
    ".DS_Store, Thumbs.db, __MACOSX": (OVER, None, "", "hidden, or left by a system"),
}


def lay_out(folder):
    for name, content in CLASS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "Pia").mkdir()
    (folder / "Max").symlink_to(SOLUTION)
    os.mkfifo(folder / "Nia")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + NOT_UTF8)).write_bytes(LOOP)


@pytest.fixture(scope="module")
def graded(lab):
    """(the run, its folder) of the whole class, graded once."""
    if lab.build != ROOT / "build":
        pytest.skip("submissions are built over build/, and another is under test")
    why_not = sandbox.why_not()
    if why_not:
        pytest.skip(why_not)
    with tempfile.TemporaryDirectory(prefix="reap-moodle-") as folder:
        folder = Path(folder)
        folder.chmod(0o755)  # root grades as nobody
        (folder / "in").mkdir()
        lay_out(folder / "in")
        run = spawn.run(
            [*GRADE, "--lab", LAB.number, "--jobs", "4", folder / "in", folder / "out"],
            within=LIMIT,
        )
        yield run, folder


@pytest.mark.xdist_group("moodle")
@pytest.mark.timeout(300)
def test_every_entry_has_a_row(graded):
    run, folder = graded
    assert run.status == 3 and run.err == "", run  # Finn, Gil and Lea
    with (folder / "out/summary.csv").open(newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(EXPECTED)
    for student, (status, full, belief, why) in EXPECTED.items():
        row = rows[student]
        assert row["status"] == status, row
        assert belief in row["beliefs"].split() if belief else not row["beliefs"], row
        assert why in row["why"] if why else not row["why"], row
        if full is None:
            assert row["score"] == "", row
        else:
            assert (row["score"] == row["max_score"]) is full, row


@pytest.mark.xdist_group("moodle")
@pytest.mark.timeout(300)
def test_what_was_passed_over_is_counted_and_on_the_page(graded):
    run, folder = graded
    assert "15 submissions, 5 passed over: " in run.out.splitlines()[-1]
    page = (folder / "out/summary.html").read_text()
    assert "5 passed over" in page and "notes.txt" in page


@pytest.mark.xdist_group("moodle")
@pytest.mark.timeout(300)
def test_the_student_reads_what_was_not_taken(graded):
    _, folder = graded
    report = folder / "out/students/Hana" / LAB.name / "report.txt"
    said = " ".join(report.read_text().split())
    assert "essay.pdf: not taken, as it stands beside the archive work.tar.bz2" in said


def test_archives_are_unpacked_only_so_deep(folder):
    content = zipped(RIGHT)
    for _ in range(submissions.MOST_NESTED):
        content = zipped({"inner.zip": content})
    (folder / "deep.zip").write_bytes(content)
    assert "server.c" in submissions.read(folder / "deep.zip", LAB)
    (folder / "deeper.zip").write_bytes(zipped({"inner.zip": content}))
    with pytest.raises(submissions.Unreadable, match="archives in archives"):
        submissions.read(folder / "deeper.zip", LAB)


def test_an_archive_beside_the_labs_own_files_is_left_alone(folder):
    (folder / "a").mkdir()
    (folder / "a/server.c").write_bytes(LOOP)
    (folder / "a/old.zip").write_bytes(zipped({"server.c": NOBODY_REAPS}))
    found = submissions.read(folder / "a", LAB)
    assert found == {"server.c": (LOOP, False)} and list(found.left_out) == ["old.zip"]


def test_without_a_lab_every_entry_is_named_too(folder):
    (folder / "alice/03").mkdir(parents=True)
    (folder / "alice/04.zip").write_bytes(zipped(RIGHT))
    (folder / "alice/photos").mkdir()
    (folder / "alice/.cache").mkdir()
    (folder / "bob").mkdir()
    (folder / "carol.zip").write_bytes(zipped(RIGHT))
    found = submissions.find(folder)
    names = [one.name for one in found.submissions]
    assert [one[:8] for one in names] == ["alice/03", "alice/04"]
    reasons = {one.name: one.why.split()[0] for one in found.passed_over}
    assert reasons == {
        "alice/photos": "not",
        "bob": "the",
        "carol.zip": "no",
        "alice/.cache": "hidden,",
    }
