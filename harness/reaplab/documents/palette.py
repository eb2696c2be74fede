"""The colours of slides, figures and report: slides/palette.json."""

import json
from pathlib import Path

PALETTE = Path(__file__).resolve().parents[3] / "slides" / "palette.json"


def read_palette(path=PALETTE):
    """{"light": {role: "#rrggbb"}, "dark": ...}. Raises OSError or ValueError."""
    palette = json.loads(path.read_text(encoding="utf-8"))
    return {ground: palette[ground] for ground in ("light", "dark")}
