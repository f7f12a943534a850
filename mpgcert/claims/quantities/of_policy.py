"""Quantities of a game and one policy (the first, where there are two)."""

from __future__ import annotations

from typing import Any

import numpy as np

from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities.rule import Rule, per, root
from mpgcert.solvers.evaluation import concentration, policy_gradient

__all__ = ["QUANTITIES"]


def positive(at: Lens, value: Any) -> Any:
    """The value, once it is certain that it is not 0 (a denominator)."""
    if at.arithmetic.sign(value) in (0, None):
        raise ZeroDivisionError("a visitation or probability is 0, or not told apart from 0")
    return value


def largest_inverse_visitation(at: Lens, _: Index) -> Any:
    """M(theta) = max_s 1 / d(s)."""
    return at.arithmetic.maximum(1 / np.array([positive(at, d) for d in at.evaluation.visitation]))


def least_concentration(at: Lens, k: Index) -> Any:
    """min over s of the probability of player i's greedy actions (zhang2022.eq-7)."""
    return -at.arithmetic.maximum(-concentration(at.evaluation, k.player, at.alike(k.player)))


def least_concentration_of_all(at: Lens, _: Index) -> Any:
    """The least over players and states."""
    players = range(at.game.n_players)
    return -at.arithmetic.maximum(-np.array([least_concentration(at, Index(player=i)) for i in players]))


def gradient_square(at: Lens, k: Index) -> Any:
    """Squared norm of player i's softmax gradient."""
    gradient = policy_gradient(at.evaluation, k.player)
    return (gradient * gradient).sum()


def visitation(at: Lens, k: Index) -> Any:
    return at.evaluation.visitation[k.state]


def largest_advantage(at: Lens, k: Index) -> Any:
    """max over s, a_i of Abar_i."""
    return at.arithmetic.maximum(at.advantages[k.player])


def largest_advantage_at(at: Lens, k: Index) -> Any:
    """max over a_i of Abar_i(s, a_i)."""
    return at.arithmetic.maximum(at.advantages[k.player][k.state])


QUANTITIES: dict[str, Rule] = {
    "nash_gap_i": per("player")(lambda at, k: at.gaps[k.player]),
    "nash_gap": per()(lambda at, _: at.arithmetic.maximum(at.gaps)),
    "M_theta": per()(largest_inverse_visitation),
    "c_theta": per("player")(least_concentration),
    "c": per()(least_concentration_of_all),
    "gradient_norm_i": root("player")(gradient_square),
    "visitation": per("state")(visitation),
    "probability": per("player", "state", "action")(lambda at, k: at.policy[k.player][k.state, k.action]),
    "averaged_advantage": per("player", "state", "action")(lambda at, k: at.advantages[k.player][k.state, k.action]),
    "largest_advantage": per("player")(largest_advantage),
    "largest_advantage_at": per("player", "state")(largest_advantage_at),
}
