"""Judging, without a single process: evidence in, verdict out.

Each vector is that of a right server with what one mistake changes in it. So each
rule is seen to fire, and to fire for that alone.
"""

import json

import pytest

from right_evidence import (
    BLOCKED, CAUGHT, DEAF, DEFAULT, changed, right,
)
from reaplab.diagnosis import RIGHT, UNJUDGED, WRONG, beliefs, judge, words
from reaplab.diagnosis.evidence import (
    ASLEEP, Deaths, ENDED, GARBLED, HEIR, ITSELF, Moments, NEVER_AT_REST, NOBODY,
    ORPHAN, Outcome, RESTLESS, SERVED, SPINNING, SPINS, STAYS, Stall, TURNED_AWAY,
    WrongMoment,
)
from reaplab.diagnosis.stolen import find_theft

STUCK_IN_WAIT = Outcome(ASLEEP, ["wait4"])
STUCK_IN_LOCK = Outcome(ASLEEP, ["futex"])
STUCK_SOMEWHERE = Outcome(ASLEEP)  # where the kernel does not tell the call
STUCK_ELSEWHERE = Outcome(ASLEEP, ["clock_nanosleep"])

# Nothing was seen after a second client that was not served.
SERIAL = {"visit__third": None, "visit__fourth": None, "visit__deaths": None,
          "visit__fin": None, "visit__after_fin": None, "visit__runaways": None,
          "visit__zombies_in_the_end": None, "drain__deaths": None,
          "drain__last": None, "stall": None}
HANG = {"visit__fourth": None, "visit__runaways": None,
        "visit__zombies_in_the_end": None, "visit__deaths__after_client": None}
NO_REAPING = {"visit__deaths__at_rest": 1, "visit__deaths__after_client": 1,
              "visit__zombies_in_the_end": 3, "drain__deaths__at_rest": 8,
              "drain__deaths__after_client": 8, "series__lost": list(range(1, 37))}
DEAD_AT_ONCE = {**HANG, "visit__third": None, "visit__ended_early": True,
                "drain__ended": True, "drain__deaths__after_client": None,
                "drain__last": None}

# Of a server that hangs up nothing is known but who is left of its children.
HANGS_UP = {**SERIAL, "visit__hangs_up": True, "visit__served_by": None,
            "visit__third": Outcome(SERVED), "visit__zombies_in_the_end": 0,
            "visit__deaths": Deaths(dead=3, at_rest=0, after_client=0)}
UNREAPED = {"visit__deaths": Deaths(dead=3, at_rest=3, after_client=3),
            "visit__zombies_in_the_end": 3, "series__lost": list(range(1, 37))}


def wrong_at(*moments, signalfd=False):
    """Moments that went wrong: (kind, call, verdict, whether the child is new)."""
    wrong = [
        WrongMoment("1.2.B.43.0=1", new, kind, call, verdict, "server.c", 14)
        for kind, call, verdict, new in moments
    ]
    return {"moments": Moments(None, 3, 60, 0, wrong, 0, signalfd)}


OLD, NEW = False, True

