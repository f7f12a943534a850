"""The certificates of a command's answer, in a folder: one file each, the game, and an index of all.

What could not be certified is listed in the index with the reason, so that nothing is silently left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import format_fraction
from mpgcert.certificates.document import Carried, Certificate, Inner, NotCertified, assemble, embedded, write
from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput, TooLarge
from mpgcert.games import Game

if TYPE_CHECKING:
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.bounds import Bounds, TheoremBound
    from mpgcert.claims.check import CheckResult
    from mpgcert.claims.decentralized.runs import CheckedDecentralizedRun
    from mpgcert.claims.lq.analysis import LQAnalysis
    from mpgcert.claims.lq.bounds import LQBounds
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.lq.solutions import LQSolutions
    from mpgcert.claims.run_checks import CheckedRun
    from mpgcert.claims.solutions import Solutions
    from mpgcert.claims.step_sizes import StepSizes

__all__ = [
    "Collection",
    "bounds_certificates",
    "check_certificates",
    "make_folder",
    "run_certificates",
    "solve_certificates",
]

_LISTED_EQUILIBRIA = 20


@dataclass(repr=False)
class Collection(HtmlShown):
    """Certificates that belong together.

    Attributes:
        game: whose they are; None where there is none, or each carries its own.
        entries: certificates by file name, without suffix.
        missing: what could not be certified: id and reason.
    """

    game: Game | None = None
    entries: dict[str, Certificate] = field(default_factory=dict)
    missing: list[tuple[str, str]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Collection: {len(self.entries)} certificates, {len(self.missing)} not certified>"

    @cached_property
    def _carried(self) -> Carried | None:
        return None if self.game is None else embedded(self.game)

    def add(self, name: str, make: Callable[[], Inner]) -> None:
        """Make, verify and keep a certificate, or note why there is none."""
        try:
            carried = self._carried
            inner = make()
            self.keep(name, assemble(inner, None if inner.record["method"] == "numbers" else carried))
        except (NotCertified, TooLarge) as error:
            self.missing.append((name, str(error)))

    def keep(self, name: str, certificate: Certificate) -> None:
        """Keep a certificate under a name of its own."""
        stem, count = re.sub(r"[^A-Za-z0-9._-]+", "-", name), 1
        while (unique := stem if count == 1 else f"{stem}.{count}") in self.entries:
            count += 1
        self.entries[unique] = certificate

    def join(self, other: Collection) -> None:
        """Take over what another collection holds."""
        for name, certificate in other.entries.items():
            self.keep(name, certificate)
        self.missing += other.missing

    def index(self) -> dict[str, Any]:
        """What the folder holds, as JSON data."""
        return {
            "schema": "mpgcert-certificates/1",
            "certificates": [
                {"file": f"{name}.json", "id": entry.id, "verdict": entry.verdict, "not": entry.establishes_not}
                for name, entry in sorted(self.entries.items())
            ],
            "without": [{"name": name, "reason": reason} for name, reason in sorted(self.missing)],
        }

    def save(self, folder: Path) -> None:
        """Write everything; equal collections write equal bytes.

        Raises:
            InvalidInput: the folder cannot be written to.
        """
        from mpgcert.games.files import write as write_game
        from mpgcert.games.files import write_atomically

        make_folder(folder)
        for name, entry in self.entries.items():
            write(entry, folder, name)
        if self.game is not None:
            write_game(self.game, folder / "game.json")
        write_atomically(folder / "index.json", (json.dumps(self.index(), indent=1) + "\n").encode())


def make_folder(folder: Path) -> None:
    """Make a folder and those above it.

    Raises:
        InvalidInput: there cannot be one.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{error.strerror}", source=str(folder), expected="a folder to write to") from None


def check_certificates(
    result: CheckResult, analysis: Analysis | LQAnalysis | None, steps: StepSizes | None = None, first: int = 1
) -> Collection:
    """One certificate for each verdict of `check`."""
    from mpgcert.certificates.of_lq import of_lq_assumption
    from mpgcert.certificates.of_markov import of_property
    from mpgcert.certificates.of_steps import of_step_sizes
    from mpgcert.claims.analysis import Analysis

    found = Collection(None if analysis is None else analysis.game)
    for entry in result.assumptions:
        assumption = entry.assumption
        if assumption.kind == "step-sizes":
            assert steps is not None
            without_game = Collection()
            without_game.add(assumption.id, lambda e=entry: of_step_sizes(e, steps, first))  # type: ignore[misc]
            found.join(without_game)
        elif isinstance(analysis, Analysis):
            found.add(assumption.id, lambda a=assumption: of_property(a, analysis))  # type: ignore[misc]
        elif analysis is not None:
            found.add(assumption.id, lambda a=assumption: of_lq_assumption(a, analysis))  # type: ignore[misc]
    if isinstance(analysis, Analysis):
        _more_about(analysis, found)
    return found


