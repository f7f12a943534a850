"""Every snippet of README and docs runs, and prints what the page shows."""

import re
from pathlib import Path

import pytest
from snippets import ROOT, Block, Command, agrees, blocks, commands, pages, renewed, rewrite, run_page

from mpgcert import __version__

NAMES = [str(page.relative_to(ROOT)) for page in pages()]


@pytest.mark.parametrize("name", NAMES)
def test_page_runs_as_shown(name):
    wrong = run_page(ROOT / name)
    shown = "\n".join(f"$ {command.text}\n{printed}" for command, printed in wrong)
    assert not wrong, f"{name} shows something else than (rewrite with `make snippets`):\n{shown}"


@pytest.mark.parametrize("name", NAMES)
def test_relative_links_lead_to_files(name):
    page = ROOT / name
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", text):
        path = page.parent / target
        generated = "generated/" in target and name != "README.md"  # Sphinx checks those
        assert generated or path.exists() or path.with_suffix(".md").exists(), f"{name} links to {target}"


def test_the_readme_begins_with_the_two_commands():
    first = next(block for block in blocks(ROOT / "README.md") if block.language == "sh")
    assert [line.split("#")[0].strip() for line in first.content.splitlines()] == ["make report", "make test"]


@pytest.mark.parametrize(
    ("page", "problem"),
    [
        ("Text\n\n    mpgcert games\n", "indented code"),
        ("```bash\nmpgcert games\n```\n", "'bash' is none of"),
        ("```console\n$ rm -r x\n```\n", "a page may run"),
        ("```console\nmpgcert games\n```\n", "begins with a command"),
        ("```sh\nmake everything\n```\n", "there is no"),
        ("```sh\npip install 'mpgcert[everything]'\n```\n", "there is no"),
        ('```json\n{"a": 1}\n```\n', "holds a game"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected"),
    ],
)
def test_what_may_not_stand_in_a_page(page, problem, tmp_path, monkeypatch):
    monkeypatch.setattr("snippets.ROOT", tmp_path)
    (tmp_path / "Makefile").write_text("report:\n")
    (tmp_path / "pyproject.toml").write_text("[project.optional-dependencies]\ndocs = []\n")
    path = tmp_path / "page.md"
    path.write_text(page)
    with pytest.raises(AssertionError, match=problem):
        run_page(path)


def test_other_output_is_found_and_rewritten(tmp_path, monkeypatch):
    monkeypatch.setattr("snippets.ROOT", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(
        "# Page\n\n```console\n$ mpgcert --version\nmpgcert 0.0\n$ mpgcert --version\nmpgcert ...\n```\n\nend\n"
    )
    assert rewrite(path) == 1
    assert path.read_text().splitlines()[4:7] == [f"mpgcert {__version__}", "$ mpgcert --version", "mpgcert ..."]
    assert rewrite(path) == 0


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("x\n", "a\nb\nc\nd\n"),
        ("...\n", "...\n"),
        ("a\n...\nx\n", "a\n...\nd\n"),
        ("x\n...\nd\n", "a\n...\nd\n"),
        ("...\nb\n...\n", "...\nb\n...\n"),
        ("a\nx\nc\nd\n", "a\nb\nc\nd\n"),
    ],
)
def test_what_was_left_out_stays_out(shown, kept):
    printed = "a\nb\nc\nd\n"
    assert renewed(shown, printed) == kept
    assert agrees(Command("mpgcert", kept, (1, 1)), printed)


def test_commands_of_a_block():
    block = Block("console", "$ mpgcert run x \\\n    --steps 3\nfirst\nsecond\n$ mpgcert games # all\n", 10)
    long, short = commands(block)
    assert long == Command("mpgcert run x      --steps 3", "first\nsecond\n", (12, 14))
    assert short == Command("mpgcert games # all", "", (15, 15))
    assert agrees(long, "first\nsecond\n")
    assert not agrees(long, "first\n")
    assert agrees(Command("mpgcert", "a\n...\nz\n", (1, 4)), "a\nb\nc\nz\n")
    assert agrees(short, "anything")


def test_a_caption_names_a_file(tmp_path):
    path: Path = tmp_path / "page.md"
    path.write_text("```{code-block} python\n:caption: mine.py\n\nprint(1)\n```\n")
    assert list(blocks(path)) == [Block("python", "print(1)\n", 3, "mine.py")]
