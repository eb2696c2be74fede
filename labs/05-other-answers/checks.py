"""What lab 05 asks: two answers to "who reaps?", each right and each by the technique
it is named after; and what the control experiment shows."""

import contextlib

from reaplab.diagnosis import evidence
from reaplab.grading import Check, failed, idea, passed, predictions
from reaplab.grading.checks.catalogue import not_started
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz
from reaplab.servers import arrange
from reaplab.servers.clients import Session
from reaplab.servers.server import ServerFailed

ANSWERS = ("ignore", "double_fork", "self_pipe", "signalfd", "pidfd")
WANTED = 2
PATIENT = 3.0  # seconds that a client waits, where nothing depends on it

REAPS = ("reaps-each", "reaps-together")
SERVES = ("serves-clients", "serves-while-held", "goes-on")


# The techniques, as they show from outside.


def _visit(work, name):
    return work.diagnose(name)[0].visit


def ignores(work, name):
    drain = work.diagnose(name)[0].drain
    deaths = drain.deaths if drain else None
    if _visit(work, name).served_by == evidence.NEW_CHILD and deaths:
        if deaths.dead and deaths.frozen == 0:
            return "frozen, it had no zombie: the kernel reaps"
    return None


def forks_twice(work, name):
    if _visit(work, name).served_by == evidence.ORPHAN:
        return "who serves is an orphan"
    return None


def _holds(work, name):
    """(what the parent's descriptors refer to while a client is served, if it is, its
    Signals)."""
    with work.start_server(name) as server:
        with Session(server.address, within=PATIENT) as session:
            with contextlib.suppress(AssertionError, OSError):
                session.echo()
            arrange.let_settle(server)
            descriptors = list(server.listener.descriptors().values())
            unix = _unix_sockets(server.listener.pid)
            return (
                [unix.get(one, one) for one in descriptors],
                server.listener.signals(),
            )


def _unix_sockets(pid):
    """{"socket:[inode]": "unix:[inode]"} of the Unix sockets where this process is
    (proc_net(5): the seventh column)."""
    try:
        with open(f"/proc/{pid}/net/unix", encoding="ascii", errors="replace") as file:
            rows = [line.split() for line in file.readlines()[1:]]
    except OSError:
        return {}
    inodes = [row[6] for row in rows if len(row) >= 7]
    return {f"socket:[{one}]": f"unix:[{one}]" for one in inodes}


def writes_to_itself(work, name):
    descriptors, signals = _holds(work, name)
    pipes = [one for one in descriptors if one.startswith("pipe:")]
    if "SIGCHLD" not in signals.caught:
        return None
    if len(pipes) > len(set(pipes)):
        return "it catches SIGCHLD, and holds both ends of a pipe"
    # What does a pipe's work; a server has no other use for either.
    if "anon_inode:[eventfd]" in descriptors:
        return "it catches SIGCHLD, and holds an eventfd"
    if len({one for one in descriptors if one.startswith("unix:")}) >= 2:
        return "it catches SIGCHLD, and holds a pair of sockets"
    return None


def reads_signals(work, name):
    descriptors, signals = _holds(work, name)
    if "anon_inode:[signalfd]" in descriptors and "SIGCHLD" in signals.blocked:
        return "it holds a signalfd, and SIGCHLD is blocked"
    return None


def holds_children(work, name):
    descriptors, _ = _holds(work, name)
    if any(one in ("anon_inode:[pidfd]",) or one.startswith("pidfd:")
           for one in descriptors):
        return "it holds a pidfd while a client is served"
    return None


TECHNIQUES = {
    "ignore": (ignores, "frozen, it has no zombie: the kernel reaps"),
    "double_fork": (forks_twice, "who serves a client is an orphan"),
    "self_pipe": (writes_to_itself, "it catches SIGCHLD, and holds a pipe's both ends"),
    "signalfd": (reads_signals, "it holds a signalfd, and SIGCHLD is blocked"),
    "pidfd": (holds_children, "it holds a pidfd while a client is served"),
}


def _is_touched(work, name):
    """Whether the student has written anything in its file."""
    source = f"{name}.c"
    try:
        mine = (work.folder / source).read_bytes()
    except FileNotFoundError:
        return work.has(name)  # a Makefile of their own, or nothing
    try:
        return mine != (work.lab.starter / source).read_bytes()
    except OSError:
        return True


def _points(work, name):
    """How good an answer is, to find the best."""
    if not work.has(name):
        return 0
    each = [all(idea(one, 0, name).judge(work).passed for one in SERVES)]
    each += [all(idea(one, 0, name).judge(work).passed for one in REAPS)]
    return 3 * each[0] + 4 * each[1]


