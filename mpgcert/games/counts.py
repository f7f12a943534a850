"""Congestion games: rewards and transitions depend on how many players use each facility, not on who they are.

All n players choose among the same F facilities.  In state s a user of facility k gets `weights[i] * rewards[s, k,
load - 1]`, where `load` counts the users of k, player i included.  The next state depends on the vector of loads
through rules (`mpgcert.games.count_rules`).  The joint tensor of F^n entries is never formed: n = 100 players are a
normal input.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.count_rules import Rule, rules_of, rules_to_document
from mpgcert.games.labels import labels_of, text_of
from mpgcert.games.markov import MarkovGame, SparseKernel, parse_discount
from mpgcert.games.validation import probability_rows

__all__ = ["CountGame"]

_CONVERTIBLE = 10**7  # rewards of the joint tensor
_MAX_REWARD = 10**300


@dataclass(frozen=True, eq=False)
class CountGame(HtmlShown):
    """An n-player Markov game that only counts the users of facilities, held exactly.

    Build one with `CountGame.of`, which reads numbers and validates; the plain constructor trusts.

    Attributes:
        name: short name for reports.
        discount: gamma, a rational in [0, 1).
        initial: rho, exact [S].
        rewards: of a user of facility k under each load 1, ..., n, exact [S, F, n].
        weights: factors of the players' rewards, exact and positive, [n].
        rules: for each state the rules that give the next one.
        states, players, facilities: labels.
        notes: facts about the origin, shown in reports.
    """

    name: str
    discount: Fraction
    initial: ExactArray
    rewards: ExactArray
    weights: ExactArray
    rules: tuple[tuple[Rule, ...], ...]
    states: tuple[str, ...] = ()
    players: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    notes: dict[str, Any] = field(default_factory=dict)

    @staticmethod
    def of(
        *,
        rewards: Any,
        transition: Any = None,
        discount: Any = 0,
        initial: Any = None,
        weights: Any = None,
        name: str = "congestion game",
        states: Sequence[str] | None = None,
        players: Sequence[str] | None = None,
        facilities: Sequence[str] | None = None,
        notes: dict[str, Any] | None = None,
    ) -> CountGame:
        """A validated game; numbers are read exactly.

        Args:
            rewards: [S][F][n], or [F][n] of a game with one state.
            transition: for each state a list of rules (see `mpgcert.games.count_rules`); None with one state.
            discount: gamma in [0, 1).
            initial: rho [S]; uniform by default.
            weights: positive [n]; all 1 by default.

        Raises:
            InvalidInput: naming the entry, its index and value, and what was expected.

        >>> game = CountGame.of(rewards=[[3, 1], [2, 0]])  # two players, two facilities
        >>> game.n_players, game.n_actions
        (2, (2, 2))
        """
        table = ExactArray.parse(rewards, "rewards")
        if len(table.shape) == 2:
            table = table.reshape(1, *table.shape)
        if len(table.shape) != 3 or table.size == 0:
            raise InvalidInput(f"shape {list(table.shape)}", field="rewards", expected="[S][F][n] or [F][n], not empty")
        n_states, n_facilities, n_players = table.shape
        factors = ExactArray.of_integers(np.ones(n_players, dtype=np.int64))
        if weights is not None:
            factors = ExactArray.parse(weights, "weights", (n_players,))
            if factors.min() <= 0:
                index = (int(factors.numerator.argmin()),)
                raise InvalidInput("not positive", field="weights", index=index, expected="positive weights")
        for array, what in ((table, "rewards"), (factors, "weights")):
            if max(array.max(), -array.min()) > _MAX_REWARD:
                raise InvalidInput("a number above 1e300", field=what, expected="numbers of size at most 1e300")
        start = ExactArray.of_integers(np.ones(n_states, dtype=np.int64), n_states)
        if initial is not None:
            start = ExactArray.parse(initial, "initial", (n_states,))
            start = probability_rows(start.reshape(1, n_states), "initial", drop=1).reshape(n_states)
        return CountGame(
            name=text_of(name, "name"),
            discount=parse_discount(discount),
            initial=start,
            rewards=table,
            weights=factors,
            rules=rules_of(transition, n_states, n_facilities, n_players),
            states=labels_of(states, "states", n_states),
            players=labels_of(players, "players", n_players),
            facilities=labels_of(facilities, "facilities", n_facilities),
            notes=notes or {},
        )

    @property
    def n_players(self) -> int:
        return self.rewards.shape[2]

    @property
    def n_states(self) -> int:
        return self.rewards.shape[0]

    @property
    def n_facilities(self) -> int:
        return self.rewards.shape[1]

    @property
    def n_actions(self) -> tuple[int, ...]:
        """F for every player."""
        return (self.n_facilities,) * self.n_players

    @property
    def n_joint_actions(self) -> int:
        return math.prod(self.n_actions)

    @property
    def n_joint_rewards(self) -> int:
        """How many rewards the joint tensor of `to_markov` has."""
        return self.n_players * self.n_states * self.n_joint_actions

    @property
    def equal_weights(self) -> bool:
        return bool(np.all(self.weights.numerator == self.weights.numerator[0]))

    @property
    def moves_by_itself(self) -> bool:
        """Whether no transition that counts depends on the loads."""
        return self.discount == 0 or all(not rules[0].conditions for rules in self.rules)

    def state_label(self, state: int) -> str:
        return self.states[state] if self.states else str(state)

    def player_label(self, player: int) -> str:
        return self.players[player] if self.players else str(player + 1)

    def action_label(self, player: int, action: int) -> str:
        return self.facilities[action] if self.facilities else str(action + 1)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the exact content (not of names, labels or notes)."""
        digest = hashlib.sha256()
        digest.update(f"counts {list(self.rewards.shape)} {format_fraction(self.discount)}".encode())
        for array in (self.initial, self.rewards, self.weights):
            numerators = ",".join(f"{k:x}" for k in array.numerator.ravel().tolist())
            digest.update(f"|{array.denominator:x}|{numerators}".encode())
        digest.update(repr(rules_to_document(self.rules)).encode())
        return digest.hexdigest()

    def too_large(self, limit: int = _CONVERTIBLE) -> TooLarge:
        """What to say where the joint tensor may have no more than `limit` rewards: the memory that it would take."""
        count = self.n_joint_rewards
        return TooLarge(
            f"the joint tensor of {self.n_players} players and {self.n_facilities} facilities has "
            f"{_power(count)} rewards ({_power(8 * count)} bytes); the limit is {limit:.0e} rewards"
        )

    def to_markov(self) -> MarkovGame:
        """The same game by its joint tensors.

        Raises:
            TooLarge: more than 10^7 rewards, with the estimate.
        """
        if self.n_joint_rewards > _CONVERTIBLE:
            raise self.too_large()
        sizes, n_states = self.n_actions, self.n_states
        chosen = np.indices(sizes, dtype=np.int8).reshape(self.n_players, -1)
        loads = np.stack([(chosen == k).sum(axis=0, dtype=np.int64) for k in range(self.n_facilities)], axis=1)
        own = np.take_along_axis(loads, chosen.T.astype(np.int64), axis=1).T - 1  # [n, A]
        numerator = self.rewards.numerator.astype(object)[:, chosen.astype(np.int64), own]  # [S, n, A]
        numerator = np.moveaxis(numerator, 1, 0) * self.weights.numerator.astype(object)[:, None, None]
        rewards = ExactArray.of_integers(
            numerator.reshape(self.n_players, n_states, *sizes), self.rewards.denominator * self.weights.denominator
        )
        rows = [[rules[outcome].successor.fractions() for outcome in _applicable(rules, loads)] for rules in self.rules]
        kernel = ExactArray.of_fractions(
            [p for state in rows for row in state for p in row], (n_states, *sizes, n_states)
        )
        return MarkovGame.of(
            rewards=rewards,
            transition=SparseKernel.of_dense(kernel) if n_states > 1 else kernel,
            discount=self.discount,
            initial=self.initial,
            name=self.name,
            states=self.states or None,
            players=self.players or None,
            actions=(self.facilities,) * self.n_players if self.facilities else None,
            notes=self.notes,
        )

    def __repr__(self) -> str:
        return (
            f"CountGame({self.name!r}, players={self.n_players}, states={self.n_states}, "
            f"facilities={self.n_facilities}, discount={format_fraction(self.discount)})"
        )


def _applicable(rules: tuple[Rule, ...], loads: Any) -> list[int]:
    from mpgcert.games.count_rules import applicable

    return applicable(rules, loads).tolist()


def _power(number: int) -> str:
    """A whole number of any size in scientific notation."""
    exponent = len(str(number)) - 1
    return f"{number / 10**exponent:.1f}e{exponent}"
