"""What lab 04 asks: a server whose handler may come at any moment, and a program that
starts clean whatever its starter had set up for itself."""

import contextlib
import re
import signal

from reaplab import arrange, sock_diag
from reaplab.activity import Watch
from reaplab.clients import Session, hold
from reaplab.deadline import eventually
from reaplab.diagnosis.beliefs import BELIEFS
from reaplab.grading import (
    CannotJudge,
    Check,
    failed,
    idea,
    passed,
    predictions,
)
from reaplab.process import Gone
from reaplab.server import ServerFailed

WITNESS = "labs/signal_witness.so"
TOGETHER = 3  # clients that leave at once
PATIENT = 10.0  # seconds that a client waits
STILL = 0.75  # seconds of sleep, without waking once: nothing more will come

UNSAFE = re.compile(r"^witness: inside (\w+) .* the handler called (\w+)$", re.M)
CHANGED = re.compile(r"^witness: accept failed .* errno was (\w+)$", re.M)
CAME = re.compile(r"^came: port -?\d+, conn (-?\d+)$", re.M)
ENDED = re.compile(r"^(exited|killed): pid (\d+) (?:with|by) (\d+)$", re.M)


def _fail(belief, done, seen, question=None):
    """A failed Outcome in the words of the catalogue of beliefs."""
    known = BELIEFS[belief]
    return failed(
        done, seen, known.right, known.says, question or known.question, belief
    )


def _not_started(error):
    return failed(
        "the server was started",
        str(error),
        "a server that listens on the port it is given",
        "it runs",
        "What does it do when you start it by hand?",
        "no-server",
    )


# With the witness beside it (signal_witness.c).


def _witnessed(work):
    """What the witness has said of the server; looked at once."""
    if not hasattr(work, "witnessed"):
        work.witnessed = _witness(work)
    return work.witnessed


def _witness(work):
    preload = f"LD_PRELOAD={work.lab_program(WITNESS)}"
    command = ["env", preload, *work.command("server")]
    with work.place.start_server(command) as server:
        for _ in range(4):
            if "interrupted accept" in server.err:
                break
            # What becomes of the client is not asked here.
            with contextlib.suppress(OSError, AssertionError, Gone):
                with Session(server.address, within=PATIENT) as session:
                    session.echo()
        with contextlib.suppress(AssertionError):
            eventually(lambda: _assert_tried(server), within=PATIENT)
        return server.err


def _assert_tried(server):
    assert "interrupted accept" in server.err


def _unwatched(done, said):
    """The Outcome if the witness could not look, or None."""
    if "witness: watching" in said:
        return None
    return failed(
        done,
        "nothing: it accepted no client, or LD_PRELOAD has no effect on it",
        "a server that is linked dynamically, and accepts clients",
        "any program can be looked into",
        "What does `ldd` say of it?",
        "not-witnessed",
    )


def safe_handler(work):
    """No unsafe function is interrupted by a handler that calls another; and no
    deadlock is seen from outside."""
    done = (
        "a child died inside each function that is not async-signal-safe, as if "
        "the server had been interrupted there"
    )
    try:
        said = _witnessed(work)
    except ServerFailed as error:
        return _not_started(error)
    found = sorted(set(UNSAFE.findall(said)))
    if found:
        within, called = found[0]
        return _fail(
            "handler-is-ordinary-code",
            done,
            f"the server was inside {within}, and its handler called {called}",
        )
    unwatched = _unwatched(done, said)
    if unwatched:
        return unwatched
    return idea("safe-handler", 0).judge(work)


def keeps_errno(work):
    """The interrupted code finds errno as it was."""
    done = "accept failed with ECONNABORTED, and at that moment a child died"
    try:
        said = _witnessed(work)
    except ServerFailed as error:
        return _not_started(error)
    changed = CHANGED.search(said)
    if changed:
        return _fail(
            "handler-leaves-no-trace",
            done,
            f"when the server came to look at errno it was {changed[1]}",
        )
    if "interrupted accept" not in said:
        return _unwatched(done, said) or _fail(
            "blocking-calls-just-block",
            done,
            "it did not come to that: the server did not call accept again",
        )
    return passed(done, "errno was ECONNABORTED still")


# The log.


def logs_each_death(work):
    """One line for each child that ends, and the right one."""
    done = (
        "one client left; the child of a second was killed (SIGKILL); then "
        f"{TOGETHER} more left together"
    )
    right = "one line a child: 'exited: pid 4712 with 0', 'killed: pid 4713 by 9'"
    try:
        with work.start_server("server") as server:
            children, killed = _let_them_end(server)
            found = {
                int(pid): (how, int(number))
                for how, pid, number in ENDED.findall(server.out)
            }
    except ServerFailed as error:
        return _not_started(error)
    if len(children) + len(killed) < TOGETHER + 2:
        return _obstacle(work)
    expected = {one.pid: ("exited", 0) for one in children}
    expected.update({one.pid: ("killed", int(signal.SIGKILL)) for one in killed})
    lacking = [pid for pid, how in expected.items() if found.get(pid) != how]
    if not lacking:
        return passed(done, f"{len(expected)} lines, one for each")
    return failed(
        done,
        f"{len(expected) - len(lacking)} of the {len(expected)} lines",
        right,
        "that a child has ended is all there is to know",
        "Where does the kernel keep a child's exit status, and until when?",
        "status-does-not-matter",
    )


def _let_them_end(server):
    """(children that exited, children that were killed), all logged or given up."""
    exited, killed = [], []
    with contextlib.suppress(AssertionError, OSError, Gone):
        for end in (None, signal.SIGKILL):
            with Session(server.address, PATIENT) as session:
                child = _worker(server, session)
                (killed if end else exited).append(child)
                if end:
                    child.send(end)
            _await_lines(server, [child])
        with hold(server.address, TOGETHER) as sessions:
            children = [_worker(server, one) for one in sessions]
            exited += children
            arrange.freeze(server)
        arrange.await_death(children)
        arrange.thaw(server)
        _await_lines(server, children)
    return exited, killed


