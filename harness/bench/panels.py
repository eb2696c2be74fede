"""What a run of the bench looks like: a page, as wide as a slide, of panels one
below the other, each to be read by itself. Read next: ratios_panel.py.

What was not measured is named, with the reason, in the place where it would be.
"""

import statistics

from matplotlib.ticker import FixedLocator, NullLocator

from comparison import CONCURRENCIES
from contestants import LOOP, TRACED
from paper import (
    SMALL, SMALLER, WIDTH, axes_at, short, text_at, thousands, title, wrapped,
)
from ratios_panel import ratios, ratios_height
from style import COLOURS, LINES, SERVERS, pyplot
from viewer_cost import LIST

LEFT, RIGHT = 1.2, 1.6  # inches beside a small axis, the right ones for names
BAR = 0.31  # inches, high
VIEWERS = {  # (colour, dashes)
    "reaptop": (COLOURS["live"], "-"),
    "htop": (COLOURS["frozen"], "--"),
    "top": (COLOURS["text"], "-."),
    LIST: (COLOURS["faint"], ":"),
}


def page(run):
    """The figure of one run. Raises LookupError, TypeError, ValueError or
    AttributeError if it is none."""
    panels = [
        (_header_height(run), _header),
        (ratios_height(run["rows"]), _ratios),
        (_rates_height(run), _rates),
        (5.6, _beside_live_clients),
        (5.6, _viewers),
    ]
    height = sum(one for one, _ in panels)
    drawn = pyplot.figure(figsize=(WIDTH, height))
    top = height
    for tall, panel in panels:
        panel(drawn, top, tall, run)
        top -= tall
    return drawn


def _header_lines(run):
    about = run["machine"]
    lines = [
        f"{about['cpu']}, {about['cpus']} CPUs, {about['memory_gb']:g} GB   "
        f"{about['system']}",
        f"{about['compiler']}   {about['date']}",
        *run["remarks"],
    ]
    return [part for one in lines for part in wrapped(one, 110)]


def _header_height(run):
    return 1.0 + 0.32 * len(_header_lines(run))


def _header(drawn, top, _, run):
    text_at(drawn, top - 0.7, "reap: a run of the bench", fontsize=30,
            fontweight="bold")
    for number, line in enumerate(_header_lines(run)):
        text_at(drawn, top - 1.15 - 0.32 * number, line, fontsize=SMALL)


def _ratios(drawn, top, _, run):
    ratios(drawn, top, run["rows"])


# --- Sessions per second, of all that were compared.

def _rates_of(run):
    """{name: {concurrency: sessions per second, a value per round}}, fast first."""
    found = {}
    for one in run["samples"]:
        values = [sample["sessions_per_s"] for sample in one["rounds"]]
        found.setdefault(one["name"], {})[one["concurrency"]] = values
    first = CONCURRENCIES[0]
    return dict(sorted(
        found.items(), key=lambda item: -statistics.median(item[1][first])
    ))


def _rates_height(run):
    names = len(set(_rates_of(run)) | set(run["missing"]))
    return 2.0 + (len(CONCURRENCIES) * BAR + 0.16) * names


def _rates(drawn, top, tall, run):
    few, many = CONCURRENCIES
    title(
        drawn, top, "Sessions per second",
        f"{few} and {many} at a time; median, and the line from least to most; "
        "the fork limit has no network",
    )
    axes = axes_at(drawn, 4.3, top - tall + 0.75, WIDTH - 4.3 - 0.5, tall - 1.85)
    rates, names = _rates_of(run), []
    longest = max((max(v) for one in rates.values() for v in one.values()), default=1)
    missing = {n: why for n, why in run["missing"].items() if n not in rates}
    for name in (*rates, *missing):
        if name in missing:
            axes.text(0, len(names), short(missing[name], 62), va="center",
                      fontsize=SMALL, color=COLOURS["zombie"])
        else:
            _bars(axes, len(names), name, rates[name])
        names.append(name)
    if rates:
        for number, look in enumerate(({"color": COLOURS["ground"]}, {})):
            axes.annotate(
                f"{CONCURRENCIES[number]} at a time", (0, _bar_place(0, number)),
                xytext=(8, -1), textcoords="offset points", va="center",
                fontsize=SMALLER, **look,
            )
    axes.yaxis.set_major_locator(FixedLocator(range(len(names))))
    axes.set_yticklabels(names, fontsize=SMALL + 1)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, longest * 1.12)
    axes.xaxis.set_major_formatter(thousands())
    axes.tick_params(axis="x", labelsize=SMALL)
    axes.grid(axis="x")


def _bar_place(place, number):
    return place + (number - 0.5) * 0.38


def _bars(axes, place, name, of_concurrency):
    colour = COLOURS["live" if name in (LOOP, TRACED) else "reaped"]
    for number, concurrency in enumerate(CONCURRENCIES):
        values = of_concurrency[concurrency]
        middle, at = statistics.median(values), _bar_place(place, number)
        axes.barh(at, middle, 0.36, color=colour, alpha=(1, 0.45)[number])
        axes.hlines(at, min(values), max(values), color=COLOURS["text"], linewidth=3)
        axes.annotate(
            f"{middle:,.0f}", (max(values), at), xytext=(8, 0), va="center",
            textcoords="offset points", fontsize=SMALLER,
        )


# --- Beside live clients.

