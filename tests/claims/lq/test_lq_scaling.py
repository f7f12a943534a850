"""Sets of scale factors against verdicts at single factors, for games that are scaled beforehand."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.claims.check import check
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.scaling import FAMILIES, scale_curve, scale_set
from mpgcert.claims.statements import assumptions
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.builtin import builtin
from mpgcert.games.lq import InitialState

CONDITION = next(entry for entry in assumptions("lq-game") if entry.sides)
EXAMPLE = builtin("lq-contraction")


def times(values: ExactArray, s: Fraction) -> ExactArray:
    return ExactArray.of_fractions([x * s for x in values.fractions()], values.shape)


def scaled(game, family, s):
    if family == "noise":
        return replace(game, W=times(game.W, s))
    if family == "all-noise":
        return replace(game, W=times(game.W, s), initial=InitialState(times(game.initial.second_moment, s)))
    return replace(game, B=tuple(times(part, s) for part in game.B))


@given(
    family=st.sampled_from(["noise", "all-noise", "coupling"]),
    s=st.fractions(min_value=Fraction(1, 50), max_value=50, max_denominator=1000),
)
def test_a_factor_is_judged_as_the_scaled_game_is(family, s):
    found = scale_set(LQAnalysis.of(EXAMPLE), CONDITION, family, low=Fraction(1, 64), high=Fraction(64))
    piece = next(piece for piece in found.pieces if piece.low <= s <= piece.high)
    verdict = check(scaled(EXAMPLE, family, s)).verdict(CONDITION.id)
    assert piece.verdict in (verdict, Verdict.UNDECIDED)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", ["lq-contraction", "hambly2021-remark-3.4", "hambly2021-section-5.1"])
def test_pieces_tile_the_range_and_little_is_undecided(name, family):
    found = scale_set(LQAnalysis.of(builtin(name)), CONDITION, family)
    assert all(a.high == b.low for a, b in zip(found.pieces, found.pieces[1:]))
    undecided = sum(float((p.high - p.low) / p.high) for p in found.pieces if p.verdict is Verdict.UNDECIDED)
    assert undecided < 1e-4


def test_the_example_of_remark_3_4_needs_weaker_coupling_and_nothing_else_helps():
    analysis = LQAnalysis.of(builtin("hambly2021-remark-3.4"))
    for family in ("noise", "all-noise", "start"):
        found = scale_set(analysis, CONDITION, family)
        assert found.intervals(Verdict.HOLDS) == []
        assert len(found.intervals(Verdict.VIOLATED)) == 1
    (coupled,) = scale_set(analysis, CONDITION, "coupling").intervals(Verdict.HOLDS)
    assert float(coupled[1]) == pytest.approx(0.815073, abs=1e-5)


def test_scaling_all_noise_changes_nothing():
    """Both sides have the factor s^4, so their ratio is the same everywhere."""
    scales = [Fraction(1, 100), Fraction(1), Fraction(77)]
    curve = scale_curve(LQAnalysis.of(EXAMPLE), CONDITION, "all-noise", scales)
    ratios = [right / left for left, right in curve]
    assert ratios == pytest.approx([ratios[0]] * 3, rel=1e-9)
    assert [left for left, _ in curve] == pytest.approx([curve[1][0] * float(s) ** 4 for s in scales], rel=1e-9)


def test_noise_can_be_too_small_and_too_large():
    found = scale_set(LQAnalysis.of(EXAMPLE), CONDITION, "noise")
    (inside,) = found.intervals(Verdict.HOLDS)
    assert 0.4 < inside[0] < 0.42
    assert 2.44 < inside[1] < 2.45
    assert len(found.intervals(Verdict.VIOLATED)) == 2


def test_a_budget_of_one_leaves_the_rest_undecided():
    found = scale_set(LQAnalysis.of(EXAMPLE), CONDITION, "noise", budget=1)
    assert [piece.verdict for piece in found.pieces] == [Verdict.UNDECIDED]
