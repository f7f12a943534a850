"""Section 16 of zhang2022, Lemmas 32, 33: how values and occupancies differ between two policies.

Lemma 32 has no index for its reward: it is meant for each player's.  Lemma 33 holds for any reward r; the search
varies those with values in [-1, 1], of which every bounded one is a multiple.
"""

from __future__ import annotations

from sympy import Abs, Eq, Le

from bounds.zhang2022.assumptions import UNIT_REWARDS
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
discount = _symbol["discount"]
horizon = 1 - discount
distance = _symbol["policy_distance"]
gain, size = _symbol["occupancy_gain"], _symbol["reward_size"]

_UNIT = (UNIT_REWARDS.property,)

_LEMMA_32 = (
    Claim(
        id="zhang2022.lemma-32",
        title="Action values are Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(Abs(_symbol["action_value_change"]), distance / horizon**2),
        assumes=_UNIT,
        near_misses={"a tenth": Le(Abs(_symbol["action_value_change"]), distance / horizon**2 / 10)},
    ),
    Claim(
        id="zhang2022.lemma-32.values",
        title="Values are Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(Abs(_symbol["value_change"]), distance / horizon**2),
        assumes=_UNIT,
        near_misses={
            "a third": Le(Abs(_symbol["value_change"]), distance / horizon**2 / 3),
            "without the square": Le(Abs(_symbol["value_change"]), distance / horizon),
        },
    ),
    Claim(
        id="zhang2022.lemma-32.advantages",
        title="Advantages are Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(Abs(_symbol["advantage_change"]), 2 * distance / horizon**2),
        assumes=_UNIT,
        near_misses={"a sixth": Le(Abs(_symbol["advantage_change"]), distance / horizon**2 / 3)},
    ),
    Claim(
        id="zhang2022.lemma-32.step-1",
        title="Performance difference for action values",
        setting=Setting.PAIR,
        relation=Eq(_symbol["action_value_change"], _symbol["action_value_series"]),
        kind="identity",
        near_misses={
            "from time 0": Eq(discount * _symbol["action_value_change"], _symbol["action_value_series"]),
        },
    ),
    Claim(
        id="zhang2022.lemma-32.step-2",
        title="Absolute values inside the series",
        setting=Setting.PAIR,
        relation=Le(Abs(_symbol["action_value_series"]), _symbol["action_value_series_bound"]),
        kind="tight",
        near_misses={"a third": Le(Abs(_symbol["action_value_series"]), _symbol["action_value_series_bound"] / 3)},
    ),
    Claim(
        id="zhang2022.lemma-32.step-3",
        title="Each term of the series is at most its largest",
        setting=Setting.PAIR,
        relation=Le(_symbol["action_value_series_bound"], discount / horizon * (distance / horizon)),
        assumes=_UNIT,
        kind="tight",
        near_misses={
            "half": Le(_symbol["action_value_series_bound"], discount / horizon * (distance / horizon) / 2),
        },
    ),
    Claim(
        id="zhang2022.lemma-32.step-4",
        title="Sum of the geometric series",
        setting=Setting.PAIR,
        relation=Eq(discount / horizon * (distance / horizon), distance / horizon**2),
        assumes=_UNIT,
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="The series starts at t = 1, so that its sum is gamma / (1 - gamma) and not 1 / (1 - gamma): the "
            "two sides differ by the factor gamma, and without discounting the left one is 0.",
            survives="Lemma 32 follows with <= in place of =, for action values even with a factor gamma to spare; "
            "for state values the series starts at t = 0 and there is equality. Lemma 31, and with it Lemmas 29 "
            "and 30 and Theorems 4-7, use only the lemma.",
            corrected="zhang2022.lemma-32.step-4.corrected",
            counterexample="lemma-32.step-4.json",
        ),
    ),
    Claim(
        id="zhang2022.lemma-32.step-4.corrected",
        title="Sum of the geometric series from t = 1",
        setting=Setting.PAIR,
        relation=Le(discount / horizon * (distance / horizon), distance / horizon**2),
        assumes=_UNIT,
        near_misses={"half": Le(discount / horizon * (distance / horizon), distance / horizon**2 / 2)},
        corrects="zhang2022.lemma-32.step-4",
    ),
    Claim(
        id="zhang2022.lemma-32.step-5",
        title="Triangle inequality for advantages",
        setting=Setting.PAIR,
        relation=Le(
            Abs(_symbol["advantage_change"]),
            Abs(_symbol["action_value_change"]) + Abs(_symbol["value_change"]),
        ),
        kind="tight",
        near_misses={
            "without the value": Le(Abs(_symbol["advantage_change"]), Abs(_symbol["action_value_change"])),
        },
    ),
)

