"""Each built-in benchmark game: what its source says it is, and what is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mpgcert.claims.check import CheckResult, check
from mpgcert.claims.verdicts import Verdict
from mpgcert.games.builtin import catalogue
from mpgcert.games.files import resolve
from mpgcert.reporting.blocks import Block, Code, Facts, Paragraph, Section, Table, Text
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies.pages import Page

__all__ = ["STUDIED", "Studied", "games_page", "study"]

_POTENTIAL, _IDENTICAL = "a potential game", "identical interest, hence a potential game"
_NO_NAME = "nothing"

#: What the source says about the game being a potential game, by name with parameters.
STUDIED: Mapping[str, str] = {
    "zhang2022-figure-1": _IDENTICAL,
    "zhang2022-figure-2": _IDENTICAL,
    "zhang2022-figure-3": _IDENTICAL,
    "prisoners-dilemma": "a textbook game; a standard example of an exact potential",
    "stag-hunt": "a textbook coordination game",
    "battle-of-the-sexes": "a textbook coordination game",
    "matching-pennies": "a textbook zero-sum game",
    "climbing": _IDENTICAL,
    "penalty": _IDENTICAL,
    "leonardos2021-congestion": "an example for policy gradient in Markov potential games; stages are congestion games",
    "maheshwari2023-routing": "an example for learning in Markov potential games, with a common reward",
    "maheshwari2023-routing:variant=independent": "the same with own rewards, transitions ignore the actions",
    "maheshwari2023-routing:variant=individual": "the same with own rewards, transitions depend on the actions",
    "trembling-team": _IDENTICAL,
    "random-potential": "built as a potential game (a planted potential with shaping)",
    "random-potential:dummy=true": "built as a potential game (with terms that the own action does not move)",
    "random-game": "independent random rewards, no claim",
    "facilities": "a congestion game (Rosenthal), hence a potential game",
    "facilities-distancing": "as leonardos2021-congestion, with 100 players",
    "hambly2021-remark-3.4": "an example that meets Assumption 3.3",
    "hambly2021-section-5.1": "an experiment for Theorem 3.5",
    "hambly2021-section-5.2": "an experiment for the method with unknown parameters",
    "lq-scalar": _NO_NAME,
    "lq-three-equilibria": "three equilibria without end of time",
    "lq-contraction": "built to meet every assumption of hambly2021",
    "lq-random": _NO_NAME,
}


@dataclass(frozen=True)
class Studied:
    """One game.

    Attributes:
        name: with parameters.
        title, source, about: as the list of games has them.
        says: what the source says of it.
        checked: the verdicts: id, title, verdict, and why.
        facts: further findings, as sentences.
    """

    name: str
    title: str
    source: str
    about: str
    says: str
    checked: tuple[tuple[str, str, Verdict, str], ...]
    facts: tuple[str, ...]

    def verdict(self, assumption: str) -> Verdict | None:
        return next((verdict for name, _, verdict, _ in self.checked if name == assumption), None)


def study(name: str) -> Studied:
    """Decide everything about one built-in game."""
    entry = next(entry for entry in catalogue() if entry.name == name.partition(":")[0])
    game = resolve(name)
    result = check(game)
    checked = tuple(
        (each.assumption.id, each.assumption.title, each.decision.verdict, each.decision.summary)
        for each in result.assumptions
    )
    return Studied(name, entry.title, entry.source, entry.about, STUDIED[name], checked, tuple(_facts(result)))


def _facts(result: CheckResult) -> list[str]:
    facts: Mapping[str, Any] = result.facts
    found = []
    kinds = facts.get("stage_games_by_kind")
    if kinds:
        told = ", ".join(f"{number} with {_KINDS.get(kind, kind)}" for kind, number in kinds.items())
        found.append(f"Its stage games by themselves: {told}.")
    distance = facts.get("distance_from_potential")
    if distance:
        low, high = distance["enclosure"]
        shown = distance["exact"] or f"between {_digits(low)} and {_digits(high)}"
        found.append(f"Distance from the Markov potential games: {shown} in units of reward.")
    return found


_KINDS = {
    "exact": "an exact potential",
    "weighted": "a weighted potential",
    "ordinal": "an ordinal potential",
    "none": "no potential of any kind",
}


def _digits(value: float) -> str:
    from mpgcert.reporting.formatting import decimal

    return decimal(value, 4)


def games_page(studied: Sequence[Studied]) -> Page:
    """All games: a table, then the evidence for each."""
    markov = [entry for entry in studied if entry.verdict("zhang2022.definition-2") is not None]
    quadratic = [entry for entry in studied if entry not in markov]
    table, lq_table = _markov_table(markov), _lq_table(quadratic)
    sections = (
        Section("markov", "Markov games", (table,), tuple(_one(entry) for entry in markov)),
        Section("lq", "Linear-quadratic games", (lq_table,), tuple(_one(entry) for entry in quadratic)),
        _limits(),
    )
    not_one = [e.name for e in markov if e.verdict("zhang2022.definition-2") is Verdict.VIOLATED]
    meets = [e.name for e in quadratic if e.verdict("hambly2021.assumption-3.3") is Verdict.HOLDS]
    headline = (
        f"{len(studied)} games: {', '.join(not_one)} are no Markov potential games (each with a cycle of policies as "
        "proof, two of them though every stage game has an exact potential and they serve as examples for such "
        f"games); of the linear-quadratic ones only {', '.join(meets)} meets Assumption 3.3."
    )
    facts = Facts((("games", f"{len(markov)} Markov games, {len(quadratic)} linear-quadratic games"),))
    report = Report("The built-in games: what is said of them, and what is true", facts, sections, {})
    return Page("games", report, headline, {"games-markov": table, "games-lq": lq_table})


def _word(verdict: Verdict | None) -> str:
    return {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no", Verdict.UNDECIDED: "undecided", None: "–"}.get(verdict, "–")


def _rows(entries: Sequence[Studied], columns: Mapping[str, str]) -> tuple[tuple[Text, ...], ...]:
    return tuple((Code(e.name), e.says, *(_word(e.verdict(name)) for name in columns.values())) for e in entries)


def _markov_table(entries: Sequence[Studied]) -> Table:
    columns = {
        "Markov potential game": "zhang2022.definition-2",
        "every state visited": "zhang2022.assumption-1",
        "isolated stationary policies": "zhang2022.isolated-stationary-policies",
        "mixing joint action (Assumption 3.1)": "maheshwari2023.assumption-3.1",
    }
    rows = _rows(entries, columns)
    return Table("What is said, and what is true", ("game", "its source says", *columns), rows)


def _lq_table(entries: Sequence[Studied]) -> Table:
    columns = {f"Assumption {number}": f"hambly2021.assumption-{number}" for number in ("2.1", "2.2", "2.3", "3.3")}
    rows = _rows(entries, columns)
    return Table("What is said, and what is true of it", ("game", "its source says", *columns), rows)


def _one(entry: Studied) -> Section:
    blocks: list[Block] = [Paragraph(f"{entry.title}. Source: {entry.source}.")]
    if entry.about:
        blocks.append(Paragraph(entry.about))
    rows: list[tuple[Text, ...]] = [
        ((Code(name), f" {title}"), str(verdict), why) for name, title, verdict, why in entry.checked
    ]
    blocks.append(Table("Assumptions, with the evidence", ("assumption", "verdict", "why"), tuple(rows)))
    blocks += [Paragraph(fact) for fact in entry.facts]
    command = Paragraph(
        ("The evidence in full, with certificates: ", Code(f"mpgcert check {entry.name} --certificates proofs"))
    )
    return Section(f"game-{_slug(entry.name)}", (Code(entry.name),), (*blocks, command))


def _slug(name: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in name)


def _limits() -> Section:
    text = (
        "What a source says is told in a few words; games that are called after a paper were rebuilt from its text "
        "or from its authors' scripts, with the choices named under each game. A verdict is about the game as it is "
        "built here. `undecided` comes with its reason and says nothing either way."
    )
    return Section("limits", "What this does not establish", (Paragraph(text),))
