"""What students hand in is found and read, whatever is in it: an archive can be broken,
or made to bring down whoever unpacks it, and the class is graded all the same."""

import gzip
import io
import os
import tarfile
import zipfile

import pytest

from reaplab.grading import labs
from reaplab.grading.class_run import run as class_run, submissions, unpacking
from reaplab.grading.class_run.submitted import MOST_BYTES, MOST_FILES
from reaplab.servers import spawn

LAB = "03"


def read(path):
    return submissions.read(path, labs.load(LAB))


def test_a_zip_and_a_tar_are_read_as_a_folder_is(folder):
    (folder / "alice/sub").mkdir(parents=True)
    (folder / "alice/server.c").write_text("int main;")
    (folder / "alice/sub/run").write_text("#!")
    (folder / "alice/sub/run").chmod(0o755)
    expected = read(folder / "alice")
    assert expected == {"server.c": (b"int main;", False), "sub/run": (b"#!", True)}
    with tarfile.open(folder / "a.tar.gz", "w:gz") as archive:
        archive.add(folder / "alice", "alice")
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("server.c", "sub", "sub/run"):
            archive.write(folder / "alice" / name, f"alice/{name}")
    for name in ("a.tar.gz", "a.zip"):
        assert read(folder / name) == expected
        assert read(folder / name).digest() == expected.digest()


# What a Finder, a tar of macOS and an Explorer put beside the one folder.
BESIDE = ["__MACOSX/alice/._server.c", "._alice", ".DS_Store", "alice/Thumbs.db"]


def test_what_other_systems_leave_in_an_archive_is_none_of_the_students(folder):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for name in ("alice/server.c", *BESIDE):
            archive.writestr(name, b"int main;")
    with tarfile.open(folder / "a.tar", "w") as archive:
        for name in ("./alice/server.c", *BESIDE):
            archive.addfile(tarfile.TarInfo(name))
    for name in ("alice/server.c", *BESIDE):
        (folder / "a" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "a" / name).touch()
    for name in ("a.zip", "a.tar", "a"):
        assert list(read(folder / name)) == ["server.c"], name


def test_what_has_gone_since_it_was_found_is_called_gone(folder):
    with pytest.raises(FileNotFoundError, match="alice"):
        read(folder / "alice")


NAME = labs.load(LAB).name
HANDOUT = {
    "Makefile": "all:", "build/server": "x" * MOST_BYTES,
    f"labs/{NAME}/starter/server.c": "int main;",
    **{f"src/{number}.c": "int main;" for number in range(MOST_FILES)},
}


@pytest.mark.parametrize("top", ["", "reap/", "lab 3/reap-main/"])
def test_of_a_whole_handout_the_answer_counts(folder, top):
    """In a clone, and in an archive of all; and whatever make has built there."""
    for name, text in HANDOUT.items():
        path = folder / "alice" / top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with tarfile.open(folder / "a.tar.gz", "w:gz") as archive:
        archive.add(folder / "alice", ".")
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in HANDOUT.items():
            archive.writestr(f"{top}{name}", text)
    for name in ("alice", "a.tar.gz", "a.zip"):
        assert read(folder / name) == {"server.c": (b"int main;", False)}, name


def test_of_two_handouts_neither_counts_before_the_other(folder):
    for top in ("old", "new"):
        (folder / "alice" / top / f"labs/{NAME}/starter").mkdir(parents=True)
        (folder / "alice" / top / f"labs/{NAME}/starter/server.c").touch()
    assert len(read(folder / "alice")) == 2


def test_a_zip_with_backslashes(folder):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("alice\\server.c", b"int main;")
        archive.writestr("alice\\..\\..\\etc", b"")
    found = read(folder / "a.zip")
    assert list(found) == ["server.c"] and len(found.left_out) == 1


# Hostile archives


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", b""])
@pytest.mark.parametrize("ending", submissions.ARCHIVES)
def test_a_broken_archive_is_told_so(folder, ending, content):
    path = folder / f"alice{ending}"
    path.write_bytes(content)
    with pytest.raises(submissions.Unreadable, match="cannot be read"):
        read(path)


def unpacks_to_much(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(64 << 20))


def broken_in_the_middle(path):
    """As its own module notices, which the one for archives does not look after."""
    with tarfile.open(path, "w:xz") as archive:
        entry = tarfile.TarInfo("x")
        entry.size = 100_000
        archive.addfile(entry, io.BytesIO(os.urandom(entry.size)))
    content = bytearray(path.read_bytes())
    content[50_000] ^= 0xFF
    path.write_bytes(content)


