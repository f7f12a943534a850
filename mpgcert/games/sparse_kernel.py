"""Kernels by their non-zero entries, for games with many states of which few follow each other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.errors import require_memory

__all__ = ["SparseKernel"]


@dataclass(frozen=True, eq=False)
class SparseKernel:
    """A kernel by its non-zero entries, row by row (compressed sparse rows).

    Row `s * A + a` holds P(. | s, a) for the joint action with C-order index a.

    Attributes:
        start: int64 [S * A + 1]; row k has the entries start[k] to start[k + 1] - 1.
        successor: int64 [entries]; next states, increasing inside a row.
        probability: exact [entries].
    """

    start: NDArray[np.int64]
    successor: NDArray[np.int64]
    probability: ExactArray

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SparseKernel)
            and np.array_equal(self.start, other.start)
            and np.array_equal(self.successor, other.successor)
            and self.probability == other.probability
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def row(self) -> NDArray[np.int64]:
        """The row of each entry."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))

    @staticmethod
    def of_dense(kernel: ExactArray) -> SparseKernel:
        """The non-zero entries of a kernel [S, A_1, ..., A_n, S]."""
        n_states = kernel.shape[-1]
        matrix = kernel.numerator.reshape(-1, n_states)
        row, successor = np.nonzero(matrix)
        start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=matrix.shape[0]))])
        data = ExactArray.of_integers(matrix[row, successor], kernel.denominator)
        return SparseKernel(start.astype(np.int64), successor.astype(np.int64), data)

    def without_zeros(self) -> SparseKernel:
        """The same kernel with its zero entries left out."""
        keep = self.probability.numerator != 0
        if keep.all():
            return self
        kept = np.concatenate([[0], np.cumsum(keep)])
        data = ExactArray.of_integers(self.probability.numerator[keep], self.probability.denominator)
        return SparseKernel(kept[self.start].astype(np.int64), self.successor[keep], data)

    def to_dense(self, shape: tuple[int, ...]) -> ExactArray:
        """The kernel as an exact array of the given shape [S, A_1, ..., A_n, S].

        Raises:
            TooLarge: there is not enough memory for it.
        """
        require_memory(16 * math.prod(shape), f"a dense kernel of {shape[0]} states")
        numerator = self.probability.numerator
        matrix = np.zeros((len(self.start) - 1, shape[-1]), dtype=numerator.dtype)
        matrix[self.row, self.successor] = numerator
        return ExactArray.of_integers(matrix.reshape(shape), self.probability.denominator)
