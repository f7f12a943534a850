"""What zhang2022 assumes of a game (section 2, Assumption 1, Definition 2, Theorem 4)."""

from __future__ import annotations

from mpgcert.claims.statements import Assumption

__all__ = ["ASSUMPTIONS", "ISOLATED", "POTENTIAL", "UNIT_REWARDS", "VISITED"]

UNIT_REWARDS = Assumption(
    id="zhang2022.rewards-in-unit-interval",
    title="Rewards in [0, 1]",
    statement="Every reward of every player lies in [0, 1].",
    latex=r"0 \le r_i(s, a) \le 1 \quad \forall i, s, a",
    property="rewards-in-unit-interval",
)
VISITED = Assumption(
    id="zhang2022.assumption-1",
    title="Every state is visited under every policy",
    statement="The discounted visitation of every state is bounded away from 0 over all policies.",
    latex=r"\inf_\theta \min_s d_\theta(s) > 0",
    property="every-state-visited",
)
POTENTIAL = Assumption(
    id="zhang2022.definition-2",
    title="Markov potential game (stage potential)",
    statement="A stage potential phi(s, a) gives every player's change of value under every unilateral change of "
    "policy, from every state.",
    latex=r"V_{r_i}^{(\theta_i', \theta_{-i})}(s) - V_{r_i}^{(\theta_i, \theta_{-i})}(s) = "
    r"V_{\phi}^{(\theta_i', \theta_{-i})}(s) - V_{\phi}^{(\theta_i, \theta_{-i})}(s) \quad "
    r"\forall i, s, \theta, \theta_i'",
    property="stage-potential",
)
ISOLATED = Assumption(
    id="zhang2022.isolated-stationary-policies",
    title="Isolated stationary policies",
    statement="The policies with pi_i(a_i|s) Abar_i(s, a_i) = 0 for all i, s, a_i are isolated points "
    "(hypothesis of Theorems 4 and 5).",
    latex=r"\{\pi : \pi_i(a_i|s)\,\overline{A}_i^{\pi}(s, a_i) = 0 \ \forall i, s, a_i\} \text{ is discrete}",
    property="isolated-stationary-policies",
)

ASSUMPTIONS = (UNIT_REWARDS, POTENTIAL, VISITED, ISOLATED)
