"""The instructor's known answers, kept as patches to the solutions: each applies
exactly, and harness/answer.py writes them out, keeps them and mends them when a
solution changes. What verdict each of them gets is in test_labs.py.
"""

import difflib
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT
from reaplab.grading import answers, labs, patches
from reaplab.grading.outcome import BadLab

KNOWN = [one for lab in labs.all_labs() for one in answers.known(lab)]
PATCHED = [one for one in KNOWN if one.path.suffix == ".patch"]
WHOLE = [one for one in KNOWN if one.kind in ("right", "wrong")
         and one.path.suffix == ".c" and not one.path.is_symlink()]
HANDLER = "while ((child = waitpid(-1, &status, WNOHANG)) > 0)"


def solution(answer):
    return answers.instructors(answer.lab) / "solution"


def changed_files(answer, folder):
    """{name: (text of the solution, text of the answer)} of what a patch names."""
    answer.lay_out(folder)
    names = patches.read(answer.path.read_text()).changes
    return {
        name: ((solution(answer) / name).read_text(), (folder / name).read_text())
        for name in names
    }


def test_there_are_patches():
    assert len(PATCHED) > 70


@pytest.mark.parametrize("answer", PATCHED, ids=str)
def test_a_patch_applies_exactly_and_says_what_is_wrong(answer, folder):
    pairs = changed_files(answer, folder / "laid-out")
    patch = patches.read(answer.path.read_text())
    if answer.kind == "wrong":
        assert patch.head.startswith("WRONG ON PURPOSE: ")
        assert "elief" in patch.head
    assert patch.head.isprintable() or "\n" in patch.head
    first, (_, text) = next(iter(pairs.items()))
    assert patches.opening(first, text) == patch.head
    # No line more than the difference needs, and none that is not like all others.
    assert patches.make(patch.head, pairs) == answer.path.read_text()


def test_git_reads_the_patches_as_we_do(folder):
    for place, answer in enumerate(PATCHED):
        below = folder / str(place)
        pairs = changed_files(answer, below / "ours")
        shutil.copytree(solution(answer), below / "solution")
        subprocess.run(["git", "apply", "-p0", answer.path], cwd=below, check=True)
        for name, (_, ours) in pairs.items():
            words = patches.opening(name, ours)
            gits = (below / "solution" / name).read_text()
            assert patches.with_opening(name, gits, words) == ours, answer


@pytest.mark.parametrize("answer", WHOLE, ids=str)
def test_a_whole_file_is_no_near_copy_of_the_solution(answer):
    """Else it is better kept as a patch."""
    lines = answer.path.read_text().splitlines()
    base = (solution(answer) / answer.lab.answer).read_text().splitlines()
    changed = [one for one in difflib.ndiff(base, lines) if one[0] in "+-"]
    assert len(changed) > 0.4 * len(lines), "make answer, then make answer-save"


# What must not apply.

OLD = "".join(f"line {number}\n" for number in range(1, 21))
NEW = OLD.replace("line 3\n", "three\n").replace("line 15\n", "").replace(
    "line 20\n", "line 20\nline 21\n")
PATCH = patches.make("A head.", {"x": (OLD, NEW)})


def applied(text, old=OLD):
    return patches.apply(patches.read(text).changes["x"], old)


def test_what_is_made_applies():
    assert applied(PATCH) == NEW
    assert patches.read(PATCH).head == "A head."
    assert applied(PATCH.replace("\n \n", "\n\n")) == NEW
    emptied = patches.make("", {"x": (OLD, "line 1\n")})
    assert applied(emptied) == "line 1\n"
    with pytest.raises(ValueError, match="does not end"):
        patches.make("", {"x": (OLD, OLD + "no newline")})


@pytest.mark.parametrize(
    "change",
    [
        lambda old: "one more\n" + old,  # patch(1) would apply it 1 line away
        lambda old: old.replace("line 1\n", "line one\n"),  # with fuzz 2
        lambda old: old.replace("line 3\n", "line  3\n"),
        lambda old: old.replace("line 15\n", ""),
        lambda old: old.replace("line 20\n", ""),
        lambda old: "",
    ],
)
def test_other_text_is_refused(change):
    with pytest.raises(patches.DoesNotApply, match="line"):
        applied(PATCH, change(OLD))


