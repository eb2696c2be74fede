#!/usr/bin/env python3
"""Which wrong beliefs does an echo server show? Usage: diagnose.py --help"""

import argparse
import json
import os
import shlex
import shutil
import signal
import sys

sys.dont_write_bytecode = True

from reaplab import diagnosis  # noqa: E402
from reaplab.servers import spawn  # noqa: E402

DONE, WRONG, USAGE, UNJUDGED = 0, 1, 2, 3

DESCRIPTION = """\
Take an echo server through a few arrangements and name the wrong beliefs about its
children that it shows, each with what was done, what was seen, what a right server
shows, and a question that leads on. Any program will do that stays in the
foreground: it gets a port of the loopback as its last argument."""

EPILOG = """\
Exit status: 0 right, 1 wrong beliefs were found, 2 the command line was wrong,
3 the server could not be judged."""


def seconds(text):
    number = int(text)
    if not 0 <= number <= 3600:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 3600")
    return number


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="diagnose.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "-j", "--json", action="store_true", help="evidence and verdict as JSON"
    )
    parser.add_argument(
        "--moments",
        metavar="SECONDS",
        type=seconds,
        default=diagnosis.MOMENTS,
        help="if it seems right, let a child die at every moment of its parent, for "
        f"at most so long (default {diagnosis.MOMENTS}; 0: do not)",
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument("server", metavar="SERVER", help="the program")
    parser.add_argument(
        "arguments",
        metavar="ARG",
        nargs=argparse.REMAINDER,
        help="what it gets before the port",
    )
    return parser.parse_args(arguments)


def complain(what, why):
    print(f"diagnose.py: {what}: {why}", file=sys.stderr)


def main(arguments):
    options = parse(arguments)
    program = shutil.which(options.server)
    if program is None:
        found = os.path.exists(options.server)
        why = "not executable, see chmod" if found else "no such program"
        complain(options.server, why)
        return USAGE
    command = [os.path.abspath(program), *options.arguments]
    spawn.take_charge()
    try:
        evidence, verdict = diagnosis.diagnose(command, seconds=options.moments)
    except KeyboardInterrupt:
        complain("interrupted", "nothing was judged")
        return UNJUDGED
    finally:
        spawn.end_strays()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
    if options.json:
        found = {"evidence": evidence.as_dict(), "verdict": verdict.as_dict()}
        print(json.dumps(found, indent=2))
    else:
        words = [os.path.basename(options.server), *options.arguments]
        print(diagnosis.words.describe(verdict, shlex.join(words)))
    return {
        diagnosis.RIGHT: DONE,
        diagnosis.WRONG: WRONG,
        diagnosis.UNJUDGED: UNJUDGED,
    }[verdict.kind]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
