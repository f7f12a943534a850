"""The proof of Lemma 3.5 of maheshwari2023 from (14) on: best responses, the constant D, and the rate of decrease.

D and pi_i^dagger belong to one policy, so the statements do too; see `flow` for the rates and selections.
"""

from __future__ import annotations

from sympy import Eq, Ge, Le

from bounds.maheshwari2023.flow_names import (
    MIXING_MPG,
    MPG,
    D,
    eta,
    gap,
    horizon,
    moved_advantage,
    moved_q,
    reply_gain,
    reply_gap,
    response_gain,
    slope,
)
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}

_MISMATCH = (
    Claim(
        "maheshwari2023.eq-14.d",
        "The constant D",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=r"D = \frac{1}{1-\gamma} \max_i "
        r"\left\|\frac{d_\mu^{\pi_i^\dagger, \varpi_{-i}^\tau}}{\mu}\right\|_\infty",
        finding=Finding(
            kind="ambiguity",
            summary="D depends on the time and on which best response pi_i^dagger is taken, and is written as a "
            "constant.",
            survives="Every step holds at each time with its own D. A rate that is uniform in time takes "
            "D <= 1 / ((1 - delta) min mu), maheshwari2023.eq-14.finite.",
            corrected="maheshwari2023.eq-14.finite",
        ),
    ),
    Claim(
        "maheshwari2023.eq-14.finite",
        "D is finite where every state can be the first, uniformly",
        Setting.POLICY,
        relation=Le(D, 1 / (horizon * _symbol["least_initial"])),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={
            "unnormalised": Le(D, 1 / _symbol["least_initial"]),
            "largest": Le(D, 1 / (horizon * _symbol["largest_initial"])),
        },
        corrects="maheshwari2023.eq-14.d",
    ),
    Claim(
        "maheshwari2023.eq-14.step-1",
        "Visitation is at least that of the first stage",
        Setting.POLICY,
        relation=Ge(_symbol["visitation"], horizon * _symbol["initial_probability"]),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={"undiscounted": Ge(_symbol["visitation"], _symbol["initial_probability"])},
    ),
    Claim(
        "maheshwari2023.eq-14.step-2",
        "Visitation of the policy taken out",
        Setting.POLICY,
        relation=Eq(reply_gap, _symbol["reweighted_gap"]),
        assumes=MIXING_MPG,
        kind="identity",
        boundary=True,
        near_misses={"visited by the policy": Eq(gap, _symbol["reweighted_gap"])},
    ),
    Claim(
        "maheshwari2023.eq-14.step-3",
        "Ratios replaced by the largest",
        Setting.POLICY,
        relation=Le(_symbol["reweighted_gap"], _symbol["ratio_weighted_gap"]),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={"nine tenths": Le(_symbol["reweighted_gap"], _symbol["ratio_weighted_gap"] * 9 / 10)},
    ),
    Claim(
        "maheshwari2023.eq-14.step-4",
        "Ratios to the visitation replaced by those to the initial distribution",
        Setting.POLICY,
        relation=Le(_symbol["ratio_weighted_gap"], _symbol["start_weighted_gap"] / horizon),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={"unnormalised": Le(_symbol["ratio_weighted_gap"], _symbol["start_weighted_gap"])},
    ),
    Claim(
        "maheshwari2023.eq-14.step-5",
        "Each player's ratio replaced by the largest",
        Setting.POLICY,
        relation=Eq(_symbol["start_weighted_gap"] / horizon, D * gap),
        assumes=MIXING_MPG,
        kind="identity",
        boundary=True,
        finding=Finding(
            kind="typo",
            summary="D is a maximum over players, the sum before it has each player's own ratio: the third equality "
            "sign of (14) is an inequality. It is strict as soon as a player whose ratio is not the largest has "
            "something to gain.",
            survives="With <= in place of = the chain (14) gives the same bound, and (15) and Lemma 3.5 stand.",
            corrected="maheshwari2023.eq-14.step-5.corrected",
            counterexample="eq-14.step-5.json",
        ),
    ),
    Claim(
        "maheshwari2023.eq-14.step-5.corrected",
        "Each player's ratio is at most the largest",
        Setting.POLICY,
        relation=Le(_symbol["start_weighted_gap"] / horizon, D * gap),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={"nine tenths": Le(_symbol["start_weighted_gap"] / horizon, D * gap * 9 / 10)},
        corrects="maheshwari2023.eq-14.step-5",
    ),
    Claim(
        "maheshwari2023.eq-14.step-6",
        "The largest value of f is that of the best reply",
        Setting.POLICY,
        relation=Eq(D * gap, D * reply_gain),
        assumes=MIXING_MPG,
        kind="identity",
        boundary=True,
        near_misses={"of the best response": Eq(D * gap, D * response_gain)},
    ),
    Claim(
        "maheshwari2023.eq-14",
        "One-stage gains where best responses visit, against those where the policy does",
        Setting.POLICY,
        relation=Le(reply_gap, D * gap),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={"without the factor 1 / (1 - delta)": Le(reply_gap, horizon * D * gap)},
    ),
)

_RATE = (
    Claim(
        "maheshwari2023.eq-15.step-1",
        "(14) in (13)",
        Setting.POLICY,
        relation=Le(-eta / horizon * gap, -eta / (D * horizon) * reply_gap),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={"without D": Le(-eta / horizon * gap, -eta / horizon * reply_gap)},
    ),
    Claim(
        "maheshwari2023.eq-15.step-2",
        "The best response gains at most the largest in each stage",
        Setting.POLICY,
        relation=Le(-eta / (D * horizon) * reply_gap, -eta / (D * horizon) * response_gain),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={"reversed": Ge(-eta / (D * horizon) * reply_gap, -eta / (D * horizon) * response_gain)},
    ),
    Claim(
        "maheshwari2023.eq-15",
        "The derivative against what best responses gain in one stage",
        Setting.POLICY,
        relation=Le(slope, -eta / (D * horizon) * response_gain),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={
            "doubled": Le(slope, -2 * eta / (D * horizon) * response_gain),
            "without D": Le(slope, -eta / horizon * response_gain),
        },
    ),
    Claim(
        "maheshwari2023.eq-16",
        "One-stage gain of the best response as a sum",
        Setting.POLICY,
        relation=Eq(_symbol["response_q_gain"], moved_q),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"opposite sign": Eq(_symbol["response_q_gain"], -moved_q)},
    ),
    Claim(
        "maheshwari2023.eq-17.step-1",
        "A function of the state subtracted",
        Setting.POLICY,
        relation=Eq(moved_q, moved_advantage),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"opposite sign": Eq(moved_q, -moved_advantage)},
    ),
    Claim(
        "maheshwari2023.eq-17.step-2",
        "The policy's own mean advantage is 0",
        Setting.POLICY,
        relation=Eq(moved_advantage, _symbol["response_advantage"]),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"is the best gain": Eq(moved_advantage, _symbol["best_gain_at"])},
    ),
    Claim(
        "maheshwari2023.eq-17",
        "One-stage gain of the best response is its advantage",
        Setting.POLICY,
        relation=Eq(_symbol["response_q_gain"], _symbol["response_advantage"]),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"is the largest": Eq(_symbol["response_q_gain"], _symbol["largest_advantage_at"])},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_MISMATCH, *_RATE)
