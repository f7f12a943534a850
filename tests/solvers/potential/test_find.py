import time
from fractions import Fraction
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert import strategies
from mpgcert.arithmetic import ExactArray
from mpgcert.errors import TooLarge
from mpgcert.games import MarkovGame, Policy, SparseKernel
from mpgcert.solvers.potential import FourCycle, IdentityTest, StructuralProof, find, find_potential
from mpgcert.solvers.potential.cycles import FourCycle as Cycle
from mpgcert.solvers.potential.influence import reach


def assert_same_differences(data, game, potential, value):
    """V_i and V_phi change alike under a drawn unilateral change (zhang2022.definition-2)."""
    before = data.draw(strategies.policies(game))
    other = data.draw(strategies.policies(game))
    for i in range(game.n_players):
        after = Policy(tuple(other.probabilities[k] if k == i else p for k, p in enumerate(before.probabilities)))
        own = game.rewards[i]
        change = [x - y for x, y in zip(value(game, after, own), value(game, before, own))]
        of_phi = [x - y for x, y in zip(value(game, after, potential), value(game, before, potential))]
        assert change == of_phi


def brute_cycle(game, cycle, value):
    total = [Fraction(0)] * game.n_states
    for first, second in product((False, True), repeat=2):
        policy = cycle.profile(first, second)
        sign = 1 if first == second else -1
        for side, k in zip((1, -1), cycle.players):
            total = [t + sign * side * v for t, v in zip(total, value(game, policy, game.rewards[k]))]
    return total


@given(st.data())
def test_planted_potentials_are_found_and_proved(value, data):
    game = data.draw(strategies.games(potential=True))
    result = find_potential(game)
    assert result.verdict == "holds"
    assert isinstance(result.evidence, StructuralProof)
    assert result.evidence.verify(game, result.potential)
    assert_same_differences(data, game, result.potential, value)


@given(st.data())
def test_every_answer_survives_an_independent_check(value, data):
    game = data.draw(strategies.games(unit_rewards=False, max_players=3, max_states=3, max_actions=2))
    result = find_potential(game, seed=data.draw(st.integers(0, 5)))
    if result.verdict == "holds":
        assert_same_differences(data, game, result.potential, value)
    else:
        exact = brute_cycle(game, result.cycle, value)
        assert exact[result.cycle.state] == result.cycle.value != 0
        assert exact == result.cycle.values_by_state(game)
        assert result.cycle.players[0] < result.cycle.players[1]
    assert find_potential(game, seed=77).verdict == result.verdict


@pytest.mark.parametrize(("S", "A"), [(2, (2, 3)), (3, (2, 2, 2)), (5, (3, 2, 2))])
@pytest.mark.parametrize("still", [False, True])
def test_a_reward_moved_by_a_millionth_is_refuted(planted, value, S, A, still):
    start = time.perf_counter()
    found = find_potential(planted(S, A, 1, still))
    assert found.verdict == "holds"
    assert found.is_proved
    assert time.perf_counter() - start < 2
    start = time.perf_counter()
    game = planted(S, A, 1, still, bump=(1, S - 1, *(k - 1 for k in A)))
    refuted = find_potential(game)
    assert time.perf_counter() - start < 2
    assert refuted.verdict == "violated"
    assert refuted.cycle.is_deterministic
    assert brute_cycle(game, refuted.cycle, value)[refuted.cycle.state] == refuted.cycle.value != 0
    assert all(len(states) == 1 for states in refuted.cycle.changed_states)


