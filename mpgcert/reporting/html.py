"""Blocks as HTML, through templates that escape everything they are not told to trust."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Block, parts

if TYPE_CHECKING:
    from jinja2 import Environment

    from mpgcert.reporting.page import Report

__all__ = ["fragment", "page"]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from mpgcert.reporting.mathml import from_latex

    def mathml(latex: str, display: bool = False) -> Markup:
        return Markup(from_latex(latex, block=display))

    environment = Environment(
        loader=PackageLoader("mpgcert.reporting"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"parts": parts, "mathml": mathml, "drawing": Markup}
    return environment


def page(report: Report) -> str:
    """The self-contained page."""
    return _environment().get_template("page.html.j2").render(report=report)


def fragment(title: str, blocks: Iterable[Block]) -> str:
    """A small piece of HTML for a notebook."""
    return _environment().get_template("fragment.html.j2").render(title=title, blocks_shown=tuple(blocks))
