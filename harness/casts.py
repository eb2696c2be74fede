"""Makes the slides' recordings, slides/casts/NAME.cast, from scripted scenes.

    python3 harness/casts.py             those that are missing, or older than what
                                         they show
    python3 harness/casts.py NAME...     these
    python3 harness/casts.py --all       all of them

Each scene is played by the program itself on a terminal of its own, recorded with
asciinema. Exit status: 0 done, 1 one could not be made, 2 the command line was wrong.
"""

import argparse
import shlex
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab import cast, spawn, terminal  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CASTS = ROOT / "slides" / "casts"
# What decides on how a scene looks, beside the servers in it.
SHOWING = ["src/reaptop/demo", "src/reaptop/show", "src/reaptop/watch"]
COLUMNS, LINES = 80, 20
# A scene of the demo lasts under a minute; a busy machine may need longer.
SCENE_ENDS_WITHIN = 180


@dataclass
class Scene:
    """A recording to make: its title, the demo's scene, and who is in it."""

    title: str
    number: int
    servers: tuple

    @property
    def shows(self):
        files = [f"src/variants/server_{name}.c" for name in self.servers]
        return [*SHOWING, *files]


SCENES = {
    "scene_1": Scene("Nobody reaps", 1, ("noreap",)),
    "scene_2": Scene("One wait per signal", 2, ("sigchld",)),
    "scene_3": Scene("The loop", 3, ("waitpid_loop",)),
    "scene_4": Scene("Kill the parent", 4, ("noreap",)),
    "scene_5": Scene(
        "The same load on all three", 5, ("noreap", "sigchld", "waitpid_loop")
    ),
}


def record(name, build):
    """Play a scene and keep its recording. Raises AssertionError if it does not come
    to its end, OSError or ValueError if the recording cannot be kept."""
    scene = SCENES[name]
    shows_sha256 = cast.digest(scene.shows, ROOT)
    viewer = shlex.quote(str(build / "reaptop"))
    command = f"{viewer} --demo --scene {scene.number}"
    with tempfile.TemporaryDirectory(prefix="reap-") as folder:
        raw = Path(folder) / "raw.cast"
        _play(["asciinema", "rec", "--quiet", "-c", command, str(raw)], folder)
        _, events = cast.read(raw)
    header = {
        "version": 2,
        "width": COLUMNS,
        "height": LINES,
        "title": scene.title,
        "command": f"make demo SCENE={scene.number}",
        "shows": scene.shows,
        "shows_sha256": shows_sha256,
    }
    cast.write(CASTS / f"{name}.cast", header, cast.tidied(events))


def _play(argv, folder):
    # asciinema keeps an identity in its configuration: here it is thrown away.
    env = {"ASCIINEMA_CONFIG_HOME": folder, "LC_ALL": "C.UTF-8"}
    with terminal.Terminal(
        argv, columns=COLUMNS, lines=LINES, term="xterm-256color", env=env
    ) as screen:
        screen.await_text("(end)", within=SCENE_ENDS_WITHIN)
        screen.type("q")
        status = screen.await_end()
        assert status == 0, f"exit status {status}:\n{screen.text()}"


def parse(words):
    parser = argparse.ArgumentParser(
        prog="casts",
        description="Makes the slides' recordings from scripted scenes: without a "
        "name those that are missing or older than what they show.",
        epilog="Exit status: 0 done, 1 one could not be made, 2 the command line "
        "was wrong.",
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(SCENES))
    parser.add_argument("--all", action="store_true", help="make all of them anew")
    parser.add_argument(
        "--build",
        metavar="DIR",
        type=Path,
        default=ROOT / "build",
        help="where the programs are (default: build)",
    )
    parser.add_argument("--version", action="version", version="casts 0.1")
    options = parser.parse_args(words)
    unknown = [name for name in options.names if name not in SCENES]
    if unknown:
        parser.error(f"no such scene: {', '.join(unknown)}")
    return options


def chosen(options):
    if options.all:
        return list(SCENES)
    if options.names:
        return options.names
    return [n for n in SCENES if cast.is_older(CASTS / f"{n}.cast", ROOT)]


def main(words=None):
    options = parse(words)
    if shutil.which("asciinema") is None:
        print(
            "casts: asciinema: not found: sh harness/deps.sh slides installs it",
            file=sys.stderr,
        )
        return 1
    # End as Ctrl-C does, with every process taken down.
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    spawn.become_subreaper()
    try:
        return record_all(chosen(options), options.build.resolve())
    except KeyboardInterrupt:
        print("casts: interrupted: the recordings so far are kept", file=sys.stderr)
        return 1
    finally:
        spawn.end_strays()


def record_all(names, build):
    failed = 0
    for name in names:
        print(f"casts: {name}: {SCENES[name].title}", flush=True)
        try:
            record(name, build)
        except (AssertionError, OSError, ValueError) as error:
            print(f"casts: {name}: {error}", file=sys.stderr)
            failed = 1
    return failed


def _interrupt(_signum, _frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
