"""Lemma 3.18 of hambly2021 and its proof: statements survive, their neighbours fall, quantities are right."""

import json
from dataclasses import replace
from fractions import Fraction
from importlib.resources import files

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.hambly2021 import constants, contraction, cost_change, one_step, step_sizes
from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.lq.blueprint import build
from mpgcert.auditing.lq.families import LQShape, draw_lq_blueprint, lq_shape_for
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check, value_at
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.scalar_proofs import prove
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.lq import Gains

MODULES = (contraction, step_sizes, cost_change, one_step)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
SCALAR = [name for name, claim in CLAIMS.items() if claim.setting is Setting.SCALAR]
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
TRUE = [name for name, claim in CLAIMS.items() if claim.is_decidable and name not in (*FALSE, *SCALAR)]
NEAR_MISSES = [(name, miss) for name in TRUE for miss in CLAIMS[name].near_misses]
#: Both sides are the same irrational number (a spectral norm, rho_K) on some instances: no enclosure tells them apart.
EQUAL_ROOTS = {
    f"hambly2021.{label}"
    for label in (
        "eq-3.46",
        "eq-3.47.line-2",
        "eq-3.48.line-3",
        "eq-3.49.line-1",
        "lemma-3.18.step-5.alpha",
        "lemma-3.18.step-5.cauchy",
        "lemma-3.18.step-5.h-diff.right",
        "lemma-3.18.step-5.inverse.corrected",
    )
}