def deep(path):
    """A kilobyte, that once kept the grader busy for ever."""
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(tarfile.TarInfo("a/" * 100_000 + "x"))


def full_of_links(path):
    link = tarfile.TarInfo("l")
    link.type = tarfile.SYMTYPE
    with gzip.open(path, "wb", 1) as file:
        file.write(link.tobuf() * 2_000)


def full_of_folders(path):
    inner = tarfile.TarInfo("d")
    inner.type = tarfile.DIRTYPE
    with gzip.open(path, "wb", 1) as file:
        file.write(inner.tobuf() * 20_000)


def wants_memory(path):
    """An extended header of gigabytes, of which tarfile wants to know all at once."""
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 2 << 30
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT))


def wants_time(path):
    """Something that nobody knows, of 4 GiB: to come to what is behind it they have to
    be unpacked."""
    header = tarfile.TarInfo("x")
    header.type, header.size = b"?", 4 << 30
    zeros = gzip.compress(bytes(16 << 20))
    path.write_bytes(gzip.compress(header.tobuf(tarfile.GNU_FORMAT)) + 256 * zeros)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("make, name, why", [
    (unpacks_to_much, "a.zip", "more than 4 MiB"),
    (broken_in_the_middle, "a.tar", "cannot be read"),
    (deep, "a.tgz", "odd names"),
    (full_of_links, "a.tgz", f"more than {MOST_FILES} files"),
    (full_of_folders, "a.tgz", "more than 3000 entries"),
    (wants_memory, "a.tar", "MiB of memory"),
])
def test_a_hostile_archive_is_refused(folder, make, name, why):
    make(folder / name)
    assert (folder / name).stat().st_size < 1 << 20
    with pytest.raises(submissions.Unreadable, match=why):
        read(folder / name)


def test_an_archive_that_wants_time_does_not_get_it(folder, monkeypatch):
    """Nor does the class wait for it."""
    monkeypatch.setattr(unpacking, "SECONDS", 1)
    wants_time(folder / "a.tgz")
    with pytest.raises(submissions.Unreadable, match="takes more than"):
        read(folder / "a.tgz")


def test_an_archive_that_is_too_large_is_not_even_opened(folder):
    with (folder / "a.zip").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(submissions.Unreadable, match="more than 16 MiB"):
        read(folder / "a.zip")


def test_links_in_a_folder_count_too(folder):
    (folder / "a").mkdir()
    for number in range(MOST_FILES + 1):
        (folder / "a" / str(number)).symlink_to("/etc/shadow")
    with pytest.raises(submissions.Unreadable, match=f"more than {MOST_FILES} files"):
        read(folder / "a")


@pytest.mark.parametrize("names", [["a", "a/b"], ["a/b", "a"], ["x" * 300]])
def test_an_archive_of_files_that_cannot_be_is_told_so(folder, names):
    files = submissions.Files()
    for name in names:
        files.take(name, b"", False)
    with pytest.raises(submissions.Unreadable, match="odd names"):
        files.write(folder / "out")


# In a class


def run_class(folder):
    """Grade what is in folder/in, of lab 03: {student: Result}."""
    found = submissions.find(folder / "in", labs.load(LAB)).submissions
    run = class_run.ClassRun(
        found, folder / "out", 1, lambda *_: None, lambda: None
    )
    run.run()
    return {one.submission.student: one.result for one in run.done}


def test_the_same_student_twice_is_for_a_person_to_sort_out(folder):
    """Neither takes the other's place in silence, nor the neighbour's grade."""
    (folder / "in/alice").mkdir(parents=True)
    for name in ("alice.zip", "alice.tgz", "bob.zip"):
        (folder / "in" / name).write_bytes(b"no archive")
    results = run_class(folder)
    why = results["alice"].unjudged
    assert why.endswith("which one counts? alice, alice.tgz, alice.zip")
    assert results["bob"].unjudged is None


@pytest.mark.parametrize("error", [
    spawn.ProcessTableFull("no more"), OSError(12, "no memory"),
])
@pytest.mark.faults_ordered
def test_what_cannot_be_unpacked_now_is_no_grade_and_ends_no_class(
    folder, monkeypatch, error
):
    def fail(*_, **__):
        raise error

    (folder / "in").mkdir()
    (folder / "in/alice.zip").write_bytes(b"")
    (folder / "in/bob.zip").write_bytes(b"")
    monkeypatch.setattr(spawn, "run", fail)
    results = run_class(folder)
    assert [bool(results[one].unjudged) for one in ("alice", "bob")] == [True, True]
