"""The style sheet: legible in both colour schemes, and without colours."""

import re
from importlib.resources import files
from itertools import combinations

import pytest

from mpgcert.reporting.plots import COLOURS, DASHES, MARKERS

CSS = (files("mpgcert.reporting") / "templates" / "page.css").read_text(encoding="utf-8")
TEXT = ("ink", "soft", "accent", "good", "bad", "open")


def variables(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))


LIGHT = variables(re.search(r"^:root \{(.*?)\}", CSS, flags=re.DOTALL | re.MULTILINE).group(1))
LIGHT |= {f"line-{number}": colour for number, colour in enumerate(COLOURS)}
DARK = LIGHT | variables(re.search(r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}", CSS, flags=re.DOTALL).group(1))


def luminance(colour):
    """Relative luminance of an sRGB colour, as WCAG 2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("name", TEXT)
def test_text_stands_out(scheme, ground, name):
    assert contrast(scheme[name], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("number", range(len(COLOURS)))
def test_lines_stand_out(scheme, number):
    assert contrast(scheme[f"line-{number}"], scheme["paper"]) >= 3


def test_the_schemes_differ_in_every_colour():
    assert all(LIGHT[name] != DARK[name] for name in LIGHT)
    assert {f"var(--{name})" for name in re.findall(r"var\(--([\w-]+)\)", CSS)} <= {f"var(--{name})" for name in LIGHT}


def test_colours_of_text_are_variables():
    assert not re.search(r"(?<![-\w])(?:color|background)[^;{}]*#[0-9a-f]{3}", CSS)


def test_lines_differ_without_colour():
    styles = list(zip(DASHES, MARKERS, strict=True))
    assert len(styles) == len(COLOURS)
    assert all(one != other for one, other in combinations(styles, 2))
    assert len(set(MARKERS)) == len(MARKERS)
