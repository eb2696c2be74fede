"""The palette of slides, figures and report: legible, and told apart by any eye."""

import itertools
import re

import pytest

from reaplab.documents.palette import read_palette

PALETTE = read_palette()
STATES = ("live", "zombie", "reaped", "frozen", "signal")
WORDS = (*STATES, "text", "faint")

# How a colour looks to eyes that lack one kind of cone; linear RGB, severity 1.
# Machado, Oliveira, Fernandes: "A Physiologically-based Model for Simulation of
# Color Vision Deficiency", IEEE TVCG 15 (6), 2009, table 1.
EYES = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour):
    """Linear RGB of "#rrggbb" (sRGB, IEC 61966-2-1)."""
    values = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    return [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in values]


def contrast(one, other):
    """WCAG 2.1, contrast ratio."""
    weights = (0.2126, 0.7152, 0.0722)
    dark, light = sorted(
        sum(w * v for w, v in zip(weights, linear(colour))) for colour in (one, other)
    )
    return (light + 0.05) / (dark + 0.05)


def seen(colour, eyes):
    """CIE L*a*b* (D65) of a colour as these eyes have it."""
    red, green, blue = (
        min(1, max(0, sum(a * v for a, v in zip(row, linear(colour)))))
        for row in EYES[eyes]
    )
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116
        for part in (
            (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505,
            0.2126 * red + 0.7152 * green + 0.0722 * blue,
            (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089,
        )
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other, eyes):
    """CIE76: about 2 can just be told apart side by side."""
    pairs = zip(seen(one, eyes), seen(other, eyes))
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


@pytest.mark.parametrize("ground", PALETTE)
def test_it_is_legible(ground):
    colours = PALETTE[ground]
    for role in WORDS:
        assert contrast(colours[role], colours["ground"]) >= 4.5, role
    assert all(re.fullmatch("#[0-9a-f]{6}", one) for one in colours.values())


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("ground", PALETTE)
def test_states_are_told_apart(ground, eyes):
    colours = PALETTE[ground]
    for one, other in itertools.combinations(STATES, 2):
        assert difference(colours[one], colours[other], eyes) >= 14, (one, other)
    live, zombie = colours["live"], colours["zombie"]
    assert difference(live, zombie, eyes) >= 40


def test_both_grounds_have_the_same_roles():
    assert set(PALETTE["light"]) == set(PALETTE["dark"]) >= set(WORDS)


def test_eyes_that_lack_a_cone_are_simulated():
    """Red and green of equal brightness: far apart, and for them near."""
    assert difference("#cc4444", "#7a8a20", "all cones") > 60
    assert difference("#cc4444", "#7a8a20", "deuteranopia") < 30
