"""What a program inherits from whoever started it: compared with the same program
started from here."""

import re

from ...proc.process import signal_set
from ..outcome import CannotJudge, failed, passed
from .catalogue import shows_belief
from .running import run_to_end

CAT = ["cat", "/proc/self/status"]
WORDS = {"SigBlk": "blocked", "SigIgn": "ignored"}


def _signals(text, line):
    match = re.search(rf"^{line}:\s*([0-9a-f]+)$", text, re.M)
    return signal_set(match[1]) if match else None


def inherits_no_signals(program, line):
    """A judge: what `program` starts has no more signals in that line of
    /proc/PID/status, SigBlk or SigIgn, than it has without."""
    what = WORDS[line]

    def judge(work):
        done = f"{program} started a program, which looked at its {line} line"
        base = _signals(work.run(CAT).out, line)
        if base is None:
            raise CannotJudge(f"/proc/self/status has no line {line}")
        mine = _signals(run_to_end(work, [*work.command(program), *CAT])[1], line)
        if mine is None:
            return starts_nothing(program, done)
        more = sorted(mine - base)
        if not more:
            return passed(done, f"no more signals are {what} than without {program}")
        others = f", and {len(more) - 1} more" if len(more) > 1 else ""
        return shows_belief(
            "exec-starts-clean", done, f"{more[0]} is {what} there{others}"
        )

    return judge


def starts_nothing(program, done):
    """The Outcome if the program that was to be started did not run."""
    return failed(
        done,
        "nothing: the program did not run",
        f"{program} PROGRAM [ARG...] runs the program",
        "it runs",
        f"What does `{program} echo hello` print?",
        "no-program",
    )
