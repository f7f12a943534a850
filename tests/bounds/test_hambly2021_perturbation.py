"""Section 3.2 and Step 3 of Lemma 3.18 of hambly2021: statements survive, neighbours fall, quantities are right."""

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Le, Max, sqrt

from bounds.hambly2021 import perturbation, radius, value_shifts
from bounds.hambly2021.constants import gamma_B, gap_max, geometric, rho_pair, rho_star, sigma_Q, sigma_R, sigma_X
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.lq.blueprint import build
from mpgcert.auditing.lq.families import LQShape, draw_lq_blueprint
from mpgcert.auditing.search import attack, instance, world_of
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.lq.point import LQLens
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.symbols import symbol
from mpgcert.claims.verdicts import Verdict

MODULES = (radius, perturbation, value_shifts)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
DECIDABLE = [name for name, claim in CLAIMS.items() if claim.is_decidable]
FALSE = [name for name in DECIDABLE if CLAIMS[name].finding and CLAIMS[name].finding.counterexample]
TRUE = [name for name in DECIDABLE if name not in FALSE]
NEAR_MISSES = [(name, miss) for name, claim in CLAIMS.items() for miss in claim.near_misses]
PAIR = quantities_of(Setting.LQ_PAIR)


def survives(claim):
    result = attack(claim, np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.non_vacuous > 25
    assert result.undecided < result.certified


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    survives(CLAIMS[name])


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    claim = CLAIMS[name].variant(miss)
    result = attack(claim, np.random.default_rng(0), samples=1000, climbs=4000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    assert check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict is not Verdict.VIOLATED


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim = CLAIMS[name]
    path = files("bounds.hambly2021") / "counterexamples" / claim.finding.counterexample
    point = point_from_document(json.loads(path.read_text()))
    assert check(claim, point).verdict is Verdict.VIOLATED
    assert check(CLAIMS[claim.finding.corrected], point).verdict in (Verdict.HOLDS, Verdict.VACUOUS)


def test_corrected_statements_and_findings_name_each_other():
    for name, claim in CLAIMS.items():
        if claim.finding and claim.finding.corrected:
            assert CLAIMS[claim.finding.corrected].corrects == name
        if claim.corrects:
            assert CLAIMS[claim.corrects].finding.corrected == name


def test_attacks_find_the_false_statements_that_definite_games_refute():
    for name in ("hambly2021.lemma-3.14", "hambly2021.lemma-3.14.constants"):
        assert attack(CLAIMS[name], np.random.default_rng(1), samples=300, climbs=0).counterexample is not None


def test_the_small_constants_differ_only_where_a_statement_speaks_of_both():
    rng = np.random.default_rng(0)
    for name, both in (("hambly2021.lemma-3.15", True), ("hambly2021.eq-3.28", False)):
        world = world_of(CLAIMS[name])
        points = [world.point(world.draw(RandomSource(rng))) for _ in range(30)]
        assert any(point.xi > point.delta for point in points) is both


def test_what_the_docstrings_say_is_superfluous_can_be_dropped():
    lemma_3_17, lemma_3_14 = CLAIMS["hambly2021.lemma-3.17"], CLAIMS["hambly2021.lemma-3.14.corrected"]
    cost, steps = symbol("mixed_cost_i") / sigma_Q, symbol("step_total_i")
    without_noise = 2 * gamma_B * rho_pair * geometric(rho_pair) * cost * steps
    survives(replace(lemma_3_17, relation=Le(symbol("covariance_change_i"), without_noise), near_misses={}))
    without_horizon = symbol("N_players") * gamma_B * sqrt(gap_max / (sigma_X * sigma_R))
    sharper = Le(rho_pair, rho_star + without_horizon + gamma_B * symbol("step_norm_max"))
    result = attack(replace(lemma_3_14, relation=sharper, near_misses={}), np.random.default_rng(0), samples=200)
    assert result.counterexample is None


def test_with_the_printed_gains_in_the_radius_lemma_3_15_fails():
    printed = Max(symbol("closed_loop_K"), symbol("closed_loop_star"), 1 + symbol("xi"))
    relation = Le(symbol("F_change_i"), 2 * printed * gamma_B * symbol("step_norm_i"))
    claim = replace(CLAIMS["hambly2021.lemma-3.15"], relation=relation, near_misses={})
    assert attack(claim, np.random.default_rng(0)).counterexample is not None


# ---------------------------------------------------------------- quantities against naive computations


def drawn(seed, **sizes):
    return build(draw_lq_blueprint(RandomSource(np.random.default_rng(seed)), LQShape(Setting.LQ_PAIR, **sizes)))


def value(name, point, **index):
    return float(PAIR[name].function(LQLens(point, FLOAT), Index(**index)))


def norm(matrix):
    return np.linalg.svd(matrix, compute_uv=False)[0]


class Naive:
    """A game in doubles, a policy at a time, by loops; policies are lists of gains [player][time]."""

    def __init__(self, point):
        game = point.game
        self.T, self.d = game.horizon, game.dimension
        self.players = range(game.n_players)
        self.A, self.W = game.A.to_float(), game.W.to_float()
        self.B = [part.to_float() for part in game.B]
        self.Q, self.R = game.Q.to_float(), [part.to_float() for part in game.R]
        self.start = game.initial.second_moment.to_float()
        self.probe = point.probe.to_float()
        self.K = [part.to_float() for part in point.gains.parts]
        self.other = [part.to_float() for part in point.other.parts]
        self.star = self.equilibrium()

    def equilibrium(self):
        """Best replies stage by stage, solved for all players at once."""
        values = [self.Q[i][self.T] for i in self.players]
        backward = []
        for t in reversed(range(self.T)):
            controls = np.hstack([self.B[j][t] for j in self.players])
            rows = [self.B[i][t].T @ values[i] @ controls for i in self.players]
            system = np.vstack(rows)
            place = 0
            for i in self.players:
                size = self.R[i].shape[-1]
                system[place : place + size, place : place + size] += self.R[i][t]
                place += size
            right = np.vstack([self.B[i][t].T @ values[i] @ self.A[t] for i in self.players])
            gain = np.linalg.solve(system, right)
            loop = self.A[t] - controls @ gain
            parts = np.split(gain, np.cumsum([self.R[i].shape[-1] for i in self.players])[:-1])
            backward.append(parts)
            values = [
                self.Q[i][t] + parts[i].T @ self.R[i][t] @ parts[i] + loop.T @ values[i] @ loop for i in self.players
            ]
        forward = backward[::-1]
        return [np.array([forward[t][i] for t in range(self.T)]) for i in self.players]

    def with_player(self, base, player, own):
        return [own[j] if j == player else base[j] for j in self.players]

    def loops(self, policy):
        return [self.A[t] - sum(self.B[j][t] @ policy[j][t] for j in self.players) for t in range(self.T)]

    def covariances(self, policy):
        out = [self.start]
        for loop in self.loops(policy):
            out.append(loop @ out[-1] @ loop.T + self.W)
        return out

    def values(self, policy, player):
        loops, out = self.loops(policy), [self.Q[player][self.T]]
        for t in reversed(range(self.T)):
            gain = policy[player][t]
            out.append(self.Q[player][t] + gain.T @ self.R[player][t] @ gain + loops[t].T @ out[-1] @ loops[t])
        return out[::-1]

    def direction(self, policy, player, t):
        after = self.values(policy, player)[t + 1]
        return self.R[player][t] @ policy[player][t] - self.B[player][t].T @ after @ self.loops(policy)[t]

    def image(self, policy, first, last, matrix):
        for loop in self.loops(policy)[first : last + 1]:
            matrix = loop @ matrix @ loop.T
        return matrix


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_changes_against_loops(seed):
    point = drawn(seed)
    naive = Naive(point)
    for i in naive.players:
        moved, mixed = naive.with_player(naive.K, i, naive.other), naive.with_player(naive.star, i, naive.K)
        own, others = naive.covariances(naive.K), naive.covariances(moved)
        loops, size = (naive.loops(naive.K), naive.loops(moved)), 1e-9 * norm(sum(own) + sum(others))
        change = norm(sum(own) - sum(others))
        assert value("covariance_change_i", point, player=i) == pytest.approx(change, rel=1e-6, abs=size)
        initial = sum(
            naive.image(naive.K, 0, t, naive.start) - naive.image(moved, 0, t, naive.start) for t in range(naive.T)
        )
        assert value("initial_change_i", point, player=i) == pytest.approx(norm(initial), rel=1e-6, abs=size)
        noise = [
            sum(norm(naive.image(naive.K, s, t, naive.W) - naive.image(moved, s, t, naive.W)) for s in range(1, t + 1))
            for t in range(naive.T)
        ]
        assert value("noise_change_total_i", point, player=i) == pytest.approx(sum(noise), rel=1e-6, abs=size)
        for t in range(naive.T):
            at = {"player": i, "time": t}
            assert value("noise_change_i", point, **at) == pytest.approx(noise[t], rel=1e-6, abs=size)
            image = naive.image(moved, 0, t, naive.probe) - naive.image(naive.K, 0, t, naive.probe)
            scale = 1e-9 * norm(naive.image(moved, 0, t, np.eye(naive.d))) * (1 + norm(naive.probe))
            scale += 1e-9 * norm(naive.image(naive.K, 0, t, np.eye(naive.d))) * (1 + norm(naive.probe))
            assert value("G_change_i", point, **at) == pytest.approx(norm(image), rel=1e-6, abs=scale)
            assert value("loop_change_i", point, **at) == pytest.approx(
                norm(loops[0][t] - loops[1][t]), rel=1e-6, abs=1e-9 * (norm(loops[0][t]) + norm(loops[1][t]))
            )
            assert value("deviation_loop_norm_i", point, **at) == pytest.approx(norm(loops[1][t]))
            other_mixed = naive.with_player(naive.star, i, naive.other)
            assert value("other_mixed_loop_norm_i", point, **at) == pytest.approx(
                norm(naive.loops(other_mixed)[t]), rel=1e-6, abs=1e-9 * norm(naive.A[t])
            )
            assert value("mixed_loop_norm_i", point, **at) == pytest.approx(
                norm(naive.loops(mixed)[t]), rel=1e-6, abs=1e-9 * norm(naive.A[t])
            )


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_shifts_against_loops(seed):
    point = drawn(seed)
    naive = Naive(point)
    for i in naive.players:
        mixed = naive.with_player(naive.star, i, naive.K)
        values, star_values = naive.values(naive.K, i), naive.values(mixed, i)
        for t in range(naive.T):
            at, noise = {"player": i, "time": t}, 1e-9 * norm(values[t] + star_values[t])
            shift = norm(values[t] - star_values[t])
            assert value("value_shift_i", point, **at) == pytest.approx(shift, rel=1e-6, abs=noise)
            next_shift = norm(values[t + 1] - star_values[t + 1])
            assert value("next_value_shift_i", point, **at) == pytest.approx(next_shift, rel=1e-6, abs=noise)
            assert value("next_mixed_value_i", point, **at) == pytest.approx(norm(star_values[t + 1]))
            difference = naive.direction(naive.K, i, t) - naive.direction(mixed, i, t)
            noise = 1e-9 * (norm(naive.direction(naive.K, i, t)) + norm(naive.B[i][t]) * norm(values[t]) + 1)
            noise += 1e-9 * norm(naive.B[i][t]) * norm(star_values[t + 1]) * norm(naive.loops(mixed)[t])
            assert value("direction_shift_i", point, **at) == pytest.approx(norm(difference), rel=1e-6, abs=noise)
            distances = [
                sum(norm(naive.K[j][s] - naive.star[j][s]) for j in naive.players if j != i) for s in range(naive.T)
            ]
            for name, expected in (
                ("coupled_distance_i", distances[t]),
                ("coupled_distance_from_i", sum(distances[t:])),
                ("coupled_distance_after_i", sum(distances[t + 1 :])),
            ):
                assert value(name, point, **at) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_the_norm_of_a_changed_map_is_a_least_upper_bound(seed):
    point, rng = drawn(seed), np.random.default_rng(seed)
    naive = Naive(point)
    for i in naive.players:
        moved = naive.with_player(naive.K, i, naive.other)
        for t in range(naive.T):
            Y, Z = naive.loops(naive.K)[t], naive.loops(moved)[t]
            claimed = value("F_change_i", point, player=i, time=t)
            if naive.d == 1:
                assert claimed == pytest.approx(abs(Y * Y - Z * Z).item(), rel=1e-6, abs=1e-9 * norm(Y) ** 2)
            signs = [(q * np.sign(rng.normal(size=naive.d))) @ q.T for q in rotations(rng, naive.d, 400)]
            seen = max(norm(Y @ X @ Y.T - Z @ X @ Z.T) for X in signs)
            assert seen <= claimed * (1 + 1e-9) + 1e-9 * (norm(Y) ** 2 + norm(Z) ** 2)
            if naive.d == 2:
                assert claimed <= 1.1 * seen + 1e-9 * (norm(Y) ** 2 + norm(Z) ** 2)


def rotations(rng, size, count):
    return [np.linalg.qr(rng.normal(size=(size, size)))[0] for _ in range(count)]


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_norms_of_positive_maps_bound_their_images(seed):
    point, rng = drawn(seed), np.random.default_rng(seed)
    naive = Naive(point)
    for i in naive.players:
        moved = naive.with_player(naive.K, i, naive.other)
        for t in range(naive.T):
            claimed = value("G_other_norm_i", point, player=i, time=t)
            for q in rotations(rng, naive.d, 5):
                X = (q * rng.uniform(-1, 1, naive.d)) @ q.T
                assert norm(naive.image(moved, 0, t, X)) <= claimed * (1 + 1e-9) + 1e-12
            assert norm(naive.image(moved, 0, t, np.eye(naive.d))) == pytest.approx(claimed)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_sums_over_stages(seed):
    point = drawn(seed)
    T, players = point.game.horizon, range(point.game.n_players)
    for i in players:
        changes = [value("F_change_i", point, player=i, time=t) for t in range(T)]
        rho = max(value("rho_pair_norm", point), 1 + float(point.xi))
        assert value("F_change_total_i", point, player=i) == pytest.approx(sum(changes))
        powered = sum(rho ** (2 * t) * x for t, x in enumerate(changes))
        assert value("F_change_powered_i", point, player=i) == pytest.approx(powered)
        for t in range(T):
            assert value("F_change_until_i", point, player=i, time=t) == pytest.approx(sum(changes[: t + 1]))
            step = max(value("step_norm_i", point, player=j, time=t) for j in players)
            assert value("step_norm_at", point, time=t) == pytest.approx(step)
    powers = sum(value("rho_pair_norm", point) ** (2 * t) for t in range(T))
    assert value("pair_powers", point) == pytest.approx(powers)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_identities_are_exact_and_their_neighbours_are_not_zero_by_construction(seed):
    point = drawn(seed, max_dimension=2)
    for name in ("polarisation_residual_i", "value_shift_residual_i", "direction_shift_residual_i"):
        for k in point.indices(frozenset({"player", "time"})):
            assert EXACT.enclosure(PAIR[name].function(LQLens(point, EXACT), k)) == (0, 0)


def test_differences_of_equal_policies_are_exactly_zero_in_balls():
    point = drawn(3, max_dimension=3)
    same, ball = replace(point, other=point.gains), Ball(128)
    with ball.context():
        lens = LQLens(same, ball)
        for name in ("F_change_i", "G_change_i", "covariance_change_i", "initial_change_i", "noise_change_i"):
            for k in same.indices(PAIR[name].uses):
                assert ball.enclosure(PAIR[name].function(lens, k)) == (Fraction(0), Fraction(0))
