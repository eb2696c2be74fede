"""Memory errors, by a second witness beside the sanitizers: valgrind's memcheck, in
`make soak`. The servers are linked dynamically for it: of a static C library it knows
neither malloc nor the tricks of strlen."""

import os
import shutil
import subprocess

import pytest

from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold, pattern
from test_catalogue import RIGHT

pytestmark = [pytest.mark.soak, pytest.mark.timeout(200),
              pytest.mark.xdist_group("memory")]
FOUND = 99  # valgrind's exit status when it found something
MEMCHECK = ["valgrind", "--quiet", f"--error-exitcode={FOUND}", "--leak-check=full",
            "--errors-for-leak-kinds=definite", "--show-leak-kinds=definite"]
# All but two: they call clone3(2), which valgrind answers with ENOSYS.
RIGHT_BY = [name for name in RIGHT if name not in ("pidfd", "rtsig")]


@pytest.fixture(autouse=True)
def valgrind(lab):
    if not shutil.which("valgrind"):
        pytest.skip("needs valgrind")
    if lab.sanitized:
        pytest.skip("valgrind and a sanitizer exclude each other")


@pytest.fixture(scope="module")
def dynamic(lab):
    """The folder of the same servers, linked dynamically."""
    env = {key: value for key, value in os.environ.items() if key != "MAKEFLAGS"}
    folder = lab.build / "dynamic"
    servers = [f"{folder}/server_{variant}" for variant in RIGHT_BY]
    subprocess.run(
        ["make", "-s", "-C", lab.root, f"BUILD={folder}", "STATIC=0", *servers],
        env=env, check=True,
    )
    return folder


@pytest.mark.parametrize("variant", RIGHT_BY)
def test_a_server(start, dynamic, variant):
    server = start(variant, "-m", "20", "-i", "30", prefix=MEMCHECK,
                   path=dynamic / f"server_{variant}")
    with hold(server.address, 3) as sessions:
        for session in sessions:
            session.echo(pattern(100_000))
        sessions[0].reset()
    arrange.await_children(server, 0)
    with server.connect() as session:
        session.echo()
    arrange.await_children(server, 0)
    assert server.stop() == 0
    assert "==" not in server.err, server.err


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_the_client(start, lab, options):
    server = start("waitpid_loop", trace=False)
    run = spawn.run(
        [*MEMCHECK, lab.program("client"), "-n50", "-c10", *options, "127.0.0.1",
         str(server.port)], within=60,
    )
    assert run.status == 0 and "==" not in run.err, run


@pytest.mark.parametrize("output", ["--batch", "--json"])
def test_the_viewer(start, lab, output):
    server = start("noreap")
    arrange.visit(server, 5)
    with hold(server.address, 3):
        run = spawn.run(
            [*MEMCHECK, lab.program("reaptop"), output, "-n3", "-d0.2",
             str(server.process.pid)], within=60,
        )
    assert run.status == 0 and "==" not in run.err, run
