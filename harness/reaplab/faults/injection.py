"""Making one system call of a process fail: strace(1), --inject."""

import re
import tempfile

from ..deadline import eventually
from ..servers import arrange, spawn

# Where a program's own calls begin: what comes before is the loader's.
BEGINS = {
    "start": re.compile(r'openat\(.*"/dev/null"'),
    "client": re.compile(r"rt_sigaction\(SIGPIPE"),
    "typed": re.compile(r"rt_sigaction\(SIGPIPE"),
    "reaptop": re.compile(r'openat\(AT_FDCWD, "/proc", '),
    "reaptop --": re.compile(r'openat\(AT_FDCWD, "/proc", '),
    "screen": re.compile(r'openat\(AT_FDCWD, "/proc", '),
}


def strace(rule, *more):
    """The command that makes a call fail by this rule, in whatever follows."""
    calls = rule.partition(":")[0]
    return ["strace", *more, "-o", "/dev/null", "-e", f"trace={calls}",
            "-e", f"inject={rule}"]


def own_calls(log, begins):
    """{call: [which of its occurrences, from 1, come from the line on that
    `begins` finds]} from a log of strace."""
    counts, found, own = {}, {}, False
    for line in log.splitlines():
        match = re.match(r"(?:\d+ +)?(\w+)\(", line)
        if match is None:
            continue
        call = match[1]
        counts[call] = counts.get(call, 0) + 1
        own = own or bool(begins.search(line))
        if own:
            found.setdefault(call, []).append(counts[call])
    return found


class attached:
    """A context in which strace is attached to a process."""

    def __init__(self, process, argv):
        self.process, self.argv = process, [*argv, "-p", str(process.pid)]

    def __enter__(self):
        with tempfile.TemporaryFile() as said:
            self.tracer = spawn.spawn(self.argv, stderr=said)
            try:
                eventually(lambda: self._has_taken_effect(said))
            except BaseException:
                spawn.end(self.tracer)
                raise
        return self.tracer

    def _has_taken_effect(self, said):
        """strace has asked for a stop, which wakes what sleeps: one that sleeps
        again after that, or is no more, makes no call untraced."""
        assert spawn.has_exited(self.tracer) or "attached" in spawn.written(said)
        assert self.process.state in ("S", "T", "t", "Z", "gone")

    def __exit__(self, *_):
        self.tracer.terminate()
        spawn.has_exited(self.tracer, 10)
        spawn.end(self.tracer)


def settle(server):
    """Let a server that goes on come to rest, so that strace may let go of it: a
    call it has cancelled and not answered yet would end with ENOSYS."""
    def settled():
        if not server.has_exited():
            arrange.await_idle(server, within=1)

    eventually(settled)
