"""The assumptions of a linear-quadratic catalogue with their evidence; inequalities with both sides."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Facts,
    Formula,
    Paragraph,
    Section,
    Strong,
    Table,
    Text,
    Value,
    Word,
    anchor,
)
from mpgcert.reporting.formatting import decimal, middle, rounded
from mpgcert.reporting.sections.assumptions import assumption_table, certificate_blocks, facts_of, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mpgcert.claims.check import AssumptionCheck, CheckResult
    from mpgcert.claims.lq.bounds import LQBounds

__all__ = ["digits", "section", "sides", "what_does_not_help"]

_TERMS = {"matrices": "matrices examined", "initial": "initial state", "matrix": "matrix that is not"}
_STAGES = 12
_DIGITS = 12


def section(result: CheckResult, bounds: LQBounds) -> Section:
    """Overview, then each assumption with its evidence."""
    parts = tuple(_one(entry, bounds) for entry in result.assumptions)
    return Section("assumptions", "Assumptions", (assumption_table(result),), parts)


def _one(entry: AssumptionCheck, bounds: LQBounds) -> Section:
    assumption, decision = entry.assumption, entry.decision
    blocks: list[Block] = [
        Paragraph((Word(decision.verdict), f" {assumption.statement} ", Code(assumption.id))),
        Formula(assumption.latex),
    ]
    evidence = decision.evidence
    if "left" in evidence and "right" in evidence:
        blocks += _both_sides(entry, bounds)
    elif isinstance(evidence.get("stages"), list):
        blocks += [Paragraph(sentence(decision.summary)), *_stages(evidence)]
    else:
        blocks += [Paragraph(sentence(decision.summary)), *facts_of(_in_words(evidence))]
    blocks += certificate_blocks(decision.certificate)
    return Section(anchor(assumption.id), assumption.title, tuple(blocks))


def _in_words(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence about the data under the names that a reader knows."""
    named = {_TERMS.get(name, name): value for name, value in evidence.items() if name != "definite"}
    if "definite" in evidence:
        definite = "positive definite" if evidence["definite"] else "not both positive definite"
        named = {"noise and second moment of x₀": definite, **named}
    return {name: ", ".join(value) if name == "pivots" else value for name, value in named.items()}


def sides(entry: AssumptionCheck, bounds: LQBounds) -> tuple[Fraction | None, Fraction | None]:
    """Both sides of an inequality between two constants, the larger to be first: middles of their enclosures."""
    names = entry.assumption.sides or ()
    found = [bounds.constants.get(name) for name in names]
    left, right = (None if value is None else middle(value) for value in found)
    return left, right


def _both_sides(entry: AssumptionCheck, bounds: LQBounds) -> list[Block]:
    evidence = entry.decision.evidence
    left, right = sides(entry, bounds)
    entries: list[tuple[Text, Text]] = [
        ("left side", _traced(entry, "left", _side(evidence["left"], left))),
        ("right side", _traced(entry, "right", _side(evidence["right"], right))),
        ("right / left", decimal(right / left) if left and right is not None else "–"),
        ("start", evidence["start"]),
        ("small constant δ", evidence["delta"]),
    ]
    if evidence.get("right_from_equilibrium"):
        entries.append(("right side from K*", _traced(entry, "right_from_equilibrium")))
    blocks: list[Block] = [Facts(tuple(entries))]
    blocks += [Paragraph(text) for text in what_does_not_help(entry)]
    return blocks


def _side(constant: Mapping[str, Any], value: Fraction | None) -> str:
    """A side with twelve digits, also where it is beyond the range of doubles."""
    if value is None or constant["exact"] is not None:
        return digits(constant)
    return f"≈ {decimal(value, _DIGITS)}"


def what_does_not_help(entry: AssumptionCheck) -> list[Text]:
    """What is proved to be of no use where the inequality fails: other starts, other noise."""
    evidence = entry.decision.evidence
    found: list[Text] = []
    if entry.decision.verdict is not Verdict.VIOLATED:
        return found
    if evidence.get("from_every_start"):
        found.append(
            (
                Strong("No start helps"),
                ": the right side is least for the equilibrium itself, and there it is ",
                _traced(entry, "right_from_equilibrium"),
                ", not below ",
                _traced(entry, "left"),
                ".",
            )
        )
    necessary = evidence.get("necessary")
    if necessary and necessary["enclosure"] and necessary["enclosure"][0] >= 1:
        found.append(
            (
                Strong("No noise helps"),
                ": whatever the noise and the start, the inequality implies that ",
                _traced(entry, "necessary"),
                " is below 1 (",
                Code(necessary["meaning"]),
                ").",
            )
        )
    return found


def _traced(entry: AssumptionCheck, field: str, text: str = "") -> Value:
    """A constant of the evidence with its place in the JSON form."""
    found, source = entry.decision.evidence[field], entry.assumption.id
    full = found["exact"] or (f"in {found['enclosure']}" if found["enclosure"] else "")
    record = f"check.assumptions[id={source}].evidence.{field}"
    return Value(text or digits(found), full, source, record, order=Fraction(found["exact"] or found["value"]))


def digits(constant: Mapping[str, Any]) -> str:
    """A constant of a JSON answer: exact where that is short, else with twelve digits."""
    text = constant["exact"]
    if text is not None and len(text) <= _DIGITS + 2:
        return str(text) if "/" not in text else f"{text} ≈ {decimal(constant['value'], _DIGITS)}"
    return f"≈ {decimal(constant['value'], _DIGITS)}"


def _stages(evidence: Mapping[str, Any]) -> list[Block]:
    stages = evidence["stages"]
    shown = stages if len(stages) <= _STAGES else [*stages[: _STAGES - 1], stages[-1]]
    rows = tuple(
        (f"{stage['stage']:,}", f"≈ {rounded(sum(stage['determinant']) / 2)}", rounded(stage["condition"]))
        for stage in shown
    )
    caption = "The systems of each stage: regular where the determinant is proved not to be 0"
    if len(shown) < len(stages):
        caption += f" (the first {_STAGES - 1} and the last of {len(stages):,})"
    header = ("stage", "determinant of Φ", "condition number (in doubles)")
    facts = tuple((name, str(evidence[name])) for name in ("method", "solutions") if evidence.get(name))
    return [Facts(facts), Table(caption, header, rows, frozenset({0, 1, 2}))]
