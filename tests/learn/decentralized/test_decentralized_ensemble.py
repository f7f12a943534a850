"""Diagnostics against independent computations; ensembles: members are single runs, workers do not matter."""

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.decentralized import PowerStep, decentralized_ensemble, diagnose, run_decentralized
from mpgcert.solvers.best_response import nash_gap
from mpgcert.strategies import games

OPTIONS = {"alpha": PowerStep(1, 0.5), "beta": PowerStep(), "exploration": 0.2}
# the only equilibrium is (1, 1), and strict: the second player has a dominant action, the first prefers 10 to 9
TREMBLE = MarkovGame.of(
    rewards=[[[[10, 0], [9, 5]]] * 2] * 2, transition=[[[["1/2", "1/2"]] * 2] * 2] * 2, discount="1/2"
)


def q_by_iteration(game, own, others, i):
    """The fixed point of q = u_i + delta E sum_a' pi_i q, opponents drawn from `others`, summed up one by one."""
    rewards, kernel = game.rewards.to_float()[i], game.dense_kernel().to_float()
    stage, move = np.zeros(own.shape), np.zeros((*own.shape, game.n_states))
    for s in range(game.n_states):
        for joint in product(*map(range, game.n_actions)):
            weight = np.prod([others[j][s, a] for j, a in enumerate(joint) if j != i])
            stage[s, joint[i]] += weight * rewards[(s, *joint)]
            move[s, joint[i]] += weight * kernel[(s, *joint)]
    q = np.zeros(own.shape)
    for _ in range(400):
        q = stage + float(game.discount) * move @ (own * q).sum(axis=1)
    return q


@given(games(max_players=3), st.integers(0, 99), st.sampled_from([0.1, 0.5, 0.9]))
@settings(max_examples=15)
def test_distances_and_gaps(game, seed, theta):
    assume(0 < game.discount <= 0.9)
    run = run_decentralized(game, steps=60, **{**OPTIONS, "exploration": theta}, seed=seed, snapshots=4)
    found = diagnose(game, run)
    for k in (0, 2, len(run.steps) - 1):
        policy = run.policy(k)
        played = [(1 - theta) * part + theta / part.shape[1] for part in policy]
        for i in range(game.n_players):
            plain, tracked = (q_by_iteration(game, policy[i], law, i) for law in (policy, played))
            assert found.q_error[k, i] == pytest.approx(np.abs(run.q[i][k] - plain).max(), abs=1e-9)
            assert found.explored_q_error[k, i] == pytest.approx(np.abs(run.q[i][k] - tracked).max(), abs=1e-9)
            assert found.values[k, i] == pytest.approx((policy[i] * plain).sum(axis=1), abs=1e-9)
            profile = [policy[j] if j == i else part for j, part in enumerate(played)]
            columns = {"nash_gap": policy, "explored_nash_gap": played, "perturbed_nash_gap": profile}
            for name, law in columns.items():
                from_states = [
                    float(nash_gap(_started(game, s), Policy.from_doubles(law), EXACT).gaps[i])
                    for s in range(game.n_states)
                ]
                assert getattr(found, name)[k, i] == pytest.approx(max(from_states), abs=1e-9)
        from_start = nash_gap(game, Policy.from_doubles(policy), EXACT).gaps.astype(float)
        assert found.nash_gap_from_start[k] == pytest.approx(from_start, abs=1e-9)


def _started(game, state):
    initial = [int(s == state) for s in range(game.n_states)]
    return MarkovGame.of(
        rewards=game.rewards, transition=game.transition, discount=game.discount, initial=initial, name=game.name
    )


def test_exploration_can_lead_away_from_the_only_equilibrium():
    """q follows the explored game, whose equilibrium is another one: the NE-gap of pi does not vanish."""
    equilibrium = nash_gap(TREMBLE, Policy.deterministic(TREMBLE, [[0, 0], [0, 0]]), EXACT)
    assert equilibrium.is_equilibrium
    far = decentralized_ensemble(TREMBLE, steps=100_000, count=8, **{**OPTIONS, "exploration": 0.5})
    near = decentralized_ensemble(TREMBLE, steps=100_000, count=8, **{**OPTIONS, "exploration": 0.05})
    assert far.worst("nash_gap")[-1].min() > 0.5
    assert far.worst("perturbed_nash_gap")[-1].max() < 0.2
    assert far.worst("q_error")[-1].min() > 0.5
    assert near.worst("nash_gap")[-1].max() < 0.05
    for each in (far, near):
        assert (np.median(each.worst("explored_q_error")[-1]) < np.median(each.worst("q_error")[-1])).all()
    assert far.below("nash_gap", 0.5).successes == 0
    assert far.below("nash_gap", 0.5).high == pytest.approx(1 - 0.025 ** (1 / 8))


