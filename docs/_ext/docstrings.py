"""Docstrings for Sphinx: they are plain text with code in backticks, so other marks of reStructuredText are escaped."""

from __future__ import annotations

import re
from typing import Any

from sphinx.application import Sphinx

_CODE = re.compile(r"(`+[^`]*`+)")
_MARKS = re.compile(r"[*|\\]|_(?!\w)|(?<!\S)_(?=\w)")
_LIST = re.compile(r"\s*\* ")


def escape(line: str) -> str:
    """The line with marks outside code escaped; the bullet of a list stays one."""
    bullet = _LIST.match(line)
    start = bullet.end() if bullet else 0
    parts = _CODE.split(line[start:])
    parts[::2] = [_MARKS.sub(lambda found: "\\" + found.group(), part) for part in parts[::2]]
    return line[:start] + "".join(parts)


def _process(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    if what in ("attribute", "property") and ": " in lines[0]:
        lines[:1] = re.sub(": ", ":\n", lines[0], count=1).split("\n")  # napoleon would take the beginning for a type
    in_example = False
    for number, line in enumerate(lines):
        in_example = line.lstrip().startswith(">>>") or (in_example and bool(line.strip()))
        if not in_example:
            lines[number] = escape(line)


def setup(app: Sphinx) -> dict[str, Any]:
    """Escape before napoleon reads the sections."""
    app.connect("autodoc-process-docstring", _process, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
