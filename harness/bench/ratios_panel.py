"""The bench's rows as a picture: how far each is from its target, in one column,
whatever is measured, as the target is everywhere at the same place."""

import math

from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

import table
from paper import MARGIN, SMALL, SMALLER, WIDTH, axes_at, short, title
from style import COLOURS

LINE = 0.34  # inches, high
ABOVE, BELOW = 1.3, 0.5
# Inches from the page's left edge: what is measured, under which circumstance, the
# axis, the result and its target.
WHEN, AXIS, RESULT, TARGET = 5.0, 6.75, 10.2, 11.4
TICKS = {-1: "half", 0: "target", 1: "twice", 2: "4 times"}
LEAST, MOST = -1.25, 2.35  # of the axis, in powers of two
MARKS = {"met": ("o", COLOURS["live"]), "missed": ("D", COLOURS["zombie"])}


def ratios_height(rows):
    """Inches that the panel of these rows takes."""
    return ABOVE + BELOW + LINE * len(rows)


def ratios(drawn, top, rows):
    """Draw the panel, its upper edge at this height."""
    title(drawn, top, "Against the targets",
          "median of the rounds, and the line from least to most; right of its "
          "target is better")
    height = LINE * len(rows)
    axes = axes_at(drawn, AXIS, top - ABOVE - height, RESULT - AXIS - 0.25, height)
    axes.set_xlim(LEAST, MOST)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.yaxis.set_major_locator(NullLocator())
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(FixedLocator(list(TICKS)))
    axes.set_xticklabels(TICKS.values())
    axes.tick_params(axis="x", labelsize=SMALLER)
    axes.grid(axis="x")
    axes.axvline(0, color=COLOURS["text"], linewidth=2)
    place = 0
    for number, (subject, group) in enumerate(_grouped(rows).items()):
        if number % 2 == 0:
            _band(axes, place, len(group))
        _words(axes, MARGIN, place, short(subject, 44))
        for when, row in group:
            _words(axes, WHEN, place, short(when, 16))
            _line(axes, place, row)
            place += 1
    _legend(axes)


def _grouped(rows):
    """{what is measured: [(under which circumstance, row), ...]}: the circumstance
    stands behind a row's last comma and blank."""
    groups = {}
    for row in rows:
        subject, comma, when = row["measured"].rpartition(", ")
        groups.setdefault(subject if comma else when, []).append(
            (when if comma else "", row)
        )
    return groups


def _line(axes, place, row):
    target = table.with_unit(row["target"], row["unit"])
    sign = "\u2265" if row["target_is"] == "floor" else "\u2264"
    if row["problem"]:
        axes.text(LEAST, place, short(f"{row['verdict']}: {row['problem']}", 42),
                  va="center", fontsize=SMALLER, color=COLOURS["zombie"],
                  bbox={"facecolor": COLOURS["ground"], "edgecolor": "none", "pad": 2})
    else:
        mark, colour = MARKS[row["verdict"]]
        value, *ends = (_octaves(row, key) for key in ("result", "min", "max"))
        if LEAST < value < MOST:
            axes.hlines(place, min(ends), max(ends), color=colour, linewidth=3)
            axes.plot(value, place, marker=mark, color=colour, markersize=10)
        else:
            _outside(axes, place, value, colour)
        _words(axes, RESULT, place, table.amount(row["result"], row["unit"]),
               color=colour, fontweight="bold")
    _words(axes, TARGET, place, f"{sign} {target}", color=COLOURS["faint"])


def _octaves(row, key):
    """How often the target a value is, as a power of two; more is better."""
    times = row[key] / row["target"]
    if row["target_is"] == "ceiling":
        times = 1 / max(times, 1e-9)
    return math.log2(max(times, 1e-9))


def _outside(axes, place, value, colour):
    """An arrow for what is further than the axis goes."""
    right = value > 0
    axes.plot(MOST - 0.07 if right else LEAST + 0.07, place, color=colour,
              marker=">" if right else "<", markersize=11)
    axes.annotate(
        f"{2 ** value:,.0f}x" if right else f"{2 ** value:.2g}x",
        (MOST if right else LEAST, place), xytext=(-16 if right else 16, 0),
        textcoords="offset points", ha="right" if right else "left", va="center",
        fontsize=SMALLER, color=colour,
    )


def _in_axes(axes, inches):
    """A place in inches from the page's left edge, as a part of the axes."""
    box = axes.get_position()
    return (inches / WIDTH - box.x0) / box.width


def _words(axes, inches, place, text, **look):
    axes.text(_in_axes(axes, inches), place, text, va="center", fontsize=SMALL,
              transform=axes.get_yaxis_transform(), **look)


def _band(axes, place, lines):
    left = _in_axes(axes, MARGIN - 0.1)
    axes.barh(
        place + lines / 2 - 0.5, _in_axes(axes, WIDTH - MARGIN + 0.1) - left, lines,
        left=left, color=COLOURS["panel"], transform=axes.get_yaxis_transform(),
        clip_on=False, zorder=0,
    )


def _legend(axes):
    handles = [
        Line2D([], [], marker=mark, color=colour, markersize=10, linewidth=3,
               label=name)
        for name, (mark, colour) in MARKS.items()
    ]
    axes.figure.legend(
        handles=handles, loc="lower right", frameon=False, ncol=2, fontsize=SMALL,
        bbox_to_anchor=(_in_axes(axes, WIDTH - MARGIN), 1.0),
        bbox_transform=axes.transAxes, handlelength=1.6, columnspacing=1.4,
    )
