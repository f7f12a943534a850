"""Step 3 of the proof of hambly2021.lemma-3.18, what the others' distance from K* does to player i: (3.51)-(3.55).

P and E at K are compared with those at (K^i, K^{-i*}).  The step speaks of one policy only and needs neither (3.40) nor
a limit on the step size: it is stated without them, which is more than the proof asks for.  The tag (3.51) is lost in
the text at hand; it belongs to the last line of the first display.

Where both sides of a line are one and the same number at a certain t, that t is left out, or what they have in common.
"""

from __future__ import annotations

from sympy import Eq, Expr, Ge, Le

from bounds.hambly2021.constants import T, gamma_B, geometric, rho_K, rho_star, sigma_X
from bounds.hambly2021.radius import REGULAR
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
t, cost = _symbol["time"], _symbol["mixed_cost_i"]
shift, next_shift = _symbol["value_shift_i"], _symbol["next_value_shift_i"]
next_value = _symbol["next_mixed_value_i"]
carried, fresh = _symbol["carried_value_shift_i"], _symbol["fresh_value_shift_i"]
direction = _symbol["direction_shift_i"]
now, later, from_now = (_symbol[f"coupled_distance{part}_i"] for part in ("", "_after", "_from"))
everywhere = _symbol["distance_others"]

scale = gamma_B**2 * cost / sigma_X


def _powers(rho: Expr, count: Expr) -> Expr:
    """1 + rho^2 + ... of `count` terms."""
    return (rho ** (2 * count) - 1) / (rho**2 - 1)


_value_bound = 2 * gamma_B * cost / sigma_X * rho_K * _powers(rho_K, T - t) * from_now
_by_value = rho_K * gamma_B * next_shift + scale * now
_by_stages = scale * (2 * rho_K**2 * _powers(rho_K, T - t - 1) * later + now)
_from_now = scale * 2 * _powers(rho_K, T - t) * from_now
_bound = scale * 2 * geometric(rho_K) * everywhere

_COSTS_TO_GO = (
    Claim(
        id="hambly2021.eq-3.51.step-1",
        title="The shift of the cost-to-go, one stage later",
        setting=Setting.LQ_POLICY,
        relation=Eq(_symbol["value_shift_residual_i"], 0),
        assumes=REGULAR,
        kind="identity",
        near_misses={"doubled": Eq(_symbol["value_shift_residual_doubled_i"], 0)},
    ),
    Claim(
        id="hambly2021.eq-3.51.step-2",
        title="The next shift carried back, and the change of the closed loop",
        setting=Setting.LQ_POLICY,
        relation=Le(shift, carried + fresh),
        given=(Le(t, T - 2),),  # carried is 0 at T - 1
        assumes=REGULAR,
        kind="tight",
        near_misses={"without the first": Le(shift, fresh), "without the second": Le(shift, carried)},
    ),
    Claim(
        id="hambly2021.eq-3.51.step-3",
        title="Both parts in terms of the radius of K",
        setting=Setting.LQ_POLICY,
        relation=Le(carried + fresh, rho_K**2 * next_shift + 2 * rho_K * gamma_B * next_value * now),
        assumes=REGULAR,
        near_misses={
            "without the factor 2": Le(carried + fresh, rho_K**2 * next_shift + rho_K * gamma_B * next_value * now),
            "without rho^2": Le(carried + fresh, next_shift + 2 * rho_K * gamma_B * next_value * now),
        },
    ),
    Claim(
        id="hambly2021.eq-3.51",
        title="Recursion for the shift of the cost-to-go",
        setting=Setting.LQ_POLICY,
        relation=Le(shift, rho_K**2 * next_shift + 2 * rho_K * gamma_B * next_value * now),
        assumes=REGULAR,
        near_misses={
            "without the factor 2": Le(shift, rho_K**2 * next_shift + rho_K * gamma_B * next_value * now),
            "without the next shift": Le(shift, 2 * rho_K * gamma_B * next_value * now),
        },
    ),
    Claim(
        id="hambly2021.eq-3.52",
        title="The shift of the cost-to-go in terms of the others' distances from then on",
        setting=Setting.LQ_POLICY,
        relation=Le(shift, _value_bound),
        assumes=REGULAR,
        near_misses={
            "a sixth": Le(shift, _value_bound / 6),
            "this stage's distances alone": Le(
                shift, 2 * gamma_B * cost / sigma_X * rho_K * _powers(rho_K, T - t) * now
            ),
            "gamma_B squared": Le(shift, gamma_B * _value_bound),
        },
    ),
)

_DIRECTIONS = (
    Claim(
        id="hambly2021.eq-3.53.step-1",
        title="The shift of the direction, by the cost-to-go and by the closed loop",
        setting=Setting.LQ_POLICY,
        relation=Eq(_symbol["direction_shift_residual_i"], 0),
        assumes=REGULAR,
        kind="identity",
        near_misses={"the other sign": Eq(_symbol["direction_shift_residual_flipped_i"], 0)},
    ),
    Claim(
        id="hambly2021.eq-3.53",
        title="The shift of the direction in terms of that of the cost-to-go",
        setting=Setting.LQ_POLICY,
        relation=Le(direction, _by_value),
        assumes=REGULAR,
        near_misses={
            "a third": Le(direction, _by_value / 3),
            "without this stage": Le(direction, rho_K * gamma_B * next_shift),
        },
    ),
    Claim(
        id="hambly2021.eq-3.54",
        title="(3.52) for the next stage",
        setting=Setting.LQ_POLICY,
        relation=Le(rho_K * gamma_B * next_shift, scale * 2 * rho_K**2 * _powers(rho_K, T - t - 1) * later),
        assumes=REGULAR,
        near_misses={
            "half": Le(_by_value, _by_stages / 2),
            "without this stage": Le(_by_value, scale * 2 * rho_K**2 * _powers(rho_K, T - t - 1) * later),
        },
    ),
    Claim(
        id="hambly2021.eq-3.55.step-1",
        title="All stages from now on alike",
        setting=Setting.LQ_POLICY,
        relation=Le(_by_stages, _from_now),
        assumes=REGULAR,
        near_misses={"without the factor 2": Le(_by_stages, _from_now / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.55.step-2",
        title="All stages",
        setting=Setting.LQ_POLICY,
        relation=Le(_from_now, _bound),
        given=(Ge(t, 1),),
        assumes=REGULAR,
        near_misses={"half": Le(_from_now, _bound / 2)},
    ),
    Claim(
        id="hambly2021.eq-3.55",
        title="The shift of the direction in terms of the others' distances",
        setting=Setting.LQ_POLICY,
        relation=Le(direction, _bound),
        assumes=REGULAR,
        near_misses={
            "a sixth": Le(direction, _bound / 6),
            "rho* for rho_K": Le(direction, scale * 2 * geometric(rho_star) * everywhere),
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_COSTS_TO_GO, *_DIRECTIONS)
