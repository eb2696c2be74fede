"""Faults of the machine, told apart from faults of what is tested.

A full process table or a lack of local ports makes any server look wrong. A
failure that comes with such a fault is no verdict.
"""

import errno
import resource
import threading

from .spawn import ProcessTableFull

# From system calls of this process. A server that fails to do the same says so
# itself, or shows it to its clients as something else.
LACKS = {
    errno.EADDRNOTAVAIL: "all local ports are taken or in TIME_WAIT",
    errno.EMFILE: "this process may open no more files (ulimit -n)",
    errno.ENFILE: "the system may open no more files",
    errno.ENOBUFS: "the kernel has no memory for sockets",
    errno.ENOMEM: "the kernel has no memory",
}


PROCESSES_NEEDED = 64  # at a time, for judging a server; most of them its children
FILES_NEEDED = 128  # for a server's descriptors, and for ours


def shortage():
    """What this machine lacks to judge anything, or None. That of processes is
    tried, with threads, which count as much (RLIMIT_NPROC, getrlimit(2)): to be
    called when no other thread is at work."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < FILES_NEEDED:
        return f"a process may open only {most} files here (ulimit -n)"
    started, done = [], threading.Event()
    try:
        for _ in range(PROCESSES_NEEDED):
            one = threading.Thread(target=done.wait)
            one.start()
            started.append(one)
    except RuntimeError:
        return (
            f"only {len(started)} more processes may be started here, and "
            f"{PROCESSES_NEEDED} are needed (ulimit -u)"
        )
    finally:
        done.set()
        for one in started:
            one.join()
    return None


def fault_behind(error, servers):
    """What the machine lacked when a check failed with this exception, while
    these servers ran; None if it lacked nothing that we know of."""
    if isinstance(error, ProcessTableFull):
        return str(error)
    if isinstance(error, OSError) and error.errno in LACKS:
        return f"{LACKS[error.errno]}: {error}"
    for server in servers:
        if not server.faults_ordered and _cannot_fork(server):
            return f"{server.name} cannot fork: the process table is full"
    return None


def _cannot_fork(server):
    """Whether a server of this lab has said so."""
    said = f"{server.name}: cannot fork, client dropped: "
    lines = [one for one in server.err.splitlines() if one.startswith(said)]
    return any("Resource temporarily unavailable" in one for one in lines)
