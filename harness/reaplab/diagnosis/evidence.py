"""What is gathered of a server: short runs, each on an instance of its own, each
told as plain values. All of it is seen from outside; none of it is a verdict.

None means "it did not come to that": a run ends at the first thing that makes the
next question meaningless.
"""

from dataclasses import asdict, dataclass, field

# What becomes of a client that says something.
SERVED = "served"
TURNED_AWAY = "turned away"  # FIN or RST instead of an echo
GARBLED = "garbled"  # something else came back
REFUSED = "refused"  # nobody listens there
SPINNING = "the server burns CPU instead"
ASLEEP = "the server sleeps on"  # with the client in its queue, or accepted
RESTLESS = "the server wakes up and sleeps again"
ENDED = "the server has ended"

# Who serves a client.
NEW_CHILD = "a new child"
ORPHAN = "a new process, whose parent is not the server's"
ITSELF = "a process that was there before"

# What becomes of the process that served a client that has left.
DIES = "dies"
STAYS = "stays, asleep"
SPINS = "stays, burning CPU"

# The steps of the run that does harm.
KILLED = "a child was killed"
STOPPED = "a child was stopped and continued"
RESET = "clients reset"
RESET_EARLY = "clients reset before they were accepted"

# Who serves a client while the parent, and whoever was there from the start, is
# frozen, and only a child that has outlived its client may.
NOBODY = "nobody"
HEIR = "a child of the child"


@dataclass
class Outcome:
    """What became of a client; if it was not served, the calls that the process
    that should have accepted it sleeps in, as far as they could be told."""

    kind: str
    calls: list = field(default_factory=list)
    seconds: float = None  # that it waited in vain

    @property
    def served(self):
        return self.kind == SERVED


@dataclass
class Sigchld:
    """What the parent does about SIGCHLD."""

    caught: bool
    ignored: bool
    blocked: bool
    pending: bool


@dataclass
class Deaths:
    """Children that died, and how many of them were zombies: while the parent
    was frozen (None: it was not), once it had come to rest, and once it had
    come to rest after one more client."""

    dead: int
    frozen: int = None
    at_rest: int = None
    after_client: int = None
    sigchld_frozen: Sigchld = None
    sigchld_at_rest: Sigchld = None


@dataclass
class Visit:
    """Clients that come and leave one by one, while another is held."""

    reaped_before_clients: bool  # the parent has waited for a child, whose?
    spins_idle: bool  # it burns CPU before the first client has come
    sigchld: Sigchld  # before the first client has come
    first: Outcome
    hangs_up: bool = None  # it closes while its client, held, still listens
    steals: bool = None  # see stolen.py; looked for if the first is turned away
    served_by: str = None
    by_worker: bool = None  # ITSELF is a child of one that accepts: a pool
    second: Outcome = None  # while the first is held
    parent_keeps_connection: bool = None
    child_keeps_listener: bool = None
    nested_zombies: int = None  # that the children have themselves, at rest
    fin: bool = None  # the first client half-closes: does it get a FIN back?
    fin_kept_by: str = None  # who still holds its connection, if it gets none
    after_fin: str = None  # and the process that served it: DIES, STAYS, SPINS
    keeps_first: bool = None  # that one still holds the connection
    heir: str = None  # if it stays: who serves while all others are frozen
    deaths: Deaths = None
    third: Outcome = None  # when the first has left, while the second is held
    ended_early: bool = None  # the server ended with a child, others still living
    ended_last: bool = None  # the server ended with its last child
    exit_status: int = None
    fourth: Outcome = None  # when all have left
    zombies_in_the_end: int = None  # three had left, one by one
    sigchld_in_the_end: Sigchld = None
    runaways: int = None  # live children that serve nobody, burning CPU
    port_after_kill: str = None  # "free" or "taken", a client still being served
    listener_kept_by: str = None  # who held the listening socket, the parent killed

    @property
    def goes_on(self):
        """Whether the server served all these clients, and outlived them."""
        outcomes = filter(None, (self.first, self.second, self.third, self.fourth))
        served = all(one.served for one in outcomes)
        return served and not self.ended_early and not self.ended_last

    @property
    def burns(self):
        """Whether a client left a process behind that burns CPU."""
        return bool(self.runaways) or self.after_fin == SPINS


# A visit that came to no end.
NEVER_AT_REST = Visit(
    reaped_before_clients=False, spins_idle=None, sigchld=None, first=Outcome(RESTLESS)
)


@dataclass
class Drain:
    """Clients that leave together, while the parent is frozen."""

    clients: int
    thaw: Outcome = None  # a client, after the idle parent was frozen and thawed
    served: int = 0  # clients that were served at the same time
    full: bool = False  # one more was not
    deaths: Deaths = None
    last: Outcome = None  # one more client
    ended: bool = None  # the server ended instead
    exit_status: int = None


