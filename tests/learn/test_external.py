"""Reading trajectories of others: both forms, and one clear line for what is wrong."""

from fractions import Fraction

import numpy as np
import pytest

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, resolve
from mpgcert.learn.external import read_trajectory

ONE_STATE = resolve("zhang2022-figure-1")  # 3 x 2 actions
KERNEL = [[[[1, 0], [0, 1]], [["1/2", "1/2"], [0, 1]]]] * 2
TWO_STATES = MarkovGame.of(rewards=np.zeros((2, 2, 2, 2)), transition=KERNEL, discount="0.5")
SETTINGS = {"algorithm": "gradient-play", "step_size": "0.1"}


def rows_of(policies):
    yield "iterate,player,state,action,probability"
    for player, part in enumerate(policies):
        for (k, s, a), p in np.ndenumerate(part):
            yield f"{k},{player},{s},{a},{float(p)!r}"


def drawn(game, iterates=3, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.dirichlet(np.ones(count), size=(iterates, game.n_states)) for count in game.n_actions]


@pytest.mark.parametrize("game", [ONE_STATE, TWO_STATES], ids=["one state", "two states"])
def test_npz_and_csv_say_the_same(tmp_path, game):
    policies = drawn(game)
    np.savez(tmp_path / "t.npz", policy_1=policies[0], policy_2=policies[1], step_size=0.1, regularization=0.003)
    (tmp_path / "t.csv").write_text("\n".join(rows_of(policies)))
    stored = read_trajectory(str(tmp_path / "t.npz"), game, algorithm="gradient-play")
    table = read_trajectory(str(tmp_path / "t.csv"), game, regularization="0.003", **SETTINGS)
    for trajectory in (stored, table):
        assert trajectory.step_size == Fraction(1, 10)
        assert trajectory.regularization == Fraction(3, 1000)
        assert trajectory.n_iterates == 3
        for part, given in zip(trajectory.policies, policies):
            assert (part == given).all()


def test_one_state_may_leave_out_its_axis(tmp_path):
    policies = drawn(ONE_STATE)
    np.savez(tmp_path / "t.npz", policy_1=policies[0][:, 0], policy_2=policies[1][:, 0], algorithm="gradient-play")
    assert read_trajectory(str(tmp_path / "t.npz"), ONE_STATE, step_size=5).policies[0].shape == (3, 1, 3)
    rows = [",".join(line.split(",")[:2] + line.split(",")[3:]) for line in rows_of(policies)]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    assert read_trajectory(str(tmp_path / "t.csv"), ONE_STATE, **SETTINGS).policies[1].shape == (3, 1, 2)


GOOD = drawn(ONE_STATE)


def arrays(**changes):
    return {"policy_1": GOOD[0], "policy_2": GOOD[1], **changes}


@pytest.mark.parametrize(
    ("content", "settings", "says"),
    [
        ({"policy_1": GOOD[0]}, SETTINGS, "policy_2"),
        (arrays(policy_1=GOOD[1]), SETTINGS, "policy_1"),
        (arrays(policy_1=GOOD[0][:2]), SETTINGS, "iterates"),
        (arrays(policy_1=GOOD[0] * 2), SETTINGS, "sums to"),
        (arrays(policy_1=-GOOD[0]), SETTINGS, r"policy_1\[0\]\[0\]\[0\]"),
        (arrays(policy_2=np.full((3, 1, 2), np.nan)), SETTINGS, "policy_2"),
        (arrays(), {"step_size": 1}, "algorithm"),
        (arrays(), {"algorithm": "sarsa", "step_size": 1}, "sarsa"),
        (arrays(), {"algorithm": "gradient-play"}, "step_size"),
        (arrays(), {"algorithm": "gradient-play", "step_size": "fast"}, "step_size"),
        (arrays(), {"algorithm": "gradient-play", "step_size": "-1"}, "step_size"),
        (arrays(), {**SETTINGS, "regularization": "-1"}, "regularization"),
    ],
)
def test_broken_npz_is_named(tmp_path, content, settings, says):
    path = tmp_path / "t.npz"
    np.savez(path, **content)
    with pytest.raises(InvalidInput, match=says) as caught:
        read_trajectory(str(path), ONE_STATE, **settings)
    assert "t.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


LINES = list(rows_of(GOOD))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([], "no rows"),
        (["a,b", "1,2"], "column iterate"),
        (LINES[:-1], "missing"),
        ([LINES[0], "x,0,0,0,1"], "iterate in row 1"),
        ([LINES[0], "0,7,0,0,1"], "player in row 1"),
        ([LINES[0], "0,0,9,0,1"], "state in row 1"),
        ([LINES[0], "0,0,0,9,1"], "action in row 1"),
        ([LINES[0], "0,0,0,0,half"], "probability in row 1"),
        ([LINES[0], "0,0,0,0"], "probability in row 1"),
        ([LINES[0], "-1,0,0,0,1"], "iterate in row 1"),
    ],
)
def test_broken_csv_is_named(tmp_path, lines, says):
    path = tmp_path / "t.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(InvalidInput, match=says) as caught:
        read_trajectory(str(path), ONE_STATE, **SETTINGS)
    assert "t.csv" in str(caught.value)


@pytest.mark.parametrize("name", ["missing.npz", "missing.csv", "folder"])
def test_what_is_no_file_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput, match=name):
        read_trajectory(str(tmp_path / name), ONE_STATE, **SETTINGS)


def test_bytes_that_are_no_npz_are_refused(tmp_path):
    path = tmp_path / "t.npz"
    path.write_bytes(b"PK\x03\x04 not an archive")
    with pytest.raises(InvalidInput, match="cannot be read"):
        read_trajectory(str(path), ONE_STATE, **SETTINGS)
