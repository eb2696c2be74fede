"""Limits of the machine: processes, memory, the disk under the event log. A server
says what it lacks, drops at most the client of that moment, and goes on.
(Descriptors: test_faults.py. The size of files: test_event_log.py.)"""

import contextlib
import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from reaplab.deadline import PATIENCE, eventually
from reaplab.lifelines import event_log
from reaplab.proc.process import Process
from reaplab.servers import arrange, spawn
from reaplab.servers.clients import hold
from test_catalogue import RIGHT

# A user that nobody is, so that its processes are this test's alone.
SOMEBODY = 61000 + os.getpid() % 4000


@pytest.fixture
def as_somebody(lab, start, folder):
    """as_somebody("waitpid_loop", 3): the server, run by a user of its own who may
    have so many processes."""
    if os.getuid() != 0:
        pytest.skip("only root can start a program as another user")

    def drop_rights(most):
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
        os.setgroups([])
        os.setgid(SOMEBODY)
        os.setuid(SOMEBODY)

    def start_as(variant, most):
        folder.chmod(0o755)  # another user may not reach the build folder
        copy = folder / f"server_{variant}"
        shutil.copy(lab.program(copy.name), copy)
        copy.chmod(0o755)
        return start(variant, path=copy, trace=False,
                     preexec=lambda: drop_rights(most))

    return start_as


def is_dropped(server):
    """A client that finds no child: a FIN or a RST, and not a byte."""
    with server.connect() as session:
        with contextlib.suppress(ConnectionResetError):
            assert session.read_to_end() == b""


def is_served(server):
    with server.connect() as session:
        session.echo()


def drops_then_serves(server, limit):
    """With room for three processes: clients are dropped while two are served on;
    one of these leaves, and all is well. The limit is named."""
    server.faults_ordered = True
    with hold(server.address, 2) as (one, another):
        arrange.await_children(server, 2)
        is_dropped(server)
        is_dropped(server)
        one.echo()
        assert len(server.listener.children()) == 2
        another.close()
        arrange.await_children(server, 1)
        arrange.await_zombies(server, 0)
        is_served(server)
    arrange.await_children(server, 0)
    arrange.await_zombies(server, 0)
    assert server.stop() == 0
    dropped = f"{server.name}: cannot fork, client dropped: "
    reason = f"Resource temporarily unavailable ({limit})"
    said = [f"{dropped}{reason}", f"{dropped}1 more time"]
    assert server.err.splitlines() == said


def test_no_more_processes_for_this_user(as_somebody):
    drops_then_serves(as_somebody("waitpid_loop", 3), "RLIMIT_NPROC is 3")


def test_no_process_for_the_second_fork_of_two(as_somebody):
    """Where the first child finds no room for the one that was to echo, its parent
    says so: nobody else knows."""
    server = as_somebody("double_fork", 4)
    server.faults_ordered = True
    with hold(server.address, 2) as sessions:
        for session in sessions:
            session.echo()
        is_dropped(server)
    said = server.err.splitlines()
    assert len(said) == 1 and "cannot fork, client dropped: Resource" in said[0], said


def pids_cgroup():
    """A new group with a limit on processes, or None where there can be none."""
    for root in ("/sys/fs/cgroup/pids", "/sys/fs/cgroup"):
        group = Path(root) / f"reap-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        if (group / "pids.max").exists():
            return group
        group.rmdir()
    return None


@pytest.fixture
def group():
    made = pids_cgroup()
    if made is None:
        pytest.skip("no cgroup with a limit on processes can be made here")
    yield made
    eventually(lambda: remove(made))


def remove(group):
    """A group goes when its last process has been reaped."""
    try:
        group.rmdir()
    except OSError as error:
        raise AssertionError(f"{group}: {error}") from error


def test_no_more_processes_in_this_cgroup(start, group):
    """As in a container: pids.max, which root has to obey too."""
    server = start("waitpid_loop", trace=False)
    (group / "cgroup.procs").write_text(str(server.process.pid))
    (group / "pids.max").write_text("3")
    drops_then_serves(server, "pids.max of its cgroup is 3")
    server.close()


def test_little_memory_is_enough(start, lab):
    """RLIMIT_AS of 8 MB: a server and its children need a fraction."""
    if lab.sanitized:
        pytest.skip("a sanitizer reserves terabytes")
    limit = 8 << 20
    server = start(
        "waitpid_loop",
        preexec=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    with hold(server.address, 10) as sessions:
        for session in sessions:
            session.echo(bytes(range(256)) * 400)
    arrange.await_children(server, 0)
    arrange.settled_zombies(server, 0)


def test_too_little_memory_for_a_thread_is_said(lab):
    if lab.sanitized:
        pytest.skip("a sanitizer reserves terabytes")
    limit = 4 << 20
    run = spawn.run(
        [lab.program("server_thread"), "0"], within=5,
        preexec=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)),
    )
    assert (run.status, run.out) == (1, "")
    said = "server_thread: setup: Resource temporarily unavailable"
    assert run.err.startswith(said) and f"RLIMIT_AS is {limit} bytes" in run.err
    assert run.err.count("\n") == 1


