"""README's list of threats: each line names its test, and here are those that have
no better place."""

import os
import re
import shutil
import stat
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab import whole_file
from reaplab.proc import sockets
from reaplab.servers import spawn
from reaplab.servers.clients import Session

TABLE = (ROOT / "README.md").read_text().partition("\n## Security\n")[2]
TABLE = TABLE.partition("\n## ")[0]


def test_each_threat_names_a_test_that_is_there():
    rows = [line for line in TABLE.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 8
    for row in rows:
        named = re.findall(r"(test_\w+\.py)::(test_\w+)", row)
        assert named, f"no test: {row}"
        for file, test in named:
            (path,) = (ROOT / "harness/tests").rglob(file)
            text = path.read_text()
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


@pytest.mark.parametrize("kind", ["pipe", "folder", "link to a pipe"])
def test_what_is_no_file_is_not_replaced_by_one(folder, kind):
    there = folder / kind
    if kind == "folder":
        there.mkdir()
    else:
        os.mkfifo(folder / "pipe")
    if kind.startswith("link"):
        there.symlink_to("pipe")
    before = there.lstat()
    with pytest.raises(FileExistsError, match="not a file"):
        whole_file.write(there, "mine")
    assert there.lstat() == before
    assert len(list(folder.iterdir())) == 1 + kind.startswith("link")


@pytest.mark.parametrize("device", ["null", "stdout", "reap-not-there"])
def test_nothing_is_replaced_among_the_devices(device):
    """Root could."""
    with pytest.raises(FileExistsError):
        whole_file.check(Path("/dev") / device)


# deps.sh on a system that has nothing. What is to be root here only writes down what
# it is asked; what deps.sh says goes to the same file, so that the order shows.
STUB = """#!/bin/sh
echo "ran: $(basename "$0") $*" >>"$RECORD"
case "$*" in
*update*) echo >"$RECORD.updated"; exit 0;;
esac
[ "$INSTALLS" = at-once ] || { [ "$INSTALLS" = updated ] && [ -e "$RECORD.updated" ]; }
"""


@pytest.fixture
def fake_system(folder):
    """run(purpose, uid, installs): deps.sh by that user where apt-get installs
    "at-once", when "updated" or "never"; for some purposes, with spaces between.
    Returns (its exit status, a list of what was said and run)."""
    for tool in ("sh", "cat", "mktemp", "rm", "basename", "env"):
        for place in ("/usr/bin", "/bin"):
            if os.path.exists(f"{place}/{tool}"):
                (folder / tool).symlink_to(f"{place}/{tool}")
                break
    scripts = {"apt-get": STUB, "sudo": STUB, "id": "#!/bin/sh\necho $WHO\n"}
    for tool, script in scripts.items():
        (folder / tool).write_text(script)
        (folder / tool).chmod(0o755)

    def run(purpose, uid, installs):
        record = folder / "record"
        with record.open("ab") as file:
            finished = spawn.run(
                ["/bin/sh", ROOT / "harness/deps.sh", *purpose.split()],
                env={"PATH": str(folder), "RECORD": str(record),
                     "WHO": str(uid), "INSTALLS": installs},
                stdout=file, stderr=file,
                within=60,  # thirty processes, beside others' storms
            )
        return finished.status, record.read_text().splitlines()

    return run


AS_ROOT = {0: ("", "apt-get "),
           1000: ("sudo ", "sudo env DEBIAN_FRONTEND=noninteractive apt-get ")}
PURPOSES = ["demo", "test", "lint", "bench", "soak", "figures", "report", "slides",
            "labs", "grade"]


@pytest.mark.parametrize("uid", AS_ROOT)
@pytest.mark.parametrize("purpose", PURPOSES)
def test_what_runs_as_root_is_apt_with_names_of_packages(fake_system, purpose, uid):
    """Root runs apt-get itself, another asks sudo for that one command: to install,
    and to update where that fails. Before each it is said, with what and why."""
    status, record = fake_system(purpose, uid, "updated")
    # What the slides need of Node.js no stub can give.
    assert status == (1 if purpose == "slides" else 0), record
    sudo, installer = AS_ROOT[uid]
    runs = [at for at, line in enumerate(record) if line.startswith("ran: ")]
    install, update, again = (record[at].partition(" ")[2] for at in runs)
    assert install == again and update == f"{sudo}apt-get update -q"
    assert re.fullmatch(
        f"{installer}install -y -q --no-install-recommends"
        r"( [a-z0-9][a-z0-9.+-]+)+", install
    )
    before, between = record[:runs[0]], record[runs[0] + 1:runs[1]]
    assert before[0] == f"Missing, to be installed with {sudo}apt-get:"
    packages = install.partition("recommends ")[2].split()
    assert [line.split(": ")[0].strip() for line in before[1:]] == packages
    assert between == [f"Not there yet: {sudo}apt-get update, then once more."]


def test_what_installs_at_once_needs_no_update(fake_system):
    status, record = fake_system("demo", 0, "at-once")
    assert status == 0
    assert len([line for line in record if line.startswith("ran: ")]) == 1, record


def test_all_purposes_are_served_by_one_installation(fake_system):
    """And what several need is installed once."""
    status, record = fake_system("lint bench report", 0, "at-once")
    assert status == 0
    (line,) = [line for line in record if line.startswith("ran: ")]
    packages = line.partition("recommends ")[2].split()
    assert {"gcc", "cppcheck", "htop", "chromium"} < set(packages)
    assert len(packages) == len(set(packages)), packages


@pytest.mark.parametrize("uid", AS_ROOT)
def test_what_cannot_be_installed_is_said(fake_system, uid):
    status, record = fake_system("demo", uid, "never")
    assert status == 1
    assert record[-1].startswith("deps.sh: apt-get could not install: gcc make")
    assert len([line for line in record if line.startswith("ran: ")]) == 3, record


NPM = """#!/bin/sh
echo "$(id -u) npm $*" >>"$RECORD"
mkdir node_modules
"""


def test_what_the_slides_fetch_runs_no_script(folder):
    """`make slides`, less its installing by apt, in a copy: npm runs as whoever calls
    make, for what the lock file names (test_slides_sources.py), and runs nothing of
    what it fetches."""
    (folder / "slides").mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc", "slides.mk"):
        shutil.copy(ROOT / "slides" / name, folder / "slides")
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "harness").mkdir()
    (folder / "harness/deps.sh").write_text("exit 0\n")
    stubs = {"npm": NPM, "node": "#!/bin/sh\n", "sudo": NPM}
    for name, script in stubs.items():
        (folder / name).write_text(script)
        (folder / name).chmod(0o755)
    record = folder / "record"
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "MAKEFLAGS": "",
           "RECORD": str(record)}
    made = spawn.run(["make", "-C", folder, "slides"], env=env, within=30)
    assert made.status == 0, made
    wanted = "npm ci --ignore-scripts --no-progress"
    assert record.read_text() == f"{os.getuid()} {wanted}\n"
