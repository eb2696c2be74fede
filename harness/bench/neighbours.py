"""How much of the CPUs others used while the bench ran: a server and its client
that must share them are slowed down more than one program alone is."""

import os
import resource
import time

from reaplab.proc.process import TICKS_PER_SECOND, read_proc

MUCH = 0.1  # a part of all CPUs' time that is worth a warning


class Neighbours:
    """Counts from when it is made."""

    def __init__(self):
        self._began = time.monotonic()
        self._busy = _busy_seconds()
        self._own = _own_seconds()

    def share(self):
        """The part of all CPUs' time that others used so far, 0 to 1."""
        there_was = (time.monotonic() - self._began) * os.cpu_count()
        others = _busy_seconds() - self._busy - (_own_seconds() - self._own)
        return min(max(others / there_was, 0.0), 1.0)


def _busy_seconds():
    """All CPUs, all but idle: the first line of /proc/stat (proc_stat(5))."""
    fields = [int(field) for field in read_proc("/proc/stat").split()[1:9]]
    idle, waiting = fields[3:5]
    return (sum(fields) - idle - waiting) / TICKS_PER_SECOND


def _own_seconds():
    """This process and all that it has reaped, servers' children too."""
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(
            resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
    )
