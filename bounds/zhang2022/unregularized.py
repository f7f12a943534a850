"""Section 4 of zhang2022 and the proof of Theorem 5 (13): gradient play and natural gradient play.

Averages are taken over all iterates before the time in question, with c the least value up to that time:
the proofs of eq-12 and eq-13 use c at the iterates of the sum only, so the inequality is due for every T.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Ge, Gt, Le, sqrt

from bounds.zhang2022.assumptions import ISOLATED, POTENTIAL, UNIT_REWARDS, VISITED
from bounds.zhang2022.theorems import beta
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = [
    "CLAIMS",
    "GRADIENT",
    "GRADIENT_LIMIT",
    "MPG",
    "MPG_VISITED",
    "NATURAL",
    "NATURAL_LIMIT",
    "UNCHECKED_STEP",
    "limit",
]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, M, D = (_symbol[name] for name in ("n", "A_max", "M", "phi_range"))
eta, T, c, gap = (_symbol[name] for name in ("step_size", "steps", "c", "nash_gap"))
gain, mean_squared_gap = _symbol["potential_gain"], _symbol["mean_squared_gap"]
horizon = 1 - _symbol["discount"]

MPG = (UNIT_REWARDS.property, POTENTIAL.property)
MPG_VISITED = (*MPG, VISITED.property)
GRADIENT, NATURAL = "gradient-play", "natural-gradient-play"
#: Step sizes that Theorem 4 allows; the second without dividing by the range, which may be 0.
GRADIENT_LIMIT, NATURAL_LIMIT = Le(eta, 1 / beta), Le(2 * n * D * eta, horizon**2)


def limit(identifier: str, title: str, latex: str, finding: Finding | None = None, **rest: Any) -> Claim:
    """A statement about limits of a run."""
    options: dict[str, Any] = {"assumes": MPG_VISITED, "regularized": False} | rest
    return Claim(identifier, title, Setting.RUN, kind="evidence", latex=latex, finding=finding, **options)


_PARAMETERS_DIVERGE = Finding(
    kind="typo",
    summary="The parameters theta need not converge: if the equilibrium in the limit plays some action with "
    "probability 0, its parameter goes to minus infinity (Lemma 17 says so). With one player, one state and rewards "
    "(1, 0) the only equilibrium is deterministic and the difference of the two parameters grows without bound. What "
    "converges, and what the proof shows, is the policy.",
    survives="With policies in place of parameters the theorem follows once the gap in zhang2022.lemma-19.step-6 is "
    "closed. Theorem 5's inequalities use no limit. For a constant potential the natural step's limit divides by 0; "
    "nothing moves there.",
)


def _convergence(algorithm: str, suffix: str, largest_step: str) -> tuple[Claim, Claim]:
    """Theorem 4 for one algorithm, as stated and with policies in place of parameters."""
    identifier = f"zhang2022.theorem-4{suffix}"
    rest: dict[str, Any] = {"algorithm": algorithm, "assumes": (*MPG_VISITED, ISOLATED.property)}
    target = r"\text{ is a Nash equilibrium}"
    name = algorithm.replace("-", " ")
    return (
        limit(
            identifier,
            f"The parameters of {name} converge to a Nash equilibrium",
            rf"\eta \le {largest_step} \implies \lim_{{t\to\infty}}\theta^{{(t)}}{target}",
            replace(_PARAMETERS_DIVERGE, corrected=f"{identifier}.corrected"),
            **rest,
        ),
        limit(
            f"{identifier}.corrected",
            f"The policies of {name} converge to a Nash equilibrium",
            rf"\eta \le {largest_step} \implies \lim_{{t\to\infty}}\pi_{{\theta^{{(t)}}}}{target}",
            corrects=identifier,
            **rest,
        ),
    )


_SECTION_4 = (
    *_convergence(GRADIENT, "", r"\frac{(1-\gamma)^3}{6n}"),
    *_convergence(NATURAL, ".natural", r"\frac{(1-\gamma)^2}{2n(\phi_{\max}-\phi_{\min})}"),
    limit(
        "zhang2022.eq-11.step-1",
        "c tends to 1 along the run",
        r"\lim_{t\to\infty} c(\theta^{(t)}) = 1",
        Finding(
            kind="false",
            summary="The map c is not continuous where actions tie, so c(theta*) = 1 at the limit says nothing about "
            "the iterates. Two players, one state, common rewards ((1, 0), (0, 1)), start ((2/3, 1/3), (1/3, 2/3)); "
            "the stationary policies are isolated (four pure ones and the mixed one). The start is antisymmetric, "
            "pi_2 = 1 - pi_1, and stays so. With x the log-odds of player 1, gradient play maps x to x - 2 eta p (1 "
            "- p) (2 p - 1) with p = 1 / (1 + exp(-x)), which for eta = 1/12 lies in [47 x / 48, x) for x > 0. Hence "
            "p decreases to 1/2, the greedy actions are the unlikely ones, c(theta(t)) = 1 - p < 1/2 for every t, "
            "and the limit is 1/2.",
            survives="The inequalities of Theorem 5 hold for every T with c the least value up to T, which is positive "
            "for softmax policies; they need neither this limit nor isolated stationary policies.",
        ),
    ),
    Claim(
        "zhang2022.eq-11.step-2",
        "c is positive for every softmax policy",
        Setting.POLICY,
        relation=Gt(c, 0, evaluate=False),
        near_misses={"at least one over the number of actions": Ge(c * _symbol["A_max"], 1)},
    ),
    limit(
        "zhang2022.eq-11",
        "c stays away from 0 along the run",
        r"c := \inf_t c(\theta^{(t)}) > 0",
        Finding(
            kind="proof-gap",
            summary="The argument joins c(theta(t)) > 0 for each t with a limit of 1, and that limit is wrong "
            "(zhang2022.eq-11.step-1). Positivity of the infimum does follow when the equilibrium in the limit has "
            "no best action outside its support: then the limes inferior is at least the least probability in the "
            "support. If an action that the limit does not play ties with the best ones, nothing in the paper "
            "excludes that it is the only greedy action infinitely often while its probability vanishes. No "
            "counterexample is known.",
            survives="Theorem 5 holds for each T with c replaced by the least c(theta(t)) for t < T; only the "
            "conclusion that this is a rate, uniform in T, rests on (11).",
        ),
    ),
)


UNCHECKED_STEP = Finding(
    kind="proof-gap",
    summary="The proof applies Lemma 21, which asks for eta <= (1 - gamma)^2, but the prescribed step (1 - gamma)^2 "
    "/ (2 n (phi_max - phi_min)) is larger when the potential's range is below 1 / (2 n). With one player, one "
    "state, discount 0 and rewards (1/100, 0) it is 50.",
    survives="Theorem 5 stands with the same step and the same constants. In a potential game Abar_i is the averaged "
    "advantage of the potential, which is at most (phi_max - phi_min) / (1 - gamma). So eta max Abar_i / (1 - gamma) "
    "is at most eta (phi_max - phi_min) / (1 - gamma)^2 <= 1 / (2 n), the argument of the logarithm's bound is at "
    "most 1/8, and Lemma 21's conclusion holds (zhang2022.lemma-21.corrected).",
)

_THEOREM_5 = (
    limit(
        "zhang2022.theorem-5",
        "Rates of gradient play and natural gradient play, with c over the whole run",
        r"\eta=\tfrac{(1-\gamma)^3}{6n}:\ \tfrac1T\sum_{t<T}\mathrm{NE\text{-}gap}(\theta^{(t)})^2 \le "
        r"\tfrac{12n\max_i|\mathcal A_i|(\phi_{\max}-\phi_{\min})M^2}{(1-\gamma)^4c^2T};\quad "
        r"\eta=\tfrac{(1-\gamma)^2}{2n(\phi_{\max}-\phi_{\min})}:\ "
        r"\tfrac1T\sum_{t<T}\mathrm{NE\text{-}gap}(\theta^{(t)})^2"
        r"\le\tfrac{6n(\phi_{\max}-\phi_{\min})^2M}{(1-\gamma)^3cT},\quad c=\inf_t c(\theta^{(t)})",
        UNCHECKED_STEP,
        assumes=(*MPG_VISITED, ISOLATED.property),
    ),
    Claim(
        "zhang2022.theorem-5.step-1",
        "The total potential grows by at most its range",
        Setting.PAIR,
        relation=Le(_symbol["potential_difference"], D / horizon),
        assumes=MPG,
        kind="tight",
        near_misses={"without the discount": Le(_symbol["potential_difference"], D)},
    ),
    Claim(
        "zhang2022.theorem-5.gradient-play.step-1",
        "Telescoped ascent of gradient play",
        Setting.RUN,
        relation=Ge(gain, eta / 2 * _symbol["summed_squared_gradients"]),
        given=(GRADIENT_LIMIT,),
        assumes=MPG,
        algorithm=GRADIENT,
        regularized=False,
        near_misses={"three halves": Ge(gain, 3 * eta / 2 * _symbol["summed_squared_gradients"])},
    ),
    Claim(
        "zhang2022.theorem-5.gradient-play.step-2",
        "Gradient domination for the total potential",
        Setting.POLICY,
        relation=Ge(_symbol["gradient_norm"], c / (M * sqrt(A)) * gap),
        assumes=MPG_VISITED,
        finding=Finding(
            kind="typo",
            summary="The proof refers to a Theorem 1 here; Lemma 1 is meant.",
            survives="Lemma 1 with the least c over players and M >= M(theta) gives the inequality.",
        ),
        near_misses={"three times": Ge(_symbol["gradient_norm"], 3 * c / (M * sqrt(A)) * gap)},
    ),
    Claim(
        "zhang2022.theorem-5.gradient-play.step-3",
        "Ascent of gradient play against the gap",
        Setting.STEP,
        relation=Ge(_symbol["ascent"], eta * c**2 / (2 * M**2 * A) * gap**2),
        given=(GRADIENT_LIMIT,),
        assumes=MPG_VISITED,
        algorithm=GRADIENT,
        regularized=False,
        near_misses={"nine times": Ge(_symbol["ascent"], 9 * eta * c**2 / (2 * M**2 * A) * gap**2)},
    ),
    Claim(
        id="zhang2022.eq-12",
        monitored=True,
        title="Average squared gap of gradient play",
        setting=Setting.RUN,
        relation=Le(mean_squared_gap, 2 * A * M**2 * D / (horizon * c**2 * eta * T)),
        algorithm=GRADIENT,
        regularized=False,
        given=(GRADIENT_LIMIT,),
        assumes=MPG_VISITED,
        near_misses={"a part in 400": Le(mean_squared_gap, A * M**2 * D / (200 * horizon * c**2 * eta * T))},
    ),
    Claim(
        "zhang2022.theorem-5.natural.step-1",
        "Ascent of natural gradient play against the gap",
        Setting.STEP,
        relation=Ge(_symbol["ascent"], c * eta / (3 * M) * gap**2),
        given=(NATURAL_LIMIT,),
        assumes=MPG_VISITED,
        algorithm=NATURAL,
        regularized=False,
        finding=UNCHECKED_STEP,
        near_misses={"ten thirds": Ge(_symbol["ascent"], 10 * c * eta / (3 * M) * gap**2)},
    ),
    Claim(
        "zhang2022.theorem-5.natural.step-2",
        "Telescoped ascent of natural gradient play",
        Setting.RUN,
        relation=Ge(gain, c * eta * T / (3 * M) * mean_squared_gap),
        given=(NATURAL_LIMIT,),
        assumes=MPG_VISITED,
        algorithm=NATURAL,
        regularized=False,
        near_misses={"ten thirds": Ge(gain, 10 * c * eta * T / (3 * M) * mean_squared_gap)},
    ),
    Claim(
        id="zhang2022.eq-13",
        monitored=True,
        title="Average squared gap of natural gradient play",
        setting=Setting.RUN,
        relation=Le(mean_squared_gap, 3 * M * D / (horizon * c * eta * T)),
        algorithm=NATURAL,
        regularized=False,
        given=(NATURAL_LIMIT,),
        assumes=MPG_VISITED,
        finding=UNCHECKED_STEP,
        near_misses={"a fortieth": Le(mean_squared_gap, 3 * M * D / (40 * horizon * c * eta * T))},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_SECTION_4, *_THEOREM_5)