@pytest.mark.parametrize("seed", range(4))
def test_identity_test_where_no_structure_explains(delayed, value, seed):
    game = delayed(seed)
    result = find_potential(game)
    assert result.verdict == "holds"
    assert isinstance(result.evidence, IdentityTest)
    assert 0 < result.evidence.error_bound < Fraction(1, 2**40)
    assert result.evidence.degree == 2 * 4 + 1
    rng = np.random.default_rng(seed)
    rows = [
        [[[Fraction(int(k), 9), Fraction(9 - int(k), 9)] for k in rng.integers(0, 10, 4)] for _ in "12"] for _ in "ab"
    ]
    before, after = (Policy.of(game, r) for r in rows)
    for i in range(2):
        mixed = Policy(tuple(after.probabilities[k] if k == i else before.probabilities[k] for k in range(2)))
        gap = [
            [x - y for x, y in zip(value(game, mixed, stage), value(game, before, stage))]
            for stage in (game.rewards[i], result.potential)
        ]
        assert gap[0] == gap[1]
    assert find_potential(delayed(seed, bump=1)).verdict == "violated"


def test_pure_policies_do_not_suffice(value):
    # State 0 is kept only if both play their second action; state 1 leads to 0.  Player 1 earns 1 for the first
    # action in state 0.  All 4-cycles of pure policies vanish, but one mixed row reveals the game.
    game = MarkovGame.of(
        rewards=[[[[1, 1], [0, 0]], [[0, 0], [0, 0]]], [[[0, 0], [0, 0]], [[0, 0], [0, 0]]]],
        transition=[[[[0, 1], [0, 1]], [[0, 1], [1, 0]]], [[[1, 0], [1, 0]], [[1, 0], [1, 0]]]],
        discount="1/2",
    )
    pure = [ExactArray.of_integers(np.eye(2, dtype=int)[list(c)]) for c in product((0, 1), repeat=2)]
    for (a, a_moved), (b, b_moved) in product(combinations(pure, 2), repeat=2):
        cycle = Cycle(0, (0, 1), Policy((a, b)), (a_moved, b_moved), Fraction(0))
        assert brute_cycle(game, cycle, value) == [0, 0]
    result = find_potential(game)
    assert result.verdict == "violated"
    assert not result.cycle.is_deterministic
    assert abs(result.cycle.value) == Fraction(2, 15)  # by hand: 4/5 - 4/3 - 2/3 + 4/3


@given(st.data())
def test_one_state_games_against_all_squares(data):
    """Monderer and Shapley: potential iff every 2 x 2 cycle of pure actions sums to 0."""
    sizes = data.draw(st.sampled_from([(2, 2), (3, 2), (2, 2, 2)]))
    rng = np.random.default_rng(data.draw(st.integers(0, 10**6)))
    rewards = rng.integers(0, 2, size=(len(sizes), 1, *sizes))
    if data.draw(st.booleans()):
        rewards[1:] = rewards[0]
        rewards[0] += rng.integers(0, 2, size=(1, 1, *sizes[1:]))
    u = rewards[:, 0]
    holds = True
    for i, j in combinations(range(len(sizes)), 2):
        h = np.moveaxis(u[i] - u[j], (i, j), (0, 1))
        for x, y in product(combinations(range(sizes[i]), 2), combinations(range(sizes[j]), 2)):
            holds &= not (h[x[0], y[0]] - h[x[1], y[0]] - h[x[0], y[1]] + h[x[1], y[1]]).any()
    assert (find_potential(MarkovGame.of(rewards=rewards)).verdict == "holds") == holds


def test_one_player_has_the_own_reward_as_potential():
    rng = np.random.default_rng(0)
    game = MarkovGame.of(
        rewards=rng.integers(0, 9, (1, 3, 4)),
        transition=ExactArray.of_integers(rng.multinomial(7, [1 / 3] * 3, size=(3, 4)), 7),
        discount="0.99",
    )
    result = find_potential(game)
    assert result.verdict == "holds"
    assert result.potential == game.rewards[0]
    assert isinstance(result.evidence, StructuralProof)


