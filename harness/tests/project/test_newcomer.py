"""A newcomer's walk (make soak, or soak-walk for it alone): a bare Debian made with
debootstrap, a clone, the README's commands and nothing else. Then what a student and
what Gradescope get, each in a bare Debian of its own. Takes ten minutes or so,
downloads some hundred megabytes, and prints both (pytest -s)."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from conftest import ROOT
from reaplab.grading import answers, labs
from reaplab.servers import spawn

pytestmark = [pytest.mark.soak, pytest.mark.walk, pytest.mark.timeout(3000)]

LAB = "03"

# In namespaces of its own: mounts and processes go with it. The folder becomes the
# root of its namespace, as a chroot is none that a sandbox could be made below.
APART = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
ENTER = """
mount --bind "$1" "$1" && cd "$1" && mkdir -p home/newcomer &&
mount -t proc proc proc && mount -t tmpfs tmpfs tmp && mount -t tmpfs tmpfs dev/shm &&
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts &&
mount --bind "$2" var/cache/apt/archives && pivot_root . mnt &&
exec chroot . /usr/bin/env -i HOME=/home/newcomer TERM=xterm \
    PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -euc "umount -l /mnt; $3"
"""

# With the README's two commands, as they stand there.
NEWCOMER = (
    ("clone", "cd; git clone -q /srv/reap.git"),
    ("demo", "cd ~/reap; {demo}"),
    ("test", "cd ~/reap; {test}"
     f" ARGS='{os.environ.get('REAP_WALK_ARGS', '')}'"),  # of pytest, to be quick
    ("install", "cd ~/reap; make install; cd /; reaptop --version"),
    ("man", "apt-get install -y -q --no-install-recommends man-db;"
     " man -P cat reaptop | grep -w SYNOPSIS"),
)
STUDENT = (
    ("unpack", "cd; tar xzf /srv/reap-labs.tar.gz"),
    ("tools", "cd ~/reap-labs; sh harness/deps.sh labs"),
    ("build", f"cd ~/reap-labs; make lab LAB={LAB}"),
    ("check", f"cd ~/reap-labs; make -s all;"
     f" make -s check LAB={LAB} ARGS=--json || [ $? = 2 ]"),
)
GRADESCOPE = (
    ("setup", "cd /autograder/source; bash setup.sh"),
    ("judge", "cp /autograder/source/run_autograder /autograder; cd /autograder;"
     " bash run_autograder; cat results/results.json"),
)


@pytest.fixture(scope="module")
def bare_debian(tmp_path_factory):
    """The root folder of a bare Debian 12 with git."""
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap")
    probe = ["mount", "-t", "tmpfs", "none", "/mnt"]
    if spawn.run([*APART, *probe]).status != 0:
        pytest.skip("namespaces and mounts are not allowed here")
    given = os.environ.get("REAP_BARE_ROOT")  # one made before, to try things out
    if given:
        yield given
        return
    folder = str(tmp_path_factory.mktemp("newcomer") / "root")
    began = time.monotonic()
    made = spawn.run(
        ["debootstrap", "--variant=minbase", "--include=git,ca-certificates",
         "bookworm", folder],
        within=1200,
    )
    if made.status != 0:
        pytest.skip(f"debootstrap could not finish: {made.out[-300:]}")
    fetched = megabytes(f"{folder}/var/cache/apt/archives")
    print(f"\nbare Debian: {time.monotonic() - began:.0f} s, {fetched:.0f} MB")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A folder for the packages that apt fetches: once for all."""
    folder = tmp_path_factory.mktemp("packages")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(bare_debian, folder):
    """A bare Debian of the test's own: the root folder."""
    copy = folder / "root"
    subprocess.run(["cp", "-ax", bare_debian, copy], check=True)
    return copy


def megabytes(folder):
    """What the files in a folder come to."""
    return sum(one.stat().st_size for one in os.scandir(folder) if one.is_file()) / 1e6


def walk(root, packages, steps):
    """Take all steps; {name: what it said on stdout}."""
    said = {}
    for name, command in steps:
        began, before = time.monotonic(), megabytes(packages)
        run = spawn.run(
            [*APART, "sh", "-c", ENTER, "sh", root, packages, command], within=1500,
        )
        print(f"\n{name}: {time.monotonic() - began:.0f} s, "
              f"{megabytes(packages) - before:.0f} MB of packages")
        ends = f"{run.out[-3000:]}\n{run.err[-3000:]}"
        assert run.status == 0, f"{command}\n{ends}"
        said[name] = run.out
    return said


def pack(what, root, *options):
    """What pack.py makes, below a root; its path."""
    script = ROOT / "harness/pack.py"
    run = spawn.run([sys.executable, script, what, *options, "--into", root / "srv"])
    assert run.status == 0, run
    return (Path.cwd() / run.out.strip()).resolve()


def known(kind):
    [found] = [one for one in answers.known(labs.load(LAB)) if one.kind == kind]
    return found


def test_the_readmes_commands_are_all_it_takes(home, packages):
    subprocess.run(
        ["git", "clone", "-q", "--bare", ROOT, home / "srv/reap.git"], check=True
    )
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    command = re.compile(r"^(sh harness/deps\.sh (\w+) && make \2) +#", re.MULTILINE)
    given = {what: whole for whole, what in command.findall(text)}
    assert set(given) == {"demo", "test"}
    steps = [(name, step.format(**given)) for name, step in NEWCOMER]
    said = walk(home, packages, steps)
    print(said["test"].strip().splitlines()[-1])
    assert "SYNOPSIS" in said["man"]


def test_a_student_has_all_that_a_lab_takes(home, packages):
    pack("handout", home)
    said = walk(home, packages, STUDENT)
    result = json.loads(said["check"])
    assert not result["unjudged"]
    assert result["failed"] == list(known("starter").failed)


def test_gradescope_has_all_that_judging_takes(home, packages):
    archive = pack("gradescope", home, "--lab", LAB)
    with zipfile.ZipFile(archive) as files:
        files.extractall(home / "autograder/source")
    known("solution").lay_out(home / "autograder/submission")
    said = walk(home, packages, GRADESCOPE)
    print(said["judge"].splitlines()[0])
    document = json.loads(said["judge"].partition("\n")[2])
    assert document["extra_data"]["result"]["failed"] == []
    assert document["score"] == sum(one["max_score"] for one in document["tests"]) > 0
