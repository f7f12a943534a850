"""hambly2021 through Proposition 3.12: the statements survive, their neighbours fall, their quantities are right."""

import json
from fractions import Fraction
from importlib.resources import files
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bounds.hambly2021 import covariance, dominance, equilibrium, regularity, second_moments
from mpgcert.arithmetic import EXACT, Ball, ExactArray
from mpgcert.arithmetic.matrices import row_echelon
from mpgcert.auditing.search import attack, instance
from mpgcert.claims.claim import Setting
from mpgcert.claims.engine import check
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.point_index import Index
from mpgcert.claims.properties import decide
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.lq import Gains, LQGame
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import block_system

MODULES = (equilibrium, second_moments, regularity, dominance, covariance)
CLAIMS = {claim.id: claim for module in MODULES for claim in module.CLAIMS}
FALSE = [name for name, claim in CLAIMS.items() if claim.finding and claim.finding.counterexample]
TRUE = [name for name, claim in CLAIMS.items() if claim.is_decidable and name not in FALSE]
NEAR_MISSES = [(name, miss) for name, claim in CLAIMS.items() for miss in claim.near_misses]
PAIR = quantities_of(Setting.LQ_PAIR)


@pytest.mark.parametrize("name", TRUE)
def test_true_statements_survive(name):
    result = attack(CLAIMS[name], np.random.default_rng(0), samples=60, climbs=40)
    assert result.counterexample is None
    assert result.non_vacuous > 50
    assert result.certified > result.undecided


@pytest.mark.parametrize(("name", "miss"), NEAR_MISSES)
def test_near_misses_fall(name, miss):
    claim = CLAIMS[name].variant(miss)
    result = attack(claim, np.random.default_rng(0), samples=300, climbs=1000)
    assert result.counterexample is not None
    blueprint, outcome = result.counterexample
    assert outcome.verdict is Verdict.VIOLATED
    assert check(CLAIMS[name], instance(CLAIMS[name], blueprint)).verdict is not Verdict.VIOLATED


@pytest.mark.parametrize("name", FALSE)
def test_counterexamples_refute_the_printed_statement_and_not_the_corrected_one(name):
    claim = CLAIMS[name]
    point = stored(claim)
    assert check(claim, point).verdict is Verdict.VIOLATED
    corrected = CLAIMS[claim.finding.corrected]
    assert corrected.corrects == name
    assert check(corrected, point).verdict is Verdict.HOLDS
    assert attack(claim, np.random.default_rng(1)).counterexample is not None


def stored(claim):
    path = files("bounds.hambly2021") / "counterexamples" / claim.finding.counterexample
    return point_from_document(json.loads(path.read_text()))


def test_every_label_up_to_proposition_3_12_is_there():
    labels = [*(f"assumption-2.{k}" for k in (1, 2, 3)), "remark-2.4", "lemma-3.1", "remark-3.2", "proposition-3.12"]
    labels += [f"lemma-{k}" for k in ("3.6", "3.7", "3.8", "3.10")]
    labels += [f"lemma-2.5.part-{k}" for k in (1, 2)] + [f"lemma-3.9.part-{k}" for k in (1, 2, 3, 4)]
    labels += [f"lemma-3.11.part-{k}" for k in (1, 2)]
    labels += [f"eq-2.{k}" for k in (1, 2, 3, 4, 5, 6, 8)]
    labels += [f"eq-3.{k}" for k in (1, 3, 4, 5, 6, 7, 8, 13, 14, 15, 17, 19, 20, 21, 23)]
    assert {f"hambly2021.{label}" for label in labels} <= set(CLAIMS)


# ---------------------------------------------------------------- quantities against means over all paths


