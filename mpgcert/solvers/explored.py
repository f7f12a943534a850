"""What a player's q-estimate tracks when everybody explores (maheshwari2023, equations (4) and (6)).

In Algorithm 1 of the paper player j acts by the *played* policy

    pi-hat_j = (1 - theta_j) pi_j + theta_j / |A_j|,

but the bootstrap term of (4a) averages player i's own estimate over pi_i, not over pi-hat_i.  Given s and the own
action a_i, the others' actions are drawn from pi-hat_{-i}, so for a policy that is held still the mean of update (4)
is 0 exactly at a solution of

    q(s, a_i) = u_i(s, a_i, pi-hat_{-i}) + delta sum_s' P(s' | s, a_i, pi-hat_{-i}) sum_a' pi_i(s', a') q(s', a').  (*)

The right-hand side is a delta-contraction in the maximum norm (P and pi_i are probabilities), so there is one
solution, Q_i^theta(., .; pi).  Averaging (*) over a_i ~ pi_i(s) gives the Bellman equation of
V_i^theta(s) = V_i(s, pi_i, pi-hat_{-i}), the value of player i who plays pi_i against opponents who tremble; hence

    Q_i^theta(s, a_i; pi) = u_i(s, a_i, pi-hat_{-i}) + delta sum_s' P(s' | s, a_i, pi-hat_{-i}) V_i^theta(s'):

it is player i's Q-function (equation (2) of the paper) at (pi_i, pi-hat_{-i}), and it is Q_i(., .; pi) in general only
if theta_j = 0 for every opponent j.  The player's own theta_i does not enter.

The **explored game** has the policies of the game, and payoffs V_i(mu, pi_i, pi-hat_{-i}).  Against fixed pi-hat_{-i}
player i faces a decision process, in which pi_i is optimal from every state if and only if supp pi_i(s) lies in
argmax Q_i^theta(s, .; pi) for all s (Bellman's optimality equation).  So the policies at which nobody's maximiser of
the limiting q-estimates moves are exactly the equilibria (from every state) of the explored game.  If no own action
moves a state (one state, in particular), V_i^theta plays no part in comparing actions, and these are the policies pi
whose pi-hat is a Nash equilibrium of the game perturbed in the sense of Selten, where every action has probability
at least theta_j / |A_j|.  Otherwise they can differ: in the perturbed game player i also expects the own trembles,
in (4a) not.

**One game per player.**  Tremble the data instead of the policies: replace u_i and P in every opponent's axis j by
(1 - theta_j) x + theta_j (mean of x over a_j).  Rewards and transitions under a product policy are affine in each
pi_j(s), so the values of this `trembled_game` at pi are those of the original game at (pi_i, pi-hat_{-i}); its
Q_i(., .; pi) and V_i(., pi) are Q_i^theta and V_i^theta, for all pi at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray, parse_number
from mpgcert.arithmetic.matrices import product
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays, average_over_others

__all__ = [
    "ExploredEvaluation",
    "evaluate_explored",
    "exploration_rates",
    "explored_policy",
    "played_policy",
    "trembled_game",
]

Array = NDArray[Any]
Rates = tuple[Fraction, ...]


def exploration_rates(game: MarkovGame, exploration: Any) -> Rates:
    """theta_1, ..., theta_n as rationals, from one number for all players or one for each.

    The paper asks for (0, 1); the ends are accepted here, since 0 gives the game itself.

    Raises:
        InvalidInput: another number of rates, or one that is not a number in [0, 1].
    """
    given = exploration if isinstance(exploration, (list, tuple)) else [exploration] * game.n_players
    if len(given) != game.n_players:
        expected = f"one rate, or one for each of {game.n_players} players"
        raise InvalidInput(f"{len(given)} rates", field="exploration", expected=expected)
    rates = []
    for player, value in enumerate(given):
        expected = "a number between 0 and 1"
        try:
            rate = parse_number(value)
        except ValueError as error:
            raise InvalidInput(str(error), field="exploration", index=[player], expected=expected) from None
        if not 0 <= rate <= 1:
            raise InvalidInput(str(value), field="exploration", index=[player], expected=expected)
        rates.append(rate)
    return tuple(rates)


def explored_policy(arithmetic: Arithmetic, policy: list[Array], rates: Sequence[Fraction]) -> list[Array]:
    """pi-hat of equation (6), [S, A_j] for each player, in the arithmetic of `policy`."""
    mixed: list[Array] = []
    with arithmetic.context():
        for part, rate in zip(policy, rates, strict=True):
            mixed.append(part * arithmetic.number(1 - rate) + arithmetic.number(rate / part.shape[1]))
    return mixed


def played_policy(policy: Policy, rates: Sequence[Fraction]) -> Policy:
    """pi-hat of equation (6) as exact data."""
    parts = []
    for part, rate in zip(policy.probabilities, rates, strict=True):
        count = part.shape[1]
        weight = part.numerator.astype(object) * (count * (rate.denominator - rate.numerator))
        tremble = rate.numerator * part.denominator
        parts.append(ExactArray.of_integers(weight + tremble, part.denominator * count * rate.denominator))
    return Policy(tuple(parts))


@dataclass(frozen=True, eq=False)
class ExploredEvaluation:
    """The limits of the q-estimates for a policy that is held still.

    Attributes:
        policy: pi_i [S, A_i] for each player.
        played: pi-hat_i [S, A_i] for each player.
        values: V_i^theta [n, S], of pi_i against pi-hat_{-i}.
        q: Q_i^theta [S, A_i] for each player.
    """

    policy: list[Array]
    played: list[Array]
    values: Array
    q: tuple[Array, ...]

    def advantage(self, player: int) -> Array:
        """Q_i^theta - V_i^theta, [S, A_i]."""
        advantage: Array = self.q[player] - self.values[player][:, None]
        return advantage


def evaluate_explored(arrays: GameArrays, policy: list[Array], rates: Sequence[Fraction]) -> ExploredEvaluation:
    """Q_i^theta(., .; pi) of every player: one linear solve each, in the arithmetic of `arrays`.

    Args:
        arrays: the game.
        policy: pi_i [S, A_i] for each player, in the same arithmetic.
        rates: theta_j for each player; all 0 gives Q_i(., .; pi).

    >>> from mpgcert.arithmetic import EXACT
    >>> game = MarkovGame.of(rewards=[[[[10, 0], [9, 5]]]] * 2)
    >>> pure = Policy.deterministic(game, [[0], [0]]).lift(EXACT)
    >>> evaluate_explored(GameArrays.of(game, EXACT), pure, exploration_rates(game, "1/2")).q[0].tolist()
    [[15/2, 8]]
    """
    arithmetic = arrays.arithmetic
    played = explored_policy(arithmetic, policy, rates)
    values, estimates = [], []
    with arithmetic.context():
        for player, own in enumerate(policy):
            reward = average_over_others(arrays.rewards[player], played, player)
            kernel = arrays.transition.of_player(played, player)
            moved: Array = np.matmul(own[:, None, :], kernel)[:, 0]
            value = arithmetic.solve(arrays.identity() - moved * arrays.discount, (own * reward).sum(axis=1))
            expected = product(kernel.reshape(-1, arrays.n_states), value).reshape(reward.shape)
            values.append(value)
            estimates.append(reward + expected * arrays.discount)
    return ExploredEvaluation(policy, played, np.stack(values), tuple(estimates))


def trembled_game(game: MarkovGame, rates: Sequence[Fraction], player: int) -> MarkovGame:
    """The game whose Q_i(., .; pi) of this player is Q_i^theta(., .; pi): the opponents tremble inside the data.

    The rewards of the other players are trembled in the same axes; they mean nothing.
    """
    kernel = _trembled(game.dense_kernel(), 1, rates, player)
    rewards = _trembled(game.rewards, 2, rates, player)
    return MarkovGame(game.name, game.discount, game.initial, kernel, rewards, game.states, game.players, game.actions)


def _trembled(data: ExactArray, first_axis: int, rates: Sequence[Fraction], player: int) -> ExactArray:
    """Mix each opponent's axis with its mean: (1 - theta) x + theta mean(x), over the denominator of all."""
    numerator, denominator = data.numerator.astype(object), data.denominator
    for other, rate in enumerate(rates):
        if other != player and rate:
            axis = first_axis + other
            count = numerator.shape[axis]
            total = numerator.sum(axis=axis, keepdims=True)
            numerator = numerator * (count * (rate.denominator - rate.numerator)) + total * rate.numerator
            denominator *= count * rate.denominator
    return ExactArray.of_integers(numerator, denominator)