# Memory that runs out. RLIMIT_AS of what a program has, or a little more or less.

MANY = 600  # children, for a viewer
STEP = 24  # kB from one limit to the next: a stack grows by more
NO_MEMORY = re.compile(
    r": (Cannot allocate memory \(RLIMIT_AS is \d+ bytes\)|Memory allocation failure)$"
)
NOT_LOADED = 127  # by the dynamic linker, which has no memory for a library


@pytest.fixture
def unsanitized(lab):
    if lab.sanitized:
        pytest.skip("a sanitizer reserves terabytes")


def kilobytes(process, which):
    """VmSize or VmPeak."""
    return int(process.status()[which].split()[0])


def no_more_for(process):
    """Not a page more than it has now."""
    limit_memory(process, kilobytes(process, "VmSize") << 10)


def limit_memory(process, size):
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_AS)
    resource.prlimit(process.pid, resource.RLIMIT_AS, (size, hard))


def with_at_most(kb):
    limit = kb << 10
    return {"preexec": lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit))}


def leave_zombies(lab, server, count):
    run = spawn.run([lab.program("client"), f"-n{count}", "-c16", "127.0.0.1",
                     str(server.port)])
    assert run.status == 0, run


def ends_well(run):
    """Done, or one line on what it had no memory for. Returns which."""
    if run.status == 0:
        assert run.err == "" and run.out, run
        return True
    assert run.status == 1 and run.err.count("\n") == 1, run
    name = os.path.basename(run.argv[0])
    assert run.err.startswith(f"{name}: ") and NO_MEMORY.search(run.err.strip()), run
    return False


def outcomes(argv, peak):
    """What comes of a program at each limit from what it needs down to where it
    cannot be loaded: ends_well() of each."""
    seen = []
    for kb in range(peak + STEP, 0, -STEP):
        run = spawn.run(argv, **with_at_most(kb))
        if run.status == NOT_LOADED:
            break
        seen.append(ends_well(run))
    return seen


@pytest.mark.parametrize("variant", RIGHT)
def test_a_server_needs_no_more_memory_under_load(start, unsanitized, variant):
    """Than for its first client; nor do its children, which have its limit."""
    server = start(variant, "--backlog", "64")
    is_served(server)
    arrange.await_children(server, 0)
    no_more_for(server.process)
    with hold(server.address, 20) as sessions:
        for session in sessions:
            session.echo(bytes(range(256)) * 400)
    arrange.await_children(server, 0)
    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
        assert server.stop() == 0
    assert server.err == "" and server.closing_line().forked == 22


def test_reaptop_with_too_little_memory_says_so(start, lab, unsanitized):
    server = start("noreap", "--backlog", "64", trace=False)
    leave_zombies(lab, server, MANY)
    argv = [lab.program("reaptop"), "-j", "-d60", str(server.process.pid)]
    popen = spawn.spawn(argv, stdout=subprocess.PIPE)
    try:
        popen.stdout.readline()
        peak = kilobytes(Process.at(popen.pid), "VmPeak")
    finally:
        spawn.end(popen)
        popen.stdout.close()
    seen = outcomes([*argv, "-n1"], peak)
    assert seen[0] and not seen[-1], "neither enough nor too little was tried"


def test_the_client_with_too_little_memory_says_so(start, lab, unsanitized):
    server = start("waitpid_loop", "--backlog", "64", trace=False)
    argv = [lab.program("client"), "-n20", "-c20", "127.0.0.1", str(server.port)]
    popen = spawn.spawn([*argv, "-w60000"], stdout=subprocess.DEVNULL)
    try:
        arrange.await_children(server, 20)
        peak = kilobytes(Process.at(popen.pid), "VmPeak")
    finally:
        spawn.end(popen)
    arrange.await_children(server, 0)
    seen = outcomes(argv, peak)
    assert seen[0] and not seen[-1], "neither enough nor too little was tried"
    arrange.await_children(server, 0)
    arrange.settled_zombies(server, 0)


