"""Constants and bounds of linear-quadratic games against a plain evaluation in doubles."""

import numpy as np
import pytest
from hypothesis import given

from mpgcert.arithmetic import FLOAT
from mpgcert.claims.bounds import bounds
from mpgcert.claims.lq.analysis import LQAnalysis
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput
from mpgcert.games.builtin import builtin
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.evaluation import evaluate_gains
from mpgcert.solvers.lq.riccati import coupled_riccati
from mpgcert.strategies import lq_games

NAMES = (
    "sigma_X",
    "sigma_R",
    "sigma_Q",
    "gamma_A",
    "gamma_B",
    "gamma_R",
    "rho_star",
    "rho_bar",
    "psi",
    "norm_Sigma_star",
    "alpha_hat",
    "eta_0",
    "eta_sharp",
    "rate_sharp",
)


def plain_constants(game, delta=0.01):
    """Every constant from numpy, with formulas typed anew from the paper."""
    arrays = LQArrays.of(game, FLOAT)
    star = evaluate_gains(arrays, coupled_riccati(arrays).gains)
    start = arrays.game.start
    gains = np.zeros_like(star.gains) if start is None else start.lift(FLOAT)
    N, T, d = game.n_players, game.horizon, game.dimension
    mixed = []
    for i, rows in enumerate(arrays.slices):
        joint = star.gains.copy()
        joint[:, rows] = gains[:, rows]
        mixed.append(evaluate_gains(arrays, joint).costs[i])
    mixed = np.array(mixed)

    def smallest(matrices):
        return min(np.linalg.svd(matrix, compute_uv=False)[-1] for matrix in matrices)

    def largest(matrices):
        return max(np.linalg.norm(matrix, 2) for matrix in matrices)

    sX = smallest([arrays.sigma_0, arrays.W])
    sR, sQ = smallest([R for part in arrays.R for R in part]), smallest([Q for part in arrays.Q for Q in part])
    gB = largest([B[:, rows] for B in arrays.B for rows in arrays.slices])
    gR = largest([R for part in arrays.R for R in part])
    psi = (mixed - star.costs).max()
    total = np.linalg.norm(star.covariances.sum(axis=0), 2)
    rho = max(largest(star.closed_loop), 1 + delta) + N * gB * np.sqrt(T * max(psi, 0) / (sX * sR)) + 1 / (20 * T**2)
    powers = sum(rho ** (2 * k) for k in range(T))
    coupling = 20 * (N - 1) ** 2 * T**2 * d * gB**4 * (star.costs.max() + psi) ** 4 / sQ**2 * powers**2
    alpha = sX * sR / total - coupling / (sX**4 * sR)
    S, D, W, S0 = (
        mixed.sum(),
        (mixed - star.costs).sum(),
        np.linalg.norm(arrays.W, 2),
        np.linalg.norm(arrays.sigma_0, 2),
    )
    gradient = 2 * np.sqrt(2) * ((powers + rho ** (2 * T)) * S0 + powers * T * W)
    gradient *= np.sqrt(
        (d * T**2 * (N - 1) / (sX * sR) * (gB**2 * S / sX * 2 * powers) ** 2 + (sX * gR + gB**2 * S) / sX**2)
        * max(D, 0)
    )
    first = (
        sQ
        * sX**2
        / (20 * T * rho * powers * (S + sQ * T * W) * gB * gradient + sQ * sX**2 + 4 * (gR * sX + gB**2 * S) * S)
    )
    hessian, wide = gR + gB**2 * S / sX, 10 * T / ((10 * T - 1) * sQ)
    second = d / (80 * sX) * (wide * star.costs.min()) ** 2
    second /= max(game.control_dimensions) * wide * S * hessian + 2 * d / sX * (wide * S) ** 2 * hessian**2
    return {
        "sigma_X": sX,
        "sigma_R": sR,
        "sigma_Q": sQ,
        "gamma_A": largest(arrays.A),
        "gamma_B": gB,
        "gamma_R": gR,
        "norm_Sigma_star": total,
        "noise_left": sX**5 / total,
        "noise_right": coupling / sR**2,
        "alpha_hat": alpha,
        "psi": psi,
        "rho_bar": rho,
        "eta_0": min(first, second, 1 / sR),
    }


