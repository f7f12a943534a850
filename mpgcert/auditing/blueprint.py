"""Instances as small integers: easy to draw, to change a little, to shrink and to write down.

A `Blueprint` holds integer weights; `build` turns it into a `Point` with exact rationals.  Structure that a
statement may need (a planted potential, rewards in [0, 1]) is imposed when building, so that every change of
the integers is again an instance.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.auditing.learners import LearnerBlueprint
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.point import Point
from mpgcert.games import MarkovGame, Policy

__all__ = ["Blueprint", "build"]

Integers = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Blueprint:
    """Integers that determine an instance.

    Attributes:
        kernel: weights [S, A_1, ..., A_n, S]; each row is divided by its sum (uniform if that is 0).
        rewards: [n, S, A_1, ..., A_n] in 0..levels.
        levels: rewards are divided by it.
        discount: gamma.
        initial: weights [S].
        policies: for each policy, weights [S, A_i] of each player.
        shaping: None for independent rewards; else the rewards of player 1 are common to all and w_i [n, S] is
            added as w_i(s) - gamma E[w_i(s')] (a planted potential; zeros: identical interest).
        still: actions do not move the state (the kernel of the first joint action counts).
        player: who deviates, for unilateral deviations.
        step_share: step size as a share of what the statement allows (or the step size itself).
        regularization: lambda.
        steps: length of a run.
        learner: what a learner brings, where the statement speaks of one.
    """

    kernel: Integers
    rewards: Integers
    levels: int
    discount: Fraction
    initial: Integers
    policies: tuple[tuple[Integers, ...], ...] = ()
    shaping: Integers | None = None
    still: bool = False
    player: int = 0
    step_share: Fraction = Fraction(1)
    regularization: Fraction = Fraction(0)
    steps: int = 1
    learner: LearnerBlueprint | None = None
    labels: tuple[str, ...] = field(default=())

    @property
    def n_players(self) -> int:
        return int(self.rewards.shape[0])

    @property
    def size(self) -> int:
        """How large the instance is, for shrinking: number of integers, then their sum."""
        weights = sum(int(np.abs(w).sum()) for policy in self.policies for w in policy)
        return int(
            self.rewards.size * 1000 + self.kernel.sum() + self.rewards.sum() + weights + self.discount.denominator
        )

    def changed(self, **changes: Any) -> Blueprint:
        return replace(self, **changes)


def build(blueprint: Blueprint) -> Point:
    """The exact instance; rewards lie in [0, 1] unless a learner shifts them, and a planted potential is `phi`."""
    game, phi = _game(blueprint)
    policies = tuple(_policy(game, weights) for weights in blueprint.policies)
    first = policies[0] if policies else None
    other = policies[1] if len(policies) > 1 else None
    return Point(
        game=game,
        phi=phi,
        policy=first,
        other=other,
        regularization=blueprint.regularization,
        steps=blueprint.steps,
        learner=None if blueprint.learner is None else blueprint.learner.build(),
        shared={"analysis": Analysis(game)},
    )


def _game(blueprint: Blueprint) -> tuple[MarkovGame, ExactArray | None]:
    n, n_states, *sizes = blueprint.rewards.shape
    weights = blueprint.kernel
    if blueprint.still:
        first = weights.reshape(n_states, -1, n_states)[:, :1]
        weights = np.broadcast_to(first, (n_states, int(np.prod(sizes)), n_states)).reshape(weights.shape)
    kernel = _rows(weights)
    rewards = ExactArray.of_integers(blueprint.rewards, blueprint.levels)
    phi: ExactArray | None = None
    if blueprint.shaping is not None:
        common = ExactArray.of_integers(blueprint.rewards[0], blueprint.levels)
        shaped = _shaped(common, blueprint.shaping, kernel, blueprint.discount)
        low = [shaped[i].min() for i in range(n)]
        scale = max(max(shaped[i].max() - low[i] for i in range(n)), Fraction(1))
        parts = [shaped[i].affine(scale, low[i]).fractions() for i in range(n)]
        rewards = ExactArray.of_fractions([x for part in parts for x in part], blueprint.rewards.shape)
        phi = common.affine(scale, Fraction(0))
    if blueprint.learner is not None and blueprint.learner.offset:
        rewards = rewards.affine(Fraction(1), Fraction(blueprint.learner.offset))
        phi = None if phi is None else phi.affine(Fraction(1), Fraction(blueprint.learner.offset))
    initial = blueprint.initial if blueprint.initial.sum() else np.ones(n_states, dtype=np.int64)
    game = MarkovGame.of(
        rewards=rewards,
        transition=kernel,
        discount=blueprint.discount,
        initial=ExactArray.of_integers(initial, int(initial.sum())),
        name="drawn",
    )
    return game, phi


def _rows(weights: Integers) -> ExactArray:
    """Weights [..., k] as probabilities."""
    flat = weights.reshape(-1, weights.shape[-1])
    values = []
    for row in flat.tolist():
        total = sum(row)
        values += [Fraction(w, total) for w in row] if total else [Fraction(1, len(row))] * len(row)
    return ExactArray.of_fractions(values, weights.shape)


def _shaped(common: ExactArray, shaping: Integers, kernel: ExactArray, discount: Fraction) -> ExactArray:
    """common(s, a) + w_i(s) - gamma sum_s' P(s'|s, a) w_i(s'), [n, S, A_1, ..., A_n]."""
    n, n_states = shaping.shape
    joint = common.reshape(n_states, -1)
    rows = kernel.numerator.reshape(n_states, -1, n_states)
    out = []
    for w in shaping.astype(object):
        expected = rows.astype(object) @ w
        for s in range(n_states):
            for a in range(expected.shape[1]):
                out.append(joint[s, a] + int(w[s]) - discount * Fraction(int(expected[s, a]), kernel.denominator))
    return ExactArray.of_fractions(out, (n, *common.shape))


def _policy(game: MarkovGame, weights: tuple[Integers, ...]) -> Policy:
    return Policy.of(game, [_rows(part) for part in weights])
