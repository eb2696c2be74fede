"""The variants' files: each small, each opening with the facts, each wrong one
labelled, and each with a test that shows what it says."""

import re
import subprocess

import pytest

from reaplab.documents import variants

MAX_CODE_LINES = 60
THREAD = re.compile(r"[\w.-]+/[\w.-]+#\d+")  # owner/repo#N
FILES = sorted(variants.FOLDER.glob("*.c"))


@pytest.fixture(params=FILES, ids=[path.stem for path in FILES])
def path(request):
    return request.param


def test_it_opens_with_the_facts(path):
    variant = variants.read(path)
    assert variant.title.endswith("."), "a sentence"
    # A name that the Makefile does not know is a file that nobody builds.
    assert variant.name in variants.listed(variants.MAKEFILE.read_text())


def test_it_is_small(path):
    assert variants.code_lines(path.read_text()) <= MAX_CODE_LINES


def test_the_opening_is_what_the_program_says(path, lab):
    """Its name, and a summary for --help."""
    text = path.read_text()
    assert f'.name = "{path.stem}"' in text
    (summary,) = re.findall(r'\.summary = "(.*)"', text)
    said = subprocess.run(
        [lab.program(path.stem), "--help"], stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    assert f"Who reaps the children? {summary}." in " ".join(said.split())


def test_its_test_exists_and_knows_it(path):
    variant = variants.read(path)
    for test in variant.tests:
        file = variants.ROOT / test
        assert file.is_file(), test
        text = file.read_text()
        named = f'"{variant.name}"' in text
        # All right answers are read from the files themselves.
        assert named or not variant.is_wrong and "is_wrong" in text, test


def test_a_wrong_one_is_labelled(path):
    """It says so, with the symptom, on a line of its own; and its comments name
    the belief, unless the file is one of the first three."""
    variant = variants.read(path)
    if not variant.is_wrong:
        assert variants.WRONG not in path.read_text()
        assert not variant.fields.keys() & {"Belief", "Real bug"}
        return
    assert variant.symptom.endswith(".")
    assert variant.name in ("noreap", "sigchld") or variant.fields["Belief"]
    bug = variant.fields.get("Real bug")
    assert bug is None or THREAD.search(bug), bug


def test_makefile_lists_every_file():
    listed = variants.listed(variants.MAKEFILE.read_text())
    assert sorted(listed) == [path.stem[len("server_"):] for path in FILES]


def test_make_variants_prints_the_table():
    made = subprocess.run(
        ["make", "-s", "--no-print-directory", "-C", variants.ROOT, "variants"],
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()
    assert made == variants.table(variants.read_all()) + "\n"
    rows = [line for line in made.splitlines() if line.startswith("| [`server_")]
    assert len(rows) == len(FILES)
    widths = {line.count(" | ") for line in made.splitlines() if line}
    assert widths == {5, 6}, "five columns and the name; a belief besides"


def test_readme_has_the_same_table():
    readme = variants.ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README.md")
    found = re.search(
        r"<!-- make variants -->\n(.*?)\n<!-- end -->", readme.read_text(), re.DOTALL
    )
    assert found, "README.md has no table between <!-- make variants --> and end"
    assert found[1].strip() == variants.table(variants.read_all())


GOOD = """/* server_x: title.
 *
 * WRONG ON PURPOSE: a symptom.
 *
 * Who reaps:    nobody
 * When:         never, and
 *               not even then
 * You will see: zombies
 * Test:         a.py, b.py */
int x; // a comment
"""


@pytest.fixture
def written(folder):
    def write(text, name="server_x.c"):
        path = folder / name
        path.write_text(text)
        return path

    return write


def test_reading_an_opening(written):
    variant = variants.read(written(GOOD))
    assert (variant.name, variant.title) == ("x", "title.")
    assert (variant.is_wrong, variant.symptom) == (True, "a symptom.")
    assert variant.fields["When"] == "never, and not even then"
    assert variant.tests == ["a.py", "b.py"]


@pytest.mark.parametrize(
    "old, new, why",
    [
        ("/* server_x", "int y;\n/* server_x", "does not open with a comment"),
        ("server_x:", "server_y:", "does not start with"),
        (" * When:         never, and\n *               not even then\n", "", "When"),
        ("You will see:", "Who reaps:   ", "says 'Who reaps' twice"),
        ("You will see:", "You might see:", "what is this"),
        (" * Test:         a.py, b.py", " *", "does not say Test"),
    ],
)
def test_bad_openings_are_refused(written, old, new, why):
    assert old in GOOD
    with pytest.raises(variants.BadOpening, match=why):
        variants.read(written(GOOD.replace(old, new)))


@pytest.mark.parametrize(
    "text, count",
    [
        ("", 0),
        ("\n\n/* one\n * two */\n", 0),
        ("int x; /* why */\n", 1),
        ("int x; // why\n// why not\n", 1),
        ('char *s = "/* no comment";\nint y;\n', 2),
        ("char c = '\"'; /* x\n*/ int z;\n", 2),
    ],
)
def test_counting_lines_of_code(text, count):
    assert variants.code_lines(text) == count