def best(work):
    """The names of the answers that were tried, the best first."""
    if not hasattr(work, "best"):
        tried = [one for one in ANSWERS if _is_touched(work, one)]
        work.best = sorted(tried, key=lambda one: -_points(work, one))
    return work.best


def of_answer(rank, judge):
    """A judge of the answer of that rank: judge(work, its name)."""
    def judged(work):
        tried = best(work)
        if len(tried) < rank:
            return failed(
                "the files were compared with the starter's",
                f"{len(tried)} of them differ",
                f"{WANTED} answers of the five",
                "(nothing was written yet)",
                "Which of the five can you say in one sentence? Begin with that.",
                "not-answered",
            )
        name = tried[rank - 1]
        if not work.has(name):
            return failed(
                f"{name}.c was built",
                "it does not compile, or there was no program",
                "a program that can be run",
                "it compiles",
                f"What does `make check LAB=05 2>&1 | grep {name}` say? And cc?",
                "does-not-build",
            )
        try:
            return judge(work, name)
        except ServerFailed as error:
            return not_started(error)

    return judged


def all_of(ideas):
    def judge(work, name):
        seen = []
        for one in ideas:
            outcome = idea(one, 0, name).judge(work)
            if not outcome.passed:
                return _first_child(work, name) or outcome
            seen.append(outcome.seen)
        return passed(f"{name}: the arrangements of the diagnosis", "; ".join(seen))

    return judge


def _first_child(work, name):
    """The Outcome if a server that forks twice has zombies: no diagnosis of orphans'
    parents can say whose they are."""
    visit = _visit(work, name)
    if name != "double_fork" or not visit or visit.served_by != evidence.ORPHAN:
        return None
    return failed(
        "clients came and left, one by one",
        "who served them were orphans, and yet the server has zombies",
        "the server has no zombie: its own child is waited for",
        "with orphans there is nobody to wait for",
        "Which processes has the server itself forked, and when do they die?",
        "first-child-is-forgotten",
    )


def technique(work, name):
    look, right = TECHNIQUES[name]
    done = f"{name} was started, and looked at from outside"
    try:
        seen = look(work, name)
    except (OSError, AssertionError):
        seen = None  # it serves nobody: other checks say why
    if seen:
        return passed(done, seen)
    return failed(
        done,
        "not that",
        right,
        "any answer is this answer",
        "Which of the server's descriptors, or of the lines SigCgt, SigBlk and SigIgn, "
        "would tell this answer from the others?",
        "another-technique",
    )


# The control experiment.

QUEUES = Mistake(
    "all-signals-queue",
    "signals wait in a line, each by itself",
    "Compare the two servers' last lines. Which of the two signals is a bit, and which "
    "is a queue?",
)
LOST = Mistake(
    "statuses-stay",
    "a child's exit status waits until I ask",
    "Who calls wait for the child in each of the five, and whom does it tell?",
)


def _answer(rank):
    which = ("first", "second")[rank - 1]
    return [
        Check(
            f"{which}-serves",
            3,
            "an answer to one question breaks nothing else",
            of_answer(rank, all_of(SERVES)),
        ),
        Check(
            f"{which}-reaps",
            4,
            "no zombie is left, however the children die",
            of_answer(rank, all_of(REAPS)),
        ),
        Check(
            f"{which}-technique",
            1,
            "the answer is the one it is called",
            of_answer(rank, technique),
        ),
    ]


CHECKS = [
    *_answer(1),
    *_answer(2),
    quiz(
        "control-experiment",
        2,
        "it is the signals that merge, and not the loop that is missing",
        done="eight children died while server_rtsig, then server_sigchld, was frozen",
        items=[
            Item("sigchlds", "de4a7d27", QUEUES, shown_by=""),
            Item("zombies", "1d9d1d55", QUEUES, shown_by=""),
            Item("sigchlds_merged", "2d9a22c0", QUEUES, shown_by="fd4630f6 cf3ae065"),
            Item(
                "zombies_merged", "11ff634a", QUEUES,
                shown_by="d71e338e 724f430e 2fe4954d 11cf0ad6",
            ),
        ],
    ),
    quiz(
        "statuses-lost",
        1,
        "who reaps is who is told",
        done="answers.toml was asked for `statuses_lost`",
        items=[
            Item(
                "statuses_lost",
                "e0df8d2e 3c017653 9d0f6597 22e98a36",
                LOST,
            )
        ],
    ),
    explained(points=1),
    predictions(points=2),
]
