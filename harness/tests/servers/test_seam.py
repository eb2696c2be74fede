"""The seam between core and variants: a variant is one small file, and what two of
them differ in is the lesson and nothing else."""

import difflib
import re

import pytest

from conftest import ROOT, VARIANTS

SOURCES = ROOT / "src"
MAKEFILE = (ROOT / "Makefile").read_text()
MAX_LINES_OF_CODE = 60


def source(variant):
    return (SOURCES / "variants" / f"server_{variant}.c").read_text()


def without_comments(text):
    """C source without comments and blank lines."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)
    return [line for line in text.splitlines() if line.strip()]


def test_sigchld_and_waitpid_loop_differ_in_one_word():
    """`diff server_sigchld.c server_waitpid_loop.c`, less the opening comment: the
    names, the line that sums it up, and an `if` that became a `while`."""
    ours, theirs = (
        without_comments(source(one)) for one in ("sigchld", "waitpid_loop")
    )
    changed = [
        line
        for line in difflib.ndiff(ours, theirs)
        if line[0] in "+-" and not re.match(r". *\t*\.(name|summary) =", line)
    ]
    removed, added = changed
    assert removed.startswith("- \tif ((child = waitpid(-1, &status, WNOHANG)) > 0)")
    assert added[2:] == removed[2:].replace("if (", "while (", 1)


def test_they_differ_in_no_comment_but_the_first():
    ours, theirs = (
        source(one).partition("*/")[2].splitlines()
        for one in ("sigchld", "waitpid_loop")
    )
    lines = [one for one in difflib.ndiff(ours, theirs) if one[0] in "+-"]
    assert len(lines) == 6, "names, summaries, if and while"


def test_each_variant_is_built_by_one_word_in_the_makefile():
    words = re.search(r"^VARIANTS := (.*(?:\\\n.*)*)", MAKEFILE, re.MULTILINE)[1]
    assert sorted(words.replace("\\\n", " ").split()) == VARIANTS


def test_a_variant_is_small_and_says_what_it_is(variant):
    text = source(variant)
    assert len(without_comments(text)) <= MAX_LINES_OF_CODE
    opening = text[: text.index("*/")]
    assert opening.startswith(f"/* server_{variant}: ")
    assert len(opening.splitlines()) <= 10
    for heading in ("Who reaps:", "You will see:", "Test:"):
        assert heading in opening
    (test,) = re.findall(r"harness/tests/servers/test_\w+\.py", opening)
    assert (ROOT / test).exists()


def test_the_program_says_its_name(start, variant):
    """Students run several side by side: none may pass for another."""
    server = start(variant)
    assert server.out.startswith(f"server_{variant}: pid ")
    assert server.stop() == 0
    assert f"\nserver_{variant}: pid " in server.out


@pytest.mark.parametrize("word", [r"#\s*ifdef", r"#\s*if\s", r"strcmp\s*\("])
def test_the_core_does_not_know_which_variant_it_serves(word):
    for path in (SOURCES / "echo").rglob("*.c"):
        code = "\n".join(without_comments(path.read_text()))
        assert not re.search(word, code), path


def test_arrows_run_one_way():
    """first -> nothing; variants -> echo -> common and lean; client -> common;
    moments -> common; reaptop -> common: they know nothing of the servers."""
    allowed = {
        "first": r"$",
        "common": r"common/",
        "lean": r"lean/",
        "echo": r"echo/|common/|lean/",
        "variants": r"echo/|common/",
        "client": r"client/|common/",
        "moments": r"moments/|common/",
        "reaptop": r"reaptop/|common/",
    }
    for folder, pattern in allowed.items():
        for path in (SOURCES / folder).rglob("*.[ch]"):
            for name in re.findall(r'^#include "(.*)"', path.read_text(), re.M):
                assert re.match(pattern, name), f"{path} includes {name}"


FIVE_FILES = (
    "echo/variant.h", "echo/server.c", "echo/accept.c", "echo/session.c",
    "variants/server_waitpid_loop.c",
)


def test_five_files_have_one_connection_from_accept_to_reap():
    """They are short, and they do not mention what makes a fork cheap: src/lean."""
    texts = [(SOURCES / name).read_text() for name in FIVE_FILES]
    assert sum(len(text.splitlines()) for text in texts) <= 420
    for name, text in zip(FIVE_FILES, texts):
        word = re.search(r"\b(pages?|page.faults?|stack|TLS|linker|microsecond)", text)
        assert not word, f"{name}: {word[0]}"
