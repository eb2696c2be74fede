"""What moments --json found, as one page that opens from disk: the source with a mark
for each moment, beside the story of the first run that went wrong.

    moments --json ./server | python3 -m reaplab.documents.moments_page > moments.html
"""

import html
import json
import sys
from collections import defaultdict
from pathlib import Path

from .palette import read_palette

CONTEXT = 3  # lines that are shown around one with moments
LONGEST = 1 << 20  # bytes of a source file that are read
MARKS = {"correct": "•", "not_tried": "?", "interpreter": "i"}
WRONG = "×"

STYLE = """\
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem 1.5rem 3rem; max-width: 1600px;
  background: var(--ground); color: var(--text);
  font: 17px/1.45 system-ui, "Liberation Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0.2rem 0; }
h2 { font-size: 1.2rem; margin: 1.2rem 0 0.3rem; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(36rem, 1fr));
  gap: 0 2.5rem; align-items: start; }
section { min-width: 0; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td { padding: 0 0.6rem 0 0; vertical-align: top; }
.source td { font: 0.95rem/1.5 "DejaVu Sans Mono", monospace; white-space: pre; }
.source .number { color: var(--faint); text-align: right; }
.source .marks { letter-spacing: 0.15em; white-space: normal; text-align: right;
  width: 9rem; min-width: 9rem; overflow-wrap: anywhere; }
.wrong { color: var(--zombie); font-weight: bold; }
.correct { color: var(--live); }
.faint { color: var(--faint); }
tr.bad { background: var(--panel); }
.gap td { color: var(--faint); text-align: center; }
.story th { text-align: left; padding: 0.2rem 0.8rem 0.2rem 0; }
.story td { border-top: 1px solid var(--grid); padding: 0.1rem 0.8rem 0.1rem 0; }
.story td:first-child { white-space: nowrap; }
.story td:first-child { white-space: nowrap; }
.story tr.dies td { background: var(--panel); font-weight: bold; }
.story tr.dies td.says, .zombie { color: var(--zombie); font-weight: bold; }
.question { font-size: 1.2rem; font-weight: bold; }
code { overflow-wrap: anywhere; }
a { color: inherit; }
"""


def page(told):
    """The page as HTML, of what moments --json said (a dict)."""
    words = " ".join(told["command"])
    summary = (
        f"A child died at each of {told['tried']} moments: "
        f"{told['tried'] - told['wrong']} correct, {told['wrong']} wrong."
    )
    if told["not_tried"]:
        summary += f" {told['not_tried']} were not tried."
    return "\n".join([
        '<!doctype html>\n<html lang="en">\n<meta charset="utf-8">',
        f"<title>{_text(words)}: every moment</title>",
        f"<style>\n:root {{ {_colours()} }}\n{STYLE}</style>",
        f"<h1>{_text(words)}</h1>\n<p>{summary}",
        f'<span class="correct">{MARKS["correct"]}</span> correct,',
        f'<span class="wrong">{WRONG}</span> wrong,',
        '<span class="faint">?</span> not tried. A mark is a moment of the parent.',
        "</p>\n<main>",
        f"<section>{_sources(told['placements'])}</section>",
        f"<section>{_story(told)}</section>",
        "</main>\n</html>\n",
    ])


def _text(words):
    return html.escape(str(words))


def _colours():
    colours = read_palette()["light"]
    return " ".join(f"--{role}: {colour};" for role, colour in colours.items())


# The source


def _sources(placements):
    lines = defaultdict(lambda: defaultdict(list))
    for one in placements:
        if one["file"]:
            lines[one["file"]][one["line"]].append(one)
    if not lines:
        return _calls(placements)
    # Where something is wrong comes first.
    wrong = {file: sum(map(_count_wrong, lines[file].values())) for file in lines}
    order = sorted(lines, key=wrong.get, reverse=True)
    return "\n".join(_source(file, lines[file]) for file in order)


def _count_wrong(placements):
    return sum(one["verdict"] not in MARKS for one in placements)


def _source(file, moments):
    name = Path(file).name
    rows, last = [], 0
    for number, text in _read_lines(file, moments):
        if last and number > last + 1:
            rows.append('<tr class="gap"><td></td><td>⋮</td><td></td></tr>')
        rows.append(_line(name, number, text, moments.get(number, ())))
        last = number
    return f'<h2>{_text(name)}</h2><table class="source">{"".join(rows)}</table>'


