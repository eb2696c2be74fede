"""Separates faults of the machine from faults of the program under test.

A full process table or a lack of local ports makes any server look wrong. Such a
failure is reported apart, and gives no verdict.
"""

import errno
import resource
import threading

from .spawn import ProcessTableFull

# The errors of this process's system calls that mean such a fault.
LACKS = {
    errno.EADDRNOTAVAIL: "all local ports are taken or in TIME_WAIT",
    errno.EMFILE: "this process may open no more files (ulimit -n)",
    errno.ENFILE: "the system may open no more files",
    errno.ENOBUFS: "the kernel has no memory for sockets",
    errno.ENOMEM: "the kernel has no memory",
}


PROCESSES_NEEDED = 64  # at once, to judge a server; most are its children
FILES_NEEDED = 128  # descriptors of a server, or of this process


def shortage():
    """Returns what this machine lacks to judge a server, or None. Tries the limit on
    processes with threads, which count like processes (RLIMIT_NPROC, getrlimit(2)).
    No other thread may be at work."""
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
    """Returns what the machine lacked when a check failed with this exception while
    these servers ran, or None."""
    if isinstance(error, ProcessTableFull):
        return str(error)
    if isinstance(error, OSError) and error.errno in LACKS:
        return f"{LACKS[error.errno]}: {error}"
    for server in servers:
        if not server.faults_ordered and _cannot_fork(server):
            return f"{server.name} cannot fork: the process table is full"
    return None


def _cannot_fork(server):
    """Returns whether a server of this lab has logged that it cannot fork."""
    said = f"{server.name}: cannot fork, client dropped: "
    lines = [one for one in server.err.splitlines() if one.startswith(said)]
    return any("Resource temporarily unavailable" in one for one in lines)
