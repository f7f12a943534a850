import random
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import ExactArray, PrimeField
from mpgcert.games import MarkovGame
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.potential.construct import construct_candidate, transition_rows
from mpgcert.solvers.potential.identity import identity_test, random_policy
from mpgcert.solvers.potential.influence import reach


def test_random_rows_sum_to_one(planted):
    generator = random.Random(1)
    arrays = GameArrays.of(planted(3, (2, 1, 3), 0), PrimeField.draw(generator))
    for part, count in zip(random_policy(arrays, generator), (2, 1, 3)):
        assert part.shape == (3, count)
        assert all(total == 1 for total in part.sum(axis=1))


def test_a_wrong_potential_is_refuted(planted):
    game = planted(3, (2, 2), 0)
    right = game.rewards[0]
    wrong = ExactArray.of_integers(
        right.numerator + (np.arange(right.size) == 5).reshape(right.shape), right.denominator
    )
    assert identity_test(game, right, random.Random(0)) is not None
    assert identity_test(game, wrong, random.Random(0)) is None


def test_long_numbers_cost_more_rounds_until_the_bound_is_met():
    # Denominators of about 10^1200 give the random prime many chances to divide a determinant.
    tiny, S = Fraction(1, 10**1200 + 7), 150
    kernel = np.full((S, 2, S), Fraction(0), dtype=object)
    kernel[:, :, 0], kernel[:, 1, 1] = 1, tiny
    kernel[:, 1, 0] = 1 - tiny
    game = MarkovGame.of(rewards=np.ones((1, S, 2), dtype=int), transition=kernel.tolist(), discount="1/2")
    test = identity_test(game, game.rewards[0], random.Random(0))
    assert len(test.primes) == 2
    assert test.error_bound < Fraction(1, 2**40)


def test_candidates_over_two_fields_are_reductions_of_one_potential(delayed):
    game = delayed(0)
    generator, influenced = random.Random(3), reach(game)
    from mpgcert.arithmetic import EXACT

    exact = construct_candidate(GameArrays.of(game, EXACT), influenced, 0)
    for _ in range(2):
        field = PrimeField.draw(generator)
        reduced = construct_candidate(GameArrays.of(game, field), influenced, 0)
        for one, other in zip(exact.ravel(), reduced.ravel()):
            assert field.number(EXACT.enclosure(one)[0]) == other


def test_transition_rows_of_both_kinds(planted):
    from dataclasses import replace

    game = planted(4, (2, 3), 0)
    spare = replace(game, transition=game.sparse_kernel)
    states, joint = np.array([3, 0]), np.array([5, 1, 0])
    rows = [transition_rows(GameArrays.of(g).transition, states, joint) for g in (game, spare)]
    want = game.dense_kernel().to_float().reshape(4, 6, 4)[np.ix_(states, joint)]
    assert np.array_equal(rows[0], want)
    assert np.array_equal(rows[1], want)
