"""Trajectories from elsewhere: policies per iterate in an npz or CSV file.

npz: `policy_1`, ..., `policy_n` as [iterates, S, A_i] (or [iterates, A_i] for one state), and optionally
`step_size`, `regularization`, `algorithm`.  This is the form of the data that the authors of zhang2022
published, after conversion.  CSV: a header and one row per probability with the columns `iterate, player,
state, action, probability` (all counted from 0; `state` may be left out for one state), and optionally those
settings as columns.  Files of `Trajectory.save` are read too, whole runs and those with a record now and then.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.learn.dynamics import ALGORITHMS
from mpgcert.learn.trajectory_csv import is_csv, settings_of_rows

__all__ = ["ExternalTrajectory", "npz_arrays", "read_trajectory"]

Floats = NDArray[np.float64]
_SETTINGS = ("algorithm", "step_size", "regularization", "truncation", "record_every")
_SUM_TOLERANCE = 1e-6  # rows further from 1 are no probabilities, however they were rounded


@dataclass(frozen=True, eq=False)
class ExternalTrajectory:
    """Policies that somebody else computed.

    Attributes:
        policies: pi_i, [K, S, A_i] for each player.
        algorithm: what they claim to be.
        step_size, regularization: exactly as stated.
        is_whole: whether each policy is one step of the algorithm after the one before.
    """

    policies: tuple[Floats, ...]
    algorithm: str
    step_size: Fraction
    regularization: Fraction
    is_whole: bool = True

    @property
    def n_iterates(self) -> int:
        return len(self.policies[0])

    @property
    def starts_uniform(self) -> bool:
        return all(bool(np.ptp(part[0]) == 0) for part in self.policies)

    def policy(self, iterate: int) -> list[Floats]:
        """pi_i [S, A_i] at one iterate."""
        return [part[iterate] for part in self.policies]

    def largest_deviation(self, game: MarkovGame) -> float | None:
        """Largest entry of |recorded next policy - the algorithm's step from the recorded one|, in doubles.

        None where there is nothing to compare.
        """
        if not self.is_whole:
            return None
        from mpgcert.arithmetic import FLOAT
        from mpgcert.learn.generic_step import next_policy
        from mpgcert.solvers.arrays import GameArrays
        from mpgcert.solvers.evaluation import evaluate

        arrays, largest = GameArrays.of(game, FLOAT), None
        for k in range(self.n_iterates - 1):
            if any((part[k] <= 0).any() for part in self.policies):
                continue
            with np.errstate(over="ignore", invalid="ignore"):
                step = next_policy(
                    evaluate(arrays, self.policy(k)), self.algorithm, float(self.step_size), float(self.regularization)
                )
            gap = max(float(np.abs(new - part[k + 1]).max()) for new, part in zip(step, self.policies))
            largest = gap if largest is None else max(largest, gap)
        return largest


def read_trajectory(
    path: str,
    game: MarkovGame,
    *,
    algorithm: str | None = None,
    step_size: Any = None,
    regularization: Any = None,
) -> ExternalTrajectory:
    """Read a trajectory; settings given here come before those in the file.

    Raises:
        InvalidInput: naming the file, the entry, what was found and what was expected.
    """
    try:
        parts, settings = _read_csv(path, game) if is_csv(path) else _read_npz(path, game)
        chosen = algorithm or settings.get("algorithm")
        if chosen not in ALGORITHMS:
            if chosen == "decentralized-learning":
                told = "its statements are about limits: none can be held against finitely many policies"
                raise InvalidInput(f"{chosen!r}, but {told}", field="algorithm", expected=" or ".join(ALGORITHMS))
            found = "missing" if chosen is None else f"{chosen!r:.40}"
            raise InvalidInput(found, field="algorithm", expected=f"{' or '.join(ALGORITHMS)} (option --algorithm)")
        given = {"step_size": step_size, "regularization": regularization}
        settings = {"regularization": 0, **settings, **{name: x for name, x in given.items() if x is not None}}
        eta, lam = (_setting(name, settings.get(name)) for name in ("step_size", "regularization"))
        if eta <= 0 or lam < 0:
            raise InvalidInput(f"{eta}, {lam}", field="step_size, regularization", expected="eta > 0 and lambda >= 0")
        if settings.get("truncation") not in (None, ""):
            raise InvalidInput(f"{settings['truncation']}", field="truncation", expected="a run that was not truncated")
        whole = str(settings.get("record_every", 1)) == "1"
        _check_policies(parts)
    except InvalidInput as error:
        raise (error if error.source else error.within(path)) from None
    return ExternalTrajectory(tuple(parts), chosen, eta, lam, whole)


def _setting(name: str, value: Any) -> Fraction:
    if value is None:
        raise InvalidInput("missing", field=name, expected=f"a number (option --{name.replace('_', '-')})")
    try:
        return parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field=name, expected="a number") from None


def npz_arrays(path: str) -> dict[str, NDArray[Any]]:
    """What is in an npz file, without pickles.

    Raises:
        InvalidInput: no such file, or another kind of file.
    """
    try:
        with Path(path).open("rb") as stream:
            if stream.read(2) != b"PK":
                raise ValueError("no npz archive")
            stream.seek(0)
            with np.load(stream, allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise InvalidInput(f"cannot be read ({error})", source=path, expected="an npz or CSV file") from None


def _read_npz(path: str, game: MarkovGame) -> tuple[list[Floats], dict[str, Any]]:
    content = npz_arrays(path)
    own, parts = _own_settings(content), []
    for player, count in enumerate(game.n_actions):
        name = f"policy_{player + 1}" if own is None else f"policies_{player + 1}"
        if name not in content:
            raise InvalidInput("missing", field=name, expected=f"policies [iterates, {game.n_states}, {count}]")
        part = np.asarray(content[name], dtype=np.float64)
        if part.ndim == 2 and game.n_states == 1:
            part = part[:, None, :]
        if part.ndim != 3 or part.shape[1:] != (game.n_states, count) or part.shape[0] == 0:
            raise InvalidInput(
                f"shape {list(part.shape)}", field=name, expected=f"shape [iterates, {game.n_states}, {count}]"
            )
        parts.append(part)
    if len({len(part) for part in parts}) != 1:
        lengths = [len(part) for part in parts]
        raise InvalidInput(f"{lengths} iterates", field="policy", expected="as many for each player")
    if own is not None:
        return parts, own
    return parts, {name: value.item() for name, value in content.items() if value.ndim == 0}


def _own_settings(content: dict[str, Any]) -> dict[str, Any] | None:
    """The settings of a file of `Trajectory.save`; None for another one."""
    if "settings" not in content or "policies_1" not in content:
        return None
    settings = json.loads(str(content["settings"]))
    if not isinstance(settings, dict):
        raise ValueError("its settings are no object")
    return settings | dict(settings.get("stated") or {})


def _read_csv(path: str, game: MarkovGame) -> tuple[list[Floats], dict[str, Any]]:
    try:
        with Path(path).open(newline="") as stream:
            rows = list(csv.DictReader(stream))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"cannot be read ({error})", source=path, expected="a CSV file") from None
    if not rows:
        raise InvalidInput("has no rows", source=path, expected="iterate,player,state,action,probability")
    columns = ["iterate", "player", "action", "probability"] + ([] if game.n_states == 1 else ["state"])
    for name in columns:
        if name not in rows[0]:
            raise InvalidInput("missing", field=f"column {name}", expected="iterate,player,state,action,probability")
    settings = {name: values[0] for name, values in settings_of_rows(rows, _SETTINGS, game.n_players).items()}
    steps = [_whole(row, "iterate", k, None) for k, row in enumerate(rows)]
    gaps = settings.get("record_every", "1") != "1"
    record = {step: k for k, step in enumerate(sorted(set(steps)) if gaps else range(1 + max(steps)))}
    parts = [np.full((len(record), game.n_states, count), np.nan) for count in game.n_actions]
    for k, row in enumerate(rows):
        player = _whole(row, "player", k, game.n_players)
        state = _whole(row, "state", k, game.n_states) if row.get("state") else 0
        action = _whole(row, "action", k, game.n_actions[player])
        parts[player][record[steps[k]], state, action] = _probability(row, k)
    for player, part in enumerate(parts):
        missing = np.argwhere(np.isnan(part))
        if len(missing):
            raise InvalidInput("missing", field=f"player {player}", index=missing[0].tolist(), expected="a probability")
    return parts, settings


def _whole(row: dict[str, str], name: str, line: int, below: int | None) -> int:
    text = (row.get(name) or "").strip()
    if not text.isdecimal() or (below is not None and int(text) >= below):
        limit = "" if below is None else f" below {below}"
        raise InvalidInput(f"{text!r}", field=f"{name} in row {line + 1}", expected=f"a whole number{limit}")
    return int(text)


def _probability(row: dict[str, str], line: int) -> float:
    try:
        return float(row["probability"])
    except (TypeError, ValueError):
        raise InvalidInput(
            f"{row['probability']!r}", field=f"probability in row {line + 1}", expected="a number"
        ) from None


def _check_policies(parts: Sequence[Floats]) -> None:
    for player, part in enumerate(parts):
        bad = np.argwhere(~np.isfinite(part) | (part < 0))
        if len(bad):
            index = tuple(int(i) for i in bad[0])
            raise InvalidInput(f"{part[index]}", field=f"policy_{player + 1}", index=index, expected="a probability")
        wrong = np.argwhere(np.abs(part.sum(axis=2) - 1) > _SUM_TOLERANCE)
        if len(wrong):
            index = tuple(int(i) for i in wrong[0])
            raise InvalidInput(
                f"sums to {part[index].sum()!r}", field=f"policy_{player + 1}", index=index, expected="1 up to rounding"
            )
