"""What a starter leaves behind: masks, dispositions, descriptors, the umask, the
locale, a folder that is gone. Servers serve and reap, the client puts its load on
them and reaptop watches in spite of all of it."""

import contextlib
import errno
import fcntl
import json
import os
import resource
import signal
import stat
import subprocess

import pytest

from reaplab.lifelines import event_log
from reaplab.servers import arrange, server as servers, spawn
from reaplab.servers.clients import hold
from test_catalogue import RIGHT

CATCHABLE = [
    one for one in signal.valid_signals()
    if one not in (signal.SIGKILL, signal.SIGSTOP)
]
# More than select(2) and its FD_SET could name.
MANY = 1100
TEXT_OF_MANY = b"a starter's own file, which nobody else may read or write"


def block_all():
    signal.pthread_sigmask(signal.SIG_SETMASK, signal.valid_signals())


def ignore_all():
    for signum in CATCHABLE:
        signal.signal(signum, signal.SIG_IGN)


def block_and_ignore_all():
    ignore_all()
    block_all()


def with_sigchld_pending():
    """Blocked, ignored later, and already sent: pending through exec."""
    signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGCHLD, signal.SIGALRM})
    os.kill(os.getpid(), signal.SIGCHLD)


def with_sigchld_ignored():
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def with_sigpipe_ignored():
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)


def without_stdin():
    os.close(0)


def without_stdout():
    os.close(1)


def without_stderr():
    os.close(2)


def without_standard_descriptors():
    for number in range(3):
        os.close(number)


