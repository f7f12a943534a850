"""Appendix B.1 of maheshwari2023: conditions (A1) to (A4) and (A6) for Algorithm 1."""

from __future__ import annotations

from sympy import Expr, Le, Max

from bounds.maheshwari2023.definitions import delta, limit
from mpgcert.claims.claim import Claim, Finding, Setting
from mpgcert.claims.symbols import VOCABULARY

__all__ = ["CLAIMS", "MOMENTS"]

_symbol = {name: entry.symbol for name, entry in VOCABULARY.items()}
_ceiling, _payoffs = _symbol["payoff_ceiling"], _symbol["payoff_size"]
_estimates, _estimate = _symbol["estimate_size_of_all"], _symbol["estimate_size"]
_target, _drift, _image = (_symbol[name] for name in ("target_size", "drift_size", "image_size"))
_SIGN = "u-bar is the largest payoff, not the largest absolute value. "


def _radius(bound: Expr) -> Expr:
    """R-bar, with the current estimates as the start."""
    return Max(bound / (1 - delta), _estimates)


def _growth(bound: Expr) -> Expr:
    """c-tilde (1 + ||q||)."""
    return Max(bound, 1 + delta) * (1 + _estimate)


def _pair(
    label: str, title: str, finding: Finding, false: tuple[Expr, Expr], true: tuple[Expr, Expr], near: tuple[str, Expr]
) -> tuple[Claim, Claim]:
    """A bound as printed, and the same with the largest absolute payoff."""
    identifier = f"maheshwari2023.{label}"
    return (
        Claim(identifier, title, Setting.POLICY, relation=Le(*false), boundary=True, finding=finding),
        Claim(
            f"{identifier}.corrected",
            f"{title}, with the largest absolute payoff",
            Setting.POLICY,
            relation=Le(*true),
            boundary=True,
            corrects=identifier,
            near_misses={near[0]: Le(true[0], near[1])},
        ),
    )


def _false(label: str, example: str, survives: str) -> Finding:
    return Finding(
        "false",
        _SIGN + example,
        survives,
        corrected=f"maheshwari2023.{label}.corrected",
        counterexample=f"{label}.json",
    )


_SURVIVES = (
    "With max |u_i(s, a)| in place of u-bar the bound holds, so (A1), (A4) and (A6) and every use made of them survive."
)
_A1 = (
    *_pair(
        "appendix-b.1.a1",
        "A target is at most R-bar, so the estimates stay there",
        _false(
            "appendix-b.1.a1",
            "One player, state and action, payoff -1, q = 0: R-bar = max(-1 / (1 - delta), 0) = 0, and the first "
            "target is -1. The maximum is also taken over policies, which a stage payoff does not have.",
            _SURVIVES + " The induction is then right: an estimate moves to a convex combination of itself and a "
            "target, as the step sizes are in (0, 1).",
        ),
        (_target, _radius(_ceiling)),
        (_target, _radius(_payoffs)),
        ("nine tenths", 9 * _radius(_payoffs) / 10),
    ),
    *_pair(
        "appendix-b.1.a1.step-1",
        "A target is at most u-bar + delta R-bar",
        _false("appendix-b.1.a1.step-1", "In the same game the target is -1 and the bound -1 + 0.", _SURVIVES),
        (_target, _ceiling + delta * _radius(_ceiling)),
        (_target, _payoffs + delta * _radius(_payoffs)),
        ("without the payoff", delta * _radius(_payoffs)),
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a1.step-2",
        "u-bar is at most (1 - delta) R-bar",
        Setting.POLICY,
        relation=Le(_ceiling + delta * _radius(_ceiling), (1 - delta) * _radius(_ceiling) + delta * _radius(_ceiling)),
        boundary=True,
        near_misses={
            "discounted twice": Le(
                _ceiling + delta * _radius(_ceiling),
                (1 - delta) ** 2 * _radius(_ceiling) + delta * _radius(_ceiling),
            )
        },
    ),
)

