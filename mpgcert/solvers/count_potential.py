"""Whether a congestion game is a Markov potential game, decided by its structure, and its exact potential.

**One state.**  Player i gets w_i c_k(load).  Let players i and j move from facilities k, l to k', l' while the others
put loads m on the facilities, and d_k(m) = c_k(m + 2) - c_k(m + 1).  The mixed second difference of i's reward is
w_i B, that of j's is w_j B with the same
    B = [k' = l'] d_k'(m_k') - [k' = l] d_k'(m_k') - [k = l'] d_k(m_k) + [k = l] d_k(m_k),
because only a facility that both use tells them apart.  By Monderer and Shapley the game has an exact potential if
and only if (w_i - w_j) B = 0 for all of these.  So it has one if all weights are equal, and then it is Rosenthal's
    phi(a) = w sum_k (c_k(1) + ... + c_k(load_k)).
If two weights differ, every B must be 0.  With three facilities or more, k = l and three different k, k', l' give
B = d_k(m): all c_k are constant.  With two facilities the moves 1 -> 2 of both give B = d_1(m) + d_2(n - 2 - m), and
the other moves the same up to sign.  In both cases what a move gains does not depend on the others:
    phi(a) = sum_i w_i e_k for the facility k that i uses,
with e_k = c_k(1), or for two facilities e_1 = c_1(1) - c_2(n) and e_2 = 0.  (With one facility or player all is
trivial.)

**Several states.**  If no transition depends on the loads then the visitation d does not depend on the policies, and
V_f = sum_s d(s) f(s, pi(s)) for each start: the game is a Markov potential game if and only if each one-state game is
a potential game (vary the policy in one state; each state is a start), and phi(s, .) are their potentials.  Where
transitions depend on loads the structure alone does not decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import TooLarge
from mpgcert.games.counts import CountGame

__all__ = ["CountCycle", "CountPotential", "count_potential", "known_potential"]


@dataclass(frozen=True)
class CountCycle:
    """A failing 4-cycle: two players move between facilities in one state, the others keep theirs.

    Attributes:
        state: where.
        players: i and j, of different weights.
        first, second: (from, to) facilities of i and of j.
        others: how many of the other players use each facility, [F].
        value: the mixed second difference of i's reward less that of j's; not 0.
    """

    state: int
    players: tuple[int, int]
    first: tuple[int, int]
    second: tuple[int, int]
    others: tuple[int, ...]
    value: Fraction

    def verify(self, game: CountGame) -> bool:
        """Recompute the value from the rewards of the four profiles."""

        def reward(player: int, own: int, other: int) -> Fraction:
            load = self.others[own] + 1 + (own == other)
            value: Fraction = game.rewards[self.state, own, load - 1] * game.weights[player]
            return value

        total = Fraction(0)
        for a, here in enumerate(self.first):
            for b, there in enumerate(self.second):
                difference = reward(self.players[0], here, there) - reward(self.players[1], there, here)
                total += difference if a == b else -difference
        return total == self.value and total != 0 and sum(self.others) == game.n_players - 2

    def to_dict(self) -> dict[str, Any]:
        """JSON data."""
        return {
            "state": self.state,
            "players": list(self.players),
            "moves": [list(self.first), list(self.second)],
            "others": list(self.others),
            "value": str(self.value),
        }


@dataclass(frozen=True, eq=False)
class CountPotential:
    """Whether there is a potential.

    Attributes:
        cycle: proves that there is none.
        by_load: phi's part that depends on loads, for loads 0, ..., n: exact [S, F, n + 1].
        by_choice: phi's part e_k, to be multiplied with the weight of each user of k, exact [S, F].
    """

    cycle: CountCycle | None
    by_load: ExactArray | None = None
    by_choice: ExactArray | None = None

    @property
    def holds(self) -> bool:
        return self.cycle is None

    def largest(self, game: CountGame) -> Fraction:
        """A bound on |phi|."""
        assert self.by_load is not None
        assert self.by_choice is not None
        loads, choice = self.by_load, self.by_choice
        total = sum(game.weights.fractions(), Fraction(0))
        return game.n_facilities * max(loads.max(), -loads.min()) + total * max(choice.max(), -choice.min())

    def range_in_one_state(self, game: CountGame) -> Fraction:
        """max phi - min phi of a game with one state; exact, by dynamic programming over the facilities.

        With one state, potentials differ by constants: this is the least range.
        """
        assert self.by_load is not None
        assert self.by_choice is not None
        choice = self.by_choice.fractions()
        if any(choice):
            spread = max(choice) - min(choice)
            return spread * sum(game.weights.fractions(), Fraction(0))
        table = self.by_load.numerator[0].astype(object)
        extremes = []
        for better in (max, min):
            best: list[Any] = list(table[0])
            for row in table[1:]:
                best = [better(best[m - x] + row[x] for x in range(m + 1)) for m in range(len(best))]
            extremes.append(best[-1])
        return Fraction(int(extremes[0] - extremes[1]), self.by_load.denominator)


def count_potential(game: CountGame) -> CountPotential:
    """Decide it exactly, as in the module's proof.

    Raises:
        TooLarge: transitions depend on loads, so that the structure does not decide.
    """
    if not game.moves_by_itself:
        raise TooLarge(
            "transitions depend on the loads, so the structure does not decide whether there is a potential, and "
            "the joint tensor is too large to decide it in general"
        )
    n_states, n_facilities, n_players = game.rewards.shape
    table = game.rewards.numerator.astype(object)
    weights = game.weights.numerator.astype(object)
    if game.equal_weights or n_facilities == 1 or n_players == 1:
        sums = np.concatenate([np.zeros((n_states, n_facilities, 1), dtype=object), table.cumsum(axis=2)], axis=2)
        by_load = ExactArray.of_integers(sums * weights[0], game.rewards.denominator * game.weights.denominator)
        nothing = ExactArray.of_integers(np.zeros((n_states, n_facilities), dtype=np.int64))
        return CountPotential(None, by_load, nothing)
    for state in range(n_states):
        cycle = _cycle(game, state)
        if cycle is not None:
            return CountPotential(cycle)
    own = table[:, :, 0].copy()
    if n_facilities == 2:
        own[:, 0] -= table[:, 1, -1]
        own[:, 1] = 0
    zero = ExactArray.of_integers(np.zeros((n_states, n_facilities, n_players + 1), dtype=np.int64))
    return CountPotential(None, zero, ExactArray.of_integers(own, game.rewards.denominator))


def known_potential(game: CountGame) -> CountPotential | None:
    """The potential, where the structure gives one."""
    if not game.moves_by_itself:
        return None
    found = count_potential(game)
    return found if found.holds else None


def _cycle(game: CountGame, state: int) -> CountCycle | None:
    """A failing cycle of two players of different weights, if the rewards of a state allow one."""
    n_facilities, n_players = game.n_facilities, game.n_players
    table = game.rewards.numerator[state].astype(object)
    steps = table[:, 1:] - table[:, :-1]  # d_k(m), m = 0, ..., n - 2
    other = int(np.argmax(game.weights.numerator != game.weights.numerator[0]))
    gap = game.weights[0] - game.weights[other]
    rest = n_players - 2
    if n_facilities == 2:
        sums = steps[0] + steps[1][::-1]
        if not sums.any():
            return None
        m = int(np.flatnonzero(sums)[0])
        value = gap * Fraction(int(sums[m]), game.rewards.denominator)
        return CountCycle(state, (0, other), (0, 1), (0, 1), (m, rest - m), value)
    if not steps.any():
        return None
    k, m = (int(index) for index in np.argwhere(steps != 0)[0])
    to, away = [j for j in range(n_facilities) if j != k][:2]
    others = [0] * n_facilities
    others[k], others[to] = m, rest - m
    value = gap * Fraction(int(steps[k, m]), game.rewards.denominator)
    return CountCycle(state, (0, other), (k, to), (k, away), tuple(others), value)
