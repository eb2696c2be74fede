"""Limits for a submission's programs, and who runs them: for use with walls
(sandbox.py), or where there are none.
"""

import contextlib
import os
import pwd
import resource

from ...servers import spawn
from ...servers.box import Open

MIB = 1 << 20

# What one program of a submission, with all that it starts, may have: processes,
# counted in its own user namespace since Linux 5.14; before, those of its user.
PROCESSES = 150
PROCESSES_OF_USER = 2000
# And each process of them.
LIMITS = {
    resource.RLIMIT_NPROC: PROCESSES_OF_USER,
    resource.RLIMIT_AS: 2048 * MIB,
    resource.RLIMIT_FSIZE: 16 * MIB,
    resource.RLIMIT_NOFILE: 1024,
    resource.RLIMIT_CPU: 60,
    resource.RLIMIT_CORE: 0,
}
PR_SET_DUMPABLE = 4


def environment(home, temporary=None):
    """Returns all environment variables of a judge, or of a submission's programs.
    None comes from the grader's own. `temporary`: for temporary files, if not in
    `home`."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(temporary or home),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


class Limited(Open):
    """No walls, but limits: for a machine that is thrown away after a submission
    (an autograder's container), and for those who trust their students. `home`: a
    folder for its programs alone, and never the judge's. They start there."""

    def __init__(self, home):
        super().__init__(home)
        self._environment = environment(home)

    def spawn(self, argv, preexec=None, **options):
        def prepare():
            limit()
            if preexec is not None:
                preexec()

        options.setdefault("env", self._environment)
        return super().spawn(argv, preexec=prepare, **options)


def limit():
    """Limit this process and all that it will start; and should memory run out,
    let the kernel choose these."""
    for which, most in LIMITS.items():
        _, hard = resource.getrlimit(which)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))
    with contextlib.suppress(OSError):
        with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
            file.write("1000")


def become_nobody():
    """For a child of root's before exec: be a user that owns nothing. Others stay
    who they are."""
    if os.getuid() != 0:
        return
    nobody = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(nobody.pw_gid)
    os.setuid(nobody.pw_uid)


def give_to_nobody(path):
    """Let become_nobody()'s user own a file or folder."""
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(path, nobody.pw_uid, nobody.pw_gid)


def let_only_judges_enter(path):
    """Shut a folder of the grader's for all users but itself and become_nobody()'s,
    who may not write to it."""
    if os.getuid() == 0:
        os.chown(path, 0, pwd.getpwnam("nobody").pw_gid)
    os.chmod(path, 0o750 if os.getuid() == 0 else 0o700)


def become_untraceable():
    """Let no process of the same user trace this one, or write to its memory
    (PR_SET_DUMPABLE, prctl(2)). What it execs is as others are."""
    spawn.prctl(PR_SET_DUMPABLE, 0)