def sparse(S, A, seed, common):
    rng = np.random.default_rng(seed)
    count = S * int(np.prod(A))
    kernel = SparseKernel(
        np.arange(count + 1), rng.integers(0, S, count), ExactArray.of_integers(np.ones(count, dtype=np.int64))
    )
    rewards = rng.integers(0, 1000, size=(len(A), S, *A))
    if common:
        rewards[:] = rewards[0]
    return MarkovGame.of(rewards=rewards, transition=kernel, discount="0.99")


@pytest.mark.parametrize("seed", range(3))
def test_sparse_and_dense_kernels_give_the_same_answer(seed, value):
    game = sparse(3, (2, 2, 2), seed, common=False)
    dense = MarkovGame.of(rewards=game.rewards, transition=game.dense_kernel(), discount=game.discount)
    one, other = find_potential(game), find_potential(dense)
    assert str(one) == str(other)
    assert one.cycle == other.cycle
    assert brute_cycle(game, one.cycle, value)[one.cycle.state] == one.cycle.value


@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize(
    ("S", "A", "is_sparse"), [(50, (4, 4, 4), False), (2, (4,) * 4, False), (2, (4,) * 4, True), (1, (3,) * 8, False)]
)
def test_size_limits(planted, S, A, is_sparse, common):
    if is_sparse:
        game = sparse(S, A, 0, common)
    else:
        game = planted(S, A, 0, bump=None if common else (len(A) - 1, S - 1, *(1 for _ in A)))
    start = time.perf_counter()
    result = find_potential(game)
    assert time.perf_counter() - start < 10
    assert result.verdict == ("holds" if common else "violated")
    assert common or result.cycle.recompute(game) == result.cycle.value != 0


def test_equal_seeds_give_equal_results(planted):
    game = planted(3, (2, 2), 3, bump=(0, 1, 1, 1))
    assert find_potential(game, 5) == find_potential(game, 5)


def test_too_large_is_refused_with_the_estimate(monkeypatch, planted):
    monkeypatch.setattr(find, "MAX_NUMBERS", 50)
    with pytest.raises(TooLarge, match=r"about 96 exact numbers .* limit is 50"):
        find_potential(planted(3, (2, 2), 0))


def test_structural_proof_rejects_what_is_wrong(planted):
    game = planted(3, (2, 2), 0)
    result = find_potential(game)
    wrong = ExactArray.of_integers(
        result.potential.numerator + np.eye(3, dtype=int)[0].reshape(3, 1, 1) * [[1, 0], [0, 0]]
    )
    assert result.evidence.verify(game, result.potential)
    assert not result.evidence.verify(game, wrong)
    assert not StructuralProof(ExactArray.of_integers(np.ones((2, 3), dtype=int) * [1, 2, 4])).verify(
        game, result.potential
    )


@given(st.data())
def test_reach_follows_its_definition(data):
    game = data.draw(strategies.games(max_actions=2))
    kernel, S = game.dense_kernel().numerator, game.n_states
    found = reach(game)
    leads = kernel.reshape(S, -1, S).any(axis=1)
    for i in range(game.n_players):
        rows = np.moveaxis(kernel, i + 1, 0)
        want = (rows != rows[:1]).any(axis=tuple(range(rows.ndim - 1)))
        for _ in range(S):
            want = want | leads[want].any(axis=0)
        if game.discount == 0 or S == 1:
            want = np.zeros(S, dtype=bool)
        assert found[i].tolist() == want.tolist()


def test_cycle_shows_itself(planted):
    cycle = find_potential(planted(2, (2, 2), 0, bump=(0, 1, 1, 1))).cycle
    assert isinstance(cycle, FourCycle)
    assert "players 1 and 2" in str(cycle)


def test_an_unlucky_prime_does_not_decide(planted, monkeypatch):
    # Over a prime that hides the difference, the candidate passes; the certification draws other primes.
    monkeypatch.setattr(find, "advantages_vanish", lambda *_: True)
    game = planted(2, (2, 2), 0, bump=(1, 1, 1, 1))
    assert find_potential(game).verdict == "violated"
