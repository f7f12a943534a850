"""Quantities of the first iterates of an algorithm, from the policy of the instance on.

`c`, the gaps and their averages are over the policies theta(0), ..., theta(T - 1), as in zhang2022.theorem-5.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.arithmetic import elementwise
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per, square
from mpgcert.solvers.evaluation import concentration, evaluate

__all__ = ["QUANTITIES"]


def gaps(at: Lens) -> Any:
    """NE-gap of each iterate before the last, [T]."""
    return np.array([at.arithmetic.maximum(entry) for entry in at.run_gaps])


def least_concentration(at: Lens, _: Index) -> Any:
    """c: the least probability of greedy actions over players, states and iterates (zhang2022.eq-11)."""
    values = [
        value
        for evaluation in at.run[:-1]
        for i in range(at.game.n_players)
        for value in concentration(evaluation, i, at.alike(i))
    ]
    return -at.arithmetic.maximum(-np.array(values))


def regularized_gain(at: Lens, _: Index) -> Any:
    """Growth of the regularised total potential over the run: exactly 0 where nothing moves."""
    ends = [evaluate(at.arrays, policy, at.potential_stage).returns[0] for policy in (at.iterates[0], at.iterates[-1])]
    ratios = [elementwise(at.arithmetic.log, new / old) for old, new in zip(at.iterates[0], at.iterates[-1])]
    return ends[1] - ends[0] + at.regularization * sum(ratio.sum() for ratio in ratios)


QUANTITIES: dict[str, Rule] = {
    "steps": per()(lambda at, _: at.number(at.point.steps)),
    "c": per()(least_concentration),
    "mean_gap": per()(lambda at, _: gaps(at).sum() / at.point.steps),
    "mean_squared_gap": per()(lambda at, _: square(gaps(at)).sum() / at.point.steps),
    "least_gap": per()(lambda at, _: -at.arithmetic.maximum(-gaps(at))),
    "regularized_gain": per()(regularized_gain),
}
