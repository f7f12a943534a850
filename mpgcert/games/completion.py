"""Probability rows that come from floating point, completed so that they sum to exactly 1.

The shortest decimals of the doubles of a probability vector rarely sum to 1.  The difference goes on the
largest entry of the row: this keeps the denominators short (dividing by the sum would not), changes no
entry by more than the rounding that the row already has, and keeps zeros zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from mpgcert.arithmetic import ExactArray
from mpgcert.games.markov import SparseKernel

__all__ = ["Completion", "complete_rows", "complete_sparse"]


@dataclass
class Completion:
    """What completing the rows of one field changed.

    Attributes:
        field: name of the entry, as in the file format.
        rows: how many rows there were.
        completed: how many of them did not sum to 1 and now do.
        largest: the largest change of an entry.
        TOLERANCE: rows whose sum is further than this from 1 are left alone, to be refused.
    """

    TOLERANCE: ClassVar[Fraction] = Fraction(1, 10**9)

    field: str
    rows: int = 0
    completed: int = 0
    largest: Fraction = Fraction(0)

    def __str__(self) -> str:
        """One sentence, or nothing if nothing was changed."""
        if not self.completed:
            return ""
        return (
            f"{self.field}: {self.completed} of {self.rows} rows completed on the largest entry, "
            f"by at most {float(self.largest):.2g}"
        )

    def changes(self, total: NDArray[Any], denominator: int) -> dict[int, int]:
        """For each row that is off by little, what to add to a numerator; `total` holds sums of numerators."""
        self.rows += len(total)
        changes = {}
        for row in np.flatnonzero(total != denominator).tolist():
            change = denominator - int(total[row])
            if abs(change) <= self.TOLERANCE * denominator:
                changes[row] = change
                self.completed += 1
                self.largest = max(self.largest, Fraction(abs(change), denominator))
        return changes


def complete_rows(rows: ExactArray, completion: Completion) -> ExactArray:
    """The rows (last axis) of an array, completed; rows that are off by more stay as they are."""
    numerator = rows.numerator.reshape(-1, rows.shape[-1]).astype(object)
    changes = completion.changes(numerator.sum(axis=1), rows.denominator)
    for row, change in changes.items():
        numerator[row, numerator[row].argmax()] += change
    return ExactArray.of_integers(numerator.reshape(rows.shape), rows.denominator) if changes else rows


def complete_sparse(kernel: SparseKernel, completion: Completion) -> SparseKernel:
    """The rows of a sparse kernel, completed; rows that are off by more stay as they are."""
    numerator, denominator = kernel.probability.numerator.astype(object), kernel.probability.denominator
    changes = completion.changes(np.add.reduceat(numerator, kernel.start[:-1]), denominator)
    for row, change in changes.items():
        first, last = kernel.start[row], kernel.start[row + 1]
        numerator[first + numerator[first:last].argmax()] += change
    if not changes:
        return kernel
    return SparseKernel(kernel.start, kernel.successor, ExactArray.of_integers(numerator, denominator))
