"""The handouts and run sheets of the labs say what is so: their sessions are run, and
print what the texts show; what they name is there.

They are run in a copy of the project, as some of them write into it.
"""

import re
import shutil

import pytest

from conftest import ROOT, make_command, make_targets
from reaplab.documents import transcript, variants
from reaplab.grading import answers, labs
from reaplab.grading.sandbox import bubblewrap as sandbox
from reaplab.servers import spawn

HANDOUTS = sorted((ROOT / "labs").glob("[0-9]*/README.md"))
RUN_SHEETS = sorted((ROOT / "labs" / "instructor").rglob("README.md"))
TEXTS = HANDOUTS + RUN_SHEETS

# Other builds, that may lie beside the programs.
NOT_NEEDED = shutil.ignore_patterns("lint-*", "fuzz", "sanitize", "bench")

ENDS_A_SERVER = re.compile(
    r"kill [^`\n]*\$(server|init|shell|\()|wait \$server"
)

# What a handout has, in this order.
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


def name(text):
    return "-".join(text.relative_to(ROOT / "labs").parts[:-1]) or "labs"


def place(session):
    return f"{name(session.path)}:{session.line}"


def sessions():
    """Those of all texts. Those of one text go to one worker of pytest-xdist, in
    their order: what one of them makes, the next may use."""
    return [
        pytest.param(one, id=place(one), marks=pytest.mark.xdist_group(name(text)))
        for text in TEXTS
        for one in transcript.sessions(text)
    ]


@pytest.fixture(scope="module")
def copy(lab, tmp_path_factory):
    """A copy of the project, built."""
    if lab.build != ROOT / "build":
        pytest.skip("the texts name build/, and another build is under test")
    command, environment = make_command(lab, "labs-core")
    assert spawn.run(command, env=environment, within=60).status == 0
    folder = tmp_path_factory.mktemp("copy") / "reap"
    folder.mkdir()
    for part in ("Makefile", "src", "harness", "labs", "build"):
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, symlinks=True, ignore=NOT_NEEDED)
        else:
            shutil.copy2(source, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.mark.parametrize("session", sessions())
def test_session_prints_what_the_text_shows(session, copy):
    if any("make -s grade " in step.command for step in session.steps):
        why_not = sandbox.why_not()
        if why_not:
            pytest.skip(why_not)
    transcript.run(session, copy)


@pytest.mark.parametrize("which", labs.all_labs(), ids=lambda one: one.name)
def test_a_lab_has_both_texts(which):
    assert which.folder / "README.md" in HANDOUTS
    assert answers.instructors(which) / "README.md" in RUN_SHEETS


@pytest.mark.parametrize("text", HANDOUTS, ids=name)
def test_a_handout_has_all_its_parts_in_order(text):
    found = re.findall(r"^## (.*)$", text.read_text(), re.MULTILINE)
    assert found == HEADINGS


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_whoever_follows_the_text_ends_a_server_before_the_next_takes_its_port(text):
    """By a kill in its session, or in the words up to the next one."""
    began, said = None, ""
    for line in text.read_text().splitlines():
        if re.match(r"\$ .*\b9190\b.* & (server|init|shell)=\$!", line):
            assert began is None or ENDS_A_SERVER.search(said), began
            began, said = line, ""
        else:
            said += line + "\n"


@pytest.mark.parametrize("text", HANDOUTS, ids=name)
def test_a_self_test_shows_also_what_is_missing(text):
    """Not only the line that it hopes for."""
    (command,) = re.findall(r"^\$ (make -s check .*)$", text.read_text(), re.M)[:1]
    assert command.endswith(" | head -1")


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_every_make_target_named_exists(text):
    named = set(
        re.findall(
            r"(?:`|^ {4}|\$ )make (?:-s )?([a-z][a-z-]*)\b",
            text.read_text(),
            re.MULTILINE,
        )
    )
    known = make_targets()
    assert named <= known


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_every_program_and_file_named_exists(text):
    said = text.read_text()
    known = variants.listed((ROOT / "Makefile").read_text())
    for variant in set(re.findall(r"\bserver_([a-z_]*[a-z])\b", said)):
        # ps and pgrep know no more than 15 characters of a name.
        assert any(one.startswith(variant) for one in known), variant
    named = re.findall(r"\]\(([^)#:]+)\)", said)
    missing = [one for one in named if not (text.parent / one).exists()]
    assert not missing
    named = re.findall(r"\b((?:src|harness|labs|slides)/[\w./-]*\w)(?![\w<])", said)
    missing = [
        one for one in named
        if not (ROOT / one).exists() and "NN" not in one and "build/" + one not in said
    ]
    assert not missing


@pytest.mark.parametrize("text", TEXTS, ids=name)
def test_lines_fit_on_a_terminal(text):
    prose = re.sub(r"^```.*?^```$", "", text.read_text(), flags=re.M | re.S)
    long = [
        one for one in prose.splitlines() if len(one) > 100 and not one.startswith("|")
    ]
    assert not long
