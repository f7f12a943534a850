"""What a page says, apart from how it looks: paragraphs, tables, formulas and figures as data.

The HTML page, the Markdown report and the fragments for notebooks all show these.  A `Text` is a string or a
sequence of strings and inline parts.  Strings are plain text; every surface escapes them in its own way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from mpgcert.claims.verdicts import Verdict

__all__ = [
    "Block",
    "Code",
    "Details",
    "Facts",
    "Figure",
    "Figures",
    "Formula",
    "Inline",
    "Items",
    "Link",
    "Listing",
    "Math",
    "Paragraph",
    "Section",
    "Strong",
    "Table",
    "Text",
    "Value",
    "Word",
    "anchor",
    "parts",
    "values",
]


@dataclass(frozen=True)
class Math:
    """A formula inside a line, in LaTeX."""

    latex: str
    kind: ClassVar[str] = "math"


@dataclass(frozen=True)
class Code:
    """An id, a name, a hash or a command."""

    text: str
    kind: ClassVar[str] = "code"


@dataclass(frozen=True)
class Link:
    """A way to another file, relative to the page."""

    text: str
    target: str
    kind: ClassVar[str] = "link"


@dataclass(frozen=True)
class Strong:
    """What a reader should not miss."""

    text: str
    kind: ClassVar[str] = "strong"


@dataclass(frozen=True)
class Word:
    """The word of a verdict, how many statements have it, or what it means for something else."""

    verdict: Verdict
    number: int | None = None
    label: str = ""
    kind: ClassVar[str] = "verdict"

    @property
    def text(self) -> str:
        if self.number is None:
            return self.label or str(self.verdict)
        plural = self.verdict is Verdict.HOLDS and self.number != 1
        return f"{self.number} {'hold' if plural else self.verdict}"


@dataclass(frozen=True)
class Value:
    """A number as people read it, with what it stands for.

    Attributes:
        text: as shown, perhaps rounded.
        full: exactly, or its enclosure, or all digits of the double; empty if `text` says it all.
        source: id of the statement that it is a number of, if any.
        record: where it stands in the JSON form of the report, as `bounds.constants.M`; `checks[id=zhang2022.lemma-1]`
            is the entry of a list with that id.
        proof: name of the certificate, if the statement has several.
        order: what tables sort by; None for what has no place in an order.
    """

    text: str
    full: str = ""
    source: str = ""
    record: str = ""
    proof: str = ""
    order: Fraction | float | None = None
    kind: ClassVar[str] = "value"


Inline = str | Math | Code | Link | Strong | Word | Value
Text = Inline | tuple[Inline, ...]


def parts(text: Text) -> tuple[Inline, ...]:
    """The inline parts of a text."""
    return text if isinstance(text, tuple) else (text,)


def anchor(identifier: str) -> str:
    """An id of the page for the id of a statement."""
    return identifier.replace(".", "-")


def _order(text: Text) -> Fraction | float | None:
    return next((part.order for part in parts(text) if isinstance(part, Value)), None)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    text: Text
    kind: ClassVar[str] = "paragraph"


@dataclass(frozen=True)
class Formula:
    """A displayed formula in LaTeX."""

    latex: str
    kind: ClassVar[str] = "formula"


@dataclass(frozen=True)
class Table:
    """A table; the first column heads its row.

    Attributes:
        caption: what it shows.
        header: one text per column.
        rows: each as long as the header.
        numeric: columns of numbers.
        ordered: the rows stand in an order that means something, as the steps of an argument do.
    """

    caption: str
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    numeric: frozenset[int] = frozenset()
    ordered: bool = False
    kind: ClassVar[str] = "table"

    @property
    def ranks(self) -> tuple[tuple[int | None, ...], ...]:
        """For each cell the place of its number among those of its column; None where there is none."""
        columns = [
            [_order(row[k]) if k in self.numeric else None for row in self.rows] for k in range(len(self.header))
        ]
        placed = []
        for column in columns:
            place = {value: rank for rank, value in enumerate(sorted({v for v in column if v is not None}))}
            placed.append([None if value is None else place[value] for value in column])
        return tuple(zip(*placed))


@dataclass(frozen=True)
class Facts:
    """Terms and what is to be said about each."""

    entries: tuple[tuple[Text, Text], ...]
    kind: ClassVar[str] = "facts"


@dataclass(frozen=True)
class Items:
    """A list."""

    items: tuple[Text, ...]
    kind: ClassVar[str] = "items"


@dataclass(frozen=True)
class Listing:
    """Lines to copy as they are."""

    text: str
    kind: ClassVar[str] = "listing"


@dataclass(frozen=True)
class Figure:
    """A plot.

    Attributes:
        id: unique in the page.
        title: what is plotted.
        description: in words, for those who do not see it.
        svg: the drawing, an `<svg>` element.
    """

    id: str
    title: str
    description: str
    svg: str


@dataclass(frozen=True)
class Figures:
    """Plots that belong together."""

    figures: tuple[Figure, ...]
    kind: ClassVar[str] = "figures"


@dataclass(frozen=True)
class Details:
    """What a reader opens on demand."""

    summary: str
    blocks: tuple[Block, ...]
    kind: ClassVar[str] = "details"


Block = Paragraph | Formula | Table | Facts | Items | Listing | Figures | Details


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it.

    Attributes:
        id: anchor, unique in the page.
    """

    id: str
    title: Text
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...] = ()


def values(blocks: Iterable[Block]) -> Iterator[Value]:
    """All numbers in some blocks, in reading order."""
    for block in blocks:
        match block:
            case Details(_, inner):
                yield from values(inner)
            case Paragraph(text):
                yield from _values(text)
            case Items(items):
                yield from (value for item in items for value in _values(item))
            case Facts(entries):
                yield from (value for entry in entries for text in entry for value in _values(text))
            case Table(rows=rows):
                yield from (value for row in rows for text in row for value in _values(text))


def _values(text: Text) -> Iterator[Value]:
    return (part for part in parts(text) if isinstance(part, Value))
