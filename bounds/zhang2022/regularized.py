"""Section 5 and Lemma 22 of zhang2022: the log-barrier, and what a small regularised gradient means."""

from __future__ import annotations

from typing import Any

from sympy import Eq, Le

from bounds.zhang2022.assumptions import POTENTIAL
from bounds.zhang2022.barrier_terms import BASE, symbol
from mpgcert.claims.claim import Claim, Finding, Setting

__all__ = ["CLAIMS"]

A_i, M, lam = (symbol[name] for name in ("A_i", "M", "regularization"))
horizon = 1 - symbol["discount"]
d, probability, advantage = (symbol[name] for name in ("visitation", "probability", "averaged_advantage"))
derivative, gap = symbol["regularized_derivative"], symbol["nash_gap_i"]

_slope = d * advantage / horizon
_formula = _slope * probability + lam - lam * A_i * probability
_small_gradient = Le(symbol["regularized_gradient_norm_i"], lam)

_DEFINITIONS = (
    Claim(
        id="zhang2022.eq-14",
        title="Total potential with log-barrier",
        setting=Setting.POLICY,
        kind="definition",
        latex=r"\tilde\Phi(\theta) = \Phi(\theta) + \lambda \sum_{i} \sum_{s, a_i} \log \pi_{\theta_i}(a_i|s)",
    ),
    Claim(
        id="zhang2022.eq-14.gradient",
        title="Derivative of a player's objective with log-barrier",
        setting=Setting.POLICY,
        relation=Eq(derivative, _formula),
        regularized=True,
        kind="identity",
        near_misses={
            "barrier without the number of actions": Eq(derivative, _slope * probability + lam - lam * probability),
            "barrier weighted by visitation": Eq(
                derivative, _slope * probability + lam * d - lam * d * A_i * probability
            ),
        },
    ),
    Claim(
        id="zhang2022.eq-14.potential-gradient",
        title="The regularised potential has the players' derivatives",
        setting=Setting.POLICY,
        relation=Eq(symbol["regularized_potential_derivative"], _formula),
        regularized=True,
        assumes=(POTENTIAL.property,),
        kind="identity",
        near_misses={
            "no discount": Eq(symbol["regularized_potential_derivative"], _formula - _slope * probability / 2)
        },
    ),
    Claim(
        id="zhang2022.eq-15",
        title="Gradient play with log-barrier",
        setting=Setting.STEP,
        kind="definition",
        latex=r"\theta_i^{(t+1)} = \theta_i^{(t)} + \eta \nabla_{\theta_i} \tilde J_i(\theta^{(t)})",
    ),
    Claim(
        id="zhang2022.eq-16",
        title="Natural gradient play with log-barrier",
        setting=Setting.STEP,
        kind="definition",
        latex=r"\theta_i^{(t+1)} = \theta_i^{(t)} "
        r"+ \eta F_i(\theta^{(t)})^\dagger \nabla_{\theta_i} \tilde J_i(\theta^{(t)})",
    ),
    Claim(
        id="zhang2022.eq-17",
        title="Natural gradient play with log-barrier, as a multiplicative update",
        setting=Setting.STEP,
        kind="definition",
        latex=r"\pi_i^{(t+1)}(a_i|s) \propto \pi_i^{(t)}(a_i|s) \exp\left(\frac{\eta}{1-\gamma} \bar A_i^{(t)}(s, a_i)"
        r" + \frac{\eta\lambda}{d^{(t)}(s) \pi_i^{(t)}(a_i|s)} - \frac{\eta\lambda|\mathcal A_i|}{d^{(t)}(s)}\right)",
    ),
)


def _lemma_22(label: str, title: str, relation: Any, **more: Any) -> Claim:
    """A step of the proof of Lemma 22, under its hypothesis unless another is given."""
    settings: dict[str, Any] = {"given": (_small_gradient,), "assumes": BASE} | more
    return Claim(
        id=f"zhang2022.lemma-22{label}",
        title=title,
        setting=Setting.POLICY,
        relation=relation,
        regularized=True,
        **settings,
    )


