"""The proven error bounds against exact evaluation of the exactly normalised double policies."""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from exact_policies import error, exactly_normalised, fractions_of
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.learn import run
from mpgcert.learn.averages import averages, averaging_depth
from mpgcert.learn.dynamics import softmax
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound, trajectory_errors
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.strategies import games

seeds = st.integers(0, 2**32 - 1)


def exact_truth(game, parts, potential):
    """V [n, S], J [n], NE-gap [n], Phi and Qbar_i, by enumerating all deterministic replies."""
    arrays = GameArrays.of(game, EXACT)
    policy = exactly_normalised(parts).lift(EXACT)
    evaluation = evaluate(arrays, policy)
    returns = fractions_of(evaluation.returns)
    phi = evaluate(arrays, policy, EXACT.array(potential)[None])
    gaps = []
    for i, count in enumerate(game.n_actions):
        best = returns[i]
        for choice in itertools.product(range(count), repeat=game.n_states):
            reply = ExactArray.of_integers((np.array(choice)[:, None] == np.arange(count)).astype(np.int64))
            changed = [*policy[:i], EXACT.array(reply), *policy[i + 1 :]]
            best = max(best, fractions_of(evaluate(arrays, changed).returns)[i])
        gaps.append(best - returns[i])
    averaged = [fractions_of(evaluation.averaged_q(i)) for i in range(game.n_players)]
    return fractions_of(evaluation.values), returns, gaps, fractions_of(phi.returns)[0], averaged


@st.composite
def instances(draw, max_states=3):
    """A game (rewards of any size), phi, and a double policy: mild, near-deterministic, extreme or tied."""
    game = draw(games(max_states=max_states, unit_rewards=False))
    game = game.with_rewards(game.rewards.affine(draw(st.sampled_from([Fraction(1), Fraction(1, 10**9)])), Fraction(0)))
    potential = game.rewards[draw(st.integers(0, game.n_players - 1))]
    rng = np.random.default_rng(draw(seeds))
    spread = draw(st.sampled_from([0.0, 1.0, 30.0, 690.0, 1e4]))
    logits = spread * rng.normal(size=(game.n_states, sum(game.n_actions)))
    if draw(st.booleans()):
        logits = np.where(logits > 0, 0.0, -spread)  # a few equal sizes
    return game, potential, logits


@given(instances())
@settings(max_examples=150)
def test_no_error_exceeds_its_bound(instance):
    game, potential, logits = instance
    oracle = oracle_of(game, potential)
    layout = oracle.layout
    policy, _ = softmax(logits, layout)
    e = oracle.evaluate(policy)
    best = oracle.best_replies(policy, e, np.zeros((game.n_players, game.n_states), dtype=np.int64))
    own = e.values[oracle.rewards.of_player]
    gaps = np.maximum((best.values - own) @ oracle.initial, 0)
    phi = e.values[oracle.rewards.potential] @ oracle.initial
    bound = RoundingBound.of(game, potential)
    values, returns, exact_gaps, exact_phi, averaged = exact_truth(game, layout.split(policy), potential)
    assert error(own, values) <= bound.values(e.residual)
    assert error(own @ oracle.initial, returns) <= bound.returns(e.residual)
    assert error(phi, exact_phi) <= bound.returns(e.residual)
    assert error(gaps, exact_gaps) <= bound.nash_gap(e.residual, best.residual)
    for found, exact in zip(layout.split(e.averaged_q), averaged):
        assert error(found, exact) <= bound.averaged_q(e.residual)
    # A bound that always holds could still be useless.
    size = max(bound.reward_size, 1e-280) * bound.scale
    assert bound.nash_gap(e.residual, best.residual) <= 1e-12 * size * bound.scale


@given(instances(max_states=2), st.sampled_from(["gradient-play", "natural-gradient-play"]))
@settings(max_examples=25)
def test_bounds_hold_along_runs(instance, algorithm):
    game, potential, _ = instance
    found = run(game, algorithm, steps=6, step_size=0.3, regularization=0.0, potential=potential)
    errors = trajectory_errors(game, found, potential)
    total, squares = Fraction(0), Fraction(0)
    least_c = Fraction(1)
    for record in range(len(found.steps)):
        _, returns, gaps, phi, averaged = exact_truth(game, found.policy(record), potential)
        assert error(found.returns[record], returns) <= errors.returns
        assert error(found.potential[record], phi) <= errors.potential
        assert error(found.nash_gap[record], gaps) <= errors.nash_gap
        if record:
            assert error(found.mean_gap[record], total / record) <= errors.mean_gap[record]
            assert error(found.mean_square_gap[record], squares / record) <= errors.mean_square_gap[record]
            slack = Fraction(errors.concentration)
            assert Fraction(float(found.min_c_lower[record])) <= least_c * (1 + slack)
            assert least_c * (1 - slack) <= Fraction(float(found.min_c[record]))
        total, squares = total + max(gaps), squares + max(gaps) ** 2
        for i, (own, q) in enumerate(zip(exactly_normalised(found.policy(record)).probabilities, averaged)):
            masses = [
                sum((own[s, a] for a in range(q.shape[1]) if q[s, a] == max(q[s])), Fraction(0)) for s in range(len(q))
            ]
            slack = Fraction(errors.concentration)
            assert Fraction(float(found.c_lower[record, i])) <= min(masses) * (1 + slack)
            assert min(masses) * (1 - slack) <= Fraction(float(found.c[record, i]))
            least_c = min(least_c, *masses)


@pytest.mark.parametrize("sizes", [(2,), (3, 2), (2, 2, 2), (1, 1, 4), (3, 1, 2, 2), (2,) * 7])
def test_depth_counts_the_operations_of_one_term(sizes):
    class Counter:
        """A number that carries the largest count of operations that any of its terms went through."""

        def __init__(self, depth=0):
            self.depth = depth

        def __mul__(self, other):
            # A term of the product carries the operations of both factors, and this one.
            return Counter(self.depth + other.depth + 1)

        def __add__(self, other):
            return Counter(max(self.depth, other.depth) + 1)

    table = np.array([Counter() for _ in range(int(np.prod(sizes)))], dtype=object).reshape(1, -1, 1)
    policy = [np.array([[Counter() for _ in range(count)]], dtype=object) for count in sizes]
    found = max(entry.depth for part in averages(table, policy) for entry in part.ravel())
    assert found == averaging_depth(sizes)


def test_bound_is_infinite_where_the_proof_does_not_reach():
    game = MarkovGame.of(rewards=[[[1, 0]]], discount=1 - Fraction(1, 10**15))
    assert RoundingBound.of(game).values(0.0) == np.inf
    assert RoundingBound.of(MarkovGame.of(rewards=[[[1, 0]]], discount="0.999999")).values(0.0) < 1e-8 * 10**6


def test_a_trajectory_of_another_game_is_refused():
    found = run(MarkovGame.of(rewards=[[[1, 0]]]), "gradient-play", steps=1, step_size=1.0)
    with pytest.raises(InvalidInput, match="trajectory"):
        trajectory_errors(MarkovGame.of(rewards=[[[1, 2]]]), found)
