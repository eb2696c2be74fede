"""Every system call fails once: the table of call, error and outcome (Markdown).

    python3 -m reaplab.faults.table [BUILD]

prints it anew; harness/fault_table.md is what it last printed."""

import sys
from pathlib import Path

from ..servers import spawn
from .cases import Case, IN_TURN, all_cases
from .runs import Runs

HARNESS = Path(__file__).resolve().parents[2]
RECORD = HARNESS / "fault_table.md"
OPENING = """\
# Every system call fails once

Made by `make faults`: strace makes one call fail with one error, and this is what
came of it. `server_waitpid_loop` is the server: while it starts, then its parent
(and the parents of other variants, where they make other calls), then a child that
holds a session, and one that is born; two sessions of the client, and one that a line
is typed into; two samples of the viewer, of a server that runs and of one that it
starts. What the viewer does, and the server's later calls while it starts, fail at
each place once, with the errors in turn: where it ends with 0 it has shown the right
children in one of the two samples, or, on a terminal (`screen`), in a frame of its
first seconds or, if those have none that is whole, after Ctrl-L; and the terminal's
modes are as they were.
"(its text)" is what strerror(3) has for the error, and the limit that it is about,
if there is one. A close that fails here is not
made at all: its descriptor stays open, which no error of close(2) on Linux does.

"""
HEADINGS = ("who", "call", "errors", "outcome")


def cases_as_rows(outcomes):
    """[(who, call, errors, outcome)] from {Case: outcome}: errors of one outcome
    share a row."""
    rows = {}
    for case, outcome in outcomes.items():
        rows.setdefault((case.who, case.name, outcome), []).append(case.error)
    return [
        (who, name, " ".join(errors), outcome)
        for (who, name, outcome), errors in rows.items()
    ]


def rows_in_turn(who, found):
    """The same from {(call, error): {outcome}} of one of IN_TURN: what came of an
    error depends on the place, and each machine has others."""
    rows = {}
    for (call, error), outcomes in sorted(found.items()):
        outcome = " / ".join(sorted(outcomes))
        rows.setdefault((call.partition(",")[0], outcome), []).append(error)
    return [
        (who, name, " ".join(errors), outcome)
        for (name, outcome), errors in rows.items()
    ]


def render(rows):
    """The whole record."""
    lines = [HEADINGS, ("---",) * 4, *rows]
    return OPENING + "".join(f"| {' | '.join(line)} |\n" for line in lines)


def recorded():
    """{(who, call, error): outcome} as the record has it."""
    found = {}
    for line in RECORD.read_text(encoding="utf-8").splitlines():
        cells = line[2:-2].split(" | ")
        if line.startswith("| ") and len(cells) == 4 and cells[0] != "who":
            who, call, errors, outcome = cells
            for error in errors.split():
                found[who, call, error] = outcome
    return found


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else HARNESS.parent / "build"
    spawn.become_subreaper()
    runs = Runs(build)
    outcomes = {}
    for case in all_cases():
        outcomes[case] = runs.outcome(case)
        print(case, outcomes[case], file=sys.stderr, flush=True)
    rows = cases_as_rows(outcomes)
    for who in IN_TURN:
        rows += rows_in_turn(who, runs.outcomes_in_turn(who, Case))
    print(render(rows), end="")


if __name__ == "__main__":
    main()
