"""The judge inside its box: python3 -m reaplab.grading.in_sandbox LAB FOLDER INTO

Started by judge_box.py, never by hand. Prints the Result as one line of JSON, after
each check and at the end; the last whole line counts.
"""

import json
import sys
from pathlib import Path

from .. import spawn
from . import judging, labs
from .sandbox import Bubblewrap


def main(arguments):
    number, folder, into = arguments
    lab = labs.load(number)
    spawn.become_subreaper()
    box = Bubblewrap(
        [folder, into, str(labs.ROOT / "src"), str(labs.ROOT / "build")]
    )
    Path(into).mkdir(parents=True, exist_ok=True)
    result = judging.judge(lab, Path(folder), Path(into), box, tell=_tell)
    _tell(result, final=True)


def _tell(result, final=False):
    print(json.dumps({"final": final, "result": result.as_dict()}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
