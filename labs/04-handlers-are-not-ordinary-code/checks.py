"""What lab 04 asks: a server whose handler may come at any moment, and a program that
starts clean whatever its starter had set up for itself."""

import re
import signal

from reaplab.grading import Check, failed, idea, passed, predictions
from reaplab.grading.checks.catalogue import shows_belief
from reaplab.grading.checks.death_log import interrupted_accept, logs_each_death
from reaplab.grading.checks.inheritance import inherits_no_signals, starts_nothing
from reaplab.grading.checks.running import run_to_end, told
from reaplab.grading.checks.signal_witness import keeps_errno, safe_handler

LIST = ["ls", "-l", "/proc/self/fd"]


def no_descriptors(work):
    """The launched program has no socket of its starter's."""
    done = "launch started a program, which listed its descriptors"
    _, said = run_to_end(work, [*work.command("launch"), *LIST])
    if "/proc/" not in said:
        return starts_nothing("launch", done)
    sockets = re.findall(r"(\d+) -> (socket:\S+)", said)
    base = re.findall(r"(\d+) -> (socket:\S+)", work.run(LIST).out)
    more = [one for one in sockets if one not in base]
    if more:
        return shows_belief(
            "exec-starts-clean",
            done,
            f"under launch it has descriptor {more[0][0]}, a socket",
            "Which flag of a descriptor decides whether exec closes it?",
        )
    return passed(done, "no socket is among them")


def launch_status(work):
    """launch ends as its program did."""
    done = "launch was given a program that exits with 3, and one that is killed"
    command = work.command("launch")
    found = [
        run_to_end(work, [*command, "sh", "-c", script])[0]
        for script in ("exit 3", "kill -TERM $$")
    ]
    if found == [3, 128 + signal.SIGTERM]:
        return passed(done, "its exit status was 3, and then 143")
    return failed(
        done,
        f"its exit status was {told(found[0])}, and then {told(found[1])}",
        "3, and then 128 + 15",
        "who has waited needs no status",
        "What does waitpid store, besides returning a PID?",
        "status-does-not-matter",
    )


CHECKS = [
    idea("serves-clients", points=1),
    idea("serves-while-held", points=1),
    idea("reaps-each", points=1),
    idea("reaps-together", points=1),
    Check(
        "interrupted-accept",
        4,
        "a signal ends a blocking call: that is no client",
        interrupted_accept,
        "server",
    ),
    Check(
        "keeps-errno",
        3,
        "the interrupted code finds errno as it was",
        keeps_errno,
        "server",
    ),
    Check(
        "handler-is-safe",
        4,
        "a handler calls nothing that it may have interrupted",
        safe_handler,
        "server",
    ),
    Check(
        "logs-each-death",
        1,
        "each child's end is told, as it was",
        logs_each_death,
        "server",
    ),
    Check(
        "program-blocks-nothing",
        1,
        "a blocked signal stays blocked through exec",
        inherits_no_signals("launch", "SigBlk"),
        "launch",
    ),
    Check(
        "program-ignores-nothing",
        1,
        "an ignored signal stays ignored through exec",
        inherits_no_signals("launch", "SigIgn"),
        "launch",
    ),
    Check(
        "program-holds-no-socket",
        1,
        "an open descriptor stays open through exec",
        no_descriptors,
        "launch",
    ),
    Check(
        "launch-status",
        1,
        "a parent ends as its child did",
        launch_status,
        "launch",
    ),
    predictions(points=2),
]
