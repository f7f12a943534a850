"""Stochastic games in sgamesolver's arrays and tables: the same game either way, endings, and refusals by line."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import format_fraction
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame, load
from mpgcert.games.sgamesolver_table import parse_table


def arrays_of(game):
    """payoff_matrices, transition_matrices of sgamesolver."""
    payoffs = [game.rewards[:, s].to_nested() for s in range(game.n_states)]
    return payoffs, game.dense_kernel().to_nested()


def table_of(game, listed):
    """The game as sgamesolver would have it written, with successors in one column (`listed`) or in one each."""
    players = [f"p{i}" for i in range(game.n_players)]
    states = [f"s{s}" for s in range(game.n_states)]
    columns = ["state", *(f"a_{p}" for p in players), *(f"u_{p}" for p in reversed(players))]
    columns += ["to_state"] if listed else [f"phi_{s}" for s in reversed(states)]
    discounts = [format_fraction(game.discount)] * game.n_players
    lines = [",".join(columns), ",".join(["delta", *[""] * game.n_players, *discounts])]
    kernel = game.dense_kernel()
    for s, state in enumerate(states):
        for joint in np.ndindex(game.n_actions):
            cells = [state, *(f"a{a}" for a in joint)]
            cells += [format_fraction(game.rewards[(i, s, *joint)]) for i in reversed(range(game.n_players))]
            row = [format_fraction(p) for p in kernel[s][joint].fractions()]
            cells += ['"' + ", ".join(f"{t}: {p}" for t, p in zip(states, row)) + '"'] if listed else reversed(row)
            lines.append(",".join(cells))
    return "\n".join(lines)


def with_uniform_start(game):
    return MarkovGame.of(rewards=game.rewards, transition=game.transition, discount=game.discount)


@given(strategies.games(unit_rewards=False), st.booleans())
def test_arrays_and_tables_give_the_game_back(game, listed):
    expected = with_uniform_start(game)
    payoffs, kernels = arrays_of(game)
    discounts = [game.discount] * game.n_players
    assert MarkovGame.from_sgamesolver(payoffs, kernels, discounts).fingerprint == expected.fingerprint
    read = parse_table(table_of(game, listed).encode(), "name")
    assert read.fingerprint == expected.fingerprint
    assert read.players == tuple(f"p{i}" for i in range(game.n_players))
    assert read.actions == tuple(tuple(f"a{a}" for a in range(size)) for size in game.n_actions)
    assert "inexact" not in read.notes


@given(strategies.games(), st.data())
def test_doubles_are_completed_as_inexact_data_are(game, data):
    payoffs = [np.array(game.rewards.to_float()[:, s]) for s in range(game.n_states)]
    kernel = np.random.default_rng(data.draw(st.integers(0, 99))).random(game.kernel_shape)
    kernel /= kernel.sum(axis=-1, keepdims=True)
    ours = MarkovGame.from_sgamesolver(payoffs, list(kernel), 0.95, initial=[1] + [0] * (game.n_states - 1))
    expected = MarkovGame.of(
        rewards=game.rewards.to_float(),
        transition=kernel,
        discount=0.95,
        initial=[1] + [0] * (game.n_states - 1),
        inexact=True,
    )
    assert ours.fingerprint == expected.fingerprint
    rounded = any(sum(map(Fraction, map(str, row.tolist()))) != 1 for row in kernel.reshape(-1, game.n_states))
    assert ("inexact" in ours.notes) == rounded


def value_of_ending_game(payoffs, kernels, discount):
    """Values of one player with one action per state in a game that ends where rows sum to less than 1."""
    (r0, r1), ((a, b), (c, d)) = payoffs, [[discount * p for p in row] for row in kernels]
    determinant = (1 - a) * (1 - d) - b * c
    return [((1 - d) * r0 + b * r1) / determinant, (c * r0 + (1 - a) * r1) / determinant]


@given(st.lists(st.integers(0, 5), min_size=6, max_size=6), st.fractions(0, Fraction(9, 10)))
def test_a_game_that_ends_keeps_its_values(numbers, discount):
    payoffs, rows = numbers[:2], [[Fraction(k, 10) for k in numbers[2:4]], [Fraction(k, 10) for k in numbers[4:]]]
    game = MarkovGame.from_sgamesolver([[[r]] for r in payoffs], [[row] for row in rows], discount)
    ends = any(sum(row) < 1 for row in rows)
    assert game.n_states == 2 + ends
    values = value_of_ending_game(payoffs, rows, discount) + [0] * ends
    kernel = game.dense_kernel()
    for s in range(game.n_states):
        following = sum(kernel[s, 0, t] * values[t] for t in range(game.n_states))
        assert values[s] == game.rewards[0, s, 0] + game.discount * following
    if ends:
        assert game.states == ("0", "1", "end")
        assert game.initial.fractions() == [Fraction(1, 2), Fraction(1, 2), 0]
        assert "end of the game" in game.notes["about"]


def test_a_one_shot_game_of_sgamesolver_is_a_matrix_game():
    game = MarkovGame.from_sgamesolver([np.ones((2, 3, 2))], [np.zeros((3, 2, 1))], 0)
    assert (game.n_states, game.n_actions, game.discount) == (1, (3, 2), 0)
    arrays = [np.ones((2, 3, 2))], [np.zeros((3, 2, 1))], 0
    assert MarkovGame.from_sgamesolver(*arrays, states=["only"], initial=[1]).states == ("only",)
    for wrong in ({"states": ["one", "two"]}, {"initial": [7]}):
        with pytest.raises(InvalidInput):
            MarkovGame.from_sgamesolver(*arrays, **wrong)


TABLE = """state,a_ann,a_bob,u_ann,u_bob,to_state,remark
delta,,,0.9,0.9,,
calm,wait,go,1,1/3,calm,a comment
calm,run,go,2,0,"{calm: 0.25, wild: 0.75}",

