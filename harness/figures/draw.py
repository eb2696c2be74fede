"""Draws the figures from data/NAME.json: the same data, the same bytes.

    python3 harness/figures/draw.py [NAME...]

What was measured is drawn, nothing is run. Read next: charts.py; measure.py, which
writes the data.
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path.insert(1, str(HERE.parent))

DATA = HERE / "data"
FIGURES = HERE.parent.parent / "slides" / "figures"
NAMES = (
    "zombies_over_time", "zombies_by_concurrency", "lifelines", "reaping_cost",
    "listen_queue",
)


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="draw.py", description="Draw the figures from what was measured."
    )
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help=f"of {', '.join(NAMES)} (default: all)")
    parser.add_argument("--data", type=Path, metavar="DIR", default=DATA,
                        help="where the data is (default: data, beside this file)")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", default=FIGURES,
                        help="where to write (default: slides/figures)")
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    options = parser.parse_args(argv)
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        parser.error(f"no such figure: {unknown[0]}")
    return options


def draw(name, data, output):
    """Draw one figure. Raises OSError, or ValueError, KeyError if the data is not
    what measure.py writes."""
    from charts import CHARTS
    from style import save

    chart, title = CHARTS[name]
    found = json.loads((data / f"{name}.json").read_text(encoding="utf-8"))
    save(chart(found), output / f"{name}.svg", title)


def main(argv):
    options = parse(argv)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print("draw.py: matplotlib: not installed; run: sh harness/deps.sh figures",
              file=sys.stderr)
        return 1
    try:
        options.output.mkdir(parents=True, exist_ok=True)
        for name in options.names or NAMES:
            draw(name, options.data, options.output)
    except OSError as error:
        print(f"draw.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError) as error:
        print(f"draw.py: {name}.json: not what measure.py writes: {error!r}",
              file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
