"""Reads processes from /proc: identity, state, children, signals, descriptors.

PIDs are reused, so a process is identified by its PID and its start time. Every
reading checks both and raises Gone if the process has been reaped. A zombie keeps its
entry in /proc until it is reaped. The program chooses its own name, so names are read
as hostile bytes.
Fields: proc_pid_stat(5), proc_pid_status(5), proc_tid_children(5).
"""

import os
import re
import signal
import time
from dataclasses import dataclass

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")

CHUNK = 1 << 16  # bytes; nearly every file below /proc is shorter
LISTINGS = 5  # how often children are listed if some vanish meanwhile


class Gone(Exception):
    """The process was reaped. Another process may have its PID."""


@dataclass(frozen=True)
class Stat:
    """The fields of /proc/PID/stat that the harness needs."""

    pid: int
    name: str
    state: str
    ppid: int
    group: int
    session: int
    cpu_ticks: int
    threads: int  # counts a first thread that has ended while others run
    start_ticks: int
    wait_status: int  # as waitpid(2) gives it; 0 without permission to see it
    reaped_faults: int  # page faults of its reaped children: each child has some

    @property
    def is_zombie(self):
        """Whether all threads are dead. With state Z and live threads, it still
        lives."""
        return self.state == "X" or (self.state == "Z" and self.threads <= 1)


@dataclass(frozen=True)
class Signals:
    """The signal sets of a process, each a frozenset of names."""

    pending: frozenset
    shared_pending: frozenset
    blocked: frozenset
    ignored: frozenset
    caught: frozenset
    queued: int


