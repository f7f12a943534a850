"""Steps against definitions: finite differences of J, the Fisher matrix and its pseudo-inverse."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import Ball
from mpgcert.errors import InvalidInput
from mpgcert.learn.dynamics import (
    ALGORITHMS,
    StepRule,
    barrier_gradient,
    gradient_play,
    natural_gradient_play,
    policy_gradient,
    softmax,
)
from mpgcert.learn.generic_step import next_policy
from mpgcert.learn.iterates import Iteration
from mpgcert.learn.layout import ActionLayout
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.strategies import games, policies

BALL = Ball(512)
seeds = st.integers(0, 2**32 - 1)


def exact_returns(arrays, thetas):
    """J of the softmax policies of rational parameters, in balls."""
    with BALL.context():
        policy = []
        for theta in thetas:
            weight = np.frompyfunc(lambda x: BALL.number(x).exp(), 1, 1)(theta)
            policy.append(weight / weight.sum(axis=1, keepdims=True))
        return evaluate(arrays, policy).returns


@given(games(max_states=2, max_actions=3), seeds)
@settings(max_examples=15)
def test_gradient_is_the_derivative_of_the_objective(game, seed):
    rng = np.random.default_rng(seed)
    thetas = [
        np.array([[Fraction(int(k), 4) for k in row] for row in rng.integers(-8, 9, size=(game.n_states, count))])
        for count in game.n_actions
    ]
    oracle = oracle_of(game)
    layout = oracle.layout
    policy, _ = softmax(layout.join(thetas).astype(float), layout)
    e = oracle.evaluate(policy)
    gradients = layout.split(policy_gradient(policy, e.advantage, e.visitation, oracle.discount))
    arrays, h = GameArrays.of(game, BALL), Fraction(1, 10**40)
    for i, theta in enumerate(thetas):
        for index in np.ndindex(theta.shape):
            returns = []
            for sign in (1, -1):
                moved = [part.copy() for part in thetas]
                moved[i][index] += sign * h
                returns.append(exact_returns(arrays, moved)[i])
            with BALL.context():
                derivative = float(((returns[0] - returns[1]) / BALL.number(2 * h)).mid())
            scale = 1 / (1 - oracle.discount)
            assert abs(gradients[i][index] - derivative) <= 1e-13 * scale**2


def fisher(policy, visitation):
    """E over s ~ d and a ~ pi_i of the outer product of the score, entry by entry from the definition."""
    n_states, count = policy.shape
    out = np.zeros((n_states * count, n_states * count))
    for s in range(n_states):
        for a in range(count):
            score = np.zeros((n_states, count))
            score[s] -= policy[s]
            score[s, a] += 1
            out += visitation[s] * policy[s, a] * np.outer(score, score)
    return out


@given(games(full_support=True), seeds, st.sampled_from([0.0, 0.003]))
def test_natural_gradient_is_the_pseudo_inverse_of_the_fisher_matrix(game, seed, regularization):
    rng = np.random.default_rng(seed)
    oracle = oracle_of(game)
    layout = oracle.layout
    policy, log_policy = softmax(rng.normal(size=(game.n_states, sum(game.n_actions))), layout)
    e = oracle.evaluate(policy)
    rule = StepRule("natural-gradient-play", 0.7, regularization)
    gradient = policy_gradient(policy, e.advantage, e.visitation, oracle.discount)
    gradient = gradient + barrier_gradient(policy, regularization, layout)
    moved = natural_gradient_play(
        rule, layout, log_policy, policy, e.averaged_q, e.advantage, e.visitation, oracle.discount
    )
    for own, direction, step in zip(layout.split(policy), layout.split(gradient), layout.split(moved - log_policy)):
        inverse = np.linalg.pinv(fisher(own, e.visitation), rcond=1e-11, hermitian=True)
        expected = 0.7 * (inverse @ direction.ravel()).reshape(own.shape)
        expected -= expected.mean(axis=1, keepdims=True)
        centred = step - step.mean(axis=1, keepdims=True)
        np.testing.assert_allclose(centred, expected, rtol=0, atol=1e-7 * (1 + np.abs(expected).max()))


@given(games(full_support=True), seeds, st.sampled_from([0.0, 0.01]))
def test_gradient_play_adds_the_gradient(game, seed, regularization):
    rng = np.random.default_rng(seed)
    layout = ActionLayout(game.n_actions)
    policy, log_policy = softmax(rng.normal(size=(game.n_states, sum(game.n_actions))), layout)
    gradient = rng.normal(size=policy.shape)
    moved = gradient_play(StepRule("gradient-play", 0.3, regularization), layout, log_policy, policy, gradient)
    for i, (own, before, after, direction) in enumerate(
        zip(*map(layout.split, (policy, log_policy, moved, gradient)), strict=True)
    ):
        count = game.n_actions[i]
        for s, a in np.ndindex(own.shape):
            expected = direction[s, a] + regularization - regularization * count * own[s, a]
            assert after[s, a] - before[s, a] == pytest.approx(0.3 * expected, abs=1e-13)


@given(games(full_support=True), st.sampled_from(ALGORITHMS), st.sampled_from([Fraction(0), Fraction(1, 8)]), st.data())
@settings(max_examples=25)
def test_fast_steps_agree_with_their_twin_in_balls(game, algorithm, regularization, data):
    start = data.draw(policies(game, interior=True))
    step_size = Fraction(1, 64) * (1 - game.discount) ** 2
    oracle = oracle_of(game)
    iteration = Iteration(StepRule(algorithm, float(step_size), float(regularization)), oracle, RoundingBound.of(game))
    fast = iteration.after(iteration.first(start)).policy
    with BALL.context():
        evaluation = evaluate(GameArrays.of(game, BALL), start.lift(BALL))
        exact = next_policy(evaluation, algorithm, BALL.number(step_size), BALL.number(regularization))
    for own, enclosed in zip(oracle.layout.split(fast), exact):
        expected = [float(entry.mid()) for entry in enclosed.ravel()]
        # An exponent lambda / (d pi) of 10^4 and more makes 10^4 roundings of one.
        np.testing.assert_allclose(own.ravel(), expected, rtol=1e-9, atol=1e-9)


@given(games(full_support=True), seeds, st.sampled_from([0.0, 0.01]))
def test_centring_matters_only_to_truncation(game, seed, regularization):
    rng = np.random.default_rng(seed)
    oracle = oracle_of(game)
    layout = oracle.layout
    policy, log_policy = softmax(2 * rng.normal(size=(game.n_states, sum(game.n_actions))), layout)
    e = oracle.evaluate(policy)

    def moved(**options):
        rule = StepRule("natural-gradient-play", 0.5, regularization, **options)
        return natural_gradient_play(
            rule, layout, log_policy, policy, e.averaged_q, e.advantage, e.visitation, oracle.discount
        )

    plain, _ = softmax(moved(), layout)
    width = 1e6  # wide enough to cut nothing
    for truncation_of in ("centred", "uncentred"):
        after, _ = softmax(moved(truncation=width, truncation_of=truncation_of), layout)
        np.testing.assert_allclose(after, plain, atol=1e-9)
        cut = moved(truncation=0.25, truncation_of=truncation_of) - log_policy
        assert np.abs(cut).max() <= 0.25 + 1e-12
    horizon, barrier = 1 - oracle.discount, 0.5 * regularization / (e.visitation[:, None] * policy)
    expected = 0.5 * e.averaged_q / horizon + barrier
    cut = moved(truncation=0.25, truncation_of="uncentred") - log_policy
    np.testing.assert_allclose(cut, np.clip(expected, -0.25, 0.25), atol=1e-9)
    expected = 0.5 * e.advantage / horizon + barrier - 0.5 * regularization * layout.counts / e.visitation[:, None]
    cut = moved(truncation=0.25) - log_policy
    np.testing.assert_allclose(cut, np.clip(expected, -0.25, 0.25), atol=1e-9)


@given(st.lists(st.floats(-1e300, 1e300), min_size=5, max_size=5))
def test_softmax_of_any_finite_logits(logits):
    layout = ActionLayout((3, 2))
    policy, log_policy = softmax(np.array([logits]), layout)
    assert np.isfinite(policy).all()
    assert not np.isnan(log_policy).any()
    np.testing.assert_allclose(layout.total(policy), 1, rtol=1e-15)
    np.testing.assert_allclose(np.exp(log_policy), policy, rtol=1e-11, atol=1e-300)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"algorithm": "gradient-ascent"}, "algorithm"),
        ({"step_size": 0.0}, "step_size"),
        ({"step_size": -1.0}, "step_size"),
        ({"step_size": float("nan")}, "step_size"),
        ({"regularization": -0.1}, "regularization"),
        ({"regularization": float("inf")}, "regularization"),
        ({"truncation": 0.0}, "truncation"),
        ({"truncation": 1.0, "algorithm": "gradient-play"}, "truncation"),
        ({"truncation_of": "both"}, "truncation_of"),
    ],
)
def test_bad_settings_are_named(settings, field):
    with pytest.raises(InvalidInput) as caught:
        StepRule(**{"algorithm": "natural-gradient-play", "step_size": 1.0, **settings})
    assert caught.value.field == field
