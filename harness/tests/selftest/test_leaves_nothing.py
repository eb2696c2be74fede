"""The harness owns its mess: it leaves no process, port or file behind, also when a
test fails, is interrupted or is killed."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab.deadline import eventually
from reaplab.proc import process, sockets
from reaplab.proc.process import Process
from reaplab.servers import spawn

HARNESS = ROOT / "harness"

# A run of its own, with all that can be left: live children, zombies, a frozen
# parent, an orphan, an event log.
MESS = """
import os, signal, time
from reaplab.servers import arrange, spawn

def test_mess(start):
    noreap, other = start("noreap"), start("sigchld")
    arrange.visit(noreap, 3)
    held = [noreap.connect(), other.connect()]
    for session in held:
        session.echo()
    spawn.spawn(["sh", "-c", "sleep 1000 & exec sleep 1000"])
    other.process.send(signal.SIGTERM)
    assert other.exit_status() == 0
    arrange.freeze(noreap)
    print("ready", noreap.port, noreap.trace, flush=True)
    {ending}
"""


@pytest.fixture
def messy_run(lab, folder):
    """messy_run(ending): pytest, in the midst of a test that made a mess. Yields
    its Popen, the server's port, and its log's path."""
    started = []

    def run_pytest(ending):
        test = folder / "test_mess.py"
        test.write_text(MESS.format(ending=ending))
        out = (folder / "out").open("w+")
        path = os.pathsep.join([str(HARNESS), os.environ.get("PYTHONPATH", "")])
        popen = spawn.spawn(
            [
                sys.executable, "-B", "-m", "pytest", "-q", "-s", "-p", "conftest",
                "-c", HARNESS / "pytest.ini", f"--rootdir={HARNESS}",
                f"--build={lab.build}", test,
            ],
            # A killed run leaves its files: here, where they go with the test.
            env={**os.environ, "PYTHONPATH": path, "TMPDIR": str(folder)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        started.append((popen, out))

        def ready():
            text = (folder / "out").read_text()
            found = re.search(r"^\.*ready (\d+) (\S+)\n", text, re.MULTILINE)
            assert found, text
            return found.groups()

        port, trace = eventually(ready)
        return popen, int(port), Path(trace)

    yield run_pytest
    for popen, out in started:
        spawn.end(popen)
        out.close()


def servers_are_gone(port, trace):
    """Wait until nobody listens and nobody has the log open: neither a server
    nor a child of one."""
    def gone():
        assert sockets.listening(port) == []
        assert [pid for pid in process.all_pids() if has_open(pid, trace)] == []

    eventually(gone)


def has_open(pid, path):
    try:
        return str(path) in Process.at(pid).descriptors().values()
    except (process.Gone, PermissionError):
        return False


def nothing_is_left(port, trace):
    """No orphan came to us when the run had ended, and its files are gone."""
    servers_are_gone(port, trace)
    assert spawn.strays() == []
    assert not trace.parent.exists()


@pytest.mark.parametrize("ending", ["assert False", "raise SystemExit(7)", "pass"])
def test_a_run_that_ends_by_itself(messy_run, ending):
    popen, port, trace = messy_run(ending)
    assert spawn.has_exited(popen, 30)
    assert spawn.exit_status(popen) != 0, "leaving a process behind is a failure"
    nothing_is_left(port, trace)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run(messy_run, signum):
    popen, port, trace = messy_run("time.sleep(1000)")
    popen.send_signal(signum)
    assert spawn.has_exited(popen, 30)
    assert spawn.exit_status(popen) != 0
    nothing_is_left(port, trace)


def test_a_killed_run(messy_run):
    """Even so no server stays, frozen or not: the kernel kills what the run had
    started, and with the clients' sockets gone, the children end."""
    popen, port, trace = messy_run("time.sleep(1000)")
    popen.kill()
    assert spawn.has_exited(popen, 30)
    servers_are_gone(port, trace)
    spawn.end_strays()  # what servers' commands, not servers, have started
