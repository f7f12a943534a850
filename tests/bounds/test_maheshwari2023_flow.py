"""Lemmas 3.5, 3.6 and Appendix B.2 of maheshwari2023: statements survive, near misses fall, quantities have oracles."""

import json
from fractions import Fraction
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from oracles import Dual, solved

from bounds.maheshwari2023 import decrease, equilibrium, flow, gradient, mismatch
from mpgcert.arithmetic import EXACT
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.equilibria import needs_equilibrium, settled
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint
from mpgcert.auditing.search import attack, instance, world_of
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import Sides, check
from mpgcert.claims.point import Index, Point
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy

CLAIMS = [claim for module in (flow, mismatch, decrease, gradient, equilibrium) for claim in module.CLAIMS]
BY_ID = {claim.id: claim for claim in CLAIMS}
DECIDABLE = [claim for claim in CLAIMS if claim.is_decidable]
FALSE = [claim for claim in DECIDABLE if claim.finding is not None and claim.finding.counterexample is not None]
TRUE = [claim for claim in DECIDABLE if claim not in FALSE]
NEAR = [claim.variant(name) for claim in TRUE for name in claim.near_misses]
STORED = files("bounds.maheshwari2023") / "counterexamples"


def by_id(claim):
    return claim.id.removeprefix("maheshwari2023.")


def drawn(claim, seed, count):
    source = RandomSource(np.random.default_rng(seed))
    return [instance(claim, world_of(claim).draw(source)) for _ in range(count)]


@pytest.mark.parametrize("claim", TRUE, ids=by_id)
def test_true_statements_survive(claim):
    found = attack(claim, np.random.default_rng(1), samples=40, climbs=25)
    assert (found.counterexample, found.undecided) == (None, 0)
    assert found.non_vacuous > 30
    verdicts = [check(claim, point).verdict for point in drawn(claim, 2, 20)]
    assert set(verdicts) <= {Verdict.HOLDS, Verdict.VACUOUS}
    assert verdicts.count(Verdict.HOLDS) >= 4


@pytest.mark.parametrize("claim", NEAR, ids=by_id)
@pytest.mark.parametrize("seed", [0, 1])
def test_near_misses_fall(claim, seed):
    found = attack(claim, np.random.default_rng(seed), samples=300, climbs=600)
    assert found.counterexample is not None
    assert found.counterexample[1].verdict is Verdict.VIOLATED


@pytest.mark.parametrize("claim", FALSE, ids=by_id)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(claim):
    point = point_from_document(json.loads((STORED / claim.finding.counterexample).read_text()))
    assert check(claim, point).verdict is Verdict.VIOLATED
    corrected = BY_ID[claim.finding.corrected]
    assert corrected.finding is None
    assert check(corrected, point).verdict in (Verdict.HOLDS, Verdict.VACUOUS)
    assert attack(claim, np.random.default_rng(0), samples=300, climbs=300).counterexample is not None


def test_every_finding_names_what_replaces_it():
    assert len(BY_ID) == len(CLAIMS)
    replaced = {claim.corrects for claim in CLAIMS if claim.corrects}
    assert replaced == {claim.id for claim in CLAIMS if claim.finding and claim.finding.corrected}
    assert all(claim.finding.survives for claim in CLAIMS if claim.finding)
    assert all(claim.near_misses for claim in TRUE)


# ---------------------------------------------------------------- independent oracles, by loops over fractions


