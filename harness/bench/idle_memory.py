"""What an idle child costs in memory: its proportional set size (PSS), in which
a page shared by n processes counts for 1/n (proc_pid_smaps(5))."""

import re

from reaplab.proc.process import read_proc
from reaplab.servers import clients

import burst
from comparison import Spread

CHILDREN = 20


def idle_child_kb(contestant):
    """The Spread of 20 children that have echoed a line and wait for the next,
    in kB. Raises burst.CannotMeasure, or ServerFailed."""
    with contestant.start() as server:
        with clients.hold(server.address, CHILDREN):
            children = server.listener.live_children()
            if len(children) != CHILDREN:
                raise burst.CannotMeasure(
                    f"{len(children)} children for {CHILDREN} clients"
                )
            return Spread.of([_pss_kb(one.pid) for one in children])


def _pss_kb(pid):
    text = read_proc(f"/proc/{pid}/smaps_rollup")
    found = re.search(rb"^Pss:\s+(\d+) kB$", text, re.MULTILINE)
    if not found:
        raise burst.CannotMeasure("/proc/PID/smaps_rollup says no Pss")
    return int(found[1])
