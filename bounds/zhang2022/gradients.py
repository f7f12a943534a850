"""Sections 2, 9 of zhang2022: equilibria, visitation, policy gradients, deviations.

Assumption 1 is made for the whole paper; it is asked for where a visitation is divided by.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le

from bounds.zhang2022.assumptions import POTENTIAL, VISITED
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
M, D_inf = _symbol["M"], _symbol["D_inf"]
d, pi, Abar = (_symbol[name] for name in ("visitation", "probability", "averaged_advantage"))
gap_i, gradient = _symbol["nash_gap_i"], _symbol["gradient"]
horizon = 1 - _symbol["discount"]

_EQUILIBRIUM = (
    r"J_i(\theta_i^*, \theta_{-i}^*) \ge J_i(\theta_i', \theta_{-i}^*) \ \forall \theta_i', i; \quad "
    r"\mathrm{NE\text{-}gap}_i(\theta) = \sup_{\theta_i'} J_i(\theta_i', \theta_{-i}) - J_i(\theta), \quad "
    r"\mathrm{NE\text{-}gap}(\theta) = \max_i \mathrm{NE\text{-}gap}_i(\theta)"
)
_PERFECTION = Finding(
    kind="ambiguity",
    summary="Definition 1 calls a Nash equilibrium Markov perfect, but condition (2) compares returns from the initial "
    "distribution only. A policy may be optimal from there and still play badly in states that it never reaches. "
    "In the stored game both states are absorbing and play starts in the first: the bad action in the second costs "
    "nothing under (2).",
    survives="Every result of the paper supposes Assumption 1. Then no state is missed, a policy without gain from the "
    "initial distribution has none from any state, and the two notions agree.",
    corrected="zhang2022.definition-1.perfection.corrected",
    counterexample="definition-1.perfection.json",
)

_SECTION_2 = (
    Claim(
        id="zhang2022.definition-1",
        title="Nash equilibrium and NE-gap",
        setting=Setting.POLICY,
        kind="definition",
        latex=_EQUILIBRIUM,
    ),
    Claim(
        id="zhang2022.definition-1.perfection",
        title="A Nash equilibrium is Markov perfect",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["best_gain_at"], 0),
        given=(Eq(gap_i, 0),),
        boundary=True,
        finding=_PERFECTION,
    ),
    Claim(
        id="zhang2022.definition-1.perfection.corrected",
        title="Where every state is visited, a Nash equilibrium is Markov perfect",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["best_gain_at"], 0),
        given=(Eq(gap_i, 0),),
        assumes=(VISITED.property,),
        boundary=True,
        near_misses={"no-action-loses": Eq(Abar, 0)},
        corrects="zhang2022.definition-1.perfection",
    ),
    Claim(
        id="zhang2022.eq-4",
        title="Policy gradient of softmax policies",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(gradient, d * pi * Abar / horizon),
        near_misses={
            "no-horizon": Eq(gradient, d * pi * Abar),
            "initial-distribution": Eq(gradient, _symbol["initial_probability"] * pi * Abar / horizon),
            "not-weighted": Eq(gradient, d * Abar / horizon),
        },
    ),
    Claim(
        id="zhang2022.assumption-1",
        title="Every state is visited under every policy",
        setting=Setting.GAME,
        kind="definition",
        latex=VISITED.latex,
    ),
    Claim(
        id="zhang2022.eq-5",
        title="M, the largest inverse visitation",
        setting=Setting.GAME,
        kind="definition",
        latex=r"M := \sup_\theta \max_s \frac{1}{d_\theta(s)}",
    ),
    Claim(
        id="zhang2022.eq-5.step-1",
        title="A state is visited at least as often as play starts in it",
        setting=Setting.POLICY,
        kind="tight",
        relation=Ge(d, horizon * _symbol["initial_probability"]),
        near_misses={"no-horizon": Ge(d, _symbol["initial_probability"])},
    ),
    Claim(
        id="zhang2022.eq-5.bound-1",
        title="M is at most the largest inverse starting probability over 1 - gamma",
        setting=Setting.GAME,
        kind="tight",
        relation=Le(M, 1 / (horizon * _symbol["least_initial"])),
        given=(Gt(_symbol["least_initial"], 0),),
        assumes=(VISITED.property,),
        near_misses={
            "no-horizon": Le(M, 1 / _symbol["least_initial"]),
            "most-likely-start": Le(M, 1 / (horizon * _symbol["largest_initial"])),
        },
    ),
    Claim(
        id="zhang2022.eq-5.bound-2",
        title="The mismatch coefficient has the same bound as M",
        setting=Setting.GAME,
        kind="tight",
        relation=Le(D_inf, 1 / (horizon * _symbol["least_initial"])),
        given=(Gt(_symbol["least_initial"], 0),),
        assumes=(VISITED.property,),
        near_misses={"no-horizon": Le(D_inf, 1 / _symbol["least_initial"]), "larger-than-inverse": Le(M, D_inf)},
    ),
    Claim(
        id="zhang2022.definition-2",
        title="Markov potential game",
        setting=Setting.GAME,
        kind="definition",
        latex=POTENTIAL.latex,
    ),
    Claim(
        id="zhang2022.eq-6",
        title="A unilateral deviation changes value and potential alike, from every state",
        setting=Setting.DEVIATION,
        kind="identity",
        relation=Eq(_symbol["value_gain"], _symbol["potential_value_gain"]),
        assumes=(POTENTIAL.property,),
        near_misses={"scaled": Eq(_symbol["value_gain"], horizon * _symbol["potential_value_gain"])},
    ),
    Claim(
        id="zhang2022.definition-2.consequence-1",
        title="A unilateral deviation changes return and total potential alike",
        setting=Setting.DEVIATION,
        kind="identity",
        relation=Eq(_symbol["return_gain"], _symbol["potential_return_gain"]),
        assumes=(POTENTIAL.property,),
        near_misses={"scaled": Eq(_symbol["return_gain"], horizon * _symbol["potential_return_gain"])},
    ),
    Claim(
        id="zhang2022.definition-2.consequence-2",
        title="The NE-gap is the best unilateral gain of the total potential",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(gap_i, _symbol["potential_gap_i"]),
        assumes=(POTENTIAL.property,),
        near_misses={"half": Eq(gap_i, _symbol["potential_gap_i"] / 2)},
    ),
    Claim(
        id="zhang2022.definition-2.consequence-3",
        title="Gradients of returns are gradients of the total potential",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(gradient, _symbol["potential_gradient"]),
        assumes=(POTENTIAL.property,),
        near_misses={"scaled": Eq(gradient, horizon * _symbol["potential_gradient"])},
    ),
)

_UNBOUND = Finding(
    kind="typo",
    summary="In the first display of section 9 the sum runs over s' and a', but its last factor is Q_i at (s, a): a is "
    "bound nowhere, so the formula has no value. Q_i at (s', a') is meant, as the next display shows. There a few more "
    "symbols slip: pi(a'|s') for pi(a'|s), and a spare a'_{-i} among the arguments of the averaged Q.",
    survives="Equation (4) is true and follows from the corrected display.",
    corrected="zhang2022.eq-4.step-1.corrected",
)

_SECTION_9 = (
    Claim(
        id="zhang2022.eq-4.step-1",
        title="Policy gradient theorem, as printed",
        setting=Setting.POLICY,
        kind="definition",
        latex=r"\frac{\partial J_i(\theta)}{\partial\theta_{s, a_i}} = \frac{1}{1 - \gamma} \sum_{s'} \sum_{a'} "
        r"d_\theta(s') \pi_\theta(a'|s') \frac{\partial \log \pi_\theta(a'|s')}{\partial\theta_{s, a_i}} "
        r"Q_i^\theta(s, a)",
        finding=_UNBOUND,
    ),
    Claim(
        id="zhang2022.eq-4.step-1.corrected",
        title="Policy gradient theorem",
        setting=Setting.POLICY,
        kind="identity",
        corrects="zhang2022.eq-4.step-1",
        relation=Eq(gradient, _symbol["score_weighted_q"] / horizon),
        near_misses={"no-horizon": Eq(gradient, _symbol["score_weighted_q"])},
    ),
    Claim(
        id="zhang2022.eq-4.step-2",
        title="Derivative of the logarithm of the softmax",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["score_residual"], 0),
    ),
    Claim(
        id="zhang2022.eq-4.step-3",
        title="Averages over the others' actions leave the averaged advantage",
        setting=Setting.POLICY,
        kind="identity",
        relation=Eq(_symbol["score_weighted_q"] / horizon, d * pi * Abar / horizon),
        near_misses={"not-weighted": Eq(_symbol["score_weighted_q"] / horizon, d * Abar / horizon)},
    ),
    Claim(
        id="zhang2022.lemma-8",
        title="Performance difference of one player",
        setting=Setting.DEVIATION,
        kind="identity",
        relation=Eq(_symbol["return_gain"], _symbol["deviation_advantage"] / horizon),
        near_misses={
            "old-visitation": Eq(_symbol["return_gain"], _symbol["misvisited_deviation_advantage"] / horizon),
            "no-horizon": Eq(_symbol["return_gain"], _symbol["deviation_advantage"]),
        },
    ),
    Claim(
        id="zhang2022.lemma-8.step-1",
        title="Performance difference with joint actions",
        setting=Setting.DEVIATION,
        kind="identity",
        relation=Eq(_symbol["return_gain"], _symbol["joint_deviation_advantage"] / horizon),
        near_misses={"no-horizon": Eq(_symbol["return_gain"], _symbol["joint_deviation_advantage"])},
    ),
    Claim(
        id="zhang2022.lemma-8.step-2",
        title="Averages over the others, who do not move",
        setting=Setting.DEVIATION,
        kind="identity",
        relation=Eq(_symbol["joint_deviation_advantage"] / horizon, _symbol["deviation_advantage"] / horizon),
        near_misses={
            "old-visitation": Eq(_symbol["joint_deviation_advantage"], _symbol["misvisited_deviation_advantage"])
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_SECTION_2, *_SECTION_9)
