"""Table 1 of zhang2022: complexity bounds, with the constants that its rows hide.

A row for potential games says that the number of iterations of a theorem is at most a constant times the row's
expression.  The theorems' numbers are those of `bounds.zhang2022.theorems`, times the square of the accuracy (and
the power of c), which both sides share.  For the regularised algorithms that product still grows with the accuracy,
so the rows are stated at the largest accuracy of interest, 1 / (1 - gamma): no gap is larger.
"""

from __future__ import annotations

from sympy import Eq, Expr, Integer, Le

from bounds.zhang2022.theorems import THEOREMS
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
n, A, M, D = (_symbol[name] for name in ("n", "A_max", "M", "phi_range"))
epsilon, eta, lam, c = (_symbol[name] for name in ("epsilon", "step_size", "regularization", "c"))
horizon = 1 - _symbol["discount"]


def _iterations(theorem: str, algorithm: str, power_of_c: int = 0) -> Expr:
    """A theorem's number of iterations, times epsilon^2 and the power of c, at epsilon = 1 / (1 - gamma)."""
    entry = next(t for t in THEOREMS if t.id == f"zhang2022.{theorem}" and t.algorithm == algorithm)
    assert entry.iterations is not None
    (count,) = entry.iterations.args  # of the ceiling
    count = (count * epsilon**2 * c**power_of_c).subs(eta, entry.step_size)
    if entry.regularization is not None:
        count = count.subs(lam, entry.regularization)
    return count.subs(epsilon, 1 / horizon)


def _row(
    row: str, title: str, count: Expr, constant: int, expression: Expr, *, equal: bool = False, near: int
) -> Claim:
    relation = Eq if equal else Le
    return Claim(
        f"zhang2022.table-1.{row}",
        title,
        Setting.GAME,
        relation=relation(count, Integer(constant) * expression, evaluate=False),
        kind="identity" if equal else "tight",
        assumes=("stage-potential", "every-state-visited"),
        near_misses={f"constant {near}": relation(count, Integer(near) * expression, evaluate=False)},
    )


def _cited(row: str, title: str, latex: str, finding: Finding | None = None) -> Claim:
    return Claim(
        f"zhang2022.table-1.{row}",
        title,
        Setting.GAME,
        kind="definition",
        latex=rf"T = O\left({latex}\right)",
        finding=finding,
    )


_SINGLE_AGENT_POWERS = Finding(
    kind="ambiguity",
    summary="Table 1 gives the single-agent bound of gradient play with (1 - gamma)^3 and without the range of the "
    "potential, the discussion in section 4.1 gives the same cited result with (1 - gamma)^4 and the range.",
    survives="The bound is cited for comparison; nothing rests on it.",
)

CLAIMS: tuple[Claim, ...] = (
    _cited(
        "single-agent.direct",
        "Gradient play, direct parameterisation, one agent (cited)",
        r"\frac{|\mathcal A|M^2}{(1-\gamma)^4\epsilon^2}",
    ),
    _cited(
        "direct",
        "Gradient play, direct parameterisation (cited; its constant is not derived in the paper)",
        r"\frac{(\phi_{\max}-\phi_{\min})\sum_i|\mathcal A_i|M^2}{(1-\gamma)^4\epsilon^2}",
    ),
    _cited(
        "single-agent.gradient-play",
        "Gradient play, softmax, one agent (cited)",
        r"\frac{M^2}{(1-\gamma)^3c^2\epsilon}",
        _SINGLE_AGENT_POWERS,
    ),
    _row(
        "gradient-play",
        "Gradient play: 12 times the row",
        _iterations("theorem-5", "gradient-play", 2),
        12,
        n * A * D * M**2 / horizon**4,
        equal=True,
        near=11,
    ),
    _cited(
        "single-agent.natural-gradient-play",
        "Natural gradient play, softmax, one agent (cited)",
        r"\frac{1}{(1-\gamma)^2\epsilon}",
    ),
    _row(
        "natural-gradient-play",
        "Natural gradient play: 6 times the row",
        _iterations("theorem-5", "natural-gradient-play", 1),
        6,
        n * D**2 * M / horizon**3,
        equal=True,
        near=5,
    ),
    _cited(
        "single-agent.gradient-play-with-barrier",
        "Gradient play with log-barrier, softmax, one agent (cited)",
        r"\frac{|\mathcal A|^2M^2}{(1-\gamma)^4\epsilon^2}",
    ),
    _row(
        "gradient-play-with-barrier",
        "Gradient play with log-barrier: at most 16 times the row, for any accuracy up to 1 / (1 - gamma)",
        _iterations("theorem-6", "gradient-play"),
        16,
        n * A**2 * D * M**2 / horizon**4,
        near=15,
    ),
    _row(
        "natural-gradient-play-with-barrier",
        "Natural gradient play with log-barrier: at most 1296 times the row, for any accuracy up to 1 / (1 - gamma)",
        _iterations("theorem-7", "natural-gradient-play"),
        1296,
        n * A * D * M**2 / horizon**4,
        near=1200,
    ),
)
