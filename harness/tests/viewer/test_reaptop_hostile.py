"""Processes that are not made to be watched: names that are commands to a terminal,
children that vanish while they are read, PIDs that are used again, threads that
outlive their process's first one."""

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
import time
import unicodedata

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.proc.process import Process
from reaplab.servers import spawn

terminal = pytest.importorskip("reaplab.displays.terminal", reason="needs pyte")

# Each at most 15 bytes, which is what the kernel keeps.
NAMES = [
    b") Z 1 (", b"a) S 1 1 1 (b", b"\n\n\n", b"two\nlines", b"\x1b[2J\x1b[31mred",
    b"\x1b]0;title\x07", b"\x1bc", b"\x9b31m", b"\xff\xfe\xc3", b"\xe2\x80\xae" b"rtl",
    b"\\x1b\\n", b'"quoted"', b"\t\t", b"%s%n%d", b" ", b"",
    b"so\xc2\xadft", b"no\xc2\xa0br", b"em\xe2\x80\x83",
    b"\xc2\x9b31m", b"\xf0\x9f\x92\x80",
]

# Has children with these names, and one itself, then says so.
PARENT = """
import ctypes, os, signal, sys, time
names = [bytes.fromhex(one) for one in sys.argv[1:]]
def rename(name):
    ctypes.CDLL(None).prctl(15, name, 0, 0, 0)  # PR_SET_NAME
for name in names:
    if os.fork() == 0:
        rename(name)
        time.sleep(1000)
for name in names:
    if os.fork() == 0:
        rename(name)
        os._exit(0)
rename(names[4])
time.sleep(1000)
"""


@pytest.fixture
def run_python():
    """run_python(script, argument...): a Process that runs it, ended with the
    test."""
    started = []

    def run(script, *arguments, **options):
        argv = [sys.executable, "-c", script, *arguments]
        started.append(spawn.spawn(argv, **options))
        return Process.at(started[-1].pid)

    yield run
    for popen in started:
        spawn.end(popen)


@pytest.fixture
def named(run_python):
    """A parent whose children have all the names, alive and as zombies."""
    parent = run_python(PARENT, *(name.hex() for name in NAMES))

    def ready():
        assert len(parent.live_children()) == len(NAMES)
        assert len(parent.zombies()) == len(NAMES)
        living = [child.stat() for child in parent.live_children()]
        assert not any("python" in one.name for one in living)
        assert {one.state for one in living} == {"S"}, "for good: they sleep"
        assert "python" not in parent.stat().name

    eventually(ready)
    return parent


def reaptop(lab, *arguments, **options):
    """What it writes, run to its end."""
    argv = [lab.program("reaptop"), *map(str, arguments)]
    run = spawn.run(argv, **options)
    assert (run.status, run.err) == (0, ""), run
    return run.out


# Names


def test_names_in_json(lab, named):
    """One line of ASCII, so that no terminal finds a command in it whatever it takes
    bytes for. Every name comes through, except for bytes that are no text."""
    out = reaptop(lab, "-j", "-n1", named.pid)
    assert out.count("\n") == 1 and not re.search("[^\n -~]", out)
    (server,) = json.loads(out)["servers"]
    assert (server["live"], server["zombies"]) == (len(NAMES), len(NAMES))
    told = [one["name"] for one in server["children"] if one["state"] == "Z"]
    expected = [name.decode("utf-8", "replace") for name in NAMES]
    assert sorted(told) == sorted(expected)


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_names_in_text(lab, named, locale):
    """A line a child, whatever is in its name, and no byte that a terminal takes for
    a command. No two names look alike."""
    out = reaptop(
        lab, "-b", "-n1", named.pid, env={**os.environ, "LC_ALL": locale}
    )
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\xa0\xad\u2003\u202e]", out)
    rows = [line for line in out.splitlines() if re.match(r" *\d+ [SZ] ", line)]
    assert len(rows) == 2 * len(NAMES)
    assert r"\x1b[2J\x1b[31mred" in out and r"two\nlines" in out
    assert r"\\x1b\\n" in out and ") Z 1 (" in out
    assert r"\xe2\x80\xaertl" in out and r"so\xc2\xadft" in out


