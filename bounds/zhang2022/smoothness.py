"""Section 15 of zhang2022: smoothness of the total potential, without and with log-barrier.

The paper writes the gradient of the total potential and bounds it through the players' own advantages A_i: in a
potential game both give the same gradient (lemma-31.step-1), but |A_i| <= 1 / (1 - gamma) needs rewards in [0, 1],
which the potential itself need not have.  Distances of parameters are the least that the policies allow.

Links of a chain that compare a norm with itself when there is one player or state (theta against its parts) are
joined with the link before them: both sides are then one irrational number, which says nothing.
"""

from __future__ import annotations

from sympy import Eq, Le

from bounds.zhang2022.assumptions import POTENTIAL, UNIT_REWARDS
from bounds.zhang2022.theorems import beta, beta_regularized
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, A_i, lam = (_symbol[name] for name in ("n", "A_max", "A_i", "regularization"))
horizon = 1 - _symbol["discount"]
change, change_i = _symbol["potential_gradient_change"], _symbol["potential_gradient_change_i"]
barrier_change, product = _symbol["barrier_gradient_change"], _symbol["gradient_changes_product"]
distance, distance_sum = _symbol["parameter_distance"], _symbol["parameter_distance_sum"]
policies, summed = _symbol["policy_distance"], _symbol["summed_player_distance"]

_MPG = (UNIT_REWARDS.property, POTENTIAL.property)
_UNIT = (UNIT_REWARDS.property,)

_LEMMA_29 = (
    Claim(
        id="zhang2022.lemma-29",
        title="The total potential is smooth in the softmax parameters",
        setting=Setting.PAIR,
        relation=Le(change, beta * distance),
        assumes=_MPG,
        near_misses={"a fiftieth": Le(change, beta * distance / 50)},
    ),
    Claim(
        id="zhang2022.lemma-29.step-1",
        title="The squared norm is a sum over players",
        setting=Setting.PAIR,
        relation=Eq(change**2, _symbol["squared_gradient_changes"]),
        assumes=_MPG,
        kind="identity",
        near_misses={"averaged over players": Eq(change**2, _symbol["squared_gradient_changes"] / n)},
    ),
    Claim(
        id="zhang2022.lemma-29.step-2",
        title="Euclidean norms of the players' parts are at most their l1 norms",
        setting=Setting.PAIR,
        relation=Le(_symbol["squared_gradient_changes"], _symbol["squared_l1_gradient_changes"]),
        assumes=_MPG,
        near_misses={"a third": Le(_symbol["squared_gradient_changes"], _symbol["squared_l1_gradient_changes"] / 3)},
    ),
    Claim(
        id="zhang2022.lemma-29.step-3",
        title="Lemma 31 for each player",
        setting=Setting.PAIR,
        relation=Le(_symbol["squared_l1_gradient_changes"], 36 * n / horizon**6 * distance_sum**2),
        assumes=_MPG,
        near_misses={
            "a thousandth": Le(_symbol["squared_l1_gradient_changes"], 36 * n / horizon**6 * distance_sum**2 / 1000)
        },
    ),
    Claim(
        id="zhang2022.lemma-29.step-4",
        title="Cauchy-Schwarz over players, for the rational distances of their policies",
        setting=Setting.PAIR,
        relation=Le(_symbol["sum_of_distances"] ** 2, n * _symbol["sum_of_squared_distances"]),
        kind="tight",
        near_misses={"without n": Le(_symbol["sum_of_distances"] ** 2, _symbol["sum_of_squared_distances"])},
    ),
    Claim(
        id="zhang2022.lemma-29.step-5",
        title="Lemma 31 for each player, then Cauchy-Schwarz",
        setting=Setting.PAIR,
        relation=Le(_symbol["squared_l1_gradient_changes"], 36 * n**2 / horizon**6 * distance**2),
        assumes=_MPG,
        near_misses={
            "a thousandth": Le(_symbol["squared_l1_gradient_changes"], 36 * n**2 / horizon**6 * distance**2 / 1000)
        },
    ),
)

