"""The arithmetics of mpgcert, and exact data.

Every quantity is written once, over numpy arrays whose entries are floats (`Float`), balls with a proven
radius (`Ball`), rationals (`Exact`) or elements of a prime field (`PrimeField`).  No other package of
mpgcert imports FLINT.
"""

from mpgcert.arithmetic.arithmetics import EXACT, FLOAT, Ball, Exact, Float
from mpgcert.arithmetic.exact_array import ExactArray
from mpgcert.arithmetic.interface import Arithmetic, elementwise
from mpgcert.arithmetic.numbers import brief_fraction, format_fraction, parse_number
from mpgcert.arithmetic.prime_field import PrimeField
from mpgcert.arithmetic.spectral import (
    least_singular_value,
    operator_norm_of_difference,
    spectral_norm,
    squared_spectral_norm,
    symmetric_eigenvalue_range,
)

__all__ = [
    "EXACT",
    "FLOAT",
    "Arithmetic",
    "Ball",
    "Exact",
    "ExactArray",
    "Float",
    "PrimeField",
    "brief_fraction",
    "elementwise",
    "format_fraction",
    "least_singular_value",
    "operator_norm_of_difference",
    "parse_number",
    "spectral_norm",
    "squared_spectral_norm",
    "symmetric_eigenvalue_range",
]
