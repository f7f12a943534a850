"""What decides whether natural policy gradient (Algorithm 1 of hambly2021) converges, and how fast.

With step sizes eta_i the update is K_t <- (I - 2 D Phi_t) K_t + 2 D b_t with D = diag(eta_1, ..., eta_N) by blocks,
where Phi_t and b_t depend on the gains of later stages only.  So the algorithm is a cascade of linear iterations,
backward in time: it converges to K* from every start if the spectral radius of I - 2 D Phi_t(P*_{t+1}) is below 1
at each stage t. If it is 1 or more at some t, then it fails: with later stages at K*, where they stay, K_t - K*_t
is multiplied by that same matrix in each iteration, and tends to 0 for almost no K_t.  For eta_i = eta r_i with
fixed ratios r_i let mu be the eigenvalues of diag(r) Phi_t.  Then |1 - 2 eta mu| < 1 if and only if 0 < eta <
Re(mu) / |mu|^2, and the least of these bounds over t and mu is the exact largest step size; where some Re(mu) <= 0
no step size converges.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import EXACT, Arithmetic, Ball, ExactArray
from mpgcert.arithmetic.complex_eigenvalues import complex_eigenvalues
from mpgcert.arithmetic.matrices import widest_radius
from mpgcert.errors import InvalidInput, SingularMatrix
from mpgcert.solvers.lq.minimax import least_largest_modulus, modulus
from mpgcert.solvers.lq.solution import NashSolution
from mpgcert.solvers.lq.stability import eigenvalues_in_right_half_plane, eigenvalues_in_unit_disc

__all__ = ["SharpCriterion", "StepVerdict", "certify_step_sizes", "sharp_criterion"]

Array = NDArray[Any]

_PRECISIONS = (128, 256, 512, 1024, 2048)
_ACCURACY = 1e-14


@dataclass(frozen=True, eq=False)
class SharpCriterion:
    """The exact criterion for step sizes eta r_i, with eta free and the ratios r_i fixed.

    Attributes:
        ball: arithmetic of the enclosures.
        ratios: r_i.
        eigenvalues: mu of diag(r) Phi_t as balls (real part, imaginary part), for each t.
        exists: whether some eta > 0 converges from every start; None if that is not decided.
        reason: one sentence.
        largest_step: the supremum of the eta that converge, as a ball; None unless `exists`.
        stage: t at which that supremum binds (or, if no eta converges, at which an eigenvalue says so).
        best_step: near the fastest; None unless `exists`.
        best_rate: a ball around the least of the largest spectral radii over all eta; None unless `exists`.
    """

    ball: Ball
    ratios: tuple[Fraction, ...]
    eigenvalues: tuple[tuple[tuple[Any, Any], ...], ...]
    exists: bool | None
    reason: str
    largest_step: Any = None
    stage: int | None = None
    best_step: Any = None
    best_rate: Any = None

    def rate(self, step: Fraction) -> Any:
        """A ball around the largest spectral radius of I - 2 eta diag(r) Phi_t over t, for eta = step."""
        with self.ball.context():
            eta = self.ball.number(step)
            moduli = [modulus(self.ball, eta, mu) for stage in self.eigenvalues for mu in stage]
            return self.ball.maximum(np.array(moduli))


@dataclass(frozen=True, eq=False)
class StepVerdict:
    """What natural policy gradient does with given step sizes.

    Attributes:
        outcome: `converges` (from every start), `fails` (from almost every K_t, where later stages start at K*), or
            `undecided`.
        rate: a ball around the largest spectral radius over the stages.
        stage: t at which it is largest.
        reason: one sentence.
    """

    outcome: Literal["converges", "fails", "undecided"]
    rate: Any
    stage: int
    reason: str


def sharp_criterion(solution: NashSolution, ratios: Sequence[Fraction | int] | None = None) -> SharpCriterion:
    """The largest step size for which natural policy gradient converges from every start, and the fastest.

    Args:
        solution: K* and Phi_t, exact or enclosed.
        ratios: r_i > 0, one for each player; equal step sizes if None.

    Raises:
        InvalidInput: ratios that are not one positive number for each player.
        SingularMatrix: there is no solution to converge to.
    """
    weights = _positive(solution, ratios if ratios is not None else [1] * solution.game.n_players, "ratios")
    regular = [_decide(solution, matrix, eigenvalues_in_right_half_plane) for matrix in _weighted(solution, weights)]
    result = None
    for ball, matrices in _enclosures(solution, weights):
        with ball.context():
            try:
                spectra = tuple(tuple(complex_eigenvalues(ball, matrix)) for matrix in matrices)
            except SingularMatrix:
                continue
            result = _criterion(ball, weights, spectra, regular)
            bound = result.largest_step
            if bound is None or widest_radius(np.array([bound])) <= _ACCURACY * ball.doubles(bound)[0]:
                return result
    if result is None:
        raise SingularMatrix("the eigenvalues of Phi_t cannot be enclosed: enclose the equilibrium more narrowly")
    return result


def _criterion(
    ball: Ball, ratios: tuple[Fraction, ...], spectra: tuple[Any, ...], regular: list[bool | None]
) -> SharpCriterion:
    if False in regular:
        t = regular.index(False)
        reason = f"an eigenvalue of diag(r) Phi_{t} has no positive real part: no step size converges from every start"
        return SharpCriterion(ball, ratios, spectra, False, reason, stage=t)
    if None in regular:
        t = regular.index(None)
        reason = f"the signs of the real parts of the eigenvalues of diag(r) Phi_{t} are not decided"
        return SharpCriterion(ball, ratios, spectra, None, reason, stage=t)
    bounds = [_least(ball, [_step_bound(mu) for mu in stage]) for stage in spectra]
    stage = int(np.argmin([sum(ball.doubles(bound)) for bound in bounds]))
    best_step, best_rate = least_largest_modulus(ball, [mu for spectrum in spectra for mu in spectrum])
    reason = f"step sizes below the bound converge from every start, others fail; stage {stage} binds"
    return SharpCriterion(ball, ratios, spectra, True, reason, _least(ball, bounds), stage, best_step, best_rate)


def certify_step_sizes(solution: NashSolution, step_sizes: Sequence[Fraction | int]) -> StepVerdict:
    """Whether natural policy gradient converges with these step sizes, one for each player.

    Raises:
        InvalidInput: not one positive step size for each player.
        SingularMatrix: there is no solution to converge to, or it is enclosed too widely.
    """
    steps = _positive(solution, step_sizes, "step_sizes")
    criterion = sharp_criterion(solution, steps)
    ball, rate = criterion.ball, criterion.rate(Fraction(1))
    with ball.context():
        largest = [
            ball.maximum(np.array([modulus(ball, ball.number(1), mu) for mu in spectrum]))
            for spectrum in criterion.eigenvalues
        ]
        stage = int(np.argmax([sum(ball.doubles(value)) for value in largest]))
        excess = ball.sign(rate - 1)
    if excess == 1:
        reason = f"the spectral radius at stage {stage} is above 1: its gains leave K* from almost every start"
        return StepVerdict("fails", rate, stage, reason)
    inside = [_decide(solution, matrix, _contracts) for matrix in _weighted(solution, steps)]
    if all(inside):
        return StepVerdict("converges", rate, stage, "every spectral radius is below 1: K* is reached from every start")
    if False in inside:
        stage = inside.index(False)
        reason = f"the spectral radius at stage {stage} is not below 1: from almost every start K* is not reached"
        return StepVerdict("fails", rate, stage, reason)
    return StepVerdict("undecided", rate, stage, "the enclosures do not tell whether the spectral radius is below 1")


def _positive(solution: NashSolution, values: Sequence[Fraction | int], field: str) -> tuple[Fraction, ...]:
    n = solution.game.n_players
    if len(values) != n:
        raise InvalidInput(f"{len(values)} values", field=field, expected=f"one for each of {n} players")
    for i, value in enumerate(values):
        if not value > 0:
            raise InvalidInput(f"{value}", field=field, index=[i], expected="a positive number")
    return tuple(Fraction(value) for value in values)


def _weighted(solution: NashSolution, weights: Sequence[Fraction]) -> list[Array]:
    """diag(r) Phi_t for each t, in the arithmetic of the solution."""
    arithmetic = solution.arithmetic
    with arithmetic.context():
        rows = [arithmetic.number(r) for r, k in zip(weights, solution.game.control_dimensions) for _ in range(k)]
        return [phi * np.array(rows)[:, None] for phi in solution.found.phi]


def _enclosures(solution: NashSolution, weights: Sequence[Fraction]) -> Iterator[tuple[Ball, list[Array]]]:
    """diag(r) Phi_t for each t in balls: of growing precision where they are known exactly."""
    matrices = _weighted(solution, weights)
    if isinstance(solution.arithmetic, Ball):
        yield solution.arithmetic, matrices
        return
    for bits in _PRECISIONS:
        yield Ball(bits), [_lifted(Ball(bits), matrix) for matrix in matrices]


def _lifted(ball: Ball, matrix: Array) -> Array:
    values = [ball.number(EXACT.enclosure(value)[0]) for value in matrix.flat]
    return np.array(values, dtype=object).reshape(matrix.shape)


def _decide(solution: NashSolution, matrix: Array, question: Callable[[Arithmetic, Array], bool | None]) -> bool | None:
    """The answer from balls where they tell, else from rationals where there are any."""
    if isinstance(solution.arithmetic, Ball):
        with solution.arithmetic.context():
            return question(solution.arithmetic, matrix)
    for bits in _PRECISIONS[1:3]:
        ball = Ball(bits)
        with ball.context():
            answer = question(ball, _lifted(ball, matrix))
        if answer is not None:
            return answer
    return question(EXACT, matrix)


def _contracts(arithmetic: Arithmetic, matrix: Array) -> bool | None:
    """Whether the spectral radius of I - 2 M is below 1."""
    identity = arithmetic.array(ExactArray.of_integers(np.eye(len(matrix), dtype=np.int64)))
    return eigenvalues_in_unit_disc(arithmetic, identity - matrix * 2)


def _step_bound(eigenvalue: tuple[Any, Any]) -> Any:
    real, imaginary = eigenvalue
    return real / (real * real + imaginary * imaginary)


def _least(ball: Ball, values: Sequence[Any]) -> Any:
    return -ball.maximum(-np.array(values, dtype=object))
