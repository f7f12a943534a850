"""Section 12.0.1 of zhang2022: convergence of gradient play in the limit.

The proofs argue along a run with limits.  Their finite steps are stated for one policy or one step: they hold at
every iterate that meets their hypotheses.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Eq, Ge, Gt, Le, Rel

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS
from bounds.zhang2022.theorems import beta
from bounds.zhang2022.unregularized import GRADIENT, GRADIENT_LIMIT, MPG, limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
A_i, eta, ascent, gradient = (_symbol[name] for name in ("A_i", "step_size", "ascent", "gradient_norm"))
slope, slope_b = _symbol["potential_gradient"], _symbol["potential_gradient_2"]
probability, probability_b = _symbol["probability"], _symbol["probability_2"]
advantage, advantage_b = _symbol["averaged_advantage"], _symbol["averaged_advantage_2"]
share = _symbol["sinking_share"]
horizon = 1 - _symbol["discount"]

_GRADIENT_PLAY = (
    Claim(
        "zhang2022.lemma-14.step-1",
        "Descent lemma for gradient play, any step size",
        Setting.STEP,
        relation=Ge(ascent, (eta - beta * eta**2 / 2) * gradient**2),
        algorithm=GRADIENT,
        regularized=False,
        assumes=MPG,
        near_misses={"a hundredth of the smoothness": Ge(ascent, (eta - beta * eta**2 / 200) * gradient**2)},
    ),
    Claim(
        "zhang2022.lemma-14.step-2",
        "Half the step is left of the descent lemma",
        Setting.STEP,
        relation=Ge(eta - beta * eta**2 / 2, eta / 2),
        given=(GRADIENT_LIMIT,),
        algorithm=GRADIENT,
        regularized=False,
        kind="tight",
        near_misses={"two thirds": Ge(eta - beta * eta**2 / 2, 2 * eta / 3)},
    ),
    Claim(
        id="zhang2022.lemma-14",
        monitored=True,
        title="Gradient play ascends the total potential",
        setting=Setting.STEP,
        relation=Le(eta / 2 * gradient**2, ascent),
        algorithm=GRADIENT,
        regularized=False,
        given=(GRADIENT_LIMIT,),
        assumes=MPG,
        near_misses={"three halves": Le(3 * eta / 2 * gradient**2, ascent)},
    ),
    limit(
        "zhang2022.lemma-14.limit",
        "The gradient of the total potential vanishes along gradient play",
        r"\eta\le\frac{(1-\gamma)^3}{6n} \implies \lim_{t\to\infty}\nabla\Phi(\theta^{(t)}) = 0",
        algorithm=GRADIENT,
    ),
    limit(
        "zhang2022.corollary-15",
        "The signs of the advantages settle",
        r"\exists T_1\ \forall t > T_1:\ A_i^{(t)}(s,a_i) < -\tfrac{\Delta}{4}\ (a_i\in I_-),\quad "
        r"A_i^{(t)}(s,a_i) > \tfrac{\Delta}{4}\ (a_i\in I_+),\quad "
        r"|A_i^{(t)}(s,a_i)| < \tfrac{\Delta}{4}\ (a_i\in I_0)",
        Finding(
            kind="typo",
            summary="The averaged advantage of player i is meant: A_i takes a joint action. If all averaged advantages "
            "vanish in the limit, Delta is a minimum over the empty set; read it as infinite.",
            survives="Lemmas 17, 18 and 19 use the corollary for the averaged advantage.",
            corrected="zhang2022.corollary-15.corrected",
        ),
        algorithm=GRADIENT,
    ),
    limit(
        "zhang2022.corollary-15.corrected",
        "The signs of the averaged advantages settle",
        r"\exists T_1\ \forall t > T_1:\ \bar A_i^{(t)}(s,a_i) < -\tfrac{\Delta}{4}\ (a_i\in I_-),\quad "
        r"\bar A_i^{(t)}(s,a_i) > \tfrac{\Delta}{4}\ (a_i\in I_+),\quad "
        r"|\bar A_i^{(t)}(s,a_i)| < \tfrac{\Delta}{4}\ (a_i\in I_0)",
        algorithm=GRADIENT,
        regularized=False,
        corrects="zhang2022.corollary-15",
    ),
    limit(
        "zhang2022.corollary-16",
        "All probability moves to actions of advantage 0",
        r"\lim_{t\to\infty}\sum_{a_i\in I_0^{i,s}}\pi_i^{(t)}(a_i|s) = 1",
        algorithm=GRADIENT,
        regularized=False,
    ),
    Claim(
        "zhang2022.lemma-17.step-1",
        "The slopes of the potential sum to 0 in every state",
        Setting.POLICY,
        relation=Eq(_symbol["potential_gradient_sum"], 0),
        assumes=(POTENTIAL.property,),
        kind="identity",
        near_misses={"advantages without their weights": Eq(_symbol["advantage_sum"], 0)},
    ),
    Claim(
        "zhang2022.lemma-17.step-2",
        "Averaged advantages are at most 1 / (1 - gamma)",
        Setting.POLICY,
        relation=Le(Abs(advantage), 1 / horizon),
        assumes=(UNIT_REWARDS.property,),
        kind="tight",
        near_misses={"at most 1": Le(Abs(advantage), 1), "half": Le(Abs(advantage), 1 / (2 * horizon))},
    ),
    Claim(
        "zhang2022.lemma-17.step-3",
        "A likelier action of equal advantage has the steeper slope",
        Setting.POLICY,
        relation=Ge(Abs(slope_b) * Abs(advantage), Abs(slope) * Abs(advantage_b)),
        given=(Le(probability, probability_b),),
        assumes=(POTENTIAL.property,),
        near_misses={"twice": Ge(Abs(slope_b) * Abs(advantage), 2 * Abs(slope) * Abs(advantage_b))},
    ),
    Claim(
        "zhang2022.lemma-17.step-4",
        "No parameter moves by more than eta / (1 - gamma)^2",
        Setting.POLICY,
        relation=Le(Abs(slope), 1 / horizon**2),
        assumes=MPG,
        near_misses={"a fifth": Le(Abs(slope), 1 / (5 * horizon**2))},
    ),
    limit(
        "zhang2022.lemma-17",
        "Parameters of good actions are bounded below, those of bad actions go to minus infinity",
        r"\inf_t\theta_{s,a_i}^{(t)} > -\infty\ (a_i\in I_+),\qquad "
        r"\lim_{t\to\infty}\theta_{s,a_i}^{(t)} = -\infty\ (a_i\in I_-)",
        Finding(
            kind="typo",
            summary="The display before (22) equates one slope with a ratio: the ratio of the slopes of a_i and of "
            "the drifting action is meant, in products if the latter's advantage is 0 (zhang2022.lemma-17.step-3). "
            "When the drifting parameter is below its threshold from T_1' on, the lower bound in the proof is its "
            "value at T_1'.",
            survives="The lemma stands with these readings.",
        ),
        algorithm=GRADIENT,
        regularized=False,
    ),
    Claim(
        "zhang2022.lemma-18.step-1",
        "The better and likelier action has the larger slope",
        Setting.POLICY,
        relation=Ge(slope_b, slope),
        given=(Le(probability, probability_b), Le(advantage, advantage_b), Gt(advantage_b, 0)),
        assumes=(POTENTIAL.property,),
        kind="tight",
        near_misses={"nine tenths": Ge(9 * slope_b / 10, slope)},
    ),
    Claim(
        "zhang2022.lemma-18.step-2",
        "The better and likelier action stays ahead in a step of gradient play",
        Setting.STEP,
        relation=Ge(_symbol["next_parameter_lead"], 0),
        given=(Le(probability, probability_b), Le(advantage, advantage_b), Gt(advantage_b, 0)),
        assumes=(POTENTIAL.property,),
        algorithm=GRADIENT,
        regularized=False,
        kind="tight",
        near_misses={"by a tenth of the step": Ge(_symbol["next_parameter_lead"], eta / 10)},
    ),
    limit(
        "zhang2022.lemma-18",
        "A neutral action that a good action has overtaken stays behind",
        r"\pi_i^{(t)}(a_i|s)\le\pi_i^{(t)}(a_i^+|s),\ t\ge T_1 \implies "
        r"\pi_i^{(\tau)}(a_i|s)\le\pi_i^{(\tau)}(a_i^+|s)\ \forall\tau\ge t",
        Finding(
            kind="typo",
            summary="Corollary 15 gives the signs for t > T_1 only, the lemma starts at t = T_1.",
            survives="Start one step later.",
        ),
        algorithm=GRADIENT,
        regularized=False,
    ),
)

_ABOVE = Gt(advantage_b, 0)
_RARE = Le(share, horizon * advantage_b / (4 * A_i))  # (1 - gamma) Delta / (16 |A_i|) with Delta / 4 = Abar(b)


def _chain(step: int, title: str, bounded: Rel, miss: tuple[str, Rel], **rest: Any) -> Claim:
    """A line of Lemma 19's display; b is the good action, and Delta / 4 its advantage."""
    identifier, near_misses = f"zhang2022.lemma-19.step-{step}", dict([miss])
    return Claim(
        identifier, title, Setting.POLICY, bounded, assumes=(UNIT_REWARDS.property,), near_misses=near_misses, **rest
    )


