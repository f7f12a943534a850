"""Games from other programs' arrays and from functions: doubles, common rewards, enumeration of reachable states."""

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import MarkovGame, from_functions


@given(strategies.games(unit_rewards=False))
def test_exact_arrays_give_the_game_that_of_gives(game):
    ours = MarkovGame.from_arrays(
        game.dense_kernel().to_nested(), game.rewards.to_nested(), game.discount, initial=game.initial.to_nested()
    )
    assert ours.fingerprint == game.fingerprint
    common = MarkovGame.from_arrays(game.dense_kernel(), game.rewards[0].to_nested(), game.discount)
    assert common.is_identical_interest
    assert common.rewards[0] == game.rewards[0]


@given(st.integers(0, 2**32 - 1), st.sampled_from([(2, 2), (3,), (2, 1, 2)]), st.integers(1, 4))
def test_doubles_are_exact_where_their_decimals_are_and_completed_elsewhere(seed, actions, n_states):
    rng = np.random.default_rng(seed)
    kernel = rng.dirichlet(np.ones(n_states), size=(n_states, *actions))
    rewards = rng.random((len(actions), n_states, *actions))
    game = MarkovGame.from_arrays(kernel, rewards, 0.9, initial=[1 / n_states] * n_states)
    expected = MarkovGame.of(
        transition=kernel, rewards=rewards, discount=0.9, initial=[1 / n_states] * n_states, inexact=True
    )
    assert game.fingerprint == expected.fingerprint
    quarters = np.floor(kernel * 4) / 4
    quarters[..., 0] += 1 - quarters.sum(axis=-1)
    exact = MarkovGame.from_arrays(quarters.tolist(), rewards, 0.9)
    assert "inexact" not in exact.notes
    assert exact.fingerprint == MarkovGame.of(transition=quarters, rewards=rewards, discount=0.9).fingerprint


@pytest.mark.parametrize(
    ("transition", "rewards", "mentions"),
    [
        ([[1]], [[1]], ["transition: 2 axes", "[S][A_1]...[A_n][S]"]),
        ([[["1/3", "1/3"]], [[0, 1]]], [[0], [0]], ["transition[0][0]: sums to 2/3", "exactly 1"]),
        ([[[0.3, 0.3]], [[0, 1.0]]], [[0], [0]], ["transition[0][0]: sums to 0.6", "within 1e-09"]),
        ([[[1, 0]], [[0, 1]]], [0, 0], ["rewards: 1 axes", "for 1 players"]),
        ([[[1, 0]], [[0, 1]]], [[0, 0, 0], [0, 0, 0]], ["transition: shape [2, 1, 2]", "[2, 3, 2]"]),
        ([[[1, 0]], [[0, "x"]]], [[0], [0]], ["transition[1][0][1]: 'x'"]),
    ],
)
def test_arrays_that_are_no_game(transition, rewards, mentions):
    with pytest.raises(InvalidInput) as caught:
        MarkovGame.from_arrays(transition, rewards, 0.5)
    for mention in mentions:
        assert mention in str(caught.value)


SIDES = 4


def corridor(place, joint):
    """Two players push something along a corridor; when they agree it moves for sure, else perhaps."""
    left, right = joint
    if left == right:
        return (place + (1 if left == "up" else -1)) % SIDES
    return {place: Fraction(1, 3), (place + 1) % SIDES: "2/3"}


def payoff(place, joint):
    return [place, -place if joint[0] == joint[1] else "0.5"]


def corridor_by_hand():
    kernel = np.zeros((SIDES, 2, 2, SIDES), dtype=object)
    rewards = np.zeros((2, SIDES, 2, 2), dtype=object)
    for place in range(SIDES):
        kernel[place, 0, 0, (place + 1) % SIDES] = kernel[place, 1, 1, (place - 1) % SIDES] = 1
        for joint in ((0, 1), (1, 0)):
            kernel[place, *joint, place], kernel[place, *joint, (place + 1) % SIDES] = Fraction(1, 3), Fraction(2, 3)
            rewards[1, place, *joint] = Fraction(1, 2)
        rewards[0, place] = place
        rewards[1, place, 0, 0] = rewards[1, place, 1, 1] = -place
    return kernel, rewards


@pytest.mark.parametrize("in_one", [False, True])
def test_an_environment_is_enumerated(in_one):
    parts = {"transition": corridor, "reward": payoff}
    if in_one:
        parts = {"step": lambda place, joint: (corridor(place, joint), payoff(place, joint))}
    game = MarkovGame.from_functions(2, [("up", "down")] * 2, discount="0.9", **parts)
    assert sorted(game.states) == ["0", "1", "2", "3"]
    assert game.states[0] == "2"
    assert game.actions == (("up", "down"),) * 2
    order = [int(state) for state in game.states]
    kernel, rewards = corridor_by_hand()
    expected = MarkovGame.of(
        transition=kernel[order][..., order], rewards=rewards[:, order], discount="0.9", initial=[1, 0, 0, 0]
    )
    assert game.fingerprint == expected.fingerprint


