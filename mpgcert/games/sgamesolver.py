"""Stochastic games as sgamesolver holds them: `MarkovGame.from_sgamesolver`.

sgamesolver (Eibelshäuser and Poensgen 2019) takes for each state s the payoffs [n, A_1, ..., A_n] and the
probabilities [A_1, ..., A_n, S] of the next state, and a discount factor for all players or one for each.

* Where probabilities sum to less than 1, its game ends with what is missing.  Here the game goes on to an added last
  state `end`, in which nobody ever gets anything, so that values and equilibria are the same.  Assumptions about
  states see it like any other: it may be visited under some policies only, and no action matters in it.
* Its numbers are doubles: sums within 1e-9 of 1 count as 1, see `inexact` of `MarkovGame.of`.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games.completion import Completion
from mpgcert.games.from_arrays import holds_floats, needs_completion
from mpgcert.games.labels import labels_of
from mpgcert.games.lq.stages import per_player, stack
from mpgcert.games.markov import MarkovGame, parse_discount

__all__ = ["game_of_states"]


def game_of_states(
    payoff_matrices: Any,
    transition_matrices: Any,
    discount_factors: Any,
    *,
    initial: Any = None,
    name: str = "game",
    states: Sequence[str] | None = None,
    players: Sequence[str] | None = None,
    actions: Sequence[Sequence[str]] | None = None,
    rounded: bool = False,
) -> MarkovGame:
    """See `MarkovGame.from_sgamesolver`; `rounded` says that decimals in a text come from floating point."""
    payoffs = _per_state(payoff_matrices, "payoff_matrices")
    sizes, n_states = _common_sizes(payoffs), len(payoffs)
    stages = stack(payoffs)
    rewards = ExactArray.of_integers(stages.numerator.swapaxes(0, 1), stages.denominator)
    discount = _common_discount(discount_factors, len(sizes))
    if n_states == 1 and discount == 0:  # a one-shot game, which sgamesolver writes with probabilities of 0
        return MarkovGame.of(
            rewards=rewards, initial=initial, name=name, states=states, players=players, actions=actions
        )
    parts = _per_state(transition_matrices, "transition_matrices", (*sizes, n_states), n_states)
    rounded = rounded or any(map(holds_floats, transition_matrices))
    kernel, ending, inexact = _with_ending(stack(parts), rounded)
    labels = list(labels_of(None if states is None else list(states), "states", n_states))
    start = None if initial is None else ExactArray.parse(initial, "initial", (n_states,))
    inexact = inexact or (start is not None and needs_completion(initial, start))
    notes = {}
    if ending:
        labels = labels or [str(s) for s in range(n_states)]
        labels.append("end" if "end" not in labels else "(end)")
        rewards = _padded(rewards, axis=1)
        start = ExactArray.of_integers(np.ones(n_states, dtype=np.int64), n_states) if start is None else start
        start = _padded(start, axis=0)
        notes["about"] = f"The added state {labels[-1]}, where nobody gets anything, stands for the end of the game."
    return MarkovGame.of(
        rewards=rewards,
        transition=kernel,
        discount=discount,
        initial=start,
        name=name,
        states=labels or None,
        players=players,
        actions=actions,
        notes=notes,
        inexact=inexact,
    )


def _per_state(
    values: Any, field: str, shape: tuple[int, ...] | None = None, n_states: int | None = None
) -> list[ExactArray]:
    expected = f"an array for each {'state' if n_states is None else f'of {n_states} states'}"
    if not isinstance(values, (list, tuple)) and not (isinstance(values, np.ndarray) and values.ndim):
        raise InvalidInput(f"{values!r:.40}", field=field, expected=expected)
    if len(values) != (n_states or max(len(values), 1)):
        raise InvalidInput(f"{len(values)} states", field=field, expected=expected)
    return [ExactArray.parse(part, f"{field}[{s}]", shape) for s, part in enumerate(values)]


def _common_sizes(payoffs: list[ExactArray]) -> tuple[int, ...]:
    """A_1, ..., A_n, the same in every state."""
    first = payoffs[0].shape
    if len(first) < 2 or len(first) != first[0] + 1 or not payoffs[0].size:
        expected = "[n][A_1]...[A_n] with an entry on every level"
        raise InvalidInput(f"shape {list(first)}", field="payoff_matrices[0]", expected=expected)
    for s, part in enumerate(payoffs):
        if part.shape != first:
            expected = f"shape {list(first)} as in the first state: players need the same numbers of actions everywhere"
            raise InvalidInput(f"shape {list(part.shape)}", field=f"payoff_matrices[{s}]", expected=expected)
    return first[1:]


def _common_discount(given: Any, n_players: int) -> Fraction:
    """The discount factor that all players have."""
    if not isinstance(given, (list, tuple, np.ndarray)) or not np.shape(given):
        return parse_discount(given)
    factors = [parse_discount(value) for value in per_player(given, "discount_factors", n_players)]
    for i, factor in enumerate(factors):
        if factor != factors[0]:
            expected = f"{format_fraction(factors[0])}, as for the first player: one discount factor for all"
            raise InvalidInput(format_fraction(factor), field="discount_factors", index=(i,), expected=expected)
    return factors[0]


def _with_ending(kernel: ExactArray, rounded: bool) -> tuple[ExactArray, bool, bool]:
    """The kernel, with one more state where some rows lack probability; whether so; whether rows need completion."""
    whole = kernel.denominator
    missing = whole - kernel.numerator.astype(object).sum(axis=-1)
    ends = missing > (Completion.TOLERANCE * whole if rounded else 0)
    inexact = rounded and bool(missing[~ends].any())
    if not ends.any():
        return kernel, False, inexact
    numerator = np.pad(kernel.numerator.astype(object), [(0, 1), *[(0, 0)] * (kernel.numerator.ndim - 2), (0, 1)])
    numerator[:-1][ends, -1] = missing[ends]
    numerator[-1, ..., -1] = whole
    return ExactArray.of_integers(numerator, whole), True, inexact


def _padded(array: ExactArray, axis: int) -> ExactArray:
    """The array with zeros for the state that was added."""
    widths = [(0, int(k == axis)) for k in range(array.numerator.ndim)]
    return ExactArray.of_integers(np.pad(array.numerator, widths), array.denominator)
