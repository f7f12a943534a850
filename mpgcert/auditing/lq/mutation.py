"""Small changes of a linear-quadratic blueprint: to climb, and to shrink."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.auditing.families import SHARES
from mpgcert.auditing.lq.blueprint import ONE, SCALED, LQBlueprint
from mpgcert.auditing.lq.families import DELTAS, LQShape

__all__ = ["lq_simplifications", "mutate_lq"]

Integers = NDArray[np.int64]

_FACTORS = tuple(Fraction(text) for text in ("1/10", "1/2", "9/10", "11/10", "2", "10"))
_LEAST, _MOST = Fraction(1, 10**6), Fraction(10**6)
_FREE = ("A", "B", "policies")  # any integers
_DEFINITE = ("Q", "R", "W", "initial")  # factors: diagonals stay positive


def mutate_lq(blueprint: LQBlueprint, shape: LQShape, rng: np.random.Generator) -> LQBlueprint:
    """One to three random changes; the result is again an instance of the shape."""
    for _ in range(int(rng.integers(1, 4))):
        blueprint = _changed(blueprint, shape, rng)
    return blueprint


def _changed(blueprint: LQBlueprint, shape: LQShape, rng: np.random.Generator) -> LQBlueprint:
    kind = int(rng.integers(8))
    if kind <= 2:
        name = SCALED[int(rng.integers(len(SCALED)))]
        scale = blueprint.scale(name) * _FACTORS[int(rng.integers(len(_FACTORS)))]
        return blueprint.changed(scales=blueprint.scales | {name: min(max(scale, _LEAST), _MOST)})
    if kind == 3:
        what = int(rng.integers(5))
        if what == 0:
            return blueprint.changed(step_share=SHARES[int(rng.integers(len(SHARES)))])
        if what == 1 and shape.two_constants and rng.integers(2):
            return blueprint.changed(xi=DELTAS[int(rng.integers(len(DELTAS)))])
        if what == 1:
            return blueprint.changed(delta=DELTAS[int(rng.integers(len(DELTAS)))])
        if what == 2:
            return blueprint.changed(near=not blueprint.near)
        if what == 3:
            return blueprint.changed(constant=not blueprint.constant)
        return blueprint.changed(steps=int(rng.integers(1, 5)))
    names = [name for name in (*_FREE, *_DEFINITE, "probe") if _arrays(blueprint, name)]
    name = names[int(rng.integers(len(names)))]
    arrays = _arrays(blueprint, name)
    which = int(rng.integers(len(arrays)))
    values = arrays[which].copy()
    place = np.unravel_index(int(rng.integers(values.size)), values.shape)
    values[place] = int(np.clip(values[place] + rng.integers(-2, 3), -20, 20))
    if name in _DEFINITE and place[-1] == place[-2]:
        values[place] = max(values[place], 1)
    return _with_array(blueprint, name, which, values)


def _arrays(blueprint: LQBlueprint, name: str) -> list[Integers]:
    """The integer arrays of a field, in a list."""
    value: Any = getattr(blueprint, name)
    if name == "policies":
        return [part for policy in value for part in policy]
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]


def _with_array(blueprint: LQBlueprint, name: str, which: int, values: Integers) -> LQBlueprint:
    arrays = _arrays(blueprint, name)
    arrays[which] = values
    if name == "policies":
        n = blueprint.n_players
        grouped = tuple(tuple(arrays[k : k + n]) for k in range(0, len(arrays), n))
        return blueprint.changed(policies=grouped)
    return blueprint.changed(**{name: tuple(arrays) if isinstance(getattr(blueprint, name), tuple) else arrays[0]})


def lq_simplifications(blueprint: LQBlueprint) -> Iterator[LQBlueprint]:
    """Smaller neighbours, the boldest first: fewer stages, players, dimensions, controls, then smaller numbers."""
    for stage in range(blueprint.horizon if blueprint.horizon > 1 else 0):
        yield _without_stage(blueprint, stage)
    for player in range(blueprint.n_players if blueprint.n_players > 1 else 0):
        yield _without_player(blueprint, player)
    for axis in range(blueprint.dimension if blueprint.dimension > 1 else 0):
        yield _without_coordinate(blueprint, axis)
    for player, part in enumerate(blueprint.B):
        for control in range(part.shape[2] if part.shape[2] > 1 else 0):
            yield _without_control(blueprint, player, control)
    for name, scale in blueprint.scales.items():
        if scale != ONE:
            yield blueprint.changed(scales={key: kept for key, kept in blueprint.scales.items() if key != name})
            for simpler in (Fraction(1, 10), Fraction(1, 2), Fraction(2), Fraction(10)):
                if _length(simpler) < _length(scale):
                    yield blueprint.changed(scales=blueprint.scales | {name: simpler})
    if blueprint.steps > 1:
        yield blueprint.changed(steps=blueprint.steps - 1)
    for share in (ONE, Fraction(1, 2)):
        if _length(share) < _length(blueprint.step_share):
            yield blueprint.changed(step_share=share)
    if blueprint.xi is not None:
        yield blueprint.changed(xi=None)
    if blueprint.near:
        yield blueprint.changed(near=False)
    yield from _smaller_entries(blueprint)


def _length(value: Fraction) -> int:
    return value.numerator + value.denominator


def _smaller_entries(blueprint: LQBlueprint) -> Iterator[LQBlueprint]:
    for name in (*_FREE, *_DEFINITE, "probe"):
        for which, values in enumerate(_arrays(blueprint, name)):
            for flat in np.flatnonzero(values.ravel()):
                place = np.unravel_index(int(flat), values.shape)
                least = 1 if name in _DEFINITE and place[-1] == place[-2] else 0
                for smaller in dict.fromkeys((least, int(values[place]) - int(np.sign(values[place])))):
                    if abs(smaller) < abs(int(values[place])) and smaller >= (least or -(10**9)):
                        changed = values.copy()
                        changed[place] = smaller
                        yield _with_array(blueprint, name, which, changed)


def _without_stage(blueprint: LQBlueprint, stage: int) -> LQBlueprint:
    def cut(part: Integers) -> Integers:
        return np.delete(part, stage, axis=0)

    return blueprint.changed(
        A=cut(blueprint.A),
        B=tuple(cut(part) for part in blueprint.B),
        Q=np.delete(blueprint.Q, stage, axis=1),
        R=tuple(cut(part) for part in blueprint.R),
        policies=tuple(tuple(cut(part) for part in policy) for policy in blueprint.policies),
    )


def _without_player(blueprint: LQBlueprint, player: int) -> LQBlueprint:
    def cut(parts: tuple[Integers, ...]) -> tuple[Integers, ...]:
        return (*parts[:player], *parts[player + 1 :])

    return blueprint.changed(
        B=cut(blueprint.B),
        Q=np.delete(blueprint.Q, player, axis=0),
        R=cut(blueprint.R),
        policies=tuple(cut(policy) for policy in blueprint.policies),
        delays=(*blueprint.delays[:player], *blueprint.delays[player + 1 :]),
    )


def _without_coordinate(blueprint: LQBlueprint, axis: int) -> LQBlueprint:
    def square(part: Integers) -> Integers:
        return np.delete(np.delete(part, axis, axis=-1), axis, axis=-2)

    return blueprint.changed(
        A=square(blueprint.A),
        B=tuple(np.delete(part, axis, axis=1) for part in blueprint.B),
        Q=square(blueprint.Q),
        W=square(blueprint.W),
        initial=square(blueprint.initial),
        probe=None if blueprint.probe is None else square(blueprint.probe),
        policies=tuple(tuple(np.delete(part, axis, axis=2) for part in policy) for policy in blueprint.policies),
    )


def _without_control(blueprint: LQBlueprint, player: int, control: int) -> LQBlueprint:
    def cut(parts: tuple[Integers, ...], axes: tuple[int, ...]) -> tuple[Integers, ...]:
        part = parts[player]
        for axis in axes:
            part = np.delete(part, control, axis=axis)
        return (*parts[:player], part, *parts[player + 1 :])

    return blueprint.changed(
        B=cut(blueprint.B, (2,)),
        R=cut(blueprint.R, (2, 1)),
        policies=tuple(cut(policy, (1,)) for policy in blueprint.policies),
    )
