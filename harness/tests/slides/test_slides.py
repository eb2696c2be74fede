"""The decks that are given, built, in a real browser and off line: make slides-test.
What must be refused is in test_slides_refused.py.

The pictures that the visitor takes of each slide are kept in build/slides-pictures,
to be looked at.
"""

import re
import shutil

import pytest

import casts
from conftest import ROOT, make_command
from reaplab.documents import cast
from reaplab.servers import spawn
from slide_tools import SLIDES, node, nothing_left, tools  # noqa: F401

pytestmark = [pytest.mark.slides, pytest.mark.timeout(240)]

SIZES = ("1280x720", "1920x1080")


@pytest.fixture(scope="module")
def built(lab):
    """The decks, built by `make slides`."""
    command, environment = make_command(lab, "slides")
    run = spawn.run(command, env=environment, within=200)
    assert run.status == 0, run
    return lab.build / "slides"


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
