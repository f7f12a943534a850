"""Section 10 of zhang2022, with Lemma 3: natural gradients of softmax policies.

Two schemes give the same policy where their exponents agree up to a function of the state: exponents are
compared with their mean over actions taken off. Statements about all vectors g are tested on vectors that span them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Eq, Gt

from bounds.zhang2022.assumptions import VISITED
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
eta, lam, A_i, d = (_symbol[name] for name in ("step_size", "regularization", "A_i", "visitation"))
horizon = 1 - _symbol["discount"]

_NATURAL = eta * _symbol["natural_direction"]
_EXPONENT = _symbol["centred_advantage"] / horizon
_BARRIER_EXPONENT = _EXPONENT + lam * _symbol["centred_inverse_probability"] / d


_ETA_MISSING = Finding(
    kind="typo",
    summary="The exponent of (10) lacks the step size. The natural gradient step (9) multiplies each probability by "
    "exp(eta Abar_i / (1 - gamma)) up to normalisation, so (9) and (10) as printed are one scheme for eta = 1 only. "
    "In the stored one-state game with rewards 1 and 0, uniform play and eta = 1/2 the exponents of the two actions "
    "differ by 1/2 under (9) and by 1 under (10).",
    survives="Sections 12 and 13 work with the step size in the exponent: Theorems 4 and 5 and Lemmas 20 and 21 are "
    "about the corrected scheme and stand as far as this is concerned. (10) taken literally is the scheme with eta = 1 "
    "and often far above the limits of the theorems: simulated on a two-player coordination game with gamma = 9/10 it "
    "overshoots and ends up alternating between the two profiles that pay least. (17) has the step size.",
    counterexample="eq-10.json",
)


def _equivalent(label: str, title: str, near_misses: Mapping[str, Eq] | None = None) -> tuple[Claim, Claim]:
    """Schemes (9) and (10) give the same policy, as printed and corrected."""
    printed = Claim(
        id=f"zhang2022.{label}",
        title=f"{title}, as printed",
        setting=Setting.STEP,
        algorithm="natural-gradient-play",
        regularized=False,
        kind="identity",
        relation=Eq(_NATURAL, _EXPONENT),
        assumes=(VISITED.property,),
        finding=replace(_ETA_MISSING, corrected=f"zhang2022.{label}.corrected"),
    )
    corrected = replace(
        printed,
        id=f"{printed.id}.corrected",
        title=f"{title}, with the step size in the exponent",
        relation=Eq(_NATURAL, eta * _EXPONENT),
        near_misses=near_misses or {},
        finding=None,
        corrects=printed.id,
    )
    return printed, corrected


CLAIMS: tuple[Claim, ...] = (
    *_equivalent("lemma-3", "Natural gradient play is a multiplicative update"),
    *_equivalent(
        "eq-10",
        "Multiplicative update",
        near_misses={
            "no-horizon": Eq(_NATURAL, eta * _symbol["centred_advantage"]),
            "step-squared": Eq(_NATURAL, eta**2 * _EXPONENT),
            "visited": Eq(_NATURAL, eta * d * _EXPONENT),
        },
    ),
    Claim(
        id="zhang2022.lemma-9",
        title="Fisher matrix of one state",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["fisher_residual"], 0),
    ),
    Claim(
        id="zhang2022.lemma-9.step-1",
        title="The Fisher matrix vanishes on constants",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["fisher_ones"], 0),
    ),
    Claim(
        id="zhang2022.lemma-9.step-2",
        title="It is positive definite on vectors with last entry 0: semi-definite, with no other kernel",
        setting=Setting.POLICY,
        relation=Gt(_symbol["least_fisher_pivot"], 0),
        near_misses={"bounded-away": Gt(_symbol["least_fisher_pivot"], 1 / A_i**2)},
    ),
    Claim(
        id="zhang2022.corollary-10",
        title="The Fisher matrix is block diagonal",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["fisher_block_residual"], 0),
    ),
    Claim(
        id="zhang2022.lemma-11",
        title="Pseudo-inverse of the Fisher matrix on vectors that sum to 0",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["pseudo_inverse_residual"], 0),
        assumes=(VISITED.property,),
    ),
    Claim(
        id="zhang2022.lemma-11.step-1",
        title="The pseudo-inverse acts block by block",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["pseudo_inverse_block_residual"], 0),
        assumes=(VISITED.property,),
    ),
    Claim(
        id="zhang2022.lemma-11.step-2",
        title="Projector on the range of a state's Fisher matrix",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["projector_residual"], 0),
    ),
    Claim(
        id="zhang2022.lemma-11.step-3",
        title="A preimage under the Fisher matrix",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["preimage_residual"], 0),
        assumes=(VISITED.property,),
    ),
    *_equivalent("lemma-12.part-1", "Schemes (9) and (10) are equivalent"),
    Claim(
        id="zhang2022.lemma-12.part-2",
        title="Schemes (16) and (17) are equivalent",
        setting=Setting.STEP,
        algorithm="natural-gradient-play",
        regularized=True,
        kind="identity",
        relation=Eq(eta * _symbol["regularized_natural_direction"], eta * _BARRIER_EXPONENT),
        assumes=(VISITED.property,),
        near_misses={
            "barrier-not-visited": Eq(
                eta * _symbol["regularized_natural_direction"],
                eta * (_EXPONENT + lam * _symbol["centred_inverse_probability"]),
            ),
            "no-barrier": Eq(eta * _symbol["regularized_natural_direction"], eta * _EXPONENT),
        },
    ),
    Claim(
        id="zhang2022.lemma-12.step-1",
        title="The gradient sums to 0 over a state's actions",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["gradient_sum"], 0),
    ),
    Claim(
        id="zhang2022.lemma-12.step-2",
        title="So does the regularised gradient",
        setting=Setting.STEP,
        algorithm="natural-gradient-play",
        regularized=True,
        kind="identity",
        relation=Eq(_symbol["regularized_gradient_sum"], 0),
    ),
    Claim(
        id="zhang2022.lemma-12.step-3",
        title="The natural gradient is the averaged advantage over 1 - gamma",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["natural_direction"], _EXPONENT),
        assumes=(VISITED.property,),
        near_misses={"no-horizon": Eq(_symbol["natural_direction"], _symbol["centred_advantage"])},
    ),
)
