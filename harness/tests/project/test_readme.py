"""README.md and the pages for contributors are true: their sessions are run, and what
they name exists. The README's table of variants is tested in test_variant_files.py."""

import re
import shutil
import subprocess
import sys

import pytest

from conftest import ROOT, make_targets
from reaplab.documents import transcript

README = ROOT / "README.md"
PAGES = [
    README,
    ROOT / ".github/CONTRIBUTING.md",
    ROOT / "src/README.md",
    ROOT / "harness/README.md",
]
SESSIONS = [session for page in PAGES for session in transcript.sessions(page)]


def page_name(page):
    return str(page.relative_to(ROOT))


pages = pytest.mark.parametrize("page", PAGES, ids=page_name)


def code_of(page):
    """The code in a page: its blocks, and what stands between backticks."""
    text = page.read_text()
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.M | re.S)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    return blocks + re.findall(r"`([^`]+)`", prose)


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


@pages
def test_every_make_target_named_exists(page):
    code = "\n".join(code_of(page))
    named = set(re.findall(r"\bmake (?:-s )?([a-z][a-z._-]*[a-z])", code))
    assert page != README or {"demo", "test"} <= named
    assert named <= make_targets()


@pages
def test_every_file_named_exists(page):
    """By its path from the top of the project, or from the page's folder."""
    text = page.read_text()
    named = re.findall(r"\b((?:src|harness|labs|slides)/[\w./-]*\w)(?![\w<])", text)
    # A table of what stands in the page's own folder names it from there.
    named += [one for one in code_of(page) if re.fullmatch(r"[\w-]+(/[\w.-]+)+", one)]
    named += re.findall(r"^\| `([\w./-]+)` \|", text, re.M)
    named += re.findall(r"\b[a-z]\w*\.(?:py|sh|mk)\b", text)
    assert named
    missing = [name for name in named if not any(places(page, name))]
    assert not missing


# A part of a name that the reader chooses, or a folder that make fills.
OPEN = re.compile(r"NN-name|HOW|NAME|^build/")


def places(page, name):
    """The files that a page may mean by a name."""
    if OPEN.search(name):
        return [name]
    starts = [ROOT, page.parent]
    if page.parent.name == "harness":
        starts.append(ROOT / "src/reaptop")
    found = [start / name for start in starts if (start / name).exists()]
    if "/" in name or found:
        return found
    return [*ROOT.glob(f"harness/**/{name}"), *ROOT.glob(f"labs/*/{name}")]


@pages
def test_every_link_leads_somewhere(page):
    text = page.read_text()
    for link in re.findall(r"\]\(([^)\s:]+)\)", text):
        path, _, heading = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        headings = re.findall(r"^#+ (.+)$", target.read_text(), re.M) if heading else []
        anchors = [re.sub(r"[^\w -]", "", one).lower().replace(" ", "-")
                   for one in headings]
        assert not heading or heading in anchors, link


@pages
def test_every_test_named_exists(page):
    tests = {path.name: path for path in (ROOT / "harness/tests").rglob("test_*.py")}
    text = "\n".join(path.read_text() for path in tests.values())
    for word in re.findall(r"\btest_\w+", page.read_text()):
        is_function = re.search(rf"^def {word}\(", text, re.M)
        assert is_function or f"{word}.py" in tests, word


def test_every_function_named_exists():
    """In the pages' own folder, or in all of the project for CONTRIBUTING."""
    for page in PAGES[1:]:
        folder = ROOT / "src" if page.parent.name == "src" else ROOT / "harness"
        files = [*folder.rglob("*.[ch]"), *folder.rglob("*.py")]
        files += (ROOT / "src").rglob("*.[ch]")
        text = "\n".join(path.read_text() for path in files)
        for name in set(re.findall(r"`(\w+)\(\)`", page.read_text())):
            assert re.search(rf"\b{name}\(", text), f"{page_name(page)}: {name}"


PICTURES = [
    (ROOT / "src/life_of_a_connection.svg", ["src"]),
    (ROOT / "harness/way_of_a_zombie.svg", ["src/reaptop", "harness/reaplab", "."]),
]


@pytest.mark.parametrize("picture, starts", PICTURES, ids=["connection", "zombie"])
def test_every_file_in_a_picture_exists(picture, starts):
    texts = re.findall(r"<text[^>]*monospace[^>]*>([^<]+)</text>", picture.read_text())
    assert len(texts) >= 9
    for text in texts:
        assert any((ROOT / start / text).exists() for start in starts), text
    alt = re.search(r"!\[([^]]+)\]", (picture.parent / "README.md").read_text())[1]
    for text in texts:
        assert text.rstrip("/") in alt, f"not in the words for the blind: {text}"


@pytest.mark.parametrize("picture", [one for one, _ in PICTURES], ids=page_name)
def test_a_picture_has_a_ground_of_its_own(picture):
    """GitHub shows it on white, or on black."""
    second = picture.read_text().splitlines()[1]
    assert re.search(r'<rect width="\d+" height="\d+" fill="#\w+"/>', second)


def test_the_line_that_runs_one_test_does():
    blocks = "".join(code_of(ROOT / ".github/CONTRIBUTING.md"))
    (line,) = re.findall(r"^python3 -m pytest .*$", blocks, re.M)
    words = line.split()
    done = subprocess.run(
        [sys.executable, *words[1:], "-p", "no:cacheprovider", "-n", "0"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def examples(language):
    """The examples of a language in CONTRIBUTING."""
    text = (ROOT / ".github/CONTRIBUTING.md").read_text()
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)
    assert found
    return found


def test_the_examples_in_c_compile_and_are_in_style(folder):
    shutil.copy(ROOT / ".clang-format", folder)
    source = folder / "example.c"
    flags = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror"]
    compiles = ["cc", *flags, "-Wno-unused-function", "-fsyntax-only", source]
    for example in examples("c"):
        source.write_text(f"#include <stddef.h>\n#include <sys/wait.h>\n\n{example}")
        subprocess.run(compiles, check=True)
        if shutil.which("clang-format"):
            subprocess.run(
                ["clang-format", "--dry-run", "--Werror", source], check=True
            )


def test_the_examples_of_tests_are_tests():
    tests = [path.read_text() for path in (ROOT / "harness/tests").rglob("test_*.py")]
    for example in examples("python"):
        assert any(example in one for one in tests), example


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