def with_hundreds_of_descriptors():
    """All of one open file, from 3 on without a gap: what is opened next is past
    them. One of those replaced would have told Popen why an exec failed."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    name = f"/tmp/reap-many-{os.getpid()}"
    low = os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(name)
    os.write(low, TEXT_OF_MANY)
    file = fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 3 + MANY)
    for number in range(3, 3 + MANY):
        os.dup2(file, number)


def with_nothing_allowed_by_umask():
    os.umask(0o777)


def with_everything_allowed_by_umask():
    os.umask(0)


def in_a_folder_that_is_gone():
    folder = f"/tmp/reap-gone-{os.getpid()}"
    os.mkdir(folder)
    os.chdir(folder)
    os.rmdir(folder)


def with_a_locale_that_does_not_exist():
    os.environ.update(LC_ALL="tr_TR.NOSUCH", LANG="\xff", LANGUAGE="xx:yy")


def with_a_utf8_locale():
    os.environ.update(LC_ALL="C.UTF-8")


def without_an_environment():
    os.environ.clear()


def as_least_important():
    os.nice(19)


LEGACIES = [
    block_all, ignore_all, block_and_ignore_all, with_sigchld_pending,
    with_sigchld_ignored, with_sigpipe_ignored, without_stdin, without_stdout,
    without_stderr, without_standard_descriptors, with_hundreds_of_descriptors,
    with_nothing_allowed_by_umask, with_everything_allowed_by_umask,
    in_a_folder_that_is_gone, with_a_locale_that_does_not_exist,
    with_a_utf8_locale, without_an_environment, as_least_important,
]
# Each of them at least once, those together that do not touch each other: for
# programs of which there are too many to start once for each.
ESTATES = {
    "blocked": (
        block_all, without_stdin, with_nothing_allowed_by_umask,
        in_a_folder_that_is_gone,
    ),
    "ignored": (
        ignore_all, without_stdout, with_everything_allowed_by_umask,
        with_a_locale_that_does_not_exist,
    ),
    "blocked and ignored": (
        block_and_ignore_all, without_stderr, with_a_utf8_locale,
        as_least_important,
    ),
    "pending": (
        with_sigchld_pending, with_hundreds_of_descriptors, without_an_environment,
    ),
    "closed": (
        with_sigchld_ignored, with_sigpipe_ignored, without_standard_descriptors,
    ),
}
MUTE = {without_stdout, without_standard_descriptors}
EACH_BY_ITSELF = {one.__name__: (one,) for one in LEGACIES}
OF_SERVERS = [
    pytest.param("waitpid_loop", estate, id=f"waitpid_loop-{name}")
    for name, estate in EACH_BY_ITSELF.items()
] + [
    pytest.param(right, estate, id=f"{right}-{name}")
    for right in RIGHT if right != "waitpid_loop"
    for name, estate in ESTATES.items()
]


def test_every_estate_together_leaves_all():
    left = [legacy for estate in ESTATES.values() for legacy in estate]
    assert sorted(map(id, left)) == sorted(map(id, LEGACIES))


def by(estate):
    """Options of a start that leave all of it. Nothing of Python's own goes along:
    its descriptors are closed on exec."""
    def leave():
        for legacy in estate:
            legacy()

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if with_hundreds_of_descriptors in estate and hard < 2 * MANY:
        pytest.skip(f"needs {2 * MANY} descriptors (ulimit -Hn is {hard})")
    return {"preexec": leave, "close_fds": False}


@pytest.fixture
def heir(lab, folder, start):
    """heir("noreap", estate): a server that was left this. One that cannot say where
    it listens is found by its port."""
    with contextlib.ExitStack() as stack:
        def start_heir(variant, estate):
            if not MUTE.intersection(estate):
                return start(variant, **by(estate))
            log = folder / "mute.jsonl"
            command = [lab.program(f"server_{variant}"), "--trace", log]
            server = stack.enter_context(
                servers.start_foreign_server(command, trace=log, **by(estate))
            )
            arrange.await_idle(server)  # it listens before it is set up
            return server

        yield start_heir


def has_many(process):
    """Assert that the process was really left them, and has used none: its sockets
    are past them, and nobody has moved in the file or written to it."""
    descriptors = process.descriptors()
    many = sorted(
        number for number, target in descriptors.items() if "/reap-many-" in target
    )
    assert many == list(range(3, 3 + MANY)), f"{len(many)} in {process}"
    own = [number for number, target in descriptors.items() if "socket" in target]
    assert own and min(own) >= 3 + MANY, own
    with open(f"/proc/{process.pid}/fdinfo/{many[-1]}", encoding="ascii") as file:
        assert file.readline() == f"pos:\t{len(TEXT_OF_MANY)}\n"
    with open(f"/proc/{process.pid}/fd/{many[-1]}", "rb") as file:
        assert file.read() == TEXT_OF_MANY


def takes_nothing_for_granted(process):
    """Standard descriptors are there, and none of them is a socket."""
    descriptors = process.descriptors()
    standard = {number: descriptors.get(number) for number in range(3)}
    assert None not in standard.values(), standard
    assert not any("socket" in target for target in standard.values()), standard


def serves_all(server, estate):
    """Three clients at once, whose children have nothing of the starter's, and whose
    deaths merge."""
    with hold(server.address, 3) as sessions:
        children = arrange.await_children(server, 3)
        for session in sessions:
            session.echo(b"\xff\0heirs\n")
        for child in children:
            assert not child.signals().blocked, "a child that cannot be ended"
            ignored = child.signals().ignored & {"SIGINT", "SIGTERM", "SIGCHLD"}
            assert not ignored, f"a child that ignores {ignored}"
            takes_nothing_for_granted(child)
            if with_hundreds_of_descriptors in estate:
                has_many(child)
        arrange.let_settle(server)
        arrange.freeze(server)
    arrange.await_death(children)
    arrange.thaw(server)


@pytest.mark.parametrize("variant, estate", OF_SERVERS)
def test_it_serves_and_reaps_whatever_it_inherits(heir, variant, estate):
    server = heir(variant, estate)
    before = server.process.descriptors()
    takes_nothing_for_granted(server.process)
    if with_hundreds_of_descriptors in estate:
        has_many(server.process)
    serves_all(server, estate)

    with arrange.one_more(server):
        arrange.await_zombies(server, 0)
    if variant != "sweep":
        arrange.await_descriptors(server, before)
    server.trace.chmod(0o600)  # the umask may have made it unreadable
    log = event_log.read(server.trace)
    assert log.faults == () and not log.of("error")
    assert server.stop() == 0, "SIGTERM is heard"
    assert server.err == ""
    if not MUTE.intersection(estate):
        assert server.closing_line().forked >= 4


def test_what_is_not_reset_would_have_been_inherited(start):
    """The opposite: an ignored SIGCHLD does go through exec, and then the kernel
    reaps. The core's reset is what makes server_noreap show its zombies."""
    server = start("noreap", preexec=ignore_all)
    arrange.visit(server, 2)
    arrange.await_zombies(server, 2)
    signals = server.process.signals()
    assert "SIGCHLD" not in signals.ignored
    assert "SIGUSR1" in signals.ignored, "which shows that it was inherited"


