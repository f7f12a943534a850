"""The same mathematics stated clumsily gives the same numbers: relabelled, split, padded, rescaled games."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import EXACT, ExactArray
from mpgcert.auditing.catalogue import find_claims
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.engine import check
from mpgcert.claims.point import Lens, Point
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.evaluation import concentration

LEMMAS = [find_claims([name])[0][1] for name in ("zhang2022.lemma-1", "zhang2022.lemma-13")]


def facts(game, policy):
    """What no relabelling may change, as exact numbers; per player, in the order of the players."""
    lens = Lens(Point(game=game, policy=policy), EXACT)
    evaluation = lens.evaluation
    analysis = Analysis(game)
    return {
        "gaps": [EXACT.enclosure(gap)[0] for gap in lens.gaps],
        "returns": [EXACT.enclosure(value)[0] for value in evaluation.returns],
        "c": [min(EXACT.enclosure(c)[0] for c in concentration(evaluation, i)) for i in range(game.n_players)],
        "potential game": analysis.potential.verdict,
        "range": analysis.phi_range,
        "M": analysis.M,
        "ratios": [check(claim, lens.point).ratio for claim in LEMMAS],
    }


def rebuilt(game, rewards, kernel, initial=None):
    start = game.initial if initial is None else initial
    return MarkovGame.of(rewards=rewards, transition=kernel, discount=game.discount, initial=start)


def exact(array):
    return np.array(array.fractions(), dtype=object).reshape(array.shape)


def from_objects(values):
    return ExactArray.of_fractions(values)


@settings(max_examples=20)
@given(st.data(), st.booleans())
def test_relabelling_players_states_and_actions(data, potential):
    game = data.draw(
        strategies.games(max_states=3, max_players=3, max_actions=2, potential=potential, full_support=True)
    )
    policy = data.draw(strategies.policies(game, interior=True))
    n, S = game.n_players, game.n_states
    players, states = data.draw(st.permutations(range(n))), list(data.draw(st.permutations(range(S))))
    actions = [list(data.draw(st.permutations(range(count)))) for count in game.n_actions]
    rewards, kernel = exact(game.rewards), exact(game.dense_kernel())
    for i, order in enumerate(actions):
        rewards, kernel = np.take(rewards, order, axis=2 + i), np.take(kernel, order, axis=1 + i)
    rewards = rewards[list(players)][:, states].transpose(0, 1, *[2 + p for p in players])
    kernel = kernel[states][..., states].transpose(0, *[1 + p for p in players], n + 1)
    initial = exact(game.initial)[states]
    parts = [exact(policy.probabilities[p])[states][:, actions[p]] for p in players]
    moved = rebuilt(game, from_objects(rewards), from_objects(kernel), from_objects(initial))
    found, expected = facts(moved, Policy.of(moved, [from_objects(p) for p in parts])), facts(game, policy)
    for name in ("gaps", "returns", "c"):
        assert found[name] == [expected[name][p] for p in players]
    for name in ("potential game", "range", "M"):
        assert found[name] == expected[name]
    assert found["ratios"] == pytest.approx(expected["ratios"])


@settings(max_examples=20)
@given(st.data())
def test_a_dummy_player_changes_nothing(data):
    game = data.draw(strategies.games(max_states=2, max_players=2, full_support=True))
    policy = data.draw(strategies.policies(game, interior=True))
    rewards, kernel = exact(game.rewards)[..., None], exact(game.dense_kernel())[..., None, :]
    padded = rebuilt(game, from_objects(np.concatenate([rewards, rewards[:1] * 0])), from_objects(kernel))
    ones = ExactArray.of_integers(np.ones((game.n_states, 1), dtype=np.int64))
    found, expected = facts(padded, Policy((*policy.probabilities, ones))), facts(game, policy)
    assert found["gaps"] == [*expected["gaps"], 0]
    assert found["c"] == [*expected["c"], 1]
    assert found["potential game"] == expected["potential game"]
    assert (found["range"], found["M"]) == (expected["range"], expected["M"])


@settings(max_examples=20)
@given(st.data(), st.fractions(Fraction(1, 5), Fraction(4, 5), max_denominator=9))
def test_splitting_a_state_in_two_keeps_values_and_gaps(data, share):
    game = data.draw(strategies.games(max_states=2, max_players=2, full_support=True))
    policy = data.draw(strategies.policies(game, interior=True))
    rewards, kernel = exact(game.rewards), exact(game.dense_kernel())
    kernel = np.concatenate([kernel[:1], kernel])
    split = kernel[..., :1]
    kernel = np.concatenate([split * share, split * (1 - share), kernel[..., 1:]], axis=-1)
    start = exact(game.initial)
    initial = np.concatenate([[start[0] * share, start[0] * (1 - share)], start[1:]])
    doubled = rebuilt(
        game,
        from_objects(np.concatenate([rewards[:, :1], rewards], axis=1)),
        from_objects(kernel),
        from_objects(initial),
    )
    parts = [from_objects(np.concatenate([exact(p)[:1], exact(p)])) for p in policy.probabilities]
    found, expected = facts(doubled, Policy.of(doubled, parts)), facts(game, policy)
    for name in ("gaps", "returns", "c", "potential game", "range"):
        assert found[name] == expected[name]
    least = [low for low, _ in Analysis(game).exploration.min_visitation]
    largest = max(1 / (least[0] * min(share, 1 - share)), *(1 / low for low in least[1:]), Fraction(1))
    assert found["M"] == (largest, largest)


@settings(max_examples=20)
@given(st.data(), st.fractions(Fraction(1, 9), Fraction(9, 10), max_denominator=10))
def test_rescaling_rewards_scales_gaps_and_keeps_ratios(data, scale):
    game = data.draw(strategies.games(max_states=2, max_players=2, full_support=True))
    policy = data.draw(strategies.policies(game, interior=True))
    smaller = game.with_rewards(game.rewards.affine(1 / scale, Fraction(0)))
    found, expected = facts(smaller, policy), facts(game, policy)
    assert found["gaps"] == [gap * scale for gap in expected["gaps"]]
    assert found["ratios"] == pytest.approx(expected["ratios"])
    assert (found["c"], found["M"], found["potential game"]) == (
        expected["c"],
        expected["M"],
        expected["potential game"],
    )
    for claim in LEMMAS:
        assert check(claim, Point(game=smaller, policy=policy)).verdict is Verdict.HOLDS
