"""How far a game is from the Markov potential games.

alpha = min over phi of the sup over policies of max over i, s, a_i of |Abar_{r_i, i} - Abar_{phi, i}|; 0 exactly for
potential games.  Two certified bounds and an estimate; the arguments are in `distance_bounds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame
from mpgcert.solvers.potential.cutting_planes import proposed_potential, worst_violation
from mpgcert.solvers.potential.cycles import FourCycle
from mpgcert.solvers.potential.distance_bounds import advantage_factors, certified_upper, cycle_lower_bound
from mpgcert.solvers.potential.exact_systems import rounded, to_exact_array
from mpgcert.solvers.potential.find import PotentialResult, find_potential
from mpgcert.solvers.potential.influence import reach
from mpgcert.solvers.potential.linear_programs import blocks, minimise, shaping_matrix
from mpgcert.solvers.potential.strong_cycles import strong_cycle

__all__ = ["PotentialDistance", "potential_distance"]

Array = NDArray[Any]

MAX_PROGRAM = 30_000
"""Largest n S A for which the linear program of the upper bound is solved (else phi is the rewards' midrange)."""
MAX_SEARCH = 2_000_000
"""Largest S A (S + n) for which policies and cycles are searched."""


@dataclass(frozen=True)
class PotentialDistance:
    """Bounds on alpha.

    Attributes:
        lower: certified lower bound.
        upper: certified upper bound, which `potential` attains or betters.
        estimate: largest violation found, over many policies, of the best phi found; in doubles, not certified.
        relaxation: value of the last linear program on finitely many policies, which estimates alpha from below;
            in doubles, not certified; None where it was not solved.
        potential: phi, exact [S, A_1, ..., A_n].
        cycle: the 4-cycle behind `lower`; None for a potential game.
    """

    lower: Fraction
    upper: Fraction
    estimate: float
    relaxation: float | None
    potential: ExactArray
    cycle: FourCycle | None


def potential_distance(game: MarkovGame, seed: int = 0, known: PotentialResult | None = None) -> PotentialDistance:
    """Bounds on the distance of a game from the Markov potential games.

    Args:
        game: the game, its numbers taken as exact.
        seed: of the searches; equal seeds give equal results.
        known: the answer of `find_potential`, if it is there already.
    """
    result = known or find_potential(game, seed)
    if result.cycle is None:
        assert result.potential is not None
        return PotentialDistance(Fraction(0), Fraction(0), 0.0, 0.0, result.potential, None)
    rng = np.random.default_rng(seed)
    searchable = game.n_states * game.n_joint_actions * (game.n_states + game.n_players) <= MAX_SEARCH
    cycle, lower = result.cycle, cycle_lower_bound(game, result.cycle)
    stronger = strong_cycle(game, rng) if searchable else None
    if stronger is not None and (bound := cycle_lower_bound(game, stronger)) > lower:
        cycle, lower = stronger, bound
    phi, upper = _best_upper(game)
    estimate, relaxation = float(upper), None
    if searchable:
        start = to_exact_array(phi).to_float()
        estimate = min(estimate, worst_violation(game, start, rng)[0])
        proposal = proposed_potential(game, start, rng)
        if proposal is not None:
            relaxation = proposal[1]
            estimate = min(estimate, worst_violation(game, proposal[0], rng)[0])
    return PotentialDistance(lower, upper, max(estimate, float(lower)), relaxation, to_exact_array(phi), cycle)


def _best_upper(game: MarkovGame) -> tuple[Array, Fraction]:
    """phi and the upper bound that it proves: of the linear program's proposal and of the rewards' midrange."""
    influenced, factors = reach(game), advantage_factors(game)
    numerator = game.rewards.numerator.astype(object)
    midrange = ExactArray.of_integers(numerator.max(axis=0) + numerator.min(axis=0), 2 * game.rewards.denominator)
    nothing = np.full((game.n_players, game.n_states), EXACT.number(0), dtype=object)
    candidates = [(EXACT.array(midrange), nothing)]
    if game.rewards.size <= MAX_PROGRAM:
        candidates += [(rounded(phi), rounded(w)) for phi, w in _explanation(game, influenced, factors)]
    bounds = [(phi, certified_upper(game, phi, w, influenced, factors)) for phi, w in candidates]
    return min(bounds, key=lambda bound: bound[1])


def _explanation(
    game: MarkovGame, influenced: NDArray[np.bool_], factors: list[Fraction]
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """phi [S, A_1, ..., A_n] and w [n, S] that minimise max_i factor_i |r_i - phi - (w_i - gamma P w_i) - u_i|."""
    from scipy.sparse import eye_array

    n, n_states = game.n_players, game.n_states
    count = n_states * game.n_joint_actions
    shaping = shaping_matrix(game)
    lines: list[list[Any]] = []
    for i in range(n):
        line: list[Any] = [eye_array(count)] + [None] * (2 * n)
        line[1 + i] = shaping
        line[1 + n + i] = _free_terms(game, i, ~influenced[i])
        lines.append(line)
    explained = blocks(lines)
    slack = -np.repeat([1 / float(f) for f in factors], count)[:, None]
    matrix = blocks([[-explained, slack], [explained, slack]])
    target = game.rewards.to_float().reshape(-1)
    solution = np.zeros(explained.shape[1])
    found = []
    for _ in range(2):  # the solver's tolerance is relative: the second time it explains what the first left over
        rest = target - explained @ solution
        scale = max(float(np.abs(rest).max()), 1e-300)
        right = np.concatenate([-rest, rest]) / scale
        cost = np.append(np.zeros(len(solution)), 1.0)
        change = minimise(cost, matrix, right)
        if change is None:
            break
        solution = solution + change[0][:-1] * scale
        phi, w = solution[:count], solution[count : count + n * n_states]
        found.append((phi.reshape(game.rewards.shape[1:]), w.reshape(n, n_states)))
    return found


def _free_terms(game: MarkovGame, player: int, free: NDArray[np.bool_]) -> Any:
    """The matrix [S A, terms] of u_i: one unknown for each free state and each a_-i."""
    from scipy.sparse import coo_array

    shape = (game.n_states, *game.n_actions)
    index = np.indices(shape)
    inside = free[index[0]].ravel()
    index[player + 1] = 0
    label = np.ravel_multi_index(tuple(index), shape).ravel()[inside]
    terms, column = np.unique(label, return_inverse=True)
    row = np.flatnonzero(inside)
    return coo_array((np.ones(len(row)), (row, column)), shape=(inside.size, max(len(terms), 1)))
