"""Fuzzes what reads foreign bytes in C, reaptop's parsers and the command lines:
each target in turn, from seeds taken of this machine's /proc, so that the fuzzer
starts from what the kernel really writes.

    run.py --targets DIR [--seconds S]

Exit status: 0 nothing found, 1 something was, 2 wrong command line. An input that
makes a target fail is kept in DIR/found and named.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HANGS = 60  # seconds for one input: the machine may be busy, and a hang is for ever

LOG = (
    '{"t_ns":1,"pid":1,"event":"listen","address":"127.0.0.1","port":1}\n'
    '{"t_ns":2,"pid":1,"event":"fork","child":2}\n'
    '{"t_ns":3,"pid":1,"event":"sigchld"}\n'
    '{"t_ns":4,"pid":1,"event":"reap","child":2,"exit_code":0}\n'
    '{"t_ns":5,"pid":1,"event":"stop","x":{"y":[1,"]"]},"z":"\\"\\u0000"}\n'
)


def read(path):
    """The bytes of a file, or none if it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def seeds():
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
        "event": [line.encode() for line in LOG.splitlines()],
        "event_log": [LOG.encode(), b"x" * 70000 + b"\n" + LOG.encode()],
        "foreign_text": [b"a\\ \n\x1b[31m", "\u00e9\u202e\u0301\u4e16".encode()],
        "limits": [read("/proc/self/limits")],
        "process_name": [b"server_waitpid_" + b"./server_waitpid_loop\0000\0"],
        "process_stat": [stat, hostile],
        "process_status": [read("/proc/self/status")],
        "tcp": lines[:8],
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--targets", type=Path, required=True, metavar="DIR")
    parser.add_argument("--seconds", type=int, default=60, help="for all together")
    options = parser.parse_args()
    inputs = seeds()
    targets = sorted(
        path for path in options.targets.iterdir()
        if path.is_file() and os.access(path, os.X_OK)
    )
    unknown = [path.name for path in targets if path.name not in inputs]
    if not targets or unknown or options.seconds < 1:
        parser.error(f"no targets, no time, or none of ours: {unknown}")
    found = options.targets / "found"
    found.mkdir(exist_ok=True)
    each = max(1, options.seconds // len(targets))
    print(f"fuzzing {len(targets)} parsers, {each} s each")
    failed = [
        path.name for path in targets
        if fuzz(path, inputs[path.name], each, found)
    ]
    if failed:
        print(f"run.py: found: {', '.join(failed)}; inputs in {found}",
              file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
