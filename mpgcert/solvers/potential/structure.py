"""Structural proof that phi is a potential: every r_i is phi plus terms that no averaged advantage sees.

r_i(s, a) = phi(s, a) + w_i(s) - gamma sum_s' P(s' | s, a) w_i(s') + u_i(s, a_-i), where u_i vanishes on the
states R_i that the player's actions can influence (see `influence`).  The shaping by w_i has value w_i under
every policy, hence no advantage; u_i has none by the argument in `influence`.  Identical interest is the case
w = 0, u = 0.

w_i is unique on R_i: R_i is closed under transitions and u_i = 0 there, so one joint action in every state of
R_i determines it.  Outside R_i it may be chosen as 0, u_i taking up the rest.  So the proof is found by one
linear solve per player, or does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.potential.construct import transition_rows
from mpgcert.solvers.potential.influence import reach

__all__ = ["StructuralProof", "has_structure", "prove_structure", "unexplained"]

Array = NDArray[Any]


@dataclass(frozen=True)
class StructuralProof:
    """Exact w [n, S] such that r_i - phi - (w_i - gamma P w_i) is 0 on R_i and free of a_i elsewhere."""

    shaping: ExactArray

    @property
    def kind(self) -> str:
        return "structural proof"

    def verify(self, game: MarkovGame, potential: ExactArray) -> bool:
        """Check the proof for a potential [S, A_1, ..., A_n], exactly and from scratch."""
        arrays, influenced = GameArrays.of(game, EXACT), reach(game)
        phi, shaping = EXACT.array(potential), EXACT.array(self.shaping)
        return all(not unexplained(arrays, phi, i, shaping[i], influenced[i]).any() for i in range(game.n_players))

    def __str__(self) -> str:
        if not self.shaping.numerator.any():
            return "each reward is the potential plus a term that the player's own actions do not influence"
        return "each reward is the potential plus shaping w(s) - discount E[w(s')] and terms without own influence"


def unexplained(arrays: GameArrays, phi: Array, player: int, w: Array, influenced: NDArray[np.bool_]) -> Array:
    """What remains of r_i - phi after shaping by w [S] and, outside R_i, a term without a_i; [S, A_1, ..., A_n]."""
    own = w.reshape(-1, *(1,) * len(arrays.n_actions))
    residual = arrays.rewards[player] - phi - own + arrays.transition.expected(w) * arrays.discount
    free = ~influenced
    residual[free] -= np.take(residual[free], [0], axis=player + 1)
    return residual


def _shaping_of(arrays: GameArrays, phi: Array, player: int, influenced: NDArray[np.bool_]) -> Array:
    """The only possible w_i on R_i, and 0 elsewhere, [S]."""
    arithmetic = arrays.arithmetic
    w = np.full(arrays.n_states, arithmetic.number(0), dtype=phi.dtype)
    inside = np.flatnonzero(influenced)
    if inside.size:
        first: Any = (inside, *(0,) * len(arrays.n_actions))
        rows = transition_rows(arrays.transition, inside, np.array([0]))[:, 0][:, inside]
        system = arrays.identity()[np.ix_(inside, inside)] - rows * arrays.discount
        w[inside] = arithmetic.solve(system, arrays.rewards[player][first] - phi[first])
    return w


def has_structure(arrays: GameArrays, phi: Array, influenced: NDArray[np.bool_]) -> bool:
    """Whether the structural proof exists in this arithmetic."""
    return all(
        not unexplained(arrays, phi, i, _shaping_of(arrays, phi, i, influenced[i]), influenced[i]).any()
        for i in range(arrays.n_players)
    )


def prove_structure(game: MarkovGame, potential: ExactArray, influenced: NDArray[np.bool_]) -> StructuralProof | None:
    """The structural proof for phi [S, A_1, ..., A_n], verified exactly everywhere, or None."""
    arrays = GameArrays.of(game, EXACT)
    phi = EXACT.array(potential)
    shaping = []
    for i in range(game.n_players):
        w = _shaping_of(arrays, phi, i, influenced[i])
        if unexplained(arrays, phi, i, w, influenced[i]).any():
            return None
        shaping.append([EXACT.enclosure(value)[0] for value in w])
    return StructuralProof(ExactArray.of_fractions(np.array(shaping, dtype=object)))
