"""The compiled loops of softmax play against their readable twin, iterate by iterate.

Both evaluate the same policies, so what differs is the order of summation and the last bits of exp and log.  Errors of
both are bounded by `mpgcert.learn.rounding`; numbers are compared within the sum of the two bounds where there is one,
and within a few dozen units in the last place of the largest term otherwise.  Two trajectories are not compared with
each other over many steps: a step can amplify a rounding error.
"""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.games.builtin import builtin
from mpgcert.kernels import elementary
from mpgcert.kernels.softmax_arrays import Tree
from mpgcert.learn import run
from mpgcert.learn.compiled import CompiledLoop, columns_of, engine_for
from mpgcert.learn.dynamics import StepRule, softmax
from mpgcert.learn.iterates import Iteration, Totals
from mpgcert.learn.oracle import oracle_of
from mpgcert.learn.rounding import RoundingBound, trajectory_errors
from mpgcert.strategies import games, policies

seeds = st.integers(0, 2**32 - 1)
ALGORITHMS = ["gradient-play", "natural-gradient-play"]
ULP = 2.0**-52


@st.composite
def many_player_games(draw, states=1):
    """Up to eight players with few actions each, ragged; common, shifted or unrelated rewards; ties."""
    rng = np.random.default_rng(draw(seeds))
    n = draw(st.integers(1, 8))
    sizes = tuple(int(k) for k in rng.integers(1, 4 if n <= 5 else 3, size=n))
    levels = draw(st.sampled_from([2, 1001]))
    phi = rng.integers(-levels, levels, size=(states, *sizes))
    kind = draw(st.sampled_from(["common", "shifted", "unrelated"]))
    rewards = np.stack([phi] * n)
    if kind == "shifted":  # by what does not depend on the player's own action: phi is a potential if states == 1
        for i in range(n):
            rewards[i] += rng.integers(-3, 4, size=(states, *sizes)).take([0], axis=1 + i)
    elif kind == "unrelated":
        rewards = rng.integers(-levels, levels, size=rewards.shape)
    kernel = rng.multinomial(8, np.ones(states) / states, size=(states, *sizes))
    initial = rng.multinomial(4, np.ones(states) / states)  # some states may never be visited
    game = MarkovGame.of(
        rewards=ExactArray.of_integers(rewards, levels),
        transition=ExactArray.of_integers(kernel, 8),
        discount=draw(st.sampled_from([0, "1/2", "99/100"])),
        initial=ExactArray.of_integers(initial, 4),
    )
    potential = draw(st.sampled_from([None, ExactArray.of_integers(phi, levels)]))
    return game, potential


@st.composite
def rules(draw):
    algorithm = draw(st.sampled_from(ALGORITHMS))
    regularization = draw(st.sampled_from([0.0, 0.003]))
    cut = draw(st.sampled_from([None, 0.5])) if algorithm.startswith("natural") else None
    return StepRule(
        algorithm,
        draw(st.sampled_from([0.01, 3.0, 1e6])),
        regularization,
        cut,
        draw(st.sampled_from(["centred", "uncentred"])),
    )


def starts(iteration, seed, count):
    """Policies from uniform ones to those that underflow, with ties among their probabilities."""
    rng = np.random.default_rng(seed)
    layout, shape = iteration.layout, (len(iteration.oracle.initial), len(iteration.layout.owner))
    for _ in range(count):
        spread = rng.choice([0.0, 1.0, 30.0, 650.0])
        logits = spread * rng.normal(size=shape)
        if rng.integers(2):
            logits = np.where(logits > 0, 0.0, -spread)
        yield softmax(logits, layout)