WRONG_VECTORS = [
    ("wake-ups-are-not-lost", wrong_at(("before", "accept", "lingers", OLD))),
    ("wake-ups-are-not-lost", wrong_at(("statement", "waitpid", "stays", OLD))),
    ("wake-ups-are-not-lost", wrong_at(("before", "pause", "unserved", OLD))),
    ("fork-returns-first", wrong_at(("returned", "clone", "lingers", NEW),
                                    ("before", "sigaction", "lingers", NEW))),
    ("handler-sees-what-i-did", wrong_at(("statement", "clone", "stays", OLD))),
    ("signals-come-while-i-wait", wrong_at(("before", "accept", "lingers", OLD),
                                           ("returned", "accept", "lingers", OLD))),
    ("one-read-one-death", wrong_at(("before", "read", "stays", OLD), signalfd=True)),
    ("handler-stays", wrong_at(("before", "sigaction", "lingers", OLD))),
    ("handler-leaves-no-trace", wrong_at(("statement", "accept", "ends", OLD))),
    ("blocking-calls-just-block", wrong_at(("asleep", "read", "unserved", OLD))),
    ("unnamed", wrong_at(("before", "write", "unserved", OLD))),
    ("nobody-reaps", {**NO_REAPING, "visit__sigchld": DEFAULT}),
    ("nobody-reaps", NO_REAPING),
    ("nobody-reaps", {**NO_REAPING, "visit__served_by": ORPHAN,
                      "visit__deaths__after_client": 3}),
    # Blocked by its own handler, say, and nothing pending.
    ("nobody-reaps", {**NO_REAPING, "visit__deaths__sigchld_at_rest": BLOCKED}),
    ("exec-starts-clean", {**NO_REAPING, "visit__deaths__sigchld_at_rest": DEAF}),
    ("handler-stays", {"visit__zombies_in_the_end": 2,
                       "visit__sigchld_in_the_end": DEFAULT,
                       "drain__deaths__at_rest": 7,
                       "drain__deaths__after_client": 7}),
    ("one-signal-one-death", {"drain__deaths__at_rest": 7,
                              "drain__deaths__after_client": 7}),
    ("one-signal-one-death", {"drain__deaths__at_rest": 3,
                              "drain__deaths__after_client": 3}),
    ("wait-after-fork", {**SERIAL, "visit__second": STUCK_IN_WAIT}),
    ("wait-after-fork", {**SERIAL, "visit__second": STUCK_SOMEWHERE}),
    ("wait-after-fork", {**SERIAL, "visit__second": Outcome(SPINNING)}),
    ("wait-after-fork", {**SERIAL, "visit__second": Outcome(RESTLESS)}),
    ("one-client-at-a-time", {**SERIAL, "visit__served_by": ITSELF,
                              "visit__second": Outcome(ASLEEP, ["recvfrom"])}),
    ("one-client-at-a-time", {**SERIAL, "visit__served_by": ITSELF,
                              "visit__second": STUCK_SOMEWHERE}),
    ("waits-for-the-living", {**HANG, "visit__third": STUCK_IN_WAIT,
                              "stall__after": STUCK_IN_WAIT}),
    ("waits-for-the-living", {**HANG, "visit__third": STUCK_SOMEWHERE}),
    ("spins-for-the-living", {**HANG, "visit__third": Outcome(SPINNING),
                              "stall__during": Outcome(SPINNING)}),
    ("blocking-calls-just-block", {"visit__runaways": 3}),
    ("blocking-calls-just-block", {**DEAD_AT_ONCE, "visit__exit_status": 1}),
    ("handler-leaves-no-trace", {"visit__ended_last": True,
                                 "visit__exit_status": 1,
                                 "visit__fourth": Outcome(ENDED),
                                 "visit__runaways": None,
                                 "drain__ended": True, "drain__exit_status": 1,
                                 "drain__deaths__after_client": None,
                                 "drain__last": None}),
    ("handler-is-ordinary-code", {"stall__during": STUCK_IN_LOCK,
                                  "stall__after": STUCK_IN_LOCK}),
    ("handler-is-ordinary-code", {"stall__after": STUCK_SOMEWHERE}),
    ("handler-is-ordinary-code", {**HANG, "visit__third": STUCK_IN_LOCK}),
    ("close-ends-connection", {"visit__fin": False,
                               "visit__parent_keeps_connection": True}),
    ("listener-is-the-parents", {"visit__child_keeps_listener": True,
                                 "visit__port_after_kill": "taken"}),
    ("listener-is-the-parents", {"visit__child_keeps_listener": True,
                                 "visit__port_after_kill": None}),
    ("finished-child-is-gone", {"visit__after_fin": STAYS, "visit__heir": HEIR,
                                "visit__child_keeps_listener": True,
                                "visit__port_after_kill": "taken",
                                "visit__deaths__dead": 0, "drain__deaths": None}),
    ("finished-child-is-gone", {"visit__after_fin": SPINS,
                                "visit__runaways": 2}),
    ("read-fails-at-the-end", {"visit__after_fin": SPINS, "visit__fin": False,
                               "visit__keeps_first": True,
                               "visit__runaways": 2}),
    ("all-children-are-mine", {**SERIAL, "visit__first": Outcome(TURNED_AWAY),
                               "visit__second": None, "visit__steals": True,
                               "visit__reaped_before_clients": True}),
    ("all-children-are-mine", {**SERIAL, "visit__first": Outcome(TURNED_AWAY),
                               "visit__second": None, "visit__steals": None,
                               "visit__reaped_before_clients": True}),
    ("unnamed", {"visit__fin": False}),
    ("unnamed", {"visit__after_fin": STAYS, "visit__heir": NOBODY}),
    ("unnamed", {"visit__after_fin": STAYS, "visit__heir": NOBODY,
                 "visit__keeps_first": True, "visit__fin": False}),
    ("unnamed", {**SERIAL, "visit__second": STUCK_ELSEWHERE}),
    ("unnamed", {**SERIAL, "visit__second": Outcome(TURNED_AWAY)}),
    ("unnamed", {**SERIAL, "visit__served_by": ITSELF,
                 "visit__second": Outcome(TURNED_AWAY)}),
    ("unnamed", {**HANG, "visit__third": STUCK_ELSEWHERE}),
    ("unnamed", {**HANG, "visit__third": Outcome(GARBLED)}),
    ("unnamed", {"visit__fourth": Outcome(TURNED_AWAY)}),
    ("unnamed", {"drain__last": Outcome(TURNED_AWAY),
                 "drain__deaths__after_client": None}),
    ("unnamed", {**DEAD_AT_ONCE, "visit__exit_status": -11}),
    ("unnamed", {**DEAD_AT_ONCE, "visit__exit_status": 1,
                 "visit__sigchld": DEFAULT}),
    # It asks once for each client, whatever signals there are.
    ("one-client-one-death", {"drain__deaths__sigchld_frozen": DEFAULT,
                              "drain__deaths__at_rest": 8,
                              "drain__deaths__after_client": 7}),
    ("unnamed", HANGS_UP),
    ("nobody-reaps", {**HANGS_UP, **UNREAPED}),
    ("unnamed", {"drain__ended": True, "drain__exit_status": 3,
                 "drain__deaths__after_client": None, "drain__last": None}),
]


