"""The best potential for finitely many policies, and the policies that are worst for a potential. In doubles.

For fixed policies alpha = min over phi of max |Abar_{r_i} - Abar_phi| is a linear program, as Abar_phi is linear in
phi.  Cutting planes: solve it, search the policies that violate the solution most, add them, repeat.  Nothing here
is certified: the policies are a sample, and the search may miss the worst.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mpgcert.games import MarkovGame
from mpgcert.solvers.potential.linear_programs import minimise
from mpgcert.solvers.potential.samples import Batch, advantage_maps, gap_advantages, pure_policies, row_moves

__all__ = ["proposed_potential", "worst_violation"]

Floats = NDArray[np.float64]

MAX_UNKNOWNS = 250
"""Largest S A for which the linear program is solved: each policy adds dense rows of this length."""
START, ROUNDS = 12, 12
SAMPLE, CLIMBS, STEPS = 64, 3, 12


def proposed_potential(game: MarkovGame, base: Floats, rng: np.random.Generator) -> tuple[Floats, float] | None:
    """phi [S, A_1, ..., A_n] and the last program's value; None if the game is too large or the solver fails.

    The unknown is phi - `base`: the better the base, the less the solver's tolerance matters.
    """
    size = game.n_states * game.n_joint_actions
    if size > MAX_UNKNOWNS:
        return None
    gaps = (game.rewards.to_float() - base).reshape(game.n_players, -1)
    start = pure_policies(game, START, rng)
    maps, targets = [], []
    scale = max(float(gap_advantages(game, start, base).max()), 1e-300)
    policies: list[Batch] = [[part[b : b + 1] for part in start] for b in range(START)]
    phi, value = base, 0.0
    for _ in range(ROUNDS):
        for policy in policies:
            for i, matrix in enumerate(advantage_maps(game, policy)):
                maps.append(matrix)
                targets.append(matrix @ gaps[i] / scale)
        left, right = np.concatenate(maps), np.concatenate(targets)
        slack = -np.ones((len(left), 1))
        cost = np.append(np.zeros(size), 1.0)
        solution = minimise(cost, np.block([[left, slack], [-left, slack]]), np.concatenate([right, -right]))
        if solution is None:
            return None
        phi, value = base + solution[0][:size].reshape(phi.shape) * scale, float(solution[0][size]) * scale
        violation, policies = worst_violation(game, phi, rng)
        if violation <= value * (1 + 1e-6):
            break
    return phi, value


def worst_violation(game: MarkovGame, phi: Floats, rng: np.random.Generator) -> tuple[float, list[Batch]]:
    """The largest |Abar_{r_i} - Abar_phi| found, and the policies at the tops of the climbs."""
    sample = pure_policies(game, SAMPLE, rng)
    found = gap_advantages(game, sample, phi)
    best, tops = 0.0, []
    for b in np.argsort(-found)[:CLIMBS]:
        top, height = [part[b : b + 1] for part in sample], float(found[b])
        for _ in range(STEPS):
            moved = row_moves(top, rng, SAMPLE)
            heights = gap_advantages(game, moved, phi)
            k = int(heights.argmax())
            if heights[k] > height:
                top, height = [part[k : k + 1] for part in moved], float(heights[k])
        tops.append(top)
        best = max(best, height)
    return best, tops
