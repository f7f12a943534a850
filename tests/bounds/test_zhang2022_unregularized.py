"""Sections 4, 12, 13 and Table 1 of zhang2022: statements survive, their neighbours fall, quantities are right."""

import json
import math
from fractions import Fraction
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.zhang2022 import asymptotic, natural_ascent, normalizers, table_1, unregularized
from mpgcert.arithmetic import EXACT, FLOAT, Ball
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint, shape_for
from mpgcert.auditing.identities import prove_identity
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import Sides, check, uses
from mpgcert.claims.formula import evaluate_exactly
from mpgcert.claims.point import Index, Lens, Point
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy

MODULES = (unregularized, asymptotic, natural_ascent, normalizers, table_1)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
DECIDABLE = [name for name, claim in CLAIMS.items() if claim.is_decidable and name not in FALSE]
NEAR_MISSES = [(name, miss) for name in DECIDABLE for miss in CLAIMS[name].near_misses]
# Identities between logarithms: no enclosure proves them, and only where nothing moves are they rational.
IRRATIONAL = {"zhang2022.lemma-20.step-4", "zhang2022.lemma-20.step-5"}
NATURAL, GRADIENT = "natural-gradient-play", "gradient-play"


@pytest.mark.parametrize("name", DECIDABLE)
def test_true_statements_survive(name):
    claim = CLAIMS[name]
    result = attack(claim, np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.non_vacuous > 50
    rng, shape = np.random.default_rng(1), shape_for(claim)
    verdicts = [check(claim, instance(claim, draw_blueprint(RandomSource(rng), shape))).verdict for _ in range(20)]
    allowed = {Verdict.HOLDS, Verdict.VACUOUS} | ({Verdict.UNDECIDED} if name in IRRATIONAL else set())
    assert set(verdicts) <= allowed
    assert Verdict.HOLDS in verdicts or name in IRRATIONAL


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    result = attack(CLAIMS[name].variant(miss), np.random.default_rng(0), samples=1000, climbs=4000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    original = check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict
    assert original in ({Verdict.UNDECIDED} if name in IRRATIONAL else {Verdict.HOLDS, Verdict.VACUOUS})


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim = CLAIMS[name]
    path = files("bounds.zhang2022") / "counterexamples" / claim.finding.counterexample
    point = point_from_document(json.loads(path.read_text()))
    assert check(claim, point).verdict is Verdict.VIOLATED
    corrected = CLAIMS[claim.finding.corrected]
    assert corrected.corrects == name
    assert check(corrected, point).verdict is Verdict.HOLDS


def test_findings_lead_to_corrected_statements_and_back():
    for name, claim in CLAIMS.items():
        if claim.finding and claim.finding.corrected:
            assert CLAIMS[claim.finding.corrected].corrects == name
        if claim.corrects:
            assert CLAIMS[claim.corrects].finding.corrected == name


@pytest.mark.parametrize("name", [n for n in DECIDABLE if CLAIMS[n].kind == "identity"])
def test_identities_of_rational_functions_are_proved_and_their_neighbours_are_not(name):
    claim = CLAIMS[name]
    if claim.setting in (Setting.POLICY, Setting.PAIR):
        assert prove_identity(claim) is not None
        assert all(prove_identity(claim.variant(miss)) is None for miss in claim.near_misses)
    else:
        assert prove_identity(claim) is None


@pytest.mark.parametrize("name", sorted(IRRATIONAL))
def test_identities_between_logarithms_agree_to_many_digits(name):
    claim, arithmetic = CLAIMS[name], Ball(384)
    for seed in range(5):
        shape = shape_for(claim)
        point = instance(claim, draw_blueprint(RandomSource(np.random.default_rng(seed)), shape))
        with arithmetic.context():
            sides = Sides(claim, point, arithmetic)
            for index in point.indices(uses(claim)):
                low, high = arithmetic.enclosure(
                    sides.evaluate(claim.relation.lhs, index) - sides.evaluate(claim.relation.rhs, index)
                )
                assert low <= 0 <= high
                assert high - low < Fraction(1, 10**40)


# ---------------------------------------------------------------- the step of Theorem 5 beyond Lemma 21


def test_theorem_5_holds_where_its_step_is_beyond_lemma_21():
    game = MarkovGame.of(rewards=[[["1/100", 0]]])
    start = Policy.of(game, [[["9/10", "1/10"]]])
    for policy in (start, Policy.uniform(game)):
        point = Point(game=game, policy=policy, algorithm=NATURAL, step_size=Fraction(50), steps=3)
        assert check(CLAIMS["zhang2022.lemma-21"], point).verdict is Verdict.VACUOUS
        for name in ("lemma-21.corrected", "theorem-5.natural.step-1", "theorem-5.natural.step-2", "eq-13"):
            assert check(CLAIMS[f"zhang2022.{name}"], point).verdict is Verdict.HOLDS


def test_c_tends_to_one_half_in_a_coordination_game():
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]]] * 2)
    policy = Policy.of(game, [[["2/3", "1/3"]], [["1/3", "2/3"]]])
    point = Point(game=game, policy=policy, algorithm=GRADIENT, step_size=Fraction(1, 12), steps=12)
    arithmetic = Ball(384)
    with arithmetic.context():
        lens = Lens(point, arithmetic)
        before = None
        for first, second in lens.iterates:
            assert arithmetic.at_most(first[0, 0] + second[0, 0], arithmetic.number(1)) is not False
            likely = first[0, 0]
            assert arithmetic.at_most(arithmetic.number(Fraction(1, 2)), likely) is True
            assert before is None or arithmetic.at_most(likely, before) is True
            before = likely
    odds = math.log(2)  # the recursion of the finding
    for _ in range(300):
        p = 1 / (1 + math.exp(-odds))
        moved = odds - 2 / 12 * p * (1 - p) * (2 * p - 1)
        assert odds * 47 / 48 <= moved < odds
        odds = moved
    assert 0.499 < 1 - 1 / (1 + math.exp(-odds)) < 0.5
    p = 1 / (1 + math.exp(-math.log(2)))
    lead = math.log(2) - 2 / 12 * p * (1 - p) * (2 * p - 1)
    found = Lens(point, FLOAT).iterates[1][0][0]
    assert math.log(found[0] / found[1]) == pytest.approx(lead, rel=1e-14)