_good = probability_b * advantage_b
_settled, _sinking, _unsettled = (-_symbol[f"{kind}_drift"] for kind in ("settled", "sinking", "unsettled"))
_LEMMA_19 = (
    _chain(
        1,
        "Overtaken neutral actions cost at most pi(b) Delta / 16",
        Le(_settled, _good / 4),
        ("a twentieth", Le(_settled, _good / 20)),
        given=(_ABOVE,),
        finding=Finding(
            kind="typo",
            summary="The display's third line bounds these terms by |A_i| pi_i(a_i|s) Delta / (16 |A_i|), with the "
            "bound variable a_i left free; the probability of the good action is meant.",
            survives="Lemma 19's next line uses the bound with the good action.",
        ),
    ),
    _chain(
        2,
        "Bad actions that have become rare cost little",
        Le(_sinking, A_i * share * probability_b / horizon),
        ("a quarter", Le(_sinking, A_i * share * probability_b / (4 * horizon))),
        given=(_ABOVE,),
    ),
    _chain(
        3,
        "The other neutral actions lose pi(b) Delta / 8 in advantage",
        Ge(_unsettled, _good / 2),
        ("eleven tenths of the good action's", Ge(_unsettled, 11 * _good / 10)),
        given=(_ABOVE, _RARE),
    ),
    limit(
        "zhang2022.lemma-19.step-6",
        "The other neutral actions stay comparable to the good action",
        r"\sum_{a\in I_0\setminus B_0}\theta_{s,a}^{(t)} \le C,\ \theta_{s,a^+}^{(t)} \ge -C \implies "
        r"\sup_t\frac{\sum_{a\in I_0\setminus B_0}\pi_i^{(t)}(a|s)}{\pi_i^{(t)}(a^+|s)} < \infty",
        Finding(
            kind="proof-gap",
            summary="A sum of parameters that is bounded above bounds none of them: (t, -2 t) has sum -t. The set "
            "B_0 asks for pi(a) <= pi(a+) at all times from T_1 on, so by Lemma 18 its complement contains actions "
            "that are overtaken later and whose parameters may then fall without bound.",
            survives="Lemma 19 and Theorem 4 stand with the corrected set: by Lemma 18 all of its members are behind "
            "the good action from some time on, the other neutral actions stay ahead of it for all t >= T_1, so each "
            "of their parameters is bounded below, and with the sum bounded above each is bounded above. If there "
            "are none, step 3 reads 0 < 0 at once.",
            corrected="zhang2022.lemma-19.step-6.corrected",
        ),
        algorithm=GRADIENT,
    ),
    limit(
        "zhang2022.lemma-19.step-6.corrected",
        "Neutral actions that are never overtaken stay comparable to the good action",
        r"B_0 := \{a\in I_0 : \exists t\ge T_1,\ \pi_i^{(t)}(a|s)\le\pi_i^{(t)}(a^+|s)\} \implies "
        r"\sup_t\frac{\sum_{a\in I_0\setminus B_0}\pi_i^{(t)}(a|s)}{\pi_i^{(t)}(a^+|s)} < \infty",
        algorithm=GRADIENT,
        regularized=False,
        corrects="zhang2022.lemma-19.step-6",
    ),
    limit(
        "zhang2022.lemma-19",
        "No action has positive advantage in the limit of gradient play",
        r"I_+^{i,s} = \emptyset",
        Finding(
            kind="proof-gap",
            summary="Its proof rests on zhang2022.lemma-19.step-6.",
            survives="The lemma follows with the corrected set B_0, and Theorem 4 for gradient play with it.",
        ),
        algorithm=GRADIENT,
    ),
    limit(
        "zhang2022.remark-5",
        "Without isolated stationary policies the averaged Q functions may fail to converge",
        r"\lim_{t\to\infty}\bar Q_i^{(t)}(s,a_i)\ \text{need not exist}",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_GRADIENT_PLAY, *_LEMMA_19)
