"""How many processes and descriptors this machine leaves to the bench."""

import os
import resource

from reaplab.proc.process import read_proc

import burst

HEADROOM = 2000  # processes that the rest of the machine may start meanwhile
OWN_DESCRIPTORS = 200  # open besides those that are asked for


def for_processes(wanted):
    """(how many may be made, why they are fewer than wanted or ""). Raises
    burst.CannotMeasure if there is no room at all."""
    running = int(read_proc("/proc/loadavg").split()[3].split(b"/")[1])
    limits = {
        "kernel.pid_max": int(read_proc("/proc/sys/kernel/pid_max")),
        "kernel.threads-max": int(read_proc("/proc/sys/kernel/threads-max")),
    }
    mine, _ = resource.getrlimit(resource.RLIMIT_NPROC)
    if os.geteuid() != 0 and mine != resource.RLIM_INFINITY:
        limits["RLIMIT_NPROC (ulimit -u)"] = mine
    name, least = min(limits.items(), key=lambda item: item[1])
    room = least - running - HEADROOM
    if room >= wanted:
        return wanted, ""
    if room < 1:
        raise burst.CannotMeasure(f"{name} of {least} leaves no room")
    return room, f"{name} is {least}"


def for_descriptors(wanted):
    """Allow this process, and what it starts, so many descriptors at once:
    (how many may be open, why they are fewer than wanted or "")."""
    needed = wanted + OWN_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted, ""
    if hard != resource.RLIM_INFINITY and hard < needed:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (needed, needed))
            return wanted, ""
        except (OSError, ValueError):
            pass  # not privileged, or fs.nr_open is lower
    allowed = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if allowed == needed:
        return wanted, ""
    return max(0, allowed - OWN_DESCRIPTORS), f"RLIMIT_NOFILE (ulimit -n) is {hard}"
