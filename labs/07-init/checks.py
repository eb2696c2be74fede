"""What lab 07 asks of an init: orphans come to it and are reaped, signals reach the
program, and the program's end, as it was, is the end of init."""

import contextlib
import signal

from reaplab.grading import Check, failed, passed, predictions
from reaplab.grading.checks.inheritance import inherits_no_signals, starts_nothing
from reaplab.grading.checks.init_family import Family, ORPHANS
from reaplab.grading.checks.running import run_to_end

PASSED_ON = ("TERM", "INT", "HUP", "QUIT", "USR1", "USR2")


def family(check):
    """A judge: looks at a family of an init's that is there (init_family.py)."""
    def judge(work):
        with Family(work) as one:
            if one.program is None:
                return starts_nothing("init", "init was to start sleep")
            return check(one)

    return judge


def of_an_init(judge):
    """The judge; and of an init that its program has replaced, that it has."""
    def judged(work):
        if not hasattr(work, "has_become_program"):
            with Family(work) as one:
                work.has_become_program = one.has_become_program
        return _no_init_left() if work.has_become_program else judge(work)

    return judged


def _no_init_left():
    return failed(
        "init was to start sleep",
        "the process that was init is sleep now",
        "init stays, and sleep is a child of its",
        "exec starts a process",
        "Which PID has the program, which had your init, and who is left to reap?",
        "exec-starts-a-process",
    )


def _no_adoption(done):
    return failed(
        done,
        "the orphans had gone past it, to another parent",
        "they are children of init",
        "init is whoever started the program",
        "Which process does the kernel give an orphan to? (prctl(2), subreaper)",
        "orphans-find-me",
    )


@family
def adopts(one):
    done = f"{ORPHANS} processes lost their parent while the program ran on"
    if len(one.orphans) == ORPHANS:
        return passed(done, "all had become children of init")
    return _no_adoption(done)


@family
def reaps_each(one):
    done = "one orphan died while the program ran on"
    if not one.orphans:
        return _no_adoption(done)
    one.kill(one.orphans[:1])
    left = one.settle(one.orphans[:1])
    if one.has_ended():
        return _ends_with_anyone(done, one)
    if not left:
        return passed(done, "it was reaped, and init went on")
    return _nobody_reaps(done, left)


def _nobody_reaps(done, left):
    return failed(
        done,
        f"{len(left)} zombie, and init sleeps on",
        "no zombie is left",
        "a parent waits for the children that it has started",
        "Which children does init have that it never forked?",
        "only-what-i-forked",
    )


def _ends_with_anyone(done, one):
    return failed(
        done,
        f"init ended, with exit status {one.exit_status()}",
        "init ends with its program, and with nobody else",
        "the child that died is the one I wait for",
        "What does waitpid return, and which PID does your init look for?",
        "any-death-is-the-programs",
    )


@family
def reaps_together(one):
    done = f"init was frozen, {ORPHANS} orphans died, and it was thawed"
    if not one.orphans:
        return _no_adoption(done)
    with one.frozen():
        one.kill(one.orphans)
    left = one.settle(one.orphans)
    if one.has_ended():
        return _ends_with_anyone(done, one)
    if not left:
        return passed(done, "no zombie was left")
    if len(left) == ORPHANS:
        return _nobody_reaps(done, left)
    return failed(
        done,
        f"{len(left)} zombies stayed",
        "no zombie is left, however many die at a time",
        "one SIGCHLD means one dead child",
        "How many SIGCHLDs can be pending at a time?",
        "one-signal-one-death",
    )


@family
def ends_with_program(one):
    done = "an orphan and the program died while init was frozen; then it was thawed"
    with one.frozen():
        one.kill(one.orphans[:1])
        one.kill([one.program])
    if one.await_end():
        return passed(done, "init ended, though other orphans lived on")
    one.kill(one.orphans[1:])
    if one.await_end():
        return failed(
            done,
            "init slept on, and ended when the last orphan had died",
            "init ends with its program, whoever else is there",
            "init ends when all its children have ended",
            "Which of the children does whoever started init wait for?",
            "ends-with-the-last",
        )
    return failed(
        done,
        "init sleeps on, though its program is dead",
        "init ends with its program",
        "the signal says who died",
        "Two children died and one signal came: what does its siginfo know?",
        "signal-names-the-dead",
    )


