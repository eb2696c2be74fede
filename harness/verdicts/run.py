"""Judges all servers whose verdict is known, and counts. Usage: run.py --help"""

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from reaplab.arguments import positive  # noqa: E402
from reaplab.grading import answers, labs  # noqa: E402
from reaplab.servers import spawn  # noqa: E402
from verdicts import known, side_by_side  # noqa: E402
from verdicts.confusion import (  # noqa: E402
    Judgement, differences, labels, table,
)

AS_KNOWN, DIFFERENT, USAGE = 0, 1, 2
SETS = ("variants", "foreign", "labs")
WITHIN = 300  # seconds after which a judgement is ended

DESCRIPTION = """\
Judge the servers whose verdict is known, and print the confusion table: for each
belief, how many judgements should name it (shown), how many of those did (named), and
how many others named it by mistake. The variants and the foreign servers, which are
listed in verdicts.toml, are diagnosed. The known answers to the labs are checked.
Below the table is each verdict that differs."""

EPILOG = """\
Exit status: 0 all verdicts are as known, 1 some differ, 2 the command line was
wrong."""


@dataclass(frozen=True)
class Trial:
    """A server to be judged: its name, the labels that it must get, and what makes the
    command that judges it, of a folder of its own."""

    name: str
    expected: frozenset
    command: object


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="verdicts/run.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument(
        "words",
        metavar="WORD",
        nargs="*",
        help="only servers that have one of these words in their name",
    )
    parser.add_argument(
        "-s",
        "--set",
        choices=SETS,
        action="append",
        help="only this set; give it again for one more (default: all)",
    )
    parser.add_argument(
        "-r",
        "--rounds",
        metavar="N",
        type=positive,
        default=1,
        help="judge each server N times, to see how steady its verdict is (default: 1)",
    )
    parser.add_argument(
        "-J",
        "--jobs",
        metavar="N",
        type=positive,
        default=4,
        help="so many at a time; mostly they wait (default: 4)",
    )
    parser.add_argument(
        "--build",
        metavar="DIR",
        type=Path,
        default=labs.ROOT / "build",
        help="where the programs are built (default: build)",
    )
    return parser.parse_args(arguments)


def trials(options):
    """Yields the Trials that are asked for. Complains about servers that need a program
    which is not here."""
    build = options.build.resolve()
    sets = options.set or SETS
    for one in known.all_servers().values():
        group = "variants" if one.kind == "variants" else "foreign"
        if group not in sets or not _is_wanted(one.name, options.words):
            continue
        missing = one.missing(build)
        if missing:
            complain(one.name, f"left out, as it needs {missing}")
        else:
            expected = labels(one.beliefs, one.unjudged)
            yield Trial(one.name, expected, _diagnose(one, build))
    if "labs" in sets:
        for lab in labs.all_labs():
            for answer in answers.known(lab):
                if _is_wanted(str(answer), options.words):
                    yield Trial(str(answer), labels(answer.beliefs), _check(answer))


def _is_wanted(name, words):
    return not words or any(word in name for word in words)


def _diagnose(server, build):
    return lambda folder: [*known.DIAGNOSE, "--json", *server.command(build)]


def _check(answer):
    return lambda folder: known.check_command(answer, folder)


def read(finished):
    """Returns the labels in the JSON of diagnose.py or check.py."""
    try:
        found = json.loads(finished.out)
    except ValueError:
        return labels((), unjudged="no verdict")
    if "verdict" in found:
        said = known.Said.read(finished)
        return labels(said.beliefs, said.unjudged)
    return labels(found["beliefs"], found["unjudged"])


def judge_all(chosen, options, folder):
    """Judges each Trial in each round, and says so on stderr. Returns Judgements."""
    queue = [one for _ in range(options.rounds) for one in chosen]
    commands = (
        one.command(folder / str(place)) for place, one in enumerate(queue)
    )
    found = []
    for place, finished in side_by_side.run(commands, options.jobs, WITHIN):
        shutil.rmtree(folder / str(place), ignore_errors=True)
        trial = queue[place]
        found.append(Judgement(trial.name, trial.expected, read(finished)))
        words = ", ".join(sorted(found[-1].found))
        if found[-1].differs:
            words += f"; EXPECTED {', '.join(sorted(trial.expected))}"
        print(f"{len(found)} of {len(queue)}  {trial.name}: {words}", file=sys.stderr)
    return found


def complain(what, why):
    print(f"verdicts/run.py: {what}: {why}", file=sys.stderr)


def main(arguments):
    options = parse(arguments)
    chosen = list(trials(options))
    if not chosen:
        complain(" ".join(options.words), "no server has such a name")
        return USAGE
    spawn.take_charge()
    try:
        with tempfile.TemporaryDirectory(prefix="reap-verdicts-") as folder:
            found = judge_all(chosen, options, Path(folder))
    except KeyboardInterrupt:
        complain("interrupted", "no table")
        return DIFFERENT
    finally:
        spawn.end_strays()
    print(f"{len(chosen)} servers, judged {options.rounds} times each\n")
    print(table(found))
    lines = differences(found)
    if lines:
        print("\nVerdicts that differ:\n" + "\n".join(lines))
    return DIFFERENT if lines else AS_KNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
