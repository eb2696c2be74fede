"""The harness: builds the lab, starts servers for tests and cleans up after them.

    pytest harness                  proves what each server does
    pytest harness --server PATH    judges any other echo server

A failed test prints a report on each of its servers.
"""

import importlib.util
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Some tests run pytest again, which mostly compiles modules when it starts. Keep the
# bytecode, so that this happens once, and keep it out of the source folders.
sys.pycache_prefix = str(ROOT / "build/pycache")
sys.dont_write_bytecode = False
# Hypothesis keeps tables of Unicode characters.
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(ROOT / "build/hypothesis")

import tool_tests  # noqa: E402
from reaplab import diagnosis  # noqa: E402
from reaplab.servers import environment, server as servers, spawn  # noqa: E402

# The three variants that most tests run with. The catalogue's tests cover all of them.
VARIANTS = ["noreap", "sigchld", "waitpid_loop"]
# The first text: it is no variant and has no options.
FIRST = "first_server"
# Tools that tests compare with /proc, and Python modules. A test that needs a missing
# one is skipped.
WITNESSES = ("ss", "ps", "strace")
MODULES = ("pyte", "hypothesis")
# The fixtures that give a test access to the build of this run.
OF_THE_BUILD = {"lab", "start", "echo_server", "screen", "witness"}
# The special builds: the name of the folder, and what makes it.
SPECIAL_BUILDS = {
    "sanitize": "SAN=1", "slow_forks": "SLOW_FORKS=1", "not_lean": "LEAN=0",
}


class Lab:
    """The programs that this run of the harness tests."""

    def __init__(self, config):
        self.root = ROOT
        self.build = Path(config.getoption("--build")).resolve()
        server = config.getoption("--server")
        self.foreign = split_command(server) if server else None
        self.behaviour = None  # of the foreign server; set after it was observed
        unless_proved = config.getoption("--unless-proved")
        self.proved = tool_tests.proved() if unless_proved else {}
        self.tools_alone = config.getoption("--prove-tools")

    def program(self, name):
        return self.build / name

    def command(self, name):
        """Returns the command of a server without the lab's options, as a list: the
        server of --server, or the first text. Returns None for a variant."""
        first = [str(self.program(FIRST))] if name == FIRST else None
        return self.foreign or first

    @property
    def sanitized(self):
        return self.build.name == "sanitize"

    @property
    def slow_forks(self):
        return self.build.name == "slow_forks"

    @property
    def special(self):
        """The make variable that makes this build, if it is a special one."""
        return SPECIAL_BUILDS.get(self.build.name)

    def is_judged_by(self, item):
        """Returns False if a test does not depend on this build or this foreign server:
        the run on the plain build proves its claim. Also returns False for a test of
        our own tools that was proved."""
        tool = tool_tests.group_of(item.nodeid)
        if tool in self.proved or (self.tools_alone and tool is None):
            return False
        if self.foreign:
            return "echo_server" in item.fixturenames
        return not self.special or not OF_THE_BUILD.isdisjoint(item.fixturenames)


def split_command(text):
    """Splits a command, or the path of a program, into a list of words. Raises
    UsageError if there is no such program."""
    try:
        words = [text] if os.path.exists(text) else shlex.split(text)
    except ValueError as error:
        raise pytest.UsageError(f"--server {text}: {error}") from error
    found = shutil.which(words[0]) if words else None
    if found is None:
        raise pytest.UsageError(f"--server {text}: no such program")
    return [os.path.abspath(found), *words[1:]]


def pytest_addoption(parser, pluginmanager):
    group = parser.getgroup("reap")
    group.addoption(
        "--server",
        metavar="PATH",
        help="judge this echo server instead of the lab's own: a program, or a "
        "command in quotes, that gets a port as its last argument",
    )
    group.addoption(
        "--build",
        metavar="DIR",
        default=str(ROOT / "build"),
        help="where the lab's programs are built (default: build; a folder "
        "named sanitize gets the ASan and UBSan build, one named slow_forks has "
        "each fork and wait delayed, and one named not_lean has servers without "
        "what makes a fork cheap)",
    )
    group.addoption(
        "--rounds",
        metavar="N",
        type=int,
        default=3,
        help="how often the soak judges each known answer to a lab (default: 3)",
    )
    group.addoption(
        "--unless-proved",
        action="store_true",
        help="leave out the tests of our own tools that passed on these very files",
    )
    group.addoption(
        "--prove-tools",
        action="store_true",
        help="run the tests of our own tools alone, and record those that pass",
    )
    if not pluginmanager.hasplugin("timeout"):
        parser.addini("timeout", "belongs to pytest-timeout, which is missing")


def forget_own_arguments():
    """Removes the ARGS and TESTS of the make that runs this process, and pytest's
    options, from the environment. Otherwise a make or pytest that a test runs
    would use them."""
    for name in ("PYTEST_ADDOPTS", "ARGS", "TESTS"):
        os.environ.pop(name, None)
    flags = os.environ.get("MAKEFLAGS", "")
    flags = re.sub(r"(^| )(ARGS|TESTS)=(\\.|[^ \\])*", "", flags)
    os.environ["MAKEFLAGS"] = flags


