"""What a bench's numbers depend on: the machine, its kernel, the compiler."""

import itertools
import os
import platform
import re
import time

from reaplab.proc.process import read_proc
from reaplab.servers import spawn

UNKNOWN = "an unknown compiler"


def describe(build):
    """The facts to print and to save, of the programs in this folder."""
    memory = int(read_proc("/proc/meminfo").split()[1])  # MemTotal, in kB
    return {
        "system": f"{platform.system()} {platform.release()}",
        "cpu": _processor(),
        "cpus": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 1024 ** 2, 1),
        "compiler": _compiler(build),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def sentence(about):
    """The same in a line."""
    return (
        f"{about['cpu']}, {about['cpus']} CPUs, {about['memory_gb']:g} GB; "
        f"{about['system']}; {about['compiler']}; {about['date']}"
    )


def _processor():
    """The first CPU's name; of some architectures the kernel tells none."""
    text = read_proc("/proc/cpuinfo").decode("utf-8", "replace")
    found = re.search(r"^model name\s*:\s*(\S.*)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _compiler(build):
    """As the build noted its command: what it calls itself, and the flags that
    make a program fast."""
    try:
        words = (build / "obj" / "flags").read_text(encoding="utf-8").split()
        command = itertools.takewhile(lambda word: not word.startswith("-"), words)
        name = spawn.run([*command, "--version"]).out.splitlines()[0]
    except (OSError, ValueError, IndexError, spawn.StillRunning):
        return UNKNOWN
    flags = (one for one in words if one.startswith("-O") or one == "-static")
    return " ".join([name, *flags])
