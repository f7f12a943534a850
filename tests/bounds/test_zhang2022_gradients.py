"""Sections 2, 3, 9, 10, 11 of zhang2022: true statements survive, false neighbours fall, quantities have oracles."""

import json
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import sympy
from oracles import Dual, solved

from bounds.zhang2022 import domination, gradients, natural_gradients, stationary_points
from mpgcert.arithmetic import EXACT
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.engine import Sides, check
from mpgcert.claims.point import Index, Point
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.quantities import derivatives, fisher
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy

MODULES = (gradients, stationary_points, natural_gradients, domination)
CLAIMS = [claim for module in MODULES for claim in module.CLAIMS]
BY_ID = {claim.id.removeprefix("zhang2022."): claim for claim in CLAIMS}
TRUE = [claim for claim in CLAIMS if claim.is_decidable and claim.finding is None]
FOUND = [claim for claim in CLAIMS if claim.is_decidable and claim.finding is not None]
NEAR = [claim.variant(name) for claim in TRUE for name in claim.near_misses]
STORED = Path(gradients.__file__).parent / "counterexamples"


def by_id(claim: Claim) -> str:
    return claim.id


def drawn(claim, seed):
    rng = np.random.default_rng(seed)
    source, shape = RandomSource(rng), shape_for(claim)
    while True:
        yield instance(claim, draw_blueprint(source, shape))


@pytest.mark.parametrize("claim", TRUE, ids=by_id)
def test_true_statements_survive(claim):
    found = attack(claim, np.random.default_rng(1), samples=60, climbs=40)
    assert found.counterexample is None
    assert found.undecided == 0
    assert found.non_vacuous > 20
    verdicts = [check(claim, point).verdict for point, _ in zip(drawn(claim, 2), range(30))]
    assert set(verdicts) <= {Verdict.HOLDS, Verdict.VACUOUS}
    assert verdicts.count(Verdict.HOLDS) >= 3


@pytest.mark.parametrize("claim", NEAR, ids=by_id)
@pytest.mark.parametrize("seed", [0, 1])
def test_near_misses_fall(claim, seed):
    found = attack(claim, np.random.default_rng(seed), samples=300, climbs=600)
    assert found.counterexample is not None
    assert found.counterexample[1].verdict is Verdict.VIOLATED


@pytest.mark.parametrize("claim", FOUND, ids=by_id)
def test_findings_are_certified_and_corrected(claim):
    point = point_from_document(json.loads((STORED / claim.finding.counterexample).read_text()))
    outcome = check(claim, point)
    assert (outcome.verdict, outcome.decided_in) == (Verdict.VIOLATED, "exact")
    corrected = BY_ID[claim.finding.corrected.removeprefix("zhang2022.")]
    assert check(corrected, point).verdict in (Verdict.HOLDS, Verdict.VACUOUS)
    assert attack(claim, np.random.default_rng(0), samples=300, climbs=300).counterexample is not None


def test_every_finding_names_its_correction():
    for claim in CLAIMS:
        if claim.finding is not None:
            corrected = BY_ID[claim.finding.corrected.removeprefix("zhang2022.")]
            assert BY_ID[corrected.corrects.removeprefix("zhang2022.")].finding is claim.finding
    assert len(BY_ID) == len(CLAIMS)
    assert {path.stem for path in STORED.glob("*.json")} >= {claim.finding.counterexample[:-5] for claim in FOUND}


def test_the_exponents_of_eq_9_and_eq_10_agree_for_step_size_1_only():
    bandit = MarkovGame.of(rewards=[[[1, 0]]])
    for step, expected in ((Fraction(1), Verdict.HOLDS), (Fraction(1, 3), Verdict.VIOLATED), (2, Verdict.VIOLATED)):
        step_of = {"algorithm": "natural-gradient-play", "step_size": Fraction(step)}
        point = Point(game=bandit, policy=Policy.uniform(bandit), **step_of)
        assert check(BY_ID["eq-10"], point).verdict is expected
        assert check(BY_ID["eq-10.corrected"], point).verdict is Verdict.HOLDS