@pytest.mark.parametrize(
    "before, after",
    [
        ("--- solution/x", "-- solution/x"),
        ("--- solution/x", "--- x"),
        ("+++ solution/x", "+++ solution/y"),
        ("@@ -1,6 +1,6 @@", "@@ -1,7 +1,6 @@"),
        ("@@ -1,6 +1,6 @@", "@@ -1,6 +1,5 @@"),
        ("@@ -1,6 +1,6 @@", "@@ -2,6 +1,6 @@"),
        ("@@ -1,6 +1,6 @@", "@@ -1,6 +2,6 @@"),
        ("@@ -1,6 +1,6 @@\n", ""),
        ("+three\n", ""),
        ("+line 21\n", ""),
        ("+line 21\n", "+line 21"),
        ("-line 3\n", "?line 3\n"),
    ],
)
def test_a_damaged_patch_is_refused(before, after):
    assert before in PATCH
    with pytest.raises(patches.DoesNotApply):
        applied(PATCH.replace(before, after))


def test_a_patch_without_a_change_is_refused():
    with pytest.raises(patches.DoesNotApply, match="nothing is changed"):
        patches.read("--- solution/x\n+++ solution/x\n")


def test_an_answer_whose_patch_is_damaged_names_it(folder):
    path = folder / "bad.patch"
    names = "--- solution/server.c\n+++ solution/server.c\n"
    path.write_text(names + "@@ -1 +1 @@\n-x\n+y\n")
    answer = answers.Answer(labs.load("03"), "wrong", path)
    with pytest.raises(BadLab, match="bad.patch"):
        answer.lay_out(folder / "laid-out")


# The program.


