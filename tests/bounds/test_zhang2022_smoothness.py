"""Sections 15 and 16 of zhang2022: the statements survive, their neighbours fall, their quantities are right."""

import json
from fractions import Fraction
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.zhang2022 import differences, smoothness, softmax_means
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.verdicts import Verdict

CLAIMS = {claim.id: claim for claim in (*smoothness.CLAIMS, *differences.CLAIMS, *softmax_means.CLAIMS)}
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
TRUE = [name for name in CLAIMS if name not in FALSE]
NEAR_MISSES = [(name, miss) for name, claim in CLAIMS.items() for miss in claim.near_misses]
PAIR = quantities_of(Setting.PAIR)


def drawn(seed, setting=Setting.PAIR, potential=True, **sizes):
    shape = Shape(setting, potential=potential, interior=True, regularized=False, **sizes)
    return build(draw_blueprint(RandomSource(np.random.default_rng(seed)), shape))


def exactly(name, point, **index):
    return EXACT.enclosure(PAIR[name].function(Lens(point, EXACT), Index(**index)))[0]


def value(name, point, **index):
    return float(PAIR[name].function(Lens(point, FLOAT), Index(**index)))


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    claim = CLAIMS[name]
    result = attack(claim, np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.non_vacuous > 50
    rng, shape = np.random.default_rng(1), shape_for(claim)
    for _ in range(20):
        outcome = check(claim, instance(claim, draw_blueprint(RandomSource(rng), shape)))
        assert outcome.verdict is Verdict.HOLDS


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    claim = CLAIMS[name].variant(miss)
    result = attack(claim, np.random.default_rng(0), samples=1000, climbs=4000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    assert check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict in (Verdict.HOLDS, Verdict.VACUOUS)


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim = CLAIMS[name]
    path = files("bounds.zhang2022") / "counterexamples" / claim.finding.counterexample
    point = point_from_document(json.loads(path.read_text()))
    outcome = check(claim, point)
    assert (outcome.verdict, outcome.decided_in) == (Verdict.VIOLATED, "exact")
    corrected = CLAIMS[claim.finding.corrected]
    assert corrected.corrects == name
    assert check(corrected, point).verdict is Verdict.HOLDS


# ---------------------------------------------------------------- quantities against naive computations


class Naive:
    """A tiny game and a policy by loops over fractions."""

    def __init__(self, point, policy):
        game = point.game
        self.states = range(game.n_states)
        self.joints = list(product(*map(range, game.n_actions)))
        self.gamma = game.discount
        rows = policy.to_nested()
        self.pi = [
            [np.prod([Fraction(rows[i][s][a]) for i, a in enumerate(joint)]) for joint in self.joints]
            for s in self.states
        ]
        self.P = [[[game.transition[(s, *a, t)] for t in self.states] for a in self.joints] for s in self.states]
        self.rho = [game.initial[s] for s in self.states]

    def kernel(self, s, t):
        return sum(p * row[t] for p, row in zip(self.pi[s], self.P[s]))

    def solve(self, matrix, right):
        """Gauss-Jordan elimination."""
        rows = [[*row, b] for row, b in zip(matrix, right)]
        for k in range(len(rows)):
            pivot = next(r for r in range(k, len(rows)) if rows[r][k] != 0)
            rows[k], rows[pivot] = rows[pivot], rows[k]
            rows[k] = [x / rows[k][k] for x in rows[k]]
            for r in range(len(rows)):
                if r != k:
                    rows[r] = [x - rows[r][k] * y for x, y in zip(rows[r], rows[k])]
        return [row[-1] for row in rows]

    def values(self, reward):
        system = [[(s == t) - self.gamma * self.kernel(s, t) for t in self.states] for s in self.states]
        return self.solve(system, [sum(p * r for p, r in zip(self.pi[s], reward[s])) for s in self.states])

    def q(self, reward):
        v = self.values(reward)
        return [
            [reward[s][a] + self.gamma * sum(p * x for p, x in zip(self.P[s][a], v)) for a in range(len(self.joints))]
            for s in self.states
        ]

    def occupancy(self):
        system = [[(s == t) - self.gamma * self.kernel(t, s) for t in self.states] for s in self.states]
        d = self.solve(system, [(1 - self.gamma) * x for x in self.rho])
        return [[d[s] * p for p in self.pi[s]] for s in self.states]


def reward_of(point, player):
    joints = list(product(*map(range, point.game.n_actions)))
    return [[point.game.rewards[(player, s, *a)] for a in joints] for s in range(point.game.n_states)]


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_differences_against_loops(seed):
    point = drawn(seed, max_states=2, max_players=2, max_actions=2)
    before, after = Naive(point, point.policy), Naive(point, point.other)
    x, y = before.occupancy(), after.occupancy()
    pairs = [(s, a) for s in before.states for a in range(len(before.joints))]
    change = {(s, a): y[s][a] - x[s][a] for s, a in pairs}
    assert exactly("occupancy_change", point) == sum(map(abs, change.values()))
    assert exactly("visitation_change", point) == sum(abs(sum(y[s]) - sum(x[s])) for s in before.states)
    distance = max(sum(abs(p - q) for p, q in zip(after.pi[s], before.pi[s])) for s in before.states)
    assert exactly("policy_distance", point) == distance
    best = max(
        sum(sign * change[pair] for sign, pair in zip(signs, pairs)) for signs in product((-1, 1), repeat=len(pairs))
    )
    assert exactly("largest_gain", point) == best
    by_state = max(
        sum(signs[s] * change[s, a] for s, a in pairs) for signs in product((-1, 1), repeat=len(before.states))
    )
    assert exactly("largest_gain_of_states", point) == by_state
    for player in range(point.game.n_players):
        reward = reward_of(point, player)
        q, v, q2, v2 = before.q(reward), before.values(reward), after.q(reward), after.values(reward)
        moved = {(s, a): (q2[s][a] - v2[s]) - (q[s][a] - v[s]) for s, a in pairs}
        assert exactly("largest_advantage_change", point, player=player) == max(map(abs, moved.values()))
        split = sum(abs(change[s, a]) * abs(q2[s][a] - v2[s]) + x[s][a] * abs(moved[s, a]) for s, a in pairs)
        assert exactly("split_advantage_change", point, player=player) == split
        for s, a in pairs:
            assert exactly("action_value_change", point, player=player, state=s, joint=a) == q2[s][a] - q[s][a]
            assert exactly("advantage_change", point, player=player, state=s, joint=a) == moved[s, a]
        signed = [[2 * r - 1 for r in row] for row in reward]
        gain = sum(change[s, a] * signed[s][a] for s, a in pairs)
        assert exactly("occupancy_gain", point, player=player) == gain
        values = sum(r * (b - a) for r, a, b in zip(before.rho, before.values(signed), after.values(signed)))
        assert exactly("reward_return_gain", point, player=player) == values


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_series_is_a_sum_over_times(seed):
    point = drawn(seed, max_states=2, max_players=2, max_actions=2)
    before, after = Naive(point, point.policy), Naive(point, point.other)
    gamma, states = point.game.discount, list(before.states)
    q = before.q(reward_of(point, 0))
    gains = [sum((p2 - p) * x for p2, p, x in zip(after.pi[s], before.pi[s], q[s])) for s in states]
    kernel = [[float(after.kernel(s, t)) for t in states] for s in states]
    for s, a in product(states, range(len(before.joints))):
        reached, total = np.array([float(p) for p in before.P[s][a]]), 0.0
        for t in range(1, 3000):
            total += float(gamma) ** t * reached @ np.array([float(g) for g in gains])
            reached = reached @ kernel
        assert float(exactly("action_value_series", point, player=0, state=s, joint=a)) == pytest.approx(
            total, abs=1e-9
        )


def softmax(theta):
    weights = np.exp(theta - theta.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


def total_potential(point, policies):
    """rho' (I - gamma P)^-1 phi in doubles."""
    game, joints = point.game, list(product(*map(range, point.game.n_actions)))
    states = range(game.n_states)
    pi = [[np.prod([policies[i][s, a] for i, a in enumerate(joint)]) for joint in joints] for s in states]
    phi = [sum(p * float(point.phi[(s, *a)]) for p, a in zip(pi[s], joints)) for s in states]
    kernel = [
        [sum(p * float(game.transition[(s, *a, t)]) for p, a in zip(pi[s], joints)) for t in states] for s in states
    ]
    v = np.linalg.solve(np.eye(game.n_states) - float(game.discount) * np.array(kernel), phi)
    return float(np.array([float(game.initial[s]) for s in states]) @ v)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_gradients_against_difference_quotients(seed):
    point = drawn(seed, max_states=2, max_players=2, max_actions=3)
    lens, step, found = Lens(point, FLOAT), 1e-5, 0.0
    log_slopes = []
    gradients = []
    for policies in (lens.other, lens.policy):
        theta = [np.log(part) for part in policies]
        gradients.append([])
        for i, s in product(range(len(theta)), range(point.game.n_states)):
            for a in range(theta[i].shape[1]):
                ends, logs = [], []
                for sign in (1, -1):
                    moved = [part.copy() for part in theta]
                    moved[i][s, a] += sign * step
                    ends.append(total_potential(point, [softmax(part) for part in moved]))
                    logs.append(sum(np.log(softmax(part)).sum() for part in moved))
                gradients[-1].append((ends[0] - ends[1]) / (2 * step))
                if policies is lens.policy:
                    log_slopes.append((value("barrier_slope", point, player=i, state=s, action=a), logs))
    scale = 1 / (1 - float(point.game.discount)) ** 2
    found = np.linalg.norm(np.array(gradients[0]) - np.array(gradients[1]))
    assert value("potential_gradient_change", point) == pytest.approx(found, abs=1e-4 * scale)
    for slope, logs in log_slopes:
        assert slope == pytest.approx((logs[0] - logs[1]) / (2 * step), abs=1e-4)


@given(st.integers(0, 10**6), st.lists(st.integers(-30, 30), min_size=9, max_size=9))
def test_the_distance_of_parameters_is_the_least(seed, shifts):
    point = drawn(seed)
    lens = Lens(point, FLOAT)
    for i in range(point.game.n_players):
        moves = np.log(lens.other[i]) - np.log(lens.policy[i])
        shifted = moves + np.array(shifts[: point.game.n_states])[:, None] / 10
        assert value("parameter_distance_i", point, player=i) <= np.linalg.norm(shifted) + 1e-9
        centred = moves - moves.mean(axis=1, keepdims=True)
        assert value("parameter_distance_i", point, player=i) == pytest.approx(np.linalg.norm(centred), abs=1e-9)


def test_a_policy_that_stays_has_distance_zero_exactly():
    point = drawn(3)
    still = type(point)(game=point.game, phi=point.phi, policy=point.policy, other=point.policy)
    for name in ("parameter_distance", "parameter_distance_sum", "potential_gradient_change", "policy_distance"):
        assert exactly(name, still) == 0
    for name in ("zhang2022.lemma-29", "zhang2022.lemma-31", "zhang2022.corollary-37", "zhang2022.lemma-36"):
        assert check(CLAIMS[name], still).verdict is Verdict.HOLDS


def test_the_root_of_a_ball_around_zero_encloses_the_roots_of_what_is_not_negative():
    ball = Ball(128)
    with ball.context():
        low, high = ball.enclosure(ball.sqrt(ball.between(Fraction(-1, 10**30), Fraction(1, 10**20))))
    assert low <= 0
    assert Fraction(1, 10**10) <= high <= Fraction(2, 10**10)