def test_reaptop_whose_memory_runs_out_as_children_come(start, lab, unsanitized):
    """What it has printed are whole samples."""
    server = start("noreap", "--backlog", "64", trace=False)
    argv = [lab.program("reaptop"), "-j", "-d0.05", str(server.process.pid)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        popen = spawn.spawn(argv, stdout=out, stderr=err)
        try:
            def sampled():
                assert spawn.written(out).count("\n") >= 2

            eventually(sampled)
            no_more_for(Process.at(popen.pid))
            leave_zombies(lab, server, MANY)
            assert spawn.has_exited(popen, PATIENCE), "it had memory for them"
            status = spawn.exit_status(popen)
        finally:
            spawn.end(popen)
        run = spawn.Finished(tuple(argv), status, spawn.written(out),
                             spawn.written(err))
    assert not ends_well(run)
    samples = [json.loads(line) for line in run.out.splitlines()]
    assert run.out.endswith("\n") and len(samples) >= 2


def test_the_screen_is_left_when_memory_runs_out(start, lab, screen, unsanitized):
    server = start("noreap", "--backlog", "64", trace=False)
    shown = screen(server.process.pid)
    shown.await_text("zombies 0")
    no_more_for(Process.at(shown.pid))
    leave_zombies(lab, server, MANY)
    assert shown.await_end() == 1
    [said] = [row for row in shown.rows() if row.startswith("reaptop: ")]
    assert NO_MEMORY.search(said)
    assert shown.read_modes() == shown.modes


def test_the_disk_is_full_under_the_log(lab, folder, start):
    """The log ends with a whole line or, if a part had room, says so; the server
    serves on."""
    disk = folder / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size=8k reap "$0" && exec "$@"'
    prefix = ["unshare", "--mount", "sh", "-c", script, str(disk)]
    if spawn.run([*prefix, "true"]).status != 0:
        pytest.skip("a small disk cannot be mounted here")
    server = start("waitpid_loop", "--trace", disk / "log", trace=False,
                   prefix=prefix)
    log = Path(f"/proc/{server.process.pid}/root{disk}/log")

    def full():
        is_served(server)
        assert "event log ends here" in server.err

    eventually(full)
    for _ in range(3):
        is_served(server)
    assert server.err == "server_waitpid_loop: event log ends here, serving goes " \
        "on: No space left on device\n"
    arrange.await_children(server, 0)
    arrange.settled_zombies(server, 0)
    read = event_log.read(log)
    assert read.events and len(read.faults) <= 1, "at most its end is torn"
    assert server.stop() == 0
    assert server.closing_line().zombies == 0


@pytest.mark.parametrize("argv, reason", [
    (["server_noreap", "--trace", "{}", "0"], "No such file or directory"),
    (["reaptop", "-b", "-n1", "--", "{}"], "No such file or directory"),
])
def test_a_long_path_does_not_hide_the_reason(lab, folder, argv, reason):
    """The line is cut in the middle of the path: both of its ends are shown."""
    path = "/".join([str(folder), *["x" * 250] * 4, "end"])
    program, *arguments = argv
    run = spawn.run([lab.program(program), *[one.format(path) for one in arguments]])
    assert run.status != 0 and run.err.count("\n") == 1
    assert run.err.startswith(f"{program}: {folder}/xxx"), run.err
    assert "..." in run.err and run.err.endswith(f"/end: {reason}\n"), run.err


@pytest.mark.parametrize("argv", [
    ["server_waitpid_loop", "0"],
    ["client", "-n1", "127.0.0.1", "1"],
    ["reaptop", "-b", "-n1", str(os.getpid())],
])
@pytest.mark.parametrize("kb", [16, 64, 128])
def test_too_small_a_stack_is_refused_in_one_line(lab, argv, kb):
    """Before, what took more of the stack died of SIGSEGV and said nothing."""
    if lab.sanitized and kb == 16:
        pytest.skip("a sanitizer starts before main(), and needs more than that")
    program, *arguments = argv
    run = spawn.run([lab.program(program), *arguments], **with_stack_of(kb))
    assert (run.status, run.out) == (1, ""), run
    said = f"{program}: stack: limited to {kb} kB (RLIMIT_STACK), and it needs "
    assert run.err.startswith(said) and run.err.count("\n") == 1, run.err


def test_the_stack_that_is_asked_for_is_enough(lab, start):
    """Little more than what is refused, for a server, a client and a viewer."""
    refused = spawn.run([lab.program("client"), "-V"], **with_stack_of(64))
    # Arguments count too, and the kernel shifts the stack by up to 8 kB at random.
    least = int(re.search(r"at least (\d+) kB", refused.err)[1]) + 24
    server = start("waitpid_loop", **with_stack_of(least))
    client = [lab.program("client"), "-n20", "-c4", "-s100000", "127.0.0.1"]
    run = spawn.run([*client, str(server.port)], **with_stack_of(least))
    assert run.status == 0, run
    with server.connect() as session:
        session.echo()
        viewer = [lab.program("reaptop"), "-n1", str(server.process.pid)]
        for output in ("--batch", "--json"):
            run = spawn.run([*viewer, output], **with_stack_of(least))
            assert run.status == 0 and run.out, run


def with_stack_of(kb):
    limit = kb << 10
    which = resource.RLIMIT_STACK
    return {"preexec": lambda: resource.setrlimit(which, (limit, limit))}


def test_a_build_folder_with_a_space_is_refused_in_one_line(lab, folder):
    build = folder / "a b"
    run = spawn.run(["make", "-C", lab.root, "--no-print-directory", f"BUILD={build}"])
    assert run.status == 2 and not build.exists() and not (folder / "a").exists()
    assert run.err.count("\n") == 1 and "there is a space in it" in run.err, run.err


def test_a_checkout_in_a_folder_with_a_space_is_built(lab, folder):
    top = folder / "a b"
    top.mkdir()
    for part in ("Makefile", "src"):
        (top / part).symlink_to(lab.root / part)
    made = spawn.run(["make", "-s", "-C", top, "build/first_server"], within=60)
    assert made.status == 0, made
    assert spawn.run([top / "build/first_server"]).status == 2
    assert spawn.run(["make", "-n", "-C", top, "all"], within=60).status == 0
