#!/usr/bin/env python3
"""Grades a class's submissions, each in a sandbox. Usage: grade.py --help"""

import argparse
import os
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab import whole_file  # noqa: E402
from reaplab.arguments import positive  # noqa: E402
from reaplab.grading import labs, report  # noqa: E402
from reaplab.grading.class_run import (  # noqa: E402
    run as class_run, submissions, summary,
)
from reaplab.grading.class_run.interruption import Interruption  # noqa: E402
from reaplab.grading.outcome import BadLab  # noqa: E402
from reaplab.grading.sandbox import bubblewrap as sandbox, judge_box  # noqa: E402
from reaplab.servers import spawn  # noqa: E402

DONE, FAILED, USAGE, UNJUDGED = 0, 1, 2, 3
HALF_THE_PROCESSORS = max(1, (os.cpu_count() or 1) // 2)

DESCRIPTION = """\
Build and check each submission in a sandbox of its own, and write for each a
results.json (Gradescope's) and a report.txt, and for the class summary.csv and
summary.html. Run again, it judges only what is new, has changed, or has no grade, or
all if the grader has changed: then it lists whose score moved, and why.
First the instructor's solution is judged in the same way: if it does not get full
marks, the machine is at fault, and nobody is graded."""

EPILOG = """\
A submission is a folder, an archive (.zip, .tar, .tar.gz, .tar.xz, .tar.bz2) or the
lab's one file (alice.c) in SUBMISSIONS, named after the student. A folder may hold an
archive. Without --lab, SUBMISSIONS has a folder per student, and in it one entry per
lab, named as the lab is (03, or 03-lost-children). What is passed over is listed in
the summary, with the reason.

Exit status: 0 all were graded, 1 it failed while running or was interrupted, 2 the
command line was wrong, 3 some or all could not be judged, by a fault of the machine or
until a person says which of two archives counts."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="grade.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    version = f"%(prog)s {class_run.VERSION}"
    parser.add_argument("-V", "--version", action="version", version=version)
    parser.add_argument("submissions", metavar="SUBMISSIONS", type=Path)
    parser.add_argument("out", metavar="OUT", type=Path)
    parser.add_argument("-l", "--lab", metavar="LAB", help="all are for this lab")
    parser.add_argument(
        "-J",
        "--jobs",
        metavar="N",
        type=positive,
        help="so many at a time (default: half the processors, "
        f"{HALF_THE_PROCESSORS} here; without a sandbox 1, as all run as one user)",
    )
    parser.add_argument(
        "--time-limit",
        metavar="S",
        type=float,
        default=judge_box.Terms.time_limit,
        help="seconds for one submission (default: %(default)g)",
    )
    parser.add_argument(
        "--build-limit",
        metavar="S",
        type=float,
        default=judge_box.Terms.build_limit,
        help="seconds for building it (default: %(default)g)",
    )
    parser.add_argument(
        "--without-sandbox",
        dest="box",
        action="store_const",
        const=sandbox.LIMITS_ONLY,
        default=sandbox.BUBBLEWRAP,
        help="run what was handed in without walls around it: on a machine that is "
        "thrown away afterwards, or when you trust your students",
    )
    options = parser.parse_args(arguments)
    if options.jobs is None:
        alone = options.box == sandbox.LIMITS_ONLY
        options.jobs = 1 if alone else HALF_THE_PROCESSORS
    return options


def complain(what, why):
    print(f"grade.py: {report.printable(str(what))}: {why}", file=sys.stderr)


def main(arguments):
    options = parse(arguments)
    if not options.submissions.is_dir():
        complain(options.submissions, "no such folder")
        return USAGE
    try:
        lab = labs.load(options.lab) if options.lab else None
        found = submissions.find(options.submissions, lab)
    except BadLab as error:
        complain(options.lab, error)
        return USAGE
    spawn.take_charge()
    if options.box == sandbox.BUBBLEWRAP:
        why_not = sandbox.why_not()
        if why_not:
            complain("no sandbox, so no stranger's program is run", why_not)
            return FAILED
    try:
        return grade(found.submissions, found.passed_over, options)
    except (OSError, BadLab) as error:
        complain(options.out, error)
        return FAILED
    finally:
        spawn.end_strays()


def grade(found, passed_over, options):
    """Grade all that was found, and list what is passed over; the exit status."""
    def tell(graded, done):
        again = " (as before)" if graded.old else ""
        line = report.headline(graded.result).partition(": ")[2].partition(": ")[2]
        name = report.printable(graded.name)
        say(f"[{done}/{len(found)}] {name}: {line}{again}")

    # Marks are between a student and who grades.
    options.out.mkdir(mode=0o700, parents=True, exist_ok=True)
    interrupted = False
    with Interruption() as interruption:
        run = class_run.ClassRun(
            found,
            options.out,
            options.jobs,
            tell,
            interruption.heed,
            judge_box.Terms(options.box, options.time_limit, options.build_limit),
        )
        try:
            run.run()
        except KeyboardInterrupt:
            interrupted = True
        except class_run.MachineAtFault as error:
            complain("the solution gets no full marks here, nobody is graded", error)
            if len(run.done) == len(found):
                write_summary(run.done, options.out, passed_over)
            return UNJUDGED
        write_summary(run.done, options.out, passed_over)
    left = len(found) - len(run.done)
    if interrupted and left:
        complain("interrupted", f"{left} are left; run again to go on")
        return FAILED
    unjudged = [one for one in run.done if one.result.unjudged is not None]
    for one in run.done:
        if one.moved:
            say(f"{report.printable(one.name)} moved: {one.moved.describe()}")
    over = f", {len(passed_over)} passed over" if passed_over else ""
    say(f"{len(found)} submissions{over}: {options.out}/summary.html")
    return UNJUDGED if unjudged else DONE


def say(line):
    """Show progress; if nobody listens any more, grade on."""
    try:
        print(line, flush=True)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")


def write_summary(graded, out, passed_over=()):
    whole_file.write(out / "summary.csv", summary.as_csv(graded, passed_over))
    whole_file.write(out / "summary.html", summary.as_html(graded, passed_over))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