def passes_signals_on(work):
    """Each signal that init gets is the program's."""
    traps = "; ".join(f"trap 'echo got {one}' {one}" for one in PASSED_ON)
    script = f"{traps}; echo ready; while :; do sleep 1000 & wait; done"
    done = f"SIG{', SIG'.join(PASSED_ON)} were sent to init"
    with Family(work, ["sh", "-c", script]) as one:
        if not one.await_text("ready"):
            return starts_nothing("init", done)
        for name in PASSED_ON:
            with contextlib.suppress(ProcessLookupError):
                one.send(getattr(signal, f"SIG{name}"))
            if one.await_text(f"got {name}"):
                continue
            return failed(
                done,
                f"SIG{name} did not reach the program"
                + (", and init ended" if one.has_ended() else ""),
                "the program gets each of them, and init goes on",
                "who stops me stops my program",
                "`docker stop` sends SIGTERM to one process. To which?",
                "signals-stop-here",
            )
    return passed(done, "the program got each of them")


def _statuses(work, scripts):
    command = [*work.command("init"), "sh", "-c"]
    return {
        script: run_to_end(work, [*command, script])[0] for script in scripts
    }


def _does_not_end(done):
    return failed(
        done,
        "init slept on when its program was dead",
        "init ends with its program",
        "init ends by itself",
        "In which call does it sleep then, and what would wake it?",
        "does-not-end",
    )


def returns_exit_status(work):
    """Exit statuses of its program are its own."""
    wanted = {"exit 0": 0, "exit 1": 1, "exit 42": 42, "exit 255": 255}
    found = _statuses(work, wanted)
    done = f"init ran programs that ended with {', '.join(wanted)}"
    seen = f"its own exit statuses: {', '.join(map(str, found.values()))}"
    if found == wanted:
        return passed(done, seen)
    if None in found.values():
        return _does_not_end(done)
    return failed(
        done,
        seen,
        "the same",
        "what waitpid stores is the exit status",
        "Which bits of the wait status hold what exit was given?",
        "wait-status-is-exit-status",
    )


def tells_signals(work):
    """That a signal killed its program is to be seen from its own end."""
    wanted = {"kill -KILL $$": 137}
    found = _statuses(work, wanted)
    done = "init ran a program that died of SIGKILL"
    seen = f"its own exit status: {', '.join(map(str, found.values()))}"
    if found == wanted:
        return passed(done, seen)
    if None in found.values():
        return _does_not_end(done)
    return failed(
        done,
        seen,
        "137: 128 and the signal's number, as a shell says it",
        "every end is an exit",
        "Which macro tells a wait status of a killed child from one that exited?",
        "every-end-is-an-exit",
    )


@family
def sleeps(one):
    done = "nothing happened for a while"
    if one.settle(()) is not None:
        return passed(done, "init slept, and did not wake once")
    return failed(
        done,
        "init woke up again and again",
        "it sleeps until a signal comes",
        "to wait is to ask again and again",
        "In which call could it sleep until there is something to do?",
        "busy-waiting",
    )


def _check(name, points, idea, judge):
    return Check(name, points, idea, of_an_init(judge), "init")


CHECKS = [
    _check("exit-status", 2, "init ends as its program did", returns_exit_status),
    _check("killed-status", 2, "to be killed is not to exit", tells_signals),
    _check("adopts", 2, "orphans go to the nearest subreaper", adopts),
    _check("reaps-each", 3, "an orphan is its new parent's to reap", reaps_each),
    _check(
        "reaps-together",
        3,
        "a signal says that at least one child is dead",
        reaps_together,
    ),
    _check(
        "ends-with-program",
        3,
        "a death is known by the PID that waitpid returns",
        ends_with_program,
    ),
    _check("passes-signals-on", 3, "a signal goes to one process", passes_signals_on),
    _check(
        "program-blocks-nothing",
        2,
        "a blocked signal stays blocked through exec",
        inherits_no_signals("init", "SigBlk"),
    ),
    _check(
        "program-ignores-nothing",
        1,
        "an ignored signal stays ignored through exec",
        inherits_no_signals("init", "SigIgn"),
    ),
    _check("sleeps", 1, "who waits, sleeps", sleeps),
    predictions(points=2),
]
