"""Learning in maheshwari2023: true statements survive, their neighbours fall, fixed exploration refutes the rest."""

import json
from fractions import Fraction
from importlib.resources import files
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.maheshwari2023 import approximation, attractor, boundedness, chain, definitions, learning, noise
from mpgcert.arithmetic import EXACT
from mpgcert.auditing.audit import settled_status
from mpgcert.auditing.blueprint import build
from mpgcert.auditing.families import RandomSource, Shape, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.point import Index, Lens
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.step_sizes import StepSizes, decide_step_sizes
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, Policy
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.mean_field import mean_field, refutation

MODULES = (definitions, learning, approximation, noise, boundedness, chain, attractor)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
DECIDABLE = {name: claim for name, claim in CLAIMS.items() if claim.is_decidable and claim.setting != Setting.SCALAR}
FALSE = [name for name, claim in DECIDABLE.items() if claim.finding and claim.finding.counterexample]
TRUE = [name for name in DECIDABLE if name not in FALSE]
NEAR_MISSES = [(name, miss) for name, claim in DECIDABLE.items() for miss in claim.near_misses]
POLICY, PAIR = quantities_of(Setting.POLICY), quantities_of(Setting.PAIR)


def stored(label):
    path = files("bounds.maheshwari2023") / "counterexamples" / f"{label}.json"
    return point_from_document(json.loads(path.read_text()))


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    claim = DECIDABLE[name]
    result = attack(claim, np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.undecided == 0
    assert result.non_vacuous > 50
    rng, shape = np.random.default_rng(1), shape_for(claim)
    verdicts = [check(claim, instance(claim, draw_blueprint(RandomSource(rng), shape))).verdict for _ in range(20)]
    assert set(verdicts) <= {Verdict.HOLDS, Verdict.VACUOUS}
    assert verdicts.count(Verdict.HOLDS) >= (10 if claim.assumes else 20)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss, seed):
    claim = DECIDABLE[name].variant(miss)
    result = attack(claim, np.random.default_rng(seed), samples=1000, climbs=4000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    assert check(DECIDABLE[name], instance(DECIDABLE[name], blueprint)).verdict in (Verdict.HOLDS, Verdict.VACUOUS)


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim = DECIDABLE[name]
    assert claim.finding.counterexample == f"{name.removeprefix('maheshwari2023.')}.json"
    point = stored(name.removeprefix("maheshwari2023."))
    assert 0 < point.game.discount < 1
    assert check(claim, point).verdict is Verdict.VIOLATED
    if claim.finding.corrected is not None:
        corrected = CLAIMS[claim.finding.corrected]
        assert corrected.corrects == name
        assert check(corrected, point).verdict is Verdict.HOLDS


def test_corrections_name_each_other():
    for name, claim in CLAIMS.items():
        if claim.finding is not None and claim.finding.corrected is not None:
            assert CLAIMS[claim.finding.corrected].corrects == name


def test_the_example_of_step_sizes_leaves_the_range_at_a_point():
    status = settled_status(CLAIMS["maheshwari2023.section-3.2.example.range"])
    assert status.status == "falsified"
    assert 1 <= Fraction(status.proof["witness"]) <= 2


# ---------------------------------------------------------------- what the findings say in numbers


def test_the_refutation_of_theorem_3_3_is_what_the_finding_says():
    game = stored("theorem-3.3.stationary").game
    point = refutation(mean_field(game, "1/2")).point
    assert refutation(mean_field(game, "1/2")).is_global
    assert [[row.index(1) for row in part] for part in point.policy.to_nested()] == [[1, 0], [0, 1]]
    assert point.q[0].fractions() == [Fraction(19, 2), Fraction(39, 4), Fraction(41, 4), Fraction(8)]
    assert point.q[1].fractions() == [Fraction(41, 4), Fraction(8), Fraction(19, 2), Fraction(39, 4)]
    assert point.nash_gap == 1
    shift = [
        exactly("explored_q_difference", stored("theorem-3.3.stationary"), player=0, state=s, action=a)
        for s, a in product(range(2), repeat=2)
    ]
    assert shift == [Fraction(-3, 2), Fraction(-1, 4), Fraction(1, 4), Fraction(-1)]
    # without exploration the only pure equilibrium is another policy, and it is strict
    (only,) = mean_field(game, 0).points
    assert [[row.index(1) for row in part] for part in only.policy.to_nested()] == [[0, 0], [0, 0]]
    assert only.is_strict
    assert nash_gap(game, only.policy).bracket == (0, 0)


def test_the_gap_of_one_player_whose_action_wins_against_every_explored_policy():
    """State 0: action 1 gains 1/4 at least for player 1, whatever player 2's policy; action 0 9/4 for player 2."""
    payoffs = [[6, 0], [5, 4]]
    for numerator in range(41):
        explored = Fraction(numerator, 40) / 2 + Fraction(1, 4)
        mine = [row[0] * explored + row[1] * (1 - explored) for row in payoffs]
        theirs = [payoffs[0][b] * explored + payoffs[1][b] * (1 - explored) for b in range(2)]
        assert mine[1] - mine[0] >= Fraction(1, 4)
        assert theirs[0] - theirs[1] >= Fraction(9, 4)


def test_the_explored_game_of_the_finding_has_no_pure_rest_point():
    """Hence no ordinal potential: its maximiser over pure policies would be one."""
    twentieths = [[[1, 19], [19, 1]], [[19, 10], [1, 1]]]
    kernel = [[[[1 - Fraction(k, 20), Fraction(k, 20)] for k in row] for row in table] for table in twentieths]
    common = [[[3, 0], [0, 3]], [[4, 6], [0, 0]]]
    game = MarkovGame.of(rewards=[common, common], transition=kernel, discount="9/10")
    assert not [point for point in mean_field(game, "1/2").points if point.policy.is_deterministic]
    assert len([point for point in mean_field(game, 0).points if point.policy.is_deterministic]) == 2


@pytest.mark.parametrize(
    ("exponents", "factor", "violated"),
    [
        (("1/2", "1/2"), "1/2", "two-timescales"),
        (("1", "1"), "1/2", "two-timescales"),
        (("1/2", "1"), "2", "in-unit-interval"),
        (("1/2", "1"), "1/2", None),
        (("1/10", "1/5"), "9/10", None),
    ],
)
def test_the_example_of_step_sizes(exponents, factor, violated):
    fast, slow = exponents
    steps = StepSizes.parse(f"alpha = z*n^-({fast}); beta = z*n^-({slow}); z = {factor}")
    verdicts = {entry.property.removeprefix("step-sizes-"): found.verdict for entry, found in decide_step_sizes(steps)}
    assert (verdicts["all"] is Verdict.HOLDS) == (violated is None)
    assert {name for name, verdict in verdicts.items() if verdict is Verdict.VIOLATED} == (
        set() if violated is None else {violated, "all"}
    )


def test_estimates_reveal_the_last_state():
    """The four estimates of the finding on (A5) (i), by Algorithm 1 itself."""
    alpha, half, found = (None, Fraction(1, 2), Fraction(1, 3)), Fraction(1, 2), {}
    for path in product((0, 1), repeat=2):
        q, visits, states = [Fraction(0)] * 2, [0, 0], (0, *path)
        for now, then in pairwise(states):
            visits[now] += 1
            target = (1 - now) + half * q[then]
            q[now] += alpha[visits[now]] * (target - q[now])
        found[path] = tuple(q)
    assert found == {
        (0, 0): (Fraction(3, 4), 0),
        (0, 1): (Fraction(2, 3), 0),
        (1, 0): (Fraction(1, 2), Fraction(1, 8)),
        (1, 1): (Fraction(1, 2), 0),
    }


# ---------------------------------------------------------------- quantities against naive loops


def drawn(seed, setting=Setting.POLICY):
    shape = Shape(setting, learner=True, max_players=2, max_states=2)
    return build(draw_blueprint(RandomSource(np.random.default_rng(seed)), shape))


def exactly(name, point, **index):
    rules = PAIR if point.other is not None else POLICY
    return EXACT.enclosure(rules[name].function(Lens(point, EXACT), Index(**index)))[0]


class Naive:
    """A tiny game with a learner by loops over fractions."""

    def __init__(self, point):
        self.game = game = point.game
        self.states, self.joints = range(game.n_states), list(product(*map(range, game.n_actions)))
        self.pi = [[list(map(Fraction, row)) for row in part] for part in point.policy.to_nested()]
        self.theta = point.learner.exploration
        self.q = [[list(map(Fraction, row)) for row in part.to_nested()] for part in point.learner.table]
        self.other_q = [[list(map(Fraction, row)) for row in part.to_nested()] for part in point.learner.other_table]
        self.played = [
            [[(1 - t) * p + t / len(row) for p in row] for row in part] for part, t in zip(self.pi, self.theta)
        ]

    def others(self, policies, player, state, joint):
        return np.prod([Fraction(1), *(p[state][a] for j, (p, a) in enumerate(zip(policies, joint)) if j != player)])

    def target(self, player, q, state, joint, successor):
        later = sum(p * x for p, x in zip(self.pi[player][successor], q[player][successor]))
        return self.game.rewards[(player, state, *joint)] + self.game.discount * later

    def image(self, player, q, policies):
        """[S][A_i]: the operator of (22) against `policies`."""
        P, table = self.game.transition, []
        for s in self.states:
            row = [Fraction(0)] * self.game.n_actions[player]
            for joint in self.joints:
                weight = self.others(policies, player, s, joint)
                for t in self.states:
                    row[joint[player]] += weight * P[(s, *joint, t)] * self.target(player, q, s, joint, t)
            table.append(row)
        return table

    def fixed_point(self, player, policies, rounds=80):
        q = {player: [[Fraction(0)] * self.game.n_actions[player] for _ in self.states]}
        for _ in range(rounds):
            q = {player: [[float(x) for x in row] for row in self.image(player, q, policies)]}
        return q[player]


def largest(tables):
    return max(abs(x) for row in tables for x in row)


@settings(max_examples=25)
@given(st.integers(0, 10**6))
def test_updates_against_loops(seed):
    point = drawn(seed)
    naive, game = Naive(point), point.game
    assert exactly("payoff_size", point) == max(map(abs, game.rewards.fractions()))
    assert exactly("payoff_ceiling", point) == game.rewards.max()
    for i in range(game.n_players):
        still = np.prod([Fraction(1), *(1 - t for j, t in enumerate(naive.theta) if j != i)])
        assert exactly("trembling", point, player=i) == 1 - still
        assert exactly("estimate_size", point, player=i) == largest(naive.q[i])
        image, played = naive.image(i, naive.q, naive.pi), naive.image(i, naive.q, naive.played)
        bar = naive.image(i, naive.other_q, naive.pi)
        assert exactly("image_size", point, player=i) == largest(image)
        drift = [[x - y for x, y in zip(*rows)] for rows in zip(image, naive.q[i])]
        assert exactly("drift_size", point, player=i) == largest(drift)
        apart = [[x - y for x, y in zip(*rows)] for rows in zip(image, bar)]
        assert exactly("image_distance", point, player=i) == largest(apart)
        moves = []
        for s, row in enumerate(naive.q[i]):
            for a in (a for a, x in enumerate(row) if x == max(row)):
                moves += [abs((b == a) - p) for b, p in enumerate(naive.pi[i][s])]
            for a in range(len(row)):
                found = exactly("noise_mean", point, player=i, state=s, action=a)
                assert found == played[s][a] - image[s][a]
        assert exactly("reply_move", point, player=i) == max(moves)
        for s, (k, joint) in product(naive.states, enumerate(naive.joints)):
            possible = [t for t in naive.states if game.transition[(s, *joint, t)] > 0]
            reached = [naive.target(i, naive.q, s, joint, t) for t in possible]
            mean = sum(game.transition[(s, *joint, t)] * x for t, x in zip(possible, reached))
            centre = image[s][joint[i]]
            assert exactly("target_size", point, player=i, state=s, joint=k) == max(map(abs, reached))
            assert exactly("noise_size", point, player=i, state=s, joint=k) == max(abs(x - centre) for x in reached)
            assert exactly("noise_mean_of_joint", point, player=i, state=s, joint=k) == mean - centre


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_limits_of_the_estimates_against_iterating_the_operator(seed):
    point = drawn(seed)
    naive, game = Naive(point), point.game
    if game.discount > Fraction(1, 2):
        return
    for i in range(game.n_players):
        plain, explored = (naive.fixed_point(i, policies) for policies in (naive.pi, naive.played))
        assert float(exactly("q_function_size", point, player=i)) == pytest.approx(largest(plain), abs=1e-9)
        assert float(exactly("explored_q_size", point, player=i)) == pytest.approx(largest(explored), abs=1e-9)
        for s in naive.states:
            for a in range(game.n_actions[i]):
                shift = exactly("explored_q_difference", point, player=i, state=s, action=a)
                assert float(shift) == pytest.approx(explored[s][a] - plain[s][a], abs=1e-9)


def best_gain(naive, player, policies):
    """max over deterministic replies of the value against `policies`, less that of the own policy, per state."""

    def values(own):
        kernel, payoff = [], []
        for s in naive.states:
            weights = [own[s][joint[player]] * naive.others(policies, player, s, joint) for joint in naive.joints]
            payoff.append(sum(float(w * naive.game.rewards[(player, s, *a)]) for w, a in zip(weights, naive.joints)))
            kernel.append(
                [
                    sum(float(w * naive.game.transition[(s, *a, t)]) for w, a in zip(weights, naive.joints))
                    for t in naive.states
                ]
            )
        system = np.eye(len(payoff)) - float(naive.game.discount) * np.array(kernel)
        return np.linalg.solve(system, payoff)

    count = naive.game.n_actions[player]
    replies = product(range(count), repeat=len(naive.states))
    best = np.max([values([[int(a == b) for b in range(count)] for a in reply]) for reply in replies], axis=0)
    return best - values(naive.pi[player])


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_gaps_against_all_replies(seed):
    point = drawn(seed)
    naive = Naive(point)
    scale = 1 / (1 - float(point.game.discount))
    for i in range(point.game.n_players):
        plain, explored = (best_gain(naive, i, policies) for policies in (naive.pi, naive.played))
        for s in naive.states:
            assert float(exactly("gap_at", point, player=i, state=s)) == pytest.approx(plain[s], abs=1e-9 * scale)
        found = exactly("explored_gap_i", point, player=i)
        assert float(found) == pytest.approx(max(explored), abs=1e-9 * scale)


@settings(max_examples=25)
@given(st.integers(0, 10**6), st.booleans())
def test_the_chain_against_paths(seed, explores):
    """No pair is missed by long paths if and only if paths of some one length join all pairs."""
    point = drawn(seed)
    naive, game = Naive(point), point.game
    policies = naive.played if explores else naive.pi
    nodes = list(product(naive.states, naive.joints))

    def follows(s, joint, t, then):
        return game.transition[(s, *joint, t)] > 0 and all(p[t][a] > 0 for p, a in zip(policies, then))

    step = {(s, a): {(t, b) for t, b in nodes if follows(s, a, t, b)} for s, a in nodes}
    reached, joined = {node: {node} for node in nodes}, False
    for _ in range((len(nodes) - 1) ** 2 + 1):
        reached = {node: set().union(*(step[h] for h in ends)) for node, ends in reached.items()}
        joined = joined or all(len(ends) == len(nodes) for ends in reached.values())
    name = "unreached_pairs_explored" if explores else "unreached_pairs"
    assert (exactly(name, point) == 0) == joined


def test_the_kernel_of_play_against_loops():
    for seed in range(10):
        point = drawn(seed)
        naive, game = Naive(point), point.game
        for s, (k, joint) in product(naive.states, enumerate(naive.joints)):
            missed = Fraction(0)
            for t, then in product(naive.states, naive.joints):
                played, printed = (
                    np.prod([part[t][a] for part, a in zip(policies, then)]) for policies in (naive.played, naive.pi)
                )
                missed += (game.transition[(s, *joint, t)] * (played - printed)) ** 2
            assert exactly("play_residual", point, state=s, joint=k) == missed


def test_one_player_has_no_bias():
    """The theorem survives for one player: the limit of the estimates is the Q-function, and gaps agree."""
    for seed in range(40):
        point = drawn(seed)
        if point.game.n_players > 1:
            continue
        for s in range(point.game.n_states):
            shift = [
                exactly("explored_q_difference", point, player=0, state=s, action=a)
                for a in range(point.game.n_actions[0])
            ]
            assert set(shift) == {0}
    uniform = Policy.uniform(stored("theorem-3.3.stationary").game)
    assert nash_gap(stored("theorem-3.3.stationary").game, uniform).bracket[0] > 0
