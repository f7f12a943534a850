"""How results show themselves: in notebooks, when printed, as tables for papers, and in one line.

The report layer does the work; it is loaded when something is shown, so that computing does not wait for it.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mpgcert.reporting.tables import Tables

__all__ = ["HtmlShown", "Shown"]


class HtmlShown:
    """Something that a notebook shows as HTML."""

    def _repr_html_(self) -> str:
        from mpgcert.reporting.notebook import html_of

        return html_of(self)


class Shown(HtmlShown):
    """A result: `print` shows what the command line shows, and `tables()` has its rows for papers and spreadsheets."""

    @abstractmethod
    def headline(self) -> str:
        """What was found, in one line of plain text."""

    def tables(self) -> Tables:
        """Its tables by name; each has `to_csv()` and `to_latex()`."""
        from mpgcert.reporting.tables import tables_of

        return tables_of(self)

    def __str__(self) -> str:
        from mpgcert.reporting.terminal import text_of

        return text_of(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.headline()}>"
