"""Gambit's strategic game files: exact numbers in both forms, and refusals that name the line."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from one_shot_games import NUMBERS, named_games

from mpgcert.arithmetic import format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games import load, resolve, write
from mpgcert.games.builtin import builtin
from mpgcert.games.nfg import dump_nfg, parse_nfg

LABELS = st.sampled_from(["a", 'a "b" c', "{", "x,y", '"', "}{", "back\\slash", "two\nlines", "é"])


def read(text):
    return parse_nfg(text.encode(), "stem")


@given(named_games(LABELS))
def test_what_is_written_is_read_exactly(game):
    back = read(dump_nfg(game))
    assert (back.fingerprint, back.name, back.players, back.actions) == (
        game.fingerprint,
        game.name,
        game.players,
        game.actions,
    )


@given(
    st.lists(NUMBERS, min_size=6, max_size=6), st.lists(st.sampled_from([" ", "\n", ", ", "\t", "\r\n"]), min_size=5)
)
def test_separators_mean_nothing(values, separators):
    body = "".join(format_fraction(v) + separators[k % len(separators)] for k, v in enumerate(values))
    game = read(f'NFG 1 D "" {{"A","B"}} {{3 1}}{body}')
    assert [game.rewards[(i, 0, a, 0)] for a in range(3) for i in range(2)] == values


def test_outcomes_and_payoffs_give_one_game():
    payoff = read('NFG 1 R "t" { "A" "B" } { 2 2 }\n0.5 2  0 0  1/3 -4e-1  .5 2')
    outcome = read(
        'NFG 1 R "t" { "A" "B" } { { "1" "2" } { "1" "2" } } "" { { "x" 0.5, 2 } { "" 1/3, -4e-1 } } 1 0 2 1'
    )
    assert payoff.fingerprint == outcome.fingerprint
    assert payoff.rewards[0, 0, 1, 0] == 0 == outcome.rewards[1, 0, 1, 0]
    assert payoff.rewards[0, 0, 0, 1] == Fraction(1, 3)
    assert payoff.rewards[1, 0, 0, 1] == Fraction(-2, 5)
    assert (payoff.n_states, payoff.discount, payoff.actions) == (1, 0, ())


def test_names_labels_comments_and_quotes():
    game = read(
        '\ufeffNFG 1 R "a \\"b\\" \\\\ {c" { "Ann" "" } { { up "do wn" } { "" "" "x" } }\n"two\nlines"\n{ } 0 0 0 0 0 0'
    )
    assert game.name == 'a "b" \\ {c'
    assert game.players == ("Ann", "2")
    assert game.actions == (("up", "do wn"), ("1", "2", "x"))
    assert game.notes == {"about": "two\nlines"}
    assert not game.rewards.numerator.any()
    assert read('NFG 1 R "" { "1" "2" } { { "1" } { "1" } } 5 6').players == ()
    assert read('NFG 1 R "" { "1" "2" } { { "1" } { "1" } } 5 6').name == "stem"


PROLOGUE = 'NFG 1 R "t" { "A" "B" } '


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("", ["line 1: the end of the file", "NFG"]),
        ("EFG 2 R", ["line 1: 'EFG'", "NFG"]),
        ("NFG 2 R", ["line 1: '2'", "expected 1"]),
        ("NFG 1\nQ", ["line 2: 'Q'", "R or D"]),
        ("NFG 1 R title", ["line 1: 'title'", "the title in quotes"]),
        ('NFG 1 R "t', ["a quote that does not end"]),
        ('NFG 1 R "t" { }', ["0 players", "between 1 and 30"]),
        ('NFG 1 R "t" { "A" ', ["the end of the file", '"}" after the players']),
        ('NFG 1 R "t" { "A" { } }', ["'{'", '"}" after the players']),
        (PROLOGUE + "2 2", ["'2'", '"{" before the players']),
        (PROLOGUE + "{ 2 }", ["actions in numbers [2]", "each of 2 players"]),
        (PROLOGUE + "{ 2 0 } ", ["actions in numbers [2, 0]"]),
        (PROLOGUE + "{ 2 x }", ["'x'", "a number of actions"]),
        (PROLOGUE + "{ 2 -1 }", ["'-1'", "a number of actions"]),
        (PROLOGUE + "{ 2 999999999999 } 1", ["999999999999 actions", "payoffs for each"]),
        (PROLOGUE + '{ { "a" } { "b" { } }', ["'{'", "labels of actions"]),
        (PROLOGUE + "{ 2 1 }\n1 2 3", ["line 2: 3 numbers up to the end", "4: payoffs of 2 players under 2 joint"]),
        (PROLOGUE + "{ 2 1 }\n1 2 3 4 5", ["5 numbers up to the end"]),
        (PROLOGUE + "{ 2 1 }\n1 2\n3 1/0", ["line 3: '1/0' divides by zero", "a payoff"]),
        (PROLOGUE + "{ 2 1 }\n1 2\nnan 1", ["line 3: 'nan'", "a payoff"]),
        (PROLOGUE + "{ 2 1 }\n1 2 3 1e99999", ["exponent beyond"]),
        (PROLOGUE + '{ 2 1 } { { "x" 1 } } 0 0', ["2 entries of an outcome", "a quoted name, then 2 payoffs"]),
        (PROLOGUE + '{ 2 1 }\n{ { "" 1 2 }\n{ "x" 1 y } } 0 0', ["line 3: 'y'", "a payoff"]),
        (PROLOGUE + '{ 2 1 } { { "x" 1 2 } }\n0 2', ["line 2: '2'", "0 to 1"]),
        (PROLOGUE + '{ 2 1 } { { "x" 1 2 } }\n0 1.0', ["'1.0'", "0 to 1"]),
        (PROLOGUE + '{ 2 1 } { { "x" 1 2 } } 0 1 0', ["3 numbers up to the end", "2: an outcome for each"]),
        (PROLOGUE + '{ 2 1 } { { "x" 1 2 }', ["the end of the file", '"{" before an outcome']),
        ('NFG 1 R "t" {' + ' "p"' * 31 + " } { 1 }", ["31 players"]),
    ],
)
def test_refusals_name_the_line(tmp_path, refusal, text, mentions):
    path = tmp_path / "game.nfg"
    path.write_text(text)
    message = refusal(path)
    for mention in mentions:
        assert mention in message


def test_text_in_another_encoding_is_refused(tmp_path, refusal):
    (tmp_path / "game.nfg").write_bytes('NFG 1 R "é"'.encode("latin-1"))
    assert "byte 9 is 0xe9, which is not UTF-8" in refusal(tmp_path / "game.nfg")


def test_files_are_games_on_the_command_line(tmp_path, mpgcert, answer):
    path = tmp_path / "hunt.nfg"
    assert mpgcert("games", "show", "stag-hunt", "-o", path)[0] == 0
    assert load(path).fingerprint == builtin("stag-hunt").fingerprint
    path.rename(tmp_path / "hunt")
    assert resolve(str(tmp_path / "hunt")).name == resolve(tmp_path / "hunt").name == "stag-hunt"
    status, document = answer("check", tmp_path / "hunt")
    assert status == 1  # rewards are not in [0, 1]
    assert document["game"]["fingerprint"] == builtin("stag-hunt").fingerprint
    assert document["facts"]["potential_class"]["kind"] == "exact"
    assert "as a one-shot game: an exact potential game" in mpgcert("check", tmp_path / "hunt")[1]


@pytest.mark.parametrize(
    ("name", "mentions"),
    [
        ("leonardos2021-congestion", ["2 states and discount", "all that a .nfg file can hold"]),
        ("hambly2021-section-5.1", ["a linear-quadratic game"]),
    ],
)
def test_what_the_format_cannot_hold_is_refused(tmp_path, refusal, name, mentions):
    message = refusal(tmp_path / "game.nfg", lambda path: write(builtin(name), path))
    assert all(mention in message for mention in mentions)
    assert list(tmp_path.iterdir()) == []


def test_a_certificate_speaks_of_a_gambit_file(tmp_path, mpgcert):
    path = tmp_path / "hunt.nfg"
    write(builtin("stag-hunt"), path)
    mpgcert("check", path, "--certificates", tmp_path / "proofs")
    index = json.loads((tmp_path / "proofs" / "index.json").read_text())
    assert index
    status, out, _ = mpgcert("verify", tmp_path / "proofs" / "zhang2022.definition-2.json", "--game", path)
    assert (status, "accepted" in out) == (0, True)


def test_thirty_players_are_read_and_a_payoff_of_thousands_of_digits():
    one = read('NFG 1 R "t" {' + ' "p"' * 30 + " } {" + " 1" * 30 + " }" + " 7" * 30)
    assert one.n_players == 30
    assert one.rewards[(29, 0, *[0] * 30)] == 7
    digits = "9" * 5000
    assert read(f'NFG 1 R "t" {{ "A" }} {{ 1 }} {digits[:300]}').rewards[0, 0, 0] == int(digits[:300])
    with pytest.raises(InvalidInput, match="at most 1e300"):
        read(f'NFG 1 R "t" {{ "A" }} {{ 1 }} {digits}')
