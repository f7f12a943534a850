from fractions import Fraction
from itertools import combinations, product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame
from mpgcert.solvers.potential import classify_stage, classify_stages, improvement


def bimatrix(*rows):
    cells = np.array(rows, dtype=int)
    return MarkovGame.of(rewards=np.moveaxis(cells, -1, 0)[:, None])


def max_cut(weights):
    """Each player earns the weights of the own edges that are cut."""
    side = np.indices((2, 2, 2))
    own = [sum(w * (side[i] != side[j]) for (i, j), w in weights.items() if k in (i, j)) for k in range(3)]
    return MarkovGame.of(rewards=np.stack(own)[:, None])


# Classifications of these Gambit games are in the literature or were computed there exactly.
KNOWN = {
    "prisoners' dilemma": (bimatrix([(9, 9), (0, 10)], [(10, 0), (1, 1)]), "exact"),
    "battle of the sexes": (bimatrix([(3, 2), (0, 0)], [(0, 0), (2, 3)]), "exact"),
    "coord2": (bimatrix([(3, 2), (0, 0)], [(0, 0), (2, 2)]), "weighted"),
    "coord3": (bimatrix([(3, 2), (0, 0), (0, 0)], [(0, 0), (2, 2), (0, 0)], [(0, 0), (0, 0), (1, 4)]), "ordinal"),
    "Monderer-Shapley 1996": (bimatrix([(1, 0), (2, 0)], [(2, 0), (0, 1)]), "generalised-ordinal"),
    "matching pennies": (bimatrix([(1, -1), (-1, 1)], [(-1, 1), (1, -1)]), "none"),
    "2x2": (bimatrix([(2, 0), (0, 1)], [(0, 1), (1, 0)]), "none"),
    "climbing": (
        bimatrix([(11, 11), (-30, -30), (0, 0)], [(-30, -30), (7, 7), (6, 6)], [(0, 0), (0, 0), (5, 5)]),
        "exact",
    ),
    "local max cut": (max_cut({(0, 1): 2, (0, 2): -1, (1, 2): 2}), "exact"),
    "zero": (bimatrix([(0, 0), (0, 0)], [(0, 0), (0, 0)]), "exact"),
}


@pytest.mark.parametrize("name", KNOWN)
def test_known_games(name):
    game, kind = KNOWN[name]
    assert classify_stage(game, 0).kind == kind


def test_weights_of_coord2():
    w = classify_stage(KNOWN["coord2"][0], 0).weighted.weights
    assert w[0] / w[1] == Fraction(5, 4)


def unilateral(sizes):
    for a in product(*map(range, sizes)):
        for i, size in enumerate(sizes):
            for x in set(range(size)) - {a[i]}:
                yield i, a, (*a[:i], x, *a[i + 1 :])


def draw_payoffs(data):
    sizes = data.draw(st.sampled_from([(2, 2), (3, 2), (3, 3), (2, 2, 2), (2, 1, 3)]))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    u = rng.integers(0, data.draw(st.sampled_from([2, 3, 30])), size=(len(sizes), *sizes))
    if data.draw(st.booleans()):
        u[:] = u[0]
        for i in range(len(sizes)):
            u[i] = rng.integers(1, 4) * u[i] + rng.integers(
                0, 5, size=[1 if j == i else k for j, k in enumerate(sizes)]
            )
    return u


@given(st.data())
def test_verdicts_against_the_definitions(data):
    u = draw_payoffs(data)
    stage = classify_stage(MarkovGame.of(rewards=u[:, None]), 0)
    moves = list(unilateral(u.shape[1:]))
    checks = {
        "exact": lambda phi, i, a, b: u[i][b] - u[i][a] == phi[b] - phi[a],
        "weighted": lambda phi, i, a, b: u[i][b] - u[i][a] == stage.weighted.weights[i] * (phi[b] - phi[a]),
        "ordinal": lambda phi, i, a, b: (u[i][b] > u[i][a]) == (phi[b] > phi[a]),
        "generalised_ordinal": lambda phi, i, a, b: u[i][b] <= u[i][a] or phi[b] > phi[a],
    }
    holds = [getattr(stage, name).holds for name in checks]
    assert holds == sorted(holds)  # each kind implies the next
    for name, check in checks.items():
        verdict = getattr(stage, name)
        if verdict.holds:
            assert all(check(verdict.potential, *move) for move in moves)
    if stage.weighted.holds:
        assert all(w > 0 for w in stage.weighted.weights)


