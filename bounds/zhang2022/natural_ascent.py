"""Sections 12.0.2 and 13.2 of zhang2022: a step of natural gradient play, and Lemma 20.

What the proof of Lemma 20 shows without the update rule is stated for any two policies.
"""

from __future__ import annotations

from typing import Any

from sympy import Abs, Eq, Ge, Gt, Le, Lt, Rational, Rel, log

from bounds.zhang2022.assumptions import POTENTIAL
from bounds.zhang2022.unregularized import MPG, NATURAL, NATURAL_LIMIT, limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "step"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, D, eta = (_symbol[name] for name in ("n", "phi_range", "step_size"))
advantage, advantage_b = _symbol["averaged_advantage"], _symbol["averaged_advantage_2"]
ascent, log_normalizers, normalizer = (_symbol[name] for name in ("ascent", "log_normalizers", "natural_normalizer"))
mean_square, divergence = _symbol["mean_square_advantage"], _symbol["divergence"]
part_a, part_b, lag = _symbol["frozen_gain"], _symbol["coupling_gain"], _symbol["advantage_lag"]
horizon = 1 - _symbol["discount"]

_SECTION_12 = (
    Claim(
        "zhang2022.theorem-4.natural.step-1",
        "Exponents of the natural step are at most 1",
        Setting.STEP,
        relation=Le(eta * Abs(advantage) / horizon, 1),
        given=(NATURAL_LIMIT,),
        algorithm=NATURAL,
        regularized=False,
        assumes=MPG,
        near_misses={"at most a third": Le(eta * Abs(advantage) / horizon, Rational(1, 3))},
    ),
    Claim(
        "zhang2022.theorem-4.natural.step-2",
        "Lower bound of the natural step's normaliser",
        Setting.STEP,
        relation=Ge(normalizer, 1 + eta**2 / (4 * horizon**2) * mean_square),
        given=(NATURAL_LIMIT,),
        algorithm=NATURAL,
        regularized=False,
        assumes=MPG,
        near_misses={"without the quarter": Ge(normalizer, 1 + eta**2 / horizon**2 * mean_square)},
    ),
    limit(
        "zhang2022.theorem-4.natural.step-3",
        "The gradient of the total potential vanishes along natural gradient play",
        r"\lim_{t\to\infty}Z_t^{i,s} = 1,\qquad \lim_{t\to\infty}\|\nabla_\theta\Phi(\theta^{(t)})\|_2 = 0",
        algorithm=NATURAL,
    ),
    Claim(
        "zhang2022.theorem-4.natural.step-4",
        "The odds of the better action do not fall in a natural step",
        Setting.STEP,
        relation=Ge(_symbol["next_odds"], _symbol["odds"]),
        given=(NATURAL_LIMIT, Lt(advantage, advantage_b)),
        algorithm=NATURAL,
        regularized=False,
        assumes=MPG,
        near_misses={"they grow by a tenth": Ge(_symbol["next_odds"], 11 * _symbol["odds"] / 10)},
    ),
)


def _pair(step: str, title: str, relation: Rel, misses: dict[str, Rel], **rest: Any) -> Claim:
    """A step of Lemma 20's proof that holds for any two policies."""
    options: dict[str, Any] = {"assumes": (POTENTIAL.property,)} | rest
    return Claim(f"zhang2022.lemma-20.step-{step}", title, Setting.PAIR, relation, near_misses=misses, **options)


def step(identifier: str, title: str, relation: Rel, misses: dict[str, Rel], **rest: Any) -> Claim:
    """A statement about a step of natural gradient play."""
    options: dict[str, Any] = {"algorithm": NATURAL, "regularized": False} | rest
    return Claim(f"zhang2022.{identifier}", title, Setting.STEP, relation, near_misses=misses, **options)