_uniform_bound = lam * A_i * horizon * M
_LEMMA_22 = (
    _lemma_22(
        "",
        "A small regularised gradient means a small gap",
        Le(gap, lam * M * A_i),
        near_misses={
            "half the bound": Le(gap, lam * M * A_i / 2),
            "no number of actions": Le(gap, lam * M),
            "no M": Le(gap, lam * A_i),
        },
    ),
    _lemma_22(
        ".step-1",
        "No derivative exceeds lambda",
        Le(derivative, lam),
        given=(Le(symbol["regularized_gradient_norm_i"], lam / 2),),
        near_misses={"a third": Le(derivative, lam / 3)},
        finding=Finding(
            kind="typo",
            summary="The proof starts from a gradient norm of at most lambda / 2, the lemma from lambda. What follows "
            "uses only that no entry of the gradient exceeds lambda, which the weaker hypothesis gives as well.",
            survives="Lemma 22 and Theorem 6 stand as printed.",
            corrected="zhang2022.lemma-22.step-1.corrected",
        ),
    ),
    _lemma_22(
        ".step-1.corrected",
        "No derivative exceeds lambda, under the hypothesis of the lemma",
        Le(derivative, lam),
        near_misses={"half": Le(derivative, lam / 2)},
        corrects="zhang2022.lemma-22.step-1",
    ),
    _lemma_22(
        ".step-2",
        "The derivative with the probability factored out",
        Eq(derivative, probability * (_slope - lam * A_i) + lam),
        given=(),
        kind="identity",
        near_misses={"lambda inside": Eq(derivative, probability * (_slope - lam * A_i + lam))},
    ),
    _lemma_22(
        ".step-3",
        "The term with the probability is not positive",
        Le(probability * (_slope - lam * A_i), 0, evaluate=False),
        given=(Le(derivative, lam),),
        near_misses={"one action less": Le(probability * (_slope - lam * (A_i - 1)), 0, evaluate=False)},
    ),
    _lemma_22(
        ".step-4",
        "Its factor is not positive",
        Le(_slope - lam * A_i, 0, evaluate=False),
        given=(Le(probability * (_slope - lam * A_i), 0, evaluate=False),),
        near_misses={"one action less": Le(_slope - lam * (A_i - 1), 0, evaluate=False)},
    ),
    _lemma_22(
        ".step-5",
        "Averaged advantages are small where the state is visited",
        Le(advantage, lam * A_i * horizon / d),
        near_misses={
            "half": Le(advantage, lam * A_i * horizon / (2 * d)),
            "no visitation": Le(advantage, lam * A_i * horizon),
        },
    ),
    _lemma_22(
        ".step-6",
        "The same with the largest inverse visitation",
        Le(lam * A_i * horizon / d, _uniform_bound),
        given=(),
        kind="tight",
        near_misses={"half": Le(lam * A_i * horizon / d, _uniform_bound / 2)},
    ),
    _lemma_22(
        ".step-7",
        "The gap through averaged advantages along the best reply",
        Eq(gap, symbol["reply_gain"]),
        given=(),
        kind="identity",
        near_misses={"discounted once more": Eq(gap, symbol["reply_gain"] * horizon)},
    ),
    _lemma_22(
        ".step-8",
        "The gap below the greatest averaged advantage, summed over states and actions",
        Le(gap, A_i * symbol["reply_visitation"] * symbol["largest_advantage"] / horizon),
        given=(),
        near_misses={
            "a tenth": Le(gap, A_i * symbol["reply_visitation"] * symbol["largest_advantage"] / (10 * horizon))
        },
    ),
    _lemma_22(
        ".step-9",
        "Summing the bound of the averaged advantages over states and actions",
        Le(A_i * symbol["reply_visitation"] * _uniform_bound / horizon, lam * A_i * M),
        given=(),
        finding=Finding(
            kind="typo",
            summary="The last display sums the visitation over states and actions, without the reply's probabilities. "
            "Read literally the sum is |A_i|, so the step loses a factor |A_i|; the sum is over states only.",
            survives="Lemma 22 and Theorem 6 stand: with the probabilities of the reply kept, or the sum over states, "
            "every step is right.",
            corrected="zhang2022.lemma-22.step-9.corrected",
            counterexample="lemma-22.step-9.json",
        ),
    ),
    _lemma_22(
        ".step-9.corrected",
        "Summing the bound of the averaged advantages over states",
        Le(symbol["reply_visitation"] * _uniform_bound / horizon, lam * A_i * M),
        given=(),
        kind="tight",
        near_misses={"half": Le(symbol["reply_visitation"] * _uniform_bound / horizon, lam * A_i * M / 2)},
        corrects="zhang2022.lemma-22.step-9",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_DEFINITIONS, *_LEMMA_22)
