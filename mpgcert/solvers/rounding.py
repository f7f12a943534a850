"""What doubles can prove about a Bellman operator: a bound on everything that rounding did.

Solvers use it to discard, without exact arithmetic, the many alternatives that are far from a tie.
"""

from __future__ import annotations

__all__ = ["bellman_error"]

_UNIT = 2.0**-53


def bellman_error(n_states: int, reward_size: float, value_size: float) -> float:
    """Bound on the error of `r + gamma * (P @ v) - w` computed in doubles.

    Here r, gamma, P (rows [S] of an exact kernel), v and w are real numbers, each given to the computation as its
    nearest double; |r| <= `reward_size`, |v| and |w| <= `value_size` for those doubles.  Any order of summation,
    with or without fused multiply-add, is covered.

    Proof.  A term P(s') v(s') meets at most S + 6 roundings: of P, v and gamma on entry, its product, at most S - 1
    additions, the product with gamma, the addition of r, the subtraction of w.  The terms r and w meet fewer.  So
    the error is at most g (|r| + gamma P|v| + |w|) <= g (R + 2 V) with g = (S + 6) u / (1 - (S + 6) u) and
    u = 2^-53 (Higham, Accuracy and Stability of Numerical Algorithms, lemma 3.1), and g <= 2 (S + 6) u for every S
    that fits in memory.  The factor 4 in place of 2 covers that R and V are roundings of the true sizes and that
    this bound is itself computed in doubles.  Gradual underflow adds at most 2^-1074 per operation, and for an
    underflowed entry of P at most 2^-1074 V; the last term exceeds all of these.
    """
    terms = n_states + 8
    return 4 * terms * _UNIT * (reward_size + 2 * value_size) + terms * 2.0**-1000 * (1 + reward_size + value_size)