# ---------------------------------------------------------------- Table 1 by hand

# n = 2, gamma = 1/2, max|A_i| = 3, M = 4, phi range 1/5; numbers of iterations times epsilon^2 (and powers of c)
TABLE = {
    "gradient-play": Fraction(18432, 5),  # 2 * 3 * 16 * 1/5 * 2 * 96
    "natural-gradient-play": Fraction(384, 25),  # 3 * 4 * 1/5 * 2 / (5/16)
    # epsilon = 2, lambda = 1/6, smoothness 96 + 1: 2 * 9 * 1/5 * 16 * 2 * 97
    "gradient-play-with-barrier": Fraction(55872, 5),
    # epsilon = 2, lambda = 1/12, step 1 / (4 (16 + 64 + 192)): 36 * 3 * 1/5 * 4 * 2 * 1088
    "natural-gradient-play-with-barrier": Fraction(940032, 5),
}


@pytest.mark.parametrize("row", TABLE)
def test_table_1_counts_iterations_as_the_theorems_do(row):
    values = {"n": 2, "discount": Fraction(1, 2), "A_max": 3, "M": 4, "phi_range": Fraction(1, 5)}
    relation = CLAIMS[f"zhang2022.table-1.{row}"].relation
    left, right = (evaluate_exactly(side, values) for side in (relation.lhs, relation.rhs))
    assert left == TABLE[row]
    assert left == right if isinstance(relation, sympy.Eq) else left <= right


# ---------------------------------------------------------------- quantities against naive computations


def drawn(seed, setting=Setting.PAIR, **sizes):
    shape = Shape(setting, potential=True, visited=True, interior=True, regularized=False, **sizes)
    return build(draw_blueprint(RandomSource(np.random.default_rng(seed)), shape))


def value(name, lens, setting=Setting.PAIR, **index):
    return float(quantities_of(setting)[name].function(lens, Index(**index)))


def naive_values(lens, policy):
    """V_phi and d of a policy, by summing the series."""
    game, phi = lens.game, lens.potential_stage[0]
    kernel, reward = np.zeros((game.n_states,) * 2), np.zeros(game.n_states)
    for s in range(game.n_states):
        for joint in product(*(range(k) for k in game.n_actions)):
            weight = math.prod(policy[i][s][a] for i, a in enumerate(joint))
            reward[s] += weight * phi[(s, *joint)]
            kernel[s] += weight * lens.arrays.transition.kernel[(s, *joint)]
    discount, values, visited, here = float(game.discount), np.zeros(game.n_states), 0, lens.arrays.initial
    power = np.eye(game.n_states)
    for _ in range(5000):
        values = values + power @ reward
        visited = visited + (1 - discount) * here
        power, here = discount * power @ kernel, discount * here @ kernel
    return values, visited


