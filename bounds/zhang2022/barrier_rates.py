"""Theorem 7 of zhang2022: the rate of regularised natural gradient play.

The step size of Theorem 7 is at most 1 / (4 (4 lambda A M^2 + 4 M / (1-gamma)^2 + 3 n M / (1-gamma)^3)) = 1 / (16 M X +
12 n M / (1-gamma)^3) < 1 / (15 M X) <= 1 / (15 M X_i), so Lemma 24 and Corollary 25 hold for it as corrected, and the
theorem with its constants.
"""

from __future__ import annotations

from typing import Any

from sympy import Eq, Ge, Le

from bounds.zhang2022.barrier_terms import FLOOR, MPG_VISITED, X, of_policy, of_run, of_step, symbol
from bounds.zhang2022.theorems import natural_barrier_step
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

M, D, T, eta, lam = (symbol[name] for name in ("M", "phi_range", "steps", "step_size", "regularization"))
horizon = 1 - symbol["discount"]
movement, energy, ascent = (symbol[name] for name in ("policy_change", "direction_energy", "regularized_ascent"))
gain, mean_gap = symbol["regularized_gain"], symbol["mean_gap"]
A = symbol["A_max"]

_bias = lam * A * M
_prescribed = Le(eta, natural_barrier_step)
_from_uniform: dict[str, Any] = {"given": (_prescribed,), "assumes": MPG_VISITED}
_average = Le(mean_gap, 9 * gain / (eta * lam * T) + _bias)
CLAIMS: tuple[Claim, ...] = (
    of_policy(
        "theorem-7.step-size",
        "The step size of Theorem 7 is small enough for the corrected Lemma 24",
        Le(natural_barrier_step, 1 / (15 * M * X)),
        given=(),
        near_misses={"a little less": Le(natural_barrier_step, 1 / (17 * M * X))},
    ),
    of_step(
        "theorem-7.step-1",
        "Natural gradient play ascends the regularised potential, away from the boundary",
        Ge(ascent, movement / (4 * eta)),
        given=(_prescribed, FLOOR),
        assumes=MPG_VISITED,
        near_misses={"five times": Ge(ascent, 5 * movement / (4 * eta))},
    ),
    Claim(
        id="zhang2022.theorem-7.ascent",
        monitored=True,
        title="Natural gradient play ascends the regularised potential",
        setting=Setting.STEP,
        relation=Le(movement / (4 * eta), ascent),
        algorithm="natural-gradient-play",
        regularized=True,
        assumes=MPG_VISITED,
        given=(_prescribed,),
        uniform_start=True,
        near_misses={"five times": Le(5 * movement / (4 * eta), ascent)},
    ),
    of_step(
        "theorem-7.step-2",
        "The ascent pays for the directions",
        Ge(ascent, eta / 36 * energy),
        given=(_prescribed, FLOOR),
        assumes=MPG_VISITED,
        near_misses={"times forty": Ge(ascent, 40 * eta / 36 * energy)},
    ),
    of_run(
        "theorem-7.step-3",
        "The directions of a run, telescoped",
        Le(symbol["mean_direction_energy"], 36 * gain / (eta * T)),
        near_misses={"a fortieth": Le(symbol["mean_direction_energy"], 36 * gain / (40 * eta * T))},
        **_from_uniform,
    ),
    of_run(
        "theorem-7.step-4",
        "The average gap by the directions of a run",
        Le(mean_gap, symbol["mean_direction_energy"] / (4 * lam) + _bias),
        near_misses={"half": Le(mean_gap, symbol["mean_direction_energy"] / (8 * lam) + _bias / 2)},
        **_from_uniform,
    ),
    of_run(
        "theorem-7.any-start",
        "Average gap of natural gradient play with log-barrier, from any start",
        _average,
        uniform_start=False,
        finding=Finding(
            kind="false",
            summary="The first inequality of the theorem is stated without a condition on the start; theta^(0) = 0 is "
            "demanded for the second only. Its proof uses Lemma 24, which starts from the uniform policy. From a "
            "policy close to the boundary the barrier's step overshoots and the regularised potential falls.",
            survives="From the uniform policy (or any that meets the bound of Lemma 24) the inequality holds "
            "(zhang2022.theorem-7), and so does the second part.",
            corrected="zhang2022.theorem-7",
            counterexample="theorem-7.any-start.json",
        ),
        **_from_uniform,
    ),
    of_run(
        "theorem-7",
        "Average gap of natural gradient play with log-barrier",
        _average,
        monitored=True,
        near_misses={"no gain and half the bias": Le(mean_gap, _bias / 2)},
        corrects="zhang2022.theorem-7.any-start",
        **_from_uniform,
    ),
    of_run(
        "theorem-7.step-5",
        "The regularised potential grows by at most the range of the potential",
        Le(gain, D / horizon),
        near_misses={"a hundredth": Le(gain, D / (100 * horizon))},
        **_from_uniform,
    ),
    of_run(
        "theorem-7.step-6",
        "The number of iterations",
        Eq(18 * gain / (horizon * eta * lam), 18 * D / (horizon * eta * lam)),
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="The display for T equates a term with the growth of the regularised potential over the run with "
            "one with the range of the potential, and divides both by 1 - gamma. The growth is at most the range over "
            "1 - gamma: with the growth the factor 1 - gamma goes, and the equality is an inequality.",
            survives="Theorem 7 stands with the number of iterations of the right side.",
            corrected="zhang2022.theorem-7.step-6.corrected",
            counterexample="theorem-7.step-6.json",
        ),
        **_from_uniform,
    ),
    of_run(
        "theorem-7.step-6.corrected",
        "The number of iterations, by the range of the potential",
        Le(18 * gain / (eta * lam), 18 * D / (horizon * eta * lam)),
        near_misses={"a hundredth": Le(18 * gain / (eta * lam), 18 * D / (100 * horizon * eta * lam))},
        corrects="zhang2022.theorem-7.step-6",
        **_from_uniform,
    ),
    of_run(
        "theorem-7.second",
        "After enough iterations the average gap is at most epsilon = 2 lambda M max|A_i|",
        Le(mean_gap, 2 * _bias),
        given=(_prescribed, Ge(T * horizon * eta * lam**2 * A * M, 9 * D)),
        assumes=MPG_VISITED,
    ),
)
