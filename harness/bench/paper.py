"""The page that a run of the bench is drawn on: places in inches, type, words."""

import textwrap

from matplotlib.ticker import FuncFormatter

from style import COLOURS

WIDTH = 12.8  # inches, as a slide's
MARGIN = 0.4
SMALL, SMALLER = 15, 13  # points


def axes_at(drawn, left, bottom, width, height):
    """Axes at a place in inches from the page's lower left corner."""
    total = drawn.get_figheight()
    return drawn.add_axes(
        (left / WIDTH, bottom / total, width / WIDTH, height / total)
    )


def text_at(drawn, top, text, **look):
    """A line of text at the page's left margin."""
    drawn.text(MARGIN / WIDTH, top / drawn.get_figheight(), plain(text), **look)


def title(drawn, top, text, note):
    """A panel's title, and below it what to know to read it."""
    text_at(drawn, top - 0.5, text, fontsize=22, fontweight="bold")
    text_at(drawn, top - 0.85, note, fontsize=SMALL, color=COLOURS["faint"])


def plain(text):
    """Text in which no dollar sign begins a formula."""
    return text.replace("$", r"\$")


def short(text, most):
    """Others' words, so many characters of them."""
    one_line = " ".join(text.split())
    return plain(one_line if len(one_line) <= most else one_line[:most - 4] + " ...")


def wrapped(text, width):
    """Lines of others' words."""
    return [plain(line) for line in textwrap.wrap(text, width)]


def thousands():
    """Numbers at an axis: 10,000."""
    return FuncFormatter(lambda value, _: f"{value:,.10g}")
