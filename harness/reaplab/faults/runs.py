"""Makes one system call fail (strace(1), --inject) and says in a few words what
came of it: the same words on every machine. Read fault_cases.py first; the words
are in fault_words.py."""

import contextlib
import json
import tempfile
from pathlib import Path

from ..deadline import eventually
from ..lifelines import event_log
from ..servers import arrange, spawn
from ..servers.server import ServerFailed, start_lab_server
from .cases import IN_TURN
from .injection import BEGINS, attached, own_calls, settle, strace
from .words import (
    CRASHES, HANGS, has_no_child, reaped, reception, receptions, refusal, said, shown,
    talk,
)

# What is tried on a server: its arguments before the server's address, and input.
CLIENT = ("client", ("--json", "-n2"), b"")
TYPED = ("client", ("-t2",), b"line\nq\n")
BATCH = ("--json", "-n2", "-d0.02")
LIVE = {"reaptop": 1, "reaptop --": 0}  # children of the server that it looks at


class Runs:
    """Runs cases on the programs of one build folder."""

    def __init__(self, build):
        self.build = Path(build)
        self._places = {}

    def outcome(self, case):
        """What came of a Case."""
        who, _, which = case.who.partition(" ")
        if who == "parent":
            return self._parent(case, which or "waitpid_loop")
        return getattr(self, f"_{who}")(case)

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
                if who == "screen":
                    with server.connect() as session:
                        session.echo()
                        told = self._screen(prefix, server)
                    assert told == "ends with 0", told
                    return
                argv, given = self._command(who, server)
                finished = spawn.run([*prefix, *argv], given)
                assert finished.status == 0, (who, finished)

    def _server(self, folder, which="waitpid_loop", **options):
        """The server that all are tried on, with a log."""
        log = Path(folder) / "log"
        variant, *more = which.split()
        return start_lab_server(
            self.build / f"server_{variant}", "--trace", log, *more, trace=log,
            **options
        )

    def _command(self, who, server):
        """(the command line of what is tried on a server, its input)."""
        viewer = self.build / "reaptop"
        if who == "reaptop":
            return [viewer, *BATCH, str(server.process.pid)], b""
        if who == "reaptop --":
            return [viewer, *BATCH, "--", self.build / "server_noreap", "0"], b""
        program, options, given = TYPED if who == "typed" else CLIENT
        address = ["127.0.0.1", str(server.port)]
        return [self.build / program, *options, *address], given

    def _rule(self, case, occurrence=1):
        return f"{case.call}:error={case.error}:when={occurrence}"

    # While it starts

    def _start(self, case, occurrence=None):
        place = occurrence or self.places("start")[case.call][0]
        prefix = strace(self._rule(case, place), "-D")
        with tempfile.TemporaryDirectory(prefix="reap-") as folder:
            try:
                server = self._server(folder, prefix=prefix)
            except ServerFailed as failure:
                return refusal(str(failure), case, folder)
            with server:
                told = [reception(server)]
                eventually(lambda: has_no_child(server))
                server.stop()
                told += said(server.err, case, folder)
        return "; ".join(["starts", *told])

    # The parent

    def _parent(self, case, which):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder, which) as server:
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
        with contextlib.suppress(AssertionError):
            arrange.await_descriptors(server, before, within=2)
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
            reaps = reaped(server)
            told += [f"logs {one['call']} {one['errno']}".replace(case.error, "it")
                     for one in event_log.read(server.trace).of("error")]
            told += reaps
            told.append(f"the next {reception(server)}")
            return "; ".join([*told, *said(server.err, case, folder)])

    def _newborn(self, case):
        """The parent is traced with its children, and makes no such call."""
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            server.faults_ordered = True
            with attached(server.process, strace(self._rule(case), "-f")):
                told = [f"its client {reception(server)}"]
                settle(server)
            told += reaped(server)
            told.append(f"the next {reception(server)}")
            return "; ".join([*told, *said(server.err, case, folder)])

    # The client and the viewer

    def _client(self, case):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            run, told = self.run(case, self.places("client")[case.call][0], server)
            if run is None or not run.out:
                return told
            summary = json.loads(run.out)
            told += f"; {summary['ok']} of 2 sessions"
            causes = ", ".join(sorted(summary["causes"]))
            return told + (f", the other: {causes}" if causes else "")

    def _typed(self, case):
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server:
            return self.run(case, self.places("typed")[case.call][0], server)[1]

    def _screen(self, prefix, server):
        """The viewer on a terminal, looking at a server with one client."""
        from .screen import on_a_screen  # needs pyte, the others do not

        argv = [*prefix, self.build / "reaptop", "-d0.1", str(server.process.pid)]
        return on_a_screen(argv, "live 1 ", "ESTABLISHED")

    def outcomes_in_turn(self, who, case_of):
        """{(call, error): {outcome}} of one of IN_TURN, each of its own calls failing
        once; case_of(who, call, error) makes the Case."""
        found = {}
        with tempfile.TemporaryDirectory(prefix="reap-") as folder, \
                self._server(folder) as server, server.connect() as session:
            session.echo()
            for call, errors in IN_TURN[who].items():
                for number, place in self._turns(who, call, len(errors)):
                    case = case_of(who, call, errors[number % len(errors)])
                    if who == "start, later":
                        outcome = self._start(case, place)
                    else:
                        outcome = self.run(case, place, server)[1]
                    found.setdefault((call, case.error), set()).add(outcome)
        return found

    def _turns(self, who, call, errors):
        """(number, which occurrence of a call): as often as there are places for
        it, and as there are errors."""
        places = self.places(who.partition(",")[0])
        own = [place for name in call.split(",") for place in places.get(name, ())]
        if who == "start, later":
            own = own[1:]
        for number in range(max(errors, len(own)) if own else 0):
            yield number, own[number % len(own)]

    def run(self, case, occurrence, server):
        """Run what is tried on a server, with a call failing: (the Finished or None,
        what to say of it)."""
        prefix = strace(self._rule(case, occurrence))
        if case.who == "screen":
            return None, self._screen(prefix, server)
        argv, given = self._command(case.who, server)
        try:
            run = spawn.run([*prefix, *argv], given, within=10)
        except spawn.StillRunning:
            return None, HANGS
        if run.status not in (0, 1):
            return None, f"{CRASHES} {run}"
        told = [f"ends with {run.status}"]
        if run.status == 0 and case.who in LIVE:
            told += shown(run.out, LIVE[case.who])
        own = [line for line in run.err.splitlines() if not line.startswith("server_")]
        if run.status == 1 and len(own) > 1 and case.who in IN_TURN:
            told.append(f"{CRASHES} into {run.err!r}")
        elif run.status == 1 and case.who in IN_TURN:
            told.append("says why" if own else "says nothing")
        elif run.status == 1:
            told += said(run.err, case, f"127.0.0.1:{server.port}")
        return run, "; ".join(told)