def _worker(server, session):
    """The Process that serves this session."""
    session.echo()
    ends = (session.socket.getpeername()[:2], session.socket.getsockname()[:2])

    def found():
        inode = sock_diag.find(*ends).inode
        holders = [
            one
            for one in server.listener.live_children()
            if inode in one.socket_inodes()
        ]
        assert len(holders) == 1, f"{len(holders)} children hold the connection"
        return holders[0]

    return eventually(found, within=PATIENT)


def _await_lines(server, children):
    """Wait until the log has come to these children, or the server sleeps on."""
    watch = Watch([server.listener])

    def logged():
        pids = {int(pid) for _, pid, _ in ENDED.findall(server.out)}
        if watch.update() < STILL:
            assert pids >= {one.pid for one in children}

    eventually(logged, within=PATIENT)


def _obstacle(work):
    """The Outcome of the idea that kept a check from coming to its point."""
    for name in ("goes-on", "serves-while-held", "reaps-together"):
        outcome = idea(name, 0).judge(work)
        if not outcome.passed:
            return outcome
    raise CannotJudge("the server's children could not be followed")


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
        return _fail(
            "blocking-calls-just-block",
            done,
            f"it served a client on descriptor {wrong[0]}",
        )
    return outcome


# What a program inherits.

_CAT = ["cat", "/proc/self/status"]
_LIST = ["ls", "-l", "/proc/self/fd"]
_LAUNCHED = "the program was started by launch, and from a shell"


def _status(work, line):
    """A line of /proc/self/status, as a program has it here and under launch."""
    found = []
    for command in (_CAT, [*work.command("launch"), *_CAT]):
        said = work.run(command).out
        match = re.search(rf"^{line}:\s*(\w+)$", said, re.M)
        found.append(int(match[1], 16) if match else None)
    if found[0] is None:
        raise CannotJudge(f"/proc/self/status has no line {line}")
    return found


def _has_signal(mask, signum):
    return bool(mask >> (signum - 1) & 1)


def _inherits(line, signum, what):
    """A judge: a program is started without that signal in that line."""
    def judge(work):
        done = f"{_LAUNCHED}, and looked at its {line} line"
        base, mine = _status(work, line)
        if mine is None:
            return _launches_nothing(done)
        if _has_signal(mine, signum) and not _has_signal(base, signum):
            return _fail(
                "exec-starts-clean",
                done,
                f"under launch {signal.Signals(signum).name} is {what}",
            )
        return passed(done, f"no more signals are {what} than from a shell")

    return judge


def _launches_nothing(done):
    return failed(
        done,
        "nothing: the program did not run",
        "launch PROGRAM [ARG...] runs the program",
        "it runs",
        "What does `launch echo hello` print?",
        "no-program",
    )


def no_descriptors(work):
    """The launched program has no socket of its starter's."""
    done = f"{_LAUNCHED}, and listed its descriptors"
    said = work.run([*work.command("launch"), *_LIST]).out
    if "/proc/" not in said:
        return _launches_nothing(done)
    sockets = re.findall(r"(\d+) -> (socket:\S+)", said)
    base = re.findall(r"(\d+) -> (socket:\S+)", work.run(_LIST).out)
    more = [one for one in sockets if one not in base]
    if more:
        return _fail(
            "exec-starts-clean",
            done,
            f"under launch it has descriptor {more[0][0]}, a socket",
            "Which flag of a descriptor decides whether exec closes it?",
        )
    return passed(done, "no socket is among them")


def launch_status(work):
    """launch ends as its program did."""
    done = "launch was given a program that exits with 3, and one that is killed"
    command = work.command("launch")
    found = [
        work.run([*command, "sh", "-c", script]).status
        for script in ("exit 3", "kill -TERM $$")
    ]
    if found == [3, 128 + signal.SIGTERM]:
        return passed(done, "its exit status was 3, and then 143")
    return failed(
        done,
        f"its exit status was {found[0]}, and then {found[1]}",
        "3, and then 128 + 15",
        "who has waited needs no status",
        "What does waitpid store, besides returning a PID?",
        "status-does-not-matter",
    )


CHECKS = [
    idea("serves-clients", points=1),
    idea("serves-while-held", points=1),
    idea("reaps-each", points=1),
    idea("reaps-together", points=1),
    Check(
        "interrupted-accept",
        4,
        "a signal ends a blocking call: that is no client",
        interrupted_accept,
        "server",
    ),
    Check(
        "keeps-errno",
        3,
        "the interrupted code finds errno as it was",
        keeps_errno,
        "server",
    ),
    Check(
        "handler-is-safe",
        4,
        "a handler calls nothing that it may have interrupted",
        safe_handler,
        "server",
    ),
    Check(
        "logs-each-death",
        1,
        "each child's end is told, as it was",
        logs_each_death,
        "server",
    ),
    Check(
        "program-blocks-nothing",
        1,
        "a blocked signal stays blocked through exec",
        _inherits("SigBlk", signal.SIGCHLD, "blocked"),
        "launch",
    ),
    Check(
        "program-ignores-nothing",
        1,
        "an ignored signal stays ignored through exec",
        _inherits("SigIgn", signal.SIGPIPE, "ignored"),
        "launch",
    ),
    Check(
        "program-holds-no-socket",
        1,
        "an open descriptor stays open through exec",
        no_descriptors,
        "launch",
    ),
    Check("launch-status", 1, "a parent ends as its child did", launch_status, "launch"),
    predictions(points=2),
]
