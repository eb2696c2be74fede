"""README.md says what is so: its sessions are run, its commands exist, its table
of variants is the sources'."""

import re
import subprocess

import pytest

from conftest import ROOT, make_targets
from reaplab.documents import transcript

README = ROOT / "README.md"
SESSIONS = transcript.sessions(README)


@pytest.mark.parametrize("session", SESSIONS, ids=str)
def test_session_prints_what_the_text_shows(session, lab):
    if lab.build != ROOT / "build":
        pytest.skip("the text names build/, and another build is under test")
    transcript.run(session, ROOT)


def test_a_session_that_shows_something_else_is_found(folder):
    text = folder / "text.md"
    text.write_text("```console\n$ echo 4 zombies\n5 zombies\n```\n")
    [session] = transcript.sessions(text)
    with pytest.raises(transcript.Mismatch, match="4 zombies"):
        transcript.run(session, folder, within=0.5)


def test_what_differs_from_run_to_run_does_not_count():
    shown = ["server_noreap: pid 4711 listening on 127.0.0.1:9190", "...", "end"]
    printed = ["server_noreap: pid 9 listening on 127.0.0.1:40000", "x", "end"]
    assert transcript.matches(shown, printed)
    assert not transcript.matches(shown, printed[:-1])
    assert transcript.masked("took 1.25 s") == transcript.masked("took 13 s")
    assert transcript.masked("zombie 0.1s") == transcript.masked("zombie 10.3s")
    assert transcript.masked("5 zombies") != transcript.masked("4 zombies")


def test_every_make_target_named_exists():
    named = set(
        re.findall(r"(?:`|&& )make ([a-z][a-z-]*)\b", README.read_text())
    )
    assert {"demo", "test"} <= named
    known = make_targets()
    assert named <= known


def test_every_file_named_exists():
    named = re.findall(
        r"\b((?:src|harness|labs|slides)/[\w./-]*\w)(?![\w<])", README.read_text()
    )
    assert named  # <how> in a name is for the reader to choose
    missing = [name for name in named if not (ROOT / name).exists()]
    assert not missing


def test_the_set_up_commands_are_the_ones_that_make_uses():
    text = README.read_text()
    for purpose in ("demo", "test"):
        assert f"sh harness/deps.sh {purpose} && make {purpose}" in text
    done = subprocess.run(
        ["sh", ROOT / "harness/deps.sh", "nonsense"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
