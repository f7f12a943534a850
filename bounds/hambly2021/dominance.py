"""hambly2021, Lemmas 3.9 and 3.10: gradient dominance and almost smoothness.

sigma_X is the least singular value of E[x_0 x_0'] and W; what becomes of Lemma 3.9 when it is taken along a policy, as
(3.1) literally says, is a statement of its own.
"""

from __future__ import annotations

from sympy import Eq, Ge, Le

from bounds.hambly2021.assumptions import COSTS
from bounds.hambly2021.equilibrium import SOLVABLE
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
sigma_X, sigma_R, star = _symbol["sigma_X"], _symbol["sigma_R"], _symbol["norm_Sigma_star"]
gap, advantage = _symbol["gap_i"], _symbol["state_advantage"]
mixed_cost, nash_cost, greedy_cost = _symbol["mixed_cost_i"], _symbol["nash_cost_i"], _symbol["greedy_cost_i"]
squares, gradient_squares = _symbol["mixed_direction_square_i"], _symbol["mixed_gradient_square_i"]
normalised, schur = _symbol["normalised_gradient_square_i"], _symbol["schur_form"]
weighted, weighted_gradient = _symbol["weighted_direction_square_i"], _symbol["weighted_gradient_square_i"]

_upper = star / sigma_R * squares
_upper_by_gradient = star / (4 * sigma_R * sigma_X**2) * gradient_squares
_lower_by_gradient = sigma_X / (4 * _symbol["norm_Sigma_mixed_i"] ** 2) * weighted_gradient

_PROSE = (
    Claim(
        id="hambly2021.section-3.1.gradient-dominance",
        title="At any joint policy, player i's gradients bound the distance to the equilibrium cost",
        setting=Setting.LQ_POLICY,
        relation=Le(
            _symbol["cost_i"] - nash_cost, star / (4 * sigma_R * sigma_X**2) * _symbol["own_gradient_square_i"]
        ),
        assumes=SOLVABLE,
        finding=Finding(
            kind="false",
            summary="The text before Lemma 3.9 says that C^i(K) - C^i(K*) is bounded by the magnitudes of player i's "
            "gradients at K. The lemma is about (K^i, K^{-i*}). At a joint policy where K^i is the best response to "
            "K^{-i} these gradients vanish, while C^i(K) is what the others make of it: with A = B^1 = B^2 = Q = R = "
            "W = Sigma_0 = 1, d = T = 1, K^1 = -1/2 and K^2 = 2 the gradient of C^1 is 0, and C^1 is 5/2, "
            "against 20/9 at the equilibrium.",
            survives="Lemma 3.9 itself, and all that uses it, speaks of (K^i, K^{-i*}) only.",
            corrected="hambly2021.section-3.1.gradient-dominance.corrected",
            counterexample="section-3.1.gradient-dominance.json",
        ),
    ),
    Claim(
        id="hambly2021.section-3.1.gradient-dominance.corrected",
        title="The same when the others play the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Le(gap, _upper_by_gradient),
        assumes=SOLVABLE,
        corrects="hambly2021.section-3.1.gradient-dominance",
        near_misses={"a fifth": Le(gap, _upper_by_gradient / 5)},
    ),
)

