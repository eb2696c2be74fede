"""The bench's rows: what was measured, what it should be, how it is printed."""

from dataclasses import dataclass
from typing import Optional

TIMES = "x"  # the unit of ratios
HEADINGS = ("measured", "result", "target", "verdict", "min to max", "medians")


@dataclass
class Row:
    """One line of the table. A row with a problem ("skipped" or "failed", and
    why) has no values. The verdict is information: a slow machine is no
    mistake, so it never decides an exit status."""

    what: str
    unit: str
    target: float
    at_least: bool = True  # the target is a floor; False: a ceiling
    value: Optional[float] = None
    least: Optional[float] = None
    most: Optional[float] = None
    medians: str = ""
    problem: Optional[tuple] = None

    @property
    def verdict(self):
        if self.problem:
            return self.problem[0]
        if self.at_least:
            return "met" if self.value >= self.target else "missed"
        return "met" if self.value <= self.target else "missed"

    def cells(self):
        """The row's texts, in the order of HEADINGS."""
        sign = ">=" if self.at_least else "<="
        target = f"{sign} {with_unit(self.target, self.unit)}"
        if self.problem:
            return [self.what, "-", target, self.verdict, "", self.problem[1]]
        return [
            self.what,
            amount(self.value, self.unit),
            target,
            self.verdict,
            f"{amount(self.least, self.unit)} to {amount(self.most, self.unit)}",
            self.medians,
        ]

    def as_json(self):
        return {
            "measured": self.what,
            "unit": self.unit,
            "target": self.target,
            "target_is": "floor" if self.at_least else "ceiling",
            "result": self.value,
            "min": self.least,
            "max": self.most,
            "verdict": self.verdict,
            "medians": self.medians,
            "problem": self.problem[1] if self.problem else None,
        }


def amount(value, unit):
    """A measured value with its unit."""
    # A small number's first digits are as telling as a large one's.
    text = f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
    return with_unit(text if value < 100 else f"{value:,.0f}", unit)


def with_unit(number, unit):
    """A number, or its text, with its unit: "1.5x", "20 kB"."""
    text = number if isinstance(number, str) else f"{number:g}"
    return f"{text}{'' if unit == TIMES else ' '}{unit}"


def render(headings, rows):
    """Rows of texts as a Markdown table, its columns aligned."""
    lines = [headings, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(line, widths))
        + " |"
        for line in lines
    )
