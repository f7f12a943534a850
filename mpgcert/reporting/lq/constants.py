"""Constants of a linear-quadratic game, and what each theorem promises for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Inline,
    Items,
    Math,
    Paragraph,
    Section,
    Table,
    Text,
    Value,
    Word,
    anchor,
)
from mpgcert.reporting.formatting import exact
from mpgcert.reporting.letters import letter, symbol
from mpgcert.reporting.values import constant, whole

if TYPE_CHECKING:
    from mpgcert.claims.lq.bounds import LQBounds, LQTheoremBound
    from mpgcert.claims.statements import Constant

__all__ = ["applies", "constants_section", "constants_table", "iterations", "limit", "step_limit", "theorem_table"]

_LONGEST_FORMULA = 420  # characters of LaTeX; longer ones are found in the catalogue


def constants_table(result: LQBounds) -> Table:
    """Every constant with value, meaning and, for those of a paper, formula and source."""
    from mpgcert.claims.statements import constants

    derived = {entry.name: entry for entry in constants("lq-game")}
    formulas = _formulas(tuple(derived.values()))
    rows: list[tuple[Text, ...]] = []
    for name, value in result.constants.items():
        source: str | Code = "the game"
        meaning: Text = value.meaning
        if name in derived:
            source, meaning = Code(derived[name].id), derived[name].meaning
            if name in formulas:
                meaning = (f"{derived[name].meaning}, ", Math(formulas[name]))
        elif name in ("eta_sharp", "eta_best", "rate_sharp"):
            source = "eigenvalues"
        elif name == "iterations":
            source = "the theorem"
        of = "" if isinstance(source, str) else source.text
        rows.append((_symbol(name), constant(value, of, f"bounds.constants.{name}"), meaning, source))
    for i, cost in enumerate(result.nash_cost):
        number = constant(cost, "", f"bounds.constants.nash_cost[{i}]", "riccati")
        rows.append((Math(f"C^{{{i + 1}}}(K^{{*}})"), number, f"cost of player {i + 1} at K*", "the game"))
    return Table(
        "Constants of this game and start", ("symbol", "value", "meaning", "source"), tuple(rows), frozenset({1})
    )


def _symbol(name: str) -> Text:
    written = symbol(name)
    return name.replace("_", " ") if written is None else Math(written)


def _formulas(entries: tuple[Constant, ...]) -> dict[str, str]:
    """LaTeX of the constants that are more than a symbol, each written with the ones before it."""
    import sympy

    from mpgcert.claims.formula import latex

    named: dict[sympy.Basic, sympy.Basic] = {}
    written = {}
    for entry in entries:
        if entry.formula.is_Symbol:
            continue
        text = latex(entry.formula.xreplace(named))
        if len(text) <= _LONGEST_FORMULA:
            written[entry.name] = text
        written_as = letter(entry.name)
        if written_as is not None:
            named[entry.formula] = sympy.Symbol(written_as)
    return written


def constants_section(result: LQBounds) -> Section:
    """The theorem's numbers and the constants, with how to read them."""
    parts = []
    if result.theorems:
        notes = [(Code(bound.theorem.id), f": {note}.") for bound in result.theorems for note in bound.notes]
        told: tuple[Block, ...] = (theorem_table(result), *((Items(tuple(notes)),) if notes else ()))
        parts.append(Section(anchor(result.theorems[0].theorem.id), "What the theorem promises", told))
    blocks: tuple[Block, ...] = (
        constants_table(result),
        Paragraph(
            "Values without ≈ are exact. ≈ marks the rounded decimal of a number that is known exactly or enclosed to "
            "more digits than are shown; where the enclosure is wider, its ends are given."
        ),
    )
    return Section("constants", "Constants", blocks, tuple(parts))


def theorem_table(result: LQBounds) -> Table:
    """All theorems for this game and start."""
    rows = tuple(
        (
            Code(bound.theorem.id),
            applies(bound),
            step_limit(bound),
            iterations(bound),
            (f"{bound.theorem.guarantee}: ", Math(bound.theorem.guarantee_latex)),
            _hypotheses(bound),
        )
        for bound in result.theorems
    )
    header = ("theorem", "for this game", "step size", "iterations", "promises", "hypotheses")
    return Table(
        f"Theorems for this game, with accuracy {exact(result.epsilon)}, from {result.start}",
        header,
        rows,
        frozenset({2, 3}),
    )


def iterations(bound: LQTheoremBound) -> Value:
    """How many iterations suffice, says the theorem."""
    theorem = bound.theorem
    return whole(bound.iterations, theorem.id, theorem_record(bound, "iterations"), f"{theorem.id}.{theorem.algorithm}")


def theorem_record(bound: LQTheoremBound, field: str) -> str:
    """Where a number of a theorem stands in the JSON form of the report."""
    return f"bounds.theorems[id={bound.theorem.id}].{field}"


def limit(bound: LQTheoremBound) -> Value:
    """What the step size must stay below; to be read after "below"."""
    if bound.limit is None:
        return Value("–")
    return constant(bound.limit, bound.theorem.id, "bounds.constants.eta_0", below=True)


def step_limit(bound: LQTheoremBound) -> Text:
    """What the step size must stay below, in words."""
    return "–" if bound.limit is None else ("below ", limit(bound))


def applies(bound: LQTheoremBound) -> Word:
    """Whether the theorem speaks about this game and start."""
    labels = {Verdict.HOLDS: "applies", Verdict.VIOLATED: "does not apply"}
    return Word(bound.applies, label=labels.get(bound.applies, "may apply (undecided)"))


def _hypotheses(bound: LQTheoremBound) -> Text:
    found: list[Inline] = []
    for name, verdict in bound.hypotheses.items():
        found += [Code(name.partition(".")[2]), " ", Word(verdict), "; "]
    return tuple(found[:-1])