@pytest.mark.parametrize("keys", ["", "t", "\x1b[B\r", "e", "s", "/red\r"])
def test_names_on_the_screen(lab, named, keys):
    """In the table and in every view: the title is not set, nothing is cleared or
    painted red by a name."""
    argv = [lab.program("reaptop"), "-d", "0.05", "--no-color", str(named.pid)]
    with terminal.Terminal(argv, 160, 50, term="xterm-256color") as shown:
        shown.await_text(r"\x1b[2J\x1b[31mr", f"zombies {len(NAMES)}")
        shown.type(keys)
        shown.await_text(r"\x1b[2J\x1b[31mr")
        assert b"\x1b]0;title" not in shown.raw and b"\x1bc" not in shown.raw
        assert b"\x1b[31m" not in shown.raw and b"\xe2\x80\xae" not in shown.raw
        assert all(len(row) <= 160 for row in shown.rows())
        shown.type("\x1bq" if keys else "q")
        if keys:
            shown.type("q")
        assert shown.await_end() == 0


# Event logs


# What a member may hold: bytes that command terminals, in both of their codings; what
# UTF-8 forbids; characters that turn the line around.
COMMANDS = [b"\x1b[2J\x1b]0;title\x07", b"\x1bc\x1b[31m\x7f\r\x08\t",
            b"\x9b31m\xc2\x9b31m\xc2\x85\xe2\x80\xae"]
NO_TEXT = [bytes(range(low, low + 8)).replace(b"\n", b"") for low in
           (*range(1, 32, 8), *range(0x78, 0xa0, 8))]
NO_TEXT += [b"\xc0\x9b[m\xed\xa0\x80", b"\xf4\x90\x80\x80\xe2\x80", b"\xf0\x9f"]
MEMBERS = {
    "listen": ["address", "port", "backlog"], "accept": ["peer"], "fork": ["child"],
    "reap": ["child", "signal", "exit_code"], "close": ["bytes"],
    "exit": ["exit_code"], "error": ["call", "errno"],
    "stop": ["forked", "reaped", "sigchlds", "zombies"],
}
# All that curses has to say to a terminal of that kind, colours aside.
CURSES = re.compile(r"\x1b(\[[?>]?[0-9;]*[A-Za-z]|[()][AB0]|[=>78])|[\n\r\b\t\x0e\x0f]")


def escaped(value):
    """How the viewer shows such bytes."""
    shown = [chr(one) if 0x20 <= one < 0x7f else f"\\x{one:02x}" for one in value]
    return "".join(shown).replace(r"\x09", r"\t")


def hostile_log(pid):
    """(a log, the values in it): every member of every event with every command, and
    one of them, and the name of an event, with all that is no text."""
    wanted = [(event, member, value) for event, members in MEMBERS.items()
              for member in members for value in COMMANDS]
    wanted += [("accept", "peer", value) for value in NO_TEXT]
    log = b"".join(
        b'{"t_ns":%d,"pid":%d,"event":"%s","%s":"<%s>"}\n'
        % (at, pid, event.encode(), member.encode(), value)
        for at, (event, member, value) in enumerate(wanted)
    )
    log += b"".join(b'{"t_ns":99,"pid":%d,"event":"<%s>"}\n' % (pid, value)
                    for value in COMMANDS)
    return log, COMMANDS + NO_TEXT


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_an_event_log_on_the_screen(start, screen, folder, locale):
    """The view of events has the text of members in it, as it stands in the log."""
    server = start("noreap", trace=False)
    log = folder / "log"
    text, values = hostile_log(server.process.pid)
    log.write_bytes(text)
    shown = screen("--no-color", "--trace", log, server.process.pid, columns=120,
                   lines=90, term="xterm-256color", env={"LC_ALL": locale})
    shown.await_text("forked ")
    shown.type("e")
    shown.await_text(*(f"<{escaped(value)}>" for value in values))
    written = shown.raw.decode("ascii" if locale == "C" else "utf-8")
    assert "\x1b[31m" not in written
    left = CURSES.sub("", written)
    commands = [one for one in left if unicodedata.category(one) in ("Cc", "Cf")]
    assert not commands, ascii(left)


# Vanishing


CHURN = """
import os
while True:
    for _ in range(20):
        if os.fork() == 0:
            os._exit(0)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
"""


@pytest.mark.parametrize("output", ["-j", "-b"])
def test_children_that_vanish_while_they_are_read(lab, run_python, output):
    """A hundred samples of a parent whose children live for less than one: each is
    whole, and nothing is complained of. And a hundred more where the machine gave the
    parent no time."""
    parent = run_python(CHURN)
    if output == "-b":
        out = reaptop(lab, "-b", "-d", "0.01", "-n", 100, parent.pid, within=60)
        assert out.count("\n\n") == 100
        return
    came = 0
    deadline = time.monotonic() + 4 * PATIENCE
    while came <= 20:
        assert time.monotonic() < deadline, f"it saw {came} come"
        out = reaptop(lab, "-j", "-d", "0.01", "-n", 100, parent.pid, within=60)
        came += sum(one["came"] for one in whole_samples(out, 100))