@pytest.mark.parametrize("belief, changes", WRONG_VECTORS)
def test_each_trace_is_named(belief, changes):
    verdict = judge(changed(**changes))
    assert (verdict.kind, verdict.names) == (WRONG, [belief])
    (finding,) = verdict.findings
    assert finding.belief == beliefs.BELIEFS[belief].says
    assert finding.seen and finding.done and finding.right
    assert finding.question.endswith("?")


@pytest.mark.parametrize(
    "changes, seen",
    [
        (NO_REAPING, "had come; in another run 36 died one by one: 36 zombies in the"),
        ({**NO_REAPING, "series": None}, "had come; 3 zombies in the end"),
        (
            {"drain__deaths__at_rest": 7, "drain__deaths__after_client": 6},
            "8 children died and one SIGCHLD was pending; thawed, it left 7 zombies, "
            "and 6 after one more client",
        ),
        (
            {
                "drain__deaths__sigchld_frozen": CAUGHT,
                "drain__deaths__at_rest": 1,
                "drain__deaths__after_client": 1,
            },
            "no SIGCHLD was pending; thawed, it left 1 zombie, and 1 after",
        ),
        (
            {**SERIAL, "visit__second": STUCK_IN_WAIT},
            "not answered: the server sleeps on in wait4, while its first child",
        ),
        (
            {**SERIAL, "visit__second": STUCK_SOMEWHERE},
            "not answered: the server sleeps on, while its first child",
        ),
        (
            {**SERIAL, "visit__second": Outcome(SPINNING)},
            "not served: the parent burnt CPU",
        ),
        ({"stall__after": STUCK_SOMEWHERE}, "the next client was not answered"),
        ({"stall__during": STUCK_IN_LOCK}, "the waiting client was not answered"),
        ({"visit__runaways": 4}, "burnt CPU: 4 of them"),
        (
            {"visit__child_keeps_listener": True, "visit__port_after_kill": "taken"},
            "the port was taken (EADDRINUSE)",
        ),
        (
            {"visit__child_keeps_listener": True, "visit__port_after_kill": None},
            "the child that serves a client holds the listening socket",
        ),
        ({"visit__fin": False}, "a client that sent FIN got none back"),
        (HANGS_UP, "a client that was there to say more was hung up on"),
        (
            {"visit__after_fin": STAYS, "visit__heir": NOBODY},
            "when its client had left, a child stays, asleep",
        ),
        ({"visit__fourth": Outcome(ENDED)}, "the fourth client was not answered: the"),
        (
            {"visit__ended_last": True, "visit__exit_status": -11},
            "the server ended, killed by SIGSEGV",
        ),
        (
            {"drain__ended": True, "drain__exit_status": 3},
            "the server ended with exit status 3",
        ),
        ({"drain__ended": True}, "the server ended"),
        ({"visit__zombies_in_the_end": 1}, "and 1 zombie stayed"),
        ({"visit__zombies_in_the_end": 2}, "and 2 zombies stayed"),
    ],
)
def test_what_was_seen_is_told(changes, seen):
    (finding,) = judge(changed(**changes)).findings
    assert seen in finding.seen


