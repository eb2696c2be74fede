"""The lives of a server's children, put together from its event log: forked, dead,
reaped, and which SIGCHLD told of which deaths.

A log may hold several runs, of several servers, or none: each `listen` line begins
one. Lines come in the order in which they were written: a child's `exit`, or its
`reap`, can stand before its `fork` (src/echo/log/event.h), and a PID comes again only
when its last owner is dead and reaped. Read next: lifelines_log.py, which reads the
lines; sigchlds.py, which counts the deaths.
"""

from dataclasses import dataclass, field

# What became of a child, as far as the log tells.
LIVING = "living"  # it had not died when the log ended
REAPED = "reaped"
ZOMBIE = "zombie"  # dead, and not reaped when its server, or the log, ended
GONE = "gone"  # dead, and never its parent's to reap: the kernel or init did
UNKNOWN = "unknown"  # dead, not reaped in the log, which does not tell more


@dataclass(eq=False)
class Child:
    """One process that was forked for a client. Times are in ns, as in the log;
    None is what the log does not tell. `began` is the earliest that is known of
    it, `exited` just before its _exit; `sigchld` the Sigchld that told of its
    death."""

    pid: int
    began: int
    parent: int = None
    peer: str = None
    forked: int = None
    closed: int = None
    echoed: int = None  # bytes
    exited: int = None
    reaped: int = None
    exit_code: int = None
    signal: int = None
    errors: list = field(default_factory=list)  # "read: ECONNRESET"
    sigchld: object = None
    fate: str = LIVING

    @property
    def zombie_ns(self):
        """For how long it was a zombie, or None."""
        if self.exited is None or self.reaped is None:
            return None
        return max(0, self.reaped - self.exited)

    @property
    def ending(self):
        """"exit 0", "killed by signal 9", or None."""
        if self.signal is not None:
            return f"killed by signal {self.signal}"
        return None if self.exit_code is None else f"exit {self.exit_code}"


@dataclass(eq=False)
class Sigchld:
    """One delivery to a handler: of which process, when, of how many deaths it
    told, and how many children were reaped before the next."""

    pid: int
    at: int
    deaths: int = 0
    reaped: int = 0


@dataclass(eq=False)
class Run:
    """One run of one server, from its first line to its last. `variant` is what
    it says of itself, None if the log has no `listen` line of it; `stop` is its
    `stop` event or None."""

    pid: int
    began: int
    ended: int
    variant: str = None
    address: str = None
    port: int = None
    backlog: int = None
    stop: dict = None
    children: list = field(default_factory=list)  # in the order of `began`
    sigchlds: list = field(default_factory=list)
    errors: list = field(default_factory=list)

    def of_fate(self, *fates):
        return [one for one in self.children if one.fate in fates]

    @property
    def reaped(self):
        return sum(one.reaped is not None for one in self.children)

    @property
    def died(self):
        return sum(one.fate != LIVING for one in self.children)

    def zombie_spans(self):
        """(from, to) of each zombie, to the run's end if it was never reaped."""
        spans = []
        for one in self.children:
            if one.exited is not None and one.fate in (REAPED, ZOMBIE):
                until = self.ended if one.reaped is None else one.reaped
                spans.append((one.exited, max(one.exited, until)))
        return spans

    def zombies_over_time(self):
        """[(time, zombies from then on)]: a step each time that it changes."""
        changes = []
        for begin, end in self.zombie_spans():
            changes.append((begin, 1))
            if end < self.ended:
                changes.append((end, -1))
        # A death counts before a reaping of the same moment: never below 0.
        steps, count = [(self.began, 0)], 0
        for at, change in sorted(changes, key=lambda one: (one[0], -one[1])):
            count += change
            if steps[-1][0] == at:
                steps.pop()
            steps.append((at, count))
        return steps

    @property
    def most_zombies(self):
        return max(count for _, count in self.zombies_over_time())
