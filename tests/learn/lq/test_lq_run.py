"""Runs on linear-quadratic games: records, continuation, files, divergence, interruption, bad input."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import FLOAT
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games.lq import Gains, LQGame
from mpgcert.learn.lq import LQTrajectory, run_lq
from mpgcert.learn.lq.generic_step import next_gains
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.strategies import lq_games

NATURAL, MODEL_FREE = "natural-policy-gradient", "model-free-natural-policy-gradient"
SCALAR = {
    "A": [[1]],
    "B": [[[1]], [[1]]],
    "Q": [[[1]], [[1]]],
    "R": [[[1]], [[1]]],
    "W": [[1]],
    "initial": {"mean": [1], "covariance": [[1]]},
}
UNSTABLE = {**SCALAR, "A": [[3]], "W": [[0]]}


def scalar(horizon=3, **changes):
    return LQGame.of(horizon=horizon, **{**SCALAR, **changes})


def options(algorithm, game):
    extra = {"smoothing": 0.5, "trajectories": 20, "seed": 3} if algorithm == MODEL_FREE else {}
    return {"step_size": 0.01 if algorithm == NATURAL else 1e-5, "start": game.start, **extra}


def same(one, other):
    """Whether two trajectories agree in every bit."""
    for name, value in vars(one).items():
        theirs = getattr(other, name)
        if name == "gains":
            assert all(np.array_equal(a, b) for a, b in zip(value, theirs, strict=True))
        elif isinstance(value, np.ndarray):
            assert value.dtype == theirs.dtype, name
            assert np.array_equal(value, theirs, equal_nan=value.dtype.kind == "f"), name
        else:
            assert value == theirs, name
    return True


@given(lq_games(), st.data())
def test_records_are_what_the_definitions_say(game, data):
    rates = [data.draw(st.sampled_from([1e-5, 1e-4])) for _ in range(game.n_players)]
    found = run_lq(game, NATURAL, steps=5, step_size=rates, record_every=2)
    assert found.steps.tolist() == [0, 2, 4, 5]
    assert (found.n_steps, found.complete, found.diverged) == (5, True, False)
    assert found.step_size == tuple(rates)
    arrays = LQArrays.of(game, FLOAT)
    nash = evaluate_gains(arrays, coupled_riccati(arrays).gains)
    K = game.start.lift(FLOAT)
    for step in range(6):
        evaluation = evaluate_gains(arrays, K)
        if step in found.steps:
            k = found.steps.tolist().index(step)
            assert found.policy(k).lift(FLOAT) == pytest.approx(K, rel=1e-9, abs=1e-9)
            assert found.costs[k] == pytest.approx(evaluation.costs, rel=1e-9, abs=1e-12)
            assert found.gradient_norm[k] == pytest.approx(np.linalg.norm(evaluation.gradients), rel=1e-7, abs=1e-9)
            assert found.nash_costs == pytest.approx(nash.costs)
        K = next_gains(evaluation, rates)


@pytest.mark.parametrize("algorithm", [NATURAL, MODEL_FREE])
@given(game=lq_games(max_players=2), middle=st.integers(0, 6), stride=st.integers(1, 3))
@settings(max_examples=15)
def test_resumed_run_is_the_straight_run(algorithm, game, middle, stride):
    given_options = options(algorithm, game)
    straight = run_lq(game, algorithm, steps=6, record_every=stride, **given_options)
    first = run_lq(game, algorithm, steps=middle, record_every=stride, **given_options)
    if first.diverged:
        assert straight.diverged_at == first.diverged_at
        return
    del given_options["start"]
    assert same(run_lq(game, algorithm, steps=6, resume=first, **given_options), straight)


def test_the_seed_decides():
    runs = [run_lq(scalar(), MODEL_FREE, steps=3, step_size=0.001, seed=seed) for seed in (1, 1, 2)]
    assert same(runs[0], runs[1])
    assert not np.array_equal(runs[0].costs, runs[2].costs)


@pytest.mark.parametrize("algorithm", [NATURAL, MODEL_FREE])
def test_both_algorithms_find_the_equilibrium(algorithm):
    """Known gains of a = b = q = r = 1 with T = 3, last to first: 1/3, 11/31, 1181/3323."""
    game = scalar()
    extra = {"trajectories": 4000} if algorithm == MODEL_FREE else {}
    found = run_lq(game, algorithm, steps=400, step_size="0.02", **extra)
    expected = [float(Fraction(*pair)) for pair in ((1181, 3323), (11, 31), (1, 3))]
    tolerance = 1e-6 if algorithm == NATURAL else 0.05
    for part in found.gains:
        assert part[-1].ravel() == pytest.approx(expected, abs=tolerance)
    assert (np.abs(found.normalized_error[-1]) < tolerance).all()
    assert found.total_gap[-1] < found.total_gap[0]


@given(lq_games(), st.sampled_from([NATURAL, MODEL_FREE]))
@settings(max_examples=15)
def test_files_keep_everything(tmp_path_factory, game, algorithm):
    path = tmp_path_factory.mktemp("runs") / "run.npz"
    run = run_lq(game, algorithm, steps=3, **options(algorithm, game))
    run.save(path)
    loaded = LQTrajectory.load(path)
    assert same(run, loaded)
    document = json.loads(json.dumps(run.to_dict(), allow_nan=False))
    assert document["steps"] == run.steps.tolist()
    keys = {"normalized_error", "cost_gap", "costs", "distance", "gradient_norm", "total_gap", "diverged", "reason"}
    assert keys <= document.keys()


def test_divergence_is_reported():
    """The step size is far too large for the last stage, whose update is linear: |1 - 2 eta Phi| > 1."""
    run = run_lq(scalar(), NATURAL, steps=10**6, step_size=3)
    assert run.diverged
    assert run.diverged_at == run.n_steps + 1
    assert run.reason
    assert np.isfinite(run.costs).all()
    json.dumps(run.to_dict(), allow_nan=False)
    tight = run_lq(scalar(), NATURAL, steps=10**6, step_size=3, divergence_multiple=100)
    assert tight.diverged_at < run.diverged_at
    assert "beyond the limit" in tight.reason
    with pytest.raises(InvalidInput, match="diverged_at"):
        run_lq(scalar(), NATURAL, steps=10**6, step_size=3, resume=run)


def test_numbers_may_leave_the_range_of_doubles():
    run = run_lq(scalar(8), NATURAL, steps=10**6, step_size="1e200")
    assert run.reason == "gains or costs leave the range of doubles"
    assert run.n_steps == run.diverged_at - 1 == 0


def test_singular_covariance_ends_the_run():
    """Deterministic dynamics and a known x_0: the state is always the same, the matrix of rank one."""
    square = [[1, 0], [0, 1]]
    game = LQGame.of(
        horizon=2, A=square, B=[[[1], [0]]], Q=[square], R=[[[1]]], W=[[0, 0], [0, 0]],
        initial={"mean": [1, 1], "covariance": [[0, 0], [0, 0]]},
    )  # fmt: skip
    run = run_lq(game, MODEL_FREE, steps=5, step_size=0.001)
    assert (run.diverged_at, run.n_steps) == (1, 0)
    assert run.reason == "the empirical covariance of player 1 at stage 0 is singular"


def test_a_game_without_equilibrium_still_runs():
    """R + B'QB = 0 at the only stage: no K* to measure against, but costs are there."""
    game = scalar(1, Q=[[[-1]], [[1]]], B=[[[1]], [[0]]])
    run = run_lq(game, NATURAL, steps=3, step_size=0.01)
    assert np.isfinite(run.costs).all()
    document = json.loads(json.dumps(run.to_dict(), allow_nan=False))
    assert document["normalized_error"] == [[None, None]] * 4
    assert document["nash_costs"] == document["distance"][0] == document["cost_gap"][0] == [None, None]


