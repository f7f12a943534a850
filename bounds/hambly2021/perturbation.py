"""Section 3.2 of hambly2021, how the covariance changes with one player's policy: Lemmas 3.15-3.17, (3.31)-(3.36).

G_t is the composition of F_0, ..., F_t.  Statements about two successive times are put at the later one, t = s + 1, and
with G_{-1} = I they are meant for t = 0 too, where they start the recursion.

The text at hand prints the denominators of (3.36) as rho^{2T} - 1; Lemma 3.17 and (3.35) show that rho^2 - 1 is meant.
The term T ||W|| of Lemma 3.17 is superfluous: C^i(K^i, K^{-i*}) / sigma_Q is at least the trace of a summed covariance,
hence at least ||E[x_0 x_0']|| + T ||W||, which is all that the last line of (3.36) needs.
"""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Le, Max

from bounds.hambly2021.assumptions import COSTS
from bounds.hambly2021.constants import T, gamma_B, geometric, norm_Sigma_0, norm_W, rho_pair, sigma_Q, xi
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
t, cost = _symbol["time"], _symbol["mixed_cost_i"]
step, steps = _symbol["step_norm_i"], _symbol["step_total_i"]
map_change, map_changes, changes_until = (_symbol[f"F_change{part}_i"] for part in ("", "_total", "_until"))
image, images, image_before = (_symbol[f"G_change{part}_i"] for part in ("", "_total", "_before"))
carried, fresh = _symbol["G_change_carried_i"], _symbol["G_change_fresh_i"]
X = _symbol["probe_norm"]
covariance, initial = _symbol["covariance_change_i"], _symbol["initial_change_i"]
noise, noises = _symbol["noise_change_i"], _symbol["noise_change_total_i"]

powers = geometric(rho_pair)
own_radius = Max(_symbol["closed_loop_K"], 1 + xi)


def _half_powers(rho: Expr) -> Expr:
    return (rho**T - 1) / (rho**2 - 1)


_LEMMA_3_15 = (
    Claim(
        id="hambly2021.lemma-3.15",
        title="One stage's map is Lipschitz in a player's gains (3.31)",
        setting=Setting.LQ_PAIR,
        relation=Le(map_change, 2 * rho_pair * gamma_B * step),
        near_misses={
            "without the factor 2": Le(map_change, rho_pair * gamma_B * step),
            "the radius of K alone": Le(map_change, 2 * own_radius * gamma_B * step),
        },
    ),
    Claim(
        id="hambly2021.eq-3.32",
        title="Polarisation of a difference of congruences",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["polarisation_residual_i"], 0),
        kind="identity",
        near_misses={"without the half": Eq(_symbol["polarisation_residual_unhalved_i"], 0)},
    ),
    Claim(
        id="hambly2021.lemma-3.15.step-1",
        title="Norms of the sum and of the difference of the closed loops",
        setting=Setting.LQ_PAIR,
        relation=Le(map_change, _symbol["loop_sum_i"] * _symbol["loop_change_i"]),
        kind="tight",
        near_misses={"half": Le(map_change, _symbol["loop_sum_i"] * _symbol["loop_change_i"] / 2)},
    ),
    Claim(
        id="hambly2021.lemma-3.15.step-2",
        title="The sum is at most twice the radius, the difference at most gamma_B times the step",
        setting=Setting.LQ_PAIR,
        relation=Le(_symbol["loop_sum_i"] * _symbol["loop_change_i"], 2 * rho_pair * gamma_B * step),
        near_misses={
            "without the factor 2": Le(_symbol["loop_sum_i"] * _symbol["loop_change_i"], rho_pair * gamma_B * step),
        },
    ),
)