_LEMMA_39 = (
    Claim(
        id="hambly2021.lemma-3.9.part-1",
        title="The loss is at most a multiple of the squared directions E",
        setting=Setting.LQ_POLICY,
        relation=Le(gap, _upper),
        assumes=SOLVABLE,
        near_misses={"half": Le(gap, _upper / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.part-2",
        title="which is at most a multiple of the squared gradients",
        setting=Setting.LQ_POLICY,
        relation=Le(_upper, _upper_by_gradient),
        assumes=SOLVABLE,
        near_misses={"half": Le(_upper, _upper_by_gradient / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.part-3",
        title="The loss is at least a multiple of the weighted squared directions E",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, sigma_X * weighted),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={"doubled": Ge(gap, 2 * sigma_X * weighted), "unweighted": Ge(gap, sigma_X * squares / sigma_R)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.part-4",
        title="which is at least a multiple of the weighted squared gradients",
        setting=Setting.LQ_POLICY,
        relation=Ge(sigma_X * weighted, _lower_by_gradient),
        assumes=SOLVABLE,
        near_misses={"dropped factor 4": Ge(sigma_X * weighted, 4 * _lower_by_gradient)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.part-3.along-policy",
        title="The lower bound with the least singular value along (K^i, K^{-i*}), as (3.1) reads",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, _symbol["covariance_floor_mixed_i"] * weighted),
        assumes=SOLVABLE,
        finding=Finding(
            kind="false",
            summary="(3.1) defines sigma_X as the least singular value of E[x_t x_t'], which is that of a policy. The "
            "proof of the lower bound takes expectations along the greedy gains (K^{i'}, K^{-i*}), whose covariances "
            "can be smaller than those of (K^i, K^{-i*}). One player, d = 1, T = 2, A = 2, B = Q = R = Sigma_0 = 1, "
            "W = 1/10, K = (3/2, 3), K* = (3/2, 1): the covariances are 1, 7/20, 9/20, the lower bound is 49/15, and "
            "the loss is 14/5.",
            survives="With the value that the proof of Lemma 3.1 offers, the least singular value of E[x_0 x_0'] and "
            "W, the lemma holds (part-3): no policy's covariances fall below it.",
            corrected="hambly2021.lemma-3.9.part-3.corrected",
            counterexample="lemma-3.9.part-3.along-policy.json",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.9.part-3.corrected",
        title="The lower bound with the least singular value along the greedy gains",
        setting=Setting.LQ_POLICY,
        relation=Ge(gap, _symbol["covariance_floor_greedy_i"] * weighted),
        assumes=SOLVABLE,
        corrects="hambly2021.lemma-3.9.part-3.along-policy",
        near_misses={"doubled": Ge(gap, 2 * _symbol["covariance_floor_greedy_i"] * weighted)},
    ),
)

_STEPS = (
    Claim(
        id="hambly2021.lemma-3.9.step-1",
        title="Completing the square in the advantage",
        setting=Setting.LQ_PAIR,
        relation=Eq(advantage, _symbol["completed_square"] - schur),
        assumes=(COSTS.property,),
        kind="identity",
        near_misses={"half is subtracted": Eq(advantage, _symbol["completed_square"] - schur / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-2",
        title="The advantage is at least what completing the square subtracts",
        setting=Setting.LQ_PAIR,
        relation=Ge(advantage, -schur),
        assumes=(COSTS.property,),
        kind="tight",
        near_misses={"half": Ge(advantage, -schur / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-3",
        title="with equality at the greedy gains",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["greedy_state_advantage"], -schur),
        assumes=(COSTS.property,),
        kind="identity",
        near_misses={"half": Eq(_symbol["greedy_state_advantage"], -schur / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-4",
        title="The loss as a sum of advantages along the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Eq(mixed_cost - nash_cost, -_symbol["equilibrium_advantages_i"]),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={"along the greedy gains": Eq(mixed_cost - nash_cost, -_symbol["greedy_advantages_i"])},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-5",
        title="Step 2 at every time, along the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Le(mixed_cost - nash_cost, _symbol["equilibrium_schur_sum_i"]),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={
            "half": Le(mixed_cost - nash_cost, _symbol["equilibrium_schur_sum_i"] / 2),
            "along the greedy gains": Le(mixed_cost - nash_cost, _symbol["greedy_schur_sum_i"]),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-6",
        title="Every covariance is at most the norm of their sum",
        setting=Setting.LQ_POLICY,
        relation=Le(_symbol["equilibrium_schur_sum_i"], star * _symbol["schur_trace_i"]),
        assumes=SOLVABLE,
        near_misses={"half": Le(_symbol["equilibrium_schur_sum_i"], star * _symbol["schur_trace_i"] / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-7",
        title="R + B' P B is at least sigma_R",
        setting=Setting.LQ_POLICY,
        relation=Le(star * _symbol["schur_trace_i"], _upper),
        assumes=SOLVABLE,
        near_misses={"half": Le(star * _symbol["schur_trace_i"], _upper / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-8",
        title="E through the gradient (Lemma 3.7)",
        setting=Setting.LQ_POLICY,
        relation=Eq(squares, normalised / 4),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={"half": Eq(squares, normalised / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-9",
        title="The inverse covariances are at most 1 / sigma_X",
        setting=Setting.LQ_POLICY,
        relation=Le(normalised, gradient_squares / sigma_X**2),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={"half": Le(normalised, gradient_squares / (2 * sigma_X**2))},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-10",
        title="The greedy gains cost no less than the equilibrium",
        setting=Setting.LQ_POLICY,
        relation=Ge(mixed_cost - nash_cost, mixed_cost - greedy_cost),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={"doubled": Ge(mixed_cost - nash_cost, 2 * (mixed_cost - greedy_cost))},
        finding=Finding(
            kind="typo",
            summary="The greedy gains of the lower bound are printed with P and E of the joint policy K. The lines "
            "that follow need those of (K^i, K^{-i*}), for which the advantage attains its least value (step 3).",
            survives="With P and E of (K^i, K^{-i*}) all lines hold.",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-11",
        title="What the greedy gains save, as a sum of advantages along them",
        setting=Setting.LQ_POLICY,
        relation=Eq(mixed_cost - greedy_cost, -_symbol["greedy_advantages_i"]),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={"along the equilibrium": Eq(mixed_cost - greedy_cost, -_symbol["equilibrium_advantages_i"])},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-12",
        title="Step 3 at every time, along the greedy gains",
        setting=Setting.LQ_POLICY,
        relation=Eq(-_symbol["greedy_advantages_i"], _symbol["greedy_schur_sum_i"]),
        assumes=SOLVABLE,
        kind="identity",
        near_misses={"along the equilibrium": Eq(-_symbol["greedy_advantages_i"], _symbol["equilibrium_schur_sum_i"])},
    ),
    Claim(
        id="hambly2021.lemma-3.9.step-13",
        title="Covariances are at least sigma_X, inverse curvatures at least 1 / ||R + B' P B||",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["greedy_schur_sum_i"], sigma_X * weighted),
        assumes=SOLVABLE,
        kind="tight",
        near_misses={"doubled": Ge(_symbol["greedy_schur_sum_i"], 2 * sigma_X * weighted)},
    ),
)

_change = _symbol["deviation_cost_i"] - _symbol["rolled_cost_i"]
_slope, _curvature = _symbol["slope_sum_i"], _symbol["curvature_sum_i"]

_LEMMA_310 = (
    Claim(
        id="hambly2021.lemma-3.10",
        title="The change of a cost through the change of player i's gains",
        setting=Setting.LQ_PAIR,
        relation=Eq(_change, _curvature + 2 * _slope),
        kind="identity",
        near_misses={
            "dropped factor 2": Eq(_change, _curvature + _slope),
            "along the states of K": Eq(
                _change, _symbol["curvature_sum_along_old_i"] + 2 * _symbol["slope_sum_along_old_i"]
            ),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.10.step-1",
        title="Lemma 3.8, averaged over the initial state",
        setting=Setting.LQ_PAIR,
        relation=Eq(_change, _symbol["mean_advantages_i"]),
        kind="identity",
        near_misses={"doubled": Eq(_change, 2 * _symbol["mean_advantages_i"])},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_PROSE, *_LEMMA_39, *_STEPS, *_LEMMA_310)
