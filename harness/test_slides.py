"""The built decks, in a real browser and off line; and decks that must be refused.

    make slides-test

The pictures that the visitor takes of each slide are kept in build/slides-pictures,
to be looked at.
"""

import json
import os
import re
import shutil
import subprocess

import pytest

import casts
from conftest import ROOT
from reaplab import cast, spawn
from reaplab.deadline import eventually

pytestmark = [pytest.mark.slides, pytest.mark.timeout(240)]

SLIDES = ROOT / "slides"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZES = ("1280x720", "1920x1080")


def node(script, *words, within=200):
    """Run one of the slides' programs: (status, what it printed)."""
    run = spawn.run(["node", SLIDES / script, *words], within=within)
    return run.status, run.out + run.err


@pytest.fixture(autouse=True)
def nothing_left():
    """Chromium's helpers outlive it for an instant, and are then ours to reap, as a
    run is a subreaper. But none may live on."""
    yield

    def all_dead():
        assert [one.pid for one in spawn.strays() if one.is_alive()] == []

    try:
        eventually(all_dead)
        assert spawn.still_running() == []
    finally:
        spawn.end_strays()


@pytest.fixture(scope="module", autouse=True)
def tools():
    """Skip where the slides cannot be built: make slides-test installs it all."""
    if shutil.which("node") is None:
        pytest.skip("needs node")
    if not (SLIDES / "node_modules").is_dir():
        pytest.skip("needs the slides' packages: make slides fetches them")
    named = os.environ.get("CHROMIUM")
    if not named and not any(shutil.which(name) for name in BROWSERS):
        pytest.skip("needs Chromium")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The decks, built as `make slides` does."""
    out = tmp_path_factory.mktemp("built") / "slides"
    status, said = node("build/main.js", "--out", str(out))
    assert status == 0, said
    return out


# --- The decks that are given


def test_every_slide_and_step_in_a_browser(built):
    pictures = ROOT / "build" / "slides-pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    sizes = [word for size in SIZES for word in ("--size", size)]
    status, said = node("visit/main.js", *sizes, "--pictures", pictures, built)
    assert status == 0, said
    line = r"^slides/(\d+)-minutes at (\S+): (\d+) slides, (\d+) states"
    visited = re.findall(line, said, re.M)
    assert [one[:2] for one in visited] == [
        (deck, size) for deck in ("15", "50") for size in SIZES
    ]
    counts = {one[0]: (int(one[2]), int(one[3])) for one in visited}
    for deck, (slides, states) in counts.items():
        page = (built / f"{deck}-minutes.html").read_text()
        assert slides == page.count("<section ")
        assert states > slides, "no slide has steps"
        assert len(list(pictures.glob(f"{deck}-minutes.720.*.png"))) == slides


def test_pdf_has_a_page_for_each_slide(built):
    for pdf in built.glob("*.pdf"):
        pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
        slides = pdf.with_suffix(".html").read_text().count("<section ")
        assert pages == slides, pdf.name
    assert len(list(built.glob("*.pdf"))) == 2


def test_index_leads_to_all_that_was_built(built):
    named = re.findall(r'href="([^"]+)"', (built / "index.html").read_text())
    assert len(named) == 5  # two decks, two PDF, a style sheet
    assert all((built / name).is_file() for name in named)


def test_nothing_in_the_folder_names_this_machine(built):
    for path in [*built.glob("*.html"), *built.glob("assets/*.css")]:
        assert str(ROOT) not in path.read_text(), path.name


# --- Sources that must be refused

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
        env={**os.environ, "VISIT_PATIENCE": "3"},
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


# --- Command lines


@pytest.mark.parametrize("script", ["build/main.js", "build/serve.js", "visit/main.js"])
def test_command_lines(script):
    assert node(script, "--help")[0] == 0
    status, said = node(script, "--version")
    assert (status, said.endswith(" 0.1\n")) == (0, True)
    status, said = node(script, "--nonsense")
    assert status == 2
    assert len(said.strip().splitlines()) == 1, said


# --- Recording

VIEWER = """\
#!/bin/sh
printf '\\033[?1049h'; echo "Scene $3 (end)"
while read -r -n 1 key && [ "$key" != q ]; do :; done
printf '\\033[?1049l'
"""


def test_recorder_plays_a_scene_to_its_end(folder, monkeypatch):
    """With a viewer that is quick; it says what it is given, and awaits its q."""
    if shutil.which("asciinema") is None:
        pytest.skip("needs asciinema")
    viewer = folder / "reaptop"
    viewer.write_text(VIEWER.replace("/bin/sh", "/bin/bash"))
    viewer.chmod(0o755)
    monkeypatch.setattr(casts, "CASTS", folder)
    casts.record("scene_2", folder)
    header, events = cast.read(folder / "scene_2.cast")
    assert header["command"] == "make demo SCENE=2"
    assert "Scene 2 (end)" in "".join(data for _, _, data in events)
    assert not cast.is_older(folder / "scene_2.cast", ROOT)
