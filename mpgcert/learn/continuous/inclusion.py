"""The right-hand side of the best-response inclusion (maheshwari2023.eq-7, eq-8), in any arithmetic.

d pi_i(s) / d tau = gamma_i(s) (b_i(s) - pi_i(s)) with a selection b_i(s) in br_i(s; pi), the mixtures p that maximise
sum_a p(a) Q_i(s, a; pi).  These are the mixtures that use maximisers of Q_i(s, .; pi) only.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import Arithmetic, ExactArray, parse_number
from mpgcert.errors import InvalidInput

__all__ = ["SELECTIONS", "rates_of_change", "right_hand_side", "select_replies"]

Array = NDArray[Any]

SELECTIONS = ("first", "last", "uniform", "stay")


def select_replies(
    arithmetic: Arithmetic,
    q: Sequence[Array],
    policy: Sequence[Array],
    rule: str = "first",
    tie: Fraction = Fraction(0),
) -> list[Array]:
    """One best reply b_i(s) for each player and state: [S, A_i] for each player.

    Args:
        arithmetic: of `q` and `policy`.  In balls an action counts as a maximiser unless it certainly is none.
        q: Q_i(s, .; pi) [S, A_i] for each player.
        policy: pi_i [S, A_i], which `stay` needs.
        rule: at ties, the `first` or `last` maximiser, their `uniform` mixture, or `stay`: pi_i(s) itself where
            it uses maximisers only (elsewhere as `first`).
        tie: actions this far below the maximum count as maximisers; for doubles.

    Raises:
        InvalidInput: another rule.
    """
    if rule not in SELECTIONS:
        raise InvalidInput(f"{rule!r:.40}", field="selection", expected=" or ".join(SELECTIONS))
    with arithmetic.context():
        slack = arithmetic.number(tie)
        return [
            np.stack([_reply(arithmetic, values + slack, values, row, rule) for values, row in zip(table, own)])
            for table, own in zip(q, policy, strict=True)
        ]


def _reply(arithmetic: Arithmetic, raised: Array, values: Array, own: Array, rule: str) -> Array:
    top = arithmetic.maximum(values)
    best = [action for action, value in enumerate(raised) if arithmetic.at_most(top, value) is not False]
    if rule == "stay" and not any(arithmetic.is_nonzero(own[a]) for a in range(len(own)) if a not in best):
        return own
    chosen = {"last": best[-1:], "uniform": best}.get(rule, best[:1])
    weights = np.zeros(len(values), dtype=np.int64)
    weights[chosen] = 1
    return arithmetic.array(ExactArray.of_integers(weights, len(chosen)))


def rates_of_change(arithmetic: Arithmetic, policy: Sequence[Array], gamma: Any = 1) -> list[Array]:
    """gamma_i(s) as [S, 1] for each player, from one number, or from [n][S] numbers of the arithmetic.

    Raises:
        InvalidInput: another shape, or a number that is not certainly positive.
    """
    n_states = len(policy[0])
    if isinstance(gamma, (list, tuple, np.ndarray)):
        table = [list(row) for row in gamma]
    else:
        table = [[_number(arithmetic, gamma)] * n_states for _ in policy]
    if len(table) != len(policy) or any(len(row) != n_states for row in table):
        raise InvalidInput("another shape", field="gamma", expected=f"a number, or {len(policy)} lists of {n_states}")
    columns = []
    for player, row in enumerate(table):
        for state, value in enumerate(row):
            if arithmetic.sign(value) != 1:
                raise InvalidInput(f"{value}", field="gamma", index=[player, state], expected="a positive number")
        columns.append(np.array(row, dtype=policy[player].dtype)[:, None])
    return columns


def _number(arithmetic: Arithmetic, gamma: Any) -> Any:
    """A plain number in the arithmetic; what is none is taken to be in it."""
    if not isinstance(gamma, (int, float, str, Fraction)):
        return gamma
    try:
        return arithmetic.number(parse_number(gamma))
    except ValueError as error:
        raise InvalidInput(str(error), field="gamma", expected="a positive number") from None


def right_hand_side(
    arithmetic: Arithmetic, policy: Sequence[Array], replies: Sequence[Array], gamma: Any = 1
) -> list[Array]:
    """gamma_i(s) (b_i(s) - pi_i(s)), [S, A_i] for each player (maheshwari2023.eq-8).

    Args:
        arithmetic: of the arrays.
        policy: pi_i.
        replies: b_i, for instance from `select_replies`.
        gamma: one positive number, or [n][S] numbers of the arithmetic.
    """
    with arithmetic.context():
        speeds = rates_of_change(arithmetic, policy, gamma)
        return [speed * (reply - own) for speed, reply, own in zip(speeds, replies, policy, strict=True)]
