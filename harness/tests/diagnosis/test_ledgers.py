"""Judging over many deaths: evidence in, verdict out, as in test_judge.py."""

import pytest

from right_evidence import DEFAULT, changed
from test_judge import NO_REAPING, WRONG_VECTORS
from reaplab.diagnosis import RIGHT, WRONG, beliefs, judge, missed, rules
from reaplab.diagnosis.evidence import (
    ASLEEP, ENDED, ITSELF, Outcome, RESTLESS, Rest, SPINNING, SPINS, Series,
    TURNED_AWAY,
)
from reaplab.diagnosis.keepers import ANOTHER, HELPER, PARENT

LONELY_FIN = {"series__fin": False, "series__fin_kept_by": PARENT,
              "series__fin_with_next": True}
LOST_UNTOUCHED = {"rounds__rounds": 2, "rounds__dead": 24, "rounds__left": 5,
                  "rounds__after_client": 4}
KILLED_STAY = {"harm__killed__at_rest": 2, "harm__killed__after_client": 2}
MERGED_LOST = {"drain__deaths__at_rest": 7, "drain__deaths__after_client": 7}
EVERY_SECOND = {"series__lost": list(range(2, 37, 2))}
CROWD_LOSES = {"crowd__deaths__at_rest": 7, "crowd__deaths__after_client": 7}
STORM = {"series__rest": Rest(3.0, calm=False, forks=5)}

# A worker that was there before its client ends with it.
POOL = {"visit__served_by": ITSELF, "visit__by_worker": True, "visit__third": None,
        "visit__fourth": None, "visit__runaways": None, "series": None}