def compare(game, potential, rule, seed):
    """Both loops from the same policies: the record of the first iterate, and the policies and totals of the next."""
    iteration = Iteration(rule, oracle_of(game, potential), RoundingBound.of(game, potential))
    loop = CompiledLoop(game, iteration, potential)
    bound, oracle, layout = iteration.bound, iteration.oracle, iteration.layout
    zeros = np.zeros((game.n_players, game.n_states), dtype=np.int64)
    begun = list(starts(iteration, seed, 3))
    standing = loop.standing([p for p, _ in begun], [q for _, q in begun], [zeros] * 3, [Totals()] * 3)
    after, block = loop.stretch(standing, 0, 1, 1, True)
    assert block.steps.tolist() == [0, 1]
    for j, (policy, logs) in enumerate(begun):
        found = columns_of([block], j)
        twin = iteration.measure(0, policy, logs, zeros, Totals(), np.nan)
        record, e = iteration.record(twin), twin.evaluated
        residuals = found["value_residual"][1], found["reply_residual"][1]
        close = {"rtol": 0, "atol": bound.nash_gap(e.residual, twin.totals.reply_residual) + bound.nash_gap(*residuals)}
        values_close = {"rtol": 0, "atol": bound.returns(e.residual) + bound.returns(residuals[0])}
        q_error = bound.averaged_q(e.residual) + bound.averaged_q(residuals[0])
        np.testing.assert_array_equal(found["policy"][0], policy)
        np.testing.assert_array_equal(found["log_policy"][0], logs)
        np.testing.assert_allclose(found["nash_gap"][0], record.nash_gap, **close)
        np.testing.assert_allclose(found["returns"][0], record.returns, **values_close)
        np.testing.assert_allclose(found["potential"][0], record.potential, **values_close)
        barrier = rule.regularization * np.abs(logs).sum()
        np.testing.assert_allclose(
            found["regularized_potential"][0],
            record.regularized_potential,
            rtol=0,
            atol=values_close["atol"] + 200 * ULP * barrier,
        )
        # visitation: the same system, solved in another way
        horizon = 1 / (1 - oracle.discount)
        visit_error = 200 * ULP * game.n_states * horizon
        np.testing.assert_allclose(found["least_visitation"][0], record.least_visitation, rtol=0, atol=visit_error)
        size = np.abs(e.advantage).max() + q_error
        slope_error = horizon * (2 * q_error + visit_error * size + 10 * ULP * size) * np.sqrt(policy.size)
        for name in ("player_gradient_norm", "player_regularized_gradient_norm"):
            np.testing.assert_allclose(found[name][0], getattr(record, name), rtol=1e-14, atol=slope_error)
        # c: ties are what neither can tell apart; nearly tied values may be on either side of that
        doubt = 3 * (bound.averaged_q(e.residual) + bound.averaged_q(residuals[0]))
        for i, (own, q) in enumerate(zip(layout.split(policy), layout.split(e.averaged_q))):
            below = q.max(axis=1, keepdims=True) - q
            if not ((below > 0) & (below <= 2 * doubt)).any():
                for name in ("c", "c_lower"):
                    assert found[name][0, i] == pytest.approx(getattr(record, name)[i], rel=50 * ULP, abs=0)
                assert found["c_first"][0, i] in own
            assert found["c_lower"][0, i] <= found["c"][0, i] * (1 + 10 * ULP)
        # the step: logits are compared, as the softmax of nearly equal logits is what `softmax` makes of them
        logits = iteration.logits(twin)
        expected = softmax(logits, layout)
        exact_step = rule.step_size * horizon * (2 * q_error + visit_error * size)
        pull = rule.step_size * rule.regularization
        weight = e.visitation[:, None] * policy if rule.algorithm.startswith("natural") else np.ones_like(policy)
        with np.errstate(divide="ignore", over="ignore"):
            relative = visit_error / np.maximum(e.visitation, 1e-300)[:, None] + 20 * ULP
            barrier_error = np.minimum(pull / np.maximum(weight, 1e-300), 1e290) * relative if pull else 0.0
        steepness = np.abs(logits - logs) + np.abs(logs) + rule.step_size * (horizon * size + rule.regularization)
        slack = exact_step + 50 * ULP * steepness + barrier_error
        slack = 2 * layout.spread(layout.maximum(np.broadcast_to(slack, logits.shape))) + 50 * ULP
        clear = slack < 0.1  # where an error bound says more than nothing
        difference = np.abs(found["log_policy"][1] - expected[1])
        assert (difference <= slack + 50 * ULP * np.abs(expected[1]))[clear].all()
        ratio = np.abs(found["policy"][1] - expected[0])
        assert (ratio <= (2 * slack + 1e-14) * expected[0] + 1e-300)[clear].all()
        assert np.isfinite(found["log_policy"]).all()
        np.testing.assert_allclose(layout.total(found["policy"][1]), 1, rtol=1e-14)
        # totals of one iterate
        gap = found["nash_gap"][0].max()
        for name, value in (("gap_sum", gap), ("gap_square_sum", gap**2), ("min_gap", gap)):
            allowed = close["atol"] * (1 + 2 * gap + close["atol"])
            assert found[name][1] == pytest.approx(value, rel=10 * ULP, abs=allowed)
        assert found["min_c"][1] == pytest.approx(found["c"][0].min(), rel=10 * ULP)
        assert found["min_c_lower"][1] == pytest.approx(found["c_lower"][0].min(), rel=10 * ULP)
        ascent = found["regularized_potential"][1] - found["regularized_potential"][0]
        if oracle.rewards.potential is None:
            assert found["least_ascent"][1] == np.inf
        else:
            barrier = rule.regularization * np.abs(found["log_policy"]).sum(axis=(1, 2)).max()
            atol = 2 * bound.returns(residuals[0]) + 400 * ULP * barrier
            assert found["least_ascent"][1] == pytest.approx(ascent, rel=0, abs=atol)
    return after


