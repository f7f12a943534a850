"""The verifier alone: one file, the standard library, another process in which mpgcert is not there."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from certificates.samples import samples

from mpgcert.certificates import verify

SOURCE = Path(verify.__file__)
KINDS = ("visitation", "nash-gap", "riccati", "instance violated", "theorem", "proof", "trajectory", "own rule")

#: Runs many certificates in one process: lines of file names in, lines of answers out.
DRIVER = """
import sys
sys.path.insert(0, sys.argv[1])
import verify, json, pathlib, importlib.util
assert importlib.util.find_spec("mpgcert") is None and importlib.util.find_spec("numpy") is None
for line in sys.stdin:
    contents = [pathlib.Path(name).read_bytes() if name else None for name in json.loads(line)]
    print(json.dumps(verify.verify(*contents)))
"""


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """A folder with a copy of the verifier and nothing else of mpgcert."""
    folder = tmp_path_factory.mktemp("alone")
    (folder / "verify.py").write_bytes(SOURCE.read_bytes())
    return folder


def isolated(folder, *arguments, **options):
    """Python without site packages, environment and current folder."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, env={}, **options)


def saved(folder, sample):
    """Names of the certificate, the game's own file and the trajectory."""
    contents = (sample.text, sample.game_text(), sample.run)
    names = []
    for name, content in zip(("certificate.json", "game.json", "run.npz"), contents):
        if content is not None:
            (folder / name).write_bytes(content)
        names.append(None if content is None else str(folder / name))
    return names


def answers(alone, lines):
    (alone / "driver.py").write_text(DRIVER)
    done = isolated(alone, "driver.py", str(alone), input="\n".join(map(json.dumps, lines)))
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_sample_is_accepted_where_mpgcert_is_not_importable(alone, tmp_path):
    lines = []
    for number, sample in enumerate(samples().values()):
        folder = tmp_path / str(number)
        folder.mkdir()
        lines.append(saved(folder, sample))
    found = answers(alone, lines)
    assert len(found) == len(samples())
    for (name, sample), entry in zip(samples().items(), found):
        assert entry["accepted"], (name, entry)
        assert entry["id"] == sample.document["statement"]["id"]


def test_every_sample_is_rejected_for_the_file_of_another_game(alone, tmp_path):
    """Of games with other content: two files of one game, such as one built twice, are one game."""
    games = {}
    for sample in samples().values():
        if sample.game is not None:
            games.setdefault(sample.document["game_sha256"], sample.game_text())
    assert len(games) > 5
    chosen = [sample for sample in samples().values() if sample.game is not None]
    lines = []
    for number, sample in enumerate(chosen):
        folder = tmp_path / str(number)
        folder.mkdir()
        names = saved(folder, sample)
        others = [text for digest, text in games.items() if digest != sample.document["game_sha256"]]
        Path(names[1]).write_bytes(others[number % len(others)])
        lines.append(names)
    for sample, entry in zip(chosen, answers(alone, lines)):
        assert not entry["accepted"], sample.document["statement"]["id"]
        assert "another" in entry["reason"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_command_line_accepts_and_rejects(alone, tmp_path, kind):
    sample = next(sample for sample in samples().values() if sample.kind == kind)
    names = [name for name in saved(tmp_path, sample) if name]
    done = isolated(alone, "verify.py", *names)
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr, answer["accepted"]) == (0, "", True), done.stdout
    assert answer["certificate"] == names[0]
    assert answer["verdict"] == sample.document["statement"]["verdict"]
    assert answer["not"] == sample.document["statement"]["not"]

    broken = json.loads(sample.text)
    broken["claim"]["verdict"] = "certain"
    Path(names[0]).write_text(json.dumps(broken))
    done = isolated(alone, "verify.py", *names)
    answer = json.loads(done.stdout)
    assert (done.returncode, done.stderr, answer["accepted"]) == (1, "", False)
    assert answer["reason"]


def test_a_certificate_without_its_game_needs_the_file(alone, tmp_path):
    sample = samples()["unit nash-gap.uniform"]
    certificate, game, _ = saved(tmp_path, sample)
    document = {key: value for key, value in sample.document.items() if key != "game"}
    Path(certificate).write_text(json.dumps(document))
    assert isolated(alone, "verify.py", certificate).returncode == 1
    assert isolated(alone, "verify.py", certificate, game).returncode == 0


def test_usage_and_unreadable_files_leave_with_2(alone, tmp_path):
    for arguments in ((), ("a", "b", "c", "d"), (str(tmp_path / "missing.json"),), (str(tmp_path),)):
        done = isolated(alone, "verify.py", *arguments)
        assert done.returncode == 2
        assert done.stderr
        assert not done.stdout


def test_another_form_of_the_game_file_is_the_same_game(alone, tmp_path):
    """Decimals, a byte order mark, labels and the order of keys do not matter; a number does."""
    sample = samples()["unit nash-gap.uniform"]
    certificate, game, _ = saved(tmp_path, sample)
    document = json.loads(sample.game_text())
    other = {"name": "another name", **{key: document[key] for key in reversed(document) if key != "name"}}
    other["discount"] = "0.50"
    Path(game).write_text(json.dumps(other, indent=3), encoding="utf-8-sig")
    assert isolated(alone, "verify.py", certificate, game).returncode == 0
    other["discount"] = "0.51"
    Path(game).write_text(json.dumps(other))
    assert isolated(alone, "verify.py", certificate, game).returncode == 1


def test_the_verifier_uses_the_standard_library_only_and_is_short():
    text = SOURCE.read_text("utf-8")
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module)
    assert names
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)
    assert "importlib" not in names
    assert "__import__" not in text
    assert len(text.splitlines()) < 900
    assert os.path.getsize(SOURCE) < 60_000
