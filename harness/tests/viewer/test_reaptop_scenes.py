"""The demo's scenes: each comes to the same counts every time, in text and on the
screen, and is stopped and stepped by keys."""

import json
import re

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import Process
from reaplab.servers import spawn

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

TITLES = {
    1: "nobody reaps",
    2: "one wait per signal",
    3: "the loop",
    4: "kill the parent",
    5: "the same load on all three",
}
STEPS = {1: 6, 2: 6, 3: 9, 4: 6, 5: 9}
NOREAP = "server_noreap: clients 18, forked 18, reaped 0, SIGCHLDs 0, zombies 18\n"
LOOP = (
    "server_waitpid_loop: clients 18, forked 18, reaped 18, SIGCHLDs 5, zombies 0\n"
)
ENDINGS = {
    1: NOREAP,
    2: "server_sigchld: clients 9, forked 9, reaped 5, SIGCHLDs 5, zombies 4\n",
    3: LOOP,
    4: "server_noreap: clients 7, forked 7, reaped 0, SIGCHLDs 0, zombies 0\n",
    5: NOREAP
    + "server_sigchld: clients 18, forked 18, reaped 5, SIGCHLDs 5, zombies 13\n"
    + LOOP,
}


@pytest.fixture
def play(lab):
    """play(argument...): what reaptop writes, run to its end."""
    def run_reaptop(*arguments):
        argv = [lab.program("reaptop"), *map(str, arguments)]
        run = spawn.run(argv, within=60)
        assert (run.status, run.err) == (0, ""), run
        assert spawn.strays() == []
        return run.out

    return run_reaptop


@pytest.mark.parametrize("scene", TITLES)
def test_a_scene_in_text(play, scene):
    """A frame for every step, under its title, and the same counts at its end."""
    out = play("--scene", scene)
    assert out.endswith("\n\n" + ENDINGS[scene] + "\n")
    assert "\x1b" not in out
    captions = re.findall(rf"^(\d)/{STEPS[scene]} \S", out, re.MULTILINE)
    assert captions == [str(step + 1) for step in range(STEPS[scene])]
    titles = re.findall(r"^Scene (\d): (.*?)( \(end\))?$", out, re.MULTILINE)
    assert {(int(number), title) for number, title, _ in titles} \
        == {(scene, TITLES[scene])}
    assert all(len(line) <= 80 for line in out.splitlines())


def test_scenes_in_turn(play):
    out = play("--demo", "--scene", 2, "--scene", 1)
    ends = re.findall(r"^.*: clients .*\n", out, re.MULTILINE)
    assert "".join(ends) == ENDINGS[2] + ENDINGS[1]


def test_all_scenes(play):
    out = play("--scene", "all")
    ends = re.findall(r"^.*: clients .*\n", out, re.MULTILINE)
    assert "".join(ends) == "".join(ENDINGS[scene] for scene in TITLES)


def test_one_pending_signal_stands_for_five_exits(play):
    """Scene 2 in JSON, where every step tells what it shows."""
    samples = [json.loads(line) for line in play("--scene", 2, "-j").splitlines()]
    told = {}
    for sample in samples:
        (server,) = sample["servers"]
        assert sample["scene"]["number"] == 2
        assert sample["scene"]["steps"] == STEPS[2]
        told[sample["scene"]["step"]] = (
            server["live"], server["zombies"], server["sigchld"]["pending"],
            server["state"],
        )
    assert told[4] == (0, 5, True, "T")
    assert told[5] == (0, 4, False, "S")
    assert told[6] == (0, 4, False, "S")