class Paths:
    """A tiny game whose initial state and noise take finitely many values, by loops over fractions.

    Each coordinate of x_0 and of w_t is plus or minus an integer, with probability 1/2, independently.
    """

    def __init__(self, seed):
        rng = np.random.default_rng(seed)
        self.d, self.n, self.T = (int(x) for x in rng.integers(1, [3, 3, 3]))
        draw = lambda *shape: rng.integers(-2, 3, shape)  # noqa: E731
        self.A, self.B = draw(self.T, self.d, self.d), draw(self.n, self.T, self.d)
        self.Q = rng.integers(1, 4, (self.n, self.T + 1, self.d))  # diagonals
        self.R = rng.integers(1, 4, (self.n, self.T))
        self.w, self.x0 = rng.integers(1, 3, self.d), rng.integers(1, 3, self.d)
        half = lambda: draw(self.n, self.T, self.d) * Fraction(1, 2)  # noqa: E731
        self.K, self.other = half(), half()
        probe = draw(self.d, self.d)
        probe[0, 0] = max(probe[0, 0], 1)
        self.probe = probe + probe.T
        self.x = tuple(int(v) for v in self.probe[:, 0])

    def point(self):
        game = LQGame.of(
            horizon=self.T,
            A=self.A.tolist(),
            B=self.B[..., None].tolist(),
            Q=[[np.diag(q).tolist() for q in own] for own in self.Q],
            R=self.R[..., None, None].tolist(),
            W=np.diag(self.w**2).tolist(),
            initial={"second_moment": np.diag(self.x0**2).tolist()},
        )
        gains, other = (Gains.of(game, part[..., None, :].tolist()) for part in (self.K, self.other))
        return LQPoint(game, gains=gains, other=other, probe=ExactArray.of_integers(self.probe))

    def deviation(self, i):
        gains = self.K.copy()
        gains[i] = self.other[i]
        return gains

    def control(self, K, i, t, x):
        return -sum(K[i][t][b] * x[b] for b in range(self.d))

    def stage(self, K, i, t, x):
        state = sum(int(q) * v * v for q, v in zip(self.Q[i][t], x))
        return state if t == self.T else state + int(self.R[i][t]) * self.control(K, i, t, x) ** 2

    def step(self, K, t, x, w):
        moved = [sum(int(self.A[t][a][b]) * x[b] for b in range(self.d)) for a in range(self.d)]
        pushed = [sum(int(self.B[i][t][a]) * self.control(K, i, t, x) for i in range(self.n)) for a in range(self.d)]
        return tuple(m + p + v for m, p, v in zip(moved, pushed, w))

    def signs(self, sizes):
        return [tuple(int(s) * e for s, e in zip(sizes, signs)) for signs in product((1, -1), repeat=self.d)]

    def starts(self):
        return self.signs(self.x0)

    def reached(self, K, starts, t, since=0):
        """All states at time t, equally likely, from equally likely ones at time `since`."""
        states = list(starts)
        for s in range(since, t):
            states = [self.step(K, s, x, w) for x in states for w in self.signs(self.w)]
        return states

    def cost(self, K, i, starts, since=0):
        stages = (self.reached(K, starts, t, since) for t in range(since, self.T + 1))
        return sum(mean(self.stage(K, i, t, x) for x in states) for t, states in enumerate(stages, since))

    def advantage(self, K, played, i, t, x):
        """Q - V by their definitions."""
        following = [self.step(played, t, x, w) for w in self.signs(self.w)]
        return self.stage(played, i, t, x) + self.cost(K, i, following, t + 1) - self.cost(K, i, [x], t)

    def gradient(self, K, i, t):
        """Entries of the gradient of C^i in K_t^i: an exact difference quotient of a polynomial of degree 2."""
        out = []
        for b in range(self.d):
            ends = []
            for sign in (1, -1):
                moved = K.copy()
                moved[i][t][b] = moved[i][t][b] + sign
                ends.append(self.cost(moved, i, self.starts()))
            out.append((ends[0] - ends[1]) / 2)
        return out


def mean(values):
    listed = list(values)
    return sum(listed, Fraction(0)) / len(listed)


def exactly(name, lens, player=-1, time=-1):
    return EXACT.enclosure(PAIR[name].function(lens, Index(player=player, time=time)))[0]


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_costs_and_values_are_means_over_paths(seed):
    paths = Paths(seed)
    lens = paths.point().lens(EXACT)
    for i in range(paths.n):
        K, new = paths.K, paths.deviation(i)
        assert exactly("rolled_cost_i", lens, i) == exactly("cost_i", lens, i) == paths.cost(K, i, paths.starts())
        last = mean(paths.stage(K, i, paths.T, x) for x in paths.reached(K, paths.starts(), paths.T))
        assert exactly("running_cost_i", lens, i) == paths.cost(K, i, paths.starts()) - last
        assert exactly("deviation_cost_i", lens, i) == paths.cost(new, i, paths.starts())
        assert exactly("deviation_value_i", lens, i) == paths.cost(new, i, [paths.x])
        assert exactly("own_value_i", lens, i) == paths.cost(K, i, [paths.x])
        along = [mean(paths.cost(K, i, [x], t) for x in paths.reached(new, [paths.x], t)) for t in range(paths.T + 1)]
        assert exactly("values_all_i", lens, i) == sum(along)
        assert exactly("values_late_i", lens, i) == sum(along[1:])
        assert exactly("values_early_i", lens, i) == sum(along[:-1])
        for t in range(paths.T):
            at_t = paths.reached(K, paths.starts(), t)
            assert exactly("stage_cost", lens, i, t) == mean(paths.stage(K, i, t, x) for x in at_t)
            rest = paths.cost(K, i, paths.starts()) - exactly("cost_before", lens, i, t)
            assert rest == mean(paths.cost(K, i, [x], t) for x in at_t)
            assert exactly("rolled_value", lens, i, t) == paths.cost(K, i, [paths.x], t)
            assert exactly("offset", lens, i, t) == paths.cost(K, i, [(0,) * paths.d], t)


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_advantages_are_means_over_paths(seed):
    paths = Paths(seed)
    lens = paths.point().lens(EXACT)
    for i in range(paths.n):
        K, new = paths.K, paths.deviation(i)

        def total(visited, starts, i=i, K=K, new=new):
            return sum(
                mean(paths.advantage(K, new, i, t, x) for x in paths.reached(visited, starts, t))
                for t in range(paths.T)
            )

        assert exactly("advantages_i", lens, i) == total(new, [paths.x])
        assert exactly("advantages_along_old_i", lens, i) == total(K, [paths.x])
        assert exactly("mean_advantages_i", lens, i) == total(new, paths.starts())
        for t in range(paths.T):
            assert exactly("state_advantage", lens, i, t) == paths.advantage(K, new, i, t, paths.x)


