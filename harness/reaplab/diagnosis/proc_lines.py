"""The one line of /proc that a finding rests on: written down when it was seen, by the
process that it was seen of, and chosen per belief when the verdict is told.
"""

import contextlib

from ..proc.activity import sleeping_call
from ..proc.process import Gone, read_proc

ZOMBIE = "zombie"  # a dead child that stayed
NESTED = "nested"  # a dead child of a child
SLEEP = "sleep"  # who should have served a client, and sleeps
BURN = "burn"  # a process that burns CPU
CONNECTION = "connection"  # who holds a client's connection
LISTENER = "listener"  # who holds the listening socket
PENDING = "pending"  # the parent's signals while it was frozen
SIGNALS = "signals"  # the parent's signal sets, after the deaths
STARTED = "started"  # processes that came with no client there
DESCRIPTORS = "descriptors"  # how many the parent has
THEFT = "theft"  # a wait for a child that another wait had taken
END = "end"  # how the server ended


def of_status(process, *names):
    """These lines of /proc/PID/status as one line, or None if it is gone."""
    with contextlib.suppress(Gone, KeyError):
        status = process.status()
        told = ", ".join(f"{name}: {' '.join(status[name].split())}" for name in names)
        return f"/proc/{process.pid}/status: {told}"
    return None


def of_zombie(zombies):
    """The state and the parent of the first of some zombies, or None."""
    return of_status(min(zombies), "State", "PPid") if zombies else None


def of_sleep(processes):
    """The call in which the first of the processes sleeps, with three arguments, or
    None."""
    for one in sorted(processes):
        with contextlib.suppress(Gone, OSError):
            path = f"/proc/{one.pid}/syscall"
            number, *arguments = read_proc(path).decode("ascii", "replace").split()
            name = sleeping_call(f"/proc/{one.pid}") or "unknown"
            return f"{path}: {number} ({name}) {' '.join(arguments[:3])}"
    return None


def of_socket(processes, inodes):
    """A descriptor by which one of the processes holds one of the sockets, or None."""
    wanted = {f"socket:[{inode}]" for inode in inodes}
    for one in sorted(processes):
        with contextlib.suppress(Gone, OSError):
            for number, what in one.descriptors().items():
                if what in wanted:
                    return f"/proc/{one.pid}/fd/{number} -> {what}"
    return None


# Where a belief's line is: the run, and what was written down in it; the first that is
# there counts.
PLACES = {
    "nobody-reaps": (("visit", NESTED), ("visit", ZOMBIE), ("series", ZOMBIE)),
    "exec-starts-clean": (("visit", SIGNALS), ("visit", ZOMBIE)),
    "handler-stays": (
        ("drain", SIGNALS), ("series", SIGNALS), ("visit", SIGNALS),
    ),
    "wait-after-fork": (("visit", SLEEP), ("visit", BURN)),
    "one-client-at-a-time": (("visit", SLEEP), ("visit", BURN)),
    "waits-for-the-living": (("visit", SLEEP), ("rounds", SLEEP)),
    "spins-for-the-living": (("visit", BURN),),
    "blocking-calls-just-block": (("visit", BURN), ("visit", END)),
    "one-signal-one-death": (
        ("drain", PENDING), ("drain", ZOMBIE), ("rounds", ZOMBIE),
    ),
    "one-client-one-death": (("drain", ZOMBIE), ("rounds", ZOMBIE)),
    "handler-leaves-no-trace": (("visit", END),),
    "handler-is-ordinary-code": (("visit", SLEEP), ("stall", SLEEP)),
    "close-ends-connection": (("visit", CONNECTION), ("series", CONNECTION)),
    "all-children-are-mine": (("visit", THEFT),),
    "finished-child-is-gone": (("visit", LISTENER), ("visit", BURN)),
    "listener-is-the-parents": (("visit", LISTENER),),
    "read-fails-at-the-end": (("visit", BURN),),
    "reaper-stays": (("series", ZOMBIE),),
    "few-at-a-time": (("crowd", ZOMBIE),),
    "reaps-some": (
        ("series", ZOMBIE), ("visit", ZOMBIE), ("drain", ZOMBIE), ("crowd", ZOMBIE),
        ("rounds", ZOMBIE),
    ),
    "every-death-is-an-exit": (("harm", ZOMBIE), ("harm", END), ("harm", SLEEP)),
    "sigchld-means-death": (("harm", END), ("harm", SLEEP), ("harm", ZOMBIE)),
    "clients-leave-politely": (
        ("harm", END), ("harm", BURN), ("harm", SLEEP), ("harm", ZOMBIE),
    ),
    "descriptors-are-free": (("series", DESCRIPTORS), ("harm", DESCRIPTORS)),
    "storms-after-death": (
        ("series", STARTED), ("series", BURN), ("harm", STARTED), ("harm", BURN),
    ),
    "stop-leaves-no-trace": (("drain", END), ("drain", SLEEP), ("crowd", END)),
}


def line_of(belief, seen, only=None):
    """The line of an Evidence that a belief rests on, or None; `only`: of one run."""
    for run, kind in PLACES.get(belief, ()):
        line = seen.lines.get(run, {}).get(kind)
        if line and only in (None, run):
            return line
    return None
