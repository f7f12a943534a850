"""Blocks as HTML, through templates that escape everything they are not told to trust."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from mpgcert.reporting.blocks import Block, Section, anchor, parts
from mpgcert.reporting.values import trace

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
    environment.filters |= {
        "anchor": anchor,
        "digest": _digest,
        "drawing": Markup,
        "mathml": mathml,
        "parts": parts,
        "trace": trace,
    }
    return environment


def page(report: Report) -> str:
    """The self-contained page, whose policy lets nothing run but its own script."""
    environment = _environment()
    script = environment.get_template("page.js").render()
    return environment.get_template("page.html.j2").render(
        report=report,
        script=script,
        scripted=True,
        anchors=frozenset(_anchors(report.sections)),
        certificates=report.certificates,
    )


def _anchors(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield section.id
        yield from _anchors(section.sections)


def _digest(script: str) -> str:
    """The source expression that allows exactly this script."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def fragment(title: str, blocks: Iterable[Block]) -> str:
    """A small piece of HTML for a notebook."""
    return (
        _environment()
        .get_template("fragment.html.j2")
        .render(title=title, blocks_shown=tuple(blocks), scripted=False, anchors=frozenset(), certificates={})
    )
