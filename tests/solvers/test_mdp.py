import itertools
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.arithmetic import EXACT, FLOAT, Ball, ExactArray
from mpgcert.arithmetic.matrices import nearest_doubles, product, row_echelon
from mpgcert.solvers.mdp import Kernel, policy_values, propose, solve_mdp
from mpgcert.solvers.rounding import bellman_error

BALL = Ball(128)


@st.composite
def processes(draw, max_states=4, max_actions=3):
    """(reward, rows, discount) as exact data; many ties when `levels` is 2."""
    S, A = draw(st.integers(1, max_states)), draw(st.integers(1, max_actions))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    levels = draw(st.sampled_from([2, 5, 10**6]))
    reward = ExactArray.of_integers(rng.integers(0, levels, size=(S, A)), draw(st.sampled_from([1, 7])))
    weights = rng.multinomial(draw(st.sampled_from([1, 3, 10])), np.ones(S) / S, size=(S, A))
    if draw(st.booleans()):
        weights = np.broadcast_to(weights[:, :1], weights.shape)
    rows = ExactArray.of_integers(np.array(weights), int(weights[0, 0].sum()))
    discount = draw(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(9, 10), Fraction(9999, 10000)]))
    return reward, rows, discount


def lifted(process, arithmetic):
    reward, rows, discount = process
    kernel = Kernel.of(arithmetic, arithmetic.array(rows), arithmetic.number(discount))
    return kernel, arithmetic.array(reward)


def all_values(kernel, reward):
    S, A = reward.shape
    return [policy_values(kernel, reward, np.array(c)) for c in itertools.product(range(A), repeat=S)]


@given(processes(), st.booleans())
def test_exact_solution_is_the_best_of_all_deterministic_policies_in_every_state(process, minimise):
    kernel, reward = lifted(process, EXACT)
    solution = solve_mdp(kernel, reward, minimise=minimise)
    best = min if minimise else max
    for s, column in enumerate(zip(*all_values(kernel, reward))):
        assert solution.values[s] == best(column)
    assert (policy_values(kernel, reward, solution.choice) == solution.values).all()
    assert solution.residual == 0


@given(processes())
def test_the_worst_start_ends_at_the_same_values(process):
    kernel, reward = lifted(process, EXACT)
    worst = solve_mdp(kernel, reward, minimise=True)
    assert (solve_mdp(kernel, reward, start=worst.choice).values == solve_mdp(kernel, reward).values).all()


@given(processes())
def test_bellman_inequality_holds_everywhere(process):
    kernel, reward = lifted(process, EXACT)
    values = solve_mdp(kernel, reward).values
    q = reward + kernel.discount * (kernel.rows @ values)
    assert all(q[s, a] <= values[s] for s, a in np.ndindex(*q.shape))


@given(processes())
def test_balls_bracket_the_optimum(process):
    exact = solve_mdp(*lifted(process, EXACT)).values
    kernel, reward = lifted(process, BALL)
    solution = solve_mdp(kernel, reward)
    with BALL.context():
        upper = solution.values + solution.residual / (1 - kernel.discount)
    for truth, low, high in zip(exact, solution.values, upper):
        value = Fraction(int(truth.p), int(truth.q))
        assert BALL.enclosure(low)[0] <= value <= BALL.enclosure(high)[1]
        assert BALL.enclosure(high)[1] - BALL.enclosure(low)[0] < Fraction(1, 10**20)


@given(processes())
def test_doubles_agree_with_quantecon(quantecon, process):
    kernel, reward = lifted(process, FLOAT)
    solution = solve_mdp(kernel, reward)
    oracle = quantecon.markov.DiscreteDP(reward, kernel.rows, kernel.discount).solve(method="policy_iteration")
    assert solution.values == pytest.approx(oracle.v, rel=1e-9, abs=1e-9)


@given(processes(), st.integers(0, 2**32 - 1))
def test_proposals_for_many_rewards_match_one_at_a_time(process, seed):
    kernel, reward = lifted(process, FLOAT)
    rewards = np.random.default_rng(seed).random((4, *reward.shape))
    choices, values = propose(rewards, kernel.rows, kernel.discount)
    for k in range(4):
        assert values[k] == pytest.approx(solve_mdp(kernel, rewards[k]).values, rel=1e-9)
        assert values[k] == pytest.approx(policy_values(kernel, rewards[k], choices[k]), rel=1e-9)


def test_a_discount_that_rounds_to_one_is_still_solved_exactly():
    discount = 1 - Fraction(1, 10**20)
    kernel, reward = lifted((ExactArray.of_integers([[0, 1]]), ExactArray.of_integers([[[1], [1]]]), discount), EXACT)
    assert solve_mdp(kernel, reward, start=np.array([0])).values[0] == 10**20
    assert solve_mdp(kernel, reward).values[0] == 10**20


def test_gains_far_below_the_resolution_of_doubles_are_found():
    tiny = Fraction(1, 10**40)
    reward = ExactArray.of_fractions([Fraction(1), 1 + tiny, Fraction(1)], (1, 3))
    rows, discount = ExactArray.of_integers(np.ones((1, 3, 1), dtype=int)), Fraction(1, 2)
    solution = solve_mdp(*lifted((reward, rows, discount), EXACT))
    assert solution.choice[0] == 1
    assert solution.values[0] == EXACT.number(2 + 2 * tiny)
    blurred = solve_mdp(*lifted((reward, rows, discount), Ball(64)))
    with Ball(64).context():
        upper = blurred.values[0] + 2 * blurred.residual
    assert Ball(64).enclosure(upper)[1] >= 2 + 2 * tiny


@given(processes(), st.integers(0, 2**32 - 1))
def test_bellman_error_bounds_the_rounding(process, seed):
    reward, rows, discount = process
    v = np.random.default_rng(seed).normal(scale=100, size=rows.shape[0])
    computed = reward.to_float() + float(discount) * (rows.to_float() @ v) - v[:, None]
    bound = Fraction(bellman_error(len(v), float(np.abs(reward.to_float()).max()), float(np.abs(v).max())))
    for s, a in np.ndindex(*reward.shape):
        mean = sum(rows[s, a, t] * Fraction(float(v[t])) for t in range(len(v)))
        truth = reward[s, a] + discount * mean - Fraction(float(v[s]))
        assert abs(truth - Fraction(float(computed[s, a]))) <= bound


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_matrix_helpers_agree_with_plain_loops(seed, m, k, p):
    rng = np.random.default_rng(seed)
    left = EXACT.array(ExactArray.of_integers(rng.integers(-5, 6, (m, k)), 7))
    right = EXACT.array(ExactArray.of_integers(rng.integers(-5, 6, (k, p)), 3))
    assert (product(left, right) == left @ right).all()
    assert (product(left, right[:, 0]) == left @ right[:, 0]).all()
    assert (nearest_doubles(left) == [[int(x.p) / int(x.q) for x in row] for row in left]).all()
    reduced, rank = row_echelon(left)
    assert rank == np.linalg.matrix_rank(nearest_doubles(left))
    assert reduced.shape == left.shape
