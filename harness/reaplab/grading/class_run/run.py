"""Grading a class: every submission in a box of its own, a few at a time.

    OUT/students/STUDENT/LAB/results.json   as Gradescope wants it
    OUT/students/STUDENT/LAB/report.txt     for the student to read
    OUT/summary.csv, OUT/summary.html       for the instructor

Each result carries the grader's version. The run lists each score that moved since the
last run, and says why.

Each result is on disk, whole, as soon as it is there: a run that was interrupted
goes on where it was, and judges again only what has changed or has no grade yet.
What could not be judged is judged once more in the end, with nobody beside it.

Before anybody is judged for a lab, the instructor's solution is built and judged in the
same way. If a build failed, that is done again at the end; until then the results of
failed builds are held back. If the solution gets less than full marks, the machine is
at fault and nobody is graded. No submission runs at the same time, so none can read it.
"""

import contextlib
import hashlib
import os
import time
from dataclasses import dataclass
from subprocess import SubprocessError

from . import moved, submissions
from .. import answers, report, results_json
from ... import whole_file
from ...servers import spawn
from ..outcome import Belief, Outcome, Result, Scored
from ..sandbox import judge_box, limits, scratch, stage

# The grader's version. A digest of its files goes with it, for any other change.
VERSION = "0.2"
PERIOD = 0.1  # seconds between looks at the judges


class MachineAtFault(Exception):
    """A known correct answer is not judged as correct here. The message says why."""


class KnownAnswer(submissions.Submission):
    """The instructor's solution of a lab, judged as if a student had handed it in."""

    @classmethod
    def of(cls, lab):
        return cls("solution", lab, answers.instructors(lab) / "solution")


@dataclass
class Graded:
    """A Submission and its Result; `old`: from an earlier run; `moved`: a Moved, if an
    earlier run gave it another score."""

    submission: submissions.Submission
    result: Result
    old: bool = False
    moved: object = None

    @property
    def name(self):
        return self.submission.name


class ClassRun:
    """One run over a list of Submissions. `tell(graded, done)` is called when one
    is done; done counts them. In `done` they stay, in any order. `heed()` is called
    wherever the run may be ended, by what it raises."""

    def __init__(self, found, out, jobs, tell, heed, terms=judge_box.Terms()):
        self.done = []
        self._waiting = list(found)
        self._again = []
        self._held = []  # (_Task, Result), of failed builds
        self._saved = []  # (_Task, Result), of this run
        self._out = out
        self._jobs = jobs
        self._tell = tell
        self._heed = heed
        self._terms = terms
        self._running = {}  # JudgeBox: _Task

    def run(self):
        """Grade all. Whatever ends it, no process is left, and what was done
        stays done. Raises MachineAtFault; then nobody was graded by this run."""
        names = sorted({one.lab.name for one in self._waiting})
        with contextlib.ExitStack() as stack:
            scratch.clear()
            self._stage = stage.prepare(names)
            stack.callback(scratch.remove, self._stage)
            self._digest = digest_of(self._stage)
            stack.callback(self._end_all)
            waiting = [one for one in self._waiting if not self._is_as_before(one)]
            self._prove(one.lab for one in waiting)
            self._work_off(waiting, self._jobs)
            self._work_off(self._again, 1)
            self._settle()

    def _is_as_before(self, submission):
        """Whether an earlier run graded the same files. Reports that result."""
        self._heed()
        task, old = _Task(submission, self._out, True), None
        with contextlib.suppress(submissions.Unreadable, *MACHINE):
            self._read(task)
            old = self._old(task)
        if old is not None:
            self._done(Graded(submission, old, old=True))
        return old is not None

    def _prove(self, labs):
        """Judges the known answers to some labs. Raises MachineAtFault."""
        by_name = {lab.name: lab for lab in labs}
        known = [KnownAnswer.of(by_name[name]) for name in sorted(by_name)]
        self._work_off(known, self._jobs)
        self._work_off(self._again, 1)

    def _settle(self):
        """Saves the results of failed builds if known answers still build. Otherwise
        takes all grades of this run back and raises MachineAtFault."""
        try:
            self._prove(task.submission.lab for task, _ in self._held)
        except MachineAtFault as error:
            for task, result in (*self._saved, *self._held):
                result.unjudged = str(error)
                self._write(task, result)
            self.done += [Graded(task.submission, one) for task, one in self._held]
            raise
        for task, result in self._held:
            self._save(task, result)

    def _work_off(self, waiting, jobs):
        while waiting or self._running:
            while waiting and len(self._running) < jobs:
                self._heed()
                self._start(waiting.pop(0), waiting is self._again)
            for box in list(self._running):
                ended = box.poll()
                if ended is not None:
                    box.close()
                    self._running[box].clean()
                    self._finish(self._running.pop(box), ended)
            self._heed()
            if self._running:
                time.sleep(PERIOD)

    def _start(self, submission, last):
        task = _Task(submission, self._out, last)
        try:
            files = self._read(task)
            task.notes = [
                report.printable(f"{name}: not taken, as {why}")
                for name, why in files.left_out.items()
            ]
            task.lay_out(files)
            box = judge_box.JudgeBox(
                submission.lab, task.folder, self._stage, self._terms
            )
            self._running[box] = task
        except submissions.Unreadable as error:
            task.clean()
            self._conclude(task, refused(submission.lab, "not-readable", str(error)))
        except MACHINE as error:
            fault = f"its files could not be handled: {error}"
            self._finish(task, judge_box.Ended(fault=fault))
        except BaseException:
            task.clean()
            raise

    def _read(self, task):
        """The Files of a task's submission; sets its key. Raises as
        submissions.read()."""
        submission = task.submission
        if submission.twins:
            names = ", ".join((submission.path.name, *submission.twins))
            raise OSError(f"which one counts? {names}")
        files = submissions.read(submission.path, submission.lab)
        task.key = f"{self._digest} {files.digest()}"
        return files

    def _old(self, task):
        """The result of an earlier run for the same files, if it was a grade."""
        found = results_json.read(task.results)
        if found is None:
            return None
        result, extra = found
        same = extra.get("key") == task.key and result.unjudged is None
        return result if same else None

    def _finish(self, task, ended):
        task.clean()
        lab = task.submission.lab
        result = ended.result or Result(lab.name, lab.title)
        if ended.excess is not None:
            result = completed(lab, result, "exceeds-limits", ended.excess)
        elif ended.fault is not None:
            result.unjudged = ended.fault
        self._conclude(task, result)

    def _conclude(self, task, result):
        """Decides what happens to a result: save it, hold it back or judge again."""
        is_known = isinstance(task.submission, KnownAnswer)
        wrong = fault_shown_by(result) if is_known else None
        if (_is_doubtful(result) or wrong) and not task.last:
            self._again.append(task.submission)
        elif wrong:
            raise MachineAtFault(f"{task.submission.lab.name}: {wrong}")
        elif not is_known:
            result.notes += task.notes
            if failed_build(result):
                self._held.append((task, result))
            else:
                self._save(task, result)

    def _save(self, task, result):
        shift = moved.since(results_json.read(task.results), result, task.key)
        self._write(task, result)
        self._saved.append((task, result))
        self._done(Graded(task.submission, result, moved=shift))

    def _write(self, task, result):
        task.results.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(
            task.results.with_name("report.txt"),
            f"{report.describe(result)}\n\nGrader: {VERSION} {self._digest}\n",
        )
        document = (
            results_json.document(result)
            if result.unjudged is None
            else results_json.unjudged_document(result)
        )
        document["extra_data"]["key"] = task.key
        document["extra_data"]["grader"] = f"{VERSION} {self._digest}"
        results_json.write(task.results, document)

    def _done(self, graded):
        self.done.append(graded)
        self._tell(graded, len(self.done))

    def _end_all(self):
        for box, task in self._running.items():
            box.close()
            task.clean()
        self._running.clear()
        spawn.end_strays()


