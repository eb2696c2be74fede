"""What lab 00 asks: the zombies of three servers were counted, and every column that
shows them was named."""

from reaplab.grading import predictions
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz

SOMEBODY_REAPS = Mistake(
    "nobody-reaps",
    "somebody else will reap",
    "Which of the three servers asks for its children, and how many are left of those "
    "that nobody asks for?",
)
ONE_PER_SIGNAL = Mistake(
    "one-signal-one-death",
    "one SIGCHLD means one dead child",
    "What do the last lines of the demo say of server_sigchld: how many were forked, "
    "how many SIGCHLDs came, how many were reaped?",
)
ALL_ALIKE = Mistake(
    "all-servers-leak",
    "every server that forks leaves zombies",
    "What is the difference between the last two columns of the demo?",
)
FAMILY = Mistake(
    "whose-number",
    "the PIDs of a line are the process's own",
    "Start a second server: which numbers of its children differ, and which is the "
    "same for all of one server?",
)
MEMORY = Mistake(
    "address-space-is-memory",
    "the address space of a process is memory that it uses",
    "Which of the two numbers can be larger than the memory that the machine has? "
    "(man ps: vsz, rss.)",
)
URGENCY = Mistake(
    "priority-is-niceness",
    "priority and niceness are one number",
    "Start a server with nice -n 5: which columns of its line change, and which of "
    "them did you give?",
)
DOING = Mistake(
    "state-is-place",
    "what a process does and where it sleeps are the same thing",
    "Which column is one letter, for the sleeping and the dead alike, and which has "
    "nothing to say of the dead?",
)
DELIVERIES = Mistake(
    "signals-are-deaths",
    "SIGCHLDs are counted by deaths",
    "In the last picture of the demo, is the number of SIGCHLDs the number of dead "
    "children?",
)

LINE = "a line of ps l was read, column by column"


def column(name, sealed, mistake):
    return Item(name, sealed, mistake)


CHECKS = [
    quiz(
        "counts-zombies", 4, "what nobody waits for stays",
        done="five clients came and left, and the demo was played",
        items=[
            Item(
                "zombies_noreap", "f89d0e99", SOMEBODY_REAPS,
                shown_by="27a7d7f5 ab683bbc 6002b02b 294b67ff",
            ),
            Item(
                "zombies_waitpid_loop", "649b6ec4", ALL_ALIKE,
                shown_by="9adb0a80 5e7d41b7",
            ),
            Item(
                "demo_forked_sigchld", "8ee7c5a0", ONE_PER_SIGNAL,
                shown_by="ea780407 b83fc255",
            ),
            Item(
                "demo_reaped_sigchld", "685b256b", ONE_PER_SIGNAL,
                shown_by="e7cbd1e4 71a70ce7",
            ),
            Item(
                "demo_zombies_sigchld", "c1da2224", ONE_PER_SIGNAL,
                shown_by="426c8850 6e9ead8e 0a67e2f4 82facbc1",
            ),
        ],
    ),
    quiz(
        "names-the-family", 3, "every process has a parent, who must reap it",
        done=LINE,
        items=[
            column("UID", "1c87229d", FAMILY),
            column("PID", "6b735d61", FAMILY),
            column("PPID", "c5f848d3", FAMILY),
        ],
    ),
    quiz(
        "names-memory", 2, "address space is promised, memory is used",
        done=LINE,
        items=[column("VSZ", "8ec534aa", MEMORY), column("RSS", "a5d9ed98", MEMORY)],
    ),
    quiz(
        "names-urgency", 2, "niceness is asked for, priority is what comes of it",
        done=LINE,
        items=[
            column("PRI", "12a59d38", URGENCY),
            column("NI", "19f5118a", URGENCY),
            column("TIME", "257acfa2", URGENCY),
        ],
    ),
    quiz(
        "names-the-state", 3, "a zombie is a state, not a kind of process",
        done=LINE,
        items=[
            column("WCHAN", "66420aef", DOING),
            column("STAT", "ceaf6399", DOING),
            column("TTY", "0f80b350", DOING),
            column("COMMAND", "792a0c23", DOING),
        ],
    ),
    quiz(
        "names-the-viewers", 3, "a signal delivered is not a child dead",
        done="the figures above each of reaptop's tables were read",
        items=[
            column("live", "4a471691", DELIVERIES),
            column("zombies", "4623ba49", DELIVERIES),
            column("forked", "f5f72441", DELIVERIES),
            column("reaped", "ba83e9f0", DELIVERIES),
            column("SIGCHLDs", "142704f7", DELIVERIES),
        ],
    ),
    explained(points=1),
    predictions(points=2),
]
