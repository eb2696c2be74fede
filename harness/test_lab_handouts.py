"""Handouts and run sheets say what is so: their sessions are run, what they name is
there, and a student finds each handout's parts in the same order."""

import re
import subprocess

import pytest

from conftest import ROOT, make_command
from reaplab import transcript
from reaplab.grading import labs

HEADINGS = [
    "Outcome and time",
    "Set up and self-test",
    "Predict",
    "Observe",
    "Explain",
    "Change one thing",
    "Check",
    "When a check fails",
    "A mystery to debug",
    "Stretch",
    "Hand in",
]
HANDOUTS = sorted((ROOT / "labs").glob("[0-9][0-9]-*/README.md"))
RUN_SHEETS = sorted((ROOT / "labs/instructor").glob("**/README.md"))
TEXTS = HANDOUTS + RUN_SHEETS
SESSIONS = [one for path in TEXTS for one in transcript.sessions(path)]


def name_of(found):
    """Of a text, or of a session in it."""
    if isinstance(found, transcript.Session):
        return f"{name_of(found.path)}:{found.line}"
    return str(found.parent.relative_to(ROOT / "labs"))


@pytest.fixture(scope="module")
def core(lab):
    """All that checks need, and the texts name build/."""
    if lab.build != ROOT / "build":
        pytest.skip("the texts name build/, and another build is under test")
    command, variables = make_command(lab, "labs-core")
    subprocess.run(command, env=variables, check=True)


@pytest.mark.parametrize("session", SESSIONS, ids=name_of)
def test_session_prints_what_the_text_shows(session, core):
    transcript.run(session, ROOT)


@pytest.mark.parametrize("path", HANDOUTS, ids=name_of)
def test_the_parts_of_a_handout(path):
    text = re.sub(r"^ *```.*?^ *```", "", path.read_text(), flags=re.M | re.S)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("lab", labs.all_labs(), ids=lambda lab: lab.name)
def test_a_lab_has_both_texts(lab):
    assert lab.folder / "README.md" in HANDOUTS
    assert ROOT / "labs/instructor" / lab.name / "README.md" in RUN_SHEETS


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text())
    missing = [one for one in links if not (path.parent / one).exists()]
    assert not missing


@pytest.mark.parametrize("path", TEXTS, ids=name_of)
def test_every_make_target_named_exists(path):
    named = re.findall(r"(?:`|^|\$ )make (?:-s )?([a-z][a-z-]*)\b",
                       path.read_text(), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text()
    known = set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE))
    known = {word for line in known for word in line.split()}
    assert set(named) <= known


def test_a_broken_session_is_found(folder):
    text = folder / "README.md"
    text.write_text("```console\n$ echo 4 zombies\n5 zombies\n```\n")
    [session] = transcript.sessions(text)
    with pytest.raises(transcript.Mismatch, match="4 zombies"):
        transcript.run(session, folder, within=0.5)
