"""Linear-quadratic games on plants of python-control."""

from fractions import Fraction
from types import SimpleNamespace

import control
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import mpgcert as mc
from mpgcert.errors import InvalidInput
from mpgcert.games import LQGame

START = {"mean": [1, 0], "covariance": [["0.1", 0], [0, "0.1"]]}


def plant(dt=0.1, **labels):
    return control.ss([[1, 0.1], [0, 0.9]], [[0, 0.5, 1], [1, 2, 0]], np.eye(2), np.zeros((2, 3)), dt, **labels)


def costs(*controls):
    return [np.eye(2)] * len(controls), [np.eye(k) for k in controls]


def test_inputs_are_divided_among_the_players():
    Q, R = costs(1, 2)
    system = plant(inputs=["rudder", "left", "right"], name="boat")
    shares = {"helm": ["rudder"], "engines": ["right", 1]}
    game = LQGame.from_state_space(system, Q, R, 5, inputs=shares, initial=START, W=[["0.01", 0], [0, 0]])
    by_hand = LQGame.of(
        horizon=5,
        A=[[1, "1/10"], [0, "9/10"]],
        B=[[[0], [1]], [[1, "1/2"], [0, 2]]],
        Q=Q,
        R=R,
        W=[["1/100", 0], [0, 0]],
        initial=START,
    )
    assert game.fingerprint == by_hand.fingerprint
    assert (game.players, game.name) == (("helm", "engines"), "boat")


@given(st.permutations(range(3)), st.integers(1, 2), st.sampled_from([True, 1, 0.05]))
def test_columns_follow_their_inputs(order, first, dt):
    Q, R = costs(first, 3 - first)
    system = plant(dt)
    game = LQGame.from_state_space(system, Q, R, 2, inputs=[order[:first], order[first:]], initial=START)
    B = np.concatenate([part.to_float()[0] for part in game.B], axis=1)
    assert np.array_equal(B, system.B[:, order])
    assert game.W.fractions() == [Fraction(0)] * 4


def test_each_input_has_a_player_unless_said_otherwise():
    Q, R = costs(1, 1, 1)
    game = LQGame.from_state_space(plant(), Q, R, 3, initial=START)
    assert (game.n_players, game.control_dimensions, game.players) == (3, (1, 1, 1), ())


def test_any_object_with_matrices_and_a_step_is_a_plant():
    Q, R = costs(1, 1)
    system = SimpleNamespace(A=[["1/3", 0], [0, 1]], B=[[1, 0], [0, 1]], dt=1)
    game = LQGame.from_state_space(system, Q, R, 1, initial=START)
    assert game.A[0, 0, 0] == Fraction(1, 3)
    assert game.name == "lq-game"


def test_one_player_over_a_long_horizon_is_the_regulator_of_python_control():
    system = control.ss([[1, 0.1], [0, 0.9]], [[0], [1]], np.eye(2), 0, 0.1)
    Q, R = costs(1)
    game = LQGame.from_state_space(system, Q, R, 120, initial=START)
    first = mc.solve(game).equilibria[0].to_dict()["gains"][0][0]
    assert np.allclose(first, control.dlqr(system, np.eye(2), 1)[0], rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    ("system", "changed", "mentions"),
    [
        (plant(0), {}, ["system.dt: continuous time", "sample_system"]),
        (plant(None), {}, ["system.dt: no time step", "sample_system"]),
        (np.eye(2), {}, ["system: ndarray without A", "A, B and dt"]),
        (SimpleNamespace(A=[[1]], B=[1], dt=1), {}, ["system.B: shape [1]"]),
        (plant(), {"inputs": [[0], [1]]}, ["inputs: input 2 (u[2]) given 0 times"]),
        (plant(), {"inputs": [[0, 1], [1, 2]]}, ["inputs: input 1 (u[1]) given 2 times"]),
        (plant(), {"inputs": [[0], ["u[3]", 1]]}, ["inputs[1][0]: 'u[3]'", "expected u[2] or u[1]"]),
        (plant(), {"inputs": [[0], [1, 3]]}, ["inputs[1][1]: 3", "0 to 2"]),
        (plant(), {"inputs": [0, 1, 2]}, ["inputs: [0, 1, 2]", "for each player a list"]),
        (plant(), {"inputs": [[0, 1, 2], []]}, ["for each player a list"]),
        (plant(), {"inputs": [[0], [1, 2]]}, ["Q: 3 entries", "each of 2 players"]),
    ],
)
def test_plants_and_shares_that_make_no_game(system, changed, mentions):
    Q, R = costs(1, 1, 1)
    with pytest.raises(InvalidInput) as caught:
        LQGame.from_state_space(system, Q, R, 2, initial=START, **changed)
    for mention in mentions:
        assert mention in str(caught.value)