def whole_samples(out, count):
    """The only server in each sample."""
    samples = [json.loads(line) for line in out.splitlines()]
    assert [one["sample"] for one in samples] == list(range(1, count + 1))
    found = [server for one in samples for server in one["servers"]]
    assert len(found) == count
    for server in found:
        assert server["live"] + server["zombies"] == len(server["children"])
        pids = [one["pid"] for one in server["children"]]
        assert len(pids) == len(set(pids)) and not server["ended"]
    return found


# Reuse


# At SIGUSR1 it reaps its child and starts another that gets the same PID, which
# /proc/sys/kernel/ns_last_pid allows to root (proc(5)).
REUSE = """
import os, signal, sys, time
def child():
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGUSR1, signal.SIG_DFL)
        time.sleep(1000)
    return pid
def again(*_):
    global pid
    wanted = pid
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    time.sleep(0.05)  # another tick of the clock: the start times must differ
    for _ in range(200):
        with open("/proc/sys/kernel/ns_last_pid", "w") as last:
            last.write(str(wanted - 1))
        pid = child()
        if pid == wanted:
            print("same", flush=True)
            return
        os.kill(pid, 9)
        os.waitpid(pid, 0)
    print("other", flush=True)
signal.signal(signal.SIGUSR1, again)
pid = child()
while True:
    time.sleep(1000)
"""


@pytest.fixture
def reusing(run_python):
    """(a parent with one child, a function that gives the child's PID to another
    one)."""
    if not os.access("/proc/sys/kernel/ns_last_pid", os.W_OK):
        pytest.skip("needs root, to choose the next PID")
    out = tempfile.TemporaryFile()
    parent = run_python(REUSE, stdout=out)

    def forked():
        children = parent.live_children()
        assert len(children) == 1
        assert children[0].state == "S", "for good: the screen will say so"
        return children[0]

    child = eventually(forked)

    def reuse():
        parent.send(10)  # SIGUSR1
        eventually(lambda: told(out))
        if "same" not in spawn.written(out):
            pytest.skip("others took the PID every time")
        return eventually(forked)

    yield parent, child, reuse
    out.close()


def told(out):
    assert spawn.written(out).strip()


def test_a_pid_that_was_used_again_is_not_signalled(lab, reusing):
    """The screen shows the first child, for ten minutes to come; the second has its
    PID by then and must live."""
    parent, first, reuse = reusing
    argv = [lab.program("reaptop"), "-d", "600", str(parent.pid)]
    with terminal.Terminal(argv, 120, 30) as shown:
        shown.await_text(f"{first.pid} S")
        second = reuse()
        assert second.pid == first.pid and second != first
        shown.type("\x1b[Bx")
        shown.await_text(f"Kill {first.pid}")
        shown.type("y")
        shown.await_text(f"SIGKILL was not sent to {first.pid}: it is gone")
        assert second.is_alive()


def test_a_pid_that_was_used_again_is_not_shown_as_the_first(lab, reusing):
    """The view of one process stays with that process."""
    parent, first, reuse = reusing
    argv = [lab.program("reaptop"), "-d", "0.05", str(parent.pid)]
    with terminal.Terminal(argv, 120, 30) as shown:
        shown.await_text(f"{first.pid} S")
        shown.type("\x1b[B\r")
        shown.await_text(" Process ", f"{first.pid} python", "waits in")
        reuse()
        shown.await_text(f"{first.pid} is gone", "another process's now")


def test_a_pid_that_was_used_again_is_another_child(lab, reusing):
    parent, first, reuse = reusing
    with tempfile.TemporaryFile() as out:
        popen = spawn.spawn(
            [lab.program("reaptop"), "-j", "-d", "0.05", str(parent.pid)], stdout=out
        )
        try:
            def last(seen):
                line = spawn.written(out).splitlines()[-1:]
                assert line and line[0].endswith("}")
                (server,) = json.loads(line[0])["servers"]
                assert server["seen"] == seen, server
                return server["children"]

            (shown,) = eventually(lambda: last(1))
            assert shown["start_ticks"] == first.start_ticks
            second = reuse()

            # Those that got another PID on the way were children, too.
            def is_second():
                line = spawn.written(out).splitlines()[-1]
                (server,) = json.loads(line)["servers"]
                (one,) = server["children"]
                assert one["start_ticks"] == second.start_ticks
                assert one["pid"] == first.pid and server["seen"] >= 2

            eventually(is_second)
        finally:
            spawn.end(popen)


