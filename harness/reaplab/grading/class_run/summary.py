"""What a class thinks: all results in one table (CSV), and as a page (HTML) that says
which beliefs are how common, for the lecture to answer them."""

import csv
import html
import io
from collections import Counter

from ...servers.report import printable
from ..checks import prediction
from ..report import points

COLUMNS = (
    "student", "lab", "score", "max_score", "status", "failed", "beliefs", "why",
    "moved",
)
GRADED, UNJUDGED, PASSED_OVER = "graded", "could not be judged", "passed over"

# Beliefs for which one line says why nothing, or not all, could be looked at.
TELLING = {"not-readable", "does-not-build", "exceeds-limits"}
MOST_WHY = 200  # characters of that line

# A spreadsheet takes a text that starts so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def as_csv(graded, passed_over=()):
    """The table as CSV, one line a submission, then one for each PassedOver."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one in sorted(graded, key=lambda one: one.name):
        writer.writerow(_plain(cell) for cell in _row(one))
    for one in passed_over:
        student, _, lab = one.name.partition("/")
        cells = (student, lab, "", "", PASSED_OVER, "", "", one.why, "")
        writer.writerow(_plain(cell) for cell in cells)
    return text.getvalue()


def _row(one):
    result = one.result
    judged = result.unjudged is None
    return (
        one.submission.student,
        one.submission.lab.name,
        points(result.score) if judged else "",
        points(result.max_score) if judged else "",
        GRADED if judged else UNJUDGED,
        " ".join(result.failed) if judged else "",
        " ".join(belief.id for belief in result.beliefs) if judged else "",
        _why(result),
        one.moved.describe() if one.moved else "",
    )


def _why(result):
    """In a line, what kept the submission from being looked at; or nothing."""
    if result.unjudged is not None:
        return result.unjudged
    seen = [one.seen for one in result.beliefs if one.id in TELLING]
    return seen[0].partition("\n")[0][:MOST_WHY] if seen else ""


def _plain(cell):
    cell = printable(cell)
    return "'" + cell if cell.startswith(_FORMULA) else cell


def as_html(graded, passed_over=()):
    """The page: self-contained, and readable from the back row."""
    labs = sorted({one.submission.lab.name for one in graded})
    parts = [_lab(name, _of(graded, name)) for name in labs]
    parts = parts or ["<p>No submission was found.</p>"]
    if passed_over:
        parts.append(_passed_over(passed_over))
    return _PAGE.format(style=_STYLE, body="\n".join(parts))


def _of(graded, name):
    chosen = [one for one in graded if one.submission.lab.name == name]
    return sorted(chosen, key=lambda one: one.submission.student)


def _lab(name, graded):
    judged = [one.result for one in graded if one.result.unjudged is None]
    parts = [
        f"<section><h1>{_text(name)}: {_text(graded[0].submission.lab.title)}</h1>",
        f"<p>{_counts(len(judged), len(graded) - len(judged))}</p>",
    ]
    if judged:
        parts += [_beliefs(judged), _ideas(judged)]
        parts.append(_predictions(graded[0].submission.lab, judged))
    return "\n".join([*parts, _students(graded), _moved(graded), "</section>"])


def _counts(judged, unjudged):
    text = f"{judged} graded"
    if unjudged:
        text += f", <strong>{unjudged} could not be judged</strong>"
    return text


def _beliefs(results):
    """How many students show each belief, most common first."""
    says, counted, asked = {}, Counter(), {}
    for result in results:
        for one in result.beliefs:
            says[one.id], asked[one.id] = one.says, one.question
            counted[one.id] += 1
    rows = [
        f"<tr><td class=n>{count}</td><td>{_bar(count, len(results))}</td>"
        f"<td>&ldquo;{_text(says[name])}&rdquo; <code>{_text(name)}</code>"
        f"<div class=ask>{_text(asked[name])}</div></td></tr>"
        for name, count in counted.most_common()
    ]
    if not rows:
        return "<h2>Beliefs</h2><p>No wrong belief was shown.</p>"
    return "<h2>Beliefs</h2><table class=beliefs>" + "\n".join(rows) + "</table>"


def _ideas(results):
    """How many got each idea, in the order of the checks."""
    got, asked, ideas = Counter(), Counter(), {}
    for result in results:
        for one in result.checks:
            ideas.setdefault(one.id, one.idea)
            asked[one.id] += 1
            got[one.id] += one.outcome.passed
    rows = [
        f"<tr><td class=n>{got[name]}/{asked[name]}</td>"
        f"<td>{_bar(got[name], asked[name])}</td>"
        f"<td>{_text(idea)} <code>{_text(name)}</code></td></tr>"
        for name, idea in ideas.items()
    ]
    return "<h2>Ideas</h2><table>" + "\n".join(rows) + "</table>"


def _predictions(lab, results):
    """What the class expected, before it looked."""
    asked = prediction.questions(lab)
    rows = []
    for question in asked:
        counted = Counter(one.predicted.get(question.id) for one in results)
        made = sum(counted[choice] for choice in question.choices)
        rows.append(f"<tr><td colspan=3>{_text(question.ask)}</td></tr>")
        for choice in question.choices:
            seen = " <strong>(what happens)</strong>"
            rows.append(
                f"<tr><td class=n>{counted[choice]}</td>"
                f"<td>{_bar(counted[choice], made)}</td>"
                f"<td>{_text(choice)}{seen if choice == question.outcome else ''}"
                "</td></tr>"
            )
    return "<h2>Predictions</h2><table>" + "\n".join(rows) + "</table>"


def _bar(count, of):
    width = round(100 * count / of) if of else 0
    return f"<div class=bar><div style='width:{width}%'></div></div>"


def _students(graded):
    rows = [
        f"<tr><td>{_text(one.submission.student)}</td>{_score(one.result)}</tr>"
        for one in graded
    ]
    # Closed at first: the page is shown to the class.
    return (
        "<details><summary>Students, by name</summary><table>"
        + "\n".join(rows) + "</table></details>"
    )


def _moved(graded):
    """Whose score is not that of the last run; nothing if there are none."""
    rows = [
        f"<tr><td>{_text(one.submission.student)}</td>"
        f"<td>{_text(one.moved.describe())}</td></tr>"
        for one in graded if one.moved
    ]
    if not rows:
        return ""
    return (
        f"<details><summary>{len(rows)} moved since the last run</summary><table>"
        + "\n".join(rows) + "</table></details>"
    )


def _passed_over(entries):
    rows = "\n".join(
        f"<tr><td>{_text(one.name)}</td><td>{_text(one.why)}</td></tr>"
        for one in entries
    )
    # Closed at first: names may be students'.
    return (
        f"<details><summary>{len(entries)} passed over</summary><table>"
        f"{rows}</table></details>"
    )


def _score(result):
    if result.unjudged is not None:
        return f"<td colspan=2 class=un>{UNJUDGED}: {_text(result.unjudged)}</td>"
    beliefs = ", ".join(f"<code>{_text(one.id)}</code>" for one in result.beliefs)
    return (
        f"<td class=n>{points(result.score)}/{points(result.max_score)}</td>"
        f"<td>{beliefs} {_text(_why(result))}</td>"
    )


def _text(text):
    return html.escape(printable(text), quote=True)


_STYLE = """
body { font: 18px/1.4 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em;
       color: #111; background: #fff; }
table { border-collapse: collapse; width: 100%; }
td { padding: .3em .6em; border-bottom: 1px solid #ccc; vertical-align: top; }
.beliefs td { font-size: 22px; }
.n { text-align: right; white-space: nowrap; width: 3em; }
.bar { width: 8em; height: 1em; margin-top: .2em; background: #eee; }
.bar div { height: 100%; background: #35689a; }
.beliefs .bar div { background: #b03030; }
.ask { font-size: 16px; color: #444; }
summary { margin-top: 1em; cursor: pointer; }
.un { color: #b03030; }
code { font-size: 80%; color: #555; }
"""

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>reap: what the class thinks</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
