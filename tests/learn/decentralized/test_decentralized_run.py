"""Algorithm 1 of maheshwari2023: every update against exact arithmetic, the laws of the draws, resuming, bad input."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, ExactArray
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import MarkovGame, Policy
from mpgcert.learn.decentralized import DecentralizedTrajectory, PowerStep, diagnose, run_decentralized
from mpgcert.learn.decentralized import run as run_module
from mpgcert.learn.decentralized.step_sizes import StepSequences
from mpgcert.solvers.arrays import GameArrays
from mpgcert.solvers.mdp import Kernel, solve_mdp
from mpgcert.strategies import games

EVERY_STAGE = 1 + 1e-9
OPTIONS = {"alpha": PowerStep(1, 0.5), "beta": PowerStep(), "exploration": 0.2}


def half(n):
    return 1 / (n + 1)


def two_states(rewards, discount="1/2", kernel=None):
    """Two players with two actions each; by default the next state is a fair coin."""
    stay = [[[["1/2", "1/2"]] * 2] * 2] * 2
    return MarkovGame.of(rewards=rewards, transition=kernel or stay, discount=discount)


def tables(trajectory):
    arrays = (*trajectory.q, *trajectory.policies, *trajectory.action_visits, trajectory.state_visits)
    return (*arrays, trajectory.steps, trajectory.reply_changes, trajectory.largest_q, trajectory.generator)


def same(left, right):
    return all(np.array_equal(a, b) for a, b in zip(tables(left), tables(right), strict=True))


def visited(trajectory):
    """s^t and a^t of all stages but the last, from the counters."""
    states = np.diff(trajectory.state_visits, axis=0).argmax(axis=1)
    actions = [np.diff(part, axis=0).sum(axis=1).argmax(axis=1) for part in trajectory.action_visits]
    return states, np.array(actions).T


def exact_best_reply(values, policy, ties):
    largest = max(values)
    attain = [value == largest for value in values]
    count, mass = sum(attain), sum(p for p, best in zip(policy, attain) if best)
    if ties == "first":
        return [Fraction(a == attain.index(True)) for a in range(len(values))]
    if ties == "uniform" or mass == 0:
        return [Fraction(best, count) for best in attain]
    return [p / mass if best else Fraction(0) for p, best in zip(policy, attain)]


@given(
    games(max_players=3, max_states=3),
    st.sampled_from(["first", "uniform", "stay"]),
    st.sampled_from(["previous", "updated"]),
    st.integers(0, 10**6),
)
def test_every_update_is_that_of_the_paper(game, ties, reply_to, seed):
    """(4) and (5) in rationals, along the states and actions that the run went through."""
    assume(game.discount > 0)
    theta, stages = 0.4, 40
    run = run_decentralized(
        game, steps=stages + 1, alpha=half, beta=[PowerStep(1, 1, i) for i in range(1, game.n_players + 1)],
        exploration=theta, ties=ties, reply_to=reply_to, seed=seed, snapshots=EVERY_STAGE,
    )  # fmt: skip
    assert run.steps.tolist() == list(range(stages + 2))
    states, actions = visited(run)
    players, rewards = range(game.n_players), np.array(game.rewards.fractions()).reshape(game.rewards.shape)
    q = [[[Fraction(0)] * count for _ in range(game.n_states)] for count in game.n_actions]
    policy = [[[Fraction(1, count)] * count for _ in range(game.n_states)] for count in game.n_actions]
    state_visits, action_visits = np.zeros(game.n_states, int), [np.zeros(part.shape[1:], int) for part in run.q]
    for t in range(1, stages + 1):
        s, joint, following = int(states[t - 1]), tuple(actions[t - 1]), int(states[t])
        state_visits[s] += 1
        close = True
        for i in players:
            a = int(joint[i])
            action_visits[i][s, a] += 1
            old = list(q[i][s])
            value = sum(p * x for p, x in zip(policy[i][following], q[i][following]))
            target = rewards[(i, s, *joint)] + game.discount * value - old[a]
            q[i][s][a] = old[a] + Fraction(1, int(action_visits[i][s, a]) + 1) * target
            compared = old if reply_to == "previous" else q[i][s]
            gaps = [abs(x - max(compared)) for x in compared]
            close &= (all(gap == 0 or gap > 1e-9 for gap in gaps) and gaps.count(0) == 1) or not any(compared)
            reply = exact_best_reply(compared, policy[i][s], ties)
            beta = Fraction(1, int(state_visits[s]) + i + 1)
            policy[i][s] = [p + beta * (b - p) for p, b in zip(policy[i][s], reply)]
        if not close:  # rounding may break a tie of rationals, or the other way round
            return
        assert np.array_equal(run.state_visits[t], state_visits)
        for i in players:
            assert np.array_equal(run.action_visits[i][t], action_visits[i])
            assert run.q[i][t] == pytest.approx(np.array(q[i], dtype=float), abs=1e-12)
            assert run.policies[i][t] == pytest.approx(np.array(policy[i], dtype=float), abs=1e-12)


@given(games(max_players=3), st.integers(0, 300), st.integers(0, 300), st.integers(0, 9))
def test_a_resumed_run_is_the_straight_one(game, first, second, seed):
    assume(game.discount > 0)
    options = {**OPTIONS, "seed": seed, "ties": "stay"}
    early, late = sorted((first, second))
    part = run_decentralized(game, steps=early, engine="plain", **options)
    assert same(
        run_decentralized(game, steps=late, resume=part, engine="compiled", **options),
        run_decentralized(game, steps=late, engine="plain", **options),
    )


@given(games(max_players=3), st.integers(1, 400), st.sampled_from([half, PowerStep(0.5, 0.3)]), st.integers(0, 9))
def test_counters_and_laws_add_up(game, steps, alpha, seed):
    assume(game.discount > 0)
    run = run_decentralized(game, steps=steps, **{**OPTIONS, "alpha": alpha}, seed=seed)
    assert np.array_equal(run.state_visits.sum(axis=1), run.steps)
    for visits, policy in zip(run.action_visits, run.policies):
        assert np.array_equal(visits.sum(axis=2), run.state_visits)
        assert policy.sum(axis=2) == pytest.approx(1, abs=1e-12)
        assert policy.min() >= 0
    bound = np.abs(game.rewards.to_float()).reshape(game.n_players, -1).max(axis=1) / (1 - float(game.discount))
    assert (run.largest_q <= bound * (1 + 1e-12)).all()
    for i, q in enumerate(run.q):
        assert (np.abs(q).max(axis=(1, 2)) <= run.largest_q[:, i]).all()


def test_draws_follow_their_laws():
    """The counts of states and actions less their conditional means are martingales: z-tests, seed fixed."""
    rng = np.random.default_rng(1)
    kernel = rng.multinomial(20, np.ones(3) / 3, size=(3, 2, 3))
    game = MarkovGame.of(
        rewards=ExactArray.of_integers(rng.integers(0, 9, (2, 3, 2, 3))),
        transition=ExactArray.of_integers(kernel, 20),
        discount="1/2",
    )
    theta = [0.3, 0.6]
    options = {**OPTIONS, "exploration": theta}
    run = run_decentralized(game, steps=20_000, seed=5, snapshots=EVERY_STAGE, **options)
    states, actions = visited(run)
    moves = kernel[states[:-1], actions[:-1, 0], actions[:-1, 1]] / 20
    laws = [(moves, states[1:])]
    for i, (part, rate) in enumerate(zip(run.policies, theta)):
        law = (1 - rate) * part[1:-1][np.arange(len(states) - 1), states[1:]] + rate / part.shape[2]
        laws.append((law, actions[1:, i]))
    for law, drawn in laws:
        surplus = ((drawn[:, None] == np.arange(law.shape[1])) - law).sum(axis=0)
        scores = surplus / np.sqrt((law * (1 - law)).sum(axis=0))
        assert np.abs(scores).max() < 3.5
    independent = (actions[1:] == 0) - np.stack([law[:, 0] for law, _ in laws[1:]], axis=1)
    assert abs(independent.prod(axis=1).sum()) < 3.5 * np.sqrt((independent.prod(axis=1) ** 2).sum())


def test_stage_zero_does_not_explore():
    """a^0 ~ pi^0 and s^0 ~ mu: with a pure pi^0 the first actions are certain, the later ones are not."""
    game = MarkovGame.of(
        rewards=[[[[0, 0], [0, 0]]] * 2] * 2,
        transition=[[[["1/2", "1/2"]] * 2] * 2] * 2,
        discount="1/2",
        initial=[0, 1],
    )
    start = Policy.deterministic(game, [[1, 0], [0, 1]])
    options = {**OPTIONS, "exploration": 0.9, "start": start}
    for seed in range(30):
        run = run_decentralized(game, steps=1, seed=seed, **options)
        assert run.state_visits[-1].tolist() == [0, 1]
        assert [part[-1, 1].tolist() for part in run.action_visits] == [[1, 0], [0, 1]]
    later = run_decentralized(game, steps=200, seed=0, ties="stay", **options)
    assert all((part[-1] > 0).all() for part in later.action_visits)
    assert all(np.array_equal(part[-1], part[0]) for part in later.policies)  # nothing but ties: the policy stays


@pytest.mark.parametrize(
    ("ties", "expected"), [("first", [1, 0, 0]), ("uniform", [0.5, 0.5, 0]), ("stay", [0.25, 0.75, 0])]
)
def test_rules_for_ties(ties, expected):
    """One player, beta(1) = 1: the first update puts the policy at the chosen best reply to q^0 = (1, 1, 0)."""
    game = MarkovGame.of(rewards=[[[0, 0, 0]]], transition=[[[1], [1], [1]]], discount="1/2")
    start = Policy.of(game, [[["1/8", "3/8", "1/2"]]])
    run = run_decentralized(game, steps=1, **OPTIONS, start=start, start_q=[[[1, 1, 0]]], ties=ties)
    assert run.policies[0][-1, 0].tolist() == expected
    assert run.reply_changes[-1].tolist() == [[0]]


def test_the_reply_is_to_the_previous_or_the_updated_estimate():
    """The one update of q makes the action that was played the worse one, whichever it was."""
    game = MarkovGame.of(rewards=[[[-1, -1]]], transition=[[[1], [1]]], discount="1/2")
    start = Policy.deterministic(game, [[0]])
    found = {
        reply_to: run_decentralized(game, steps=1, **OPTIONS, start=start, reply_to=reply_to)
        .policies[0][-1, 0]
        .tolist()
        for reply_to in ("previous", "updated")
    }
    assert found == {"previous": [1, 0], "updated": [0, 1]}


@pytest.mark.parametrize("reply_to", ["previous", "updated"])
def test_one_player_learns_the_optimal_values(reply_to):
    rng = np.random.default_rng(2)
    game = MarkovGame.of(
        rewards=ExactArray.of_integers(rng.integers(0, 10, (1, 4, 3))),
        transition=ExactArray.of_integers(rng.multinomial(10, np.ones(4) / 4, size=(4, 3)), 10),
        discount="7/10",
    )
    options = {"alpha": PowerStep(1, 0.6), "beta": PowerStep(), "exploration": 0.3, "reply_to": reply_to}
    run = run_decentralized(game, steps=400_000, **options)
    exact = GameArrays.of(game, EXACT)
    kernel = Kernel.of(EXACT, exact.transition.of_player([], 0), exact.discount)
    best = solve_mdp(kernel, exact.rewards[0])
    found = diagnose(game, run, [-1])
    optimum = best.values.astype(float)
    assert np.array_equal(run.policies[0][-1].argmax(axis=1), best.choice)
    assert (optimum - found.values[0, 0] < 0.01).all()
    assert (found.values[0, 0] <= optimum + 1e-9).all()
    assert found.explored_q_error == pytest.approx(found.q_error, abs=1e-9)  # no opponent who explores
    assert found.q_error[0, 0] < 0.5
    assert run.q[0][-1].max(axis=1) == pytest.approx(optimum, abs=0.5)


def test_saved_runs_come_back_and_go_on(tmp_path):
    game = two_states([[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2)
    part = run_decentralized(game, steps=100, **OPTIONS, seed=4)
    part.save(tmp_path / "run.npz")
    loaded = DecentralizedTrajectory.load(tmp_path / "run.npz")
    assert loaded.to_dict() == part.to_dict()
    assert same(loaded, part)
    going_on = run_decentralized(game, steps=250, **OPTIONS, seed=4, resume=loaded)
    assert same(going_on, run_decentralized(game, steps=250, **OPTIONS, seed=4))
    document = json.loads(json.dumps(part.to_dict(), allow_nan=False))
    assert document["alpha"] == [{"scale": 1.0, "exponent": 0.5, "shift": 0.0}] * 2
    assert document["state_visits"][-1] == part.state_visits[-1].tolist()


def test_damaged_files_are_refused(tmp_path):
    path = tmp_path / "run.npz"
    path.write_bytes(b"nothing")
    with pytest.raises(InvalidInput, match="cannot be read"):
        DecentralizedTrajectory.load(path)
    np.savez(path, settings=np.array(json.dumps({"schema": "other"})))
    with pytest.raises(InvalidInput, match="not a trajectory"):
        DecentralizedTrajectory.load(path)
    np.savez(path, settings=np.array(json.dumps({"schema": "decentralized-trajectory/1"})))
    with pytest.raises(InvalidInput, match="missing"):
        DecentralizedTrajectory.load(path)


def test_an_interrupted_run_keeps_what_was_done(monkeypatch):
    monkeypatch.setattr(run_module, "_PLAIN_CHUNK", 64)
    game = two_states([[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2)

    def stop(made, steps):
        if made >= 150:
            raise KeyboardInterrupt

    cut = run_decentralized(game, steps=1000, **OPTIONS, engine="plain", progress=stop)
    assert not cut.complete
    assert 150 <= cut.n_steps < 1000
    monkeypatch.undo()
    whole = run_decentralized(game, steps=1000, **OPTIONS, resume=cut)
    assert whole.complete
    assert same(whole, run_decentralized(game, steps=1000, **OPTIONS))


def test_changes_of_the_reply_are_counted():
    game = two_states([[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2)
    run = run_decentralized(game, steps=300, **OPTIONS, snapshots=EVERY_STAGE, ties="uniform")
    states, _ = visited(run)
    replies = [part.argmax(axis=2) for part in run.q]
    expected, last = np.zeros((2, 2), dtype=int), {}
    for t, s in enumerate(states):
        for i in range(2):
            now = int(replies[i][t, s])  # of q^t, that iterate t + 1 replies to
            expected[s, i] += last.get((s, i), now) != now
            last[s, i] = now
        assert np.array_equal(run.reply_changes[t + 1], expected)
    assert expected.sum() > 0


@given(st.floats(0.01, 1), st.floats(0, 3), st.floats(0, 9), st.lists(st.integers(1, 500), min_size=1, max_size=5))
@settings(max_examples=20)
def test_tables_of_step_sizes_grow_consistently(scale, exponent, shift, sizes):
    sequences = StepSequences.of([PowerStep(scale, exponent, shift), half], [half, PowerStep(scale, exponent, shift)])
    assert sequences.alpha_rule.tolist() == [0, 1]
    assert sequences.beta_rule.tolist() == [1, 0]
    for size in sizes:
        grown = sequences.tables(size)
        assert grown.shape[1] >= size
    n = np.arange(1, grown.shape[1] + 1)
    assert np.array_equal(grown, StepSequences.of([PowerStep(scale, exponent, shift)], [half]).tables(len(n)))
    assert grown == pytest.approx(np.array([scale * (n + shift) ** -exponent, 1 / (n + 1)]), rel=1e-12)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"exploration": 0}, "exploration"),
        ({"exploration": 1}, "exploration"),
        ({"exploration": "x"}, "exploration"),
        ({"exploration": [0.5, -0.1]}, "exploration"),
        ({"exploration": [0.5]}, "exploration"),
        ({"alpha": PowerStep(1.01, 0.5)}, "alpha"),
        ({"alpha": lambda n: 0.5 if n < 3 else 1.5}, "alpha"),
        ({"alpha": lambda n: 0.5 if n < 3 else 0.6}, "alpha"),
        ({"beta": lambda n: 0.0}, "beta"),
        ({"beta": lambda n: float("nan")}, "beta"),
        ({"beta": PowerStep(1, 1e4)}, "beta"),
        ({"beta": [PowerStep()]}, "beta"),
        ({"beta": 0.5}, "beta"),
        ({"ties": "last"}, "ties"),
        ({"reply_to": "next"}, "reply_to"),
        ({"snapshots": 1}, "snapshots"),
        ({"snapshots": float("nan")}, "snapshots"),
        ({"steps": -1}, "steps"),
        ({"steps": 1.5}, "steps"),
        ({"seed": -1}, "seed"),
        ({"engine": "fast"}, "engine"),
        ({"start_q": [[[0, 0]], [[0, 0]]]}, "start_q"),
        ({"start_q": [[[0, 0], [0, np.inf]], [[0, 0], [0, 0]]]}, "start_q"),
        ({"start": Policy.uniform(MarkovGame.of(rewards=[[[1, 2]]]))}, "start"),
    ],
)
def test_bad_settings_are_refused(change, field):
    game = two_states([[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2)
    with pytest.raises(InvalidInput) as refusal:
        run_decentralized(game, **{"steps": 50, **OPTIONS, **change})
    assert refusal.value.field == field
    assert refusal.value.expected


def test_bad_powers_games_and_resumptions_are_refused():
    for given_, name in (((0,), "scale"), ((1, -0.1), "exponent"), ((1, 1, -1), "shift"), ((float("nan"),), "scale")):
        with pytest.raises(InvalidInput) as refusal:
            PowerStep(*given_)
        assert refusal.value.field == name
    rewards = [[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2
    with pytest.raises(InvalidInput, match="discount"):
        run_decentralized(two_states(rewards, discount=0), steps=5, **OPTIONS)
    with pytest.raises(InvalidInput, match="rewards"):
        run_decentralized(two_states([[[[10**308] * 2] * 2] * 2] * 2), steps=5, **OPTIONS)
    with pytest.raises(TooLarge, match="snapshots"):
        run_decentralized(two_states(rewards), steps=10**9, **OPTIONS, snapshots=1 + 1e-7)
    run = run_decentralized(two_states(rewards), steps=5, **OPTIONS)
    for change in ({"seed": 1}, {"beta": half}, {"steps": 4}, {"exploration": 0.3}, {"start": Policy.uniform}):
        with pytest.raises(InvalidInput):
            run_decentralized(two_states(rewards), **{"steps": 9, **OPTIONS, "resume": run, **change})
    with pytest.raises(InvalidInput, match="resume"):
        run_decentralized(two_states(rewards, discount="1/3"), steps=9, **OPTIONS, resume=run)
    with pytest.raises(InvalidInput, match="trajectory"):
        diagnose(two_states(rewards, discount="1/3"), run)


def test_float_arrays_are_those_of_the_game():
    game = two_states([[[[3, 1], [0, 2]], [[1, 2], [2, 0]]]] * 2)
    run = run_decentralized(game, steps=0, **OPTIONS)
    assert run.steps.tolist() == [0]
    assert run.explored_policy(0)[0].tolist() == [[0.5, 0.5]] * 2
    assert GameArrays.of(game, FLOAT).n_states == run.state_visits.shape[1]
