"""The tests of our own tools: the grader, the benchmark, and what refuses a bad deck.

They take half of the suite's time, and few changes touch what they prove. So
`make test` leaves a group of them out if all files that it may depend on are as they
were when `make test-tools` last proved it. A digest of these files is kept under
version control, so it holds in a fresh clone, too. In doubt, the group runs.
"""

import hashlib
import os
import re
import subprocess
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = "harness/proved_tools.txt"
HEAD = """\
# Written by make test-tools: the tests of our own tools, how many passed, and a digest
# of all files that they may depend on. Merge it as you like: what does not fit runs.
"""
LINE = re.compile(r"(\w+) (\d+) ([0-9a-f]{64})")

# What none of these tests depends on. Other tests are left out too: see Group.
TEXTS = (
    RECORD, ".ci", ".github", ".clang-format", ".clang-tidy", ".clangd",
    ".editorconfig", "README.md", "src/README.md", "src/life_of_a_connection.svg",
    "harness/README.md", "harness/way_of_a_zombie.svg", "harness/fault_table.md",
    "harness/lint.mk", "harness/contributing.mk", "harness/compile_commands.py",
    "harness/pre_commit.sh", "harness/flake_hunt.sh", "harness/first_sighting.py",
    "harness/casts.py", "harness/tests", "harness/fuzz", "harness/handlers",
)


@dataclass(frozen=True)
class Group:
    """Tests that are left out together. `tests`: their files, below harness/tests.
    `unrelated`: what they do not depend on, besides TEXTS. All else counts."""

    tests: tuple
    unrelated: tuple

    def files(self):
        return {f"harness/tests/{name}" for name in self.tests}

    def digest(self, known, root=ROOT):
        """Returns a digest of the files that these tests may depend on. `known`:
        all files of the project. Returns None if the tests are not among them."""
        if not self.files() <= set(known):
            return None
        total = hashlib.sha256()
        for name in known:
            if name in self.files() or not is_below(name, TEXTS + self.unrelated):
                total.update(fingerprint(name, root / name))
        return total.hexdigest()


GROUPS = {
    "grading": Group(
        (
            "labs/test_answers.py", "labs/test_grading.py", "labs/test_labs.py",
            "labs/test_moodle_class.py", "labs/test_sandbox.py",
            "labs/test_submissions.py", "labs/test_witness.py",
        ),
        ("src/reaptop", "slides", "harness/bench", "harness/figures"),
    ),
    "bench": Group(
        ("selftest/test_bench.py", "selftest/test_bench_report.py"),
        ("labs", "slides/parts", "slides/casts", "harness/hostile", "harness/foreign",
         "harness/autograder"),
    ),
    "deck": Group(
        ("slides/test_slides_refused.py",),
        ("src", "labs", "harness/bench", "harness/figures", "harness/hostile",
         "harness/foreign", "harness/autograder"),
    ),
}


def is_below(name, places):
    return any(name == one or name.startswith(one + "/") for one in places)


def fingerprint(name, path):
    """Returns all that counts of a file: its name, kind and contents."""
    if path.is_symlink():
        kind, data = "link", os.fsencode(os.readlink(path))
    elif path.is_file():
        kind = "program" if os.access(path, os.X_OK) else "file"
        data = path.read_bytes()
    else:
        return b""  # deleted, and git was not told yet
    return f"{name}\0{kind}\0{hashlib.sha256(data).hexdigest()}\n".encode()


def known_files(root=ROOT):
    """Returns the names of all files of the project, new ones too; none if git cannot
    say."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return sorted(set(filter(None, os.fsdecode(done.stdout).split("\0"))))


def digests(root=ROOT):
    """Returns {group: its digest now}. A group that has none was never proved."""
    known = known_files(root)
    found = {name: group.digest(known, root) for name, group in GROUPS.items()}
    return {name: digest for name, digest in found.items() if digest is not None}


def recorded(root=ROOT):
    """Returns {group: (how many tests passed, its digest then)}."""
    try:
        lines = (root / RECORD).read_text().splitlines()
    except (OSError, UnicodeError):
        return {}
    found = [LINE.fullmatch(line) for line in lines]
    return {one[1]: (int(one[2]), one[3]) for one in found if one}


def proved(root=ROOT):
    """Returns {group: how many tests} of those that passed on these very files."""
    record, now = recorded(root), digests(root)
    return {
        name: record[name][0]
        for name, digest in now.items()
        if name in record and record[name][1] == digest
    }


def write(passed, root=ROOT):
    """Records groups, {group: (how many tests passed, digest)}. Keeps the others."""
    lines = sorted({**recorded(root), **passed}.items())
    text = "".join(f"{name} {count} {digest}\n" for name, (count, digest) in lines)
    (root / RECORD).write_text(HEAD + text)


def path_of(nodeid):
    return "harness/" + nodeid.split("::")[0]


def group_of(nodeid):
    """Returns the name of a test's group, or None if it proves no tool of ours."""
    path = path_of(nodeid)
    return next((name for name, one in GROUPS.items() if path in one.files()), None)


def is_partial(config):
    """Returns True if a run leaves out some tests of a file, other than what takes
    minutes."""
    some = config.getoption("keyword") or config.getoption("deselect")
    some = some or any("::" in word for word in config.args)
    return bool(some) or config.getoption("markexpr") != "not soak"


def say_left_out(counts):
    """One line on the groups that a run leaves out. None if there are none."""
    if not counts:
        return None
    names = ", ".join(f"{name} ({count})" for name, count in sorted(counts.items()))
    return (
        f"reap: {sum(counts.values())} tests of our own tools left out, as they "
        f"passed on these very files: {names}; make test-tools and make soak run them"
    )


class Proof:
    """What a run of all tests of our own tools has shown. It is recorded for each
    group of which all tests passed: a test that was skipped has proved nothing."""

    def __init__(self, root=ROOT):
        self.root = root
        self.before = digests(root)
        self.passed = Counter()  # by file
        self.failed = set()  # files

    def pytest_runtest_logreport(self, report):
        path = path_of(report.nodeid)
        if not report.passed:
            self.failed.add(path)
        elif report.when == "call":
            self.passed[path] += 1

    def has_proved(self, group):
        files = group.files()
        return files <= self.passed.keys() and files.isdisjoint(self.failed)

    def pytest_sessionfinish(self, exitstatus):
        if exitstatus != 0:
            return
        passed = {
            name: (sum(self.passed[path] for path in GROUPS[name].files()), digest)
            for name, digest in digests(self.root).items()
            if digest == self.before.get(name) and self.has_proved(GROUPS[name])
        }
        if passed:
            write(passed, self.root)
