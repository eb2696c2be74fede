"""Measures what the figures show, and writes it beside them: data/NAME.json.

    python3 harness/figures/measure.py [NAME...]

The figures are drawn from these files (draw.py), so that they can be drawn again,
and read, without running anything. Read next: charts.py.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
HARNESS = Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(HARNESS), str(HARNESS / "bench")]

from reaplab import whole_file  # noqa: E402
from reaplab.lifelines import event_log, from_log as lifelines_log, story  # noqa: E402
from reaplab.servers import arrange, spawn  # noqa: E402
from reaplab.servers.server import ServerFailed, start_lab_server  # noqa: E402

import burst  # noqa: E402
import reaping_cost  # noqa: E402
from neighbours import Neighbours  # noqa: E402

DATA = Path(__file__).resolve().parent / "data"
LONG_QUEUE = "1024"  # where the listen queue is not what is measured


def zombies_over_time(build):
    """The zombies of the three servers, sampled from /proc while each gets wave
    after wave of clients."""
    waves, clients, every = 8, 30, 0.7
    servers = {}
    try:
        for name in story.VARIANTS:
            program = build / f"server_{name}"
            servers[program.name] = start_lab_server(program, "-b", LONG_QUEUE)
        series = {name: [] for name in servers}
        began = time.monotonic()
        for wave in range(waves + 1):
            senders = [
                spawn.spawn(
                    [build / "client", "-n", str(clients), "-c", "10", "-w", "40",
                     server.address[0], str(server.port)], stdout=subprocess.DEVNULL,
                )
                for server in servers.values() if wave < waves
            ]
            while time.monotonic() - began < (wave + 1) * every:
                for name, server in servers.items():
                    count = len(server.listener.zombies())
                    at = round(time.monotonic() - began, 3)
                    series[name].append([at, count])
                time.sleep(0.04)
            for one in senders:
                if not spawn.has_exited(one, burst.LONGEST):
                    raise burst.CannotMeasure("a wave of clients does not end")
                spawn.end(one)
    finally:
        for server in servers.values():
            server.close()
    return {"waves": waves, "clients_per_wave": clients, "zombies": series}


def zombies_by_concurrency(build):
    """What server_sigchld leaves of 2,000 clients, by how many come at once."""
    sessions, rounds, found = 2000, 5, {}
    for _ in range(rounds):
        for concurrency in (1, 2, 4, 8, 16, 32, 64):
            program = build / "server_sigchld"
            with start_lab_server(program, "-b", LONG_QUEUE) as server:
                burst.send(build / "client", server, sessions, concurrency)
                arrange.await_death(arrange.live_children(server))
                arrange.await_idle(server)
                left = len(server.listener.zombies())
            found.setdefault(str(concurrency), []).append(left)
    return {"clients": sessions, "zombies": found}


def lifelines(build):
    """The story: each child's life, in microseconds since the run began."""
    with tempfile.TemporaryDirectory(prefix="reap-figures-") as folder:
        tellings = story.tell(build, Path(folder))
        return {"servers": {one.name: _lives(one) for one in tellings}}


def _lives(telling):
    (run,) = lifelines_log.runs(event_log.read(telling.log))

    def since(at):
        return None if at is None else round((at - run.began) / 1000)

    return {
        "frozen": [since(at) for at in telling.frozen],
        "ended": since(run.ended),
        "zombies_left": run.stop["zombies"],
        "children": [
            {"began": since(one.began), "exited": since(one.exited),
             "reaped": since(one.reaped)} for one in run.children
        ],
        "sigchlds": [
            {"at": since(one.at), "deaths": one.deaths, "reaped": one.reaped}
            for one in run.sigchlds
        ],
    }


