"""The servers whose verdict is known (verdicts.toml): how each is started, and
whether a diagnosis says of it what it must say."""

import json
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path

from reaplab.diagnosis.beliefs import REMARKS
from reaplab.grading.labs import load_toml

HERE = Path(__file__).resolve().parent
HARNESS = HERE.parent
FOREIGN = HARNESS / "foreign"
# Without the moments, which tests/moments tries: they cost ten seconds a server.
DIAGNOSE = [sys.executable, "-B", HARNESS / "diagnose.py", "--moments", "0"]
CHECK = [sys.executable, "-B", HARNESS / "check.py"]

# Its port is not a word of its own.
SOCAT = ["sh", "-c", "exec socat TCP-LISTEN:$1,fork,reuseaddr PIPE", "sh"]
INTERPRETERS = {".py": [sys.executable, "-B"], ".pl": ["perl"], ".js": ["node"]}

RIGHT, WRONG, UNJUDGED = 0, 1, 3  # exit statuses of diagnose.py
# Seconds after which one diagnosis hangs, beside others on a busy machine. On a machine
# of its own it takes 15, or 30 where timers have to be waited for.
LIMIT = 60
LIMITS = {"kinds": 120, "odd": 120}


@dataclass(frozen=True)
class Said:
    """What a diagnosis said: its exit status, the ids of the beliefs and the remarks,
    why the server could not be judged, or None, the evidence, as in its JSON, and for
    each belief the line that it rests on."""

    status: int
    beliefs: tuple = ()
    remarks: tuple = ()
    unjudged: str = None
    evidence: dict = field(default_factory=dict)
    lines: tuple = ()
    text: str = ""

    @classmethod
    def read(cls, finished):
        """Reads the Finished of diagnose.py --json."""
        text = f"exit status {finished.status}\n{finished.out}{finished.err}"
        if finished.status not in (RIGHT, WRONG, UNJUDGED):
            return cls(finished.status, unjudged="no verdict", text=text)
        found = json.loads(finished.out)
        verdict = found["verdict"]
        return cls(
            finished.status,
            tuple(one["id"] for one in verdict["findings"]),
            tuple(one["id"] for one in verdict["remarks"]),
            verdict["why"],
            found["evidence"],
            tuple(one.get("line") for one in verdict["findings"]),
            text,
        )

    def __str__(self):
        """The verdict in a few words."""
        if self.unjudged:
            return f"not judged: {self.unjudged}"
        remarks = f" (remarks: {', '.join(self.remarks)})" if self.remarks else ""
        return (", ".join(self.beliefs) or "correct") + remarks


@dataclass(frozen=True)
class Server:
    """A server whose verdict is known. The kind is its table in verdicts.toml, the
    name its key there. `unjudged`: a part of the reason why it cannot be judged.
    `not_yet`: what the diagnosis says instead, until it is improved."""

    kind: str
    name: str
    beliefs: tuple = ()
    remarks: tuple = ()
    unjudged: str = None
    not_yet: str = None

    def command(self, build):
        """The command that starts it, without its port."""
        if self.kind == "variants":
            return [build / self.name]
        if self.name == "socat":
            return SOCAT
        file, *options = self.name.split()
        interpreter = INTERPRETERS.get(Path(file).suffix)
        if interpreter is None:
            return [build / "foreign" / file, *options]
        return [*interpreter, FOREIGN / file, *options]

    def missing(self, build):
        """The program that it needs and that is not on this machine, or None."""
        program = "socat" if self.name == "socat" else str(self.command(build)[0])
        return None if "/" in program or shutil.which(program) else program

    def complaint(self, said):
        """What is wrong with what the diagnosis said, or None."""
        status = UNJUDGED if self.unjudged else WRONG if self.beliefs else RIGHT
        limit = LIMITS.get(self.kind, LIMIT)
        if (said.beliefs, said.remarks) != (self.beliefs, self.remarks):
            return f"{said}; expected {self}"
        if said.status != status or (self.unjudged or "") not in (said.unjudged or ""):
            return f"{said}, exit status {said.status}; expected {self}, {status}"
        if said.evidence["seconds"] >= limit:
            return f"it took {said.evidence['seconds']:.1f} s of {limit}"
        return None

    def __str__(self):
        return str(Said(None, self.beliefs, self.remarks, self.unjudged))


def all_servers(path=HERE / "verdicts.toml"):
    """{name: Server} of all tables."""
    tables = load_toml(path)
    not_yet = tables.pop("not_yet", {})
    return {
        name: _server(kind, name, verdict, not_yet.get(name))
        for kind, table in tables.items()
        for name, verdict in table.items()
    }


def _server(kind, name, verdict, not_yet):
    if isinstance(verdict, str):
        return Server(kind, name, unjudged=verdict, not_yet=not_yet)
    remarks = tuple(one for one in verdict if one in REMARKS)
    found = tuple(one for one in verdict if one not in REMARKS)
    return Server(kind, name, found, remarks, not_yet=not_yet)


def check_command(answer, folder):
    """Lays a known answer to a lab out below a folder that is not there yet. Returns
    the command that checks it, as JSON."""
    answer.lay_out(folder / "submission")
    return [
        *CHECK, answer.lab.number, "--json",
        "--submission", folder / "submission", "--into", folder / "built",
    ]
