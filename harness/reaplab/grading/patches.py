"""Unified diffs that apply exactly or not at all.

A patch keeps an answer as its difference to the solution. It opens with a head: the
comment that opens the answer, in plain English, without comment signs. Then comes one
unified diff for each file that differs, as diff -u and git write it:

    WRONG ON PURPOSE: of N children that die together N-1 stay zombies.
    --- solution/server.c
    +++ solution/server.c
    @@ -20,7 +20,7 @@ static void on_sigchld(int signo)
    ...

patch(1) and git-apply(1) also take a hunk that fits some lines away, or only nearly.
Here each line must stand at the line number that the hunk says.
"""

import difflib
import re
from dataclasses import dataclass

CONTEXT = 3
FOLDER = "solution/"

_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_COMMENTS = {
    "c": re.compile(r"/\*(.*?)\*/\n", re.DOTALL),
    "toml": re.compile(r"(?:#.*\n)+"),
}
_NONE = re.compile(r"(?!)")
_FUNCTION = re.compile(r"[A-Za-z_].*\(")


class DoesNotApply(ValueError):
    """A patch is damaged, or is not for this text; the message says where."""


@dataclass(frozen=True)
class Hunk:
    """Lines that stand at one place. `start` and `new_start` count from 0; `old`
    and `new` are the lines before and after the change."""

    start: int
    new_start: int
    old: tuple
    new: tuple


@dataclass(frozen=True)
class Patch:
    """`changes`: {name of a file below solution/: its Hunks}."""

    head: str
    changes: dict


def read(text):
    """Returns the Patch that a text holds. Raises DoesNotApply if it is damaged."""
    begins = re.search(r"^--- ", text, re.MULTILINE)
    if not begins:
        raise DoesNotApply("no line begins with ---")
    head = text[:begins.start()]
    lines = text[begins.start():].splitlines(keepends=True)
    changes = {}
    while lines:
        old, new = lines.pop(0), lines.pop(0) if lines else ""
        name = old.removeprefix("--- " + FOLDER).rstrip("\n")
        if new != f"+++ {FOLDER}{name}\n" or name in changes:
            raise DoesNotApply(f"not the names of a file: {old.rstrip()}")
        changes[name] = []
        while lines and not lines[0].startswith("--- "):
            changes[name].append(_take_hunk(lines))
        if not changes[name]:
            raise DoesNotApply(f"{name}: nothing is changed")
    return Patch(head.strip("\n"), changes)


def _take_hunk(lines):
    """Removes the first hunk from the lines and returns it."""
    heading = lines.pop(0)
    numbers = _HUNK.match(heading)
    if not numbers:
        raise DoesNotApply(f"not the beginning of a hunk: {heading.rstrip()}")
    start, old_size, new_start, new_size = (
        1 if number is None else int(number) for number in numbers.groups()
    )
    old, new = [], []
    while len(old) < old_size or len(new) < new_size:
        line = lines.pop(0) if lines else ""
        sign, text = (line[:1], line[1:]) if line != "\n" else (" ", line)
        if sign not in (" ", "-", "+") or not text.endswith("\n"):
            raise DoesNotApply(f"{heading.rstrip()}: lines are missing")
        if sign != "+":
            old.append(text)
        if sign != "-":
            new.append(text)
    if (len(old), len(new)) != (old_size, new_size):
        raise DoesNotApply(f"{heading.rstrip()}: it has other numbers of lines")
    # An empty side names the line before it.
    return Hunk(
        start - (old_size > 0), new_start - (new_size > 0), tuple(old), tuple(new)
    )


def apply(hunks, text):
    """Returns the text after these hunks. Raises DoesNotApply."""
    lines = text.splitlines(keepends=True)
    done, at = [], 0
    for hunk in hunks:
        end = hunk.start + len(hunk.old)
        done += lines[at:hunk.start]
        if hunk.start < at or tuple(lines[hunk.start:end]) != hunk.old:
            raise DoesNotApply(f"line {hunk.start + 1}: other lines stand there")
        if len(done) != hunk.new_start:
            raise DoesNotApply(f"line {hunk.start + 1}: the hunks before it do not fit")
        done += hunk.new
        at = end
    return "".join(done + lines[at:])


def make(head, pairs):
    """Returns a patch as text. `pairs`: {name: (solution's text, answer's text)}; an
    opening comment in the answer is left out, since the head takes its place."""
    told = head + "\n" if head else ""
    for name, (old, new) in pairs.items():
        for text in (old, new):
            if not text.endswith("\n"):
                raise ValueError(f"{name}: the last line does not end")
        told += _diff(name, old, with_opening(name, new, opening(name, old)))
    return told


def _diff(name, old, new):
    lines = old.splitlines(keepends=True)
    found = difflib.unified_diff(
        lines,
        new.splitlines(keepends=True),
        FOLDER + name,
        FOLDER + name,
        n=CONTEXT,
    )
    return "".join(
        line[:-1] + _function_before(lines, line) + "\n" if _HUNK.match(line) else line
        for line in found
    )


def _function_before(lines, heading):
    """Returns what git shows behind a hunk's line numbers: the last line above that
    begins a function, after a space, or nothing."""
    start = int(_HUNK.match(heading).group(1)) - 1
    for line in reversed(lines[:max(start, 0)]):
        if _FUNCTION.match(line):
            return " " + line.rstrip()
    return ""


def opening(name, text):
    """Returns the comment that opens a file, without comment signs; "" if none."""
    comment = _COMMENTS.get(_suffix(name), _NONE).match(text)
    if not comment:
        return ""
    if _suffix(name) == "c":
        return re.sub(r"\n \* ?", "\n", comment.group(1)).strip()
    return re.sub(r"^# ?", "", comment.group(), flags=re.MULTILINE).strip()


def with_opening(name, text, words):
    """Returns the text of a file with this opening comment, or with none if the words
    are empty. A file that can hold no comments stays as it is."""
    pattern = _COMMENTS.get(_suffix(name))
    if pattern is None:
        return text
    comment = pattern.match(text)
    rest = text[comment.end():] if comment else text
    if not words:
        return rest
    lines = words.split("\n")
    if _suffix(name) == "c":
        said = "/* " + "\n * ".join(lines) + " */"
    else:
        said = "# " + "\n# ".join(lines)
    return re.sub(r" +$", "", said, flags=re.MULTILINE) + "\n" + rest


def _suffix(name):
    return name.rpartition(".")[2]
