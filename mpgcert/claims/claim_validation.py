"""Refuse claims that are not well formed, naming the claim, the field and what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

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
    _check_texts(claim)
    _check_choices(claim)
    _check_relations(claim)
    _check_interval(claim)


def _refuse(claim: Claim, field: str, problem: str, expected: str) -> NoReturn:
    raise InvalidInput(problem, source=f"claim {claim.id}", field=field, expected=expected)


def _check_texts(claim: Claim) -> None:
    if not isinstance(claim.id, str) or not _ID.fullmatch(claim.id):
        _refuse(claim, "id", f"{claim.id!r}", "paper.label in lower case, as zhang2022.lemma-1")
    if not isinstance(claim.title, str) or not claim.title.strip():
        _refuse(claim, "title", "empty" if claim.title == "" else f"{claim.title!r:.60}", "a few words")


def _check_choices(claim: Claim) -> None:
    """Fields with a few admissible values."""
    from mpgcert.claims.claim import Finding, Setting
    from mpgcert.claims.properties import PROPERTIES
    from mpgcert.learn.dynamics import ALGORITHMS

    given: object = claim.setting
    if not isinstance(given, Setting):
        settings = ", ".join(f"Setting.{setting.name}" for setting in Setting)
        _refuse(claim, "setting", f"{given!r:.60}", settings)
    if claim.kind not in KINDS:
        _refuse(claim, "kind", f"{claim.kind!r:.60}", ", ".join(KINDS))
    if (claim.relation is None) != (claim.kind in ("definition", "evidence")):
        problem = "missing" if claim.relation is None else "given"
        _refuse(claim, "relation", problem, "one, except for definitions and evidence")
    if not isinstance(claim.assumes, tuple | list):
        _refuse(claim, "assumes", f"{claim.assumes!r:.60}", "a tuple of names of properties")
    for name in claim.assumes:
        if name not in PROPERTIES:
            _refuse(claim, "assumes", f"{name!r:.60}", ", ".join(PROPERTIES))
    if claim.algorithm is not None:
        if claim.setting not in (Setting.STEP, Setting.RUN):
            _refuse(claim, "algorithm", "given", "one for steps and runs only")
        if claim.algorithm not in ALGORITHMS:
            _refuse(claim, "algorithm", f"{claim.algorithm!r:.60}", ", ".join(ALGORITHMS))
    if claim.finding is not None and (not isinstance(claim.finding, Finding) or claim.finding.kind not in FINDINGS):
        found = getattr(claim.finding, "kind", claim.finding)
        _refuse(claim, "finding", f"{found!r:.60}", f"a Finding of kind {', '.join(FINDINGS)}")


def _check_relations(claim: Claim) -> None:
    if not isinstance(claim.given, tuple | list):
        _refuse(claim, "given", f"{claim.given!s:.60}", "a tuple of relations")
    if not isinstance(claim.near_misses, Mapping):
        _refuse(claim, "near_misses", f"{claim.near_misses!s:.60}", "a mapping from names to relations")
    for name in claim.near_misses:
        if not isinstance(name, str) or not re.search("[a-z0-9]", name.lower()):
            _refuse(claim, "near_misses", f"{name!r:.60}", "names with letters or digits, as 'half'")
    if claim.relation is not None:
        _check_relation(claim, "relation", claim.relation)
    for relation in claim.given:
        _check_relation(claim, "given", relation)
    for relation in claim.near_misses.values():
        _check_relation(claim, "near_misses", relation)


def _check_interval(claim: Claim) -> None:
    from mpgcert.claims.claim import Setting

    if claim.setting is not Setting.SCALAR:
        if claim.interval is not None:
            _refuse(claim, "interval", "given", "one for scalar statements only")
        return
    if claim.relation is None:
        return
    ends = claim.interval
    if (
        not isinstance(ends, tuple | list)
        or len(ends) != 2
        or not all(isinstance(end, int | Fraction) for end in ends)
        or ends[0] > ends[1]
    ):
        _refuse(claim, "interval", f"{ends!r:.60}", "a pair of Fractions, low <= high")


def _check_relation(claim: Claim, field: str, relation: object) -> None:
    """A comparison of expressions that have a value in the claim's setting."""
    import sympy

    from mpgcert.claims.formula import compiled

    if not isinstance(relation, sympy.Le | sympy.Ge | sympy.Lt | sympy.Gt | sympy.Eq):
        expected = "a sympy Le, Ge, Lt, Gt or Eq that does not simplify to true or false"
        _refuse(claim, field, f"{relation!r:.60}", expected)
    for symbol in sorted(relation.free_symbols, key=str):
        _check_symbol(claim, field, symbol)
    for number in sorted(relation.atoms(sympy.Float), key=str):
        _refuse(claim, field, f"{number} is a float", "a sympy Rational")
    for side in (relation.lhs, relation.rhs):
        try:
            compiled(side)
        except (TypeError, ValueError):
            expected = "symbols, rationals, + * / and powers of them, sqrt, Abs, Min, Max, exp, log, ceiling"
            _refuse(claim, field, f"{side!s:.60} has a part without a value", expected)


def _check_symbol(claim: Claim, field: str, symbol: sympy.Symbol) -> None:
    from mpgcert.claims.quantities import quantities_of
    from mpgcert.claims.symbols import VOCABULARY

    known = quantities_of(claim.setting)
    if symbol.name not in known:
        close = difflib.get_close_matches(symbol.name, known, n=3)
        hint = f"a symbol with a value in this setting, such as {', '.join(close or sorted(known)[:5])}"
        _refuse(claim, field, f"{symbol.name!r}", hint)
    if symbol != VOCABULARY[symbol.name].symbol:
        problem = f"{symbol.name!r} is another symbol of the same name, without what is known of its sign"
        _refuse(claim, field, problem, f'mpgcert.claims.symbol("{symbol.name}")')
