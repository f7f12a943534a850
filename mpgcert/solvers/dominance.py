"""Iterated strict dominance over all policies: a proof that decentralized learning has one limit.

Everything is about the explored game of `mpgcert.solvers.explored` (theta = 0: the game itself).  Let B_j(s) be the
actions not yet removed, and B all policies pi with supp pi_j(s) in B_j(s).  Action b of player i in state s is removed
when another a of B_i(s) beats it by a positive margin, for all policies in B.  Two margins:

**Paired**: a lower bound of inf over pi in B of Q_i^theta(s, a; pi) - Q_i^theta(s, b; pi).  In the trembled game of
player i, with w = P(. | s, a, .) - P(. | s, b, .), this difference is the mean over a_{-i} ~ pi_{-i}(s) of
u_i(s, a, a_{-i}) - u_i(s, b, a_{-i}) + delta w . V_i^theta(., pi).  V_i^theta(s', .) lies in [L(s'), U(s')], the least
and largest value of the decision process whose actions are the remaining *joint* actions (both by exact policy
iteration: pi is a mixture of these, state by state).  For fixed v the mean over a_{-i} is at least its minimum over
remaining pure a_{-i}.  So the minimum over a_{-i} of the reward difference plus
delta sum_s' (w(s')+ L(s') - w(s')- U(s')) is a lower bound, an exact rational.

**Separate**: L_i(s, a) = min over a_{-i} of u_i(s, a, .) + delta P L, minus U_i(s, b) = max over a_{-i} of
u_i(s, b, .) + delta P U.  For the same B it is smaller, and the two estimates may have been formed against different
policies.

**What it proves, when one action is left everywhere** (call that policy pi*):

1. pi* is the only stationary point of the slow dynamics: where all players use maximisers of Q_i^theta only, no removed
   action is used, by induction over the rounds.  It is strict.  For theta = 0: by the one-step characterisation
   (maheshwari2023.lemma-3.6-c) pi* is the unique stationary Nash equilibrium from every state, and it is strict.
2. *By paired margins*: pi^t -> pi* and q_i^t -> Q_i^theta(., .; pi*) with probability 1, if
   q_i^t - Q_i^theta(., .; pi^t) -> 0, every state is visited infinitely often, and the sums of beta_i(n) diverge.
   (The first is what two-timescale theory gives for (4), whose fast dynamics are the contraction (*) of `explored`.)
   For suppose that the weights pi_j^t(s, b) of all actions removed in earlier rounds tend to 0.  Q_i^theta is uniformly
   continuous on the compact set of policies, so for large t a removal of this round has
   Q_i^theta(s, a; pi^t) - Q_i^theta(s, b; pi^t) >= margin / 2, hence q_i^t(s, a) > q_i^t(s, b).  From then on b is no
   maximiser, and (5a) multiplies pi_i^t(s, b) by 1 - beta_i(n) at each visit of s; the product of these factors is 0.
   Induction over the finitely many rounds.
3. *By separate margins* the same without any separation of timescales, if 0 < theta_i < 1, assumption 3.1 and clauses
   (i) and (ii) of assumption 3.2 hold.  Exploration then visits every (s, a_i) infinitely often.  Given the past,
   s^{t-1} and a_i^{t-1}, update (4a) averages (T q)(s, a_i) + noise into q_i(s, a_i), where T is the right-hand side of
   (*) at pi^{t-1} and the noise is a bounded martingale difference, whose averages with the weights alpha_i vanish by
   (i) and (ii).  Suppose that the weights of all actions removed earlier tend to 0, and limsup q_i <= U_i + D in all
   entries, D >= 0 (true for some D, since q is bounded).  T is monotone and moves constants by the factor delta, and
   U_i is the maximum over B of T U_i, so limsup T q_i <= U_i + delta D, and averages with vanishing steps of divergent
   sum inherit this: limsup q_i <= U_i + delta D, for all such D, hence limsup q_i <= U_i.  Likewise liminf q_i >= L_i.
   So L_i(s, a) > U_i(s, b) makes b no maximiser from some time on.  Continue as in 2.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import permutations
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
        margin: by which it is better, at least; positive.
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
        paired: which of the two margins was used.
        surviving: actions left, [n][S].
        eliminations: the certificate, in order.
    """

    rates: tuple[Fraction, ...]
    paired: bool
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


def iterated_dominance(
    game: MarkovGame, exploration: Any = 0, *, paired: bool = True, limit: int = ENTRY_LIMIT
) -> Dominance:
    """Remove strictly dominated actions of the explored game until nothing more can be removed.

    Args:
        game: any tabular game.
        exploration: theta, for all players or for each; 0 for the game itself.
        paired: compare two actions against the same policies; otherwise against any two in question.
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
        removed = [step for view in views for step in view.dominated(left, stage, paired)]
        if not removed:
            break
        for step in removed:
            left[step.player][step.state].remove(step.action)
        found.extend(removed)
    return Dominance(rates, paired, tuple(tuple(tuple(actions) for actions in states) for states in left), tuple(found))


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

    def dominated(self, left: list[list[list[int]]], stage: int, paired: bool) -> list[Elimination]:
        """Actions of this player that one of the remaining actions strictly dominates."""
        own = left[self.player]
        if all(len(actions) == 1 for actions in own):
            return []
        low, high = self._value_bounds(left)
        margin = self._paired_margin if paired else self._separate_margin
        found: list[Elimination] = []
        for state, actions in enumerate(own):
            joint = {action: self._joint(left, state, action) for action in actions}
            for worse, better in permutations(actions, 2):
                least = margin(state, joint[better], joint[worse], low, high)
                if least > 0 and not (found and (found[-1].state, found[-1].action) == (state, worse)):
                    found.append(Elimination(stage, self.player, state, worse, better, EXACT.enclosure(least)[0]))
        return found

    def _paired_margin(self, state: int, better: list[int], worse: list[int], low: Array, high: Array) -> Any:
        """Certified lower bound of Q(better) - Q(worse); joint actions match by the others' actions."""
        moved = self.kernel.rows[state, better] - self.kernel.rows[state, worse]
        future = (moved * np.where(moved > 0, low, high)).sum(axis=1)
        return (self.reward[state, better] - self.reward[state, worse] + future * self.kernel.discount).min()

    def _separate_margin(self, state: int, better: list[int], worse: list[int], low: Array, high: Array) -> Any:
        """Least Q(better) minus largest Q(worse)."""
        least = self.reward[state, better] + (self.kernel.rows[state, better] * low).sum(axis=1) * self.kernel.discount
        most = self.reward[state, worse] + (self.kernel.rows[state, worse] * high).sum(axis=1) * self.kernel.discount
        return least.min() - most.max()

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
