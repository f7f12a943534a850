"""Commands write certificates: accepted, byte for byte the same again, with the user's own game file."""

import json

import pytest
from typer.testing import CliRunner

from mpgcert.certificates.verify import verify
from mpgcert.cli import app

RUNNER = CliRunner()


def folder_of(tmp_path, *arguments, name="certificates"):
    folder = tmp_path / name
    result = RUNNER.invoke(app, [*arguments, "--certificates", str(folder), "--quiet"])
    assert result.exit_code in (0, 1, 3), result.output
    return folder


def accepted(folder):
    """Every file of a folder, held against the game beside it."""
    index = json.loads((folder / "index.json").read_text())
    game = folder / "game.json"
    for entry in index["certificates"]:
        text = (folder / entry["file"]).read_bytes()
        has_game = b'"game_sha256"' in text and game.exists()
        answer = verify(text, game.read_bytes() if has_game else None)
        assert answer["accepted"], (entry["file"], answer["reason"])
        assert (answer["id"], answer["verdict"]) == (entry["id"], entry["verdict"])
    return {entry["file"].removesuffix(".json"): entry["verdict"] for entry in index["certificates"]}


COMMANDS = {
    "check": (
        ["check", "leonardos2021-congestion"],
        {"zhang2022.definition-2": "violated", "zhang2022.assumption-1": "holds"},
    ),
    "check-8-agents": (
        ["check", "zhang2022-figure-3"],
        {"zhang2022.definition-2": "holds", "zhang2022.assumption-1": "holds", "nash-gap.uniform": "holds"},
    ),
    "check-20-states": (
        ["check", "random-potential:states=20"],
        {"zhang2022.definition-2": "holds", "zhang2022.assumption-1": "holds", "zhang2022.remark-4": "holds"},
    ),
    "check-lq": (
        ["check", "hambly2021-remark-3.4"],
        {
            "hambly2021.assumption-2.1": "holds",
            "hambly2021.assumption-2.2": "holds",
            "hambly2021.assumption-2.3": "holds",
            "hambly2021.assumption-3.3": "violated",
        },
    ),
    "check-steps": (
        ["check", "--step-sizes", "alpha = n^-0.5; beta = 1/n"],
        {"maheshwari2023.assumption-3.2.range": "violated", "maheshwari2023.assumption-3.2.iv": "holds"},
    ),
    "bounds": (
        ["bounds", "trembling-team", "--epsilon", "0.5"],
        {"zhang2022.theorem-6.gradient-play": "holds", "zhang2022.theorem-7.natural-gradient-play": "holds"},
    ),
    "bounds-lq": (["bounds", "lq-contraction"], {"hambly2021.theorem-3.5.natural-policy-gradient": "holds"}),
    "solve": (["solve", "zhang2022-figure-2"], {"pure-equilibria": "holds", "nash-gap.potential-maximiser.0": "holds"}),
    "solve-lq": (["solve", "lq-scalar"], {"riccati": "holds"}),
    "falsify": (["falsify", "zhang2022.eq-10", "--seconds", "5"], {"zhang2022.eq-10.violated": "violated"}),
    "run": (
        ["run", "trembling-team", "--algorithm", "natural-gradient-play", "--steps", "30", "--step-size", "0.02"],
        {"checked-trajectory": "holds"},
    ),
    "run-lq": (
        ["run", "lq-contraction", "--algorithm", "natural-policy-gradient", "--steps", "5"],
        {"checked-trajectory": "holds"},
    ),
}


@pytest.mark.parametrize("case", COMMANDS)
def test_command_writes_certificates_that_are_accepted(case, tmp_path):
    arguments, expected = COMMANDS[case]
    found = accepted(folder_of(tmp_path, *arguments))
    assert expected.items() <= found.items()


@pytest.mark.parametrize("case", ["check", "check-lq", "bounds", "falsify", "run"])
def test_same_command_writes_the_same_bytes(case, tmp_path):
    arguments, _ = COMMANDS[case]
    first, second = (folder_of(tmp_path, *arguments, name=name) for name in ("first", "second"))
    names = sorted(path.name for path in first.iterdir())
    assert names == sorted(path.name for path in second.iterdir())
    for name in names:
        if name.endswith(".json"):
            assert (first / name).read_bytes() == (second / name).read_bytes()


