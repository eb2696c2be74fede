"""The diagnosis names every variant rightly, from outside, and calls right servers
right, whatever they are written in. What a verdict rests on is in test_judge.py.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import pytest

from conftest import ROOT
from reaplab import diagnosis
from reaplab.deadline import PATIENCE, eventually
from reaplab.diagnosis import beliefs
from reaplab.documents import variants
from reaplab.proc.process import Process
from reaplab.servers import server as servers, spawn

HARNESS = ROOT / "harness"
FOREIGN = HARNESS / "foreign"
DIAGNOSE = [sys.executable, "-B", HARNESS / "diagnose.py"]
LIMIT = 15  # seconds that one diagnosis may take
ODD_LIMIT = 40  # of a server that plays for time on purpose, on a busy machine too
AT_ONCE = 6  # mostly they wait

RIGHT, WRONG, USAGE, UNJUDGED = 0, 1, 2, 3


@dataclass(frozen=True)
class Expected:
    """What is to be said of a server: the beliefs, or none; and the remarks."""

    beliefs: tuple = ()
    remarks: tuple = ()

    @property
    def status(self):
        return WRONG if self.beliefs else RIGHT


def wrong(*names):
    return Expected(beliefs=names)


def right(*remarks):
    return Expected(remarks=remarks)


LABS = {
    "waitpid_loop": right(),
    "sig_ign": right("statuses-lost"),
    "nocldwait": right("statuses-lost"),
    "double_fork": right("orphans"),
    "flag": right(),
    "self_pipe": right(),
    "signalfd": right(),
    "pidfd": right(),
    "rtsig": right(),
    "thread": right(),
    "sweep": right("zombies-linger"),
    "noreap": wrong("nobody-reaps"),
    "sigchld": wrong("one-signal-one-death"),
    "serial": wrong("wait-after-fork"),
    "wait_blocks": wrong("waits-for-the-living"),
    "wait_spins": wrong("spins-for-the-living"),
    # It reaps once per signal besides, as the very first server did.
    "eintr": wrong("blocking-calls-just-block", "one-signal-one-death"),
    "errno": wrong("handler-leaves-no-trace"),
    "unsafe": wrong("handler-is-ordinary-code"),
    "keeps_conn": wrong("close-ends-connection"),
    "keeps_listener": wrong("listener-is-the-parents"),
    "blocked": wrong("exec-starts-clean"),
    "falls_through": wrong("finished-child-is-gone"),
    "steals": wrong("all-children-are-mine"),
}

FOREIGNERS = {
    "forking": right(),
    # ForkingMixIn itself leaves the listening socket open in its children.
    "forking_mixin": wrong("listener-is-the-parents"),
    "asyncio": right("no-children"),
    "threading": right("no-children"),
    "prefork": right("no-children"),
    "iterative": wrong("one-client-at-a-time"),
    "leaking": Expected(("close-ends-connection",), ("statuses-lost",)),
}

# odd_server.py: what a student may hand in besides.
ODDITIES = {
    "handles_once": wrong("handler-stays"),
    "dies_interrupted": wrong("blocking-calls-just-block"),
    "spins_at_the_end": wrong("read-fails-at-the-end"),
    "falls_and_spins": wrong("finished-child-is-gone"),
    "polls_after_fork": wrong("wait-after-fork"),
    "crashes": wrong("unnamed"),
    "asks_once_a_client": Expected(
        ("one-client-one-death",), ("zombies-linger",)
    ),
    "hangs_up": wrong("unnamed"),
    "hangs_up_unreaped": wrong("nobody-reaps"),
    "stays_restless": wrong("unnamed"),
    "daemonizes": right("orphans"),
    "daemonizes_unreaped": Expected(("nobody-reaps",), ("orphans",)),
    "forks_beside": Expected(("unnamed",), ("no-children",)),
    "never_sleeps": right("busy-waiting"),
    "looks_now_and_then": right(),
    "reaps_by_the_clock": right(),
    "reaps_in_its_sleep": right(),
    "dozes": right(),
    "child_lingers": right(),
    "sets_another_to_work": right(),
    "nothing": right(),
}

# Its port is not a word of its own.
SOCAT = ["sh", "-c", "exec socat TCP-LISTEN:$1,fork,reuseaddr PIPE", "sh"]

EXPECTED = {
    **{f"server_{name}": expected for name, expected in LABS.items()},
    **{f"{name}_server.py": expected for name, expected in FOREIGNERS.items()},
    **{f"odd: {name}": expected for name, expected in ODDITIES.items()},
    "socat": right(),
}


def command_of(lab, name):
    if name == "socat":
        return SOCAT
    if name.startswith("odd: "):
        oddity = name.partition(" ")[2]
        return [sys.executable, "-B", FOREIGN / "odd_server.py", oddity]
    if name.endswith(".py"):
        return [sys.executable, "-B", FOREIGN / name]
    return [lab.program(name)]


class Diagnosis:
    """diagnose.py, run on a server: its exit status, and what it found."""

    def __init__(self, command):
        self._out, self._err = tempfile.TemporaryFile(), tempfile.TemporaryFile()
        self._popen = spawn.spawn(
            [*DIAGNOSE, "--json", *command], stdout=self._out, stderr=self._err
        )
        self.status = self.found = None

    def has_ended(self, within):
        return spawn.has_exited(self._popen, within)

    def end(self):
        """End it, if it has not, and keep what it said."""
        if self.has_ended(0):
            self.status = spawn.exit_status(self._popen)
        spawn.end(self._popen)
        self.said = spawn.written(self._out) + spawn.written(self._err)
        if self.status in (RIGHT, WRONG, UNJUDGED):
            self.found = json.loads(spawn.written(self._out))
        self._out.close()
        self._err.close()

    def __str__(self):
        return f"exit status {self.status}\n{self.said}"

    @property
    def seconds(self):
        return self.found["evidence"]["seconds"]

    def names(self, kind):
        return tuple(one["id"] for one in self.found["verdict"][kind])

    def check(self, expected, limit=LIMIT):
        """Assert that it says what was expected, in time."""
        assert self.status == expected.status, str(self)
        assert self.names("findings") == expected.beliefs, str(self)
        assert self.names("remarks") == expected.remarks, str(self)
        assert self.seconds < limit, str(self)


def diagnose_all(commands):
    """Diagnose these servers, a few at a time; a list of Diagnosis."""
    started, running = [], []
    deadline = time.monotonic() + len(commands) * LIMIT
    try:
        while len(started) < len(commands) or running:
            assert time.monotonic() < deadline, "the diagnoses do not end"
            while len(started) < len(commands) and len(running) < AT_ONCE:
                running.append(Diagnosis(commands[len(started)]))
                started.append(running[-1])
            for one in list(running):
                if one.has_ended(within=0.02):
                    running.remove(one)
                    one.end()
    finally:
        for one in running:
            one.end()
    return started


def is_missing(name):
    return name == "socat" and shutil.which(name) is None


@pytest.fixture(scope="module")
def diagnoses(request, lab):
    """{name: Diagnosis} of the servers that are asked for in this run."""
    names = [
        item.callspec.params["name"]
        for item in request.session.items
        if "diagnoses" in item.fixturenames
    ]
    names = [name for name in names if not is_missing(name)]
    found = diagnose_all([command_of(lab, name) for name in names])
    return dict(zip(names, found))


@pytest.mark.xdist_group("diagnosis")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", EXPECTED)
def test_verdict(diagnoses, name):
    if is_missing(name):
        pytest.skip(f"needs {name}")
    limit = ODD_LIMIT if name.startswith("odd: ") else LIMIT
    diagnoses[name].check(EXPECTED[name], limit)


@pytest.mark.xdist_group("diagnosis")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["server_waitpid_loop", "server_keeps_listener"])
def test_the_port_is_tried_with_the_parent_dead(diagnoses, name):
    """Were it not, it would be taken for right servers too."""
    taken = "listener-is-the-parents" in EXPECTED[name].beliefs
    seen = diagnoses[name].found["evidence"]["visit"]
    assert seen["port_after_kill"] == ("taken" if taken else "free")


def test_every_variant_is_expected():
    """And a wrong one's file names the belief that the diagnosis names."""
    found = {one.name: one for one in variants.read_all()}
    assert set(found) == set(LABS)
    for name, expected in LABS.items():
        assert found[name].is_wrong == bool(expected.beliefs)
        if found[name].fields.get("Belief"):
            told = beliefs.BELIEFS[expected.beliefs[0]].says
            assert found[name].fields["Belief"] == told