@given(st.data())
def test_refusals_carry_evidence(data):
    u = draw_payoffs(data)
    stage = classify_stage(MarkovGame.of(rewards=u[:, None]), 0)

    def differences(square):
        i, j = square.players
        moved = [list(square.corner) for _ in range(3)]
        moved[0][i] = moved[2][i] = square.moved[0]
        moved[1][j] = moved[2][j] = square.moved[1]
        a, b, ab = map(tuple, moved)
        return tuple(int(u[k][ab] - u[k][a] - u[k][b] + u[k][square.corner]) for k in (i, j))

    for square in (*stage.exact.squares, *stage.weighted.squares):
        assert differences(square) == square.differences
    if not stage.exact.holds:
        (square,) = stage.exact.squares
        assert square.differences[0] != square.differences[1]
    if not stage.weighted.holds:
        squares = stage.weighted.squares
        if len(squares) == 1:  # signs that no positive weights reconcile
            assert np.sign(float(squares[0].differences[0])) != np.sign(float(squares[0].differences[1]))
        else:  # the ratios along the players' cycle do not multiply to 1, in whatever direction each is read
            ratios = {q: q.differences[0] / q.differences[1] for q in squares}
            graph = nx.MultiGraph((*q.players, {"ratio": r}) for q, r in ratios.items())
            assert all(degree == 2 for _, degree in graph.degree)
            around = Fraction(1)
            for a, b, key in nx.eulerian_circuit(graph, keys=True):
                ratio = graph.edges[a, b, key]["ratio"]
                around *= ratio if a < b else 1 / ratio
            assert around != 1
    for verdict, strict in ((stage.ordinal, False), (stage.generalised_ordinal, True)):
        gains = []
        for a, b in zip(verdict.cycle, (*verdict.cycle[1:], *verdict.cycle[:1])):
            (i,) = (k for k in range(len(u)) if a[k] != b[k])
            gains.append(u[i][b] - u[i][a])
        if not verdict.holds:
            assert min(gains) >= int(strict)
            assert gains[0] > 0


@given(st.data())
def test_ordinal_kinds_against_networkx(data):
    u = draw_payoffs(data)
    stage = classify_stage(MarkovGame.of(rewards=u[:, None]), 0)
    weak, strict = nx.DiGraph(), nx.DiGraph()
    for i, a, b in unilateral(u.shape[1:]):
        if u[i][b] >= u[i][a]:
            weak.add_edge(a, b)
        if u[i][b] > u[i][a]:
            strict.add_edge(a, b)
    part = {node: k for k, nodes in enumerate(nx.strongly_connected_components(weak)) for node in nodes}
    assert stage.ordinal.holds == all(part[a] != part[b] for a, b in strict.edges)
    assert stage.generalised_ordinal.holds == nx.is_directed_acyclic_graph(strict)


def test_weights_that_contradict_around_three_players():
    # Pairwise ratios 2, 2 and 2: each pair has weights, all three together do not.
    a = np.indices((2, 2, 2))
    products = {(i, j): a[i] * a[j] for i, j in combinations(range(3), 2)}
    u = np.stack(
        [
            2 * products[0, 1] + 2 * products[0, 2],
            products[0, 1] + 2 * products[1, 2],
            products[0, 2] + products[1, 2],
        ]
    )
    verdict = classify_stage(MarkovGame.of(rewards=u[:, None]), 0).weighted
    assert {q.players for q in verdict.squares} == {(0, 1), (0, 2), (1, 2)}


def test_every_state_is_classified(planted):
    assert [stage.state for stage in classify_stages(planted(3, (2, 2), 0, still=True))] == [0, 1, 2]


def test_large_numbers_are_exact():
    big = 2**61
    cells = [[(big + 3, 2), (0, 0)], [(0, 0), (-big, 2)]]
    game = MarkovGame.of(rewards=np.moveaxis(np.array(cells, dtype=object), -1, 0)[:, None].tolist())
    stage = classify_stage(game, 0)
    assert stage.exact.squares[0].differences == (3, 4)
    assert stage.weighted.weights == (1, Fraction(4, 3))


def test_too_many_changes_are_refused(monkeypatch):
    monkeypatch.setattr(improvement, "MAX_EDGES", 3)
    with pytest.raises(TooLarge, match="unilateral changes"):
        classify_stage(KNOWN["coord2"][0], 0)