def test_verify_tells_right_from_wrong(tmp_path):
    folder = folder_of(tmp_path, "check", "stag-hunt")
    certificate, game = folder / "zhang2022.definition-2.json", folder / "game.json"
    good = RUNNER.invoke(app, ["verify", str(certificate), "--game", str(game), "--format", "json"])
    assert good.exit_code == 0
    answer = json.loads(good.stdout)
    assert answer["accepted"] is True
    assert {"certificate", "accepted", "reason"} <= answer.keys()
    other = RUNNER.invoke(app, ["verify", str(certificate), "--game", "prisoners-dilemma", "--format", "json"])
    assert other.exit_code == 1
    assert "another game" in json.loads(other.stdout)["reason"]
    missing = RUNNER.invoke(app, ["verify", str(folder / "nothing.json")])
    assert missing.exit_code != 0
    assert "nothing.json" in str(missing.exception)


@pytest.mark.parametrize("horizon", [60, 400])
def test_many_stages_are_said_to_be_too_many(horizon, tmp_path):
    game = tmp_path / "long.json"
    data = {"A": [[0.9]], "B": [[[0.1]], [[0.2]]], "Q": [[[1]], [[2]]], "R": [[[1]], [[1]]], "W": [[0.1]]}
    document = {"kind": "lq-game", "horizon": horizon, **data, "initial": {"second_moment": [[1]]}}
    game.write_text(json.dumps(document))
    folder = folder_of(tmp_path, "check", str(game))
    found, missing = accepted(folder), json.loads((folder / "index.json").read_text())["without"]
    assert found["hambly2021.assumption-2.1"] == "holds"
    unproved = {entry["name"] for entry in missing if "nested too deeply" in entry["reason"]}
    assert unproved | found.keys() >= {"hambly2021.assumption-2.3", "hambly2021.assumption-3.3"}
    assert horizon < 100 or "hambly2021.assumption-2.3" in unproved


def test_trajectory_is_tied_to_its_file(tmp_path):
    arguments, _ = COMMANDS["run"]
    folder = folder_of(tmp_path, *arguments)
    certificate, run = (folder / name for name in ("checked-trajectory.json", "trajectory.npz"))
    text = certificate.read_bytes()
    assert verify(text, None, run.read_bytes())["accepted"]
    other = folder_of(tmp_path, *arguments[:-1], "0.03", name="other") / "trajectory.npz"
    assert "another file" in verify(text, None, other.read_bytes())["reason"]


def test_report_links_every_certificate(tmp_path):
    page = tmp_path / "report.html"
    arguments = [
        "report",
        "stag-hunt",
        "-o",
        str(page),
        "--steps",
        "20",
        "--certificates",
        str(tmp_path / "proofs"),
        "-q",
    ]
    assert RUNNER.invoke(app, arguments).exit_code == 0
    names = accepted(tmp_path / "proofs")
    html = page.read_text()
    assert any(name.startswith("run.") for name in names)
    for name in names:
        assert f'href="proofs/{name}.json"' in html
    assert "does not establish" in html


@pytest.mark.parametrize(("paper", "least"), [("zhang2022", 32), ("hambly2021", 12), ("maheshwari2023", 20)])
def test_falsified_statements_of_the_catalogues_have_certificates(paper, least):
    from mpgcert.auditing.certified import settled_certificates
    from mpgcert.claims.statements import claims

    falsified = [c for c in claims() if c.paper == paper and c.relation is not None and _is_falsified(c)]
    found = settled_certificates(falsified)
    assert found.missing == []
    assert len(falsified) >= least
    assert {entry.id for entry in found.entries.values()} == {claim.id for claim in falsified}
    assert {entry.verdict for entry in found.entries.values()} == {"violated"}


def _is_falsified(claim):
    from mpgcert.auditing.audit import settled_status

    settled = settled_status(claim)
    return settled is not None and settled.status == "falsified"


def test_a_theorem_whose_hypothesis_fails_has_no_certificate(tmp_path):
    """Also where the hypothesis is one that no rule of the verifier covers."""
    state = [[1, 0], [0, 1]], [[1, 1], [0, 1]]  # one player is indifferent: stationary policies are not isolated
    game = {"kind": "markov-game", "name": "ties", "discount": "1/2", "initial": ["1/2", "1/2"]}
    game |= {"transition": [[[["1/2", "1/2"]] * 2] * 2] * 2, "common_reward": list(state)}
    path = tmp_path / "ties.json"
    path.write_text(json.dumps(game))
    folder = folder_of(tmp_path, "bounds", str(path))
    index = json.loads((folder / "index.json").read_text())
    assert {entry["id"] for entry in index["certificates"]} == {"zhang2022.theorem-6", "zhang2022.theorem-7"}
    reasons = {entry["reason"] for entry in index["without"]}
    assert reasons == {"the theorem does not apply: zhang2022.isolated-stationary-policies does not hold"}
