"""harness/first_sighting.py finds assertions that do not wait, and passes over those
that do."""

import sys

import pytest

from conftest import ROOT
from reaplab.servers import spawn

CHECK = ROOT / "harness/first_sighting.py"

TESTS = """
def test_it(server):
    {statement}

def is_state(one, state):
    assert one.state == "S"

def sees(one):
    is_state(one, "S")

def waits(one):
    eventually(lambda: sees(one))
    eventually(is_listed)

def is_listed():
    assert sockets.tcp_sockets(80)
"""


@pytest.mark.parametrize("statement, found", [
    ('assert server.process.state == "S"', True),
    ('assert server.process.state in ("S", "R"), server', True),
    ("assert sockets.accept_queue(server.port) == 1", True),
    ("assert sockets.proc_states(80) == []", True),
    ('assert activity.look(child).calls == {"accept"}', True),
    ('assert child.state == "Z"', False),  # until somebody reaps it
    ('assert event.state == "gone"', False),
    ("eventually(lambda: waits(server))", False),
    ("assert len(rows) == 3", False),
])
def test_an_assertion_on_a_first_sighting_is_found(folder, statement, found):
    file = folder / "test_it.py"
    file.write_text(TESTS.format(statement=statement))
    run = spawn.run([sys.executable, CHECK, file])
    assert (run.status, run.err) == (int(found), "")
    assert run.out.startswith(f"{file}:3: ") if found else run.out == ""


def test_there_are_none_here():
    files = [*ROOT.glob("harness/**/test_*.py"), *ROOT.glob("labs/*/checks.py")]
    assert len(files) > 60
    run = spawn.run([sys.executable, CHECK, *files])
    assert run.status == 0, run.out


@pytest.mark.parametrize("words", [[], ["--help"]])
def test_the_command_line(words):
    run = spawn.run([sys.executable, CHECK, *words])
    assert run.status == 2 and run.err == "usage: first_sighting.py FILE...\n"
