"""From a submission's files to programs: with the lab's own flags over the echo core,
or with the submission's own Makefile.

A build runs in the box where the programs will run: a Makefile is a program too.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ..servers import spawn
from ..servers.box import Open
from .outcome import CannotJudge

LIMIT = 60.0  # seconds for a whole build, on a busy machine
CORE = "build/libecho.a"  # what submissions are linked with
MOST_LINES = 12  # of a compiler's words that are passed on

CFLAGS = (
    "-std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -O2 -g"
).split()


# What a compiler says when the machine is at fault, and not the source.
FAULTS = (
    "Resource temporarily unavailable",
    "No space left on device",
    "Cannot allocate memory",
    "Too many open files",
)


KILLED = "Killed signal terminated program"  # gcc, of its own: memory ran out


@dataclass
class Built:
    """What a build came to. `programs`: {name: path}; `missing`: {name: what was
    lacking or wrong}; `late`: names of those that had to be given up; `warnings`:
    what the compiler said of those that it built."""

    programs: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    late: list = field(default_factory=list)
    warnings: list = field(default_factory=list)


def build(lab, folder, into, box, limit=LIMIT):
    """Build all programs of the lab from the submission in `folder`; they end up
    below `into`. Each may take `limit` seconds. Raises CannotJudge if the machine
    lacks a compiler or such."""
    core = project(CORE)
    if any(one.kind == "variant" for one in lab.programs.values()) and (
        not os.path.exists(core)
    ):
        raise CannotJudge(f"{CORE} is not built: make labs-core")
    built = Built()
    into.mkdir(parents=True, exist_ok=True)
    bench = _Bench(folder, into, box, limit)
    if (folder / "Makefile").is_file() and lab.programs:
        _run_makefile(lab, bench, built)
        return built
    for program in lab.programs.values():
        missing = [one for one in program.sources if not (folder / one).is_file()]
        if missing:
            if not program.optional or len(missing) < len(program.sources):
                built.missing[program.name] = f"{missing[0]}: no such file"
        elif program.kind == "file":
            built.programs[program.name] = folder / program.sources[0]
        else:
            _compile(program, bench, built)
    return built


@dataclass(frozen=True)
class _Bench:
    """Where a build works: from `folder` to `into`, in a box, for so long."""

    folder: Path
    into: Path
    box: Open
    limit: float

    def run(self, command, folder, writable):
        """Run a command of the build in a folder; None if it had to be ended.
        Raises CannotJudge if the machine kept it from its work."""
        try:
            done = self.box.run(
                command, within=self.limit, cwd=folder, writable=[writable]
            )
        except spawn.StillRunning:
            return None
        for line in done.err.splitlines() if done.status != 0 else ():
            if line.rstrip().endswith(FAULTS) or KILLED in line:
                raise CannotJudge(f"nothing could be built: {line}")
        return done


def compile_command(program, target, compiler="cc"):
    """The words that compile a program, to be run in the submission's folder."""
    command = [compiler, *CFLAGS]
    if program.kind == "variant":
        command += ["-I", project("src"), "-no-pie"]
    command += ["-o", str(target), *program.sources]
    if program.kind == "variant":
        command.append(project(CORE))
    return [*command, "-pthread"]


def project(name):
    """A path of the project's, absolute."""
    return str(Path(__file__).resolve().parents[3] / name)


def _compile(program, bench, built):
    if shutil.which("cc") is None:
        raise CannotJudge("there is no C compiler (cc) on this machine")
    target = bench.into / program.name
    target.unlink(missing_ok=True)  # an earlier build's
    done = bench.run(compile_command(program, target), bench.folder, bench.into)
    if done is None:
        built.missing[program.name] = f"the compiler ran for {bench.limit:g} s"
        built.late.append(program.name)
    elif done.status != 0 or not target.is_file():
        built.missing[program.name] = _first_lines(done.err, "error")
    else:
        built.programs[program.name] = target
        if done.err.strip():
            built.warnings.append(_first_lines(done.err, "warning"))


def _run_makefile(lab, bench, built):
    copy = bench.into / "made"
    shutil.rmtree(copy, ignore_errors=True)  # an earlier build's
    shutil.copytree(bench.folder, copy, symlinks=True)
    done = bench.run(["make"], copy, copy)
    for name in lab.programs:
        if (copy / name).is_file() and os.access(copy / name, os.X_OK):
            built.programs[name] = copy / name
        elif done is None:
            built.missing[name] = f"make ran for {bench.limit:g} s"
            built.late.append(name)
        elif done.status != 0:
            built.missing[name] = _first_lines(done.err, "rror")
        elif not lab.programs[name].optional:
            built.missing[name] = f"make left no program {name} beside the Makefile"


def _first_lines(text, what):
    """The first lines that say so, or else the first of all."""
    lines = [one.rstrip() for one in text.splitlines() if one.strip()]
    start = next((i for i, one in enumerate(lines) if what in one), 0)
    chosen = lines[start:start + MOST_LINES]
    return "\n".join(chosen) or "it failed without a word"
