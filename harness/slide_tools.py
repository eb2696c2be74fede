"""What the tests of the slides share: their programs, and what these need."""

import os
import shutil

import pytest

from conftest import ROOT
from reaplab.deadline import eventually
from reaplab.servers import spawn

SLIDES = ROOT / "slides"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


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
