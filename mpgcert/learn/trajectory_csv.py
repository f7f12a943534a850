"""Trajectories as CSV files: one number in a line, with all that identifies it.

Of tabular games the columns are `iterate, player, state, action, probability`, of linear-quadratic ones `iterate,
player, stage, row, column, value`, all counted from 0; then `algorithm` and what the algorithm was run with, such as
`step_size` and `regularization`, the same in every line of a player.  Numbers have all their digits.  The readers of
`mpgcert.learn.external` and `mpgcert.learn.lq.external` understand both, with or without the columns of settings.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically

__all__ = ["GAINS", "POLICIES", "check_suffix", "is_csv", "settings_of_rows", "write_csv"]

#: How the entries of an array [K, ., ...] are named: the axes after the iterate, and the entry itself.
POLICIES = ("state", "action", "probability")
GAINS = ("stage", "row", "column", "value")
_SUFFIXES = (".npz", ".csv")


def is_csv(path: str | Path) -> bool:
    """Whether a file is named as a CSV file."""
    return str(path).lower().endswith(".csv")


def check_suffix(path: Path) -> None:
    """Raise InvalidInput unless a trajectory can be saved under this name."""
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidInput(f"suffix {path.suffix!r}", source=str(path), expected="a file name ending in .npz or .csv")
    if not path.resolve().parent.is_dir():
        raise InvalidInput("no such folder", source=str(path.parent), expected="an existing folder")


def write_csv(
    path: str | Path,
    steps: NDArray[np.int64],
    parts: Sequence[NDArray[np.float64]],
    names: Sequence[str],
    settings: Mapping[str, Sequence[Any]],
) -> None:
    """Write a CSV file; a reader never sees half of one.

    Args:
        path: where.
        steps: the recorded iterates, [K].
        parts: for each player an array [K, ...].
        names: of the further axes of `parts`, and of their entries.
        settings: further columns, with one value for each player.

    Raises:
        InvalidInput: the place cannot be written.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["iterate", "player", *names, *settings])
    for player, part in enumerate(parts):
        stated = [column[player] for column in settings.values()]
        writer.writerows(_rows(steps, player, part, stated))
    write_atomically(path, stream.getvalue().encode())


def _rows(steps: NDArray[np.int64], player: int, part: NDArray[np.float64], stated: list[Any]) -> Iterator[list[Any]]:
    for (record, *place), value in np.ndenumerate(part):
        yield [int(steps[record]), player, *place, repr(float(value)), *stated]


def settings_of_rows(rows: Sequence[Mapping[str, str]], names: Sequence[str], players: int) -> dict[str, list[str]]:
    """The columns of settings that a file has, with one value for each player (that of its first line)."""
    found: dict[str, list[str]] = {}
    for name in names:
        if not rows or name not in rows[0]:
            continue
        of_player: dict[str, str] = {}
        for row in rows:
            of_player.setdefault((row.get("player") or "").strip(), (row.get(name) or "").strip())
        values = [of_player.get(str(player), "") for player in range(players)]
        if all(values):
            found[name] = values
    return found
