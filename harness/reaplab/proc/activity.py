"""Observes whether processes make progress: since when they sleep, in which call, and
how much CPU time they use.

A process that was woken is in state R until it has run, even on a busy machine. So a
process was not woken if it stays in state S and its number of context switches does
not change. This is evidence that it waits; a missing answer alone is not.
"""

import contextlib
import os
import time
from dataclasses import dataclass

from .process import Gone, TICKS_PER_SECOND, parse_stat, parse_status, read_proc

ASLEEP = frozenset("STtI")

# System calls by number, for what this lab has to tell apart: the kernel's
# arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h.
CALLS = {
    "x86_64": {
        0: "read", 1: "write", 7: "poll", 20: "writev", 23: "select",
        34: "pause", 35: "nanosleep", 43: "accept", 44: "sendto", 45: "recvfrom",
        61: "wait4", 130: "rt_sigsuspend", 202: "futex", 230: "clock_nanosleep",
        232: "epoll_wait", 247: "waitid", 270: "pselect6", 271: "ppoll",
        281: "epoll_pwait", 288: "accept4",
    },
    "aarch64": {
        22: "epoll_pwait", 63: "read", 64: "write", 66: "writev", 72: "pselect6",
        73: "ppoll", 95: "waitid", 98: "futex", 101: "nanosleep",
        115: "clock_nanosleep", 133: "rt_sigsuspend", 202: "accept",
        206: "sendto", 207: "recvfrom", 242: "accept4", 260: "wait4",
    },
}

# The kernel functions in which these calls sleep (/proc/PID/wchan): for other
# machines, and where /proc/PID/syscall may not be read.
SLEEPS = {
    "do_wait": "wait4",
    "futex_wait_queue": "futex",
    "futex_wait_queue_me": "futex",
    "futex_do_wait": "futex",
    "pipe_write": "write",
    "anon_pipe_write": "write",
    "inet_csk_accept": "accept",
    "hrtimer_nanosleep": "clock_nanosleep",
}

# The index of the argument that is a call's timeout, or a pointer to it. A value of 0
# or -1 means for ever.
TIMEOUTS = {
    "nanosleep": 0, "clock_nanosleep": 2, "poll": 2, "ppoll": 2, "select": 4,
    "pselect6": 4, "epoll_wait": 3, "epoll_pwait": 3,
}

WAIT_CALLS = frozenset(("wait4", "waitid"))
WRITE_CALLS = frozenset(("write", "writev", "sendto"))


@dataclass(frozen=True)
class Activity:
    """One look at a process: whether all its threads sleep; how often they have
    gone to sleep, and how often the kernel took the CPU from them; the CPU time
    they used, in seconds; and, as far as they could be told, the names of the
    calls they sleep in, and whether a timeout ends one of these."""

    asleep: bool
    sleeps: int
    preemptions: int
    cpu: float
    calls: frozenset
    timed: bool = False


def look(process):
    """Returns the Activity of a Process now. Raises Gone, also for a zombie."""
    stat = process.stat()
    if stat.is_zombie:
        raise Gone(f"PID {process.pid} is dead")
    folder = f"/proc/{process.pid}/task"
    asleep, timed, sleeps, preemptions, calls = True, False, 0, 0, set()
    try:
        threads = os.listdir(folder)
    except OSError as error:
        raise Gone(folder) from error
    for thread in threads:
        try:
            state, status, (call, ends) = _look_at_thread(f"{folder}/{thread}")
        except Gone:
            continue
        if state in "ZX":
            continue  # a first thread that ended before the others
        asleep = asleep and state in ASLEEP
        sleeps += int(status.get("voluntary_ctxt_switches", 0))
        preemptions += int(status.get("nonvoluntary_ctxt_switches", 0))
        calls.add(call)
        timed = timed or ends
    cpu = stat.cpu_ticks / TICKS_PER_SECOND
    known = frozenset(calls - {None})
    return Activity(asleep, sleeps, preemptions, cpu, known, timed)


def _look_at_thread(folder):
    """(state, status, (call, whether a timeout ends it)) of one thread."""
    status = parse_status(read_proc(f"{folder}/status"))
    # Read the call before the state: a thread that sleeps in the end, without a
    # context switch, was in that call all the time.
    call = _sleeps_in(folder)
    state = parse_stat(read_proc(f"{folder}/stat")).state
    return state, status, call


def sleeping_call(folder):
    """Returns the name of the call in which a process or thread sleeps, given its
    folder in /proc. Returns None if it runs or if the call is unknown."""
    return _sleeps_in(folder)[0]


def _sleeps_in(folder):
    """(the name of the call or None, whether a timeout ends it)."""
    try:
        text = read_proc(f"{folder}/syscall").split()
        number = int(text[0]) if text and text[0].isdigit() else None
        known = CALLS.get(os.uname().machine)
        if known and number is not None:
            call = known.get(number, f"call {number}")
            return call, _is_timed(call, text[1:])
        wait_channel = read_proc(f"{folder}/wchan").decode("ascii", "replace")
        call = SLEEPS.get(wait_channel)
        return call, call == "clock_nanosleep"
    except OSError:
        return None, False


def _is_timed(call, arguments):
    """Whether a timeout ends this call, with these arguments in hexadecimal."""
    which = TIMEOUTS.get(call)
    if which is None or which >= len(arguments):
        return False
    return int(arguments[which], 16) & 0xFFFFFFFF not in (0, 0xFFFFFFFF)


def _woke(last, now):
    return (now.sleeps, now.preemptions) != (last.sleeps, last.preemptions)


class Watch:
    """Watches several processes from its creation on, and adds up what they do."""

    def __init__(self, processes):
        self.calls = frozenset()  # that they slept in at the last look
        self.timed = False  # and a timeout was to end one of these
        self.cpu = 0.0  # seconds that they used since the watch began
        self.sleeps = 0  # how often they fell asleep since the watch began
        self._began = self._since = time.monotonic()
        self._looks = {}
        for one in processes:
            self._look_at(one)

    @property
    def age(self):
        """Seconds since the watch began."""
        return time.monotonic() - self._began

    def update(self):
        """Looks again. Returns for how many seconds all processes have slept without
        a context switch: 0 if one of them is awake, woke since the last look, or
        has ended. Ended processes are not watched further; without any left, the
        result is 0."""
        before, self._looks = self._looks, {}
        moved = not before
        for one, last in before.items():
            now = self._look_at(one)
            moved = moved or now is None or not now.asleep or _woke(last, now)
            if now is not None:
                self.cpu += now.cpu - last.cpu
                self.sleeps += now.sleeps - last.sleeps
        self.calls = frozenset().union(*(one.calls for one in self._looks.values()))
        self.timed = any(one.timed for one in self._looks.values())
        clock = time.monotonic()
        if moved:
            self._since = clock
        return clock - self._since

    def _look_at(self, process):
        with contextlib.suppress(Gone):
            self._looks[process] = look(process)
            return self._looks[process]
        return None