def test_lemma_1_is_attained_at_one_half():
    """Its near miss must be a third: the averaged advantages have mean 0, so half the 1-norm suffices."""
    game = MarkovGame.of(rewards=[[[[1, 0], [0, 1]]]] * 2)
    outcome = check(BY_ID["lemma-1"], Point(game=game, policy=Policy.of(game, [[["0.6", "0.4"]], [["0.6", "0.4"]]])))
    assert (outcome.verdict, outcome.ratio) == (Verdict.HOLDS, 0.5)


def test_lemma_2_is_met_by_mixed_stationary_points_of_both_kinds():
    """Not only deterministic policies are drawn: mixed ones with c = 0 and with c = 1 occur."""
    claim, seen = BY_ID["lemma-2.corrected"], set()
    for point, _ in zip(drawn(claim, 0), range(150)):
        if check(claim, point).verdict is Verdict.HOLDS:
            c = Sides(claim, point, EXACT).evaluate(VOCABULARY["least_concentration"].symbol, Index())
            seen.add((point.policy.is_deterministic, int(c)))
    assert seen == set(product((False, True), (0, 1)))


@pytest.mark.parametrize(
    ("label", "module", "name", "wrong"),
    [
        ("lemma-9", fisher, "blocks", lambda right: right + 1),
        ("lemma-9.step-1", fisher, "blocks", lambda right: right + 1),
        ("lemma-9.step-2", fisher, "blocks", lambda right: -right),
        ("corollary-10", fisher, "fisher", lambda right: right * 2),
        ("lemma-11", fisher, "fisher", lambda right: right * 2),
        ("lemma-11.step-1", fisher, "fisher", lambda right: right * 2),
        ("lemma-11.step-2", fisher, "blocks", lambda right: right + 1),
        ("lemma-11.step-3", fisher, "blocks", lambda right: right * 2),
        ("lemma-12.step-1", derivatives, "softmax_jacobian", lambda right: right + 1),
        ("lemma-12.step-2", derivatives, "scores", lambda right: right + 1),
        ("eq-4.step-2", derivatives, "softmax_jacobian", lambda right: right * 2),
    ],
)
def test_residuals_tell_a_wrong_array(label, module, name, wrong, monkeypatch):
    """Statements that a residual is 0 have no near miss: disturb an ingredient instead."""
    right = getattr(module, name)
    disturbed = lambda at, player: wrong(right(at, player))  # noqa: E731
    for home in (module, fisher):
        if getattr(home, name, None) is right:
            monkeypatch.setattr(home, name, disturbed)
    points = [point for point, _ in zip(drawn(BY_ID[label], 3), range(20))]
    assert any(check(BY_ID[label], point).verdict is Verdict.VIOLATED for point in points)


def tables(game):
    shape = (game.n_states, game.n_joint_actions)
    rewards = np.array(game.rewards.fractions(), dtype=object).reshape(game.n_players, *shape)
    kernel = np.array(game.transition.fractions(), dtype=object).reshape(*shape, game.n_states)
    return rewards, kernel, game.initial.fractions()


def rows_of(policy, game):
    return [
        np.array(part.fractions(), dtype=object).reshape(game.n_states, count)
        for part, count in zip(policy.probabilities, game.n_actions)
    ]


def naive_values(game, rows, stage):
    """V [S] of a stage reward [S][joint], by loops, in any number type."""
    number = type(rows[0][0][0])
    _, kernel, _ = tables(game)
    matrix, right = [], []
    for s in range(game.n_states):
        line, mean = [number(int(s == t)) for t in range(game.n_states)], number(0)
        for k, actions in enumerate(product(*(range(count) for count in game.n_actions))):
            weight = number(1)
            for i, a in enumerate(actions):
                weight = weight * rows[i][s][a]
            mean = mean + weight * number(stage[s][k])
            for t in range(game.n_states):
                line[t] = line[t] - weight * number(game.discount * kernel[s][k][t])
        matrix.append(line)
        right.append(mean)
    return solved(matrix, right)