_pinsker = 2 * n * D / horizon**2
_LEMMA_20 = (
    _pair(
        "1",
        "The potential grows by the mean advantage of the change",
        Eq(_symbol["potential_difference"], _symbol["joint_advantage_gain"]),
        {"without 1 / (1 - gamma)": Eq(_symbol["potential_difference"], horizon * _symbol["joint_advantage_gain"])},
        kind="identity",
    ),
    _pair(
        "2",
        "The change of the joint policy, one player after the other",
        Eq(_symbol["joint_advantage_gain"], _symbol["telescoped_gain"]),
        {"with nobody moved": Eq(_symbol["joint_advantage_gain"], part_a)},
        kind="identity",
    ),
    _pair(
        "3",
        "Split into Part A and Part B",
        Eq(_symbol["telescoped_gain"], part_a + part_b),
        {"Part B twice": Eq(_symbol["telescoped_gain"], part_a + 2 * part_b)},
        kind="identity",
    ),
    step(
        "lemma-20.step-4",
        "The update rule, solved for the advantage",
        Eq(eta * advantage, horizon * (_symbol["log_ratio"] + log(normalizer))),
        {"without the normaliser": Eq(eta * advantage, horizon * _symbol["log_ratio"])},
        assumes=(POTENTIAL.property,),
        kind="identity",
    ),
    step(
        "lemma-20.step-5",
        "Part A as relative entropy and normalisers",
        Eq(part_a, divergence / eta + log_normalizers / eta),
        {"relative entropy reversed": Eq(part_a, _symbol["reverse_divergence"] / eta + log_normalizers / eta)},
        assumes=(POTENTIAL.property,),
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="The first line of the display starts with 1 / eta where Part A has 1 / (1 - gamma); the next "
            "lines are right for Part A.",
            survives="Lemma 20 uses the last line.",
        ),
    ),
    _pair(
        "6",
        "The lag of the averaged advantage as a sum over the others' actions",
        Eq(lag, _symbol["advantage_lag_expanded"]),
        {"the other sign": Eq(lag, -_symbol["advantage_lag_expanded"])},
        kind="identity",
    ),
    Claim(
        "zhang2022.lemma-20.step-7",
        "Advantages for the potential are at most its range over 1 - gamma",
        Setting.POLICY,
        relation=Le(Abs(_symbol["joint_advantage"]), D / horizon),
        assumes=(POTENTIAL.property,),
        kind="tight",
        near_misses={"half": Le(Abs(_symbol["joint_advantage"]), D / (2 * horizon))},
    ),
    _pair(
        "8",
        "The lag is bounded by the moves of earlier players",
        Le(Abs(lag), D / horizon * _symbol["moved_before"]),
        {"a third": Le(Abs(lag), D / (3 * horizon) * _symbol["moved_before"])},
    ),
    _pair(
        "9",
        "The lag is bounded by the moves of all players",
        Le(Abs(lag), D / horizon * _symbol["moved"]),
        {"a third": Le(Abs(lag), D / (3 * horizon) * _symbol["moved"])},
    ),
    _pair(
        "10",
        "Part B with absolute values inside, as in the text",
        Le(Abs(part_b), 0, evaluate=False),
        {},
        finding=Finding(
            kind="typo",
            summary="In the text at hand the second factor is the absolute value of Abar - Abar, that is 0; the "
            "difference of Atilde and Abar is meant.",
            survives="The following lines bound the difference that is meant; Lemma 20 stands.",
            corrected="zhang2022.lemma-20.step-10.corrected",
            counterexample="lemma-20.step-10.json",
        ),
    ),
    _pair(
        "10.corrected",
        "Part B with absolute values inside",
        Le(Abs(part_b), _symbol["coupling_size"]),
        {"half": Le(Abs(part_b), _symbol["coupling_size"] / 2)},
        kind="tight",
        corrects="zhang2022.lemma-20.step-10",
    ),
    _pair(
        "11",
        "Part B against the squared sum of the moves",
        Le(_symbol["coupling_size"], D / horizon**2 * _symbol["mean_squared_move"]),
        {"a tenth": Le(_symbol["coupling_size"], D / (10 * horizon**2) * _symbol["mean_squared_move"])},
    ),
    _pair(
        "12",
        "Square of a sum against the sum of squares",
        Le(_symbol["moved"] ** 2, n * _symbol["squared_moves_at"]),
        {"half": Le(_symbol["moved"] ** 2, n / 2 * _symbol["squared_moves_at"])},
        kind="tight",
        assumes=(),
    ),
    _pair(
        "13",
        "Pinsker's inequality",
        Le(_symbol["move_at"] ** 2, 2 * _symbol["divergence_at"]),
        {"nineteen tenths": Le(_symbol["move_at"] ** 2, 19 * _symbol["divergence_at"] / 10)},
        kind="tight",
        assumes=(),
    ),
    _pair(
        "14",
        "Part B against relative entropy",
        Le(Abs(part_b), _pinsker * divergence),
        {"a sixteenth": Le(Abs(part_b), _pinsker * divergence / 16)},
        given=(Gt(D, 0),),
    ),
    step(
        "lemma-20.step-15",
        "Ascent before the step size is bounded",
        Ge(ascent, (1 / eta - _pinsker) * divergence + log_normalizers / eta),
        {"twice the relative entropy": Ge(ascent, (2 / eta - _pinsker) * divergence + log_normalizers / eta)},
        assumes=(POTENTIAL.property,),
    ),
    Claim(
        id="zhang2022.lemma-20",
        monitored=True,
        title="Natural gradient play ascends the total potential",
        setting=Setting.STEP,
        relation=Le(log_normalizers / eta, ascent),
        algorithm=NATURAL,
        regularized=False,
        given=(NATURAL_LIMIT,),
        assumes=MPG,
        near_misses={"two and a half times": Le(5 * log_normalizers / (2 * eta), ascent)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_SECTION_12, *_LEMMA_20)
