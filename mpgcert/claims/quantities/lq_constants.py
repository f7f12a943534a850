"""The constants of hambly2021 worked out from the matrices, apart from the formulas that statements are made of."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.quantities.lq import largest, least, least_singular, norm, norms
from mpgcert.claims.quantities.rule import kept
from mpgcert.solvers.lq.evaluation import LQEvaluation

__all__ = ["constants", "left_side", "powers", "radius", "right_side", "step_limit"]


@dataclass(frozen=True)
class Constants:
    """The numbers of (3.1)-(3.3) and (3.9), from the matrices."""

    sigma_x: Any
    sigma_r: Any
    sigma_q: Any
    gamma_b: Any
    gamma_r: Any
    rho_star: Any


@kept
def constants(at: LQLens) -> Constants:
    """The numbers of (3.1)-(3.3) and (3.9) of a game."""
    arrays = at.arrays
    controls = [R for part in arrays.R for R in part]
    return Constants(
        sigma_x=least_singular(at, [arrays.sigma_0, arrays.W]),
        sigma_r=least_singular(at, controls),
        sigma_q=least_singular(at, [Q for part in arrays.Q for Q in part]),
        gamma_b=largest(at, [norm(at, B[:, own]) for B in arrays.B for own in arrays.slices]),
        gamma_r=largest(at, norms(at, controls)),
        rho_star=largest(at, [*norms(at, at.star.closed_loop), at.number(1 + at.point.delta)]),
    )


def radius(at: LQLens, gap: Any) -> Any:
    """rho* + N gamma_B sqrt(T gap / (sigma_X sigma_R)) + 1 / (20 T^2): (3.10) and (3.37)."""
    c, T = constants(at), at.game.horizon
    spread = at.arithmetic.sqrt(gap * T / (c.sigma_x * c.sigma_r))
    return c.rho_star + c.gamma_b * spread * at.game.n_players + at.number(Fraction(1, 20 * T * T))


def powers(at: LQLens, rho: Any, count: int) -> Any:
    """1 + rho^2 + ... + rho^{2 (count - 1)}, term by term."""
    return sum(accumulate([at.number(1), *[rho * rho] * (count - 1)], lambda x, y: x * y), at.number(0))


def left_side(at: LQLens) -> Any:
    """sigma_X^5 / ||Sigma_{K*}||."""
    sigma = constants(at).sigma_x
    return sigma * sigma * sigma * sigma * sigma / norm(at, at.star.total_covariance)


def right_side(at: LQLens) -> Any:
    """The right side of (3.11)."""
    c, T, N, d = constants(at), at.game.horizon, at.game.n_players, at.game.dimension
    psi = largest(at, at.gaps)
    coupling = c.gamma_b * (largest(at, at.star.costs) + psi)
    coupling = coupling * coupling / (c.sigma_q * c.sigma_r) * powers(at, radius(at, psi), T)
    return coupling * coupling * (20 * (N - 1) ** 2 * T * T * d)


def step_limit(at: LQLens, policy: LQEvaluation, gaps: Any) -> Any:
    """min(I_1, I_2, 1 / sigma_R) of (3.42) at a policy, with what its losses add to the equilibrium's costs."""
    c, T, d = constants(at), at.game.horizon, at.game.dimension
    total = sum(at.star.costs) + sum(gaps)
    rho, W = radius(at, largest(at, gaps)), norm(at, at.arrays.W)
    gradient = largest(at, [norm(at, g[own]) for g in policy.gradients for own in at.arrays.slices])
    first = rho * powers(at, rho, T) * (total + c.sigma_q * W * T) * c.gamma_b * gradient * (20 * T)
    unit = c.sigma_q * c.sigma_x * c.sigma_x
    first = unit / (first + unit + (c.gamma_r * c.sigma_x + c.gamma_b * c.gamma_b * total) * total * 4)
    longer = at.number(Fraction(10 * T, 10 * T - 1)) / c.sigma_q
    cost, best = longer * total, longer * least(at, at.star.costs)
    hessian = c.gamma_r + c.gamma_b * c.gamma_b * total / c.sigma_x
    braces = cost * hessian * max(at.game.control_dimensions) + cost * cost * hessian * hessian * (2 * d) / c.sigma_x
    second = best * best * d / (c.sigma_x * 80) / braces
    return least(at, [first, second, at.number(1) / c.sigma_r])
