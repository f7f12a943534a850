"""How compiled loops take long sums, and how wide their tables are."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "SMALL_ROW", "filled_up", "zeros_on_lines"]

BLOCK = 512
"""Long sums are taken in blocks: none of V terms passes through more than BLOCK + V / BLOCK additions."""

SMALL_ROW = 24
"""Numbers in a row for which a plain loop beats views of rows."""

_VECTOR = 8  # doubles that a processor works on at once


def filled_up(columns: int) -> int:
    """The width of a table's rows with zeros at their ends, so that long ones are whole vectors.

    >>> filled_up(5), filled_up(51)
    (5, 56)
    """
    return columns if columns <= SMALL_ROW else -(-columns // _VECTOR) * _VECTOR


def zeros_on_lines(*shape: int) -> NDArray[np.float64]:
    """Zeros that begin where a line of the processor's cache does: no vector of whole rows lies on two lines."""
    room = np.zeros(int(np.prod(shape)) + _VECTOR)
    skip = -(room.ctypes.data // room.itemsize) % _VECTOR
    return room[skip : len(room) - _VECTOR + skip].reshape(shape)
