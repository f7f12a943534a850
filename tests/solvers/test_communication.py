"""Irreducibility and periods against networkx and against powers of Boolean matrices."""

import itertools
import time

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import ExactArray
from mpgcert.claims.analysis import Analysis
from mpgcert.claims.check import check
from mpgcert.claims.properties import decide
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import MarkovGame, SparseKernel
from mpgcert.solvers.communication import chain, communication

NAME = "maheshwari2023.assumption-3.1"


def game_of(maps, initial=None):
    """One player, deterministic moves: maps[a][s] is the next state under action a."""
    moves = np.array(maps).T
    S, A = moves.shape
    return MarkovGame.of(
        rewards=np.zeros((1, S, A), dtype=int), transition=np.eye(S, dtype=int)[moves], discount="0.5", initial=initial
    )


def mixes(graph):
    """A chain is irreducible and aperiodic exactly if some power of its matrix is positive (Wielandt's exponent)."""
    S = len(graph)
    power = np.eye(S, dtype=bool)
    for _ in range(S * S - 2 * S + 2):
        power = power @ graph
    return bool(power.all())


@st.composite
def graphs(draw):
    S = draw(st.integers(1, 7))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    density = draw(st.sampled_from([0.1, 0.25, 0.5]))
    graph = rng.random((S, S)) < density
    if draw(st.booleans()):  # a cycle with few shortcuts, whose period is often above 1
        graph = np.roll(np.eye(S, dtype=bool), 1, axis=1) | (rng.random((S, S)) < 0.05)
    graph[np.arange(S), rng.integers(0, S, size=S)] |= ~graph.any(axis=1)
    return graph


@given(graphs())
def test_a_chain_against_networkx_and_matrix_powers(graph):
    found = chain(*np.nonzero(graph), len(graph))
    oracle = nx.DiGraph(list(zip(*np.nonzero(graph))))
    assert found.is_irreducible == nx.is_strongly_connected(oracle)
    assert found.mixes == mixes(graph)
    if found.is_irreducible:
        assert found.mixes == nx.is_aperiodic(oracle)
        assert found.period == np.gcd.reduce([len(cycle) for cycle in nx.simple_cycles(oracle)])
        source, target = np.nonzero(graph)
        assert ((found.phase[source] + 1) % found.period == found.phase[target]).all()
        assert sorted(itertools.chain(*found.cyclic_classes())) == list(range(len(graph)))
    else:
        inside = np.isin(np.arange(len(graph)), found.closed)
        assert 0 < inside.sum() < len(graph)
        assert not graph[inside][:, ~inside].any()
        assert nx.is_strongly_connected(oracle.subgraph(found.closed.tolist()))


@given(strategies.games(max_players=2, max_states=3), st.booleans())
def test_the_assumption_against_all_joint_actions(game, sparse):
    kernel = game.transition.numerator.reshape(game.n_states, -1, game.n_states) > 0
    each = [mixes(kernel[:, a]) for a in range(game.n_joint_actions)]
    if sparse:
        game = MarkovGame.of(
            rewards=game.rewards,
            transition=SparseKernel.of_dense(game.transition),
            discount=game.discount,
            initial=game.initial,
        )
    found, decision = communication(game), decide("irreducible-joint-action", Analysis.of(game))
    assert (found.witness is not None) == any(each)
    assert found.witness is None or each[found.witness]
    assert found.full_support.mixes == mixes(kernel.any(axis=1))
    assert found.is_decided
    holds = any(each) and game.initial.min() > 0
    assert decision.verdict is (Verdict.HOLDS if holds else Verdict.VIOLATED)
    if any(each):
        played = decision.evidence["joint_action"]
        assert np.ravel_multi_index(played, game.n_actions) == found.witness
        assert found.full_support.mixes


def test_one_action_for_all_states_is_more_than_exploration_needs():
    """Each action has an absorbing state of its own; together they connect everything."""
    game = game_of([[0, 0, 1], [1, 2, 2]])
    result = check(game)
    decision = next(e.decision for e in result.assumptions if e.assumption.id == NAME)
    assert decision.verdict is Verdict.VIOLATED
    assert decision.evidence["full_support_policies"] == {"irreducible_aperiodic": True}
    assert [entry["closed_class"] for entry in decision.evidence["defects"]] == [[0], [2]]
    assert "every state is still visited" in decision.summary


def test_two_periods_make_an_aperiodic_mixture():
    """Cycles of lengths 2 and 3 through state 0: no action alone is aperiodic and irreducible."""
    game = game_of([[1, 0, 1], [1, 2, 0]])
    found = communication(game)
    assert found.witness is None
    assert found.full_support.mixes
    assert {part.period for part in found.tried.values()} == {None, 3}


def test_defects_shared_by_all_joint_actions_need_no_search():
    swap = communication(game_of([[1, 0]] * 5))
    assert swap.is_decided
    assert not swap.tried
    assert swap.full_support.period == 2
    trapped = check(game_of([[0, 0], [0, 1]]))
    evidence = next(e.decision.evidence for e in trapped.assumptions if e.assumption.id == NAME)
    assert evidence["full_support_policies"] == {"irreducible_aperiodic": False, "closed_class": [0]}
    assert evidence["joint_actions_examined"] == 0


def test_initial_states_and_a_single_state():
    assert check(game_of([[0], [0]])).verdict(NAME) is Verdict.HOLDS
    unseen = check(game_of([[1, 0], [0, 0]], initial=[1, 0]))
    assert unseen.verdict(NAME) is Verdict.VIOLATED
    decision = next(e.decision for e in unseen.assumptions if e.assumption.id == NAME)
    assert decision.evidence["states_without_initial_probability"] == [1]
    assert "initial probability 0" in decision.summary


def test_a_bounded_search_says_how_far_it_got(monkeypatch):
    maps = [[0, 0, 1], [1, 2, 2]] * 20 + [[1, 2, 0]]
    assert communication(game_of([*maps, [1, 2, 2]]), tries=5).is_decided is False
    monkeypatch.setattr("mpgcert.claims.properties.communication", lambda game: communication(game, tries=5))
    decision = decide("irreducible-joint-action", Analysis.of(game_of(maps)))
    assert decision.verdict is Verdict.UNDECIDED
    assert decision.evidence["joint_actions_examined"] == 5
    assert "5 joint actions examined, out of 41" in decision.summary


@pytest.mark.parametrize("deterministic", [False, True])
def test_fifty_states_and_64_joint_actions_are_quick(deterministic):
    rng = np.random.default_rng(1)
    S, sizes = 50, (4, 4, 4)
    kernel = rng.multinomial(100, np.ones(S) / S, size=(S, *sizes))
    if deterministic:
        kernel = 100 * np.eye(S, dtype=int)[rng.integers(0, S, size=(S, *sizes))]
    game = MarkovGame.of(
        rewards=np.zeros((3, S, *sizes), dtype=int), transition=ExactArray.of_integers(kernel, 100), discount="0.9"
    )
    communication(game)
    start = time.perf_counter()
    found = communication(game)
    assert time.perf_counter() - start < 0.5
    assert (found.witness is None) == deterministic