@dataclass
class Stall:
    """Nobody reads the server's output for a while, and a child dies in it."""

    parent_writes: bool = None  # a client made it write, and so wait
    during: Outcome = None  # that client, when the output is read again
    after: Outcome = None  # one more client


@dataclass
class Rest:
    """A while in which no client was there. If the server did not come to rest in it:
    whether the parent, or a child that serves nobody, burnt CPU, and how many
    processes were seen that had not been there, or had been reaped, at least."""

    seconds: float
    calm: bool = True
    parent_spins: bool = False
    child_spins: bool = False
    forks: int = 0


@dataclass
class Series:
    """Clients that come and leave one by one, with no other there."""

    first: Outcome = None
    hangs_up: bool = None  # as Visit has it
    fin: bool = None  # it half-closes, alone: does it get a FIN back?
    fin_kept_by: str = None  # who still holds its connection, if not
    fin_with_next: bool = None  # it got one when the next client had come
    fate: str = None  # what became of its child: DIES, STAYS, SPINS
    dead: int = 0  # children that died, one by one
    lost: list = field(default_factory=list)  # their numbers, from 1: never reaped
    left: list = field(default_factory=list)  # zombies that there were after each
    sigchld: Sigchld = None  # before the first client
    sigchld_in_the_end: Sigchld = None
    last: Outcome = None  # the client that came after all these deaths
    unserved: int = None  # or the number of the client that was not served
    clients: int = 0  # that came between the two counts of descriptors
    descriptors: list = field(default_factory=list)  # of the parent: before, after
    before: Rest = None  # before the first client
    rest: Rest = None  # after all the deaths
    ended: bool = None
    exit_status: int = None


@dataclass
class Harm:
    """Children that are killed or stopped, and clients that reset."""

    killed: Deaths = None  # children killed by SIGKILL, or dead together with such
    after_kill: Outcome = None
    after_fin: Deaths = None  # one that left by itself after that
    while_stopped: Outcome = None  # a client that came while a child was stopped
    of_stopped: Outcome = None  # the client of that child, when it ran again
    stopped: Deaths = None  # the stopped child, when it ran again and its client left
    resets: int = 0  # clients that were served, and reset
    after_resets: Deaths = None
    fate: str = None  # what became of the children of those clients
    early_resets: int = 0  # clients that reset before they were accepted
    descriptors: list = field(default_factory=list)  # before and after these
    last: Outcome = None
    rest: Rest = None
    stuck_at: str = None  # the step after which a client was not served,
    stuck: Outcome = None  # this one
    ended_by: str = None  # the step at which the server ended
    exit_status: int = None


@dataclass
class Rounds:
    """Clients that come and leave together, and nobody touches the parent."""

    rounds: int = 0
    dead: int = 0
    left: int = None  # zombies when it had come to rest
    after_client: int = None
    last: Outcome = None
    ended: bool = None
    exit_status: int = None


@dataclass
class WrongMoment:
    """A moment of the parent at which a child's death went wrong."""

    plan: str  # how to play it again
    is_new: bool  # the child was the one that was forked last
    kind: str  # before, entered, returned, signal, asleep or statement
    call: str  # at which, or the signal
    verdict: str  # as moments(1) names it
    file: str = None
    line: int = None


@dataclass
class Moments:
    """One death at every moment of the parent. `why`: why none was tried."""

    why: str = None
    clients: int = 0
    tried: int = 0
    not_tried: int = 0
    wrong: list = field(default_factory=list)  # of WrongMoment
    deferred: int = 0  # moments at which the interpreter runs the handler too late
    reads_signalfd: bool = False


@dataclass
class Evidence:
    """All that was gathered. A fault says why that is not all: what was wrong
    with the machine, or with the start of the server."""

    command: list
    seconds: float = None
    fault: str = None
    fault_is_servers: bool = False
    is_late: bool = False  # it did not listen in time, and was still running
    restless: str = None  # what it never came to rest for, in a run without evidence
    visit: Visit = None
    drain: Drain = None
    stall: Stall = None
    series: Series = None
    harm: Harm = None
    crowd: Drain = None
    rounds: Rounds = None
    moments: Moments = None
    late: float = None  # seconds that a zombie stayed until a timer reaped it
    waited: float = None  # seconds that zombies were given, and stayed
    works_on: float = None  # seconds that a child lived on after its close
    lines: dict = field(default_factory=dict)  # {run: {kind: line}}: proc_lines.py

    def as_dict(self):
        """For JSON."""
        return asdict(self)
