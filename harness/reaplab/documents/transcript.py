"""Sessions shown in a document, run: is what the text shows what a run prints?

A session is a fenced block marked `console`. Its lines that start with "$ " are
commands, given to one bash in turn; the lines between are what is printed, by the
command or by what runs in the background. A line of "..." stands for any lines.

PIDs (after the word pid, after /proc/, or before a state), addresses in memory, numbers
of system calls, ports (after an address or the word port), times and rates (numbers
with a decimal point or a unit) differ from run to run or from machine to machine, and
do not count; runs of spaces are one. Port 9190, which the texts use, is a free port in
truth. All other numbers count: that a text says 5 zombies is the point.

What only looks (ps, grep, the viewer and such) is asked again until it shows what the
text shows: a reader's fingers are slower than a child's last steps, a run's are not.
"""

import os
import re
import select
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from ..deadline import PATIENCE
from ..servers import spawn

SHOWN_PORT = "9190"

# Commands that change nothing, and so may be asked again.
_LOOKS = ("ps ", "grep ", "ss ", "cat ", "ls ", "pgrep ", "build/reaptop ")

# Seconds past the deadline until a command that has not ended hangs: some build and
# judge a class, on a machine that may be slow and busy.
_HANGS = 4 * PATIENCE

_MARKER = "==== end of step ===="
_FENCE = re.compile(r"^( *)```(\S*)")
_MASKS = (
    (re.compile(r"\bpid \d+"), "pid N"),
    (re.compile(r"/proc/\d+"), "/proc/N"),
    (re.compile(r"/syscall: \d+"), "/syscall: N"),
    (re.compile(r"\b0x[0-9a-f]+"), "0xN"),
    (re.compile(r"\bport \d+"), "port N"),
    (re.compile(r"(\d+\.\d+\.\d+\.\d+|\[[0-9a-f:]+\]):\d+"), r"\1:N"),
    (re.compile(r"\b\d+(?:\.\d+)? ?(ms|s)\b"), r"N \1"),
    (re.compile(r"\b\d+\.\d+\b(?!\.\d)"), "N"),
    (re.compile(r"\b\d+ +sessions/s"), "N sessions/s"),
    (re.compile(r"\b\d+ ([A-Za-z]) (?=[a-z])"), r"N \1 "),
    (re.compile(r"\s+"), " "),
)


@dataclass
class Step:
    command: str
    shown: list


@dataclass
class Session:
    """One console block: where it stands, and its commands in turn."""

    path: Path
    line: int
    steps: list

    def __str__(self):
        return f"{self.path.name}:{self.line}"


class Mismatch(AssertionError):
    """A run printed something else than the text shows."""


def sessions(path):
    """The console blocks of a Markdown file. Raises ValueError if one has
    output before its first command."""
    found = []
    block = None
    for number, line in enumerate(Path(path).read_text().splitlines(), 1):
        fence = _FENCE.match(line)
        if fence and block is None:
            block = Session(Path(path), number, [])
            wanted, indent = fence[2] == "console", len(fence[1])
        elif fence:
            if wanted:
                found.append(block)
            block = None
        elif block is not None and wanted:
            text = line[indent:]
            if text.startswith("$ "):
                block.steps.append(Step(text[2:], []))
            elif block.steps:
                block.steps[-1].shown.append(text)
            else:
                raise ValueError(f"{block}: output before the first command")
    return found


def masked(line):
    """The line with all that differs from run to run made the same."""
    for pattern, instead in _MASKS:
        line = pattern.sub(instead, line)
    return line.strip()


def matches(shown, printed):
    """Whether the printed lines are those shown, "..." standing for any."""
    if not shown:
        return not printed
    if shown[0].strip() == "...":
        return any(
            matches(shown[1:], printed[skip:]) for skip in range(len(printed) + 1)
        )
    return (
        bool(printed)
        and masked(shown[0]) == masked(printed[0])
        and matches(shown[1:], printed[1:])
    )


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return str(sock.getsockname()[1])


def run(session, folder, within=PATIENCE, env=None):
    """Run the session's commands in `folder`. Raises Mismatch if a step has not
    printed what the text shows `within` seconds. Ends all it started."""
    port = free_port()
    shell = spawn.spawn(
        ["bash", "--norc", "--noprofile"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env={**os.environ, **(env or {})},
    )
    try:
        for step in session.steps:
            _run_step(session, step, shell, port, within)
    finally:
        spawn.end(shell)
        spawn.end_strays()
        shell.stdin.close()
        shell.stdout.close()


def _run_step(session, step, shell, port, within):
    deadline = time.monotonic() + within
    command = step.command.replace(SHOWN_PORT, port)
    looks = command.startswith(_LOOKS)
    while True:
        patience = 0.3 if looks else within
        printed = _printed_by(command, step, shell, min(
            deadline, time.monotonic() + patience
        ))
        if matches(step.shown, printed):
            return
        if not looks or time.monotonic() >= deadline:
            break
        time.sleep(0.02)
    shown = "\n".join(step.shown)
    printed = "\n".join(printed)
    raise Mismatch(
        f"{session}: $ {step.command}\n-- the text shows\n{shown}\n"
        f"-- a run printed\n{printed}"
    )


def _printed_by(command, step, shell, deadline):
    """The lines that the command prints, up to its end and, as something in the
    background may print later, until they match or the deadline has come."""
    shell.stdin.write(f"{command}\necho '{_MARKER}'\n".encode())
    shell.stdin.flush()
    printed = ""
    while True:
        lines = [line for line in printed.splitlines() if line != _MARKER]
        ended = _MARKER in printed and printed.endswith("\n")
        if ended and matches(step.shown, lines):
            return lines
        left = deadline - time.monotonic()
        if left <= 0 and ended:
            return lines
        if left <= -_HANGS:
            return [*lines, "(and does not end)"]
        ready, _, _ = select.select([shell.stdout], [], [], max(left, 0.05))
        if ready:
            data = os.read(shell.stdout.fileno(), 65536)
            if not data:
                return [*lines, "(and the shell has ended)"]
            printed += data.decode("utf-8", "backslashreplace")
