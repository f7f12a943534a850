"""The compiled loop of decentralized learning gives the trajectory of its readable twin, bit for bit."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mpgcert.arithmetic import ExactArray
from mpgcert.games import MarkovGame, Policy
from mpgcert.kernels import decentralized as compiled
from mpgcert.kernels.arrays import Runs
from mpgcert.learn.decentralized import PowerStep, run_decentralized, stages, step_sizes
from mpgcert.learn.decentralized.generator import Generator, seeded_words
from mpgcert.learn.decentralized.run import advances
from mpgcert.learn.decentralized.settings import REPLY_TO, TIES, Settings, arena_of, first_runs
from mpgcert.strategies import games, policies

GAME = MarkovGame.of(rewards=[[[[3, 1], [0, 2]]], [[[1, 1], [0, 3]]]], transition=[[[[1], [1]]] * 2], discount="1/2")


def slow_sequence(n):
    return 1 / (2 + np.log(n))


STEPS = st.sampled_from(
    [PowerStep(0.7, 0.6), PowerStep(1, 0.5), PowerStep(1, 1, 3), PowerStep(0.3, 0), PowerStep(), slow_sequence]
)


def world(game, seeds, start=None, start_q=None, theta=0.3, alpha=None, beta=None, ties="first", reply_to="previous"):
    settings = Settings.of(game, alpha or PowerStep(1, 0.5), beta or PowerStep(), theta, ties, reply_to, 2.0)
    sequences = settings.sequences()
    arena = arena_of(game, settings, sequences)
    return arena, sequences, first_runs(game, arena, start, start_q, seeds)


def same(left, right):
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(left, right))


@given(st.data(), games(max_players=3), st.sampled_from(list(TIES)), st.sampled_from(REPLY_TO), STEPS, STEPS)
def test_both_engines_give_the_same_bits(data, game, ties, reply_to, alpha, beta):
    assume(game.discount > 0)
    start = data.draw(policies(game))
    theta = data.draw(st.lists(st.floats(0.01, 0.99), min_size=game.n_players, max_size=game.n_players))
    seed = data.draw(st.integers(0, 2**70))
    levels = np.random.default_rng(seed).integers(-1, 2, (game.n_states, sum(game.n_actions))).astype(float)
    start_q = np.split(levels, np.cumsum(game.n_actions)[:-1], axis=1)
    arena, sequences, runs = world(game, [seed, seed + 1], start, start_q, theta, alpha, beta, ties, reply_to)
    arena = arena._replace(step_tables=sequences.tables(200))
    before = runs.copy()
    plain = stages.advance(arena, runs, 200)
    assert same(plain, compiled.advance(arena, runs, 200))
    assert same(runs, before)  # neither changes what it is given
    assert same(plain.run(1), stages.advance(arena, runs.run(1), 200))  # runs side by side do not meet
    half = compiled.advance(arena, runs, 77)
    assert same(plain, stages.advance(arena, half, 123))  # and each goes on where the other stopped


@pytest.mark.parametrize("exponent", [1.0, 0.5, 0.61803])
def test_both_engines_agree_beyond_the_table(monkeypatch, exponent):
    monkeypatch.setattr(step_sizes, "_TABULATED", 10)
    arena, sequences, runs = world(GAME, [3], alpha=PowerStep(0.9, exponent, 0.25), beta=PowerStep(1, exponent))
    arena = arena._replace(step_tables=sequences.tables(3000))
    assert arena.step_tables.shape == (2, 5)
    assert same(stages.advance(arena, runs, 3000), compiled.advance(arena, runs, 3000))


def test_both_engines_agree_on_long_rows():
    """Rows with many successors are searched by bisection."""
    rng = np.random.default_rng(0)
    kernel = ExactArray.of_integers(rng.multinomial(120, np.ones(40) / 40, size=(40, 2, 3)), 120)
    game = MarkovGame.of(
        rewards=ExactArray.of_integers(rng.integers(0, 9, (2, 40, 2, 3))),
        transition=kernel,
        discount="9/10",
    )
    arena, sequences, runs = world(game, [1, 2])
    arena = arena._replace(step_tables=sequences.tables(2000))
    assert same(stages.advance(arena, runs, 2000), compiled.advance(arena, runs, 2000))


def test_chunks_and_company_do_not_matter():
    arena, sequences, runs = world(GAME, range(5), alpha=slow_sequence)
    straight = list(advances(arena, sequences, runs, 4000, [4000], "compiled"))[-1]
    broken = list(advances(arena, sequences, runs, 4000, [1, 5, 1000, 4000], "plain"))[-1]
    alone = Runs.stack([list(advances(arena, sequences, runs.run(j), 4000, [4000], "plain"))[-1] for j in range(5)])
    assert same(straight, broken)
    assert same(straight, alone)


def test_generator_is_xoshiro256_plus_plus():
    """The first outputs from the words 1, 2, 3, 4, as published with other implementations."""
    generator = Generator(np.array([1, 2, 3, 4], dtype=np.uint64))
    published = [41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205, 9973669472204895162]
    assert [generator.bits() for _ in published] == published
    draws = Generator(seeded_words(0))
    sample = np.array([draws.uniform() for _ in range(20_000)])
    assert (sample >= 0).all()
    assert (sample < 1).all()
    counts = np.histogram(sample, bins=20, range=(0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 43.8  # 0.1 % of chi-squared, 19 degrees of freedom


def test_short_runs_load_no_compiler():
    code = (
        "import sys; from mpgcert.games import MarkovGame; from mpgcert.learn.decentralized import *;"
        "game = MarkovGame.of(rewards=[[[1, 2]]], transition=[[[1], [1]]], discount='1/2');"
        "run_decentralized(game, steps=100, alpha=PowerStep(), beta=PowerStep(), exploration=0.5);"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_engines_make_the_same_trajectory():
    runs = [
        run_decentralized(GAME, steps=500, alpha=PowerStep(), beta=PowerStep(), exploration=0.5, engine=engine)
        for engine in ("plain", "compiled")
    ]
    assert runs[0].to_dict() == runs[1].to_dict()
    assert np.array_equal(runs[0].generator, runs[1].generator)
    assert Policy.from_doubles(runs[0].policy(-1)) == Policy.from_doubles(runs[1].policy(-1))
