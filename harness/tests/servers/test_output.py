"""Standard output and standard error that nobody reads: a full pipe, or a terminal
stopped by Ctrl-S. A server neither waits for their reader nor floods them."""

import contextlib
import os
import resource
import select
import signal
import time

import pytest

from reaplab.deadline import eventually
from reaplab.faults import injection
from reaplab.proc import activity
from reaplab.servers import arrange
from reaplab.servers.clients import hold
from reaplab.servers.server import start_foreign_server
from reaplab.servers.stalled import StallingPipe

CTRL_S, CTRL_Q = b"\x13", b"\x11"
FORK = "clone,clone3,fork"


class PausedTerminal:
    """A terminal, with the interface of StallingPipe: stall() is Ctrl-S, flow() is
    Ctrl-Q. A context."""

    def __init__(self):
        self._master, self.writer = os.openpty()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self._master)
        os.close(self.writer)

    # The kernel handles what is typed in a thread of its own, a little later.
    def stall(self):
        os.write(self._master, CTRL_S)
        eventually(lambda: self._takes_bytes(False))

    def flow(self):
        os.write(self._master, CTRL_Q)
        eventually(lambda: self._takes_bytes(True))

    def _takes_bytes(self, expected):
        assert bool(select.select([], [self.writer], [], 0)[1]) == expected

    def await_text(self, text):
        """Read what is shown until the text comes."""
        shown = b""
        while text not in shown:
            assert select.select([self._master], [], [], 20)[0], shown
            shown += os.read(self._master, 1 << 16)


@pytest.fixture(params=[StallingPipe, PausedTerminal])
def stalled(request):
    """An output that takes no byte, until flow()."""
    with request.param() as output:
        output.stall()
        yield output


@contextlib.contextmanager
def listening(lab, variant="waitpid_loop", *options, **streams):
    """The server, whose ready line may not come."""
    command = [lab.program(f"server_{variant}"), *options]
    with start_foreign_server(command, **streams) as server:
        yield server


def serve_and_stop(server):
    """It serves three clients and ends when told to."""
    arrange.visit(server, 3)
    arrange.await_children(server, 0)
    assert server.stop() == 0


def is_refused(server):
    with server.connect() as session:
        assert session.read_to_end() == b""


def test_a_stalled_stdout_stops_nothing(lab, stalled):
    with listening(lab, stdout=stalled.writer) as server:
        serve_and_stop(server)
        assert server.err == ""


def test_a_stalled_stderr_stops_nothing(lab, stalled):
    """The refused clients cost a line on stderr."""
    with listening(lab, "waitpid_loop", "-m1", stderr=stalled.writer) as server:
        with hold(server.address, 1):
            arrange.await_children(server, 1)
            is_refused(server)
            is_refused(server)
        arrange.await_children(server, 0)
        serve_and_stop(server)
        assert server.closing_line().forked == 4


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
def test_both_stalled_do_not_keep_the_server_from_its_end(lab, stalled, signum):
    streams = {"stdout": stalled.writer, "stderr": stalled.writer}
    with listening(lab, "waitpid_loop", "-m1", **streams) as server:
        with hold(server.address, 1):
            arrange.await_children(server, 1)
            is_refused(server)
            assert server.stop(signum) == 0


def test_the_ready_line_comes_with_a_client_once_there_is_room(lab):
    with PausedTerminal() as output:
        output.stall()
        with listening(lab, stdout=output.writer) as server:
            arrange.visit(server, 1)
            output.flow()
            arrange.visit(server, 1)
            output.await_text(b": pid %d listening on 127.0.0.1:%d\r\n"
                              % (server.process.pid, server.port))


def test_the_flags_of_the_shared_stdout_stay(lab, stalled):
    """O_NONBLOCK would be the shell's and every other program's, too."""
    with listening(lab, stdout=stalled.writer) as server:
        assert os.get_blocking(stalled.writer)
        serve_and_stop(server)
    assert os.get_blocking(stalled.writer)


def test_without_a_descriptor_left_a_full_stderr_is_not_waited_for(lab):
    """At the limit of descriptors it cannot open stderr anew: it asks first."""
    command = ["prlimit", "--nofile=4:64", lab.program("server_waitpid_loop")]
    with StallingPipe() as full:
        full.stall()
        with start_foreign_server(command, stderr=full.writer) as server:
            with server.connect() as session:
                eventually(lambda: is_pausing(server))
                resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (64, 64))
                session.echo()
            arrange.await_children(server, 0)
            assert server.stop() == 0


def is_pausing(server):
    """It has met the limit."""
    assert not {"accept", "poll"} & set(activity.look(server.process).calls)


def is_dropped(server):
    with server.connect() as session:
        with contextlib.suppress(ConnectionResetError):
            assert session.read_to_end() == b""


def test_fifty_clients_without_a_fork_cost_a_line_and_a_count(start, witness):
    witness("strace")
    server = start("waitpid_loop", trace=False)
    server.faults_ordered = True
    line = "server_waitpid_loop: cannot fork, client dropped: "
    with injection.attached(
        server.process, injection.strace(f"{FORK}:error=EAGAIN")
    ):
        for _ in range(50):
            is_dropped(server)
        first = server.err
        assert first.startswith(f"{line}Resource temporarily unavailable")
        assert first.count("\n") == 1
        arrange.await_idle(server)
    assert server.stop() == 0
    assert server.err == f"{first}{line}49 more times\n"


def test_failure_and_success_in_turn_cost_two_lines_in_ten_seconds(start, witness):
    """The count comes with the first success that is late enough, and the next
    failure is said again."""
    witness("strace")
    server = start("waitpid_loop", trace=False)
    server.faults_ordered = True

    def is_counted():
        is_dropped_or_served(server)
        said = server.err.splitlines()
        assert len(said) > 1, said
        return said

    with injection.attached(
        server.process, injection.strace(f"{FORK}:error=ENOMEM:when=1+2")
    ):
        began = time.monotonic()
        first, count, *_ = eventually(is_counted, every=0.1)
        assert time.monotonic() - began >= 9  # it counts whole seconds
        is_dropped_or_served(server)
        is_dropped_or_served(server)
        arrange.await_children(server, 0)
        arrange.await_idle(server)
    assert "client dropped: Cannot allocate memory" in first
    assert count.endswith(" more times") and server.err.splitlines()[2] == first
    assert len(server.err.splitlines()) == 3


def is_dropped_or_served(server):
    with server.connect() as session:
        with contextlib.suppress(ConnectionError):
            session.echo()
