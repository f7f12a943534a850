"""A player's gap against its largest averaged advantage: a true statement, and one that forgets a factor."""

from sympy import Le

from mpgcert.claims import Claim, Setting, symbol

gap, advantage, gamma = symbol("nash_gap_i"), symbol("largest_advantage"), symbol("discount")

CLAIMS = [
    Claim("own.gap", "Gap and advantage", Setting.POLICY, Le(gap, advantage / (1 - gamma))),
    Claim("own.gap-undiscounted", "The same without 1 - gamma", Setting.POLICY, Le(gap, advantage)),
]
