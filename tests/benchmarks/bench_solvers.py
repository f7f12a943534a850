"""Solvers beside what a user has today: M, NE-gap, pure equilibria, potential decision, LQ games, exact algebra."""

from __future__ import annotations

import importlib.util
from functools import cache

import numpy as np
from benchmarks.games import dense_game, long_lq_game, random_policy, shaped_game, sparse_game, varying_lq_game
from benchmarks.harness import Growth, Row
from benchmarks.peers import (
    einsum_gaps,
    least_squares_potential,
    linear_program_visitation,
    quantecon_gains,
    quantecon_visitations,
    riccati_written_out,
)

from mpgcert.arithmetic import EXACT, FLOAT
from mpgcert.arithmetic.matrices import nearest_doubles
from mpgcert.games.builtin import builtin
from mpgcert.solvers.arrays import GameArrays

# ---------------------------------------------------------------------------------------------------------------- M


def exploration_rows():
    from mpgcert.solvers.exploration import exploration_constant, explore
    from mpgcert.solvers.visitation import bound_visitation

    small, large = dense_game(), sparse_game()
    some = np.arange(2)

    def inside(ours, peer):
        return np.all(ours.low[some] <= peer * (1 + 1e-7)) and np.all(peer <= ours.high[some] * (1 + 1e-7))

    group = "M: the least and largest visitation over all policies, enclosed to 1e-8"
    kernel_bytes = 50 * 64 * 50 * 8
    return [
        Row(
            "M, 50 states, 64 joint actions",
            lambda: exploration_constant(small),
            lambda: 1 / quantecon_visitations(small, range(50)).min(),
            "QuantEcon DiscreteDP, policy iteration",
            group=group,
            goal=5,
            agree=lambda ours, peer: abs(float(ours[0]) / peer - 1) < 1e-7,
            limit_bytes=2 * kernel_bytes,
            limit_note="two reads of the kernel",
            repeats=11,
        ),
        Row(
            "least d(s) for all s, 50 states, 64 joint actions",
            lambda: bound_visitation(small),
            lambda: quantecon_visitations(small, range(50)),
            "QuantEcon DiscreteDP, policy iteration",
            group=group,
            agree=lambda ours, peer: np.allclose(ours.low, peer, rtol=1e-7),
            limit_flops=2 * 2 * 50**2 * 64 * 50,
            limit_note="two sweeps",
            repeats=11,
        ),
        Row(
            "M, 50 states, 64 joint actions",
            lambda: exploration_constant(small),
            lambda: linear_program_visitation(small, 0),
            "scipy HiGHS, one of 50 programs",
            group=group,
            units=50,
            peer_units=1,
            unit="state",
        ),
        Row(
            "M exactly, as a rational, 24 states, 8 joint actions",
            lambda: explore(dense_game(24, (2, 2, 2))).M[0],
            lambda: 1 / quantecon_visitations(dense_game(24, (2, 2, 2)), range(24)).min(),
            "QuantEcon DiscreteDP, in doubles",
            group=group,
            agree=lambda ours, peer: abs(float(ours) / peer - 1) < 1e-7,
        ),
        Row(
            "least d(s) for all s, 2000 states, 6 joint actions, 5 successors",
            lambda: bound_visitation(large),
            lambda: quantecon_visitations(large, some),
            "QuantEcon DiscreteDP, policy iteration, 2 of 2000 states",
            group=group,
            goal=100,
            units=2000,
            peer_units=2,
            unit="state",
            agree=inside,
            limit_flops=2 * 2 * 60_000,
            limit_note="two sweeps",
        ),
        Row(
            "largest d(s) for all s, 2000 states, 6 joint actions, 5 successors",
            lambda: bound_visitation(large, "largest"),
            lambda: quantecon_visitations(large, some, "largest"),
            "QuantEcon DiscreteDP, policy iteration, 2 of 2000 states",
            group=group,
            goal=100,
            units=2000,
            peer_units=2,
            unit="state",
            agree=inside,
            limit_flops=2 * 20 * 60_000,
            limit_note="twenty sweeps",
        ),
    ]


# ------------------------------------------------------------------------------------------------------ NE-gap