def naive_advantages(lens):
    game, phi, (values, _) = lens.game, lens.potential_stage[0], naive_values(lens, lens.policy)
    out = {}
    for s in range(game.n_states):
        for joint in product(*(range(k) for k in game.n_actions)):
            follow = lens.arrays.transition.kernel[(s, *joint)] @ values
            out[(s, *joint)] = phi[(s, *joint)] + float(game.discount) * follow - values[s]
    return out


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_parts_a_and_b_against_loops(seed):
    point = drawn(seed)
    lens = Lens(point, FLOAT)
    game, advantage = lens.game, naive_advantages(lens)
    old, new, visited = lens.policy, lens.other, naive_values(lens, lens.other)[1]
    horizon, n = 1 - float(game.discount), game.n_players
    gain = part_a = part_b = size = 0.0
    for (s, *joint), worth in advantage.items():
        before = math.prod(old[i][s, a] for i, a in enumerate(joint))
        after = math.prod(new[i][s, a] for i, a in enumerate(joint))
        gain += visited[s] * (after - before) * worth / horizon
    for s in range(game.n_states):
        for i in range(n):
            for a in range(game.n_actions[i]):
                tilde = bar = 0.0
                for (state, *joint), worth in advantage.items():
                    if state != s or joint[i] != a:
                        continue
                    others = [j for j in range(n) if j != i]
                    bar += worth * math.prod(old[j][s, joint[j]] for j in others)
                    tilde += worth * math.prod((new if j < i else old)[j][s, joint[j]] for j in others)
                lag = value("advantage_lag", lens, player=i, state=s, action=a)
                assert lag == pytest.approx(tilde - bar, abs=1e-9)
                change = new[i][s, a] - old[i][s, a]
                part_a += visited[s] * new[i][s, a] * bar / horizon
                part_b += visited[s] * change * (tilde - bar) / horizon
                size += visited[s] * abs(change) * abs(tilde - bar) / horizon
    close = {"abs": 1e-7 / horizon, "rel": 1e-8}
    assert value("joint_advantage_gain", lens) == pytest.approx(gain, **close)
    assert value("frozen_gain", lens) == pytest.approx(part_a, **close)
    assert value("coupling_gain", lens) == pytest.approx(part_b, **close)
    assert value("coupling_size", lens) == pytest.approx(size, **close)
    moves = [[sum(abs(new[i][s] - old[i][s])) for s in range(game.n_states)] for i in range(n)]
    assert value("mean_squared_move", lens) == pytest.approx(visited @ np.sum(moves, axis=0) ** 2)
    assert value("mean_squared_moves", lens) == pytest.approx(visited @ np.sum(np.square(moves), axis=0))
    entropies = [[sum(new[i][s] * np.log(new[i][s] / old[i][s])) for s in range(game.n_states)] for i in range(n)]
    assert value("divergence", lens) == pytest.approx(visited @ np.sum(entropies, axis=0))