@given(many_player_games(), rules(), seeds)
@settings(max_examples=150)
def test_one_state(instance, rule, seed):
    compare(*instance, rule, seed)


@given(many_player_games(states=3), rules(), seeds)
@settings(max_examples=60)
def test_three_states(instance, rule, seed):
    compare(*instance, rule, seed)


@given(games(max_players=3, max_states=5, max_actions=5), rules(), seeds)
@settings(max_examples=100)
def test_extremal_games(game, rule, seed):
    compare(game, None, rule, seed)


@given(games(max_states=4), st.sampled_from(ALGORITHMS), st.integers(0, 60), st.integers(1, 7), st.data())
@settings(max_examples=40)
def test_totals_are_over_every_iterate_and_a_continued_run_is_one_run(game, algorithm, first, stride, data):
    start = data.draw(policies(game, interior=True))
    options = {"step_size": 0.3, "engine": "compiled"}
    every = run(game, algorithm, steps=60, record_every=1, start=start, **options)
    whole = run(game, algorithm, steps=60, record_every=stride, start=start, **options)
    part = run(game, algorithm, steps=first, record_every=stride, start=start, **options)
    continued = run(game, algorithm, steps=60, record_every=stride, resume=part, **options)
    assert whole.engine == "compiled"
    assert whole.steps.tolist() == sorted({*range(0, 60, stride), 60})
    for name, value in vars(whole).items():
        for a, b in zip(*((v if isinstance(v, tuple) else (v,)) for v in (value, getattr(continued, name)))):
            assert np.array_equal(a, b, equal_nan=True) if isinstance(a, np.ndarray) else a == b, name
    close = {"rtol": 1e-12, "atol": 60 * trajectory_errors(game, every).nash_gap}
    gaps = every.nash_gap.max(axis=1)
    for k, t in enumerate(whole.steps.tolist()):
        np.testing.assert_array_equal(whole.policy(k)[0], every.policy(t)[0])
        np.testing.assert_allclose(whole.gap_sum[k], gaps[:t].sum(), **close)
        np.testing.assert_allclose(whole.gap_square_sum[k], (gaps[:t] ** 2).sum(), **close)
        np.testing.assert_allclose(whole.min_gap[k], min(gaps[:t], default=np.inf), **close)
        np.testing.assert_allclose(whole.min_c[k], min(every.c[:t].ravel(), default=np.inf), rtol=1e-12)


def test_a_run_that_another_engine_began_starts_afresh():
    game = builtin("zhang2022-figure-1")
    options = {"step_size": 0.1, "record_every": 5}
    part = run(game, "gradient-play", steps=20, engine="plain", **options)
    whole = run(game, "gradient-play", steps=50, engine="compiled", **options)
    continued = run(game, "gradient-play", steps=50, engine="compiled", resume=part, **options)
    assert continued.to_dict() == whole.to_dict()
    again = run(game, "gradient-play", steps=50, engine="plain", resume=part, **options)
    assert again.engine == "plain"
    assert again.steps.tolist() == whole.steps.tolist()