@pytest.mark.parametrize("umask, mode", [(0o777, 0), (0, 0o600), (0o022, 0o600)])
def test_the_log_gets_no_more_rights_than_its_owners(start, umask, mode):
    server = start("noreap", preexec=lambda: os.umask(umask))
    assert stat.S_IMODE(server.trace.stat().st_mode) == mode


# The client and the viewer: one server for all their starts


def complaint(program, estate):
    """(status, stderr) of a program that has something to print: a closed standard
    output is said, where there is a standard error to say it on."""
    if not MUTE.intersection(estate):
        return 0, ""
    said = f"{program}: standard output: {os.strerror(errno.EBADF)}\n"
    return 1, "" if without_standard_descriptors in estate else said


def test_the_client_bursts_whatever_it_inherits(start, lab):
    server = start("waitpid_loop", "--backlog", "64", trace=False)
    command = [lab.program("client"), "-j", "-n4", "-c2", "127.0.0.1",
               str(server.port)]
    for name, estate in EACH_BY_ITSELF.items():
        run = spawn.run(command, **by(estate))
        expected = complaint("client", estate)
        assert (run.status, run.err) == expected, (name, run)
        if run.status == 0:
            assert json.loads(run.out)["ok"] == 4, (name, run)
    arrange.await_children(server, 0)
    assert server.stop() == 0
    assert server.closing_line().forked == 4 * len(EACH_BY_ITSELF), "all of them came"


def test_reaptop_watches_a_server_whatever_it_inherits(start, lab):
    server = start("noreap", trace=False)
    arrange.visit(server, 2)
    command = [lab.program("reaptop"), "-b", "-n1", str(server.process.pid)]
    for name, estate in EACH_BY_ITSELF.items():
        run = spawn.run(command, **by(estate))
        expected = complaint("reaptop", estate)
        assert (run.status, run.err) == expected, (name, run)
        if run.status == 0:
            assert "live 0  zombies 2" in run.out, (name, run)


def test_reaptop_starts_a_server_whatever_it_inherits(lab):
    """And ends it: fixtures see that nothing is left. What the server says comes on
    standard error, if there is one."""
    command = [lab.program("reaptop"), "-b", "-n1", "--",
               lab.program("server_noreap"), "0"]
    for name, estate in EACH_BY_ITSELF.items():
        run = spawn.run(command, **by(estate))
        status, said = complaint("reaptop", estate)
        assert run.status == status and said in run.err, (name, run)
        if status == 0:
            assert "server_noreap" in run.out, (name, run)
        assert not spawn.strays(), name


LOCALES = {"C": r"na\xc3\xafve", "C.UTF-8": "naïve", "tr_TR.NOSUCH": r"na\xc3\xafve"}


def test_reaptop_prints_what_the_locale_can(lab):
    """A name with a letter that is not ASCII is shown as it is or escaped; in a
    locale that is not installed as in C."""
    named = spawn.spawn(
        ["sh", "-c", 'printf naïve > /proc/self/comm; echo; read -r _'],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )
    try:
        assert named.stdout.readline() == b"\n"
        for locale, shown in LOCALES.items():
            run = spawn.run(
                [lab.program("reaptop"), "-b", "-n1", str(named.pid)],
                env={**os.environ, "LC_ALL": locale},
            )
            assert (run.status, run.err) == (0, ""), (locale, run)
            assert shown in run.out, (locale, run)
    finally:
        spawn.end(named)
        named.stdin.close()
        named.stdout.close()