@settings(max_examples=20)
@given(st.integers(0, 10**6))
def test_gradients_are_difference_quotients_of_means_over_paths(seed):
    paths = Paths(seed)
    point = paths.point()
    lens = point.lens(EXACT)
    for i in range(paths.n):
        squares = Fraction(0)
        for t in range(paths.T):
            gradient = paths.gradient(paths.K, i, t)
            change = [paths.other[i][t][b] - paths.K[i][t][b] for b in range(paths.d)]
            assert exactly("cost_slope", lens, i, t) == sum(g * c for g, c in zip(gradient, change))
            squares += sum(g * g for g in gradient)
        assert exactly("own_gradient_square_i", lens, i) == squares


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_losses_against_the_equilibrium_are_means_over_paths(seed):
    paths = Paths(seed)
    lens = paths.point().lens(EXACT)
    if decide("lq-unique-solution", LQAnalysis(lens.game)).verdict is not Verdict.HOLDS:
        return
    star = np.array(
        [[[EXACT.enclosure(x)[0] for x in lens.nash.gains[t, i]] for t in lens.times] for i in lens.players]
    )
    for i in range(paths.n):
        mixed = star.copy()
        mixed[i] = paths.K[i]
        nash, cost = (paths.cost(K, i, paths.starts()) for K in (star, mixed))
        assert exactly("equilibrium_rolled_cost_i", lens, i) == nash
        assert exactly("best_response_cost_i", lens, i) == nash
        assert exactly("mixed_cost_i", lens, i) == cost
        assert exactly("gap_i", lens, i) == cost - nash
        along = sum(
            mean(paths.advantage(mixed, star, i, t, x) for x in paths.reached(star, paths.starts(), t))
            for t in range(paths.T)
        )
        assert exactly("equilibrium_advantages_i", lens, i) == along
        squares = sum(g * g for t in range(paths.T) for g in paths.gradient(mixed, i, t))
        assert exactly("mixed_gradient_square_i", lens, i) == squares
        for t in range(paths.T):
            still = paths.cost(star, i, [(0,) * paths.d], t)
            assert exactly("equilibrium_cost_from_origin", lens, i, t) == still


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_the_greedy_gains_minimise_the_advantage(seed):
    paths = Paths(seed)
    lens = paths.point().lens(EXACT)
    for i in range(paths.n):
        for t in range(paths.T):
            least = exactly("greedy_state_advantage", lens, i, t)
            for shift in range(-4, 5):
                tried = paths.deviation(i)
                tried[i][t] = tried[i][t] * Fraction(shift, 2)
                assert least <= paths.advantage(paths.K, tried, i, t, paths.x)


@settings(max_examples=15)
@given(st.integers(0, 10**6))
def test_covariances_are_second_moments_of_paths(seed):
    paths = Paths(seed)
    lens = paths.point().lens(EXACT)

    def against_probe(states):
        return mean(
            sum(int(paths.probe[a][b]) * x[a] * x[b] for a in range(paths.d) for b in range(paths.d)) for x in states
        )

    moments = [against_probe(paths.reached(paths.K, paths.starts(), t)) for t in range(paths.T + 1)]
    assert exactly("probe_total_covariance", lens) == sum(moments)
    paths_without_noise, noise = Paths(seed), paths.w
    paths_without_noise.w = noise * 0
    silent = [against_probe(paths_without_noise.reached(paths.K, paths.starts(), t)) for t in range(paths.T + 1)]
    assert exactly("probe_operator", lens) == sum(silent)
    for t in range(paths.T):
        assert exactly("probe_next_covariance", lens, time=t) == moments[t + 1]
        assert exactly("probe_moved_start", lens, time=t) == silent[t + 1]
        earlier = moments[t + 1] - silent[t + 1] - exactly("probe_W", lens)
        assert exactly("probe_noise_sum", lens, time=t) == earlier


