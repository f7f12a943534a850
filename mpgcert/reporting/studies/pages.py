"""Pages of the folder `reports/`: Markdown with drawings beside it, a self-contained HTML page, tables as CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from mpgcert.reporting.blocks import (
    Block,
    Details,
    Figure,
    Figures,
    Inline,
    Math,
    Section,
    Table,
    Text,
    parts,
)
from mpgcert.reporting.page import Report

__all__ = ["Page", "files_of"]

_SCALE = 1.6  # of a drawing that stands alone, as its text is 11 units high
_STYLE = "<style>svg { color: #1a1a1a; background: #fff; font-family: sans-serif }</style>"


@dataclass(frozen=True, eq=False)
class Page:
    """One page.

    Attributes:
        path: in the folder, without suffix, as `audits/zhang2022`.
        report: what it says.
        headline: the conclusion in one or two sentences, for the index.
        tables: to be written as CSV too, by file name without suffix.
        has_html: whether it is written as HTML too.
    """

    path: str
    report: Report
    headline: str
    tables: dict[str, Table] = field(default_factory=dict)
    has_html: bool = True


def files_of(page: Page) -> Iterator[tuple[str, str]]:
    """All files of a page: path in the folder, and text."""
    from mpgcert.reporting.markdown import document

    up = "../" * page.path.count("/")
    yield f"{page.path}.md", document(page.report, drawing=lambda figure: f"{up}figures/{figure.id}.svg")
    if page.has_html:
        yield f"{page.path}.html", page.report.to_html()
    folder = Path(page.path).parent
    for name, table in page.tables.items():
        yield (folder / f"{name}.csv").as_posix(), _csv(table)
    for figure in _figures(page.report.sections):
        yield f"figures/{figure.id}.svg", _standing_alone(figure)


def _figures(sections: tuple[Section, ...]) -> Iterator[Figure]:
    for section in sections:
        yield from _drawn(section.blocks)
        yield from _figures(section.sections)


def _drawn(blocks: tuple[Block, ...]) -> Iterator[Figure]:
    for block in blocks:
        if isinstance(block, Figures):
            yield from block.figures
        elif isinstance(block, Details):
            yield from _drawn(block.blocks)


def _standing_alone(figure: Figure) -> str:
    """The drawing as a file: with a size, and the colours that a page would give it."""
    head, _, rest = figure.svg.partition(">")
    width, height = (float(side) for side in re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)[0])
    return f'{head} width="{_SCALE * width:.0f}" height="{_SCALE * height:.0f}">{_STYLE}{rest}\n'


def _csv(table: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_plain(cell) for cell in table.header])
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _plain(text: Text) -> str:
    return "".join(_bare(part) for part in parts(text))


def _bare(part: Inline) -> str:
    if isinstance(part, str):
        return part
    return part.latex if isinstance(part, Math) else part.text