def drawn(claim, seed):
    return instance(claim, draw_lq_blueprint(RandomSource(np.random.default_rng(seed)), lq_shape_for(claim)))


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    claim = CLAIMS[name]
    result = attack(claim, np.random.default_rng(0), samples=40, climbs=20)
    assert result.counterexample is None
    assert result.non_vacuous > 20
    verdicts = {check(claim, drawn(claim, seed)).verdict for seed in range(8)}
    assert verdicts <= {Verdict.HOLDS, Verdict.VACUOUS} | ({Verdict.UNDECIDED} if name in EQUAL_ROOTS else set())
    assert Verdict.HOLDS in verdicts or name in EQUAL_ROOTS


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    result = attack(CLAIMS[name].variant(miss), np.random.default_rng(0), samples=1000, climbs=4000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    original = check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict
    assert original is Verdict.HOLDS or (name in EQUAL_ROOTS and original is Verdict.UNDECIDED)


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim, corrected = CLAIMS[name], CLAIMS[CLAIMS[name].finding.corrected]
    path = files("bounds.hambly2021") / "counterexamples" / claim.finding.counterexample
    point = point_from_document(json.loads(path.read_text()))
    assert check(claim, point).verdict is Verdict.VIOLATED
    assert corrected.corrects == name
    assert check(corrected, point).verdict in (Verdict.HOLDS, Verdict.VACUOUS)


def test_the_number_five_serves_every_horizon():
    (claim,) = (CLAIMS[name] for name in SCALAR)
    assert prove(claim.relation, claim.interval).verdict == "proved"
    (miss,) = claim.near_misses
    assert prove(claim.variant(miss).relation, claim.interval).verdict == "falsified"


def test_statements_about_one_step_size_say_nothing_of_several():
    claim = CLAIMS["hambly2021.lemma-3.18.part-2"]
    points = (point for seed in range(50) if (point := drawn(claim, seed)).game.n_players > 1)
    point = next(point for point in points if check(claim, point).verdict is Verdict.HOLDS)
    sizes = tuple(size / (index + 1) for index, size in enumerate(point.step_sizes))
    assert check(claim, replace(point, step_sizes=sizes)).verdict is Verdict.VACUOUS


# ---------------------------------------------------------------- formulas


def test_alpha_is_what_step_5_says_for_all_values_of_the_symbols():
    relation = CLAIMS["hambly2021.lemma-3.18.step-5.alpha"].relation
    rho = sympy.Symbol("rho", positive=True)
    both = [side.subs(constants.rho_K, rho) for side in relation.args]
    assert sympy.simplify(both[0] - both[1]) == 0
    miss = CLAIMS["hambly2021.lemma-3.18.step-5.alpha"].near_misses["N - 1 for its square"]
    assert sympy.simplify((miss.lhs - miss.rhs).subs(constants.rho_K, rho)) != 0


def test_h_glob_is_the_bracket_of_3_59():
    s = step_sizes._symbol
    T, eta, d, k, C = s["horizon"], s["step_size"], s["dimension"], s["controls_i"], s["mixed_cost_max"]
    X = 10 * T * C / ((10 * T - 1) * s["sigma_Q"])
    H = s["gamma_R"] + s["gamma_B"] ** 2 * C / s["sigma_X"]
    bracket = eta * k * X * H + 2 * eta * d / s["sigma_X"] * X**2 * H**2 + d / s["sigma_X"] * X**2
    spread = s["gamma_B"] ** 2 * C / s["sigma_X"] * 2 * constants.geometric(constants.rho_K)
    assert sympy.expand(cost_change.h_glob(k) - 4 * T * bracket * spread**2) == 0


def test_lost_parts_of_the_limits_are_where_the_proof_needs_them():
    """On a game of one player with all numbers by hand: I_1 = 1 / 9.16 and I_2 = (1/80)(20/9)^2 / (2822/225)."""
    path = files("bounds.hambly2021") / "counterexamples" / "eq-3.47.line-1.json"
    point = point_from_document(json.loads(path.read_text()))
    claim = CLAIMS["hambly2021.eq-3.47.line-1"]
    assert EXACT.enclosure(value_at(constants.I_1, claim, point, EXACT))[0] == Fraction(100, 916)
    expected = Fraction(400, 81) / 80 / Fraction(2822, 225)
    assert EXACT.enclosure(value_at(constants.I_2, claim, point, EXACT))[0] == expected


# ---------------------------------------------------------------- quantities


SEEDS = st.integers(0, 10**6)


def step_point(seed, size=Fraction(1, 50), **limits):
    shape = LQShape(Setting.LQ_STEP, **limits)
    blueprint = draw_lq_blueprint(RandomSource(np.random.default_rng(seed)), shape)
    return replace(build(blueprint), step_sizes=(size,) * blueprint.n_players)


def values(point, arithmetic, *names):
    """Values of quantities by index, as rationals or doubles."""
    rules, lens = quantities_of(Setting.LQ_STEP), point.lens(arithmetic)
    return [{index: rules[name].function(lens, index) for index in point.indices(rules[name].uses)} for name in names]


@given(seed=SEEDS)
@settings(max_examples=15)
def test_costs_of_the_step_agree_with_costs_of_the_policies(seed):
    """The expansion of Lemma 3.10 against the difference of two costs from their covariances, in rationals."""
    point = step_point(seed, max_dimension=2)
    lens = point.lens(EXACT)
    quadratic, linear = values(point, EXACT, "change_hessian_trace_i", "change_direction_trace_i")
    for i in lens.players:
        before, after = lens.mixed(i).costs_by_covariance[i], lens.other_mixed(i).costs_by_covariance[i]
        assert after - before == quadratic[Index(player=i)] + 2 * linear[Index(player=i)]


@given(seed=SEEDS)
@settings(max_examples=8)
def test_the_step_goes_along_the_gradient_by_differences(seed):
    """C^i is quadratic in one gain K_t^i, so central differences are exact; the step is -eta gradient / Sigma_t."""
    point = step_point(seed, max_players=2, max_horizon=2, max_dimension=2)
    lens, game = point.lens(EXACT), point.game
    for i, t in ((i, t) for i in lens.players for t in lens.times):
        rows = lens.arrays.slices[i]
        gradient = np.empty((game.control_dimensions[i], game.dimension), dtype=object)
        for row, column in np.ndindex(gradient.shape):
            costs = []
            for sign in (1, -1):
                moved = lens.gains.copy()
                moved[t, rows.start + row, column] = moved[t, rows.start + row, column] + sign
                costs.append(lens.replaced(moved, i, moved).costs[i])
            gradient[row, column] = (costs[0] - costs[1]) / 2
        change = lens.other_gains[t, rows] - lens.gains[t, rows]
        expected = gradient * (-lens.step_sizes[i])
        assert (change @ lens.evaluation.covariances[t] == expected).all()
        energy, along, slope = (
            found[Index(player=i, time=t)]
            for found in values(point, EXACT, "step_energy_i", "step_along_gradient_i", "gradient_energy_i")
        )
        assert energy == (expected * expected).sum()
        assert along == (expected * gradient).sum()
        assert slope == (gradient * gradient).sum()


@given(seed=SEEDS)
@settings(max_examples=15)
def test_norms_of_the_step_agree_with_naive_loops(seed):
    point = step_point(seed)
    lens, arrays = point.lens(FLOAT), point.lens(FLOAT).arrays
    names = ("next_mixed_covariance_i", "mixed_covariance_change_i", "distance_others_squares", "gradient_largest_i")
    after, change, squares, gradients = values(point, FLOAT, *names)
    for i in lens.players:
        totals = []
        for own in (lens.gains, lens.other_gains):
            sigma, total = arrays.sigma_0, arrays.sigma_0.copy()
            for t in lens.times:
                gains = lens.nash.gains[t].copy()
                gains[arrays.slices[i]] = own[t, arrays.slices[i]]
                loop = arrays.A[t] - arrays.B[t] @ gains
                sigma = loop @ sigma @ loop.T + arrays.W
                total = total + sigma
            totals.append(total)
        scale = max(np.linalg.norm(total, 2) for total in totals)
        assert after[Index(player=i)] == pytest.approx(np.linalg.norm(totals[1], 2))
        assert abs(change[Index(player=i)] - np.linalg.norm(totals[0] - totals[1], 2)) <= 1e-9 * scale
        distances = [
            sum(np.linalg.norm((lens.gains - lens.nash.gains)[t, arrays.slices[j]], 2) for t in lens.times) ** 2
            for j in lens.players
            if j != i
        ]
        assert squares[Index(player=i)] == pytest.approx(sum(distances))
        largest = max(np.linalg.norm(g[arrays.slices[i]], 2) for g in lens.evaluation.gradients)
        assert gradients[Index(player=i)] == pytest.approx(largest)


@given(seed=SEEDS)
@settings(max_examples=15)
def test_change_of_the_congruences_is_attained_and_not_exceeded(seed):
    """Images of random symmetric matrices stay below the norm; for one dimension it is |Y^2 - Z^2|."""
    point = step_point(seed)
    lens, rng = point.lens(FLOAT), np.random.default_rng(seed)
    (changes,) = values(point, FLOAT, "mixed_congruence_change_i")
    for i in lens.players:
        best, noise = 0.0, 0.0
        for Y, Z in zip(lens.mixed(i).closed_loop, lens.other_mixed(i).closed_loop):
            ratios = []
            for _ in range(20):
                X = rng.normal(size=Y.shape)
                X = X + X.T
                image = (Y @ X @ Y.T - Z @ X @ Z.T) / np.linalg.norm(X, 2)
                ratios.append(np.linalg.norm(image, 2))
            best += max(ratios)
            noise += 1e-12 * max(np.linalg.norm(Y, 2), np.linalg.norm(Z, 2)) ** 2
        assert best <= changes[Index(player=i)] + noise
        if point.game.dimension == 1:
            assert abs(best - changes[Index(player=i)]) <= noise


def test_a_player_whose_controls_do_nothing_moves_no_closed_loop():
    """Differences are exactly 0 where B vanishes, also in balls, so that 0 <= 0 is decided."""
    point = step_point(3, max_players=1)
    still = replace(
        point.game, B=tuple(ExactArray.of_integers(np.zeros(part.shape, dtype=int)) for part in point.game.B)
    )
    point = replace(point, game=still)
    ball = Ball(128)
    with ball.context():
        found = values(point, ball, "mixed_congruence_change_i", "mixed_covariance_change_i")
    assert all(ball.enclosure(value) == (0, 0) for part in found for value in part.values())


@given(seed=SEEDS)
@settings(max_examples=10)
def test_coupling_of_a_run_is_the_largest_g_2_of_its_iterates(seed):
    blueprint = draw_lq_blueprint(RandomSource(np.random.default_rng(seed)), LQShape(Setting.LQ_RUN, weak=True))
    size = Fraction(1, 1000)
    point = replace(build(blueprint), step_sizes=(size,) * blueprint.n_players)
    coupling = quantities_of(Setting.LQ_RUN)["run_coupling"].function(point.lens(FLOAT), Index())
    claim, lens, found = CLAIMS["hambly2021.lemma-3.18.alpha"], point.lens(EXACT), []
    for iterate in lens.iterates:
        parts = tuple(_exactly(iterate.gains[:, own]) for own in lens.arrays.slices)
        policy = replace(point, gains=Gains(parts), steps=0)
        cost = value_at(step_sizes.cost_max, claim, policy, FLOAT)
        found.append(cost**4 * value_at(constants.geometric(constants.rho_K), claim, policy, FLOAT) ** 2)
    assert coupling == pytest.approx(max(found), rel=1e-6)


def _exactly(entries):
    """An array of rationals as exact data."""
    texts = np.vectorize(str, otypes=[object])(entries).tolist()
    return ExactArray.parse(texts, "gains", entries.shape)
