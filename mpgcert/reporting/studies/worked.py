"""A stored counterexample worked by hand: the instance, the value of every symbol, and both sides step by step.

Everything is computed from the catalogue's data; nothing is typed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.point_index import Index
from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Block, Formula, Math, Paragraph, Table
from mpgcert.reporting.studies.certain import Evaluator, Value
from mpgcert.reporting.studies.instances import described, point_words
from mpgcert.reporting.studies.steps import step_table

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.sides import AnyPoint

__all__ = ["counterexample_of", "worked"]

_SIGNS = {"<=": (r"\le", ">"), ">=": (r"\ge", "<"), "<": ("<", r"\ge"), ">": (">", r"\le")}  # holds, fails


def counterexample_of(claim: Claim) -> AnyPoint | None:
    """What the catalogue stores against a statement; for one variable, the number where the search refutes it."""
    from mpgcert.auditing.catalogue import stored_counterexample
    from mpgcert.claims.point import Point
    from mpgcert.claims.scalar_proofs import prove

    if claim.relation is None:
        return None
    if claim.setting is Setting.SCALAR:
        assert claim.interval is not None
        witness = prove(claim.relation, claim.interval).witness
        return None if witness is None else Point(number=witness)
    return stored_counterexample(claim)


def worked(claim: Claim, point: AnyPoint) -> tuple[Block, ...]:
    """The counterexample in full: data, values of the symbols, sides, and by how much the statement fails."""
    from mpgcert.claims.engine import check

    outcome = check(claim, point)
    assert outcome.verdict is Verdict.VIOLATED, claim.id
    index = Index(**outcome.index) if outcome.index else Index()
    evaluator = Evaluator(claim, point, index)
    blocks: list[Block] = [Paragraph(f"The instance. {point_words(point)}")]
    blocks += described(point)
    blocks += step_table(claim, point)
    where = _where(index)
    blocks.append(_symbols(claim, evaluator, where))
    for relation in claim.given:
        blocks += _relation(relation, evaluator, "The hypothesis is met: ", True)
    assert claim.relation is not None
    blocks += _sides(claim.relation, evaluator)
    return tuple(blocks)


def _where(index: Index) -> str:
    """In which place of the instance the sides are compared; players, states and actions count from 1, times from 0."""
    names = {"player": "player", "state": "state", "action": "action", "second": "second action", "time": "time t =",
             "earlier": "time s =", "joint": "joint action number"}  # fmt: skip
    start = {"time": 0, "earlier": 0}
    parts = [f"{names[name]} {value + start.get(name, 1)}" for name, value in index.to_dict().items()]
    return f" at {', '.join(parts)}" if parts else ""


def _symbols(claim: Claim, evaluator: Evaluator, where: str) -> Table:
    from mpgcert.claims.symbols import VOCABULARY

    assert claim.relation is not None
    names = sorted({s.name for part in (claim.relation, *claim.given) for s in part.free_symbols})
    rows = []
    for name in names:
        entry = VOCABULARY[name]
        value = evaluator.value(entry.symbol)
        rows.append((Math(entry.latex), entry.meaning, "–" if value is None else Math(_with_digits(value))))
    return Table(f"What the symbols are worth here{where}", ("symbol", "meaning", "value"), tuple(rows))


def _with_digits(value: Value) -> str:
    return value.latex + (rf" \approx {value.rounded}" if value.rounded else "")


def _relation(relation: sympy.Basic, evaluator: Evaluator, words: str, holds: bool) -> Iterator[Block]:
    from mpgcert.claims.formula import latex

    left, right = (evaluator.value(side) for side in (relation.lhs, relation.rhs))
    if left is None or right is None:
        return
    sign = _sign(relation, holds)
    yield Paragraph(
        (words, Math(latex(relation)), ", here ", Math(f"{_with_digits(left)} {sign} {_with_digits(right)}"), ".")
    )


def _sign(relation: sympy.Basic, holds: bool) -> str:
    operator = getattr(relation, "rel_op", "==")
    if operator == "==":
        return "=" if holds else r"\ne"
    return _SIGNS[operator][0 if holds else 1]


def _sides(relation: sympy.Basic, evaluator: Evaluator) -> Iterator[Block]:
    """Each side with its symbols replaced by their values, then the comparison."""
    for name, side in (("left", relation.lhs), ("right", relation.rhs)):
        chain = _chain(side, evaluator)
        if chain is not None:
            yield Paragraph(f"The {name} side:")
            yield Formula(chain)
    left, right = (evaluator.value(side) for side in (relation.lhs, relation.rhs))
    if left is None or right is None:
        return
    sign = _sign(relation, False)
    yield Paragraph(
        (
            "So ",
            Math(f"{_with_digits(left)} {sign} {_with_digits(right)}"),
            f", and the statement is false{_factor(left, right)}.",
        )
    )


def _factor(left: Value, right: Value) -> str:
    """By what factor the sides differ, where both have a sign and none is zero."""
    from mpgcert.reporting.formatting import decimal

    one, other = (left.low + left.high) / 2, (right.low + right.high) / 2
    if one * other <= 0:
        return ""
    large, small = max(abs(one), abs(other)), min(abs(one), abs(other))
    return f": the sides differ by a factor of {decimal(large / small, 4)}" if large > small else ""


def _chain(side: sympy.Expr, evaluator: Evaluator) -> str | None:
    """`formula = formula with values = value`; None for a number or a symbol alone, of which the table says all."""
    from mpgcert.claims.formula import latex

    if side.is_Symbol or not side.free_symbols:
        return None
    value = evaluator.value(side)
    if value is None:
        return None
    filled = _filled(side, evaluator)
    steps = [latex(side), *([filled] if filled else []), value.latex]
    distinct = [step for k, step in enumerate(steps) if k == 0 or step != steps[k - 1]]
    return " = ".join(distinct) + (rf" \approx {value.rounded}" if value.rounded else "")


def _filled(side: sympy.Expr, evaluator: Evaluator) -> str | None:
    """The formula with every symbol replaced by its value, in brackets where a sign or a fraction needs them."""
    import sympy

    names: dict[Any, str] = {}
    for symbol in side.free_symbols:
        value = evaluator.value(symbol)
        if value is None:
            return None
        text = value.latex
        names[symbol] = text if text.isdigit() else rf"\left({text}\right)"
    return str(sympy.latex(side, symbol_names=names, mul_symbol="dot"))