@pytest.mark.parametrize("algorithm", [NATURAL, MODEL_FREE])
def test_interruption_keeps_what_was_done(algorithm):
    def stop(done, _):
        if done == 6:
            raise KeyboardInterrupt

    settings = {"step_size": 0.001, "record_every": 3}
    run = run_lq(scalar(), algorithm, steps=100, progress=stop, **settings)
    assert not run.complete
    assert run.steps.tolist() == [0, 3, 6]
    whole = run_lq(scalar(), algorithm, steps=9, **settings)
    assert same(run_lq(scalar(), algorithm, steps=9, resume=run, **{**settings, "record_every": None}), whole)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"algorithm": "gradient-play"}, "algorithm: 'gradient-play'; expected natural-policy-gradient or"),
        ({"step_size": 0}, r"step_size\[0\]: 0; expected a positive number"),
        ({"step_size": [0.1, "x"]}, r"step_size\[1\]"),
        ({"step_size": [0.1]}, "step_size: 1 entries; expected one, or 2"),
        ({"step_size": float("nan")}, r"step_size\[0\]"),
        ({"steps": -1}, "steps: -1"),
        ({"steps": 2.5}, "steps: 2.5"),
        ({"record_every": 0}, "record_every: 0"),
        ({"smoothing": 0.5}, "smoothing: 0.5; expected none"),
        ({"algorithm": MODEL_FREE, "trajectories": 0}, r"trajectories\[0\]: 0"),
        ({"algorithm": MODEL_FREE, "smoothing": [1, -1]}, r"smoothing\[1\]: -1"),
        ({"algorithm": MODEL_FREE, "seed": -1}, "seed: -1"),
        ({"algorithm": MODEL_FREE, "sampled_cost": "all"}, "sampled_cost: 'all'; expected trajectory or cost-to-go"),
        ({"divergence_multiple": 0.5}, "divergence_multiple"),
        ({"start": Gains.zero(scalar(2))}, "start: gains of shapes"),
    ],
)
def test_bad_settings_are_named(changes, message):
    settings = {"algorithm": NATURAL, "steps": 1, "step_size": 0.1, **changes}
    with pytest.raises(InvalidInput, match=message):
        run_lq(scalar(), **settings)


