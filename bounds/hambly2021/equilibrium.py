"""Sections 1 and 2 of hambly2021: the game, its assumptions, and the Nash equilibrium in linear feedback policies.

The infimum in (2.7) is that of one player's control problem, which the text-book Riccati equation of a single player
gives; it is worked out without the equilibrium's own gains.
"""

from __future__ import annotations

from sympy import Eq, Le, Rational

from bounds.hambly2021.assumptions import COSTS, NOISE, UNIQUE
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "COSTS_AND_NOISE", "DEFINITE_NOISE", "SOLVABLE", "definition"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}

#: The part of Assumption 2.2 that has a bearing on costs of linear policies: they depend on second moments alone.
DEFINITE_NOISE = "lq-definite-noise"
COSTS_AND_NOISE = (COSTS.property, DEFINITE_NOISE)
SOLVABLE = (*COSTS_AND_NOISE, UNIQUE.property)


def definition(label: str, title: str, latex: str, finding: Finding | None = None) -> Claim:
    """A definition or an assumption."""
    return Claim(f"hambly2021.{label}", title, Setting.LQ_GAME, kind="definition", latex=latex, finding=finding)


_INTRODUCTION = (
    Claim(
        id="hambly2021.section-1.existence",
        title="Linear-quadratic games have Nash equilibria in linear feedback policies",
        setting=Setting.LQ_GAME,
        kind="evidence",
        latex=r"\exists\,K^*:\ C^i(K^*)\le C^i(K^i,K^{-i*})\quad\forall i,K^i",
        finding=Finding(
            kind="ambiguity",
            summary="The introduction says so without conditions. In linear policies an equilibrium solves (2.4), and "
            "with the data of the finding on hambly2021.remark-2.4 (all costs definite, T = 1) that has no solution, "
            "so there is none; with another A there are infinitely many. The sentence is about games that meet "
            "Assumption 2.3, which the comparison with the literature calls mild conditions.",
            survives="All of Sections 2 and 3 assume Assumption 2.3.",
        ),
    ),
    definition("section-1.sequence-norm", "Norm of a sequence of matrices", r"\|\!|D|\!\|=\sum_{t=0}^T\|D_t\|"),
)

_SETUP = (
    definition("eq-2.1", "Dynamics of the state", r"x_{t+1}=A_tx_t+\sum_iB_t^iu_t^i+w_t,\quad t=0,\dots,T-1"),
    definition(
        "eq-2.2",
        "Player i minimises the expected cost",
        r"\inf_{\{u_t^i\}}\mathbb{E}\Big[\sum_{t=0}^Tc_t^i(x_t,u_t^i)\Big]",
    ),
    definition(
        "eq-2.3",
        "Cost of a stage",
        r"c_t^i(x_t,u_t^i)=x_t^\top Q_t^ix_t+(u_t^i)^\top R_t^iu_t^i,\quad c_T^i(x_T)=x_T^\top Q_T^ix_T",
    ),
    definition("assumption-2.1", COSTS.title, COSTS.latex),
    definition("assumption-2.2", NOISE.title, NOISE.latex),
    definition("assumption-2.3", UNIQUE.title, UNIQUE.latex),
)

