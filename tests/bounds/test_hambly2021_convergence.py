"""Assumption 3.3, Lemma 3.20, Theorem 3.5 and Sections 4 and 5 of hambly2021: statements, neighbours, quantities."""

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.hambly2021 import convergence, experiments, gradient_bound, noise_condition
from mpgcert.arithmetic import EXACT, FLOAT
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.lq.blueprint import build
from mpgcert.auditing.lq.families import LQShape, draw_lq_blueprint
from mpgcert.auditing.search import attack, instance, shrink, world_of
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check, value_at
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.scalar_proofs import prove
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.lq import Gains, LQGame

MODULES = (noise_condition, gradient_bound, convergence, experiments)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
TRUE = [
    name
    for name, claim in CLAIMS.items()
    if claim.is_decidable and name not in FALSE and claim.setting is not Setting.SCALAR
]
NEAR_MISSES = [(name, miss) for name in TRUE for miss in CLAIMS[name].near_misses]
RUN = quantities_of(Setting.LQ_RUN)


def stored(name):
    path = files("bounds.hambly2021") / "counterexamples" / CLAIMS[name].finding.counterexample
    return point_from_document(json.loads(path.read_text()))


def drawn(seed, setting=Setting.LQ_RUN, **changes):
    shape = LQShape(setting, weak=True)
    blueprint = draw_lq_blueprint(RandomSource(np.random.default_rng(seed)), shape)
    point = build(blueprint.changed(**changes))
    return replace(point, step_sizes=(Fraction(1, 100),) * point.game.n_players)


def value(name, point, arithmetic=FLOAT, **index):
    with arithmetic.context():
        return RUN[name].function(point.lens(arithmetic), Index(**index))


