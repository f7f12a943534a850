"""An independent evaluation with Python's Fractions, and games with a planted potential."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame


def solve_by_elimination(matrix, right):
    rows = [[*row, b] for row, b in zip(matrix, right)]
    for k in range(len(rows)):
        pivot = next(m for m in range(k, len(rows)) if rows[m][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for m in range(len(rows)):
            if m != k and rows[m][k]:
                rows[m] = [x - rows[m][k] * y for x, y in zip(rows[m], rows[k])]
    return [row[-1] for row in rows]


def brute_value(game, policy, stage):
    """V [S] of a stage reward, exact [S, A_1, ..., A_n], under a Policy; by definition, in Fractions."""
    kernel, S = game.dense_kernel(), game.n_states
    matrix, right = [], []
    for s in range(S):
        row, mean = [Fraction(int(s == t)) for t in range(S)], Fraction(0)
        for a in product(*map(range, game.n_actions)):
            weight = Fraction(1)
            for i, action in enumerate(a):
                weight *= policy.probabilities[i][s, action]
            if weight:
                mean += weight * stage[(s, *a)]
                row = [x - game.discount * weight * kernel[(s, *a, t)] for t, x in enumerate(row)]
        matrix.append(row)
        right.append(mean)
    return solve_by_elimination(matrix, right)


@pytest.fixture(scope="session")
def value():
    return brute_value


@pytest.fixture(scope="session")
def planted():
    """r_i = phi + w_i - gamma P w_i + u_i(s, a_-i); the u_i only with `still`, where no action moves the state."""

    def build(S, A, seed, still=False, shaping=True, bump=None, discount=Fraction(9, 10)):
        rng, n = np.random.default_rng(seed), len(A)
        kernel = rng.multinomial(20, np.ones(S) / S, size=(S, *A))
        if still:
            kernel = np.broadcast_to(kernel[(slice(None), *[slice(0, 1)] * n)], kernel.shape).copy()
        rewards = np.stack([rng.integers(0, 100, size=(S, *A))] * n).astype(object)
        if still:
            for i in range(n):
                rewards[i] += rng.integers(0, 100, size=(S, *(1 if j == i else A[j] for j in range(n))))
        w = rng.integers(-50, 50, size=(n, S)) * int(shaping)
        p, q = discount.numerator, discount.denominator
        expected = np.stack([kernel @ w[i] for i in range(n)])
        numerator = (rewards + w.reshape(n, S, *[1] * n)) * 20 * q - p * expected
        numerator, denominator = numerator * 10**6, 100 * 20 * q * 10**6
        if bump is not None:
            numerator[bump] += denominator // 10**6
        return MarkovGame.of(
            rewards=ExactArray.of_integers(numerator, denominator),
            transition=ExactArray.of_integers(kernel, 20),
            discount=discount,
        )

    return build


@pytest.fixture(scope="session")
def delayed():
    """A potential game without a structural proof.

    State 0 leads to 1 or 2, as the actions say; both lead to 3; 3 leads to 0.  So nobody moves the visits to 3,
    where rewards have terms u_i(a_-i), though 3 is reached from states whose probability everybody moves.
    """

    def build(seed, bump=0):
        rng = np.random.default_rng(seed)
        kernel = np.zeros((4, 2, 2, 4), dtype=int)
        kernel[0, ..., 1:3] = rng.multinomial(5, [0.5, 0.5], size=(2, 2))
        kernel[1:3, ..., 3] = kernel[3, ..., 0] = 5
        common = rng.integers(0, 9, size=(4, 2, 2))
        rewards = np.stack([common, common])
        rewards[0, 3] += rng.integers(1, 9, size=(1, 2)) * np.array([[1, 2]])
        rewards[1, 3] += np.array([[3], [1]])
        rewards[0, 0, 0, 0] += bump
        return MarkovGame.of(rewards=rewards, transition=ExactArray.of_integers(kernel, 5), discount="0.9")

    return build
