"""Recordings of terminals (asciicast, version 2: a line of JSON for the header, then
one for each piece of output), as the slides play them.

A recording says in its header what it shows: files and folders of the repository
("shows") and a digest of them ("shows_sha256"), so that one older than its subject is
found out. slides/build/recording.js computes the same digest.
"""

import hashlib
import json
import re

from .. import whole_file

LARGEST = 300_000  # bytes: they are part of the repository

# Output this close together is one picture.
_ONE_FRAME = 0.03
# The full-screen program leaves: what follows is the shell's screen again.
_LEAVES = "\x1b[?1049l"
# What steers a terminal and draws nothing.
_UNSEEN = re.compile(
    r"\x1b\[[0-9;?]*[@-~]|\x1b[()][0-9A-Z]|\x1b[=>78]|[\r\n]"
)


def digest(paths, root):
    """SHA-256 over the names and contents of all files at or below these paths, as
    hexadecimal digits. Paths are strings, relative to `root`."""
    found = []
    for path in paths:
        full = root / path
        if full.is_dir():
            found += [
                one.relative_to(root).as_posix()
                for one in full.rglob("*")
                if one.is_file()
            ]
        elif full.exists():
            found.append(path)
    result = hashlib.sha256()
    for name in sorted(found):
        result.update(name.encode() + b"\0" + (root / name).read_bytes() + b"\0")
    return result.hexdigest()


def read(path):
    """(header, events) of a recording. An event is [seconds, kind, data]. Raises
    ValueError if it is none."""
    header, *events = [
        json.loads(line) for line in path.read_text("utf-8").splitlines()
    ]
    if header.get("version") != 2:
        raise ValueError(f"{path}: not an asciicast, version 2")
    return header, events


def tidied(events):
    """Output only, pieces close together as one, up to where the program leaves the
    full screen."""
    pieces = [[at, data] for at, kind, data in events if kind == "o"]
    leaving = [n for n, (_, data) in enumerate(pieces) if _LEAVES in data]
    if leaving:
        del pieces[leaving[-1]:]
        while pieces and not _UNSEEN.sub("", pieces[-1][1]):
            pieces.pop()
    frames = []
    for at, data in pieces:
        if frames and at - frames[-1][0] < _ONE_FRAME:
            frames[-1][1] += data
        else:
            frames.append([at, data])
    return [[round(at, 3), "o", data] for at, data in frames]


def write(path, header, events):
    """Write a recording, all of it or nothing. Raises ValueError if it would be too
    large for the repository."""
    lines = [json.dumps(one, ensure_ascii=True) for one in [header, *events]]
    text = "\n".join(lines) + "\n"
    if len(text) > LARGEST:
        raise ValueError(f"{path.name}: {len(text)} bytes, over {LARGEST}")
    whole_file.write(path, text)


def is_older(path, root):
    """Whether what the recording shows has changed since, or it cannot tell."""
    try:
        header, _ = read(path)
        return header["shows_sha256"] != digest(header["shows"], root)
    except (OSError, ValueError, KeyError):
        return True
