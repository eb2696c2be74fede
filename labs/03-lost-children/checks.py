"""What lab 03 asks: all children are reaped, however they die, clients are served all
the while, and the bit that stands for many deaths was seen."""

from reaplab.grading import idea, predictions
from reaplab.grading.checks.quiz import Item, Mistake, explained, quiz

COUNTS_DEATHS = Mistake(
    "one-signal-one-death",
    "one SIGCHLD means one dead child",
    "How many bits of ShdPnd are set after the first death, and how many after the "
    "fifth?",
)
BIT_NUMBERS = Mistake(
    "bits-count-from-zero",
    "bit N of a mask is signal N",
    "The lowest bit is signal 1. Which number does kill -l give to SIGCHLD?",
)
NOT_PROCESSES = Mistake(
    "frozen-parent-frozen-children",
    "a frozen parent's children are frozen too",
    "Which process does kill -STOP name? Look at the states of the others.",
)

CHECKS = [
    idea("serves-clients", points=1),
    idea("serves-while-held", points=3),
    idea("goes-on", points=2),
    idea("reaps-each", points=2),
    idea("reaps-in-time", points=1),
    idea("reaps-together", points=6),
    quiz(
        "sees-one-bit", 2, "a pending signal is a bit, not a number of deaths",
        done="the parent was frozen, five clients left, and ShdPnd was read",
        items=[
            Item(
                "zombies_while_frozen", "8cda6554", NOT_PROCESSES,
                shown_by="d593a97c 637c85bd 3e704a77 124b5806",
            ),
            Item("bits_set", "a9e7a39c", COUNTS_DEATHS, shown_by="7b867be6 8dd16f5c"),
            Item(
                "signal_number", "5e5a12a1", BIT_NUMBERS,
                shown_by="dcbf42b8 b9c95a48",
            ),
            Item(
                "zombies_after_thaw", "c65ff595", COUNTS_DEATHS,
                shown_by="76875619 2dd43dd5 a9603c39 34fe3778",
            ),
        ],
    ),
    explained(points=1),
    predictions(points=2),
]
