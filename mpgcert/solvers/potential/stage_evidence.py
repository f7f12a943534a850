"""The evidence on the potentials of a one-shot game: checked from the definitions, as JSON values, and in words.

Nothing of the decision is used again: a potential is compared with every unilateral change, squares are recomputed
from the payoffs, cycles are walked.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray, format_fraction

if TYPE_CHECKING:
    from mpgcert.solvers.potential.improvement import Path
    from mpgcert.solvers.potential.stage import Square, StageGame, StageVerdict

__all__ = ["evidence_of", "in_words", "is_evidence"]

Array = NDArray[Any]


def is_evidence(kind: str, verdict: StageVerdict, payoffs: ExactArray) -> bool:
    """Whether the evidence for one kind of potential proves the verdict.

    Args:
        kind: `exact`, `weighted`, `ordinal` or `generalised_ordinal`.
        verdict: with its evidence.
        payoffs: u_i, [n, A_1, ..., A_n].
    """
    u = payoffs.numerator.astype(object)
    if verdict.holds:
        weights = (Fraction(1),) * len(u) if kind != "weighted" else verdict.weights
        if verdict.potential is None or weights is None or any(w <= 0 for w in weights):
            return False
        phi, common = verdict.potential.numerator.astype(object), verdict.potential.denominator
        if kind not in ("exact", "weighted"):
            return all(_follows(np.moveaxis(v, i, 0), np.moveaxis(phi, i, 0), kind) for i, v in enumerate(u))
        scaled = [
            u[i] * (common * w.denominator) - phi * (payoffs.denominator * w.numerator) for i, w in enumerate(weights)
        ]
        return all(bool((gap == np.take(gap, [0], axis=i)).all()) for i, gap in enumerate(scaled))
    if kind in ("exact", "weighted"):
        scale = payoffs.denominator
        true = all(_differences(u, square, scale) == square.differences for square in verdict.squares)
        differ = any(a != b for a, b in (square.differences for square in verdict.squares))
        return true and (differ if kind == "exact" else not _have_weights(verdict.squares))
    return _is_improvement_cycle(u, verdict.cycle, strict=kind == "generalised_ordinal")


def _follows(payoff: Array, potential: Array, kind: str) -> bool:
    """Whether the potential [own action, others] moves as the payoff does, or only up where that goes up."""
    own, phi = (np.unique(values, return_inverse=True)[1].reshape(values.shape) for values in (payoff, potential))
    for a in range(1, len(own)):
        gain, rise = np.sign(own[a] - own[:a]), np.sign(phi[a] - phi[:a])
        if not bool(((gain == rise) | ((gain == 0) & (kind == "generalised_ordinal"))).all()):
            return False
    return True


def _differences(u: Array, square: Square, denominator: int) -> tuple[Fraction, Fraction]:
    (i, j), corner = square.players, list(square.corner)
    total = [0, 0]
    for sign, moves in ((1, ()), (-1, (0,)), (-1, (1,)), (1, (0, 1))):
        at = corner.copy()
        for k in moves:
            at[square.players[k]] = square.moved[k]
        total = [total[k] + sign * u[player][*at] for k, player in enumerate((i, j))]
    return Fraction(total[0], denominator), Fraction(total[1], denominator)


def _have_weights(squares: tuple[Square, ...]) -> bool:
    """Whether positive weights w exist with D u_i / w_i = D u_j / w_j on all squares."""
    ratios: dict[int, dict[int, Fraction]] = {}  # w_j / w_i by i and j
    for square in squares:
        (i, j), (a, b) = square.players, square.differences
        if a == b == 0:
            continue
        if a * b <= 0 or ratios.setdefault(i, {}).setdefault(j, b / a) != b / a:
            return False
        ratios.setdefault(j, {})[i] = a / b
    weights: dict[int, Fraction] = {}
    for root in ratios:
        weights.setdefault(root, Fraction(1))
        known = [root]
        for i in known:
            for j, ratio in ratios[i].items():
                if j not in weights:
                    weights[j] = weights[i] * ratio
                    known.append(j)
                elif weights[j] != weights[i] * ratio:
                    return False
    return True


def _is_improvement_cycle(u: Array, cycle: tuple[Path, ...], strict: bool) -> bool:
    """Whether one player moves at a time and gains (`strict`), or does not lose, and gains at the first change."""
    if len(cycle) < 2:
        return False
    for step, (before, after) in enumerate(zip(cycle, (*cycle[1:], cycle[0]))):
        movers = [i for i, (a, b) in enumerate(zip(before, after)) if a != b]
        if len(movers) != 1:
            return False
        gain = u[movers[0]][*after] - u[movers[0]][*before]
        if gain < 0 or (gain == 0 and (strict or step == 0)):
            return False
    return True


def evidence_of(verdict: StageVerdict) -> dict[str, Any]:
    """Verdict and evidence as JSON values, players and actions counted from 0; large potentials are left out."""
    found: dict[str, Any] = {"verdict": verdict.verdict}
    if verdict.potential is not None and verdict.potential.size <= _LISTED:
        found["potential"] = verdict.potential.to_nested()
    if verdict.weights is not None:
        found["weights"] = [format_fraction(w) for w in verdict.weights]
    if verdict.squares:
        found["squares"] = [
            {
                "players": list(square.players),
                "corner": list(square.corner),
                "moved": list(square.moved),
                "differences": [format_fraction(value) for value in square.differences],
            }
            for square in verdict.squares
        ]
    if verdict.cycle:
        found["cycle"] = [list(joint) for joint in verdict.cycle]
    return found


_LISTED = 1000


def in_words(stage: StageGame) -> str:
    """The strongest kind of potential, and what rules out the next stronger one; actions counted from 1."""
    if stage.exact.holds:
        return "an exact potential game"
    if stage.weighted.holds:
        weights = ", ".join(format_fraction(w) for w in stage.weighted.weights or ())
        return f"a weighted potential game (weights {weights}) but no exact one: {_square(stage.exact.squares[0])}"
    if stage.ordinal.holds:
        return f"an ordinal potential game but no weighted one: {'; '.join(map(_square, stage.weighted.squares))}"
    if stage.generalised_ordinal.holds:
        cycle = _cycle(stage.ordinal.cycle)
        return f"a generalised ordinal potential game but no ordinal one: nobody who moves loses around {cycle}"
    return f"no potential game of any kind: every mover gains around {_cycle(stage.generalised_ordinal.cycle)}"


def _square(square: Square) -> str:
    (i, j), (a, b) = square.players, map(format_fraction, square.differences)
    corner = _joint(square.corner)
    moved = f"{square.moved[0] + 1} and {square.moved[1] + 1}"
    return f"when players {i + 1} and {j + 1} move from {corner} to {moved}, mixed differences are {a} and {b}"


def _cycle(cycle: tuple[Path, ...]) -> str:
    return " -> ".join(map(_joint, (*cycle, cycle[0])))


def _joint(actions: Path) -> str:
    return f"({', '.join(str(a + 1) for a in actions)})"
