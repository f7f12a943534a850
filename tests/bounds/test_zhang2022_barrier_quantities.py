"""Quantities of sections 5 and 14 of zhang2022 against definitions spelled out in loops over doubles."""

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from mpgcert.arithmetic import FLOAT
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint
from mpgcert.claims.claim import Setting
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.quantities import quantities_of

SEEDS = range(6)


class Naive:
    """Values, visitation and averages of a policy by powers of the kernel and sums over joint actions."""

    def __init__(self, game, policy):
        self.policy, self.discount = [np.asarray(part, dtype=float) for part in policy], float(game.discount)
        self.P, self.r, self.rho = (part.to_float() for part in (game.transition, game.rewards, game.initial))
        self.n, self.S, *self.A = self.r.shape
        self.joints = list(product(*[range(size) for size in self.A]))
        self.kernel, self.mean = np.zeros((self.S, self.S)), np.zeros((self.n, self.S))
        for s, a in product(range(self.S), self.joints):
            self.kernel[s] += self.weight(s, a) * self.P[(s, *a)]
            self.mean[:, s] += self.weight(s, a) * self.r[(slice(None), s, *a)]
        self.V, self.d = np.zeros((self.n, self.S)), np.zeros(self.S)
        row, column, factor = self.rho.copy(), self.mean.T.copy(), 1.0
        for _ in range(6000):
            self.d += (1 - self.discount) * factor * row
            self.V += factor * column.T
            row, column, factor = row @ self.kernel, self.kernel @ column, factor * self.discount

    def weight(self, s, a, without=None):
        return np.prod([self.policy[j][s, a[j]] for j in range(self.n) if j != without])

    def q(self, i, s, a):
        return self.r[(i, s, *a)] + self.discount * self.P[(s, *a)] @ self.V[i]

    def averaged_q(self, i, s, own):
        return sum(self.weight(s, a, without=i) * self.q(i, s, a) for a in self.joints if a[i] == own)

    def returns(self, i):
        return self.rho @ self.V[i]


def drawn(seed, setting, **more):
    shape = Shape(setting, visited=True, interior=True, regularized=True, max_states=2, max_players=2, **more)
    blueprint = draw_blueprint(RandomSource(np.random.default_rng(seed)), shape)
    return build(blueprint.changed(discount=min(blueprint.discount, type(blueprint.discount)(9, 10))))


def reader(point, setting):
    lens, rules = Lens(point, FLOAT), quantities_of(setting)
    return lambda name, **index: float(rules[name].function(lens, Index(**index)))


def direction(naive, weight, i, s, a):
    advantage = naive.averaged_q(i, s, a) - naive.V[i, s]
    own = naive.policy[i][s, a]
    return advantage / (1 - naive.discount) + weight / (naive.d[s] * own) - weight * naive.A[i] / naive.d[s]