def test_reaping_is_one_thing_and_sockets_another():
    """Whether a server's children are in order is told apart from the rest."""
    sockets = {"visit__child_keeps_listener": True, "visit__port_after_kill": "taken"}
    assert judge(right()).reaps is True
    assert judge(changed(**sockets)).reaps is True
    assert judge(changed(**sockets, visit__runaways=1)).reaps is False
    assert judge(changed(fault="no room")).reaps is None
    line = words.headline(judge(changed(**sockets)), "server")
    assert line.startswith("server: it reaps, but shows a wrong belief: listener")


def test_two_mistakes_are_two_findings():
    """The very first server of this lab had these."""
    verdict = judge(
        changed(
            visit__runaways=3,
            drain__deaths__at_rest=7,
            drain__deaths__after_client=7,
        )
    )
    assert verdict.names == ["blocking-calls-just-block", "one-signal-one-death"]


def test_what_has_a_name_is_not_unnamed_too():
    verdict = judge(changed(visit__fin=False, visit__runaways=1))
    assert verdict.names == ["blocking-calls-just-block"]


def test_a_moment_is_told_with_its_place_and_how_to_play_it_again():
    changes = wrong_at(("before", "accept", "lingers", OLD))
    (finding,) = judge(changed(**changes)).findings
    assert finding.done.endswith("at each of 60 moments of the parent, one per run")
    assert finding.seen == (
        "at 1 of these moments: a zombie stayed until something else happened (1); "
        "the first was just before accept (server.c:14)"
    )
    assert finding.line.endswith("; moments --replay 1.2.B.43.0=1")


def test_what_shows_without_moments_explains_what_they_show():
    changes = wrong_at(("before", "accept", "lingers", OLD))
    assert judge(changed(**changes, **NO_REAPING)).names == ["nobody-reaps"]
    changes |= {"visit__child_keeps_listener": True, "visit__port_after_kill": "taken"}
    names = judge(changed(**changes)).names
    assert names == ["listener-is-the-parents", "wake-ups-are-not-lost"]


def test_what_was_tried_in_vain_is_said():
    verdict = judge(changed(moments=Moments(None, 3, 60, 4)))
    assert words.describe(verdict, "server").splitlines() == [
        "server: right, no wrong belief was found",
        "A child died at each of 60 moments of the parent, with 3 clients, and nothing",
        "went wrong; 4 were not tried.",
    ]
    assert judge(right()).moments is None


