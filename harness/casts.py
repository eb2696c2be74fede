"""Makes the slides' recordings, slides/casts/NAME.cast, from scripted scenes.

    python3 harness/casts.py             those that are missing, or older than what
                                         they show
    python3 harness/casts.py NAME...     these
    python3 harness/casts.py --all       all of them

Each scene is played by the program itself on a terminal of its own, recorded with
asciinema. Exit status: 0 done, 1 one could not be made, 2 the command line was wrong.
"""

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True

from reaplab.deadline import eventually  # noqa: E402
from reaplab.documents import cast  # noqa: E402
from reaplab.servers import spawn  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
CASTS = ROOT / "slides" / "casts"
# What decides on how a scene looks, beside the servers in it.
SHOWING = [
    f"src/reaptop/{room}" for room in ("demo", "screen", "views", "watch", "words")
]
COLUMNS, LINES = 80, 20
# A scene of the demo lasts under a minute; a busy machine may need longer.
SCENE_ENDS_WITHIN = 180
# Seconds that a picture stays, for who reads it.
READING = 3


@dataclass
class Scene:
    """A recording to make."""

    title: str
    live: str  # the command that shows the same
    words: tuple  # how the viewer is started, after its own path
    servers: tuple  # who is in it
    play: object  # play(screen, build): to its last picture, then the key that leaves
    ends_with: str  # what that picture shows

    @property
    def shows(self):
        files = [f"src/variants/server_{name}.c" for name in self.servers]
        return [*SHOWING, *files]


def play_demo(screen, _build):
    """The demo plays its scene by itself."""
    screen.await_text("(end)", within=SCENE_ENDS_WITHIN)
    screen.type("q")


def play_missing_close(screen, build):
    """In the view of the sockets three clients come, and leave."""
    port = eventually(lambda: port_on(screen.text()))
    screen.type("s")
    screen.await_text("0 connections")
    time.sleep(READING)
    clients = []
    try:
        for _ in range(3):
            clients.append(spawn.spawn(
                [build / "client", "127.0.0.1", port],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
            ))
        screen.await_text("ESTABLISHED 3")
        time.sleep(READING)
        for client in clients:
            client.stdin.close()
        screen.await_text("CLOSE_WAIT 3  client FIN_WAIT2 3")
        time.sleep(READING)
    finally:
        for client in clients:
            spawn.end(client)
    screen.type("Q")


def port_on(text):
    found = re.search(r"port (\d+)", text)
    assert found, f"no port on the screen:\n{text}"
    return found[1]


def demo_scene(number, title, *servers):
    return Scene(
        title,
        f"make demo SCENE={number}",
        ("--demo", "--scene", str(number)),
        servers,
        play_demo,
        "(end)",
    )


SCENES = {
    "scene_1": demo_scene(1, "Nobody reaps", "noreap"),
    "scene_2": demo_scene(2, "One wait per signal", "sigchld"),
    "scene_3": demo_scene(3, "The loop", "waitpid_loop"),
    "scene_4": demo_scene(4, "Kill the parent", "noreap"),
    "scene_5": demo_scene(
        5, "The same load on all three", "noreap", "sigchld", "waitpid_loop"
    ),
    "missing_close": Scene(
        "A close is missing",
        "build/reaptop -- build/server_keeps_conn 9190",
        ("--", "build/server_keeps_conn", "0"),
        ("keeps_conn",),
        play_missing_close,
        "CLOSE_WAIT 3  client FIN_WAIT2 3",
    ),
}


def record(name, build):
    """Play a scene and keep its recording. Raises AssertionError if it does not come
    to its end, OSError or ValueError if the recording cannot be kept."""
    scene = SCENES[name]
    shows_sha256 = cast.digest(scene.shows, ROOT)
    words = [word.replace("build/", f"{build}/") for word in scene.words]
    command = shlex.join([str(build / "reaptop"), *words])
    with tempfile.TemporaryDirectory(prefix="reap-") as folder:
        raw = Path(folder) / "raw.cast"
        argv = ["asciinema", "rec", "--quiet", "-c", command, str(raw)]
        _play(argv, folder, scene, build)
        _, events = cast.read(raw)
    header = {
        "version": 2,
        "width": COLUMNS,
        "height": LINES,
        "title": scene.title,
        "command": scene.live,
        "shows": scene.shows,
        "shows_sha256": shows_sha256,
    }
    cast.write(CASTS / f"{name}.cast", header, cast.tidied(events))


def _play(argv, folder, scene, build):
    from reaplab.displays import (  # needs pyte, which telling what is stale does not
        terminal,
    )

    # asciinema keeps an identity in its configuration: here it is thrown away.
    env = {"ASCIINEMA_CONFIG_HOME": folder, "LC_ALL": "C.UTF-8"}
    with terminal.Terminal(
        argv, columns=COLUMNS, lines=LINES, term="xterm-256color", env=env
    ) as screen:
        scene.play(screen, build)
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
    spawn.take_charge()
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


if __name__ == "__main__":
    sys.exit(main())