def _read_lines(file, moments):
    """(number, text) of each line that is shown."""
    try:
        with open(file, encoding="utf-8", errors="replace") as opened:
            text = opened.read(LONGEST).splitlines()
    except OSError:
        text = []
    if not text:
        return [(number, "") for number in sorted(moments)]
    near = {
        number
        for line in moments
        for number in range(line - CONTEXT, line + CONTEXT + 1)
        if 1 <= number <= len(text)
    }
    return [(number, text[number - 1].expandtabs(4)) for number in sorted(near)]


def _line(name, number, text, placements):
    bad = ' class="bad"' if _count_wrong(placements) else ""
    return (
        f'<tr id="{_text(name)}-{number}"{bad}>'
        f'<td class="marks">{_marks(placements)}</td>'
        f'<td class="number">{number}</td><td>{_text(text)}</td></tr>'
    )


def _marks(placements):
    """A mark per moment: wrong if the death of any child is wrong there."""
    moments = defaultdict(list)
    for one in placements:
        moments[one["plan"].partition("=")[0]].append(one)
    return "".join(map(_mark, moments.values()))


def _mark(placements):
    wrong = [one for one in placements if one["verdict"] not in MARKS]
    one = (wrong or placements)[0]
    where = one.get("call") or one["signal"]
    title = f"{one['kind']} ({where}), child {one['child']}: {one['verdict']}"
    kind = "wrong" if wrong else "correct" if one["verdict"] == "correct" else "faint"
    mark = WRONG if wrong else MARKS[one["verdict"]]
    return f'<span class="{kind}" title="{_text(title)}">{mark}</span>'


def _calls(placements):
    """Without line numbers: by the calls of the parent."""
    calls = defaultdict(list)
    for one in placements:
        calls[one.get("call") or one["signal"]].append(one)
    rows = "".join(
        f'<tr><td class="marks">{_marks(moments)}</td><td>{_text(call)}</td></tr>'
        for call, moments in calls.items()
    )
    return f'<h2>Calls of the parent</h2><table class="source">{rows}</table>'


# The story


def _story(told):
    timeline = told["timeline"]
    if timeline is None:
        return (
            "<h2>No counterexample</h2><p>Among these placements of one death, with "
            f"{told['clients']} clients. This proves nothing: other clients, more "
            "deaths and real time were not tried.</p>"
        )
    rows = "".join(map(_event, timeline["events"]))
    command = " ".join(["moments --replay", timeline["plan"], *told["command"]])
    return (
        f"<h2>The first run that went wrong: {_text(timeline['trouble'])}</h2>"
        f'<p class="question">Ask yourself: {_text(timeline["question"])}</p>'
        f'<table class="story"><tr><th>who</th><th>what</th><th>where</th></tr>{rows}'
        f"</table><p>Play it again: <code>{_text(command)}</code></p>"
    )


def _event(one):
    who, what = _who(one), _what(one)
    where = ""
    if one["file"]:
        name = Path(one["file"]).name
        place = f"{name}:{one['line']}"
        where = f'<a href="#{_text(name)}-{one["line"]}">{_text(place)}</a>'
    kind = ' class="dies"' if one["event"] == "death" else ""
    says = "zombie" if one["event"] == "zombie" else "says"
    return (
        f'<tr{kind}><td>{_text(who)}</td><td class="{says}">{_text(what)}</td>'
        f"<td>{where}</td></tr>"
    )


def _who(one):
    for kind in ("client", "child"):
        if kind in one:
            return f"{kind} {one[kind]}"
    return "parent"


def _what(one):
    event = one["event"]
    if one.get("call") == "sigreturn":
        return "leaves the handler" if event == "call" else "goes on where it was"
    if one.get("call") == "sigreturn":
        return "leaves the handler" if event == "call" else "goes on where it was"
    if event == "return":
        return f"{one['call']} returns {_result(one['result'])}"
    says = {
        "client": "connects", "sends": "sends its line", "served": "is served",
        "call": "calls {call}", "fork": "is forked",
        "exit": "exits, but is not dead yet", "death": "DIES: SIGCHLD is sent",
        "release": "dies while the parent waits: SIGCHLD is sent",
        "zombie": "is still a zombie", "handler": "handles {signal}",
        "asleep": "waits in {call}", "timeout": "has waited its time", "end": "ENDS",
    }
    return says.get(event, event).format(**one)


def _result(number):
    # Between kernel and tracer: an interrupted call (include/linux/errno.h).
    return "at once: interrupted" if -516 <= number <= -512 else number


if __name__ == "__main__":
    sys.stdout.write(page(json.load(sys.stdin)))
