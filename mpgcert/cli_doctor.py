"""The command `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from mpgcert.cli_common import Format, FormatOption, QuietOption, VerboseOption, finish

if TYPE_CHECKING:
    from mpgcert.doctor import Diagnosis
    from mpgcert.reporting.tables import Sheet

__all__ = ["register"]

_FAILED = 4


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(doctor)


def doctor(
    compile_all: Annotated[
        bool, typer.Option("--compile", help="Compile all kernels, too, so that no run waits for it later (a minute).")
    ] = False,
    form: FormatOption = Format.table,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Versions, optional parts, and a self-check of a few seconds."""
    from mpgcert.doctor import diagnose
    from mpgcert.reporting.terminal import show_parts

    found = diagnose(compile_all)
    status = 0 if found.ok else _FAILED
    finish("doctor", found.to_dict(), form, quiet, lambda: show_parts(_parts(found)), [], status)


def _parts(found: Diagnosis) -> Iterator[Sheet | str]:
    from mpgcert.reporting.tables.sheet import Column, Sheet

    pair = (Column("name", "part", style="bold"), Column("value", "found"))
    installed = tuple((name, number or "missing: pip install mpgcert") for name, number in found.versions.items())
    optional = tuple(
        (name, f"{number}: {what}" if number else f"not installed: {what}")
        for name, (number, what) in found.optional.items()
    )
    yield Sheet("versions", "Versions", pair, (*installed, *optional, *found.machine.items()))
    columns = (
        Column("name", "self-check", style="bold"),
        Column("ok", "works"),
        Column("detail", "answer"),
        Column("seconds", "seconds", right=True),
    )
    rows = tuple((trial.name, trial.ok, trial.detail, f"{trial.seconds:.2f}") for trial in found.trials)
    yield Sheet("self-check", "Self-check", columns, rows)
    yield "everything works" if found.ok else "something is wrong: see above"
