"""Presentation MathML from LaTeX, with the source kept as an annotation for copying."""

from __future__ import annotations

import html
import re
from functools import cache

__all__ = ["from_latex"]


# `\left( ... \right)` around something no taller than a line.
_FLAT = re.compile(r"\\left\(((?:(?!\\left|\\right|\\frac|\\sum|\\min|\\sqrt).)*)\\right\)")
# Fonts draw a prime small and raised already; as a superscript it would be so twice.
_PRIME = '<mo lspace="0" rspace="0.05em" form="postfix">&#x02032;</mo>'
_PRIMED = re.compile(r"<msup>(<mi>[^<]*</mi>)<mi>&#x02032;</mi></msup>")
_SUBSCRIPTED = re.compile(
    r"<msubsup>(<mi>[^<]*</mi>)((?:(?!<msubsup>|</msubsup>).)*)<mi>&#x02032;</mi></msubsup>", flags=re.DOTALL
)


@cache
def from_latex(source: str, block: bool = True) -> str:
    """A `<math>` element for a formula, self-contained, with its LaTeX as `<annotation>`."""
    from latex2mathml.converter import convert

    known = source.replace(r"\arg", r"\mathrm{arg}\,")  # the converter would show the command
    converted = convert(_upright(known), display="block" if block else "inline")
    match = re.fullmatch(r"(<math[^>]*>)(.*)</math>", converted, flags=re.DOTALL)
    if match is None:
        raise ValueError(f"no MathML for {source!r}")
    opening, body = match.groups()
    body = _SUBSCRIPTED.sub(rf"<msub><mrow>\1{_PRIME}</mrow>\2</msub>", body)
    body = _PRIMED.sub(rf"<mrow>\1{_PRIME}</mrow>", body)
    annotation = f'<annotation encoding="application/x-tex">{html.escape(source)}</annotation>'
    return f"{opening}<semantics>{body}{annotation}</semantics></math>"


def _upright(source: str) -> str:
    """The formula with parentheses of normal size where nothing tall stands between them."""
    while (plain := _FLAT.sub(r"(\1)", source)) != source:
        source = plain
    return source
