"""What leaves the house: the students' archive, and Gradescope's autograder. Each is
made from a list of what may go, never from one of what may not.
"""

import io
import os
import re
import tarfile
import zipfile

from . import labs
from .. import whole_file
from ..documents import variants

# Folders of which all goes, with these endings; and single files.
CORE = {
    "src/common": (".c", ".h"),
    "src/lean": (".c", ".h", ".ld", ".mk"),
    "src/echo": (".c", ".h"),
    "src/client": (".c", ".h"),
    "src/variants": (".c",),
    "harness/reaplab": (".py",),
}
VIEWER = {"src/reaptop": (".c", ".h", ".1", ".bash-completion")}
TOOLS = (
    "Makefile", "src/install.mk", "labs/labs.mk", "harness/deps.sh", "harness/check.py",
    "harness/predict.py", "harness/diagnose.py",
)
JUDGES = ("Makefile", "labs/labs.mk", "harness/deps.sh", "harness/autograder.py")
# Of a lab, what a student gets, and what a judge needs.
LAB_FILES = ("README.md", "lab.toml", "predict.toml", "checks.py")
JUDGES_LAB_FILES = ("lab.toml", "predict.toml", "checks.py")
# The demo shows it beside the two that are wrong.
ALWAYS = "server_waitpid_loop"
# Made by students' work in the folder, and not to be given to others.
MADE = ("predictions.json",)
README = "labs/README.md"


def handout_files(chosen, root=labs.ROOT):
    """{name in the archive: path} of the students' archive for these Labs."""
    found = {name: root / name for name in TOOLS}
    for folder, endings in {**CORE, **VIEWER}.items():
        found.update(_below(root, folder, endings))
    found["README.md"] = root / README
    found[README] = root / README
    for lab in chosen:
        found.update(_of_lab(root, lab, LAB_FILES))
        found.update(_below(root, f"labs/{lab.name}/starter", ("",)))
    handouts = [root / "labs" / lab.name / "README.md" for lab in chosen]
    for variant in _untold("".join(path.read_text() for path in handouts)):
        found.pop(f"src/variants/{variant}.c")
    return {
        name: path for name, path in found.items() if path.name not in MADE
    }


def autograder_files(lab, root=labs.ROOT):
    """The same, of the autograder for a Lab."""
    found = {name: root / name for name in JUDGES}
    for folder, endings in CORE.items():
        found.update(_below(root, folder, endings))
    found.update(_of_lab(root, lab, JUDGES_LAB_FILES))
    # Lab 05's checks ask which files were touched.
    found.update(_below(root, f"labs/{lab.name}/starter", ("",)))
    for name in ("setup.sh", "run_autograder"):
        found[name] = root / "harness/autograder" / name
    return found


def _below(root, folder, endings):
    """All regular files below a folder, no link among them."""
    found = {}
    for path in sorted((root / folder).rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink() or not path.is_file() or "__pycache__" in name:
            continue
        if path.name.endswith(endings):
            found[name] = path
    return found


def _of_lab(root, lab, names):
    """The lab's files of these names, the sources of its checks, and the programs
    that its handout has run."""
    found = {}
    for path in sorted((root / "labs" / lab.name).iterdir()):
        program = path.is_file() and os.access(path, os.X_OK) and not path.suffix
        if path.name in names or program or path.suffix in (".c", ".h", ".py"):
            found[f"labs/{lab.name}/{path.name}"] = path
    return found


def _untold(text):
    """Variants that are right, and that no handout tells one to run: for students
    they would be answers."""
    told = {*re.findall(r"\bserver_\w+", text), ALWAYS}
    return [
        f"server_{one.name}"
        for one in variants.read_all()
        if not one.is_wrong and f"server_{one.name}" not in told
    ]


def write_tar(path, top, files):
    """Write a .tar.gz, all below the folder `top`; the same files make the same
    archive."""
    with whole_file.replacing(path) as file, \
            tarfile.open(fileobj=file, mode="w:gz",
                         format=tarfile.GNU_FORMAT) as archive:
        for name, source in sorted(files.items()):
            content = source.read_bytes()
            entry = tarfile.TarInfo(f"{top}/{name}")
            entry.size = len(content)
            entry.mode = _mode(source)
            entry.mtime = int(source.stat().st_mtime)
            archive.addfile(entry, io.BytesIO(content))


def write_zip(path, files):
    """Write a .zip."""
    with whole_file.replacing(path) as file, \
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, source in sorted(files.items()):
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | _mode(source)) << 16
            archive.writestr(entry, source.read_bytes())


def _mode(path):
    return 0o755 if os.access(path, os.X_OK) else 0o644