class Naive:
    """A small instance, and what it says by brute force."""

    def __init__(self, point):
        game = self.game = point.game
        self.point, self.states = point, range(game.n_states)
        self.joint = list(product(*(range(count) for count in game.n_actions)))
        shape = (game.n_states, len(self.joint))
        self.rewards = np.array(game.rewards.fractions(), dtype=object).reshape(game.n_players, *shape)
        self.phi = np.array(point.phi.fractions(), dtype=object).reshape(shape)
        self.kernel = np.array(game.transition.fractions(), dtype=object).reshape(*shape, game.n_states)
        self.start = game.initial.fractions()
        self.policy, self.other = (self._rows(policy) for policy in (point.policy, point.other))
        self.sides, self.known_q = Sides(Setting.DEVIATION, point, EXACT), {}

    def _rows(self, policy):
        return [
            np.array(part.fractions(), dtype=object).reshape(self.game.n_states, -1) for part in policy.probabilities
        ]

    def __getitem__(self, key):
        """The catalogue's value of a symbol, at indices."""
        name, index = key if isinstance(key, tuple) else (key, {})
        return EXACT.enclosure(self.sides.evaluate(VOCABULARY[name].symbol, Index(**index)))[0]

    def replaced(self, player, own):
        return [own if i == player else part for i, part in enumerate(self.policy)]

    def model(self, rows, stage):
        """Mean payoff [S] and transitions [S][S] of a policy, in the policy's numbers."""
        number = type(rows[0][0][0])
        payoff, moves = [], []
        for s in self.states:
            mean, line = number(0), [number(0) for _ in self.states]
            for k, actions in enumerate(self.joint):
                weight = number(1)
                for i, a in enumerate(actions):
                    weight = weight * rows[i][s][a]
                mean = mean + weight * number(stage[s][k])
                line = [x + weight * number(self.kernel[s][k][t]) for t, x in enumerate(line)]
            payoff.append(mean)
            moves.append(line)
        return payoff, moves

    def values(self, rows, stage):
        payoff, moves = self.model(rows, stage)
        number = type(payoff[0])
        discount = number(self.game.discount)
        system = [[number(int(s == t)) - discount * moves[s][t] for t in self.states] for s in self.states]
        return solved(system, payoff)

    def visitation(self, rows):
        _, moves = self.model(rows, self.phi)
        discount = self.game.discount
        system = [[int(s == t) - discount * moves[t][s] for t in self.states] for s in self.states]
        return solved(system, [(1 - discount) * x for x in self.start])

    def mean(self, values):
        return sum(weight * value for weight, value in zip(self.start, values))

    def q(self, player):
        """Q_i(s, a_i; pi) by playing a_i once."""
        if player in self.known_q:
            return self.known_q[player]
        out = self.known_q[player] = {}
        for s, a in np.ndindex(*self.policy[player].shape):
            own = np.array([[Fraction(int(b == a)) for b in range(self.policy[player].shape[1])]] * len(self.start))
            payoff, moves = self.model(self.replaced(player, own), self.rewards[player])
            later = self.values(self.policy, self.rewards[player])
            out[s, a] = payoff[s] + self.game.discount * sum(p * v for p, v in zip(moves[s], later))
        return out

    def maximisers(self, player, s):
        count, q = self.game.n_actions[player], self.q(player)
        best = max(q[s, a] for a in range(count))
        return [a for a in range(count) if q[s, a] == best]

    def pure(self, player, choice):
        return np.array([[Fraction(int(a == b)) for b in range(self.game.n_actions[player])] for a in choice])

    def gain(self, player, s):
        """What the best deterministic reply gains from a state."""
        replies = product(range(self.game.n_actions[player]), repeat=len(self.start))
        found = [self.values(self.replaced(player, self.pure(player, c)), self.rewards[player])[s] for c in replies]
        return max(found) - self.values(self.policy, self.rewards[player])[s]


def naive(seed):
    shape = Shape(Setting.DEVIATION, potential=True, visited=True, learner=True, max_players=2, max_states=2)
    source = RandomSource(np.random.default_rng(seed))
    blueprint = draw_blueprint(source, shape)
    point = build(blueprint)
    return Naive(Point(**(point.__dict__ | {"player": blueprint.player})))


@pytest.fixture(scope="module", params=range(10))
def case(request):
    return naive(request.param)


def test_derivatives_are_those_of_dual_numbers(case):
    for i, part in enumerate(case.policy):
        for s, a in np.ndindex(*part.shape):
            rows = [[[Dual(x) for x in row] for row in own] for own in case.policy]
            rows[i][s][a].slope = Fraction(1)
            at = {"player": i, "state": s, "action": a}
            for name, stage in (("value_partial", case.rewards[i]), ("potential_partial", case.phi)):
                values = case.values(rows, stage)
                assert case[name, at] == case.mean([value.slope for value in values])
            assert case["own_action_value", at] == case.q(i)[s, a]


