"""What a page says, apart from how it looks: paragraphs, tables, formulas and figures as data.

The HTML page, the Markdown report and the fragments for notebooks all show these.  A `Text` is a string or a
sequence of strings and inline parts.  Strings are plain text; every surface escapes them in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    "Word",
    "parts",
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


Inline = str | Math | Code | Link | Strong | Word
Text = Inline | tuple[Inline, ...]


def parts(text: Text) -> tuple[Inline, ...]:
    """The inline parts of a text."""
    return text if isinstance(text, tuple) else (text,)


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
        numeric: columns to align at the right.
    """

    caption: str
    header: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    numeric: frozenset[int] = frozenset()
    kind: ClassVar[str] = "table"


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
