#!/usr/bin/env python3
"""Checks one's own answer to a lab. Usage: check.py --help"""

import argparse
import json
import os
import shutil
import signal
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab.grading import building, judging, labs, report  # noqa: E402
from reaplab.grading.outcome import BadLab, CannotJudge  # noqa: E402
from reaplab.servers import spawn  # noqa: E402
from reaplab.servers.box import OPEN  # noqa: E402

DONE, LOST, USAGE, UNJUDGED = 0, 1, 2, 3

DESCRIPTION = """\
Build what was written for a lab, run the lab's checks, and say for each what was
done, what was seen, and, where it fails, the belief behind it and a question that
leads on. It runs the programs as they are: check only what you trust. For others'
submissions there is grade.py."""

EPILOG = """\
Exit status: 0 full marks, 1 points were lost, 2 the command line was wrong,
3 it could not be judged, by a fault of the machine."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="check.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument("lab", metavar="LAB", help="its number, 00 to 08")
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--submission",
        metavar="DIR",
        type=Path,
        help="the folder with the answer (default: the lab's starter)",
    )
    what.add_argument(
        "--server",
        metavar="PATH",
        help="judge this program, in any language, in place of the one that the lab "
        "is about: a server gets a port as its last argument, 02's program a status, "
        "07's a command",
    )
    parser.add_argument(
        "--build-only", action="store_true", help="build, and say where"
    )
    parser.add_argument("-j", "--json", action="store_true", help="the result as JSON")
    parser.add_argument(
        "--into",
        metavar="DIR",
        type=Path,
        help="where to build (default: build/labs/NN-name)",
    )
    return parser.parse_args(arguments)


def complain(what, why):
    print(f"check.py: {what}: {why}", file=sys.stderr)


def main(arguments):
    options = parse(arguments)
    try:
        lab = labs.load(options.lab)
    except BadLab as error:
        complain(options.lab, error)
        return USAGE
    folder = options.submission or lab.starter
    server = shutil.which(options.server) if options.server else None
    if options.server and server is None:
        complain(options.server, "no such program")
        return USAGE
    if server and lab.main is None:
        complain("--server", stands_in_for_nothing(lab))
        return USAGE
    if not folder.is_dir():
        complain(folder, "no such folder")
        return USAGE
    into = (options.into or labs.ROOT / "build" / "labs" / lab.name).absolute()
    if options.build_only:
        return build(lab, folder.resolve(), into)
    spawn.take_charge()
    try:
        result = judging.judge(
            lab,
            folder.resolve(),
            into,
            server=[os.path.abspath(server)] if server else None,
        )
    except BadLab as error:
        complain(lab.name, error)
        return UNJUDGED
    except KeyboardInterrupt:
        complain("interrupted", "nothing was judged")
        return UNJUDGED
    finally:
        spawn.end_strays()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
    if options.json:
        print(json.dumps(result.as_dict(), indent=2))
    else:
        print(report.describe(result))
    if result.unjudged is not None:
        return UNJUDGED
    return DONE if not result.failed else LOST


def stands_in_for_nothing(lab):
    """Why no program from elsewhere can be judged by this lab, in one line."""
    asks = "what you saw, and for no program"
    if lab.programs:
        asks = f"{len(lab.programs)} programs that it knows by their names"
    return f"lab {lab.number} asks for {asks}: hand in a folder (--submission DIR)"


def build(lab, folder, into):
    """Build only; the exit status."""
    try:
        built = building.build(lab, folder, into, OPEN)
    except CannotJudge as error:
        complain(lab.name, error)
        return UNJUDGED
    for warnings in built.warnings:
        print(warnings, file=sys.stderr)
    for name, path in built.programs.items():
        print(f"{name}: {os.path.relpath(path)}")
    for name, why in built.missing.items():
        complain(name, why)
    return LOST if built.missing else DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
