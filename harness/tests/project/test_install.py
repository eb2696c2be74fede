"""make install puts programs, manual and completion where they are looked for, and
make uninstall takes them away again."""

import os
import re
import shlex
import shutil

import pytest

from conftest import make_command
from reaplab.servers import spawn

MANUALS = {"share/man/man1/reaptop.1", "share/man/man1/moments.1"}
COMPLETION = "share/bash-completion/completions/reaptop"


def make(lab, target, folder, prefix):
    command, variables = make_command(lab, target)
    command += [f"DESTDIR={folder}", f"PREFIX={prefix}"]
    run = spawn.run(command, env=variables, within=120)
    assert run.status == 0, run


def installed(folder):
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()
    )


@pytest.mark.parametrize("prefix", ["/opt/reap", "/my own/opt of  mine"])
def test_install_and_uninstall(lab, folder, prefix):
    make(lab, "install", folder, prefix)
    place = folder / prefix[1:]
    found = installed(place)
    texts = MANUALS | {COMPLETION}
    assert {"bin/reaptop", "bin/client", "bin/moments", "bin/server_noreap"} | texts \
        <= set(found)
    assert all(name.startswith("bin/") for name in set(found) - texts)
    for name in found:
        mode = (place / name).stat().st_mode & 0o777
        assert mode == (0o755 if name.startswith("bin/") else 0o644)
    # The demo finds the servers beside reaptop, wherever that is.
    run = spawn.run([place / "bin/reaptop", "--scene", "1"], within=20)
    assert run.status == 0, run
    assert "zombies 18" in run.out.splitlines()[-2]
    make(lab, "uninstall", folder, prefix)
    assert installed(folder) == []


def test_a_prefix_at_home(lab, folder):
    """Not each shell expands the tilde in PREFIX=~/..."""
    command, variables = make_command(lab, "install")
    variables = {**variables, "HOME": str(folder)}
    run = spawn.run([*command, "PREFIX=~/my own"], env=variables, within=120)
    assert run.status == 0, run
    assert "my own/bin/reaptop" in installed(folder)


def test_a_scene_by_make(lab):
    command, variables = make_command(lab, "demo")
    run = spawn.run([*command, "SCENE=2"], env=variables, within=60)
    assert run.status == 0, run
    assert "Scene 2: one wait per signal" in run.out
    assert "zombies 4" in run.out.splitlines()[-2]


def options_of_help(lab):
    run = spawn.run([lab.program("reaptop"), "--help"])
    return set(re.findall(r"^ +(?:-\w, +)?(--[\w-]+)", run.out, re.MULTILINE))


def test_manual_and_completion_know_every_option(lab):
    options = options_of_help(lab)
    assert {"--zombies", "--read-only", "--delay"} <= options
    source = lab.root / "src/reaptop"
    manual = (source / "reaptop.1").read_text().replace("\\-", "-")
    completion = (source / "reaptop.bash-completion").read_text()
    for option in options:
        assert option in manual and option in completion, option


def test_the_manual_of_moments_knows_every_option(lab):
    run = spawn.run([lab.program("moments"), "--help"])
    options = set(re.findall(r"--[a-z]+", run.out))
    assert {"--pairs", "--seconds", "--replay", "--json"} <= options
    manual = (lab.root / "src/moments/moments.1").read_text().replace("\\-", "-")
    assert {one for one in options if one not in manual} == set()


@pytest.mark.parametrize(
    "name, headings",
    [
        ("reaptop", ("SYNOPSIS", "KEYS", "JSON OUTPUT", "EXIT STATUS")),
        ("moments", ("SYNOPSIS", "OUTPUT", "JSON OUTPUT", "EXIT STATUS", "LIMITS")),
    ],
)
def test_the_manual_is_well_formed(lab, name, headings):
    if not shutil.which("man"):
        pytest.skip("needs man")
    page = lab.root / f"src/{name}/{name}.1"
    run = spawn.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", page],
        env={**os.environ, "MANWIDTH": "80", "MANPAGER": "cat"},
    )
    if f"{name.upper()}(1)" not in run.out:
        pytest.skip("man is here, but not in working order")
    assert (run.status, run.err) == (0, "")
    for heading in headings:
        assert heading in run.out


def test_the_manual_tells_every_json_member(lab, start):
    server = start("noreap")
    run = spawn.run([lab.program("reaptop"), "-jn1", str(server.process.pid)])
    members = set(re.findall(r'"(\w+)":', run.out))
    manual = (lab.root / "src/reaptop/reaptop.1").read_text()
    assert {name for name in members if name not in manual} == set()


@pytest.mark.parametrize(
    "words, wanted, unwanted",
    [
        (["--sc"], ["--scene"], ["--samples"]),
        (["--scene", ""], ["1", "5", "all"], ["--scene"]),
        (["-"], ["--zombies", "--json"], []),
        (["--", "tru"], ["true"], ["--trace"]),
        (["--trace", "/etc/pass"], ["/etc/passwd"], []),
    ],
)
def test_completion(lab, words, wanted, unwanted):
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    assert completions(lab, words) >= set(wanted)
    assert not completions(lab, words) & set(unwanted)


def test_completion_of_a_port_and_a_pid(lab, start):
    if not shutil.which("bash"):
        pytest.skip("needs bash")
    server = start("noreap")
    assert str(server.port) in completions(lab, ["--port", ""])
    with server.connect() as session:
        session.echo()
        assert str(server.process.pid) in completions(lab, [""])


def completions(lab, words):
    """What bash offers behind `reaptop WORDS`, the last of which is not complete."""
    typed = shlex.join(["reaptop", *words])
    script = (
        f". {shlex.quote(str(lab.root / 'src/reaptop/reaptop.bash-completion'))}\n"
        f"COMP_WORDS=({typed}) COMP_CWORD={len(words)}\n"
        '_reaptop\nprintf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    run = spawn.run(["bash", "--norc", "-c", script])
    assert (run.status, run.err) == (0, ""), run
    return set(run.out.split())
