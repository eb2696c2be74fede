"""Observes whether processes make progress: since when they sleep, in which call, and
how much CPU time they use.

A process that was woken is in state R until it has run, even on a busy machine. So a
process was not woken if it stays in state S and its number of context switches does
not change. This is evidence that it waits; a missing answer alone is not.
"""

import contextlib
import math
import os
import struct
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
        61: "wait4", 128: "rt_sigtimedwait", 130: "rt_sigsuspend", 202: "futex",
        219: "restart_syscall", 230: "clock_nanosleep", 232: "epoll_wait",
        247: "waitid", 270: "pselect6", 271: "ppoll", 281: "epoll_pwait",
        288: "accept4", 441: "epoll_pwait2",
    },
    "aarch64": {
        22: "epoll_pwait", 63: "read", 64: "write", 66: "writev", 72: "pselect6",
        73: "ppoll", 95: "waitid", 98: "futex", 101: "nanosleep",
        115: "clock_nanosleep", 128: "restart_syscall", 133: "rt_sigsuspend",
        137: "rt_sigtimedwait", 202: "accept", 206: "sendto", 207: "recvfrom",
        242: "accept4", 260: "wait4", 441: "epoll_pwait2",
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
    "pselect6": 4, "epoll_wait": 3, "epoll_pwait": 3, "epoll_pwait2": 3, "futex": 3,
    "rt_sigtimedwait": 2,
}
IN_MILLISECONDS = frozenset(("poll", "epoll_wait", "epoll_pwait"))
TIMESPEC = struct.Struct("qq")  # seconds and nanoseconds
TIMER_ABSTIME = 1  # clock_nanosleep's flag
FUTEX_WAIT, FUTEX_CLOCK_REALTIME = 0, 256  # WAIT's timeout alone is relative

WAIT_CALLS = frozenset(("wait4", "waitid"))
WRITE_CALLS = frozenset(("write", "writev", "sendto"))


@dataclass(frozen=True)
class Activity:
    """One reading of a process: whether all its threads sleep; how often they went to
    sleep, and how often the kernel took the CPU from them; their CPU time in seconds;
    the names of the calls in which they sleep, if known; and the longest timeout of
    these calls in seconds: 0 without a timeout, infinity if it is unknown."""

    asleep: bool
    sleeps: int
    preemptions: int
    cpu: float
    calls: frozenset
    timeout: float = 0.0

    @property
    def timed(self):
        return self.timeout > 0


def look(process):
    """Returns the Activity of a Process now. Raises Gone, also for a zombie."""
    stat = process.stat()
    if stat.is_zombie:
        raise Gone(f"PID {process.pid} is dead")
    folder = f"/proc/{process.pid}/task"
    asleep, timeout, sleeps, preemptions, calls = True, 0.0, 0, 0, set()
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
        timeout = max(timeout, ends)
    cpu = stat.cpu_ticks / TICKS_PER_SECOND
    known = frozenset(calls - {None})
    return Activity(asleep, sleeps, preemptions, cpu, known, timeout)


def _look_at_thread(folder):
    """Returns (state, status, (call, its timeout)) of one thread."""
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
    """Returns (the name of the call or None, its timeout as in Activity)."""
    try:
        text = read_proc(f"{folder}/syscall").split()
        number = int(text[0]) if text and text[0].isdigit() else None
        known = CALLS.get(os.uname().machine)
        if known and number is not None:
            call = known.get(number, f"call {number}")
            return call, _timeout(folder, call, [int(one, 16) for one in text[1:]])
        wait_channel = read_proc(f"{folder}/wchan").decode("ascii", "replace")
        call = SLEEPS.get(wait_channel)
        return call, math.inf if call == "clock_nanosleep" else 0.0
    except OSError:
        return None, 0.0


def _timeout(folder, call, arguments):
    """Returns after how many seconds from now, at the latest, a timeout ends this
    call: 0 without a timeout, infinity if it is unknown."""
    if call == "restart_syscall":
        return math.inf  # the kernel restarts a call with a timeout
    which = TIMEOUTS.get(call)
    if which is None or which >= len(arguments):
        return 0.0
    value = arguments[which]
    if value & 0xFFFFFFFF in (0, 0xFFFFFFFF):
        return 0.0
    if call in IN_MILLISECONDS:
        return (value & 0xFFFFFFFF) / 1000
    try:
        with open(f"{folder}/mem", "rb") as memory:
            memory.seek(value)
            seconds, fraction = TIMESPEC.unpack(memory.read(TIMESPEC.size))
    except (OSError, OverflowError, ValueError, struct.error):
        return math.inf
    length = seconds + fraction / (1e6 if call == "select" else 1e9)
    clock = _clock_of(call, arguments)
    if clock is not None:
        length -= time.clock_gettime(clock)
    return length if 0 < length < 1e9 else math.inf


def _clock_of(call, arguments):
    """Returns the clock of the call's timeout if that is absolute, or None if it is
    relative."""
    if call == "clock_nanosleep" and arguments[1] & TIMER_ABSTIME:
        return arguments[0] & 0xF
    if call == "futex" and arguments[1] & 0x7F != FUTEX_WAIT:
        realtime = arguments[1] & FUTEX_CLOCK_REALTIME
        return time.CLOCK_REALTIME if realtime else time.CLOCK_MONOTONIC
    return None


def _woke(last, now):
    return (now.sleeps, now.preemptions) != (last.sleeps, last.preemptions)


class Watch:
    """Watches several processes from its creation on, and adds up what they do."""

    def __init__(self, processes):
        self.calls = frozenset()  # in which they slept at the last look
        self.timeout = 0.0  # the longest timeout of these calls, as in Activity
        self.cpu = 0.0  # seconds of CPU time since the watch began
        self.most_cpu = 0.0  # and that one of them used,
        self.busiest = None  # this one
        self._cpu_of = {}
        self.sleeps = 0  # how often they fell asleep since the watch began
        self._began = self._since = time.monotonic()
        self._looks = {}
        for one in processes:
            self._look_at(one)

    @property
    def timed(self):
        return self.timeout > 0

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
                used = self._cpu_of.get(one, 0.0) + now.cpu - last.cpu
                self._cpu_of[one] = used
                if used > self.most_cpu:
                    self.most_cpu, self.busiest = used, one
                self.sleeps += now.sleeps - last.sleeps
        self.calls = frozenset().union(*(one.calls for one in self._looks.values()))
        timeouts = [one.timeout for one in self._looks.values()]
        if not moved:
            timeouts.append(self.timeout)  # less of it is left at each look
        self.timeout = max(timeouts, default=0.0)
        clock = time.monotonic()
        if moved:
            self._since = clock
        return clock - self._since

    def _look_at(self, process):
        with contextlib.suppress(Gone):
            self._looks[process] = look(process)
            return self._looks[process]
        return None