def signal_name(number):
    """Returns "SIGCHLD" for 17; "SIGRTMIN+2" or "signal 32" for signals without a
    name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        pass
    if signal.SIGRTMIN < number < signal.SIGRTMAX:
        return f"SIGRTMIN+{number - signal.SIGRTMIN}"
    return f"signal {number}"


def signal_set(mask):
    """Returns the names of the signals in a mask of /proc: hexadecimal, bit 0 is
    signal 1."""
    bits = int(mask, 16)
    return frozenset(
        signal_name(n + 1) for n in range(bits.bit_length()) if bits >> n & 1
    )


def read_proc(path):
    """Returns the bytes of a file below /proc. Raises Gone if its process is gone."""
    # The diagnosis reads thousands of them. A Python file object costs more than the
    # kernel's work for it.
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            text = os.read(handle, CHUNK)
            while more := os.read(handle, CHUNK):
                text += more
            return text
        finally:
            os.close(handle)
    except (FileNotFoundError, ProcessLookupError) as error:
        raise Gone(path) from error


def parse_stat(line):
    """Returns the Stat of a /proc/PID/stat line (bytes). Raises ValueError if it is
    malformed.

    The name is between the first "(" and the *last* ")", because it may contain
    parentheses, spaces and newlines.
    """
    opening, closing = line.find(b" ("), line.rfind(b") ")
    if opening < 0 or closing < opening:
        raise ValueError(f"not a stat line: {line!r}")
    fields = line[closing + 2:].split()  # fields[0] is field 3, the state
    if len(fields) < 50:
        raise ValueError(f"a stat line of too few fields: {line!r}")
    return Stat(
        pid=int(line[:opening]),
        name=line[opening + 2:closing].decode("utf-8", "backslashreplace"),
        state=fields[0].decode("ascii"),
        ppid=int(fields[1]),
        group=int(fields[2]),
        session=int(fields[3]),
        cpu_ticks=int(fields[11]) + int(fields[12]),
        threads=int(fields[17]),
        start_ticks=int(fields[19]),
        wait_status=int(fields[49]),
        reaped_faults=int(fields[8]) + int(fields[10]),
    )


def read_stat(pid):
    """Returns the Stat of the process that has this PID now. Raises Gone."""
    return parse_stat(read_proc(f"/proc/{pid}/stat"))


def parse_status(text):
    """Returns the "Key:\\tvalue" lines of /proc/PID/status as a dict of str."""
    lines = text.decode("utf-8", "replace").split("\n")
    pairs = (line.partition(":") for line in lines)
    return {key: value.strip() for key, colon, value in pairs if colon}


def describe_wait_status(status):
    """Returns "exit 3" or "killed by SIGKILL" for a wait status."""
    if os.WIFEXITED(status):
        return f"exit {os.WEXITSTATUS(status)}"
    if os.WIFSIGNALED(status):
        return f"killed by {signal_name(os.WTERMSIG(status))}"
    return f"wait status {status:#x}"


@dataclass(frozen=True, order=True)
class Process:
    """A process, identified by its PID and its start time, in clock ticks since
    boot."""

    pid: int
    start_ticks: int

    @classmethod
    def at(cls, pid):
        """Returns the process that has this PID now. Raises Gone."""
        return cls(pid, read_stat(pid).start_ticks)

    def stat(self):
        """Returns its Stat now. Raises Gone."""
        stat = read_stat(self.pid)
        if stat.start_ticks != self.start_ticks:
            raise Gone(f"PID {self.pid} is another process now")
        return stat

    def _told(self, ask, otherwise):
        try:
            return ask(self.stat())
        except Gone:
            return otherwise

    @property
    def state(self):
        """Its state: R, S, D, T, t, Z, X or I; "gone" if it was reaped."""
        return self._told(lambda stat: stat.state, "gone")

    def has_entry(self):
        """Returns whether /proc has an entry for it. A zombie has one."""
        return self.state != "gone"

    def is_zombie(self):
        return self._told(lambda stat: stat.is_zombie, False)

    def is_alive(self):
        """Returns whether it can still run: it is neither a zombie nor gone."""
        return self._told(lambda stat: not stat.is_zombie, False)

    def is_thread_of_kernel(self):
        """Returns whether it is a kernel thread: PID 2 or a child of PID 2."""
        return 2 in (self.pid, self.stat().ppid)

    def children(self):
        """Returns its children now, with zombies, in PID order. Raises Gone.

        The kernel's list may miss a child if another child is reaped meanwhile. Then
        a listed child has vanished, and the list is read again, up to LISTINGS times.
        A child in state X is left out: the kernel is about to remove it.
        """
        for _ in range(LISTINGS):
            found, is_whole = self._list_children()
            if is_whole:
                break
        return sorted(found)

    def _list_children(self):
        """Returns (its children, whether no listed child has vanished meanwhile)."""
        self.stat()
        listed = listed_children(self.pid)
        found, missed = [], 0
        for pid in all_pids() if listed is None else listed:
            try:
                stat = read_stat(pid)
            except Gone:
                missed += 1
                continue
            if stat.ppid == self.pid and stat.state != "X":
                found.append(Process(pid, stat.start_ticks))
            else:
                missed += 1
        return found, listed is None or missed == 0

    def zombies(self):
        """Returns its dead children that were not reaped."""
        return [child for child in self.children() if child.is_zombie()]

    def live_children(self):
        return [child for child in self.children() if child.is_alive()]

    def descendants(self):
        """Returns its children, their children and so on, without those that vanish."""
        found, todo = [], [self]
        while todo:
            try:
                children = todo.pop().children()
            except Gone:
                continue
            found += children
            todo += children
        return found

    def status(self):
        """Returns /proc/PID/status as a dict. Raises Gone."""
        values = parse_status(read_proc(f"/proc/{self.pid}/status"))
        self.stat()
        return values

    def signals(self):
        """Returns its Signals now. Raises Gone."""
        status = self.status()
        return Signals(
            pending=signal_set(status["SigPnd"]),
            shared_pending=signal_set(status["ShdPnd"]),
            blocked=signal_set(status["SigBlk"]),
            ignored=signal_set(status["SigIgn"]),
            caught=signal_set(status["SigCgt"]),
            queued=int(status["SigQ"].partition("/")[0]),
        )

    def descriptors(self):
        """Returns {number: what the descriptor refers to}; empty for a zombie. Raises
        Gone, or PermissionError for a process of another user."""
        folder = f"/proc/{self.pid}/fd"
        found = {}
        try:
            names = os.listdir(folder)
        except (FileNotFoundError, ProcessLookupError) as error:
            raise Gone(folder) from error
        except PermissionError:
            if self._is_ending():
                return {}
            raise
        for name in names:
            try:
                found[int(name)] = os.readlink(f"{folder}/{name}")
            except FileNotFoundError:
                continue  # closed since the folder was listed
            except PermissionError:
                if self._is_ending():
                    return {}
                raise
        self.stat()
        return found

    def _is_ending(self):
        """Whether only root may look at its descriptors. A zombie has none. So it is a
        moment before, when the process has given its memory back (kernel/exit.c,
        exit_mm)."""
        return self.is_zombie() or "VmSize" not in self.status()

    def socket_inodes(self):
        """Returns the inode numbers of its sockets, as in /proc/net/tcp."""
        targets = self.descriptors().values()
        matches = (re.fullmatch(r"socket:\[(\d+)\]", target) for target in targets)
        return {int(match.group(1)) for match in matches if match}

    def send(self, signum):
        """Sends a signal to this process, and never to another that has its PID now
        (pidfd_open(2)). Raises Gone."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError as error:
            raise Gone(f"PID {self.pid}") from error
        try:
            self.stat()
            signal.pidfd_send_signal(handle, signum)
        except ProcessLookupError as error:
            raise Gone(f"PID {self.pid}") from error
        finally:
            os.close(handle)


def now_in_ticks():
    """The time since boot in the unit of Process.start_ticks."""
    return int(time.clock_gettime(time.CLOCK_BOOTTIME) * TICKS_PER_SECOND)


def all_pids():
    """Returns all PIDs in /proc now."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def listed_children(pid):
    """Returns the PIDs in /proc/PID/task/*/children, or None if the kernel has no such
    file (CONFIG_PROC_CHILDREN)."""
    folder = f"/proc/{pid}/task"
    try:
        threads = os.listdir(folder)
    except (FileNotFoundError, ProcessLookupError) as error:
        raise Gone(folder) from error
    pids = []
    for thread in threads:
        try:
            pids += read_proc(f"{folder}/{thread}/children").split()
        except Gone:
            if os.path.exists(f"{folder}/{thread}"):
                return None
    return [int(pid) for pid in pids]
