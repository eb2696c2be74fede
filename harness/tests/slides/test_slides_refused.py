"""Decks that must be refused: by the build, or by the visitor in a real browser. And
what presenting with reload does with them. Part of make slides-test."""

import json
import re
import shutil
import subprocess

import pytest

from reaplab.deadline import eventually
from reaplab.documents import cast
from reaplab.servers import spawn
from slide_tools import SLIDES, node, nothing_left, tools  # noqa: F401

pytestmark = [pytest.mark.slides, pytest.mark.timeout(240)]

GOOD_PART = """\
# A part

## A slide

[one.c: int one](../../src/one.c#L1-L4 "return")

> 0.5 min. **Say** nothing.
"""
GOOD_DECK = """\
# A deck

> 0.5 min. **Say** nothing.

1. [A part](parts/part.md)
"""
CODE = "int one(void)\n{\n\treturn 1;\n}\n"


def write_sources(folder, part):
    """A deck of one minute, with one part."""
    for name in ("slides/parts", "slides/casts", "src"):
        (folder / name).mkdir(parents=True)
    (folder / "src/one.c").write_text(CODE)
    (folder / "slides/casts/scene.cast").write_text(RECORDING)
    (folder / "slides/parts/part.md").write_text(part)
    (folder / "slides/1-minutes.md").write_text(GOOD_DECK)


@pytest.fixture
def sources(folder):
    """A deck that is right, to be spoilt."""
    write_sources(folder, GOOD_PART)
    return folder


def build(sources):
    """Build it: (status, what was said). The result is in sources/built."""
    return node(
        "build/main.js",
        *("--from", str(sources / "slides"), "--out", str(sources / "built")),
        "--no-pdf",
    )


def build_into(sources, out):
    status, said = build(sources)
    assert status == 0, said
    (sources / "built").rename(out)