_LEMMA_33 = (
    Claim(
        id="zhang2022.lemma-33",
        title="Occupancies against a reward",
        setting=Setting.PAIR,
        relation=Le(gain / horizon, size * distance / horizon**2),
        kind="tight",
        near_misses={
            "half": Le(gain / horizon, size * distance / horizon**2 / 2),
            "without the square": Le(gain / horizon, size * distance / horizon),
        },
    ),
    Claim(
        id="zhang2022.lemma-33.step-1",
        title="Occupancies against a reward as a change of return",
        setting=Setting.PAIR,
        relation=Eq(gain / horizon, _symbol["reward_return_gain"]),
        kind="identity",
        near_misses={"unnormalised": Eq(gain, _symbol["reward_return_gain"])},
    ),
    Claim(
        id="zhang2022.lemma-33.step-2",
        title="Performance difference for a reward",
        setting=Setting.PAIR,
        relation=Eq(_symbol["reward_return_gain"], _symbol["reward_return_gain_by_states"] / horizon),
        kind="identity",
        near_misses={"unnormalised": Eq(_symbol["reward_return_gain"], _symbol["reward_return_gain_by_states"])},
    ),
    Claim(
        id="zhang2022.lemma-33.step-3",
        title="Action values are at most |r| / (1 - gamma)",
        setting=Setting.PAIR,
        relation=Le(
            _symbol["reward_return_gain_by_states"] / horizon,
            size * _symbol["visited_policy_distance"] / horizon**2,
        ),
        kind="tight",
        near_misses={
            "half": Le(
                _symbol["reward_return_gain_by_states"] / horizon,
                size * _symbol["visited_policy_distance"] / horizon**2 / 2,
            )
        },
    ),
    Claim(
        id="zhang2022.lemma-33.step-4",
        title="A mean over visited states is at most the maximum",
        setting=Setting.PAIR,
        relation=Le(_symbol["visited_policy_distance"], distance),
        kind="tight",
        near_misses={"half": Le(_symbol["visited_policy_distance"], distance / 2)},
    ),
)

_COROLLARIES = (
    Claim(
        id="zhang2022.corollary-34",
        title="Visitation is Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(_symbol["visitation_change"] / horizon, distance / horizon**2),
        near_misses={
            "half": Le(_symbol["visitation_change"] / horizon, distance / horizon**2 / 2),
            "without the square": Le(_symbol["visitation_change"] / horizon, distance / horizon),
        },
    ),
    Claim(
        id="zhang2022.corollary-34.step-1",
        title="The l1 change of the visitation is attained by a reward of the state",
        setting=Setting.PAIR,
        relation=Eq(_symbol["visitation_change"] / horizon, _symbol["largest_gain_of_states"] / horizon),
        kind="identity",
        near_misses={
            "doubled": Eq(2 * _symbol["visitation_change"] / horizon, _symbol["largest_gain_of_states"] / horizon)
        },
    ),
    Claim(
        id="zhang2022.corollary-34.step-2",
        title="Lemma 33 for the best reward of the state",
        setting=Setting.PAIR,
        relation=Le(_symbol["largest_gain_of_states"] / horizon, distance / horizon**2),
        near_misses={"half": Le(_symbol["largest_gain_of_states"] / horizon, distance / horizon**2 / 2)},
    ),
    Claim(
        id="zhang2022.corollary-35",
        title="Occupancy of each joint action is Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(_symbol["occupancy_change_of_action"] / horizon, distance / horizon**2),
        near_misses={"a third": Le(_symbol["occupancy_change_of_action"] / horizon, distance / horizon**2 / 3)},
        finding=Finding(
            kind="typo",
            summary="The sum is over states only and the joint action is free. As printed the statement is true, but "
            "it is not what its proof shows, nor what Lemma 31 uses: both have the sum over states and joint actions.",
            survives="With the sum over both, the proof and Lemmas 29-31 and Theorems 4-7 stand unchanged.",
            corrected="zhang2022.corollary-35.corrected",
        ),
    ),
    Claim(
        id="zhang2022.corollary-35.step-1",
        title="The l1 change of the occupancy of a joint action is attained by a reward",
        setting=Setting.PAIR,
        relation=Eq(_symbol["occupancy_change_of_action"] / horizon, _symbol["largest_gain"] / horizon),
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="The corollary and the left side of its proof sum over states only and leave the joint action "
            "free. The maximum over rewards r(s, a) in [-1, 1] is the l1 norm over states and actions, so that the "
            "first equality is false for a single action: with two actions, one state and no discounting, moving "
            "from one action to the other changes each action's occupancy by 1, and the maximum is 2.",
            survives="The printed corollary is true, but weaker than what the proof shows. Lemma 31 needs the sum over "
            "states and actions, which is what the proof of Corollary 35 gives: with the sum over both, it and "
            "Lemmas 29 and 30 and Theorems 4-7 stand unchanged.",
            corrected="zhang2022.corollary-35.step-1.corrected",
            counterexample="corollary-35.step-1.json",
        ),
    ),
    Claim(
        id="zhang2022.corollary-35.step-1.corrected",
        title="The l1 change of the occupancy is attained by a reward",
        setting=Setting.PAIR,
        relation=Eq(_symbol["occupancy_change"] / horizon, _symbol["largest_gain"] / horizon),
        kind="identity",
        near_misses={"doubled": Eq(2 * _symbol["occupancy_change"] / horizon, _symbol["largest_gain"] / horizon)},
        corrects="zhang2022.corollary-35.step-1",
    ),
    Claim(
        id="zhang2022.corollary-35.step-2",
        title="Lemma 33 for the best reward",
        setting=Setting.PAIR,
        relation=Le(_symbol["largest_gain"] / horizon, distance / horizon**2),
        kind="tight",
        near_misses={"half": Le(_symbol["largest_gain"] / horizon, distance / horizon**2 / 2)},
    ),
    Claim(
        id="zhang2022.corollary-35.corrected",
        title="The occupancy is Lipschitz in the joint policy",
        setting=Setting.PAIR,
        relation=Le(_symbol["occupancy_change"] / horizon, distance / horizon**2),
        kind="tight",
        near_misses={
            "half": Le(_symbol["occupancy_change"] / horizon, distance / horizon**2 / 2),
            "without the square": Le(_symbol["occupancy_change"] / horizon, distance / horizon),
        },
        corrects="zhang2022.corollary-35",
    ),
)

CLAIMS: tuple[Claim, ...] = (*_LEMMA_32, *_LEMMA_33, *_COROLLARIES)
