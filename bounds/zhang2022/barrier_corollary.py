"""Corollary 25 of zhang2022: exponents, normalisers and relative changes along a run, and in one step.

See `barrier_steps` for what is wrong with the induction that it rests on, and how it is repaired.
"""

from __future__ import annotations

from sympy import Ge, Le, Rational, exp

from bounds.zhang2022.barrier_terms import SAFE, lost_factor, of_run, of_step, symbol
from mpgcert.claims.claim import Claim, Finding

__all__ = ["CLAIMS"]

eta, factor, change = (symbol[name] for name in ("step_size", "step_factor", "relative_change"))

_extreme = {
    name: symbol[f"run_{name}_i"]
    for name in ("least_exponent", "largest_exponent", "largest_normalizer", "least_change", "largest_change")
}


def _on_runs(label: str, kind: str = "false") -> Finding:
    """The finding on a part of Corollary 25 that falls on a run from the uniform policy."""
    return Finding(
        kind=kind,
        summary="A run from the uniform policy with the printed step size breaks this part: along a chain of states "
        "the visitation of the last one falls by a constant factor in every step while one of its actions is already "
        "unlikely, so that the barrier's term lambda / (d(s) pi_i) overshoots. The step of the proof that fails is "
        "the bound f_i <= 5 X_i.",
        survives="Lemmas 26, 27 and Theorem 7 use the corollary; with the step size of Theorem 7, which is at most "
        "1/(16 M X), it holds (zhang2022.corollary-25.corrected, zhang2022.theorem-7.step-size), so they follow.",
        corrected=f"zhang2022.{label}.corrected",
        counterexample=f"{label}.json",
    )


CLAIMS: tuple[Claim, ...] = (
    of_run(
        "corollary-25.least-exponent",
        "Exponents along a run from below",
        Ge(_extreme["least_exponent"], -Rational(1, 15)),
        near_misses={"a third": Ge(_extreme["least_exponent"], -Rational(1, 45))},
    ),
    of_run(
        "corollary-25.largest-exponent",
        "Exponents along a run from above",
        Le(_extreme["largest_exponent"], Rational(1, 3)),
        finding=_on_runs("corollary-25.largest-exponent"),
    ),
    of_run(
        "corollary-25.largest-exponent.corrected",
        "Exponents along a corrected run from above",
        Le(_extreme["largest_exponent"], Rational(1, 3)),
        given=SAFE,
        uniform_start=False,
        near_misses={"half": Le(_extreme["largest_exponent"], Rational(1, 6))},
        corrects="zhang2022.corollary-25.largest-exponent",
    ),
    of_run(
        "corollary-25.largest-normalizer",
        "Normalisers along a run",
        Le(_extreme["largest_normalizer"], Rational(10, 9)),
        near_misses={"hardly above 1": Le(_extreme["largest_normalizer"], 1 + Rational(1, 10**5))},
        finding=Finding(
            kind="proof-gap",
            summary="The bound rests on exponents of at most 1/3, which fails on runs from the uniform policy "
            "(zhang2022.corollary-25.largest-exponent). No run was found that breaks this part.",
            survives="As for the other parts: it holds with the step size of Theorem 7.",
            corrected="zhang2022.corollary-25.largest-normalizer.corrected",
        ),
    ),
    of_run(
        "corollary-25.largest-normalizer.corrected",
        "Normalisers along a corrected run",
        Le(_extreme["largest_normalizer"], Rational(10, 9)),
        given=SAFE,
        uniform_start=False,
        near_misses={"hardly above 1": Le(_extreme["largest_normalizer"], 1 + Rational(1, 10**4))},
        corrects="zhang2022.corollary-25.largest-normalizer",
    ),
    of_run(
        "corollary-25.least-change",
        "Relative changes along a run from below",
        Ge(_extreme["least_change"], -Rational(1, 5)),
        near_misses={"a tenth": Ge(_extreme["least_change"], -Rational(1, 50))},
        finding=Finding(
            kind="proof-gap",
            summary="The bound rests on normalisers of at most 10/9, which are derived from exponents of at most 1/3. "
            "No run from the uniform policy was found that breaks this part.",
            survives="As for the other parts: it holds with the step size of Theorem 7.",
            corrected="zhang2022.corollary-25.least-change.corrected",
        ),
    ),
    of_run(
        "corollary-25.least-change.corrected",
        "Relative changes along a corrected run from below",
        Ge(_extreme["least_change"], -Rational(1, 5)),
        given=SAFE,
        uniform_start=False,
        near_misses={"a tenth": Ge(_extreme["least_change"], -Rational(1, 50))},
        corrects="zhang2022.corollary-25.least-change",
    ),
    of_run(
        "corollary-25.largest-change",
        "Relative changes along a run from above",
        Le(_extreme["largest_change"], Rational(1, 2)),
        finding=_on_runs("corollary-25.largest-change"),
    ),
    of_run(
        "corollary-25.largest-change.corrected",
        "Relative changes along a corrected run from above",
        Le(_extreme["largest_change"], Rational(1, 2)),
        given=SAFE,
        uniform_start=False,
        near_misses={"a third": Le(_extreme["largest_change"], Rational(1, 3))},
        corrects="zhang2022.corollary-25.largest-change",
    ),
    of_step(
        "corollary-25.step-1",
        "Relative changes in the induction step from below",
        Ge(change, -Rational(1, 5)),
        finding=lost_factor("corollary-25.step-1", "A single action can take nearly all the mass."),
    ),
    of_step(
        "corollary-25.step-1.corrected",
        "Relative changes in the corrected induction step from below",
        Ge(change, -Rational(1, 5)),
        given=SAFE,
        near_misses={"half": Ge(change, -Rational(1, 30))},
        corrects="zhang2022.corollary-25.step-1",
    ),
    of_step(
        "corollary-25.step-2",
        "Relative changes are below the factors",
        Le(1 + change, factor),
        kind="tight",
        near_misses={"a little less": Le(1 + change, factor - eta)},
    ),
    of_step(
        "corollary-25.step-3",
        "Factors are at most e^(1/3)",
        Le(factor, exp(Rational(1, 3))),
        finding=lost_factor("corollary-25.step-3", "Exponents can exceed 1/3."),
    ),
    of_step(
        "corollary-25.step-3.corrected",
        "Factors of corrected steps are at most e^(1/3)",
        Le(factor, exp(Rational(1, 3))),
        given=SAFE,
        near_misses={"e^(1/4)": Le(factor, exp(Rational(1, 4)))},
        corrects="zhang2022.corollary-25.step-3",
    ),
    of_step(
        "corollary-25.step-4",
        "Relative changes in the induction step from above",
        Le(change, Rational(1, 2)),
        finding=lost_factor("corollary-25.step-4", "An unlikely action can gain by orders of magnitude."),
    ),
    of_step(
        "corollary-25.step-4.corrected",
        "Relative changes in the corrected induction step from above",
        Le(change, Rational(1, 2)),
        given=SAFE,
        near_misses={"a third": Le(change, Rational(1, 3))},
        corrects="zhang2022.corollary-25.step-4",
    ),
)
