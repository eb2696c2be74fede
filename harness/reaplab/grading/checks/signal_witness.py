"""A server with labs/04-*/signal_witness.c preloaded: children die at the moments that
no client can hit, and the witness reports what the handler did.

The witness is a part of the process that it looks at. It reports through memory of its
own, and each line bears a number that is drawn for the run. So a submission does not
pass by printing the witness's words, by writing to every descriptor, or by closing
them. It does not help either to define functions of the C library: the witness calls
none of them by name. A submission that is written to search or change the witness's
memory, to filter its system calls, or to bring a C library of its own can still mislead
it: no evidence from inside a process excludes that. The checks therefore take a missing
report as "not seen", never as a pass, and they reject a report that comes before the
first client.
"""

import contextlib
import fcntl
import os
import re
import secrets
from dataclasses import dataclass

from ...deadline import eventually
from ...proc.process import Gone
from ...servers import server as servers
from ...servers.clients import Session
from ..outcome import failed, passed
from .catalogue import not_started, shows_belief
from .ideas import idea, of_forking_server

WITNESS = "labs/signal_witness.so"
PATIENT = 10.0  # seconds that a client waits

UNSAFE = re.compile(r"^inside (\w+) .* the handler called (\w+)$", re.M)
CHANGED = re.compile(r"^accept failed .* errno was (\w+)$", re.M)
INTERRUPTED_ACCEPT = "interrupted accept\n"

# A script's first line that leaves it to env(1) where its interpreter is.
BY_ENV = re.compile(rb"#![ \t]*\S*/env[ \t]+(-S[ \t]*)?([^-\s].*)")
MOST_OF_LINE = 256  # bytes: BINPRM_BUF_SIZE, more the kernel does not read

# struct report of lab 04's report.h: a number, a count, and the text.
VARIABLE = "REAP_WITNESS"
NUMBER = 16
HEAD = NUMBER + 8
SIZE = 1 << 20


class Report:
    """The memory that a witness reports through. Use it as a context."""

    def __init__(self):
        self._number = secrets.token_hex(NUMBER // 2)
        self.handle = os.memfd_create("report", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        os.truncate(self.handle, SIZE)
        os.pwrite(self.handle, self._number.encode(), 0)
        fcntl.fcntl(
            self.handle,
            fcntl.F_ADD_SEALS,
            fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.handle)

    def read(self):
        """The whole lines that bear the number, without it."""
        text = os.pread(self.handle, SIZE - HEAD, HEAD).rstrip(b"\0")
        lines = text.decode("ascii", "replace").splitlines(keepends=True)
        mark = f"{self._number} "
        return "".join(
            line[len(mark):]
            for line in lines
            if line.startswith(mark) and line.endswith("\n")
        )


@dataclass(frozen=True)
class Witnessed:
    """What the witness reported. `early`: it was reported before a client came, and
    so not by the witness."""

    said: str
    early: str

    @property
    def watched(self):
        """Whether the witness saw the server accept a client."""
        return not self.early and "watching\n" in self.said

    def interrupted(self, where=""):
        """Whether a child died there, or anywhere."""
        return self.watched and f"interrupted {where}" in self.said


def witnessed(work):
    """The Witnessed of the server; looked at once."""
    if not hasattr(work, "witnessed"):
        work.witnessed = _witness(work)
    return work.witnessed


def _witness(work):
    with Report() as report:
        command = [
            "env",
            f"LD_PRELOAD={work.lab_program(WITNESS)}",
            f"{VARIABLE}={report.handle}",
            *_without_env(work.command("server")),
        ]
        with servers.start_foreign_server(
            command, box=work.box, pass_fds=[report.handle]
        ) as server:
            early = report.read()
            _send_clients(server, report)
            return Witnessed(report.read(), early)


def _without_env(command):
    """A command that starts with a script for `#!/usr/bin/env NAME`, as env(1) itself
    would start it. The witness watches the first program that it is loaded into, and
    that is to be the server's interpreter."""
    with contextlib.suppress(OSError), open(command[0], "rb") as file:
        found = BY_ENV.match(file.readline(MOST_OF_LINE))
        if found:
            split, words = found[1], os.fsdecode(found[2]).strip()
            return [*(words.split() if split else [words]), *command]
    return command


def _send_clients(server, report):
    """Let clients come until the server has been interrupted in accept."""
    for _ in range(4):
        if INTERRUPTED_ACCEPT in report.read():
            break
        # What becomes of the client is not asked here.
        with contextlib.suppress(OSError, AssertionError, Gone):
            with Session(server.address, within=PATIENT) as session:
                session.echo()

    def tried():
        assert INTERRUPTED_ACCEPT in report.read()

    with contextlib.suppress(AssertionError):
        eventually(tried, within=PATIENT)


def _not_seen(done, found):
    """The Outcome if the witness has seen too little to acquit a server."""
    if found.early:
        seen = "a report before the first client had come, so not the witness's"
    elif found.watched:
        seen = "nothing: it accepted a client, and never called anything again"
    else:
        seen = "nothing: it accepted no client, or LD_PRELOAD has no effect on it"
    return failed(
        done,
        seen,
        "a server that is linked dynamically, is started without a script around it, "
        "and accepts clients",
        "any program can be looked into",
        "What does `ldd` say of it?",
        "not-witnessed",
    )


@of_forking_server
def safe_handler(work):
    """No unsafe function is interrupted by a handler that calls another; and no
    deadlock is seen from outside."""
    done = (
        "a child died inside each function that is not async-signal-safe, as if "
        "the server had been interrupted there"
    )
    try:
        report = witnessed(work)
    except servers.ServerFailed as error:
        return not_started(error)
    found = sorted(set(UNSAFE.findall(report.said)))
    if found:
        within, called = found[0]
        return shows_belief(
            "handler-is-ordinary-code",
            done,
            f"the server was inside {within}, and its handler called {called}",
        )
    if not report.interrupted():
        return _not_seen(done, report)
    return idea("safe-handler", 0).judge(work)


@of_forking_server
def keeps_errno(work):
    """The interrupted code finds errno as it was."""
    done = "accept failed with ECONNABORTED, and at that moment a child died"
    try:
        report = witnessed(work)
    except servers.ServerFailed as error:
        return not_started(error)
    changed = CHANGED.search(report.said)
    if changed:
        return shows_belief(
            "handler-leaves-no-trace",
            done,
            f"when the server came to look at errno it was {changed[1]}",
        )
    if not report.watched:
        return _not_seen(done, report)
    if not report.interrupted("accept"):
        return shows_belief(
            "blocking-calls-just-block",
            done,
            "it did not come to that: the server did not call accept again",
        )
    return passed(done, "errno was ECONNABORTED still")