def test_the_lyapunov_slope_is_extreme_over_all_selections(case):
    rates = [part.fractions() for part in case.point.learner.rates]
    places = [(i, s) for i in range(case.game.n_players) for s in case.states]
    found, speeds = [], []
    for chosen in product(*(case.maximisers(i, s) for i, s in places)):
        rows = [[[Dual(x) for x in row] for row in own] for own in case.policy]
        for (i, s), best in zip(places, chosen):
            for a, entry in enumerate(rows[i][s]):
                entry.slope = rates[i][s] * (int(a == best) - entry.value)
        found.append(-case.mean([value.slope for value in case.values(rows, case.phi)]))
        speeds.append(sum(entry.slope**2 for own in rows for row in own for entry in row))
    assert (case["lyapunov_slope_least"], case["lyapunov_slope_largest"]) == (min(found), max(found))
    assert min(found) <= case["lyapunov_slope"] <= max(found)
    squared = quantities_of(Setting.POLICY)["flow_speed"].square(case.sides.lens, Index())
    assert EXACT.enclosure(squared)[0] == max(speeds)


def test_gaps_and_best_responses_are_those_of_all_replies(case):
    places = list(product(range(case.game.n_players), case.states))
    assert case["equilibrium_gap"] == max(case.gain(i, s) for i, s in places)
    gains = {
        (i, s): max(case.q(i)[s, a] for a in range(case.game.n_actions[i]))
        - sum(case.policy[i][s][a] * case.q(i)[s, a] for a in range(case.game.n_actions[i]))
        for i, s in places
    }
    assert case["one_stage_gap"] == max(gains.values())
    assert case["in_best_replies"] == int(max(gains.values()) == 0)
    assert case["total_gap"] == sum(case.mean([case.gain(i, s) for s in case.states]) for i in range(len(case.policy)))
    d = case.visitation(case.policy)
    assert case["visited_gap"] == sum(d[s] * gain for (i, s), gain in gains.items())
    # D is that of one of the optimal replies of each player
    options, discount = [], case.game.discount
    for i in range(case.game.n_players):
        options.append([])
        for choice in product(range(case.game.n_actions[i]), repeat=len(case.start)):
            rows = case.replaced(i, case.pure(i, choice))
            values = case.values(rows, case.rewards[i])
            if case.mean(values) == case.mean(case.values(case.policy, case.rewards[i])) + case.mean(
                [case.gain(i, s) for s in case.states]
            ):
                options[i].append(max(x / mu for x, mu in zip(case.visitation(rows), case.start)) / (1 - discount))
    assert case["mismatch"] in {max(chosen) for chosen in product(*options)}


def test_visits_and_rollouts_are_sums_over_stages(case):
    K, discount, i = case.point.steps, case.game.discount, case.point.player
    _, moves = case.model(case.policy, case.phi)
    law, seen, counted = case.start, [0 for _ in case.states], [0 for _ in case.states]
    for k in range(K + 1):
        seen = [x + discount**k * p for x, p in zip(seen, law)]
        counted = [x + p for x, p in zip(counted, law)]
        law = [sum(law[s] * moves[s][t] for s in case.states) for t in case.states]
    for s in case.states:
        assert case["discounted_visits", {"state": s}] == seen[s]
        assert case["undiscounted_visits", {"state": s}] == counted[s]
        assert case["later_visit", {"state": s}] == law[s]
    payoff, moves = case.model(case.other, case.rewards[i])
    values = case.values(case.policy, case.rewards[i])
    lengths = {"one_stage_value": 1, "rollout": K, "switched_rollout": K + 1, "longer_rollout": K + 1}
    for name, stages in lengths.items():
        law = [[Fraction(int(s == t)) for t in case.states] for s in case.states]
        total = [Fraction(0) for _ in case.states]
        for k in range(stages):
            total = [x + discount**k * sum(p * u for p, u in zip(row, payoff)) for x, row in zip(total, law)]
            law = [[sum(row[s] * moves[s][t] for s in case.states) for t in case.states] for row in law]
        for s in case.states:
            expected = total[s] + discount**stages * sum(p * v for p, v in zip(law[s], values))
            assert case[name, {"player": i, "state": s}] == expected


