"""Gambit's own example games, and games of the literature through Gambit's files, against another way to classify.

The independent computation knows none of the theorems behind `classify`: potentials are unknowns of a linear system
(exact and weighted), and improvement cycles are looked for by walking the graph of unilateral changes.
"""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame
from mpgcert.games.builtin import builtin
from mpgcert.games.nfg import dump_nfg, parse_nfg
from mpgcert.solvers.potential import classify

pygambit = pytest.importorskip("pygambit", reason="make gambit")
pytest.importorskip("pygambit.catalog")

# The strongest potential of every game in Gambit's catalogue; trees by their reduced strategic form.
CATALOGUE = {
    "books/myerson1991/fig2_1": "none",
    "books/myerson1991/fig4_2": "none",
    "books/shohamleytonbrown2008/fig5_1": "generalised-ordinal",
    "books/shohamleytonbrown2008/fig5_10": "ordinal",
    "books/shohamleytonbrown2008/fig5_11": "exact",
    "books/shohamleytonbrown2008/fig5_12": "ordinal",
    "books/shohamleytonbrown2008/fig5_15": "ordinal",
    "books/shohamleytonbrown2008/fig5_2": "none",
    "books/shohamleytonbrown2008/fig5_9": "generalised-ordinal",
    "books/shohamleytonbrown2008/fig6_2": "none",
    "books/shohamleytonbrown2008/fig6_8": "none",
    "books/vonstengel2022/fig10.1": "none",
    "books/vonstengel2022/fig10.12": "generalised-ordinal",
    "books/vonstengel2022/fig10.5": "none",
    "books/vonstengel2022/fig10.7": "none",
    "books/watson2013/exercise29_6": "generalised-ordinal",
    "books/watson2013/fig29_1": "generalised-ordinal",
    "conf/itcs/jakobsen2016/fig1a": "exact",
    "conf/itcs/jakobsen2016/fig1b": "exact",
    "conf/itcs/jakobsen2016/fig1c": "exact",
    "conf/itcs/jakobsen2016/fig3": "none",
    "journals/geb/bagwell1995": "none",
    "journals/geb/gilboa1997/fig1": "exact",
    "journals/geb/gilboa1997/fig2": "exact",
    "journals/geb/wichardt2008": "none",
    "journals/ijgt/nau2004/sec3": "exact",
    "journals/ijgt/nau2004/sec4": "none",
    "journals/ijgt/nau2004/sec5": "generalised-ordinal",
    "journals/ijgt/nau2004/sec6": "none",
    "journals/ijgt/selten1975/fig1": "generalised-ordinal",
    "journals/ijgt/selten1975/fig2": "generalised-ordinal",
    "journals/ijgt/selten1975/fig3": "generalised-ordinal",
    "journals/mor/vonstengelforges2008/fig1": "none",
    "journals/mor/vonstengelforges2008/fig6": "exact",
    "journals/mor/vonstengelforges2008/fig9": "exact",
    "journals/other/reiley2008/fig1": "none",
    "journals/other/shapley1974/fig2": "generalised-ordinal",
    "journals/other/shapley1974/fig3": "generalised-ordinal",
}

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


def from_catalogue(slug):
    return pygambit.catalog.load(slug)


def from_literature(name):
    cells = np.array(LITERATURE[name][0], dtype=object)
    tables = [np.vectorize(pygambit.Rational, otypes=[object])(cells[..., i]) for i in range(2)]
    return pygambit.Game.from_arrays(*tables, title=name)


GAMES = [(from_catalogue, slug, kind) for slug, kind in CATALOGUE.items()]
GAMES += [(from_literature, name, kind) for name, (_, kind) in LITERATURE.items()]


def payoffs_in(game):
    """Fractions [n, A_1, ..., A_n] as pygambit answers them."""
    return np.array(
        [[Fraction(str(value)) for value in own.ravel()] for own in game.to_arrays()], dtype=object
    ).reshape(len(game.players), *(len(player.strategies) for player in game.players))


def unilateral(sizes):
    for a in product(*map(range, sizes)):
        for i, size in enumerate(sizes):
            for x in range(size):
                if x != a[i]:
                    yield i, a, (*a[:i], x, *a[i + 1 :])


