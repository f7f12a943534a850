"""Section 16 of zhang2022, Lemma 36: means under softmax policies are Lipschitz in the parameters.

The lemma holds for any function f of a player's action; the search varies those with values in [-1, 1].  The mean
value theorem in its proof, a maximum over the segment between two parameters, is no statement of its own here:
step-5 bounds what it is applied to, at every parameter.
"""

from __future__ import annotations

from sympy import Eq, Le

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
f_size, weighted_f = _symbol["f_size"], _symbol["weighted_centred_f"]
parameters_at = _symbol["parameter_distance_at"]

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.lemma-36",
        title="Means under softmax policies are Lipschitz in the parameters",
        setting=Setting.PAIR,
        relation=Le(_symbol["mean_of_f_change"], 2 * f_size * parameters_at),
        near_misses={"a quarter": Le(_symbol["mean_of_f_change"], f_size * parameters_at / 2)},
    ),
    Claim(
        id="zhang2022.lemma-36.step-1",
        title="Derivative of a mean in a softmax parameter",
        setting=Setting.POLICY,
        relation=Eq(_symbol["mean_slope"], _symbol["probability"] * _symbol["centred_f"]),
        kind="identity",
        near_misses={"without the probability": Eq(_symbol["mean_slope"], _symbol["centred_f"])},
    ),
    Claim(
        id="zhang2022.lemma-36.step-2",
        title="Squared gradient of a mean",
        setting=Setting.POLICY,
        relation=Eq(_symbol["mean_gradient"] ** 2, weighted_f),
        kind="identity",
        near_misses={"doubled": Eq(_symbol["mean_gradient"] ** 2, 2 * weighted_f)},
    ),
    Claim(
        id="zhang2022.lemma-36.step-3",
        title="A function differs from its mean by at most twice its size",
        setting=Setting.POLICY,
        relation=Le(weighted_f, _symbol["squared_probabilities"] * (2 * f_size) ** 2),
        near_misses={"a fifth": Le(weighted_f, _symbol["squared_probabilities"] * (2 * f_size) ** 2 / 5)},
    ),
    Claim(
        id="zhang2022.lemma-36.step-4",
        title="The squares of probabilities sum to at most 1",
        setting=Setting.POLICY,
        relation=Le(_symbol["squared_probabilities"] * (2 * f_size) ** 2, 4 * f_size**2),
        kind="tight",
        near_misses={"half": Le(_symbol["squared_probabilities"] * (2 * f_size) ** 2, 2 * f_size**2)},
    ),
    Claim(
        id="zhang2022.lemma-36.step-5",
        title="The gradient of a mean is at most twice the function's size",
        setting=Setting.POLICY,
        relation=Le(_symbol["mean_gradient"], 2 * f_size),
        near_misses={"a third": Le(_symbol["mean_gradient"], 2 * f_size / 3)},
    ),
    Claim(
        id="zhang2022.corollary-37",
        title="Softmax policies are Lipschitz in the parameters of a state",
        setting=Setting.PAIR,
        relation=Le(_symbol["player_distance_at"], 2 * parameters_at),
        near_misses={"a quarter": Le(_symbol["player_distance_at"], parameters_at / 2)},
    ),
    Claim(
        id="zhang2022.corollary-37.all-states",
        title="Softmax policies in a state are Lipschitz in the parameters of all states",
        setting=Setting.PAIR,
        relation=Le(_symbol["player_distance_at"], 2 * _symbol["parameter_distance_i"]),
        near_misses={"a quarter": Le(_symbol["player_distance_at"], _symbol["parameter_distance_i"] / 2)},
    ),
)