def softmax(theta):
    weights = np.exp(theta - theta.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_slopes_of_the_potential_are_its_derivatives(seed):
    lens = Lens(drawn(seed, Setting.POLICY, max_players=2), FLOAT)
    theta, step = [np.log(part) for part in lens.policy], 1e-5

    def total(player, state, action, size):
        moved = [part.copy() for part in theta]
        moved[player][state, action] += size
        return lens.arrays.initial @ naive_values(lens, [softmax(part) for part in moved])[0]

    for k in lens.point.indices(frozenset({"player", "state", "action"})):
        at = (k.player, k.state, k.action)
        difference = (total(*at, step) - total(*at, -step)) / (2 * step)
        found = value("potential_gradient", lens, player=k.player, state=k.state, action=k.action)
        assert found == pytest.approx(difference, rel=1e-4, abs=1e-4)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_quantities_of_a_step_against_loops(seed):
    point = drawn(seed, Setting.STEP)
    for algorithm in (GRADIENT, NATURAL):
        moved = Point(**{**vars(point), "algorithm": algorithm, "step_size": Fraction(1, 7)})
        lens, discount = Lens(moved, FLOAT), float(point.game.discount)
        for k in point.indices(frozenset({"player", "state", "action", "second"})):
            where = {"player": k.player, "state": k.state, "action": k.action, "second": k.second}
            new = lens.other[k.player][k.state]
            odds = value("next_odds", lens, Setting.STEP, **where)
            assert odds == pytest.approx(new[k.second] / new[k.action])
            if algorithm == GRADIENT:
                lead = value("next_parameter_lead", lens, Setting.STEP, **where)
                assert math.exp(lead) == pytest.approx(odds, rel=1e-9)
        for k in point.indices(frozenset({"player", "state"})):
            own, advantage = lens.policy[k.player][k.state], lens.advantages[k.player][k.state]
            where = {"player": k.player, "state": k.state}
            xs = [float(x) / 7 / (1 - discount) for x in advantage]
            grown = sum(p * math.exp(x) for p, x in zip(own, xs))
            assert value("natural_normalizer", lens, Setting.STEP, **where) == pytest.approx(grown)
            square = sum(p * a * a for p, a in zip(own, advantage))
            assert value("mean_square_advantage", lens, Setting.STEP, **where) == pytest.approx(square)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_drifts_of_lemma_19_split_the_mean_advantage(seed):
    point = drawn(seed, Setting.POLICY)
    lens, rules = Lens(point, EXACT), quantities_of(Setting.POLICY)
    for k in point.indices(frozenset({"player", "state", "second"})):
        own, advantage = lens.policy[k.player][k.state], lens.advantages[k.player][k.state]
        if not advantage[k.second] > 0:
            continue
        edge, count = -advantage[k.second] / (4 * len(own)), len(own)
        better = [a for a in range(count) if advantage[a] >= advantage[k.second]]
        bad = [a for a in range(count) if advantage[a] < edge]
        neutral = [a for a in range(count) if a not in better and a not in bad]
        behind = [a for a in neutral if own[a] <= own[k.second]]
        expected = {
            "sinking_drift": bad,
            "settled_drift": behind,
            "unsettled_drift": [a for a in neutral if a not in behind],
        }
        total = sum((own[a] * advantage[a] for a in better), start=EXACT.number(0))
        for name, actions in expected.items():
            found = rules[name].function(lens, k)
            assert found == sum((own[a] * advantage[a] for a in actions), start=EXACT.number(0))
            total = total + found
        assert total == 0
        assert rules["sinking_share"].function(lens, k) == max([own[a] / own[k.second] for a in bad], default=0)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_quantities_of_a_run_against_its_steps(seed):
    point = drawn(seed, Setting.RUN, max_players=2, max_states=2)
    run = Point(**{**vars(point), "algorithm": GRADIENT, "step_size": Fraction(1, 10), "steps": 3})
    lens = Lens(run, FLOAT)
    gain = squares = 0.0
    policy = lens.policy
    for _ in range(3):
        step = Lens(Point(**{**vars(run), "policy": point.policy}), FLOAT)
        step.__dict__["policy"] = policy
        gain += value("ascent", step, Setting.STEP)
        squares += value("gradient_norm", step, Setting.STEP) ** 2
        policy = step.other
    assert value("potential_gain", lens, Setting.RUN) == pytest.approx(gain, abs=1e-10)
    assert value("summed_squared_gradients", lens, Setting.RUN) == pytest.approx(squares, abs=1e-12)


def test_greedy_actions_are_told_apart_exactly_where_they_tie():
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]]] * 2)
    point = Point(game=game, policy=Policy.uniform(game), algorithm=NATURAL, step_size=Fraction(1, 3))
    lens = Lens(point, Ball(128))
    with lens.arithmetic.context():
        found = quantities_of(Setting.STEP)["concentration_at"].function(lens, Index(player=0, state=0))
        assert lens.arithmetic.enclosure(found) == (1, 1)


def test_pairs_of_actions_are_all_ordered_pairs():
    game = MarkovGame.of(rewards=[[[[1, 0, 0], [0, 1, 0]]]] * 2)
    found = {(k.player, k.action, k.second) for k in Point(game=game).indices(frozenset({"action", "second"}))}
    assert found == {(0, a, b) for a in range(2) for b in range(2) if a != b} | {
        (1, a, b) for a in range(3) for b in range(3) if a != b
    }
