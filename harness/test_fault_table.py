"""Every system call fails once, in the servers, the client and the viewer: nothing
crashes, hangs, spins or leaks, and what comes of each is on record in
harness/fault_table.md. All of it in `make soak`; a sample in `make test`."""

import pytest

from reaplab import fault_runs, fault_table, injection
from reaplab.fault_cases import Case, all_cases

# One of each kind; the others differ in the error alone.
SAMPLE = [
    Case("start", "listen", "EADDRINUSE"),
    Case("start", "write", "EINTR"),
    Case("parent", "accept,accept4", "ENFILE"),
    Case("parent", "clone,clone3,fork", "ENOMEM"),
    Case("parent", "wait4", "EINTR"),
    Case("child", "read", "EINTR"),
    Case("child", "write", "EPIPE"),
    Case("client", "connect", "ENETUNREACH"),
    Case("client", "recvfrom", "ECONNRESET"),
]


@pytest.fixture
def runs(lab, witness):
    witness("strace")
    return fault_runs.Runs(lab.build)


def check(runs, case):
    name = case.call.partition(",")[0]
    assert runs.outcome(case) == fault_table.recorded()[case.who, name, case.error], (
        "not as harness/fault_table.md has it (make faults)"
    )


@pytest.mark.parametrize("case", SAMPLE, ids=str)
def test_a_call_fails_as_it_did_on_record(runs, case):
    check(runs, case)


def test_the_record_is_whole_and_names_nothing_bad():
    found = fault_table.recorded()
    wanted = {(one.who, one.call.partition(",")[0], one.error) for one in all_cases()}
    assert wanted <= set(found)
    for case, outcome in found.items():
        assert not any(word in outcome for word in fault_runs.BAD), (case, outcome)


def test_own_calls_are_told_from_the_loaders():
    log = 'openat(1) = 3\n7 openat(AT_FDCWD, "/proc", 0) = 3\nread(3) = 0\n+++ x +++\n'
    assert injection.own_calls(log, injection.BEGINS["reaptop"]) == {
        "openat": [2], "read": [1],
    }


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("who", ["start", "parent", "child", "client"])
def test_every_call_fails_once(runs, who):
    for case in all_cases():
        if case.who == who:
            check(runs, case)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_every_call_of_the_viewer_fails_once(runs):
    found = runs.viewer_outcomes(fault_table.viewer_case)
    assert len(found) > 8
    for call, outcomes in found.items():
        assert outcomes <= {"ends with 0", "ends with 1; says why"}, call
