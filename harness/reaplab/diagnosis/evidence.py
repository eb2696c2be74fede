"""What is gathered of a server: three short runs, each on an instance of its own,
each told as plain values. All of it is seen from outside; none of it is a verdict.

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
    fin: bool = None  # the first client half-closes: does it get a FIN back?
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


@dataclass
class Drain:
    """Clients that leave together, while the parent is frozen."""

    clients: int
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
class Evidence:
    """All that was gathered. A fault says why that is not all: what was wrong
    with the machine, or with the start of the server."""

    command: list
    seconds: float = None
    fault: str = None
    fault_is_servers: bool = False
    is_late: bool = False  # it did not listen in time, and was still running
    visit: Visit = None
    drain: Drain = None
    stall: Stall = None

    def as_dict(self):
        """For JSON."""
        return asdict(self)
