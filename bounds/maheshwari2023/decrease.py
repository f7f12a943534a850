"""The end of the proof of Lemma 3.5 of maheshwari2023: the rate of decrease, and what follows at equilibria.

D and pi_i^dagger belong to one policy, so the statements do too; see `flow` for the rates and selections.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt, Le

from bounds.maheshwari2023.flow_names import (
    IS_EQUILIBRIUM,
    MIXING_MPG,
    MPG,
    RESTS,
    D,
    eta,
    horizon,
    reply_gain,
    response_gain,
    slope,
    total_gap,
)
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "maheshwari2023.lemma-3.5.step-1",
        "Performance difference: the advantages met by best responses are the gaps",
        Setting.POLICY,
        relation=Eq(eta / (D * horizon) * response_gain, eta / D * total_gap),
        assumes=MIXING_MPG,
        kind="identity",
        boundary=True,
        near_misses={
            "unnormalised": Eq(eta / (D * horizon) * response_gain, eta / (D * horizon) * total_gap),
        },
    ),
    Claim(
        "maheshwari2023.lemma-3.5.rate",
        "The derivative is at most minus the NE-gaps over D",
        Setting.POLICY,
        relation=Le(slope, -eta / D * total_gap),
        assumes=MIXING_MPG,
        kind="tight",
        boundary=True,
        near_misses={
            "without D": Le(slope, -eta * total_gap),
            "doubled": Le(slope, -2 * eta / D * total_gap),
        },
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-2",
        "A best response does not lose",
        Setting.POLICY,
        relation=Ge(_symbol["response_return_gain"], 0),
        assumes=MPG,
        kind="tight",
        boundary=True,
        near_misses={"strict": Gt(_symbol["response_return_gain"], 0)},
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-3",
        "The Lyapunov function is weakly increasing",
        Setting.POLICY,
        relation=Ge(slope, 0),
        assumes=MPG,
        boundary=True,
        finding=Finding(
            kind="typo",
            summary="Written is that phi is weakly increasing; it is weakly decreasing, as the sentence before and "
            "the text after (9) say. phi is locally Lipschitz, so that its derivative exists for almost every time "
            "only; with absolute continuity that is enough.",
            survives="With 'decreasing' the argument is right, and Lemma 3.5 holds for almost every time.",
            corrected="maheshwari2023.lemma-3.5",
            counterexample="lemma-3.5.step-3.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-4",
        "Where the policy is no equilibrium some player can gain from the start",
        Setting.POLICY,
        relation=Gt(total_gap, 0),
        given=(Gt(_symbol["equilibrium_gap"], 0),),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={"as much as from the best state": Ge(total_gap, _symbol["equilibrium_gap"])},
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-5",
        "Where the Lyapunov function rests, the policy is an equilibrium",
        Setting.POLICY,
        relation=Eq(_symbol["equilibrium_gap"], 0),
        given=RESTS,
        assumes=MIXING_MPG,
        kind="identity",
        boundary=True,
        near_misses={"of equal actions": Eq(_symbol["own_action_value"], _symbol["policy_value"])},
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-6",
        "The flow rests at equilibria",
        Setting.POLICY,
        relation=Eq(_symbol["flow_speed"], 0),
        given=IS_EQUILIBRIUM,
        assumes=MPG,
        kind="identity",
        boundary=True,
        finding=Finding(
            kind="false",
            summary="At an equilibrium pi_i(s) is one of possibly many best replies, and (8) may select another: then "
            "the flow moves. If all actions of a player are worth the same, every selection is allowed at every "
            "policy.",
            survives="dphi/dtau = 0 at equilibria is true for another reason: every selection has the same value of f "
            "as the policy (maheshwari2023.lemma-3.5.step-6.corrected), so that the sum in (12) is 0. At equilibria "
            "in which every best reply is the only one the printed reason is right.",
            corrected="maheshwari2023.lemma-3.5.step-6.corrected",
            counterexample="lemma-3.5.step-6.json",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.5.step-6.corrected",
        "At equilibria best replies gain nothing",
        Setting.POLICY,
        relation=Eq(reply_gain, 0),
        given=IS_EQUILIBRIUM,
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"action by action": Eq(_symbol["reply_term"], 0)},
        corrects="maheshwari2023.lemma-3.5.step-6",
    ),
)
