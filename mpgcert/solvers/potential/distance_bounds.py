"""Certified bounds on alpha, the distance of a game from the Markov potential games.

alpha = min over phi of the sup over policies of max over i, s, a_i of |Abar_{g_i, i}^pi(s, a_i)|, g_i = r_i - phi.

**From below, by a 4-cycle.** Its value C is the sum, up to signs, of the changes of V_{g_i} along the two edges
where i moves and of V_{g_j} along the two where j moves (phi itself cancels).  Along an edge pi -> pi' of player
i, zhang2022.lemma-8 gives, from state s,
    |change| = |sum_t d'(t) sum_a (pi_i' - pi_i)(a | t) Abar^pi(t, a)| / (1 - gamma)
            <= alpha sum_t d'(t) min(1, |pi_i'(.|t) - pi_i(.|t)|_1) / (1 - gamma),
because sum_a pi_i(a|t) Abar^pi(t, a) = 0.  Here d' is the visitation of pi' from s; reading the edge backwards, that
of pi serves as well.  Call the smaller sum the edge's length (at most 1):
    alpha >= (1 - gamma) |C| / (sum of the four lengths) >= (1 - gamma) |C| / 4.

**From above, by an explanation.** Let r_i = phi + (w_i - gamma P w_i) + u_i + h_i, with u_i free of a_i and 0 on the
states R_i that player i influences (`influence`): only h_i has advantages.  If h_i lies in an interval of length
2 t_i, then V_h varies by at most 2 t_i / (1 - gamma tau), where tau <= 1 bounds the total variation distance
between any two rows of the kernel; and two actions of player i give rewards that differ by at most 2 t_i, and next
states whose distributions are at most tau_i apart in total variation.  Hence Qbar_h(s, .) varies by at most
    2 t_i (1 + gamma tau_i / (1 - gamma tau)),
and so does Abar_h, whose pi_i-mean is 0.  (With tau_i = tau = 1 this is 2 t_i / (1 - gamma); with one state 2 t_i.)
Where u_i may be anything, only the spread over a_i counts: h_i can be centred for each (s, a_-i) on its own.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays, joint_probabilities
from mpgcert.solvers.potential.cycles import FourCycle
from mpgcert.solvers.potential.exact_systems import fraction

__all__ = ["advantage_factors", "certified_upper", "cycle_lower_bound"]

Array = NDArray[Any]


def cycle_lower_bound(game: MarkovGame, cycle: FourCycle) -> Fraction:
    """(1 - gamma) |C| / (sum of edge lengths), at the state of the cycle; a lower bound on alpha."""
    arrays = GameArrays.of(game, EXACT)
    corners = [(False, False), (True, False), (True, True), (False, True)]
    profiles = [cycle.profile(*corner).lift(EXACT) for corner in corners]
    visited = [_visitation(arrays, policy, cycle.state) for policy in profiles]
    total = EXACT.number(0)
    for k, player in enumerate((*cycle.players, *cycle.players)):
        step = (k + 1) % 4
        moved = abs(profiles[step][player] - profiles[k][player]).sum(axis=1)
        weight = np.array([min(EXACT.number(1), x) for x in moved], dtype=object)
        total += min(visited[k] @ weight, visited[step] @ weight)
    return abs(cycle.value) * (1 - game.discount) / fraction(total)


def _visitation(arrays: GameArrays, policy: list[Array], state: int) -> Array:
    n_states = arrays.n_states
    joint = joint_probabilities(policy, n_states).reshape(n_states, *arrays.n_actions)
    system = arrays.identity() - arrays.transition.under(joint) * arrays.discount
    start = arrays.identity()[state] * (1 - arrays.discount)
    return EXACT.solve(system.T, start)


def advantage_factors(game: MarkovGame) -> list[Fraction]:
    """2 (1 + gamma tau_i / (1 - gamma tau)) for each player.

    tau_i is exact: the distance of two rows that differ in a_i only (mixtures over a_-i are no further apart).
    tau is 1 - sum_s' min over (s, a) of P(s' | s, a), which no distance of rows exceeds.
    """
    gamma = game.discount
    if gamma == 0 or game.n_states == 1:
        return [Fraction(2)] * game.n_players
    kernel = game.dense_kernel()
    rows = kernel.numerator if kernel.denominator < 2**60 else kernel.numerator.astype(object)
    common = sum(int(least) for least in rows.reshape(-1, game.n_states).min(axis=0))
    tau = 1 - Fraction(common, kernel.denominator)
    factors = []
    for i, count in enumerate(game.n_actions):
        by_action = np.moveaxis(rows, i + 1, 0)
        apart = max(
            (int(abs(by_action[a] - by_action[b]).sum(axis=-1).max()) for a in range(count) for b in range(a)),
            default=0,
        )
        factors.append(2 * (1 + gamma * Fraction(apart, 2 * kernel.denominator) / (1 - gamma * tau)))
    return factors


def certified_upper(
    game: MarkovGame, phi: Array, shaping: Array, influenced: NDArray[np.bool_], factors: list[Fraction]
) -> Fraction:
    """The upper bound on alpha that phi [S, A_1, ..., A_n] and w [n, S] prove, exactly.

    Args:
        phi, shaping: rational Scalars.
        influenced: R_i [n, S] of `influence.reach`.
        factors: of `advantage_factors`.
    """
    arrays = GameArrays.of(game, EXACT)
    bound = Fraction(0)
    for i, factor in enumerate(factors):
        own = shaping[i].reshape(-1, *(1,) * game.n_players)
        rest = arrays.rewards[i] - phi - own + arrays.transition.expected(shaping[i]) * arrays.discount
        spreads = [_spread(rest[influenced[i]].reshape(1, -1)), _spread(_by_own(rest[~influenced[i]], i))]
        bound = max(bound, factor * max(spreads) / 2)
    return bound


def _by_own(table: Array, player: int) -> Array:
    """[S, A_1, ..., A_n] with the player's own action as the last of two axes."""
    moved = np.moveaxis(table, player + 1, -1)
    return moved.reshape(-1, moved.shape[-1])


def _spread(rows: Array) -> Fraction:
    """Largest difference inside a row (0 without entries)."""
    if not rows.size:
        return Fraction(0)
    return fraction(max(max(row) - min(row) for row in rows.tolist()))
