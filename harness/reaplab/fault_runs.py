"""Makes one system call fail (strace(1), --inject) and says in a few words what
came of it: the same words on every machine. Read fault_cases.py first."""

import errno
import json
import os
import re
import socket
import tempfile
from pathlib import Path

from . import arrange, event_log, spawn
from .clients import Session
from .deadline import eventually
from .fault_cases import REAPTOP
from .injection import BEGINS, attached, own_calls, settle, strace
from .server import ServerFailed, start_lab_server

HANGS = "HANGS"
CRASHES = "CRASHES"
LEAVES = "LEAVES"  # zombies, or a descriptor
BAD = (HANGS, CRASHES, LEAVES)


class Runs:
    """Runs cases on the programs of one build folder."""

    def __init__(self, build):
        self.build = Path(build)
        self._places = {}

    def outcome(self, case):
        """What came of a Case."""
        return getattr(self, f"_{case.who}")(case)

    def places(self, who):
        """{call: which of its occurrences are the program's own} of a run in which
        nothing fails."""
        if who not in self._places:
            with tempfile.NamedTemporaryFile("r", prefix="reap-") as log:
                self._undisturbed(who, ["strace", "-o", log.name])
                self._places[who] = own_calls(log.read(), BEGINS[who])
        return self._places[who]

    def _undisturbed(self, who, prefix):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder:
            if who == "start":
                with self._server(folder, prefix=[prefix[0], "-D", *prefix[1:]]) as one:
                    one.stop()
                return
            with self._server(folder) as server:
                run = self._client if who == "client" else self._viewer
                finished = spawn.run([*prefix, *run_argv(self.build, who, server)])
                assert finished.status == 0, (run, finished)

    def _server(self, folder, **options):
        """The server that all are tried on, with a log."""
        log = Path(folder) / "log"
        return start_lab_server(
            self.build / "server_waitpid_loop", "--trace", log, trace=log, **options
        )

    def _rule(self, case, occurrence=1):
        return f"{case.call}:error={case.error}:when={occurrence}"

    # While it starts

    def _start(self, case):
        first = self.places("start")[case.call][0]
        prefix = strace(self._rule(case, first), "-D")
        with tempfile.TemporaryDirectory(prefix="reap-") as folder:
            try:
                server = self._server(folder, prefix=prefix)
            except ServerFailed as failure:
                return self._refusal(str(failure), case, folder)
            with server:
                told = [reception(server)]
                eventually(lambda: has_no_child(server))
                server.stop()
                told += said(server.err, case, folder)
        return "; ".join(["starts", *told])

    @staticmethod
    def _refusal(failure, case, folder):
        found = re.search(r"status (-?\d+); its stderr: (.*)", failure, re.DOTALL)
        if found is None:
            return f"{HANGS}: {failure}"
        if found[1] != "1":
            return f"{CRASHES}: {failure}"
        return "; ".join(["ends with 1", *said(found[2], case, folder)])

    # The parent

    def _parent(self, case):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            server.faults_ordered = True
            before = server.process.descriptors()
            with attached(server.process, strace(self._rule(case))):
                told = receptions(server, 2)
                settle(server)
            if server.has_exited():
                told = [f"ends with {server.exit_status()}"]
            else:
                told.append(f"then {reception(server)}")
                told += self._rest(server, before)
            return "; ".join([*told, *said(server.err, case, folder)])

    @staticmethod
    def _rest(server, before):
        """What stays when all clients have left, and another has come and gone."""
        try:
            eventually(lambda: has_no_child(server))
        except AssertionError as error:
            return [str(error)]
        more = set(server.process.descriptors()) - set(before)
        return [f"keeps {len(more)} descriptor"] if more else []

    # A child

    def _child(self, case):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            server.faults_ordered = True
            before = server.process.descriptors()
            with server.connect() as session:
                session.echo()
                (child,) = arrange.await_children(server, 1)
                with attached(child, strace(self._rule(case))) as tracer:
                    told = [f"its client {talk(session)}"]
                    session.close()
                    spawn.has_exited(tracer, 5)
            told += self._rest(server, before)
            log = event_log.read(server.trace)
            told += [f"logs {one['call']} {one['errno']}".replace(case.error, "it")
                     for one in log.of("error")]
            told += [f"is reaped: {ending(one)}" for one in log.of("reap")]
            told.append(f"the next {reception(server)}")
            return "; ".join([*told, *said(server.err, case, folder)])

    # The client and the viewer

    def _client(self, case):
        first = self.places("client")[case.call][0]
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            run, told = self._run("client", case, first, server)
            if run is None or not run.out:
                return told
            summary = json.loads(run.out)
            told += f"; {summary['ok']} of 2 sessions"
            causes = ", ".join(sorted(summary["causes"]))
            return told + (f", the other: {causes}" if causes else "")

    def _viewer(self, case, occurrence, server):
        return self._run("reaptop", case, occurrence, server)[1]

    def viewer_outcomes(self, case_of):
        """{call: {outcome}} of the viewer, each of its own calls failing once;
        case_of(call, error) makes the Case."""
        found = {}
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server, server.connect() as session:
            session.echo()
            for call, errors in REAPTOP.items():
                occurrences = self.places("reaptop").get(call, ())
                for number in range(max(len(errors), len(occurrences))):
                    if occurrences:
                        case = case_of(call, errors[number % len(errors)])
                        place = occurrences[number % len(occurrences)]
                        outcome = self._viewer(case, place, server)
                        found.setdefault(call, set()).add(outcome)
        return found

    def _run(self, who, case, occurrence, server):
        """(the Finished or None, what to say of it)."""
        prefix = strace(self._rule(case, occurrence))
        try:
            run = spawn.run([*prefix, *run_argv(self.build, who, server)], within=10)
        except spawn.StillRunning:
            return None, HANGS
        if run.status not in (0, 1):
            return None, f"{CRASHES} {run}"
        told = [f"ends with {run.status}"]
        if run.status == 1 and run.err.count("\n") > 1:
            told.append(f"{CRASHES} into {run.err!r}")
        elif run.status == 1 and who == "client":
            told += said(run.err, case, f"127.0.0.1:{server.port}")
        elif run.status == 1:
            told.append("says why" if run.err else "says nothing")
        return run, "; ".join(told)


