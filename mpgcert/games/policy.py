"""Stationary product policies as exact data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games.completion import Completion
from mpgcert.games.counts import CountGame
from mpgcert.games.markov import MarkovGame
from mpgcert.games.validation import probability_rows

__all__ = ["Policy"]

_CUTS = 2**20


@dataclass(frozen=True)
class Policy:
    """pi = (pi_1, ..., pi_n), each exact [S, A_i] with rows that sum to exactly 1."""

    probabilities: tuple[ExactArray, ...]

    @staticmethod
    def of(game: MarkovGame | CountGame, probabilities: Sequence[Any], inexact: bool = False) -> Policy:
        """Validated policy from [n][S][A_i] (nested lists, arrays, exact numbers).

        Args:
            game: says the shapes.
            probabilities: one table per player.
            inexact: rows that sum to within 1e-9 of 1 are completed on their largest entry.

        Raises:
            InvalidInput: wrong shape, a negative entry, or a row that does not sum to exactly 1.
        """
        if not isinstance(probabilities, (list, tuple)) or len(probabilities) != game.n_players:
            found = f"{len(probabilities)} players" if isinstance(probabilities, (list, tuple)) else "no list"
            raise InvalidInput(found, field="policy", expected=f"policies of {game.n_players} players")
        parts = []
        for i, part in enumerate(probabilities):
            field = f"policy[{i}]"
            exact = ExactArray.parse(part, field, (game.n_states, game.n_actions[i]))
            parts.append(probability_rows(exact, field, Completion(field) if inexact else None))
        return Policy(tuple(parts))

    @staticmethod
    def uniform(game: MarkovGame | CountGame) -> Policy:
        """Every action equally likely."""
        return Policy(
            tuple(
                ExactArray.of_integers(np.ones((game.n_states, count), dtype=np.int64), count)
                for count in game.n_actions
            )
        )

    @staticmethod
    def random(game: MarkovGame | CountGame, seed: int) -> Policy:
        """An interior policy with rows nearly uniform on the simplex; a seed means the same policy everywhere.

        Rows are the gaps between A_i - 1 uniform cuts of {0, ..., 2^20}, plus 1 each.

        Raises:
            InvalidInput: a seed outside [0, 2^32).
        """
        if not 0 <= seed < 2**32:
            raise InvalidInput(str(seed), field="seed", expected="an integer between 0 and 2^32 - 1")
        generator = np.random.RandomState(seed)
        parts = []
        for count in game.n_actions:
            cuts = np.floor(generator.random_sample((game.n_states, count - 1)) * _CUTS).astype(np.int64)
            gaps = np.diff(np.sort(cuts, axis=1), axis=1, prepend=0, append=_CUTS)
            parts.append(ExactArray.of_integers(gaps + 1, _CUTS + count))
        return Policy(tuple(parts))

    @staticmethod
    def deterministic(game: MarkovGame | CountGame, choices: NDArray[Any] | Sequence[Sequence[int]]) -> Policy:
        """The policy that plays `choices[i][s]`."""
        chosen = np.asarray(choices, dtype=np.int64).reshape(game.n_players, game.n_states)
        return Policy(
            tuple(
                ExactArray.of_integers((chosen[i][:, None] == np.arange(count)).astype(np.int64))
                for i, count in enumerate(game.n_actions)
            )
        )

    @staticmethod
    def from_doubles(probabilities: Sequence[NDArray[np.float64]]) -> Policy:
        """The exact policy that a double one stands for: every entry as it is, except the largest of its row.

        The largest entry is 1 minus the others, so that rows sum to exactly 1; it moves by the rounding
        error of the row's sum.  Probabilities as small as 1e-300 stay what they are.
        """
        parts = []
        for given in probabilities:
            exact = np.array([[Fraction(float(x)) for x in row] for row in given], dtype=object)
            for row in exact:
                row[row.argmax()] += 1 - sum(row)
            parts.append(ExactArray.of_fractions(exact))
        return Policy(tuple(parts))

    def lift(self, arithmetic: Arithmetic) -> list[NDArray[Any]]:
        """The policy as arrays [S, A_i] of an arithmetic."""
        return [arithmetic.array(part) for part in self.probabilities]

    def to_nested(self) -> list[Any]:
        """[n][S][A_i] as exact ints and strings."""
        return [part.to_nested() for part in self.probabilities]

    @property
    def is_deterministic(self) -> bool:
        return all(part.denominator == 1 for part in self.probabilities)

    def choices(self) -> NDArray[np.int64]:
        """[n, S] most likely actions (the actions played, if deterministic)."""
        return np.array([part.numerator.argmax(axis=1) for part in self.probabilities], dtype=np.int64)