class Copy:
    """A copy of what answer.py needs, with one lab, in a repository of its own."""

    def __init__(self, folder):
        self.root = folder / "reap"
        ignored = shutil.ignore_patterns("__pycache__")
        name = labs.load("03").name
        for part in ("harness/reaplab", f"labs/{name}", f"labs/instructor/{name}"):
            shutil.copytree(
                ROOT / part, self.root / part, symlinks=True, ignore=ignored
            )
        shutil.copy(ROOT / "harness/answer.py", self.root / "harness")
        self.lab = self.root / "labs/instructor" / name
        self.solution = self.lab / "solution/server.c"
        self.git("init", "-q")
        self.commit()

    def git(self, *arguments):
        names = ("user.name=a", "user.email=a@example.org", "commit.gpgsign=false")
        settings = [word for one in names for word in ("-c", one)]
        subprocess.run(["git", *settings, *arguments], cwd=self.root, check=True)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "-q", "-m", "a step")

    def run(self, *arguments):
        """(exit status, stdout and stderr) of answer.py."""
        done = subprocess.run(
            [sys.executable, "-B", self.root / "harness/answer.py", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )
        return done.returncode, done.stdout

    def change_solution(self, before, after):
        text = self.solution.read_text()
        assert before in text
        self.solution.write_text(text.replace(before, after))

    def patch(self, name):
        return (self.lab / "wrong" / f"{name}.patch").read_text()


@pytest.fixture
def copy(folder):
    return Copy(folder)


def test_an_answer_is_written_out_whole(copy):
    status, said = copy.run("write", "03", "one_waitpid")
    assert (status, said) == (0, "build/answers/03-lost-children/one_waitpid\n")
    folder = copy.root / said.strip()
    text = (folder / "server.c").read_text()
    assert text.startswith("/* WRONG ON PURPOSE: of N children")
    assert "if ((child = waitpid(" in text
    assert (folder / "answers.toml").read_text() == (
        copy.lab / "solution/answers.toml").read_text()
    assert copy.run("write", "03", "wrong/one_waitpid")[0] == 0
    (folder / "server.c").write_text("an hour's work")
    status, said = copy.run("write", "03", "one_waitpid")
    assert status == 1 and "is there already" in said
    assert (folder / "server.c").read_text() == "an hour's work"
    assert copy.run("write", "03", "one_waitpid", "--out", copy.root / "else")[0] == 0
    assert (copy.root / "else/server.c").read_text() == text


def test_all_answers_are_listed(copy):
    status, said = copy.run("write", "03")
    assert status == 0
    known = answers.known(labs.load("03"))
    for one in known:
        if one.kind in ("right", "wrong"):
            assert f"{one.kind}/{one.path.stem}" in said
    assert "of N children that die together N-1 stay zombies." in said
    status, said = copy.run("write", "03", "no_such")
    assert status == 1 and "has no answer no_such" in said


def test_what_was_edited_is_kept_as_a_patch(copy):
    kept = copy.patch("one_waitpid")
    folder = copy.root / copy.run("write", "03", "one_waitpid")[1].strip()
    assert copy.run("save", "03", "one_waitpid")[0] == 0
    assert copy.patch("one_waitpid") == kept
    text = (folder / "server.c").read_text()
    (folder / "server.c").write_text(text.replace("SA_RESTART", "SA_NODEFER"))
    status, said = copy.run("save", "03", "wrong/another", "--from", folder)
    assert status == 0 and "wrong/another.patch" in said
    assert "+\t\t.sa_flags = SA_NOCLDSTOP | SA_NODEFER,\n" in copy.patch("another")
    assert copy.patch("another").startswith("WRONG ON PURPOSE: of N")


@pytest.mark.parametrize(
    "name, text, why",
    [
        ("new", "x\n", "say wrong/new or right/new"),
        ("threads", "x\n", "is kept whole"),
        ("wrong/new", None, "nothing in"),
        ("wrong/new", "\n<<<<<<< answer\n", "still has conflicts"),
        ("wrong/new", "no newline", "does not end"),
    ],
)
def test_what_cannot_be_kept_is_refused(copy, name, text, why):
    made = shutil.copytree(copy.lab / "solution", copy.root / "made")
    if text is not None:
        (made / "server.c").write_text(text)
    status, said = copy.run("save", "03", name, "--from", made)
    assert status == 1 and why in said
    assert not (copy.lab / "wrong/new.patch").exists()


@pytest.mark.parametrize("committed", [False, True])
def test_all_patches_apply_again_after_a_rebase(copy, committed):
    first = '#include "echo/log/event.h"'
    copy.change_solution(first, "/* New. */\n" + first)
    copy.change_solution('.name = "server"', '.name = "renamed"')
    copy.change_solution("/* Lab 03, solved: ", "/* Solved: ")
    if committed:
        copy.commit()
    status, said = copy.run("write", "03", "one_waitpid")
    assert status == 1 and "one_waitpid.patch: line 19: other lines" in said
    before = copy.patch("one_waitpid")
    status, said = copy.run("rebase")
    assert status == 0, said
    assert "03-lost-children wrong/one_waitpid: rebased\n" in said
    assert copy.patch("one_waitpid") == before.replace("-19,7 +19,7", "-20,7 +20,7")
    assert copy.run("rebase") == (0, "")
    folder = copy.root / copy.run("write", "03", "one_waitpid")[1].strip()
    text = (folder / "server.c").read_text()
    assert "/* New. */\n" in text and "renamed" in text and "if ((child = " in text
    assert text.startswith("/* WRONG ON PURPOSE: ")


def test_a_conflict_is_listed_and_left_to_be_solved(copy):
    copy.change_solution(HANDLER, HANDLER.replace("> 0", "!= 0"))
    status, said = copy.run("rebase")
    assert status == 1
    listed = {line.split(": ")[0].split("/")[1]: line for line in said.splitlines()}
    place = "build/answers/03-lost-children/one_waitpid"
    assert f"CONFLICT, in {place}: solve it" in listed["one_waitpid"]
    assert "one_shot_handler" not in listed  # it applies as it is
    before = copy.patch("one_waitpid")
    text = (copy.root / place / "server.c").read_text()
    assert "<<<<<<< answer\n" in text and text.startswith("/* WRONG ON PURPOSE: ")
    assert "still has conflicts" in copy.run("save", "03", "one_waitpid")[1]
    ours, theirs = text.index("<<<<<<<"), text.index("=======")
    end = text.index("\n", text.index(">>>>>>>")) + 1
    mine = text[text.index("\n", ours) + 1:theirs]
    (copy.root / place / "server.c").write_text(text[:ours] + mine + text[end:])
    # Run again: what was solved is not lost.
    assert f"CONFLICT, in {place}" not in copy.run("rebase")[1]
    assert copy.run("save", "03", "one_waitpid")[0] == 0
    assert copy.patch("one_waitpid") == before.replace("> 0)\n+", "!= 0)\n+")
    assert "one_waitpid:" not in copy.run("rebase")[1]


def test_a_patch_that_never_applied_is_listed(copy):
    path = copy.lab / "wrong/one_waitpid.patch"
    path.write_text(path.read_text().replace("-\twhile", "-\tuntil"))
    status, said = copy.run("rebase")
    assert status == 1
    assert said == (
        "03-lost-children wrong/one_waitpid: applies to no version of "
        "labs/instructor/03-lost-children/solution/server.c in git's history\n"
    )
