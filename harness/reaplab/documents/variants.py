"""The lab's variants as their own files tell of them: each src/variants/server_*.c
opens with who reaps, when, what you will see, which test shows it, and more.

    python3 -m reaplab.documents.variants    prints the table, in Markdown
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "src" / "variants"
MAKEFILE = ROOT / "Makefile"

WRONG = "WRONG ON PURPOSE"

# What an opening comment says, in this order. Those of a wrong variant besides.
FIELDS = ("Who reaps", "When", "You will see", "Test")
OPTIONAL = ("Belief", "Real bug", "Real use")

OPENING = re.compile(r"\A/\* (.*?)\s*\*/\n", re.DOTALL)
FIELD = re.compile(r"^([A-Z][A-Za-z ]+): +(\S.*)$")
COMMENT = re.compile(
    r'"(?:[^"\\\n]|\\.)*"' r"|'(?:[^'\\\n]|\\.)*'" r"|(/\*.*?\*/|//[^\n]*)", re.DOTALL
)


class BadOpening(ValueError):
    """A variant's file does not open as it should; the message says why."""


@dataclass(frozen=True)
class Variant:
    """One variant: its name without "server_", its title, its symptom if it is
    WRONG ON PURPOSE (else None), and its fields, each on one line."""

    name: str
    title: str
    symptom: str
    fields: dict
    path: Path

    @property
    def is_wrong(self):
        return self.symptom is not None

    @property
    def program(self):
        return f"server_{self.name}"

    @property
    def tests(self):
        return re.split(r", *", self.fields["Test"])


def read_all(folder=FOLDER, makefile=MAKEFILE):
    """Every Variant, in the order in which the Makefile lists them; those that it
    does not list come last. Raises BadOpening."""
    order = listed(makefile.read_text(encoding="utf-8"))
    found = [read(path) for path in sorted(folder.glob("server_*.c"))]
    return sorted(
        found,
        key=lambda one: order.index(one.name) if one.name in order else len(order),
    )


def listed(makefile):
    """The names in the VARIANTS of a Makefile's text."""
    text = re.sub(r"\\\n", " ", makefile)
    lists = re.findall(r"^VARIANTS [:+]?= *(.*)$", text, re.MULTILINE)
    return " ".join(lists).split()


def read(path):
    """The Variant of one file. Raises BadOpening."""
    name = path.stem.removeprefix("server_")
    match = OPENING.match(path.read_text(encoding="utf-8"))
    if match is None:
        raise BadOpening(f"{path.name}: does not open with a comment")
    lines = [
        re.sub(r"^ \* ?", "", line).rstrip() for line in match[1].splitlines()
    ]
    title, symptom, fields = _parse(path.name, lines)
    own = f"{path.stem}: "
    if not title.startswith(own):
        raise BadOpening(f"{path.name}: its first line does not start with {own!r}")
    return Variant(name, title[len(own):], symptom, fields, path)


def _parse(name, lines):
    """(title, symptom or None, fields) of an opening comment's lines."""
    title, symptom, fields, last = lines[0], None, {}, None
    for line in lines[1:]:
        match = FIELD.match(line)
        if match and match[1] == WRONG:
            symptom, last = match[2], None
        elif match and match[1] in FIELDS + OPTIONAL:
            last = match[1]
            if last in fields:
                raise BadOpening(f"{name}: says {last!r} twice")
            fields[last] = match[2]
        elif last and line.startswith("  "):
            fields[last] += " " + line.strip()
        elif line:
            raise BadOpening(f"{name}: what is this? {line!r}")
    missing = [field for field in FIELDS if field not in fields]
    if missing:
        raise BadOpening(f"{name}: does not say {', '.join(missing)}")
    return title, symptom, fields


def code_lines(text):
    """How many lines of C hold code: not blank, and not only a comment."""
    bare = COMMENT.sub(
        lambda found: re.sub(r"[^\n]+", " ", found[0]) if found[1] else found[0],
        text,
    )
    return sum(1 for line in bare.splitlines() if line.strip())


def table(variants):
    """Both tables, right answers and wrong ones, as Markdown."""
    right = [one for one in variants if not one.is_wrong]
    wrong = [one for one in variants if one.is_wrong]
    return "\n".join(
        [
            *_rows(
                ("variant", *FIELDS, "Real use"),
                [(_link(one), *_cells(one, *FIELDS, "Real use")) for one in right],
            ),
            "",
            *_rows(
                ("wrong on purpose", "Belief", *FIELDS, "Real bug"),
                [
                    (_link(one), *_cells(one, "Belief", *FIELDS, "Real bug"))
                    for one in wrong
                ],
            ),
        ]
    )


def _link(variant):
    path = variant.path.relative_to(ROOT)
    return f"[`{variant.program}`]({path.as_posix()})"


def _cells(variant, *fields):
    return [variant.fields.get(field, "") for field in fields]


def _rows(heads, rows):
    yield _row(head.lower() for head in heads)
    yield _row("---" for _ in heads)
    yield from (_row(row) for row in rows)


def _row(cells):
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def main():
    try:
        print(table(read_all()))
    except (BadOpening, OSError) as error:
        print(f"variants: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
