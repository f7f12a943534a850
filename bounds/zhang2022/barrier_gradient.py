"""Theorem 6 of zhang2022: gradient play with log-barrier from the uniform policy."""

from __future__ import annotations

from typing import Any

from sympy import Ge, Le

from bounds.zhang2022.barrier_terms import MPG, MPG_VISITED, symbol
from bounds.zhang2022.theorems import beta_regularized
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

A, M, D = (symbol[name] for name in ("A_max", "M", "phi_range"))
eta, lam, T = (symbol[name] for name in ("step_size", "regularization", "steps"))
horizon = 1 - symbol["discount"]
norm, ascent, growth = (
    symbol[name] for name in ("regularized_gradient_norm", "regularized_ascent", "regularized_growth")
)
squares, least_norm = symbol["squared_gradients"], symbol["least_regularized_gradient_norm"]
gain, distance = symbol["regularized_gain"], symbol["parameter_distance"]

_step = Le(eta, 1 / beta_regularized)


def _run(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A statement about gradient play with log-barrier from the uniform policy."""
    settings: dict[str, Any] = {"given": (_step,), "assumes": MPG} | more
    return Claim(
        id=f"zhang2022.theorem-6{label}",
        title=title,
        setting=Setting.RUN,
        relation=relation,
        algorithm="gradient-play",
        regularized=True,
        uniform_start=True,
        **settings,
    )


_long_enough = Ge(T * horizon * eta * lam**2, 2 * D)
CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.theorem-6.step-1",
        title="A smooth function lies above its quadratic minorant",
        setting=Setting.PAIR,
        relation=Ge(growth, symbol["regularized_slope"] - beta_regularized / 2 * distance**2),
        regularized=True,
        assumes=MPG,
        near_misses={
            "a fiftieth of the curvature": Ge(
                growth, symbol["regularized_slope"] - beta_regularized / 100 * distance**2
            )
        },
    ),
    Claim(
        id="zhang2022.theorem-6.step-2",
        title="The minorant along the gradient",
        setting=Setting.STEP,
        relation=Ge(ascent, (eta - beta_regularized * eta**2 / 2) * norm**2),
        algorithm="gradient-play",
        regularized=True,
        assumes=MPG,
        near_misses={"no curvature": Ge(ascent, eta * norm**2)},
    ),
    Claim(
        id="zhang2022.theorem-6.step-3",
        title="Half the step remains",
        setting=Setting.STEP,
        relation=Ge((eta - beta_regularized * eta**2 / 2) * norm**2, eta / 2 * norm**2),
        algorithm="gradient-play",
        regularized=True,
        given=(_step,),
        assumes=MPG,
        kind="tight",
        near_misses={"two thirds": Ge((eta - beta_regularized * eta**2 / 2) * norm**2, 2 * eta / 3 * norm**2)},
    ),
    Claim(
        id="zhang2022.theorem-6.ascent",
        monitored=True,
        title="Gradient play ascends the regularised potential",
        setting=Setting.STEP,
        relation=Le(eta / 2 * norm**2, ascent),
        algorithm="gradient-play",
        regularized=True,
        given=(_step,),
        assumes=MPG,
        near_misses={"three times": Le(3 * eta / 2 * norm**2, ascent)},
    ),
    _run(
        ".step-4",
        "From the uniform policy the regularised potential grows by at most the range of the potential",
        Ge(D / horizon, gain),
        near_misses={"a hundredth": Ge(D / (100 * horizon), gain)},
    ),
    _run(
        ".step-5",
        "The growth pays for all gradients",
        Ge(gain, eta / 2 * squares),
        near_misses={"three times": Ge(gain, 3 * eta / 2 * squares)},
    ),
    _run(
        ".step-6",
        "Some gradient is small",
        Le(least_norm, 2 * D / (horizon * eta * T)),
        finding=Finding(
            kind="typo",
            summary="The sum in the display before bounds squared norms, so the least squared norm is at most "
            "2 D / ((1 - gamma) eta T); the display drops the square. With it, as printed, the inequality fails once "
            "the right side is below 1.",
            survives="Theorem 6 stands: the number of iterations in the next display divides by lambda^2, as the "
            "squared version asks.",
            corrected="zhang2022.theorem-6.step-6.corrected",
            counterexample="theorem-6.step-6.json",
        ),
    ),
    _run(
        ".step-6.corrected",
        "Some squared gradient is small",
        Le(least_norm**2, 2 * D / (horizon * eta * T)),
        near_misses={"a thousandth": Le(least_norm**2, 2 * D / (1000 * horizon * eta * T))},
        corrects="zhang2022.theorem-6.step-6",
    ),
    _run(
        ".step-7",
        "After enough iterations some gradient is at most lambda",
        Le(least_norm, lam),
        given=(_step, _long_enough),
        near_misses={"a hundredth": Le(least_norm, lam / 100)},
    ),
    _run(
        "",
        "Some iterate is an equilibrium up to lambda M max|A_i|",
        Le(symbol["least_gap"], lam * M * A),
        given=(_step, _long_enough),
        assumes=MPG_VISITED,
        monitored=True,
        near_misses={"a hundredth": Le(symbol["least_gap"], lam * M * A / 100)},
    ),
)
