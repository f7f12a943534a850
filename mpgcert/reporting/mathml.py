"""Presentation MathML from LaTeX, with the source kept as an annotation for copying."""

from __future__ import annotations

import html
import re
from functools import cache

__all__ = ["from_latex"]


# `\left( ... \right)` around something no taller than a line.
_FLAT = re.compile(r"\\left\(((?:(?!\\left|\\right|\\frac|\\sum|\\min|\\sqrt).)*)\\right\)")


@cache
def from_latex(source: str, block: bool = True) -> str:
    """A `<math>` element for a formula, self-contained, with its LaTeX as `<annotation>`."""
    from latex2mathml.converter import convert

    converted = convert(_upright(source), display="block" if block else "inline")
    match = re.fullmatch(r"(<math[^>]*>)(.*)</math>", converted, flags=re.DOTALL)
    if match is None:
        raise ValueError(f"no MathML for {source!r}")
    opening, body = match.groups()
    # most fonts draw this sign small already, and it is scaled down as a superscript
    body = body.replace("<mi>&#x02032;</mi>", '<mo class="prime">&#x02032;</mo>')
    annotation = f'<annotation encoding="application/x-tex">{html.escape(source)}</annotation>'
    return f"{opening}<semantics>{body}{annotation}</semantics></math>"


def _upright(source: str) -> str:
    """The formula with parentheses of normal size where nothing tall stands between them."""
    while (plain := _FLAT.sub(r"(\1)", source)) != source:
        source = plain
    return source
