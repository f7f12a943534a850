"""Assumption 3.2 of maheshwari2023, clause by clause, for all players and pairs of players.

Each clause is decided by leading terms and exponents (`growth`), and where it is about every n, by a proof for every n
(`everywhere`): see there for the arguments.  `undecided` is left for sequences outside the class: powers, logarithms
and exponentials of n, their sums, products, quotients, minima and maxima.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mpgcert.claims.decision import Decision
from mpgcert.claims.statements import Assumption, assumptions
from mpgcert.claims.step_sizes.notation import text
from mpgcert.claims.step_sizes.pairs import comparable, two_timescales
from mpgcert.claims.step_sizes.parts import Sequences, value_facts
from mpgcert.claims.step_sizes.sequences import StepSizes
from mpgcert.claims.step_sizes.single import divergent_vanishing, in_range, regular, summable_power
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.errors import InvalidInput

__all__ = ["decide_step_sizes"]


def decide_step_sizes(step_sizes: StepSizes, first: int = 1) -> list[tuple[Assumption, Decision]]:
    """Every clause of Assumption 3.2, and the assumption as a whole, for the sequences from n = first on.

    Args:
        step_sizes: alpha_i and beta_i of all players.
        first: 1, the first count that Algorithm 1 uses, or 0, where the paper's index starts.

    Returns:
        The catalogue's entries with their decisions: `maheshwari2023.assumption-3.2.range`, `.i` to `.v`, and last
        `maheshwari2023.assumption-3.2` itself.

    Raises:
        InvalidInput: another first count.
    """
    if first not in (0, 1):
        raise InvalidInput(str(first), field="first", expected="0 or 1")
    decided: list[tuple[Assumption, Decision]] = []
    sequences = Sequences(step_sizes, first)
    for entry in assumptions("step-sizes"):
        clause = _CLAUSES.get(entry.property)
        decision = _overall(decided, sequences) if clause is None else clause(sequences)
        decided.append((entry, decision))
    return decided


def _overall(decided: list[tuple[Assumption, Decision]], of: Sequences) -> Decision:
    verdicts = {entry.id.rpartition(".")[2]: decision.verdict for entry, decision in decided}
    verdict = all_of(verdicts.values())
    named = ", ".join(f"{name} = {text(step)}" for name, step in of.named[:4])
    failed = [f"({label})" for label, word in verdicts.items() if word is verdict]
    summary = (
        f"all clauses hold from n = {of.first} on" if verdict is Verdict.HOLDS else f"{verdict}: {', '.join(failed)}"
    )
    evidence: dict[str, Any] = {
        "first": of.first,
        "players": of.steps.n_players,
        "sequences": {name: text(step) for name, step in of.named},
    }
    if of.first == 1:
        evidence["at_0"] = {name: value_facts(step, 0) for name, step in of.named}
    return Decision(verdict, f"{summary} ({named})", evidence)


_CLAUSES: Mapping[str, Callable[[Sequences], Decision]] = {
    "step-sizes-in-unit-interval": in_range,
    "step-sizes-divergent-vanishing": divergent_vanishing,
    "step-sizes-summable-power": summable_power,
    "step-sizes-regular": regular,
    "step-sizes-two-timescales": two_timescales,
    "step-sizes-comparable": comparable,
}
