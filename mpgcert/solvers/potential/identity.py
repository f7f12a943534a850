"""Polynomial identity test of a potential, with an explicit bound on the probability of error.

phi is a stage potential iff Abar_{g_i, i}^pi(s, a_i) = 0 for all i, s, a_i, pi, where g_i = r_i - phi.  Write
M(pi) = I - gamma P_pi.  Then N(pi) = Abar(pi) det M(pi) is a polynomial: row s of M and of the averaged reward
is multilinear in the rows pi_1(.|s), ..., pi_n(.|s), so det M and V det M have degree at most nS, and the
average over a_-i adds n - 1.  Hence **degree at most n S + n - 1**.

Suppose phi is wrong: some N is not the zero polynomial.  One round draws a prime p, uniform over the primes
in [2^60, 2^61), and policies with uniform entries mod p whose rows sum to 1.  It is fooled only if

1. *p divides N at a test point.* N has degree at most 2 in each row of a policy, so it is not zero at some
   policy with entries 0, 1/2, 1 only (the lattice of order 2 of a simplex determines polynomials of degree
   2, and products of such lattices those of degree 2 in each row).  There, with q the denominator of gamma,
   D_P, D_g those of the kernel and of r, phi, and c = q D_P 2^n, the rows of c M are integers with absolute sum
   at most 2c; by Cramer's rule D_g c det(c M) Abar is an integer, not 0, and at most
   B = D_g c (2c)^S 2 max|g| / (1 - gamma).  At most log2(B) / 60 of the primes divide it, and there are more than
   3 x / (5 ln x) primes between x = 2^60 and 2x (Rosser and Schoenfeld 1962, corollary 3).
2. or *N mod p is not the zero polynomial, but vanishes at the random point*: probability at most
   degree / p (Schwartz-Zippel).

Draws where p divides a denominator or det M(pi) = 0 mod p are repeated; this conditions on an event of
probability far above 1/2, so doubling the sum of 1 and 2 covers it.  Rounds are independent: their bounds multiply.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, PrimeField
from mpgcert.errors import SingularMatrix
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate

__all__ = ["IdentityTest", "advantages_vanish", "draw_arrays", "identity_test", "random_policy"]

Array = NDArray[Any]

ERROR_LIMIT = Fraction(1, 2**40)
_ATTEMPTS = 20


@dataclass(frozen=True)
class IdentityTest:
    """The potential passed at random policies over random prime fields.

    Attributes:
        primes: one per round.
        degree: n S + n - 1, a bound on the degree of the polynomials tested.
        error_bound: upper bound on the probability that a wrong potential passes all rounds.
    """

    primes: tuple[int, ...]
    degree: int
    error_bound: Fraction

    @property
    def kind(self) -> str:
        return "identity test"

    def __str__(self) -> str:
        exponent = math.floor(-math.log2(self.error_bound))
        return f"identity test at {len(self.primes)} random policies over prime fields, error below 2^-{exponent}"


def identity_test(game: MarkovGame, potential: ExactArray, generator: random.Random) -> IdentityTest | None:
    """Test phi [S, A_1, ..., A_n] until the error bound is below 2^-40; None if it is refuted (surely)."""
    degree = game.n_players * game.n_states + game.n_players - 1
    per_round = _round_error(game, potential, degree)
    rounds = 1
    while per_round**rounds >= ERROR_LIMIT:
        rounds += 1
    primes = []
    for _ in range(rounds):
        arrays = draw_arrays(game, generator)
        phi = arrays.arithmetic.array(potential)
        if not advantages_vanish(arrays, phi, generator):
            return None
        assert isinstance(arrays.arithmetic, PrimeField)
        primes.append(arrays.arithmetic.prime)
    return IdentityTest(tuple(primes), degree, per_round**rounds)


def draw_arrays(game: MarkovGame, generator: random.Random) -> GameArrays:
    """The game over a random prime field."""
    for _ in range(_ATTEMPTS):
        try:
            return GameArrays.of(game, PrimeField.draw(generator))
        except SingularMatrix:  # the prime divides a denominator of the data
            continue
    raise SingularMatrix(f"{_ATTEMPTS} random primes all divide a denominator of the game")


def random_policy(arrays: GameArrays, generator: random.Random) -> list[Array]:
    """Uniform field entries [S, A_i] whose rows sum to 1."""
    field = arrays.arithmetic
    assert isinstance(field, PrimeField)
    policy = []
    for count in arrays.n_actions:
        rows = field.random_elements(generator, (arrays.n_states, count))
        rows[:, -1] = field.number(1) - (rows.sum(axis=1) - rows[:, -1])
        policy.append(rows)
    return policy


def advantages_vanish(arrays: GameArrays, phi: Array, generator: random.Random) -> bool:
    """Whether all averaged advantages of r_i - phi are 0 at a random policy of the prime field."""
    gaps = arrays.rewards - phi
    if not gaps.any():
        return True
    for _ in range(_ATTEMPTS):
        try:
            result = evaluate(arrays, random_policy(arrays, generator), gaps)
        except SingularMatrix:
            continue
        return not any(result.averaged_advantage(i).any() for i in range(arrays.n_players))
    raise SingularMatrix(f"{_ATTEMPTS} random policies all gave a singular system")


def _round_error(game: MarkovGame, potential: ExactArray, degree: int) -> Fraction:
    """Bound on the probability that one round is fooled; symbols as in the module docstring."""
    c = game.discount.denominator * game.sparse_kernel.probability.denominator * 2**game.n_players
    denominator = game.rewards.denominator * potential.denominator
    largest = sum(max(abs(x.min()), abs(x.max())) for x in (game.rewards, potential))
    magnitude = math.ceil(2 * largest / (1 - game.discount)) + 1
    bits = (denominator * c * magnitude).bit_length() + game.n_states * (2 * c).bit_length()
    log_x = Fraction(416, 10)  # above ln 2^60 = 41.58...
    primes = Fraction(3 * 2**60, 5) / log_x
    return 2 * (Fraction(bits, 60) / primes + Fraction(degree, 2**60))
