"""The one place that decides whether data make a Markov game; every refusal names the entry."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games.markov import MarkovGame, SparseKernel, parse_discount

__all__ = ["check_probability_rows", "validated"]


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
) -> MarkovGame:
    """See `MarkovGame.of`."""
    if not isinstance(name, str):
        raise InvalidInput(f"{name!r:.40}", field="name", expected="a string")
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
    n_players, n_states, *n_actions = exact_rewards.shape
    gamma = parse_discount(discount)
    start = _initial(initial, n_states)
    kernel = _kernel(transition, (n_states, *n_actions, n_states))
    return MarkovGame(
        name=name,
        discount=gamma,
        initial=start,
        transition=kernel,
        rewards=exact_rewards,
        states=_labels(states, "states", n_states, ()),
        players=_labels(players, "players", n_players, ()),
        actions=_action_labels(actions, tuple(n_actions)),
        notes=notes,
    )


def _initial(initial: Any, n_states: int) -> ExactArray:
    if initial is None:
        return ExactArray.of_integers(np.ones(n_states, dtype=np.int64), n_states)
    exact = ExactArray.parse(initial, "initial", (n_states,))
    check_probability_rows(exact.reshape(1, n_states), "initial", drop=1)
    return exact


def _kernel(transition: Any, shape: tuple[int, ...]) -> ExactArray | SparseKernel:
    if transition is None:
        if shape[0] != 1:
            raise InvalidInput("missing", field="transition", expected=f"the kernel of {shape[0]} states")
        return ExactArray.of_integers(np.ones(shape, dtype=np.int64))
    if isinstance(transition, SparseKernel):
        _check_sparse(transition, shape)
        return transition
    exact = ExactArray.parse(transition, "transition", shape)
    check_probability_rows(exact, "transition")
    return exact


def check_probability_rows(rows: ExactArray, field: str, drop: int = 0) -> None:
    """Raise InvalidInput unless the last axis holds probability vectors that sum to exactly 1.

    `drop` leading indices are left out of messages (for a vector that was reshaped to one row).
    """
    negative = np.argwhere(rows.numerator < 0)
    if len(negative):
        index = tuple(int(i) for i in negative[0])
        raise InvalidInput(
            f"{format_fraction(rows[index])} is negative", field=field, index=index[drop:], expected="a probability"
        )
    total = rows.sum(axis=-1)
    wrong = np.argwhere(total.numerator != total.denominator)
    if len(wrong):
        index = tuple(int(i) for i in wrong[0])
        raise InvalidInput(f"sums to {_readable(total[index])}", field=field, index=index[drop:], expected=_ROW_SUM)


_ROW_SUM = 'exactly 1 (write thirds as "1/3"; for data from floating point set "inexact": true)'


def _readable(value: Fraction) -> str:
    text = format_fraction(value)
    return text if len(text) <= 24 else f"about {float(value)!r}, off by {float(value - 1):.3g}"


def _check_sparse(kernel: SparseKernel, shape: tuple[int, ...]) -> None:
    n_states, rows = shape[0], int(np.prod(shape[:-1]))
    if len(kernel.start) != rows + 1 or kernel.start[0] != 0 or kernel.start[-1] != len(kernel.successor):
        raise InvalidInput(f"{len(kernel.start) - 1} rows", field="transition", expected=f"{rows} rows")
    if kernel.probability.shape != kernel.successor.shape:
        raise InvalidInput(
            f"{kernel.probability.size} probabilities for {len(kernel.successor)} successors", field="transition"
        )

    def place(row: int) -> list[int]:
        return [int(i) for i in np.unravel_index(row, shape[:-1])]

    lengths = np.diff(kernel.start)
    if (lengths <= 0).any():
        raise InvalidInput(
            "has no entry",
            field="transition",
            index=place(int(np.argmax(lengths <= 0))),
            expected="a row that sums to 1",
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
            f"{format_fraction(kernel.probability[entry])} is negative",
            field="transition",
            index=[*place(int(kernel.row[entry])), int(kernel.successor[entry])],
            expected="a probability",
        )
    total = np.add.reduceat(numerator.astype(object), kernel.start[:-1])
    wrong = np.flatnonzero(total != kernel.probability.denominator)
    if len(wrong):
        row = int(wrong[0])
        value = Fraction(int(total[row]), kernel.probability.denominator)
        raise InvalidInput(f"sums to {_readable(value)}", field="transition", index=place(row), expected=_ROW_SUM)


def _labels(labels: Any, field: str, count: int, index: tuple[int, ...]) -> tuple[str, ...]:
    if labels is None:
        return ()
    if not isinstance(labels, (list, tuple)) or len(labels) != count:
        found = f"{len(labels)} labels" if isinstance(labels, (list, tuple)) else f"{labels!r:.40}"
        raise InvalidInput(found, field=field, index=index, expected=f"a list of {count} labels")
    for i, label in enumerate(labels):
        if not isinstance(label, str):
            raise InvalidInput(f"{label!r:.40}", field=field, index=(*index, i), expected="a string")
    return tuple(labels)


def _action_labels(labels: Any, n_actions: tuple[int, ...]) -> tuple[tuple[str, ...], ...]:
    if labels is None:
        return ()
    if not isinstance(labels, (list, tuple)) or len(labels) != len(n_actions):
        found = f"{len(labels)} lists" if isinstance(labels, (list, tuple)) else f"{labels!r:.40}"
        raise InvalidInput(found, field="actions", expected=f"one list of labels for each of {len(n_actions)} players")
    return tuple(_labels(part, "actions", count, (i,)) for i, (part, count) in enumerate(zip(labels, n_actions)))
