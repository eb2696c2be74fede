"""PID namespaces under reaptop: a server inside one, watched from outside and from
inside, and a /proc that shows another one's numbers."""

import json
import os
import re
import tempfile

import pytest

from reaplab.deadline import eventually
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import Session

NAMESPACE = ["unshare", "--pid", "--fork", "--kill-child"]
ENTER = ["nsenter", "--pid", "--mount"]
if os.getuid() != 0:
    NAMESPACE[1:1] = ["--user", "--map-root-user"]
    ENTER[1:1] = ["--user", "--preserve-credentials"]

# Not process 1 of it, which is another matter.
BESIDE_ITS_INIT = ["sh", "-c", '"$@" & wait', "sh"]


@pytest.fixture(autouse=True)
def allowed():
    if spawn.run([*NAMESPACE, "--mount-proc", "true"]).status != 0:
        pytest.skip("this machine refuses a PID namespace")


@pytest.fixture
def inside(lab, folder):
    """(a server_noreap in a namespace of its own, as seen from here, its PID in
    there, its address). It writes an event log."""
    argv = [*NAMESPACE, "--mount-proc", *BESIDE_ITS_INIT]
    argv += [lab.program("server_noreap"), "--trace", folder / "log", "0"]
    with tempfile.TemporaryFile() as out:
        popen = spawn.spawn(argv, stdout=out)
        try:
            def ready():
                line = re.search(r"pid (\d+) .*:(\d+)\n", spawn.written(out))
                assert line, spawn.written(out)
                return int(line[1]), ("127.0.0.1", int(line[2]))

            inner, address = eventually(ready)

            def found():
                below = Process.at(popen.pid).descendants()
                named = [one for one in below if one.stat().name == "server_noreap"]
                assert len(named) == 1, below
                return named[0]

            yield eventually(found), inner, address
        finally:
            spawn.end(popen)


def numbers(process):
    """Its PIDs, in each namespace from ours to its own (proc(5), NSpid)."""
    with open(f"/proc/{process.pid}/status") as status:
        (line,) = [one for one in status if one.startswith("NSpid:")]
    return [int(word) for word in line.split()[1:]]


def look(argv):
    run = spawn.run(argv)
    assert (run.status, run.err) == (0, ""), run
    (server,) = json.loads(run.out)["servers"]
    return server


@pytest.fixture
def visited(inside):
    """The same, with two zombies and a live child. The third client is served once
    it is echoed to; by then the others' children, which had to die first, are dead."""
    server, inner, address = inside
    for _ in range(2):
        with Session(address) as client:
            client.send(b"x")
            assert client.receive(1) == b"x"

    def dead():
        assert len(server.zombies()) == 2

    eventually(dead)
    with Session(address) as client:
        client.send(b"x")
        assert client.receive(1) == b"x"
        # Back from fork, the server has logged it and closed its copy.
        arrange.await_asleep([server])
        yield server, inner, address, client


def test_a_server_in_a_namespace_seen_from_outside(lab, visited):
    """By the PIDs of out here. Its event log speaks of others: nothing is made of
    it."""
    server, inner, address, client = visited
    assert numbers(server)[-1] == inner != server.pid
    viewer = [lab.program("reaptop"), "-j", "-n1"]
    shown = look([*viewer, "--port", str(address[1])])
    assert (shown["pid"], shown["port"]) == (server.pid, address[1])
    assert (shown["live"], shown["zombies"]) == (1, 2)
    assert {one["pid"] for one in shown["children"]} == {
        one.pid for one in server.children()
    }
    assert [one["exit_code"] for one in shown["children"] if one["zombie"]] == [0, 0]
    assert (shown["forked"], shown["reaped"], shown["sigchlds"]) == (None,) * 3
    (connection,) = [
        one for one in shown["connections"] if one["client"]["port"] == client.port
    ]
    assert connection["holders"] == [one.pid for one in server.live_children()]


def test_a_server_in_a_namespace_seen_from_inside(lab, visited):
    """By the PIDs of in there, which are those of its event log as well."""
    server, inner, address, _ = visited
    enter = [ENTER[0], "--target", str(server.pid), *ENTER[1:]]
    viewer = [lab.program("reaptop"), "-j", "-n1"]
    for target in (["--port", str(address[1])], [str(inner)]):
        shown = look([*enter, *viewer, *target])
        assert (shown["pid"], shown["port"]) == (inner, address[1])
        assert (shown["live"], shown["zombies"]) == (1, 2)
        assert {one["pid"] for one in shown["children"]} == {
            numbers(one)[-1] for one in server.children()
        }
        assert (shown["forked"], shown["reaped"]) == (3, 0)


def test_the_whole_namespace_is_searched_for_zombies(lab, visited):
    server, inner, _, _ = visited
    enter = [ENTER[0], "--target", str(server.pid), *ENTER[1:]]
    shown = look([*enter, lab.program("reaptop"), "-j", "-n1", "--zombies"])
    assert (shown["pid"], shown["zombies"]) == (inner, 2)


@pytest.mark.parametrize("what", [["-n1", "2"], ["-n1", "--", "true"], ["--demo"]])
def test_a_proc_of_another_namespace_is_refused(lab, what):
    """Its PID 2 is not the one that a signal to 2 goes to."""
    run = spawn.run([*NAMESPACE, lab.program("reaptop"), "-b", *what])
    assert (run.status, run.out) == (1, "")
    assert run.err == (
        "reaptop: /proc: it shows another PID namespace; mount a /proc of this one\n"
    )
