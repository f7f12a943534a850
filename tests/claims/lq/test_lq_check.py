"""Assumptions of linear-quadratic games: verdicts with proof, against sides computed by hand in rationals."""

from fractions import Fraction

import numpy as np
import pytest

from mpgcert.claims.check import check
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games.builtin import builtin
from mpgcert.games.lq import Gains, LQGame

NOISE = "hambly2021.assumption-3.3"


def scalar_game(**changes):
    data = {
        "horizon": 1,
        "A": [["1/10"]],
        "B": [[["1/10"]], [["1/10"]]],
        "Q": [[[1]], [[1]]],
        "R": [[[1]], [[1]]],
        "W": [[1]],
        "initial": {"second_moment": [[1]]},
    }
    return LQGame.of(**(data | changes))


def test_the_example_of_remark_3_4_violates_assumption_3_3():
    """T = 1, so the right side has no rho-bar: with C = max C* + psi it is 20 * 2 * 1e-4 C^4 / (0.01 * 0.09)."""
    decision = {e.assumption.id: e.decision for e in check(builtin("hambly2021-remark-3.4")).assumptions}[NOISE]
    assert decision.verdict is Verdict.VIOLATED
    psi = Fraction(567451063, 150500000000)
    cost = Fraction(10689667, 90601000) + psi
    right = Fraction(20 * 2, 10**4) * cost**4 / (Fraction(1, 100) * Fraction(9, 100))
    assert Fraction(decision.certificate["right"][0]) <= right <= Fraction(decision.certificate["right"][1])
    covariance = np.array([[4543849 / 9060100, 282603 / 2265025], [282603 / 2265025, 3072633 / 4530050]])
    left = 0.2**5 / np.linalg.eigvalsh(covariance)[-1]
    low, high = decision.evidence["left"]["enclosure"]
    assert low - 1e-15 <= left <= high + 1e-15
    assert high - low <= 1e-12 * low
    assert decision.evidence["from_every_start"]


@pytest.mark.parametrize("spread", ["variance", "deviation"])
def test_neither_reading_of_the_normal_distribution_saves_the_example(spread):
    result = check(builtin("hambly2021-remark-3.4", spread=spread))
    assert result.verdict(NOISE) is Verdict.VIOLATED
    assert [result.verdict(f"hambly2021.assumption-2.{k}") for k in (1, 2, 3)] == [Verdict.HOLDS] * 3


def test_an_example_that_meets_every_assumption():
    assert set(check(builtin("lq-contraction")).verdicts) == {Verdict.HOLDS}


def test_both_sides_of_a_scalar_game_by_hand():
    """d = T = 1, N = 2, K^(0) = 0: everything in closed form."""
    game = scalar_game()
    decision = {e.assumption.id: e.decision for e in check(game).assumptions}[NOISE]
    gain = Fraction(1, 100) / (1 + 2 * Fraction(1, 100))
    loop = Fraction(1, 10) - 2 * Fraction(1, 10) * gain
    star = 1 + gain**2 + loop**2 + 1
    alone = 1 + (Fraction(1, 10) - Fraction(1, 10) * gain) ** 2 + 1
    psi = alone - star
    total = 1 + loop**2 + 1
    left, right = 1 / total, 20 * Fraction(1, 10**4) * (star + psi) ** 4
    assert Fraction(decision.certificate["left"][0]) <= left <= Fraction(decision.certificate["left"][1])
    assert Fraction(decision.certificate["right"][0]) <= right <= Fraction(decision.certificate["right"][1])
    assert decision.verdict is (Verdict.HOLDS if left > right else Verdict.VIOLATED)


def test_equal_sides_violate_a_strict_inequality():
    """One player: the right side is 0, and the left side is positive."""
    game = scalar_game(B=[[[1]]], Q=[[[1]]], R=[[[1]]])
    result = check(game)
    assert result.verdict(NOISE) is Verdict.HOLDS
    assert next(e for e in result.assumptions if e.assumption.id == NOISE).decision.evidence["right"]["exact"] == "0"


def test_an_indefinite_cost_is_refused_by_its_assumption_with_the_pivot():
    game = scalar_game(Q=[[[1]], [[[-2]], [[1]]]])
    result = check(game)
    entry = next(e for e in result.assumptions if e.assumption.id == "hambly2021.assumption-2.1")
    assert entry.decision.verdict is Verdict.VIOLATED
    assert "Q[1][0]" in entry.decision.summary
    assert "-2" in entry.decision.summary
    assert entry.decision.certificate["value"] == "-2"
    assert result.verdict(NOISE) is Verdict.UNDECIDED


def test_a_singular_cost_is_not_positive_definite():
    result = check(scalar_game(R=[[[1]], [[0]]]))
    assert result.verdict("hambly2021.assumption-2.1") is Verdict.VIOLATED


def test_singular_phi_violates_uniqueness():
    """R + B' Q_T B = 0 for the only player."""
    game = LQGame.of(
        horizon=1, A=[[1]], B=[[[1]]], Q=[[[[1]], [[-1]]]], R=[[[1]]], W=[[1]], initial={"second_moment": [[1]]}
    )
    assert check(game).verdict("hambly2021.assumption-2.3") is Verdict.VIOLATED


def test_definite_costs_do_not_make_phi_regular():
    """Two dimensions, all Q and R positive definite, and Phi_0 = [[2, 2], [2, 2]]."""
    game = LQGame.of(
        horizon=1,
        A=[[1, 0], [0, 1]],
        B=[[[1], [0]], [[0], [1]]],
        Q=[[[[1, 0], [0, 1]], [[1, 2], [2, 5]]], [[[1, 0], [0, 1]], [[5, 2], [2, 1]]]],
        R=[[[1]], [[1]]],
        W=[[1, 0], [0, 1]],
        initial={"second_moment": [[1, 0], [0, 1]]},
    )
    result = check(game)
    assert result.verdict("hambly2021.assumption-2.1") is Verdict.HOLDS
    entry = next(e for e in result.assumptions if e.assumption.id == "hambly2021.assumption-2.3")
    assert entry.decision.verdict is Verdict.VIOLATED
    assert entry.decision.evidence["solutions"] == "none"


def test_the_experiments_do_not_meet_the_hypotheses():
    result = check(builtin("hambly2021-section-5.1", noise=10))
    noise = next(e for e in result.assumptions if e.assumption.id == "hambly2021.assumption-2.2")
    assert noise.decision.verdict is Verdict.VIOLATED
    assert "not Gaussian" in noise.decision.summary
    assert noise.decision.evidence["definite"]
    entry = next(e for e in result.assumptions if e.assumption.id == NOISE)
    assert entry.decision.verdict is Verdict.VIOLATED
    assert "no noise helps" in entry.decision.summary
    assert check(builtin("hambly2021-section-5.1", noise=0)).verdict(NOISE) is Verdict.UNDECIDED


def test_start_and_delta_are_explicit():
    game = scalar_game(horizon=2)
    near, far = LQAnalysis.of(game), LQAnalysis.of(game, start=Gains.of(game, [[[5]], [[-5]]]))
    sides = [next(e for e in check(a).assumptions if e.assumption.id == NOISE).decision for a in (near, far)]
    assert sides[0].evidence["right"]["value"] < sides[1].evidence["right"]["value"]
    wide = LQAnalysis.of(game, delta="3")
    assert check(wide).verdict(NOISE) is Verdict.VIOLATED
    for delta in ("0", "-1", "x"):
        with pytest.raises(InvalidInput, match="delta"):
            LQAnalysis.of(game, delta=delta)