def gap_rows():
    from mpgcert.solvers.best_response import nash_gap
    from mpgcert.solvers.enclosure import enclose_policy
    from mpgcert.solvers.gaps import nash_gaps_of_policies
    from mpgcert.solvers.induced import induced_processes

    game = dense_game()
    arrays, policy = GameArrays.of(game), random_policy(game)
    doubles = policy.lift(FLOAT)
    batch = np.stack([np.concatenate(random_policy(game, seed).lift(FLOAT), axis=1) for seed in range(100)])

    def alone():
        induced = induced_processes(arrays, doubles)
        values = induced.values()
        return arrays.initial @ (induced.replies(values)[1] - values)

    def in_doubles():
        """V, d and NE-gap by the same solves, without bounds."""
        induced = induced_processes(arrays, policy.lift(FLOAT))
        values, visitation = induced.values(), induced.visitation()
        return values, visitation, induced.replies(values)

    def narrow(ours, _):
        width = np.ptp(ours.gap_bounds, axis=0).max() / 2
        return max(ours.value_radius, ours.visitation_radius, width) < 1e-10

    group = "NE-gap, 50 states, 3 players with 4 actions"
    read = {"limit_bytes": 50 * 64 * 50 * 8, "limit_note": "one read of the kernel"}
    return [
        Row(
            "a hundred policies, compiled",
            lambda: nash_gaps_of_policies(game, batch, "compiled"),
            lambda: einsum_gaps(arrays, doubles),
            "einsum and numpy policy iteration",
            group=group,
            goal=6,
            units=100,
            peer_units=1,
            unit="policy",
            instructions=True,
            agree=lambda ours, peer: np.allclose(ours.gaps[0], peer, rtol=1e-9),
            repeats=11,
            **read,
        ),
        Row(
            "one policy, numpy",
            alone,
            lambda: einsum_gaps(arrays, doubles),
            "einsum and numpy policy iteration",
            group=group,
            agree=lambda ours, peer: np.allclose(ours, peer, rtol=1e-9),
            repeats=11,
            **read,
        ),
        Row(
            "V, d and NE-gap enclosed within 1e-10",
            lambda: enclose_policy(game, policy),
            in_doubles,
            "the same in doubles without bounds",
            group=group,
            goal=0.5,
            agree=narrow,
            repeats=11,
        ),
        Row(
            "V, d and NE-gap enclosed within 1e-10",
            lambda: enclose_policy(game, policy),
            lambda: nash_gap(game, policy),
            "exact rationals",
            group=group,
            agree=lambda ours, peer: ours.nash_gap[0] <= float(peer.maximum) <= ours.nash_gap[1],
        ),
    ]


# ------------------------------------------------------------------------------------------- pure equilibria


def equilibrium_rows():
    from mpgcert.solvers.equilibrium import pure_equilibria

    game = builtin("zhang2022-figure-3")
    payoffs = game.rewards.to_float()[:, 0]

    def enumeration():
        stable = np.ones(game.n_actions, dtype=bool)
        for player, payoff in enumerate(payoffs):
            stable &= payoff == payoff.max(axis=player, keepdims=True)
        return np.argwhere(stable)

    @cache
    def gambit():
        import pygambit

        return pygambit.Game.from_arrays(*payoffs)

    def by_gambit():
        import pygambit

        return pygambit.nash.enumpure_solve(gambit()).equilibria

    rows = [
        Row(
            "8 players with 3 actions",
            lambda: pure_equilibria(game),
            enumeration,
            "numpy, without values and strictness",
            group="All pure equilibria of a matrix game",
            agree=lambda ours, peer: np.array_equal(ours.choices[:, :, 0], peer),
            repeats=11,
            limit_bytes=3**8 * 8,
            limit_note="one read of the common payoff",
        )
    ]
    if importlib.util.find_spec("pygambit"):
        rows.append(
            Row(
                "8 players with 3 actions",
                lambda: pure_equilibria(game),
                by_gambit,
                "pygambit enumpure_solve, its game built before",
                group="All pure equilibria of a matrix game",
                goal=100,
                agree=lambda ours, peer: len(ours) == len(peer),
            )
        )
    return rows


# ------------------------------------------------------------------------------------------------- potentials


def potential_rows():
    from mpgcert.solvers.potential import find_potential

    group = "Is it a potential game? Exact, verified on mixed policies"
    medium = shaped_game(20, (3, 3))
    return [
        Row(
            "yes: 20 states, 9 joint actions, shaped",
            lambda: find_potential(medium).verdict,
            lambda: least_squares_potential(medium),
            "least squares in doubles",
            group=group,
            agree=lambda ours, peer: ours == "holds" and peer < 1e-6,
            repeats=3,
        ),
        Row(
            "yes: 50 states, 64 joint actions, shaped",
            lambda: find_potential(shaped_game()).verdict,
            lambda: least_squares_potential(medium),
            "least squares in doubles, 20 states and 9 joint actions only",
            group=group,
            agree=lambda ours, _: ours == "holds",
            repeats=3,
        ),
        Row(
            "no, with a 4-cycle as proof: 50 states, 64 joint actions, one reward moved by 1e-5",
            lambda: find_potential(shaped_game(broken=True)).verdict,
            lambda: least_squares_potential(medium),
            "least squares in doubles, 20 states and 9 joint actions only",
            group=group,
            agree=lambda ours, _: ours == "violated",
            repeats=3,
        ),
    ]


# ------------------------------------------------------------------------------------------------------- LQ


