"""The catalogue's three variants that go wrong when a child dies at one moment: each is
wrong at the moments that its file speaks of, and its correct neighbour is at none."""

import json

import pytest

from reaplab.deadline import PATIENCE
from reaplab.servers import spawn

CORRECT, WRONG = 0, 1
WRONG_AT = {
    "lost_wakeup": ("flag", "lingers", {"server_accept(", "accept(server->listener"}),
    "late_pid": ("waitpid_loop", "lingers", {"child = lean_fork()"}),
    "one_read": ("signalfd", "stays", {"read(deaths"}),
}

pytestmark = pytest.mark.timeout(13 * PATIENCE)


@pytest.fixture
def explored(lab):
    """explored(variant, status): the placements that went wrong."""
    if lab.sanitized:
        pytest.skip("explores servers that are built without sanitizers")

    def run(variant, status):
        command = [lab.program("moments"), "--json", lab.program(f"server_{variant}")]
        done = spawn.run(command, within=12 * PATIENCE)
        assert (done.status, done.err) == (status, ""), done
        told = json.loads(done.out)
        assert told["not_tried"] == 0 and told["tried"] > 40, told
        return [one for one in told["placements"] if one["verdict"] != "correct"]

    return run


def has_lines(lab):
    """Whether moments was built with libdw."""
    return b"libdw.so" in lab.program("moments").read_bytes()


def source_line(lab, placement):
    if placement["file"] is None:
        return ""
    lines = (lab.root / placement["file"]).read_text().splitlines()
    return lines[placement["line"] - 1]


@pytest.mark.parametrize("variant", WRONG_AT)
def test_it_is_wrong_at_the_moments_that_it_speaks_of(lab, explored, variant):
    _, verdict, places = WRONG_AT[variant]
    wrong = explored(variant, WRONG)
    assert {one["verdict"] for one in wrong} == {verdict}
    if has_lines(lab):
        lines = {source_line(lab, one) for one in wrong}
        for place in places:
            assert any(place in line for line in lines), lines


@pytest.mark.soak
@pytest.mark.parametrize("variant", sorted(one for one, _, _ in WRONG_AT.values()))
def test_its_neighbour_is_wrong_at_none(explored, variant):
    assert explored(variant, CORRECT) == []