_LEMMA_3_16 = (
    Claim(
        id="hambly2021.lemma-3.16",
        title="The compositions are Lipschitz in the maps",
        setting=Setting.LQ_PAIR,
        relation=Le(images, powers * map_changes * X),
        kind="tight",
        near_misses={
            "rho^T for rho^{2T}": Le(images, _half_powers(rho_pair) * map_changes * X),
            "T for the geometric sum": Le(images, T * map_changes * X),
            "half": Le(images, powers * map_changes * X / 2),
        },
    ),
    Claim(
        id="hambly2021.eq-3.33",
        title="Norm of the composition when one player moves",
        setting=Setting.LQ_PAIR,
        relation=Le(_symbol["G_other_norm_i"], rho_pair ** (2 * t + 2)),
        kind="tight",
        near_misses={
            "one factor less": Le(_symbol["G_other_norm_i"], rho_pair ** (2 * t + 1)),
            "the radius of K alone": Le(_symbol["G_other_norm_i"], own_radius ** (2 * t + 2)),
        },
    ),
    Claim(
        id="hambly2021.eq-3.33.before",
        title="Norm of the composition before the move, which (3.34) uses",
        setting=Setting.LQ_PAIR,
        relation=Le(_symbol["G_norm"], rho_pair ** (2 * t + 2)),
        kind="tight",
        near_misses={"one factor less": Le(_symbol["G_norm"], rho_pair ** (2 * t + 1))},
    ),
    Claim(
        id="hambly2021.eq-3.34.step-1",
        title="Change carried on, and change of the last map",
        setting=Setting.LQ_PAIR,
        relation=Le(image, carried + fresh),
        given=(Ge(t, 1),),
        kind="tight",
        near_misses={"without the change carried on": Le(image, fresh), "without the last map": Le(image, carried)},
    ),
    Claim(
        id="hambly2021.eq-3.34.step-2",
        title="Norms of the maps",
        setting=Setting.LQ_PAIR,
        relation=Le(
            carried + fresh,
            _symbol["F_other_norm_i"] * image_before + _symbol["G_before_norm"] * map_change * X,
        ),
        kind="tight",
        near_misses={
            "half": Le(
                carried + fresh,
                (_symbol["F_other_norm_i"] * image_before + _symbol["G_before_norm"] * map_change * X) / 2,
            ),
        },
        finding=Finding(
            kind="typo",
            summary="The first term on the right is printed as ||F'_{t+1}|| ||G'_t - G_t(Sigma)||, an operator minus a "
            "matrix; the brackets are missing. It is read as ||(G'_t - G_t)(Sigma)||, as in the next line.",
            survives="(3.34) and Lemma 3.16 are unaffected.",
        ),
    ),
    Claim(
        id="hambly2021.eq-3.34",
        title="Recursion for the change of the compositions",
        setting=Setting.LQ_PAIR,
        relation=Le(image, rho_pair**2 * image_before + rho_pair ** (2 * t) * map_change * X),
        kind="tight",
        near_misses={
            "without rho^2": Le(image, image_before + rho_pair ** (2 * t) * map_change * X),
            "one factor less": Le(image, rho_pair**2 * image_before + map_change * X),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.16.step-2",
        title="Sum of the recursion over all times",
        setting=Setting.LQ_PAIR,
        relation=Le(images, rho_pair**2 * _symbol["G_change_but_last_i"] + _symbol["F_change_powered_i"] * X),
        kind="tight",
        near_misses={"without the recursion": Le(images, _symbol["F_change_powered_i"] * X)},
        finding=Finding(
            kind="typo",
            summary="(3.34) is said to be summed for t = 1, ..., T - 2. The step from G_0 to G_1 is then missing, and "
            "||(G_1 - G'_1)(Sigma)|| is not bounded by anything: the sum has to begin at t = 0.",
            survives="Summed from t = 0, with ||G_0 - G'_0|| = ||F_0 - F'_0||, it gives Lemma 3.16.",
        ),
    ),
)

_LEMMA_3_17 = (
    Claim(
        id="hambly2021.lemma-3.17",
        title="The summed covariance is Lipschitz in a player's gains",
        setting=Setting.LQ_PAIR,
        relation=Le(covariance, 2 * gamma_B * rho_pair * powers * (cost / sigma_Q + T * norm_W) * steps),
        assumes=(COSTS.property,),
        near_misses={
            "without the factor 2": Le(covariance, gamma_B * rho_pair * powers * (cost / sigma_Q + T * norm_W) * steps),
            "rho^T for rho^{2T}": Le(
                covariance, 2 * gamma_B * rho_pair * _half_powers(rho_pair) * (cost / sigma_Q + T * norm_W) * steps
            ),
            "without the cost": Le(covariance, 2 * gamma_B * rho_pair * powers * T * norm_W * steps),
        },
    ),
    Claim(
        id="hambly2021.remark-3.13.part-3",
        title="Lemma 3.17 with the largest closed-loop norm itself, and its powers summed",
        setting=Setting.LQ_PAIR,
        relation=Le(
            covariance,
            2 * gamma_B * _symbol["rho_pair_norm"] * _symbol["pair_powers"] * (cost / sigma_Q + T * norm_W) * steps,
        ),
        assumes=(COSTS.property,),
        near_misses={
            "without the powers": Le(
                covariance, 2 * gamma_B * _symbol["rho_pair_norm"] * (cost / sigma_Q + T * norm_W) * steps
            ),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.17.step-1",
        title="The changes of the maps, summed",
        setting=Setting.LQ_PAIR,
        relation=Le(map_changes, 2 * rho_pair * gamma_B * steps),
        near_misses={"without the factor 2": Le(map_changes, rho_pair * gamma_B * steps)},
    ),
    Claim(
        id="hambly2021.eq-3.35",
        title="The part of the change that earlier noise causes",
        setting=Setting.LQ_PAIR,
        relation=Le(noise, powers * changes_until * norm_W),
        near_misses={
            "without the geometric sum": Le(noise, changes_until * norm_W),
            "T for the geometric sum": Le(noise, T * changes_until * norm_W),
        },
    ),
    Claim(
        id="hambly2021.eq-3.36.step-1",
        title="Initial state and noise",
        setting=Setting.LQ_PAIR,
        relation=Le(covariance, initial + noises),
        given=(Ge(T, 2),),  # as in Proposition 3.12; for one stage both sides are one norm
        assumes=(COSTS.property,),
        kind="tight",
        near_misses={
            "without the noise": Le(covariance, initial),
            "without the initial state": Le(covariance, noises),
        },
    ),
    Claim(
        id="hambly2021.eq-3.36.step-2",
        title="Lemma 3.16 and (3.35), summed",
        setting=Setting.LQ_PAIR,
        relation=Le(initial + noises, powers * map_changes * (norm_Sigma_0 + T * norm_W)),
        assumes=(COSTS.property,),
        near_misses={
            "without T W": Le(initial + noises, powers * map_changes * norm_Sigma_0),
            "rho^{2T} - 1 in the denominator": Le(initial + noises, map_changes * (norm_Sigma_0 + T * norm_W)),
        },
    ),
    Claim(
        id="hambly2021.eq-3.36.step-3",
        title="The initial covariance in terms of the cost, and Lemma 3.15",
        setting=Setting.LQ_PAIR,
        relation=Le(
            powers * map_changes * (norm_Sigma_0 + T * norm_W),
            powers * (cost / sigma_Q + T * norm_W) * (2 * rho_pair * gamma_B * steps),
        ),
        assumes=(COSTS.property,),
        near_misses={
            "without the factor 2": Le(
                powers * map_changes * (norm_Sigma_0 + T * norm_W),
                powers * (cost / sigma_Q + T * norm_W) * (rho_pair * gamma_B * steps),
            ),
        },
    ),
    Claim(
        id="hambly2021.eq-3.36.step-4",
        title="The initial covariance is part of the summed one",
        setting=Setting.LQ_POLICY,
        relation=Le(norm_Sigma_0, _symbol["mixed_covariance_i"]),
        assumes=(COSTS.property,),
        kind="tight",
        near_misses={"half": Le(norm_Sigma_0, _symbol["mixed_covariance_i"] / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.36.step-5",
        title="Lemma 3.11 for the summed covariance of (K^i, K^{-i*})",
        setting=Setting.LQ_POLICY,
        relation=Le(_symbol["mixed_covariance_i"], cost / sigma_Q),
        assumes=(COSTS.property,),
        kind="tight",
        near_misses={"half": Le(_symbol["mixed_covariance_i"], cost / sigma_Q / 2)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_3_15, *_LEMMA_3_16, *_LEMMA_3_17)
