"""What lab 02 asks: a program that keeps one zombie, and what was seen of zombies."""

import contextlib
import functools
import subprocess
import time
from dataclasses import dataclass

from reaplab.diagnosis.telling import zombies
from reaplab.grading import CannotJudge, Check, failed, passed, predictions
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz
from reaplab.proc.activity import Watch
from reaplab.proc.process import Gone, describe_wait_status
from reaplab.servers import spawn

AT_REST = 0.5  # seconds asleep, all of them, without once waking up
RESTLESS = 3.0  # one that keeps waking up has had its chance
BURN = 0.3  # seconds of CPU time, to no effect
CRUMBS = 0.03  # the same, of one that never slept
ENDLESS = 100  # changes among its children: it makes them without end
LIMIT = 15.0  # neither came about
PERIOD = 0.01

STATUSES = (42, 7)  # asked for: the second, so that no number can be a fixed one


@dataclass
class Family:
    """A program that was started, once nothing more happens: `ended`, or its
    dead children's wait statuses, its live children, and how it passes time."""

    ended: bool = False
    dead: tuple = ()
    alive: int = 0
    spins: bool = False
    ignores: bool = False  # SIGCHLD
    reaped: bool = False  # it has waited for a child

    @property
    def told(self):
        """The family in words."""
        if self.ended:
            return "the program has ended"
        how = [describe_wait_status(status) for status in self.dead]
        dead = f"{zombies(len(how))} ({', '.join(how)})" if how else "no zombie"
        return f"{dead}, {self.alive} alive"


def done(status):
    return f"zombie {status} was started, and watched until nothing more happened"


@functools.lru_cache(maxsize=len(STATUSES))
def watch(work, status):
    """Start the program and wait until nothing more happens: a Family."""
    # Somebody at a keyboard who says nothing: one may wait for that, too.
    command = [*work.command("zombie"), str(status)]
    popen = work.start(command, stdin=subprocess.PIPE)
    try:
        return _settle(work.process(popen))
    except Gone:
        return Family(ended=True)
    finally:
        spawn.end(popen)
        popen.stdin.close()


def _settle(parent):
    known, watching, changes = None, None, 0
    deadline = time.monotonic() + LIMIT
    while parent.is_alive():
        with contextlib.suppress(Gone):  # a child that is reaped meanwhile
            children = {one: one.is_zombie() for one in parent.children()}
            if children != known:
                alive = [one for one, is_dead in children.items() if not is_dead]
                known, watching = children, Watch([parent, *alive])
                changes += 1
            asleep = watching.update()
            if asleep >= AT_REST or _spins(watching) or _is_restless(watching):
                return _look(parent, children, _spins(watching))
            if changes >= ENDLESS:
                return _look(parent, children, True)
        if time.monotonic() >= deadline:
            raise CannotJudge("the program came to no rest, and burnt no CPU either")
        time.sleep(PERIOD)
    return Family(ended=True)


def _spins(watching):
    """It burns CPU, or takes all that a very busy machine lets it have."""
    starved = watching.cpu >= CRUMBS and watching.sleeps == 0
    return watching.cpu >= BURN or starved and watching.age >= RESTLESS


def _is_restless(watching):
    """It wakes up again and again, and nothing comes of it."""
    return watching.sleeps >= 4 and watching.age >= RESTLESS


def _look(parent, children, spins):
    dead = [one for one, is_dead in children.items() if is_dead]
    return Family(
        dead=tuple(one.stat().wait_status for one in dead),
        alive=len(children) - len(dead),
        spins=spins,
        ignores="SIGCHLD" in parent.signals().ignored,
        reaped=parent.stat().reaped_faults > 0,
    )


PARENT_LEFT = Mistake(
    "zombie-outlives-parent",
    "a zombie outlives its parent",
    "Who is the parent of a zombie whose parent has ended, and what does that one do?",
)
DOES_NOTHING = Mistake(
    "idle-is-dead",
    "a zombie is a process that does nothing",
    "Which letter does ps show for your process, and which for a zombie? What has a "
    "zombie done that yours has not?",
)
KERNEL_REAPS = Mistake(
    "ignoring-is-doing-nothing",
    "to ignore SIGCHLD is to do nothing about dead children",
    "What does wait(2) say, under NOTES, about a parent that ignores SIGCHLD?",
)
PARENT_WAITS = Mistake(
    "waiting-makes-zombies",
    "a child is not dead until it has been waited for",
    "Between which two events is a child a zombie? Which of them does wait() bring?",
)


def leaves_a_zombie(work):
    """One child is dead, and the parent lives."""
    family = watch(work, STATUSES[0])
    if family.dead and not family.ended:
        return passed(done(STATUSES[0]), family.told)
    seen = family.told
    if family.ended:
        mistake = PARENT_LEFT
    elif family.ignores:
        mistake = KERNEL_REAPS
        seen += "; SigIgn has SIGCHLD"
    elif family.reaped:
        mistake = PARENT_WAITS
        seen += "; it has waited for a child that had died"
    else:
        mistake = DOES_NOTHING
    return _failed(done(STATUSES[0]), seen, "1 zombie, and a parent asleep", mistake)


