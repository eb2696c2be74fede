"""The page of what moments found: what it shows, and that nothing hostile gets in."""

import json

import pytest

from conftest import make_command
from reaplab.deadline import PATIENCE
from reaplab.documents import moments_page
from reaplab.servers import spawn

TOLD = {
    "version": 1, "command": ["./server", "9190"], "clients": 3, "tried": 2, "wrong": 1,
    "not_tried": 1,
    "placements": [
        {"plan": "1.3.B.43.0=1", "child": 1, "kind": "before", "call": "accept",
         "file": "/nowhere/server.c", "line": 22, "verdict": "lingers"},
        {"plan": "1.3.E.43.0=1", "child": 1, "kind": "entered", "call": "accept",
         "file": "/nowhere/server.c", "line": 22, "verdict": "correct"},
        {"plan": "1.1.S.17.0=1", "child": 1, "kind": "signal", "signal": "SIGCHLD",
         "file": "/nowhere/server.c", "line": 9, "verdict": "not_tried"},
    ],
    "timeline": {
        "plan": "1.3.B.43.0=1", "verdict": "lingers", "trouble": "its zombie stays",
        "question": "between which lines?",
        "events": [
            {"event": "call", "phase": 1, "call": "accept", "file": "/nowhere/server.c",
             "line": 22},
            {"event": "death", "phase": 1, "child": 1, "file": None, "line": None},
        ],
    },
}


def test_it_shows_marks_story_question_and_replay():
    page = moments_page.page(TOLD)
    for text in (
        "A child died at each of 2 moments: 1 correct, 1 wrong. 1 were not tried.",
        'title="before (accept), child 1: lingers">×<', ">•<", ">?<",
        "<td>child 1</td>", "DIES: SIGCHLD is sent", 'href="#server.c-22"',
        "Ask yourself: between which lines?",
        "moments --replay 1.3.B.43.0=1 ./server 9190",
    ):
        assert text in page, text


def test_without_lines_it_shows_the_calls():
    bare = [{**one, "file": None, "line": None} for one in TOLD["placements"]]
    page = moments_page.page({**TOLD, "placements": bare})
    assert "Calls of the parent" in page and "<td>accept</td>" in page


def test_without_a_counterexample_it_proves_nothing():
    page = moments_page.page({**TOLD, "timeline": None, "wrong": 0})
    assert "No counterexample" in page and "This proves nothing" in page


@pytest.mark.parametrize("where", ["command", "file", "source"])
def test_nothing_hostile_is_markup(folder, where):
    evil = "<script>alert(1)</script>"
    told = json.loads(json.dumps(TOLD))
    if where == "command":
        told["command"] = [evil]
    else:
        source = folder / (f"{evil.replace('/', '_')}.c" if where == "file" else "s.c")
        source.write_text(f"{evil}\n" * 30)
        told["placements"][0]["file"] = str(source)
    page = moments_page.page(told)
    assert "<script" not in page and "&lt;script&gt;" in page


def test_by_make(lab):
    command, variables = make_command(lab, "moments-page")
    if lab.sanitized:
        pytest.skip("explores servers that are built without sanitizers")
    command += [f"SERVER={lab.program('server_nocldwait')}", "ARGS=--seconds 3"]
    done = spawn.run(command, env=variables, within=6 * PATIENCE)
    assert (done.status, done.err) == (0, ""), done
    assert done.out.startswith("wrote ") and done.out.endswith("/moments.html\n")
    written = lab.root / done.out.split()[1]
    assert "A child died at each of" in written.read_text()
