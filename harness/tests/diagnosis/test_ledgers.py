"""Judging over many deaths: evidence in, verdict out, as in test_judge.py."""

import pytest

from right_evidence import DEFAULT, changed
from test_judge import NO_REAPING, WRONG_VECTORS
from reaplab.diagnosis import RIGHT, WRONG, beliefs, judge, rules
from reaplab.diagnosis.evidence import (
    ASLEEP, ENDED, ITSELF, Outcome, Rest, SPINS, TURNED_AWAY,
)
from reaplab.diagnosis.keepers import ANOTHER, HELPER, PARENT

LONELY_FIN = {"series__fin": False, "series__fin_kept_by": PARENT,
              "series__fin_with_next": True}
LOST_UNTOUCHED = {"rounds__rounds": 2, "rounds__dead": 24, "rounds__left": 5,
                  "rounds__after_client": 4}
KILLED_STAY = {"harm__killed__at_rest": 2, "harm__killed__after_client": 2}
EVERY_SECOND = {"series__lost": list(range(2, 37, 2))}
CROWD_LOSES = {"crowd__deaths__at_rest": 7, "crowd__deaths__after_client": 7}
STORM = {"series__rest": Rest(3.0, calm=False, forks=5)}

VECTORS = [
    ("close-ends-connection", LONELY_FIN, "the parent still holds the connected "
     "socket, until the next client had come"),
    ("close-ends-connection", {"visit__fin": False, "visit__fin_kept_by": ANOTHER},
     "no FIN: another child still holds"),
    ("listener-is-the-parents", {"visit__port_after_kill": "taken",
                                 "visit__listener_kept_by": HELPER},
     "nobody was served: a process that was there before any client holds"),
    # Seen without touching the parent alone: it may know how to behave when frozen.
    ("one-signal-one-death", LOST_UNTOUCHED,
     "in 2 rounds 24 children died while others came, and it left 4 zombies; when "
     "it was frozen and thawed, it left none of 8"),
    ("one-signal-one-death", {**LOST_UNTOUCHED, "drain__deaths__at_rest": 7,
                              "drain__deaths__after_client": 7},
     "7 after one more client; without touching it: in 2 rounds"),
    ("reaper-stays", {"series__lost": list(range(2, 37))},
     "36 children died: the first was reaped, and none of the 35 after it"),
    ("reaper-stays", {"series__lost": list(range(33, 37)), **CROWD_LOSES},
     "the first 32 were reaped, and none of the 4 after them"),
    ("few-at-a-time", CROWD_LOSES, "of 8 children that died together it left none, "
     "and of 23 it left 7 zombies"),
    ("reaps-some", EVERY_SECOND,
     "36 children died, and 18 of them stayed zombies: the 2nd, 4th, 6th, 8th and "
     "14 more"),
    # The first one is lost where another is held, and none where all come alone.
    ("reaps-some", {"visit__deaths__at_rest": 1, "visit__deaths__after_client": 1,
                    "visit__zombies_in_the_end": 1},
     "with another client held, clients came and left, and 1 zombie stayed"),
    ("every-death-is-an-exit", {**KILLED_STAY, "harm__after_fin__at_rest": 3},
     "2 children were killed, one by one, and 2 zombies stayed, also when another "
     "client had come; one that ended by itself after that stayed, too"),
    ("every-death-is-an-exit", {"harm__ended_by": "a child was killed",
                                "harm__exit_status": 1},
     "the server ended when a child was killed with exit status 1"),
    ("every-death-is-an-exit", {"harm__after_kill": Outcome(ASLEEP, ["wait4"])},
     "a child was killed, and the next client was not answered"),
    ("sigchld-means-death", {"harm__while_stopped": Outcome(ASLEEP, ["wait4"])},
     "while a child was stopped, another client was not answered"),
    ("sigchld-means-death", {"harm__of_stopped": Outcome(TURNED_AWAY)},
     "stopped and continued, and its client was turned away"),
    ("sigchld-means-death", {"harm__stopped__after_client": 1}, "1 zombie stayed"),
    ("sigchld-means-death", {"harm__ended_by": "a child was stopped and continued"},
     "the server ended when a child was stopped"),
    ("clients-leave-politely", {"harm__last": Outcome(ENDED)},
     "clients reset before they were accepted, and the next one was not answered"),
    ("clients-leave-politely", {"harm__ended_by": "clients reset",
                                "harm__exit_status": -13},
     "the server ended when clients reset, killed by SIGPIPE"),
    ("clients-leave-politely", {"harm__fate": SPINS}, "6 clients reset, and a child"),
    ("clients-leave-politely", {"harm__after_resets__after_client": 6},
     "6 clients reset, and 6 zombies stayed"),
    ("descriptors-are-free", {"series__descriptors": [4, 39]},
     "had 4 descriptors; 35 clients came and left, and then it had 39"),
    ("descriptors-are-free", {"harm__descriptors": [4, 10]},
     "6 before they were accepted, and then it had 10"),
    ("storms-after-death", STORM, "for 3.0 s the server started processes"),
    ("storms-after-death", {"harm__rest": Rest(3.0, False, parent_spins=True)},
     "for 3.0 s the parent burnt CPU"),
    ("storms-after-death", {"harm__rest": Rest(3.0, False, child_spins=True)},
     "a child that served nobody burnt CPU"),
    ("stop-leaves-no-trace", {"drain__thaw": Outcome(ENDED), "drain__exit_status": 1},
     "stopped and continued; the next client was not answered: the server ended"),
]


