"""Learners as small integers: drawn, changed a little, cut together with their game."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.claims.learner import Learner

if TYPE_CHECKING:
    from mpgcert.auditing.families import Source

__all__ = ["LearnerBlueprint", "draw_learner", "mutate_learner", "smaller_learners"]

Integers = NDArray[np.int64]
_TENTHS = 10


@dataclass(frozen=True, eq=False)
class LearnerBlueprint:
    """Integers that determine a learner.

    Attributes:
        offset: subtracted from all rewards, so that they may be negative.
        exploration: theta_i in tenths, 1..9, [n].
        table, other_table: q-estimates [S, A_i] of each player.
        rates: gamma_i(s) in tenths, 1..10, [S] of each player.
    """

    offset: int
    exploration: Integers
    table: tuple[Integers, ...]
    other_table: tuple[Integers, ...]
    rates: tuple[Integers, ...]

    def build(self) -> Learner:
        """The exact data."""
        return Learner(
            tuple(Fraction(int(k), _TENTHS) for k in self.exploration),
            tuple(ExactArray.of_integers(part) for part in self.table),
            tuple(ExactArray.of_integers(part) for part in self.other_table),
            tuple(ExactArray.of_integers(part, _TENTHS) for part in self.rates),
        )

    def changed(self, name: str, parts: tuple[Integers, ...]) -> LearnerBlueprint:
        changes: dict[str, Any] = {name: parts}
        return replace(self, **changes)

    def without_player(self, player: int) -> LearnerBlueprint:
        def cut(parts: tuple[Integers, ...]) -> tuple[Integers, ...]:
            return (*parts[:player], *parts[player + 1 :])

        return replace(
            self,
            exploration=np.delete(self.exploration, player),
            table=cut(self.table),
            other_table=cut(self.other_table),
            rates=cut(self.rates),
        )

    def without_state(self, state: int) -> LearnerBlueprint:
        return self._mapped(lambda part: np.delete(part, state, axis=0), with_rates=True)

    def without_action(self, player: int, action: int) -> LearnerBlueprint:
        def cut(parts: tuple[Integers, ...]) -> tuple[Integers, ...]:
            return tuple(np.delete(part, action, axis=1) if i == player else part for i, part in enumerate(parts))

        return replace(self, table=cut(self.table), other_table=cut(self.other_table))

    def _mapped(self, function: Callable[[Integers], Integers], with_rates: bool) -> LearnerBlueprint:
        return replace(
            self,
            table=tuple(map(function, self.table)),
            other_table=tuple(map(function, self.other_table)),
            rates=tuple(map(function, self.rates)) if with_rates else self.rates,
        )


def draw_learner(source: Source, n_states: int, sizes: tuple[int, ...]) -> LearnerBlueprint:
    """A learner for a game of these sizes."""
    n = len(sizes)

    def tables() -> tuple[Integers, ...]:
        return tuple(source.integers(-3, 3, (n_states, size)) for size in sizes)

    rates: tuple[Any, ...] = tuple(np.full(n_states, _TENTHS, dtype=np.int64) for _ in sizes)
    if source.integer(0, 1):
        rates = tuple(source.integers(1, _TENTHS, (n_states,)) for _ in sizes)
    return LearnerBlueprint(
        offset=source.choice((0, 0, 1, 2)),
        exploration=source.integers(1, 9, (n,)),
        table=tables(),
        other_table=tables(),
        rates=rates,
    )


def mutate_learner(learner: LearnerBlueprint, rng: np.random.Generator) -> LearnerBlueprint:
    """One random change."""
    kind = int(rng.integers(4))
    if kind == 0:
        return replace(learner, offset=int(rng.integers(0, 3)))
    if kind == 1:
        return replace(learner, exploration=_entry(learner.exploration, rng, 1, 9))
    name, low, high = (("rates", 1, _TENTHS), ("table", -5, 5), ("other_table", -5, 5))[int(rng.integers(3))]
    parts = list(getattr(learner, name))
    which = int(rng.integers(len(parts)))
    parts[which] = _entry(parts[which], rng, low, high)
    return learner.changed(name, tuple(parts))


def _entry(values: Integers, rng: np.random.Generator, low: int, high: int) -> Integers:
    out = values.copy()
    out.flat[int(rng.integers(out.size))] = int(rng.integers(low, high + 1))
    return out


def smaller_learners(learner: LearnerBlueprint) -> Iterator[LearnerBlueprint]:
    """Simpler neighbours: no offset, rates 1, exploration 1/2, estimates nearer to 0."""
    if learner.offset:
        yield replace(learner, offset=0)
    if any((part != _TENTHS).any() for part in learner.rates):
        yield replace(learner, rates=tuple(np.full_like(part, _TENTHS) for part in learner.rates))
    if (learner.exploration != _TENTHS // 2).any():
        yield replace(learner, exploration=np.full_like(learner.exploration, _TENTHS // 2))
    for name in ("table", "other_table"):
        parts = getattr(learner, name)
        for i, part in enumerate(parts):
            for flat in np.flatnonzero(part.ravel()):
                changed = part.copy()
                changed.flat[flat] -= int(np.sign(changed.flat[flat]))
                yield learner.changed(name, (*parts[:i], changed, *parts[i + 1 :]))
