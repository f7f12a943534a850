from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate
from mpgcert.solvers.potential import distance, find_potential, potential_distance
from mpgcert.solvers.potential.distance_bounds import advantage_factors, cycle_lower_bound
from mpgcert.solvers.potential.samples import advantage_maps, gap_advantages, pure_policies
from mpgcert.solvers.potential.strong_cycles import strong_cycle

PENNIES = MarkovGame.of(rewards=[[[[1, -1], [-1, 1]]], [[[-1, 1], [1, -1]]]])


def violation(game, policy, phi):
    """max |Abar_{r_i} - Abar_phi| at a policy, exactly."""
    arrays = GameArrays.of(game, EXACT)
    result = evaluate(arrays, policy.lift(EXACT), arrays.rewards - EXACT.array(phi))
    return max(EXACT.enclosure(abs(x))[0] for i in range(game.n_players) for x in result.averaged_advantage(i).ravel())


def random_game(S, A, seed, discount="0.9"):
    rng = np.random.default_rng(seed)
    kernel = rng.multinomial(5, np.ones(S) / S, size=(S, *A))
    rewards = rng.integers(0, 10, size=(len(A), S, *A))
    return MarkovGame.of(rewards=rewards, transition=ExactArray.of_integers(kernel, 5), discount=discount)


def test_matching_pennies_is_known_exactly():
    result = potential_distance(PENNIES)
    assert result.lower == 2
    assert 0 <= result.upper - 2 < Fraction(1, 10**9)
    assert result.estimate == pytest.approx(2)


@given(st.data())
@settings(max_examples=12)
def test_certified_bounds_against_exact_evaluation(data):
    game = data.draw(strategies.games(min_players=2, max_states=2, max_actions=2))
    result = potential_distance(game)
    if result.cycle is None:
        assert result.lower == result.upper == 0
        return
    assert 0 < result.lower <= result.upper
    assert float(result.lower) <= result.estimate <= float(result.upper)
    assert result.relaxation <= float(result.upper) * (1 + 1e-9)
    # Whatever phi is, some corner of the cycle violates it by `lower`.
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    arbitrary = ExactArray.of_integers(rng.integers(-9, 10, size=game.rewards.shape[1:]), 7)
    corners = [result.cycle.profile(a, b) for a in (False, True) for b in (False, True)]
    for phi in (arbitrary, result.potential, game.rewards[0], game.rewards[1]):
        assert max(violation(game, corner, phi) for corner in corners) >= result.lower
    # No policy violates the potential by more than `upper`.
    for _ in range(3):
        assert violation(game, data.draw(strategies.policies(game)), result.potential) <= result.upper


@pytest.mark.parametrize("still", [True, False])
def test_potential_games_have_distance_zero(planted, still):
    game = planted(3, (2, 2), 0, still)
    result = potential_distance(game)
    assert (result.lower, result.upper, result.estimate, result.cycle) == (0, 0, 0.0, None)
    assert result.potential == find_potential(game).potential


def test_distance_scales_with_the_perturbation(planted):
    game = planted(2, (2, 2), 4, bump=(1, 1, 1, 1))
    result = potential_distance(game)
    assert 0 < result.lower <= result.upper < Fraction(2, 10**5)


def test_lower_bound_is_at_least_a_quarter_of_the_cycle():
    for seed in range(4):
        game = random_game(3, (2, 2), seed)
        cycle = find_potential(game).cycle
        assert cycle_lower_bound(game, cycle) >= (1 - game.discount) * abs(cycle.value) / 4


def test_search_improves_the_found_cycle():
    gains = []
    for seed in range(3):
        game = random_game(3, (3, 2), seed)
        found = cycle_lower_bound(game, find_potential(game).cycle)
        gains.append(cycle_lower_bound(game, strong_cycle(game, np.random.default_rng(0))) / found)
    assert min(gains) > 1


@given(st.data())
def test_advantage_factors_bound_the_advantages_of_small_rewards(data):
    game = data.draw(strategies.games(max_players=2))  # rewards in [0, 1]: an interval of length 2 t with t = 1/2
    arrays = GameArrays.of(game, EXACT)
    result = evaluate(arrays, data.draw(strategies.policies(game)).lift(EXACT))
    for i, factor in enumerate(advantage_factors(game)):
        largest = max(EXACT.enclosure(abs(x))[0] for x in result.averaged_advantage(i).ravel())
        assert largest <= factor / 2
        assert factor <= 2 / (1 - game.discount)


def test_float_batches_agree_with_exact_evaluation():
    game = random_game(3, (2, 3, 2), 1)
    phi = ExactArray.of_integers(np.random.default_rng(5).integers(0, 9, size=(3, 2, 3, 2)))
    batch = pure_policies(game, 4, np.random.default_rng(0))
    batch = [0.75 * part + 0.25 / part.shape[-1] for part in batch]
    found = gap_advantages(game, batch, phi.to_float())
    for b in range(4):
        policy = Policy.from_doubles([part[b] for part in batch])
        assert found[b] == pytest.approx(float(violation(game, policy, phi)), rel=1e-9)
        maps = advantage_maps(game, [part[b : b + 1] for part in batch])
        gaps = (game.rewards.to_float() - phi.to_float()).reshape(3, -1)
        assert max(np.abs(m @ g).max() for m, g in zip(maps, gaps)) == pytest.approx(found[b], rel=1e-9)


def test_large_games_still_get_certified_bounds(monkeypatch):
    monkeypatch.setattr(distance, "MAX_PROGRAM", 0)
    monkeypatch.setattr(distance, "MAX_SEARCH", 0)
    result = potential_distance(PENNIES)
    assert result.relaxation is None
    assert 0 < result.lower <= 2 <= result.upper
