"""Expressions and hypotheses that the statements of sections 5 and 14 of zhang2022 share."""

from __future__ import annotations

from typing import Any

from sympy import Ge, Le, Rational

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS, VISITED
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = [
    "ALL_SAFE",
    "ALL_STATED",
    "BASE",
    "FLOOR",
    "FLOOR_I",
    "KEPT",
    "MPG",
    "MPG_VISITED",
    "SAFE",
    "SMALL_EXPONENTS",
    "STATED",
    "X",
    "X_i",
    "lost_factor",
    "of_pair",
    "of_policy",
    "of_run",
    "of_step",
    "symbol",
]

symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_M, _eta, _lam = symbol["M"], symbol["step_size"], symbol["regularization"]
_curvature = 1 / (1 - symbol["discount"]) ** 2

BASE = (UNIT_REWARDS.property, VISITED.property)
MPG = (UNIT_REWARDS.property, POTENTIAL.property)
MPG_VISITED = (*MPG, VISITED.property)

#: 1 / (1 - gamma)^2 + lambda |A_i| M, for one player and with the largest action set.
X_i = _curvature + _lam * symbol["A_i"] * _M
X = _curvature + _lam * symbol["A_max"] * _M

#: What Lemma 24 promises, for one player; and its consequence for all players with the largest action set.
FLOOR_I = Ge(symbol["least_probability_i"], _lam / (4 * X_i))
FLOOR = Ge(symbol["least_probability"], _lam / (4 * X))

#: Step size of Lemma 24 as printed and induction hypothesis: what its proof has at hand in the induction step.
STATED = (Le(_eta, 1 / (15 * X_i)), FLOOR_I)
ALL_STATED = (Le(_eta, 1 / (15 * X)), FLOOR)
#: The same with the step size for which the induction works.
SAFE = (Le(_eta, 1 / (15 * _M * X_i)), FLOOR_I)
ALL_SAFE = (Le(_eta, 1 / (15 * _M * X)), FLOOR)

#: What the proofs of Lemmas 26 and 27 take from Corollary 25 about exponents at a state.
SMALL_EXPONENTS = (
    Le(_eta, 1 / (15 * X_i)),
    Ge(symbol["least_exponent"], -Rational(1, 15)),
    Le(symbol["largest_exponent"], Rational(1, 3)),
)

KEPT = (
    "Lemma 24 keeps its bound for steps of at most 1/(15 M X_i) (zhang2022.lemma-24.corrected), and Theorem 7 "
    "prescribes a step of at most 1/(16 M X) (zhang2022.theorem-7.step-size): its rate survives."
)


def of_policy(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A statement about one policy, under the induction hypothesis unless others are given."""
    settings: dict[str, Any] = {"given": (FLOOR_I,), "assumes": BASE} | more
    return Claim(f"zhang2022.{label}", title, Setting.POLICY, relation, regularized=True, **settings)


def of_pair(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A statement about any two policies of a Markov potential game that visits all states."""
    settings: dict[str, Any] = {"assumes": MPG_VISITED} | more
    return Claim(f"zhang2022.{label}", title, Setting.PAIR, relation, regularized=True, **settings)


def of_step(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A statement about one step, under the induction hypothesis and the printed step size unless others are given."""
    settings: dict[str, Any] = {"given": STATED, "assumes": BASE} | more
    return Claim(
        f"zhang2022.{label}",
        title,
        Setting.STEP,
        relation,
        algorithm="natural-gradient-play",
        regularized=True,
        **settings,
    )


def of_run(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A statement about runs of the printed step size from the uniform policy, unless others are given."""
    settings: dict[str, Any] = {"given": STATED[:1], "assumes": BASE, "uniform_start": True} | more
    return Claim(
        f"zhang2022.{label}",
        title,
        Setting.RUN,
        relation,
        algorithm="natural-gradient-play",
        regularized=True,
        **settings,
    )


def lost_factor(label: str, what: str, kind: str = "false") -> Finding:
    """The finding on a display that fails because a factor 1/d(s) was lost in the bound of f."""
    return Finding(
        kind=kind,
        summary=f"{what} The bound f_i <= 5 X_i, on which the display rests, loses the factor 1/d(s) <= M of the "
        "barrier's term: at a rarely visited state f_i can be of the order of 4 M X_i although every probability is at "
        "least lambda / (4 X_i).",
        survives=KEPT,
        corrected=f"zhang2022.{label}.corrected",
        counterexample=f"{label}.json",
    )
