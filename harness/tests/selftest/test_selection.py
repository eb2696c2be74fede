"""Which tests a run leaves out: those that can tell nothing about its build, and those
of our own tools, if they passed on the very same files."""

import ast
import os
import re
import shutil
import sys
import types

import pytest

import conftest
import tool_tests
from conftest import ROOT
from reaplab.servers import spawn

HARNESS = ROOT / "harness"

TESTS = """
import pytest

@pytest.fixture
def screen(screen):
    return screen

@pytest.fixture
def served(start):
    return start("noreap")

def test_of_the_build(lab): pass
def test_of_a_server(served): pass
def test_of_the_viewer(screen): pass
def test_of_a_text(folder): pass
"""


@pytest.fixture
def collected(folder):
    """collected(option...): the names of the tests in TESTS that a run would run."""
    (folder / "test_some.py").write_text(TESTS)

    def collect(*options):
        done = spawn.run(
            [
                sys.executable, "-B", "-m", "pytest", "-q", "--collect-only",
                "-p", "conftest", "-c", HARNESS / "pytest.ini",
                f"--rootdir={HARNESS}", *options, folder / "test_some.py",
            ],
            env={**os.environ, "PYTHONPATH": str(HARNESS)},
            within=60,
        )
        assert done.status == 0, done
        return set(re.findall(r"::test_of_(\w+)$", done.out, re.MULTILINE))

    return collect


def test_on_the_plain_build_nothing_is_left_out(collected):
    assert collected() == {"the_build", "a_server", "the_viewer", "a_text"}


@pytest.mark.parametrize("name", ["sanitize", "slow_forks"])
def test_on_a_special_build_only_its_own_claims_are_proved(collected, folder, name):
    found = collected("--build", folder / name)
    assert found == {"the_build", "a_server", "the_viewer"}


def test_all_fixtures_that_know_the_build_are_named():
    """Else tests that use another one are left out where they should run."""
    found = {"lab"}
    for node in ast.parse((HARNESS / "conftest.py").read_text()).body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            if found & {one.arg for one in node.args.args}:
                found.add(node.name)
    assert found == conftest.OF_THE_BUILD


# The tests of our own tools.


@pytest.fixture
def project(folder):
    """A folder that git knows, with the tests of our own tools and some other files."""
    names = [name for one in tool_tests.GROUPS.values() for name in one.files()]
    for name in [*names, "src/main.c", "src/reaptop/main.c", "README.md"]:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("as it was\n")
    (folder / ".gitignore").write_text("/build/\n")
    done = spawn.run(["git", "init", "-q", folder])
    if done.status != 0:
        pytest.skip("needs git")
    return folder


def prove(project, spoilt=None, failed=False):
    """A run of one test in each file. All passed, but the spoilt file's: it failed, or
    it did not run."""
    proof = tool_tests.Proof(project)
    for name in [name for one in tool_tests.GROUPS.values() for name in one.tests]:
        if name != spoilt or failed:
            proof.pytest_runtest_logreport(types.SimpleNamespace(
                nodeid=f"tests/{name}::test_x", when="call", passed=name != spoilt,
            ))
    return proof


@pytest.fixture
def proved(project):
    """All groups of this project were proved, by a test each."""
    prove(project).pytest_sessionfinish(0)
    assert tool_tests.proved(project) == {
        name: len(one.tests) for name, one in tool_tests.GROUPS.items()
    }
    return project


def test_each_group_is_of_tests_that_exist():
    for group in tool_tests.GROUPS.values():
        for name in group.files():
            assert (ROOT / name).is_file(), name
    assert tool_tests.digests().keys() == tool_tests.GROUPS.keys()


@pytest.mark.parametrize(
    "name",
    ["src/main.c", "src/new.c", "Makefile", "harness/conftest.py", "new-folder/file",
     "harness/tests/labs/test_sandbox.py"],
)
def test_what_has_changed_is_proved_anew(proved, name):
    (proved / name).parent.mkdir(parents=True, exist_ok=True)
    (proved / name).write_text("changed\n")
    assert "grading" not in tool_tests.proved(proved)


