"""Trajectories of gains from elsewhere, in an npz or CSV file.

npz: `gains_1`, ..., `gains_N` as [iterates, T, k_i, d] (or [iterates, k_i, d] for gains that do not change with time),
and optionally `step_size`; files of `LQTrajectory.save` have this form.  CSV: a header and one row per entry with the
columns `iterate, player, stage, row, column, value`, all counted from 0.
"""

from __future__ import annotations

import csv
import json
import zipfile
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq.generic_step import next_gains
from mpgcert.learn.lq.step_sizes import step_sizes_of

__all__ = ["ExternalGains", "read_gains"]

Floats = NDArray[np.float64]
_COLUMNS = ("iterate", "player", "stage", "row", "column", "value")


@dataclass(frozen=True, eq=False)
class ExternalGains:
    """Gains that somebody else computed.

    Attributes:
        gains: K^i, [K, T, k_i, d] for each player.
        step_sizes: eta_i as stated.
    """

    gains: tuple[Floats, ...]
    step_sizes: tuple[Fraction, ...]

    @property
    def n_iterates(self) -> int:
        return len(self.gains[0])

    def policy(self, iterate: int) -> Gains:
        """One iterate as exact data."""
        return Gains.from_doubles([part[iterate] for part in self.gains])

    def largest_deviation(self, game: LQGame) -> float | None:
        """Largest entry of |recorded next gains - Algorithm 1's step from the recorded ones|, in doubles."""
        from mpgcert.arithmetic import FLOAT
        from mpgcert.solvers.lq.arrays import LQArrays
        from mpgcert.solvers.lq.evaluation import evaluate_gains

        arrays = LQArrays.of(game, FLOAT)
        joint = np.concatenate(self.gains, axis=2)
        sizes = [float(size) for size in self.step_sizes]
        gaps = [
            float(np.abs(next_gains(evaluate_gains(arrays, now), sizes) - after).max())
            for now, after in pairwise(joint)
        ]
        return max(gaps, default=None)


def read_gains(path: str, game: LQGame, *, step_size: Any = None) -> ExternalGains:
    """Read a trajectory; a step size given here comes before that of the file.

    Raises:
        InvalidInput: naming the file, the entry, what was found and what was expected.
    """
    try:
        parts, stated = _read_csv(path, game) if path.lower().endswith(".csv") else _read_npz(path, game)
        for i, part in enumerate(parts):
            bad = np.argwhere(~np.isfinite(part))
            if len(bad):
                index = tuple(int(k) for k in bad[0])
                raise InvalidInput(f"{part[index]}", field=f"gains_{i + 1}", index=index, expected="a finite number")
        chosen = stated if step_size is None else step_size
        if chosen is None:
            raise InvalidInput("missing", field="step_size", expected="a positive number (option --step-size)")
        return ExternalGains(tuple(parts), step_sizes_of(chosen, game.n_players))
    except InvalidInput as error:
        raise (error if error.source else error.within(path)) from None


def _read_npz(path: str, game: LQGame) -> tuple[list[Floats], Any]:
    try:
        with Path(path).open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
            content = {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"cannot be read ({error})", source=path, expected="an npz or CSV file") from None
    parts, T, d = [], game.horizon, game.dimension
    for player, k in enumerate(game.control_dimensions):
        name, expected = f"gains_{player + 1}", f"shape [iterates, {T}, {k}, {d}]"
        if name not in content:
            raise InvalidInput("missing", field=name, expected=expected)
        try:
            part = np.asarray(content[name], dtype=np.float64)
        except ValueError:
            raise InvalidInput(f"entries of type {content[name].dtype}", field=name, expected="numbers") from None
        if part.ndim == 3 and part.shape[1:] == (k, d):
            part = np.repeat(part[:, None], T, axis=1)
        if part.shape[1:] != (T, k, d) or not len(part):
            raise InvalidInput(f"shape {list(part.shape)}", field=name, expected=expected)
        parts.append(part)
    if len({len(part) for part in parts}) != 1:
        lengths = [len(part) for part in parts]
        raise InvalidInput(f"{lengths} iterates", field="gains", expected="as many for each player")
    return parts, _stated_step(content)


def _stated_step(content: dict[str, NDArray[Any]]) -> Any:
    if "step_size" in content:
        return np.atleast_1d(content["step_size"]).tolist()
    if "settings" in content:
        try:
            settings = json.loads(str(content["settings"]))
        except ValueError:
            return None
        if settings.get("record_every") == 1:
            return settings.get("step_size")
    return None


def _read_csv(path: str, game: LQGame) -> tuple[list[Floats], None]:
    try:
        with Path(path).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"cannot be read ({error})", source=path, expected="a CSV file") from None
    missing = [name for name in _COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise InvalidInput("missing", field=f"column {missing[0]}", expected=",".join(_COLUMNS))
    iterates = 1 + max(_whole(row, "iterate", k, None) for k, row in enumerate(rows))
    T, d = game.horizon, game.dimension
    parts = [np.full((iterates, T, count, d), np.nan) for count in game.control_dimensions]
    for k, row in enumerate(rows):
        player = _whole(row, "player", k, game.n_players)
        limits = (("iterate", iterates), ("stage", T), ("row", game.control_dimensions[player]), ("column", d))
        place = tuple(_whole(row, name, k, below) for name, below in limits)
        try:
            parts[player][place] = float(row["value"])
        except (TypeError, ValueError):
            raise InvalidInput(f"{row['value']!r}", field=f"value in row {k + 1}", expected="a number") from None
    return parts, None


def _whole(row: dict[str, str], name: str, line: int, below: int | None) -> int:
    text = (row.get(name) or "").strip()
    if not text.isdecimal() or (below is not None and int(text) >= below):
        limit = "" if below is None else f" below {below}"
        raise InvalidInput(f"{text!r}", field=f"{name} in row {line + 1}", expected=f"a whole number{limit}")
    return int(text)
