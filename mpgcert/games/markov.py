"""Tabular Markov games with exact data.

Axes are `[player, state, a_1, ..., a_n, next state]` in this order, where present; the action sets of
the players may differ in size ("ragged").  Joint actions are numbered in C order where one index is
needed.  Symbols of zhang2022: n players, S states, A_i actions, P `transition`, r_i `rewards`, gamma
`discount`, rho `initial`.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, brief_fraction, format_fraction, parse_number
from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput, require_memory

__all__ = ["MarkovGame", "SparseKernel"]

_PORTION = 2**16


@dataclass(frozen=True, eq=False)
class SparseKernel:
    """A kernel by its non-zero entries, row by row (compressed sparse rows).

    Row `s * A + a` holds P(. | s, a) for the joint action with C-order index a.

    Attributes:
        start: int64 [S * A + 1]; row k has the entries start[k] to start[k + 1] - 1.
        successor: int64 [entries]; next states, increasing inside a row.
        probability: exact [entries].
    """

    start: NDArray[np.int64]
    successor: NDArray[np.int64]
    probability: ExactArray

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SparseKernel)
            and np.array_equal(self.start, other.start)
            and np.array_equal(self.successor, other.successor)
            and self.probability == other.probability
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def row(self) -> NDArray[np.int64]:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @staticmethod
    def of_dense(kernel: ExactArray) -> SparseKernel:
        """The non-zero entries of a kernel [S, A_1, ..., A_n, S]."""
        n_states = kernel.shape[-1]
        matrix = kernel.numerator.reshape(-1, n_states)
        row, successor = np.nonzero(matrix)
        start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=matrix.shape[0]))])
        data = ExactArray.of_integers(matrix[row, successor], kernel.denominator)
        return SparseKernel(start.astype(np.int64), successor.astype(np.int64), data)

    def without_zeros(self) -> SparseKernel:
        """The same kernel with its zero entries left out."""
        keep = self.probability.numerator != 0
        if keep.all():
            return self
        kept = np.concatenate([[0], np.cumsum(keep)])
        data = ExactArray.of_integers(self.probability.numerator[keep], self.probability.denominator)
        return SparseKernel(kept[self.start].astype(np.int64), self.successor[keep], data)

    def to_dense(self, shape: tuple[int, ...]) -> ExactArray:
        """The kernel as an exact array of the given shape [S, A_1, ..., A_n, S].

        Raises:
            TooLarge: there is not enough memory for it.
        """
        require_memory(16 * math.prod(shape), f"a dense kernel of {shape[0]} states")
        numerator = self.probability.numerator
        matrix = np.zeros((len(self.start) - 1, shape[-1]), dtype=numerator.dtype)
        matrix[self.row, self.successor] = numerator
        return ExactArray.of_integers(matrix.reshape(shape), self.probability.denominator)


@dataclass(frozen=True, eq=False)
class MarkovGame(HtmlShown):
    """An n-player Markov game with finitely many states and actions, held exactly.

    Build one with `MarkovGame.of`, which reads numbers and validates; the plain constructor trusts.

    Attributes:
        name: short name for reports.
        discount: gamma, a rational in [0, 1).
        initial: rho, exact [S].
        transition: P, exact [S, A_1, ..., A_n, S], or a SparseKernel.
        rewards: r_i, exact [n, S, A_1, ..., A_n].
        states, players: labels.
        actions: labels per player.
        notes: facts about the origin (source, experiment's step size), shown in reports.
    """

    name: str
    discount: Fraction
    initial: ExactArray
    transition: ExactArray | SparseKernel
    rewards: ExactArray
    states: tuple[str, ...] = ()
    players: tuple[str, ...] = ()
    actions: tuple[tuple[str, ...], ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """The content alone: arrays kept beside it would travel with other strides, and then round otherwise."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    @staticmethod
    def of(
        *,
        rewards: Any,
        transition: Any = None,
        discount: Any = 0,
        initial: Any = None,
        name: str = "game",
        states: Sequence[str] | None = None,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        notes: dict[str, Any] | None = None,
        inexact: bool = False,
    ) -> MarkovGame:
        """A validated game from nested lists, numpy arrays or exact arrays; numbers are read exactly.

        Args:
            rewards: [n][S][A_1]...[A_n].
            transition: [S][A_1]...[A_n][S], or a SparseKernel; may be left out when there is one state.
            discount: gamma in [0, 1).
            initial: rho [S]; uniform by default.
            name: short name for reports.
            states, players, actions: optional labels.
            notes: facts about the origin, shown in reports.
            inexact: the numbers come from floating point: rows of the kernel (and the initial distribution)
                that sum to within 1e-9 of 1 are completed by putting the difference on their largest entry,
                and `notes["inexact"]` says so.  Without it every row must sum to exactly 1.

        Raises:
            InvalidInput: naming the entry, its index and value, and what was expected.

        >>> game = MarkovGame.of(rewards=[[[[1, 0], [0, 2]]], [[[1, 0], [0, 2]]]])
        >>> game.n_players, game.n_states, game.n_actions
        (2, 1, (2, 2))
        """
        from mpgcert.games.validation import validated

        return validated(
            name=name,
            rewards=rewards,
            transition=transition,
            discount=discount,
            initial=initial,
            states=states,
            players=players,
            actions=actions,
            notes=notes or {},
            inexact=inexact,
        )

    @property
    def n_players(self) -> int:
        return self.rewards.shape[0]

    @property
    def n_states(self) -> int:
        return self.rewards.shape[1]

    @property
    def n_actions(self) -> tuple[int, ...]:
        """A_1, ..., A_n."""
        return self.rewards.shape[2:]

    @property
    def n_joint_actions(self) -> int:
        return math.prod(self.n_actions)

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        return (self.n_states, *self.n_actions, self.n_states)

    @property
    def is_sparse(self) -> bool:
        return isinstance(self.transition, SparseKernel)

    @property
    def is_identical_interest(self) -> bool:
        """Whether all players have the same rewards."""
        if self.rewards.is_repeated:
            return True
        numerator = self.rewards.numerator
        return bool(np.all(numerator[1:] == numerator[:1]))

    @cached_property
    def sparse_kernel(self) -> SparseKernel:
        return self.transition if isinstance(self.transition, SparseKernel) else SparseKernel.of_dense(self.transition)

    def dense_kernel(self) -> ExactArray:
        if isinstance(self.transition, SparseKernel):
            return self.transition.to_dense(self.kernel_shape)
        return self.transition

    def with_rewards(self, rewards: ExactArray, name: str | None = None) -> MarkovGame:
        """The same game with other rewards [n, S, A_1, ..., A_n]."""
        return replace(self, rewards=rewards, name=name or self.name)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the exact content (not of names, labels or notes)."""
        digest = hashlib.sha256()
        kernel = self.sparse_kernel
        digest.update(f"{list(self.rewards.shape)} {format_fraction(self.discount)}".encode())
        for indices in (kernel.start, kernel.successor):
            digest.update(indices.astype("<i8").tobytes())
        for array in (self.initial, kernel.probability, self.rewards):
            digest.update(f"|{array.denominator:x}|".encode())
            if array.is_repeated:
                once = ",".join(_hexadecimal(array.numerator[0])).encode()
                for copy in range(array.shape[0]):
                    digest.update((b"," if copy else b"") + once)
            else:
                for position, text in enumerate(_hexadecimal(array.numerator)):
                    digest.update(f",{text}".encode() if position else text.encode())
        return digest.hexdigest()

    def state_label(self, state: int) -> str:
        return self.states[state] if self.states else str(state)

    def player_label(self, player: int) -> str:
        return self.players[player] if self.players else str(player + 1)

    def action_label(self, player: int, action: int) -> str:
        return self.actions[player][action] if self.actions else str(action + 1)

    def __repr__(self) -> str:
        return (
            f"MarkovGame({self.name!r}, players={self.n_players}, states={self.n_states}, "
            f"actions={self.n_actions}, discount={format_fraction(self.discount)})"
        )


def _hexadecimal(numerator: NDArray[Any]) -> Iterator[str]:
    """The numbers in C order, joined by commas in portions."""
    flat = numerator.reshape(-1)
    for first in range(0, len(flat), _PORTION):
        yield ",".join([f"{k:x}" for k in flat[first : first + _PORTION].tolist()])


def parse_discount(value: Any) -> Fraction:
    """gamma as a rational in [0, 1), or InvalidInput."""
    try:
        discount = parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field="discount", expected="a number in [0, 1)") from None
    if not 0 <= discount < 1:
        raise InvalidInput(brief_fraction(discount), field="discount", expected="a number in [0, 1)")
    return discount