def test_greedy_rollouts_are_least_over_selections_in_every_stage(case):
    K, discount = min(case.point.steps, 2), case.game.discount
    for i in range(case.game.n_players):
        selections = list(product(*(case.maximisers(i, s) for s in case.states)))
        models = [case.model(case.replaced(i, case.pure(i, choice)), case.rewards[i]) for choice in selections]
        start = case.values(case.policy, case.rewards[i])
        ends = []
        for plan in product(models, repeat=K):
            values = start
            for payoff, moves in plan:
                values = [u + discount * sum(p * v for p, v in zip(row, values)) for u, row in zip(payoff, moves)]
            ends.append(values)
        forever = [case.values(case.replaced(i, case.pure(i, choice)), case.rewards[i]) for choice in selections]
        short = Naive(Point(**(case.point.__dict__ | {"steps": K})))
        for s in case.states:
            at = {"player": i, "state": s}
            assert short["greedy_rollout", at] == min(values[s] for values in ends)
            assert short["greedy_value", at] == min(values[s] for values in forever)


def test_differences_are_those_of_both_policies(case):
    discount, i = case.game.discount, case.point.player
    payoff, moves = case.model(case.policy, case.rewards[i])
    before, after = (case.values(rows, case.rewards[i]) for rows in (case.policy, case.other))
    d = case.visitation(case.policy)
    assert case["return_difference", {"player": i}] == case.mean(before) - case.mean(after)
    surplus = sum(x * (u - v) for x, u, v in zip(d, payoff, after)) / (1 - discount)
    assert case["payoff_surplus", {"player": i}] == surplus
    shifted = sum(x * sum(p * v for p, v in zip(row, after)) for x, row in zip(d, moves)) / (1 - discount)
    assert case["shifted_values", {"player": i}] == shifted
    assert case["opponents_moved", {"player": i}] == 0


# ---------------------------------------------------------------- what the statements say on known games


def test_a_second_best_reply_moves_the_flow_but_not_the_potential():
    point = point_from_document(json.loads((STORED / "lemma-3.5.step-6.json").read_text()))
    assert check(BY_ID["maheshwari2023.lemma-3.5.equilibrium"], point).verdict is Verdict.HOLDS
    assert check(BY_ID["maheshwari2023.lemma-3.6.c.corrected"], point).verdict is Verdict.HOLDS


def test_the_bounds_between_the_gaps_are_attained():
    """Playing the bad action for ever costs 1 / (1 - delta), in one stage 1."""
    game = MarkovGame.of(rewards=[[[1, 0]]], discount=Fraction(9, 10))
    point = Point(game=game, policy=Policy.deterministic(game, [[1]]))
    outcome = check(BY_ID["maheshwari2023.lemma-3.6.c.sufficiency"], point)
    assert (outcome.verdict, outcome.ratio) == (Verdict.HOLDS, 1.0)


def test_statements_about_equilibria_are_tested_at_equilibria():
    claims = [claim for claim in DECIDABLE if needs_equilibrium(claim)]
    assert len(claims) >= 8
    for claim in claims:
        verdicts = [check(claim.variant(name), point) for name in claim.near_misses for point in drawn(claim, 5, 20)]
        met = sum(outcome.verdict is not Verdict.VACUOUS for outcome in verdicts)
        assert met >= len(verdicts) / 3


def test_settled_deviations_stay_unilateral():
    shape = Shape(Setting.DEVIATION, max_players=3)
    source, equilibria = RandomSource(np.random.default_rng(0)), 0
    for _ in range(40):
        blueprint = settled(draw_blueprint(source, shape))
        point = build(blueprint)
        for i, (one, two) in enumerate(zip(point.policy.probabilities, point.other.probabilities, strict=True)):
            assert i == blueprint.player or one.fractions() == two.fractions()
        sides = Sides(Setting.DEVIATION, point, EXACT)
        equilibria += sides.evaluate(VOCABULARY["equilibrium_gap"].symbol, Index()) == 0
    assert equilibria > 25