@given(lq_games(max_players=3, max_dimension=2, max_horizon=3, definite=True, noisy=True))
def test_constants_agree_with_numpy(game):
    found = bounds(game)
    for name, value in plain_constants(game).items():
        low, high = found.constants[name].lower, found.constants[name].upper
        assert float(low) == pytest.approx(value, rel=1e-6, abs=1e-7 * max(1.0, abs(value))), name
        assert high - low <= 1e-12 * max(abs(low), abs(high)), name


@pytest.mark.parametrize("name", ["hambly2021-remark-3.4", "hambly2021-section-5.1", "hambly2021-section-5.2"])
def test_every_promised_constant_is_there(name):
    found = bounds(builtin(name)).to_dict()
    assert set(NAMES) <= set(found["constants"])
    assert len(found["constants"]["nash_cost"]) == 2
    for constant in NAMES:
        low, high = found["constants"][constant]["enclosure"]
        assert low <= found["constants"][constant]["value"] <= high
        assert high - low <= 1e-12 * max(abs(low), abs(high), 1e-3), constant
    assert found["theorems"][0]["applies"] == "violated"
    assert found["theorems"][0]["iterations"] is None


def test_iterations_are_those_of_the_theorem():
    found = bounds(builtin("lq-contraction"), "0.01")
    theorem = found.theorems[0]
    values = {name: quantity.value for name, quantity in found.constants.items()}
    plain = plain_constants(builtin("lq-contraction"))
    gaps = 2 * plain["psi"]
    assert theorem.applies is Verdict.HOLDS
    assert float(theorem.step_size) < values["eta_0"]
    assert float(theorem.step_size) == pytest.approx(values["eta_0"], rel=1e-9)
    count = np.log(gaps / 0.01) / (values["alpha_hat"] * float(theorem.step_size))
    assert theorem.iterations == int(np.ceil(count))
    assert values["iterations"] == theorem.iterations


def test_nothing_is_left_to_do_where_the_start_is_good_enough():
    assert bounds(builtin("lq-contraction"), 1).theorems[0].iterations == 0


def test_the_published_step_sizes_are_judged_by_the_sharp_criterion():
    found = bounds(builtin("hambly2021-section-5.1"))
    assert found.constants["eta_sharp"].value == pytest.approx(0.85631, abs=1e-5)
    from fractions import Fraction

    assert found.sharp is not None
    assert found.sharp.rate(Fraction(1, 10)).value == pytest.approx(0.9977456, abs=1e-7)
    assert found.sharp.rate(Fraction(1, 1000)).value == pytest.approx(0.99997746, abs=1e-8)
    assert bounds(builtin("hambly2021-section-5.2")).constants["eta_sharp"].value == pytest.approx(0.27167, abs=1e-5)


@pytest.mark.parametrize("epsilon", [0, "-1", "none"])
def test_a_wrong_accuracy_is_refused(epsilon):
    with pytest.raises(InvalidInput, match="epsilon"):
        bounds(builtin("lq-contraction"), epsilon)


def test_the_other_reading_of_sigma_x():
    """Under K^(0) = 0 the covariances of the scalar game are 1, a^2 + 1: their least singular value is 1."""
    game = builtin("hambly2021-remark-3.4")
    paper, policy = (bounds(LQAnalysis.of(game, sigma_x=reading)) for reading in ("paper", "policy"))
    arrays = LQArrays.of(game, FLOAT)
    along = evaluate_gains(arrays, game.start.lift(FLOAT)).covariances
    least = min(np.linalg.eigvalsh(covariance)[0] for covariance in along)
    assert policy.constants["sigma_X"].value == pytest.approx(least, rel=1e-12)
    assert paper.constants["sigma_X"].value == pytest.approx(0.2, rel=1e-12)
    assert paper.constants["sigma_X_start"].value == policy.constants["sigma_X"].value
    assert policy.theorems[0].notes
    with pytest.raises(InvalidInput, match="sigma_x"):
        LQAnalysis.of(game, sigma_x="other")