VECTORS = [
    ("nobody-reaps", {**POOL, "visit__deaths__at_rest": 1,
                      "visit__deaths__after_client": 1,
                      "visit__zombies_in_the_end": 1},
     "also when another client had come; 1 zombie in the end"),
    # And workers that retire after some clients.
    ("nobody-reaps", {**POOL, "visit__deaths": None, "series": Series(
        dead=4, lost=[1, 2, 3, 4], clients=12, unserved=13)},
     "12 clients came and left, and 4 workers ended: 4 zombies in the end; the 13th"),
    ("one-signal-one-death", {**POOL, **MERGED_LOST}, "it left 7 zombies"),
    ("close-ends-connection", LONELY_FIN, "the parent still holds the connected "
     "socket, until the next client had come"),
    ("close-ends-connection", {"visit__fin": False, "visit__fin_kept_by": ANOTHER},
     "no FIN: another process that it has started"),
    ("listener-is-the-parents", {"visit__port_after_kill": "taken",
                                 "visit__listener_kept_by": HELPER},
     "nobody was served: a process that serves no client holds"),
    # Seen without touching the parent alone: it may know how to behave when frozen.
    ("one-signal-one-death", LOST_UNTOUCHED,
     "in 2 rounds 24 children died while others came, and it left 4 zombies; when "
     "it was frozen and thawed, it left none of 8"),
    ("one-signal-one-death", {**LOST_UNTOUCHED, **MERGED_LOST},
     "7 after one more client; without touching it: in 2 rounds"),
    ("reaper-stays", {"series__lost": list(range(2, 37))},
     "36 children died: the first was reaped, and none of the 35 after it"),
    ("reaper-stays", {"series__lost": list(range(33, 37)), **CROWD_LOSES},
     "the first 32 were reaped, and none of the 4 after them"),
    ("few-at-a-time", CROWD_LOSES, "of 8 children that died together it left none, "
     "and of 23 it left 7 zombies"),
    ("handler-stays", {**MERGED_LOST, "drain__deaths__sigchld_at_rest": DEFAULT},
     "SIGCHLD was caught when children died together, and is not caught any more; 7"),
    ("handler-stays", {"series__lost": list(range(2, 37)),
                       "series__sigchld_in_the_end": DEFAULT},
     "died one by one the first was reaped; now SIGCHLD is not caught any more"),
    # It reaps just any child at every second death: the youngest are left.
    ("reaps-some", {"series__lost": list(range(19, 37)),
                    "series__left": [(n + 1) // 2 for n in range(36)]},
     "one by one 36 children died, and 18 of them stayed zombies"),
    # It asks for one PID, and loses another also when they die one by one.
    ("reaps-some", {**MERGED_LOST, "visit__zombies_in_the_end": 1}, "; of 8 that died"),
    ("reaps-some", EVERY_SECOND,
     "36 children died, and 18 of them stayed zombies: the 2nd, 4th, 6th, 8th and "
     "14 more"),
    # The first one is lost where another is held, and none where all come alone.
    ("reaps-some", {"visit__deaths__at_rest": 1, "visit__deaths__after_client": 1,
                    "visit__zombies_in_the_end": 1},
     "with another client held, clients came and left, and 1 zombie stayed"),
    ("every-death-is-an-exit", {**KILLED_STAY, "harm__after_fin__at_rest": 3},
     "a child was killed, and 4 died together, every second of them killed: 2 "
     "zombies stayed, also when another client had come; one that ended by itself "
     "after that stayed, too"),
    ("every-death-is-an-exit", {"harm__ended_by": "a child was killed",
                                "harm__exit_status": 1},
     "the server ended when a child was killed with exit status 1"),
    ("every-death-is-an-exit", {"harm__after_kill": Outcome(ASLEEP, ["wait4"])},
     "a child was killed, and the next client was not answered"),
    ("sigchld-means-death", {"harm__while_stopped": Outcome(ASLEEP, ["wait4"])},
     "while a child was stopped, another client was not answered"),
    ("sigchld-means-death", {"harm__of_stopped": Outcome(ENDED)},
     "stopped and continued, and its client was not answered"),
    ("sigchld-means-death", {"harm__stopped__after_client": 1}, "1 zombie stayed"),
    ("sigchld-means-death", {"harm__ended_by": "a child was stopped and continued"},
     "stopped and continued, and the server ended"),
    ("sigchld-means-death", {"harm__stuck_at": "a child was stopped and continued",
                             "harm__stuck": Outcome(ASLEEP, ["wait4"])},
     "and later a client was not answered: the server sleeps on in wait4"),
    ("every-death-is-an-exit", {"harm__stuck_at": "a child was killed",
                                "harm__stuck": Outcome(SPINNING)},
     "and later a client was not answered: the server burns CPU"),
    ("clients-leave-politely", {"harm__stuck_at": "clients reset",
                                "harm__stuck": Outcome(ASLEEP)},
     "clients reset, and later a client was not answered"),
    ("waits-for-the-living", {"rounds__last": Outcome(ASLEEP, ["wait4"])},
     "the server sleeps on in wait4, while others stayed"),
    ("nobody-reaps", {"visit__nested_zombies": 3},
     "3 stayed zombies while the clients"),
    # It reaps in batches of three: who reaps no more would have left the others.
    ("reaps-some", {"series__lost": [35, 36], "series__left": [1, 2, 0] * 12,
                    "visit__zombies_in_the_end": 1}, "2 of them stayed zombies"),
    ("unnamed", {"rounds__last": Outcome(RESTLESS)},
     "the next client was not answered"),
    ("unnamed", {"crowd__ended": True, "crowd__exit_status": 1},
     "the server ended with"),
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
    ("storms-after-death", {"series__rest": Rest(3.0, False, forks=60),
                            "drain__deaths__at_rest": 6,
                            "drain__deaths__after_client": 1},
     "the server started processes"),
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
    assert set(rules.RULES) | set(missed.BELIEFS) == set(beliefs.BELIEFS)


@pytest.mark.parametrize(
    "changes, names",
    [
        # No death was reaped: all other zombies are for that alone.
        ({**NO_REAPING, **KILLED_STAY, **CROWD_LOSES}, ["nobody-reaps"]),
        # It reaps, and not the first: it is not so that nobody does.
        ({**NO_REAPING, **EVERY_SECOND, "drain__deaths__after_client": 0},
         ["reaps-some"]),
        ({**EVERY_SECOND, **KILLED_STAY}, ["reaps-some"]),
        # Its wait for a death lasts while a child is stopped.
        ({**MERGED_LOST, "harm__while_stopped": Outcome(ASLEEP, ["wait4"])},
         ["one-signal-one-death", "sigchld-means-death"]),
        # The stopped child's death merged with the other's.
        ({**MERGED_LOST, "harm__stopped__after_client": 1}, ["one-signal-one-death"]),
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
          "visit__deaths": None, "drain__deaths": None, "crowd__deaths": None},
         ["no process is started per client"]),
        # A child that ends when a stop interrupts its read harms its own client alone.
        ({"harm__of_stopped": Outcome(TURNED_AWAY)}, []),
        # And one whose workers end with their clients, and are reaped.
        (POOL, []),
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


@pytest.mark.parametrize(
    "changes, done",
    [
        ({"visit__child_keeps_listener": True, "visit__port_after_kill": None},
         "a client was served, and the holders of the listening socket"),
        ({"visit__child_keeps_listener": True, "visit__port_after_kill": "taken"},
         "the parent was killed while a client was still served"),
        ({"visit__third": Outcome(ASLEEP, ["futex"])}, "then a third came"),
        (LONELY_FIN, "one client came, with no other there"),
        (LOST_UNTOUCHED, "and nothing was done to the parent"),
    ],
)
def test_only_what_was_done_is_told(changes, done):
    (finding,) = judge(changed(**changes)).findings
    assert done in finding.done


def test_a_timer_that_did_nothing_is_told_with_its_time():
    (finding,) = judge(changed(**NO_REAPING, waited=10.0)).findings
    assert "it was not seen to be reaped within 10 s" in finding.seen
