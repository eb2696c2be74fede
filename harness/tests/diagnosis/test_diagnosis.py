"""The diagnosis names every variant rightly, from outside, and calls right servers
right, whatever they are written in. What a verdict rests on is in test_judge.py.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess

import pytest

from reaplab import diagnosis
from reaplab.deadline import PATIENCE, eventually
from reaplab.diagnosis import beliefs
from reaplab.documents import variants
from reaplab.proc.process import Process
from reaplab.servers import server as servers, spawn
from verdicts import known, side_by_side

SERVERS = known.all_servers()
# One server of each kind of mistake that others make. The soak judges all of them.
QUICK = {
    "descriptors reset_kept", "descriptors reset_closed", "events interrupted_ends",
    "events interrupted_goes_on", "helpers closes_connection",
    "helpers keeps_connection",
    "limits at_most_16", "limits table_ends", "limits waits_for_room",
    "loses_some last_pid", "odd_deaths forgets_stopped", "odd_deaths reports_stopped",
    "odd_deaths stops_at_killed", "pools replaces_one", "storms child_ends_at_fin",
    "storms handler_forks",
}


def _marks(one):
    if one.kind == "kinds" and one.name not in QUICK:
        yield pytest.mark.soak
    if one.not_yet:
        # The mark goes with the fault: a verdict that is reached fails the test.
        yield pytest.mark.xfail(strict=True, reason=one.not_yet)


JUDGED = [
    pytest.param(name, marks=list(_marks(one)), id=name)
    for name, one in SERVERS.items()
]
# These are wrong only when a child dies at one moment: tests/moments.
AT_ONE_MOMENT = {
    "server_late_pid": ("fork-returns-first",),
    "server_lost_wakeup": ("wake-ups-are-not-lost",),
}
VARIANTS = [one for one in SERVERS.values() if one.kind == "variants"]
AT_ONCE = 3  # each has up to four servers that fork
WITHIN = 120  # seconds in which a diagnosis ends, however busy the machine is

RIGHT, WRONG, USAGE, UNJUDGED = 0, 1, 2, 3


def diagnose_all(commands):
    """Diagnose these servers, a few at a time; a list of Said."""
    commands = [[*known.DIAGNOSE, "--json", *command] for command in commands]
    found = dict(side_by_side.run(commands, AT_ONCE, WITHIN))
    return [known.Said.read(found[place]) for place in range(len(commands))]


def check(said, name):
    """Assert that the diagnosis said what it must, in time."""
    assert SERVERS[name].complaint(said) is None, said.text


def skip_what_is_missing(lab, name):
    missing = SERVERS[name].missing(lab.build)
    if missing:
        pytest.skip(f"needs {missing}")


@pytest.fixture(scope="module")
def diagnoses(request, lab):
    """{name: Said} of the servers that are asked for in this run."""
    items = request.session.items
    asked = [one for one in items if "diagnoses" in one.fixturenames]
    names = list(dict.fromkeys(one.callspec.params["name"] for one in asked))
    names = [name for name in names if not SERVERS[name].missing(lab.build)]
    found = diagnose_all([SERVERS[name].command(lab.build) for name in names])
    return dict(zip(names, found))


@pytest.mark.xdist_group("diagnosis")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", JUDGED)
def test_verdict(diagnoses, lab, name):
    skip_what_is_missing(lab, name)
    check(diagnoses[name], name)


@pytest.mark.xdist_group("diagnosis")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [one.name for one in VARIANTS if one.beliefs])
def test_a_finding_rests_on_one_line_of_proc(diagnoses, name):
    text = diagnoses[name].text
    for line in diagnoses[name].lines:
        known = re.match(r"/proc/\d+/|waitpid\(\d+\): |strace: wait4", line or "")
        assert known or name == "server_steals" and not shutil.which("strace"), text


@pytest.mark.xdist_group("diagnosis")
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", ["server_waitpid_loop", "server_keeps_listener"])
def test_the_port_is_tried_with_the_parent_dead(diagnoses, name):
    """Were it not, it would be taken for right servers too."""
    taken = "listener-is-the-parents" in SERVERS[name].beliefs
    seen = diagnoses[name].evidence["visit"]
    assert seen["port_after_kill"] == ("taken" if taken else "free")


def test_every_variant_is_expected():
    """And a wrong one's file names the belief that the diagnosis names."""
    found = {f"server_{one.name}": one for one in variants.read_all()}
    assert set(found) == {one.name for one in VARIANTS}
    for expected in VARIANTS:
        variant = found[expected.name]
        named = expected.beliefs or AT_ONE_MOMENT.get(expected.name, ())
        assert variant.is_wrong == bool(named)
        if variant.fields.get("Belief"):
            assert variant.fields["Belief"] == beliefs.BELIEFS[named[0]].says


# How a program in harness/foreign lists its servers: the words that choose them.
LISTED = {
    ".c": r'^\t\{"(\w+)",',
    ".py": r'^    "(\w+)": [A-Z]\w+,$',
    ".pl": r"^    (\w+) => sub \{",
}


def test_every_foreign_server_is_expected():
    """And every name in a verdict is a belief's or a remark's."""
    found = {
        f"{path.name[:-2] if suffix == '.c' else path.name} {word}"
        for suffix, pattern in LISTED.items()
        for path in known.FOREIGN.glob(f"*{suffix}")
        for word in re.findall(pattern, path.read_text(), re.MULTILINE)
    }
    assert len(found) > 60
    assert found == {name for name in SERVERS if " " in name}
    for one in SERVERS.values():
        assert set(one.beliefs) <= set(beliefs.BELIEFS), one.name


