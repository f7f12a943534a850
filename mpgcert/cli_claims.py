"""Commands about statements: the catalogue, audits, falsification, and trajectories of others."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mpgcert.cli_common import (
    CertificatesOption,
    Format,
    FormatOption,
    GameArgument,
    Interrupted,
    QuietOption,
    TableFormat,
    TableFormatOption,
    TableOption,
    VerboseOption,
    finish,
    finish_result,
    load_game,
    print_tables,
    save_certificates,
)
from mpgcert.cli_completion import complete_statement, complete_target
from mpgcert.phases import phase

if TYPE_CHECKING:
    from mpgcert.auditing.audit import StatementStatus

__all__ = ["register"]

TargetsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PAPER, ID or FILE.py]...",
        help="What to audit [default: everything].",
        autocompletion=complete_target,
    ),
]
SecondsOption = Annotated[float | None, typer.Option(min=1, help="Time to plan for, on two cores.")]
JobsOption = Annotated[int | None, typer.Option(min=1, help="Processes [default: all cores].")]
ClusterOption = Annotated[str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler to do the work instead.")]
SeedOption = Annotated[int, typer.Option(min=0, help="Seed of all randomness.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module to the application."""
    for command in (claims, audit, falsify, monitor):
        app.command()(command)


def claims(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PAPER | show ID]",
            help="A paper's id, a FILE.py, or `show ID`.",
            autocompletion=complete_target,
        ),
    ] = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """The papers' statements: list them, or show one."""
    from mpgcert.auditing.catalogue import find_claims
    from mpgcert.errors import InvalidInput
    from mpgcert.reporting.formatting import plural
    from mpgcert.reporting.tables import Tables
    from mpgcert.reporting.tables.of_statements import claims as claims_sheet
    from mpgcert.reporting.terminal import show, show_parts

    shown = list(words or [])
    if shown[:1] != ["show"]:
        with phase("reading the catalogues"):
            entries = [_entry(_settled(claim)) for _, claim in find_claims(shown)]
        sheet = claims_sheet(entries)
        printed = print_tables(form, table, lambda: Tables([sheet]))
        parts = (sheet, plural(len(entries), "statement"))
        following = ["mpgcert", "claims", "show", entries[0]["id"]] if entries else None
        finish("claims", {"statements": entries}, form, quiet or printed, lambda: show_parts(parts, following), [])
    found = [claim for _, claim in find_claims(shown[1:])] if len(shown) == 2 else []
    if len(found) != 1:
        raise InvalidInput(" ".join(shown[1:]) or "missing", source="claims show", expected="the id of one statement")
    entry = _settled(found[0])
    document = _entry(entry)
    printed = print_tables(form, table, lambda: Tables([claims_sheet([document])]))
    finish("claims", {"statements": [document]}, form, quiet or printed, lambda: show(entry), [])


def _settled(claim: Any) -> StatementStatus:
    from mpgcert.auditing.audit import StatementStatus, settled_status

    return settled_status(claim) or StatementStatus(claim, "unrefuted")


def _entry(entry: StatementStatus) -> dict[str, Any]:
    from mpgcert.claims.formula import latex

    claim = entry.claim
    return {
        "id": claim.id,
        "title": claim.title,
        "setting": str(claim.setting),
        "kind": claim.kind,
        "latex": claim.formula,
        "given": [latex(relation) for relation in claim.given],
        "assumes": list(claim.assumes),
        "status": entry.status,
        "finding": None if claim.finding is None else claim.finding.to_dict(),
        "corrects": claim.corrects,
        "evidence": entry.evidence,
    }