def _is_doubtful(result):
    """Whether a neighbour that kept the machine busy may have to do with it."""
    names = {one.id for one in result.beliefs}
    return result.unjudged is not None or bool(names & LATE)


class _Task:
    """A submission on its way: where its files are laid out, its results go."""

    def __init__(self, submission, out, last):
        self.submission = submission
        self.last = last
        self.key = None
        self.notes = []
        self.results = (
            out / "students" / submission.student / submission.lab.name
            / "results.json"
        )
        self.folder = None
        self._top = None

    def lay_out(self, files):
        self._top = scratch.make("submission")
        limits.let_only_judges_enter(self._top)
        self.folder = self._top / "submission"
        files.write(self.folder)

    def clean(self):
        if self._top is not None:
            scratch.remove(self._top)
            self._top = None


def failed_build(result):
    """The Belief that says which build failed, and how; None if all went well."""
    failed = [one for one in result.beliefs if one.id in BUILD_FAILED]
    return failed[0] if failed else None


def fault_shown_by(result):
    """Why the machine is at fault if this is the Result of a known correct answer, in
    one line; None if it got full marks."""
    if result.unjudged is not None:
        return _first_line(result.unjudged)
    first = next((one for one in result.checks if not one.outcome.passed), None)
    return first and f"{first.id}: {_first_line(first.outcome.seen)}"


def _first_line(text):
    return report.printable((text.splitlines() or ["no word"])[0])


def refused(lab, name, why):
    """The Result of a submission that was not even looked at, by its own fault."""
    return completed(lab, Result(lab.name, lab.title), name, why)


def completed(lab, result, name, why):
    """The Result with all checks failed that it does not have yet."""
    result.unjudged = None
    done = {one.id for one in result.checks}
    texts = SAID_OF[name]
    belief = Belief(name, texts[0], texts[1], why, texts[2], texts[3])
    outcome = Outcome(False, texts[1], why, texts[2], (belief,))
    result.checks += [
        Scored(one.id, one.idea, one.points, outcome)
        for one in lab.checks()
        if one.id not in done
    ]
    return result


# Beliefs named where the time was up: a busy machine may be behind them.
LATE = {"does-not-listen", "builds-too-long"}
BUILD_FAILED = {"does-not-build", "builds-too-long"}
# Exceptions for which no submission is to blame.
MACHINE = (OSError, SubprocessError, spawn.ProcessTableFull)

SAID_OF = {
    "exceeds-limits": (
        "there is always enough",
        "the program ran in a sandbox that has limits",
        "a few processes and a few MiB, given back when they are no longer needed",
        "Which of your loops starts or asks for something on every turn?",
    ),
    "not-readable": (
        "any archive will do",
        "the submission was unpacked",
        "a folder or archive of source files, with no links in it",
        "What is in the archive when you unpack it in an empty folder?",
    ),
}


def digest_of(folder):
    """A string that is the same for the same files below a folder."""
    sum_of_all = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix in (".py", ".toml", ".h"):
            sum_of_all.update(os.fsencode(path.relative_to(folder)) + b"\0")
            sum_of_all.update(path.read_bytes())
    return sum_of_all.hexdigest()[:16]
