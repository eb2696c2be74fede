"""Which tests a run leaves out: those that can tell nothing about its build."""

import ast
import os
import re
import sys

import pytest

import conftest
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