def test_states_that_cannot_be_reached_are_left_out_and_starts_may_be_drawn():
    game = MarkovGame.from_functions(
        {("a", 1): "1/4", "b": Fraction(3, 4), "never": 0},
        [[0]],
        discount=0,
        transition=lambda state, joint: {state: 1.0, "nowhere": 0},
        reward=lambda state, joint: len(state),
    )
    assert game.states == ("('a', 1)", "b")
    assert game.initial.fractions() == [Fraction(1, 4), Fraction(3, 4)]
    assert game.rewards[0, :, 0].fractions() == [2, 1]


def test_doubles_of_functions_are_completed():
    game = walk(transition=lambda s, joint: dict.fromkeys(range(7), 1 / 7))
    assert game.n_states == 7
    assert "14 of 14 rows completed" in game.notes["inexact"]


def test_larger_environments_are_sparse():
    game = MarkovGame.from_functions(
        0,
        [[0, 1], [0, 1]],
        discount="0.9",
        transition=lambda s, joint: (s + sum(joint)) % 400,
        reward=lambda s, joint: [s, -s],
    )
    assert game.is_sparse
    assert (game.n_states, len(game.sparse_kernel.successor)) == (400, 1600)
    assert not MarkovGame.from_functions(
        0, [[0, 1]], discount=0, transition=lambda s, joint: (s + joint[0]) % 3, reward=lambda s, joint: s
    ).is_sparse


@pytest.mark.parametrize("form", [np.array, lambda values: np.array(values[0]), lambda values: np.float32(values[0])])
def test_rewards_may_be_arrays_of_any_kind(form):
    game = walk(transition=lambda s, joint: s, reward=lambda s, joint: form([0.1]))
    assert game.rewards.fractions() == [Fraction(1, 10)] * 2


def walk(**changed):
    arguments = {
        "start": 0,
        "actions": [[0, 1]],
        "discount": "1/2",
        "transition": lambda s, joint: s + joint[0],
        "reward": lambda s, joint: 0,
    }
    return MarkovGame.from_functions(**(arguments | changed))


@pytest.mark.parametrize(
    ("changed", "mentions"),
    [
        ({"transition": lambda s, a: [s]}, ["transition: [0] after (0,) in state 0", "hashable"]),
        ({"transition": lambda s, a: {0: "1/2"}}, ["probabilities that sum to 0.5 after (0,) in state 0", "exactly 1"]),
        ({"transition": lambda s, a: {0: 0.5, 1: 0.6}}, ["sum to 1.1"]),
        ({"transition": lambda s, a: {0: 2, 1: -1}}, ["the probability -1", "no negative"]),
        ({"transition": lambda s, a: {0: "half"}}, ["transition: 'half' is not a finite number after (0,)"]),
        ({"transition": lambda s, a: {}}, ["sum to 0"]),
        ({"reward": lambda s, a: None}, ["reward: null is not a number after (0,) in state 0"]),
        ({"reward": lambda s, a: [1, 2]}, ["reward: 2 rewards", "each of 1 players"]),
        ({"start": {0: "1/2"}}, ["start: probabilities that sum to 0.5; expected"]),
        ({"actions": [[0], []]}, ["actions: [1, 0] actions"]),
        ({"actions": []}, ["actions: [] actions"]),
        ({"reward": None}, ["transition; expected transition and reward, or step"]),
        ({"step": lambda s, a: (s, 0)}, ["transition and reward and step"]),
        ({"discount": 1, "transition": lambda s, a: s}, ["discount: 1"]),
    ],
)
def test_functions_that_give_no_game(changed, mentions):
    with pytest.raises(InvalidInput) as caught:
        walk(**changed)
    for mention in mentions:
        assert mention in str(caught.value)


def test_environments_without_end_are_refused(monkeypatch):
    with pytest.raises(TooLarge, match="more than 50 states can be reached; the limit is max_states"):
        walk(max_states=50)
    monkeypatch.setattr(from_functions, "MAX_CALLS", 100)
    with pytest.raises(TooLarge, match="2 joint actions in 50 of at least 51 states: more than the limit of 1e"):
        walk()


def test_builders_need_no_heavy_library():
    program = (
        "import sys, mpgcert as mc\n"
        "mc.MarkovGame.from_functions(0, [[0, 1]], discount=0, transition=lambda s, a: a[0], reward=lambda s, a: s)\n"
        "mc.MarkovGame.from_sgamesolver([[[1]]], [[[1]]], 0.5)\n"
        "print(sorted({'scipy', 'sympy', 'pandas', 'control', 'pygambit'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