# Threads


# Its first thread ends; another lives on, with a child of its own. A child of it does
# the same.
LEADERLESS = """
import ctypes, os, sys, threading, time
def live_on():
    if sys.argv[1] == "parent":
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:3], "child"])
    time.sleep(1000)
threading.Thread(target=live_on).start()
time.sleep(0.05)
ctypes.CDLL(None).syscall(60 if os.uname().machine == "x86_64" else 93, 0)  # exit(2)
"""


@pytest.fixture
def headless(run_python):
    """(a parent, its child), the first threads of both ended."""
    parent = run_python(LEADERLESS, "parent")

    def settled():
        assert parent.stat().state == "Z"
        children = parent.children()
        assert len(children) == 1 and children[0].stat().state == "Z"
        return parent, children[0]

    return eventually(settled)


def test_a_process_whose_first_thread_ended(lab, headless):
    """stat says Z of it, but it is no zombie: it runs, nobody can wait for it, and
    its exit status is not one yet."""
    parent, child = headless
    out = reaptop(lab, "-j", "-n1", parent.pid)
    (server,) = json.loads(out)["servers"]
    assert server["ended"] is False and server["threads"] == 2
    assert (server["live"], server["zombies"]) == (1, 0)
    (shown,) = server["children"]
    assert shown["pid"] == child.pid
    assert (shown["state"], shown["zombie"], shown["threads"]) == ("Z", False, 2)
    assert shown["exit_code"] is None and shown["signal"] is None
    assert parent.live_children() == [child] and parent.zombies() == []
    child.send(9)

    def dead():
        assert parent.zombies() == [child] and parent.live_children() == []
        (server,) = json.loads(reaptop(lab, "-j", "-n1", parent.pid))["servers"]
        assert (server["live"], server["zombies"]) == (0, 1)
        assert server["children"][0]["signal"] == 9

    eventually(dead)


@pytest.mark.parametrize("columns", [26, 120])
def test_a_process_whose_first_thread_ended_on_the_screen(headless, screen, columns):
    """No zombie there either; its view shows what its other threads have."""
    parent, child = headless
    shown = screen(parent.pid, columns=columns, lines=50)
    shown.await_text(f"{child.pid} Z main gone", "live 1  zombies 0")
    shown.type("\x1b[Bt")
    shown.await_text(" Tree ", f"{child.pid} Z")
    shown.type("\r")
    shown.await_text(f"{child.pid} python", "1, and the")
    if columns > 80:
        shown.await_text("it lives on in other threads", "kB resident")
    child.send(9)
    shown.await_text("Z zombie")
    shown.type("\x1b")
    shown.await_text("zombies 1", f"{child.pid} Z zombie")


FORKS_IN_THREADS = """
import os, threading, time
def fork(code):
    if os.fork() == 0:
        if code is None:
            time.sleep(1000)
        os._exit(code)
    time.sleep(1000)
for code in (None, 0, 7, None, 9):
    threading.Thread(target=fork, args=(code,)).start()
time.sleep(1000)
"""


def test_children_of_all_threads(lab, run_python):
    parent = run_python(FORKS_IN_THREADS)

    def settled():
        assert len(parent.live_children()) == 2 and len(parent.zombies()) == 3

    eventually(settled)
    (server,) = json.loads(reaptop(lab, "-j", "-n1", parent.pid))["servers"]
    assert (server["live"], server["zombies"], server["threads"]) == (2, 3, 6)
    assert sorted(
        one["exit_code"] for one in server["children"] if one["state"] == "Z"
    ) == [0, 7, 9]


def test_a_thread_is_not_a_process(lab, run_python):
    parent = run_python(FORKS_IN_THREADS)

    def others():
        found = set(map(int, os.listdir(f"/proc/{parent.pid}/task"))) - {parent.pid}
        assert found
        return found

    thread = eventually(others).pop()
    run = spawn.run([lab.program("reaptop"), "-b", "-n1", str(thread)])
    assert run.status == 1
    assert run.err == (
        f"reaptop: {thread}: a thread of process {parent.pid}: watch that\n"
    )


# Hidden


# Its children: one of root's that lives and one that is dead; then it is nobody's,
# with a dead child of its own.
HALF_HIDDEN = """
import ctypes, os, sys, time
def die(code):
    pid = os.fork()
    if pid == 0:
        os._exit(code)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
ready = open(sys.argv[1] + ".half", "w")
if os.fork() == 0:
    time.sleep(1000)
die(3)
os.setgid(65534)
os.setuid(65534)
ctypes.CDLL(None).prctl(4, 1)  # PR_SET_DUMPABLE: show what we are
die(4)
ready.write(str(os.getpid()))
ready.close()
os.rename(ready.name, sys.argv[1])
time.sleep(1000)
"""


