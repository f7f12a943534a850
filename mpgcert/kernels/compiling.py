"""How the kernels are compiled: which floating-point liberties are taken, and what their caches depend on.

numba keeps the machine code of a function beside its source and renews it when that source file changes, but not when
a function changes that it calls from another file.  So only the entry of a kernel is cached, and `sources` is part of
what the cache is looked up by.  Importing this module imports numba.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from numba import njit

__all__ = ["entry", "in_line", "in_order", "sources", "sums"]

# A product and a sum may be fused; where `sums` says so, sums may also be taken in any order.  The rounding bounds of
# `mpgcert.learn.rounding` hold for either.
_FUSED, _ANY_ORDER = {"contract"}, {"contract", "reassoc", "nsz"}

entry = njit(cache=True, nogil=True, error_model="numpy", fastmath=_FUSED)
in_order = njit(nogil=True, error_model="numpy", fastmath=_FUSED)
in_line = njit(nogil=True, error_model="numpy", fastmath=_FUSED, forceinline=True)
sums = njit(nogil=True, error_model="numpy", fastmath=_ANY_ORDER, forceinline=True)


@cache
def sources() -> str:
    """A digest of all kernels."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
