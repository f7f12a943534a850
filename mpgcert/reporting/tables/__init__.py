"""Tables of results, by name: one source of rows for terminals, CSV files and papers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput
from mpgcert.reporting.tables.sheet import Sheet

__all__ = ["Sheet", "Tables", "tables_of"]

#: Where the tables of a result come from, by the name of its class: modules are loaded for what is shown only.
_MAKERS = {
    "CheckResult": "of_games:check",
    "Bounds": "of_games:bounds",
    "Solutions": "of_games:solve",
    "CheckedRun": "of_runs:run",
    "CheckedLQRun": "of_runs:lq_run",
    "CheckedDecentralizedRun": "of_runs:decentralized_run",
    "LQBounds": "of_lq_games:bounds",
    "LQSolutions": "of_lq_games:solve",
    "Monitored": "of_runs:monitor",
    "Audit": "of_statements:audit",
    "StatementStatus": "of_statements:status",
    "Falsification": "of_statements:falsification",
}


class Tables(HtmlShown, Mapping[str, Sheet]):
    """The tables of a result by name, the main one first."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._sheets = {sheet.name: sheet for sheet in sheets}

    def __getitem__(self, name: str) -> Sheet:
        return self._sheets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sheets)

    def __len__(self) -> int:
        return len(self._sheets)

    def __repr__(self) -> str:
        return f"<Tables: {', '.join(self)}>"

    def choose(self, name: str | None) -> Tables:
        """The one of that name; all without a name.

        Raises:
            InvalidInput: no such table.
        """
        if name is None:
            return self
        if name not in self:
            raise InvalidInput(f"{name!r:.40}", field="--table", expected=" or ".join(self) or "no table: it is empty")
        return Tables([self[name]])

    def to_csv(self) -> str:
        """The first table as CSV: a CSV file holds one."""
        return next(iter(self.values())).to_csv() if self else ""

    def to_latex(self) -> str:
        """All tables as LaTeX, with an empty line between them."""
        return "\n".join(sheet.to_latex() for sheet in self.values())


def tables_of(result: Any) -> Tables:
    """The tables of a result."""
    module, _, function = _MAKERS[type(result).__name__].partition(":")
    return Tables(getattr(import_module(f"{__name__}.{module}"), function)(result))
