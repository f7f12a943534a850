"""What certificates of facts about a linear-quadratic game are made of."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from mpgcert.arithmetic import ExactArray, format_fraction
from mpgcert.arithmetic.definiteness import ldl
from mpgcert.certificates import verify
from mpgcert.certificates.document import Inner, NotCertified
from mpgcert.certificates.instances import gains_data
from mpgcert.certificates.of_markov import assumption_by_property, of_assumption
from mpgcert.certificates.rules import rules
from mpgcert.certificates.tree import own_record
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.lq.assumptions import decide_assumption
from mpgcert.claims.lq.bounds import LQTheoremBound
from mpgcert.claims.properties import decide
from mpgcert.claims.statements import Assumption
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.document import to_document

__all__ = ["lq_hypotheses", "lq_theorem", "of_lq_assumption", "of_lq_property"]

_HYPOTHESES = ("lq-definite-costs", "lq-definite-noise", "lq-unique-solution")


def of_lq_property(assumption: Assumption, analysis: LQAnalysis) -> Inner:
    """What proves the verdict on an assumption that a property decides.

    Raises:
        NotCertified: undecided.
    """
    kind, data = _made(assumption.property, analysis)
    return of_assumption(assumption, kind, data, precise=kind == "riccati" and analysis.is_short)


def _made(name: str, analysis: LQAnalysis) -> tuple[str, dict[str, Any]]:
    verdict = decide(name, analysis).verdict
    if verdict is Verdict.UNDECIDED:
        raise NotCertified("undecided")
    if name == "lq-definite-costs":
        return ("definite-costs", {}) if verdict is Verdict.HOLDS else ("indefinite-cost", _indefinite_cost(analysis))
    if name in ("lq-gaussian-noise", "lq-definite-noise"):
        if verdict is Verdict.HOLDS:
            return "definite-noise", {}
        broken = _indefinite_noise(analysis)
        return ("initial-points", {}) if broken is None else ("indefinite-noise", broken)
    if name == "lq-unique-solution":
        return ("riccati", {}) if verdict is Verdict.HOLDS else ("singular-coupling", _singular(analysis))
    raise NotCertified(f"no rule decides {name}")


def _vector(matrix: ExactArray) -> list[Any] | None:
    witness = ldl(matrix).witness
    return None if witness is None else list(witness.to_nested())


def _indefinite_cost(analysis: LQAnalysis) -> dict[str, Any]:
    certificate = decide("lq-definite-costs", analysis).certificate
    assert certificate is not None
    name, player, time = re.findall(r"[QR]|\d+", certificate["matrix"])
    return {"player": int(player), "time": int(time), "of_R": int(name == "R"), "vector": certificate["vector"]}


def _indefinite_noise(analysis: LQAnalysis) -> dict[str, Any] | None:
    game = analysis.game
    for of_w, matrix in ((0, game.initial.second_moment), (1, game.W)):
        vector = _vector(matrix)
        if vector is not None:
            return {"of_W": of_w, "vector": vector}
    return None


def _singular(analysis: LQAnalysis) -> dict[str, Any]:
    """The last stage whose system is singular, with a vector that it maps to 0, in rationals."""
    import sympy

    from mpgcert.certificates.formulas import closure

    verify.Interval.bits = 4096
    names = verify.game_of(verify.load(json.dumps(to_document(analysis.game)).encode()))
    language = verify.Language(names, closure(["Phi(0)"], "lq"))
    for time in reversed(range(analysis.game.horizon)):
        matrix = language.function("Phi(t)", ("t",))(time)
        if any(isinstance(x, verify.Interval) for row in matrix for x in row):
            break
        rows = [[sympy.Rational(x.numerator, x.denominator) for x in map(Fraction, row)] for row in matrix]
        kernel = sympy.Matrix(rows).nullspace()
        if kernel:
            return {"time": time, "vector": [format_fraction(Fraction(int(x.p), int(x.q))) for x in kernel[0]]}
    raise NotCertified("the singular stage has too many digits")


def lq_hypotheses(names: list[str], analysis: LQAnalysis) -> dict[str, Inner]:
    """Certificates of properties that a statement assumes, by name."""
    found = {}
    for name in names:
        if name == "lq-definite-noise":
            kind = "definite-noise-on-points" if analysis.game.initial.points is not None else "definite-noise"
            if decide(name, analysis).verdict is not Verdict.HOLDS:
                raise NotCertified(f"{name} does not hold")
            found[name] = Inner(own_record(rules()[kind]), {})
        else:
            if decide(name, analysis).verdict is not Verdict.HOLDS:
                raise NotCertified(f"{name} does not hold")
            found[name] = of_lq_property(assumption_by_property(name, "lq-game"), analysis)
    return found


def _start(analysis: LQAnalysis) -> dict[str, Any]:
    small = format_fraction(analysis.delta)
    return {"delta": small, "xi": small, "K": gains_data(analysis.start)}


def of_lq_assumption(assumption: Assumption, analysis: LQAnalysis) -> Inner:
    """What proves the verdict on any assumption about a linear-quadratic game.

    Raises:
        NotCertified: undecided, or under another reading of the paper's sigma_X.
    """
    if assumption.sides is None:
        return of_lq_property(assumption, analysis)
    from mpgcert.certificates.theorem_records import inequality_records

    verdict = decide_assumption(assumption, analysis).verdict
    if analysis.sigma_x != "paper":
        raise NotCertified("records have the paper's reading of sigma_X")
    record = next((r for r in inequality_records(assumption) if r["verdict"] == str(verdict)), None)
    if record is None:
        raise NotCertified("undecided")
    return Inner(record, _start(analysis), lq_hypotheses(list(_HYPOTHESES), analysis))


def lq_theorem(bound: LQTheoremBound, analysis: LQAnalysis, epsilon: Fraction) -> Inner:
    """A theorem's step size and iterations for the game.

    Raises:
        NotCertified: the theorem does not apply.
    """
    from mpgcert.certificates.theorem_records import lq_theorem_record

    if bound.applies is not Verdict.HOLDS or bound.step_size is None:
        raise NotCertified("the theorem does not apply")
    if analysis.sigma_x != "paper":
        raise NotCertified("records have the paper's reading of sigma_X")
    data = _start(analysis) | {"epsilon": format_fraction(epsilon), "step_size": format_fraction(bound.step_size)}
    return Inner(lq_theorem_record(bound.theorem), data, lq_hypotheses(list(_HYPOTHESES), analysis))