NO_ZOMBIE = Mistake(
    "no-zombie",
    "(it did not come to this: there is no zombie)",
    "What does ps --ppid show of your program?",
)
KILLED = Mistake(
    "killed-is-exited",
    "a process that is killed has an exit status",
    "A wait status tells how a process ended. Which two ways are there, and which "
    "of them did your child go?",
)
NOT_TOLD = Mistake(
    "status-comes-by-itself",
    "the child's exit status is set by its parent",
    "Which process makes the call whose argument ends up in field 52?",
)


def tells_its_status(work):
    """The zombie's exit status is the one that was asked for."""
    right = "a zombie whose wait status says: exit, with the status asked for"
    for status in STATUSES:
        family = watch(work, status)
        if not family.dead:
            return _failed(done(status), family.told, right, NO_ZOMBIE)
        if status << 8 not in family.dead:
            killed = all(one & 0x7F for one in family.dead)
            mistake = KILLED if killed else NOT_TOLD
            return _failed(done(status), family.told, right, mistake)
    return passed(done(" and ".join(map(str, STATUSES))), "both were told")


FORKED_BY_BOTH = Mistake(
    "fork-is-one-sided",
    "after fork only the parent goes on",
    "How many processes execute the line after fork, and which value does each see?",
)


def has_one_child(work):
    """One, dead or alive."""
    family, right = watch(work, STATUSES[0]), "one child"
    count = len(family.dead) + family.alive
    if family.ended or count == 0:
        return _failed(done(STATUSES[0]), family.told, right, NO_ZOMBIE)
    if count > 1:
        return _failed(done(STATUSES[0]), family.told, right, FORKED_BY_BOTH)
    return passed(done(STATUSES[0]), family.told)


SPINS = Mistake(
    "running-is-waiting",
    "to stay alive a process must keep running",
    "In which state does ps show your parent, and how much TIME does it gather?",
)


def parent_sleeps(work):
    """It costs nothing to keep a zombie."""
    family, right = watch(work, STATUSES[0]), "a parent asleep"
    if family.ended:
        return _failed(done(STATUSES[0]), family.told, right, PARENT_LEFT)
    if family.spins:
        return _failed(done(STATUSES[0]), "the parent burns CPU", right, SPINS)
    return passed(done(STATUSES[0]), "it sleeps")


def _failed(what, seen, right, mistake):
    return failed(what, seen, right, mistake.belief, mistake.question, mistake.id)


def program(name, points, idea, judge):
    return Check(name, points, idea, judge, about="zombie")


EXIT_CODE = Mistake(
    "wait-status-is-exit-status",
    "the wait status is the number that was given to exit",
    "Which macro of wait(2) makes an exit status of a wait status? What would the "
    "number for a child that was killed be?",
)
STATUS_ELSE = Mistake(
    "wrong-field",
    "any number near the end of the line will do",
    "The name in field 2 may hold spaces: from which end of the line is it safer to "
    "count?",
)
HOLDS_MEMORY = Mistake(
    "zombies-hold-memory",
    "a zombie holds its memory until it is reaped",
    "Which lines of /proc/PID/status start with Vm for your shell, and which of them "
    "are there for a zombie?",
)
KILLABLE = Mistake(
    "zombies-can-be-killed",
    "kill -9 ends everything",
    "What does a signal need of a process in order to do anything? Look at its state "
    "again after the kill.",
)
OUTLIVES = Mistake(
    "zombie-outlives-parent",
    "a zombie outlives its parent",
    "After the kill of the parent, what does /proc say of the zombie's PID?",
)
ADOPTED = Mistake(
    "orphans-stay-orphans",
    "nobody reaps an orphan",
    "Which PID does ps show as the PPID of a process whose parent has been killed?",
)

CHECKS = [
    program(
        "leaves-a-zombie", 4, "a child that has died and was not waited for",
        leaves_a_zombie,
    ),
    program(
        "tells-its-status", 3, "a zombie keeps its exit status for its parent",
        tells_its_status,
    ),
    program("has-one-child", 1, "fork returns twice", has_one_child),
    program("parent-sleeps", 2, "a zombie needs nothing to stay one", parent_sleeps),
    quiz(
        "reads-field-52", 2, "a wait status tells how, and with which status",
        done="field 52 of /proc/PID/stat was asked for, of the child of zombie 42",
        items=[Item("field_52", "e04f7f4a", STATUS_ELSE, {"734a9ebf": EXIT_CODE})],
    ),
    quiz(
        "holds-nothing", 1, "a zombie has given its memory back",
        done="the Vm lines of a zombie's /proc/PID/status were counted",
        items=[Item("vm_lines", "ecd64b50 666fd1c4", HOLDS_MEMORY)],
    ),
    quiz(
        "is-dead-already", 2, "the dead cannot be killed",
        done="kill -9 was sent to a zombie, and its state read again",
        items=[Item("state_after_kill", "09ea6fda 47731352 8c4a6e01", KILLABLE)],
    ),
    quiz(
        "is-reaped-in-the-end", 2, "whoever adopts an orphan reaps it",
        done="a zombie's parent was killed, and the zombie looked for",
        items=[
            Item("after_parent_killed", "d8d4e84b", OUTLIVES),
            Item("reaped_by", "0707f1b1 6c3c306a a945f661 4189def9", ADOPTED),
        ],
    ),
    explained(points=1),
    predictions(points=2),
]
