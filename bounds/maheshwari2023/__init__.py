"""Maheshwari, Wu, Pai, Sastry: independent and decentralized learning in Markov potential games (2023)."""

from __future__ import annotations

from mpgcert.claims.statements import Assumption, Paper

__all__ = ["ASSUMPTIONS", "PAPER"]

PAPER = Paper(
    id="maheshwari2023",
    title="Independent and Decentralized Learning in Markov Potential Games",
    authors="C. Maheshwari, M. Wu, D. Pai, S. Sastry",
    venue="arXiv",
    year=2023,
)

ASSUMPTIONS = (
    Assumption(
        id="maheshwari2023.definition-2.1",
        title="Markov potential game (policy potential)",
        statement="A function of state and policy gives every player's change of value under every unilateral "
        "change of policy, from every state.",
        latex=r"\Phi(s, \pi_i', \pi_{-i}) - \Phi(s, \pi_i, \pi_{-i}) = V_i(s, \pi_i', \pi_{-i}) - "
        r"V_i(s, \pi_i, \pi_{-i}) \quad \forall s, i, \pi, \pi_i'",
        property="policy-potential",
    ),
)
