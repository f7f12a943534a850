"""`reports/README.md`: what is in the folder, with one conclusion for each page."""

from __future__ import annotations

from collections.abc import Sequence

from mpgcert.reporting.blocks import Code, Facts, Items, Link, Listing, Paragraph, Section, Table, Text
from mpgcert.reporting.page import Report
from mpgcert.reporting.studies.pages import Page
from mpgcert.reporting.studies.settings import Settings

__all__ = ["index_page"]

_TITLES = {
    "FINDINGS": "What was found in the three papers",
    "audits/zhang2022": "Audit of zhang2022, every statement",
    "audits/hambly2021": "Audit of hambly2021, every statement",
    "audits/maheshwari2023": "Audit of maheshwari2023, every statement",
    "zhang2022-figures": "Figures 1 to 3 and Appendix 8 of zhang2022",
    "hambly2021-figures": "Figures 1 to 8 of hambly2021",
    "games": "The built-in games: what is said of them, and what is true",
    "conservatism": "How conservative the theory is",
}


def index_page(pages: Sequence[Page], papers: Sequence[tuple[str, str]], settings: Settings) -> Page:
    """The index.

    Args:
        pages: in the order in which they are listed.
        papers: id and reference of each.
    """
    rows: list[tuple[Text, ...]] = []
    for page in pages:
        forms: list[Text] = [Link(_TITLES[page.path], f"{page.path}.md")]
        more = (" (", Link("HTML", f"{page.path}.html"), ")") if page.has_html else ()
        rows.append(((*forms, *more), page.headline))  # type: ignore[arg-type]
    table = Table("Pages", ("page", "what it says"), tuple(rows))
    listed = Items(tuple((Code(name), f" {reference}") for name, reference in papers))
    files: tuple[Text, ...] = (
        (Code("audits/*.csv"), ", ", Code("games-*.csv"), ", ", Code("conservatism-*.csv"), ": the tables as data"),
        (Code("audits/*.json"), ": the extremal instance of every statement, with exact numbers"),
        (Code("certificates/"), ": a certificate for every counterexample and for every proof in one variable"),
        (Code("figures/"), ": all plots as SVG"),
    )
    again = (
        Paragraph("One command writes everything again; it can be interrupted, and goes on where it stopped:"),
        Listing("make reports            # everything\nmake reports QUICK=1    # a smaller set, into reports-quick/"),
        Paragraph(
            (
                "A certificate is checked by a stand-alone verifier that shares no code with what made it: ",
                Code("mpgcert verify reports/certificates/NAME.json"),
                ". A statement's formula, hypotheses and finding: ",
                Code("mpgcert claims show ID"),
                ".",
            )
        ),
    )
    sections = (
        Section("pages", "What is here", (table,)),
        Section("papers", "The papers", (listed,)),
        Section("files", "Other files", (Items(files),)),
        Section("again", "How to get it again", again),
        Section("limits", "What this does not establish", (_limits(),)),
    )
    kind = "the full set" if settings.name == "full" else "a quick set, with fewer instances, starts and games"
    facts = Facts((("set", kind),))
    report = Report("What mpgcert found", facts, sections, {})
    return Page("README", report, "", has_html=False)


def _limits() -> Paragraph:
    return Paragraph(
        "A statement that no instance refutes is not proved by that. A finding about a proof says nothing against "
        "the result unless a counterexample to the result itself is given; what survives is said with each finding. "
        "Verdicts about instances are proofs; statistics of runs are statistics, with their intervals. Pages hold "
        "no dates and nothing of the machine. On another processor, or with other versions of numpy, searches and "
        "runs in doubles may differ in their last digits and name another extremal instance."
    )