def kind_by_brute_force(u):
    moves = list(unilateral(u.shape[1:]))
    if weighted_potential_exists(u, moves, equal=True):
        return "exact"
    if weighted_potential_exists(u, moves, equal=False):
        return "weighted"
    weak = {(a, b) for i, a, b in moves if u[i][b] >= u[i][a]}
    strict = {(a, b) for i, a, b in moves if u[i][b] > u[i][a]}
    if not any(a in reachable(b, weak) for a, b in strict):
        return "ordinal"
    return "none" if any(a in reachable(b, strict) for a, b in strict) else "generalised-ordinal"


def reachable(start, edges):
    following = {}
    for a, b in edges:
        following.setdefault(a, []).append(b)
    seen, stack = {start}, [start]
    while stack:
        for b in following.get(stack.pop(), ()):
            if b not in seen:
                seen.add(b)
                stack.append(b)
    return seen


def weighted_potential_exists(u, moves, equal):
    """Whether v_i (u_i(b) - u_i(a)) = phi(b) - phi(a) for all changes has a solution with v > 0 (v = 1 if `equal`)."""
    profiles = list(np.ndindex(u.shape[1:]))
    place = {profile: len(u) + k for k, profile in enumerate(profiles)}
    rows = []
    for i, a, b in moves:
        if a < b:
            row = {i: u[i][b] - u[i][a], place[b]: Fraction(-1), place[a]: Fraction(1)}
            rows.append({k: value for k, value in row.items() if value})
    # eliminate phi: what remains are equations for v alone
    equations = []
    for column in sorted(place.values(), reverse=True):
        pivot = next((row for row in rows if column in row), None)
        if pivot is None:
            continue
        rows = [reduced(row, pivot, column) for row in rows if row is not pivot]
    equations = [[row.get(i, Fraction(0)) for i in range(len(u))] for row in rows if row]
    if equal:
        return all(sum(equation) == 0 for equation in equations)
    halfspaces = [[Fraction(int(i == j)) for j in range(len(u))] for i in range(len(u))]
    return has_positive_solution(equations, halfspaces)


def reduced(row, pivot, column):
    if column not in row:
        return row
    factor = row[column] / pivot[column]
    out = {k: row.get(k, 0) - factor * pivot.get(k, 0) for k in row.keys() | pivot.keys()}
    return {k: value for k, value in out.items() if value}


def has_positive_solution(equations, positive):
    """Whether some v has e v = 0 for all equations and h v > 0 for all h: substitution, then Fourier-Motzkin."""
    for column in range(len(positive[0])):
        pivot = next((e for e in equations if e[column]), None)
        if pivot is not None:
            equations, positive = (
                [[x - row[column] / pivot[column] * y for x, y in zip(row, pivot)] for row in rows if row is not pivot]
                for rows in (equations, positive)
            )
            continue
        above = [h for h in positive if h[column] > 0]
        below = [h for h in positive if h[column] < 0]
        positive = [h for h in positive if h[column] == 0]
        positive += [[x / p[column] - y / q[column] for x, y in zip(p, q)] for p in above for q in below]
    return not positive


def test_the_independent_computation_knows_weights():
    one, two = Fraction(1), Fraction(2)
    assert has_positive_solution([[one, -two]], [[one, 0], [0, one]])
    assert not has_positive_solution([[one, two]], [[one, 0], [0, one]])
    assert not has_positive_solution([[one, -two], [one, -one]], [[one, 0], [0, one]])


def test_the_catalogue_is_all_there():
    assert set(CATALOGUE) == set(pygambit.catalog.games()["Game"])
    assert len(CATALOGUE) >= 20


@pytest.mark.parametrize(("source", "name", "kind"), GAMES, ids=[name for _, name, _ in GAMES])
def test_games_are_read_and_classified_as_the_independent_computation_says(source, name, kind):
    theirs = source(name)
    game = parse_nfg(theirs.to_nfg().encode(), "stem")
    payoffs = payoffs_in(theirs)
    assert [game.rewards[i, 0].fractions() for i in range(game.n_players)] == [list(own.ravel()) for own in payoffs]
    stage = classify(game)
    assert stage.kind == kind == kind_by_brute_force(payoffs)
    assert stage.verify(game)
    assert classify(parse_nfg(dump_nfg(game).encode(), "stem")).to_dict() == stage.to_dict()


def test_both_forms_of_the_format_are_among_them():
    texts = {slug: from_catalogue(slug).to_nfg() for slug in CATALOGUE}
    outcome_form = {slug for slug, text in texts.items() if '\n{\n{ "' in text}
    assert 6 <= len(outcome_form) < len(texts)


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
