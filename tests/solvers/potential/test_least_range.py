from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame
from mpgcert.solvers.potential import find_potential, least_range, least_range_potential
from mpgcert.solvers.potential.influence import reach
from mpgcert.solvers.potential.structure import prove_structure


@given(st.data())
def test_the_answer_is_a_potential_with_a_proved_range(data):
    game = data.draw(strategies.games(potential=True, min_players=2))
    start = find_potential(game).potential
    result = least_range_potential(game, start)
    assert result.verify(game)
    assert result.proved
    assert 0 <= result.lower == result.upper == result.potential.max() - result.potential.min()
    assert result.upper <= start.max() - start.min()
    assert prove_structure(game, result.potential, reach(game)) is not None


@pytest.mark.parametrize("seed", range(6))
def test_two_states_against_a_fine_grid(planted, seed):
    game = planted(2, (2, 2), seed, discount=Fraction(seed + 3, 10))
    phi = find_potential(game).potential
    result = least_range_potential(game, phi)
    flat = phi.to_float().reshape(2, -1)
    into = game.dense_kernel().to_float().reshape(2, 4, 2)[..., 1]
    w = np.linspace(-20, 20, 400_001)[:, None, None]  # w_0 = 0: constants do not change the range
    shaped = flat - np.array([0, 1])[:, None] * w + float(game.discount) * into * w
    ranges = np.ptp(shaped.reshape(len(w), -1), axis=1)
    assert float(result.lower) <= ranges.min() + 1e-12
    assert ranges.min() <= float(result.upper) + 2 * 1e-4  # the range moves at most twice as fast as w


def test_start_does_not_matter(planted):
    game = planted(3, (2, 2), 5)
    first, second = (least_range_potential(game, game.rewards[i]) for i in range(2))
    assert first.proved
    assert first.upper == second.upper


def test_enclosure_where_exact_solving_is_off(planted, monkeypatch):
    game = planted(4, (3, 2), 2)
    exact = least_range_potential(game, game.rewards[0])
    monkeypatch.setattr(least_range, "MAX_EXACT_STATES", 0)
    rough = least_range_potential(game, game.rewards[0])
    assert rough.verify(game)
    assert rough.lower <= exact.lower == exact.upper <= rough.upper
    assert rough.upper - rough.lower < Fraction(1, 10**6)


def test_one_state_and_no_future_are_immediate(planted):
    one = planted(1, (3, 2), 0)
    phi = find_potential(one).potential
    assert least_range_potential(one, phi).lower == phi.max() - phi.min()
    still = planted(3, (2, 2), 0, discount=Fraction(0))
    phi = find_potential(still).potential
    widest = max(part.max() - part.min() for part in (phi[s] for s in range(3)))
    result = least_range_potential(still, phi)
    assert result.verify(still)
    assert result.lower == result.upper == widest


def test_a_potential_that_is_all_shaping_has_range_zero(planted):
    game = planted(3, (2, 2), 0)
    kernel, w = game.dense_kernel().to_float(), np.array([3.0, -1.0, 7.0])
    numerator = np.rint(200 * (w.reshape(3, 1, 1) - 0.9 * kernel @ w)).astype(int)
    phi = ExactArray.of_integers(numerator, 200)
    result = least_range_potential(game.with_rewards(ExactArray.of_integers(np.stack([numerator] * 2), 200)), phi)
    assert result.lower == result.upper == 0
    assert result.verify(game)


def test_verify_rejects_wrong_bounds(planted):
    game = planted(3, (2, 2), 1)
    result = least_range_potential(game, game.rewards[0])
    assert not replace(result, upper=result.upper / 2).verify(game)
    assert not replace(result, lower=result.lower + 1).verify(game)
    assert not replace(result, multipliers=ExactArray.of_integers(np.ones((3, 2, 2), dtype=int))).verify(game)


def test_constant_potential():
    game = MarkovGame.of(rewards=np.ones((2, 1, 1, 1), dtype=int))
    result = least_range_potential(game, game.rewards[0])
    assert result.upper == 0
    assert result.verify(game)
