"""The studies one after the other, each from results that are kept, and the files that they give."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mpgcert.certificates.collection import Collection
from mpgcert.claims.statements import Paper, packages
from mpgcert.errors import InvalidInput
from mpgcert.games.files import write_atomically
from mpgcert.reporting.studies.cache import Cache, computed, digest_of_sources
from mpgcert.reporting.studies.pages import Page, files_of
from mpgcert.reporting.studies.settings import FULL, Settings

__all__ = ["STUDIES", "write"]

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class _Desk:
    """What a study works with."""

    folder: Path
    settings: Settings
    cache: Path
    jobs: int
    progress: Progress

    @property
    def kept(self) -> Cache:
        return Cache(self.cache / "parts")

    @property
    def is_full(self) -> bool:
        return self.settings == FULL

    def certificates(self) -> frozenset[str]:
        """Names of the certificates that are in the folder."""
        return frozenset(path.stem for path in (self.folder / "certificates").glob("*.json"))


def _papers() -> list[Paper]:
    return [package.PAPER for package in packages().values()]


def _certificates(desk: _Desk) -> list[Page]:
    """Every stored counterexample and every proof in one variable."""
    (found,) = computed([(_settled, ())], desk.kept, 1, desk.progress)
    found.save(desk.folder / "certificates")
    return []


def _settled() -> Collection:
    from mpgcert.auditing.catalogue import find_claims
    from mpgcert.auditing.certified import settled_certificates

    return settled_certificates([claim for _, claim in find_claims([])])


def _audits(desk: _Desk) -> list[Page]:
    from mpgcert.auditing.audit import audit
    from mpgcert.reporting.studies.audits import audit_page, extremal_instances

    pages = []
    for paper in _papers():
        instances = desk.settings.instances
        folder = desk.cache / f"audit-{paper.id}-{instances}-{_digest(paper.id)}"
        found = audit([paper.id], instances=instances, jobs=desk.jobs, folder=folder, progress=desk.progress)
        pages.append(audit_page(paper, found, desk.certificates(), desk.settings))
        _write(desk.folder / "audits" / f"{paper.id}.json", extremal_instances(found))
    return pages


def _digest(paper: str) -> str:
    """Of the sources and of what the paper's statements say, whatever is told about them."""
    from mpgcert.auditing.catalogue import find_claims

    parts = [digest_of_sources()]
    for _, claim in find_claims([paper]):
        told = (claim.id, claim.setting, claim.relation, claim.given, claim.assumes, claim.algorithm, claim.regularized)
        parts.append(repr((*told, claim.kind, claim.interval, claim.uniform_start, claim.boundary)))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _findings(desk: _Desk) -> list[Page]:
    from mpgcert.auditing.catalogue import find_claims
    from mpgcert.reporting.studies.findings import findings_page

    claims = [claim for _, claim in find_claims([])]
    certified = frozenset(name.removesuffix(".violated") for name in desk.certificates() if name.endswith(".violated"))
    return [findings_page(claims, _papers(), certified)]


def _softmax_figures(desk: _Desk) -> list[Page]:
    from mpgcert.reporting.studies.softmax_figures import FIGURES, repeat_figure, softmax_page
    from mpgcert.reporting.studies.starts import ensembles, switch

    names = list(FIGURES) if desk.is_full else list(FIGURES)[:1]
    parts: list[Any] = [(repeat_figure, (name, desk.settings)) for name in names]
    *repeated, starts, switched = computed(
        [*parts, (ensembles, (desk.settings,)), (switch, (desk.settings,))], desk.kept, desk.jobs, desk.progress
    )
    return [softmax_page(repeated, starts, switched, desk.settings)]


def _lq_figures(desk: _Desk) -> list[Page]:
    from mpgcert.reporting.lq.experiments import EXPERIMENTS
    from mpgcert.reporting.studies.lq_figures import lq_figures_page, repeat_game

    parts = [(repeat_game, (name, desk.settings)) for name in EXPERIMENTS]
    return [lq_figures_page(computed(parts, desk.kept, desk.jobs, desk.progress), desk.settings)]


def _games(desk: _Desk) -> list[Page]:
    from mpgcert.reporting.studies.games import STUDIED, games_page, study

    return [games_page(computed([(study, (name,)) for name in STUDIED], desk.kept, desk.jobs, desk.progress))]


def _conservatism(desk: _Desk) -> list[Page]:
    from mpgcert.reporting.studies.conservatism import GAMES, QUICK_GAMES, compare
    from mpgcert.reporting.studies.conservatism_page import conservatism_page
    from mpgcert.reporting.studies.lq_conservatism import LQ_GAMES, LQ_QUICK_GAMES, compare_lq

    games, quadratic = (GAMES, LQ_GAMES) if desk.is_full else (QUICK_GAMES, LQ_QUICK_GAMES)
    markov = computed([(compare, (name, desk.settings)) for name in games], desk.kept, desk.jobs, desk.progress)
    lq = computed([(compare_lq, (name, desk.settings)) for name in quadratic], desk.kept, desk.jobs, desk.progress)
    return [conservatism_page([entry for own in markov for entry in own], lq, desk.settings)]


#: What can be asked for, in the order in which it is done.
STUDIES: dict[str, Callable[[_Desk], list[Page]]] = {
    "certificates": _certificates,
    "findings": _findings,
    "audits": _audits,
    "zhang2022-figures": _softmax_figures,
    "hambly2021-figures": _lq_figures,
    "games": _games,
    "conservatism": _conservatism,
}


def write(
    folder: Path,
    settings: Settings,
    cache: Path,
    studies: Sequence[str],
    jobs: int,
    progress: Progress = lambda done, total, what: None,
) -> list[Path]:
    """Do studies and write their pages, and the index if all were asked for.

    Args:
        folder: where the pages go.
        settings: how much.
        cache: a folder that keeps results between runs.
        studies: names in `STUDIES`; done in the order there.
        jobs: processes; the files do not depend on it.
        progress: called with (done, total, what).

    Returns:
        The files written, apart from certificates.

    Raises:
        InvalidInput: a folder cannot be written, or a quick set would replace the full one.
    """
    from mpgcert.reporting.studies.index import index_page

    if settings != FULL and _holds_full_set(folder):
        raise InvalidInput(str(folder), field="folder", expected="another folder: this one holds the full set")
    desk = _Desk(folder, settings, cache, jobs, progress)
    pages = [page for name, study in STUDIES.items() if name in studies for page in study(desk)]
    if set(studies) >= set(STUDIES):
        papers = [(p.id, f"{p.authors} ({p.year}): {p.title}. {p.venue}") for p in _papers()]
        pages.append(index_page(pages, papers, settings))
    return [_write(folder / name, text) for page in pages for name, text in files_of(page)]


def _holds_full_set(folder: Path) -> bool:
    index = folder / "README.md"
    return index.is_file() and "- set: the full set" in index.read_text()


def _write(path: Path, text: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInput(f"{error.strerror}", source=str(path.parent), expected="a folder to write to") from None
    write_atomically(path, text.encode())
    return path
