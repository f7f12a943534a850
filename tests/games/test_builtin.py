"""Built-in games against their definitions, computed the slow and obvious way."""

from collections import Counter
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import Policy, resolve
from mpgcert.games.builtin import builtin, catalogue, names
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import evaluate


@pytest.mark.parametrize("name", [entry.name for entry in catalogue() if entry.kind == "markov-game"])
def test_catalogue_says_what_is_built(name):
    entry = next(entry for entry in catalogue() if entry.name == name)
    game = builtin(name)
    assert (game.name, game.n_states, game.n_actions) == (name, entry.size.states, entry.size.actions)
    assert game.n_players == entry.size.players
    assert game.notes["source"] == entry.source
    assert game.initial.fractions() == [Fraction(1, game.n_states)] * game.n_states
    assert builtin(name, **{p.name: p.text(p.default) for p in entry.parameters}).fingerprint == game.fingerprint
    data = entry.to_dict()
    assert data["parameters"] == [] or all(p["expected"] for p in data["parameters"])


def test_the_names_promised():
    promised = {
        "zhang2022-figure-1",
        "zhang2022-figure-2",
        "zhang2022-figure-3",
        "leonardos2021-congestion",
        "prisoners-dilemma",
        "stag-hunt",
        "battle-of-the-sexes",
        "matching-pennies",
        "climbing",
        "penalty",
        "maheshwari2023-routing",
        "random-potential",
        "random-game",
    }
    assert promised <= set(names())
    assert len(set(names())) == len(names())


def test_figure_1():
    game = builtin("zhang2022-figure-1")
    assert game.is_identical_interest
    tenths = ["-10", "1.4", "1.6", "1.5", "2", "-10"]
    assert game.rewards[0, 0].fractions() == [Fraction(x) / 10 for x in tenths]
    assert game.notes["experiment"] == {
        "step_size": 5,
        "regularization": "0.003",
        "exceptions": {"natural-gradient-play-log-barrier": {"truncation": 1, "truncation_of": "uncentred"}},
    }


def test_figure_2_has_the_payoffs_of_the_published_runs():
    """The payoff table that the authors published with their trajectories, to the printed 2 digits."""
    game = builtin("zhang2022-figure-2")
    published = [
        [[-1.0, -1.01], [0.14, 0.13]],
        [[0.16, 0.15], [0.15, 0.14]],
        [[0.2, 0.23], [-1.0, -1.01]],
    ]
    assert game.is_identical_interest
    assert game.rewards.to_float()[2, 0].tolist() == published
    assert game.notes["experiment"]["step_size"] == 10


def mersenne_twister(seed):
    """Matsumoto and Nishimura's MT19937 with 53-bit resolution, from its definition: integers k of k / 2^53."""
    state = [seed]
    for i in range(1, 624):
        state.append((1812433253 * (state[-1] ^ (state[-1] >> 30)) + i) % 2**32)

    def words():
        while True:
            for i in range(624):
                mixed = (state[i] & 0x80000000) | (state[(i + 1) % 624] & 0x7FFFFFFF)
                state[i] = state[(i + 397) % 624] ^ (mixed >> 1) ^ (0x9908B0DF if mixed & 1 else 0)
                word = state[i] ^ (state[i] >> 11)
                word ^= (word << 7) & 0x9D2C5680
                word ^= (word << 15) & 0xEFC60000
                yield word ^ (word >> 18)

    source = words()
    while True:
        yield (next(source) >> 5) * 2**26 + (next(source) >> 6)


