"""What really decides whether Algorithm 1 converges: the eigenvalues of Phi_t at the equilibrium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from mpgcert.reporting.blocks import (
    Block,
    Code,
    Details,
    Facts,
    Figures,
    Formula,
    Math,
    Paragraph,
    Section,
    Table,
    Text,
    Value,
    parts,
)
from mpgcert.reporting.formatting import decimal, exact, middle, rounded
from mpgcert.reporting.lq.charts import Chart, Line, Mark, figure
from mpgcert.reporting.lq.constants import limit
from mpgcert.reporting.values import constant

if TYPE_CHECKING:
    from fractions import Fraction

    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.sharp import SharpBound
    from mpgcert.claims.quantity import Quantity
    from mpgcert.reporting.lq.variants import Runs

__all__ = ["CAVEAT", "outcome", "rate_value", "section", "times"]

_STAGES = 12
_POINTS = 400
_BEYOND = 1.15  # how far past the largest step size the rate is drawn

CAVEAT = (
    "Convergence from every start is a statement in exact arithmetic about a cascade of linear iterations, the last "
    "stage first. While later stages settle, earlier ones may be thrown off by any amount, beyond the range of "
    "doubles too, before they decay. So a run in doubles can end as diverged although its step size converges."
)


def section(bounds: LQBounds, runs: Runs) -> Section:
    """The criterion, its numbers, the rate against the step size, and what it does not say."""
    sharp = bounds.sharp
    title = "What really decides"
    if sharp is None:
        return Section("sharp", title, (Paragraph("There is no unique equilibrium to converge to."),))
    blocks: list[Block] = [
        Paragraph(
            "Algorithm 1 updates the gains of stage t by a linear map whose matrix depends on later stages only. "
            "With these at their equilibrium it is the one below, and with step size η for all players K* is reached "
            "from every start if its spectral radius is below 1 at every stage; otherwise it is missed from almost "
            "every K_t, already where the later stages start at K*."
        ),
        Formula(
            r"K_t \leftarrow (I - 2\eta\,\Phi_t)K_t + 2\eta\,b_t, "
            r"\quad \eta < \min_{t,\,\mu}\frac{\mathrm{Re}\,\mu}{|\mu|^2}"
        ),
        Facts(tuple(_numbers(bounds, sharp, runs))),
        Paragraph(CAVEAT),
        _eigenvalues(sharp),
    ]
    chart = _chart(bounds, sharp)
    drawn = figure(chart)
    blocks += [Figures((drawn,)), Details("The plot in words", (Paragraph(chart.description),))]
    return Section("sharp", title, tuple(blocks))


def outcome(sharp: SharpBound) -> Text:
    """One sentence on the existence of step sizes that converge."""
    largest = sharp.constants.get("eta_sharp")
    if largest is not None:
        below = constant(largest, "", "bounds.constants.eta_sharp", below=True)
        return ("every step size below ", below, " converges from every start, larger ones from almost none")
    return sharp.criterion.reason


def times(larger: Quantity, smaller: Quantity) -> str | None:
    """How many times larger one positive number is than another; None where that has no meaning."""
    above, below = middle(larger), middle(smaller)
    return None if above is None or below is None or below <= 0 else decimal(above / below, 3)


def _numbers(bounds: LQBounds, sharp: SharpBound, runs: Runs) -> list[tuple[Text, Text]]:
    constants = sharp.constants
    entries: list[tuple[Text, Text]] = [("verdict", (*parts(outcome(sharp)), "."))]
    if "eta_sharp" in constants:
        entries.append(
            (
                Math(r"\eta_{\mathrm{sharp}}"),
                (_number(constants, "eta_sharp"), f", binding at stage {sharp.criterion.stage}"),
            )
        )
        entries.append(
            (Math(r"\eta_{\mathrm{best}}"), (_number(constants, "eta_best"), ", the fastest in the long run"))
        )
        entries.append(
            ("rate there", (rate_value(constants["rate_sharp"], "bounds.constants.rate_sharp"), " per iteration"))
        )
        for bound in bounds.theorems:
            ratio = None if bound.limit is None else times(constants["eta_sharp"], bound.limit)
            if bound.limit is not None and ratio is not None:
                entries.append(
                    (
                        Code(bound.theorem.id.partition(".")[2]),
                        ("asks for η below ", limit(bound), f", {ratio} times smaller"),
                    )
                )
    for size in dict.fromkeys(size for entry in runs.entries for size in entry.run.step_sizes):
        entries.append((f"rate for {_brief(size)}", (rate_value(sharp.rate(size)), " per iteration")))
    return entries


def _brief(size: Fraction) -> str:
    return exact(size, 9).split(" ≈ ")[0]


def rate_value(rate: Quantity, record: str = "") -> Value:
    """A rate of nine digits; those within rounding of 0 are 0 for readers."""
    shown = "0 up to 10⁻¹²" if rate.upper is not None and rate.upper < 1e-12 else decimal(rate.value, 9)
    return replace(constant(rate, "", record), text=shown)


def _number(constants: Mapping[str, Quantity], name: str) -> Value:
    return constant(constants[name], "", f"bounds.constants.{name}")


def _eigenvalues(sharp: SharpBound) -> Table:
    criterion = sharp.criterion
    stages = list(range(len(criterion.eigenvalues)))
    if len(stages) > _STAGES:
        binding = [] if criterion.stage is None else [criterion.stage]
        stages = sorted({*stages[: _STAGES - 2], stages[-1], *binding})
    rows = []
    for t in stages:
        values = [complex(*(_middle(sharp, part) for part in mu)) for mu in criterion.eigenvalues[t]]
        bound = min((mu.real / abs(mu) ** 2 for mu in values if mu), default=float("nan"))
        rows.append((f"{t:,}", ", ".join(_complex(mu) for mu in values), rounded(bound)))
    caption = "Eigenvalues μ of each stage's matrix at the equilibrium, and the bound on η that they give"
    if len(stages) < len(criterion.eigenvalues):
        caption += f" ({len(stages)} of {len(criterion.eigenvalues):,} stages)"
    return Table(caption, ("stage", "eigenvalues of Φ", "least Re μ / |μ|²"), tuple(rows), frozenset({0, 2}))


def _middle(sharp: SharpBound, part: Any) -> float:
    return sum(sharp.criterion.ball.doubles(part)) / 2


def _complex(value: complex) -> str:
    if abs(value.imag) <= 1e-14 * abs(value):
        return decimal(value.real, 6)
    return f"{decimal(value.real, 6)} {'+' if value.imag > 0 else '−'} {decimal(abs(value.imag), 6)} i"


def _chart(bounds: LQBounds, sharp: SharpBound) -> Chart:
    """The largest spectral radius over all stages against the step size."""
    values = np.array(
        [complex(*(_middle(sharp, part) for part in mu)) for stage in sharp.criterion.eigenvalues for mu in stage]
    )
    largest = sharp.constants.get("eta_sharp")
    top = _BEYOND * largest.value if largest is not None else 1 / float(np.abs(values).max())
    steps = np.linspace(0.0, top, _POINTS)
    radius = np.abs(1 - 2 * steps[:, None] * values).max(axis=1)
    marks = []
    for bound in bounds.theorems:
        limit = None if bound.limit is None else middle(bound.limit)
        if limit is not None and 0 < limit <= top:
            marks.append(Mark(f"η₀ = {decimal(limit, 3)}", float(limit), 2))
    if largest is not None:
        marks.append(
            Mark(f"best η = {decimal(sharp.constants['eta_best'].value, 4)}", sharp.constants["eta_best"].value, 3)
        )
        marks.append(Mark(f"largest η = {decimal(largest.value, 4)}", largest.value, 1))
    words = (
        "The largest spectral radius over all stages against the step size, from 1 at 0 to "
        f"{decimal(float(radius[-1]))} at {decimal(top)}, least {decimal(float(radius.min()))} near "
        f"{decimal(float(steps[radius.argmin()]))}. " + " ".join(f"Marked: {mark.label}." for mark in marks)
    )
    level = Line("1: no contraction", steps, np.ones(len(steps)), 5, thin=True)
    return Chart(
        id="sharp-rate",
        title="Factor per iteration in the long run",
        x_label="step size η of all players",
        y_label="largest spectral radius",
        description=words,
        lines=(Line("largest spectral radius", steps, radius, 0), level),
        marks=tuple(marks),
        limits=None if largest is None else _around_one(float(radius.min())),
    )


def _around_one(least: float) -> tuple[float, float]:
    """Limits that show both sides of 1 alike."""
    reach = 1.1 * (1 - least)
    return 1 - reach, 1 + reach
