"""The labs, as their own files describe them: labs/NN-name/lab.toml and checks.py."""

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path

from .outcome import BadLab

try:
    import tomllib
except ModuleNotFoundError:  # before Python 3.11
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[3]
KINDS = ("variant", "c", "file")


@dataclass(frozen=True)
class Program:
    """A program that a lab asks for. `kind` says how it is made of its sources:
    "variant": C, linked with the echo core; "c": C by itself; "file": it is
    its own, and ready to run."""

    name: str
    kind: str
    sources: tuple
    optional: bool = False


@dataclass(frozen=True)
class Lab:
    """One lab: its number ("03"), its folder, what is handed in. `main`: the name of
    the program that one from elsewhere can stand in for, or None."""

    folder: Path
    title: str
    answer: str
    programs: dict = field(default_factory=dict)
    main: str = None

    @property
    def number(self):
        return self.folder.name.split("-")[0]

    @property
    def name(self):
        return self.folder.name

    @property
    def starter(self):
        return self.folder / "starter"

    @property
    def asked_for(self):
        """Names of the files that an answer consists of. A Makefile builds it."""
        sources = [name for one in self.programs.values() for name in one.sources]
        return {self.answer, "Makefile", *sources}

    def checks(self):
        """The CHECKS of its checks.py. Raises BadLab."""
        return list(_run_checks_file(self.folder / "checks.py").CHECKS)


def load_toml(path):
    """The file as a dict. Raises OSError, or ValueError with the place."""
    with open(path, "rb") as file:
        try:
            return tomllib.load(file)
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{path.name}: {error}") from error


def all_labs(root=ROOT):
    """Every Lab, in order."""
    found = sorted((root / "labs").glob("[0-9][0-9]-*/lab.toml"))
    return [_load(path.parent) for path in found]


def load(number, root=ROOT):
    """The lab of this number ("03", "3" or "03-lost-children"). Raises BadLab."""
    wanted = str(number)
    for one in sorted((root / "labs").glob("[0-9][0-9]-*/lab.toml")):
        name = one.parent.name
        if wanted in (name, name[:2], name[:2].lstrip("0") or "0"):
            return _load(one.parent)
    raise BadLab(f"there is no lab {wanted}")


def _load(folder):
    try:
        given = load_toml(folder / "lab.toml")
        programs = {
            name: Program(
                name,
                one["kind"],
                tuple(one["sources"]),
                one.get("optional", False),
            )
            for name, one in given.get("programs", {}).items()
        }
        main = given.get("main")
        lab = Lab(folder, given["title"], given["answer"], programs, main)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadLab(f"{folder.name}/lab.toml: {error!r}") from error
    odd = [one.name for one in programs.values() if one.kind not in KINDS]
    if odd:
        raise BadLab(f"{folder.name}/lab.toml: unknown kind of {odd[0]}")
    if main is not None and main not in programs:
        raise BadLab(f"{folder.name}/lab.toml: there is no program {main}")
    return lab


def _run_checks_file(path):
    name = "reap_checks_" + path.parent.name.replace("-", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
        module.CHECKS  # noqa: B018
    except Exception as error:
        raise BadLab(f"{path.parent.name}/checks.py: {error!r}") from error
    return module
