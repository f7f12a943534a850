"""A verifier of mpgcert's certificates that needs nothing but Python's standard library and trusts nobody.

    python verify.py CERTIFICATE.json [GAME.json] [TRAJECTORY.npz]

prints one JSON object and leaves with 0 (accepted), 1 (rejected) or 2 (usage).  To be read in one sitting: reading
strict JSON; rationals, and intervals that are rounded outward (an open comparison raises `Undecided`, which rejects);
linear algebra over both; games, from the user's own file; a language for formulas, which can reach nothing else; and
certificates.  Each carries its statement as a record of formulas (what is defined, checked and claimed, by which
argument); it belongs to the statement's id because it is a leaf of the hash tree with the root ROOT; or read it, it is
text.  docs/certificates.md describes the format field by field.
"""

# fmt: off
from __future__ import annotations

import array
import ast
import functools
import hashlib
import io
import itertools
import json
import math
import operator
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = "b376638d388268429ebb02c2482b7b77b6a00160ba4255dffff6fedbdc105490"
SCHEMA = "mpgcert-certificate/1"
PAPERS = ("zhang2022", "hambly2021", "maheshwari2023", "mpgcert")
MAX_BYTES, MAX_DIGITS, MAX_EXPONENT, MAX_BITS, MAX_SECONDS, MAX_CELLS = 2**26, 20_000, 5000, 2**20, 900, 2 * 10**7
sys.set_int_max_str_digits(max(sys.get_int_max_str_digits(), MAX_BITS // 3))

class Rejected(Exception):
    """The certificate does not prove its claim; the message says where it fails."""

class Undecided(Rejected):
    """A comparison is too close for the precision, or a computation too long."""

def require(condition: Any, reason: str) -> bool:
    """Reject unless the condition holds."""
    if not condition:
        raise Rejected(reason)
    return True

def look() -> None:
    """Give up when the time is over; long loops call this."""
    if time.monotonic() > Interval.until:
        raise Undecided(f"the computation takes more than {MAX_SECONDS} seconds")

# ---------------------------------------------------------------- 1. reading
class Digits(str):
    """A number of a JSON file as its text."""

def load(data: bytes) -> Any:
    """JSON, strictly."""
    require(len(data) <= MAX_BYTES, "the file is too large")
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        require(len(dict(pairs)) == len(pairs), "a key occurs twice")
        return dict(pairs)
    try:
        text = data.decode("utf-8-sig")
        return json.loads(text, parse_int=Digits, parse_float=Digits, parse_constant=Digits, object_pairs_hook=unique)
    except (ValueError, RecursionError) as error:
        raise Rejected(f"no JSON: {type(error).__name__}") from None

_NUMBER = re.compile(r"([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?|([+-]?\d+)/(\d*[1-9]\d*)", re.ASCII)

def number(value: Any) -> Fraction:
    """The rational that a JSON number, or a string such as "-1/3" or "0.25", stands for."""
    found = _NUMBER.fullmatch(value.strip()) if isinstance(value, str) and len(value) <= MAX_DIGITS else None
    if found is None:
        raise Rejected(f"{str(value)[:40]!r} is no number")
    sign, whole, places, exponent, above, below = found.groups()
    if below is not None:
        return Fraction(int(above), int(below))
    require(abs(int(exponent or 0)) <= MAX_EXPONENT, "an exponent is too large")
    digits, power_of_ten = int(whole + (places or "")), int(exponent or 0) - len(places or "")
    return Fraction(-digits if sign == "-" else digits) * Fraction(10) ** power_of_ten

def integer(value: Any, least: int = 0, most: int = 2**31) -> int:
    """A whole number in a range."""
    found = number(value)
    fitting = isinstance(value, Digits) and found.denominator == 1 and least <= found <= most
    require(fitting, f"{value[:40]!r} is no whole number, or out of range")
    return int(found)

def listed(value: Any, length: int | None = None) -> list[Any]:
    """A list, of the given length."""
    require(isinstance(value, list) and length in (None, len(value)), "a list is missing, or has another length")
    return value

def fields(value: Any, names: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Any]:
    """An object with these keys and no others."""
    require(isinstance(value, dict) and {*names} <= {*value}, f"not an object with the keys {' '.join(names)}")
    require({*value} <= {*names, *optional}, f"a key is not one of: {' '.join([*names, *optional])}")
    return value

def shape(value: Any) -> tuple[int, ...]:
    """The lengths of nested lists or tables, along the first entries."""
    return (len(value), *shape(value[0])) if isinstance(value, (list, Table)) and value else ()

def numbers(value: Any, *sizes: int | None) -> Any:
    """Nested lists of numbers as tables of exactly these sizes (None: any); without sizes, of whatever shape it has."""
    def table(part: Any, lengths: tuple[int | None, ...]) -> Any:
        inner = listed(part, max(1, len(part)) if lengths[0] is None else lengths[0]) if lengths else []
        return Table(table(x, lengths[1:]) for x in inner) if lengths else number(part)
    return table(value, sizes or shape(value))

# ---------------------------------------------------------------- 2. numbers
class Interval:
    """The numbers between two rationals; results are rounded outward to `bits` significant bits."""
    __slots__ = ("high", "low")
    bits, until = 192, math.inf
    def __init__(self, low: Fraction, high: Fraction) -> None:
        self.low, self.high = low, high
    def __add__(self, other: Any) -> Any:
        return enclose(self.low + low(other), self.high + high(other)) if isinstance(other, NUMBERS) else NotImplemented
    def __neg__(self) -> Any:
        return Interval(-self.high, -self.low)
    def __sub__(self, other: Any) -> Any:
        return self + -other if isinstance(other, NUMBERS) else NotImplemented
    def __rsub__(self, other: Any) -> Any:
        return -self + other
    def __mul__(self, other: Any) -> Any:
        if not isinstance(other, NUMBERS):
            return NotImplemented
        ends = [a * b for a in (self.low, self.high) for b in (low(other), high(other))]
        return enclose(min(ends), max(ends))
    __radd__, __rmul__ = __add__, __mul__
    def __bool__(self) -> bool:
        return certain(self.low > 0 or self.high < 0, False)
    def __le__(self, other: Any) -> bool:
        return certain(self.high <= low(other), self.low > high(other))
    def __lt__(self, other: Any) -> bool:
        return certain(self.high < low(other), self.low >= high(other))
    def __ge__(self, other: Any) -> bool:
        return certain(self.low >= high(other), self.high < low(other))
    def __gt__(self, other: Any) -> bool:
        return certain(self.low > high(other), self.high <= low(other))

NUMBERS = (int, Fraction, Interval)

def certain(yes: bool, no: bool) -> bool:
    """The answer of a comparison, if there is one."""
    if not (yes or no):
        raise Undecided("two numbers are too close to be told apart at this precision")
    return yes

def low(value: Any) -> Fraction:
    """The least that a number may be."""
    return value.low if type(value) is Interval else value if type(value) is Fraction else Fraction(value.numerator)

def high(value: Any) -> Fraction:
    """The most that a number may be."""
    return value.high if type(value) is Interval else value if type(value) is Fraction else Fraction(value.numerator)

def size(value: Any) -> int:
    """The bits of a rational's numerator and denominator."""
    return int(value.numerator.bit_length() + value.denominator.bit_length())

def outward(value: Fraction, up: bool) -> Fraction:
    """A binary fraction of few digits at the value or beside it, above it if `up`, else below."""
    n, d = value.numerator, value.denominator
    if n.bit_length() + d.bit_length() <= 2 * Interval.bits:
        return value
    shift = Interval.bits - n.bit_length() + d.bit_length()
    require(abs(shift) <= MAX_BITS, "a number is too large, or too close to 0")
    scaled, unit = n << max(shift, 0), d << max(-shift, 0)
    whole = -(-scaled // unit) if up else scaled // unit
    return Fraction(whole, 1 << shift) if shift > 0 else Fraction(whole << -shift)

def enclose(least: Fraction, most: Fraction) -> Any:
    """The interval, rounded outward; the number itself where both ends agree."""
    require(least <= most, "nothing lies between the two numbers")
    return least if least == most else Interval(outward(least, False), outward(most, True))

def rounded(value: Any) -> Any:
    """An interval around a number of too many digits; tables entry by entry."""
    if isinstance(value, Table):
        return Table(map(rounded, value))
    return enclose(outward(low(value), False), outward(high(value), True))

def same(a: Any, b: Any) -> bool:
    """Whether two numbers, tables, texts or truth values are equal, once that is certain."""
    if isinstance(a, Table) and isinstance(b, Table):
        return len(a) == len(b) and all(map(same, a, b))
    if not (isinstance(a, NUMBERS) and isinstance(b, NUMBERS)):
        return type(a) is type(b) and bool(a == b)
    return certain(low(a) == high(a) == low(b) == high(b), high(a) < low(b) or low(a) > high(b))

def fit(value: Any) -> Any:
    """The value, if it is no number of too many digits (intervals are rounded anyway)."""
    if type(value) in (Fraction, int) and size(value) > MAX_BITS:
        raise Undecided("a number has too many digits")
    return value

def arithmetic(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """An operation between numbers, or tables, and nothing else, with bounded results."""
    def bounded(a: Any, b: Any) -> Any:
        both = isinstance(a, (*NUMBERS, Table)) and isinstance(b, (*NUMBERS, Table))
        require(both, "arithmetic with something that is no number and no table")
        return fit(operation(a, b))
    return bounded

plus, minus, times = arithmetic(operator.add), arithmetic(operator.sub), arithmetic(operator.mul)

def divide(a: Any, b: Any) -> Any:
    """a / b; b must certainly not be 0."""
    if isinstance(a, Table):
        return Table(divide(part, b) for part in a)
    if low(b) <= 0 <= high(b):
        raise Undecided("a divisor is 0, or not told apart from 0")
    if isinstance(a, Interval) or isinstance(b, Interval):
        return a * enclose(1 / high(b), 1 / low(b))
    return fit(low(a) / low(b))

def power(a: Any, b: Any) -> Any:
    """a^b for whole b, and for positive a any rational b."""
    require(not isinstance(b, Interval) and abs(low(b)) <= 10_000, "a power that is not defined")
    require((size(low(a)) + size(high(a))) * abs(b) <= 4 * MAX_BITS, "a power that is too large")
    if type(a) is int and type(b) is int and b >= 0:
        return a**b
    if b.denominator == 2:
        return power(root(a), 2 * b)
    if b.denominator != 1:
        return exponential(logarithm(a) * b)
    if b < 0:
        return divide(1, power(a, -b))
    ends = [low(a) ** int(b), high(a) ** int(b)]
    return enclose(Fraction(0) if b % 2 == 0 and low(a) < 0 < high(a) else min(ends), max(ends))

def root(a: Any) -> Any:
    """The square root by floor and ceiling of scaled integers; exact for squares."""
    require(low(a) >= 0, "a square root of a number that may be negative")
    def bound(x: Fraction, up: bool) -> Fraction:
        n, d = x.numerator, x.denominator
        if math.isqrt(n) ** 2 == n and math.isqrt(d) ** 2 == d:
            return Fraction(math.isqrt(n), math.isqrt(d))
        scale = max(0, Interval.bits + (d.bit_length() - n.bit_length()) // 2 + 8)
        return Fraction(math.isqrt((n << 2 * scale) // d) + up, 1 << scale)
    return enclose(bound(low(a), False), bound(high(a), True))

def exponential(a: Any) -> Any:
    """e^a, with e^-q = 1 / e^q.  For r = q / 2^h <= 1/2 the sum of r^k / k! for k < N is at most e^r, which is at most
    that sum plus 2 r^N / N!; integers in units of 2^-p, rounded down for the one and up for the other; h squarings."""
    def of(q: Fraction) -> Any:
        if q <= 0:
            return divide(1, of(-q)) if q else Fraction(1)
        halvings = max(0, q.numerator.bit_length() - q.denominator.bit_length() + 2)
        require(halvings <= 20, "an exponential is out of range")
        p = Interval.bits + halvings + 16
        below = (q.numerator << p) // (q.denominator << halvings)
        total, term, most, rest, k = 0, 1 << p, 0, 1 << p, 0
        while rest > 1:
            total, most, k = total + term, most + rest, k + 1
            term, rest = (term * below >> p) // k, -((-rest * (below + 1) >> p) // k)
        found: Any = Interval(Fraction(total, 1 << p), Fraction(most + 2 * rest, 1 << p))
        for _ in range(halvings):
            found = found * found
        return found
    return enclose(low(of(low(a))), high(of(high(a))))

def logarithm(a: Any) -> Any:
    """log a.  a = m 2^e with 2/3 <= m <= 4/3, and log 2 = log 4/3 - log 2/3; |log m| = 2 (z + z^3/3 + z^5/5 + ...) for
    z = |m - 1| / (m + 1) <= 1/5, where all terms from z^k / k on sum to at most 2 z^k; integers as for e^a."""
    def series(m: Fraction) -> Any:
        z, total, most, k = abs(m - 1) / (m + 1), 0, 0, 1
        p = Interval.bits + 16 + max(0, z.denominator.bit_length() - z.numerator.bit_length())
        term = below = (z.numerator << p) // z.denominator
        rest = above = below + 1
        while rest > 1:
            total, most, k = total + term // k, most - (-rest // k), k + 2
            term, rest = term * below * below >> 2 * p, -(-rest * above * above >> 2 * p)
        found = Interval(Fraction(2 * total, 1 << p), Fraction(2 * most + 4 * rest, 1 << p))
        return Fraction(0) if m == 1 else found if m > 1 else -found
    def of(q: Fraction) -> Any:
        e = q.numerator.bit_length() - q.denominator.bit_length()
        m = q / Fraction(2) ** e
        m, e = (m / 2, e + 1) if m > Fraction(4, 3) else (m * 2, e - 1) if m < Fraction(2, 3) else (m, e)
        return series(m) + (series(Fraction(4, 3)) - series(Fraction(2, 3))) * e if e else series(m)
    if low(a) <= 0:
        raise Undecided("a logarithm of a number that may be 0 or negative")
    return enclose(low(of(low(a))), high(of(high(a))))

def largest(*values: Any) -> Any:
    """The maximum of the arguments, or of the entries of one."""
    found = list(values if len(values) > 1 else values[0])
    require(found and all(isinstance(x, NUMBERS) for x in found), "a maximum of nothing")
    return enclose(max(map(low, found)), max(map(high, found)))

# ---------------------------------------------------------------- 3. linear algebra
class Table(tuple):  # type: ignore[type-arg]
    """Nested tuples of numbers: sums and differences entry by entry, multiples, and @ for matrices and vectors."""
    def __hash__(self) -> int:
        if "_hash" not in self.__dict__:
            self._hash = tuple.__hash__(self)
        return self._hash
    def __add__(self, other: Any) -> Table:
        require(isinstance(other, Table) and len(other) == len(self), "a sum of tables of different shape")
        return Table(map(plus, self, other))
    def __neg__(self) -> Table:
        return Table(-a for a in self)
    def __sub__(self, other: Any) -> Table:
        return self + -other
    def __mul__(self, factor: Any) -> Table:
        require(isinstance(factor, NUMBERS), "a multiple by something that is no number")
        return Table(times(a, factor) for a in self)
    __rmul__ = __mul__
    def __matmul__(self, other: Any) -> Any:
        if not isinstance(self[0], Table):
            return dot(self, other)
        if not isinstance(other[0], Table):
            return Table(dot(row, other) for row in self)
        columns = transpose(other)
        return Table(Table(dot(row, column) for column in columns) for row in self)

def dot(a: Any, b: Any) -> Any:
    """The inner product of two vectors."""
    require(len(a) == len(b), "an inner product of vectors of different length")
    look()
    found: Any = Fraction(0)
    for x, y in zip(a, b):
        if type(x) is Interval or x:
            found = fit(found + x * y)
    return found

def transpose(M: Any) -> Table:
    """The matrix with rows and columns exchanged."""
    return Table(map(Table, zip(*M, strict=True)))

def identity(size: int) -> Table:
    """The identity matrix."""
    require(size**2 <= MAX_CELLS, "an identity matrix is too large")
    return Table(Table(Fraction(i == j) for j in range(size)) for i in range(size))

def total(values: Any) -> Any:
    """The sum of numbers or of tables."""
    return functools.reduce(plus, list(values) or [0])

def solve(M: Any, right: Any) -> Table:
    """The solution of M x = right (a vector, or a matrix of columns); M must certainly be regular.

    Rationals: Bareiss's elimination in integers.  Intervals: Gauss's elimination, each step enclosing its result, with
    pivots that certainly are not 0; so every system with entries in the intervals has its solution inside.
    """
    if not isinstance(right[0], Table):
        return Table(row[0] for row in solve(M, Table(Table((x,)) for x in right)))
    count, rows = len(M), [[*a, *b] for a, b in zip(M, right)]
    width = count + len(right[0])
    fitting = len(right) == count and all(len(a) == count for a in M) and all(len(row) == width for row in rows)
    require(fitting and all(isinstance(x, NUMBERS) for row in rows for x in row), "a system that is not square")
    exact = not any(isinstance(x, Interval) for row in rows for x in row)
    if exact:
        scales = (math.lcm(*(x.denominator for x in row)) for row in rows)
        rows = [[int(x * scale) for x in row] for row, scale in zip(rows, scales)]
    previous = 1
    for k in range(count):
        pivot = max(range(k, count), key=lambda r: abs(low(rows[r][k]) + high(rows[r][k])))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        top, after = rows[k], range(k + 1, width)
        if low(top[k]) <= 0 <= high(top[k]):
            raise Undecided("a linear system is singular, or not told apart from a singular one")
        for row in rows[k + 1 :]:
            look()
            if exact:
                row[k + 1 :] = [fit((row[c] * top[k] - row[k] * top[c]) // previous) for c in after]
            else:
                ratio = divide(row[k], top[k])
                row[k + 1 :] = [row[c] - ratio * top[c] for c in after]
        previous = top[k] if exact else 1
    found: list[Any] = [None] * count
    for k in reversed(range(count)):
        later = range(k + 1, count)
        rests = [rows[k][c] - total(rows[k][m] * found[m][c - count] for m in later) for c in range(count, width)]
        found[k] = Table(divide(rest, rows[k][k]) for rest in rests)
    return Table(found)

def symmetric(M: Any) -> bool:
    """Whether a matrix is square, and may be symmetric; one with intervals stands for the symmetric ones inside it."""
    cells = itertools.product(range(len(M)), repeat=2)
    return all(len(row) == len(M) for row in M) and all(low(M[i][j]) <= high(M[j][i]) for i, j in cells)

def definite(M: Any) -> bool:
    """Whether a symmetric matrix is positive definite: all pivots of its L D L' factorisation are positive."""
    require(symmetric(M), "a matrix is not symmetric")
    rows = [list(row) for row in M]
    for k, top in enumerate(rows):
        if not top[k] > 0:
            return False
        for r in range(k + 1, len(rows)):
            look()
            ratio = divide(rows[r][k], top[k])
            rows[r] = [fit(a - ratio * b) for a, b in zip(rows[r], top)]
    return True

def eigmax(M: Any) -> Any:
    """The largest eigenvalue of a symmetric matrix: x is above it if and only if x I - M is positive definite.

    Bisection, to half of the bits, or all bits of the largest row sum where the eigenvalue is about 0.  Where entries
    are intervals, an eigenvalue differs from that of the midpoints by at most the largest row sum of the radii.
    """
    require(symmetric(M), "a matrix is not symmetric")
    cells = [(i, j) for i in range(len(M)) for j in range(len(M))]
    if all(not isinstance(M[i][j], Interval) and M[i][j] == 0 for i, j in cells if i != j):
        return largest([M[i][i] for i in range(len(M))])
    ends = [(low(M[i][j]), high(M[i][j]), low(M[j][i]), high(M[j][i])) for i, j in cells]
    centre = Table(Table(sum(end) / 4 for end in ends[k : k + len(M)]) for k in range(0, len(cells), len(M)))
    away = [max(high(M[i][j]) - centre[i][j], centre[i][j] - low(M[i][j])) for i, j in cells]
    radius = max(total(away[k : k + len(M)]) for k in range(0, len(cells), len(M)))
    above = max(total(map(abs, row)) for row in centre)
    below, finest = -above, above / 2**Interval.bits
    while above - below > max(finest, max(abs(above), abs(below)) / 2 ** (Interval.bits // 2)):
        half = outward((above + below) / 2, True)
        if not below < half < above:
            break
        below, above = (below, half) if definite(identity(len(M)) * half - centre) else (half, above)
    return enclose(below - radius, above + radius)

def optimal_values(reward: Any, kernel: Any, discount: Any) -> Table:
    """Optimal values of a decision process with rewards [s][a] and transition probabilities [s][a][s'].

    Policy iteration finds a policy; its values v are a lower bound.  An upper one is v + e / (1 - c), where Bellman's
    operator exceeds v by at most e >= 0 in any state, and c bounds discount times a row's sum: the operator is monotone
    and moves constants by at most c.
    """
    states, choice = range(len(reward)), [0] * len(reward)
    require(list(map(len, reward)) == list(map(len, kernel)), "rewards and transitions of different shape")
    least_entry = min(low(x) for rows in kernel for row in rows for x in row)
    contraction = high(discount) * max(high(total(row)) for rows in kernel for row in rows)
    require(low(discount) >= 0 and least_entry >= 0 and contraction < 1, "no discounted decision process")
    for _ in range(1000):
        rows = Table(kernel[s][choice[s]] for s in states)
        values = solve(identity(len(rows)) - rows * discount, Table(reward[s][choice[s]] for s in states))
        gains = [[r + discount * dot(p, values) - values[s] for r, p in zip(reward[s], kernel[s])] for s in states]
        best = [max(range(len(row)), key=[low(x) + high(x) for x in row].__getitem__) for row in gains]
        moved = [s for s in states if low(gains[s][best[s]]) > max(Fraction(0), high(gains[s][choice[s]]))]
        if not moved:
            excess = max(Fraction(0), *(high(gain) for row in gains for gain in row)) / (1 - contraction)
            return Table(enclose(low(v), high(v) + excess) for v in values)
        for s in moved:
            choice[s] = best[s]
    raise Undecided("policy iteration did not end")

# ---------------------------------------------------------------- 4. games
def flat(table: Table, depth: int) -> Table:
    """So many outer levels of a table as one, in C order."""
    return table if depth == 1 else Table(x for part in table for x in flat(part, depth - 1))

def markov_game(document: dict[str, Any]) -> dict[str, Any]:
    """A tabular game as names: rewards r[i][s][j], P[s][j][s'], gamma, rho, A[i], act[j][i]; j in C order."""
    matrix, given, start = document["kind"] == "matrix-game", document.get("transition"), document.get("initial")
    common, each = ("common_payoff", "payoffs") if matrix else ("common_reward", "rewards")
    require((common in document) != (each in document), f"neither or both of {each} and {common}")
    tables = numbers(document[each] if each in document else [document[common]])
    n, S, *A = shape(Table(Table([table]) for table in tables) if matrix else tables)
    require(A and (common in document or n == len(A)), "rewards of another shape")
    act = Table(map(Table, itertools.product(*map(range, A))))
    require(S * S * len(act) <= MAX_CELLS, "the game is too large")
    def row(values: Any) -> Table:
        """Probabilities; a row of floating point that misses 1 by at most 1e-9 is completed on its largest entry."""
        found, rest = list(values), 1 - total(x for x in values if x)
        if document.get("inexact") is True and abs(rest) <= Fraction(1, 10**9):
            found[found.index(max(found))] += rest
            rest = Fraction(0)
        require(rest == 0 and min(found) >= 0, "probabilities that do not sum to 1")
        return Table(found)
    r = Table(Table(flat(part, len(A)) for part in ([table] if matrix else table)) for table in tables)
    gamma = number(document.get("discount", "0"))
    require(0 <= gamma < 1, "the discount is not in [0, 1)")
    if isinstance(given, dict):
        place, seen = {tuple(a): j for j, a in enumerate(act)}, set()
        P: list[Any] = [[[Fraction(0)] * S for _ in act] for _ in range(S)]
        for entry in listed(fields(given, ["sparse"])["sparse"]):
            s, *a, u = index = tuple(integer(x) for x in listed(entry, len(A) + 3)[:-1])
            require(s < S and u < S and tuple(a) in place and index not in seen, "a wrong entry of the transition")
            P[s][place[tuple(a)]][u] = number(entry[-1])
            seen.add(index)
    else:
        require(given is not None or S == 1, "the transition is missing")
        P = [[[Fraction(1)]] * len(act)] if given is None else [flat(x, len(A)) for x in numbers(given, S, *A, S)]
    rho = row([Fraction(1, S)] * S if start is None else numbers(start, S))
    kernel = Table(Table(map(row, rows)) for rows in P)
    rewards = r if each in document else Table([r[0]] * len(A))
    return {"r": rewards, "P": kernel, "gamma": gamma, "rho": rho, "A": Table(A), "act": act}

def normalized(game: dict[str, Any]) -> dict[str, Any]:
    """The game with rewards in [0, 1]: as it is, or less each player's least reward, over the widest range of all."""
    ends = [(min(map(min, table)), max(map(max, table))) for table in game["r"]]
    if min(a for a, _ in ends) >= 0 and max(b for _, b in ends) <= 1:
        return game
    scale = max(b - a for a, b in ends) or 1
    tables = ([[(x - a) / scale for x in row] for row in table] for table, (a, _) in zip(game["r"], ends))
    return {**game, "r": Table(Table(map(Table, table)) for table in tables)}

def lq_game(document: dict[str, Any]) -> dict[str, Any]:
    """A linear-quadratic game as names: A[t], B[i][t], Q[i][t], R[i][t], W, Sigma0 = E[x_0 x_0'], points (or none)."""
    T, d, k = integer(document["horizon"], 1, 10**5), len(document["W"]), Table(shape(B)[-1] for B in document["B"])
    require(T * len(k) * (d + sum(k)) ** 2 <= MAX_CELLS, "the game is too large")
    def staged(value: Any, count: int, *sizes: int) -> Table:
        """One matrix for each stage, from that or from one for all of them."""
        return Table([numbers(value, *sizes)] * count) if len(shape(value)) == 2 else numbers(value, count, *sizes)
    def each(name: str, count: int, sizes: Iterable[tuple[int, int]]) -> Table:
        return Table(staged(M, count, *size) for M, size in zip(listed(document[name], len(k)), sizes))
    A, W, B = staged(document["A"], T, d, d), numbers(document["W"], d, d), each("B", T, ((d, own) for own in k))
    Q, R, given, law = each("Q", T + 1, [(d, d)] * len(k)), each("R", T, zip(k, k)), document["initial"], Table()
    if "mean" in given:
        mean = numbers(given["mean"], d)
        moment, law = numbers(given["covariance"], d, d) + Table(mean * x for x in mean), Table((mean,))
    elif "points" in given:
        points, weights = numbers(given["points"], None, d), numbers(given["probabilities"], len(given["points"]))
        require(total(weights) == 1 and min(weights) >= 0, "probabilities that do not sum to 1")
        moment, law = total(Table(x * (p * y) for y in x) for x, p in zip(points, weights)), Table((points, weights))
    else:
        moment = numbers(given["second_moment"], d, d)
    require(all(map(symmetric, (W, moment, *itertools.chain(*Q, *R)))), "a matrix is not symmetric")
    game = {"T": T, "d": d, "N": len(k), "k": k, "A": A, "B": B, "Q": Q, "R": R, "W": W}
    return {**game, "Sigma0": moment, "law": law, "points": "points" in given}

def game_of(document: Any) -> dict[str, Any]:
    """The game of a game file, as the names that formulas may use."""
    kinds = {"lq-game": lq_game, "markov-game": markov_game, "matrix-game": markov_game}
    require(isinstance(document, dict) and document.get("kind") in kinds, "no game")
    return kinds[document["kind"]](document)

def digest(value: Any) -> str:
    """SHA-256 of JSON data or of a game's names, in one form whatever the file's form."""
    def plain(x: Any) -> Any:
        if isinstance(x, dict):
            return {key: plain(y) for key, y in x.items()}
        if isinstance(x, (list, tuple)):
            return list(map(plain, x))
        return x if x is None or isinstance(x, (bool, str)) else str(x)
    return hashlib.sha256(json.dumps(plain(value), sort_keys=True, separators=(",", ":")).encode()).hexdigest()

# ---------------------------------------------------------------- 5. the language of formulas
FUNCTIONS: dict[str, Any] = {
    "sum": total, "prod": lambda values: functools.reduce(times, values, 1), "max": largest, "all": all, "any": any,
    "min": lambda *t: -largest([-x for x in (t if len(t) > 1 else t[0])]), "upper": high, "lower": low,
    "range": lambda *ends: require(len(range(*ends)) <= 10**6, "a range is too long") and Table(range(*ends)),
    "len": len, "zip": lambda *t: Table(map(Table, zip(*t))), "abs": lambda a: largest(a, -a), "rounded": rounded,
    "exp": exponential, "log": logarithm, "sqrt": root, "solve": solve, "transpose": transpose, "identity": identity,
    "definite": definite, "eigmax": eigmax, "eigmin": lambda M: -eigmax(-M),
    "squared_norm": lambda M: largest(eigmax(transpose(M) @ M), 0),
    "norm": lambda M: root(largest(eigmax(transpose(M) @ M), 0)), "optimal_values": optimal_values,
    "smallest_singular": lambda M: root(largest(-eigmax(-(transpose(M) @ M)), 0)),
    "trace": lambda M: total(M[k][k] for k in range(len(M))), "between": lambda a, b: enclose(low(a), high(b)),
    "ceiling": lambda a: enclose(Fraction(math.ceil(low(a))), Fraction(math.ceil(high(a)))),
}
_LOOPS = {"sum", "prod", "max", "min", "all", "any"}
_OPERATIONS: dict[Any, tuple[str, Any]] = {
    ast.Add: ("_plus", plus), ast.Sub: ("_minus", minus), ast.Mult: ("_times", times), ast.Div: ("_divide", divide),
    ast.MatMult: ("_product", arithmetic(operator.matmul)), ast.FloorDiv: ("_quotient", arithmetic(operator.floordiv)),
    ast.Mod: ("_modulo", arithmetic(operator.mod)), ast.Pow: ("_power", power),
}
_NODES = (
    ast.BinOp, *_OPERATIONS, ast.UnaryOp, ast.USub, ast.Not, ast.BoolOp, ast.boolop, ast.IfExp, ast.Call,
    ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.Name, ast.Constant, ast.Subscript, ast.List,
    ast.Tuple, ast.ListComp, ast.comprehension, ast.expr_context,
)

class Language:
    """The values of given names, and definitions such as {"value(p, f)": "solve(...)"} over them.

    An expression is a Python expression without attributes, lambdas, keywords, floats or calls of anything but
    definitions and the functions above.  Arithmetic, `==` and indices are the exact ones above, lists are tables, and
    a name means one thing, but that parameters hide definitions.  Definitions are computed once for each tuple of
    arguments, and not at all if the name is given: that was proved elsewhere, or is optional data.
    """

    def __init__(self, given: dict[str, Any], definitions: dict[str, str] | None = None) -> None:
        self.scope = {**FUNCTIONS, **given}
        self.parameters: dict[str, list[str]] = {}
        require(not given.keys() & FUNCTIONS.keys(), "a value has the name of a function")
        for head, text in (definitions or {}).items():
            found = re.fullmatch(r"([A-Za-z]\w*)(?:\(([a-zA-Z]\w*(?:, [a-zA-Z]\w*)*)\))?", head, re.ASCII)
            if found is None or found[1] in self.parameters or found[1] in FUNCTIONS:
                raise Rejected(f"{head[:40]!r} is no head of a definition, or defined twice")
            if found[1] not in given:
                self.parameters[found[1]] = found[2].split(", ") if found[2] else []
                self.scope[found[1]] = self._kept(found[1], text)
        self.known = {*self.scope}
        self.scope |= dict(_OPERATIONS.values()) | {"__builtins__": {}, "_same": same, "_table": Table}
        self.scope |= {"_each": self._each, "_item": self._item}

    def function(self, text: Any, parameters: Iterable[str] = ()) -> Callable[..., Any]:
        """An expression as a function of its free variables."""
        require(isinstance(text, str) and text.isascii() and len(text) <= 12_000, "an expression of wrong form")
        try:
            body = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Rejected(f"{text[:60]!r} is no expression") from None
        stored = (x for x in ast.walk(body) if isinstance(x, ast.Name) and isinstance(x.ctx, ast.Store))
        own, bound = {*parameters}, {x.id for x in stored}
        require(not bound & self.known and not own & FUNCTIONS.keys(), "a variable has the name of a definition")
        functions = {*FUNCTIONS, *(name for name, needed in self.parameters.items() if needed)} - own
        variables = {x for x in (self.known - functions) | own | bound if x[0] != "_"}
        tree = _Rewrite(functions, variables, self.parameters.keys() - own).visit(body)
        arguments = ast.arguments([], [ast.arg(p) for p in parameters], None, [], [], None, [])
        whole = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, tree)))
        return eval(compile(whole, "formula", "eval"), self.scope)

    def value(self, text: Any) -> Any:
        """The value of an expression without free variables."""
        return self.function(text)()
    def _kept(self, name: str, text: str) -> Callable[..., Any]:
        compiled = functools.cache(lambda: self.function(text, self.parameters[name]))
        def kept(*arguments: Any) -> Any:
            try:
                return compiled()(*arguments)
            except RecursionError:
                raise Rejected(f"{name}: definitions are nested too deeply") from None
        return functools.cache(kept)
    @staticmethod
    def _each(values: Any) -> Iterator[Any]:
        for value in values:
            look()
            yield value
    @staticmethod
    def _item(table: Any, k: Any) -> Any:
        return table[k] if k >= 0 else table[len(table)]  # no index counts from the end

class _Rewrite(ast.NodeTransformer):
    """Arithmetic, equality and indices become exact, lists tables; loops look at the clock; constants are called."""
    def __init__(self, functions: set[str], variables: set[str], defined: set[str]) -> None:
        self.functions, self.variables, self.defined = functions, variables, defined
    def visit(self, node: Any) -> Any:
        def call(name: str, *arguments: Any) -> ast.Call:
            return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            require(name in self.functions and not node.keywords, "a call of something that is not defined")
            loops = name in _LOOPS and isinstance(node.args[0], ast.GeneratorExp)
            return call(name, *map(self.generic_visit if loops else self.visit, node.args))
        require(isinstance(node, _NODES), f"{type(node).__name__} is not allowed here in an expression")
        self.generic_visit(node)
        if isinstance(node, ast.Name):
            require(node.id in self.variables, f"{node.id[:40]!r} is not defined")
            return call(node.id) if node.id in self.defined else node
        if isinstance(node, ast.Constant):
            require(type(node.value) in (int, str), f"{str(node.value)[:40]!r} is no whole number")
        elif isinstance(node, ast.BinOp):
            return call(_OPERATIONS[type(node.op)][0], node.left, node.right)
        elif isinstance(node, ast.Compare) and any(isinstance(sign, (ast.Eq, ast.NotEq)) for sign in node.ops):
            require(len(node.ops) == 1, "a chain of equalities")
            equal = call("_same", node.left, node.comparators[0])
            return equal if isinstance(node.ops[0], ast.Eq) else ast.UnaryOp(ast.Not(), equal)
        elif isinstance(node, ast.Subscript):
            return call("_item", node.value, node.slice)
        elif isinstance(node, (ast.List, ast.ListComp, ast.Tuple)):
            return node if isinstance(getattr(node, "ctx", 0), ast.Store) else call("_table", node)
        elif isinstance(node, ast.comprehension):
            node.iter = call("_each", node.iter)
        return node

# ---------------------------------------------------------------- 6. certificates
_RECORD = "id verdict text proves assumes because not method data definitions checks values"
_SPEC = re.compile(r"([A-Za-z]\w*)(?::(gains|policy|values|text))?((?:\[(?:\w+|\*)\])*)(#?)(\??)", re.ASCII)

def read(spec: Any, given: Any, game: dict[str, Any]) -> dict[str, Any]:
    """The data of a certificate by name: `phi[S][J]` is a table of that shape, `m#` counts, `K:gains` has gains for
    player and time; `pi:policy` is given by probabilities, or by `{"logits": ...}` of a softmax; `?`: optional."""
    sizes: dict[str, Any] = {"n": len(game.get("A", ())), "S": len(game.get("rho", ())), "J": len(game.get("act", ()))}
    sizes |= {name: game.get(name) for name in "NTd"} | {"c": sum(game.get("k", ())), "5": 5, "*": None}
    parts = [_SPEC.fullmatch(part) for part in listed(spec)]
    require(all(parts), "data of no known form")
    required, optional = ([p[1] for p in parts if p and bool(p[5]) is maybe] for maybe in (False, True))
    fields(given, required, optional)
    found: dict[str, Any] = {}
    for name, kind, lengths, count, _ in (part.groups() for part in parts if part and part[1] in given):
        value = given[name]
        if kind == "gains":
            tables = zip(listed(value, game["N"]), game["k"])
            found[name] = Table(numbers(part, game["T"], own, game["d"]) for part, own in tables)
        elif kind in ("policy", "values"):
            soft = kind == "policy" and isinstance(value, dict)
            rows = listed(fields(value, ["logits"])["logits"] if soft else value, sizes["n"])
            found[name] = Table(numbers(part, sizes["S"], own) for part, own in zip(rows, game["A"]))
            if soft:
                grown = [[Table(map(exponential, row)) for row in part] for part in found[name]]
                found[name] = Table(Table(divide(row, total(row)) for row in part) for part in grown)
            elif kind == "policy":
                proper = all(total(row) == 1 and min(row) >= 0 for part in found[name] for row in part)
                require(proper, f"{name} holds no probabilities")
        elif kind == "text":
            require(isinstance(value, str), f"{name} is no text")
            found[name] = value
        else:
            table = numbers(value, *(sizes[length] for length in lengths[1:-1].split("][") if length))
            found[name] = whole(table) if count else table
    return found

def whole(value: Any) -> Any:
    """Whole numbers, for use as indices."""
    if isinstance(value, Table):
        return Table(map(whole, value))
    require(value.denominator == 1 and abs(value) < 2**31, "a number is not whole, or too large")
    return int(value)

def contains(claimed: Any, found: Any) -> bool:
    """Whether a claimed value (exact text, or {"low", "high"}) holds everything that was found."""
    if isinstance(found, Table):
        return isinstance(claimed, list) and len(claimed) == len(found) and all(map(contains, claimed, found))
    if isinstance(claimed, dict):
        ends = fields(claimed, ["low", "high"])
        return number(ends["low"]) <= low(found) and high(found) <= number(ends["high"])
    return bool(number(claimed) == low(found) == high(found))

def member(record: Any, path: Any) -> bool:
    """Whether a record is a leaf of the hash tree: the path has a side and the other hash for each level."""
    node = digest(record)
    for side, other in (listed(step, 2) for step in listed(path)):
        pair = f"{other} {node}" if side == "left" else f"{node} {other}"
        node = hashlib.sha256(pair.encode()).hexdigest()
    return node == ROOT

def check(certificate: Any, document: Any = None, run: bytes | None = None, inside: Any = None) -> dict[str, Any]:
    """Verify one certificate; returns the values that it establishes, by name, or raises `Rejected` with the reason.

    The statement is a leaf of the tree (or one's own: an instance, or a proof in one variable); the game is that of the
    file `document`, or of the certificate, with the certificate's hash (or `inside`, for a certificate in another one);
    each hypothesis has a certificate of its own; all checks are true, all values as claimed.  `run`: a trajectory.
    """
    about = ["game", "game_sha256", "normalized"] if inside is None else []
    c = fields(certificate, ["schema", "statement", "membership", "claim", "data"], ["hypotheses", "bits", *about])
    require(c["schema"] == SCHEMA, f"another format than {SCHEMA}")
    record, game = fields(c["statement"], _RECORD.split(), ["setting", "title"]), inside or {}
    method = record["method"]
    catalogued = member(record, c["membership"])
    own = re.fullmatch(r"[a-z0-9_-]+(\.[A-Za-z0-9_-]+)+", record["id"]) and not record["id"].startswith(PAPERS)
    require(catalogued or own, "the catalogue has no such statement")
    require(catalogued or not record["proves"], "a statement of one's own proves no hypothesis")
    require(method in ("rule", "numbers", "proof", "trajectory"), "an unknown method")
    if inside is None and method in ("rule", "trajectory"):
        require("game" in c or document is not None, "the game is missing: give the game file")
        game = game_of(c["game"] if document is None else document)
        require(digest(game) == c.get("game_sha256"), "the certificate is about another game")
        require("game" not in c or document is None or game_of(c["game"]) == game, "the game inside is another one")
    if "normalized" in c:
        of_play = method == "trajectory" or ("pi:policy" in record["data"] and not record["proves"])
        require(c["normalized"] == "yes" and of_play, "only instances and runs may be about a normalised game")
        game = normalized(game)
    proved: dict[str, Any] = {}
    for name, inner in fields(c.get("hypotheses", {}), listed(record["assumes"])).items():
        shown = name in inner["statement"]["proves"] and inner["statement"]["verdict"] == "holds"
        require(shown, f"the hypothesis {name} is not what is proved")
        proved |= check(inner, inside=game)
    Interval.bits = integer(c.get("bits", Digits(192)), 64, 4096)  # hypotheses have set their own
    require(c["claim"].get("verdict") == record["verdict"], "the verdict is not the statement's")
    if method == "proof":
        return scalar_proof(record["values"], c["claim"], c["data"])
    if method == "trajectory":
        return trajectory(c["claim"], c["data"], game, run)
    given, defined = read(record["data"], c["data"], game), {re.split(r"\W", head)[0] for head in record["definitions"]}
    require(not ({*given, *proved} | defined) & game.keys() and not given.keys() & proved.keys(), "a name occurs twice")
    language = Language({**game, **given, **proved}, record["definitions"])
    require(record["checks"] or record["values"], "the statement states nothing")
    for text in listed(record["checks"]):
        require(language.value(text) is True, f"a check fails: {text}")
    found = {name: language.value(text) for name, text in record["values"].items()}
    fields(c["claim"], ["verdict", *found], ["where"])
    for name, value in found.items():
        require(contains(c["claim"][name], value), f"{name} is not as claimed")
    return {name: value for name, value in {**given, **found}.items() if name in record["proves"]}

def scalar_proof(values: Any, claim: Any, data: Any) -> dict[str, Any]:
    """f >= 0 for each f of the record on the whole interval, piece by piece.

    On a piece [a, b] either the enclosure of f has no negative number, or Taylor's theorem helps: at the rational c in
    [a, b] the values f, f', ..., f^(k-1) are exactly 0, so f(x) = f^(k)(z) (x - c)^k / k!, and f^(k) >= 0 on the piece
    with k even or c = a, or f^(k) <= 0 with k odd and c = b.  For f > 0 the enclosure must be positive.
    """
    fields(claim, ["verdict"])
    functions, strict = listed(values["functions"]), values["strict"] == "1"
    require(functions, "the statement states nothing")
    for text, pieces in zip(functions, listed(fields(data, ["pieces"])["pieces"], len(functions))):
        end, last = (number(x) for x in listed(values["interval"], 2))
        require(pieces, "no pieces")
        for piece in listed(pieces):
            look()
            (a, b), order = (number(x) for x in listed(piece["interval"], 2)), integer(piece["order"], 0, 8)
            require(a == end and a <= b, "the pieces leave a gap")
            expression, end, centre = ast.parse(text, mode="eval").body, b, number(piece["center"])
            for _ in range(order):
                require(a <= centre <= b and same(at(expression, centre), 0), "a derivative is not 0 at the centre")
                expression = derivative(expression)
            require(not (strict and order), "a strict inequality needs enclosures")
            require(has_sign(expression, a, b, centre, order, strict), "a piece has no sign")
        require(end == last, "the pieces do not reach the end")
    return {}

def at(expression: ast.expr, x: Any) -> Any:
    """The value at a number, or an interval around all values on one."""
    names = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    require(names <= {"x", "exp", "log", "sqrt", "max", "min", "abs"}, "no function of x")
    return Language({"x": x}).value(ast.unparse(expression))

def has_sign(expression: ast.expr, a: Fraction, b: Fraction, centre: Fraction, order: int, strict: bool) -> bool:
    """Whether f^(order), given by its expression, has on [a, b] the sign that makes f >= 0 there (f > 0 if strict)."""
    bound = at(expression, enclose(a, b))
    if order == 0:
        return low(bound) > 0 or (not strict and low(bound) == 0)
    return low(bound) >= 0 if order % 2 == 0 or centre == a else high(bound) <= 0 and centre == b

def derivative(e: ast.expr) -> ast.expr:
    """The derivative of an expression in x, by the rules of calculus."""
    def of(pattern: str, **parts: ast.expr) -> ast.expr:
        text = {name: f"({ast.unparse(part)})" for name, part in parts.items()}
        return ast.parse(pattern.format(**text), mode="eval").body
    if isinstance(e, (ast.Constant, ast.Name)):
        return ast.Constant(int(isinstance(e, ast.Name)))
    if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub):
        return of("-{a}", a=derivative(e.operand))
    if isinstance(e, ast.Call):
        known = {"exp": "exp({u})*{a}", "log": "{a}/{u}", "sqrt": "{a}/(2*sqrt({u}))"}
        require(ast.unparse(e.func) in known and len(e.args) == 1, "no derivative of such a function")
        return of(known[ast.unparse(e.func)], u=e.args[0], a=derivative(e.args[0]))
    power, product, quotient = "{v}*{u}**({v} - 1)*{a}", "{a}*{v} + {u}*{b}", "({a}*{v} - {u}*{b})/{v}**2"
    rules = {ast.Add: "{a} + {b}", ast.Sub: "{a} - {b}", ast.Mult: product, ast.Div: quotient, ast.Pow: power}
    if not isinstance(e, ast.BinOp) or type(e.op) not in rules:
        raise Rejected("no derivative")
    constant = not any(isinstance(node, ast.Name) for node in ast.walk(e.right))
    require(constant or not isinstance(e.op, ast.Pow), "no derivative of such a power")
    return of(rules[type(e.op)], u=e.left, v=e.right, a=derivative(e.left), b=derivative(e.right))

def trajectory(claim: Any, data: Any, game: dict[str, Any], run: bytes | None) -> dict[str, Any]:
    """The named statements at the named iterates; with the file, that its policies or gains are the spots'."""
    spots, claimed = listed(fields(data, ["spots"])["spots"]), fields(claim, ["verdict", "trajectory_sha256", "steps"])
    steps, member, key = listed(claimed["steps"], len(spots)), *(("policies", "pi") if "r" in game else ("gains", "K"))
    require(spots, "no spots")
    for spot in spots:
        require(spot["statement"]["method"] == "rule" and key in spot["data"], "a spot is about no iterate")
        check(spot, inside=game)
    if run is not None:
        require(hashlib.sha256(run).hexdigest() == claim["trajectory_sha256"], "the trajectory is another file")
        with zipfile.ZipFile(io.BytesIO(run)) as archive:
            recorded = list(_array(archive, "steps", "<i8", "q"))
            for step, spot in zip(steps, spots):
                for i, part in enumerate(spot["data"][key], 1):
                    entries = flat(numbers(part), len(shape(part)))
                    rows = _array(archive, f"{member}_{i}", "<f8", "d")
                    require(len(rows) == len(entries) * len(recorded), "the trajectory has another shape")
                    doubles = rows[recorded.index(integer(step)) * len(entries) :]
                    close = all(abs(x - Fraction(y)) <= abs(Fraction(y)) / 2**48 for x, y in zip(entries, doubles))
                    require(close, f"iterate {step} is not that of the trajectory")
    return {}

def _array(archive: zipfile.ZipFile, name: str, dtype: str, code: str) -> Any:
    """The numbers of an .npy file in C order."""
    require(archive.getinfo(f"{name}.npy").file_size <= MAX_BYTES, "an array is too large")
    data = archive.read(f"{name}.npy")
    start = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:start].decode("latin-1"))
    require(data[:7] == b"\x93NUMPY\x01" and header["descr"] == dtype and not header["fortran_order"], "no such array")
    return array.array(code, data[start:])

def verify(certificate: bytes, game: bytes | None = None, run: bytes | None = None) -> dict[str, Any]:
    """The answer about a certificate: whether it is accepted, why not, and what it is about."""
    found: dict[str, Any] = {"accepted": False, "reason": "", "id": None, "verdict": None, "text": None, "not": None}
    before, Interval.until = Interval.bits, time.monotonic() + MAX_SECONDS
    try:
        document = load(certificate)
        check(document, None if game is None else load(game) or False, run)
        found |= {name: str(document["statement"][name]) for name in ("id", "verdict", "text", "not")}
        found["text"] += "; of the game with its rewards normalised to [0, 1]" if "normalized" in document else ""
        own = "" if found["id"].startswith(PAPERS) else "; the statement is one's own: its formulas say what it means"
        found |= {"accepted": True, "reason": f"every check holds{own}"}
    except Rejected as error:
        found["reason"] = str(error)
    except Exception as error:  # whatever breaks, nothing is proved
        found["reason"] = f"malformed: {type(error).__name__}"
    finally:
        Interval.bits, Interval.until = before, math.inf
    return found

def main(arguments: list[str]) -> int:
    """The command line."""
    if not 1 <= len(arguments) <= 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        files = [Path(name).read_bytes() for name in arguments]
    except OSError as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2
    answer = verify(*files)
    print(json.dumps({"certificate": arguments[0], **answer}, indent=1))
    return 0 if answer["accepted"] else 1

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
