"""The picture of a bench's run: all of it is there, nothing lies over another, what
was not measured is said, and what is no run is refused."""

import copy
import importlib.util
import json
import re
import sys

import pytest

from conftest import ROOT
from reaplab.servers import spawn

HARNESS = ROOT / "harness"
CHART = HARNESS / "bench" / "chart.py"

needs_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib"
)


def row(measured, unit, target, target_is, values, problem=None):
    least, result, most = values
    better = result is not None and (result < target) == (target_is == "ceiling")
    return {
        "measured": measured, "unit": unit, "target": target, "target_is": target_is,
        "result": result, "min": least, "max": most, "medians": "",
        "verdict": "skipped" if problem else "met" if better else "missed",
        "problem": problem,
    }


# Curves that end at the same place, ratios far outside the axis, and long words.
RUN = {
    "machine": {
        "system": "Linux 6.1", "cpu": "A CPU", "cpus": 2, "memory_gb": 3.5,
        "compiler": "cc 12 -O2 -static", "date": "2026-01-02",
        "others_cpu_share": 0.5,
    },
    "remarks": ["Bursts of 20 sessions.", "The machine had other work too: " * 5],
    "rows": [
        row("waitpid_loop / plain C, 8 at a time", "x", 1.4, "floor", (1.2, 1.5, 1.6)),
        row("waitpid_loop / plain C, 64 at a time", "x", 1.4, "floor", (0.9, 1.3, 9)),
        row("PSS of an idle child", "kB", 60, "ceiling", (20, 20, 20)),
        row("slowest of 40 keystrokes, 200 zombies", "ms", 50, "ceiling", (1, 1, 2)),
        row("slower than ever, 200 zombies", "ms", 50, "ceiling", (400, 500, 600)),
    ],
    "samples": [
        {"name": name, "concurrency": concurrency,
         "rounds": [{"sessions_per_s": rate * share} for share in (1, 1.5, 1.1)]}
        for name, rate in (("the fork limit", 9000), ("waitpid_loop", 6000))
        for concurrency in (8, 64)
    ],
    "missing": {},
    "scaling": [
        {"server": server, "idle": idle, "rates": [900 - idle, 800 - idle],
         "p50_us": 90, "p99_us": 95}
        for server in ("server_waitpid_loop", "server_rtsig")
        for idle in (0, 30, 90)
    ],
    "viewers": [
        {"zombies": count, "wanted": count, "note": "", "problems": {},
         "cpu_ms": {"reaptop": [1, 2], "htop": [1, 2.1], "reading the list": [2]},
         "resident_kb": {"reaptop": [3000, 3100], "htop": [3050]}}
        for count in (10, 1000, 20000)
    ],
}


@pytest.fixture
def draw(folder):
    """draw(run): the report of a run, of a text that is none or of no file:
    (what came of drawing it, the SVG or None)."""
    def drawn(run):
        result, output = folder / "result.json", folder / "report.svg"
        if run is not None:
            result.write_text(run if isinstance(run, str) else json.dumps(run))
        done = spawn.run([sys.executable, CHART, result], within=60)
        return done, output.read_text() if output.exists() else None

    return drawn


def words_of(svg):
    """The texts in the picture: their outlines stand behind a comment each."""
    return re.findall(r"<!-- (.*?) -->", svg, re.DOTALL)


@needs_matplotlib
def test_a_run_is_drawn(draw, folder):
    (folder / "victim").write_text("precious")
    (folder / "report.svg").symlink_to("victim")
    done, svg = draw(RUN)
    assert (done.status, done.err) == (0, ""), done
    assert done.out == f"wrote {folder}/report.svg\n"
    assert (folder / "victim").read_text() == "precious"
    said = " ".join(words_of(svg))
    for words in (
        "A CPU, 2 CPUs, 3.5 GB", "Linux 6.1", "cc 12 ", "2026", "Bursts of 20",
        "The machine had other work too", "1.50x", "\u2265 1.4x", "1.30x", "20.00 kB",
        "\u2264 60 kB", "64 at a time", "50x", "0.1x", "9,900", "6,600",
        "waitpid_loop", "rtsig", "p99", "20,000", "htop", "resident memory",
    ):
        assert words in said, words
    assert "dc:date" not in svg and str(folder) not in svg
    assert draw(RUN)[1] == svg


