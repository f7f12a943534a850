"""Tabular Markov games with exact data.

Axes are `[player, state, a_1, ..., a_n, next state]` in this order, where present; the action sets of
the players may differ in size ("ragged").  Joint actions are numbered in C order where one index is
needed.  Symbols of zhang2022: n players, S states, A_i actions, P `transition`, r_i `rewards`, gamma
`discount`, rho `initial`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, brief_fraction, format_fraction, parse_number
from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput
from mpgcert.games.sparse_kernel import SparseKernel

__all__ = ["MarkovGame", "SparseKernel"]


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

    @staticmethod
    def from_arrays(
        transition: Any,
        rewards: Any,
        discount: Any,
        *,
        initial: Any = None,
        name: str = "game",
        states: Sequence[str] | None = None,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> MarkovGame:
        """As `of`, for arrays that another program computed: doubles are completed where their rounding shows.

        A double stands for the shortest decimal that reads back as it.  If rows of doubles do not sum to exactly 1
        then, the game is built with `inexact`; rows of integers, fractions or strings have to sum to 1.

        Args:
            transition: [S][A_1]...[A_n][S]; tells the number of players.
            rewards: [n][S][A_1]...[A_n], or [S][A_1]...[A_n] for all players.
            discount: gamma in [0, 1).
            initial: rho [S]; uniform by default.
            name, states, players, actions, notes: as in `of`.

        Raises:
            InvalidInput: as `of`.

        >>> third = 1 / 3
        >>> game = MarkovGame.from_arrays([[[third, 2 * third]], [[0, 1]]], [[5], [0]], 0.9)
        >>> game.notes["inexact"]
        'numbers from floating point; transition: 1 of 2 rows completed on the largest entry, by at most 1e-16'
        """
        from mpgcert.games.from_arrays import game_of_arrays

        return game_of_arrays(
            transition,
            rewards,
            discount,
            initial=initial,
            name=name,
            states=states,
            players=players,
            actions=actions,
            notes=notes,
        )

    @staticmethod
    def from_functions(
        start: Any,
        actions: Sequence[Sequence[Any]],
        *,
        discount: Any,
        transition: Callable[[Any, tuple[Any, ...]], Any] | None = None,
        reward: Callable[[Any, tuple[Any, ...]], Any] | None = None,
        step: Callable[[Any, tuple[Any, ...]], tuple[Any, Any]] | None = None,
        max_states: int = 10_000,
        name: str = "game",
        players: Sequence[str] | None = None,
    ) -> MarkovGame:
        """The game of a small environment: all states that can be reached, found by asking functions.

        Both functions are called once for each reachable state and joint action (a tuple of the players' actions), and
        must depend on nothing else.

        Args:
            start: the initial state, any hashable value; or a dict with the probabilities of initial states.
            actions: the actions of each player, the same in every state.
            discount: gamma in [0, 1).
            transition: gives the next state, or a dict with the probabilities of next states.
            reward: gives the reward of all players, or a list with one for each.
            step: in place of both, gives the pair (next, rewards).
            max_states: how many states may be found.
            name, players: as in `of`.

        Raises:
            InvalidInput: functions or actions are missing, or what they give has another form; with state and action.
            TooLarge: more than `max_states` states can be reached, or too many joint actions.

        >>> def walk(place, joint):
        ...     return (place + sum(joint)) % 3
        >>> game = MarkovGame.from_functions(
        ...     0, [(0, 1), (0, 1)], transition=walk, reward=lambda place, joint: place, discount="9/10")
        >>> game.n_states, game.is_identical_interest
        (3, True)
        """
        from mpgcert.games.from_functions import enumerated_game

        return enumerated_game(
            start,
            actions,
            discount=discount,
            transition=transition,
            reward=reward,
            step=step,
            max_states=max_states,
            name=name,
            players=players,
        )

    @staticmethod
    def from_sgamesolver(
        payoff_matrices: Any,
        transition_matrices: Any,
        discount_factors: Any,
        *,
        initial: Any = None,
        name: str = "game",
        states: Sequence[str] | None = None,
        players: Sequence[str] | None = None,
        actions: Sequence[Sequence[str]] | None = None,
    ) -> MarkovGame:
        """The game with the arrays that sgamesolver's `SGame` takes; see `mpgcert.games.sgamesolver`.

        Args:
            payoff_matrices: for each state [n][A_1]...[A_n]; players have the same numbers of actions everywhere.
            transition_matrices: for each state [A_1]...[A_n][S]; where a row sums to less than 1 the game ends, that is
                goes on to an added state `end`.
            discount_factors: one in [0, 1), or the same one for each player.
            initial: rho [S]; uniform by default, without the added state.
            name, states, players, actions: as in `of`.

        Raises:
            InvalidInput: naming the array, the index, what was found and what was expected.
        """
        from mpgcert.games.sgamesolver import game_of_states

        return game_of_states(
            payoff_matrices,
            transition_matrices,
            discount_factors,
            initial=initial,
            name=name,
            states=states,
            players=players,
            actions=actions,
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
        from mpgcert.games.fingerprint import content_hash

        return content_hash(self)

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


def parse_discount(value: Any) -> Fraction:
    """gamma as a rational in [0, 1), or InvalidInput."""
    try:
        discount = parse_number(value)
    except ValueError as error:
        raise InvalidInput(str(error), field="discount", expected="a number in [0, 1)") from None
    if not 0 <= discount < 1:
        raise InvalidInput(brief_fraction(discount), field="discount", expected="a number in [0, 1)")
    return discount