RIGHT_VECTORS = [
    ((), {"moments": Moments(None, 3, 60, 0)}),
    ((), {"moments": Moments("it could not be traced to its end")}),
    (("interpreter-defers",), {"moments": Moments(None, 3, 60, 0, deferred=2)}),
    ((), {}),
    ((), {"visit__sigchld": DEFAULT, "visit__deaths__sigchld_at_rest": DEFAULT}),
    # Blocked SIGCHLD, and yet it reaps: signalfd.
    ((), {"visit__deaths__sigchld_at_rest": DEAF}),
    # A server that waits a moment before it lets go of a connection.
    ((), {"visit__parent_keeps_connection": True}),
    # A listener that the child closes late.
    ((), {"visit__child_keeps_listener": True}),
    # One that writes nothing when a client comes.
    ((), {"stall": Stall(parent_writes=False)}),
    (("statuses-lost",), {"drain__deaths__frozen": 0}),
    (("orphans",), {"visit__served_by": ORPHAN, "drain__deaths__frozen": 0}),
    (("zombies-linger",), {"visit__deaths__at_rest": 1,
                           "drain__deaths__at_rest": 8}),
    (("no-children",), {**SERIAL, "visit__served_by": ITSELF, "visit__fin": True,
                        "series__dead": 0}),
    (("no-children",), {**SERIAL, "visit__served_by": ITSELF, "drain": None,
                        "visit__fin": True, "visit__child_keeps_listener": None,
                        "series": None}),
    # The workers of a pool that end with their clients, and are reaped.
    ((), {**SERIAL, "visit__served_by": ITSELF, "visit__fin": True,
          "visit__by_worker": True}),
    (("busy-waiting",), {"visit__spins_idle": True}),
]


@pytest.mark.parametrize("remarks, changes", RIGHT_VECTORS)
def test_right_is_right_whatever_its_technique(remarks, changes):
    verdict = judge(changed(**changes))
    assert verdict.kind == RIGHT, verdict
    assert tuple(one.id for one in verdict.remarks) == remarks
    assert verdict.findings == ()


@pytest.mark.parametrize(
    "changes, fault, why",
    [
        ({"fault": "no room", "visit": None}, "machine", "no room"),
        # Never a verdict on half the evidence, however bad that looks.
        ({"fault": "too busy", **NO_REAPING}, "machine", "too busy"),
        (
            {"fault": "it ended", "fault_is_servers": True, "visit": None},
            "server",
            "it ended",
        ),
        ({**SERIAL, "visit__first": Outcome(GARBLED)}, "server", "garbled"),
        ({**SERIAL, "visit__first": Outcome(TURNED_AWAY)}, "server", "turned away"),
        (
            {
                **SERIAL,
                "visit__first": Outcome(TURNED_AWAY),
                "visit__reaped_before_clients": True,
                "visit__steals": False,
            },
            "server",
            "turned away",
        ),
        ({**SERIAL, "visit__first": STUCK_IN_WAIT}, "server", "sleeps on in wait4"),
        (
            {**SERIAL, "visit__first": Outcome(ASLEEP, ["clock_nanosleep"], 10.1)},
            "server",
            "did not answer within 10.1 s: the server sleeps on in clock_nanosleep",
        ),
        # Its runs came to no end, and no fault of the machine's.
        (
            {"restless": "drain: a client waited", "visit": NEVER_AT_REST},
            "server",
            "its processes never come to rest (drain: a client waited)",
        ),
        (
            {"restless": "drain: a client waited", "drain": None},
            "server",
            "its processes never come to rest",
        ),
    ],
)
def test_what_cannot_be_judged(changes, fault, why):
    verdict = judge(changed(**changes))
    assert (verdict.kind, verdict.fault) == (UNJUDGED, fault)
    assert why in verdict.why
    assert verdict.findings == verdict.remarks == ()


