"""Fuzzes what reads foreign bytes in C, reaptop's parsers and the command lines:
each target in turn, from seeds taken of this machine's /proc and netlink and of a
server's event log, so that the fuzzer starts from what is really written.

    run.py --targets DIR --build DIR [--seconds S] [TARGET...]

Exit status: 0 nothing found, 1 something was, 2 wrong command line. An input that
makes a target fail is kept in the targets' DIR/found and named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True

import real  # noqa: E402
from reaplab.servers.server import ServerFailed  # noqa: E402

HANGS = 60  # seconds for one input: the machine may be busy, and a hang is for ever

# Behind a real log: what no server of ours writes.
ODD_LINES = (
    '{"t_ns":5,"pid":1,"event":"stop","x":{"y":[1,"]"]},"z":"\\"\\u0000"}\n'
    '{"t_ns":"6","pid":1,"event":["reap"]}\nno event\n'
).encode()


def read(path):
    """The bytes of a file, or none if it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def seeds(log, answers):
    """For each target, inputs to begin with."""
    lines = read("/proc/net/tcp").split(b"\n") + read("/proc/net/tcp6").split(b"\n")
    stat = read("/proc/self/stat")
    hostile = b"7 (a) Z (\n\x1b[2J) S 1 " + b" ".join([b"0"] * 48)
    return {
        "client_options": [
            b"-n5\n-c2\n-s64\n-w10\n-j\n127.0.0.1\n9190", b"--burst=x\n--\n-\n1",
        ],
        "reaptop_options": [
            b"-d0.5\n-n3\n-b\n4711", b"--port\n9190\n--trace=x\n--json\n--read-only",
            b"--demo\n--scene=all", b"--\nserver\n0", b"-hV\n--zombies",
        ],
        "server_options": [
            b"-a\n::1\n-b7\n--trace=x\n-m5\n-i3\n9190", b"--max-children=x\n0", b"-1",
        ],
        "children": [b"4711 4712 4194304 ", b"1"],
        "event": (log + ODD_LINES).splitlines(),
        "event_log": [log, b"x" * 70000 + b"\n" + log + ODD_LINES],
        "foreign_text": [b"a\\ \n\x1b[31m", "\u00e9\u202e\u0301\u4e16".encode()],
        "limits": [read("/proc/self/limits")],
        "process_name": [b"server_waitpid_" + b"./server_waitpid_loop\0000\0"],
        "process_stat": [stat, hostile],
        "process_status": [read("/proc/self/status")],
        "tcp": lines[:8],
        "tcp_answer": answers,
    }


def fuzz(target, inputs, seconds, found):
    """Whether a target failed; what it says goes to stderr then."""
    with tempfile.TemporaryDirectory(prefix="reap-fuzz-") as corpus:
        for number, data in enumerate(inputs):
            (Path(corpus) / f"seed{number}").write_bytes(data)
        argv = [
            str(target), f"-max_total_time={seconds}", f"-timeout={HANGS}",
            "-max_len=80000" if target.name == "event_log" else "-max_len=4096",
            "-rss_limit_mb=1024", f"-artifact_prefix={found}/{target.name}-",
            corpus,
        ]
        done = subprocess.run(
            argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0:
        print(said, file=sys.stderr)
        return True
    runs = [line for line in said.splitlines() if line.startswith("Done ")]
    print(f"  {target.name:16} {runs[-1] if runs else 'done'}", flush=True)
    return False


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", type=Path, required=True, metavar="DIR")
    parser.add_argument("--build", type=Path, required=True, metavar="DIR",
                        help="where the programs are")
    parser.add_argument("--seconds", type=int, default=60, help="for all together")
    parser.add_argument("names", nargs="*", metavar="TARGET", help="default: all")
    options = parser.parse_args(arguments)
    there = {
        path.name for path in options.targets.iterdir()
        if path.is_file() and os.access(path, os.X_OK)
    }
    unknown = set(options.names) - there
    options.names = sorted(options.names or there)
    if not there or options.seconds < 1:
        parser.error("no targets, or no time")
    if unknown:
        parser.error(f"not there: {', '.join(sorted(unknown))}")
    return options


def fuzz_all(options, inputs):
    """Returns the names of the targets that failed."""
    found = options.targets / "found"
    found.mkdir(exist_ok=True)
    each = max(1, options.seconds // len(options.names))
    print(f"fuzzing {len(options.names)} parsers, {each} s each", flush=True)
    failed = [
        name for name in options.names
        if fuzz(options.targets / name, inputs[name], each, found)
    ]
    if failed:
        print(f"run.py: found: {', '.join(failed)}; inputs in {found}",
              file=sys.stderr)
    return failed


def main():
    options = parse(sys.argv[1:])
    try:
        inputs = seeds(*real.take(options.build.resolve()))
    except (ServerFailed, AssertionError, OSError) as error:
        print(f"run.py: no seeds: {error}", file=sys.stderr)
        return 1
    unknown = [name for name in options.names if name not in inputs]
    if unknown:
        print(f"run.py: no seeds for: {', '.join(unknown)}", file=sys.stderr)
        return 2
    return 1 if fuzz_all(options, inputs) else 0


if __name__ == "__main__":
    sys.exit(main())