@pytest.mark.parametrize("after", [0, 1, 700])
def test_an_interrupted_run_returns_what_is_done(after):
    def interrupt(step, steps):
        if step >= after:
            raise KeyboardInterrupt

    game, options = builtin("zhang2022-figure-1"), {"step_size": 0.1, "engine": "compiled", "record_every": 10}
    found = run(game, "natural-gradient-play", steps=10**7, progress=interrupt, **options)
    assert not found.complete
    assert after <= found.n_steps < 10**7
    longer = run(game, "natural-gradient-play", steps=found.n_steps + 25, resume=found, **options)
    whole = run(game, "natural-gradient-play", steps=found.n_steps + 25, **options)
    assert longer.to_dict() == whole.to_dict()


@given(seeds, st.sampled_from(ALGORITHMS), st.integers(0, 120))
@settings(max_examples=30)
def test_probabilities_go_to_the_edge_of_doubles_and_come_back(seed, algorithm, pause):
    """The best replies start near 10^-300: away from there, other code plays on without logarithms."""
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, 4, size=2)
    table = rng.integers(0, 3, size=sizes)
    table[0] += 8
    table[:, 0] += 8
    game = MarkovGame.of(rewards=ExactArray.of_integers(np.stack([table, table])[:, None]), transition=None)
    logits = np.array([0.0] * sizes.sum())
    logits[[0, sizes[0]]] = -rng.choice([300.0, 640.0, 690.0], size=2)
    if algorithm == "gradient-play":
        logits[0] = -5.0  # or it would stay there for ever
    iteration = Iteration(StepRule(algorithm, 0.5 + rng.random(), 0.0), oracle_of(game), RoundingBound.of(game))
    loop, logits = CompiledLoop(game, iteration, None), logits[None]
    begun = loop.standing(*([part] for part in softmax(logits, iteration.layout)), [np.zeros((2, 1), int)], [Totals()])
    whole, block = loop.stretch(begun, 0, 400, 1, True)
    halfway, _ = loop.stretch(begun, 0, pause, 400, False)
    resumed, _ = loop.stretch(halfway, pause, 400 - pause, 400, True)
    for name, value in whole._asdict().items():
        np.testing.assert_array_equal(getattr(resumed, name), value, err_msg=name)
    found = columns_of([block], 0)
    np.testing.assert_allclose(np.exp(found["log_policy"]), found["policy"], rtol=1e-12, atol=1e-307)
    np.testing.assert_allclose(iteration.layout.total(found["policy"][-1]), 1, rtol=1e-14)
    np.testing.assert_allclose(found["gap_sum"][-1], found["nash_gap"][:-1].max(axis=1).sum(), rtol=1e-11)
    least = found["policy"].min(axis=(1, 2))
    assert least[0] < 1e-120
    if algorithm == "natural-gradient-play":
        np.testing.assert_allclose(found["policy"][-1][0, [0, sizes[0]]], 1)


def test_progress_comes_often_and_memory_stays():
    seen = []
    game = builtin("zhang2022-figure-1")
    found = run(game, "gradient-play", steps=2_000_000, step_size=0.1, progress=lambda t, T: seen.append((t, T)))
    assert found.engine == "compiled"
    assert [t for t, _ in seen] == sorted({t for t, _ in seen})
    assert seen[-1] == (2_000_000, 2_000_000)
    assert len(seen) > 3
    assert len(found.steps) == 1001


def test_the_engine_depends_on_the_size_of_the_task():
    small = builtin("zhang2022-figure-1")
    assert engine_for("auto", small, 1000) == "plain"
    assert engine_for("auto", small, 10**6) == "compiled"
    assert engine_for("plain", small, 10**6) == "plain"
    line = np.eye(200, dtype=np.int64)[:, None, :]
    large = MarkovGame.of(
        rewards=ExactArray.of_integers(np.ones((1, 200, 1), dtype=np.int64)), transition=ExactArray.of_integers(line)
    )
    assert engine_for("auto", large, 10**9) == "plain"
    with pytest.raises(InvalidInput, match="more than 160 states"):
        engine_for("compiled", large, 1)
    with pytest.raises(InvalidInput, match="plain or compiled"):
        engine_for("fast", small, 1)


