"""Slow and simple computations in fractions that the package is compared with."""

from fractions import Fraction


class Dual:
    """value + slope t with t^2 = 0: exact derivatives of rational functions."""

    def __init__(self, value, slope=0):
        self.value, self.slope = Fraction(value), Fraction(slope)

    def __add__(self, other):
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other):
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other):
        return Dual(self.value * other.value, self.value * other.slope + self.slope * other.value)

    def __truediv__(self, other):
        quotient = self.value / other.value
        return Dual(quotient, (self.slope - quotient * other.slope) / other.value)


def solved(matrix, right):
    """Gaussian elimination without pivoting: fine for I - gamma P."""
    size, matrix, right = len(right), [list(row) for row in matrix], list(right)
    for k in range(size):
        for row in range(size):
            if row != k:
                factor = matrix[row][k] / matrix[k][k]
                matrix[row] = [x - factor * y for x, y in zip(matrix[row], matrix[k])]
                right[row] = right[row] - factor * right[k]
    return [right[k] / matrix[k][k] for k in range(size)]
