"""What a handler may not do to the code that it interrupts."""

import subprocess

import pytest

from conftest import ROOT
from reaplab.deadline import PATIENCE, eventually
from reaplab.servers import arrange, spawn

KEEP = [
    "sigchld", "waitpid_loop", "nocldwait", "flag", "self_pipe", "rtsig",
    "eintr", "unsafe", "wait_blocks", "wait_spins",
]


@pytest.fixture
def errno_after(lab, folder):
    """errno_after(variant): whether its handler kept errno."""
    if lab.sanitized:
        pytest.skip("built without the sanitizers' libraries")

    def tried(variant):
        program = folder / variant
        built = spawn.run(
            [
                "cc", "-std=c11", "-D_GNU_SOURCE", "-fno-pie", "-no-pie",
                f"-I{ROOT / 'src'}", f'-DVARIANT="variants/server_{variant}.c"',
                "-o", program, ROOT / "harness/handlers/keeps_errno.c",
                lab.build / "libecho.a",
            ],
            within=3 * PATIENCE,
        )
        assert built.status == 0, built.err
        argv = [program, "rt"] if variant == "rtsig" else [program]
        status = spawn.run(argv).status
        assert status in (0, 1), status
        return "kept" if status == 0 else "changed"

    return tried


@pytest.mark.parametrize("variant", KEEP)
def test_errno_is_kept(errno_after, variant):
    assert errno_after(variant) == "kept"


def test_errno_is_changed_by_the_one_that_is_wrong_on_purpose(errno_after):
    assert errno_after("errno") == "changed"


@pytest.mark.parametrize(
    "variant, resumed", [("waitpid_loop", True), ("sigchld", True), ("eintr", False)]
)
def test_sa_restart(start, folder, witness, variant, resumed):
    """With SA_RESTART the interrupted accept starts again by itself; without, it
    fails with EINTR, as the return from the handler tells."""
    witness("strace")
    server = start(variant)
    calls = folder / "calls"
    popen = spawn.spawn(
        ["strace", "-o", calls, "-e", "trace=accept,rt_sigreturn", "-p",
         str(server.process.pid)],
        stderr=subprocess.DEVNULL,
    )

    def attached():
        assert server.process.status()["TracerPid"] != "0"

    def returned():
        # strace writes a line's beginning when the call begins.
        lines = calls.read_text().splitlines()
        found = [one for one in lines if "sigreturn" in one and " = " in one]
        assert found
        return found

    try:
        eventually(attached)
        with server.connect() as session:
            session.echo()
            arrange.await_idle(server)  # back from fork, in accept again
        returns = eventually(returned)
    finally:
        spawn.end(popen)
    assert all(("EINTR" in one) != resumed for one in returns), returns
