"""Values, averaged Q, averaged advantages and visitation of one policy.

One linear solve serves all players (and a potential), another the visitation.  zhang2022, section 2:
`V_i`, `Qbar_i`, `Abar_i` (averages over the others' actions), `d_theta` (eq-3), the policy gradient (eq-4).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic.lanes import Lanes
from mpgcert.solvers.arrays import GameArrays, average_over_others, joint_probabilities

__all__ = ["Evaluation", "concentration", "evaluate", "policy_gradient"]

Array = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What one policy gives each of k stage rewards (the players', unless others were asked for).

    Attributes:
        policy: pi_i, [S, A_i] for each player.
        values: V [k, S].
        returns: J [k], the mean of V under the initial distribution.
        visitation: d [S], normalised and discounted.
        state_kernel: P_pi [S, S].
        q_joint: Q [k, S, A_1, ..., A_n].
    """

    arrays: GameArrays
    policy: list[Array]
    values: Array
    returns: Array
    visitation: Array
    state_kernel: Array
    q_joint: Array

    def averaged_q(self, player: int, reward: int | None = None) -> Array:
        """Qbar_i [S, A_i] of player i for stage reward `reward` (player i's own by default)."""
        index = player if reward is None else reward
        return average_over_others(self.q_joint[index], self.policy, player)

    def averaged_advantage(self, player: int, reward: int | None = None) -> Array:
        """Abar_i = Qbar_i - V_i, [S, A_i]."""
        index = player if reward is None else reward
        return self.averaged_q(player, reward) - self.values[index][:, None]


def evaluate(arrays: GameArrays, policy: list[Array], rewards: Array | None = None) -> Evaluation:
    """Evaluate a policy in the arithmetic of `arrays`.

    Args:
        arrays: the game.
        policy: pi_i [S, A_i] for each player, in the same arithmetic.
        rewards: stage rewards [k, S, A_1, ..., A_n] to use in place of the players' own.
    """
    arithmetic = arrays.arithmetic
    stage = arrays.rewards if rewards is None else rewards
    count, n_states = stage.shape[0], stage.shape[1]
    if count > 1 and stage.strides[0] == 0:  # one reward for all players
        return _repeated(evaluate(arrays, policy, stage[:1]), count)
    if isinstance(arithmetic, Lanes):
        from mpgcert.solvers.lanes import evaluate_block

        return Evaluation(arrays, policy, *evaluate_block(arithmetic, arrays, policy, stage))
    with arithmetic.context():
        joint = joint_probabilities(policy, n_states)
        kernel = arrays.transition.under(joint.reshape(n_states, *arrays.n_actions))
        mean_reward = np.matmul(stage.reshape(count, n_states, 1, -1), joint[:, :, None])[:, :, 0, 0]
        system = arrays.identity() - kernel * arrays.discount
        values = arithmetic.solve(system, mean_reward.T).T
        visitation = arithmetic.solve(system.T, arrays.initial * (1 - arrays.discount))
        expected = np.moveaxis(arrays.transition.expected(values.T), -1, 0)
        return Evaluation(
            arrays,
            policy,
            values,
            values @ arrays.initial,
            visitation,
            kernel,
            stage + expected * arrays.discount,
        )


def _repeated(single: Evaluation, count: int) -> Evaluation:
    """The evaluation of one stage reward as that of `count` equal ones."""

    def repeat(part: Array) -> Array:
        return np.broadcast_to(part, (count, *part.shape[1:]))

    return replace(single, values=repeat(single.values), returns=repeat(single.returns), q_joint=repeat(single.q_joint))


def policy_gradient(evaluation: Evaluation, player: int, reward: int | None = None) -> Array:
    """d J_i / d theta_i [S, A_i] of the softmax parameters (zhang2022.eq-4)."""
    with evaluation.arrays.arithmetic.context():
        weight = evaluation.visitation[:, None] * evaluation.policy[player]
        advantage = evaluation.averaged_advantage(player, reward)
        return weight * advantage / (1 - evaluation.arrays.discount)


def concentration(evaluation: Evaluation, player: int, alike: NDArray[np.int64] | None = None) -> Array:
    """Per state, the probability that player i puts on the maximisers of Qbar_i (zhang2022.eq-7), [S].

    c(theta) of the paper is the minimum over states (and players: the theorems use one c for all).
    In balls, actions that cannot be told apart from the maximum make the result an enclosure of all cases: each
    may count or not, but some maximiser does.

    Args:
        alike: labels [S, A_i] of actions that are exactly alike (`solvers.twins`): these count together.
    """
    arithmetic = evaluation.arrays.arithmetic
    if isinstance(arithmetic, Lanes):
        from mpgcert.solvers.lanes import greedy_mass

        return greedy_mass(arithmetic, evaluation.averaged_q(player), evaluation.policy[player], alike)
    with arithmetic.context():
        averaged, own = evaluation.averaged_q(player), evaluation.policy[player]
        out = np.empty(len(averaged), dtype=own.dtype)
        for s, row in enumerate(averaged):
            labels = range(len(row)) if alike is None else alike[s]
            mass: dict[int, Any] = {}
            for a, label in enumerate(labels):
                mass[int(label)] = own[s, a] + mass.get(int(label), 0)
            # a class is out once another one is certainly better
            best = [a for a in mass if all(arithmetic.at_most(row[b], row[a]) is not False for b in mass)]
            certain = [a for a in best if all(arithmetic.at_most(row[b], row[a]) for b in mass)]
            if len(best) == len(certain) or len(best) == 1:
                out[s] = sum(mass[a] for a in best)
                continue
            total = sum((mass[a] for a in certain), own[s, 0] * 0)
            bounds = [arithmetic.enclosure(mass[a]) for a in best if a not in certain]
            least = Fraction(0) if certain else min(low for low, _ in bounds)
            out[s] = total + arithmetic.between(least, sum((high for _, high in bounds), Fraction(0)))
        return out