wild,run,go,0,-1e-1,wild:1,
wild,wait,go,0,0,,
"""


def test_a_table_as_the_manual_describes_it(tmp_path, answer):
    path = tmp_path / "weather.csv"
    path.write_text("\ufeff" + TABLE.replace("\n", "\r\n"))
    game = load(path)
    assert (game.name, game.states, game.players) == ("weather", ("calm", "wild", "end"), ("ann", "bob"))
    assert game.actions == (("wait", "run"), ("go",))  # the order of the first state, in every state
    assert game.rewards[1, 0].fractions() == [Fraction(1, 3), 0]
    assert game.rewards[1, 1].fractions() == [0, Fraction(-1, 10)]
    kernel = game.dense_kernel()
    assert kernel[0, 1, 0].fractions() == [Fraction(1, 4), Fraction(3, 4), 0]
    assert kernel[1, 0, 0].fractions() == [0, 0, 1]
    assert kernel[2, 1, 0].fractions() == [0, 0, 1]
    status, document = answer("check", path)
    assert status == 1  # rewards below 0
    assert document["game"]["fingerprint"] == game.fingerprint


def test_rounded_decimals_of_a_table_are_completed():
    thirds = TABLE.replace("{calm: 0.25, wild: 0.75}", "calm: 0.33333333333, wild: 0.66666666666")
    game = parse_table(thirds.replace("wild,wait,go,0,0,,", "wild,wait,go,0,0,wild,").encode(), "thirds")
    assert game.n_states == 2
    assert "1 of 4 rows completed" in game.notes["inexact"]


@pytest.mark.parametrize(
    ("old", "new", "mentions"),
    [
        ("state,a_ann", "place,a_ann", ["no column state"]),
        (TABLE, "", ["no column state"]),
        (",u_bob", ",u_carl", ["a_ for ann, bob and u_ for ann, carl", "both for each player"]),
        (",remark", ",u_bob", ["u_bob: 2 columns", "each column once"]),
        ("delta,,,0.9,0.9,,", "", ["0 rows with the state delta"]),
        ("0.9,0.9", "0.9,0.8", ["discount_factors[1]: 0.8", "0.9, as for the first player"]),
        ("0.9,0.9", "1,1", ["discount: 1", "[0, 1)"]),
        ("0.9,0.9", "0.9,", ["u_bob: line 2: '' is not a finite number"]),
        ("calm,run,go,2", "calm,run,go,two", ["u_ann: line 4: 'two'"]),
        ("calm,run,go", "calm,wait,go", ["a_ann: 2 actions in state wild", "1 as in the first state"]),
        ("wild,run,go", "wild,wait,go", ["a_ann: 1 actions in state wild", "2 as in the first state"]),
        (
            "wild,wait,go,0,0,,",
            "wild,wait,go,0,0,,\nwild,run,go,0,0,,",
            ["line 8: run, go in state wild again", "line 6"],
        ),
        ("wild: 0.75", "mild: 0.75", ["to_state: line 4: 'mild: 0.75'", "known states"]),
        ("wild: 0.75", "wild", ["to_state: line 4: 'wild'"]),
        ("wild: 0.75", "wild: much", ["line 4: 'much' is not a finite number"]),
        ("wild: 0.75", "wild: 0.85", ["transition[0][1][0]: sums to 1.1"]),
        ("wild: 0.75", "wild: -0.75", ["-0.75 is negative"]),
        ('"{calm: 0.25, wild: 0.75}"', "calm: 0.25, wild: 0.75", ["line 4: 8 cells", "quote a cell"]),
        ("remark", "phi_calm", ["to_state: given beside phi_ columns"]),
        ("to_state", "phi_mild", ["phi_calm: no such column"]),
        ('0.75}"', "0.75}", ["line", "unexpected end of data"]),
    ],
)
def test_refusals_name_the_column_and_the_line(tmp_path, refusal, old, new, mentions):
    path = tmp_path / "weather.csv"
    assert old in TABLE
    path.write_text(TABLE.replace(old, new))
    message = refusal(path)
    for mention in mentions:
        assert mention in message


@pytest.mark.parametrize(
    ("arguments", "mentions"),
    [
        (([], [], 0), ["payoff_matrices: 0 states"]),
        ((5, [], 0), ["payoff_matrices: 5", "an array for each state"]),
        ((np.array(5), [], 0), ["payoff_matrices: array(5)", "an array for each state"]),
        (([[[1, 2]], [[1]]], [[[1, 0]] * 2, [[0, 1]]], 0.5), ["payoff_matrices[1]: shape [1, 1]", "same numbers"]),
        (([[[[1]]]], [[[1]]], 0.5), ["payoff_matrices[0]: shape [1, 1, 1]", "[n][A_1]...[A_n]"]),
        (([[[1]]] * 2, [[[1, 0]]], 0.5), ["transition_matrices: 1 states", "each of 2 states"]),
        (([[[1]]] * 2, [[[1, 0]], [[1]]], 0.5), ["transition_matrices[1][0]: 1 entries", "2 entries"]),
        (([[[1]]] * 2, [[[1, 0]]] * 2, [0.5, 0.5]), ["discount_factors: 2 entries"]),
        (([[[1]]] * 2, [[[1, "1/2"]]] * 2, 0.5), ["transition[0][0]: sums to 1.5"]),
    ],
)
def test_arrays_that_are_no_game(arguments, mentions):
    with pytest.raises(InvalidInput) as caught:
        MarkovGame.from_sgamesolver(*arguments)
    for mention in mentions:
        assert mention in str(caught.value)
