"""Game files: exact round trips, exact decimals, sparse and inexact kernels, names, policies."""

import json
import os
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import ExactArray, format_fraction, parse_number
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, SparseKernel, load, to_document, write
from mpgcert.games.builtin import builtin

NAMES = st.text(min_size=1, max_size=8).filter(lambda text: text.isprintable())
SUFFIXES = pytest.mark.parametrize("suffix", ["json", "npz"])


def same(left, right):
    """Whether two games agree in everything that a file carries."""
    return left.fingerprint == right.fingerprint and all(
        getattr(left, key) == getattr(right, key)
        for key in ("name", "discount", "initial", "rewards", "states", "players", "actions", "notes", "is_sparse")
    )


def sparsely(game):
    return MarkovGame.of(
        rewards=game.rewards,
        transition=game.sparse_kernel,
        discount=game.discount,
        initial=game.initial,
        name=game.name,
    )


@SUFFIXES
@given(st.data())
def test_round_trips_are_exact(tmp_path_factory, suffix, data):
    path = tmp_path_factory.mktemp("round") / f"game.{suffix}"
    game = data.draw(strategies.games(unit_rewards=False))
    if data.draw(st.booleans()):
        game = MarkovGame.of(
            rewards=game.rewards,
            transition=game.sparse_kernel if data.draw(st.booleans()) else game.transition,
            discount=game.discount,
            initial=game.initial,
            name=data.draw(NAMES),
            states=[data.draw(NAMES) for _ in range(game.n_states)],
            players=[data.draw(NAMES) for _ in range(game.n_players)],
            actions=[[data.draw(NAMES) for _ in range(count)] for count in game.n_actions],
            notes={"experiment": {"step_size": 5, "regularization": "0.003"}, "list": ["a", None, True]},
        )
    write(game, path)
    assert same(load(path), game)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@given(st.lists(st.fractions(), min_size=1, max_size=6), st.integers(0, 10**30))
def test_numbers_of_any_size_survive(tmp_path_factory, values, shift):
    folder = tmp_path_factory.mktemp("numbers")
    game = MarkovGame.of(rewards=[[[value * 10**25 + Fraction(1, shift + 1) for value in values]]])
    for suffix in ("json", "npz"):
        write(game, folder / f"game.{suffix}")
        assert load(folder / f"game.{suffix}").rewards == game.rewards


@SUFFIXES
def test_numbers_of_thousands_of_digits_survive(tmp_path, suffix):
    values = [Fraction(10**6000 + 1, 10**5990), Fraction(1, 3**10000), Fraction(-(7**6000), 10**5000), Fraction(2**80)]
    game = MarkovGame.of(rewards=[[values]])
    write(game, tmp_path / f"game.{suffix}")
    assert load(tmp_path / f"game.{suffix}").rewards.fractions() == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.1", Fraction(1, 10)),
        ("1e-3", Fraction(1, 1000)),
        ('"1/3"', Fraction(1, 3)),
        ('"-2/6"', Fraction(-1, 3)),
        ("2.5E+2", Fraction(250)),
        ("-0.0", Fraction(0)),
        ('".5"', Fraction(1, 2)),
        ("0.123456789012345678901234567891", Fraction(123456789012345678901234567891, 10**30)),
        ("123456789012345678901234567890", Fraction(123456789012345678901234567890)),
        ("0.30000000000000004", Fraction(30000000000000004, 10**17)),
    ],
)
def test_decimals_are_read_as_they_are_written(tmp_path, text, value):
    path = tmp_path / "game.json"
    path.write_text(f'{{"kind": "matrix-game", "payoffs": [[{text}, 0]]}}')
    assert load(path).rewards[0, 0, 0] == value