# ---------------------------------------------------------------- numbers that findings quote


def scalar_game(horizon=3):
    one = [[1]]
    parts = {"A": one, "B": [one, one], "Q": [one, one], "R": [one, one], "W": one}
    return LQGame.of(horizon=horizon, **parts, initial={"second_moment": one})


def test_scalar_equilibrium_by_hand():
    lens = LQPoint(scalar_game()).lens(EXACT)
    gains = [EXACT.enclosure(row[0, 0])[0] for row in lens.nash.gains]
    assert gains == [Fraction(1181, 3323), Fraction(11, 31), Fraction(1, 3)]
    assert exactly("fixed_point_residual", lens) == exactly("riccati_residual", lens) == 0
    single = LQPoint(scalar_game(1)).lens(EXACT)
    assert exactly("equilibrium_start_cost_i", single, 0) == Fraction(11, 9)
    assert exactly("equilibrium_offset_i", single, 0) == 1
    assert exactly("best_response_cost_i", single, 0) == Fraction(20, 9)


@pytest.mark.parametrize(("A", "solvable"), [([[1, 0], [0, 1]], False), ([[1, 1], [1, 1]], True)])
def test_definite_costs_do_not_make_the_solution_unique(A, solvable):
    costs = [[[1, 0], [0, 1]], [[1, 2], [2, 5]]], [[[1, 0], [0, 1]], [[5, 2], [2, 1]]]
    game = LQGame.of(
        horizon=1,
        A=A,
        B=[[[1], [0]], [[0], [1]]],
        Q=list(costs),
        R=[[[1]], [[1]]],
        W=[[1, 0], [0, 1]],
        initial={"second_moment": [[1, 0], [0, 1]]},
    )
    analysis = LQAnalysis(game)
    assert decide("lq-definite-costs", analysis).verdict is Verdict.HOLDS
    assert decide("lq-unique-solution", analysis).verdict is Verdict.VIOLATED
    arrays = LQArrays.of(game, EXACT)
    phi, right = block_system(arrays, 0, arrays.Q[:, -1])
    assert all(entry == 2 for entry in phi.flat)
    assert row_echelon(phi)[1] == 1
    assert (row_echelon(np.concatenate([phi, right], axis=1))[1] == 1) == solvable


def test_the_lower_bound_along_the_policy_fails_by_the_numbers_of_its_finding():
    lens = stored(CLAIMS["hambly2021.lemma-3.9.part-3.along-policy"]).lens(EXACT)
    assert [EXACT.enclosure(x)[0] for x in lens.nash.gains.ravel()] == [Fraction(3, 2), 1]
    covariances = [EXACT.enclosure(x)[0] for x in lens.mixed(0).covariances.ravel()]
    assert covariances == [1, Fraction(7, 20), Fraction(9, 20)]
    assert exactly("gap_i", lens, 0) == Fraction(14, 5)
    bound = exactly("covariance_floor_mixed_i", lens, 0) * exactly("weighted_direction_square_i", lens, 0)
    assert bound == Fraction(49, 15)
    assert exactly("covariance_floor_greedy_i", lens, 0) < Fraction(7, 20)


def test_gradients_vanish_away_from_the_equilibrium_by_the_numbers_of_the_finding():
    lens = stored(CLAIMS["hambly2021.section-3.1.gradient-dominance"]).lens(EXACT)
    assert exactly("own_gradient_square_i", lens, 0) == 0
    assert exactly("cost_i", lens, 0) == Fraction(5, 2)
    assert exactly("nash_cost_i", lens, 0) == Fraction(20, 9)


@settings(max_examples=10)
@given(st.integers(0, 10**6))
def test_balls_enclose_what_rationals_give(seed):
    point, ball = Paths(seed).point(), Ball(128)
    exact = point.lens(EXACT)
    with ball.context():
        rough = point.lens(ball)
        for name in ("cost_slope", "normalised_slope", "state_advantage", "probe_value", "probe_noise_sum"):
            for t in range(point.game.horizon):
                low, high = ball.enclosure(PAIR[name].function(rough, Index(player=0, time=t)))
                assert low <= exactly(name, exact, 0, t) <= high
                assert high - low < Fraction(1, 10**25)
