"""Proven bounds on the rounding errors of a run.

**Setting.**  An iterate is given by its doubles p_i(a_i | s).  They are data: the exact policy pi that the bounds
speak of has the rows of p, divided by their exact sums.  The oracles (`mpgcert.learn.oracle`) compute from p, and
from the game's numbers rounded to doubles, values v of a stage reward r and best-reply values w.  Compared are the
exact V, J, Phi and NE-gap of the exact game at pi.

**Notation.**  u = 2^-53, g_k = k u / (1 - k u).  Rules used throughout (Higham, Accuracy and Stability of Numerical
Algorithms, section 3): a product of k factors (1 + d)^(+-1) with |d| <= u is 1 + t with |t| <= g_k; and
g_j + g_k + g_j g_k <= g_(j+k).  A sum of products in any order, fused or not, perturbs each of its terms by as many
such factors as the operations that this term passes through.  R bounds |r|, s = 1 / (1 - gamma), all norms are
maximum norms.

**1. Input.**  Rewards, kernel, discount and rho are correctly rounded: one factor each.  A row of p is a quotient of
doubles by their computed sum, so its exact sum is 1 up to g_(A_i + 2), hence p_i = pi_i (1 + t), |t| <= g_(A_i + 2).
(A start given exactly is rounded entry by entry: one factor.)

**2. One Bellman step, computed.**  For any vector v of doubles consider, entry by entry, the computed
    e = fl(v - r_pi - gamma P_pi v)      and, for player i,      fl(rbar_i + gamma Pbar_i v),  Qbar_i.
Each term r(s,a) prod_j pi_j(a_j | s) and gamma P(s'|s,a) v(s') prod_j pi_j(a_j | s) of the exact expression appears
in the computed one with a relative perturbation.  Factors it meets: sum_j (A_j + 2) from the policies; D from averaging
over the others, where D is `averaging_depth`, or sum_j A_j when the averages are taken player by player (whichever is
larger); max_j A_j from averaging over the own actions; S from the sum over s'; and at most 8 from the rounding of r,
P, gamma, the products with them, adding the reward and subtracting v.  Large sparse games are averaged joint action
by joint action: n products and one of N terms in the place of D.  With
    k = D + sum_j (A_j + 2) + max_j A_j + S + 12     and     g = g_k
the error is at most g (R + gamma |v| + |v|) <= g (R + 2 L), L >= |v|, since the exact probabilities sum to 1.

**3. Values.**  The exact defect e = v - r_pi - gamma P_pi v has |e| <= h + g (R + 2 L), h the computed residual max |e|
(max and abs do not round).  V - v = -(I - gamma P_pi)^-1 e, and that inverse has norm s, so
    |V - v| <= s (h + g (R + 2 L) + o) =: E(h).
Since |V| <= s R, L = s R + E(h) will do; solving for E gives
    E(h) = (h + g R (1 + 2 s) + o) / (1 - gamma - 2 g),      used when g <= (1 - gamma) / 8, infinite otherwise.
How v was found (LU factors, pivots) does not matter.

For one state v = fl(rbar / (1 - gamma)) and h = 0 is used.  Then v (1 - gamma) = rhat (1 + t) with |t| <= g_3 and rhat
the computed mean reward, so |e| = |v (1 - gamma) - r_pi| <= g R by the count of step 2: the bound holds with h = 0.
The same goes for w = fl(max rbar_i / (1 - gamma)).

**4. Best replies.**  Let T be the Bellman operator of the player (with the maximum over own actions) and V* its fixed
point.  If T w >= w - q and T w <= w + q entrywise then |V* - w| <= s q, because T is monotone and a
gamma-contraction that moves by gamma q when its argument does.  The maximum of computed entries errs by no more than
the worst entry, so q <= h* + g (R + 2 |w|), h* the computed max |T w - w|, and |V* - w| <= E(h*) as in step 3.

**5. Returns and gaps.**  J = rho V is computed from doubles of rho by a sum of S products:
    error of J, Phi <= E(h) + g L;      error of NE-gap_i = rho (V* - V) <= E(h) + E(h*) + g (L + L*),
L = s R + E(h), L* = s R + E(h*); cutting a negative computed gap to 0 moves it towards the exact one.  The maximum over
players errs by no more than the worst player.
    error of Qbar_i <= g (R + 2 L) + gamma E(h).

**6. Underflow.**  A product whose result is below 2^-1022 has an absolute error of at most 2^-1074 besides.  Fewer
than 8 N S (n + 4) products (N joint actions) enter one entry, each multiplied afterwards by no more than
2 (1 + R + L).  With g <= (1 - gamma) / 8, step 3 gives L <= 3 s (R + h) + 2 s o; hence
    o = 2^-1000 N S (n + 4) (1 + s) (1 + s R + s h)
covers all of it.

**Compiled loops** (`mpgcert.kernels`).  They compute the same expressions, with products and sums fused and sums taken
in any order, which step 2 allows; so the bounds are those here.  What differs, and where it is counted:
* The rows of p are exp(..) times the rounded inverse of their computed sum: A_i - 1 additions, the inverse and the
  product are at most A_i + 1 factors, within the A_i + 2 of step 1.  (How exactly exp is computed does not matter.)
* Averages halve the players as `averages` does: forming the joint probabilities of a half, multiplying by them and
  adding up are the operations that `averaging_depth` counts.  Every mean is taken over the actions of one player last.
* For one state v = fl(rhat fl(1 / (1 - gamma))): correctly rounded inverse and product, two of the three factors of
  step 3.
* For one state and a phi with r_i - phi free of a_i for every player i, which is tested exactly, gaps and advantages
  are computed from phi in place of r_i.  The exact ones are equal, and R bounds phi as well, so the bounds hold.  (J_i
  is computed from r_i.)  The same goes for the ties of c, which depend on differences of Qbar_i alone; there gamma V_i
  is left out of Qbar_i, as the error of rbar_i is smaller than that of Qbar_i.
* For several states the system is eliminated without pivots; how v and w are found does not matter (steps 3 and 4), and
  their residuals are computed from the averaged tables as in step 2.

**7. Averages over iterates.**  Adding T doubles in turn and dividing perturbs each by g_T; with x the error of one gap:
    error of the mean of the gaps <= x + 2 g_(T+2) mean,
    error of the mean of their squares <= x (2 mean gap + x) + 2 g_(T+3) mean square.

**8. Visitation.**  The computed d has the defect e = d - (1 - gamma) rho - gamma P_pi' d.  Entry by entry its terms
meet the factors of step 2, the sum now being over the states before (each once, since the actions have been averaged
first), so |e|_1 <= h + g ((1 - gamma) + (1 + gamma) |d|_1), h the computed sum of |e|.  I - gamma P_pi' has an inverse
of 1-norm s, because P_pi' keeps the sum of non-negative vectors; hence, with |d|_1 <= 1 + E,
    |d - d_pi|_1 <= (h + 3 g + o') / (1 - gamma - 2 g) =: E,      o' = 2^-1000 N S^2 (n + 4) for underflow.

**9. Congestion games** (`mpgcert.learn.count_oracle`).  The averages come from distributions of loads.  A term is a
product of one entry for each player and a reward or a transition probability; each of the n steps of the recursions
costs at most 2 F further factors (an entry, the sum of the others, the sums over facilities), the sum in which forward
and backward part meet at most C (`summands`), the mean of the potential F (n + 1) + n.  So all of the above holds with
    k = n (F + 2) + 2 n F + max(C, F (n + 1) + n) + F + S + 20.

The bounds themselves are computed in doubles from positive numbers by a few dozen operations: the factor 1 + 2^-20 on
each result covers that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.games.counts import CountGame
from mpgcert.learn.averages import averaging_depth
from mpgcert.learn.trajectory import Trajectory

__all__ = ["RoundingBound", "TrajectoryErrors", "trajectory_errors"]

_UNIT = 2.0**-53
_UP = 1 + 2.0**-20


def _g(k: int) -> float:
    return k * _UNIT / (1 - k * _UNIT)


@dataclass(frozen=True)
class RoundingBound:
    """Bounds for one game, as functions of the residuals that an oracle reports (see the proof above).

    Attributes:
        relative: g, the largest relative perturbation of a term.
        reward_size: R, over the players' rewards and the potential.
        scale: s = 1 / (1 - gamma).
        underflow: o / (1 + s R + s h).
        concentration: relative error of a computed sum of probabilities, as in c of zhang2022.eq-7.
        flow_underflow: o' of the visitation.
    """

    relative: float
    reward_size: float
    scale: float
    underflow: float
    concentration: float
    flow_underflow: float

    @staticmethod
    def of(game: MarkovGame | CountGame, potential: ExactArray | None = None) -> RoundingBound:
        """The bound for this game, and for phi [S, A_1, ..., A_n] if given."""
        if isinstance(game, CountGame):
            return _of_counts(game)
        sizes, n_states = game.n_actions, game.n_states
        depth = max(averaging_depth(sizes), sum(sizes))
        if game.is_sparse:
            depth = max(depth, game.n_joint_actions + game.n_players)
        k = depth + sum(count + 2 for count in sizes) + max(sizes) + n_states + 12
        tables = [game.rewards] + ([] if potential is None else [potential])
        scale = float(1 / (1 - game.discount))
        return RoundingBound(
            relative=_g(k),
            reward_size=_UP * max(float(max(table.max(), -table.min())) for table in tables),
            scale=scale,
            underflow=2.0**-1000 * game.n_joint_actions * n_states * (game.n_players + 4) * (1 + scale),
            concentration=_UP * _g(2 * max(sizes) + 4),
            flow_underflow=2.0**-1000 * game.n_joint_actions * n_states**2 * (game.n_players + 4),
        )

    def values(self, residual: float) -> float:
        """E(h): error of the values of a policy, or of the best replies, with that residual."""
        g, s, size = self.relative, self.scale, self.reward_size
        if g * s > 0.125:
            return math.inf
        underflow = self.underflow * (1 + s * (size + residual))
        return _UP * (residual + g * size * (1 + 2 * s) + underflow) / (1 / s - 2 * g)

    def returns(self, residual: float) -> float:
        """Error of J_i, and of Phi."""
        error = self.values(residual)
        return _UP * (error + self.relative * self._size(error))

    def nash_gap(self, value_residual: float, reply_residual: float) -> float:
        """Error of NE-gap_i, and of NE-gap."""
        return _UP * (self.returns(value_residual) + self.returns(reply_residual))

    def averaged_q(self, residual: float) -> float:
        """Error of Qbar_i(s, a_i)."""
        error = self.values(residual)
        step = self.relative * (self.reward_size + 2 * self._size(error))
        return _UP * (step + error + self.underflow * (1 + self.scale * (self.reward_size + residual)))

    def visitation(self, residual: float) -> float:
        """Error of d in the 1-norm, when its residual in the 1-norm is that."""
        g, s = self.relative, self.scale
        if g * s > 0.125:
            return math.inf
        return _UP * (residual + 3 * g + self.flow_underflow) / (1 / s - 2 * g)

    def _size(self, error: float) -> float:
        return self.scale * self.reward_size + error


def _of_counts(game: CountGame) -> RoundingBound:
    from mpgcert.solvers.count_potential import known_potential
    from mpgcert.solvers.load_vectors import summands

    n, n_states, count = game.n_players, game.n_states, game.n_facilities
    met = summands(game)
    k = n * (count + 2) + 2 * n * count + max(met, count * (n + 1) + n) + count + n_states + 20
    size = max(game.rewards.max(), -game.rewards.min()) * game.weights.max()
    potential = known_potential(game)
    if potential is not None:
        size = max(size, potential.largest(game))
    scale = float(1 / (1 - game.discount))
    products = 2.0**-1000 * (met + n) ** 2 * n * count * n_states * (n + 4)
    return RoundingBound(
        relative=_g(k),
        reward_size=_UP * float(size),
        scale=scale,
        underflow=products * (1 + scale),
        concentration=_UP * _g(2 * count + 4),
        flow_underflow=products * n_states,
    )


@dataclass(frozen=True)
class TrajectoryErrors:
    """Proven absolute errors, each valid at every iterate of a run, recorded or not.

    Attributes:
        values, returns, nash_gap, potential, averaged_q: of one number.
        concentration: relative error of `c` and `c_lower`, as bounds of the exact c.
        mean_gap, mean_square_gap: of `Trajectory.mean_gap` and `mean_square_gap`, [K]; nan at t = 0.
    """

    values: float
    returns: float
    nash_gap: float
    potential: float
    averaged_q: float
    concentration: float
    mean_gap: NDArray[np.float64]
    mean_square_gap: NDArray[np.float64]


def trajectory_errors(
    game: MarkovGame | CountGame, trajectory: Trajectory, potential: ExactArray | None = None
) -> TrajectoryErrors:
    """Errors of the numbers in a trajectory that `mpgcert.learn.run` computed for this game.

    Args:
        potential: the phi that the run was given, if any.

    Raises:
        InvalidInput: the trajectory belongs to another game.
    """
    if trajectory.game != game.fingerprint:
        raise InvalidInput(f"of game {trajectory.game_name!r}", field="trajectory", expected=f"one of {game.name!r}")
    bound = RoundingBound.of(game, potential)
    h, h_reply = float(trajectory.value_residual[-1]), float(trajectory.reply_residual[-1])
    gap = bound.nash_gap(h, h_reply)
    terms = (trajectory.steps + 3) * _UNIT
    adding = 2 * terms / (1 - terms)
    mean, mean_square = trajectory.mean_gap, trajectory.mean_square_gap
    return TrajectoryErrors(
        values=bound.values(h),
        returns=bound.returns(h),
        nash_gap=gap,
        potential=bound.returns(h),
        averaged_q=bound.averaged_q(h),
        concentration=bound.concentration,
        mean_gap=_UP * (gap + adding * mean),
        mean_square_gap=_UP * (gap * (2 * (1 + adding) * mean + gap) + adding * mean_square),
    )
