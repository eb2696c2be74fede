"""From a submission's files to programs: with the lab's own flags over the echo core,
or with the submission's own Makefile.

A build runs in the box where the programs will run: a Makefile is a program too.
"""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from .. import spawn
from .outcome import CannotJudge

LIMIT = 60.0  # seconds for a whole build, on a busy machine
MOST_LINES = 12  # of a compiler's words that are passed on

CFLAGS = (
    "-std=c11 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -O2 -g"
).split()


@dataclass
class Built:
    """What a build came to. `programs`: {name: path}; `missing`: {name: what was
    lacking or wrong}; `warnings`: what the compiler said of those that it built."""

    programs: dict = field(default_factory=dict)
    missing: dict = field(default_factory=dict)
    warnings: list = field(default_factory=list)


def build(lab, folder, into, box):
    """Build all programs of the lab from the submission in `folder`; they end up
    below `into`. Raises CannotJudge if the machine lacks a compiler or such."""
    built = Built()
    into.mkdir(parents=True, exist_ok=True)
    if (folder / "Makefile").is_file() and lab.programs:
        _run_makefile(lab, folder, into, box, built)
        return built
    for program in lab.programs.values():
        missing = [one for one in program.sources if not (folder / one).is_file()]
        if missing:
            if not program.optional or len(missing) < len(program.sources):
                built.missing[program.name] = f"{missing[0]}: no such file"
        elif program.kind == "file":
            built.programs[program.name] = folder / program.sources[0]
        else:
            _compile(program, folder, into / program.name, box, built)
    return built


def compile_command(program, target, compiler="cc"):
    """The words that compile a program, to be run in the submission's folder."""
    command = [compiler, *CFLAGS]
    if program.kind == "variant":
        command += ["-I", project("src"), "-no-pie"]
    command += ["-o", str(target), *program.sources]
    if program.kind == "variant":
        command.append(project("build/libecho.a"))
    return [*command, "-pthread"]


def project(name):
    """A path of the project's, absolute."""
    return str(Path(__file__).resolve().parents[3] / name)


def _compile(program, folder, target, box, built):
    if shutil.which("cc") is None:
        raise CannotJudge("there is no C compiler (cc) on this machine")
    done = _run(compile_command(program, target), folder, box, target.parent)
    if done is None:
        built.missing[program.name] = f"the compiler ran for {LIMIT:g} s"
    elif done.status != 0 or not target.is_file():
        built.missing[program.name] = _first_lines(done.err, "error")
    else:
        built.programs[program.name] = target
        if done.err.strip():
            built.warnings.append(_first_lines(done.err, "warning"))


def _run_makefile(lab, folder, into, box, built):
    copy = into / "made"
    shutil.copytree(folder, copy, dirs_exist_ok=True, symlinks=True)
    done = _run(["make", "-C", str(copy)], copy, box, copy)
    for name in lab.programs:
        if (copy / name).is_file() and os.access(copy / name, os.X_OK):
            built.programs[name] = copy / name
        elif done is None:
            built.missing[name] = f"make ran for {LIMIT:g} s"
        elif done.status != 0:
            built.missing[name] = _first_lines(done.err, "rror")
        elif not lab.programs[name].optional:
            built.missing[name] = f"make left no program {name} beside the Makefile"


def _run(command, folder, box, into):
    """Run a command of the build, that writes below `into`. None if it had to be
    ended."""
    try:
        return box.run(command, within=LIMIT, cwd=folder, writable=[into])
    except spawn.StillRunning:
        return None


def _first_lines(text, what):
    """The first lines that say so, or else the first of all."""
    lines = [one.rstrip() for one in text.splitlines() if one.strip()]
    start = next((i for i, one in enumerate(lines) if what in one), 0)
    chosen = lines[start:start + MOST_LINES]
    return "\n".join(chosen) or "it failed without a word"
