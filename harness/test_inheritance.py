"""What a starter leaves behind: masks, dispositions, descriptors, the umask, the
locale, a folder that is gone. A server serves and reaps in spite of all of it."""

import os
import resource
import signal
import stat

import pytest

from reaplab import arrange, event_log
from reaplab.clients import hold
from reaplab.deadline import eventually

CATCHABLE = [
    one for one in signal.valid_signals()
    if one not in (signal.SIGKILL, signal.SIGSTOP)
]


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


def without_standard_descriptors():
    os.close(0)
    os.close(2)


def with_hundreds_of_descriptors():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    null = os.open("/dev/null", os.O_RDONLY)
    for number in range(20, 620):
        os.dup2(null, number)


def with_nothing_allowed_by_umask():
    os.umask(0o777)


def with_everything_allowed_by_umask():
    os.umask(0)


def in_a_folder_that_is_gone():
    folder = f"/tmp/reap-gone-{os.getpid()}"
    os.mkdir(folder)
    os.chdir(folder)
    os.rmdir(folder)


def with_a_strange_locale():
    os.environ.update(LC_ALL="tr_TR.UTF-8", LANG="\xff", LANGUAGE="xx:yy")


def without_an_environment():
    os.environ.clear()


def as_least_important():
    os.nice(19)


LEGACIES = [
    block_all, ignore_all, block_and_ignore_all, with_sigchld_pending,
    without_standard_descriptors, with_hundreds_of_descriptors,
    with_nothing_allowed_by_umask, with_everything_allowed_by_umask,
    in_a_folder_that_is_gone, with_a_strange_locale, without_an_environment,
    as_least_important,
]


@pytest.mark.parametrize("legacy", LEGACIES, ids=lambda one: one.__name__)
def test_it_serves_and_reaps_whatever_it_inherits(start, legacy):
    server = start("waitpid_loop", preexec=legacy)
    before = server.process.descriptors()
    with hold(server.address, 3) as sessions:
        for session in sessions:
            session.echo(b"\xff\0heirs\n")
        for child in arrange.await_children(server, 3):
            assert not child.signals().blocked, "a child that cannot be ended"
    arrange.await_zombies(server, 0)
    # Deaths that merge, too.
    arrange.freeze_and_drain(server, 5)
    arrange.thaw(server)
    arrange.settled_zombies(server, 0)
    arrange.await_children(server, 0)

    def nothing_gained():
        assert server.process.descriptors() == before

    eventually(nothing_gained)
    server.trace.chmod(0o600)  # the umask may have made it unreadable
    assert event_log.read(server.trace).faults == ()
    assert server.stop() == 0, "SIGTERM is heard"
    assert server.closing_line().zombies == 0


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
