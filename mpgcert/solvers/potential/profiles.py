"""The four corner systems of a 4-cycle over a prime field, updated row by row.

Only h = r_i - r_j matters, as the cycle's value is the mixed difference of V_h.  A corner's system
(I - gamma P_pi) V = h_pi has one row per state, which depends on the policies at that state alone; so a change of
one state's policies renews one row per corner, summed over the joint actions that have weight.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, PrimeField
from mpgcert.errors import SingularMatrix
from mpgcert.games import Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.potential.construct import transition_rows
from mpgcert.solvers.potential.cycles import FourCycle

__all__ = ["CornerSystems", "Draft", "Row"]

Array = NDArray[Any]
Row = tuple[int, ...]
"""Integer weights of one player's actions in one state; probabilities are proportional to them."""
_CORNERS = ((False, False), (False, True), (True, False), (True, True))


@dataclass(frozen=True)
class Draft:
    """A 4-cycle in the making.

    Attributes:
        players: (i, j).
        base: rows of all players, [n][S].
        deviations: rows of pi_i' and pi_j' in the states where they differ from the base.
    """

    players: tuple[int, int]
    base: tuple[tuple[Row, ...], ...]
    deviations: tuple[dict[int, Row], dict[int, Row]]

    def rows(self, state: int, corner: tuple[bool, bool]) -> list[Row]:
        """The players' rows in a state at a corner of the cycle."""
        rows = [part[state] for part in self.base]
        for player, deviates, changed in zip(self.players, corner, self.deviations):
            if deviates:
                rows[player] = changed.get(state, rows[player])
        return rows

    def cycle(self) -> FourCycle:
        """As exact policies; state and value are still to be filled in."""
        policy = Policy(tuple(_exact(part) for part in self.base))
        changed = [
            _exact([rows.get(s, row) for s, row in enumerate(self.base[k])])
            for k, rows in zip(self.players, self.deviations)
        ]
        return FourCycle(0, self.players, policy, (changed[0], changed[1]), Fraction(0))


def _exact(rows: Iterable[Row]) -> ExactArray:
    weights = [np.array(row, dtype=object) for row in rows]
    totals = [int(row.sum()) for row in weights]
    common = int(np.lcm.reduce(np.array(totals, dtype=object)))
    return ExactArray.of_integers(np.array([row * (common // t) for row, t in zip(weights, totals)]), common)


class CornerSystems:
    """Rows of the four systems of a draft; `changed` gives those of an edited draft."""

    def __init__(self, arrays: GameArrays, draft: Draft, previous: CornerSystems | None = None) -> None:
        i, j = draft.players
        self.arrays = arrays
        self.draft = draft
        if previous is None:
            self.stage: Array = (arrays.rewards[i] - arrays.rewards[j]).reshape(arrays.n_states, -1)
            self.combiners: dict[int, Callable[[Array], Array]] = {}
            self.system = np.empty((4, arrays.n_states, arrays.n_states), dtype=object)
            self.reward = np.empty((4, arrays.n_states), dtype=object)
            self._renew(range(arrays.n_states))
        else:
            self.stage, self.combiners = previous.stage, previous.combiners
            self.system, self.reward = previous.system.copy(), previous.reward.copy()

    def changed(self, draft: Draft, states: Iterable[int]) -> CornerSystems:
        """The systems of a draft that differs in the given states only."""
        systems = CornerSystems(self.arrays, draft, self)
        systems._renew(states)
        return systems

    def is_nonzero(self) -> bool:
        """Whether the cycle's value is surely not zero at some state (it is not zero modulo the prime)."""
        total = np.full(self.arrays.n_states, self.arrays.arithmetic.number(0), dtype=object)
        try:
            for k, (first, second) in enumerate(_CORNERS):
                value = self.arrays.arithmetic.solve(self.system[k], self.reward[k])
                total = total + value if first == second else total - value
        except SingularMatrix:
            return False
        return bool(total.any())

    def _renew(self, states: Iterable[int]) -> None:
        for s in states:
            done: dict[tuple[Row, ...], int] = {}
            for k, corner in enumerate(_CORNERS):
                rows = tuple(self.draft.rows(s, corner))
                if rows in done:
                    self.system[k, s], self.reward[k, s] = self.system[done[rows], s], self.reward[done[rows], s]
                else:
                    self.system[k, s], self.reward[k, s] = self._mean(s, rows)
                    done[rows] = k

    def _mean(self, state: int, rows: tuple[Row, ...]) -> tuple[Array, Any]:
        """Row s of I - gamma P_pi, and h_pi(s)."""
        weight = np.ones(1, dtype=object)
        for row in rows:
            weight = np.multiply.outer(weight, np.array(row, dtype=object)).ravel()
        field = self.arrays.arithmetic
        assert isinstance(field, PrimeField)
        if state not in self.combiners:
            joint = np.arange(len(weight))
            kernel = transition_rows(self.arrays.transition, np.array([state]), joint)[0]
            self.combiners[state] = field.combiner(np.concatenate([kernel, self.stage[state][:, None]], axis=1))
        scale = field.number(1) / field.number(int(weight.sum()))
        mean = self.combiners[state](weight)
        system = mean[:-1] * (-scale * self.arrays.discount)
        system[state] += 1
        return system, mean[-1] * scale