def test_the_killed_parents_zombies_are_seen_where_they_go(play):
    """Scene 4: five zombies and two live orphans come to reaptop, which waits for
    them at the end."""
    samples = [json.loads(line) for line in play("--scene", 4, "-j").splitlines()]
    counts = {}
    for sample in samples:
        server, adopter = sample["servers"]
        orphans = [
            one["state"] for one in adopter["children"]
            if one["name"] == "server_noreap" and one["pid"] != server["pid"]
        ]
        counts[sample["scene"]["step"]] = (
            server["live"], server["zombies"], orphans.count("Z"),
            len(orphans) - orphans.count("Z"), server["ended"],
        )
        assert adopter["name"] == "reaptop"
    assert counts[3] == (2, 5, 0, 0, False)
    assert counts[4] == (0, 0, 5, 2, True)
    assert counts[5] == (0, 0, 7, 0, True)
    assert counts[6] == (0, 0, 0, 0, True)
    assert samples[-1]["servers"][0]["signal"] == 9


def finish(shown, scene):
    """Step through a scene, each step as soon as the one before is shown."""
    steps = STEPS[scene]
    shown.await_text(f"Scene {scene}: {TITLES[scene]}", f"1/{steps} ")
    shown.type(" ")
    for step in range(1, steps):
        shown.await_text(f"{step}/{steps} ", "(stopped)")
        shown.type(".")
    return shown.await_text(f"Scene {scene}: {TITLES[scene]} (end)")


def test_scenes_by_keys(screen):
    """Any scene at any time; the one before is swept away."""
    shown = screen("--demo")
    shown.await_text("server_noreap", "server_sigchld", "server_waitpid_loop")
    before = Process.at(shown.pid).live_children()
    shown.type("2")
    shown.await_text("Scene 2: one wait per signal")
    eventually(lambda: swept(before, shown))
    finish(shown, 2)
    rows = shown.await_text("live 0", "zombies 4", "forked 9", "reaped 5")
    assert sum(" Z zombie" in row for row in rows) == 4
    shown.type("1")
    shown.await_text("Scene 1: nobody reaps")
    assert not shown.has_exited()
    shown.type("q")
    assert shown.await_end() == 0
    assert spawn.strays() == []


def swept(processes, shown):
    assert [one for one in processes if one.has_entry()] == []
    assert "server_waitpid_loop" not in shown.text()


def test_space_stops_a_scene(screen):
    """The step at work comes to its end; the next does not begin."""
    shown = screen("--scene", 1)
    shown.await_text("1/6 ")
    shown.type(" ")
    shown.await_text("Scene 1: nobody reaps (stopped)", "1/6 ", "zombies 3")
    shown.type(" ")
    shown.await_text("2/6 ", "live 5")
    shown.type(" ")
    shown.await_text("2/6 ", "live 5", "(stopped)")
    shown.type(".")
    shown.await_text("3/6 ", "live 0", "zombies 8", "(stopped)")


def stopped(server):
    assert server.state == "T"


def is_gone(server):
    assert not server.has_entry()


def only_child(shown):
    """The server of a scene whose clients have all left."""
    found = Process.at(shown.pid).live_children()
    assert len(found) == 1, found
    return found[0]


def test_who_acts_on_a_server_ends_the_scene(screen):
    shown = screen("--scene", 3)
    shown.await_text("1/9 ", "reaped 3")
    server = eventually(lambda: only_child(shown))
    shown.type("f")
    shown.await_text("is frozen (SIGSTOP)", "Scene 3: the loop (end)")
    eventually(lambda: stopped(server))
    shown.type("3")
    shown.await_text("Scene 3: the loop", "1/9 ", "sleeping")
    eventually(lambda: is_gone(server))


@pytest.mark.parametrize("scene", ["0", "6", "", "two", "-1", "1.5"])
def test_no_such_scene(lab, scene):
    run = spawn.run([lab.program("reaptop"), "--scene", scene])
    assert run.status == 2 and run.out == ""
    assert run.err.startswith(f"reaptop: scene '{scene}': not a number from 1 to 5")


def test_a_scene_goes_with_nothing_else(lab):
    run = spawn.run([lab.program("reaptop"), "--scene", "1", "1"])
    assert run.status == 2 and "do not go together" in run.err
