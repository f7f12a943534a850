"""Relative changes Delta of a move from one policy to another, and the factors of a multiplicative step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.barrier_direction import factors, normalizer, relative_changes
from mpgcert.claims.quantities.of_step import policy_change
from mpgcert.claims.quantities.rule import Rule, per

__all__ = ["CHANGES", "absolute", "change_total", "changes_of"]

Array = NDArray[Any]


def absolute(values: Array) -> Array:
    """Entrywise absolute values."""
    return elementwise(abs, values)


def changes_of(at: Lens) -> Iterator[tuple[Array, Array, Array]]:
    """Of each player: the first policy, the second, and Delta, [S, A_i] each."""
    for old, new in zip(at.policy, at.other):
        yield old, new, new / old - 1


def mean_change(at: Lens, k: Index) -> Any:
    return (at.policy[k.player][k.state] * relative_changes(at, k)).sum()


def mean_squared_change(at: Lens, k: Index) -> Any:
    change = relative_changes(at, k)
    return (at.policy[k.player][k.state] * change * change).sum()


def over_players(at: Lens, k: Index, squared: bool) -> Any:
    """Sum over players of the mean of |Delta|, or Delta^2, at a state."""
    total = at.number(0)
    for old, _, change in changes_of(at):
        here = change[k.state]
        total = total + (old[k.state] * (here * here if squared else absolute(here))).sum()
    return total


def squared_changes(at: Lens) -> Array:
    """The mean squared relative changes at each state, summed over players, [S]."""
    return np.array([over_players(at, Index(state=s), squared=True) for s in range(at.game.n_states)])


def change_total(at: Lens, _: Index) -> Any:
    """Sum of Delta over players, states and actions."""
    return sum((change.sum() for _, _, change in changes_of(at)), at.number(0))


def plain_squared_changes(at: Lens, _: Index) -> Any:
    return sum(((change * change).sum() for _, _, change in changes_of(at)), at.number(0))


def of_factors(target: str) -> Rule:
    """A mean over the actions of a function of a step's factors."""

    def mean(at: Lens, k: Index) -> Any:
        own, found = at.policy[k.player][k.state], factors(at, k)
        if target == "excess":
            return (own * (found - 1)).sum()
        apart = found - (1 if target == "square" else normalizer(at, k))
        return (own * apart * apart).sum()

    return per("player", "state")(mean)


CHANGES: dict[str, Rule] = {
    "relative_change": per("player", "state", "action")(lambda at, k: relative_changes(at, k)[k.action]),
    "mean_change": per("player", "state")(mean_change),
    "mean_absolute_changes": per("state")(lambda at, k: over_players(at, k, squared=False)),
    "mean_squared_change": per("player", "state")(mean_squared_change),
    "squared_changes_at": per("state")(lambda at, k: over_players(at, k, squared=True)),
    "largest_squared_changes": per()(lambda at, _: at.arithmetic.maximum(squared_changes(at))),
    "squared_changes": per()(lambda at, _: squared_changes(at).sum()),
    "plain_squared_changes": per()(plain_squared_changes),
    "policy_change": per()(policy_change),
    "change_total": per()(change_total),
    "normalizer": per("player", "state")(normalizer),
    "factor_spread": of_factors("spread"),
    "factor_excess": of_factors("excess"),
    "factor_square": of_factors("square"),
}
