"""Iterated strict dominance over all policies: a proof that decentralized learning has one limit.

Everything is about the explored game of `mpgcert.solvers.explored` (theta = 0: the game itself).  Let B_j(s) be the actions
not yet removed, and B all policies pi with supp pi_j(s) in B_j(s).  Action b of player i in state s is removed when
another a of B_i(s) has

    inf over pi in B of Q_i^theta(s, a; pi) - Q_i^theta(s, b; pi) >= margin > 0.

**The margin.**  In the trembled game of player i the expression is, with w = P(. | s, a, .) - P(. | s, b, .),
E[u_i(s, a, a_{-i}) - u_i(s, b, a_{-i}) + delta w . V_i^theta(., pi)] over a_{-i} ~ pi_{-i}(s).  V_i^theta(s', .) lies in [L(s'), U(s')],
the least and largest value of the decision process whose actions are the remaining *joint* actions (both by exact
policy iteration: pi is a mixture of these, state by state).  For v fixed the mean over a_{-i} is at least its minimum
over remaining pure a_{-i}; so the margin is the minimum over a_{-i} of the reward difference plus
delta sum_s' (w(s')+ L(s') - w(s')- U(s')), an exact rational.

**What it proves, when one action is left everywhere** (call that policy pi*):

1. pi* is the only stationary point of the slow dynamics: where all players use maximisers of Q_i^theta only, no removed
   action is used, by induction over the rounds.  It is strict.  For theta = 0: by the one-step characterisation
   (maheshwari2023.lemma-3.6-c) pi* is the unique stationary Nash equilibrium, and it is strict.
2. The dynamics converge to pi* with probability 1, whatever the noise, if only q_i^t - Q_i^theta(., .; pi^t) -> 0, every state is
   visited infinitely often, and the sums of beta_i(n) diverge.  Suppose that the weight pi_j^t(s, b) of all
   actions removed in earlier rounds tends to 0.  Q_i^theta is uniformly continuous on the compact set of policies, so for t large
   Q_i^theta(s, a; pi^t) - Q_i^theta(s, b; pi^t) >= margin / 2 for a removal of this round, and q_i^t(s, a) > q_i^t(s, b).  From then on b is
   no maximiser, (5a) multiplies pi_i^t(s, b) by 1 - beta_i(n) at each visit of s, and the product of these factors is 0 as
   the sum of beta_i diverges.  Induction over the finitely many rounds gives pi^t -> pi*, and q_i^t -> Q_i^theta(., .; pi*).
   (That q tracks Q^theta is what the two-timescale theorem gives for (4): the fast dynamics are the delta-contraction (*)
   of `explored`.  Even without it, q_i^t ends in the box of all Q_i^theta: see maheshwari2023.lemma-3.4.)
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import product as combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.explored import exploration_rates, trembled_game
from mpgcert.solvers.mdp import Kernel, solve_mdp

__all__ = ["Dominance", "Elimination", "iterated_dominance"]

Array = NDArray[Any]
Surviving = tuple[tuple[tuple[int, ...], ...], ...]
ENTRY_LIMIT = 2**16


@dataclass(frozen=True)
class Elimination:
    """An action that is worse than another one against everything that is left.

    Attributes:
        stage: round of elimination, from 1.
        player, state, action: what is removed.
        by: the action that is better.
        margin: lower bound of Q_i^theta(s, by; pi) - Q_i^theta(s, action; pi) over the policies left; positive.
    """

    stage: int
    player: int
    state: int
    action: int
    by: int
    margin: Fraction


@dataclass(frozen=True)
class Dominance:
    """The outcome of iterated strict dominance in the explored game.

    Attributes:
        rates: theta.
        surviving: actions left, [n][S].
        eliminations: the certificate, in order.
    """

    rates: tuple[Fraction, ...]
    surviving: Surviving
    eliminations: tuple[Elimination, ...]

    @property
    def is_solved(self) -> bool:
        """Whether each player has one action left in each state, so that the dynamics have one limit."""
        return all(len(actions) == 1 for states in self.surviving for actions in states)

    @property
    def rounds(self) -> int:
        return self.eliminations[-1].stage if self.eliminations else 0

    @property
    def margin(self) -> Fraction | None:
        """The smallest margin used."""
        return min((step.margin for step in self.eliminations), default=None)

    def policy(self, game: MarkovGame) -> Policy | None:
        """The limit, if there is one action left everywhere."""
        if not self.is_solved:
            return None
        return Policy.deterministic(game, [[actions[0] for actions in states] for states in self.surviving])


def iterated_dominance(game: MarkovGame, exploration: Any = 0, limit: int = ENTRY_LIMIT) -> Dominance:
    """Remove strictly dominated actions of the explored game until nothing more can be removed.

    Args:
        game: any tabular game.
        exploration: theta, for all players or for each; 0 for the game itself.
        limit: largest number of transition probabilities, with one kernel per player.

    Raises:
        TooLarge: more than that.

    >>> game = MarkovGame.of(rewards=[[[[10, 0], [9, 5]]]] * 2)
    >>> [iterated_dominance(game, theta).surviving for theta in (0, "1/2")]
    [(((0,),), ((0,),)), (((1,),), ((0,),))]
    """
    rates = exploration_rates(game, exploration)
    entries = game.n_players * game.n_states**2 * game.n_joint_actions
    if entries > limit:
        raise TooLarge(f"{entries} transition probabilities to bound values with; the limit is {limit}")
    views = [_View.of(game, rates, player) for player in range(game.n_players)]
    left = [[list(range(count)) for _ in range(game.n_states)] for count in game.n_actions]
    found: list[Elimination] = []
    for stage in range(1, 1 + game.n_states * sum(game.n_actions)):
        removed = [step for view in views for step in view.dominated(left, stage)]
        if not removed:
            break
        for step in removed:
            left[step.player][step.state].remove(step.action)
        found.extend(removed)
    return Dominance(rates, tuple(tuple(tuple(actions) for actions in states) for states in left), tuple(found))


@dataclass(frozen=True, eq=False)
class _View:
    """What one player of the explored game faces: trembled rewards [S, A] and kernel [S, A, S], A joint actions."""

    player: int
    n_actions: tuple[int, ...]
    reward: Array
    kernel: Kernel

    @staticmethod
    def of(game: MarkovGame, rates: tuple[Fraction, ...], player: int) -> _View:
        trembled = trembled_game(game, rates, player)
        arrays = GameArrays.of(trembled, EXACT)
        kernel = Kernel.joint(arrays, GameArrays.of(trembled))
        return _View(player, game.n_actions, arrays.rewards[player].reshape(game.n_states, -1), kernel)

    def dominated(self, left: list[list[list[int]]], stage: int) -> list[Elimination]:
        """Actions of this player that one of the remaining actions strictly dominates."""
        own = left[self.player]
        if all(len(actions) == 1 for actions in own):
            return []
        low, high = self._value_bounds(left)
        found = []
        for state, actions in enumerate(own):
            others = [self._joint(left, state, action) for action in actions]
            for worse, action in enumerate(actions):
                for better, by in enumerate(actions):
                    margin = self._margin(state, others[better], others[worse], low, high) if by != action else 0
                    if margin > 0:
                        exact = EXACT.enclosure(margin)[0]
                        found.append(Elimination(stage, self.player, state, action, by, exact))
                        break
        return found

    def _margin(self, state: int, better: list[int], worse: list[int], low: Array, high: Array) -> Any:
        """The certified lower bound of Q(better) - Q(worse); joint actions match by the others' actions."""
        moved = self.kernel.rows[state, better] - self.kernel.rows[state, worse]
        future = (moved * np.where(moved > 0, low, high)).sum(axis=1)
        return (self.reward[state, better] - self.reward[state, worse] + future * self.kernel.discount).min()

    def _joint(self, left: list[list[list[int]]], state: int, action: int | None = None) -> list[int]:
        """Remaining joint actions in a state, in C order; all with this own action, if given."""
        axes = [part[state] for part in left]
        if action is not None:
            axes[self.player] = [action]
        return [int(np.ravel_multi_index(joint, self.n_actions)) for joint in combinations(*axes)]

    def _value_bounds(self, left: list[list[list[int]]]) -> tuple[Array, Array]:
        """Least and largest V_i^theta [S] over the remaining joint actions."""
        allowed = [self._joint(left, state) for state in range(len(self.reward))]
        width = max(map(len, allowed))
        chosen = np.array([joint + joint[:1] * (width - len(joint)) for joint in allowed])
        states = np.arange(len(chosen))[:, None]
        kernel = Kernel.of(EXACT, self.kernel.rows[states, chosen], self.kernel.discount)
        reward = self.reward[states, chosen]
        return solve_mdp(kernel, reward, minimise=True).values, solve_mdp(kernel, reward).values