def audit(
    targets: TargetsArgument = None,
    instances: Annotated[int | None, typer.Option(min=1, help="Instances for each statement.")] = None,
    seconds: SecondsOption = None,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    resume: Annotated[
        Path | None, typer.Option(help="Go on with the audit in this folder, as it was asked for.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="A folder for the results.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all randomness [default: 0].")] = None,
    certificates: CertificatesOption = None,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Hold statements against many instances."""
    from mpgcert.auditing.audit import audit as run_audit
    from mpgcert.auditing.request import Request
    from mpgcert.errors import InvalidInput
    from mpgcert.games.files import write_atomically
    from mpgcert.reporting.document import envelope, to_json
    from mpgcert.reporting.progress import progress

    asked = Request(tuple(targets or ()), instances, seconds, seed or 0)
    folder = resume or output
    if resume is not None:
        stored = Request.load(resume)
        if asked not in (Request(), stored):
            problem = "was asked for something else"
            raise InvalidInput(problem, source=str(resume), expected="--resume with no other targets, budget or seed")
        asked = stored
    elif output is not None:
        asked.save(output)
    try:
        with phase("auditing"), progress(not quiet and form is TableFormat.table) as report:
            result = run_audit(
                asked.targets,
                instances=asked.instances,
                seconds=asked.seconds,
                jobs=jobs,
                cluster=cluster,
                seed=asked.seed,
                folder=folder,
                progress=report,
            )
    except KeyboardInterrupt:
        kept = "give -o DIR to keep what is done" if folder is None else f"go on with mpgcert audit --resume {folder}"
        raise Interrupted(kept) from None
    if folder is not None:
        write_atomically(folder / "audit.json", to_json(envelope("audit", result.to_dict())).encode())
    if certificates is not None:
        from mpgcert.auditing.certified import audit_certificates

        with phase("certifying"), progress(not quiet and form is TableFormat.table) as report:
            collected = audit_certificates(result, report)
        save_certificates(collected, certificates, quiet)
    finish_result("audit", result, form, quiet, table=table)


def falsify(
    target: Annotated[
        str,
        typer.Argument(
            metavar="ID", help="A statement's id, or FILE.py with one claim.", autocompletion=complete_statement
        ),
    ],
    seconds: SecondsOption = None,
    jobs: JobsOption = None,
    cluster: ClusterOption = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write the counterexample (.json).")] = None,
    seed: SeedOption = 0,
    certificates: CertificatesOption = None,
    form: FormatOption = Format.table,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Search for a counterexample to one statement."""
    from mpgcert.auditing.falsify import falsify as search
    from mpgcert.games.files import write_atomically
    from mpgcert.reporting.document import to_json
    from mpgcert.reporting.progress import progress
    from mpgcert.reporting.terminal import show

    with phase("searching"), progress(not quiet and form is Format.table) as report:
        result = search(target, seconds=seconds or 60.0, jobs=jobs, cluster=cluster, seed=seed, progress=report)
    if output is not None and result.counterexample is not None:
        write_atomically(output, to_json(result.counterexample).encode())
    if certificates is not None:
        from mpgcert.auditing.certified import falsified_certificate
        from mpgcert.certificates.collection import Collection

        found = Collection()
        if result.counterexample is not None:
            falsified_certificate(found, result.claim, result.counterexample)
        save_certificates(found, certificates, quiet)
    finish("falsify", result.to_dict(), form, quiet, lambda: show(result), result.verdicts)


def monitor(
    game: GameArgument,
    trajectory: Annotated[str, typer.Argument(metavar="TRAJECTORY", help="An npz or CSV file of policies or gains.")],
    algorithm: Annotated[str | None, typer.Option(help="The algorithm that it is said to come from.")] = None,
    step_size: Annotated[str | None, typer.Option(help="eta [default: as the file says].")] = None,
    regularization: Annotated[str | None, typer.Option(help="lambda [default: as the file says].")] = None,
    every: Annotated[int, typer.Option(min=1, help="Compare at every k-th iterate.")] = 1,
    form: TableFormatOption = TableFormat.table,
    table: TableOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Hold somebody else's trajectory against the statements."""
    from mpgcert.claims.any_game import any_monitor
    from mpgcert.reporting.progress import progress

    loaded = load_game(game)
    with phase("comparing"), progress(not quiet and form is TableFormat.table) as report:
        result = any_monitor(
            loaded,
            trajectory,
            algorithm=algorithm,
            step_size=step_size,
            regularization=regularization,
            every=every,
            progress=report,
        )
    finish_result("monitor", result, form, quiet, table=table)
