"""The report: event logs as one HTML page that needs nothing but a browser.

Its own script draws the lifelines; counts stand in the page itself, so that it says
something also without. All that comes from a log is data: it is put into the page as
JSON in which no "<" is left and as escaped text, and the page's own policy lets run
only the script that is hashed here. Read next: page.html, chart.js.
"""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

from ...documents.palette import read_palette
from ...lifelines import lives as lifelines

HERE = Path(__file__).resolve().parent
SCRIPTS = ("scales.js", "view.js", "chart.js", "table.js", "page.js")

MOST_RUNS = 100  # that a page shows
MOST_FAULTS = 20

FATES = (
    lifelines.LIVING, lifelines.REAPED, lifelines.ZOMBIE, lifelines.GONE,
    lifelines.UNKNOWN,
)


def plain(text, most=120):
    """Foreign text on one line: what is not printable (control characters, those
    that turn the direction of writing) as escapes, and no longer than that."""
    kept = text[:most] + ("..." if len(text) > most else "")
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii")
        for one in kept
    )


def render(logs, title):
    """The page, to be written as UTF-8. `logs` is [(name, EventLog, [Run])]."""
    shown = [(name, run) for name, _, runs in logs for run in runs]
    faults = [(name, one) for name, log, _ in logs for one in log.faults]
    data = {
        "runs": [_run_data(name, run) for name, run in shown[:MOST_RUNS]],
        "fates": FATES,
    }
    script = "\n".join(
        (HERE / name).read_text(encoding="utf-8") for name in SCRIPTS
    )
    style = _colours() + (HERE / "page.css").read_text(encoding="utf-8")
    parts = {
        "title": html.escape(plain(title)),
        "policy": (
            f"default-src 'none'; script-src {_hash(script)}; "
            f"style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
        ),
        "style": style,
        "summary": _summary(shown[:MOST_RUNS]),
        "notes": _notes(shown, faults),
        "data": _json_in_html(data),
        "script": script,
    }
    page = (HERE / "page.html").read_text(encoding="utf-8")
    # In one pass: what was put in may itself look like a mark.
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], page)


def _hash(text):
    """A source of a Content-Security-Policy: the text itself, by its SHA-256."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"


def _json_in_html(data):
    """JSON that may stand in a script element: nothing in it can end that."""
    text = json.dumps(data, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _colours():
    """The palette as CSS variables."""
    lines = "".join(
        f"--{role}: {colour};" for role, colour in read_palette()["light"].items()
    )
    return f":root {{ {lines} }}\n"


# --- What the script draws


def _run_data(log_name, run):
    """A run in columns; times are ns since it began."""
    def since(at):
        return None if at is None else at - run.began

    index = {id(one): number for number, one in enumerate(run.sigchlds)}
    children = {
        "pid": [one.pid for one in run.children],
        "parent": [one.parent for one in run.children],
        "peer": [plain(one.peer or "") for one in run.children],
        "began": [since(one.began) for one in run.children],
        "exited": [since(one.exited) for one in run.children],
        "reaped": [since(one.reaped) for one in run.children],
        "echoed": [one.echoed for one in run.children],
        "ending": [one.ending or "" for one in run.children],
        "fate": [FATES.index(one.fate) for one in run.children],
        "sigchld": [index.get(id(one.sigchld), -1) for one in run.children],
        "errors": {
            str(number): plain("; ".join(one.errors))
            for number, one in enumerate(run.children) if one.errors
        },
    }
    return {
        "name": _name(run),
        "log": plain(log_name),
        "pid": run.pid,
        "length": run.ended - run.began,
        "children": children,
        "sigchlds": {
            "at": [since(one.at) for one in run.sigchlds],
            "pid": [one.pid for one in run.sigchlds],
            "deaths": [one.deaths for one in run.sigchlds],
            "reaped": [one.reaped for one in run.sigchlds],
        },
        "zombies": [[since(at), count] for at, count in run.zombies_over_time()],
    }


def _name(run):
    return plain(run.variant) if run.variant is not None else "unnamed server"


# --- What the page says without a script


def _summary(shown):
    """The table of all runs."""
    heads = (
        "server", "pid", "children", "died", "reaped", "SIGCHLDs delivered",
        "deaths per SIGCHLD, at most", "most zombies at once",
        "never reaped", "longest zombie",
    )
    rows = [_heads(heads)]
    for _, run in shown:
        cells = [_name(run), run.pid, *_counts(run)]
        rows.append("<tr>" + "".join(
            f"<td>{html.escape(str(one))}</td>" for one in cells
        ) + "</tr>")
    return "\n".join(rows)


def _heads(heads):
    return "<tr>" + "".join(f'<th scope="col">{one}</th>' for one in heads) + "</tr>"


def _counts(run):
    """The numbers of a run, for a table."""
    spans = [end - begin for begin, end in run.zombie_spans()]
    return (
        len(run.children),
        run.died,
        run.reaped,
        len(run.sigchlds),
        max((one.deaths for one in run.sigchlds), default="-"),
        run.most_zombies,
        _never_reaped(run),
        _duration(max(spans)) if spans else "-",
    )


def _never_reaped(run):
    """Zombies to the end; where the log does not tell, it says so."""
    words = [str(len(run.of_fate(lifelines.ZOMBIE)))]
    gone = len(run.of_fate(lifelines.GONE))
    unknown = len(run.of_fate(lifelines.UNKNOWN))
    words += [f"{gone} left to the kernel or init"] if gone else []
    words += [f"{unknown} not told by the log"] if unknown else []
    return ", ".join(words)


def _duration(ns):
    """Nanoseconds as a reader says them."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:,.3g} {unit}" if ns < 1e12 else "over 1,000 s"
    return f"{ns} ns"


def _notes(shown, faults):
    """What is wrong with the logs, as list items."""
    notes = []
    if not shown:
        notes.append("No run of a server is in this log.")
    if len(shown) > MOST_RUNS:
        notes.append(f"{len(shown)} runs, of which {MOST_RUNS} are shown.")
    if faults:
        notes.append(f"Lines that cannot be read, and are left out: {len(faults)}")
    for name, fault in faults[:MOST_FAULTS]:
        notes.append(
            f"{plain(name)}, line {fault.line}: {plain(fault.why)}: "
            f"{plain(fault.text, 60)}"
        )
    if len(faults) > MOST_FAULTS:
        notes.append(f"and {len(faults) - MOST_FAULTS} more")
    return "\n".join(f"<li>{html.escape(one)}</li>" for one in notes)
