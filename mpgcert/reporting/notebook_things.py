"""How games, potentials, trajectories and certificates show themselves in a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mpgcert.reporting.blocks import Block, Code, Facts, Listing, Paragraph, Table, Text, Word
from mpgcert.reporting.formatting import count, exact, plural
from mpgcert.reporting.html import fragment
from mpgcert.reporting.tables.as_blocks import as_block

if TYPE_CHECKING:
    from mpgcert.certificates.collection import Collection
    from mpgcert.certificates.document import Certificate
    from mpgcert.games import CountGame, LQGame, MarkovGame
    from mpgcert.reporting.tables import Tables
    from mpgcert.solvers.potential import PotentialResult

__all__ = [
    "certificate_html",
    "certificates_html",
    "count_game_html",
    "game_html",
    "lq_game_html",
    "potential_html",
    "tables_html",
    "trajectory_html",
]

_MOST_CELLS = 100


def game_html(game: MarkovGame) -> str:
    """Sizes of a tabular game; its payoffs too if it is small and has one state and two players."""
    facts = [
        ("players", ", ".join(map(game.player_label, range(min(game.n_players, 20))))),
        ("actions", " × ".join(map(str, game.n_actions))),
        ("states", count(game.n_states)),
        ("discount", exact(game.discount)),
        *_notes(game),
    ]
    blocks: list[Block] = [Facts(tuple(facts))]
    if game.n_states == 1 and game.n_players == 2 and game.n_joint_actions <= _MOST_CELLS:
        blocks.append(_payoffs(game))
    return fragment(game.name, tuple(blocks))


def _payoffs(game: MarkovGame) -> Table:
    """The bimatrix: rows are actions of the first player."""
    own, other = game.n_actions
    rewards = game.rewards
    header: tuple[Text, ...] = ("", *(game.action_label(1, b) for b in range(other)))
    rows = tuple(
        (game.action_label(0, a), *(", ".join(exact(rewards[i, 0, a, b], 8) for i in range(2)) for b in range(other)))
        for a in range(own)
    )
    return Table("Payoffs", header, rows)


def count_game_html(game: CountGame) -> str:
    """Sizes of a congestion game."""
    facts = [
        ("players", count(game.n_players)),
        ("facilities", count(game.n_facilities)),
        ("states", count(game.n_states)),
        ("discount", exact(game.discount)),
    ]
    return fragment(game.name, (Facts(tuple(facts)),))


def lq_game_html(game: LQGame) -> str:
    """Sizes of a linear-quadratic game."""
    facts = [
        ("players", ", ".join(map(game.player_label, range(game.n_players)))),
        ("horizon", count(game.horizon)),
        ("dimension of the state", count(game.dimension)),
        ("controls", " + ".join(map(str, game.control_dimensions))),
    ]
    return fragment(game.name, (Facts(tuple(facts)),))


def _notes(game: MarkovGame) -> list[tuple[str, str]]:
    source = game.notes.get("source")
    return [("source", source)] if isinstance(source, str) and source else []


def potential_html(result: PotentialResult) -> str:
    """Whether there is a potential, and how that is known."""
    from mpgcert.claims.verdicts import Verdict

    how = "proved" if result.is_proved else "tested"
    verdict = Word(Verdict(result.verdict))
    reason = str(result.evidence if result.cycle is None else result.cycle)
    return fragment("Markov potential game", (Paragraph((verdict, f" ({how}): {reason}")),))


def trajectory_html(run: Any) -> str:
    """What was run and for how long; the iterates are for programs."""
    facts = [
        ("game", run.game_name),
        ("iterations", count(run.n_steps) + ("" if run.complete else ", interrupted")),
        ("records", count(len(run.steps))),
        ("players", count(run.n_players)),
    ]
    return fragment(run.algorithm, (Facts(tuple(facts)),))


def certificate_html(certificate: Certificate) -> str:
    """What a certificate says, and what it does not."""
    from mpgcert.claims.verdicts import Verdict

    words = {str(verdict) for verdict in Verdict}
    verdict: Text = certificate.verdict
    if certificate.verdict in words:
        verdict = Word(Verdict(certificate.verdict))
    facts: tuple[tuple[Text, Text], ...] = (
        ("statement", Code(certificate.id)),
        ("verdict", verdict),
        ("says", str(certificate.document["statement"]["text"])),
        ("does not establish", certificate.establishes_not),
        ("size", plural(len(certificate.text), "character")),
    )
    return fragment("Certificate", (Facts(facts),))


def certificates_html(found: Collection) -> str:
    """The certificates by name, and what could not be certified."""
    rows: tuple[tuple[Text, ...], ...] = tuple(
        (Code(name), entry.verdict, entry.establishes_not) for name, entry in sorted(found.entries.items())
    )
    blocks: list[Block] = [Table("Certificates", ("statement", "verdict", "does not establish"), rows)]
    if found.missing:
        blocks.append(Facts(tuple((Code(name), reason) for name, reason in found.missing)))
    return fragment(plural(len(rows), "certificate"), tuple(blocks))


def tables_html(tables: Tables) -> str:
    """All tables, and how to export them."""
    names = ", ".join(tables)
    listing = Listing("tables[NAME].to_csv()   tables[NAME].to_latex()")
    return fragment(f"Tables {names}", (*map(as_block, tables.values()), listing))
