"""Boxes around eigenvalues where no entry of the matrix is known but for its size."""

import flint
import numpy as np

from mpgcert.arithmetic import Ball
from mpgcert.arithmetic.complex_eigenvalues import complex_eigenvalues


def test_a_ball_around_the_zero_matrix_is_enclosed():
    tiny = flint.arb(0, 1e-20)
    matrix = np.array([[tiny, tiny], [tiny, tiny]], dtype=object)
    for real, imaginary in complex_eigenvalues(Ball(128), matrix):
        assert real.contains(flint.arb(2e-20))  # of [[1e-20, 1e-20], [1e-20, 1e-20]]
        assert real.contains(flint.arb(0))
        assert imaginary.contains(flint.arb(0))
