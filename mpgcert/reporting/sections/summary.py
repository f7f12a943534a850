"""The top of a report: facts about the game, and the answer in short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mpgcert.claims.verdicts import Verdict
from mpgcert.games import CountGame, MarkovGame
from mpgcert.games.lq import LQGame
from mpgcert.reporting.blocks import (
    Code,
    Details,
    Facts,
    Inline,
    Link,
    Listing,
    Section,
    Strong,
    Table,
    Text,
    Word,
    parts,
)
from mpgcert.reporting.formatting import count, exact, plural
from mpgcert.reporting.sections.assumptions import sentence
from mpgcert.reporting.sections.bounds import applies, iterations, regularization, step, step_size
from mpgcert.reporting.sections.decentralized import CONVERGENCE
from mpgcert.reporting.sections.runs import run_record
from mpgcert.reporting.values import double, fraction, whole

if TYPE_CHECKING:
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.solutions import Solutions
    from mpgcert.games import Game
    from mpgcert.reporting.sections.decentralized import Learning
    from mpgcert.reporting.variants import Variant

__all__ = ["about", "game_facts", "section"]

_POTENTIAL = "stage-potential"
_ENTRIES = 10_000  # of a game whose data are shown
_LONGEST_FILE = 20_000  # characters


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
    return Section("game", "The game", (Facts(tuple(entries)), *_data(game)))


def _data(game: Game) -> tuple[Details, ...]:
    """The file with the game, unless it is long."""
    from mpgcert.games.files import to_text

    if isinstance(game, LQGame):
        entries = game.horizon * game.n_players * game.dimension**2
    else:
        entries = game.rewards.size + (game.n_states**2 * game.n_joint_actions if isinstance(game, MarkovGame) else 0)
    if entries > _ENTRIES:
        return ()
    text = to_text(game)
    return (Details("The data, as a game file", (Listing(text.rstrip()),)),) if len(text) <= _LONGEST_FILE else ()


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
    check: CheckResult,
    bounds: Bounds,
    solutions: Solutions | None,
    variants: Sequence[Variant],
    steps: int,
    learning: Learning | None = None,
) -> Section:
    """Which theorem applies, which step size is safe, how many iterations, and what happened."""
    vouching = [variant for variant in variants if variant.rate.applies is Verdict.HOLDS]
    entries: list[tuple[Text, Text]] = [
        ("Is it a potential game?", _potential(check)),
        ("Which theorem applies?", _theorems(bounds)),
        ("Which step size is safe?", _steps(vouching)),
        ("How long does it take?", _iterations(vouching, bounds)),
    ]
    if any(variant.runs for variant in variants):
        entries.append(("What happened?", _happened(variants, steps)))
    if learning is not None:
        entries.append(("Do independent learners converge?", _learners(learning)))
    if solutions is not None:
        entries.append(("Where can it end?", _equilibria(solutions)))
    return Section("summary", "In short", (Facts(tuple(entries)), _table(bounds, variants)))


def _potential(check: CheckResult) -> Text:
    entry = next((e for e in check.assumptions if e.assumption.property == _POTENTIAL), None)
    if entry is None:
        return "No installed paper asks."
    words = {Verdict.HOLDS: "Yes, a Markov potential game", Verdict.VIOLATED: "No, not a Markov potential game"}
    lead = words.get(entry.decision.verdict, "Undecided")
    return (Strong(lead), f": {entry.decision.summary}.")


def _theorems(bounds: Bounds) -> Text:
    by_verdict: dict[Verdict, dict[str, TheoremBound]] = {}
    for bound in bounds.theorems:
        by_verdict.setdefault(bound.applies, {})[bound.theorem.id] = bound
    found: list[Inline] = []
    for verdict, lead in (
        (Verdict.HOLDS, ""),
        (Verdict.UNDECIDED, "A hypothesis is undecided for "),
        (Verdict.VIOLATED, "A hypothesis is violated for "),
    ):
        if verdict in by_verdict:
            concerned = by_verdict[verdict]
            missed = {name for bound in concerned.values() for name, v in bound.hypotheses.items() if v is verdict}
            why = [] if verdict is Verdict.HOLDS else [" (", *_listed(sorted(missed)), ")"]
            found += [lead, *_listed(list(concerned)), *why, ". "]
    if not found:
        return "No installed paper has a theorem about such games."
    if bounds.scale != 1 and set(by_verdict) != {Verdict.VIOLATED}:
        found.append("As the rewards are not in [0, 1], this is about the game with normalised rewards.")
    return tuple(found)


def _listed(ids: list[str]) -> list[Inline]:
    out: list[Inline] = []
    for identifier in ids:
        out += [Code(identifier), ", "]
    return out[:-1]


def _steps(vouching: Sequence[Variant]) -> Text:
    if not vouching:
        return "No theorem vouches for any, as none applies."
    found: list[Inline] = []
    for variant in vouching:
        found += [f"{variant.title}: ", *parts(step(variant.rate)), ". "]
    return tuple(found)


def _iterations(vouching: Sequence[Variant], bounds: Bounds) -> Text:
    """In words, for each algorithm: the T of the theorem, or why none is known before a run."""
    if not vouching:
        return "No theorem says."
    found: list[Inline] = []
    open_ended = {True: "this depends on c, which only a run tells. ", False: "convergence, at no stated rate. "}
    for needs_c, words in open_ended.items():
        titles = [v.title for v in vouching if v.rate.theorem.needs_c is needs_c and (needs_c or not _has_rate(v))]
        if titles:
            found.append(f"{', '.join(titles)}: {words}")
    for variant in vouching:
        if variant.rate.theorem.needs_c or not _has_rate(variant):
            continue
        run = variant.of_origin("theorem")
        horizon = None if run is None else run.horizon
        found += [f"{variant.title}: ", *parts(iterations(variant.rate))]
        found += [" iterations for a NE-gap of ", fraction(bounds.epsilon, "", "bounds.epsilon")]
        if horizon is not None and horizon.first is not None:
            place = f"{run_record(variant.id, 'theorem')}.horizon.first"
            found += [" (", whole(horizon.first, horizon.theorem, place), " sufficed)"]
        found.append(". ")
    return tuple(found)


def _has_rate(variant: Variant) -> bool:
    return variant.rate.theorem.iterations is not None


def _happened(variants: Sequence[Variant], steps: int) -> Text:
    found = [verdict for variant in variants for entry in variant.runs for verdict in entry.run.verdicts]
    runs = sum(len(variant.runs) for variant in variants)
    told: list[Inline] = [f"In {plural(runs, 'run')} of {plural(steps, 'iteration')} the statements checked: "]
    for verdict in Verdict:
        if verdict in found:
            told += [Word(verdict, found.count(verdict)), ", "]
    return (*told[:-1], ".") if found else f"{plural(runs, 'run')} of {plural(steps, 'iteration')}."


def _learners(learning: Learning) -> Text:
    """Whether decentralized learning has a limit that is no equilibrium, proved, and where its runs were at the end."""
    ensemble, found = learning.ensemble, learning.limits.refutation
    gap = double(ensemble.bands("nash_gap", (0.5,))[0, -1], "", "learning.nash_gap[1][-1]")
    ended: tuple[Inline, ...] = (
        f" After {count(int(ensemble.steps[-1]))} stages the median NE-gap of {plural(ensemble.count, 'run')} was ",
        gap,
        " (",
        Link("details", "#decentralized"),
        ").",
    )
    theorem = Code(CONVERGENCE)
    if found is None:
        return ("No limit was found that contradicts ", theorem, ", which does not confirm it.", *ended)
    lead = "Not to an equilibrium" if found.is_global else "Not always to an equilibrium"
    how = "with probability 1 they end at" if found.is_global else "a locally attracting limit is"
    left = fraction(found.point.nash_gap, CONVERGENCE, "learning.limits.refutation.nash_gap_exact")
    meant = (", which ", theorem, " rules out under its hypotheses.")
    return (Strong(lead), f": {how} a policy with NE-gap ", left, *meant, *ended)


def _equilibria(solutions: Solutions) -> Text:
    if not solutions.equilibria:
        return sentence(solutions.note)
    number = len(solutions.equilibria)
    return f"{number:,} exact Nash equili{'brium' if number == 1 else 'bria'} found: {solutions.note}."


def _table(bounds: Bounds, variants: Sequence[Variant]) -> Table:
    """The theorem with a rate for each algorithm, beside where its run ended; nothing is vouched for where it fails."""
    rows: list[tuple[Text, ...]] = []
    for variant in variants:
        bound, run = variant.rate, variant.of_origin("theorem")
        vouched: tuple[Text, ...] = ("–", "–", "–")
        if bound.applies is not Verdict.VIOLATED:
            vouched = (step_size(bound), regularization(bound), _number(bound))
        ended: Text = "–"
        if run is not None:
            record, proof = f"{run_record(variant.id, 'theorem')}.trajectory.nash_gap[-1]", f"run.{variant.id}-theorem"
            gap = double(run.trajectory.nash_gap[-1].max(), "", record, proof)
            stays = not run.trajectory.nash_gap[0].max()
            ended = (gap, " from the start" if stays else f" at {count(run.trajectory.n_steps)}")
        name = Link(variant.title, f"#{variant.id}")
        rows.append((name, (Code(bound.theorem.id), " ", applies(bound)), *vouched, ended))
    header = ("algorithm", "theorem", "step size", "log-barrier", "iterations", "gap reached")
    caption = f"What the theorems vouch for, with accuracy {exact(bounds.epsilon)}, and the gap that a run reached"
    return Table(caption, header, tuple(rows), frozenset({2, 3, 4, 5}))


def _number(bound: TheoremBound) -> Text:
    return "depends on c" if bound.theorem.needs_c else iterations(bound)
