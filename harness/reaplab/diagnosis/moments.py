"""A child's death at every moment of the server's parent: the program build/moments
tries them, and this reads what it found. Read src/moments/explore.h for how."""

import json
import re
from pathlib import Path

from .evidence import Moments, WrongMoment
from ..proc.process import Gone
from ..servers import spawn

ROOT = Path(__file__).resolve().parents[3]
EXPLORED = (0, 1)  # exit statuses of moments
GRACE = 60.0  # seconds that it may take beside its budget: its first two runs
HARMLESS = ("correct", "interpreter", "not_tried")
# A signalfd gives this many bytes for a signal: struct signalfd_siginfo, signalfd(2).
SIGNALFD_SIZE = 128


def explore(command, seconds, program=None):
    """Tries one death at every moment of the server (a command without its port), for
    that many seconds. Returns the Moments; `why` says why there are none. `program`:
    another explorer than that of this build. To be called from the main thread of a
    subreaper (spawn.py)."""
    program = program or ROOT / "build/moments"
    if not program.exists():
        return Moments(why="build/moments is not built")
    # The port is a word that the server reads; it listens on another one.
    words = [program, "--json", "--seconds", str(seconds), "--", *command, "9190"]
    try:
        done = spawn.run(words, within=seconds + GRACE)
    except (AssertionError, OSError, Gone) as error:
        return Moments(why=f"moments did not end: {error}")
    if done.status not in EXPLORED:
        return Moments(why=done.err.strip() or f"exit status {done.status}")
    return _read(json.loads(done.out))


def _read(told):
    return Moments(
        clients=told["clients"],
        tried=told["tried"],
        not_tried=told["not_tried"],
        wrong=[
            _wrong(one) for one in told["placements"] if one["verdict"] not in HARMLESS
        ],
        deferred=sum(one["verdict"] == "interpreter" for one in told["placements"]),
        reads_signalfd=_reads_signalfd(told["timeline"]),
    )


def _wrong(one):
    phase = int(re.match(r"\d+", one["plan"])[0])
    return WrongMoment(
        plan=one["plan"],
        # In phase N the child of client N is forked.
        is_new=one["child"] == phase,
        kind=one["kind"],
        call=one.get("call") or one["signal"],
        verdict=one["verdict"],
        file=Path(one["file"]).name if one["file"] else None,
        line=one["line"],
    )


def _reads_signalfd(timeline):
    return any(
        one["event"] == "return"
        and one["call"] == "read"
        and one["result"] == SIGNALFD_SIZE
        for one in (timeline or {}).get("events", ())
    )