@pytest.mark.soak
@pytest.mark.rounds
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("name", EXPECTED)
def test_verdict_20_times_on_a_busy_machine(lab, busy, name):
    if is_missing(name):
        pytest.skip(f"needs {name}")
    for one in diagnose_all([command_of(lab, name)] * 20):
        one.check(EXPECTED[name])


# The command


def diagnose(*arguments, **options):
    return spawn.run([*DIAGNOSE, *arguments], **options)


def test_what_a_student_reads(lab):
    run = diagnose(lab.program("server_sigchld"))
    assert run.status == WRONG, run
    assert run.err == ""
    first, _, second, *rest = run.out.splitlines()
    assert first == "server_sigchld: a wrong belief: one-signal-one-death"
    assert second == '1. one-signal-one-death: "one SIGCHLD means one dead child"'
    labels = [line[3:17].strip() for line in rest]
    assert [one for one in labels if one] == ["done", "seen", "right", "ask yourself"]
    assert "7 zombies" in run.out


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
    run = spawn.run([*apart, *DIAGNOSE, "-j", lab.program("server_noreap")])
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
    popen = spawn.spawn([*DIAGNOSE, lab.program("server_noreap")])
    try:
        def all_running():
            found = Process.at(popen.pid).live_children()
            assert len(found) == 3, found
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
