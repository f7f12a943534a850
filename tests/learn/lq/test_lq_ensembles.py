"""Ensembles: members are single runs, workers do not matter, statistics and their intervals."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput, SingularMatrix, TooLarge
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq import ensemble, ensembles, run_lq, starts_in_ball
from mpgcert.learn.lq.batch import split_players
from mpgcert.learn.lq.ensemble import proportion
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.strategies import lq_games

NATURAL, MODEL_FREE = "natural-policy-gradient", "model-free-natural-policy-gradient"


def section_5_1(noise="0", **changes):
    return LQGame.of(
        **{
            "horizon": 10,
            "A": [["0.588", "0.028"], ["0.570", "0.056"]],
            "B": [[[1], [1]], [[0], [1]]],
            "Q": [[["0.01", 0], [0, 1]], [[1, 0], [0, "0.147"]]],
            "R": [[["0.01"]], [["0.01"]]],
            "W": [[noise, 0], [0, noise]],
            "initial": {"points": [[1, 1], [1, "1.1"]], "probabilities": ["1/2", "1/2"]},
            **changes,
        }
    )


@given(lq_games(max_players=2), st.integers(1, 20), st.sampled_from([0.0, 0.3]), st.integers(0, 9))
@settings(max_examples=20)
def test_members_are_single_runs(game, count, radius, seed):
    starts = starts_in_ball(game, radius, count, seed)
    found = ensemble(game, NATURAL, steps=5, step_size=0.005, starts=starts, record_every=2)
    assert found.steps.tolist() == [0, 2, 4, 5]
    assert found.errors.shape == (4, count, game.n_players)
    last = Gains.from_doubles(split_players(game, starts[-1]))
    run = run_lq(game, NATURAL, steps=5, step_size=0.005, start=last, record_every=1)
    expected = run.normalized_error
    assert found.errors[:, -1] == pytest.approx(expected[found.steps], rel=1e-7, abs=1e-9, nan_ok=True)
    assert found.peak[-1] == pytest.approx(np.nan_to_num(np.abs(expected)).max(axis=0), rel=1e-7, abs=1e-9)
    assert found.n_diverged == 0
    assert not run.diverged


def test_members_of_the_model_free_ensemble_are_single_runs():
    game = section_5_1("1", horizon=2)
    options = {"step_size": 0.001, "trajectories": 30, "smoothing": 0.5}
    found = ensemble(game, MODEL_FREE, steps=4, count=10, seed=5, **options)
    for j in (0, 8, 9):
        run = run_lq(game, MODEL_FREE, steps=4, seed=5 + j, **options)
        assert np.array_equal(found.errors[:, j], run.normalized_error)


@pytest.mark.parametrize(
    ("algorithm", "options"),
    [(NATURAL, {"count": 300, "step_size": 0.1}), (MODEL_FREE, {"count": 10, "step_size": 0.001, "trajectories": 5})],
)
def test_workers_do_not_matter(algorithm, options):
    game = section_5_1("1", horizon=2)
    if algorithm == NATURAL:
        options = {**options, "starts": starts_in_ball(game, 0.3, 300)}
    seen = []
    runs = [
        ensemble(game, algorithm, steps=3, workers=workers, progress=lambda *done: seen.append(done), **options)
        for workers in (1, 2)
    ]
    assert np.array_equal(runs[0].errors, runs[1].errors)
    assert np.array_equal(runs[0].peak, runs[1].peak)
    total = options["count"]
    assert seen[: len(seen) // 2] == seen[len(seen) // 2 :]
    assert seen[-1] == (total, total)


def test_one_pass_serves_every_noise():
    """Algorithm 1 does not see W: games that differ in it share their iterates."""
    games = [section_5_1(noise) for noise in ("0", "0.1", "10")]
    starts = starts_in_ball(games[0], 0.25, 20)
    together = ensembles(games, NATURAL, steps=30, step_size=0.1, starts=starts)
    for game, found in zip(games, together):
        alone = ensemble(game, NATURAL, steps=30, step_size=0.1, starts=starts)
        assert found.game == alone.game == game.fingerprint
        assert found.errors == pytest.approx(alone.errors, rel=1e-9, abs=1e-12)
    with pytest.raises(InvalidInput, match=r"games\[1\]"):
        ensembles([games[0], section_5_1(R=[[[1]], [[1]]])], NATURAL, steps=1, step_size=0.1)


@given(lq_games(), st.sampled_from([0.0, 0.5, 2.0]), st.integers(1, 600), st.integers(0, 9))
@settings(max_examples=20)
def test_starts_lie_in_the_ball(game, radius, count, seed):
    starts = starts_in_ball(game, radius, count, seed)
    away = starts - coupled_riccati(LQArrays.of(game, FLOAT)).gains
    for part in split_players(game, away):
        assert np.linalg.norm(part, axis=(2, 3)).max() <= radius * (1 + 1e-9) + 1e-12
    assert np.array_equal(starts_in_ball(game, radius, 1, seed), starts[:1])


def test_starts_fill_the_ball_uniformly():
    """In two dimensions the squared distance is uniform; so is the angle."""
    game = section_5_1()
    away = starts_in_ball(game, 0.25, 1000) - coupled_riccati(LQArrays.of(game, FLOAT)).gains
    shares = (away**2).sum(axis=3).ravel() / 0.0625
    assert np.quantile(shares, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.015)
    turns = np.arctan2(away[..., 0], away[..., 1]).ravel() / (2 * np.pi) + 0.5
    assert np.quantile(turns, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.015)


def test_section_5_1_converges_from_most_starts_but_not_from_all():
    """The statistics that one lucky draw hides: r = 0.3, eta = 0.1, sigma = 0."""
    game = section_5_1()
    found = ensemble(game, NATURAL, steps=1000, step_size="0.1", starts=starts_in_ball(game, 0.3, 128))
    share = found.meeting(0.005, 1000)
    assert 0.8 < share.low < share.estimate < 1
    assert found.n_diverged > 0
    assert found.peaking(1.01, player=1).successes > found.peaking(1.01, player=0).successes > 0
    bands = found.bands()
    assert bands.shape == (5, len(found.steps), 2)
    assert (np.diff(bands, axis=0)[np.isfinite(bands[1:])] >= 0).all()
    json.dumps(found.to_dict(), allow_nan=False)


def test_readings_of_meeting_a_level():
    game = section_5_1()
    found = ensemble(game, NATURAL, steps=4, step_size=0.1, starts=starts_in_ball(game, 0, 3), record_every=1)
    errors = np.array(
        [[0.5, 0.001, 0.5, 0.5, 0.001], [0.5, 0.5, 0.001, 0.001, 0.001], [0.5, 0.001, 0.001, 0.5, np.inf]]
    )
    object.__setattr__(found, "errors", np.stack([-errors.T, np.zeros_like(errors.T)], axis=2))
    assert [found.meeting(0.01, m).successes for m in (0, 1, 2, 4)] == [0, 2, 3, 3]
    assert [found.meeting(0.01, m, "at").successes for m in (0, 1, 2, 3, 4)] == [0, 2, 2, 1, 2]
    assert [found.meeting(0.01, m, "settled").successes for m in (0, 1, 2, 3, 4)] == [0, 0, 1, 1, 2]
    with pytest.raises(InvalidInput, match="reading"):
        found.meeting(0.01, 1, "never")
    with pytest.raises(InvalidInput, match="iteration"):
        found.meeting(0.01, -1)


@given(st.integers(1, 60), st.data())
def test_intervals_are_those_of_clopper_and_pearson(count, data):
    from scipy.stats import binom

    successes = data.draw(st.integers(0, count))
    found = proportion(successes, count)
    assert found.low <= found.estimate <= found.high
    if successes:
        assert binom.sf(successes - 1, count, found.low) == pytest.approx(0.025)
    if successes < count:
        assert binom.cdf(successes, count, found.high) == pytest.approx(0.025)


def test_bad_requests_are_named():
    game = section_5_1()
    with pytest.raises(InvalidInput, match="starts: shape"):
        ensemble(game, NATURAL, steps=1, step_size=0.1, starts=np.zeros((3, 2, 2)))
    with pytest.raises(InvalidInput, match="radius"):
        starts_in_ball(game, -1, 3)
    with pytest.raises(InvalidInput, match="count"):
        starts_in_ball(game, 1, 0)
    with pytest.raises(InvalidInput, match="games: no game"):
        ensembles([], NATURAL, steps=1, step_size=0.1)
    with pytest.raises(TooLarge, match="raise record_every"):
        ensemble(game, NATURAL, steps=10**11, step_size=0.1, record_every=1)
    singular = section_5_1(horizon=1, B=[[[1], [0]], [[0], [0]]], Q=[[["-0.01", 0], [0, 1]], [[1, 0], [0, 1]]])
    with pytest.raises(SingularMatrix):
        ensemble(singular, NATURAL, steps=1, step_size=0.1)
