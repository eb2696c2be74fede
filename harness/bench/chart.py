"""Draws what `make bench` measured, from the JSON that it wrote: the same run, the
same bytes.

    python3 harness/bench/chart.py RESULT [-o FILE]

Nothing is measured here. Read next: panels.py.
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HARNESS = Path(__file__).resolve().parent.parent
sys.path[1:1] = [str(HARNESS), str(HARNESS / "figures")]


def parse(argv):
    parser = argparse.ArgumentParser(
        prog="bench-report", description="Draw what `make bench` measured, as SVG."
    )
    parser.add_argument("result", type=Path, metavar="RESULT",
                        help="what run.py --json wrote")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE",
                        help="default: report.svg, beside RESULT")
    parser.add_argument("-V", "--version", action="version", version="%(prog)s 0.1")
    options = parser.parse_args(argv)
    options.output = options.output or options.result.with_name("report.svg")
    return options


def _no_number(text):
    raise ValueError(f"{text} is no number")


def draw(result, output):
    """Draw one run. Raises OSError, or one of FOREIGN if the JSON is not what
    run.py writes."""
    text = result.read_text(encoding="utf-8")
    run = json.loads(text, parse_constant=_no_number)

    from panels import page
    from style import save

    save(page(run), output, "reap: a run of the bench")


FOREIGN = (ValueError, LookupError, TypeError, AttributeError)


def main(argv):
    options = parse(argv)
    try:
        import matplotlib  # noqa: F401
    except ImportError:
        print("bench-report: matplotlib: not installed; run: "
              "sh harness/deps.sh figures", file=sys.stderr)
        return 1
    try:
        draw(options.result, options.output)
    except OSError as error:
        print(f"bench-report: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except FOREIGN as error:
        print(f"bench-report: {options.result}: not what the bench writes: "
              f"{error!r}", file=sys.stderr)
        return 1
    print(f"wrote {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
