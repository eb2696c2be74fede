"""A copy of the project's files for judges to read: all that they need, and nothing
of the instructor's. Any user may read it, as judges are nobody.
"""

import os
import shutil
import stat

from . import scratch
from .. import labs


def prepare(lab_names, root=labs.ROOT):
    """Copy what is needed to judge these labs into a new folder; its Path. It is
    the caller's, for scratch.remove(). Raises OSError, with one line."""
    stage = scratch.make("stage")
    try:
        _copy_to(stage, lab_names, root)
        make_readable(stage)
    except OSError as error:
        scratch.remove(stage)
        # shutil.Error lists every file that failed. The first one is enough.
        why = error.args[0][0][2] if isinstance(error, shutil.Error) else error
        where = f"{stage.parent} (or set TMPDIR)"
        raise OSError(f"cannot copy what judges need to {where}: {why}") from error
    except BaseException:
        scratch.remove(stage)
        raise
    return stage


def _copy_to(stage, lab_names, root):
    texts = shutil.ignore_patterns("README.md", "*.svg")
    shutil.copytree(root / "src", stage / "src", ignore=texts)
    shutil.copytree(
        root / "harness/reaplab",
        stage / "harness/reaplab",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    (stage / "build").mkdir()
    for below in ("", "labs"):
        (stage / "build" / below).mkdir(exist_ok=True)
        for one in (root / "build" / below).glob("*"):
            if one.is_file():
                shutil.copy2(one, stage / "build" / below)
    for name in lab_names:
        (stage / "labs" / name).mkdir(parents=True)
        starter = root / "labs" / name / "starter"
        if starter.is_dir():  # an autograder may come without
            shutil.copytree(starter, stage / "labs" / name / "starter")
        for one in ("lab.toml", "checks.py", "predict.toml"):
            if (root / "labs" / name / one).exists():
                shutil.copy2(root / "labs" / name / one, stage / "labs" / name)


def make_readable(folder):
    """Let anybody read the folder and all in it."""
    for where, _, files in os.walk(folder):
        os.chmod(where, 0o755)
        for name in files:
            path = os.path.join(where, name)
            runs = os.stat(path).st_mode & stat.S_IXUSR
            os.chmod(path, 0o755 if runs else 0o644)