@given(st.fractions() | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_texts_of_numbers_read_back(value):
    exact = Fraction(value)
    assert parse_number(format_fraction(exact)) == exact
    assert parse_number(str(value)) == exact


def test_a_double_means_its_shortest_decimal(tmp_path):
    np.savez(tmp_path / "game.npz", kind="matrix-game", common_payoff=np.array([[0.1, 1 / 3], [1e-7, -2.5]]))
    expected = [Fraction(1, 10), Fraction(3333333333333333, 10**16), Fraction(1, 10**7), Fraction(-5, 2)]
    assert load(tmp_path / "game.npz").rewards[1].fractions() == expected


def test_npz_numbers_may_be_strings_or_pairs_of_any_size(tmp_path):
    big = 10**40
    np.savez(tmp_path / "a.npz", kind="matrix-game", payoffs=np.array([["1/3", "0.25", str(big)]]))
    np.savez(
        tmp_path / "b.npz",
        kind="matrix-game",
        payoffs_numerator=np.array([["4", "3", str(12 * big)]]),
        payoffs_denominator="12",
        name="b",
    )
    np.savez(tmp_path / "c.npz", kind="matrix-game", payoffs=np.array([[2**64 - 1, 0]], dtype=np.uint64))
    assert load(tmp_path / "a.npz").rewards == load(tmp_path / "b.npz").rewards
    assert load(tmp_path / "c.npz").rewards.max() == 2**64 - 1
    assert load(tmp_path / "c.npz").name == "c"


@given(strategies.games(), st.randoms(use_true_random=False))
def test_sparse_entries_in_any_order_mean_the_dense_kernel(tmp_path_factory, game, random):
    folder = tmp_path_factory.mktemp("sparse")
    document = to_document(sparsely(game))
    entries = document["transition"]["sparse"]
    zero = next(
        ([*place, 0] for place in np.argwhere(game.dense_kernel().numerator == 0).tolist()),
        None,
    )
    if zero:
        entries.append(zero)
    random.shuffle(entries)
    (folder / "game.json").write_text(json.dumps(document))
    loaded = load(folder / "game.json")
    assert loaded.is_sparse
    assert loaded.fingerprint == game.fingerprint
    assert loaded.dense_kernel() == game.dense_kernel()


def test_only_large_and_mostly_empty_kernels_are_held_sparse(tmp_path):
    n_states = 330
    kernel = np.zeros((n_states, 1, n_states), dtype=np.int64)
    kernel[np.arange(n_states), 0, (np.arange(n_states) + 1) % n_states] = 1
    cycle = MarkovGame.of(rewards=np.zeros((1, n_states, 1), dtype=np.int64), transition=kernel, discount="0.5")
    assert cycle.is_sparse
    assert cycle.dense_kernel() == ExactArray.of_integers(kernel)
    full = MarkovGame.of(
        rewards=np.zeros((1, n_states, 1), dtype=np.int64),
        transition=ExactArray.of_integers(np.ones_like(kernel), n_states),
    )
    small = MarkovGame.of(rewards=np.zeros((1, 3, 1), dtype=np.int64), transition=np.eye(3, dtype=int)[:, None])
    assert not full.is_sparse
    assert not small.is_sparse
    np.savez(
        tmp_path / "cycle.npz",
        kind="markov-game",
        discount=0.5,
        initial=["1"] + ["0"] * (n_states - 1),
        common_reward=np.zeros((n_states, 1)),
        transition=kernel,
    )
    assert load(tmp_path / "cycle.npz").sparse_kernel == cycle.sparse_kernel


@given(st.data())
def test_inexact_rows_are_completed_on_their_largest_entry(data):
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    S = data.draw(st.integers(1, 6))
    kernel = rng.dirichlet(np.full(S, 0.5), size=(S, 2))
    initial = rng.dirichlet(np.ones(S))
    exact = ExactArray.parse(kernel, "transition")
    rewards = np.zeros((1, S, 2))
    game = MarkovGame.of(rewards=rewards, transition=kernel, initial=initial, inexact=True)
    sparse = MarkovGame.of(rewards=rewards, transition=SparseKernel.of_dense(exact), initial=initial, inexact=True)
    assert sparse.fingerprint == game.fingerprint
    assert game.notes == sparse.notes
    assert "floating point" in game.notes["inexact"]
    completed = np.array(game.dense_kernel().fractions(), dtype=object).reshape(-1, S)
    given_rows = np.array(exact.fractions(), dtype=object).reshape(-1, S)
    for row, before in zip(completed, given_rows):
        assert sum(row) == 1
        moved = np.flatnonzero(row != before)
        assert len(moved) == 0 or moved.tolist() == [max(range(S), key=lambda k: before[k])]
    if any(sum(row) != 1 for row in given_rows):
        with pytest.raises(InvalidInput, match='"inexact": true'):
            MarkovGame.of(rewards=rewards, transition=kernel)


@pytest.mark.parametrize(("off", "accepted"), [("1e-9", True), ("-1e-9", True), ("1.0001e-9", False)])
def test_the_limit_of_inexact_rows_is_exact(off, accepted):
    row = [[Fraction(1, 2), Fraction(1, 2) + Fraction(off)]]
    data = {"rewards": [[[0], [0]]], "transition": [row, [["0", "1"]]], "inexact": True}
    if accepted:
        game = MarkovGame.of(**data)
        assert sum(game.dense_kernel()[0].fractions()) == 1
        assert "1 of 2 rows" in game.notes["inexact"]
    else:
        with pytest.raises(InvalidInput, match=r"transition\[0\]\[0\]: sums to .* within 1e-09"):
            MarkovGame.of(**data)


def test_inexact_files(tmp_path):
    third = 1 / 3
    game = {"kind": "markov-game", "discount": 0.9, "initial": [third] * 3, "common_reward": [[0, 1]] * 3}
    game["transition"] = [[[third, third, third], [0.1, 0.2, 0.7]]] * 3
    (tmp_path / "game.json").write_text(json.dumps(game | {"inexact": True}))
    np.savez(tmp_path / "game.npz", **game, inexact=True)
    loaded = load(tmp_path / "game.json")
    assert loaded.fingerprint == load(tmp_path / "game.npz").fingerprint
    assert "transition: 3 of 6 rows" in loaded.notes["inexact"]
    assert "initial: 1 of 1 rows" in loaded.notes["inexact"]
    assert loaded.initial.fractions() == [Fraction(3333333333333334, 10**16), *[Fraction(3333333333333333, 10**16)] * 2]


def test_files_are_readable_by_people(tmp_path):
    write(builtin("zhang2022-figure-1"), tmp_path / "game.json")
    lines = (tmp_path / "game.json").read_text().splitlines()
    assert '  "common_payoff": [[-1, 0.14], [0.16, 0.15], [0.2, -1]],' in lines
    write(builtin("random-game"), tmp_path / "game.json")
    assert max(map(len, (tmp_path / "game.json").read_text().splitlines())) < 120


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "game.json"
    write(builtin("stag-hunt"), path)
    before = path.read_bytes()

    def fail(*_):
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(InvalidInput, match="no space"):
        write(builtin("climbing"), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_byte_order_mark_and_other_suffixes_are_fine(tmp_path):
    game = builtin("stag-hunt")
    for suffix in ("json", "npz"):
        write(game, tmp_path / f"game.{suffix}")
        (tmp_path / f"{suffix}-content").write_bytes((tmp_path / f"game.{suffix}").read_bytes())
        assert same(load(tmp_path / f"{suffix}-content"), game)
    marked = tmp_path / "marked.json"
    marked.write_bytes(b"\xef\xbb\xbf" + (tmp_path / "game.json").read_bytes())
    assert same(load(marked), game)
