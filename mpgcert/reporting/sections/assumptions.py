"""Assumptions with verdict, statement, formula and evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from mpgcert.claims.quantity import Quantity
from mpgcert.reporting.blocks import (
    Block,
    Code,
    Details,
    Facts,
    Formula,
    Listing,
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
from mpgcert.reporting.sections.policies import cycle_blocks, joint_action, policy_table, potential_tables
from mpgcert.reporting.values import constant, fraction

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.check import AssumptionCheck, CheckResult

__all__ = ["assumption_table", "certificate_blocks", "facts_of", "section", "sentence"]

# Properties that are decided together; the evidence is shown once.
_EQUIVALENT = {"policy-potential": "stage-potential"}
_LONGEST_LISTING = 4000
_SHORT = 120
_STATES = 12


def assumption_table(result: CheckResult) -> Table:
    """All assumptions at a glance."""
    rows = tuple(
        (entry.assumption.title, Word(entry.decision.verdict), entry.decision.summary, Code(entry.assumption.id))
        for entry in result.assumptions
    )
    return Table("Assumptions and what was found", ("assumption", "verdict", "why", "source"), rows)


def section(result: CheckResult, analysis: Analysis) -> Section:
    """Overview, then each assumption with its evidence."""
    first: dict[str, str] = {}
    parts = []
    for entry in result.assumptions:
        name = entry.assumption.property
        shown_at = first.setdefault(_EQUIVALENT.get(name, name), entry.assumption.id)
        parts.append(_one(entry, analysis, None if shown_at == entry.assumption.id else shown_at))
    return Section("assumptions", "Assumptions", (assumption_table(result),), tuple(parts))


def _one(entry: AssumptionCheck, analysis: Analysis, shown_at: str | None) -> Section:
    assumption, decision = entry.assumption, entry.decision
    blocks: list[Block] = [
        Paragraph((Word(decision.verdict), f" {assumption.statement} ", Code(assumption.id))),
        Formula(assumption.latex),
        Paragraph(sentence(decision.summary)),
    ]
    if shown_at is not None:
        blocks.append(Paragraph(("The two definitions are equivalent; for the evidence see ", Code(shown_at), ".")))
    else:
        blocks += _evidence(entry, analysis)
    return Section(anchor(assumption.id), assumption.title, tuple(blocks))


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _evidence(entry: AssumptionCheck, analysis: Analysis) -> list[Block]:
    specific = _EVIDENCE.get(entry.assumption.property)
    blocks = list(specific(entry, analysis)) if specific else []
    if not blocks:
        blocks = list(facts_of(entry.decision.evidence))
    return [*blocks, *certificate_blocks(entry.decision.certificate)]


def certificate_blocks(certificate: Mapping[str, Any] | None) -> tuple[Block, ...]:
    """The data of a certificate, to be opened on demand."""
    if certificate is None:
        return ()
    text = json.dumps(dict(certificate), ensure_ascii=False)
    shown = text if len(text) <= _LONGEST_LISTING else f"{text[:_LONGEST_LISTING]} …"
    note = "From this exact data the verdict can be recomputed"
    note += "." if shown == text else f"; the first {_LONGEST_LISTING:,} of {len(text):,} characters."
    return (Details("Certificate", (Paragraph(note), Listing(shown))),)


def facts_of(evidence: Mapping[str, Any]) -> tuple[Block, ...]:
    """Any evidence as terms and values; what is long or empty is left to the certificate."""
    entries: list[tuple[Text, Text]] = []
    for name, value in evidence.items():
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if value is not None and len(text) <= _SHORT:
            entries.append((name.replace("_", " "), text))
    return (Facts(tuple(entries)),) if entries else ()


def _record(entry: AssumptionCheck, field: str) -> str:
    return f"check.assumptions[id={entry.assumption.id}].evidence.{field}"


def _mixing(entry: AssumptionCheck, analysis: Analysis) -> tuple[Block, ...]:
    """Assumption 3.1 of maheshwari2023: initial probabilities, and a joint action whose chain mixes all states."""
    game, evidence = analysis.game, entry.decision.evidence
    if "full_support_policies" not in evidence:
        return ()
    unseen, examined = evidence["states_without_initial_probability"], evidence["joint_actions_examined"]
    action = evidence.get("joint_action")
    mixes = evidence["full_support_policies"].get("irreducible_aperiodic")
    entries: list[tuple[Text, Text]] = [
        ("no initial probability", ", ".join(game.state_label(s) for s in unseen[:_STATES]) if unseen else "no state"),
        ("joint action", "none found" if action is None else joint_action(game, action)),
        ("examined", f"{examined:,} of {evidence['joint_actions']:,} joint actions"),
        (
            "full support",
            "policies of full support have an irreducible aperiodic chain"
            if mixes
            else "not even policies of full support have an irreducible aperiodic chain",
        ),
    ]
    return (Facts(tuple(entries)),)


def _unit_rewards(entry: AssumptionCheck, analysis: Analysis) -> tuple[Block, ...]:
    game, evidence = analysis.game, entry.decision.evidence
    entries: list[tuple[Text, Text]] = [
        (f"{end} reward", fraction(Fraction(evidence[end]), entry.assumption.id, _record(entry, end)))
        for end in ("least", "largest")
    ]
    if "actions" in evidence:
        player, state = game.player_label(evidence["player"]), game.state_label(evidence["state"])
        where = f"player {player} in state {state} for {joint_action(game, evidence['actions'])}"
        entries.append(("outside", f"{exact(Fraction(evidence['value']))}, {where}"))
        scale = analysis.normalization.scale
        entries.append(("normalised by", f"subtracting each player's least reward and dividing by {exact(scale)}"))
    return (Facts(tuple(entries)),)


def _potential(entry: AssumptionCheck, analysis: Analysis) -> tuple[Block, ...]:
    evidence = entry.decision.evidence
    if "how" not in evidence:
        if entry.decision.certificate is None:
            return ()
        cycle = analysis.potential.cycle
        return () if cycle is None else cycle_blocks(analysis.game, cycle)
    entries: list[tuple[Text, Text]] = [("evidence", evidence["how"])]
    if not evidence.get("proved", True):
        entries.append(("error probability", f"below {evidence['error_probability_below']:.1e}"))
    phi = analysis.phi
    if phi is None:
        return (Facts(tuple(entries)),)
    entries.append(("least range", f"a potential with values from {exact(phi.min())} to {exact(phi.max())}"))
    tables = potential_tables(analysis.game, phi)
    if not tables:
        entries.append(("size", f"{phi.size:,} numbers, not shown here"))
    return (Facts(tuple(entries)), *tables)


def _visited(entry: AssumptionCheck, analysis: Analysis) -> tuple[Block, ...]:
    game, exploration = analysis.game, analysis.exploration
    if exploration is None:
        return ()
    if exploration.avoidance is not None:
        state = game.state_label(exploration.avoidance.state)
        caption = f"A policy under which state {state} is never visited"
        return (policy_table(game, exploration.avoidance.policy, caption),)
    source = entry.assumption.id
    largest_inverse = "∞" if exploration.M is None else _between(*exploration.M, source, "bounds.constants.M")
    M = Facts(((Math("M"), largest_inverse),))
    if game.n_states == 1 or entry.decision.evidence.get("least_visitation") is None:
        return (M,)
    rows = tuple(
        (game.state_label(s), _between(*least, source), _between(*largest, source))
        for s, (least, largest) in enumerate(zip(exploration.min_visitation, exploration.max_visitation))
    )
    header = ("state", "least", "largest")
    return (M, Table("Discounted visitation over all policies", header, rows, frozenset({1, 2})))


def _between(low: Fraction, high: Fraction, source: str, record: str = "") -> Value:
    """A number known exactly or enclosed."""
    return constant(Quantity(low, high, ""), source, record)


def _isolated(entry: AssumptionCheck, analysis: Analysis) -> tuple[Block, ...]:
    segment = None if entry.decision.certificate is None else analysis.stationary.segment
    if segment is None:
        return ()
    game = analysis.game
    player, state = game.player_label(segment.player), game.state_label(segment.state)
    return (
        Paragraph(
            f"Both policies below are stationary, and so is every mixture of what player {player} does in "
            f"state {state}: a continuum."
        ),
        policy_table(game, segment.first, "One end of the continuum"),
        policy_table(game, segment.second, "The other end"),
    )


_EVIDENCE = {
    "rewards-in-unit-interval": _unit_rewards,
    "stage-potential": _potential,
    "policy-potential": _potential,
    "every-state-visited": _visited,
    "isolated-stationary-policies": _isolated,
    "irreducible-joint-action": _mixing,
}