def pytest_configure(config):
    # With pytest-xdist, the workers run the tests. They read the options from the
    # environment again, so only the workers remove them.
    if hasattr(config, "workerinput") or not config.getoption("numprocesses", 0):
        forget_own_arguments()
    config.addinivalue_line(
        "markers", "timeout(seconds): belongs to pytest-timeout"
    )
    config.addinivalue_line(
        "markers", "xdist_group(name): side by side, these stay with one worker"
    )
    config.addinivalue_line("markers", "storm: floods the machine, so it runs last")
    config.pluginmanager.register(Lab(config), "reap-lab")
    if config.getoption("--prove-tools") and not hasattr(config, "workerinput"):
        if tool_tests.is_partial(config):
            raise pytest.UsageError("--prove-tools: of whole files: make test-tools")
        config.pluginmanager.register(tool_tests.Proof(), "reap-proof")
    spawn.take_charge()


def lab_of(config):
    return config.pluginmanager.get_plugin("reap-lab")


def pytest_report_header(config):
    lab = lab_of(config)
    subject = shlex.join(lab.foreign) if lab.foreign else f"build {lab.build}"
    lines = [f"reap: {subject}, Linux {platform.release()}, uid {os.getuid()}"]
    lines += filter(None, [tool_tests.say_left_out(lab.proved)])
    missing = [tool for tool in WITNESSES if not shutil.which(tool)]
    missing += [name for name in MODULES if not importlib.util.find_spec(name)]
    if missing:
        lines.append(
            f"reap: without {', '.join(missing)}: tests that need it are skipped"
        )
    if not config.pluginmanager.hasplugin("timeout"):
        lines.append("reap: without pytest-timeout: a test that hangs stays")
    return lines


def pytest_sessionstart(session):
    lab = lab_of(session.config)
    if session.config.option.collectonly or hasattr(session.config, "workerinput"):
        return  # a worker of pytest-xdist runs after the build
    if lab.foreign is None or lab.build in Path(lab.foreign[0]).parents:
        build(lab)
    if lab.foreign is not None:
        try_foreign(lab)


def make_command(lab, target):
    """Returns the command that makes a target in this run's build folder, and its
    environment."""
    folder = lab.build.parent if lab.special else lab.build
    if lab.root in folder.parents:
        folder = folder.relative_to(lab.root)
    command = ["make", "-s", "-C", str(lab.root), f"BUILD={folder}", target]
    if lab.special:
        command.append(lab.special)
    # Keep the variables given to an outer make, but not its job server, which this
    # make must not use.
    flags = os.environ.get("MAKEFLAGS", "").split()
    flags = [one for one in flags if not one.startswith(("-j", "--jobserver"))]
    return command, {**os.environ, "MAKEFLAGS": " ".join(flags)}


def make_targets():
    """Returns the names of all phony targets of the Makefile and its included files."""
    texts = [path.read_text() for path in [ROOT / "Makefile", *ROOT.glob("*/**/*.mk")]]
    lines = re.findall(r"^\.PHONY: (.+)$", "\n".join(texts), re.MULTILINE)
    return {target for line in lines for target in line.split()}


