"""hambly2021 from Algorithm 1 through Lemma 3.8: costs-to-go, gradients, values and advantages.

Matrix identities are stated against an arbitrary symmetric matrix X or an arbitrary change of gains, which is the same
as entry by entry; identities for every state are stated at an arbitrary x.
"""

from __future__ import annotations

from sympy import Eq, Ge, Gt

from bounds.hambly2021.assumptions import COSTS
from bounds.hambly2021.equilibrium import DEFINITE_NOISE, definition
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}

_ALGORITHM = (
    definition(
        "eq-3.5",
        "Natural gradient descent",
        r"K_t^{i,(m)}=K_t^{i,(m-1)}-\eta\nabla_{K_t^i}C^i(K^{(m-1)})(\Sigma_t^{K^{(m-1)}})^{-1}",
        Finding(
            kind="typo",
            summary="The text that follows says that the gradient is normalised by the covariance of K^(m); in (3.5), "
            "and in Algorithm 1, it is that of K^(m-1), the policy at which the gradient is taken.",
            survives="Remark 3.2 and (3.8) need the covariance of K^(m-1), and everything later uses that.",
        ),
    ),
    definition(
        "eq-3.6",
        "Costs-to-go in Algorithm 1",
        r"P_{t,i}=Q_t^i+(K_t^i)^\top R_t^iK_t^i+L_t^\top P_{t+1,i}L_t,\quad L_t=A_t-\sum_jB_t^jK_t^j",
        Finding(
            kind="typo",
            summary="In (3.6) and (3.7) the player whose matrix is computed and the index of the sum over players are "
            "both called i. The sum runs over all players j, as in (3.13) and (3.15).",
            survives="Read as (3.13) and (3.15), Algorithm 1 is natural gradient descent.",
        ),
    ),
    definition(
        "eq-3.7",
        "Directions in Algorithm 1",
        r"E_{t,i}=R_t^iK_t^i-(B_t^i)^\top P_{t+1,i}\Big(A_t-\sum_jB_t^jK_t^j\Big)",
    ),
    Claim(
        id="hambly2021.eq-3.8",
        title="A step of Algorithm 1 is a step of natural gradient descent",
        setting=Setting.LQ_STEP,
        relation=Eq(_symbol["gain_change_square"], -_symbol["step_size"] * _symbol["normalised_slope"]),
        assumes=(DEFINITE_NOISE,),
        kind="identity",
        near_misses={
            "doubled": Eq(_symbol["gain_change_square"], -2 * _symbol["step_size"] * _symbol["normalised_slope"]),
            "not normalised": Eq(_symbol["gain_change_square"], -_symbol["step_size"] * _symbol["cost_slope"]),
        },
    ),
    Claim(
        id="hambly2021.remark-3.2",
        title="2 E is the gradient times the inverse covariance",
        setting=Setting.LQ_PAIR,
        relation=Eq(2 * _symbol["direction_pairing"], _symbol["normalised_slope"]),
        assumes=(DEFINITE_NOISE,),
        kind="identity",
        near_misses={
            "dropped factor 2": Eq(_symbol["direction_pairing"], _symbol["normalised_slope"]),
            "not normalised": Eq(2 * _symbol["direction_pairing"], _symbol["cost_slope"]),
        },
    ),
)

