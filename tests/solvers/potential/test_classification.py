"""Games of the literature and drawn games, classified as brute force says."""

from fractions import Fraction

import numpy as np
import pytest
from potential_kinds import has_positive_solution, kind_by_brute_force

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin
from mpgcert.games.nfg import dump_nfg, parse_nfg
from mpgcert.solvers.potential import classify

# Two-player games by rows of payoff pairs, from their sources.
LITERATURE = {
    # Luce and Raiffa (1957), Games and Decisions, chapter 5: the prisoner's dilemma and the battle of the sexes
    "prisoner's dilemma": ([[(9, 9), (0, 10)], [(10, 0), (1, 1)]], "exact"),
    "battle of the sexes": ([[(2, 1), (-1, -1)], [(-1, -1), (1, 2)]], "exact"),
    # coordination with unequal stakes: D u_1 = 5, D u_2 = 4
    "unequal stakes": ([[(3, 2), (0, 0)], [(0, 0), (2, 2)]], "weighted"),
    "unequal stakes of three": (
        [[(6, 2), (0, 0), (0, 0)], [(0, 0), (3, 1), (0, 0)], [(0, 0), (0, 0), (9, 3)]],
        "weighted",
    ),
    "diagonal": ([[(3, 2), (0, 0), (0, 0)], [(0, 0), (2, 2), (0, 0)], [(0, 0), (0, 0), (1, 4)]], "ordinal"),
    # Monderer and Shapley (1996), Potential Games, section 2: finite improvement property without an ordinal potential
    "finite improvement": ([[(1, 0), (2, 0)], [(2, 0), (0, 1)]], "generalised-ordinal"),
    "matching pennies": ([[(1, -1), (-1, 1)], [(-1, 1), (1, -1)]], "none"),
    "inspection": ([[(2, 0), (0, 1)], [(0, 1), (1, 0)]], "none"),
    "chicken": ([[(0, 0), (-1, 1)], [(1, -1), (-100, -100)]], "exact"),
    # Claus and Boutilier (1998), The Dynamics of Reinforcement Learning in Cooperative Multiagent Systems
    "climbing": ([[(x, x) for x in row] for row in [(11, -30, 0), (-30, 7, 6), (0, 0, 5)]], "exact"),
    "penalty": ([[(x, x) for x in row] for row in [(10, 0, "-1/3"), (0, 2, 0), ("-1/3", 0, 10)]], "exact"),
    # Shapley (1964), Some Topics in Two-Person Games: fictitious play cycles
    "Shapley": ([[(1, 0), (0, 0), (0, 1)], [(0, 1), (1, 0), (0, 0)], [(0, 0), (0, 1), (1, 0)]], "none"),
    "constant sum": ([[(x, 10 - x) for x in row] for row in [(1, 2, 3), (4, 5, 6), (7, 8, 9)]], "exact"),
    "stag hunt in decimals": ([[("0.4", "0.4"), (0, "0.3")], [("0.3", 0), ("0.3", "0.3")]], "exact"),
}


def exact(payoffs):
    return np.vectorize(Fraction, otypes=[object])(np.array(payoffs, dtype=object))


def test_the_independent_computation_knows_weights():
    one, two = Fraction(1), Fraction(2)
    assert has_positive_solution([[one, -two]], [[one, 0], [0, one]])
    assert not has_positive_solution([[one, two]], [[one, 0], [0, one]])
    assert not has_positive_solution([[one, -two], [one, -one]], [[one, 0], [0, one]])


@pytest.mark.parametrize(("rows", "kind"), LITERATURE.values(), ids=LITERATURE)
def test_games_of_the_literature(rows, kind):
    u = np.moveaxis(exact(rows), -1, 0)
    game = MarkovGame.of(rewards=[[table.tolist()] for table in u])
    stage = classify(game)
    assert stage.kind == kind == kind_by_brute_force(u)
    assert stage.verify(game)
    assert classify(parse_nfg(dump_nfg(game).encode(), "stem")).to_dict() == stage.to_dict()


@pytest.mark.parametrize("seed", range(25))
def test_drawn_games_of_three_players(seed):
    rng = np.random.default_rng(seed)
    sizes = (2, 2, 2) if seed % 2 else (2, 3, 2)
    common = rng.integers(0, 3, size=sizes)
    own = [
        rng.integers(1, 3) * common + rng.integers(0, 4, size=[1 if j == i else k for j, k in enumerate(sizes)])
        for i in range(3)
    ]
    if seed % 5 == 0:
        own[0] = rng.integers(0, 3, size=sizes)
    u = np.array([[Fraction(int(x)) for x in table.ravel()] for table in own], dtype=object).reshape(3, *sizes)
    game = MarkovGame.of(rewards=[[table.tolist()] for table in u])
    stage = classify(game)
    assert stage.kind == kind_by_brute_force(u)
    assert stage.verify(game)


def test_evidence_of_another_game_is_refused():
    kinds = {name: classify(builtin(name)) for name in ("stag-hunt", "matching-pennies", "battle-of-the-sexes")}
    for name, stage in kinds.items():
        assert [other for other in kinds if stage.verify(builtin(other))] == [name]


def test_games_of_several_states_are_sent_elsewhere():
    with pytest.raises(InvalidInput, match="2 states; expected a one-shot game; classify_stages"):
        classify(builtin("leonardos2021-congestion"))