def build(lab):
    """Builds what is out of date: the programs under test, the foreign servers, and the
    objects that submissions are linked with, which are always of the plain build.
    Ends the run if that fails."""
    command, environment_variables = make_command(lab, "all")
    command += ["judged-over", "foreign-servers"]
    done = subprocess.run(
        command,
        env=environment_variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode != 0:
        said = done.stdout.decode("utf-8", "replace")
        pytest.exit(f"{shlex.join(command)} failed:\n{said}", 1)


def try_foreign(lab):
    """Starts the server once. Ends the run with one message if it does not start."""
    try:
        with servers.start_foreign_server(lab.foreign):
            pass
    except servers.ServerFailed as error:
        pytest.exit(str(error), 1)
    except (spawn.ProcessTableFull, subprocess.SubprocessError) as error:
        pytest.exit(f"on this machine something failed: {error}", 1)


def pytest_generate_tests(metafunc):
    if "echo_server" in metafunc.fixturenames:
        foreign = lab_of(metafunc.config).foreign
        names = [os.path.basename(foreign[0])] if foreign else [FIRST, *VARIANTS]
        metafunc.parametrize("echo_server", names, indirect=True)
    elif "variant" in metafunc.fixturenames and not _has_own_variants(metafunc):
        metafunc.parametrize("variant", VARIANTS)


def _has_own_variants(metafunc):
    marks = metafunc.definition.iter_markers("parametrize")
    return any("variant" in mark.args[0] for mark in marks)


def pytest_collection_modifyitems(config, items):
    # Storms run last: each leaves tens of thousands of sockets in TIME_WAIT for a
    # minute.
    items.sort(key=lambda item: item.get_closest_marker("storm") is not None)
    lab = lab_of(config)
    others = [item for item in items if not lab.is_judged_by(item)]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if lab.is_judged_by(item)]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Adds a report on each running server to a failure; fixtures end the servers only
    after this. If a fault of the machine caused the failure, skips the test instead,
    unless the test orders such faults itself."""
    outcome = yield
    report = outcome.get_result()
    if not report.failed or call.when == "teardown":
        return
    fault = environment.fault_behind(call.excinfo.value, servers.running())
    if fault is None or item.get_closest_marker("faults_ordered"):
        report.sections += servers.reports()
    else:
        report.outcome = "skipped"
        where = item.reportinfo()
        report.longrepr = (str(where[0]), where[1], f"Skipped: {fault}")


def pytest_terminal_summary(terminalreporter, exitstatus, config):
    lab = lab_of(config)
    if lab.behaviour is not None:
        terminalreporter.section("who reaps?")
        name = shlex.join(lab.foreign)
        terminalreporter.write_line(f"{name}: {lab.behaviour}")
    interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
    if lab.foreign and not config.option.collectonly and not interrupted:
        _, verdict = diagnosis.diagnose(lab.foreign, seconds=diagnosis.MOMENTS)
        terminalreporter.section("diagnosis")
        name = shlex.join([os.path.basename(lab.foreign[0]), *lab.foreign[1:]])
        terminalreporter.write_line(diagnosis.words.describe(verdict, name))


def pytest_unconfigure():
    for popen in spawn.still_running():
        spawn.end(popen)
    spawn.end_strays()


@pytest.fixture(scope="session")
def lab(request):
    return lab_of(request.config)


@pytest.fixture(autouse=True)
def nothing_left():
    """Fails a test that leaves a process behind."""
    yield
    left = [f"{popen.pid} {popen.args}" for popen in spawn.still_running()]
    for popen in spawn.still_running():
        spawn.end(popen)
    left += [f"orphan {process.pid}" for process in spawn.end_strays()]
    assert not left, f"the test left processes behind: {left}"


@pytest.fixture
def folder():
    """A folder for a test's files. It is removed after the test."""
    with tempfile.TemporaryDirectory(prefix="reap-") as path:
        yield Path(path)


@pytest.fixture
def start(lab, folder):
    """start("noreap", "--backlog", "64") starts a variant and waits until it accepts.
    It keeps an event log unless trace=False. The fixture ends all servers."""
    started = []

    def start_server(variant, *options, trace=True, path=None, **extra):
        path = path or lab.program(f"server_{variant}")
        log = folder / f"server_{variant}.{len(started)}.jsonl"
        if trace:
            options = ("--trace", log, *options)
        server = servers.start_lab_server(
            path, *options, trace=log if trace else None, **extra
        )
        started.append(server)
        return server

    yield start_server
    _close_all(started)


@pytest.fixture
def echo_server(request, lab, start):
    """A running echo server: each of the lab's in turn, or the server of --server."""
    command = lab.command(request.param)
    if command is None:
        yield start(request.param)
        return
    with servers.start_foreign_server(command) as foreign:
        yield foreign


@pytest.fixture
def screen(lab):
    """screen(argument..., columns=80, lines=24, delay="0.05", before=()) starts
    reaptop on a terminal. The words of `before` stand before its command. Other
    options go to Terminal. The fixture ends reaptop."""
    terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")
    opened = []

    def open_screen(
        *arguments, columns=80, lines=24, delay="0.05", before=(), **options
    ):
        argv = [*before, lab.program("reaptop"), "-d", delay, *map(str, arguments)]
        one = terminal.Terminal(argv, columns, lines, **options)
        opened.append(one)
        return one

    yield open_screen
    for one in opened:
        one.__exit__()


@pytest.fixture
def busy():
    """Two programs that keep two cores busy."""
    loops = [spawn.spawn(["sh", "-c", "while :; do :; done"]) for _ in range(2)]
    yield
    for loop in loops:
        spawn.end(loop)


@pytest.fixture
def witness(lab):
    """witness("ss") skips the test if this tool is missing or cannot work here."""
    def need(tool):
        if not shutil.which(tool):
            pytest.skip(f"needs {tool}")
        if tool == "strace":
            if lab.sanitized:
                pytest.skip("LeakSanitizer does not work under strace")
            if spawn.run(["strace", "-o", "/dev/null", "true"]).status != 0:
                pytest.skip("strace may not trace here")

    return need


def _close_all(started):
    """Closes every server, also if closing one fails."""
    try:
        while started:
            started.pop().close()
    finally:
        if started:
            _close_all(started)


@pytest.fixture(scope="session")
def moments_server(tmp_path_factory):
    """moments_server(name): the server of harness/moments, built with line numbers."""
    folder = tmp_path_factory.mktemp("moments")

    def built(name):
        program = folder / name
        if not program.exists():
            source = ROOT / "harness/moments" / f"{name}.c"
            options = ["-std=c11", "-D_GNU_SOURCE", "-g", "-O1", "-o", program]
            done = spawn.run(["cc", *options, source], within=240)
            assert done.status == 0, done.err
        return program

    return built
