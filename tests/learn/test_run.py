"""Runs: totals, strides, continuation, files, interruption, invariance, stability, ascent."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn import Trajectory, run
from mpgcert.learn.rounding import trajectory_errors
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.evaluation import concentration, evaluate, policy_gradient
from mpgcert.strategies import games, policies

ALGORITHMS = ["gradient-play", "natural-gradient-play"]
FIGURE_1 = [[[["-1", "0.14"], ["0.16", "0.15"], ["0.2", "-1"]]]] * 2


def figure_1():
    return MarkovGame.of(rewards=FIGURE_1, name="figure 1")


def common_interest(game):
    rewards = game.rewards.numerator
    return game.with_rewards(
        ExactArray.of_integers(np.broadcast_to(rewards[:1], rewards.shape).copy(), game.rewards.denominator)
    )


def same(one, other):
    """Whether two trajectories agree in every bit."""
    for name, value in vars(one).items():
        mine = value if isinstance(value, tuple) else (value,)
        theirs = getattr(other, name) if isinstance(value, tuple) else (getattr(other, name),)
        for a, b in zip(mine, theirs, strict=True):
            if isinstance(a, np.ndarray):
                assert a.dtype == b.dtype, name
                assert np.array_equal(a, b, equal_nan=a.dtype.kind == "f"), name
            else:
                assert a == b, name
    return True


@given(games(full_support=True), st.sampled_from(ALGORITHMS), st.sampled_from([0.0, 0.002]))
@settings(max_examples=30)
def test_records_are_what_the_definitions_say(game, algorithm, regularization):
    phi = game.rewards[0]
    step_size = 2 * (1 - game.discount) ** 2 / 5
    options = {"step_size": step_size, "regularization": regularization, "potential": phi}
    found = run(game, algorithm, steps=5, record_every=2, **options)
    assert found.steps.tolist() == [0, 2, 4, 5]
    arrays = GameArrays.of(game)
    scale = 1 / (1 - float(game.discount)) ** 2
    for k in range(4):
        policy = found.policy(k)
        evaluation = evaluate(arrays, policy)
        potential = float(evaluate(arrays, policy, phi.to_float()[None]).returns[0])
        barrier = sum(np.log(part).sum() for part in policy)
        gradients = [policy_gradient(evaluation, i) for i in range(game.n_players)]
        regularized = [g + regularization * (1 - p.shape[1] * p) for g, p in zip(gradients, policy)]
        close = {"rel": 1e-9, "abs": 1e-12 * scale}
        assert found.returns[k] == pytest.approx(evaluation.returns, **close)
        assert found.potential[k] == pytest.approx(potential, **close)
        assert found.regularized_potential[k] == pytest.approx(potential + regularization * barrier, **close)
        assert found.gradient_norm[k] == pytest.approx(np.sqrt(sum((g**2).sum() for g in gradients)), **close)
        assert found.regularized_gradient_norm[k] == pytest.approx(
            np.sqrt(sum((g**2).sum() for g in regularized)), **close
        )
        assert found.least_visitation[k] == pytest.approx(evaluation.visitation.min(), **close)
        for i in range(game.n_players):
            assert found.player_gradient_norm[k, i] == pytest.approx(np.linalg.norm(gradients[i]), **close)
            assert found.c_lower[k, i] <= found.c[k, i]
            assert found.c_first[k, i] <= found.c[k, i]
            plain = concentration(evaluation, i).min()  # without regard to rounding
            assert found.c_lower[k, i] - 1e-9 <= plain <= found.c[k, i] + 1e-9
            assert np.allclose(np.exp(found.log_policies[i][k]), policy[i], rtol=1e-12)


@given(games(), st.sampled_from(ALGORITHMS), st.integers(1, 4))
@settings(max_examples=20)
def test_totals_are_over_every_iterate(game, algorithm, stride):
    every = run(game, algorithm, steps=9, step_size=0.5, record_every=1)
    some = run(game, algorithm, steps=9, step_size=0.5, record_every=stride)
    gaps = every.nash_gap.max(axis=1)
    for k, t in enumerate(some.steps.tolist()):
        assert some.gap_sum[k] == pytest.approx(gaps[:t].sum())
        assert some.gap_square_sum[k] == pytest.approx((gaps[:t] ** 2).sum())
        assert some.min_gap[k] == min(gaps[:t], default=np.inf)
        assert some.min_c[k] == min(every.c[:t].ravel(), default=np.inf)
        assert some.min_c_lower[k] == min(every.c_lower[:t].ravel(), default=np.inf)
        if every.potential is not None:
            assert some.least_ascent[k] == min(np.diff(every.potential[: t + 1]), default=np.inf)
        else:
            assert some.potential is None
        if t:
            assert some.mean_gap[k] == pytest.approx(gaps[:t].mean())
            assert some.mean_square_gap[k] == pytest.approx((gaps[:t] ** 2).mean())
    assert np.isnan(some.mean_gap[0])


@given(games(), st.sampled_from(ALGORITHMS), st.integers(0, 11), st.integers(1, 4), st.data())
@settings(max_examples=30)
def test_a_continued_run_equals_a_long_one_in_every_bit(game, algorithm, first, stride, data):
    options = {"step_size": 0.8, "record_every": stride, "start": data.draw(policies(game, interior=True))}
    whole = run(game, algorithm, steps=11, **options)
    part = run(game, algorithm, steps=first, **options)
    options.pop("start")
    assert same(run(game, algorithm, steps=11, resume=part, **options), whole)


def test_a_run_can_be_continued_with_a_potential():
    game = MarkovGame.of(rewards=[[[[3, 0], [5, 1]]], [[[3, 5], [0, 1]]]])
    options = {"step_size": 1, "potential": ExactArray.parse([[[0, 2], [2, 3]]], "potential")}
    part = run(game, "gradient-play", steps=3, step_size=1, record_every=1)
    whole = run(game, "gradient-play", steps=6, record_every=1, **options)
    assert same(run(game, "gradient-play", steps=6, resume=part, **options), whole)


def test_files_keep_every_bit(tmp_path):
    found = run(figure_1(), "natural-gradient-play", steps=30, step_size=5, regularization=0.003, truncation=1)
    path = tmp_path / "run.npz"
    found.save(path)
    assert same(Trajectory.load(path), found)
    assert [p.name for p in tmp_path.iterdir()] == ["run.npz"]
    without = run(
        MarkovGame.of(rewards=[[[[1, 0], [0, 1]]], [[[0, 1], [1, 0]]]]), "gradient-play", steps=3, step_size=1
    )
    without.save(path)
    assert Trajectory.load(path).potential is None
    continued = run(figure_1(), "gradient-play", steps=20, step_size=1)
    continued.save(path)
    longer = run(figure_1(), "gradient-play", steps=30, step_size=1, resume=Trajectory.load(path))
    assert same(longer, run(figure_1(), "gradient-play", steps=30, step_size=1))


def test_files_that_are_no_trajectories_are_refused(tmp_path):
    path = tmp_path / "bad.npz"
    with pytest.raises(InvalidInput, match="cannot be read"):
        Trajectory.load(path)
    path.write_text("no archive")
    with pytest.raises(InvalidInput, match="cannot be read"):
        Trajectory.load(path)
    np.savez(path, settings=np.array('{"schema": "other"}'))
    with pytest.raises(InvalidInput, match="not a trajectory"):
        Trajectory.load(path)
    run(figure_1(), "gradient-play", steps=3, step_size=1).save(path)
    with np.load(path) as stored:
        content = {name: stored[name] for name in stored.files if name != "policies_1"}
    np.savez(path, **content)
    with pytest.raises(InvalidInput, match="policies"):
        Trajectory.load(path)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    found = run(figure_1(), "gradient-play", steps=3, step_size=1)
    found.save(path)
    before = path.read_bytes()

    def fail(*_args, **_kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        found.save(path)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_json_has_no_number_that_json_lacks():
    found = run(figure_1(), "gradient-play", steps=4, step_size=1).to_dict()
    text = json.dumps(found, allow_nan=False)
    back = json.loads(text)
    assert back["steps"] == [0, 1, 2, 3, 4]
    assert back["mean_gap"][0] is None
    assert back["min_gap"][0] is None
    assert len(back["gradient_norm"]) == len(back["potential"]) == len(back["nash_gap"]) == 5


@pytest.mark.parametrize("after", [0, 3, 7])
def test_an_interrupted_run_returns_what_is_done(after):
    def interrupt(step, steps):
        assert steps == 20
        if step >= after:
            raise KeyboardInterrupt

    options = {"step_size": 1, "record_every": 1}
    found = run(figure_1(), "gradient-play", steps=20, progress=interrupt, **options)
    assert not found.complete
    assert found.n_steps == after
    whole = run(figure_1(), "gradient-play", steps=20, **options)
    assert whole.complete
    assert same(run(figure_1(), "gradient-play", steps=20, resume=found, **options), whole)


def test_progress_and_the_number_of_records():
    seen = []
    found = run(
        figure_1(), "gradient-play", steps=2500, step_size=0.1, progress=lambda step, steps: seen.append((step, steps))
    )
    assert found.record_every == 3
    assert len(found.steps) == 2500 // 3 + 2
    assert seen == [(3 * k, 2500) for k in range(2500 // 3 + 1)]


@given(
    games(full_support=True), st.sampled_from(ALGORITHMS), st.sampled_from([0.0, 0.003]), st.sampled_from([1e6, 1e12])
)
@settings(max_examples=30)
def test_huge_steps_stay_finite(game, algorithm, regularization, step_size):
    found = run(game, algorithm, steps=40, step_size=step_size, regularization=regularization)
    for policy, log_policy in zip(found.policies, found.log_policies):
        assert np.isfinite(policy).all()
        assert np.isfinite(log_policy).all()
        np.testing.assert_allclose(policy.sum(axis=2), 1, rtol=1e-14)
    assert np.isfinite(found.nash_gap).all()
    assert np.isfinite(found.gradient_norm).all()


def relabelled(game, order, maps):
    """Players in another order, the actions of each in another order."""
    rewards, kernel = game.rewards.numerator, game.dense_kernel().numerator
    for i, permutation in enumerate(maps):
        rewards, kernel = rewards.take(permutation, axis=2 + i), kernel.take(permutation, axis=1 + i)
    axes = [1 + i for i in order]
    last = kernel.ndim - 1
    return MarkovGame.of(
        rewards=ExactArray.of_integers(
            rewards[list(order)].transpose(0, 1, *(1 + a for a in axes)), game.rewards.denominator
        ),
        transition=ExactArray.of_integers(kernel.transpose(0, *axes, last), game.dense_kernel().denominator),
        discount=game.discount,
        initial=game.initial,
    )


@given(games(full_support=True), st.sampled_from(ALGORITHMS), st.sampled_from([0.0, 0.002]), st.data())
@settings(max_examples=25)
def test_names_of_players_and_actions_do_not_matter(game, algorithm, regularization, data):
    order = data.draw(st.permutations(range(game.n_players)))
    maps = [data.draw(st.permutations(range(count))) for count in game.n_actions]
    start = data.draw(policies(game, interior=True))
    moved = [start.probabilities[i].numerator[:, maps[i]] for i in range(game.n_players)]
    exact = [ExactArray.of_integers(part, p.denominator) for part, p in zip(moved, start.probabilities)]
    options = {"steps": 5, "step_size": 0.05, "regularization": regularization}
    one = run(game, algorithm, start=start, **options)
    other_game = relabelled(game, order, maps)
    other = run(other_game, algorithm, start=Policy(tuple(exact[i] for i in order)), **options)
    for place, i in enumerate(order):
        np.testing.assert_allclose(other.policies[place], one.policies[i][..., maps[i]], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(other.nash_gap[:, place], one.nash_gap[:, i], rtol=1e-6, atol=1e-8)


@given(games(max_players=2), st.sampled_from(ALGORITHMS), st.integers(1, 3))
@settings(max_examples=25)
def test_a_dummy_player_changes_nothing(game, algorithm, count):
    """One who moves nothing and earns nothing: the others play as before, and the dummy stays uniform."""
    shape = (*game.n_actions, count)
    rewards = np.zeros((game.n_players + 1, game.n_states, *shape), dtype=np.int64)
    rewards[:-1] = game.rewards.numerator[..., None]
    kernel = np.broadcast_to(
        np.expand_dims(game.dense_kernel().numerator, -2), (game.n_states, *shape, game.n_states)
    ).copy()
    wider = MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, game.rewards.denominator),
        transition=ExactArray.of_integers(kernel, game.dense_kernel().denominator),
        discount=game.discount,
        initial=game.initial,
    )
    options = {"steps": 5, "step_size": 0.2}
    one, other = run(game, algorithm, **options), run(wider, algorithm, **options)
    for a, b in zip(one.policies, other.policies):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-9)
    np.testing.assert_allclose(other.policies[-1], 1 / count, rtol=1e-12)
    np.testing.assert_allclose(other.nash_gap[:, :-1], one.nash_gap, rtol=0, atol=1e-9)


@given(games(), st.sampled_from(ALGORITHMS))
@settings(max_examples=40)
def test_the_potential_ascends_at_the_step_sizes_of_the_theorems(game, algorithm):
    game = common_interest(game)
    horizon, n = 1 - game.discount, game.n_players
    spread = game.rewards.max() - game.rewards.min()
    if algorithm == "gradient-play":
        step_size = horizon**3 / (6 * n)
    else:
        step_size = horizon**2 / (2 * n * spread) if spread else Fraction(1)
    found = run(game, algorithm, steps=50, step_size=float(step_size))
    errors = trajectory_errors(game, found)
    assert found.least_ascent[-1] >= -2 * errors.potential


@given(games(), st.sampled_from([0.001, 0.1]))
@settings(max_examples=25)
def test_the_regularized_potential_ascends_at_the_step_size_of_theorem_6(game, regularization):
    game = common_interest(game)
    cube = float(1 - game.discount) ** 3
    step_size = cube / (6 * game.n_players + 2 * regularization * max(game.n_actions) * cube)
    found = run(game, "gradient-play", steps=50, step_size=step_size, regularization=regularization)
    assert found.least_ascent[-1] >= -1e-12 * (1 + abs(found.regularized_potential[0]))


def test_a_start_below_the_range_of_doubles_keeps_its_logarithm():
    game = figure_1()
    tiny = Fraction(1, 10**400)
    start = Policy.of(game, [[[tiny, Fraction(1, 2), Fraction(1, 2) - tiny]], [["1/2", "1/2"]]])
    found = run(game, "natural-gradient-play", steps=1, step_size=1, start=start)
    assert found.policies[0][0, 0, 0] == 0
    assert found.log_policies[0][0, 0, 0] == pytest.approx(-400 * np.log(10), rel=1e-14)
    assert np.isfinite(found.log_policies[0]).all()


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"steps": -1}, "steps"),
        ({"steps": 2.5}, "steps"),
        ({"record_every": 0}, "record_every"),
        ({"step_size": 0}, "step_size"),
        ({"step_size": "large"}, "step_size"),
        ({"step_size": "1e400"}, "step_size"),
        ({"regularization": float("nan")}, "regularization"),
        ({"truncation": [1]}, "truncation"),
        ({"start": Policy.uniform(MarkovGame.of(rewards=[[[1, 2]]]))}, "start"),
        ({"potential": ExactArray.of_integers(np.ones((1, 2, 2), dtype=np.int64))}, "potential"),
        ({"start": Policy.deterministic(figure_1(), [[0], [1]])}, "start"),
        ({"resume": run(figure_1(), "gradient-play", steps=3, step_size=2)}, "resume"),
        ({"resume": run(figure_1(), "gradient-play", steps=9, step_size=1)}, "resume"),
        (
            {"resume": run(figure_1(), "gradient-play", steps=3, step_size=1), "start": Policy.uniform(figure_1())},
            "start",
        ),
    ],
)
def test_bad_arguments_are_named(options, field):
    with pytest.raises(InvalidInput) as caught:
        run(figure_1(), "gradient-play", **{"steps": 5, "step_size": 1, **options})
    assert caught.value.field == field


def test_the_log_barrier_needs_every_state_visited():
    game = MarkovGame.of(
        rewards=[[[0, 1], [1, 0]]], transition=[[[1, 0], [1, 0]], [[0, 1], [1, 0]]], discount="0.5", initial=[1, 0]
    )
    with pytest.raises(InvalidInput, match="state 1 is never visited"):
        run(game, "natural-gradient-play", steps=3, step_size=0.1, regularization=0.1)
    assert run(game, "natural-gradient-play", steps=3, step_size=0.1).complete
    assert run(game, "gradient-play", steps=3, step_size=0.1, regularization=0.1).complete
