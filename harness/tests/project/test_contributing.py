"""What helps who changes the project: the pre-commit hook, and the list of compile
commands for clangd."""

import json
import os
import shutil
import subprocess

import pytest

from conftest import ROOT, make_command

GOOD_C = "int main(void)\n{\n\treturn 0;\n}\n"
BAD_C = "int main(void) { return 0; }\n"


class Clone:
    """A scratch repository that has what the hook needs."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "harness").mkdir()
        names = ["Makefile", ".clang-format", "harness/pre_commit.sh"]
        names += [str(one.relative_to(ROOT)) for one in ROOT.glob("harness/*.mk")]
        for name in names:
            shutil.copy(ROOT / name, folder / name)
        self.run("git", "init", "-q", ".")

    def run(self, *command):
        """The finished run of a command in the repository."""
        mine = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        who = {
            f"GIT_{role}_{what}": "reap@localhost"
            for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        return subprocess.run(
            command, cwd=self.folder, env={**mine, **who, **quiet},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )

    def stage(self, name, text):
        (self.folder / name).write_text(text)
        assert self.run("git", "add", name).returncode == 0

    def commit(self, *options):
        return self.run("git", "commit", "-q", "-m", "test: try the hook", *options)


@pytest.fixture
def clone(folder):
    if shutil.which("git") is None:
        pytest.skip("needs git")
    return Clone(folder)


@pytest.fixture
def hooked(clone):
    assert not (clone.folder / ".git/hooks/pre-commit").exists()
    done = clone.run("make", "-s", "hooks")
    assert done.returncode == 0, done.stdout
    return clone


def need(tool):
    if shutil.which(tool) is None:
        pytest.skip(f"needs {tool}")


def test_the_hook_refuses_what_is_badly_formatted(hooked):
    need("clang-format")
    hooked.stage("main.c", BAD_C)
    done = hooked.commit()
    assert done.returncode != 0
    assert "main.c" in done.stdout and "--no-verify" in done.stdout
    assert hooked.run("git", "rev-parse", "-q", "--verify", "HEAD").returncode != 0


def test_the_hook_lets_pass_what_is_well_formatted(hooked):
    hooked.stage("main.c", GOOD_C)
    hooked.stage("one.py", "ONE = 1\n")
    hooked.stage("two words.sh", "#!/bin/sh\necho two\n")
    done = hooked.commit()
    assert done.returncode == 0, done.stdout


def test_the_hook_looks_at_what_is_staged(hooked):
    """Not at what lies in the folder."""
    need("clang-format")
    hooked.stage("main.c", GOOD_C)
    (hooked.folder / "main.c").write_text(BAD_C)
    assert hooked.commit().returncode == 0
    hooked.stage("main.c", BAD_C)
    (hooked.folder / "main.c").write_text(GOOD_C)
    assert hooked.commit().returncode != 0


def test_the_hook_can_be_skipped(hooked):
    hooked.stage("main.c", BAD_C)
    assert hooked.commit("--no-verify").returncode == 0


def test_the_hook_looks_at_changed_files_only(hooked):
    hooked.stage("main.c", BAD_C)
    assert hooked.commit("--no-verify").returncode == 0
    hooked.stage("other.c", GOOD_C)
    assert hooked.commit().returncode == 0
    assert hooked.run("git", "rm", "-q", "main.c").returncode == 0
    assert hooked.commit().returncode == 0


@pytest.mark.parametrize("name, text, tool, what", [
    ("one.py", "import os\n", "flake8", "one.py:1:1: F401"),
    ("one.sh", "#!/bin/sh\necho $1\n", "shellcheck", "SC2086"),
    ("one", "#!/usr/bin/env bash\necho $1\n", "shellcheck", "is one"),
])
def test_the_hook_knows_python_and_shell(hooked, name, text, tool, what):
    hooked.stage(name, text)
    done = hooked.commit()
    if f"{tool}: not installed" in done.stdout:
        pytest.skip(f"needs {tool}")
    assert done.returncode != 0
    assert what in done.stdout


def test_without_the_hook_nothing_is_refused(clone):
    """The opposite: it is the hook that refuses, and make alone installs none."""
    assert clone.run("make", "-s", "help").returncode == 0
    clone.stage("main.c", BAD_C)
    assert clone.commit().returncode == 0


def test_another_hook_is_not_replaced(clone):
    hook = clone.folder / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    done = clone.run("make", "-s", "hooks")
    assert done.returncode != 0 and "another hook" in done.stdout
    assert hook.read_text() == "#!/bin/sh\n"


def compile_commands(command, build, environment):
    """What make compile_commands.json writes into a build folder."""
    done = subprocess.run(
        command, env=environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )
    assert done.returncode == 0, done.stdout
    return json.loads((build / "compile_commands.json").read_text())


@pytest.fixture
def nowhere_built(folder):
    """The same, of a folder in which nothing has been built."""
    command = ["make", "-s", "-C", ROOT, f"BUILD={folder}", "compile_commands.json"]
    return compile_commands(command, folder, {**os.environ, "MAKEFLAGS": ""})


def test_compile_commands_name_every_file(lab, nowhere_built):
    """Also where all is built, and make has nothing left to do."""
    command, environment = make_command(lab, "compile_commands.json")
    entries = compile_commands(command, lab.build, environment)
    for entry in entries:
        assert entry["directory"] == str(ROOT)
        assert entry["file"] in entry["arguments"] and "-o" in entry["arguments"]
    files = {entry["file"] for entry in entries}
    assert {str(one.relative_to(ROOT)) for one in ROOT.glob("src/**/*.c")} <= files
    assert files == {entry["file"] for entry in nowhere_built}


def test_listing_compile_commands_builds_nothing(nowhere_built, folder):
    assert nowhere_built
    assert not list(folder.rglob("*.o"))


def test_a_compile_command_compiles(nowhere_built, folder):
    name = "src/variants/server_noreap.c"
    (entry,) = [one for one in nowhere_built if one["file"] == name]
    output = entry["arguments"].index("-o") + 1
    entry["arguments"][output] = str(folder / "noreap.o")
    subprocess.run(entry["arguments"], cwd=entry["directory"], check=True)
    assert (folder / "noreap.o").exists()


def test_clangd_is_told_where_they_are():
    assert "CompilationDatabase: build\n" in (ROOT / ".clangd").read_text()