def test_a_run_of_another_kind_is_not_resumed():
    run = run_lq(scalar(), NATURAL, steps=2, step_size=0.1)
    for changes, message in (
        ({"step_size": 0.2}, "resume: step_size"),
        ({"algorithm": MODEL_FREE}, "resume: algorithm"),
        ({"steps": 1}, "2 steps made"),
        ({"start": Gains.zero(scalar())}, "start: given beside"),
    ):
        with pytest.raises(InvalidInput, match=message):
            run_lq(scalar(), **{"algorithm": NATURAL, "steps": 3, "step_size": 0.1, **changes}, resume=run)
    with pytest.raises(InvalidInput, match="resume: game"):
        run_lq(scalar(4), NATURAL, steps=3, step_size=0.1, resume=run)


def test_records_must_fit():
    with pytest.raises(TooLarge, match="raise record_every"):
        run_lq(scalar(), NATURAL, steps=10**9, step_size=0.1, record_every=1)


@pytest.mark.parametrize("damage", ["missing", "text", "other"])
def test_bad_files_are_refused(tmp_path, damage):
    path = tmp_path / "run.npz"
    if damage == "text":
        path.write_text("no")
    elif damage == "other":
        np.savez(path, settings=np.array(json.dumps({"schema": "trajectory/1"})))
    with pytest.raises(InvalidInput, match=r"LQTrajectory\.save"):
        LQTrajectory.load(path)
    run_lq(scalar(), NATURAL, steps=1, step_size=0.1).save(path)
    with np.load(path) as stored:
        content = {name: stored[name] for name in stored.files if name != "gains_1"}
    np.savez(path, **content)
    with pytest.raises(InvalidInput, match="gains"):
        LQTrajectory.load(path)
