import re

from mpgcert.claims.verdicts import Verdict
from mpgcert.reporting.blocks import Code, Facts, Listing, Math, Section, Strong, Table, Word
from mpgcert.reporting.markdown import document
from mpgcert.reporting.page import Report


def rendered(*blocks):
    return document(Report("t", Facts(()), (Section("s", "S", blocks),), {}))


def test_a_cell_cannot_end_its_table():
    table = Table("c|d", ("a|b", Math(r"|x|")), (("p|q\nr", Math(r"\|y\|")),))
    rows = [line for line in rendered(table).splitlines() if line.startswith("|")]
    assert len(rows) == 3
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 3


def test_inline_parts():
    text = rendered(
        Facts(((("plain *x* ", Strong("b_c")), (Code("a_b"), Word(Verdict.HOLDS), Word(Verdict.HOLDS, 2))),))
    )
    assert r"plain \*x\* **b\_c**" in text
    assert "`a_b`**holds****2 hold**" in text


def test_the_report_has_every_section_and_no_html(report):
    text = report.to_markdown()
    for part in report.sections:
        assert f"\n## {part.title}\n" in text
    prose = re.sub(r"```.*?```|\$\$.*?\$\$|(?<!\\)\$[^$]*\$|`[^`]*`", "", text, flags=re.DOTALL)
    assert "Rewards" in prose
    assert not re.search(r"(?<!\\)<", prose), "an unescaped tag"
    fenced = re.findall(r"^```", text, flags=re.MULTILINE)
    assert len(fenced) % 2 == 0


def test_a_listing_stays_as_it_is():
    assert "```text\na_b | c\n```" in rendered(Listing("a_b | c"))
