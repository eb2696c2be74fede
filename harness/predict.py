#!/usr/bin/env python3
"""Asks what a student expects, before a lab shows it. Usage: predict.py --help"""

import argparse
import signal
import string
import sys
import textwrap
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab.grading import labs  # noqa: E402
from reaplab.grading.checks import prediction  # noqa: E402
from reaplab.grading.outcome import BadLab  # noqa: E402

DONE, OPEN, USAGE = 0, 1, 2
WIDTH = 80

DESCRIPTION = """\
Ask a lab's questions and write down, with the time, what you expect: in
predictions.json beside your answer. What you said first stays. Being right does not
count; saying it before you look does, and so does a sentence on each thing that came
differently: --explain asks for these when you have seen it."""

EPILOG = """\
Exit status: 0 nothing is left to be said, 1 something is, 2 the command line was
wrong."""


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="predict.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument("lab", metavar="LAB", help="its number, 00 to 08")
    parser.add_argument(
        "--submission",
        metavar="DIR",
        type=Path,
        help="the folder with the answer (default: the lab's starter)",
    )
    parser.add_argument(
        "--answer",
        metavar="QUESTION=CHOICE",
        action="append",
        help="say it here, instead of being asked",
    )
    parser.add_argument(
        "--explain",
        metavar="QUESTION=TEXT",
        nargs="?",
        const="",
        action="append",
        help="what came differently, and why: ask for it; or say it here",
    )
    return parser.parse_args(arguments)


def complain(what, why):
    print(f"predict.py: {what}: {why}", file=sys.stderr)


class BadWord(Exception):
    """What was said on the command line does not fit the questions."""


def main(arguments):
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    options = parse(arguments)
    try:
        lab = labs.load(options.lab)
        asked = prediction.questions(lab)
    except BadLab as error:
        complain(options.lab, error)
        return USAGE
    folder = options.submission or lab.starter
    if not folder.is_dir():
        complain(folder, "no such folder")
        return USAGE
    try:
        if options.explain is not None:
            explain(asked, folder, options.explain)
        else:
            answer(asked, folder, options.answer)
    except BadWord as error:
        complain(lab.name, error)
        return USAGE
    except OSError as error:
        complain(folder, error.strerror)
        return OPEN
    except (EOFError, KeyboardInterrupt):
        print()
    return report(lab, asked, folder, options.explain is not None)


def answer(asked, folder, given):
    """Ask all questions that have no answer yet; or take those given."""
    if given:
        for word in given:
            question, choice = _pair(asked, word)
            if choice not in question.choices:
                raise BadWord(
                    f"{question.id}: {choice!r} is none of "
                    f"{', '.join(question.choices)}"
                )
            if not prediction.record(folder, question, choice):
                raise BadWord(f"{question.id}: you have said what you expect")
        return
    open_ones, _ = prediction.lacking(asked, prediction.read(folder))
    for question in open_ones:
        prediction.record(folder, question, _ask(question))


def explain(asked, folder, given):
    """Ask for an explanation of each mismatch; or take those given."""
    made = prediction.read(folder)
    open_ones, unexplained = prediction.lacking(asked, made)
    if open_ones:
        raise BadWord(f"say first what you expect: {open_ones[0].id}")
    words = [word for word in given if word]
    for word in words:
        question, text = _pair(asked, word)
        _take(folder, question, text)
    for question in unexplained if not words else ():
        _tell(question)
        choice = made[question.id]["choice"]
        print(f"You expected {choice}. What happened instead, and why?")
        while True:
            text = input("> ")
            if prediction.is_explanation(text):
                break
            print("A sentence, please.")
        _take(folder, question, text)


def _take(folder, question, text):
    if not prediction.is_explanation(text):
        raise BadWord(f"{question.id}: a sentence, please")
    prediction.explain(folder, question, text)


def _pair(asked, word):
    """(the Question, what was said) of QUESTION=SAID."""
    name, _, said = word.partition("=")
    for question in asked:
        if question.id == name:
            return question, said
    raise BadWord(f"{name}: no such question")


def _tell(question):
    print()
    print(textwrap.fill(f"{question.id}: {question.ask}", WIDTH))


def _ask(question):
    _tell(question)
    # Letters, as the choices tend to be numbers.
    lettered = dict(zip(string.ascii_lowercase, question.choices))
    for letter, choice in lettered.items():
        print(f"  {letter}) {choice}")
    while True:
        said = input("What do you expect? ").strip().lower().rstrip(")")
        if said in lettered:
            return lettered[said]
        print(f"A letter from a to {max(lettered)}, please.")


def report(lab, asked, folder, explained):
    """Say what is there and what is next; the exit status."""
    made = prediction.read(folder)
    open_ones, unexplained = prediction.lacking(asked, made)
    print(f"{lab.name}: {len(asked) - len(open_ones)} of {len(asked)} predictions")
    for question in asked:
        if question not in open_ones:
            choice = made[question.id]["choice"]
            print(f"  {question.id}: {choice}. {question.see}")
    if open_ones:
        print(f"not said yet: {', '.join(one.id for one in open_ones)}")
    elif explained:
        print(f"to be explained: {len(unexplained)}")
    return OPEN if open_ones or explained and unexplained else DONE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