def cost(build):
    """The parent's CPU time per session beside idle clients, of the bench, for
    four answers. CPU time, since others' work on the machine hardly changes it."""
    names = ("sig_ign", "rtsig", "pidfd", "waitpid_loop")
    plan = reaping_cost.Plan((0, 2000, 4000, 6000), 1000, 3)
    costs = reaping_cost.measure(
        build, plan, _progress, [f"server_{name}" for name in names]
    )
    problems = [one.problem for one in costs.by_name.values() if one.problem]
    if problems:
        raise burst.CannotMeasure(problems[0])
    return {
        "rounds": costs.rounds,
        "parent_cpu_us_per_session": {
            name: {str(idle): [round(used, 1) for used in values]
                   for idle, values in one.parent_us.items()}
            for name, one in costs.by_name.items()
        },
    }


def listen_queue(build):
    """Latency of sessions, 64 at a time, by the backlog of listen(2). A session
    that fails here (its SYN or its data was dropped too often) is counted."""
    sessions, concurrency, rounds, found = 640, 64, 3, {}
    for _ in range(rounds):
        for backlog in (5, 10, 20, 40, 64, 128):
            program = build / "server_waitpid_loop"
            with start_lab_server(program, "-b", str(backlog)) as server:
                summary = _burst(build / "client", server, sessions, concurrency)
            one = found.setdefault(
                str(backlog),
                {"p50_ms": [], "p99_ms": [], "syn_retries": [], "failed": []},
            )
            one["p50_ms"].append(round(summary["latency_ms"]["p50"], 3))
            one["p99_ms"].append(round(summary["latency_ms"]["p99"], 3))
            one["syn_retries"].append(summary["syn_retries"])
            one["failed"].append(summary["failed"])
    return {"sessions": sessions, "concurrency": concurrency, "backlogs": found}


def _burst(client, server, sessions, concurrency):
    """The client's own summary, failures and all."""
    host, port = server.address
    done = spawn.run(
        [client, "--json", f"--burst={sessions}", f"--concurrency={concurrency}",
         host, str(port)], within=burst.LONGEST,
    )
    try:
        return json.loads(done.out)
    except ValueError as error:
        raise burst.CannotMeasure(f"the client said {done.err.strip()}") from error


MEASUREMENTS = {
    "zombies_over_time": zombies_over_time,
    "zombies_by_concurrency": zombies_by_concurrency,
    "lifelines": lifelines,
    "reaping_cost": cost,
    "listen_queue": listen_queue,
}


def measure(name, build, folder):
    """Measure one, and write its file whole."""
    neighbours = Neighbours()
    found = MEASUREMENTS[name](build)
    found["machine"] = {
        "system": f"{platform.system()} {platform.release().split('-')[0]}",
        "cpus": len(os.sched_getaffinity(0)),
        "others_cpu_share": round(neighbours.share(), 2),
    }
    whole_file.write(folder / f"{name}.json", json.dumps(found, indent=1) + "\n")


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="measure.py", description="Measure what the figures show."
    )
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(MEASUREMENTS)} (default: all)")
    parser.add_argument("--build", type=Path, metavar="DIR",
                        default=HARNESS.parent / "build",
                        help="where the programs are")
    parser.add_argument("--data", type=Path, metavar="DIR", default=DATA,
                        help="where to write (default: data, beside this file)")
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no such measurement: {unknown[0]}")
    return options


def _progress(text):
    print(text, end="", file=sys.stderr, flush=True)


def main(argv):
    options = parse(argv)
    spawn.take_charge()
    try:
        for name in options.names or MEASUREMENTS:
            _progress(f"measuring {name}\n")
            measure(name, options.build.resolve(), options.data)
        return 0
    except KeyboardInterrupt:
        print("measure.py: interrupted", file=sys.stderr)
    except (burst.CannotMeasure, ServerFailed, AssertionError, OSError) as error:
        print(f"measure.py: cannot measure: {error}", file=sys.stderr)
    finally:
        for popen in spawn.still_running():
            spawn.end(popen)
        spawn.end_strays()
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