def lq_rows():
    from mpgcert.solvers.lq.arrays import LQArrays
    from mpgcert.solvers.lq.ball_riccati import enclosed_riccati
    from mpgcert.solvers.lq.riccati import coupled_riccati

    game, long = varying_lq_game(), long_lq_game()

    def doubles(which):
        return coupled_riccati(LQArrays.of(which, FLOAT)).gains

    group = "Nash equilibria of linear-quadratic games"
    return [
        Row(
            "balls, every gain within 1e-15: 20 stages, 6 states, 3 players",
            lambda: enclosed_riccati(game),
            lambda: doubles(game),
            "our doubles",
            group=group,
            agree=lambda ours, peer: np.allclose(nearest_doubles(ours.solution.gains), peer, rtol=1e-6),
            repeats=11,
        ),
        Row(
            "balls, every gain within 1e-15: 20 stages, 6 states, 3 players",
            lambda: enclosed_riccati(game),
            lambda: riccati_written_out(game),
            "doubles: (2.4), (2.5) written out in numpy",
            group=group,
            goal=1 / 8,
            agree=lambda ours, peer: np.allclose(nearest_doubles(ours.solution.gains), peer, rtol=1e-6),
            repeats=11,
        ),
        Row(
            "doubles, 100 stages, 2 states, 2 players",
            lambda: doubles(long)[0],
            lambda: quantecon_gains(long),
            "QuantEcon nnash, to convergence",
            group=group,
            agree=lambda ours, peer: np.allclose(ours, peer, atol=1e-9),
            repeats=11,
        ),
        Row(
            "balls, every gain within 1e-12: 100 stages, 2 states, 2 players",
            lambda: enclosed_riccati(long, 1e-12).gains[0],
            lambda: quantecon_gains(long),
            "QuantEcon nnash, to convergence",
            group=group,
        ),
    ]


# ------------------------------------------------------------------------------------------------ exact algebra


def exact_rows():
    from mpgcert.solvers.evaluation import evaluate

    game = dense_game(8, (2, 2))
    policy = random_policy(game)
    arrays = GameArrays.of(game, EXACT)
    probabilities = policy.lift(EXACT)
    evaluation = evaluate(arrays, probabilities)

    @cache
    def sympy_system():
        import sympy

        system = arrays.identity() - evaluation.state_kernel * arrays.discount
        rational = [[sympy.Rational(int(x.p), int(x.q)) for x in row] for row in system]
        right = system @ evaluation.values[0]
        return sympy.Matrix(rational), sympy.Matrix([sympy.Rational(int(x.p), int(x.q)) for x in right])

    def by_sympy():
        matrix, right = sympy_system()
        return matrix.LUsolve(right)

    def ours():
        return EXACT.solve(
            arrays.identity() - evaluation.state_kernel * arrays.discount,
            (arrays.identity() - evaluation.state_kernel * arrays.discount) @ evaluation.values[0],
        )

    return [
        Row(
            "values of a policy, 8 states, rationals",
            ours,
            by_sympy,
            "sympy Rational, LUsolve",
            group="Exact linear algebra",
            agree=lambda mine, peer: all(int(x.p) == y.p and int(x.q) == y.q for x, y in zip(mine, peer)),
        )
    ]


def rows():
    return [
        *exploration_rows(),
        *gap_rows(),
        *equilibrium_rows(),
        *potential_rows(),
        *lq_rows(),
        *exact_rows(),
    ]


def growth():
    from mpgcert.solvers.enclosure import enclose_policy
    from mpgcert.solvers.lq.ball_riccati import enclosed_riccati
    from mpgcert.solvers.potential import find_potential
    from mpgcert.solvers.visitation import bound_visitation

    def enclosed(game):
        policy = random_policy(game)
        return lambda: enclose_policy(game, policy)

    def quantecon(states):
        game = dense_game(states, (2, 2))
        return lambda: quantecon_visitations(game, range(states))

    return [
        Growth(
            "Least visitations of all states, dense, 4 joint actions",
            "|S|",
            [16, 32, 64, 128, 256],
            lambda states: lambda: bound_visitation(dense_game(states, (2, 2))),
            quantecon,
            "QuantEcon",
            [16, 32, 64],
            expected="3",
        ),
        Growth(
            "Largest visitations of all states, sparse, 5 successors",
            "|S|",
            [500, 1000, 2000, 4000],
            lambda states: lambda: bound_visitation(sparse_game(states), "largest"),
            expected="2",
        ),
        Growth(
            "V, d and NE-gap enclosed, 8 joint actions",
            "|S|",
            [8, 16, 32, 64, 128],
            lambda states: enclosed(dense_game(states, (2, 2, 2))),
            expected="at most 3",
        ),
        Growth(
            "V, d and NE-gap enclosed, 16 states, 2 actions each",
            "n",
            [2, 4, 6, 8],
            lambda players: enclosed(dense_game(16, (2,) * players)),
            expected="exponential in n",
        ),
        Growth(
            "Potential decision, 10 states, 2 players",
            "|A_i|",
            [2, 4, 8, 12],
            lambda actions: lambda: find_potential(shaped_game(10, (actions, actions))),
            expected="2",
        ),
        Growth(
            "LQ gains in balls, 4 states, 2 players",
            "T",
            [10, 20, 40, 80],
            lambda horizon: lambda: enclosed_riccati(varying_lq_game(horizon, 4, (2, 2))),
            expected="1 to 2",
        ),
    ]