def returned(game, rows, stage):
    values = naive_values(game, rows, stage)
    total = values[0] * type(values[0])(0)
    for start, value in zip(game.initial.fractions(), values):
        total = total + type(value)(start) * value
    return total


def replies(game, rows, player):
    """The policy with every deterministic reply of a player."""
    for choice in product(range(game.n_actions[player]), repeat=game.n_states):
        own = [[Fraction(int(a == chosen)) for a in range(game.n_actions[player])] for chosen in choice]
        yield choice, [own if i == player else part for i, part in enumerate(rows)]


@pytest.fixture(params=range(8))
def case(request):
    """A small potential game with a policy and a deviation, and a way to ask for values of symbols."""
    shape = Shape(Setting.DEVIATION, potential=True, visited=True, interior=True, max_players=2, max_states=2)
    source = RandomSource(np.random.default_rng(request.param))
    blueprint = draw_blueprint(source, shape)
    while blueprint.rewards.size < 8:
        blueprint = draw_blueprint(source, shape)
    point = build(blueprint)
    point = Point(
        game=point.game,
        phi=point.phi,
        policy=point.policy,
        other=point.other,
        player=blueprint.player,
        regularization=Fraction(1, 3),
    )

    def ask(name, setting=Setting.DEVIATION, **index):
        claim = Claim(id="test.oracle", title="x", setting=setting, kind="evidence", latex="x")
        value = Sides(claim, point, EXACT).evaluate(VOCABULARY[name].symbol, Index(**index))
        return EXACT.enclosure(value)[0]

    return point, ask


def test_gradients_against_dual_numbers(case):
    point, ask = case
    game, rows = point.game, rows_of(point.policy, point.game)
    rewards, _, _ = tables(game)
    phi = np.array(point.phi.fractions(), dtype=object).reshape(rewards.shape[1:])
    for i in range(game.n_players):
        for s, a in product(range(game.n_states), range(game.n_actions[i])):
            dual = [[[Dual(p) for p in row] for row in part] for part in rows]
            weights = [Dual(p, p if b == a else 0) for b, p in enumerate(rows[i][s])]
            total = sum(weights[1:], weights[0])
            dual[i][s] = [weight / total for weight in weights]
            index = {"player": i, "state": s, "action": a}
            assert ask("gradient", **index) == returned(game, dual, rewards[i]).slope
            assert ask("potential_gradient", **index) == returned(game, dual, phi).slope


def test_gains_of_replies_against_enumeration(case):
    point, ask = case
    game, rows = point.game, rows_of(point.policy, point.game)
    rewards, _, _ = tables(game)
    phi = np.array(point.phi.fractions(), dtype=object).reshape(rewards.shape[1:])
    for i in range(game.n_players):
        values = naive_values(game, rows, rewards[i])
        best = [naive_values(game, reply, rewards[i]) for _, reply in replies(game, rows, i)]
        for s in range(game.n_states):
            assert ask("best_gain_at", player=i, state=s) == max(found[s] for found in best) - values[s]
        gain = max(returned(game, reply, phi) for _, reply in replies(game, rows, i)) - returned(game, rows, phi)
        assert ask("potential_gap_i", player=i) == gain


def test_greedy_actions_against_loops(case):
    """Averaged advantages by changing the first action only, then c, the gap Delta and the greedy reply's gain."""
    point, ask = case
    game, rows = point.game, rows_of(point.policy, point.game)
    rewards, kernel, initial = tables(game)
    assert ask("least_initial") == min(initial)
    profiles = list(product(*(range(count) for count in game.n_actions)))
    for i in range(game.n_players):
        values = naive_values(game, rows, rewards[i])
        advantage = [[-value] * game.n_actions[i] for value in values]
        for s, (k, actions) in product(range(game.n_states), enumerate(profiles)):
            weight = Fraction(1)
            for j, a in enumerate(actions):
                weight *= Fraction(1) if j == i else rows[j][s][a]
            after = sum(p * value for p, value in zip(kernel[s][k], values))
            advantage[s][actions[i]] += weight * (rewards[i][s][k] + game.discount * after)
        greedy = [[a for a, value in enumerate(row) if value == max(row)] for row in advantage]
        shares = [sum(rows[i][s][a] for a in actions) for s, actions in enumerate(greedy)]
        for s, row in enumerate(advantage):
            assert ask("suboptimal_mass", player=i, state=s) == 1 - shares[s]
            assert ask("concentration_at", player=i, state=s) == shares[s]
            mass = sum(abs(p * value) for p, value in zip(rows[i][s], row))
            assert ask("advantage_mass", player=i, state=s) == mass
        sizes = [abs(value) for row in advantage for value in row if value < max(row)]
        assert ask("suboptimality_gap", player=i) == (min(sizes) if sizes else 1)
        gains = [
            returned(game, reply, rewards[i]) - returned(game, rows, rewards[i])
            for choice, reply in replies(game, rows, i)
            if all(a in actions for a, actions in zip(choice, greedy))
        ]
        assert ask("greedy_gain_i", player=i) in gains


