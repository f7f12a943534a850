"""The one place that decides whether data make a Markov game; every refusal names the entry."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, brief_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games.completion import Completion, complete_rows, complete_sparse
from mpgcert.games.labels import labels_of, text_of
from mpgcert.games.markov import MarkovGame, SparseKernel, parse_discount

__all__ = ["LARGE", "probability_rows", "validated"]

LARGE = 10**5
"""A dense kernel with more entries than this, of which less than `_SPARSE_BELOW` is positive, is held sparse."""
_SPARSE_BELOW = 0.2
_MAX_REWARD = 10**300


def validated(
    *,
    name: str,
    rewards: Any,
    transition: Any,
    discount: Any,
    initial: Any,
    states: Sequence[str] | None,
    players: Sequence[str] | None,
    actions: Sequence[Sequence[str]] | None,
    notes: dict[str, Any],
    inexact: bool,
) -> MarkovGame:
    """See `MarkovGame.of`."""
    exact_rewards = ExactArray.parse(rewards, "rewards")
    if len(exact_rewards.shape) < 3 or len(exact_rewards.shape) != exact_rewards.shape[0] + 2:
        n = exact_rewards.shape[0] if exact_rewards.shape else 0
        raise InvalidInput(
            f"{len(exact_rewards.shape)} nested levels for {n} players",
            field="rewards",
            expected="[n][S][A_1]...[A_n], that is 2 + n levels",
        )
    if exact_rewards.size == 0:
        raise InvalidInput(
            f"shape {list(exact_rewards.shape)} is empty", field="rewards", expected="at least one entry on every level"
        )
    _require_moderate(exact_rewards)
    n_players, n_states, *n_actions = exact_rewards.shape
    gamma = parse_discount(discount)
    completions = (Completion("transition"), Completion("initial")) if inexact else (None, None)
    kernel = _kernel(transition, (n_states, *n_actions, n_states), completions[0])
    start = _initial(initial, n_states, completions[1])
    if inexact:
        notes = {**notes, "inexact": "; ".join(["numbers from floating point", *filter(None, map(str, completions))])}
    return MarkovGame(
        name=text_of(name, "name"),
        discount=gamma,
        initial=start,
        transition=kernel,
        rewards=exact_rewards,
        states=labels_of(states, "states", n_states),
        players=labels_of(players, "players", n_players),
        actions=_action_labels(actions, tuple(n_actions)),
        notes=notes,
    )


def _require_moderate(rewards: ExactArray) -> None:
    """Refuse rewards that doubles, which propose everywhere, cannot carry."""
    numerator, limit = rewards.numerator, _MAX_REWARD * rewards.denominator
    if max(int(numerator.max()), -int(numerator.min())) > limit:
        index = tuple(int(i) for i in np.argwhere((numerator > limit) | (numerator < -limit))[0])
        raise InvalidInput(
            brief_fraction(rewards[index]), field="rewards", index=index, expected="a number of size at most 1e300"
        )


def _initial(initial: Any, n_states: int, completion: Completion | None) -> ExactArray:
    if initial is None:
        return ExactArray.of_integers(np.ones(n_states, dtype=np.int64), n_states)
    exact = ExactArray.parse(initial, "initial", (n_states,))
    return probability_rows(exact.reshape(1, n_states), "initial", completion, drop=1).reshape(n_states)


def _kernel(transition: Any, shape: tuple[int, ...], completion: Completion | None) -> ExactArray | SparseKernel:
    if transition is None:
        if shape[0] != 1:
            raise InvalidInput("missing", field="transition", expected=f"the kernel of {shape[0]} states")
        return ExactArray.of_integers(np.ones(shape, dtype=np.int64))
    if isinstance(transition, SparseKernel):
        return _sparse(transition, shape, completion)
    exact = probability_rows(ExactArray.parse(transition, "transition", shape), "transition", completion)
    if exact.size > LARGE and np.count_nonzero(exact.numerator) < _SPARSE_BELOW * exact.size:
        return SparseKernel.of_dense(exact)
    return exact


def probability_rows(rows: ExactArray, field: str, completion: Completion | None = None, drop: int = 0) -> ExactArray:
    """Rows whose last axis holds probability vectors that sum to exactly 1.

    Args:
        rows: candidates [..., k].
        field: name for messages.
        completion: for inexact data: rows that nearly sum to 1 are completed, and counted here.
        drop: leading indices left out of messages (1 for a vector that was reshaped to one row).

    Raises:
        InvalidInput: a negative entry, or a row that does not sum to 1.
    """
    negative = np.argwhere(rows.numerator < 0)
    if len(negative):
        index = tuple(int(i) for i in negative[0])
        raise InvalidInput(
            f"{brief_fraction(rows[index])} is negative", field=field, index=index[drop:], expected="a probability"
        )
    if completion is not None:
        rows = complete_rows(rows, completion)
    total = rows.sum(axis=-1)
    wrong = np.argwhere(total.numerator != total.denominator)
    if len(wrong):
        index = tuple(int(i) for i in wrong[0])
        raise InvalidInput(
            f"sums to {_readable(total[index])}", field=field, index=index[drop:], expected=_row_sum(completion)
        )
    return rows


def _row_sum(completion: Completion | None) -> str:
    if completion is not None:
        return f"1 within {float(completion.TOLERANCE):g} (the limit for inexact data)"
    return 'exactly 1 (write thirds as "1/3"; for data from floating point set "inexact": true)'


def _readable(value: Fraction) -> str:
    text = brief_fraction(value)
    return f"{text}, off by {brief_fraction(value - 1, 3).removeprefix('about ')}" if text.startswith("about") else text


def _sparse(kernel: SparseKernel, shape: tuple[int, ...], completion: Completion | None) -> SparseKernel:
    """The kernel without entries that are 0, if its rows are probability vectors."""
    n_states, rows = shape[0], math.prod(shape[:-1])
    if len(kernel.start) != rows + 1 or kernel.start[0] != 0 or kernel.start[-1] != len(kernel.successor):
        raise InvalidInput(
            f"{len(kernel.start) - 1} rows for {len(kernel.successor)} entries",
            field="transition",
            expected=f"{rows} rows that cover all entries, the first from entry 0",
        )
    if kernel.probability.shape != kernel.successor.shape:
        raise InvalidInput(
            f"{kernel.probability.size} probabilities for {len(kernel.successor)} successors", field="transition"
        )

    def place(row: int) -> list[int]:
        return [int(i) for i in np.unravel_index(row, shape[:-1])]

    missing = np.flatnonzero((kernel.start[1:] <= kernel.start[:-1]) | (kernel.start[1:] > len(kernel.successor)))
    if len(missing):
        raise InvalidInput(
            "has no entry", field="transition", index=place(int(missing[0])), expected="a row that sums to 1"
        )
    outside = np.flatnonzero((kernel.successor < 0) | (kernel.successor >= n_states))
    if len(outside):
        entry = int(outside[0])
        raise InvalidInput(
            f"next state {kernel.successor[entry]}",
            field="transition",
            index=place(int(kernel.row[entry])),
            expected=f"a state between 0 and {n_states - 1}",
        )
    repeated = np.flatnonzero((np.diff(kernel.row) == 0) & (np.diff(kernel.successor) <= 0))
    if len(repeated):
        entry = int(repeated[0]) + 1
        raise InvalidInput(
            f"next state {kernel.successor[entry]} repeated or out of order",
            field="transition",
            index=place(int(kernel.row[entry])),
            expected="increasing next states",
        )
    numerator = kernel.probability.numerator
    if (numerator < 0).any():
        entry = int(np.argmax(numerator < 0))
        raise InvalidInput(
            f"{brief_fraction(kernel.probability[entry])} is negative",
            field="transition",
            index=[*place(int(kernel.row[entry])), int(kernel.successor[entry])],
            expected="a probability",
        )
    if completion is not None:
        kernel = complete_sparse(kernel, completion)
    total = np.add.reduceat(kernel.probability.numerator.astype(object), kernel.start[:-1])
    wrong = np.flatnonzero(total != kernel.probability.denominator)
    if len(wrong):
        row = int(wrong[0])
        value = Fraction(int(total[row]), kernel.probability.denominator)
        raise InvalidInput(
            f"sums to {_readable(value)}", field="transition", index=place(row), expected=_row_sum(completion)
        )
    return kernel.without_zeros()


def _action_labels(labels: Any, n_actions: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    if labels is None:
        return ()
    if not isinstance(labels, (list, tuple)) or len(labels) != len(n_actions):
        found = f"{len(labels)} lists" if isinstance(labels, (list, tuple)) else f"{labels!r:.40}"
        raise InvalidInput(found, field="actions", expected=f"one list of labels for each of {len(n_actions)} players")
    return tuple(labels_of(part, "actions", count, (i,)) for i, (part, count) in enumerate(zip(labels, n_actions)))