@pytest.fixture
def hidden(lab, folder):
    """hidden(argument...): what reaptop says as nobody, where /proc shows nobody but
    its own, in a PID namespace where process 1 is root's. "PARENT" in the arguments
    is the process of HALF_HIDDEN."""
    if os.getuid() != 0:
        pytest.skip("needs root, to be somebody else")
    inside = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    hide = "mount -t proc -o hidepid=2 proc /proc"
    if spawn.run([*inside, "sh", "-c", hide]).status != 0:
        pytest.skip("this machine refuses a PID namespace, or hidepid")
    folder.chmod(0o777)
    script = folder / "parent.py"
    script.write_text(HALF_HIDDEN)
    viewer = shutil.copy(lab.program("reaptop"), folder)
    ready = folder / "ready"

    def run(*arguments):
        nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
        watch = shlex.join([str(viewer), *arguments])
        watch = watch.replace("PARENT", f"$(cat {ready})")
        shell = (
            f"rm -f {ready}; {hide}; {sys.executable} {script} {ready} & "
            f"until [ -e {ready} ]; do sleep 0.02; done; {nobody} {watch}"
        )
        return spawn.run([*inside, "sh", "-c", shell])

    return run


def test_children_that_proc_hides(hidden):
    """Known by their PIDs alone, and by whether they have died: they are counted
    right, and no exit status is made up."""
    done = hidden("-j", "-n1", "PARENT")
    assert (done.status, done.err) == (0, ""), done
    (server,) = json.loads(done.out)["servers"]
    assert (server["live"], server["zombies"]) == (1, 2)
    told = {
        (one["name"], one["state"], one["zombie"], one["exit_code"], one["age_s"])
        for one in server["children"]
        if one["name"] is None
    }
    assert told == {(None, None, False, None, None), (None, None, True, None, None)}
    assert [one["exit_code"] for one in server["children"] if one["name"]] == [4]


def test_a_process_that_proc_hides_is_not_called_gone(hidden):
    done = hidden("-b", "-n1", "1")
    assert done.status == 1
    assert done.err == (
        "reaptop: 1: another user's process, which /proc hides from us\n"
    )
    assert hidden("-b", "-n1", "4000").err == "reaptop: 4000: no such process\n"


def test_whose_port_it_is_where_proc_hides_processes(hidden, start):
    """It is not told to name a PID that it would not show either."""
    port = start("noreap").address[1]
    done = hidden("-b", "-n1", "--port", str(port))
    assert (done.status, done.out) == (1, "")
    assert done.err == (
        f"reaptop: port {port}: it belongs to another user's process, which /proc "
        "hides from us\n"
    )


# The whole machine


def test_who_leaks_here(lab, named, run_python):
    """--zombies: the parents that have any, and no other; as many as /proc says."""
    clean = run_python("import time; time.sleep(1000)")
    out = reaptop(lab, "--zombies", "-j", "-n1", within=60)
    servers = {one["pid"]: one for one in json.loads(out)["servers"]}
    assert servers[named.pid]["zombies"] == len(NAMES)
    assert clean.pid not in servers
    assert all(one["zombies"] > 0 for one in servers.values())
    zombies = {
        child["pid"]
        for one in servers.values()
        for child in one["children"]
        if child["state"] == "Z"
    }
    assert {one.pid for one in named.zombies()} <= zombies


def test_who_waits_at_last_is_dropped(lab, run_python):
    parent = run_python(
        "import os, signal, time\n"
        "signal.signal(signal.SIGUSR1, lambda *_: os.wait())\n"
        "if os.fork() == 0: os._exit(0)\n"
        "while True: time.sleep(1000)\n"
    )

    def one_zombie():
        assert len(parent.zombies()) == 1

    eventually(one_zombie)
    with tempfile.TemporaryFile() as out:
        viewer = spawn.spawn(
            [lab.program("reaptop"), "--zombies", "-j", "-d", "0.05"], stdout=out
        )
        try:
            eventually(lambda: last_has(out, parent.pid, True))
            parent.send(10)
            eventually(lambda: last_has(out, parent.pid, False))
        finally:
            spawn.end(viewer)


def last_has(out, pid, wanted):
    lines = spawn.written(out).split("\n")[:-1]
    assert lines
    servers = [one["pid"] for one in json.loads(lines[-1])["servers"]]
    assert (pid in servers) == wanted