def test_deviations_against_loops(case):
    """Advantages met by the deviation, from occupancies that are solved for by loops."""
    point, ask = case
    game, i = point.game, point.player
    rewards, kernel, _ = tables(game)
    before, after = rows_of(point.policy, game), rows_of(point.other, game)
    occupied = []
    for t in range(game.n_states):  # the visitation of t is the return of (1 - gamma) 1{state = t}
        stage = [[(1 - game.discount) * int(s == t)] * game.n_joint_actions for s in range(game.n_states)]
        occupied.append((returned(game, before, stage), returned(game, after, stage)))
    values = naive_values(game, before, rewards[i])
    joint = averaged = misvisited = Fraction(0)
    for s, (k, actions) in product(
        range(game.n_states), enumerate(product(*(range(count) for count in game.n_actions)))
    ):
        later = sum(p * value for p, value in zip(kernel[s][k], values))
        advantage = rewards[i][s][k] + game.discount * later - values[s]
        together = mixed = Fraction(1)
        for j, a in enumerate(actions):
            together *= after[j][s][a]
            mixed *= after[j][s][a] if j == i else before[j][s][a]
        joint += occupied[s][1] * together * advantage
        averaged += occupied[s][1] * mixed * advantage
        misvisited += occupied[s][0] * mixed * advantage
    assert ask("joint_deviation_advantage", player=i) == joint
    assert ask("deviation_advantage", player=i) == averaged
    assert ask("misvisited_deviation_advantage", player=i) == misvisited
    changes = [naive_values(game, rows, rewards[i]) for rows in (after, before)]
    for s in range(game.n_states):
        assert ask("value_gain", player=i, state=s) == changes[0][s] - changes[1][s]


def test_natural_gradients_against_the_moore_penrose_inverse(case):
    """sympy's exact pseudo-inverse of a Fisher matrix that is summed up by loops."""
    point, ask = case
    game, rows = point.game, rows_of(point.policy, point.game)
    i = point.player
    S, A = game.n_states, game.n_actions[i]
    visited = [ask("visitation", state=s) for s in range(S)]
    matrix = [[Fraction(0)] * (S * A) for _ in range(S * A)]
    for s, a in product(range(S), range(A)):
        score = [Fraction(0)] * (S * A)
        for b in range(A):
            score[s * A + b] = int(a == b) - rows[i][s][b]
        for x, y in product(range(S * A), repeat=2):
            matrix[x][y] += visited[s] * rows[i][s][a] * score[x] * score[y]
    inverse = sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in matrix]).pinv()
    for name, weight in (("natural_direction", Fraction(0)), ("regularized_natural_direction", point.regularization)):
        vector = []
        for s, a in product(range(S), range(A)):
            entry = ask("gradient", player=i, state=s, action=a) + weight * (1 - A * rows[i][s][a])
            vector.append(sympy.Rational(entry.numerator, entry.denominator))
        expected = inverse * sympy.Matrix(vector)
        for s, a in product(range(S), range(A)):
            found = ask(name, setting=Setting.STEP, player=i, state=s, action=a)
            assert sympy.Rational(found.numerator, found.denominator) == expected[s * A + a]
