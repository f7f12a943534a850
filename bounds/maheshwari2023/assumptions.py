"""What maheshwari2023 assumes of a game (Definition 2.1, Assumption 3.1) and of step sizes (Assumption 3.2)."""

from __future__ import annotations

from mpgcert.claims.statements import Assumption

__all__ = ["ASSUMPTIONS", "MIXING", "POTENTIAL", "STEP_SIZES"]

POTENTIAL = Assumption(
    id="maheshwari2023.definition-2.1",
    title="Markov potential game (policy potential)",
    statement="A function of state and policy gives every player's change of value under every unilateral "
    "change of policy, from every state.",
    latex=r"\Phi(s, \pi_i', \pi_{-i}) - \Phi(s, \pi_i, \pi_{-i}) = V_i(s, \pi_i', \pi_{-i}) - "
    r"V_i(s, \pi_i, \pi_{-i}) \quad \forall s, i, \pi, \pi_i'",
    property="policy-potential",
)
MIXING = Assumption(
    id="maheshwari2023.assumption-3.1",
    title="Full support, and a joint action with an irreducible aperiodic chain",
    statement="The initial distribution is positive on every state, and some joint action, played in every state, "
    "makes the chain of states irreducible and aperiodic.",
    latex=r"\mu(s) > 0 \ \forall s, \quad \exists a \in A: \ (P(s'|s, a))_{s, s' \in S} "
    r"\text{ is irreducible and aperiodic}",
    property="irreducible-joint-action",
)
_RANGE = Assumption(
    id="maheshwari2023.assumption-3.2.range",
    title="Step sizes in (0, 1)",
    statement="Every step size of every player lies strictly between 0 and 1.",
    latex=r"\alpha_i(n), \beta_i(n) \in (0, 1) \quad \forall i, n",
    property="step-sizes-in-unit-interval",
    kind="step-sizes",
)
_SLOW = Assumption(
    id="maheshwari2023.assumption-3.2.i",
    title="Divergent sums, limit 0, non-increasing",
    statement="The step sizes of every player sum to infinity, tend to 0 and do not increase.",
    latex=r"\sum_{n=0}^\infty \alpha_i(n) = \sum_{n=0}^\infty \beta_i(n) = \infty, \quad "
    r"\lim_{n \to \infty} \alpha_i(n) = \lim_{n \to \infty} \beta_i(n) = 0, \quad "
    r"\alpha_i, \beta_i \text{ non-increasing}",
    property="step-sizes-divergent-vanishing",
    kind="step-sizes",
)
_SUMMABLE = Assumption(
    id="maheshwari2023.assumption-3.2.ii",
    title="A power is summable",
    statement="For some q >= 2 the powers 1 + q/2 of the step sizes have a finite sum.",
    latex=r"\exists q, q' \ge 2: \quad \sum_{n=0}^\infty \alpha_i(n)^{1 + q/2} < \infty, \quad "
    r"\sum_{n=0}^\infty \beta_i(n)^{1 + q'/2} < \infty",
    property="step-sizes-summable-power",
    kind="step-sizes",
)
_REGULAR = Assumption(
    id="maheshwari2023.assumption-3.2.iii",
    title="Bounded growth over proportional delays",
    statement="For every x in (0, 1) the step size at count [x n] is at most a constant times that at n.",
    latex=r"\sup_n \frac{\alpha_i([x n])}{\alpha_i(n)} < \infty, \quad "
    r"\sup_n \frac{\beta_i([x n])}{\beta_i(n)} < \infty \quad \forall x \in (0, 1)",
    property="step-sizes-regular",
    kind="step-sizes",
)
_TWO_TIMESCALES = Assumption(
    id="maheshwari2023.assumption-3.2.iv",
    title="Two timescales",
    statement="For all players i and j the step size of i's policy over that of j's q-estimate tends to 0.",
    latex=r"\lim_{n \to \infty} \frac{\beta_i(n)}{\alpha_j(n)} = 0 \quad \forall i, j",
    property="step-sizes-two-timescales",
    kind="step-sizes",
)
_COMPARABLE = Assumption(
    id="maheshwari2023.assumption-3.2.v",
    title="Comparable players",
    statement="The ratios of two players' step sizes stay between positive constants.",
    latex=r"0 < \xi_{ij}^\alpha \le \frac{\alpha_i(n)}{\alpha_j(n)} \le \zeta_{ij}^\alpha < \infty, \quad "
    r"0 < \xi_{ij}^\beta \le \frac{\beta_i(n)}{\beta_j(n)} \le \zeta_{ij}^\beta < \infty \quad \forall i, j, n",
    property="step-sizes-comparable",
    kind="step-sizes",
)
STEP_SIZES = Assumption(
    id="maheshwari2023.assumption-3.2",
    title="Step sizes of two timescales",
    statement="The step sizes lie in (0, 1) and meet (i) to (v).",
    latex=r"\alpha_i(n), \beta_i(n) \in (0, 1) \text{ meet (i) to (v)}",
    property="step-sizes-all",
    kind="step-sizes",
)

ASSUMPTIONS = (POTENTIAL, MIXING, _RANGE, _SLOW, _SUMMABLE, _REGULAR, _TWO_TIMESCALES, _COMPARABLE, STEP_SIZES)
