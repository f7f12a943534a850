"""Learning in congestion games by loads: against the joint tensors, and with the proven error bounds."""

import numpy as np
import pytest
from count_games import count_games
from exact_policies import error, exactly_normalised, fractions_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT
from mpgcert.games import CountGame, Policy, resolve
from mpgcert.learn import run
from mpgcert.learn.count_oracle import CountOracle
from mpgcert.learn.dynamics import softmax
from mpgcert.learn.rounding import RoundingBound, trajectory_errors
from mpgcert.solvers.counts import CountArrays, CountEvaluation

seeds = st.integers(0, 2**32 - 1)


@given(count_games(), seeds, st.booleans())
@settings(max_examples=60)
def test_no_error_exceeds_its_bound(game, seed, use_kernel):
    oracle = CountOracle(game, compiled=use_kernel)
    rng = np.random.default_rng(seed)
    logits = rng.choice([0.0, 1.0, 40.0]) * rng.normal(size=(game.n_states, sum(game.n_actions)))
    policy, _ = softmax(logits, oracle.layout)
    found = oracle.evaluate(policy)
    start = np.zeros((game.n_players, game.n_states), dtype=np.int64)
    best = oracle.best_replies(policy, found, start)
    table = np.stack(exactly_normalised(oracle.layout.split(policy)).lift(EXACT))
    exact = CountEvaluation.of(CountArrays.of(game, EXACT), table)
    bound, n = RoundingBound.of(game), game.n_players
    assert error(found.values[:n], fractions_of(exact.values)) <= bound.values(found.residual)
    deviation = np.abs(found.visitation - fractions_of(exact.visitation).astype(float)).sum()
    assert deviation <= bound.visitation(found.visitation_residual) + 1e-15
    for i, part in enumerate(oracle.layout.split(found.averaged_q)):
        assert error(part, fractions_of(exact.averaged_q[i])) <= bound.averaged_q(found.residual)
    gaps = (best.values - found.values[:n]) @ oracle.initial
    assert error(gaps, fractions_of(exact.nash_gaps().lower)) <= bound.nash_gap(found.residual, best.residual)


@given(count_games(max_players=3, max_states=2), seeds)
@settings(max_examples=15)
@pytest.mark.parametrize("algorithm", ["gradient-play", "natural-gradient-play"])
@pytest.mark.parametrize("regularization", [0, "1/10"])
def test_runs_are_those_on_the_joint_tensors(algorithm, regularization, game, seed):
    if game.initial.min() == 0:
        game = CountGame.of(
            rewards=game.rewards, transition=game.rules, discount=game.discount, weights=game.weights.fractions()
        )
    start = Policy.random(game, seed)
    options = {"steps": 5, "step_size": "1/20", "regularization": regularization, "start": start}
    found, expected = run(game, algorithm, **options), run(game.to_markov(), algorithm, **options)
    for name in ("returns", "nash_gap", "player_gradient_norm", "c", "least_visitation"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-9, atol=1e-9)
    for one, other in zip(found.policies, expected.policies):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-10)


def test_one_hundred_players_ascend_their_potential():
    game = resolve("facilities")
    found = run(game, "natural-gradient-play", steps=20, step_size="1/2", start=Policy.random(game, 1))
    assert (np.diff(found.potential) > 0).all()
    errors = trajectory_errors(game, found)
    assert errors.potential < 1e-9
    assert errors.nash_gap < 1e-9
    # the mean of Rosenthal's potential, by drawing joint actions
    rng = np.random.default_rng(0)
    policy = np.stack([part[-1, 0] for part in found.policies])
    drawn = np.stack([rng.choice(4, size=4000, p=row / row.sum()) for row in policy], axis=1)
    table = np.array(game.rewards.to_float()[0])
    total = np.zeros(len(drawn))
    for k in range(4):
        loads = (drawn == k).sum(axis=1)
        total += np.concatenate([[0.0], table[k].cumsum()])[loads]
    spread = total.std() / np.sqrt(len(total))
    assert abs(total.mean() - found.potential[-1]) < 5 * spread
