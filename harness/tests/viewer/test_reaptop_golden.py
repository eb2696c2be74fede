"""What the demo's scenes look like at their end, in 80x24 and 200x50: golden screens,
with PIDs, ports, times and what hangs on the moment of a sample masked.

    REAP_GOLDEN=write pytest harness/tests/viewer/test_reaptop_golden.py

writes them anew; read the difference before it is committed.
"""

import os
import re
from pathlib import Path

import pytest

from reaplab.deadline import PATIENCE, eventually

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

GOLDEN = Path(__file__).parent / "golden"
STEPS = {1: 6, 2: 6, 3: 9, 4: 6, 5: 9}
SIZES = [(80, 24), (200, 50)]

MASKS = [
    (r"\b(pid|port|seen|came|went|max) +(\d+|-)", r"\1 #"),
    (r"\bup +(\S+)", "up #"),
    (r"every \S+", "every #"),
    (r"(?<![\w.])(\d+) +(?=[A-Z-] \w)", "# "),  # the PID of a row
    (r"(?<![\w.])(\d+\.\d+s|\d+m\d\ds)", "#s"),
    (r"\d+\.\d%", "#%"),
    # A sparkline has one place for each of the last moments.
    (r"[^│]*max #", " max #"),
    (r"[─]+", "─"),
    (r" +", " "),
]


def masked(rows):
    """The screen without its line of keys, which other tests are about."""
    found = []
    for row in rows[:-1]:
        for pattern, mask in MASKS:
            row = re.sub(pattern, mask, row)
        found.append(row.rstrip())
    return "\n".join(found).rstrip("\n") + "\n"


def compare(shown, scene, columns, lines):
    path = GOLDEN / f"scene_{scene}.{columns}x{lines}.txt"

    def same():
        assert masked(shown.rows()) == path.read_text()

    if os.environ.get("REAP_GOLDEN") == "write":
        # All that is marked for a moment is plain again.
        eventually(lambda: quiet(shown, lines))
        path.write_text(masked(shown.rows()))
    eventually(same, PATIENCE)


def quiet(shown, lines):
    assert shown.rows()[lines - 1].startswith("?Help"), "not drawn anew yet"
    assert not re.search(r" [!+-] +\d", shown.text())


@pytest.mark.parametrize("scene", STEPS)
def test_the_end_of_a_scene(lab, scene):
    argv = [lab.program("reaptop"), "-d", "0.05", "--scene", str(scene)]
    with terminal.Terminal(argv, *SIZES[0], env={"LC_ALL": "C.UTF-8"}) as shown:
        shown.await_text(f"Scene {scene}: ", f"1/{STEPS[scene]} ")
        shown.type(" ")
        for step in range(1, STEPS[scene]):
            shown.await_text(f"{step}/{STEPS[scene]} ", "(stopped)")
            shown.type(".")
        shown.await_text("(end)")
        for columns, lines in SIZES:
            shown.resize(columns, lines)
            compare(shown, scene, columns, lines)
        shown.type("q")
        assert shown.await_end() == 0