@pytest.mark.parametrize("belief, changes, seen", VECTORS)
def test_each_trace_is_named(belief, changes, seen):
    verdict = judge(changed(**changes))
    assert (verdict.kind, verdict.names) == (WRONG, [belief])
    (finding,) = verdict.findings
    assert seen in finding.seen
    assert finding.done and finding.right and finding.question.endswith("?")


def test_every_belief_has_a_vector():
    named = {belief for belief, *_ in WRONG_VECTORS + VECTORS}
    assert named == set(beliefs.BELIEFS)
    assert set(rules.RULES) | {"unnamed"} == set(beliefs.BELIEFS)


@pytest.mark.parametrize(
    "changes, names",
    [
        # No death was reaped: all other zombies are for that alone.
        ({**NO_REAPING, **KILLED_STAY, **CROWD_LOSES}, ["nobody-reaps"]),
        # It reaps, and not the first: it is not so that nobody does.
        ({**NO_REAPING, **EVERY_SECOND, "drain__deaths__after_client": 0},
         ["reaps-some"]),
        ({**EVERY_SECOND, **KILLED_STAY}, ["reaps-some"]),
        # Two mistakes that have nothing to do with each other.
        ({**LONELY_FIN, **KILLED_STAY},
         ["close-ends-connection", "every-death-is-an-exit"]),
        # The parent holds the connections: these are the descriptors.
        ({**LONELY_FIN, "series__descriptors": [4, 39]}, ["close-ends-connection"]),
    ],
)
def test_what_one_belief_explains_is_not_another(changes, names):
    assert judge(changed(**changes)).names == names


@pytest.mark.parametrize(
    "changes, remarks",
    [
        ({"late": 6.0}, ["zombies stay until a timer reaps them: 6.0 s"]),
        ({"works_on": 6.1}, ["a child lives on when its client has left: 6.1 s"]),
        ({"crowd__full": True, "crowd__served": 10},
         ["it serves no more than 10 clients at the same time"]),
        # It keeps the CPU busy before any client has come, too: no storm.
        ({**STORM, "series__before": Rest(3.0, calm=False)}, []),
        # Two descriptors more are no leak: it may have opened a log.
        ({"series__descriptors": [4, 6]}, []),
        # A pool that outlives its clients.
        ({"visit__served_by": ITSELF, "series": None, "harm": None,
          "drain__deaths": None, "crowd__deaths": None},
         ["no process is started per client"]),
    ],
)
def test_right_is_right_with_a_remark(changes, remarks):
    verdict = judge(changed(**changes))
    assert verdict.kind == RIGHT, verdict
    assert len(verdict.remarks) == len(remarks)
    for remark, words in zip(verdict.remarks, remarks):
        assert remark.says.startswith(words)


def test_losing_some_of_a_server_that_heeds_no_signals():
    verdict = judge(
        changed(**LOST_UNTOUCHED, drain__deaths__sigchld_frozen=DEFAULT)
    )
    assert verdict.names == ["one-client-one-death"]