@pytest.mark.parametrize("_, changes", WRONG_VECTORS + RIGHT_VECTORS)
def test_verdicts_can_be_written_down(_, changes):
    found = changed(**changes)
    verdict = judge(found)
    told = json.loads(json.dumps([found.as_dict(), verdict.as_dict()]))
    assert told[1]["kind"] == verdict.kind
    text = words.describe(verdict, "server")
    assert text.startswith("server: ")
    assert max(map(len, text.splitlines())) <= words.WIDTH
    for name in verdict.names:
        assert name in text


def test_hostile_names_do_not_reach_the_terminal():
    verdict = judge(changed(fault="\x1b[2J\n", visit=None))
    line = words.headline(verdict, "a\x1b[31m\nb")
    assert line.isprintable()


def test_questions_do_not_hold_the_answer():
    """None of the calls and flags that would repair it."""
    answers = ("WNOHANG", "SA_RESTART", "EINTR", "_exit", "errno", "close(")
    for belief in beliefs.BELIEFS.values():
        if belief.id == "spins-for-the-living":
            continue  # its author knows WNOHANG
        assert not [word for word in answers if word in belief.question]


THEFT = """\
wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 0}], WNOHANG, NULL) = 4712
wait4(-1, 0x7ffe, WNOHANG, NULL)        = -1 ECHILD (No child processes)
wait4(4712, 0x7ffe, 0, NULL)            = -1 ECHILD (No child processes)
"""


@pytest.mark.parametrize(
    "text, thief",
    [
        (THEFT, 4712),
        (THEFT.replace("wait4(-1", "4700  wait4(-1"), 4712),
        (THEFT.replace("wait4(4712", "wait4(4713"), None),  # never its child
        (THEFT.replace("wait4(-1,", "wait4(4712,"), None),  # waited for by name
        ("".join(reversed(THEFT.splitlines(True))), None),  # the other way round
        ("wait4(-1, <unfinished ...>\n--- SIGCHLD {si_signo=SIGCHLD} ---\n", None),
        ("", None),
    ],
)
def test_finding_a_theft(text, thief):
    assert find_theft(text.splitlines(True)) == thief


def test_a_finding_rests_on_the_line_of_its_run():
    """Several runs may have one; the first that the belief names counts."""
    lines = {
        "drain": {"zombie": "/proc/7/status: State: Z (zombie)"},
        "visit": {"zombie": "/proc/8/status: State: Z (zombie)"},
    }
    (finding,) = judge(changed(**NO_REAPING, lines=lines)).findings
    assert (finding.id, finding.line) == (
        "nobody-reaps", "/proc/8/status: State: Z (zombie)"
    )
    (finding,) = judge(changed(**NO_REAPING)).findings
    assert finding.line is None, "nothing was written down"


def test_what_only_one_run_has_shown_rests_on_a_line_of_that_run():
    lines = {
        "drain": {"pending": "/proc/7/status: ShdPnd: 0000000000010000"},
        "rounds": {"zombie": "/proc/8/status: State: Z (zombie)"},
    }
    lost = {"rounds__left": 9, "rounds__after_client": 9}
    (finding,) = judge(changed(**lost, lines=lines)).findings
    assert (finding.id, finding.line) == (
        "one-signal-one-death", "/proc/8/status: State: Z (zombie)"
    )


def test_indirect_evidence_is_said_and_direct_evidence_is_not():
    third = {**HANG, "visit__third": STUCK_IN_WAIT}
    verdict = judge(changed(**third))
    assert verdict.names == ["waits-for-the-living"]
    assert verdict.findings[0].indirect is None
    assert "indirect" not in words.describe(verdict, "x")
    verdict = judge(changed(**{**third, "visit__third": STUCK_SOMEWHERE}))
    assert verdict.names == ["waits-for-the-living"]
    assert "did not tell in which call" in verdict.findings[0].indirect
    assert "   indirect  " in words.describe(verdict, "x")
