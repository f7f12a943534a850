"""Lemma 3.5 of maheshwari2023 and equations (7)-(9), (12)-(17): the potential along the best-response flow.

The derivative of the Lyapunov function phi at a time depends only on the policy there, the rates gamma_i(s) and the
selection of the best reply: the statements are about those. eta is the least rate, so that gamma_i(s) >= eta; the
text of (13) has >, which it does not need (nor Lemma 3.6(c), which it cites; its first two lines are the same).
Statements for every selection compare the largest derivative. The discount factor, delta in the paper, is printed as
gamma without an index.
"""

from __future__ import annotations

from sympy import Abs, Eq, Ge, Gt, Le, Lt

from bounds.maheshwari2023.flow_names import (
    IS_EQUILIBRIUM,
    MIXING_MPG,
    MPG,
    eta,
    gap,
    horizon,
    reply_gain,
    slope,
    total_gap,
)
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
slope_least = _symbol["lyapunov_slope_least"]
chain, value_chain, flow_sum = (_symbol[name] for name in ("potential_chain", "value_chain", "flow_sum"))
_FLOW = r"\frac{d}{d\tau}\varpi_i^\tau(s, a_i)"

_DEFINITIONS = (
    Claim(
        "maheshwari2023.eq-7",
        "Best-response differential inclusion",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=_FLOW + r" \in \gamma_i(s) (\mathrm{br}_i(s, a_i; \varpi^\tau) - \varpi_i^\tau(s, a_i)), "
        r"\quad \gamma_i(s) \ge \eta > 0",
        finding=Finding(
            kind="ambiguity",
            summary="The rates are written as functions of the player and the state. The theory that is invoked "
            "(maheshwari2023.eq-21, with weights in Omega^eta) lets them be any measurable functions of time with "
            "values in [eta, 1].",
            survives="Lemma 3.5 bounds the derivative at each time for any rates of at least eta, so it holds for "
            "rates that change with time.",
            corrected="maheshwari2023.eq-7.corrected",
        ),
    ),
    Claim(
        "maheshwari2023.eq-7.corrected",
        "Best-response differential inclusion with rates that may change",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=_FLOW + r" \in \gamma_i^\tau(s) (\mathrm{br}_i(s, a_i; \varpi^\tau) - \varpi_i^\tau(s, a_i)), "
        r"\quad \gamma_i^\tau(s) \in [\eta, 1] \text{ measurable in } \tau",
        corrects="maheshwari2023.eq-7",
    ),
    Claim(
        "maheshwari2023.eq-8",
        "The flow with a selection of the best reply",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=_FLOW + r" = \gamma_i(s) (\widetilde{\mathrm{br}}_i^\tau(s, a_i) - \varpi_i^\tau(s, a_i)), \quad "
        r"\widetilde{\mathrm{br}}_i^\tau(s) \in \mathrm{br}_i(s; \varpi^\tau) \text{ for almost every } \tau",
    ),
    Claim(
        "maheshwari2023.eq-9",
        "Lyapunov function",
        Setting.POLICY,
        kind="definition",
        boundary=True,
        latex=r"\phi(\tau) = \max_{\varpi \in \Pi} \Phi(\mu, \varpi) - \Phi(\mu, \varpi^\tau)",
    ),
)

