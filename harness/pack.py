#!/usr/bin/env python3
"""Packs the labs: for students, and for Gradescope. Usage: pack.py --help"""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab.grading import archives, labs  # noqa: E402
from reaplab.grading.outcome import BadLab  # noqa: E402

DONE, FAILED, USAGE = 0, 1, 2

DESCRIPTION = """\
Write an archive: `handout` is what students get, of one lab or of all; `gradescope`
is the autograder of one lab, to be uploaded as it is. Nothing of the instructor's is
in either."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="pack.py",
        description=DESCRIPTION,
        epilog="Exit status: 0 done, 1 it failed, 2 the command line was wrong.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument("what", choices=["handout", "gradescope"])
    parser.add_argument("-l", "--lab", metavar="LAB", help="its number, 00 to 08")
    parser.add_argument(
        "--into",
        metavar="DIR",
        type=Path,
        default=labs.ROOT / "build",
        help="the folder to write to (default: build)",
    )
    options = parser.parse_args(arguments)
    if options.what == "gradescope" and not options.lab:
        parser.error("an autograder is for one lab: --lab")
    return options


def main(arguments):
    options = parse(arguments)
    try:
        chosen = [labs.load(options.lab)] if options.lab else labs.all_labs()
    except BadLab as error:
        complain(options.lab, error)
        return USAGE
    try:
        options.into.mkdir(parents=True, exist_ok=True)
        path = pack(options, chosen)
    except OSError as error:
        complain(options.into, error)
        return FAILED
    print(os.path.relpath(path))
    return DONE


def pack(options, chosen):
    """Write the archive; its path."""
    if options.what == "gradescope":
        path = options.into / f"gradescope-{chosen[0].name}.zip"
        archives.write_zip(path, archives.autograder_files(chosen[0]))
        return path
    top = f"reap-{chosen[0].name}" if options.lab else "reap-labs"
    path = options.into / f"{top}.tar.gz"
    archives.write_tar(path, top, archives.handout_files(chosen))
    return path


def complain(what, why):
    print(f"pack.py: {what}: {why}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
