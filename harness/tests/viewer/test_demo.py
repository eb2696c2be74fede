"""The demo without a terminal: it tells the story in text, ends by itself and leaves
nothing running."""

import signal
import tempfile

import pytest

from conftest import make_command
from reaplab.deadline import eventually
from reaplab.proc.process import Process
from reaplab.servers import spawn

ENDING = """\
server_noreap: clients 18, forked 18, reaped 0, SIGCHLDs 0, zombies 18
server_sigchld: clients 18, forked 18, reaped 5, SIGCHLDs 5, zombies 13
server_waitpid_loop: clients 18, forked 18, reaped 18, SIGCHLDs 5, zombies 0
"""


def check_told(out):
    """The last lines, and the counts on the way: zombies only ever grow where
    nobody reaps."""
    assert out.endswith(ENDING), out
    for name in ("server_noreap", "server_sigchld", "server_waitpid_loop"):
        assert out.count(name) > 1, "the table is shown as it evolves"
    assert "\x1b" not in out


def test_the_demo_in_text(lab):
    run = spawn.run([lab.program("reaptop"), "--demo"], within=20)
    assert (run.status, run.err) == (0, "")
    check_told(run.out)
    assert spawn.strays() == []


def test_make_demo(lab):
    """As a student types it, without a terminal."""
    command, variables = make_command(lab, "demo")
    run = spawn.run(command, env=variables, within=40)
    assert run.status == 0, run
    check_told(run.out)


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_leaves_nothing(lab, signum):
    with tempfile.TemporaryFile() as out:
        popen = spawn.spawn([lab.program("reaptop"), "--demo"], stdout=out)
        try:
            def serving():
                assert "server_" in spawn.written(out)
                started = Process.at(popen.pid).live_children()
                assert len(started) >= 3
                return started

            servers = eventually(serving, every=0)
            popen.send_signal(signum)
            assert spawn.has_exited(popen, 20)
            assert [one for one in servers if one.is_alive()] == []
            assert spawn.exit_status(popen) == 1
        finally:
            spawn.end(popen)
