"""Decision procedures for the assumptions of hambly2021 about a linear-quadratic game.

Definiteness and the solvability of the coupled Riccati equations are decided in rationals (the latter in balls where
rationals grow too long).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.arithmetic.definiteness import Definiteness, ldl
from mpgcert.claims.decision import Decision
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.lq import Gains

__all__ = ["LQ_PROPERTIES"]

_MOST_DIGITS = 200_000  # bits of gains that a certificate lists


def _costs(analysis: LQAnalysis) -> Iterator[tuple[str, ExactArray]]:
    game = analysis.game
    for i in range(game.n_players):
        for t in range(game.horizon + 1):
            yield f"Q[{i}][{t}]", game.Q[i, t]
    for i, part in enumerate(game.R):
        for t in range(game.horizon):
            yield f"R[{i}][{t}]", part[t]


def _definite_costs(analysis: LQAnalysis) -> Decision:
    """hambly2021.assumption-2.1: all Q_t^i and R_t^i are positive definite."""
    failed = _first_indefinite(_costs(analysis))
    if failed is not None:
        return _not_definite(*failed)
    return Decision(
        Verdict.HOLDS,
        "every Q_t^i and R_t^i has positive pivots in its exact L D L' factorisation",
        {"matrices": sum(1 for _ in _costs(analysis))},
    )


def _first_indefinite(matrices: Iterator[tuple[str, ExactArray]]) -> tuple[str, ExactArray, Definiteness] | None:
    known: dict[ExactArray, Definiteness] = {}  # matrices often do not change with time
    for name, matrix in matrices:
        found = known.get(matrix)
        if found is None:
            found = known[matrix] = ldl(matrix)
        if not found.is_definite:
            return name, matrix, found
    return None


def _not_definite(name: str, matrix: ExactArray, found: Definiteness) -> Decision:
    certificate = {
        "kind": "not-positive-definite",
        "matrix": name,
        "entries": matrix.to_nested(),
        "vector": None if found.witness is None else found.witness.to_nested(),
        "value": None if found.value is None else format_fraction(found.value),
    }
    return Decision(
        Verdict.VIOLATED,
        f"{name} is not positive definite ({found.verdict}): {found.reason}",
        {"matrix": name, "pivots": [format_fraction(pivot) for pivot in found.pivots]},
        certificate,
    )


def _definite_noise(analysis: LQAnalysis) -> Decision:
    """The part of hambly2021.assumption-2.2 that its proofs use: E[x_0 x_0'] and W are positive definite."""
    game = analysis.game
    matrices = [("E[x_0 x_0']", game.initial.second_moment), ("W", game.W)]
    failed = _first_indefinite(iter(matrices))
    if failed is not None:
        return _not_definite(*failed)
    return Decision(Verdict.HOLDS, "E[x_0 x_0'] and W have positive pivots in their exact L D L' factorisations")


def _gaussian_noise(analysis: LQAnalysis) -> Decision:
    """hambly2021.assumption-2.2 as stated: the noise is definite, and x_0 is Gaussian."""
    definite, initial = _definite_noise(analysis), analysis.game.initial
    evidence = {**definite.evidence, "definite": definite.verdict is Verdict.HOLDS, "initial": initial.note}
    if definite.verdict is not Verdict.HOLDS:
        return Decision(definite.verdict, definite.summary, evidence, definite.certificate)
    if initial.points is not None:
        summary = (
            f"x_0 is not Gaussian: it is one of {initial.points.shape[0]} points; E[x_0 x_0'] and W are positive "
            "definite, which is all that the proofs use"
        )
        certificate = {"kind": "not-gaussian", "points": initial.points.to_nested()}
        return Decision(Verdict.VIOLATED, summary, evidence, certificate)
    return Decision(Verdict.HOLDS, f"{definite.summary}; x_0: {initial.note}", evidence)


def _unique_solution(analysis: LQAnalysis) -> Decision:
    """hambly2021.assumption-2.3: every Phi_t is regular along the recursion (remark-2.4), which is also necessary."""
    nash = analysis.nash
    found, arithmetic = nash.uniqueness, nash.arithmetic
    evidence: dict[str, Any] = {
        "method": nash.method,
        "solutions": found.solutions,
        "stages": [
            {
                "stage": stage.stage,
                "determinant": _short(arithmetic.doubles(stage.determinant)),
                "condition": stage.condition if math.isfinite(stage.condition) else None,
            }
            for stage in found.stages
        ],
    }
    certificate = None
    gains = nash.exact_gains if nash.riccati is not None else None
    if gains is not None and _digits(gains) <= _MOST_DIGITS:
        certificate = {"kind": "riccati-solution", "gains": gains.to_nested()}
    return Decision(Verdict(found.verdict), found.reason, evidence, certificate)


def _short(bounds: tuple[float, float]) -> list[float] | None:
    return list(bounds) if all(map(math.isfinite, bounds)) else None


def _digits(gains: Gains) -> int:
    return sum(part.size * part.denominator.bit_length() for part in gains.parts)


LQ_PROPERTIES: Mapping[str, Callable[[Any], Decision]] = {
    "lq-definite-costs": _definite_costs,
    "lq-definite-noise": _definite_noise,
    "lq-gaussian-noise": _gaussian_noise,
    "lq-unique-solution": _unique_solution,
}
