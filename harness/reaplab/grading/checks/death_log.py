"""A server that logs, one line on stdout for each: who came, and how each child ended.

    came: port 40312, conn 4
    exited: pid 4712 with 0
    killed: pid 4713 by 9
"""

import contextlib
import re
import signal

from ...deadline import eventually
from ...diagnosis import evidence
from ...proc import sock_diag
from ...proc.activity import Watch
from ...proc.process import Gone
from ...servers import arrange
from ...servers.clients import Session, hold
from ...servers.server import ServerFailed
from ..outcome import CannotJudge, failed, passed
from .catalogue import not_started, shows_belief
from .ideas import idea, of_forking_server

TOGETHER = 3  # clients that leave at once
TRIES = 2  # what a server does not log it does not log twice
PATIENT = 10.0  # seconds that a client waits
STILL = 0.75  # seconds of sleep, without waking once: nothing more will come
RESTLESS = 3.0  # it wakes up by itself, and so long has logged nothing

CAME = re.compile(r"^came: port -?\d+, conn (-?\d+)$", re.M)
ENDED = re.compile(r"^(exited|killed): pid (\d+) (?:with|by) (\d+)$", re.M)


@of_forking_server
def logs_each_death(work):
    """One line for each child that ends, and the right one."""
    done = (
        "one client left; the child of a second was killed (SIGKILL); then "
        f"{TOGETHER} more left together"
    )
    right = "one line a child: 'exited: pid 4712 with 0', 'killed: pid 4713 by 9'"
    for _ in range(TRIES):
        try:
            with work.start_server("server") as server:
                expected = _let_them_end(server)
                said = server.out
        except ServerFailed as error:
            return not_started(error)
        if expected is None:
            obstacle = _obstacle(work)
            if obstacle:
                return obstacle
            seen = "the children that served them were not the server's own"
            continue
        # Of others it may tell: a server can have children beside.
        lines = sorted(
            (int(pid), (how, int(number)))
            for how, pid, number in ENDED.findall(said)
            if int(pid) in expected
        )
        if lines == sorted(expected.items()):
            return passed(done, f"{len(lines)} lines, one for each")
        seen = _told_amiss(lines, expected)
    return failed(
        done,
        seen,
        right,
        "that a child has ended is all there is to know",
        "Where does the kernel keep a child's exit status, and until when?",
        "status-does-not-matter",
    )


def _told_amiss(lines, expected):
    """What the lines lack, and what they have too much."""
    told = len(set(lines) & set(expected.items()))
    more = len(lines) - told
    text = f"{told} of the {len(expected)} lines"
    return f"{text}, and {more} too many" if more else text


def _let_them_end(server):
    """{PID, as the server knows it: how it ended, as the log should say}, once all is
    logged or given up. None if it did not come to that."""
    expected, together = {}, ("exited", 0)
    with contextlib.suppress(AssertionError, OSError, Gone):
        for end in (None, signal.SIGKILL):
            with Session(server.address, PATIENT) as session:
                child = _worker(server, session)
                how = ("killed", int(end)) if end else together
                expected[_inner_pid(child)] = how
                if end:
                    child.send(end)
            _await_lines(server, expected, [child])
        with hold(server.address, TOGETHER) as sessions:
            children = [_worker(server, one) for one in sessions]
            expected.update({_inner_pid(one): together for one in children})
            arrange.freeze(server)
        arrange.await_death(children)
        arrange.thaw(server)
        _await_lines(server, expected, children)
        return expected if len(expected) == TOGETHER + 2 else None
    return None


def _worker(server, session):
    """The Process that serves this session."""
    session.echo()
    ends = (session.socket.getpeername()[:2], session.socket.getsockname()[:2])

    def found():
        connected = sock_diag.find(*ends)
        assert connected, "the connection is gone"
        holders = [
            one
            for one in server.listener.live_children()
            if connected.inode in _sockets_of(one)
        ]
        assert len(holders) == 1, f"{len(holders)} children hold the connection"
        return holders[0]

    return eventually(found, within=PATIENT)


def _inner_pid(process):
    """Its PID in the innermost PID namespace that it is in: a sandbox has one."""
    return int(process.status().get("NSpid", str(process.pid)).split()[-1])


def _sockets_of(process):
    with contextlib.suppress(Gone):
        return process.socket_inodes()
    return set()


def _await_lines(server, expected, dying):
    """Wait until the log has come to these PIDs, or the server sleeps on though the
    dying have died."""
    watch = Watch([server.listener])

    def logged():
        pids = {int(pid) for _, pid, _ in ENDED.findall(server.out)}
        restless = watch.age >= RESTLESS and watch.sleeps >= 4
        still = watch.update() >= STILL
        if watch.age < RESTLESS and any(one.is_alive() for one in dying):
            still = False
        if not still and not restless:
            assert pids >= set(expected)

    eventually(logged, within=PATIENT)


def _obstacle(work):
    """The Outcome of the idea that kept a check from coming to its point; None if
    the server has no children of its own that could be followed."""
    for name in ("goes-on", "serves-while-held", "reaps-together"):
        outcome = idea(name, 0).judge(work)
        if not outcome.passed:
            return outcome
    if work.diagnose("server")[0].visit.served_by == evidence.NEW_CHILD:
        raise CannotJudge("the server's children could not be followed")
    return None


def interrupted_accept(work):
    """What SIGCHLD does to accept is not taken for a client."""
    outcome = idea("goes-on", 0).judge(work)
    if not outcome.passed:
        return outcome
    done = "three clients came and left, one by one"
    with work.start_server("server") as server:
        with contextlib.suppress(AssertionError, OSError):
            arrange.visit(server, 3)
            arrange.await_idle(server)
        wrong = [conn for conn in CAME.findall(server.out) if int(conn) < 0]
    if wrong:
        return shows_belief(
            "blocking-calls-just-block",
            done,
            f"it served a client on descriptor {wrong[0]}",
        )
    return outcome
