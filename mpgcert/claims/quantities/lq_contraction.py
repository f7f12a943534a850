"""Quantities of one step of Algorithm 1 (hambly2021.lemma-3.18): what player i's step does if the others play K^{-i*}.

With E^K and E the directions of player i at K and at (K^i, K^{-i*}), the shift is E^K - E; the curvature at time t is
R_t^i + B_t^i' P_{t+1,i} B_t^i with P at (K^i, K^{-i*}); the traces weigh with the covariances of (K'^i, K^{-i*}).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import operator_norm_of_difference
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import largest, least_singular, norm, norms, others, player_distance
from mpgcert.claims.quantities.lq_perturbation import vanishes
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


@kept
def _stages(at: LQLens, player: int) -> list[_Stage]:
    rows = at.arrays.slices[player]
    return [
        _Stage(
            covariance=at.other_mixed(player).covariances[t],
            hessian=_hessian(at, player, t),
            direction=at.mixed(player).directions[t, rows],
            shift=at.evaluation.directions[t, rows] - at.mixed(player).directions[t, rows],
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


def _gradient_and_change(at: LQLens, k: Index) -> tuple[Any, Any]:
    """The gradient 2 E_{t,i} Sigma_t at K, and (K'_t^i - K_t^i) Sigma_t."""
    rows = at.arrays.slices[k.player]
    change = at.other_gains[k.time, rows] - at.gains[k.time, rows]
    return at.evaluation.gradients[k.time, rows], product(change, at.evaluation.covariances[k.time])


def _step_along_gradient(at: LQLens, k: Index) -> Any:
    gradient, change = _gradient_and_change(at, k)
    return (gradient * change).sum()


@kept
def _loop_changes(at: LQLens, player: int) -> list[Any]:
    """B_t^i (K'_t^i - K_t^i), by which the closed loop of (K'^i, K^{-i*}) is less than that of (K^i, K^{-i*})."""
    return [product(B, stage.change) for B, stage in zip(at.arrays.of_player(player), _stages(at, player))]


def _congruence_change(at: LQLens, k: Index) -> Any:
    """sum over t of the norm of X -> L_t X L_t' - L'_t X L'_t, for the closed loops L before and L' after the step."""
    total = at.number(0)
    for loop, less in zip(at.mixed(k.player).closed_loop, _loop_changes(at, k.player)):
        if not vanishes(at, less):
            total = total + operator_norm_of_difference(at.arithmetic, loop, loop - less)
    return total


def _covariance_change(at: LQLens, k: Index) -> Any:
    """The norm of the summed covariance before the step minus that after it, without cancellation.

    With L and L - D the closed loops and S' the covariance after the step, the difference X follows
    X <- L X L' + D S' L' + (L - D) S' D'.
    """
    change = total = at.arrays.sigma_0 * at.number(0)
    after = at.other_mixed(k.player)
    for loop, less, covariance in zip(at.mixed(k.player).closed_loop, _loop_changes(at, k.player), after.covariances):
        moved = product(covariance, less.T)
        change = product(product(loop, change), loop.T) + product(loop, moved).T + product(loop - less, moved)
        total = total + change
    return norm(at, total)


def _run_coupling(at: LQLens, _: Index) -> Any:
    """The largest max_i C^i(K^{i,(m)}, K^{-i*})^4 (1 + rho^2 + ... + rho^{2(T-1)})^2 along a run, rho = rho_{K^(m)}."""
    return largest(at, [_coupling(at, iterate.gains, gaps) for iterate, gaps in zip(at.iterates, at.run_gaps)])


def _coupling(at: LQLens, gains: Any, gaps: Any) -> Any:
    costs = [at.replaced(at.nash.gains, i, gains).costs[i] for i in at.players]
    rho = _radius(at, largest(at, gaps))
    total = at.number(1)
    for _ in range(at.game.horizon - 1):
        total = rho * rho * total + 1
    return square(square(largest(at, costs)) * total)


def _radius(at: LQLens, gap: Any) -> Any:
    """rho_K of hambly2021.eq-3.37 for a policy whose largest gap is given."""
    arrays, T = at.arrays, at.game.horizon
    star = largest(at, [*norms(at, at.star.closed_loop), at.number(1 + at.point.delta)])
    controls = largest(at, [norm(at, B[:, own]) for B in arrays.B for own in arrays.slices])
    noise = least_singular(at, [arrays.sigma_0, arrays.W])
    efforts = least_singular(at, [R for part in arrays.R for R in part])
    reach = at.arithmetic.sqrt(gap * T / (noise * efforts)) * controls * at.game.n_players
    return star + reach + at.number(Fraction(1, 20 * T * T))


_POLICY: dict[str, Rule] = {
    "gradient_largest_i": per("player")(
        lambda at, k: largest(at, norms(at, at.evaluation.gradients[:, at.arrays.slices[k.player]]))
    ),
    "mixed_covariance_i": per("player")(lambda at, k: norm(at, at.mixed(k.player).total_covariance)),
    "mixed_hessian_i": per("player", "time")(lambda at, k: norm(at, _hessian(at, k.player, k.time))),
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
    "mixed_covariance_change_i": per("player")(_covariance_change),
    "mixed_congruence_change_i": per("player")(_congruence_change),
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