_VALUES = (
    Claim(
        id="hambly2021.eq-3.13",
        title="Costs-to-go, multiplied out, obey the backward recursion",
        setting=Setting.LQ_PAIR,
        relation=Eq(
            _symbol["probe_value"],
            _symbol["probe_state_cost"] + _symbol["probe_control_cost"] + _symbol["probe_next_value"],
        ),
        kind="identity",
        near_misses={
            "without the cost of controls": Eq(
                _symbol["probe_value"], _symbol["probe_state_cost"] + _symbol["probe_next_value"]
            ),
            "transposed closed loop": Eq(
                _symbol["probe_value"],
                _symbol["probe_state_cost"] + _symbol["probe_control_cost"] + _symbol["probe_next_value_transposed"],
            ),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.6",
        title="Costs-to-go are positive definite",
        setting=Setting.LQ_POLICY,
        relation=Gt(_symbol["value_floor_i"], 0),
        assumes=(COSTS.property,),
        near_misses={"above all state costs": Gt(_symbol["value_floor_i"], _symbol["sigma_Q"])},
    ),
    Claim(
        id="hambly2021.lemma-3.6.step-1",
        title="Costs of controls and of later stages only add to that of the state",
        setting=Setting.LQ_POLICY,
        relation=Ge(_symbol["value_floor"], _symbol["state_cost_floor"]),
        assumes=(COSTS.property,),
        kind="tight",
        near_misses={"twice": Ge(_symbol["value_floor"], 2 * _symbol["state_cost_floor"])},
    ),
    Claim(
        id="hambly2021.eq-3.14",
        title="The cost through the cost-to-go and the noise",
        setting=Setting.LQ_POLICY,
        relation=Eq(_symbol["start_value_i"] + _symbol["offset_i"], _symbol["rolled_cost_i"]),
        kind="identity",
        near_misses={
            "without the noise": Eq(_symbol["start_value_i"], _symbol["rolled_cost_i"]),
            "half of the noise": Eq(_symbol["start_value_i"] + _symbol["offset_i"] / 2, _symbol["rolled_cost_i"]),
        },
    ),
    Claim(
        id="hambly2021.eq-3.14.step-1",
        title="Stage by stage: costs before t, the cost-to-go at t, and the noise from t on",
        setting=Setting.LQ_POLICY,
        relation=Eq(_symbol["cost_before"] + _symbol["expected_value"] + _symbol["offset"], _symbol["rolled_cost_i"]),
        kind="identity",
        near_misses={
            "noise after t": Eq(
                _symbol["cost_before"] + _symbol["expected_value"] + _symbol["offset_after"], _symbol["rolled_cost_i"]
            )
        },
    ),
    definition(
        "eq-3.15",
        "Directions E of a policy",
        r"E_{t,i}^K=R_t^iK_t^i-(B_t^i)^\top P_{t+1,i}^K\Big(A_t-\sum_jB_t^jK_t^j\Big)",
    ),
    Claim(
        id="hambly2021.lemma-3.7",
        title="(3.16): the policy gradient is 2 E Sigma",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["cost_slope"], 2 * _symbol["direction_slope"]),
        kind="identity",
        near_misses={
            "dropped factor 2": Eq(_symbol["cost_slope"], _symbol["direction_slope"]),
            "covariance one time later": Eq(_symbol["cost_slope"], 2 * _symbol["direction_slope_next"]),
        },
        finding=Finding(
            kind="typo",
            summary="The left side of (3.16) is printed as the gradient of C(K) without the player's index; it is the "
            "gradient of player i's own cost C^i in K_t^i, as the proof's last line has it.",
            survives="The formula holds for C^i, and is used for C^i.",
        ),
    ),
    Claim(
        id="hambly2021.lemma-3.7.step-1",
        title="The cost, written out around time t",
        setting=Setting.LQ_POLICY,
        relation=Eq(
            _symbol["rolled_cost_i"],
            _symbol["cost_before"]
            + _symbol["stage_cost"]
            + _symbol["propagated_value"]
            + _symbol["noise_value"]
            + _symbol["offset_after"],
        ),
        kind="identity",
        near_misses={
            "without the noise of time t": Eq(
                _symbol["rolled_cost_i"],
                _symbol["cost_before"] + _symbol["stage_cost"] + _symbol["propagated_value"] + _symbol["offset_after"],
            )
        },
    ),
    Claim(
        id="hambly2021.section-3.1.value-function",
        title="The value of a state is x' P x + N",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["rolled_value"], _symbol["state_value"] + _symbol["offset"]),
        kind="identity",
        near_misses={
            "noise one time later": Eq(_symbol["rolled_value"], _symbol["state_value"] + _symbol["offset_after"])
        },
    ),
    definition(
        "eq-3.17",
        "Controls after player i's deviation",
        r"u_t^{i\prime}=-K_t^{i\prime}x_t^{K^{i\prime},K^{-i}},\quad u_t^j=-K_t^jx_t^{K^{i\prime},K^{-i}},\ j\ne i",
    ),
)

