"""The top of a report: facts about the game, and the answer in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.games.counts import CountGame
from mpgcert.reporting.blocks import Block, Code, Facts, Inline, Items, Section, Strong, Table, Text, Word
from mpgcert.reporting.formatting import brief, count, exact, plural, rounded
from mpgcert.reporting.sections.bounds import applies, iterations

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.solutions import Solutions
    from mpgcert.games import Game, MarkovGame
    from mpgcert.reporting.variants import Variant

__all__ = ["about", "game_facts", "section"]

_POTENTIAL = "stage-potential"


def game_facts(game: MarkovGame | CountGame) -> Facts:
    """Name, sizes, discount and rewards."""
    entries: list[tuple[Text, Text]] = []
    if isinstance(game.notes.get("title"), str):
        entries.append(("game", game.notes["title"]))
    entries += [
        ("players", str(game.n_players)),
        ("states", f"{game.n_states:,}"),
        ("actions", _actions(game)),
        ("discount", exact(game.discount)),
        ("rewards", _rewards(game)),
    ]
    return Facts(tuple(entries))


def about(game: Game, inexact: str) -> Section:
    """Where the game comes from, and what identifies it.

    Args:
        inexact: how data from floating point was read.
    """
    entries: list[tuple[Text, Text]] = [
        (key, game.notes[key]) for key in ("source", "about") if isinstance(game.notes.get(key), str)
    ]
    if game.notes.get("inexact"):
        entries.append(("data", inexact))
    entries.append(("fingerprint", Code(game.fingerprint)))
    return Section("game", "The game", (Facts(tuple(entries)),))


def _actions(game: MarkovGame | CountGame) -> str:
    if isinstance(game, CountGame):
        return f"the same {game.n_facilities} facilities for each player"
    sizes = " × ".join(map(str, game.n_actions)) if game.n_players <= 6 else ", ".join(map(str, game.n_actions))
    return sizes if game.n_players == 1 else f"{sizes} ({game.n_joint_actions:,} joint)"


def _rewards(game: MarkovGame | CountGame) -> str:
    lowest, highest = exact(game.rewards.min()), exact(game.rewards.max())
    if isinstance(game, CountGame):
        of_whom = "" if game.equal_weights and game.weights.max() == 1 else ", times the weight of a player"
        return f"from {lowest} to {highest} by the load{of_whom}"
    interest = "the same for all players" if game.is_identical_interest else "individual"
    return f"from {lowest} to {highest}, {interest}" if game.n_players > 1 else f"from {lowest} to {highest}"


def section(
    game: MarkovGame,
    check: CheckResult,
    bounds: Bounds,
    solutions: Solutions | None,
    variants: Sequence[Variant],
    steps: int,
) -> Section:
    """Which theorem applies, which step size is safe, how many iterations, and what happened."""
    items: list[Text] = [_potential(check), _theorems(bounds)]
    items += _remarks(check)
    if any(variant.runs for variant in variants):
        items.append(_happened(variants, steps))
    if solutions is not None and solutions.equilibria:
        items.append(f"{plural(len(solutions.equilibria), 'exact equilibrium point')} found.")
    blocks: list[Block] = [Items(tuple(items)), _safe(bounds, variants)]
    return Section("summary", "In short", tuple(blocks))


def _potential(check: CheckResult) -> Text:
    entry = next((e for e in check.assumptions if e.assumption.property == _POTENTIAL), None)
    if entry is None:
        return "No installed paper asks whether this is a potential game."
    words = {
        Verdict.HOLDS: "This is a Markov potential game",
        Verdict.VIOLATED: "This is not a Markov potential game",
    }
    lead = words.get(entry.decision.verdict, "Whether this is a Markov potential game is undecided")
    return (Strong(lead), f": {entry.decision.summary}.")


def _theorems(bounds: Bounds) -> Text:
    by_verdict: dict[Verdict, list[str]] = {}
    for bound in bounds.theorems:
        ids = by_verdict.setdefault(bound.applies, [])
        if bound.theorem.id not in ids:
            ids.append(bound.theorem.id)
    parts: list[Inline] = []
    for verdict, lead in (
        (Verdict.HOLDS, "Theorems that apply:"),
        (Verdict.UNDECIDED, "Theorems with an undecided hypothesis:"),
        (Verdict.VIOLATED, "Theorems that do not apply, as a hypothesis is violated:"),
    ):
        if verdict in by_verdict:
            parts += [Strong(lead), " ", *_listed(by_verdict[verdict]), ". "]
    return tuple(parts) or "No installed paper has a theorem about such games."


def _listed(ids: list[str]) -> list[Inline]:
    out: list[Inline] = []
    for identifier in ids:
        out += [Code(identifier), ", "]
    return out[:-1]


def _remarks(check: CheckResult) -> list[Text]:
    for entry in check.assumptions:
        if entry.assumption.property == "rewards-in-unit-interval" and entry.decision.verdict is Verdict.VIOLATED:
            return [
                "The rewards are not in [0, 1]: hypotheses and formulas are those of the game with normalised rewards."
            ]
    return []


def _happened(variants: Sequence[Variant], steps: int) -> Text:
    found = [verdict for variant in variants for entry in variant.runs for verdict in entry.run.verdicts]
    runs = sum(len(variant.runs) for variant in variants)
    parts: list[Inline] = [
        Strong(f"In {plural(runs, 'run')} of {plural(steps, 'iteration')}"),
        " the statements checked: ",
    ]
    for verdict in Verdict:
        if verdict in found:
            parts += [Word(verdict, found.count(verdict)), ", "]
    return (*parts[:-1], ".")


def _safe(bounds: Bounds, variants: Sequence[Variant]) -> Table:
    """The theorem with a rate for each algorithm, beside where its run ended; nothing is vouched for where it fails."""
    rows: list[tuple[Text, ...]] = []
    for variant in variants:
        bound, run = variant.rate, variant.of_origin("theorem")
        vouched: tuple[Text, ...] = ("–", "–", "–")
        if bound.applies is not Verdict.VIOLATED:
            barrier = brief(bound.regularization) if variant.regularized else "none"
            vouched = (exact(bound.step_size), barrier, iterations(bound))
        gap = None if run is None else run.trajectory.nash_gap[-1].max()
        ended = "–" if run is None else f"{rounded(gap)} at {count(run.trajectory.n_steps)}"
        rows.append((variant.title, (Code(bound.theorem.id), " ", applies(bound)), *vouched, ended))
    header = ("algorithm", "theorem", "step size", "log-barrier", "iterations", "gap reached")
    caption = f"What the theorems vouch for, with accuracy {exact(bounds.epsilon)}, and the gap that a run reached"
    return Table(caption, header, tuple(rows), frozenset({2, 3, 4, 5}))
