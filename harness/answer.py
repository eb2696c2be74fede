#!/usr/bin/env python3
"""Writes, keeps and updates the instructor's known answers. Usage: answer.py --help"""

import argparse
import contextlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab import whole_file  # noqa: E402
from reaplab.grading import answers, labs, patches  # noqa: E402
from reaplab.grading.outcome import BadLab  # noqa: E402

DONE, FAILED = 0, 1
MARK = "\n<<<<<<< "  # where git leaves a conflict
SIGN = re.compile(r"(?:Right|Wrong|WRONG ON PURPOSE): ")

DESCRIPTION = """\
Known answers to a lab are kept as patches to its solution (labs/instructor/README.md).
"write" writes an answer out as a whole submission; without a NAME it lists the lab's
answers. "save" makes the patch from a whole submission. "rebase" makes each patch that
no longer applies anew, after a solution has changed: git merges the change into the
answer."""

EPILOG = """\
Exit status: 0 done, 1 it failed or left conflicts, 2 the command line was wrong."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="answer.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    write = verbs.add_parser("write", help="write an answer out whole, or list all")
    write.add_argument("lab", metavar="LAB", help="its number, 00 to 08")
    write.add_argument("name", metavar="NAME", nargs="?", help="an answer, as listed")
    write.add_argument("--out", metavar="DIR", type=Path, help="where (build/answers/)")
    everything = verbs.add_parser("write-all", help="write all answers to all labs")
    everything.add_argument("out", metavar="DIR", type=Path)
    save = verbs.add_parser("save", help="make the patch from a whole submission")
    save.add_argument("lab", metavar="LAB")
    save.add_argument("name", metavar="NAME", help="as wrong/NAME or right/NAME")
    save.add_argument("--from", dest="source", metavar="DIR", type=Path,
                      help="the submission (build/answers/)")
    verbs.add_parser("rebase", help="make anew what no longer applies")
    return parser.parse_args(arguments)


class Refused(Exception):
    """What was asked for cannot be done; the message says why."""


def shown(path):
    return path.relative_to(labs.ROOT) if path.is_relative_to(labs.ROOT) else path


def known(lab):
    """Returns {"wrong/NAME": Answer} of a lab."""
    return {
        f"{one.kind}/{one.path.stem}": one
        for one in answers.known(lab)
        if one.kind in ("right", "wrong")
    }


def find(lab, name):
    """Returns "wrong/NAME" or "right/NAME" for a name with or without its folder, or
    None if there is no such answer."""
    found = [key for key in known(lab) if name in (key, key.partition("/")[2])]
    return found[0] if found else None


def usual_place(lab, key):
    """Returns the folder that an answer is written to if no other is named."""
    return labs.ROOT / "build/answers" / lab.name / key.partition("/")[2]


# Writing out.


def write(lab, name, out):
    """Writes an answer out and returns where."""
    key = find(lab, name)
    if key is None:
        raise Refused(f"{lab.name} has no answer {name}: make answer LAB={lab.number}")
    out = out or usual_place(lab, key)
    with whole(known(lab)[key]) as folder:
        copy_out(folder, out)
    return out


def write_all(out):
    for lab in labs.all_labs():
        for key in known(lab):
            write(lab, key, out / lab.name / key)


@contextlib.contextmanager
def whole(answer):
    """A folder with the whole submission, for a while."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "answer"
        answer.lay_out(folder)
        yield folder


def copy_out(folder, out):
    """Copies all files of a folder. Refuses to overwrite a file that differs: somebody
    may have edited it."""
    files = {
        path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()
    }
    for name, path in sorted(files.items()):
        there = out / name
        if there.exists() and there.read_bytes() != path.read_bytes():
            raise Refused(f"{shown(there)} is there already, with other text: remove "
                          "it, or choose another folder")
    for name, path in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(path.read_bytes())


def list_all(lab):
    for key, answer in known(lab).items():
        with whole(answer) as folder:
            openings = [patches.opening(name, new)
                        for name, (_, new) in changes(lab, folder).items()]
        words = SIGN.sub("", "".join(openings[:1]).split("\n\n")[0])
        print(textwrap.fill(f"{key:<33} {words}", 90, subsequent_indent=" " * 34))


# Keeping.


def changes(lab, folder):
    """Returns {name: (text of the solution, text in this submission)} of the files
    that differ."""
    found = {}
    for path in sorted((answers.instructors(lab) / "solution").iterdir()):
        there = folder / path.name
        if there.exists() and there.read_bytes() != path.read_bytes():
            found[path.name] = (path.read_text(), there.read_text())
    return found


