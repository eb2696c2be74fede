"""What lab 08 asks: which belief was behind a real bug, and which of the lab's servers
shows its symptom.

There is no key: the servers that are named, by themselves or by their belief, are put
to the test. Whatever shows the symptom of the bug is right.
"""

import re

from reaplab import diagnosis
from reaplab.diagnosis import evidence
from reaplab.diagnosis.beliefs import BELIEFS
from reaplab.documents.variants import FOLDER, read
from reaplab.grading import CannotJudge, Check, failed, passed, predictions
from reaplab.grading.checks.quiz import ENOUGH, NOT_EXPLAINED, SAID, shown
from reaplab.grading.checks.sealed import plain

OPEN = ("", "?")


# The symptoms: each takes an Evidence.


def leaves_some(seen):
    """Quick clients leave zombies; clients that come one by one do not."""
    deaths = seen.drain.deaths if seen.drain else None
    return bool(
        seen.visit.zombies_in_the_end == 0 and deaths and deaths.after_client
    )


def busy_and_deaf(seen):
    """A client leaves while another stays: full CPU, and nobody new is served."""
    third = seen.visit.third
    return bool(third and third.kind == evidence.SPINNING)


def port_stays_taken(seen):
    """It has given up its port, and a client is still there: the port is in use."""
    return seen.visit.port_after_kill == "taken" and not seen.visit.heir


def servers_multiply(seen):
    """A child whose client has left accepts the next one, and forks."""
    return seen.visit.heir == evidence.HEIR


CASES = {
    "systemd": (
        leaves_some,
        "clients that leave together leave zombies, one by one they do not",
        "How many of its children does it lose when they die one by one?",
    ),
    "rpyc": (
        busy_and_deaf,
        "one client leaves while another stays: full CPU, and nobody new is served",
        "Does it sleep or run while it hangs? (ps -o s)",
    ),
    "piksi": (
        port_stays_taken,
        "the server is gone, one of its clients is not, and the port is in use",
        "Who holds what, when the server has let go of it? (ss -ltnp)",
    ),
    "uftpd": (
        servers_multiply,
        "a child whose client has left accepts the next one, and forks",
        "Which of its processes accepts? Freeze the first, and see who is left.",
    ),
}


def variants():
    """{short name of a lab's server: its belief, in words, or None}."""
    found = [read(path) for path in FOLDER.glob("server_*.c")]
    return {one.name: one.fields.get("Belief") for one in found}


def _evidence(work, name):
    """The Evidence on one of the lab's own servers; gathered once."""
    gathered = work.__dict__.setdefault("of_variants", {})
    if name not in gathered:
        program = work.lab_program(f"server_{name}")
        gathered[name] = diagnosis.gather([str(program)], work.box)
        if gathered[name].fault:
            raise CannotJudge(gathered[name].fault)
    return gathered[name]


def _given(work, key):
    """An answer, or an Outcome that says why there is none."""
    done = f"answers.toml was asked for `{key}`"
    if work.answers_fault:
        return None, failed(
            done,
            work.answers_fault,
            "a file that can be read",
            "any text is a TOML file",
            "What does the message say of the line it names?",
            "answers-not-readable",
        )
    given = work.answers.get(key, "?")
    if plain(given) in OPEN:
        return None, failed(
            done,
            f"{key} = {shown(given)}",
            "an answer",
            "(nothing was answered yet)",
            "What did the first to report it see, and when?",
            "not-answered",
        )
    return given, None


def _judge_symptom(work, case, done, names):
    """The Outcome of putting these servers to the test."""
    shows, symptom, question = CASES[case]
    if any(shows(_evidence(work, name)) for name in names):
        return passed(done, symptom)
    return failed(
        done,
        "that symptom was not seen",
        symptom,
        "what looks alike is alike",
        question,
        "another-symptom",
    )


def reproduced(case):
    def judge(work):
        given, fault = _given(work, f"{case}_variant")
        if fault:
            return fault
        name = re.sub(r"^(\./)?(build/)?(server_)?", "", plain(given))
        if name not in variants():
            return failed(
                "the program was looked for in build/",
                f"there is no server_{shown(name)}",
                "one of the lab's servers, as `make variants` lists them",
                "(a name that the lab does not have)",
                "Which column of `make variants` tells of symptoms?",
                "no-such-program",
            )
        return _judge_symptom(work, case, f"server_{name} was put to the test", [name])

    return judge


def belief(case):
    def judge(work):
        given, fault = _given(work, f"{case}_belief")
        if fault:
            return fault
        said = plain(given).rstrip(".")
        known = [one for one in BELIEFS.values() if said in (one.id, plain(one.says))]
        names = [
            name
            for name, words in variants().items()
            if known and words and plain(words) == plain(known[0].says)
        ]
        if not names:
            return failed(
                "the belief was looked for in the catalogue",
                f"there is none that is called {shown(given)}",
                "the id of a belief, as `make diagnose` gives it",
                "(a belief that no server of the lab has)",
                "What does `make diagnose` say of the server that shows the symptom?",
                "no-such-belief",
            )
        done = f"server_{names[0]}, which has that belief, was put to the test"
        return _judge_symptom(work, case, done, names)

    return judge


def fix(case):
    def judge(work):
        key = f"{case}_fix"
        done = f"answers.toml was asked for `{key}`"
        given = work.answers.get(key, "?")
        if isinstance(given, str) and len(given.strip()) >= ENOUGH:
            return passed(done, f"{len(given.split())} words, for your instructor")
        return failed(
            done,
            f"{key} = {shown(given)}",
            SAID,
            NOT_EXPLAINED.belief,
            NOT_EXPLAINED.question,
            NOT_EXPLAINED.id,
        )

    return judge


def _checks(case):
    return [
        Check(
            f"{case}-reproduced",
            2,
            "a bug that can be shown can be mended",
            reproduced(case),
        ),
        Check(f"{case}-belief", 2, "behind a bug there is a belief", belief(case)),
        Check(f"{case}-fix", 1, "what is understood can be said", fix(case)),
    ]


CHECKS = [check for case in CASES for check in _checks(case)] + [predictions(points=2)]
