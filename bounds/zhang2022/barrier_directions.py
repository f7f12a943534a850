"""Lemmas 27 and 28 of zhang2022: directions bound how far policies move, and the NE-gap."""

from __future__ import annotations

from typing import Any

from sympy import Eq, Ge, Le, Rational

from bounds.zhang2022.barrier_terms import ALL_SAFE, ALL_STATED, SMALL_EXPONENTS, STATED, of_policy, of_step, symbol
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

A, A_i, M = (symbol[name] for name in ("A_max", "A_i", "M"))
eta, lam = symbol["step_size"], symbol["regularization"]
horizon = 1 - symbol["discount"]
Z, f, mean_square = (symbol[name] for name in ("normalizer", "barrier_direction", "mean_squared_direction"))
squared_change, square, spread = (symbol[name] for name in ("mean_squared_change", "factor_square", "factor_spread"))
gap, movement, energy = (symbol[name] for name in ("nash_gap", "policy_change", "direction_energy"))
d, probability, advantage = (symbol[name] for name in ("visitation", "probability", "averaged_advantage"))

y = eta**2 * mean_square


def _of_pair(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """An identity about any positive factors that lead from one policy to another."""
    return Claim(f"zhang2022.{label}", title, Setting.PAIR, relation, kind="identity", **more)


_LEMMA_27 = (
    of_step(
        "lemma-27",
        "Policies move as far as the directions ask",
        Ge(movement, eta**2 / 9 * energy),
        given=ALL_STATED,
        near_misses={"twelve ninths": Ge(movement, 12 * eta**2 / 9 * energy)},
        finding=Finding(
            kind="proof-gap",
            summary="The proof takes eta f <= 1/3 from Corollary 25, which fails for the printed step size. Under the "
            "hypotheses of Lemma 24 no counterexample was found.",
            survives="With the step size of Theorem 7 the corollary holds, so Theorem 7 follows.",
            corrected="zhang2022.lemma-27.corrected",
        ),
    ),
    of_step(
        "lemma-27.corrected",
        "Policies move as far as the directions ask, for corrected steps",
        Ge(movement, eta**2 / 9 * energy),
        given=ALL_SAFE,
        near_misses={"twelve ninths": Ge(movement, 12 * eta**2 / 9 * energy)},
        corrects="zhang2022.lemma-27",
    ),
    _of_pair(
        "lemma-27.step-1",
        "Squared changes are the variance of the factors",
        Eq(squared_change, spread / Z**2),
        near_misses={"one normaliser": Eq(squared_change, spread / Z)},
    ),
    _of_pair(
        "lemma-27.step-2",
        "The variance about 1",
        Eq(spread, square - 2 * symbol["factor_excess"] * (Z - 1) + (Z - 1) ** 2),
        near_misses={"one cross term": Eq(spread, square - symbol["factor_excess"] * (Z - 1) + (Z - 1) ** 2)},
    ),
    _of_pair(
        "lemma-27.step-3",
        "The cross term cancels",
        Eq(squared_change, (square - (Z - 1) ** 2) / Z**2),
        near_misses={"twice the cross term": Eq(squared_change, (square - 2 * (Z - 1) ** 2) / Z**2)},
    ),
    of_step(
        "lemma-27.step-4",
        "Factors are at least half as far from 1 as exponents from 0",
        Ge(square, eta**2 / 4 * mean_square),
        given=STATED,
        near_misses={"five times": Ge(square, 5 * eta**2 / 4 * mean_square)},
    ),
    of_step(
        "lemma-27.step-5",
        "Squared changes through the mean square of the exponents",
        Ge(squared_change, y * (Rational(1, 4) - y) / Z**2),
        given=SMALL_EXPONENTS,
        near_misses={"five times": Ge(squared_change, y * (Rational(5, 4) - y) / Z**2)},
    ),
    of_step(
        "lemma-27.step-6",
        "The mean square of the exponents",
        Le(y, Rational(1, 9)),
        given=SMALL_EXPONENTS,
        near_misses={"a hundredth": Le(y, Rational(1, 900))},
    ),
    of_step(
        "lemma-27.step-7",
        "A ninth is lost at most",
        Ge(y * (Rational(1, 4) - y) / Z**2, y * (Rational(1, 4) - Rational(1, 9)) / Z**2),
        given=SMALL_EXPONENTS,
        near_misses={"nothing lost": Ge(y * (Rational(1, 4) - y) / Z**2, y / 4 / Z**2)},
    ),
    of_step(
        "lemma-27.step-8",
        "The normaliser is at most 10/9",
        Ge(y * (Rational(1, 4) - Rational(1, 9)) / Z**2, Rational(9, 10) ** 2 * (Rational(1, 4) - Rational(1, 9)) * y),
        given=SMALL_EXPONENTS,
        near_misses={"the normaliser is 1": Ge(y * (Rational(1, 4) - Rational(1, 9)) / Z**2, Rational(5, 36) * y)},
    ),
    of_step(
        "lemma-27.step-9",
        "Squared changes at a state",
        Ge(squared_change, eta**2 / 9 * mean_square),
        given=SMALL_EXPONENTS,
        near_misses={"twelve ninths": Ge(squared_change, 12 * eta**2 / 9 * mean_square)},
    ),
)

_lead = advantage / horizon - lam * A_i / d
_bias = lam * A * M
_share = d * probability * f**2
_LEMMA_28 = (
    of_policy(
        "lemma-28",
        "The gap below the directions and a bias",
        Le(gap, energy / (4 * lam) + _bias),
        given=(),
        near_misses={
            "half the directions": Le(gap, energy / (8 * lam) + _bias),
            "no bias": Le(gap, energy / (4 * lam)),
            "a quarter of the bias": Le(gap, energy / (4 * lam) + _bias / 4),
        },
    ),
    of_policy(
        "lemma-28.step-1",
        "The square of a direction",
        Eq(_share, d * probability * _lead**2 + lam**2 / (d * probability) + 2 * lam * _lead),
        given=(),
        kind="identity",
        near_misses={
            "one cross term": Eq(_share, d * probability * _lead**2 + lam**2 / (d * probability) + lam * _lead)
        },
    ),
    of_policy(
        "lemma-28.step-2",
        "A square from below",
        Ge(_share, 4 * lam * _lead),
        given=(),
        kind="tight",
        near_misses={"five": Ge(_share, 5 * lam * _lead)},
    ),
    of_policy(
        "lemma-28.step-3",
        "An averaged advantage by its direction",
        Le(advantage / horizon, _share / (4 * lam) + lam * A_i / d),
        given=(),
        kind="tight",
        near_misses={"a fifth": Le(advantage / horizon, _share / (5 * lam) + lam * A_i / d)},
    ),
    of_policy(
        "lemma-28.step-4",
        "An averaged advantage by all directions; the sum is over all players, states and actions",
        Le(_share / (4 * lam) + lam * A_i / d, energy / (4 * lam) + _bias),
        given=(),
        kind="tight",
        near_misses={"half": Le(_share / (4 * lam) + lam * A_i / d, energy / (8 * lam) + _bias)},
    ),
    of_policy(
        "lemma-28.step-5",
        "The gap of a player by its greatest averaged advantage",
        Le(symbol["nash_gap_i"], symbol["largest_advantage"] / horizon),
        given=(),
        kind="tight",
        near_misses={"half": Le(symbol["nash_gap_i"], symbol["largest_advantage"] / (2 * horizon))},
    ),
    of_policy(
        "lemma-28.step-6",
        "The greatest averaged advantage by the directions",
        Le(symbol["largest_advantage"] / horizon, energy / (4 * lam) + _bias),
        given=(),
        near_misses={"half": Le(symbol["largest_advantage"] / horizon, energy / (8 * lam) + _bias)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_27, *_LEMMA_28)