# ---------------------------------------------------------------- statements and their neighbours


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    claim = CLAIMS[name]
    result = attack(claim, np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.non_vacuous > 20
    rng, world, decided = np.random.default_rng(1), world_of(claim), []
    for _ in range(15):
        verdict = check(claim, world.point(world.draw(RandomSource(rng)))).verdict
        assert verdict is not Verdict.VIOLATED
        decided.append(verdict)
    assert decided.count(Verdict.HOLDS) >= 4
    assert decided.count(Verdict.UNDECIDED) <= 4


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    claim = CLAIMS[name].variant(miss)
    result = attack(claim, np.random.default_rng(0))
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    assert check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict is not Verdict.VIOLATED


def test_the_near_misses_that_matter_most_are_there():
    misses = CLAIMS["hambly2021.assumption-3.3.necessary"].near_misses
    assert "T for T^2 in (3.11)" in misses
    assert "rho^T for rho^{2T} in (3.11)" in misses
    assert "rho^T for rho^{2T}" in CLAIMS["hambly2021.eq-3.69"].near_misses
    assert "T for T^2" in CLAIMS["hambly2021.eq-3.67.part-2"].near_misses


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim, point = CLAIMS[name], stored(name)
    assert check(claim, point).verdict is Verdict.VIOLATED
    if claim.finding.corrected is not None:
        corrected = CLAIMS[claim.finding.corrected]
        assert corrected.corrects == name
        assert check(corrected, point).verdict is Verdict.HOLDS


def test_a_statement_with_a_false_inequality_has_a_corrected_one_that_is_known():
    for claim in CLAIMS.values():
        if claim.finding is not None and claim.finding.corrected is not None:
            assert CLAIMS[claim.finding.corrected].corrects == claim.id


def test_the_scalar_step_is_proved_and_its_neighbour_refuted():
    claim = CLAIMS["hambly2021.theorem-3.5.step-5"]
    assert prove(claim.relation, claim.interval).verdict == "proved"
    (miss,) = claim.near_misses.values()
    assert prove(miss, claim.interval).verdict == "falsified"
    a = sympy.Symbol("a", positive=True)
    for n in range(2, 7):  # all coefficients of (a + 1)^n - (a^n + 1) are positive; at n = 1 there is none
        assert min(sympy.Poly((a + 1) ** n - a**n - 1, a).coeffs()) > 0
    assert sympy.expand((a + 1) - a - 1) == 0


# ---------------------------------------------------------------- remark 3.4 and the step sizes


def test_the_example_of_remark_3_4_in_rationals():
    """Both readings with hand-made fractions: as T = 1, the right side of (3.11) has no rho-bar."""
    for name, variances, factor in (
        ("hambly2021.remark-3.4", (Fraction(1, 5), Fraction(3, 10)), 2.2672988),
        ("hambly2021.remark-3.4.deviation", (Fraction(1, 25), Fraction(9, 100)), 192.51779),
    ):
        point = stored(name)
        mean = (Fraction(3, 10), Fraction(4, 10))
        moment = [[mean[i] * mean[j] + (variances[i] if i == j else 0) for j in range(2)] for i in range(2)]
        assert point.game.initial.second_moment.fractions() == [x for row in moment for x in row]
        sigma = np.array([[float(x) for x in row] for row in moment])
        loop = 0.2 * np.eye(2) - np.diag([0.1 * 2 / 301, 0.1 * 2 / 301])
        costs, total = [], sigma + loop @ sigma @ loop.T + 0.2 * np.eye(2)
        for i in range(2):
            gain = np.eye(2)[i] * (2 / 301) * (1 if i == 0 else -1)
            costs.append(np.trace(0.1 * total) + 0.3 * gain @ sigma @ gain)
        losses = []
        for i, b in enumerate((0.1, -0.1)):
            own = np.array([0.2, 0.01])
            moved = loop + np.outer(np.eye(2)[i] * b, np.eye(2)[i] * (2 / 301) * np.sign(b) - own)
            spent = 0.3 * own @ sigma @ own
            losses.append(np.trace(0.1 * (sigma + moved @ sigma @ moved.T + 0.2 * np.eye(2))) + spent - costs[i])
        least = min(0.2, np.linalg.eigvalsh(sigma)[0])
        left = least**5 / np.linalg.norm(total, 2)
        right = 20 * 2 * 1e-4 * (max(costs) + max(losses)) ** 4 / (0.1**2 * 0.3**2)
        assert right / left == pytest.approx(factor, rel=1e-6)
        assert check(CLAIMS[name], point).ratio == pytest.approx(factor, rel=1e-6)
        at_the_equilibrium = Gains.of(point.game, [[["2/301", 0]], [[0, "-2/301"]]])
        assert check(CLAIMS[name], replace(point, gains=at_the_equilibrium)).verdict is Verdict.VIOLATED


def test_uneven_step_sizes_raise_the_sum_by_the_stated_fraction():
    point = stored("hambly2021.theorem-3.5.step-sizes")
    lens = point.lens(EXACT)
    before, after = (EXACT.enclosure(gaps.sum())[0] for gaps in (lens.gaps, lens.other_gaps))
    assert before == Fraction(101, 400)
    assert after - before == Fraction(99979900000001030301, 10**30)
    claim = CLAIMS["hambly2021.theorem-3.5.step-sizes"]
    ratio = noise_condition.noise_left / noise_condition.noise_right
    assert float(value_at(ratio, claim, point, FLOAT)) == pytest.approx(9.500093, rel=1e-6)


def test_no_noise_level_helps_the_experiments():
    from mpgcert.games.builtin.hambly2021 import HAMBLY2021_GAMES

    claim = CLAIMS["hambly2021.assumption-3.3.necessary"]
    known = {"hambly2021-section-5.1": 4122905600000, "hambly2021-section-5.2": 1119744000}
    for entry in HAMBLY2021_GAMES[1:]:
        defaults = [parameter.default for parameter in entry.parameters]
        for noise in (Fraction(1, 100), Fraction(1), Fraction(100)):
            game = entry.build(noise, *defaults[1:])
            point = LQPoint(game, gains=Gains.zero(game))
            assert float(value_at(noise_condition.noise_free_coupling, claim, point, FLOAT)) == pytest.approx(
                known[entry.name], rel=1e-12
            )
            assert check(claim, point).verdict is Verdict.HOLDS


def test_the_normalised_error_can_be_negative():
    one = [[1]]
    game = LQGame.of(horizon=1, A=one, B=[one] * 2, Q=[one] * 2, R=[one] * 2, W=one, initial={"second_moment": one})
    lens = LQPoint(game, gains=Gains.of(game, [[["1/3"]], [["2/3"]]])).lens(EXACT)
    assert [EXACT.enclosure(x)[0] for x in (lens.star.costs[0], lens.evaluation.costs[0])] == [
        Fraction(20, 9),
        Fraction(19, 9),
    ]


# ---------------------------------------------------------------- quantities against naive loops


class Naive:
    """Matrices of a game and gains as numpy arrays; everything else by loops."""

    def __init__(self, point, noise=1.0, start=1.0):
        lens = point.lens(FLOAT)
        arrays = lens.arrays
        self.T, self.N, self.d = arrays.horizon, arrays.n_players, point.game.dimension
        self.A, self.Q, self.W, self.sigma = arrays.A, arrays.Q, arrays.W * noise, arrays.sigma_0 * start
        self.B = [arrays.of_player(i) for i in range(self.N)]
        self.R = arrays.R
        self.star = [lens.nash.gains[:, own] for own in arrays.slices]
        self.K = [lens.gains[:, own] for own in arrays.slices]

    def loop(self, K, t):
        return self.A[t] - sum(self.B[j][t] @ K[j][t] for j in range(self.N))

    def covariances(self, K):
        found = [self.sigma]
        for t in range(self.T):
            found.append(self.loop(K, t) @ found[-1] @ self.loop(K, t).T + self.W)
        return found

    def cost(self, K, i):
        stages = self.covariances(K)
        total = np.trace(stages[-1] @ self.Q[i, self.T])
        for t in range(self.T):
            total += np.trace(stages[t] @ (self.Q[i, t] + K[i][t].T @ self.R[i][t] @ K[i][t]))
        return total

    def with_own(self, own, i, K):
        return [own[j] if j == i else K[j] for j in range(self.N)]

    def gradient(self, K, i, t, step=1e-5):
        out = np.zeros_like(K[i][t])
        for place in np.ndindex(out.shape):
            ends = []
            for sign in (step, -step):
                moved = [part.copy() for part in K]
                moved[i][(t, *place)] += sign
                ends.append(self.cost(moved, i))
            out[place] = (ends[0] - ends[1]) / (2 * step)
        return out

    def direction(self, K, i, t):
        return self.gradient(K, i, t) @ np.linalg.inv(self.covariances(K)[t]) / 2


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_gradient_quantities_against_difference_quotients(seed):
    point = drawn(seed)
    naive = Naive(point)
    for i in range(naive.N):
        gradients = [naive.gradient(naive.K, i, t) for t in range(naive.T)]
        norms = [np.linalg.norm(g, 2) for g in gradients]
        mixed = naive.with_own(naive.K, i, naive.star)
        ours = [naive.direction(naive.K, i, t) for t in range(naive.T)]
        alone = [naive.direction(mixed, i, t) for t in range(naive.T)]
        expected = {
            "gradient_norm_total_i": sum(norms),
            "gradient_squares_i": sum(x**2 for x in norms),
            "gradient_trace_i": sum(np.sum(g**2) for g in gradients) / 4,
            "direction_trace_i": sum(np.sum(e**2) for e in ours),
            "mixed_direction_trace_i": sum(np.sum(e**2) for e in alone),
            "direction_change_trace_i": sum(np.sum((a - b) ** 2) for a, b in zip(ours, alone)),
            "direction_change_square_i": sum(np.linalg.norm(a - b, 2) ** 2 for a, b in zip(ours, alone)),
        }
        for name, found in expected.items():
            assert float(value(name, point, player=i)) == pytest.approx(found, rel=1e-5, abs=1e-6), name


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_the_summed_covariance_is_carried_on(seed):
    point = drawn(seed)
    naive = Naive(point)
    start, noise = 0.0, 0.0
    for t in range(naive.T):
        carried = np.eye(naive.d)
        for u in range(t + 1):
            carried = naive.loop(naive.K, u) @ carried
        start += np.linalg.norm(carried @ naive.sigma @ carried.T, 2)
        for s in range(1, t + 1):
            part = np.eye(naive.d)
            for u in range(s, t + 1):
                part = naive.loop(naive.K, u) @ part
            noise += np.linalg.norm(part @ naive.W @ part.T, 2)
    assert float(value("propagated_start", point)) == pytest.approx(start, rel=1e-9, abs=1e-12)
    assert float(value("propagated_noise", point)) == pytest.approx(noise, rel=1e-9, abs=1e-12)


@settings(max_examples=12)
@given(st.integers(0, 10**6))
def test_louder_noise_against_loops(seed):
    """The sides of (3.11) by a loop, at 4 times the noise; with the formulas of the catalogue at the noise itself."""
    point = drawn(seed)
    claim = CLAIMS["hambly2021.eq-3.11.right"]
    for scale, left, right in (
        (1.0, noise_condition.noise_left, noise_condition.noise_right),
        (4.0, RUN["louder_left"], RUN["louder_right"]),
    ):
        naive = Naive(point, scale, scale)
        T, N = naive.T, naive.N
        psi = max(naive.cost(naive.with_own(naive.K, i, naive.star), i) - naive.cost(naive.star, i) for i in range(N))
        least = min(np.linalg.svd(x, compute_uv=False)[-1] for x in (naive.sigma, naive.W))
        controls = min(np.linalg.svd(R, compute_uv=False)[-1] for part in naive.R for R in part)
        states = min(np.linalg.svd(Q, compute_uv=False)[-1] for part in naive.Q for Q in part)
        gamma = max(np.linalg.norm(B, 2) for part in naive.B for B in part)
        radius = max([np.linalg.norm(naive.loop(naive.star, t), 2) for t in range(T)] + [1 + float(point.delta)])
        radius += N * gamma * np.sqrt(T * max(psi, 0) / (least * controls)) + 1 / (20 * T**2)
        total = sum(radius ** (2 * t) for t in range(T))
        cost = max(naive.cost(naive.star, i) for i in range(N)) + psi
        expected = 20 * (N - 1) ** 2 * T**2 * naive.d * gamma**4 * cost**4 / (states * controls) ** 2 * total**2
        lens = point.lens(FLOAT)
        found = [
            side.function(lens, Index()) if scale > 1 else value_at(side, claim, point, FLOAT) for side in (left, right)
        ]
        assert float(found[0]) == pytest.approx(
            least**5 / np.linalg.norm(sum(naive.covariances(naive.star)), 2), rel=1e-6
        )
        assert float(found[1]) == pytest.approx(expected, rel=1e-4)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_run_quantities_follow_the_algorithm(seed):
    tame = {"A": Fraction(1, 2), "B": Fraction(1, 4), "policy": Fraction(1, 10)}
    point = replace(drawn(seed, scales=tame), steps=3)
    naive = Naive(point)
    K, sums, largest = [part.copy() for part in naive.K], [], []
    for m in range(4):
        losses = [naive.cost(naive.with_own(K, i, naive.star), i) - naive.cost(naive.star, i) for i in range(naive.N)]
        sums.append(sum(losses))
        largest.append(max(losses))
        if m < 3:
            K = [np.stack([K[i][t] - 0.02 * naive.direction(K, i, t) for t in range(naive.T)]) for i in range(naive.N)]
    assert float(value("last_gap_sum", point)) == pytest.approx(sums[-1], rel=1e-4, abs=1e-8)
    assert float(value("later_gap_max", point)) == pytest.approx(max(largest[1:]), rel=1e-4, abs=1e-8)
    if sums[-1] > 1e-5:
        assert float(value("run_ratio", point)) == pytest.approx(max(b / a for a, b in pairwise(sums)), rel=1e-3)
    weights = float(value("last_weighted_gap_sum", point))
    assert weights == pytest.approx(100 * sums[-1], rel=1e-4, abs=1e-6)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_the_step_limit_of_the_start_is_the_formula(seed):
    """(3.42) worked out along a run of no steps, against the formula of the catalogue."""
    from bounds.hambly2021.constants import step_limit

    point = replace(drawn(seed), steps=0)
    claim = CLAIMS["hambly2021.theorem-3.5"]
    formula = value_at(step_limit, claim, point, FLOAT)
    assert float(value("later_limit", point)) == pytest.approx(float(formula), rel=1e-9)


def test_the_sphere_and_its_axes_have_the_same_mean():
    """The estimator of (4.1) on a sampled sphere comes near the mean that is taken over the axes."""
    point = drawn(3, Setting.LQ_POLICY)
    naive, rng, radius = Naive(point), np.random.default_rng(0), 0.5
    i, t = 0, 0
    shape = naive.K[i][t].shape
    D, total, count = naive.K[i][t].size, 0.0, 4000
    for _ in range(count):
        U = rng.normal(size=shape)
        U *= radius / np.linalg.norm(U)
        for sign in (1, -1):  # antithetic: even powers of U cancel
            moved = [part.copy() for part in naive.K]
            moved[i][t] += sign * U
            total = total + D / radius**2 * naive.cost(moved, i) * sign * U
    gradient = naive.gradient(naive.K, i, t)
    assert np.abs(total / (2 * count) - gradient).max() <= 0.1 * np.abs(gradient).max()
    assert EXACT.enclosure(value("smoothed_residual", point, EXACT, player=i, time=t))[0] == 0


# ---------------------------------------------------------------- the search


def test_players_get_step_sizes_of_their_own_where_the_statement_speaks_of_them():
    claim = CLAIMS["hambly2021.theorem-3.5.step-sizes.corrected"]
    world, source = world_of(claim), RandomSource(np.random.default_rng(0))
    uneven = [p for p in (world.point(world.draw(source)) for _ in range(30)) if len(set(p.step_sizes)) > 1]
    assert len(uneven) > 5
    even = world_of(CLAIMS["hambly2021.theorem-3.5"])
    assert all(len(set(even.point(even.draw(source)).step_sizes)) == 1 for _ in range(10))


def test_a_counterexample_shrinks_with_its_step_sizes():
    claim = CLAIMS["hambly2021.theorem-3.5.step-sizes.corrected"].variant("fifty times the rate")
    found = attack(claim, np.random.default_rng(0)).counterexample
    smaller, outcome = shrink(claim, found[0], rounds=15)
    assert outcome.verdict is Verdict.VIOLATED
    assert smaller.n_players <= found[0].n_players
    assert len(instance(claim, smaller).step_sizes) == smaller.n_players


# ---------------------------------------------------------------- the whole horizon of Theorem 3.5


def test_the_theorem_keeps_its_promise_over_its_whole_horizon():
    """One state, one stage, eta = eta_0: M(1/100) iterations, each contracting by at least 1 - alpha-hat eta."""
    game = LQGame.of(
        horizon=1,
        A=[["1/10"]],
        B=[[["1/10"]]] * 2,
        Q=[[[1]]] * 2,
        R=[[[1]]] * 2,
        W=[[1]],
        initial={"second_moment": [[1]]},
    )
    start = Gains.of(game, [[[Fraction(1, 102) + Fraction(1, 4)]]] * 2)
    claim = CLAIMS["hambly2021.theorem-3.5.linear-rate"]
    at_start = LQPoint(game, gains=start)
    assert check(replace(claim, relation=noise_condition.SYSTEM_NOISE, given=(), near_misses={}), at_start).verdict is (
        Verdict.HOLDS
    )
    names = ("eta_0", "alpha_hat", "gap_sum")
    formulas = (convergence.eta_0, convergence.alpha_hat, convergence.gap_sum)
    found = {name: float(value_at(formula, claim, at_start, FLOAT)) for name, formula in zip(names, formulas)}
    eta = Fraction(int(found["eta_0"] * 10**9), 10**9)
    count = int(np.ceil(np.log(found["gap_sum"] / 0.01) / (found["alpha_hat"] * float(eta))))
    assert 4400 < count < 4600
    sums = [gaps.sum() for gaps in replace(at_start, step_sizes=(eta, eta), steps=count).lens(FLOAT).run_gaps]
    assert sums[-1] <= 0.01
    assert max(b / a for a, b in pairwise(sums)) <= 1 - found["alpha_hat"] * float(eta)
    assert check(claim, replace(at_start, step_sizes=(eta, eta), steps=3)).verdict is Verdict.HOLDS
