"""The slides' sources are true and whole: what can be said without building them.
The built decks are tested by test_slides.py (make slides-test)."""

import json
import re
import shutil
import subprocess
from urllib.parse import unquote

import pytest

import casts
from conftest import ROOT, make_targets
from reaplab.documents import cast, transcript

SLIDES = ROOT / "slides"
PARTS = sorted((SLIDES / "parts").glob("*.md"))
DECKS = sorted(SLIDES.glob("*-minutes.md"))
SESSIONS = [one for path in PARTS for one in transcript.sessions(path)]
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)(?:\s+\"([^\"]*)\")?\)")


@pytest.mark.parametrize("session", SESSIONS, ids=str)
def test_session_prints_what_the_slide_shows(session, lab):
    if lab.build != ROOT / "build":
        pytest.skip("the slides name build/, and another build is under test")
    transcript.run(session, ROOT)


def links(path):
    """(is a picture, text, target, title) of each link in a file."""
    return [
        (found[1] == "!", found[2], unquote(found[3]), found[4])
        for found in LINK.finditer(path.read_text())
    ]


def included(path):
    """Links to lines: (file, first, last, the words of the first line)."""
    for _, text, target, _ in links(path):
        lines = re.fullmatch(r"(.*)#L(\d+)-L(\d+)", target)
        if lines:
            file = (path.parent / lines[1]).resolve()
            yield file, int(lines[2]), int(lines[3]), text.partition(": ")[2]


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_included_lines_are_the_ones_meant(path):
    for file, first, last, name in included(path):
        lines = file.read_text().splitlines()
        assert 1 <= first <= last <= len(lines), (file, first, last)
        assert name and name in lines[first - 1], (file, first, lines[first - 1])


@pytest.mark.parametrize("path", [*PARTS, *DECKS], ids=lambda path: path.stem)
def test_what_is_linked_to_exists(path):
    found = links(path)
    for is_picture, text, target, _ in found:
        if target.startswith("https://"):
            assert not is_picture, f"{target}: the decks work off line"
            continue
        file = path.parent / target.partition("#")[0]
        assert file.is_file(), target
        assert not is_picture or text.strip(), f"{target}: no alt text"


def test_there_is_a_long_deck_and_a_short_one():
    """Whether they take their minutes is for the build to find."""
    assert [path.name for path in DECKS] == ["15-minutes.md", "50-minutes.md"]


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_notes_say_all_that_a_lecturer_needs(path):
    _, *slides = path.read_text().split("\n## ")
    for slide in slides:
        title, _, rest = slide.partition("\n")
        notes = rest[rest.rindex("\n\n> "):]
        assert re.match(r"\n\n> \d(\.5)? min\. \*\*", notes), title
        for wanted in ("**Say**", "**Ask**", "**Goes wrong**"):
            assert wanted in notes, (title, wanted)
        assert ("**Beliefs**" in notes) == title.startswith("Vote"), title


def last_picture(header, events):
    pyte = pytest.importorskip("pyte")
    screen = pyte.Screen(header["width"], header["height"])
    stream = pyte.Stream(screen)
    for _, _, data in events:
        stream.feed(data)
    return "\n".join(screen.display)


@pytest.mark.parametrize("name", casts.SCENES)
def test_recording_is_of_its_scene(name):
    path = SLIDES / "casts" / f"{name}.cast"
    header, events = cast.read(path)
    assert path.stat().st_size < cast.LARGEST
    assert header["title"] == casts.SCENES[name].title
    assert header["shows"] == casts.SCENES[name].shows
    assert all((ROOT / one).exists() for one in header["shows"])
    assert [at for at, _, _ in events] == sorted(at for at, _, _ in events)
    assert header["command"] == casts.SCENES[name].live
    last = last_picture(header, events)
    assert casts.SCENES[name].ends_with in last, f"not played to its end:\n{last}"
    shown = [one for part in PARTS for one in links(part) if name in one[2]]
    assert shown, "no slide plays it"


@pytest.mark.parametrize("path", PARTS, ids=lambda path: path.stem)
def test_beside_each_recording_stands_the_command_that_runs_it(path):
    text = path.read_text()
    live = re.findall(r"\.\./casts/(\w+)\.cast\)\n\nLive: `([^`]+)`\n", text)
    assert len(live) == text.count(".cast)")
    for name, command in live:
        header, _ = cast.read(SLIDES / "casts" / f"{name}.cast")
        assert header["command"] == command


def test_every_make_target_named_exists():
    text = "".join(path.read_text() for path in [*PARTS, *DECKS])
    named = set(re.findall(r"[`$] ?make (?:-s )?([a-z][a-z-]*)\b", text))
    assert {"demo", "diagnose"} <= named
    known = make_targets()
    assert named <= known


def test_packages_are_pinned_and_come_from_nowhere_in_particular():
    wanted = json.loads((SLIDES / "package.json").read_text())["dependencies"]
    lock = (SLIDES / "package-lock.json").read_text()
    locked = json.loads(lock)["packages"]
    assert locked[""]["dependencies"] == wanted
    for name, version in wanted.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert locked[f"node_modules/{name}"]["version"] == version
    assert all("integrity" in one for path, one in locked.items() if path)
    assert "resolved" not in lock and "://registry" not in lock


def test_no_file_is_large():
    listed = subprocess.run(
        ["git", "ls-files", "slides"], cwd=ROOT, capture_output=True, check=False
    )
    names = listed.stdout.decode().split()
    if not names:
        pytest.skip("not in a clone of the repository")
    large = [n for n in names if (ROOT / n).stat().st_size >= 1 << 20]
    assert not large


def test_diagrams_are_what_their_scripts_draw():
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    done = subprocess.run(
        [node, SLIDES / "draw/main.js", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_recording_keeps_what_is_seen_until_the_program_leaves():
    raw = [
        [0.0, "o", "\x1b[?1049h"],
        [0.01, "o", "one "],
        [0.5, "i", "q"],
        [0.6, "o", "two"],
        [0.61, "o", "\x1b[20;1H\x1b[J"],
        [0.62, "o", "\x1b[?1049lshell"],
    ]
    assert cast.tidied(raw) == [[0.0, "o", "\x1b[?1049hone "], [0.6, "o", "two"]]


def test_a_recording_knows_when_it_is_older(folder):
    (folder / "src").mkdir()
    (folder / "src/one.c").write_text("first")
    path = folder / "scene.cast"
    header = {"version": 2, "shows": ["src"]}
    header["shows_sha256"] = cast.digest(["src"], folder)
    (folder / "victim").write_text("precious")
    path.symlink_to("victim")
    cast.write(path, header, [[0, "o", "x"]])
    assert (folder / "victim").read_text() == "precious"
    assert not cast.is_older(path, folder)
    (folder / "src/one.c").write_text("second")
    assert cast.is_older(path, folder)
    assert cast.is_older(folder / "missing.cast", folder)
    with pytest.raises(ValueError, match="over"):
        cast.write(path, header, [[0, "o", "x" * cast.LARGEST]])
    assert sorted(one.name for one in folder.iterdir()) \
        == ["scene.cast", "src", "victim"]


@pytest.mark.parametrize("words, status", [(["--help"], 0), (["nonsense"], 2)])
def test_the_recorder_says_what_it_does(words, status, capsys):
    with pytest.raises(SystemExit) as ended:
        casts.main(words)
    assert ended.value.code == status
    said = capsys.readouterr()
    assert "scene_1" in said.out if status == 0 else "no such scene" in said.err
