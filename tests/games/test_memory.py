"""Large data: rewards that all players share are held once, and what does not fit is refused before it is begun."""

import pickle
from dataclasses import fields

import numpy as np
import pytest

from mpgcert import errors
from mpgcert.arithmetic import ExactArray
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, SparseKernel, load, write
from mpgcert.games.normalization import Normalization
from mpgcert.learn.oracle import StageRewards
from mpgcert.solvers.arrays import GameArrays


def common_game(n_states=3, sizes=(2, 3), scale=100):
    rng = np.random.default_rng(0)
    own = rng.integers(-50, 50, size=(1, n_states, *sizes))
    kernel = rng.multinomial(20, np.ones(n_states) / n_states, size=(n_states, *sizes))
    return MarkovGame.of(
        rewards=ExactArray.of_integers(np.broadcast_to(own, (len(sizes), *own.shape[1:])), scale),
        transition=ExactArray.of_integers(kernel, 20),
        discount="0.9",
    )


def copied(array):
    return ExactArray.of_integers(np.array(array.numerator), array.denominator)


def test_a_common_reward_is_held_once_through_files_and_normalisation(tmp_path):
    game = common_game()
    assert game.rewards.is_repeated
    other = game.with_rewards(copied(game.rewards))
    assert not other.rewards.is_repeated
    assert game.rewards == other.rewards
    assert game.fingerprint == other.fingerprint
    assert game.is_identical_interest
    assert (game.rewards.min(), game.rewards.max()) == (other.rewards.min(), other.rewards.max())
    np.testing.assert_array_equal(game.rewards.to_float(), other.rewards.to_float())
    for suffix in ("json", "npz"):
        write(game, tmp_path / f"game.{suffix}")
        again = load(tmp_path / f"game.{suffix}")
        assert again.rewards.is_repeated
        assert again.fingerprint == game.fingerprint
    for one in (game, other):
        assert Normalization.of(one) == Normalization.of(game)
    normalised = Normalization.of(game).apply(game)
    assert normalised.rewards.is_repeated
    assert normalised.rewards == Normalization.of(other).apply(other).rewards
    assert len(StageRewards.of(game).table) == 1
    assert GameArrays.of(game).rewards.strides[0] == 0


def test_a_game_travels_to_another_process_without_what_was_computed_from_it():
    game = common_game()
    here = GameArrays.of(game)
    travelled = pickle.loads(pickle.dumps(game))
    assert set(vars(travelled)) == {item.name for item in fields(MarkovGame)}
    there = GameArrays.of(travelled)
    assert there.rewards.strides == here.rewards.strides
    assert travelled.fingerprint == game.fingerprint


def test_work_that_does_not_fit_is_refused_with_the_estimate(monkeypatch, tmp_path):
    game = common_game(n_states=2)
    write(game, tmp_path / "game.json")
    write(game, tmp_path / "game.npz")
    n_states = 10**5
    rows = np.arange(n_states + 1)
    one = ExactArray.of_integers(np.ones(n_states, dtype=np.int64))
    cycle = SparseKernel(rows, np.roll(rows[:-1], 1), one)
    large = MarkovGame.of(rewards=np.zeros((1, n_states, 1), dtype=np.int64), transition=cycle, discount="1/2")
    monkeypatch.setattr(errors, "available_memory", lambda: 2.0**30)
    with pytest.raises(TooLarge, match=r"dense kernel of 100000 states needs about 149 GiB of memory; 1 GiB"):
        large.dense_kernel()
    with pytest.raises(TooLarge, match="of the 100000 states"):
        GameArrays.of(large).identity()
    monkeypatch.setattr(errors, "_ALWAYS_THERE", 0)
    monkeypatch.setattr(errors, "available_memory", lambda: 100.0)
    with pytest.raises(TooLarge, match=r"MiB of JSON needs about .*; an \.npz file takes less"):
        load(tmp_path / "game.json")
    with pytest.raises(TooLarge, match="MiB of arrays needs about"):
        load(tmp_path / "game.npz")
    monkeypatch.setattr(errors, "available_memory", lambda: 1e6)
    assert load(tmp_path / "game.npz").fingerprint == game.fingerprint
