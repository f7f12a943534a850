"""exp and log that a compiler can put in line and vectorise, for the arguments that a softmax has.

Both err by less than 2^-51 relative to the result (for log: to the larger of the result and its argument's distance
from 1), which the tests measure against multiple precision.  No proof relies on it: policies are data.  Importing this
module imports numba.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from mpgcert.kernels.compiling import in_line

__all__ = ["bounded_exp", "log_from_1"]

_LOG2_E = 1.4426950408889634
# log 2 in two parts; the first has 32 bits, so that its product with an exponent is exact
_LOG_2, _LOG_2_REST = 0.6931471803691238, 1.9082149292705877e-10
_SHIFTER = 6755399441055744.0  # 1.5 * 2^52: adding it rounds to a whole number, found in the last bits
_SMALLEST = -708.0  # exp of less is taken to be 0


@intrinsic
def _as_double(typing: Any, bits: Any) -> Any:
    """The double with these 64 bits."""
    return types.float64(types.int64), lambda context, builder, signature, args: builder.bitcast(
        args[0], ir.DoubleType()
    )


@intrinsic
def _as_bits(typing: Any, number: Any) -> Any:
    """The 64 bits of a double."""
    return types.int64(types.float64), lambda context, builder, signature, args: builder.bitcast(
        args[0], ir.IntType(64)
    )


@in_line
def bounded_exp(x: float) -> float:
    """exp(x) for x <= 700; 0 below -708.

    With k the nearest whole number to x / log 2, exp(x) = 2^k exp(r), |r| <= log(2) / 2, and exp(r) = 1 + r + r^2 q(r)
    with q an interpolation polynomial at Chebyshev nodes.
    """
    cut = max(x, _SMALLEST)
    shifted = cut * _LOG2_E + _SHIFTER
    k = shifted - _SHIFTER
    r = cut - k * _LOG_2 - k * _LOG_2_REST
    r2 = r * r
    r4 = r2 * r2
    low = (0.5000000000000001 + 0.16666666666666669 * r) + (0.041666666666623824 + 0.008333333333330039 * r) * r2
    high = (0.0013888888917367081 + 0.00019841269863171557 * r) + (
        2.4801521057868204e-05 + 2.7557268276905696e-06 * r
    ) * r2
    q = low + (high + (2.7620201591031547e-07 + 2.5100472505694996e-08 * r) * r4) * r4
    power = _as_double((_as_bits(shifted) + 1023) << 52)
    return (1.0 + (r + r2 * q)) * power if x >= _SMALLEST else 0.0


@in_line
def log_from_1(x: float) -> float:
    """log(x) for finite x >= 1.

    With x = 2^k m, m between the root of 1/2 and that of 2, and s = (m - 1) / (m + 1), log m = 2 artanh(s).
    """
    bits = _as_bits(x)
    above = ((bits & 0xFFFFFFFFFFFFF) - 0x6A09E667F3BCD) >> 63  # -1 if the mantissa is below the root of 2
    k = (bits >> 52) - 1022 + above
    m = _as_double(bits - (k << 52))
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    z2 = z * z
    low = (0.3333333333333335 + 0.19999999999949136 * z) + (0.1428571431326681 + 0.11111105521888429 * z) * z2
    high = (0.09091447875059597 + 0.07665750805572664 * z) + 0.07309583067443985 * z2
    series = z * (low + high * (z2 * z2))
    return float(k) * _LOG_2 + (2.0 * s + (2.0 * s * series + float(k) * _LOG_2_REST))
