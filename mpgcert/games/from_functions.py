"""Small environments given by functions, with their reachable states enumerated: `MarkovGame.from_functions`."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, brief_fraction, parse_number
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.completion import Completion
from mpgcert.games.from_arrays import holds_floats
from mpgcert.games.markov import MarkovGame, SparseKernel
from mpgcert.games.validation import LARGE

__all__ = ["enumerated_game"]

MAX_CALLS = 10**7
"""For how many states and joint actions the functions are asked."""

Joint = tuple[Any, ...]
Step = Callable[[Any, Joint], tuple[Any, Any]]


def enumerated_game(
    start: Any,
    actions: Sequence[Sequence[Any]],
    *,
    discount: Any,
    transition: Callable[[Any, Joint], Any] | None,
    reward: Callable[[Any, Joint], Any] | None,
    step: Step | None,
    max_states: int,
    name: str,
    players: Sequence[str] | None,
) -> MarkovGame:
    """See `MarkovGame.from_functions`."""
    both = _step(transition, reward, step)
    sizes = tuple(map(len, actions))
    if not sizes or not all(sizes):
        raise InvalidInput(f"{list(sizes)} actions", field="actions", expected="at least one action for each player")
    states, n_joint = _States(start, max_states), math.prod(sizes)
    rows: list[dict[int, Fraction]] = []
    rewards: list[list[Fraction]] = []
    for state in states.found:  # grows while it is gone through
        if len(rows) + n_joint > MAX_CALLS:
            explored = f"{len(rows) // n_joint} of at least {len(states.found)} states"
            raise TooLarge(f"{n_joint} joint actions in {explored}: more than the limit of {MAX_CALLS:.0e} steps")
        for joint in product(*actions):
            following, payoff = both(state, joint)
            where = f"after {joint!r:.60} in state {state!r:.60}"
            rows.append(states.numbered(following, "transition", where))
            rewards.append(_rewards(payoff, len(sizes), where))
    n_states = len(states.found)
    kernel = _kernel(rows)
    labels = [str(state) for state in states.found]
    return MarkovGame.of(
        rewards=_by_player(rewards, (n_states, *sizes)),
        transition=kernel.to_dense((n_states, *sizes, n_states)) if n_states * len(rows) <= LARGE else kernel,
        discount=discount,
        initial=[states.initial.get(s, 0) for s in range(n_states)],
        name=name,
        states=labels if len(set(labels)) == n_states else None,
        players=players,
        actions=[[str(action) for action in own] for own in actions],
        inexact=states.inexact,
    )


def _step(
    transition: Callable[[Any, Joint], Any] | None, reward: Callable[[Any, Joint], Any] | None, step: Step | None
) -> Step:
    """The one function that gives next states and rewards."""
    if step is not None and transition is None and reward is None:
        return step
    if step is None and transition is not None and reward is not None:
        return lambda state, joint: (transition(state, joint), reward(state, joint))
    names = {"transition": transition, "reward": reward, "step": step}
    given = " and ".join(key for key, function in names.items() if function is not None) or "no function"
    raise InvalidInput(given, source="from_functions", expected="transition and reward, or step")


class _States:
    """The states found so far.

    Attributes:
        found: in the order of discovery.
        initial: probabilities of states by number.
        inexact: whether there were probabilities from floating point that do not sum to exactly 1.
    """

    def __init__(self, start: Any, max_states: int) -> None:
        self.found: list[Hashable] = []
        self._number: dict[Hashable, int] = {}
        self._max_states = max_states
        self.inexact = False
        self.initial = self.numbered(start, "start", "")

    def numbered(self, given: Any, field: str, where: str) -> dict[int, Fraction]:
        """The probabilities of states by number, from one state or a dict with probabilities."""
        if not isinstance(given, dict):
            return {self._number_of(given, field, where): Fraction(1)}
        row = {}
        for state, probability in given.items():
            value = _number(probability, field, where)
            if value < 0:
                raise _refused(f"the probability {brief_fraction(value)}", field, where, "no negative probability")
            if value:
                row[self._number_of(state, field, where)] = value
        missing = 1 - sum(row.values(), Fraction(0))
        if missing:
            rounded = holds_floats(list(given.values()))
            if not rounded or abs(missing) > Completion.TOLERANCE:
                found = f"probabilities that sum to {brief_fraction(1 - missing)}"
                raise _refused(found, field, where, "exactly 1: write them as Fraction or text, such as 1/3")
            self.inexact = True
        return row

    def _number_of(self, state: Any, field: str, where: str) -> int:
        try:
            known = self._number.get(state)
        except TypeError:
            raise _refused(f"{state!r:.60}", field, where, "a hashable state, such as a tuple") from None
        if known is not None:
            return known
        if len(self.found) >= self._max_states:
            raise TooLarge(f"more than {self._max_states} states can be reached; the limit is max_states")
        self._number[state] = len(self.found)
        self.found.append(state)
        return len(self.found) - 1


def _rewards(given: Any, n_players: int, where: str) -> list[Fraction]:
    """One reward for all players, or one for each."""
    if isinstance(given, np.ndarray) and given.ndim == 0:
        given = given[()]
    if not isinstance(given, (list, tuple, np.ndarray)):
        return [_number(given, "reward", where)]
    if len(given) != n_players:
        raise _refused(f"{len(given)} rewards", "reward", where, f"one number, or one for each of {n_players} players")
    return [_number(value, "reward", where) for value in given]


def _number(value: Any, field: str, where: str) -> Fraction:
    try:
        return parse_number(value)
    except ValueError as error:
        raise _refused(str(error), field, where, "a number") from None


def _refused(found: str, field: str, where: str, expected: str) -> InvalidInput:
    return InvalidInput(f"{found} {where}".rstrip(), source="from_functions", field=field, expected=expected)


def _kernel(rows: list[dict[int, Fraction]]) -> SparseKernel:
    entries = [entry for row in rows for entry in sorted(row.items())]
    start = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
    successor = np.array([state for state, _ in entries], dtype=np.int64)
    return SparseKernel(start.astype(np.int64), successor, ExactArray.of_fractions([p for _, p in entries]))


def _by_player(rewards: list[list[Fraction]], shape: tuple[int, ...]) -> ExactArray:
    """Rewards [n, S, A_1, ..., A_n]; those that all players share are held once."""
    n_players = len(shape) - 1
    if all(len(own) == 1 for own in rewards):
        common = ExactArray.of_fractions([own[0] for own in rewards], shape)
        return ExactArray.of_integers(np.broadcast_to(common.numerator, (n_players, *shape)), common.denominator)
    full = [own * n_players if len(own) == 1 else own for own in rewards]
    return ExactArray.of_fractions([own[i] for i in range(n_players) for own in full], (n_players, *shape))
