"""Four-cycles of policies: evidence, checkable by hand, that a game has no potential.

Two players i < j have two policies each, the others one.  Going around
(pi_i, pi_j) -> (pi_i', pi_j) -> (pi_i', pi_j') -> (pi_i, pi_j') -> back, the value of whoever moves changes by
amounts whose sum is, up to sign, [V_i(pi_i', pi_j') - V_i(pi_i, pi_j') - V_i(pi_i', pi_j) + V_i(pi_i, pi_j)] minus the
same expression in V_j, at one state (Monderer and Shapley's criterion, for policies).

A non-zero value refutes both definitions of a Markov potential game: if Phi(s, pi) is a policy potential
(maheshwari2023.definition-2.1), each change equals the change of Phi, and these sum to 0 around the cycle; a
stage potential phi (zhang2022.definition-2) would give the policy potential Phi = V_phi.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray, format_fraction
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import DenseTransition, GameArrays, joint_probabilities

__all__ = ["FourCycle", "policy_values"]

Array = NDArray[Any]


def policy_values(arrays: GameArrays, policy: list[Array], rewards: Array) -> Array:
    """V [k, S] of stage rewards [k, S, A_1, ..., A_n] under a policy; nothing else, unlike `evaluate`."""
    n_states = arrays.n_states
    joint = joint_probabilities(policy, n_states)
    kernel = arrays.transition.under(joint.reshape(n_states, *arrays.n_actions))
    mean = np.matmul(rewards.reshape(len(rewards), n_states, 1, -1), joint[:, :, None])[:, :, 0, 0]
    return arrays.arithmetic.solve(arrays.identity() - kernel * arrays.discount, mean.T).T


@dataclass(frozen=True)
class FourCycle:
    """A failing 4-cycle.

    Attributes:
        state: where the values are taken.
        players: (i, j) with i < j, counted from 0.
        policy: pi, of all players.
        deviations: pi_i' and pi_j', exact [S, A_i] and [S, A_j].
        value: the non-zero difference of mixed differences; see the module docstring.
    """

    state: int
    players: tuple[int, int]
    policy: Policy
    deviations: tuple[ExactArray, ExactArray]
    value: Fraction

    def profile(self, first_deviates: bool, second_deviates: bool) -> Policy:
        """The joint policy at one corner of the cycle."""
        parts = list(self.policy.probabilities)
        for player, deviates, part in zip(self.players, (first_deviates, second_deviates), self.deviations):
            if deviates:
                parts[player] = part
        return Policy(tuple(parts))

    def values_by_state(self, game: MarkovGame) -> list[Fraction]:
        """The cycle's value at every state, recomputed exactly from the game."""
        corners = {
            (first, second): joint_probabilities(self.profile(first, second).lift(EXACT), game.n_states)
            for first in (False, True)
            for second in (False, True)
        }
        played = np.flatnonzero(np.any([(joint != 0).any(axis=0) for joint in corners.values()], axis=0))
        arrays = _of_joint_actions(game, played, self.players)
        total = np.full(game.n_states, EXACT.number(0), dtype=object)
        for (first, second), joint in corners.items():
            own, other = policy_values(arrays, [joint[:, played]], arrays.rewards)
            total = total + (own - other if first == second else other - own)
        return [EXACT.enclosure(value)[0] for value in total]

    def recompute(self, game: MarkovGame) -> Fraction:
        """The cycle's value at its state, recomputed exactly from the game."""
        return self.values_by_state(game)[self.state]

    def at_best_state(self, game: MarkovGame) -> FourCycle:
        """The same cycle at the state where its value is largest in absolute terms."""
        values = self.values_by_state(game)
        state = max(range(game.n_states), key=lambda s: abs(values[s]))
        return replace(self, state=state, value=values[state])

    @property
    def is_deterministic(self) -> bool:
        return self.policy.is_deterministic and all(part.denominator == 1 for part in self.deviations)

    @property
    def changed_states(self) -> tuple[list[int], list[int]]:
        """Where pi_i' differs from pi_i, and pi_j' from pi_j."""
        first, second = (
            [s for s in range(len(part.numerator)) if part[s] != self.policy.probabilities[k][s]]
            for k, part in zip(self.players, self.deviations)
        )
        return first, second

    def __str__(self) -> str:
        i, j = self.players
        text = format_fraction(self.value)
        amount = text if len(text) <= 24 else f"about {float(self.value):.6g} (exactly known)"
        return (
            f"from state {self.state}, the value changes of players {i + 1} and {j + 1} around a 4-cycle of "
            f"policies sum to {amount}, not to 0"
        )


def _of_joint_actions(game: MarkovGame, joint_actions: NDArray[np.int64], players: tuple[int, ...]) -> GameArrays:
    """Exact numbers of a game as one of a single player with these joint actions, and the rewards of some players."""
    S, A = game.n_states, game.n_joint_actions
    if game.is_sparse:
        kernel = GameArrays.of(game, EXACT).transition.joint_rows()[:, joint_actions]
    else:
        kernel = EXACT.array(game.dense_kernel().reshape(S, A, S)[:, joint_actions])
    return GameArrays(
        EXACT,
        EXACT.number(game.discount),
        EXACT.array(game.initial),
        EXACT.array(game.rewards.reshape(game.n_players, S, A)[list(players)][:, :, joint_actions]),
        DenseTransition(kernel),
    )
