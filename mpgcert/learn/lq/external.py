"""Trajectories of gains from elsewhere, in an npz or CSV file.

npz: `gains_1`, ..., `gains_N` as [iterates, T, k_i, d] (or [iterates, k_i, d] for gains that do not change with time),
and optionally `step_size`; files of `LQTrajectory.save` have this form.  CSV: a header and one row per entry with the
columns `iterate, player, stage, row, column, value`, all counted from 0, and optionally `step_size`.
"""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.external import npz_arrays
from mpgcert.learn.lq.generic_step import next_gains
from mpgcert.learn.lq.step_sizes import step_sizes_of
from mpgcert.learn.trajectory_csv import is_csv, settings_of_rows

__all__ = ["ExternalGains", "read_gains"]

Floats = NDArray[np.float64]
_COLUMNS = ("iterate", "player", "stage", "row", "column", "value")
_SETTINGS = ("algorithm", "step_size", "record_every")
_KNOWN_PARAMETERS = "natural-policy-gradient"


@dataclass(frozen=True, eq=False)
class ExternalGains:
    """Gains that somebody else computed.

    Attributes:
        gains: K^i, [K, T, k_i, d] for each player.
        step_sizes: eta_i as stated.
        algorithm: what they are said to come from.
        is_whole: whether the gains are one step of Algorithm 1 after the ones before.
    """

    gains: tuple[Floats, ...]
    step_sizes: tuple[Fraction, ...]
    algorithm: str = _KNOWN_PARAMETERS
    is_whole: bool = True

    @property
    def n_iterates(self) -> int:
        return len(self.gains[0])

    def policy(self, iterate: int) -> Gains:
        """One iterate as exact data."""
        return Gains.from_doubles([part[iterate] for part in self.gains])

    def largest_deviation(self, game: LQGame) -> float | None:
        """Largest entry of |recorded next gains - Algorithm 1's step from the recorded ones|, in doubles.

        None where there is nothing to compare.
        """
        if not self.is_whole:
            return None
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
        parts, settings = _read_csv(path, game) if is_csv(path) else _read_npz(path, game)
        for i, part in enumerate(parts):
            bad = np.argwhere(~np.isfinite(part))
            if len(bad):
                index = tuple(int(k) for k in bad[0])
                raise InvalidInput(f"{part[index]}", field=f"gains_{i + 1}", index=index, expected="a finite number")
        chosen = settings.get("step_size") if step_size is None else step_size
        if chosen is None:
            raise InvalidInput("missing", field="step_size", expected="a positive number (option --step-size)")
        algorithm = str(settings.get("algorithm", _KNOWN_PARAMETERS))
        whole = algorithm == _KNOWN_PARAMETERS and str(settings.get("record_every", 1)) == "1"
        return ExternalGains(tuple(parts), step_sizes_of(chosen, game.n_players), algorithm, whole)
    except InvalidInput as error:
        raise (error if error.source else error.within(path)) from None


def _read_npz(path: str, game: LQGame) -> tuple[list[Floats], dict[str, Any]]:
    content = npz_arrays(path)
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
    return parts, _settings(content)


def _settings(content: dict[str, NDArray[Any]]) -> dict[str, Any]:
    if "step_size" in content:
        return {"step_size": np.atleast_1d(content["step_size"]).tolist()}
    try:
        settings = json.loads(str(content.get("settings", "{}")))
    except ValueError:
        return {}
    return settings | dict(settings.get("stated") or {}) if isinstance(settings, dict) else {}


def _read_csv(path: str, game: LQGame) -> tuple[list[Floats], dict[str, Any]]:
    try:
        with Path(path).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"cannot be read ({error})", source=path, expected="a CSV file") from None
    missing = [name for name in _COLUMNS if not rows or name not in rows[0]]
    if missing:
        raise InvalidInput("missing", field=f"column {missing[0]}", expected=",".join(_COLUMNS))
    settings: dict[str, Any] = dict(settings_of_rows(rows, _SETTINGS, game.n_players))
    for name in ("algorithm", "record_every"):
        if name in settings:
            settings[name] = settings[name][0]
    steps = [_whole(row, "iterate", k, None) for k, row in enumerate(rows)]
    gaps = settings.get("record_every", "1") != "1"
    record = {step: k for k, step in enumerate(sorted(set(steps)) if gaps else range(1 + max(steps)))}
    T, d = game.horizon, game.dimension
    parts = [np.full((len(record), T, count, d), np.nan) for count in game.control_dimensions]
    for k, row in enumerate(rows):
        player = _whole(row, "player", k, game.n_players)
        limits = (("stage", T), ("row", game.control_dimensions[player]), ("column", d))
        place = (record[steps[k]], *(_whole(row, name, k, below) for name, below in limits))
        try:
            parts[player][place] = float(row["value"])
        except (TypeError, ValueError):
            raise InvalidInput(f"{row['value']!r}", field=f"value in row {k + 1}", expected="a number") from None
    return parts, settings


def _whole(row: dict[str, str], name: str, line: int, below: int | None) -> int:
    text = (row.get(name) or "").strip()
    if not text.isdecimal() or (below is not None and int(text) >= below):
        limit = "" if below is None else f" below {below}"
        raise InvalidInput(f"{text!r}", field=f"{name} in row {line + 1}", expected=f"a whole number{limit}")
    return int(text)
