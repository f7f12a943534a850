"""The fast oracles against the generic evaluation, against each other and against enumeration."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.learn.averages import averages
from mpgcert.learn.dynamics import softmax
from mpgcert.learn.oracle import StageRewards, _Dense, oracle_of
from mpgcert.solvers.arrays import GameArrays, average_over_others
from mpgcert.solvers.evaluation import evaluate
from mpgcert.strategies import games

seeds = st.integers(0, 2**32 - 1)


def drawn_policy(game, seed, spread=2.0):
    oracle = oracle_of(game)
    logits = spread * np.random.default_rng(seed).normal(size=(game.n_states, sum(game.n_actions)))
    return softmax(logits, oracle.layout)[0]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=5), st.integers(1, 3), st.integers(1, 4), seeds)
def test_averages_equal_those_taken_player_by_player(sizes, n_states, width, seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(n_states, *sizes, width))
    policy = [rng.dirichlet(np.ones(count), size=n_states) for count in sizes]
    found = averages(table.reshape(n_states, -1, width), policy)
    for i, mean in enumerate(found):
        for k in range(width):
            expected = average_over_others(np.ascontiguousarray(table[..., k]), policy, i)
            np.testing.assert_allclose(mean[..., k], expected, atol=1e-13)


@given(games(max_players=4), seeds)
def test_oracle_equals_the_generic_evaluation(game, seed):
    policy = drawn_policy(game, seed)
    oracle = oracle_of(game)
    found = oracle.evaluate(policy)
    parts = oracle.layout.split(policy)
    expected = evaluate(GameArrays.of(game), parts)
    scale = 1 / (1 - oracle.discount)
    close = {"rtol": 0, "atol": 1e-13 * scale**2}
    np.testing.assert_allclose(found.values[oracle.rewards.of_player], expected.values, **close)
    np.testing.assert_allclose(found.visitation, expected.visitation, **close)
    for i, (q, advantage) in enumerate(
        zip(oracle.layout.split(found.averaged_q), oracle.layout.split(found.advantage))
    ):
        np.testing.assert_allclose(q, expected.averaged_q(i), **close)
        np.testing.assert_allclose(advantage, expected.averaged_advantage(i), **close)


@given(games(max_players=4), seeds)
def test_sparse_and_dense_kernels_agree(game, seed):
    policy = drawn_policy(game, seed)
    kernels = game.dense_kernel(), game.sparse_kernel
    dense, sparse = (oracle_of(replace(game, transition=kernel)) for kernel in kernels)
    if game.n_states > 1:
        assert type(dense) is not type(sparse)
    one, other = dense.evaluate(policy), sparse.evaluate(policy)
    scale = 1 / (1 - dense.discount)
    start = np.zeros((game.n_players, game.n_states), dtype=np.int64)
    replies = [o.best_replies(policy, e, start).values for o, e in ((dense, one), (sparse, other))]
    for a, b in [*zip(one[:4], other[:4]), replies]:
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-13 * scale**2)


@given(games(max_states=1, max_players=4), seeds)
def test_one_state_is_a_special_case_of_many(game, seed):
    policy = drawn_policy(game, seed)
    one, many = oracle_of(game), _Dense(game, StageRewards.of(game))
    assert type(one) is not type(many)
    start = np.zeros((game.n_players, 1), dtype=np.int64)
    a, b = one.evaluate(policy), many.evaluate(policy)
    scale = 1 / (1 - one.discount)
    for x, y in zip(a[:4], b[:4]):
        np.testing.assert_allclose(x, y, rtol=0, atol=1e-13 * scale**2)
    replies = one.best_replies(policy, a, start).values
    np.testing.assert_allclose(replies, many.best_replies(policy, b, start).values, rtol=0, atol=1e-13 * scale**2)


@given(games(max_states=4), seeds)
@settings(max_examples=25)
def test_best_replies_do_not_depend_on_the_start(game, seed):
    policy = drawn_policy(game, seed)
    oracle = oracle_of(game)
    e = oracle.evaluate(policy)
    rng = np.random.default_rng(seed)
    starts = [np.stack([rng.integers(0, count, game.n_states) for count in game.n_actions]) for _ in range(3)]
    found = [oracle.best_replies(policy, e, start) for start in starts]
    again = oracle.best_replies(policy, e, found[0].choices)
    assert np.array_equal(again.values, found[0].values)
    assert np.array_equal(again.choices, found[0].choices)
    for other in found[1:]:
        np.testing.assert_allclose(other.values, found[0].values, rtol=1e-11, atol=1e-12)


def test_the_potential_must_fit_and_is_the_common_reward_by_default():
    payoff = [[1, 0], [0, 2]]
    common = MarkovGame.of(rewards=[[payoff], [payoff]])
    assert StageRewards.of(common).potential == 0
    assert len(StageRewards.of(common, common.rewards[0]).table) == 1
    other = MarkovGame.of(rewards=[[payoff], [[[3, 0], [0, 2]]]])
    assert StageRewards.of(other).potential is None
    given_one = StageRewards.of(other, common.rewards[0])
    assert given_one.potential == 2
    assert np.array_equal(given_one.table[2], np.array([payoff]))
    with pytest.raises(InvalidInput, match="potential"):
        StageRewards.of(other, ExactArray.of_integers(np.ones((2, 2), dtype=np.int64)))
    huge = ExactArray.of_integers(np.array([[[[10**400, 0], [0, 0]]]] * 2, dtype=object).reshape(2, 1, 2, 2))
    with pytest.raises(InvalidInput, match="beyond the range of doubles"):
        oracle_of(common.with_rewards(huge))