_LEMMA_30 = (
    Claim(
        id="zhang2022.lemma-30",
        title="The regularised total potential is smooth in the softmax parameters",
        setting=Setting.PAIR,
        relation=Le(_symbol["regularized_potential_gradient_change"], beta_regularized * distance),
        assumes=_MPG,
        regularized=True,
        near_misses={
            "without the barrier's term": Le(_symbol["regularized_potential_gradient_change"], beta * distance),
            "a fifth of the barrier's term": Le(
                _symbol["regularized_potential_gradient_change"], (beta + 2 * lam * A / 5) * distance
            ),
        },
    ),
    Claim(
        id="zhang2022.lemma-30.step-1",
        title="Derivative of the sum of log-probabilities",
        setting=Setting.POLICY,
        relation=Eq(_symbol["barrier_slope"], 1 - A_i * _symbol["probability"]),
        kind="identity",
        near_misses={"largest number of actions": Eq(_symbol["barrier_slope"], 1 - A * _symbol["probability"])},
    ),
    Claim(
        id="zhang2022.lemma-30.step-2",
        title="Change of the log-barrier's gradient",
        setting=Setting.PAIR,
        relation=Eq(barrier_change**2, _symbol["weighted_squared_moves"]),
        kind="identity",
        near_misses={"doubled": Eq(barrier_change**2, 2 * _symbol["weighted_squared_moves"])},
    ),
    Claim(
        id="zhang2022.lemma-30.step-3",
        title="Euclidean norms of the policies' changes are at most their l1 norms",
        setting=Setting.PAIR,
        relation=Le(_symbol["weighted_squared_moves"], _symbol["weighted_squared_l1_moves"]),
        near_misses={"a third": Le(_symbol["weighted_squared_moves"], _symbol["weighted_squared_l1_moves"] / 3)},
    ),
    Claim(
        id="zhang2022.lemma-30.step-4",
        title="Corollary 37 in each state",
        setting=Setting.PAIR,
        relation=Le(_symbol["weighted_squared_l1_moves"], 4 * _symbol["weighted_squared_parameter_moves"]),
        near_misses={
            "a third": Le(_symbol["weighted_squared_l1_moves"], _symbol["weighted_squared_parameter_moves"] / 3)
        },
    ),
    Claim(
        id="zhang2022.lemma-30.step-5",
        title="Corollary 37 in each state, and the largest number of actions",
        setting=Setting.PAIR,
        relation=Le(_symbol["weighted_squared_l1_moves"], 4 * A**2 * distance**2),
        near_misses={"a third": Le(_symbol["weighted_squared_l1_moves"], A**2 * distance**2 / 3)},
    ),
    Claim(
        id="zhang2022.lemma-30.step-6",
        title="Triangle inequality for the regularised gradient, both sides squared",
        setting=Setting.PAIR,
        relation=Le(
            _symbol["regularized_potential_gradient_change"] ** 2,
            change**2 + 2 * lam * product + lam**2 * barrier_change**2,
        ),
        assumes=_MPG,
        regularized=True,
        kind="tight",
        near_misses={
            "without the mixed term": Le(
                _symbol["regularized_potential_gradient_change"] ** 2, change**2 + lam**2 * barrier_change**2
            )
        },
    ),
)

_LEMMA_31 = (
    Claim(
        id="zhang2022.lemma-31",
        title="Change of the gradient in one player's parameters",
        setting=Setting.PAIR,
        relation=Le(change_i, 6 / horizon**3 * distance_sum),
        assumes=_MPG,
        near_misses={
            "a fiftieth": Le(change_i, 6 / horizon**3 * distance_sum / 50),
            "own parameters only": Le(change_i, 6 / horizon**3 * _symbol["parameter_distance_i"]),
        },
    ),
    Claim(
        id="zhang2022.lemma-31.step-1",
        title="The potential's gradient through the player's own averaged advantage",
        setting=Setting.PAIR,
        relation=Eq(change_i, _symbol["averaged_advantage_change"] / horizon),
        assumes=_MPG,
        kind="identity",
        near_misses={"squared horizon": Eq(change_i, _symbol["averaged_advantage_change"] / horizon**2)},
    ),
    Claim(
        id="zhang2022.lemma-31.step-2",
        title="Averaged advantages as means of joint ones",
        setting=Setting.PAIR,
        relation=Eq(_symbol["averaged_advantage_change"], _symbol["expanded_advantage_change"]),
        kind="identity",
        near_misses={"doubled": Eq(2 * _symbol["averaged_advantage_change"], _symbol["expanded_advantage_change"])},
    ),
    Claim(
        id="zhang2022.lemma-31.step-3",
        title="Triangle inequality over the others' actions",
        setting=Setting.PAIR,
        relation=Le(_symbol["expanded_advantage_change"], _symbol["joint_advantage_change"]),
        kind="tight",
        near_misses={"half": Le(_symbol["expanded_advantage_change"], _symbol["joint_advantage_change"] / 2)},
    ),
    Claim(
        id="zhang2022.lemma-31.step-4",
        title="Change of a product",
        setting=Setting.PAIR,
        relation=Le(_symbol["joint_advantage_change"], _symbol["split_advantage_change"]),
        kind="tight",
        near_misses={"half": Le(_symbol["joint_advantage_change"], _symbol["split_advantage_change"] / 2)},
    ),
    Claim(
        id="zhang2022.lemma-31.step-5",
        title="Advantages are at most 1 / (1 - gamma), means at most maxima",
        setting=Setting.PAIR,
        relation=Le(
            _symbol["split_advantage_change"],
            _symbol["occupancy_change"] / horizon + _symbol["largest_advantage_change"],
        ),
        assumes=_UNIT,
        finding=Finding(
            kind="typo",
            summary="The maximum of the last term is printed over states and the player's own actions, while the "
            "advantage inside has the joint action as its argument: the maximum over states and joint actions is "
            "meant, and is what is held here.",
            survives="Lemma 32 bounds the advantage's change for every joint action, so that Lemma 31 and what rests "
            "on it stand unchanged.",
        ),
        near_misses={
            "half": Le(
                2 * _symbol["split_advantage_change"],
                _symbol["occupancy_change"] / horizon + _symbol["largest_advantage_change"],
            )
        },
    ),
    Claim(
        id="zhang2022.lemma-31.step-6",
        title="Lemma 32 and Corollary 35",
        setting=Setting.PAIR,
        relation=Le(change_i, 3 / horizon**3 * policies),
        assumes=_MPG,
        near_misses={"a quarter": Le(change_i, 3 / horizon**3 * policies / 4)},
    ),
    Claim(
        id="zhang2022.lemma-31.step-7",
        title="The distance of joint policies is at most the sum of the players' distances",
        setting=Setting.PAIR,
        relation=Le(policies, summed),
        kind="tight",
        near_misses={"averaged over players": Le(policies, summed / n)},
    ),
    Claim(
        id="zhang2022.lemma-31.step-8",
        title="Corollary 37 for each player",
        setting=Setting.PAIR,
        relation=Le(summed, 2 * distance_sum),
        near_misses={"a quarter": Le(summed, distance_sum / 2)},
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_29, *_LEMMA_30, *_LEMMA_31)
