"""The snippets of README and docs: found, run page by page in a temporary directory, and compared with what is shown.

In a page

* `python` runs, with `>>>` as a doctest, all blocks of a page in one namespace;
* `console` runs each command after `$`; output that is shown must be what comes (`...` stands for anything);
* `json` is a game file and is loaded;
* `{code-block}` with a caption is written to a file of that name first (and a game is loaded);
* `sh` is about installing, which no test does: it may only name targets of the Makefile and extras of the package;
* `text` is shown only.

`python tests/snippets.py [PAGE ...]` rewrites the output that is shown where it is no longer what comes.
"""

from __future__ import annotations

import contextlib
import difflib
import doctest
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[1]
LANGUAGES = ("python", "console", "json", "sh", "text")
_OPTION = re.compile(r":(\w+): *(.*)")


@dataclass(frozen=True)
class Block:
    """A fenced block: what it is written in, its lines from line `first` of the page on, and the file that it makes."""

    language: str
    content: str
    first: int
    caption: str | None = None


def pages() -> list[Path]:
    """README and every page of the documentation that is written by hand."""
    found = [page for page in (ROOT / "docs").rglob("*.md") if not {"_build", "generated"} & set(page.parts)]
    return [ROOT / "README.md", *sorted(found)]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page in order.

    Raises:
        AssertionError: an indented block, or one in another language: nothing would run it.
    """
    for token in MarkdownIt().parse(page.read_text("utf-8")):
        assert token.type != "code_block", f"{page}:{token.map[0] + 1}: indented code; fence it, so that it is run"
        if token.type != "fence":
            continue
        language, content, first, caption = token.info.strip(), token.content, token.map[0] + 2, None
        if language.startswith("{") and not language.startswith("{code-block}"):
            continue
        if language.startswith("{code-block}"):
            language = language.removeprefix("{code-block}").strip()
            while option := _OPTION.match(content):
                caption = option[2] if option[1] == "caption" else caption
                content, first = content[option.end() + 1 :], first + 1
        assert language in LANGUAGES, f"{page}:{first}: {language!r} is none of {LANGUAGES}"
        yield Block(language, content.lstrip("\n"), first, caption)


@dataclass(frozen=True)
class Command:
    """A command of a console block, the output that the page shows, and the lines of the page where that stands."""

    text: str
    shown: str
    lines: tuple[int, int]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a console block."""
    lines = block.content.splitlines()
    starts = [k for k, line in enumerate(lines) if line.startswith("$ ")]
    assert starts[:1] == [0], f"line {block.first}: a console block begins with a command"
    for start, end in zip(starts, [*starts[1:], len(lines)]):
        last = start
        while lines[last].endswith("\\"):
            last += 1
        text = " ".join(line.removesuffix("\\") for line in lines[start : last + 1]).removeprefix("$ ")
        shown = "".join(f"{line.rstrip()}\n" for line in lines[last + 1 : end])
        yield Command(text, shown, (block.first + last + 1, block.first + end))


def run_command(text: str) -> str:
    """What a command prints to both streams, without blanks at the ends of lines.

    Raises:
        AssertionError: an internal error, or another program than `mpgcert` and `python`.
    """
    program, *arguments = shlex.split(text, comments=True)
    if program == "python":
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
        printed = done.stdout + done.stderr
    else:
        assert program == "mpgcert", f"{program}: a page may run mpgcert and python"
        printed, status = _mpgcert(arguments)
        assert status != 4, printed
        assert status != 2 or "error: " in printed.lower(), printed
    return "".join(f"{line.rstrip()}\n" for line in printed.splitlines())


def _mpgcert(arguments: list[str]) -> tuple[str, int]:
    from mpgcert import cli

    printed = io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["mpgcert", *arguments]),
        mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        try:
            cli.main()
        except SystemExit as stop:
            return printed.getvalue(), int(stop.code or 0)
    return printed.getvalue(), 0


def agrees(command: Command, printed: str) -> bool:
    """Whether what a command printed is what the page shows; a page that shows nothing leaves the output out."""
    return not command.shown or doctest.OutputChecker().check_output(command.shown, printed, doctest.ELLIPSIS)


def run_page(page: Path) -> list[tuple[Command, str]]:
    """Run a page in an empty directory.

    Returns:
        commands whose output is not the one shown, with their output.

    Raises:
        AssertionError: Python that shows another value, or something that may not stand in a page.
        Exception: whatever a snippet raises.
    """
    wrong: list[tuple[Command, str]] = []
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for block in blocks(page):
            if block.caption is not None:
                Path(block.caption).write_text(block.content, "utf-8")
            if block.language == "json":
                _load_game(block)
            elif block.language == "sh":
                _check_setup(block)
            elif block.language == "console":
                outcomes = [(command, run_command(command.text)) for command in commands(block)]
                wrong += [(command, printed) for command, printed in outcomes if not agrees(command, printed)]
            elif block.language == "python" and block.caption is None:
                _run_python(block, page, namespace)
    return wrong


def _run_python(block: Block, page: Path, namespace: dict[str, Any]) -> None:
    name = f"{page.relative_to(ROOT)}:{block.first}"
    if ">>>" not in block.content:
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(block.content, name, "exec"), namespace)
        return
    test = doctest.DocTestParser().get_doctest(block.content, namespace, name, str(page), block.first)
    runner = doctest.DocTestRunner(verbose=False, optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    report = io.StringIO()
    runner.run(test, out=report.write, clear_globs=False)
    namespace.update(test.globs)
    assert not runner.failures, report.getvalue()


def _load_game(block: Block) -> None:
    from mpgcert.games import load

    path = Path(block.caption or "game.json")
    path.write_text(block.content, "utf-8")
    assert "kind" in json.loads(block.content), f"line {block.first}: a json block holds a game"
    load(path)


def _check_setup(block: Block) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for line in block.content.splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] == ["make"]:
            unknown = [word for word in words[1:] if "=" not in word and word not in targets]
        else:
            assert words[:2] == ["pip", "install"] or words[0] == "dask", f"line {block.first}: {line}"
            named = re.findall(r"\[(.*?)\]", line)
            unknown = [extra for names in named for extra in names.split(",") if extra not in extras]
        assert not unknown, f"line {block.first}: there is no {unknown} (see Makefile, pyproject.toml)"


def renewed(shown: str, printed: str) -> str:
    """What a page shows of what a command printed: what `...` left out of the old output stays out of the new one."""
    old, new = shown.splitlines(), printed.splitlines()
    lines: list[str] = []
    for _, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before, after = old[i:j], new[k:m]
        if "..." not in before:
            lines += after
            continue
        first, last = before.index("..."), before[::-1].index("...")
        lines += [*after[:first], "...", *(after[-last:] if last else [])]
    return "".join(f"{line}\n" for line in lines)


def rewrite(page: Path) -> int:
    """Put what comes in place of what is shown, where they differ; returns in how many places."""
    wrong = run_page(page)
    lines = page.read_text("utf-8").splitlines(keepends=True)
    for command, printed in reversed(wrong):
        first, end = command.lines
        lines[first - 1 : end - 1] = renewed(command.shown, printed).splitlines(keepends=True)
    if wrong:
        page.write_text("".join(lines), "utf-8")
    return len(wrong)


if __name__ == "__main__":
    for chosen in [Path(name).resolve() for name in sys.argv[1:]] or pages():
        print(f"{chosen.relative_to(ROOT)}: {rewrite(chosen)} outputs rewritten")
