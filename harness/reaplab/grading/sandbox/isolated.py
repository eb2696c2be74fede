"""Python processes that work beside what strangers hand in, or on it.

The interpreter runs isolated (-I): it reads no PYTHON* variable, no user site-packages
folder (usercustomize.py, .pth files), and imports nothing from the current folder. -I
also drops the script's own folder from sys.path, so the bootstrap below puts the folder
that holds `reaplab` there, after Python has started.
"""

import sys
from pathlib import Path

HARNESS = Path(__file__).resolve().parents[3]

_BOOTSTRAP = (
    "import runpy, sys; "
    "sys.path.insert(0, sys.argv.pop(1)); "
    "runpy.run_module(sys.argv.pop(1), run_name='__main__', alter_sys=True)"
)


def command(module, *arguments, harness=HARNESS):
    """Returns the words that run a module of `reaplab` as a program. `harness` is the
    folder that holds reaplab, as the new process sees it."""
    python = [sys.executable, "-I", "-B", "-c", _BOOTSTRAP]
    return [*python, str(harness), module, *map(str, arguments)]
