"""Refuse claims that are not well formed, naming the claim, the field and what was expected."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mpgcert.errors import InvalidInput

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.claim import Claim

__all__ = ["KINDS", "validate"]

KINDS = ("identity", "tight", "upper bound", "definition", "evidence")
FINDINGS = ("false", "proof-gap", "typo", "experiment", "ambiguity")
_ID = re.compile(r"[a-z0-9]+(\.[a-z0-9]+(-[a-z0-9.]+)*)+(\.[a-z0-9-]+)*")


def validate(claim: Claim) -> None:
    """Raise InvalidInput unless the claim can be evaluated as it stands."""
    import sympy

    from mpgcert.claims.claim import Setting
    from mpgcert.claims.properties import PROPERTIES

    def refuse(field: str, problem: str, expected: str) -> None:
        raise InvalidInput(problem, source=f"claim {claim.id}", field=field, expected=expected)

    if not isinstance(claim.id, str) or not _ID.fullmatch(claim.id):
        refuse("id", f"{claim.id!r}", "paper.label in lower case, as zhang2022.lemma-1")
    if not claim.title:
        refuse("title", "empty", "a few words")
    if claim.setting not in list(Setting):
        refuse("setting", f"{claim.setting!r}", ", ".join(Setting))
    if claim.kind not in KINDS:
        refuse("kind", f"{claim.kind!r}", ", ".join(KINDS))
    if (claim.relation is None) != (claim.kind in ("definition", "evidence")):
        refuse("relation", "missing" if claim.relation is None else "given", "one, except for definitions and evidence")
    for name in claim.assumes:
        if name not in PROPERTIES:
            refuse("assumes", f"{name!r}", ", ".join(PROPERTIES))
    for field, relations in (
        ("relation", () if claim.relation is None else (claim.relation,)),
        ("given", claim.given),
        ("near_misses", tuple(claim.near_misses.values())),
    ):
        for relation in relations:
            if not isinstance(relation, (sympy.Le, sympy.Ge, sympy.Lt, sympy.Gt, sympy.Eq)):
                refuse(
                    field, f"{relation!r:.60}", "a sympy Le, Ge, Lt, Gt or Eq that does not simplify to true or false"
                )
            _check_symbols(claim, field, relation)
    if claim.setting is Setting.SCALAR and claim.relation is not None:
        if claim.interval is None or not claim.interval[0] <= claim.interval[1]:
            refuse("interval", f"{claim.interval!r}", "a pair of rationals, low <= high")
    elif claim.interval is not None:
        refuse("interval", "given", "one for scalar statements only")
    if claim.finding is not None and claim.finding.kind not in FINDINGS:
        refuse("finding", f"{claim.finding.kind!r}", ", ".join(FINDINGS))


def _check_symbols(claim: Claim, field: str, relation: sympy.Basic) -> None:
    import sympy

    from mpgcert.claims.quantities import quantities_of

    known = quantities_of(claim.setting)
    for symbol in sorted(relation.free_symbols, key=str):
        if symbol.name not in known:
            import difflib

            close = difflib.get_close_matches(symbol.name, known, n=3)
            hint = f"a symbol with a value in this setting, such as {', '.join(close or sorted(known)[:5])}"
            raise InvalidInput(f"{symbol.name!r}", source=f"claim {claim.id}", field=field, expected=hint)
    for number in sorted(relation.atoms(sympy.Float), key=str):
        raise InvalidInput(f"{number} is a float", source=f"claim {claim.id}", field=field, expected="a sympy Rational")