def _beside_live_clients(drawn, top, tall, run):
    title(drawn, top, "Beside live clients, the event log on",
          "at each death waitpid(-1) looks at all that live; a queued signal names "
          "the dead one")
    left, right = _pair(
        drawn, top, tall, "sessions per second", "delay of reaping, \u00b5s"
    )
    servers = list(dict.fromkeys(one["server"] for one in run["scaling"]))
    counts = sorted({one["idle"] for one in run["scaling"]})
    if not servers:
        return _nothing((left, right), _why(run, "live clients"))
    ends = {"rates": [], "delays": []}
    for name in servers:
        points = [one for one in run["scaling"] if one["server"] == name]
        at = [counts.index(one["idle"]) for one in points]
        look = {"color": SERVERS[name], "linestyle": LINES[name]}
        short = name.removeprefix("server_")
        rates = [one["rates"] for one in points]
        _curve(left, at, rates, look)
        ends["rates"].append((statistics.median(rates[-1]), short, SERVERS[name]))
        for key, label in (("p50_us", "median"), ("p99_us", "p99")):
            _curve(right, at, [[one[key]] for one in points], look)
            ends["delays"].append((points[-1][key], label, SERVERS[name]))
    left.set_ylim(0)
    left.yaxis.set_major_formatter(thousands())
    _logarithmic(right, "y")
    for axes in (left, right):
        axes.xaxis.set_major_locator(FixedLocator(range(len(counts))))
        axes.set_xticklabels([f"{one:,}" for one in counts])
        axes.set_xlabel("live clients", fontsize=SMALL, loc="left")
        axes.set_xlim(-0.2, len(counts) - 0.8)
    _end_labels(left, len(counts) - 1, ends["rates"])
    _end_labels(right, len(counts) - 1, ends["delays"])


# --- The viewers.

def _viewers(drawn, top, tall, run):
    title(drawn, top, "Looking at zombies: viewers",
          "once a second; median, and the line from least to most")
    left, right = _pair(drawn, top, tall, "CPU per refresh, ms", "resident memory, MB")
    found = sorted(run["viewers"], key=lambda one: one["zombies"])
    problems = {n: why for one in found for n, why in one["problems"].items()}
    for axes, key, scale in ((left, "cpu_ms", 1), (right, "resident_kb", 1 / 1024)):
        ends = {}
        for name, (colour, dashes) in VIEWERS.items():
            known = [one for one in found if one[key].get(name)]
            if known:
                at = [one["zombies"] for one in known]
                values = [[v * scale for v in one[key][name]] for one in known]
                _curve(axes, at, values, {"color": colour, "linestyle": dashes})
                label = "list, read once" if name == LIST else name
                end = (statistics.median(values[-1]), label, colour)
                ends.setdefault(at[-1], []).append(end)
        if not ends:
            _nothing((axes,), " ".join(problems.values()))
            continue
        _logarithmic(axes, "x")
        axes.xaxis.set_major_locator(FixedLocator([one["zombies"] for one in found]))
        axes.set_xlabel("zombies", fontsize=SMALL, loc="left")
        if key == "cpu_ms":
            _logarithmic(axes, "y")
        else:
            axes.set_ylim(0)
        for at, of_curves in ends.items():
            _end_labels(axes, at, of_curves)
        for number, why in enumerate(sorted(set(problems.values()))):
            axes.text(0.02, 0.98 - 0.08 * number, short(why, 36), va="top",
                      transform=axes.transAxes, fontsize=SMALLER,
                      color=COLOURS["zombie"])


# --- What panels share.

def _pair(drawn, top, tall, *names):
    """Two axes side by side, with room for names at the right of each."""
    half = WIDTH / 2
    made = []
    for number, name in enumerate(names):
        axes = axes_at(drawn, LEFT + half * number, top - tall + 0.95,
                       half - LEFT - RIGHT, tall - 2.3)
        axes.set_title(name, fontsize=SMALL + 2, loc="left", fontweight="normal")
        axes.tick_params(labelsize=SMALL)
        axes.grid(axis="y")
        made.append(axes)
    return made


def _curve(axes, at, values, look):
    """The median of each place's values, and from the least to the most."""
    axes.plot(at, [statistics.median(one) for one in values], marker="o",
              markersize=8, linewidth=3, **look)
    axes.vlines(at, [min(one) for one in values], [max(one) for one in values],
                color=look["color"], linewidth=2)


def _end_labels(axes, at, ends):
    """Names at the right ends of curves, (value, name, colour) each, apart."""
    ends = sorted(ends)
    dots = 72 / axes.figure.dpi  # a dot in points
    own = [axes.transData.transform((at, value))[1] * dots for value, _, _ in ends]
    for (value, name, colour), is_at, to in zip(ends, own, _apart(own, 1.4 * SMALL)):
        axes.annotate(
            name, (at, value), xytext=(12, to - is_at), textcoords="offset points",
            va="center", color=colour, fontweight="bold", fontsize=SMALL,
            annotation_clip=False,
        )


def _apart(places, least):
    """Rising places, moved no further than it takes to be so far apart."""
    places = list(places)
    for _ in range(50 * len(places)):
        for low in range(len(places) - 1):
            lacking = least - (places[low + 1] - places[low])
            if lacking > 0:
                places[low] -= lacking / 2
                places[low + 1] += lacking / 2
    return places


def _logarithmic(axes, which):
    axis = {"x": axes.xaxis, "y": axes.yaxis}[which]
    {"x": axes.set_xscale, "y": axes.set_yscale}[which]("log")
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(thousands())


def _nothing(all_axes, why):
    for axes in all_axes:
        axes.set_axis_off()
        axes.text(0, 0.5, "\n".join(wrapped(f"not measured: {why}", 36)[:4]),
                  transform=axes.transAxes, fontsize=SMALL, va="center",
                  color=COLOURS["zombie"])


def _why(run, part):
    """The problem of the row that names it."""
    return next(
        (row["problem"] for row in run["rows"]
         if part in row["measured"] and row["problem"]), "no reason is known",
    )