@pytest.mark.parametrize("seed", SEEDS)
def test_directions_factors_and_changes_of_a_step(seed):
    point = drawn(seed, Setting.STEP)
    eta = 1 / (20 * float(point.regularization) * 1000 + 20)

    point = replace(point, algorithm="natural-gradient-play", step_size=Fraction(eta))
    value, weight = reader(point, Setting.STEP), float(point.regularization)
    naive = Naive(point.game, point.policy.lift(FLOAT))
    energy = total = 0.0
    for i, s in product(range(naive.n), range(naive.S)):
        own = naive.policy[i][s]
        f = np.array([direction(naive, weight, i, s, a) for a in range(naive.A[i])])
        factor = np.exp(eta * f)
        Z = own @ factor
        change = factor / Z - 1
        energy += naive.d[s] * (own @ f**2)
        total += weight * (np.log(1 + change) - change).sum()
        at = {"player": i, "state": s}
        assert value("mean_squared_direction", **at) == pytest.approx(own @ f**2)
        assert value("normalizer", **at) == pytest.approx(Z)
        assert value("mean_squared_change", **at) == pytest.approx(own @ change**2, abs=1e-14)
        assert value("quadratic_normalizer", **at) == pytest.approx(own @ (1 + eta * f + (eta * f) ** 2))
        assert value("factor_square", **at) == pytest.approx(own @ (factor - 1) ** 2, abs=1e-14)
        assert value("largest_exponent", **at) == pytest.approx(eta * f.max(), abs=1e-12)
        for a in range(naive.A[i]):
            assert value("barrier_direction", **at, action=a) == pytest.approx(f[a], abs=1e-9)
            assert value("next_probability", **at, action=a) == pytest.approx(own[a] * factor[a] / Z)
    assert value("direction_energy") == pytest.approx(energy)
    assert value("part_B") == pytest.approx(total, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_derivatives_are_limits_of_differences(seed):
    point = drawn(seed, Setting.POLICY)
    value, weight, h = reader(point, Setting.POLICY), float(point.regularization), 1e-5
    policy = point.policy.lift(FLOAT)
    i, s, a = (
        int(np.random.default_rng(seed).integers(size)) for size in (len(policy), len(policy[0]), len(policy[0][0]))
    )
    a = min(a, policy[i].shape[1] - 1)

    def objective(step):
        moved = [part.copy() for part in policy]
        moved[i][s, a] *= np.exp(step)
        moved[i][s] /= moved[i][s].sum()
        return Naive(point.game, moved).returns(i) + weight * np.log(moved[i]).sum()

    slope = (objective(h) - objective(-h)) / (2 * h)
    assert value("regularized_derivative", player=i, state=s, action=a) == pytest.approx(slope, rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("seed", SEEDS)
def test_parts_of_a_move_by_definition(seed):
    point = drawn(seed, Setting.PAIR)
    value, weight = reader(point, Setting.PAIR), float(point.regularization)
    old, new = point.policy.lift(FLOAT), point.other.lift(FLOAT)
    n, h = len(old), 1 - float(point.game.discount)
    moved = [Naive(point.game, [*old[:i], *new[i:]]) for i in range(n + 1)]
    before = moved[n]
    A = C = D = plain = 0.0
    for i, s in product(range(n), range(before.S)):
        for a in range(before.A[i]):
            move = new[i][s, a] - old[i][s, a]
            q, shifted = before.averaged_q(i, s, a), moved[i + 1].averaged_q(i, s, a)
            A += before.d[s] * move * q / h + weight * move / old[i][s, a]
            C += before.d[s] * move * (shifted - q) / h
            D += (moved[i].d[s] - before.d[s]) * move * shifted / h
            plain += (move / old[i][s, a]) ** 2
            split = 0.0
            for joint in (j for j in before.joints if j[i] == a):
                w1, w0 = (entry.weight(s, joint, without=i) for entry in (moved[i + 1], before))
                q1, q0 = (entry.q(i, s, joint) for entry in (moved[i + 1], before))
                split += w1 * abs(q1 - q0) + abs(w1 - w0) * abs(q0)
            where = {"player": i, "state": s, "action": a}
            assert value("value_shift", **where) == pytest.approx(abs(shifted - q), abs=1e-9)
            assert value("value_shift_split", **where) == pytest.approx(split, abs=1e-9)
    assert value("part_A") == pytest.approx(A, rel=1e-9, abs=1e-9)
    assert value("part_C") == pytest.approx(C, abs=1e-9)
    assert value("part_D") == pytest.approx(D, abs=1e-9)
    assert value("plain_squared_changes") == pytest.approx(plain)
    l1 = np.array([np.abs(b - a).sum(axis=1) for a, b in zip(old, new)])
    assert value("largest_distance") == pytest.approx(l1.sum(axis=0).max(), abs=1e-12)
    assert value("distance_total") == pytest.approx(l1.max(axis=1).sum(), abs=1e-12)
    for i in range(n):
        joint = [
            sum(abs(moved[i + 1].weight(s, a) - before.weight(s, a)) for a in before.joints) for s in range(before.S)
        ]
        assert value("others_distance", player=i) == pytest.approx(max(joint), abs=1e-12)
        assert value("visitation_shift", player=i) == pytest.approx(np.abs(moved[i].d - before.d).sum(), abs=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_in_softmax_parameters(seed):
    """Iterates of theta, with theta moved by the exponent; f from the loops above."""

    point = drawn(seed, Setting.RUN, uniform_start=True)
    weight = float(point.regularization)
    eta = 1 / (50 + 500 * weight)
    point = replace(point, algorithm="natural-gradient-play", step_size=Fraction(eta), steps=3)
    value = reader(point, Setting.RUN)
    theta = [np.zeros(part.shape) for part in point.policy.probabilities]
    least, exponents, energies = [], [], []
    for _ in range(3):
        naive = Naive(point.game, [np.exp(part) / np.exp(part).sum(axis=1, keepdims=True) for part in theta])
        f = [
            np.array([[direction(naive, weight, i, s, a) for a in range(naive.A[i])] for s in range(naive.S)])
            for i in range(naive.n)
        ]
        energies.append(sum((naive.d[:, None] * p * g**2).sum() for p, g in zip(naive.policy, f)))
        exponents.append([eta * g.max() for g in f])
        theta = [part + eta * g for part, g in zip(theta, f)]
        least.append([(np.exp(part) / np.exp(part).sum(axis=1, keepdims=True)).min() for part in theta])
    assert value("mean_direction_energy") == pytest.approx(np.mean(energies), rel=1e-6, abs=1e-9)
    for i in range(len(theta)):
        assert value("run_largest_exponent_i", player=i) == pytest.approx(np.max(exponents, axis=0)[i], abs=1e-8)
        assert value("run_least_probability_i", player=i) == pytest.approx(np.min(least, axis=0)[i])
