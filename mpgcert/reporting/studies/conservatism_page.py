"""The page on how conservative the theorems are."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Code, Facts, Figure, Figures, Paragraph, Section, Table, Text
from mpgcert.reporting.formatting import brief, count, decimal
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies import dumbbells
from mpgcert.reporting.studies.conservatism import Comparison
from mpgcert.reporting.studies.dumbbells import Dumbbells
from mpgcert.reporting.studies.lq_conservatism import LQComparison
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.settings import Settings

__all__ = ["conservatism_page"]

_LONGEST_NAME = 34


def conservatism_page(markov: Sequence[Comparison], quadratic: Sequence[LQComparison], settings: Settings) -> Page:
    """Tables and plots of what theorems allow beside what works."""
    markov_table, lq_table = _markov_table(markov), _lq_table(quadratic)
    sections = (
        _definitions(settings),
        _markov_section(markov, markov_table),
        _lq_section(quadratic, lq_table),
        _limits(),
    )
    factors = sorted(entry.largest / float(entry.step_size) for entry in markov)
    unlimited = sum(entry.failing is None for entry in markov)
    headline = (
        f"In {len(markov)} comparisons step sizes of {decimal(factors[0], 2)} to more than {decimal(factors[-1], 1)} "
        f"times those of zhang2022's theorems still worked (median {decimal(factors[len(factors) // 2], 2)}; no "
        f"limit was found in {unlimited}). hambly2021's η₀ is {decimal(max(map(_share, quadratic)), 2)} of the exact "
        f"limit at best, and {decimal(min(map(_share, quadratic)), 2)} at worst."
    )
    facts = Facts(
        (("games", f"{len({entry.game for entry in markov})} Markov games, {len(quadratic)} linear-quadratic games"),)
    )
    tables = {"conservatism-markov": markov_table, "conservatism-lq": lq_table}
    return Page("conservatism", Report("How conservative the theory is", facts, sections, {}), headline, tables)


def _definitions(settings: Settings) -> Section:
    terms = (
        (
            "largest step that worked (Theorem 5)",
            f"from the uniform policy and {settings.monotone_starts - 1} random ones, none of "
            f"{count(settings.monotone_steps)} iterations lowers the potential by more than the proven rounding "
            "error; and at the end the NE-gap is certainly at most ε, or the potential at least what the theorem's "
            "own step size has reached by then",
        ),
        (
            "largest step that worked (Theorems 6 and 7)",
            f"from the uniform policy, with the theorem's λ: after {count(settings.tried_steps)} iterations the "
            "least (Theorem 6) or average (Theorem 7) NE-gap so far is certainly at most ε, as the theorem promises "
            "after T, or the regularised potential is at least what the theorem's own step size has reached by then",
        ),
        (
            "search",
            "step sizes are doubled from the theorem's up to the first that does not work (at most 40 times), and "
            "the last gap is halved four times on a logarithmic scale; so all doubled steps below the largest "
            "worked too",
        ),
        (
            "T of the theorem",
            "for ε = a tenth of the range of the rewards; for Theorem 5 with the least c that the run with the "
            "theorem's step has met",
        ),
        (
            "first iteration",
            "after which the left side of the theorem's promise is certainly at most ε, in the run with the "
            f"theorem's own step size (at most {count(settings.horizon_steps)} iterations), and the least such "
            "number over all step sizes tried",
        ),
    )
    return Section("definitions", "What is compared", (Facts(terms),))


def _label(game: str) -> str:
    short = game.replace("zhang2022-", "").replace("maheshwari2023-", "").replace("hambly2021-", "")
    return short if len(short) <= _LONGEST_NAME else short.split(":")[0] + ":…"


def _markov_section(entries: Sequence[Comparison], table: Table) -> Section:
    figures = []
    for number in sorted({entry.theorem for entry in entries}):
        for algorithm in sorted({entry.algorithm for entry in entries if entry.theorem == number}):
            own = [entry for entry in entries if (entry.theorem, entry.algorithm) == (number, algorithm)]
            figures += _plots(number, algorithm, own)
    lead = (
        "The theorems' step sizes are proved to be safe; the question is how much larger ones are too. A theorem "
        "that does not apply to a game (its hypotheses fail or are undecided) is marked; its formulas still have "
        "values."
    )
    return Section("markov", "Markov potential games (zhang2022)", (Paragraph(lead), table, Figures(tuple(figures))))


def _plots(theorem: str, algorithm: str, own: Sequence[Comparison]) -> list[Figure]:
    short = f"Theorem {theorem.rsplit('-', 1)[1]}, {algorithm.split('-')[0]} play"
    slug = f"conservatism-{theorem.rsplit('-', 1)[1]}-{algorithm}"
    steps = Dumbbells(
        f"{slug}-step",
        f"Step sizes: {short}",
        "step size η, in units of the game",
        ("the theorem's", "largest that worked"),
        tuple((_label(entry.game), (float(entry.step_size), entry.largest)) for entry in own),
    )
    times = Dumbbells(
        f"{slug}-time",
        f"Until ε: {short}",
        "iterations",
        ("T of the theorem", "with the theorem's step", "with the best step tried"),
        tuple(
            (_label(entry.game), (_number(entry.promised), _number(entry.first), _number(entry.fewest)))
            for entry in own
            if entry.promised is not None
        ),
    )
    return [dumbbells.figure(steps), *([dumbbells.figure(times)] if times.rows else [])]


def _number(value: int | None) -> float | None:
    return None if value is None or value <= 0 or value > 10**300 else float(value)


def _markov_table(entries: Sequence[Comparison]) -> Table:
    header = (
        "game", "theorem", "algorithm", "applies", "ε", "its step size", "largest that worked", "factor", "T",
        "first, its step", "fewest", "with step size",
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = []
    for entry in entries:
        rows.append((
            Code(entry.game),
            entry.theorem.rsplit("-", 1)[1],
            entry.algorithm.replace("-", " "),
            {Verdict.HOLDS: "yes", Verdict.VIOLATED: "no"}.get(entry.applies, "undecided"),
            brief(entry.epsilon),
            decimal(entry.step_size, 4),
            ("≥ " if entry.failing is None else "") + decimal(entry.largest, 2),
            decimal(entry.largest / float(entry.step_size), 2),
            _iterations(entry.promised),
            f"> {count(entry.made)}" if entry.first is None else count(entry.first),
            count(entry.fewest),
            decimal(entry.fewest_at, 2),
        ))  # fmt: skip
    return Table("What the theorems of zhang2022 allow, and what worked", header, tuple(rows), frozenset(range(4, 12)))


def _iterations(value: int | None) -> str:
    return count(value) if value is None or value < 10**9 else decimal(Fraction(value), 2)


def _share(entry: LQComparison) -> Fraction:
    return (entry.limit[0] + entry.limit[1]) / (entry.sharp[0] + entry.sharp[1])


def _lq_section(entries: Sequence[LQComparison], table: Table) -> Section:
    steps = Dumbbells(
        "conservatism-lq-step",
        "Step sizes: Theorem 3.5 and the exact limit",
        "step size η",
        ("η₀ of the theorem", "largest that converges (exact)", "fastest"),
        tuple(
            (_label(entry.game), (_double(entry.limit[0]), _double(entry.sharp[0]), entry.best)) for entry in entries
        ),
    )
    times = Dumbbells(
        "conservatism-lq-time",
        "Iterations until the losses sum to ε",
        "iterations",
        ("M of the theorem", "with the theorem's step", "with the best step"),
        tuple(
            (_label(entry.game), (_number(entry.promised), _number(entry.first), _number(entry.first_best)))
            for entry in entries
            if entry.promised is not None
        ),
    )
    lead = (
        "Here the truth is known exactly: Algorithm 1 converges from every start if and only if the step size is "
        "below a limit given by eigenvalues of Φ_t. η₀ is Theorem 3.5's limit at the game's starting gains (zero "
        "gains where it names none). Where a hypothesis fails, the theorem allows no step size at all, and the "
        "value of its formula is shown for comparison."
    )
    figures = tuple(dumbbells.figure(plot) for plot in (steps, times) if plot.rows)
    return Section("lq", "Linear-quadratic games (hambly2021)", (Paragraph(lead), table, Figures(figures)))


def _double(value: Fraction) -> float | None:
    found = float(value)
    return found if found > 0 and math.isfinite(found) else None


def _lq_table(entries: Sequence[LQComparison]) -> Table:
    header = (
        "game", "Theorem 3.5 applies", "η₀ of the theorem", "exact limit", "η₀ / limit", "fastest step", "its factor",
        "ε", "M", "first, its step", "first, fastest step",
    )  # fmt: skip
    rows: list[tuple[Text, ...]] = []
    for entry in entries:
        missing = ", ".join(name.split(".", 1)[1].replace("assumption-", "Assumption ") for name in entry.failing)
        rows.append((
            Code(entry.game),
            "yes" if entry.applies is Verdict.HOLDS else f"no: {missing}",
            decimal(entry.limit[0], 4),
            decimal(entry.sharp[0], 6),
            decimal(_share(entry), 3),
            decimal(entry.best, 3),
            decimal(entry.rate, 4) if entry.rate > 1e-9 else "0",
            brief(entry.epsilon),
            count(entry.promised),
            "–" if entry.promised is None else f"> {count(entry.made)}" if entry.first is None else count(entry.first),
            f"> {count(entry.made)}" if entry.first_best is None else count(entry.first_best),
        ))  # fmt: skip
    return Table("Theorem 3.5 of hambly2021, and what is true", header, tuple(rows), frozenset(range(2, 11)))


def _limits() -> Section:
    text = (
        "A step size that worked in these runs is not proved to work: another start, or a longer run, may defeat "
        "it. (The limit for linear-quadratic games is proved.) Very large steps put softmax policies on the "
        "boundary at once, where they no longer move in doubles. A theorem holds for all games of its size; that it "
        "is far from sharp on these games does not say that its constants could be improved for the worst game: the "
        "audit tables say how close the inequalities behind it can come to equality."
    )
    return Section("limits", "What this does not establish", (Paragraph(text),))
