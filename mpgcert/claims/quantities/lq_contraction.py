"""Quantities of one step of Algorithm 1 (hambly2021.lemma-3.18): what player i's step does when the others play K^{-i*}.

With E^K and E the directions of player i at K and at (K^i, K^{-i*}), the shift is E^K - E; the curvature at time t is
R_t^i + B_t^i' P_{t+1,i} B_t^i with P at (K^i, K^{-i*}); the traces weigh with the covariances of (K'^i, K^{-i*}).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import operator_norm_of_difference, squared_spectral_norm
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import largest, norm, norms, others, player_distance
from mpgcert.claims.quantities.rule import Rule, kept, per, square

__all__ = ["QUANTITIES"]


@dataclass(frozen=True, eq=False)
class _Stage:
    """Matrices of player i at one time: Sigma_t of (K'^i, K^{-i*}), curvature, E, shift, and the change of the gain."""

    covariance: Any
    hessian: Any
    direction: Any
    shift: Any
    change: Any


def _hessian(at: LQLens, player: int, time: int) -> Any:
    """R_t^i + B_t^i' P_{t+1,i} B_t^i with P at (K^i, K^{-i*}), [k_i, k_i]."""
    B = at.arrays.of_player(player)[time]
    return at.arrays.R[player][time] + product(B.T, product(at.mixed(player).P[player, time + 1], B))


def _shift(at: LQLens, player: int, time: int) -> Any:
    """E_{t,i} at K minus E_{t,i} at (K^i, K^{-i*}), [k_i, d]."""
    rows = at.arrays.slices[player]
    return at.evaluation.directions[time, rows] - at.mixed(player).directions[time, rows]


@kept
def _stages(at: LQLens, player: int) -> list[_Stage]:
    rows = at.arrays.slices[player]
    return [
        _Stage(
            covariance=at.other_mixed(player).covariances[t],
            hessian=_hessian(at, player, t),
            direction=at.mixed(player).directions[t, rows],
            shift=_shift(at, player, t),
            change=at.other_gains[t, rows] - at.gains[t, rows],
        )
        for t in at.times
    ]


def _summed(part: Callable[[_Stage], Any]) -> Rule:
    """The sum over t = 0, ..., T - 1 of something about player i's step."""
    return per("player")(lambda at, k: sum(part(stage) for stage in _stages(at, k.player)))


def _trace(stage: _Stage, left: Any, right: Any) -> Any:
    """Tr(Sigma_t left' right)."""
    return (product(left, stage.covariance) * right).sum()


def _at_K(stage: _Stage) -> Any:
    """E_{t,i} at K."""
    return stage.shift + stage.direction


def _squares(matrix: Any) -> Any:
    return (matrix * matrix).sum()


@kept
def _gradient_norms(at: LQLens, player: int) -> list[Any]:
    return norms(at, at.evaluation.gradients[:, at.arrays.slices[player]])


def _gradient_and_change(at: LQLens, k: Index) -> tuple[Any, Any]:
    """The gradient 2 E_{t,i} Sigma_t at K, and (K'_t^i - K_t^i) Sigma_t."""
    rows = at.arrays.slices[k.player]
    change = at.other_gains[k.time, rows] - at.gains[k.time, rows]
    return at.evaluation.gradients[k.time, rows], product(change, at.evaluation.covariances[k.time])


def _step_along_gradient(at: LQLens, k: Index) -> Any:
    gradient, change = _gradient_and_change(at, k)
    return (gradient * change).sum()


def _operator_change(at: LQLens, k: Index) -> Any:
    """sum over t of the norm of X -> L_t X L_t' - L'_t X L'_t for the closed loops L and L' before and after the step."""
    before, after = at.mixed(k.player).closed_loop, at.other_mixed(k.player).closed_loop
    return sum(operator_norm_of_difference(at.arithmetic, Y, Z) for Y, Z in zip(before, after))


def _run_coupling(at: LQLens, _: Index) -> Any:
    """The largest max_i C^i(K^{i,(m)}, K^{-i*})^4 (1 + rho^2 + ... + rho^{2(T-1)})^2 along a run, rho of hambly2021.eq-3.37."""
    return largest(at, [_coupling(at, iterate.gains, gaps) for iterate, gaps in zip(at.iterates, at.run_gaps)])


def _coupling(at: LQLens, gains: Any, gaps: Any) -> Any:
    costs = [at.replaced(at.nash.gains, i, gains).costs[i] for i in at.players]
    one, T = at.number(1), at.number(at.game.horizon)
    rho = _star_radius(at) + at.number(at.game.n_players) * _reach(at) * at.arithmetic.sqrt(T * largest(at, gaps))
    rho = rho + one / (at.number(20) * T * T)
    total = one
    for _ in range(at.game.horizon - 1):
        total = one + rho * rho * total
    return square(square(largest(at, costs)) * total)


def _star_radius(at: LQLens) -> Any:
    """rho* of hambly2021.eq-3.9."""
    return largest(at, [*norms(at, at.star.closed_loop), at.number(1 + at.point.delta)])


def _reach(at: LQLens) -> Any:
    """gamma_B / sqrt(sigma_X sigma_R), through norms of inverses."""
    identity, arrays = at.arithmetic, at.arrays
    inverse_noise = [norm(at, _inverse(at, matrix)) for matrix in (arrays.sigma_0, arrays.W)]
    inverse_costs = [norm(at, _inverse(at, R)) for part in arrays.R for R in part]
    controls = [norm(at, B[:, own]) for B in arrays.B for own in arrays.slices]
    return largest(at, controls) * identity.sqrt(largest(at, inverse_noise) * largest(at, inverse_costs))


def _inverse(at: LQLens, matrix: Any) -> Any:
    import numpy as np

    size = len(matrix)
    identity = np.array([[at.number(int(r == c)) for c in range(size)] for r in range(size)])
    return at.arithmetic.solve(matrix, identity)


_POLICY: dict[str, Rule] = {
    "gradient_total_i": per("player")(lambda at, k: sum(_gradient_norms(at, k.player))),
    "gradient_largest_i": per("player")(lambda at, k: largest(at, _gradient_norms(at, k.player))),
    "mixed_covariance_i": per("player")(lambda at, k: norm(at, at.mixed(k.player).total_covariance)),
    "mixed_hessian_i": per("player", "time")(lambda at, k: norm(at, _hessian(at, k.player, k.time))),
    "mixed_direction_squares_i": per("player")(
        lambda at, k: _squares(at.mixed(k.player).directions[:, at.arrays.slices[k.player]])
    ),
    "direction_shift_squares_i": per("player")(
        lambda at, k: sum(squared_spectral_norm(at.arithmetic, _shift(at, k.player, t)) for t in at.times)
    ),
    "distance_others_squares": per("player")(
        lambda at, k: sum((square(sum(player_distance(at, j))) for j in others(at, k.player)), at.number(0))
    ),
}
_STEP: dict[str, Rule] = {
    "step_energy_i": per("player", "time")(lambda at, k: _squares(_gradient_and_change(at, k)[1])),
    "step_along_gradient_i": per("player", "time")(_step_along_gradient),
    "gradient_energy_i": per("player", "time")(lambda at, k: _squares(_gradient_and_change(at, k)[0])),
    "next_mixed_covariance_i": per("player")(lambda at, k: norm(at, at.other_mixed(k.player).total_covariance)),
    "next_stage_covariance_i": per("player", "time")(
        lambda at, k: norm(at, at.other_mixed(k.player).covariances[k.time])
    ),
    "mixed_covariance_change_i": per("player")(
        lambda at, k: norm(at, at.mixed(k.player).total_covariance - at.other_mixed(k.player).total_covariance)
    ),
    "mixed_operator_change_i": per("player")(_operator_change),
    "change_hessian_trace_i": _summed(lambda s: _trace(s, s.change, product(s.hessian, s.change))),
    "change_direction_trace_i": _summed(lambda s: _trace(s, s.change, s.direction)),
    "direction_hessian_trace_i": _summed(lambda s: _trace(s, _at_K(s), product(s.hessian, _at_K(s)))),
    "direction_direction_trace_i": _summed(lambda s: _trace(s, _at_K(s), s.direction)),
    "shift_hessian_trace_i": _summed(lambda s: _trace(s, s.shift, product(s.hessian, s.shift))),
    "cross_hessian_trace_i": _summed(lambda s: _trace(s, s.shift, product(s.hessian, s.direction))),
    "mixed_hessian_trace_i": _summed(lambda s: _trace(s, s.direction, product(s.hessian, s.direction))),
    "cross_trace_i": _summed(lambda s: _trace(s, s.shift, s.direction)),
    "mixed_trace_i": _summed(lambda s: _trace(s, s.direction, s.direction)),
    "shift_hessian_squares_i": _summed(lambda s: _squares(product(product(s.hessian, s.shift), s.covariance))),
    "shift_squares_i": _summed(lambda s: _squares(product(s.shift, s.covariance))),
}
_RUN: dict[str, Rule] = {
    "run_coupling": per()(_run_coupling),
}
QUANTITIES: dict[Setting, dict[str, Rule]] = {
    Setting.LQ_POLICY: _POLICY,
    Setting.LQ_STEP: _STEP,
    Setting.LQ_RUN: _RUN,
}
