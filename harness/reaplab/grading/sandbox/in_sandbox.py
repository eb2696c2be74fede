"""The judge in its box:

    reaplab.grading.sandbox.in_sandbox LAB DIR INTO HOME SECONDS BOX

Started by judge_box.py (see isolated.py), never by hand. Without walls, HOME is the
home folder of the submission's programs. Prints the Result as one line of JSON, after
each check and at the end; the last whole line counts. A build may take SECONDS.
"""

import json
import sys
from pathlib import Path

from . import bubblewrap as sandbox, limits
from .. import judging, labs
from ...servers import spawn


def main(arguments):
    number, folder, into, home, seconds, kind = arguments
    lab = labs.load(number)
    spawn.become_subreaper()
    limits.become_untraceable()
    readable = [folder, into, *readable_of_project(lab)]
    box = sandbox.inner_box(kind, readable, home)
    Path(into).mkdir(parents=True, exist_ok=True)
    result = judging.judge(
        lab,
        Path(folder),
        Path(into),
        box,
        tell=_tell,
        build_limit=float(seconds),
    )
    _tell(result, final=True)


def readable_of_project(lab):
    """What a submission's programs may read of the project: what they are built from,
    and none of its servers, nor their sources, one of which could answer in a
    submission's place. Labs that build nothing run these servers themselves."""
    needed = ("src/common", "src/echo", "build/libecho.a", "build/labs")
    names = needed if lab.programs else ("build",)
    found = [labs.ROOT / name for name in names]
    return [str(path) for path in found if path.exists()]


def _tell(result, final=False):
    print(json.dumps({"final": final, "result": result.as_dict()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