def test_short_runs_load_no_compiler():
    code = (
        "import sys; from mpgcert.games.builtin import builtin; from mpgcert.learn import run;"
        "run(builtin('zhang2022-figure-1'), 'gradient-play', steps=1000, step_size=0.1);"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=7))
def test_trees_lead_to_every_player(sizes):
    tree = Tree.of(sizes)
    assert len(tree.nodes) == len(sizes) - 1
    for player, count in enumerate(sizes):
        left, size = list(range(len(sizes))), int(np.prod(sizes))
        for node, side in tree.paths[player]:
            if node < 0:
                break
            assert tree.nodes[node, 0] * tree.nodes[node, 1] == size
            size, first = int(tree.nodes[node, side]), int(tree.nodes[node, 2 + side])
            left = left[len(left) // 2 :] if side else left[: len(left) // 2]
        assert (left, size) == ([player], count)
        if len(sizes) > 1:
            assert first == tree.offsets[player]


def test_exp_and_log_against_multiple_precision():
    from mpmath import mp
    from numba import njit

    @njit
    def both(x, y):
        a, b = np.empty_like(x), np.empty_like(y)
        for k in range(len(x)):
            a[k], b[k] = elementary.bounded_exp(x[k]), elementary.log_from_1(y[k])
        return a, b

    rng = np.random.default_rng(0)
    x = -np.concatenate([rng.random(1000), 40 * rng.random(1000), 708 * rng.random(1000), [0, 1e-300, 708]])
    x = np.concatenate([x, 700 * rng.random(1000)])
    y = 1 + np.concatenate([rng.random(1000), 1e-6 * rng.random(1000), 1e3 * rng.random(1000), [0, 0.4142135623, 1e9]])
    exps, logs = both(x, np.resize(y, len(x)))
    with mp.workprec(120):
        for found, at in zip(exps.tolist(), x.tolist()):
            exact = mp.exp(mp.mpf(at))
            assert abs(mp.mpf(found) - exact) <= 2.0**-51 * exact
        for found, at in zip(logs.tolist(), y.tolist()):
            exact = mp.log(mp.mpf(at))
            assert abs(mp.mpf(found) - exact) <= 2.0**-51 * exact
    below = both(np.array([-708.1, -1e300, -np.inf]), np.ones(3))[0]
    assert (below == 0).all()


def test_many_starts_are_many_runs():
    game = builtin("random-potential")
    rule = StepRule("natural-gradient-play", 0.01, 0.001)
    iteration = Iteration(rule, oracle_of(game), RoundingBound.of(game))
    loop = CompiledLoop(game, iteration, None)
    begun = list(starts(iteration, 5, 4))
    zeros = np.zeros((game.n_players, game.n_states), dtype=np.int64)
    together, block = loop.stretch(
        loop.standing([p for p, _ in begun], [q for _, q in begun], [zeros] * 4, [Totals()] * 4), 0, 30, 7, True
    )
    for j, (policy, logs) in enumerate(begun):
        alone, single = loop.stretch(loop.standing([policy], [logs], [zeros], [Totals()]), 0, 30, 7, True)
        for a, b in zip(together, alone):
            np.testing.assert_array_equal(a[j], b[0])
        for a, b in zip(block.records, single.records):
            np.testing.assert_array_equal(a[j], b[0])


def test_published_parameters_reach_an_equilibrium():
    """Eight agents: the potential ascends and the gap closes, as the readable twin says."""
    game = builtin("zhang2022-figure-3")
    fast = run(game, "natural-gradient-play", steps=300, step_size=0.05, engine="compiled", record_every=300)
    slow = run(game, "natural-gradient-play", steps=300, step_size=0.05, engine="plain", record_every=300)
    np.testing.assert_allclose(fast.potential, slow.potential, rtol=1e-12)
    assert fast.nash_gap[-1].max() < 1e-3 or slow.nash_gap[-1].max() > 1e-3
    assert Policy.from_doubles(fast.policy(-1)) is not None
