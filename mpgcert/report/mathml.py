"""Presentation MathML from LaTeX, with the source kept as an annotation for copying."""

from __future__ import annotations

import html
import re
from functools import cache

__all__ = ["from_latex"]


@cache
def from_latex(source: str, block: bool = True) -> str:
    """A `<math>` element for a formula, self-contained, with its LaTeX as `<annotation>`."""
    from latex2mathml.converter import convert

    converted = convert(source, display="block" if block else "inline")
    match = re.fullmatch(r"(<math[^>]*>)(.*)</math>", converted, flags=re.DOTALL)
    if match is None:
        raise ValueError(f"no MathML for {source!r}")
    opening, body = match.groups()
    annotation = f'<annotation encoding="application/x-tex">{html.escape(source)}</annotation>'
    return f"{opening}<semantics>{body}{annotation}</semantics></math>"