def save(lab, name, folder):
    """Makes an answer's patch from a submission and returns its path. A new answer's
    name says whether it is right or wrong."""
    key = find(lab, name) or name
    kind, _, stem = key.partition("/")
    if kind not in ("right", "wrong") or not stem:
        raise Refused(f"say wrong/{name} or right/{name}: the answer is new")
    if key in known(lab) and known(lab)[key].path.suffix != ".patch":
        raise Refused(f"{shown(known(lab)[key].path)} is kept whole: edit it there")
    folder = folder or usual_place(lab, key)
    pairs = changes(lab, folder)
    if not pairs:
        raise Refused(f"nothing in {shown(folder)} differs from the solution")
    marked = [one for one, (_, new) in pairs.items() if MARK in new]
    if marked:
        raise Refused(f"{shown(folder / marked[0])} still has conflicts")
    words = [patches.opening(one, new) for one, (_, new) in pairs.items()]
    path = answers.instructors(lab) / f"{key}.patch"
    path.parent.mkdir(exist_ok=True)
    whole_file.write(path, patches.make("\n\n".join(filter(None, words)), pairs))
    return path


# Rebasing.


def rebase_all():
    """Makes the patches that no longer apply anew. Returns whether all apply now."""
    good = True
    for lab in labs.all_labs():
        for key, answer in known(lab).items():
            if answer.path.suffix == ".patch" and not applies(answer):
                try:
                    rebase(lab, key, answer)
                    told = "rebased"
                except (OSError, ValueError, Refused) as error:
                    told, good = str(error), False
                print(f"{lab.name} {key}: {told}")
    return good


def applies(answer):
    try:
        with whole(answer):
            return True
    except BadLab:
        return False


def rebase(lab, key, answer):
    """Makes one patch anew. Raises Refused if there are conflicts; they are then in
    the whole answer, written out."""
    patch = patches.read(answer.path.read_text())
    solution = answers.instructors(lab) / "solution"
    pairs, clean = {}, True
    for name, hunks in patch.changes.items():
        now = (solution / name).read_text()
        before = text_before(solution / name, hunks)
        merged, without_conflict = merge(patches.apply(hunks, before), before, now)
        pairs[name] = (now, merged)
        clean = clean and without_conflict
    if clean:
        whole_file.write(answer.path, patches.make(patch.head, pairs))
        return
    out = usual_place(lab, key)
    with tempfile.TemporaryDirectory() as scratch:
        folder = shutil.copytree(solution, Path(scratch) / "answer")
        for place, (name, (_, merged)) in enumerate(pairs.items()):
            head = patch.head if place == 0 else patches.opening(name, merged)
            (folder / name).write_text(patches.with_opening(name, merged, head))
        copy_out(folder, out)
    raise Refused(f"CONFLICT, in {shown(out)}: solve it, then make answer-save "
                  f"LAB={lab.number} ANSWER={key}")


def text_before(path, hunks):
    """Returns the newest text of a solution's file that these hunks apply to, from
    the working tree or from git's history."""
    name = path.relative_to(labs.ROOT)
    yet = [path.read_text()]
    for commit in git("log", "--format=%H", "--", name).stdout.split():
        yet.append(git("show", f"{commit}:./{name}").stdout)
    for text in yet:
        try:
            patches.apply(hunks, text)
            return text
        except patches.DoesNotApply:
            continue
    raise Refused(f"applies to no version of {name} in git's history")


def merge(mine, before, now):
    """Merges two texts that come from the same one. Returns the text, and whether
    there is no conflict in it."""
    with tempfile.TemporaryDirectory() as scratch:
        for name, text in (("mine", mine), ("before", before), ("now", now)):
            (Path(scratch) / name).write_text(text)
        merged = git(
            "merge-file", "-p", "-L", "answer", "-L", "solution before",
            "-L", "solution", f"{scratch}/mine", f"{scratch}/before", f"{scratch}/now",
        )
    if not 0 <= merged.returncode < 128:
        raise Refused(merged.stderr.strip())
    return merged.stdout, merged.returncode == 0


def git(*arguments):
    return subprocess.run(
        ["git", "-C", labs.ROOT, *arguments], capture_output=True, text=True
    )


def main():
    options = parse(sys.argv[1:])
    try:
        lab = labs.load(options.lab) if "lab" in options else None
        if options.verb == "write" and options.name:
            print(shown(write(lab, options.name, options.out)))
        elif options.verb == "write":
            list_all(lab)
        elif options.verb == "write-all":
            write_all(options.out)
        elif options.verb == "save":
            print(shown(save(lab, options.name, options.source)))
        else:
            return DONE if rebase_all() else FAILED
    except (OSError, ValueError, BadLab, Refused) as error:
        print(f"answer.py: {error}", file=sys.stderr)
        return FAILED
    return DONE


if __name__ == "__main__":
    sys.exit(main())