_before = _symbol["state_value"] + _symbol["offset"]
_difference = _symbol["deviation_value_i"] - _symbol["own_value_i"]

_COST_DIFFERENCE = (
    Claim(
        id="hambly2021.lemma-3.8",
        title="(3.18): the difference of values is a sum of advantages along the deviation",
        setting=Setting.LQ_PAIR,
        relation=Eq(_difference, _symbol["advantages_i"]),
        kind="identity",
        near_misses={
            "along the states of K": Eq(_difference, _symbol["advantages_along_old_i"]),
            "doubled": Eq(_difference, 2 * _symbol["advantages_i"]),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.8.part-2",
        title="The advantage of a change of player i's gains",
        setting=Setting.LQ_PAIR,
        relation=Eq(_symbol["state_advantage"], _symbol["curvature_form"] + 2 * _symbol["slope_form"]),
        kind="identity",
        near_misses={
            "dropped factor 2": Eq(_symbol["state_advantage"], _symbol["curvature_form"] + _symbol["slope_form"]),
            "cost of controls only": Eq(
                _symbol["state_advantage"], _symbol["control_form"] + 2 * _symbol["slope_form"]
            ),
        },
    ),
    Claim(
        id="hambly2021.lemma-3.8.step-1",
        title="Values of K along the deviation are added and taken away",
        setting=Setting.LQ_PAIR,
        relation=Eq(_difference, _symbol["deviation_value_i"] - _symbol["values_all_i"] + _symbol["values_late_i"]),
        kind="identity",
        finding=Finding(
            kind="typo",
            summary="In the stage cost at the head of the proof the deviating control is printed with a state x_t that "
            "carries player i's index; all players share the state x'_t of (K'^i, K^{-i}).",
            survives="With that state every line of the proof holds.",
        ),
        near_misses={
            "one value short": Eq(
                _difference, _symbol["deviation_value_i"] - _symbol["values_early_i"] + _symbol["values_late_i"]
            )
        },
    ),
    Claim(
        id="hambly2021.lemma-3.8.step-2",
        title="The last cost is the last value, so that the sum ends at T - 1",
        setting=Setting.LQ_PAIR,
        relation=Eq(_difference, _symbol["deviation_running_i"] + _symbol["values_late_i"] - _symbol["values_early_i"]),
        kind="identity",
        near_misses={
            "with the last cost": Eq(
                _difference, _symbol["deviation_value_i"] + _symbol["values_late_i"] - _symbol["values_early_i"]
            )
        },
    ),
    Claim(
        id="hambly2021.lemma-3.8.step-3",
        title="A stage's cost and the next value make the value of the deviation's control",
        setting=Setting.LQ_PAIR,
        relation=Eq(_difference, _symbol["action_values_i"] - _symbol["values_early_i"]),
        kind="identity",
        near_misses={"next values": Eq(_difference, _symbol["action_values_i"] - _symbol["values_late_i"])},
    ),
    Claim(
        id="hambly2021.lemma-3.8.step-4",
        title="The advantage, written out",
        setting=Setting.LQ_PAIR,
        relation=Eq(
            _symbol["state_advantage"],
            _symbol["deviation_stage_form"]
            + _symbol["deviation_next_form"]
            + _symbol["noise_value"]
            + _symbol["offset_after"]
            - _before,
        ),
        kind="identity",
        near_misses={
            "without the noise": Eq(
                _symbol["state_advantage"],
                _symbol["deviation_stage_form"] + _symbol["deviation_next_form"] + _symbol["offset_after"] - _before,
            )
        },
    ),
    Claim(
        id="hambly2021.lemma-3.8.step-5",
        title="The noise cancels in the advantage",
        setting=Setting.LQ_PAIR,
        relation=Eq(
            _symbol["state_advantage"],
            _symbol["deviation_stage_form"] + _symbol["deviation_next_form"] - _symbol["state_value"],
        ),
        kind="identity",
        near_misses={
            "with the noise": Eq(
                _symbol["state_advantage"],
                _symbol["deviation_stage_form"]
                + _symbol["deviation_next_form"]
                + _symbol["noise_value"]
                - _symbol["state_value"],
            )
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_ALGORITHM, *_VALUES, *_COST_DIFFERENCE)
