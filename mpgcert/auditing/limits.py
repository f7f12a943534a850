"""Limits that a claim's conditions set to the step size."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mpgcert.claims.claim import Claim

if TYPE_CHECKING:
    import sympy

__all__ = ["step_limits"]


def step_limits(claim: Claim) -> list[sympy.Expr]:
    """The expressions that the step size must not exceed."""
    return [limit for relation in claim.given if (limit := _limit(relation)) is not None]


@cache
def _limit(relation: sympy.Basic) -> sympy.Expr | None:
    """The expression b / a of a condition `a step_size <= b` (or ==), None for other conditions."""
    if type(relation).__name__ not in ("LessThan", "Equality"):
        return None
    (size,) = [s for s in relation.lhs.free_symbols if s.name == "step_size"] or [None]
    if size is None or size in relation.rhs.free_symbols:
        return None
    factor = relation.lhs / size
    return None if size in factor.free_symbols else relation.rhs / factor
