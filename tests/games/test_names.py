"""What users may write for a game: paths and built-in names; what is said when there is neither."""

import os
from fractions import Fraction

import pytest

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, resolve, write
from mpgcert.games.builtin import builtin


def test_missing_files_directories_and_unwritable_places(tmp_path, refusal):
    assert "stag-hunt" in refusal(tmp_path / "stag-hnt.json")
    (tmp_path / "folder.json").mkdir()
    assert "is a directory" in refusal(tmp_path / "folder.json")
    assert "cannot be read" in refusal("nul\0.json")
    game = MarkovGame.of(rewards=[[[1, 2]]])
    for place in (tmp_path / "no" / "folder.json", tmp_path / "folder.json"):
        assert "cannot be written" in refusal(place, lambda path: write(game, path))
    assert "ending in .json, .npz or .nfg" in refusal(tmp_path / "game.txt", lambda path: write(game, path))


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("stag-hunts", ["no file and no built-in game", "stag-hunt"]),
        ("quite-something-else", ["no file and no built-in game", "mpgcert games"]),
        ("penalty:k", ["'k'", "key=value"]),
        ("penalty:", ["key=value"]),
        ("penalty:k=1,k=2", ["k: given twice"]),
        ("penalty:q=1", ["unknown parameter 'q'", "expected k"]),
        ("climbing:k=1", ["unknown parameter 'k'", "no parameters"]),
        ("penalty:k=5", ["k: '5'", "at most 0"]),
        ("leonardos2021-congestion:players=2.5", ["players: '2.5'", "an integer"]),
        ("leonardos2021-congestion:players=0", ["players: '0'", "at least 1"]),
        ("maheshwari2023-routing:variant=other", ["variant: 'other'", "common or independent"]),
        ("random-potential:shaping=maybe", ["shaping: 'maybe'", "true or false"]),
        ("random-potential:actions=2x3", ["actions: 2 sizes for 3 players"]),
        ("random-potential:discount=1", ["discount: 1", "[0, 1)"]),
    ],
)
def test_names_that_mean_no_game(text, mentions):
    with pytest.raises(InvalidInput) as caught:
        resolve(text)
    for mention in mentions:
        assert mention in str(caught.value)


def test_resolve_prefers_files_and_reads_parameters(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert resolve("penalty:k=-1/2").rewards.min() == Fraction(-1, 2)
    game = resolve("random-game:seed=3,states=2,players=2,actions=2x3,discount=1/2")
    assert (game.n_states, game.n_actions, game.discount) == (2, (2, 3), Fraction(1, 2))
    assert resolve(game.name).fingerprint == game.fingerprint
    write(builtin("climbing"), "penalty.json")
    os.rename("penalty.json", "penalty")
    assert resolve("penalty").name == "climbing"
    (tmp_path / "stag-hunt").mkdir()
    assert resolve("stag-hunt").name == "stag-hunt"