def run_argv(build, who, server):
    """The command line of what is tried on a server."""
    if who == "client":
        return [build / "client", "--json", "-n2", "127.0.0.1", str(server.port)]
    return [build / "reaptop", "--batch", "-n2", "-d0.02", str(server.process.pid)]


def has_no_child(server):
    children = server.process.children()
    assert not children, f"{LEAVES} {children}"


def talk(session):
    """How a client fares that sends a line: served, or how it is let go."""
    try:
        session.send(b"line\n")
        back = session.receive(5)
    except socket.timeout:
        return "waits"
    except ConnectionError:
        return "is dropped"
    return "is served" if back == b"line\n" else "is dropped"


def reception(server, within=3):
    """How one new client fares, from its connect to the server's FIN."""
    try:
        with Session(server.address, within) as session:
            told = talk(session)
            if told == "is served":
                session.half_close()
                session.read_to_end()
            return told
    except socket.timeout:
        return "is served, but gets no FIN"
    except ConnectionRefusedError:
        return "is refused"
    except ConnectionError:
        return "is dropped"


def receptions(server, count):
    """The same of several, one after the other, for as long as the server runs."""
    told = []
    for number in range(1, count + 1):
        if server.has_exited(0.1 if number > 1 else 0):
            break
        told.append(f"client {number} {reception(server)}")
    return told


def ending(reap):
    """"exit 0" or "signal 9", of a reap event."""
    if "signal" in reap:
        return f"signal {reap['signal']}"
    return f"exit {reap['exit_code']}"


def said(text, case, place):
    """What stands on stderr, less what differs from run to run."""
    why = os.strerror(getattr(errno, case.error))
    for found, instead in ((why, "(its text)"), (str(place), "PLACE")):
        text = text.replace(found, instead)
    return [f"`{line.partition(': ')[2]}`" for line in text.splitlines() if line]
