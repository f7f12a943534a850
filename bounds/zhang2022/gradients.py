"""Sections 2, 3, 9, 10, 11 of zhang2022: gradients, natural gradients, gradient domination."""

from __future__ import annotations

from sympy import Le, sqrt

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
A_i = _symbol["A_i"]

CLAIMS: tuple[Claim, ...] = (
    Claim(
        id="zhang2022.lemma-1",
        monitored=True,
        title="Gradient domination at each recorded policy",
        setting=Setting.POLICY,
        relation=Le(
            _symbol["nash_gap_i"],
            sqrt(A_i) * _symbol["M_theta"] / _symbol["c_theta"] * _symbol["gradient_norm_i"],
        ),
    ),
)
