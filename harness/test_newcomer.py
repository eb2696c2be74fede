"""A newcomer's walk (make soak): a bare Debian made with debootstrap, a clone, the
README's commands and nothing else. Takes ten minutes or so, downloads some hundred
megabytes, and prints both (pytest -s)."""

import os
import shutil
import subprocess
import time

import pytest

from conftest import ROOT
from reaplab import spawn

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3000)]

# In namespaces of its own: mounts and processes go with it.
APART = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
ENTER = """
mount -t proc proc "$1/proc" && mount -t tmpfs tmpfs "$1/tmp" &&
mount -t tmpfs tmpfs "$1/dev/shm" &&
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$1/dev/pts" &&
mkdir -p "$1/home/newcomer" &&
exec chroot "$1" /usr/bin/env -i HOME=/home/newcomer TERM=xterm \
    PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -euc "$2"
"""

WALK = (
    ("clone", "cd; git clone -q /srv/reap.git"),
    ("demo", "cd ~/reap; sh harness/deps.sh demo && make demo"),
    ("test", "cd ~/reap; sh harness/deps.sh test && make test"
     f" ARGS='{os.environ.get('REAP_WALK_ARGS', '')}'"),  # of pytest, to be quick
    ("install", "cd ~/reap; make install; cd /; reaptop --version;"
     " test -s /usr/local/share/man/man1/reaptop.1"),
)


@pytest.fixture(scope="module")
def bare_debian(tmp_path_factory):
    """The root folder of a bare Debian 12 with git, and a clone of this commit to
    clone from."""
    if os.getuid() != 0 or not shutil.which("debootstrap"):
        pytest.skip("needs root and debootstrap")
    probe = ["mount", "-t", "tmpfs", "none", "/mnt"]
    if spawn.run([*APART, *probe]).status != 0:
        pytest.skip("namespaces and mounts are not allowed here")
    given = os.environ.get("REAP_BARE_ROOT")  # one made before, to try things out
    folder = given or str(tmp_path_factory.mktemp("newcomer") / "root")
    if not given:
        made = spawn.run(
            ["debootstrap", "--variant=minbase", "--include=git,ca-certificates",
             "bookworm", folder],
            within=1200,
        )
        if made.status != 0:
            pytest.skip(f"debootstrap could not finish: {made.out[-300:]}")
    subprocess.run(
        ["git", "clone", "-q", "--bare", ROOT, f"{folder}/srv/reap.git"], check=True
    )
    yield folder
    if given:
        shutil.rmtree(f"{folder}/srv/reap.git")
    else:
        shutil.rmtree(folder)


def downloaded(folder):
    """Megabytes of packages that apt and debootstrap fetched."""
    archives = f"{folder}/var/cache/apt/archives"
    sizes = [one.stat().st_size for one in os.scandir(archives) if one.is_file()]
    return sum(sizes) / 1e6


def test_the_readmes_commands_are_all_it_takes(bare_debian):
    for name, command in WALK:
        began, before = time.monotonic(), downloaded(bare_debian)
        run = spawn.run(
            [*APART, "sh", "-c", ENTER, "sh", bare_debian, command],
            within=1500,
        )
        print(f"\n{name}: {time.monotonic() - began:.0f} s, "
              f"{downloaded(bare_debian) - before:.0f} MB of packages")
        said = f"{run.out[-3000:]}\n{run.err[-3000:]}"
        assert run.status == 0, f"{command}\n{said}"
        if name == "test":
            print(run.out.strip().splitlines()[-1])
