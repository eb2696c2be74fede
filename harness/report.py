#!/usr/bin/env python3
"""The lifelines of a server's children, as a page. Usage: report.py --help"""

import argparse
import json
import os
import stat
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab import whole_file  # noqa: E402
from reaplab.lifelines import (  # noqa: E402
    chrome_trace, event_log, from_log as lifelines_log, report_page, story,
)
from reaplab.servers import spawn  # noqa: E402
from reaplab.servers.server import ServerFailed  # noqa: E402

DONE, FAILED, USAGE = 0, 1, 2
ROOT = Path(__file__).resolve().parent.parent
LARGEST_LOG = 64 << 20  # bytes

DESCRIPTION = """\
Make one HTML page of event logs (server_* --trace FILE): each child's line from fork
to exit to reap, the SIGCHLDs and of how many deaths each told, and tables. It needs
nothing but a browser. Without a log, the three servers of the story are run under
the same load, and the page is of them."""


class BadLog(Exception):
    """A log that no page can be made of; the message says why."""


def parse(arguments):
    parser = argparse.ArgumentParser(prog="report.py", description=DESCRIPTION)
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE",
        help="where to write (default: build/report.html, or build/report.trace.json)",
    )
    parser.add_argument(
        "--chrome-trace", action="store_true",
        help="write a trace for Perfetto (ui.perfetto.dev) and chrome://tracing",
    )
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    parser.add_argument(
        "--build", type=Path, metavar="DIR", default=ROOT / "build",
        help="where the programs are, if there is no log (default: build)",
    )
    parser.add_argument("logs", metavar="EVENTLOG", nargs="*")
    options = parser.parse_args(arguments)
    if options.output is None:
        name = "report.trace.json" if options.chrome_trace else "report.html"
        options.output = ROOT / "build" / name
    return options


def complain(what, why):
    print(f"report.py: {what}: {why}", file=sys.stderr)


def read_log(path):
    """(name, EventLog, [Run]) of a file. Raises BadLog or OSError."""
    # O_NONBLOCK: opening a FIFO would wait for who writes it.
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise BadLog("not a regular file")
        if about.st_size > LARGEST_LOG:
            raise BadLog(f"larger than {LARGEST_LOG >> 20} MiB")
        with open(handle, "rb", closefd=False) as file:
            log = event_log.parse(file.read(LARGEST_LOG))
    finally:
        os.close(handle)
    if not log.events:
        if not log.faults:
            raise BadLog("empty: no event is in it")
        first = log.faults[0]
        raise BadLog(
            "no event log: none of its lines is an event; "
            f"line {first.line}: {report_page.plain(first.why)}"
        )
    return os.path.basename(path), log, lifelines_log.runs(log)


def content(logs, options):
    """What the output file is to hold."""
    if options.chrome_trace:
        runs = [run for _, _, found in logs for run in found]
        return json.dumps(chrome_trace.trace(runs)) + "\n"
    names = ", ".join(dict.fromkeys(
        run.variant or "a server" for _, _, found in logs for run in found
    ))
    return report_page.render(logs, f"Who reaps? {names}")


def tell(logs, output):
    """Say what was read and written."""
    for name, log, runs in logs:
        for run in runs:
            variant = report_page.plain(run.variant or "a server unnamed")
            print(
                f"{variant}: children {len(run.children)}, reaped {run.reaped}, "
                f"SIGCHLDs {len(run.sigchlds)}, most zombies {run.most_zombies}"
            )
        if log.faults:
            complain(
                report_page.plain(name),
                f"lines that cannot be read: {len(log.faults)}, first line "
                f"{log.faults[0].line}: {report_page.plain(log.faults[0].why)}",
            )
    near = os.path.relpath(output)
    shown = str(output) if near.startswith("..") else near
    print(f"wrote {report_page.plain(shown, 4096)}")


def gather(options):
    """The logs: those given, or of a run made for it. Raises what reading does."""
    if options.logs:
        found = []
        for path in options.logs:
            try:
                found.append(read_log(path))
            except BadLog as error:
                raise BadLog(f"{report_page.plain(path, 4096)}: {error}") from error
        return found
    with tempfile.TemporaryDirectory(prefix="reap-report-") as folder:
        tellings = story.tell(options.build.resolve(), Path(folder))
        return [read_log(one.log) for one in tellings]


def main(arguments):
    options = parse(arguments)
    spawn.take_charge()
    try:
        logs = gather(options)
        options.output.parent.mkdir(parents=True, exist_ok=True)
        whole_file.write(options.output, content(logs, options))
        tell(logs, options.output)
        return DONE
    except BadLog as error:
        print(f"report.py: {error}", file=sys.stderr)
    except OSError as error:
        where = error.filename or "cannot read or write"
        complain(report_page.plain(str(where), 4096), error.strerror)
    except (ServerFailed, AssertionError) as error:
        complain("the run failed", report_page.plain(str(error), 500))
    except KeyboardInterrupt:
        complain("interrupted", "nothing was written")
    finally:
        for popen in spawn.still_running():
            spawn.end(popen)
        spawn.end_strays()
    return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
