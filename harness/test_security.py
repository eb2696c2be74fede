"""README's list of threats: each line names its test, and here are those that have
no better place."""

import os
import re
import stat

import pytest

from conftest import ROOT
from reaplab import sockets, spawn, whole_file
from reaplab.clients import Session

TABLE = (ROOT / "README.md").read_text().partition("\n## Security\n")[2]
TABLE = TABLE.partition("\n## ")[0]


def test_each_threat_names_a_test_that_is_there():
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 8
    for row in rows:
        named = re.findall(r"(test_\w+\.py)::(test_\w+)", row)
        assert named, f"no test: {row}"
        for file, test in named:
            text = (ROOT / "harness" / file).read_text()
            assert re.search(rf"^def {test}\(", text, re.M), f"{file}::{test}"


def test_only_this_machine_may_connect_unless_asked(start):
    server = start("noreap", trace=False)
    assert [one.local for one in sockets.listening(server.port)] == ["127.0.0.1"]
    with pytest.raises(ConnectionRefusedError):
        Session(("127.0.0.2", server.port))


def test_every_address_may_be_asked_for(start):
    """The opposite: what was refused above is served."""
    server = start("noreap", "--address", "0.0.0.0", trace=False)
    with Session(("127.0.0.2", server.port)) as session:
        session.echo()


STUB = """#!/bin/sh
echo "$(basename "$0") $*" >>"$LOG"
case $1 in install) exit "$STATUS";; esac
"""


@pytest.mark.parametrize("umask, mode", [(0o077, 0o600), (0o022, 0o644)])
def test_a_page_has_the_rights_that_its_writer_wants(folder, umask, mode):
    """And a link that lies under its name is replaced, not followed."""
    (folder / "victim").write_text("precious")
    (folder / "page").symlink_to("victim")
    before = os.umask(umask)
    try:
        whole_file.write(folder / "page", "mine")
    finally:
        os.umask(before)
    assert (folder / "victim").read_text() == "precious"
    assert (folder / "page").read_text() == "mine"
    assert stat.S_IMODE((folder / "page").lstat().st_mode) == mode
    assert sorted(one.name for one in folder.iterdir()) == ["page", "victim"]


@pytest.fixture
def fake_system(folder):
    """run(purpose): deps.sh on a system that has nothing but an apt-get and a sudo
    that only write down what they are asked. Returns (Finished, their lines)."""
    for tool in ("sh", "id", "cat", "mktemp", "rm", "basename", "env"):
        for place in ("/usr/bin", "/bin"):
            if os.path.exists(f"{place}/{tool}"):
                (folder / tool).symlink_to(f"{place}/{tool}")
                break
    for tool in ("apt-get", "sudo"):
        (folder / tool).write_text(STUB)
        (folder / tool).chmod(0o755)

    def run(purpose, status=0):
        log = folder / "log"
        log.write_text("")
        finished = spawn.run(
            ["/bin/sh", ROOT / "harness/deps.sh", purpose],
            env={"PATH": str(folder), "LOG": str(log), "STATUS": str(status)},
        )
        return finished, log.read_text().splitlines()

    return run


@pytest.mark.parametrize("purpose", [
    "demo", "test", "lint", "bench", "soak", "figures", "report", "labs", "grade",
])
def test_what_runs_as_root_is_apt_with_names_of_packages(fake_system, purpose):
    """As root it installs by itself, else it asks sudo for that one command; it
    says before what and why; no script and no other source of software."""
    finished, asked = fake_system(purpose)
    assert finished.status == 0, finished
    assert "Missing, to be installed with" in finished.out
    assert asked
    for line in asked:
        assert re.fullmatch(
            r"(sudo env DEBIAN_FRONTEND=noninteractive )?apt-get install -y -q "
            r"--no-install-recommends( [a-z0-9][a-z0-9.+-]+)+", line
        ), line


def test_what_cannot_be_installed_is_said(fake_system):
    finished, asked = fake_system("demo", status=100)
    assert finished.status == 1
    assert "could not install: gcc make" in finished.err
    assert [line.split()[1] for line in asked if line.startswith("apt-get")] \
        in (["install", "update", "install"], [])