@needs_matplotlib
def test_what_was_not_measured_is_said(draw):
    run = copy.deepcopy(RUN)
    none = (None, None, None)
    run["missing"] = {"socat": "socat is not installed, $HOME or $PATH"}
    run["rows"] += [
        row("waitpid_loop / socat, 8 at a time", "x", 2.5, "floor", none,
            "socat is not installed"),
        row("sessions beside live clients", "a second", 0, "floor", none,
            "server: ulimit -u is 12"),
    ]
    run["scaling"] = []
    for one in run["viewers"]:
        one["problems"]["htop"] = "htop is not installed"
        one["cpu_ms"]["htop"] = []
        del one["resident_kb"]["htop"]
    done, svg = draw(run)
    assert (done.status, done.err) == (0, ""), done
    said = words_of(svg)
    for words in (
        "skipped: socat is not installed", "htop is not installed",
        "socat is not installed, $HOME or $PATH",
    ):
        assert words in said, (words, said)
    assert any("not measured: server: ulimit" in one for one in said), said


@needs_matplotlib
def test_a_run_that_measured_nothing_is_drawn(draw):
    """Everything failed, as on a machine that is full."""
    run = {**copy.deepcopy(RUN), "samples": [], "scaling": []}
    run["missing"] = {"waitpid_loop": "no luck"}
    for one in run["rows"]:
        one.update(result=None, min=None, max=None, verdict="failed", problem="no luck")
    for one in run["viewers"]:
        one.update(problems={"reaptop": "no luck"}, cpu_ms={}, resident_kb={})
    done, svg = draw(run)
    assert (done.status, done.err) == (0, ""), done
    said = words_of(svg)
    assert said.count("failed: no luck") == len(RUN["rows"])
    assert said.count("no luck") == 1  # the server's, where its bars would be
    assert sum("not measured" in one for one in said) == 4


@needs_matplotlib
@pytest.mark.parametrize("text", [
    None, "[]", '{"servers": 5}', json.dumps(RUN)[:-300],
    json.dumps(RUN).replace("1.5,", "NaN,"), json.dumps(RUN).replace("1.5,", '"x",'),
    json.dumps({**RUN, "viewers": [{"zombies": 5}]}),
], ids=range(7))
def test_what_is_no_run_is_refused(draw, text):
    done, svg = draw(text)
    assert done.status == 1 and svg is None, done
    assert done.err.startswith("bench-report: ") and done.err.count("\n") == 1, done
    assert "result.json" in done.err


@pytest.mark.parametrize("words, status", [
    (["--help"], 0), (["--version"], 0), ([], 2), (["--nonsense"], 2),
])
def test_the_command_line(words, status):
    assert spawn.run([sys.executable, CHART, *words]).status == status


# Prints each text that lies over another, or that leaves the page.
OVERLAPS = """
import itertools, json, sys
sys.path[:0] = sys.argv[2:]
from panels import page
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

drawn = page(json.load(open(sys.argv[1])))
canvas = FigureCanvasAgg(drawn)
canvas.draw()
hidden = set()
for axes in drawn.axes:
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        for tick in axis.get_major_ticks() + axis.get_minor_ticks():
            if not axes.axison or not low <= tick.get_loc() <= high:
                hidden |= {tick.label1, tick.label2}
boxes = [
    (one.get_text(), one.get_window_extent(canvas.get_renderer()))
    for one in drawn.findobj(Text)
    if one.get_visible() and one.get_text().strip() and one not in hidden
]
assert len(boxes) > 60, boxes
for (one, a), (other, b) in itertools.combinations(boxes, 2):
    if a.overlaps(b):
        print("over each other:", repr(one), repr(other))
for text, box in boxes:
    if box.x0 < 0 or box.y0 < 0 or box.x1 > drawn.bbox.x1 or box.y1 > drawn.bbox.y1:
        print("outside:", repr(text))
"""


@needs_matplotlib
def test_no_words_lie_over_others(folder):
    result = folder / "result.json"
    result.write_text(json.dumps(RUN))
    places = [HARNESS / "bench", HARNESS / "figures", HARNESS]
    done = spawn.run([sys.executable, "-c", OVERLAPS, result, *places], within=60)
    assert (done.status, done.out, done.err) == (0, "", ""), done