_NASH = (
    Claim(
        id="hambly2021.eq-2.4",
        title="Each player's gains answer the others' at the solution",
        setting=Setting.LQ_GAME,
        relation=Eq(_symbol["fixed_point_residual"], 0),
        assumes=(UNIQUE.property,),
        kind="identity",
        near_misses={"with the own term in the sum": Eq(_symbol["fixed_point_residual_with_own"], 0)},
    ),
    Claim(
        id="hambly2021.eq-2.5",
        title="P* collects the costs of all later stages",
        setting=Setting.LQ_GAME,
        relation=Eq(_symbol["riccati_residual"], 0),
        assumes=(UNIQUE.property,),
        kind="identity",
        near_misses={"without the costs of controls": Eq(_symbol["riccati_residual_of_states"], 0)},
    ),
    Claim(
        id="hambly2021.remark-2.4",
        title="Where every Phi_t is regular, the block systems' solution satisfies (2.4)",
        setting=Setting.LQ_GAME,
        relation=Eq(_symbol["fixed_point_residual"], 0),
        assumes=(UNIQUE.property,),
        kind="identity",
        near_misses={"with the own term in the sum": Eq(_symbol["fixed_point_residual_with_own"], 0)},
        finding=Finding(
            kind="ambiguity",
            summary="The remark calls the regularity of all Phi_t along the recursion sufficient for Assumption 2.3; "
            "it is also necessary. Take a solution with a singular Phi_t, t as early as possible. Adding a small "
            "multiple of a vector of its kernel to K_t solves stage t again, and the earlier Phi_s stay regular, so "
            "a second solution follows. Nor do Assumptions 2.1 and 2.2 imply it: for T = 1, A = 1 (the identity), "
            "R = 1, B^1 = (1, 0)', B^2 = (0, 1)', Q_T^1 = [[1, 2], [2, 5]] and Q_T^2 = [[5, 2], [2, 1]], Phi_0 has "
            "all four entries 2 and (2.4) has no solution; with all entries of A equal to 1 it has infinitely many. "
            "For d = 1, Phi_t is always regular.",
            survives="Nothing changes: Assumption 2.3 is decided by the determinants of Phi_t.",
        ),
    ),
    Claim(
        id="hambly2021.lemma-2.5.part-1",
        title="Nobody gains by leaving K*",
        setting=Setting.LQ_POLICY,
        relation=Le(_symbol["nash_cost_i"], _symbol["mixed_cost_i"]),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={
            "a tenth more": Le(_symbol["nash_cost_i"] * Rational(11, 10), _symbol["mixed_cost_i"]),
            "against the joint deviation": Le(_symbol["nash_cost_i"], _symbol["cost_i"]),
        },
        finding=Finding(
            kind="typo",
            summary="The lemma is announced for i = 1, 2, while the game has N players; i = 1, ..., N is meant.",
            survives="It holds for all N players, and is used so.",
        ),
    ),
    definition("eq-2.6", "Equilibrium strategies are linear feedback", r"u_t^{i*}=-K_t^{i*}x_t"),
    Claim(
        id="hambly2021.lemma-2.5.part-2",
        title="(2.7): the equilibrium cost is the infimum over all controls of player i",
        setting=Setting.LQ_GAME,
        relation=Eq(
            _symbol["equilibrium_start_cost_i"] + _symbol["equilibrium_offset_i"], _symbol["best_response_cost_i"]
        ),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={
            "without the noise": Eq(_symbol["equilibrium_start_cost_i"], _symbol["best_response_cost_i"]),
            "half of the noise": Eq(
                _symbol["equilibrium_start_cost_i"] + _symbol["equilibrium_offset_i"] / 2,
                _symbol["best_response_cost_i"],
            ),
        },
    ),
    Claim(
        id="hambly2021.lemma-2.5.step-1",
        title="The value E[x_0' P_0* x_0] + N_0* is the cost along the state covariances",
        setting=Setting.LQ_GAME,
        relation=Eq(
            _symbol["equilibrium_start_cost_i"] + _symbol["equilibrium_offset_i"], _symbol["equilibrium_rolled_cost_i"]
        ),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={
            "without the noise": Eq(_symbol["equilibrium_start_cost_i"], _symbol["equilibrium_rolled_cost_i"])
        },
    ),
    Claim(
        id="hambly2021.eq-2.8",
        title="What noise adds to the cost-to-go, backward in time",
        setting=Setting.LQ_GAME,
        relation=Eq(
            _symbol["equilibrium_cost_from_origin"],
            _symbol["equilibrium_offset_after"] + _symbol["equilibrium_noise_cost"],
        ),
        assumes=(UNIQUE.property,),
        kind="identity",
        near_misses={
            "cost-to-go of the same time": Eq(
                _symbol["equilibrium_cost_from_origin"],
                _symbol["equilibrium_offset_after"] + _symbol["equilibrium_noise_cost_now"],
            ),
            "noise counted twice": Eq(
                _symbol["equilibrium_cost_from_origin"],
                _symbol["equilibrium_offset_after"] + 2 * _symbol["equilibrium_noise_cost"],
            ),
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_INTRODUCTION, *_SETUP, *_NASH)
