"""Every lab's known answers get the verdict they must get: the solution and all other
right answers full marks, the starter and each wrong answer what is documented."""

import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab.grading import answers, labs
from reaplab.grading.sandbox import bubblewrap as sandbox
from reaplab.servers import spawn
from verdicts import known, side_by_side

GRADE = ROOT / "harness/grade.py"
AT_ONCE = 6  # mostly they wait
LIMIT = 120  # seconds that one check may take here; alone it takes a few

DONE, LOST = 0, 1

LABS = labs.all_labs()
ANSWERS = [one for lab in LABS for one in answers.known(lab)]
QUICK = [one for one in ANSWERS if one.quick]


@pytest.fixture(scope="module")
def core(lab):
    """What submissions are built over: a part of every build."""
    if lab.build != lab.root / "build":
        pytest.skip("submissions are built over build/, and another is under test")


@dataclass
class Judged:
    """What came of a check: its exit status, and what it said."""

    answer: answers.Answer
    status: int
    out: str
    err: str

    def complaint(self):
        """What is wrong with the verdict, or None."""
        if not self.out:
            return f"{self.answer}: no verdict: {self.err}"
        result = json.loads(self.out)
        if result["unjudged"]:
            return f"{self.answer}: could not be judged: {result['unjudged']}"
        found = (result["failed"], sorted(result["beliefs"]))
        expected = (list(self.answer.failed), list(self.answer.beliefs))
        status = LOST if expected[0] else DONE
        if (found, self.status) != (expected, status):
            return (
                f"{self.answer}: checks failed and beliefs {found}, status "
                f"{self.status}; expected {expected}, {status}"
            )
        return None


def judge_all(chosen, folder, **options):
    """Check these answers, a few at a time; a list of Judged. Options are spawn()'s."""
    commands = (
        known.check_command(answer, folder / str(place))
        for place, answer in enumerate(chosen)
    )
    found = dict(side_by_side.run(commands, AT_ONCE, LIMIT, **options))
    return [
        Judged(answer, found[place].status, found[place].out, found[place].err)
        for place, answer in enumerate(chosen)
    ]


def assert_verdicts(judged):
    complaints = [one.complaint() for one in judged]
    assert not any(complaints), "\n".join(filter(None, complaints))


@pytest.fixture(scope="module")
def verdicts(request, core):
    """{str(answer): Judged} of the quick answers that this run asks for."""
    wanted = [
        item.callspec.params["answer"]
        for item in request.session.items
        if "verdicts" in item.fixturenames
    ]
    with tempfile.TemporaryDirectory(prefix="reap-labs-") as folder:
        judged = judge_all(wanted, Path(folder))
    return {str(one.answer): one for one in judged}


@pytest.mark.xdist_group("labs")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("answer", QUICK, ids=str)
def test_verdict(verdicts, answer):
    assert_verdicts([verdicts[str(answer)]])


@pytest.mark.soak
@pytest.mark.rounds
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_verdict_again_and_again_on_a_busy_machine(
    answer, core, folder, busy, pytestconfig
):
    rounds = pytestconfig.getoption("--rounds")
    assert_verdicts(judge_all([answer] * rounds, folder))


@pytest.mark.soak
@pytest.mark.rounds
@pytest.mark.timeout(600)
def test_without_strace_no_right_answer_loses_a_point(core, folder):
    """It is judged without, or it is not judged."""
    (folder / "bin").mkdir()
    for tool in Path("/usr/bin").iterdir():
        if tool.name != "strace":
            (folder / "bin" / tool.name).symlink_to(tool)
    environment = {**os.environ, "PATH": str(folder / "bin")}
    right = [one for one in ANSWERS if not one.failed]
    for one in judge_all(right, folder, env=environment):
        result = json.loads(one.out)
        assert result["unjudged"] or result["failed"] == [], str(one)


# The same in the sandbox, where strangers' answers are judged.


def grade_all(chosen, folder):
    """Grade these answers as a class; a list of Judged."""
    for answer in chosen:
        student = folder / "in" / str(answer).replace("/", "-")
        student.mkdir(parents=True)
        answer.lay_out(student / answer.lab.number)
    command = [sys.executable, "-B", GRADE, "--jobs", "4", folder / "in"]
    for _ in range(3):  # what a busy machine left without a grade
        run = spawn.run([*command, folder / "out"], within=len(chosen) * LIMIT)
        if run.status == DONE:
            break
    assert run.status == DONE, run
    judged = []
    for answer in chosen:
        student = folder / "out/students" / str(answer).replace("/", "-")
        document = student / answer.lab.name / "results.json"
        result = json.loads(document.read_text())["extra_data"]["result"]
        status = LOST if result["failed"] else DONE
        judged.append(Judged(answer, status, json.dumps(result), ""))
    return judged


@pytest.fixture
def sandboxed(core):
    why_not = sandbox.why_not()
    if why_not:
        pytest.skip(why_not)


@pytest.mark.timeout(300)
def test_the_sandbox_takes_no_points_from_a_solution(sandboxed, folder):
    solutions = [one for one in ANSWERS if one.kind == "solution"]
    assert_verdicts(grade_all(solutions, folder))


@pytest.mark.soak
@pytest.mark.rounds
@pytest.mark.timeout(1800)
def test_the_sandbox_changes_no_verdict(sandboxed, folder):
    assert_verdicts(grade_all(ANSWERS, folder))


def test_a_verdict_that_differs_is_found():
    answer = answers.Answer(LABS[0], "starter", Path("x"), ("a",), ("b",))
    right = {"unjudged": None, "failed": ["a"], "beliefs": {"b": {}}}
    for change in (
        {"unjudged": "the table is full"},
        {"failed": []},
        {"failed": ["a", "c"]},
        {"beliefs": {}},
    ):
        out = json.dumps({**right, **change})
        assert Judged(answer, LOST, out, "").complaint()
    assert Judged(answer, DONE, json.dumps(right), "").complaint()
    assert Judged(answer, LOST, "", "cannot start").complaint()
    assert Judged(answer, LOST, json.dumps(right), "").complaint() is None