@given(games(max_players=2, max_states=2), st.integers(1, 6), st.integers(0, 60), st.integers(0, 5))
@settings(max_examples=8)
def test_members_are_single_runs(game, count, steps, seed):
    assume(game.discount > 0)
    found = decentralized_ensemble(game, steps=steps, count=count, seed=seed, **OPTIONS, engine="compiled")
    run = run_decentralized(game, steps=steps, seed=seed + count - 1, **OPTIONS, engine="plain", snapshots=1.5)
    single = diagnose(game, run)
    assert np.array_equal(found.steps, run.steps)
    assert found.seeds.tolist() == list(range(seed, seed + count))
    for name in ("q_error", "explored_q_error", "nash_gap", "explored_nash_gap", "perturbed_nash_gap", "values"):
        assert np.array_equal(getattr(found, name)[:, -1], getattr(single, name))
    assert np.array_equal(found.state_visits[:, -1], run.state_visits)
    assert np.array_equal(found.largest_q[:, -1], run.largest_q)
    assert np.array_equal(found.reply_changes[:, -1], run.reply_changes)
    for ours, whole in ((found.last_q, run.q), (found.last_policies, run.policies)):
        assert all(np.array_equal(a[-1], b[-1]) for a, b in zip(ours, whole, strict=True))


def test_statistics():
    found = decentralized_ensemble(TREMBLE, steps=300, count=21, **OPTIONS)
    gaps = found.nash_gap.max(axis=2)
    assert np.array_equal(found.bands("nash_gap", [0.5]), [np.sort(gaps, axis=1)[:, 10]])
    assert np.array_equal(found.bands("nash_gap", [0, 1]), [gaps.min(axis=1), gaps.max(axis=1)])
    level = float(np.sort(gaps[-1])[6])
    assert found.below("nash_gap", level).successes == 7
    middle = found.below("nash_gap", level, step=int(found.steps[3]) + 1 if found.steps[4] > found.steps[3] + 1 else 3)
    assert middle.successes == (gaps[3] <= level).sum()
    assert found.below("nash_gap", level).low < 1 / 3 < found.below("nash_gap", level).high
    assert np.isnan(found.visit_shares[0]).all()
    assert found.visit_shares[1:].sum(axis=2) == pytest.approx(1)
    endings = found.endings()
    assert sum(count for _, count in endings) == 21
    assert [count for _, count in endings] == sorted((count for _, count in endings), reverse=True)
    document = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert document["nash_gap"][2] == found.bands("nash_gap", [0.5])[0].tolist()
    assert document["median_visit_share"][0] == [None, None]
    with pytest.raises(InvalidInput, match="measure"):
        found.worst("regret")
    with pytest.raises(InvalidInput, match="step"):
        found.below("nash_gap", 1, step=-1)


def test_workers_do_not_matter():
    options = {"steps": 2000, "count": 6, **OPTIONS}
    seen = []
    alone = decentralized_ensemble(TREMBLE, **options, progress=lambda *made: seen.append(made))
    assert seen == [(4, 6), (6, 6)]
    shared = decentralized_ensemble(TREMBLE, **options, workers=2)
    assert shared.to_dict() == alone.to_dict()
    assert all(np.array_equal(a, b) for a, b in zip(shared.last_q, alone.last_q, strict=True))
    with pytest.raises(InvalidInput, match=r"alpha\[0\]"):
        decentralized_ensemble(TREMBLE, **{**options, "alpha": lambda n: 1 / n}, workers=2)
    with pytest.raises(InvalidInput, match="count"):
        decentralized_ensemble(TREMBLE, **{**options, "count": 0})