@pytest.mark.parametrize(
    "change",
    [lambda path: path.unlink(), lambda path: path.chmod(0o755),
     lambda path: path.rename(path.with_name("other.c")),
     lambda path: (path.unlink(), path.symlink_to("x"))],
)
def test_other_changes_count_too(proved, change):
    change(proved / "src/main.c")
    assert "grading" not in tool_tests.proved(proved)


@pytest.mark.parametrize(
    "name", ["README.md", "src/reaptop/main.c", "harness/tests/viewer/test_x.py",
             "build/x"],
)
def test_what_is_unrelated_does_not_count(proved, name):
    (proved / name).parent.mkdir(parents=True, exist_ok=True)
    (proved / name).write_text("changed\n")
    assert "grading" in tool_tests.proved(proved)


def test_where_git_cannot_say_nothing_was_proved(proved):
    shutil.rmtree(proved / ".git")
    assert tool_tests.proved(proved) == {}


@pytest.mark.parametrize("text", ["", "<<<<<<< ours\n", "grading 3 zz\n", "\0\xff"])
def test_a_record_that_says_nothing_proves_nothing(proved, text):
    (proved / tool_tests.RECORD).write_text(text)
    assert tool_tests.proved(proved) == {}


@pytest.mark.parametrize("failed", [True, False])
def test_tests_that_did_not_run_or_pass_prove_nothing(project, failed):
    prove(project, "labs/test_sandbox.py", failed).pytest_sessionfinish(0)
    assert tool_tests.proved(project).keys() == tool_tests.GROUPS.keys() - {"grading"}


def test_a_run_that_failed_or_was_empty_records_nothing(project):
    prove(project).pytest_sessionfinish(1)
    tool_tests.Proof(project).pytest_sessionfinish(0)
    assert not (project / tool_tests.RECORD).exists()


def test_what_changed_during_the_run_was_not_proved(project):
    proof = prove(project)
    (project / "src/main.c").write_text("changed\n")
    proof.pytest_sessionfinish(0)
    assert "grading" not in tool_tests.proved(project)


FAKE = """
import tool_tests
tool_tests.proved = lambda: {"grading": 7}
"""
PREDICT, ANSWERS = "tests/labs/test_predict.py", "tests/labs/test_answers.py"


@pytest.mark.parametrize("option", [None, "--unless-proved", "--prove-tools"])
def test_what_is_left_out_is_said(folder, option):
    (folder / "fake.py").write_text(FAKE)
    done = spawn.run(
        [
            sys.executable, "-B", "-m", "pytest", "--collect-only", "-p", "fake",
            "-m", "not soak", *filter(None, [option]),
            HARNESS / PREDICT, HARNESS / ANSWERS,
        ],
        env={**os.environ, "PYTHONPATH": f"{HARNESS}:{folder}"},
        within=60,
    )
    assert done.status == 0, done
    assert ("test_predict.py>" in done.out) == (option != "--prove-tools")
    assert ("test_answers.py>" in done.out) == (option != "--unless-proved")
    said = "7 tests of our own tools left out" in done.out
    assert said == (option == "--unless-proved"), done


@pytest.mark.parametrize(
    "options",
    [["-k", "patch"], ["-m", "storm"], ["--deselect", f"{ANSWERS}::test_x"],
     [HARNESS / f"{ANSWERS}::test_there_are_patches"]],
)
def test_a_part_of_a_file_proves_nothing(options):
    done = spawn.run(
        [sys.executable, "-B", "-m", "pytest", "--collect-only", "-m", "not soak",
         "--prove-tools", HARNESS / PREDICT, *options],
        within=60,
    )
    assert done.status == pytest.ExitCode.USAGE_ERROR, done
    assert "make test-tools" in done.err
