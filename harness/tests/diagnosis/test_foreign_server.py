"""Which of the three behaviours a server shows, and `--server`, which asks that of
any program."""

import os
import re
import subprocess
import sys

import pytest

from conftest import ROOT, try_foreign
from reaplab.servers import behaviour, server as servers, spawn

HARNESS = ROOT / "harness"

# A run of pytest in a run of pytest, judging a server that forks a whole Python: four
# minutes where forks are slow and all is busy.
WITHIN = 400
pytestmark = pytest.mark.timeout(WITHIN + 30)

EXPECTED = {
    "first_server": behaviour.ALL,
    "server_noreap": behaviour.NONE,
    "server_sigchld": behaviour.ONE_PER_SIGNAL,
    "server_waitpid_loop": behaviour.ALL,
}

DIAGNOSED = {
    "noreap": "a wrong belief: nobody-reaps",
    "sigchld": "a wrong belief: one-signal-one-death",
    "waitpid_loop": "right, no wrong belief was found",
}


def test_who_reaps(echo_server, lab):
    """For a foreign server there is nothing to compare with: what it shows is
    told at the end of the run."""
    found = behaviour.observe(echo_server)
    if lab.foreign is not None:
        lab.behaviour = found
        return
    assert found.verdict == EXPECTED[echo_server.name], str(found)


@pytest.fixture
def judge(lab):
    """judge(PATH, ...): run `pytest harness --server PATH`; a Finished."""
    def run_pytest(server, *options, patience=20):
        return spawn.run(
            [
                sys.executable,
                "-B",
                "-m",
                "pytest",
                HARNESS,
                f"--server={server}",
                f"--build={lab.build}",
                *options,
            ],
            within=WITHIN,
            env={**os.environ, "COLUMNS": "200", "REAP_PATIENCE": str(patience)},
        )

    return run_pytest


def foreign(name):
    return HARNESS / "foreign" / f"{name}_server.py"


def test_server_option_judges_the_labs_own(judge, lab, variant):
    if variant not in EXPECTED:
        pytest.skip(f"no expectation for {variant}")
    path = lab.program(f"server_{variant}")
    run = judge(path, "-k", "who_reaps or half_close")
    assert run.status == 0, run.out
    assert f"{path}: {EXPECTED[variant]}" in run.out
    assert f"{path.name}: {DIAGNOSED[variant]}" in run.out
    assert "2 passed" in run.out


def test_a_forking_server_in_python_passes(judge):
    """What any echo server should pass, in part, to save time. It keeps to what
    is asked: no test of the lab's own programs runs."""
    some = "who_reaps or binary or half_close or fin or 200 or held or leak or reset"
    run = judge(foreign("forking"), "-k", some)
    assert run.status == 0, run.out
    assert behaviour.ALL in run.out
    assert "noreap" not in run.out


def test_a_server_without_children_is_told_apart(judge):
    run = judge(f"python3 {foreign('asyncio')}", "-k", "who_reaps or binary")
    assert run.status == 0, run.out
    assert behaviour.NO_CHILDREN in run.out


def test_a_server_that_leaks_fails(judge):
    # What fails is polled for to the end. A busy machine needs longer than two
    # seconds to start a server in Python at all.
    for patience in (2, 20):
        run = judge(foreign("leaking"), "-k", "text or fin_for_fin", patience=patience)
        if "1 passed" in run.out:
            break
    assert run.status == 1, run.out
    assert "1 passed" in run.out and "1 failed" in run.out
    assert "descriptors of the parent:" in run.out, "a failure says what it saw"


@pytest.mark.parametrize(
    "server, status, why",
    [
        ("/nonexistent/server", 4, "--server /nonexistent/server: no such program"),
        ("''", 4, "no such program"),
        ("sh -c 'exit", 4, "No closing quotation"),
        ("false", 1, "ended with status 1"),
        ("sh -c 'echo I cannot >&2; exit 3'", 1, "status 3; its stderr: I cannot"),
    ],
)
def test_a_server_that_does_not_start(judge, server, status, why):
    run = judge(server)
    assert run.status == status, run
    assert why in run.out + run.err
    assert "Traceback" not in run.out + run.err


def test_what_a_server_says_does_not_command_the_terminal(judge):
    run = judge(r"""sh -c 'printf "\033]0;mine\007\n" >&2; exit 1'""")
    assert r"its stderr: \x1b]0;mine\x07" in run.out + run.err, run
    assert "\x1b]" not in run.out + run.err


def test_it_judges_without_what_only_other_tests_need(judge, folder, monkeypatch):
    lacks = "import sys; sys.modules['pyte'] = None"
    (folder / "sitecustomize.py").write_text(lacks)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    run = judge(foreign("forking"), "--collect-only")
    assert run.status == 0, run.out
    assert "reap: without pyte: tests that need it are skipped" in run.out
    assert "test_who_reaps[forking_server.py]" in run.out


def test_options_in_the_environment_count_side_by_side_too(judge, monkeypatch):
    pytest.importorskip("xdist", reason="needs pytest-xdist")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k half_close")
    run = judge(foreign("forking"), "--numprocesses=1", "-rA")
    assert re.findall(r"^PASSED .*::(\w+)", run.out, re.MULTILINE) == [
        "test_half_close"
    ], run.out


@pytest.mark.faults_ordered
@pytest.mark.parametrize(
    "error", [BlockingIOError(11, "no more"), subprocess.SubprocessError("preexec_fn")]
)
def test_a_full_process_table_is_no_judgement(lab, monkeypatch, error):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("reaplab.servers.spawn.subprocess.Popen", fail)
    monkeypatch.setattr(lab, "foreign", ["true"])
    with pytest.raises(pytest.exit.Exception, match="on this machine something failed"):
        try_foreign(lab)


def test_a_server_that_does_not_listen():
    with pytest.raises(servers.ServerFailed, match="did not listen on port"):
        servers.start_foreign_server(["sleep"], within=0.3)
