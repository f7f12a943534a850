"""What a paper's package contains: its assumptions, constants, theorems and statements, as data.

A package is found through the entry point group `mpgcert.bounds`; mpgcert itself imports none, so another
paper is another package.  The package's module has the attributes PAPER and ASSUMPTIONS (plain data) and
CONSTANTS, THEOREMS, CLAIMS (which hold formulas; they may be loaded lazily, as sympy starts slowly).  Constants that an
assumption compares stand also in FORMULAS, as plain functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sympy

    from mpgcert.claims.claim import Claim

__all__ = [
    "Assumption",
    "Constant",
    "Formula",
    "Paper",
    "Theorem",
    "assumptions",
    "claims",
    "constants",
    "formulas",
    "packages",
    "run_claims",
    "theorems",
]


@dataclass(frozen=True)
class Paper:
    """Bibliographic data of a catalogue."""

    id: str
    title: str
    authors: str
    venue: str
    year: int


@dataclass(frozen=True)
class Assumption:
    """An assumption or definition that a game, or a sequence of step sizes, can meet or miss.

    Attributes:
        id: `paper.label`.
        title: a few words.
        statement: one sentence of plain text.
        latex: the condition.
        property: name of the generic decision procedure, see `mpgcert.claims.properties`.
        kind: what it is about: games (`markov-game`, `lq-game`) or sequences of step sizes (`step-sizes`).
        sides: for an inequality between two of the catalogue's FORMULAS, their names, the larger first; then there is
            no procedure, and `property` is empty.
        needs_below_one: one of FORMULAS that is below 1 wherever the inequality holds (a proved consequence of it).
    """

    id: str
    title: str
    statement: str
    latex: str
    property: str
    kind: str = "markov-game"
    sides: tuple[str, str] | None = None
    needs_below_one: str | None = None


@dataclass(frozen=True)
class Constant:
    """A constant of a paper given by a formula in the vocabulary."""

    name: str
    id: str
    formula: sympy.Expr
    meaning: str
    kind: str = "markov-game"  #: of the games that have it


@dataclass(frozen=True)
class Formula:
    """A constant whose formula is a function of the vocabulary.

    Of `mpgcert.claims.symbols.SYMBOLS` it gives the expression, of `mpgcert.claims.values.Values` the number.
    """

    name: str
    id: str
    of: Callable[[Any], Any]
    meaning: str


@dataclass(frozen=True)
class Theorem:
    """A convergence theorem with the explicit constants of its proof.

    Attributes:
        id: `paper.label`; theorems about two algorithms have one entry for each.
        algorithm: name as for `mpgcert run`.
        hypotheses: ids of assumptions.
        step_size: formula, and whether it is the largest allowed (`at most`), a limit not to be reached (`below`)
            or prescribed (`exactly`).
        regularization: formula of lambda, None for unregularised algorithms.
        iterations: formula of T as a function of epsilon (and c), None for asymptotic statements.
        guarantee: what holds after T iterations, as plain text.
        guarantee_latex: the same as a formula.
        needs_c: whether `iterations` contains c, which only a run reveals.
        kind: of the games that it is about: `markov-game` or `lq-game`.
    """

    id: str
    title: str
    algorithm: str
    hypotheses: tuple[str, ...]
    step_size: sympy.Expr
    step_rule: str
    regularization: sympy.Expr | None
    iterations: sympy.Expr | None
    guarantee: str
    guarantee_latex: str
    needs_c: bool = False
    kind: str = "markov-game"


@cache
def packages() -> dict[str, ModuleType]:
    """The installed catalogues by paper id, the oldest paper first."""
    found = {entry.name: entry.load() for entry in entry_points(group="mpgcert.bounds")}
    return dict(sorted(found.items(), key=lambda item: (item[1].PAPER.year, item[0])))


def assumptions(kind: str = "markov-game") -> Iterator[Assumption]:
    """Assumptions of all catalogues about games of a kind, or about step sizes."""
    for package in packages().values():
        yield from (entry for entry in package.ASSUMPTIONS if entry.kind == kind)


def constants(kind: str = "markov-game") -> Iterator[Constant]:
    """Derived constants of all catalogues about games of a kind."""
    for package in packages().values():
        yield from (entry for entry in getattr(package, "CONSTANTS", ()) if entry.kind == kind)


def formulas() -> dict[str, Formula]:
    """The constants of all catalogues that are evaluated without symbols, by name."""
    return {entry.name: entry for package in packages().values() for entry in getattr(package, "FORMULAS", ())}


def theorems(kind: str = "markov-game") -> Iterator[Theorem]:
    """Theorems of all catalogues about games of a kind."""
    for package in packages().values():
        yield from (entry for entry in getattr(package, "THEOREMS", ()) if entry.kind == kind)


def claims() -> Iterator[Claim]:
    """Statements of all catalogues, in the papers' order."""
    for package in packages().values():
        yield from getattr(package, "CLAIMS", ())


def run_claims(linear_quadratic: bool = False) -> Iterator[Claim]:
    """Statements to hold against every run on a tabular game, or on a linear-quadratic one."""
    return (claim for claim in claims() if claim.monitored and claim.setting.is_linear_quadratic is linear_quadratic)
