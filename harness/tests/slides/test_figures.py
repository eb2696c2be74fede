"""The figures: the same data makes the same bytes, what is committed is what the data
draws, and what the data says is what the lab claims."""

import importlib.util
import json
import re
import statistics
import sys

import pytest

from conftest import ROOT
from reaplab.servers import spawn

FOLDER = ROOT / "harness/figures"
DRAW = FOLDER / "draw.py"
MEASURE = FOLDER / "measure.py"
DATA = FOLDER / "data"
NAMES = sorted(path.stem for path in DATA.glob("*.json"))
COMMITTED = FOLDER.parent.parent / "slides" / "figures"

needs_matplotlib = pytest.mark.skipif(
    importlib.util.find_spec("matplotlib") is None, reason="needs matplotlib"
)


def data_of(name):
    return json.loads((DATA / f"{name}.json").read_text())


def drawn_by(svg):
    """The release of matplotlib: another one writes other numbers."""
    return re.search(r"matplotlib \d[\w.]+", svg)[0]


@needs_matplotlib
def test_the_same_data_makes_the_same_bytes(folder):
    again = ["lifelines", "reaping_cost"]
    for place, names in (("one", []), ("other", again)):
        done = spawn.run(
            [sys.executable, DRAW, "-o", folder / place, *names], within=60
        )
        assert (done.status, done.err) == (0, ""), done
    for name in NAMES:
        svg = (folder / "one" / f"{name}.svg").read_text()
        if name in again:
            assert svg == (folder / "other" / f"{name}.svg").read_text(), name
        assert "dc:date" not in svg and str(folder) not in svg
        committed = (COMMITTED / f"{name}.svg").read_text()
        if drawn_by(svg) == drawn_by(committed):
            assert svg == committed, f"{name}: run make figures"


def test_every_figure_is_committed_beside_its_data():
    assert NAMES == sorted(path.stem for path in COMMITTED.glob("*.svg"))
    assert len(NAMES) == 5
    for name in NAMES:
        assert (COMMITTED / f"{name}.svg").stat().st_size < 300_000
        assert {"system", "cpus"} <= set(data_of(name)["machine"])


@pytest.mark.parametrize("words, status", [
    (["--help"], 0), (["nonsense"], 2), (["--nonsense"], 2),
])
@pytest.mark.parametrize("program", [DRAW, MEASURE])
def test_the_command_lines(program, words, status):
    assert spawn.run([sys.executable, program, *words]).status == status


@needs_matplotlib
@pytest.mark.parametrize("text", [None, '{"servers": 5}'])
def test_data_that_is_none(folder, text):
    if text is not None:
        (folder / "lifelines.json").write_text(text)
    done = spawn.run(
        [sys.executable, DRAW, "--data", folder, "-o", folder, "lifelines"]
    )
    assert done.status == 1 and done.err.count("\n") == 1, done
    assert "lifelines" in done.err and not (folder / "lifelines.svg").exists()


# What was measured says what the lab says.


def test_zombies_over_time_say_it():
    found = data_of("zombies_over_time")
    clients = found["waves"] * found["clients_per_wave"]
    last = {name: one[-1][1] for name, one in found["zombies"].items()}
    assert last["server_noreap"] == clients and last["server_waitpid_loop"] == 0
    assert 0 < last["server_sigchld"] < clients


def test_zombies_by_concurrency_say_it():
    found = data_of("zombies_by_concurrency")
    middle = {int(at): statistics.median(one) for at, one in found["zombies"].items()}
    assert middle[1] < 0.05 * found["clients"] < 0.2 * found["clients"] < middle[64]


def test_lifelines_say_it():
    found = data_of("lifelines")["servers"]
    left = {name: one["zombies_left"] for name, one in found.items()}
    assert left == {
        "server_noreap": 20, "server_sigchld": 14, "server_waitpid_loop": 0,
    }
    for name in ("server_sigchld", "server_waitpid_loop"):
        deaths = [one["deaths"] for one in found[name]["sigchlds"]]
        assert deaths == [1, 1, 1, 1, 1, 15]


def test_the_cost_of_reaping_says_it():
    """A loop of waitpid(-1) pays for each live child, the others do not."""
    for name, costs in data_of("reaping_cost")["parent_cpu_us_per_session"].items():
        none, many = (statistics.median(costs[at]) for at in ("0", "6000"))
        assert (many > 3 * none) == (name == "server_waitpid_loop"), name


def test_the_listen_queue_says_it():
    """Too short a queue costs a second, and a SYN that is sent again."""
    for backlog, one in data_of("listen_queue")["backlogs"].items():
        slow = statistics.median(one["p99_ms"]) > 1000
        assert slow == any(one["syn_retries"]) == (int(backlog) < 64), backlog


@pytest.mark.soak
def test_a_measurement_writes_what_is_drawn(lab, folder):
    """The quickest of them, from end to end."""
    if lab.sanitized:
        pytest.skip("nothing is measured on a sanitized build")
    done = spawn.run(
        [sys.executable, MEASURE, "--build", lab.build, "--data", folder, "lifelines"],
        within=60,
    )
    assert done.status == 0, done
    made = json.loads((folder / "lifelines.json").read_text())
    assert set(made["servers"]) == set(data_of("lifelines")["servers"])
    assert made["servers"]["server_sigchld"]["sigchlds"][-1]["deaths"] == 15
    assert [one.name for one in folder.iterdir()] == ["lifelines.json"]