def test_figure_3_has_the_first_uniforms_of_the_mersenne_twister():
    game = builtin("zhang2022-figure-3")
    assert game.is_identical_interest
    draws = mersenne_twister(19765)
    for position in range(3**8):
        action = tuple(position // 3**i % 3 for i in range(8))
        assert game.rewards[(3, 0, *action)] == Fraction(next(draws), 2**53)


def best_replies(game, i):
    """Pure joint actions of a matrix game where player i gains nothing by another action."""
    values = game.rewards.numerator[i, 0]
    return values == values.max(axis=i, keepdims=True)


@pytest.mark.parametrize(
    ("name", "equilibria"),
    [
        ("prisoners-dilemma", {(1, 1)}),
        ("stag-hunt", {(0, 0), (1, 1)}),
        ("battle-of-the-sexes", {(0, 0), (1, 1)}),
        ("matching-pennies", set()),
        ("climbing", {(0, 0), (1, 1)}),
        ("penalty", {(0, 0), (1, 1), (2, 2)}),
        ("zhang2022-figure-1", {(2, 0)}),
    ],
)
def test_pure_equilibria_of_the_textbook_games(name, equilibria):
    game = builtin(name)
    both = np.logical_and.reduce([best_replies(game, i) for i in range(2)])
    assert {tuple(place) for place in np.argwhere(both).tolist()} == equilibria


def test_known_facts_of_the_textbook_games():
    for name in ("prisoners-dilemma", "stag-hunt", "battle-of-the-sexes", "matching-pennies"):
        mine, yours = builtin(name).rewards.numerator[:, 0]
        cycles = [u[0, 0] - u[0, 1] - u[1, 0] + u[1, 1] for u in (mine, yours)]
        assert (cycles[0] == cycles[1]) == (name != "matching-pennies")
    pennies = builtin("matching-pennies").rewards.numerator
    assert (pennies.sum(axis=0) == 0).all()
    dilemma = builtin("prisoners-dilemma").rewards.numerator[0, 0]
    assert dilemma[1, 0] > dilemma[0, 0] > dilemma[1, 1] > dilemma[0, 1]
    assert builtin("climbing").rewards[1, 0].fractions() == [11, -30, 0, -30, 7, 6, 0, 0, 5]
    assert builtin("penalty", k="-7/2").rewards[0, 0].fractions() == [
        10,
        0,
        Fraction(-7, 2),
        0,
        2,
        0,
        Fraction(-7, 2),
        0,
        10,
    ]
    assert builtin("penalty").rewards.min() == -100


@pytest.mark.parametrize("players", [1, 3, 4])
def test_congestion_by_its_rules(players):
    game = builtin("leonardos2021-congestion", players=players)
    kernel = game.dense_kernel()
    assert game.is_sparse
    assert game.discount == Fraction(99, 100)
    for state, action in product(range(2), product(range(4), repeat=players)):
        users = Counter(action)
        for i in range(players):
            earned = (1, 2, 4, 6)[action[i]] * users[action[i]] - (100 if state == 1 else 0)
            assert game.rewards[(i, state, *action)] == earned
        fullest = max(users.values())
        distancing = fullest > Fraction(players, 2) if state == 0 else not fullest <= Fraction(players, 4)
        assert kernel[(state, *action)].fractions() == [1 - distancing, distancing]


def test_congestion_of_eight_players():
    game = builtin("leonardos2021-congestion", players=8)
    assert game.rewards.shape == (8, 2, *[4] * 8)
    assert len(game.sparse_kernel.successor) == 2 * 4**8
    assert game.rewards[(3, 1, *[3] * 8)] == 6 * 8 - 100
    assert game.sparse_kernel.successor[0] == 1
    with pytest.raises(TooLarge, match="rewards"):
        builtin("leonardos2021-congestion", players=10)


@pytest.mark.parametrize("players", [2, 4])
def test_routing_by_its_rules(players):
    games = {
        variant: builtin("maheshwari2023-routing", players=players, variant=variant)
        for variant in ("common", "independent", "individual")
    }
    states = list(product(("safe", "unsafe"), repeat=2))
    average = {}
    for (s, state), action in product(enumerate(states), product(range(2), repeat=players)):
        users = Counter(action)
        own = [(9, 16)[k] - (2 if state[k] == "safe" else 1) * (2, 4)[k] * users[k] for k in action]
        safe = [Fraction(1, 5) if users[k] >= 2 else Fraction(4, 5) for k in range(2)]
        row = [
            (safe[0] if first == "safe" else 1 - safe[0]) * (safe[1] if second == "safe" else 1 - safe[1])
            for first, second in states
        ]
        average.setdefault(s, []).append(row)
        assert games["individual"].dense_kernel()[(s, *action)].fractions() == row
        assert games["common"].dense_kernel()[(s, *action)].fractions() == row
        for i in range(players):
            assert games["individual"].rewards[(i, s, *action)] == own[i]
            assert games["independent"].rewards[(i, s, *action)] == own[i]
            assert games["common"].rewards[(i, s, *action)] == sum(own)
    for s, rows in average.items():
        mean = [sum(column) / len(rows) for column in zip(*rows)]
        for action in product(range(2), repeat=players):
            assert games["independent"].dense_kernel()[(s, *action)].fractions() == mean
    assert games["common"].discount == Fraction(1, 2)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 3),
    st.lists(st.integers(1, 3), min_size=1, max_size=3),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["0", "9/10", "12345678901234567/99999999999999999"]),
    st.randoms(use_true_random=False),
)
def test_planted_potentials_have_one_advantage_for_all(seed, states, actions, shaping, dummy, discount, random):
    """Without dummy terms all players' joint advantages agree; with them the averaged own ones still do."""
    shape = {"seed": seed, "states": states, "players": len(actions), "actions": actions, "discount": discount}
    common = builtin("random-potential", **shape, shaping=False, dummy=False)
    game = builtin("random-potential", **shape, shaping=shaping, dummy=dummy)
    assert common.is_identical_interest
    arrays = GameArrays.of(game, EXACT)
    policy = Policy.random(game, random.randrange(2**32)).lift(EXACT)
    result = evaluate(arrays, policy)
    if dummy:
        moved = game.dense_kernel().numerator.reshape(states, -1, states)
        assert (moved == moved[:, :1]).all()
    else:
        assert game.dense_kernel() == common.dense_kernel()
        potential = evaluate(GameArrays.of(common, EXACT), policy)
        for i in range(len(actions)):
            assert (result.averaged_advantage(i) == potential.averaged_advantage(i)).all()
    if not (shaping or dummy):
        assert game.fingerprint == common.fingerprint
    # one potential for all: second differences of the normal form of the discounted returns agree
    for i, j in combinations(range(len(actions)), 2):
        returns = {}
        for u, v in product(range(2), repeat=2):
            changed = list(policy)
            changed[i] = Policy.random(game, seed ^ u).lift(EXACT)[i]
            changed[j] = Policy.random(game, seed ^ (2 + v)).lift(EXACT)[j]
            returns[u, v] = evaluate(arrays, changed).returns
        cycle = returns[1, 1] - returns[1, 0] - returns[0, 1] + returns[0, 0]
        assert cycle[i] == cycle[j]


