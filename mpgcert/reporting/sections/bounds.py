"""Constants of a game, and what each theorem promises for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Facts,
    Inline,
    Items,
    Math,
    Paragraph,
    Section,
    Table,
    Text,
    Value,
    Word,
    parts,
)
from mpgcert.reporting.formatting import exact
from mpgcert.reporting.letters import symbol
from mpgcert.reporting.values import constant, fraction, whole

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.bounds import Bounds, TheoremBound

__all__ = [
    "applies",
    "bound_blocks",
    "constants_section",
    "constants_table",
    "iterations",
    "regularization",
    "step",
    "step_size",
    "theorem_table",
]


_CONSTANT = "bounds.constants."
_PROOFS = {"M": "zhang2022.assumption-1", "D_inf": "zhang2022.remark-4"}


def constants_table(result: Bounds) -> Table:
    """Every constant with value, meaning and, for those of a paper, formula and source."""
    from mpgcert.claims.formula import latex
    from mpgcert.claims.statements import constants

    derived = {entry.name: entry for entry in constants()}
    rows: list[tuple[Text, ...]] = []
    for name, value in result.constants.items():
        if name in derived:
            entry = derived[name]
            meaning: Text = (f"{entry.meaning}, ", Math(latex(entry.formula)))
            source: Text = Code(entry.id)
            number = constant(value, entry.id, _CONSTANT + name)
        else:
            meaning, source = value.meaning, "the game"
            number = constant(value, "", _CONSTANT + name, _PROOFS.get(name, ""))
        written = symbol(name)
        rows.append((Code(name) if written is None else Math(written), number, meaning, source))
    return Table("Constants of this game", ("symbol", "value", "meaning", "source"), tuple(rows), frozenset({1}))


def constants_section(result: Bounds) -> Section:
    """The constants, with how to read them."""
    blocks: list[Block] = [
        constants_table(result),
        Paragraph("Values without ≈ are exact. ≈ marks the rounded decimal of a number that is known exactly."),
    ]
    if result.scale != 1:
        blocks.append(
            Paragraph(
                "The theorems speak of rewards in [0, 1]. Their formulas are evaluated for the game with normalised "
                f"rewards (divided by {exact(result.scale)}); step sizes, regularisation, gaps and epsilon on this "
                "page are carried back to the units of the game as given."
            )
        )
    return Section("constants", "Constants", tuple(blocks))


def iterations(bound: TheoremBound) -> Text:
    """The least T that the proof asks for."""
    if bound.theorem.iterations is None:
        return "no rate"
    if bound.theorem.needs_c and bound.iterations is not None:
        return (_of(bound, whole, bound.iterations, "iterations_if_c_is_1"), " if c were 1")
    return _of(bound, whole, bound.iterations, "iterations")


def _of(bound: TheoremBound, make: Callable[..., Value], value: Any, field: str) -> Value:
    """A number of a theorem, with where it stands."""
    theorem = bound.theorem
    record = f"bounds.theorems[id={theorem.id}, algorithm={theorem.algorithm}].{field}"
    return make(value, theorem.id, record, f"{theorem.id}.{theorem.algorithm}")


def regularization(bound: TheoremBound) -> Text:
    """The weight of the log-barrier that the theorem names."""
    if bound.theorem.regularization is None:
        return "none"
    return _of(bound, fraction, bound.regularization, "regularization_exact")


def theorem_table(result: Bounds) -> Table:
    """All theorems for this game."""
    rows = tuple(
        (
            Code(bound.theorem.id),
            bound.theorem.algorithm + (" with log-barrier" if bound.theorem.regularization is not None else ""),
            applies(bound),
            step(bound),
            regularization(bound),
            iterations(bound),
        )
        for bound in result.theorems
    )
    header = ("theorem", "algorithm", "for this game", "step size", "log-barrier", "iterations")
    return Table(f"Theorems for this game, with accuracy {exact(result.epsilon)}", header, rows, frozenset({3, 4, 5}))


def step(bound: TheoremBound) -> Text:
    """The step size, with "at most" where any smaller one will do."""
    shown = step_size(bound)
    return ("at most ", shown) if bound.theorem.step_rule == "at most" and bound.step_size is not None else shown


def step_size(bound: TheoremBound) -> Value:
    """The largest step size of the theorem."""
    return _of(bound, fraction, bound.step_size, "step_size_exact")


def applies(bound: TheoremBound) -> Word:
    """Whether the theorem speaks about this game: the verdict is that on its hypotheses."""
    labels = {Verdict.HOLDS: "applies", Verdict.VIOLATED: "does not apply"}
    return Word(bound.applies, label=labels.get(bound.applies, "may apply (undecided)"))


def bound_blocks(bound: TheoremBound) -> tuple[Block, ...]:
    """One theorem: what it promises, with formulas and the values they have here."""
    theorem = bound.theorem
    entries: list[tuple[Text, Text]] = [("promises", (f"{theorem.guarantee}: ", Math(theorem.guarantee_latex)))]
    rule = r"\le" if theorem.step_rule == "at most" else "="
    entries.append(("step size", _valued(rf"\eta {rule} ", theorem.step_size, step_size(bound))))
    if theorem.regularization is not None:
        entries.append(("log-barrier", _valued(r"\lambda = ", theorem.regularization, regularization(bound))))
    if theorem.iterations is not None:
        entries.append(("iterations", _valued(r"T \ge ", theorem.iterations, iterations(bound))))
    entries.append(("hypotheses", _hypotheses(bound)))
    blocks: list[Block] = [
        Paragraph((applies(bound), f": {theorem.title}.")),
        Facts(tuple(entries)),
    ]
    if bound.notes:
        blocks.append(Items(tuple(f"Note: {note}." for note in bound.notes)))
    return tuple(blocks)


def _valued(relation: str, formula: sympy.Expr, value: Text) -> Text:
    from mpgcert.claims.formula import latex

    known = not any(isinstance(part, Value) and part.order is None for part in parts(value))
    return (Math(relation + latex(formula)), *((", here ", *parts(value)) if known else (", which has no value here",)))


def _hypotheses(bound: TheoremBound) -> Text:
    found: list[Inline] = []
    for name, verdict in bound.hypotheses.items():
        found += [Code(name), " ", Word(verdict), "; "]
    return tuple(found[:-1])
