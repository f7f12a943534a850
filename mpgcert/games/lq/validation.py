"""The one place that decides whether data make a linear-quadratic game; every refusal names the entry.

Costs that are not positive definite are kept: they violate hambly2021.assumption-2.1, which is for a check to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, brief_fraction, parse_number
from mpgcert.arithmetic.definiteness import ldl
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.keys import suggestion
from mpgcert.games.labels import labels_of, text_of
from mpgcert.games.lq.gains import Gains
from mpgcert.games.lq.game import LQGame
from mpgcert.games.lq.initial import InitialState
from mpgcert.games.lq.stages import per_player, per_stage, stack
from mpgcert.games.schema import forms

__all__ = ["validated"]

_MAX_ENTRIES = 2 * 10**7
_MAX_SIZE = 10**300  # doubles, which propose everywhere, must carry every entry
_INITIAL = "mean and covariance, or second_moment, or points and probabilities"


def validated(
    *,
    horizon: Any,
    A: Any,
    B: Any,
    Q: Any,
    R: Any,
    W: Any,
    initial: Any,
    policy: Any,
    name: str,
    players: Sequence[str] | None,
    notes: dict[str, Any],
) -> LQGame:
    """See `LQGame.of`."""
    T = _horizon(horizon)
    dynamics = _parse(A, "A")
    if len(dynamics.shape) not in (2, 3) or dynamics.shape[-1] != dynamics.shape[-2]:
        raise InvalidInput(f"shape {list(dynamics.shape)}", field="A", expected="[d][d] or [T][d][d]")
    d = dynamics.shape[-1]
    inputs = [_parse(part, f"B[{i}]") for i, part in enumerate(per_player(B, "B"))]
    for i, part in enumerate(inputs):
        if len(part.shape) not in (2, 3):
            raise InvalidInput(f"shape {list(part.shape)}", field=f"B[{i}]", expected="[d][k_i] or [T][d][k_i]")
    sizes = [part.shape[-1] for part in inputs]
    n = len(sizes)
    _require_room(T, d, sizes)
    weights = [_costs(part, f"Q[{i}]", (T + 1, d, d)) for i, part in enumerate(per_player(Q, "Q", n))]
    efforts = [_costs(part, f"R[{i}]", (T, sizes[i], sizes[i])) for i, part in enumerate(per_player(R, "R", n))]
    game = LQGame(
        name=text_of(name, "name"),
        A=per_stage(dynamics, "A", (T, d, d)),
        B=tuple(per_stage(part, f"B[{i}]", (T, d, sizes[i])) for i, part in enumerate(inputs)),
        Q=stack(weights),
        R=tuple(efforts),
        W=_covariance(W, "W", d),
        initial=_initial(initial, d),
        players=labels_of(players, "players", n),
        notes=notes,
    )
    if policy is None:
        return game
    start = Gains.of(game, policy)
    for i, gains in enumerate(start.parts):
        _require_moderate(gains, f"policy[{i}]")
    return game.with_start(start)


def _horizon(horizon: Any) -> int:
    try:
        number = parse_number(horizon)
    except ValueError as error:
        raise InvalidInput(str(error), field="horizon", expected="a positive whole number") from None
    if number.denominator != 1 or number < 1:
        raise InvalidInput(brief_fraction(number), field="horizon", expected="a positive whole number")
    return int(number)


def _require_room(T: int, d: int, sizes: list[int]) -> None:
    entries = T * (d * d + sum(k * (d + k) for k in sizes)) + len(sizes) * (T + 1) * d * d
    if entries > _MAX_ENTRIES:
        raise TooLarge(
            f"horizon {brief_fraction(Fraction(T), 3)}, {len(sizes)} players and {d} states make "
            f"{brief_fraction(Fraction(entries), 3)} matrix entries; a game may have {_MAX_ENTRIES:,}"
        )


def _parse(values: Any, field: str) -> ExactArray:
    exact = ExactArray.parse(values, field)
    if exact.size == 0:
        raise InvalidInput(f"shape {list(exact.shape)} is empty", field=field, expected="at least one entry")
    _require_moderate(exact, field)
    return exact


def _require_moderate(values: ExactArray, field: str) -> None:
    numerator, limit = values.numerator, _MAX_SIZE * values.denominator
    if max(int(numerator.max()), -int(numerator.min())) > limit:
        index = tuple(int(i) for i in np.argwhere((numerator > limit) | (numerator < -limit))[0])
        problem = brief_fraction(values[index])
        raise InvalidInput(problem, field=field, index=index, expected="a number of size at most 1e300")


def _costs(values: Any, field: str, shape: tuple[int, int, int]) -> ExactArray:
    given = _parse(values, field)
    stages = per_stage(given, field, shape)
    _require_symmetric(given, field)
    return stages


def _require_symmetric(matrices: ExactArray, field: str) -> None:
    wrong = np.argwhere(matrices.numerator != np.swapaxes(matrices.numerator, -1, -2))
    if len(wrong):
        index = tuple(int(k) for k in wrong[0])
        mirror = (*index[:-2], index[-1], index[-2])
        place = "".join(f"[{k}]" for k in mirror)
        problem = f"{brief_fraction(matrices[index])}, but {field}{place} is {brief_fraction(matrices[mirror])}"
        raise InvalidInput(problem, field=field, index=index, expected="a symmetric matrix")


def _covariance(values: Any, field: str, d: int) -> ExactArray:
    matrix = _parse(values, field)
    if matrix.shape != (d, d):
        raise InvalidInput(f"shape {list(matrix.shape)}", field=field, expected=f"shape {[d, d]}")
    _require_symmetric(matrix, field)
    decided = ldl(matrix)
    if not decided.is_semidefinite:
        raise InvalidInput(decided.reason, field=field, expected="a positive semidefinite matrix M")
    return matrix


def _initial(initial: Any, d: int) -> InitialState:
    if isinstance(initial, InitialState):
        if initial.second_moment.shape != (d, d):
            found = f"a distribution of {initial.second_moment.shape[-1]} components"
            raise InvalidInput(found, field="initial", expected=f"{d} components")
        return initial
    if not isinstance(initial, dict) or not initial:
        raise InvalidInput(f"{initial!r:.60}", field="initial", expected=_INITIAL)
    form_of = {key: form for form in forms("initial-state") for key in form}
    for key in initial:
        if key not in form_of:
            near = suggestion(str(key), form_of) or _INITIAL
            raise InvalidInput(f"unknown key {key!r:.40}", field="initial", expected=near)
    form = form_of[next(iter(initial))]
    for key in initial:
        if key not in form:
            raise InvalidInput(f"given beside {' and '.join(form)}", field=f"initial.{key}", expected=_INITIAL)
    for key in form:
        if key not in initial:
            raise InvalidInput("missing", field=f"initial.{key}", expected=_INITIAL)
    if form == ("second_moment",):
        return InitialState(_covariance(initial["second_moment"], "initial.second_moment", d))
    if form == ("mean", "covariance"):
        mean = _shaped(initial["mean"], "initial.mean", (d,))
        return InitialState.gaussian(mean, _covariance(initial["covariance"], "initial.covariance", d))
    points = _parse(initial["points"], "initial.points")
    if len(points.shape) != 2 or points.shape[1] != d:
        raise InvalidInput(f"shape {list(points.shape)}", field="initial.points", expected=f"[m][{d}]")
    probabilities = _shaped(initial["probabilities"], "initial.probabilities", points.shape[:1])
    _require_distribution(probabilities, "initial.probabilities")
    return InitialState.on_points(points, probabilities)


def _shaped(values: Any, field: str, shape: tuple[int, ...]) -> ExactArray:
    exact = ExactArray.parse(values, field, shape)
    _require_moderate(exact, field)
    return exact


def _require_distribution(probabilities: ExactArray, field: str) -> None:
    negative = np.flatnonzero(probabilities.numerator < 0)
    if len(negative):
        index = int(negative[0])
        problem = f"{brief_fraction(probabilities[index])} is negative"
        raise InvalidInput(problem, field=field, index=(index,), expected="a probability")
    total = sum(probabilities.fractions(), Fraction(0))
    if total != 1:
        raise InvalidInput(f"sums to {brief_fraction(total)}", field=field, expected='exactly 1 (thirds as "1/3")')