def _more_about(analysis: Analysis, found: Collection) -> None:
    """D_inf and the NE-gap of the uniform policy."""
    from mpgcert.certificates.of_markov import gap_of, most_visited, visitation
    from mpgcert.certificates.rules import rules
    from mpgcert.certificates.tree import own_record
    from mpgcert.games import Policy

    exploration = analysis.exploration
    if exploration is not None and exploration.assumption_holds:
        record = own_record(rules()["visitation-ratio"])
        found.add("zhang2022.remark-4", lambda: Inner(record, visitation(analysis) | most_visited(analysis)))
    found.add("nash-gap.uniform", lambda: gap_of(Policy.uniform(analysis.game), {"policy": "uniform"}))


def bounds_certificates(result: Bounds | LQBounds, analysis: Analysis | LQAnalysis) -> Collection:
    """One certificate for each theorem's step size and iterations."""
    from mpgcert.certificates.of_lq import lq_theorem
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.lq.bounds import LQTheoremBound

    found = Collection(analysis.game)
    for bound in result.theorems:
        name = f"{bound.theorem.id}.{bound.theorem.algorithm}"
        if isinstance(bound, LQTheoremBound):
            assert not isinstance(analysis, Analysis)
            found.add(name, lambda b=bound: lq_theorem(b, analysis, result.epsilon))  # type: ignore[misc]
        elif isinstance(analysis, Analysis):
            found.add(name, lambda b=bound: _theorem(b, analysis, result.epsilon))  # type: ignore[misc]
    return found


def _theorem(bound: TheoremBound, analysis: Analysis, epsilon: Fraction) -> Inner:
    from mpgcert.certificates.of_markov import assumption_by_property, of_property
    from mpgcert.certificates.theorem_records import theorem_record
    from mpgcert.claims.verdicts import Verdict

    for name, verdict in bound.hypotheses.items():  # one that no rule covers is left open, but not if it fails
        if verdict is Verdict.VIOLATED:
            raise NotCertified(f"the theorem does not apply: {name} does not hold")
    record = theorem_record(bound.theorem)
    hypotheses = {name: of_property(assumption_by_property(name), analysis) for name in record["assumes"]}
    for name, inner in hypotheses.items():
        if inner.record["verdict"] != "holds":
            raise NotCertified(f"the theorem does not apply: {name} does not hold")
    return Inner(record, {"epsilon": format_fraction(epsilon)}, hypotheses)


def solve_certificates(result: Solutions | LQSolutions, analysis: Analysis | LQAnalysis) -> Collection:
    """The gap of each equilibrium, and that the list of pure ones is complete."""
    from mpgcert.certificates.of_lq import of_lq_property
    from mpgcert.certificates.of_markov import assumption_by_property, deviations, gap_of
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.solutions import Solutions

    found = Collection(analysis.game)
    if isinstance(result, Solutions):
        for number, entry in enumerate(result.equilibria[:_LISTED_EQUILIBRIA]):
            policy, kind = entry.policy, entry.kind
            found.add(f"nash-gap.{kind}.{number}", lambda p=policy, k=kind: gap_of(p, {"policy": k}))  # type: ignore[misc]
        if len(result.equilibria) > _LISTED_EQUILIBRIA:
            found.missing.append(("nash-gap", f"of more than {_LISTED_EQUILIBRIA} equilibria, see pure-equilibria"))
        if isinstance(analysis, Analysis) and result.complete:
            found.add("pure-equilibria", lambda: deviations(analysis.game))
    elif not isinstance(analysis, Analysis):
        unique = assumption_by_property("lq-unique-solution", "lq-game")
        found.add("riccati", lambda: of_lq_property(unique, analysis))
    return found


def run_certificates(
    run: CheckedRun | CheckedLQRun | CheckedDecentralizedRun,
    analysis: Analysis | LQAnalysis,
    trajectory: Path,
    name: str = "checked-trajectory",
) -> Collection:
    """The spots of a run: for each statement the recorded iterate where its sides are closest.

    Args:
        trajectory: the saved trajectory, to which the certificate is tied by its hash.
        name: of the certificate's file.
    """
    import hashlib

    from mpgcert.certificates.of_runs import of_lq_run, of_run
    from mpgcert.claims.analysis import Analysis
    from mpgcert.claims.lq.runs import CheckedLQRun
    from mpgcert.claims.run_checks import CheckedRun

    found = Collection(analysis.game)
    sha256 = hashlib.sha256(trajectory.read_bytes()).hexdigest()
    if isinstance(run, CheckedRun) and isinstance(analysis, Analysis):
        found.add(name, lambda: of_run(run, analysis, sha256))
    elif isinstance(run, CheckedLQRun) and not isinstance(analysis, Analysis):
        found.add(name, lambda: of_lq_run(run, analysis, sha256))
    else:
        found.missing.append((name, "no statement about single iterates speaks of this algorithm"))
    return found
