"""Quantities of linear-quadratic games: the noise condition, bounds of gradients, runs (hambly2021)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.arithmetic.matrices import product
from mpgcert.arithmetic.spectral import squared_spectral_norm
from mpgcert.claims.claim import Setting
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities.lq import largest, least, norm, norms
from mpgcert.claims.quantities.lq_constants import left_side, right_side, step_limit
from mpgcert.claims.quantities.rule import Rule, kept, per, root
from mpgcert.solvers.lq.evaluation import LQEvaluation, evaluate_gains

__all__ = ["QUANTITIES"]

Array = NDArray[Any]

_LOUDER = 4
_RADIUS = Fraction(1, 2)  # of the smoothing in (4.1); every radius gives the same mean


def squares(values: Any) -> Any:
    """The sum of squared entries."""
    return (values * values).sum()


# ---------------------------------------------------------------- the noise condition (3.11)


def under_noise(at: LQLens, W: Array, sigma_0: Array) -> LQLens:
    """The same game, gains and step sizes with another noise covariance and initial second moment."""
    lens = LQLens(at.point, at.arithmetic)
    lens.arrays = replace(at.arrays, W=W, sigma_0=sigma_0)
    return lens


@kept
def louder(at: LQLens, start_too: bool) -> LQLens:
    """W, and with `start_too` also E[x_0 x_0'], multiplied by 4."""
    return under_noise(at, at.arrays.W * _LOUDER, at.arrays.sigma_0 * (_LOUDER if start_too else 1))


def rescaled_residual(at: LQLens, start_too: bool) -> Any:
    """How far C*, Sigma_{K*} and the losses at K are from 4 times what they were, squared."""
    other = louder(at, start_too)
    pairs = (
        (other.star.costs, at.star.costs),
        (other.star.total_covariance, at.star.total_covariance),
        (other.gaps, at.gaps),
    )
    return sum((squares(new - old * _LOUDER) for new, old in pairs), squares(other.nash.gains - at.nash.gains))


# ---------------------------------------------------------------- gradients (Lemma 3.20)


@kept
def gradient_squares(at: LQLens, player: int) -> list[Any]:
    """||2 E_{t,i} Sigma_t||^2 for t = 0, ..., T - 1."""
    return _squared_norms(at, at.evaluation, player)


def _squared_norms(at: LQLens, policy: LQEvaluation, player: int) -> list[Any]:
    rows = at.arrays.slices[player]
    return [squared_spectral_norm(at.arithmetic, gradient[rows]) for gradient in policy.gradients]


def squared_total(at: LQLens, values: list[Any]) -> Any:
    """The square of the sum of the roots, rational where there is one root only."""
    roots = [at.arithmetic.sqrt(value) for value in values] if len(values) > 1 else []
    cross = sum((x * y * 2 for n, x in enumerate(roots) for y in roots[:n]), at.number(0))
    return sum(values) + cross


def own_directions(at: LQLens, policy: LQEvaluation, player: int) -> Array:
    """E_{t,i} under a policy, [T, k_i, d]."""
    return policy.directions[:, at.arrays.slices[player]]


@kept
def direction_change(at: LQLens, player: int) -> Array:
    """E_{t,i}^K - E_{t,i}^{K^i, K^{-i*}}, [T, k_i, d]; nothing but zeros where there is nobody else."""
    directions = own_directions(at, at.evaluation, player)
    return directions - own_directions(at, at.mixed(player), player) if at.game.n_players > 1 else directions * 0


def gradient_trace(at: LQLens, k: Index) -> Any:
    """sum over t of Tr(Sigma_t E' E Sigma_t)."""
    directions = own_directions(at, at.evaluation, k.player)
    return sum(squares(product(E, sigma)) for E, sigma in zip(directions, at.evaluation.covariances))


@kept
def carried_on(at: LQLens) -> tuple[Any, Any]:
    """sum over t of ||G_t(Sigma_0)||, and sum over 1 <= s <= t < T of ||D_{t,s} W D_{t,s}'||."""
    start, noise = at.number(0), at.number(0)
    sources = [at.arrays.sigma_0, *[at.arrays.W] * (at.game.horizon - 1)]
    for s, source in enumerate(sources):
        for loop in at.evaluation.closed_loop[s:]:
            source = product(product(loop, source), loop.T)
            start, noise = (start + norm(at, source), noise) if s == 0 else (start, noise + norm(at, source))
    return start, noise


# ---------------------------------------------------------------- the estimator of (4.1)


def smoothed_residual(at: LQLens, k: Index, dimensions: int) -> Any:
    """The squared distance from the gradient to the mean of (D / r^2) C^i(K + U) U with `dimensions` for D.

    C^i is quadratic in one K_t^i, so the integrand is a polynomial of degree 3 in U; the 2 k_i d points +-r e on the
    sphere have the sphere's moments up to order 3, and so the same mean: no sampling is needed.
    """
    rows, radius = at.arrays.slices[k.player], at.number(_RADIUS)
    error = at.evaluation.gradients[k.time, rows].copy()
    for place in np.ndindex(error.shape):
        ends = []
        for shift in (radius, -radius):
            gains = at.gains.copy()
            gains[(k.time, rows.start + place[0], place[1])] += shift
            ends.append(evaluate_gains(at.arrays, gains).costs[k.player])
        error[place] = error[place] - (ends[0] - ends[1]) * dimensions / (radius * (2 * error.size))
    return squares(error)


def entries(at: LQLens, player: int) -> int:
    """D_i = k_i d."""
    return at.game.control_dimensions[player] * at.game.dimension


# ---------------------------------------------------------------- steps and runs


def weighted(at: LQLens, gaps: Array) -> Any:
    """The losses divided by the step sizes, summed."""
    return sum(gap / size for gap, size in zip(gaps, at.step_sizes))


@kept
def changed_noise(at: LQLens) -> LQLens:
    """2 W + I for W and 3 Sigma_0 + I for E[x_0 x_0']."""
    identity = at.arithmetic.array(ExactArray.of_integers(np.eye(at.game.dimension, dtype=np.int64)))
    return under_noise(at, at.arrays.W * 2 + identity, at.arrays.sigma_0 * 3 + identity)


def noise_residual(at: LQLens, natural: bool) -> Any:
    """The squared change of the next gains of (3.5), or of the plain gradient step, under another noise.

    The natural step is taken as (3.5) prints it, with the covariances of the other noise and their inverses.
    """
    other, total = changed_noise(at).evaluation, at.number(0)
    for own, size in zip(at.arrays.slices, at.step_sizes):
        for t in at.times:
            if natural:
                gradient, sigma = other.gradients[t, own], other.covariances[t]
                moved = at.gains[t, own] - at.arithmetic.solve(sigma, gradient.T).T * size
                total = total + squares(moved - at.other_gains[t, own])
            else:
                total = total + squares((other.gradients[t, own] - at.evaluation.gradients[t, own]) * size)
    return total


def later_radius(at: LQLens) -> Any:
    """The largest closed-loop norm of K^(m) and of (K^{i,(m)}, K^{-i*}), m = 1, ..., M."""
    policies = []
    for iterate in at.iterates[1:]:
        policies += [iterate, *[at.replaced(at.nash.gains, i, iterate.gains) for i in at.players]]
    return largest(at, [value for policy in policies for value in norms(at, policy.closed_loop)])


def later_limit(at: LQLens) -> Any:
    return least(at, [step_limit(at, policy, gaps) for policy, gaps in zip(at.iterates, at.run_gaps)])


def run_gradient_total(at: LQLens) -> Any:
    totals = [squared_total(at, _squared_norms(at, policy, i)) for policy in at.iterates for i in at.players]
    return at.arithmetic.sqrt(largest(at, totals))


def run_ratio(at: LQLens) -> Any:
    sums = [gaps.sum() for gaps in at.run_gaps]
    return largest(at, [after / before for before, after in pairwise(sums)])


_GAME: dict[str, Rule] = {
    "initial_moment": per()(lambda at, _: np.trace(at.arrays.sigma_0)),
    "nash_cost_sum": per()(lambda at, _: at.star.costs.sum()),
    "star_total": per()(lambda at, _: sum(x for own in at.arrays.slices for x in norms(at, at.nash.gains[:, own]))),
}
_POLICY: dict[str, Rule] = {
    "rescaled_residual": per()(lambda at, _: rescaled_residual(at, True)),
    "rescaled_W_residual": per()(lambda at, _: rescaled_residual(at, False)),
    "louder_left": per()(lambda at, _: left_side(louder(at, True))),
    "louder_right": per()(lambda at, _: right_side(louder(at, True))),
    "louder_W_left": per()(lambda at, _: left_side(louder(at, False))),
    "psi_by_costs": per()(lambda at, _: largest(at, at.mixed_costs - at.star.costs)),
    "gradient_norm_total_i": root("player")(lambda at, k: squared_total(at, gradient_squares(at, k.player))),
    "gradient_squares_i": per("player")(lambda at, k: sum(gradient_squares(at, k.player))),
    "gradient_trace_i": per("player")(gradient_trace),
    "direction_trace_i": per("player")(lambda at, k: squares(own_directions(at, at.evaluation, k.player))),
    "mixed_direction_trace_i": per("player")(lambda at, k: squares(own_directions(at, at.mixed(k.player), k.player))),
    "direction_change_trace_i": per("player")(lambda at, k: squares(direction_change(at, k.player))),
    "direction_change_square_i": per("player")(
        lambda at, k: sum(squared_spectral_norm(at.arithmetic, E) for E in direction_change(at, k.player))
    ),
    "propagated_start": per()(lambda at, _: carried_on(at)[0]),
    "propagated_noise": per()(lambda at, _: carried_on(at)[1]),
    "smoothed_residual": per("player", "time")(lambda at, k: smoothed_residual(at, k, entries(at, k.player))),
    "smoothed_residual_undimensioned": per("player", "time")(lambda at, k: smoothed_residual(at, k, 1)),
}
_STEP: dict[str, Rule] = {
    "step_size_min": per()(lambda at, _: least(at, at.step_sizes)),
    "weighted_gap_sum": per()(lambda at, _: weighted(at, at.gaps)),
    "next_weighted_gap_sum": per()(lambda at, _: weighted(at, at.other_gaps)),
    "noise_residual": per()(lambda at, _: noise_residual(at, natural=True)),
    "plain_noise_residual": per()(lambda at, _: noise_residual(at, natural=False)),
}
_RUN: dict[str, Rule] = {
    "last_weighted_gap_sum": per()(lambda at, _: weighted(at, at.run_gaps[-1])),
    "later_gap_max": per()(lambda at, _: largest(at, [gap for gaps in at.run_gaps[1:] for gap in gaps])),
    "later_radius": per()(lambda at, _: later_radius(at)),
    "later_limit": per()(lambda at, _: later_limit(at)),
    "run_ratio": per()(lambda at, _: run_ratio(at)),
    "run_gradient_total": per()(lambda at, _: run_gradient_total(at)),
}
QUANTITIES = {
    Setting.LQ_GAME: _GAME,
    Setting.LQ_POLICY: _POLICY,
    Setting.LQ_STEP: _STEP,
    Setting.LQ_RUN: _RUN,
}