def spoil(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_good_deck_is_taken(sources):
    status, said = build(sources)
    assert (status, "older" in said) == (0, False), said


@pytest.mark.parametrize(
    "old, new, complaint",
    [
        ("#L1-L4", "#L2-L5", "the file has no such lines"),
        ("#L1-L4", "#L3-L4", "int one does not stand in line 3"),
        ("#L1-L4", "#L1-L3", "braces are not in balance"),
        ("src/one.c#", "src/two.c#", "no such file"),
        ('"return"', '"retrun"', "a step quotes what is not there: retrun"),
        ("> 0.5 min. **Say**", "> **Say**", "notes open with their minutes"),
        ("> 0.5 min. **Say** nothing.\n", "", "ends in its notes"),
        ("> 0.5 min", "> 2 min", "take 2.5 minutes, not 1"),
        ("## A slide", "## A deck", "heading twice"),
        ("[one.c", "![words](https://example.com/a.svg)\n\n[one.c", "off line"),
        ("[one.c", "![words](../diagrams/none.svg)\n\n[one.c", "no such picture"),
        ("[one.c", "![](../../src/one.c)\n\n[one.c", "needs words"),
        ("[one.c", "[play](../casts/none.cast)\n\n[one.c", "no such recording"),
        ("[one.c", "See [this](../none.md).\n\n[one.c", "no such file"),
        ("[one.c", "See [this](http://example.com/).\n\n[one.c", "links are https"),
        ("[one.c", "<script>x()</script>\n\n[one.c", "HTML is refused"),
        ("[one.c", "Words <b>here</b>.\n\n[one.c", "HTML is refused"),
    ],
)
def test_build_refuses(sources, old, new, complaint):
    spoil(sources / "slides/parts/part.md", old, new)
    status, said = build(sources)
    assert (status, complaint in said) == (1, True), said
    assert "part" in said or "minutes.md" in said, "it does not say where"
    assert not (sources / "built").exists(), "something was built all the same"


def test_build_empties_no_folder_that_is_not_its_own(sources):
    kept = sources / "built/thesis.txt"
    kept.parent.mkdir()
    kept.write_text("years of work")
    status, said = build(sources)
    assert (status, "holds something else" in said) == (1, True), said
    assert kept.read_text() == "years of work"
    kept.unlink()
    assert build(sources)[0] == 0
    assert build(sources)[0] == 0, "what it built it builds again"


def test_build_refuses_a_part_that_is_not_there(sources):
    spoil(sources / "slides/1-minutes.md", "part.md", "none.md")
    status, said = build(sources)
    assert (status, "no such part: parts/none.md" in said) == (1, True), said


def recorded(sources, text):
    (sources / "slides/casts/scene.cast").write_text(text)
    spoil(
        sources / "slides/parts/part.md",
        "[one.c",
        "[A scene](../casts/scene.cast)\n\nLive: `true`\n\n[one.c",
    )


@pytest.mark.parametrize(
    "text, complaint",
    [
        ("nonsense\n", "a line is not JSON"),
        ('{"version": 1}\n', "not a recording"),
        ('{"version": 2, "width": 80, "height": 24}\n', "nothing happens"),
        ("x" * (cast.LARGEST + 1), "larger than"),
    ],
    ids=["nonsense", "version", "empty", "large"],
)
def test_build_refuses_a_recording(sources, text, complaint):
    recorded(sources, text)
    status, said = build(sources)
    assert (status, complaint in said) == (1, True), said


def test_build_says_when_a_recording_is_older(sources):
    """And computes the digest as the recorder does."""
    header = {"version": 2, "width": 80, "height": 24, "shows": ["src"]}
    header["shows_sha256"] = cast.digest(["src"], sources)
    recorded(sources, json.dumps(header) + '\n[0.1, "o", "words"]\n')
    status, said = build(sources)
    assert (status, "older" in said) == (0, False), said
    (sources / "src/two.c").write_text("int two;\n")
    status, said = build(sources)
    assert status == 0
    assert "scene.cast is older than what it shows (src): make casts" in said


# --- Built decks in which only a browser sees what is wrong

INCLUDED = '[one.c: int one](../../src/one.c#L1-L4 "return")\n'
MANY = "".join(f"- number {number}\n" for number in range(20))
WIDE = "| head |\n| --- |\n| " + "word" * 60 + " |\n"
SESSION = "```console\n$ " + "x" * 120 + "\n```\n"
SCENE = "[A scene](../casts/scene.cast)\n\nLive: `true`\n"
RECORDING = (
    '{"version": 2, "width": 80, "height": 20}\n'
    '[0.1, "o", "words"]\n[9, "o", "the end"]\n'
)

# What the slide shows instead of the code -> what the visitor says of it.
ILL_FITTING = {
    "list": (MANY, "a-slide: overflows"),
    "table": (WIDE, "a-slide: off the slide"),
    "session": (SESSION, "a-slide: overflows"),
    "link": ("[No such slide](#/none)\n", "0 faults"),  # becomes words
    "recording": (SCENE, "0 faults"),
}
IMAGE = '<img src="https://example.com/a.png" alt="a">'
OUTSIDE = "a request outside the folder: https://example.com/a.png"
# What the built page has, and has instead -> what the visitor says of it.
SPOILT = {
    "script": ("</body>", "<script>no()</script></body>", "no is not defined"),
    "console": ("</body>", "<script>console.error('oh')</script></body>", "error: oh"),
    "outside": ("</body>", f"{IMAGE}</body>", OUTSIDE),
    "style": ("assets/slides.css", "assets/none.css", "cannot be loaded: none.css"),
    "missing": ("assets/reveal.js", "assets/none.js", "cannot be loaded: none.js"),
    "contrast": ("<figcaption>", '<figcaption style="color: #999">', "contrast 2."),
    "small": ("<figcaption>", '<figcaption style="font-size: 14px">', "small, 14.0"),
    "upon": ("<figcaption>", '<figcaption style="margin-top: -30px">', "overlap"),
    "alt": ("<figure", '<img src="a.svg"><figure', "no alt text"),
    "broken": ("<figure", '<img src="a.svg" alt="a"><figure', "no picture"),
    "astray": ("<figure", '<a href="none.html">words</a><figure', "leads nowhere"),
    "notes": ("0.5 min", "some time", "the speaker view does not open"),
}


@pytest.fixture(scope="module")
def visited(tmp_path_factory):
    """What the visitor says of each of these decks, all seen by one browser."""
    top = tmp_path_factory.mktemp("wrong")
    for name, (shown, _) in ILL_FITTING.items():
        write_sources(top / f"{name}.sources", GOOD_PART.replace(INCLUDED, shown))
        build_into(top / f"{name}.sources", top / name)
    write_sources(top / "good.sources", GOOD_PART)
    build_into(top / "good.sources", top / "good")
    for name, (old, new, _) in SPOILT.items():
        shutil.copytree(top / "good", top / name)
        spoil(top / name / "1-minutes.html", old, new)
    shutil.copytree(top / "recording", top / "mute")
    spoil(top / "mute/assets/recordings.js", "82", "0")  # R does nothing
    names = [*ILL_FITTING, *SPOILT, "good", "mute"]
    run = spawn.run(
        ["node", SLIDES / "visit/main.js", "--size", "1280x720"]
        + [top / name for name in names],
        within=200,
    )
    assert run.status == 1, run
    return {
        name: "".join(re.findall(rf"^{name}/.*\n", run.out, re.M)) for name in names
    }


def test_visitor_finds_nothing_wrong_with_a_good_deck(visited):
    assert visited["good"].endswith("2 slides, 3 states, 0 faults\n"), visited["good"]


@pytest.mark.parametrize("name", ILL_FITTING)
def test_visitor_sees_what_does_not_fit(visited, name):
    assert ILL_FITTING[name][1] in visited[name], visited[name]


@pytest.mark.parametrize("name", SPOILT)
def test_visitor_sees_what_is_wrong(visited, name):
    assert SPOILT[name][2] in visited[name], visited[name]


def test_visitor_hears_of_a_recording_that_does_not_play(visited):
    assert "does not play" in visited["mute"], visited["mute"]


# --- Presenting with reload on save


def test_serve_builds_again_on_save(sources, folder):
    with open(folder / "said", "w+b") as said:
        popen = spawn.spawn(
            ["node", SLIDES / "build/serve.js", "--from", sources / "slides"],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            address = eventually(lambda: address_in(spawn.written(said)))
            assert "A slide" in fetched(f"{address}1-minutes.html")
            assert "reload.js" in fetched(f"{address}1-minutes.html")
            assert fetched(f"{address}../../../../etc/passwd", "--path-as-is") == ""
            spoil(sources / "slides/parts/part.md", "## A slide", "## New words")

            def is_new():
                assert "New words" in fetched(f"{address}1-minutes.html")

            eventually(is_new)
            spoil(sources / "slides/parts/part.md", "#L1-L4", "#L7-L9")

            def is_named():
                assert "no such lines" in spawn.written(said)

            eventually(is_named)
            assert "New words" in fetched(f"{address}1-minutes.html")
        finally:
            popen.terminate()
            exited = spawn.has_exited(popen, 20)
            spawn.end(popen)
        assert exited and spawn.exit_status(popen) == 0


def address_in(text):
    found = re.search(r"http://127\.0\.0\.1:\d+/", text)
    assert found, text
    return found[0]


def fetched(address, *options):
    done = subprocess.run(
        ["curl", "-sf", *options, address], capture_output=True, check=False
    )
    return done.stdout.decode()
