"""Normalised games: exact maps of values, gradients, potentials and whole algorithms."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Normalization
from mpgcert.games.builtin import builtin
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate, policy_gradient

POSITIVE = st.fractions(min_value=Fraction(1, 100), max_value=100)


@st.composite
def moved_games(draw, **options):
    """Games whose players' rewards were moved apart and stretched by one factor."""
    game = draw(strategies.games(**options))
    stretch = draw(POSITIVE)
    rewards = np.array(game.rewards.fractions(), dtype=object).reshape(game.rewards.shape)
    for part in rewards:
        part *= stretch
        part += draw(st.fractions(min_value=-100, max_value=100, max_denominator=50))
    return game.with_rewards(ExactArray.of_fractions(rewards))


@given(strategies.games())
def test_rewards_in_the_unit_interval_stay(game):
    normalization = Normalization.of(game)
    assert normalization.is_identity
    assert normalization.apply(game) is game


@given(moved_games())
def test_normalised_rewards_by_definition(game):
    normalization = Normalization.of(game)
    scaled = normalization.apply(game)
    before, after = game.rewards.fractions(), scaled.rewards.fractions()
    per_player = len(before) // game.n_players
    for k, (old, new) in enumerate(zip(before, after)):
        assert new == (old - normalization.offsets[k // per_player]) / normalization.scale
    assert all(0 <= new <= 1 for new in after)
    if not normalization.is_identity:
        assert all(part.min() == 0 for part in (scaled.rewards[i] for i in range(game.n_players)))
        ranges = [game.rewards[i].max() - game.rewards[i].min() for i in range(game.n_players)]
        assert normalization.scale == (max(ranges) or 1)
        assert scaled.rewards.max() == (1 if max(ranges) else 0)
    assert scaled.transition is game.transition
    assert Normalization.of(scaled).is_identity


@given(moved_games(), st.data())
def test_values_advantages_and_gradients_map_both_ways(game, data):
    normalization = Normalization.of(game)
    policy = data.draw(strategies.policies(game)).lift(EXACT)
    before = evaluate(GameArrays.of(game, EXACT), policy)
    after = evaluate(GameArrays.of(normalization.apply(game), EXACT), policy)
    for i in range(game.n_players):
        for old, new in zip(before.values[i], after.values[i]):
            old, new = (EXACT.enclosure(value)[0] for value in (old, new))
            assert normalization.normalized_value(old, i, game.discount) == new
            assert normalization.original_value(new, i, game.discount) == old
        scale = EXACT.number(normalization.scale)
        assert (before.averaged_advantage(i) == after.averaged_advantage(i) * scale).all()
        assert (policy_gradient(before, i) == policy_gradient(after, i) * scale).all()


@given(moved_games(full_support=True), POSITIVE, POSITIVE, st.data())
def test_the_four_algorithms_make_the_same_steps(game, eta, weight, data):
    """zhang2022.eq-8, eq-15: parameter updates; eq-10, eq-17: exponents (each with and without the barrier)."""
    normalization = Normalization.of(game)
    policy = data.draw(strategies.policies(game, interior=True)).lift(EXACT)

    def updates(at, eta, weight):
        result = evaluate(GameArrays.of(at, EXACT), policy)
        eta, weight = EXACT.number(eta), EXACT.number(weight)
        rate = eta / (1 - EXACT.number(at.discount))
        for i, own in enumerate(policy):
            gradient, barrier = policy_gradient(result, i), weight * (1 - own.shape[1] * own)
            natural, visited = rate * result.averaged_advantage(i), result.visitation[:, None]
            yield eta * gradient
            yield eta * (gradient + barrier)
            yield natural
            yield natural + eta * weight / (visited * own) - eta * weight * own.shape[1] / visited

    normalised = updates(normalization.apply(game), eta, weight)
    original = updates(game, normalization.original_step_size(eta), normalization.original_regularization(weight))
    assert all((left == right).all() for left, right in zip(normalised, original, strict=True))


@given(moved_games(), POSITIVE)
def test_the_maps_are_inverse_to_each_other(game, x):
    normalization = Normalization.of(game)
    for there, back in [
        (normalization.normalized_step_size, normalization.original_step_size),
        (normalization.normalized_regularization, normalization.original_regularization),
        (normalization.normalized_difference, normalization.original_difference),
    ]:
        assert back(there(x)) == x == there(back(x))
    # an accuracy times a step size has no unit
    assert normalization.normalized_difference(x) * normalization.normalized_step_size(x) == x * x


@given(st.integers(0, 10**6), st.booleans())
def test_one_scale_keeps_an_exact_potential(seed, shaping):
    """All players' advantages agree before and after, though their rewards moved by different offsets."""
    game = builtin("random-potential", seed=seed, states=2, players=2, actions=2, shaping=shaping)
    scaled = Normalization.of(game).apply(game)
    policy = [EXACT.array(ExactArray.of_integers(np.array([[1, 2], [3, 0]]), 3))] * 2
    result = evaluate(GameArrays.of(scaled, EXACT), policy)
    joint = result.q_joint - result.values.reshape(2, 2, 1, 1)
    assert (joint[0] == joint[1]).all()


def test_figure_1_and_constant_rewards():
    normalization = Normalization.of(builtin("zhang2022-figure-1"))
    assert normalization == Normalization(Fraction(6, 5), (Fraction(-1), Fraction(-1)))
    assert normalization.apply(builtin("zhang2022-figure-1")).is_identical_interest
    constant = MarkovGame.of(
        rewards=[
            [[5, 5]],
        ]
    )
    assert Normalization.of(constant) == Normalization(Fraction(1), (Fraction(5),))
    assert Normalization.of(constant).apply(constant).rewards.max() == 0
    with pytest.raises(InvalidInput, match="1 offsets; expected one for each of 2 players"):
        Normalization.of(constant).apply(builtin("stag-hunt"))


def test_numbers_beyond_64_bits():
    game = MarkovGame.of(rewards=[[[Fraction(10**30, 7), -(10**25), Fraction(1, 3**40)]]])
    scaled = Normalization.of(game).apply(game).rewards.fractions()
    low, high = Fraction(-(10**25)), Fraction(10**30, 7)
    assert scaled == [1, 0, (Fraction(1, 3**40) - low) / (high - low)]
