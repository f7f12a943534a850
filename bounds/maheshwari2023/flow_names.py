"""Quantities and hypotheses that the derivation of Lemma 3.5 of maheshwari2023 names again and again."""

from __future__ import annotations

from sympy import Eq

from bounds.maheshwari2023.assumptions import MIXING, POTENTIAL
from mpgcert.claims.symbols import VOCABULARY

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}

horizon, eta, D = 1 - _symbol["discount"], _symbol["rate_floor"], _symbol["mismatch"]
slope, gap, reply_gain = (_symbol[name] for name in ("lyapunov_slope_largest", "visited_gap", "visited_reply_gain"))
reply_gap, response_gain, total_gap = (_symbol[name] for name in ("reply_visited_gap", "response_gain", "total_gap"))
moved_q, moved_advantage = _symbol["response_moved_q"], _symbol["response_moved_advantage"]

MPG = (POTENTIAL.property,)
MIXING_MPG = (POTENTIAL.property, MIXING.property)
IS_EQUILIBRIUM = (Eq(_symbol["equilibrium_gap"], 0),)
RESTS = (Eq(slope, 0),)
