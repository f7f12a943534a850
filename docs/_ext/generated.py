"""Pages that are written when the documentation is built: from the command line, the schema and the catalogues."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from mpgcert.auditing.audit import StatementStatus, settled_status
from mpgcert.claims.claim import Claim
from mpgcert.claims.formula import latex
from mpgcert.claims.statements import packages
from mpgcert.claims.symbols import VOCABULARY, meaning
from mpgcert.games.schema import alternatives, game_schema, keys, kinds

_ID = re.compile(r"\b[a-z]+\d{4}\.[a-z0-9.-]*[a-z0-9]")
_STATUS = ("proved", "unrefuted", "falsified", "evidence", "definition")


def write_pages(app: Sphinx) -> None:
    """Write every generated page; one that did not change is left alone, so that it is not read again."""
    folder = Path(app.srcdir) / "generated"
    pages = {"command-line.md": _command_line(), "game-keys.md": _game_keys(), "symbols.md": _symbols()}
    pages |= {f"papers/{name}.md": _paper(package) for name, package in packages().items()}
    for name, text in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")


def _command_line() -> str:
    """The help of every command, from the application itself."""
    from typer.cli import get_docs_for_click
    from typer.main import get_command

    from mpgcert.cli import app

    command = get_command(app)
    context = command.make_context("mpgcert", [], resilient_parsing=True)
    return get_docs_for_click(obj=command, ctx=context, name="mpgcert", title="Command line") + "\n"


def _game_keys() -> str:
    """The keys of each kind of game file, and the schema itself."""
    schema = game_schema()
    lines = ["# Keys of game files", ""]
    for kind in kinds():
        definition = schema["$defs"][kind]
        lines += [f"## {kind}", "", definition["description"], "", "| key | shape | meaning |", "| --- | --- | --- |"]
        for key in keys(kind):
            if key == "kind":
                continue
            part = definition["properties"][key]
            shape = f"`{part['x-shape']}`" if "x-shape" in part else ""
            lines.append(f"| `{key}`{_presence(kind, key)} | {shape} | {part['description']} |")
        lines.append("")
    lines += ["## The schema", "", "```json", json.dumps(schema, indent=2, ensure_ascii=False), "```", ""]
    return "\n".join(lines)


def _presence(kind: str, key: str) -> str:
    if key in keys(kind, required=True):
        return ""
    return " (one of them)" if key in alternatives(kind) else " (optional)"


def _symbols() -> str:
    lines = ["# Symbols", "", "The vocabulary in which statements are written; `symbol(name)` gives a symbol.", ""]
    lines += ["| symbol | name | meaning |", "| --- | --- | --- |"]
    for name in sorted(VOCABULARY):
        lines.append(f"| ${_in_a_cell(latex(VOCABULARY[name].symbol))}$ | `{name}` | {_text(meaning(name))} |")
    return "\n".join([*lines, ""])


def _paper(package: Any) -> str:
    """Every statement of a paper: formula, hypotheses, status, and what was found wrong with it."""
    paper = package.PAPER
    entries = [settled_status(claim) or StatementStatus(claim, "unrefuted") for claim in package.CLAIMS]
    counted = Counter(entry.status for entry in entries)
    findings = [entry for entry in entries if entry.claim.finding is not None]
    lines = [f"# {paper.id}", "", f"{paper.authors}: *{paper.title}*. {paper.venue} {paper.year}.", ""]
    lines += [" · ".join(f"{counted[word]} {word}" for word in _STATUS if counted[word]), ""]
    lines += ["## Findings", "", "| statement | kind | status |", "| --- | --- | --- |"]
    for entry in findings:
        lines.append(f"| {_link(entry.claim.id)} | {entry.claim.finding.kind} | {entry.status} |")  # type: ignore[union-attr]
    lines += ["", "## Statements", ""]
    for entry in entries:
        lines += _statement(entry)
    return "\n".join(lines)


def _statement(entry: StatementStatus) -> Iterator[str]:
    claim = entry.claim
    yield from (
        f"({claim.id})=",
        f"### {claim.id}",
        "",
        f"**{_text(claim.title)}** ({claim.setting}; {claim.kind})",
        "",
    )
    if claim.formula is not None:
        yield from _formula(claim.formula)
    if claim.given:
        yield from ("where", "")
        for relation in claim.given:
            yield from _formula(latex(relation))
    facts = [f"Status: **{entry.status}**."]
    if claim.assumes:
        facts.append(f"Assumes {_listed(f'`{name}`' for name in claim.assumes)}.")
    if claim.algorithm is not None:
        facts.append(f"Algorithm: {claim.algorithm}.")
    if claim.corrects is not None:
        facts.append(f"Corrects {_link(claim.corrects)}.")
    yield from (" ".join(facts), "")
    yield from _finding(claim)


def _finding(claim: Claim) -> Iterator[str]:
    finding = claim.finding
    if finding is None:
        return
    yield from (f":::{{admonition}} Finding: {finding.kind}", ":class: finding", "", _text(finding.summary), "")
    if finding.survives:
        yield from (f"*What survives.* {_text(finding.survives)}", "")
    if finding.corrected:
        yield from (f"*Corrected as* {_link(finding.corrected)}.", "")
    if finding.counterexample:
        yield from (
            f"*Counterexample*, certified: `bounds/{claim.paper}/counterexamples/{finding.counterexample}`.",
            "",
        )
    yield from (":::", "")


def _formula(source: str) -> Iterable[str]:
    return ("```{math}", source, "```", "")


def _link(identifier: str) -> str:
    return f"[{identifier}](#{identifier})"


def _listed(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _in_a_cell(formula: str) -> str:
    return formula.replace("|", r"\vert ")


def _text(plain: str) -> str:
    """Plain text as Markdown that shows it as it is, with links where it names statements."""
    for mark in ("\\", "*", "_", "$", "|", "<", "[", "]", "`"):
        plain = plain.replace(mark, "\\" + mark)
    return _ID.sub(lambda found: _link(found.group()) if found.group() in _statements() else found.group(), plain)


@cache
def _statements() -> frozenset[str]:
    return frozenset(claim.id for package in packages().values() for claim in package.CLAIMS)


def setup(app: Sphinx) -> dict[str, Any]:
    """Write the pages before any page is read."""
    app.connect("builder-inited", write_pages, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