_A2_A3 = (
    limit(
        "appendix-b.1.a2",
        "(A2) holds, as there are no error terms",
        r"d^t=e^t=0",
        Finding(
            "false",
            "With T_i^pi as the mean field, what is left of an update has the conditional mean d^t = (T_i^theta - "
            "T_i^pi) q_i, which is an error term, and it does not vanish: in the game of maheshwari2023.theorem-3.3 it "
            "tends to a limit other than 0, since the estimates tend to Q_i^theta, which T_i^theta fixes and T_i^pi "
            "does not.",
            "With T_i^theta as the mean field there are no error terms "
            "(maheshwari2023.eq-26a.martingale.corrected), and the conclusion is about Q_i^theta.",
        ),
        setting=Setting.RUN,
    ),
    limit(
        "appendix-b.1.a3",
        "(A3) holds by Assumption 3.2",
        r"\text{Assumption 3.2}\implies\text{(A3)}",
        setting=Setting.RUN,
    ),
)

_A4 = (
    limit(
        "appendix-b.1.a4.continuity",
        "The mean fields F and G are continuous",
        r"F(q,\pi)=\mathcal T^\pi q-q,\quad G(q,\pi)=\bar{\mathrm{br}}(q)-\pi\quad\text{continuous}",
        Finding(
            "false",
            "G is set-valued and only upper semicontinuous: for two actions and estimates (x, 0) it is (1, 0) - pi "
            "for x > 0, (0, 1) - pi for x < 0, and everything between at x = 0. F is continuous, as a polynomial.",
            "Upper semicontinuity, with non-empty convex compact values, is what (A4) asks for.",
        ),
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a4.step-1",
        "The drift of the estimates is at most the image and the estimate",
        Setting.POLICY,
        relation=Le(_drift, _image + _estimate),
        boundary=True,
        kind="tight",
        near_misses={"nine tenths": Le(_drift, 9 * (_image + _estimate) / 10)},
    ),
    *_pair(
        "appendix-b.1.a4.step-2",
        "The drift of the estimates is at most u-bar + (1 + delta) ||q||",
        _false(
            "appendix-b.1.a4.step-2",
            "One player, state and action, payoff -1, q = 0: the image is -1, the bound is -1.",
            _SURVIVES,
        ),
        (_image + _estimate, _ceiling + delta * _estimate + _estimate),
        (_image + _estimate, _payoffs + delta * _estimate + _estimate),
        ("without the payoff", delta * _estimate + _estimate),
    ),
    *_pair(
        "appendix-b.1.a4",
        "The drift of the estimates is at most max(u-bar, 1 + delta) (1 + ||q||)",
        _false(
            "appendix-b.1.a4",
            "One player, state and action, payoff -2, delta = 1/2, q = 0: the drift is -2, the bound is 3/2.",
            _SURVIVES,
        ),
        (_drift, _growth(_ceiling)),
        (_drift, _growth(_payoffs)),
        ("a third", _growth(_payoffs) / 3),
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a4.policies",
        "The drift of the policies is at most 1 + ||pi||",
        Setting.POLICY,
        relation=Le(_symbol["reply_move"], 1 + _symbol["largest_probability"]),
        boundary=True,
        near_misses={
            "without the one": Le(_symbol["reply_move"], _symbol["largest_probability"]),
            "a half": Le(_symbol["reply_move"], (1 + _symbol["largest_probability"]) / 2),
        },
    ),
    Claim(
        "maheshwari2023.appendix-b.1.a4.policies.sharp",
        "Remark: the drift of the policies is at most 1",
        Setting.POLICY,
        relation=Le(_symbol["reply_move"], 1),
        boundary=True,
        kind="tight",
        near_misses={"nine tenths": Le(10 * _symbol["reply_move"], 9)},
    ),
)

_A6 = (
    Claim(
        "maheshwari2023.appendix-b.1.a6",
        "(A6) The noise is bounded: by twice the radius of the estimates",
        Setting.POLICY,
        relation=Le(_symbol["noise_size"], 2 * _radius(_payoffs)),
        boundary=True,
        near_misses={"a quarter": Le(2 * _symbol["noise_size"], _radius(_payoffs))},
        finding=Finding(
            "proof-gap",
            "Bounded it is, for every choice of actions; a martingale difference it is not "
            "(maheshwari2023.eq-26a.martingale).",
            "Assumption 3.2 (ii) and boundedness give (A6) for the repaired noise, with any exponent.",
        ),
    ),
)

CLAIMS: tuple[Claim, ...] = (*_A1, *_A2_A3, *_A4)
#: In the paper after (A5).
MOMENTS: tuple[Claim, ...] = _A6