@pytest.mark.soak
@pytest.mark.rounds
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", JUDGED)
def test_verdict_20_times_on_a_busy_machine(lab, busy, name):
    skip_what_is_missing(lab, name)
    for one in diagnose_all([SERVERS[name].command(lab.build)] * 20):
        check(one, name)


# The command


def diagnose(*arguments, **options):
    return spawn.run([*known.DIAGNOSE, *arguments], **options)


def test_what_a_student_reads(lab):
    run = diagnose(lab.program("server_sigchld"))
    assert run.status == WRONG, run
    assert run.err == ""
    first, _, second, *rest = run.out.splitlines()
    assert first == "server_sigchld: a wrong belief: one-signal-one-death"
    assert second == '1. one-signal-one-death: "one SIGCHLD means one dead child"'
    labels = [line[3:17].strip() for line in rest]
    assert [one for one in labels if one] == [
        "done", "seen", "rests on", "right", "ask yourself",
    ]
    assert "7 zombies" in run.out
    # One SIGCHLD, signal 17, is pending for all that died while it was frozen.
    assert "ShdPnd: 0000000000010000" in " ".join(run.out.split())


def test_arguments_are_the_servers(lab):
    run = diagnose("-j", lab.program("server_waitpid_loop"), "-b", "64")
    assert run.status == RIGHT, run
    command = json.loads(run.out)["evidence"]["command"]
    assert command == [str(lab.program("server_waitpid_loop")), "-b", "64"]


@pytest.mark.parametrize(
    "arguments, why",
    [
        ([], "the following arguments are required: SERVER"),
        (["--nonsense", "x"], "unrecognized arguments"),
        (["/nonexistent/server"], "/nonexistent/server: no such program"),
        (["/dev/null"], "/dev/null: not executable, see chmod"),
    ],
)
def test_bad_command_lines(arguments, why):
    run = diagnose(*arguments)
    assert run.status == USAGE, run
    assert why in run.err and "Traceback" not in run.err


def test_help_and_version():
    run = diagnose("--help")
    assert run.status == 0 and "Exit status: 0 right" in run.out
    assert diagnose("--version").out == "diagnose.py 0.1\n"


@pytest.mark.parametrize(
    "command, why",
    [
        (["false"], "ended with status 1"),
        (["sh", "-c", "echo no luck >&2; exit 3"], "its stderr: no luck"),
        (
            ["sh", "-c", "exec socat TCP-LISTEN:$1,fork EXEC:true", "sh"],
            "it is no echo server: its first client was turned away",
        ),
    ],
)
def test_a_server_that_cannot_be_judged(witness, command, why):
    if "socat" in shlex.join(command):
        witness("socat")
    run = diagnose("--json", *command)
    assert run.status == UNJUDGED, run
    verdict = json.loads(run.out)["verdict"]
    assert why in verdict["why"]
    assert (verdict["fault"], verdict["findings"]) == ("server", [])
    told = diagnose(*command).out
    name = shlex.join(command)
    assert told.startswith(f"{name}: could not be judged, because ")


@pytest.mark.parametrize(
    "where, error",
    [
        (
            "reaplab.servers.spawn.subprocess.Popen",
            BlockingIOError(11, "no more processes"),
        ),
        (
            "reaplab.servers.server.free_port",
            servers.ServerFailed("no free port was found"),
        ),
        (
            "reaplab.servers.spawn.subprocess.Popen",
            subprocess.SubprocessError("preexec_fn"),
        ),
        ("threading.Thread.start", RuntimeError("can't start new thread")),
    ],
)
@pytest.mark.faults_ordered
def test_a_fault_of_the_machine_is_no_verdict(lab, monkeypatch, where, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(where, fail)
    evidence, verdict = diagnosis.diagnose([lab.program("server_noreap")])
    assert (verdict.kind, verdict.fault) == (diagnosis.UNJUDGED, "machine")
    assert str(error.args[-1]) in verdict.why
    assert evidence.visit is None


def test_without_a_network_there_is_no_verdict(lab):
    """In a network namespace of its own the loopback is down."""
    apart = ["unshare", "--net", "--map-root-user"]
    if spawn.run([*apart, "true"]).status != 0:
        pytest.skip("cannot have a network of its own here")
    run = spawn.run([*apart, *known.DIAGNOSE, "-j", lab.program("server_noreap")])
    assert run.status == UNJUDGED, run
    assert json.loads(run.out)["verdict"]["fault"] == "machine"


def test_without_strace_theft_is_still_named(lab, folder):
    """Where nobody may trace, what /proc shows has to do."""
    for tool in ("sh", "env"):
        os.symlink(f"/bin/{tool}", folder / tool)
    run = diagnose(
        "--json",
        lab.program("server_steals"),
        env={**os.environ, "PATH": str(folder)},
    )
    assert run.status == WRONG, run
    found = json.loads(run.out)
    assert found["evidence"]["visit"]["steals"] is None
    assert [one["id"] for one in found["verdict"]["findings"]] == [
        "all-children-are-mine"
    ]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_interrupted_it_leaves_nothing_behind(lab, signum):
    """Not one process; after SIGKILL the kernel sees to it (PDEATHSIG), but for
    those that the servers themselves have started: they are orphans here."""
    popen = spawn.spawn([*known.DIAGNOSE, lab.program("server_noreap")])
    try:
        def all_running():
            found = Process.at(popen.pid).live_children()
            assert len(found) == 3, "the servers of the first stage"
            return found

        running = eventually(all_running)
        os.kill(popen.pid, signum)
        assert spawn.has_exited(popen, PATIENCE)

        def gone():
            assert [one for one in running if one.is_alive()] == []

        eventually(gone)
    finally:
        spawn.end(popen)
        spawn.end_strays()