_LEMMA = (
    Claim(
        "maheshwari2023.lemma-3.5",
        "The Lyapunov function does not increase",
        Setting.POLICY,
        relation=Le(slope, 0),
        assumes=MPG,
        kind="tight",
        boundary=True,
        near_misses={"strict": Lt(slope, 0), "increases": Ge(slope, 0)},
        corrects="maheshwari2023.lemma-3.5.step-3",
    ),
    Claim(
        "maheshwari2023.lemma-3.5.strict",
        "It decreases where the policy is no equilibrium",
        Setting.POLICY,
        relation=Lt(slope, 0),
        given=(Gt(_symbol["equilibrium_gap"], 0),),
        assumes=MIXING_MPG,
        boundary=True,
        near_misses={"as fast as the gaps": Lt(slope, -eta * total_gap)},
    ),
    Claim(
        "maheshwari2023.lemma-3.5.equilibrium",
        "It rests at equilibria, for every selection",
        Setting.POLICY,
        relation=Eq(Abs(slope) + Abs(slope_least), 0),
        given=IS_EQUILIBRIUM,
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"no action is worth anything": Eq(_symbol["own_action_value"], 0)},
    ),
    Claim(
        "maheshwari2023.lemma-3.5.limit",
        "The limit of a solution is an equilibrium",
        Setting.POLICY,
        kind="evidence",
        assumes=MIXING_MPG,
        latex=r"\lim_{\tau \to \infty} \varpi^\tau \in \{\pi : \pi \text{ is a NE}\}",
        finding=Finding(
            kind="proof-gap",
            summary="The limit need not exist: the Nash equilibria may form a continuum, and a strictly decreasing "
            "Lyapunov function does not exclude that a solution drifts along it. What the proof arrives at is the "
            "limit set. A limit point of a solution that is no equilibrium would contradict the statement; none "
            "exists, as phi is constant on the limit set, which contains a whole solution through each of its points, "
            "and decreases strictly off the equilibria.",
            survives="Theorem 3.3 and Lemma 3.7 speak of convergence to the set of equilibria, for which the limit set "
            "is enough.",
            corrected="maheshwari2023.lemma-3.5.limit.corrected",
        ),
    ),
    Claim(
        "maheshwari2023.lemma-3.5.limit.corrected",
        "The limit set of a solution is a connected set of equilibria",
        Setting.POLICY,
        kind="evidence",
        assumes=MIXING_MPG,
        latex=r"\bigcap_{T \ge 0} \overline{\{\varpi^\tau : \tau \ge T\}} \text{ is connected and contained in } "
        r"\{\pi : \pi \text{ is a NE}\}",
        corrects="maheshwari2023.lemma-3.5.limit",
    ),
)

_DERIVATIVE = (
    Claim(
        "maheshwari2023.eq-12.step-1",
        "Chain rule for the potential",
        Setting.POLICY,
        relation=Eq(_symbol["lyapunov_slope"], chain),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"opposite sign": Eq(_symbol["lyapunov_slope"], -chain)},
    ),
    Claim(
        "maheshwari2023.eq-12.step-2",
        "Derivatives of the potential replaced by those of each player's value (a)",
        Setting.POLICY,
        relation=Eq(chain, value_chain),
        assumes=MPG,
        kind="identity",
        boundary=True,
        near_misses={"entry by entry": Eq(_symbol["potential_partial"], _symbol["value_partial"])},
    ),
    Claim(
        "maheshwari2023.eq-12",
        "Derivative of the Lyapunov function (b)",
        Setting.POLICY,
        relation=Eq(value_chain, flow_sum),
        kind="identity",
        boundary=True,
        near_misses={"unnormalised": Eq(value_chain, horizon * flow_sum)},
    ),
    Claim(
        "maheshwari2023.eq-13.step-1",
        "The rates replaced by the least",
        Setting.POLICY,
        relation=Le(slope, -eta / horizon * reply_gain),
        assumes=MPG,
        kind="tight",
        boundary=True,
        near_misses={
            "one and a half times": Le(slope, -eta / horizon * reply_gain * 3 / 2),
            "action by action": Le(-_symbol["rate"] * _symbol["reply_term"], -eta * _symbol["reply_term"]),
        },
    ),
    Claim(
        "maheshwari2023.eq-13.step-2",
        "Sums over actions as values of f (printed as an inequality, and an equality)",
        Setting.POLICY,
        relation=Le(-eta / horizon * reply_gain, -eta / horizon * gap),
        assumes=MPG,
        kind="tight",
        boundary=True,
        near_misses={"one and a half times": Le(-eta / horizon * reply_gain, -eta / horizon * gap * 3 / 2)},
    ),
    Claim(
        "maheshwari2023.eq-13",
        "The derivative is at most minus the visited one-stage gains",
        Setting.POLICY,
        relation=Le(slope, -eta / horizon * gap),
        assumes=MPG,
        kind="tight",
        boundary=True,
        near_misses={
            "one and a half times": Le(slope, -eta / horizon * gap * 3 / 2),
            "squared horizon": Le(slope, -eta / horizon**2 * gap),
            "without the rate": Le(slope, -gap / horizon),
        },
    ),
)

CLAIMS: tuple[Claim, ...] = (*_DEFINITIONS, *_LEMMA, *_DERIVATIVE)