def test_dummy_terms_would_break_a_potential_that_moves():
    """Why `dummy` makes transitions ignore actions: a term free of a_1 still pays player 1 for steering."""
    game = builtin("random-potential", states=2, players=2, actions=2, shaping=False)
    extra = np.zeros(game.rewards.shape, dtype=np.int64)
    extra[0, 1] = 1
    steered = game.with_rewards(type(game.rewards).of_integers(game.rewards.numerator + 100 * extra, 100))
    policy = Policy.uniform(game).lift(EXACT)
    before = evaluate(GameArrays.of(game, EXACT), policy).averaged_advantage(0)
    after = evaluate(GameArrays.of(steered, EXACT), policy).averaged_advantage(0)
    assert (before != after).any()


@given(st.integers(0, 2**32 - 1))
def test_random_games_are_reproducible_and_differ(seed):
    game = resolve(f"random-game:seed={seed},states=2,players=2,actions=2x3")
    assert game.n_actions == (2, 3)
    assert game.fingerprint == resolve(game.name).fingerprint
    assert game.fingerprint != builtin("random-game", seed=seed ^ 1, states=2, players=2, actions=(2, 3)).fingerprint
    assert game.rewards.min() >= 0
    assert game.rewards.max() <= 1


def test_the_streams_of_random_games_never_change():
    game = builtin("random-game", states=2, players=2, actions=2)
    assert game.rewards.numerator.ravel().tolist() == [70, 45, 72, 87, 98, 86, 1, 36, 73, 17, 52, 5, 20, 1, 80, 22]
    assert game.transition.numerator[..., 0].ravel().tolist() == [6, 7, 14, 13, 11, 6, 8, 8]


def test_unknown_names_and_sizes():
    with pytest.raises(InvalidInput, match="no built-in game 'stag-hunts'; expected stag-hunt"):
        builtin("stag-hunts")
    with pytest.raises(TooLarge, match="rewards"):
        builtin("random-game", states=1000, players=8)
    with pytest.raises(TooLarge):
        builtin("maheshwari2023-routing", players=30)
