"""Formulas of the pages as MathML, by the converter of the reports: no script, no request to another host."""

from __future__ import annotations

from typing import Any

from docutils.nodes import SkipNode
from sphinx.application import Sphinx

from mpgcert.reporting.mathml import from_latex


def _inline(writer: Any, node: Any) -> None:
    writer.body.append(from_latex(node.astext(), block=False))
    raise SkipNode


def _block(writer: Any, node: Any) -> None:
    writer.body.append(f'<div class="math">{from_latex(node.astext())}</div>\n')
    raise SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the renderer."""
    app.add_html_math_renderer("mathml", inline_renderers=(_inline, None), block_renderers=(_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
