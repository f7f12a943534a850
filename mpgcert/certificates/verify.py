"""A verifier of mpgcert's certificates that needs nothing but Python's standard library and trusts nobody.

    python verify.py CERTIFICATE.json [GAME.json] [TRAJECTORY.npz]

prints one JSON object and leaves with 0 (accepted), 1 (rejected) or 2 (usage).  It is meant to be read in one sitting:

1. Reading: strict JSON; sizes, digits, exponents and nesting are bounded; no repeated keys, no NaN.
2. Numbers: rationals are exact; what is irrational is an `Interval` around it; operations round outward, and a
   comparison that an interval leaves open raises `Undecided`, which rejects.
3. Linear algebra over both.
4. Games, from the user's own file: its content must have the certificate's hash, and all is derived from the file.
5. A language for formulas: sums, products, tables, solutions of linear systems; it can reach nothing else.
6. Certificates: each carries its statement as a record of formulas in that language (what is defined, what is checked,
   which values are claimed, by which argument).  The record belongs to the statement's id because it is a leaf of the
   hash tree with the root ROOT; or read it, it is text.  docs/certificates.md describes the format field by field.
"""

from __future__ import annotations

import array
import ast
import hashlib
import io
import itertools
import json
import math
import re
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = "80d22592eea5d71aeddfb198e006ebff87de7a716b76570513a4591115bc76f1"
SCHEMA = "mpgcert-certificate/1"
PAPERS = ("zhang2022", "hambly2021", "maheshwari2023", "mpgcert")
MAX_BYTES, MAX_DIGITS, MAX_EXPONENT, MAX_BITS, MAX_DEPTH, MAX_SECONDS = 2**28, 20_000, 5000, 2**20, 300, 900
sys.set_int_max_str_digits(max(sys.get_int_max_str_digits(), MAX_BITS // 3))


class Rejected(Exception):
    """The certificate does not prove its claim; the message says where it fails."""


class Undecided(Rejected):
    """A comparison is too close for the precision, or a computation too long."""


def require(condition: Any, reason: str) -> None:
    """Reject unless the condition holds."""
    if not condition:
        raise Rejected(reason)


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
    require(isinstance(value, Digits) and found.denominator == 1, f"{str(value)[:40]!r} is no whole number")
    require(least <= found <= most, f"{str(value)[:40]!r} is out of range")
    return int(found)


def listed(value: Any, length: int | None = None) -> list[Any]:
    """A list, of the given length."""
    require(isinstance(value, list) and length in (None, len(value)), "a list is missing, or has another length")
    return value  # type: ignore[no-any-return]


def fields(value: Any, names: str, optional: str = "") -> dict[str, Any]:
    """An object with these keys and no others."""
    require(isinstance(value, dict) and {*names.split()} <= {*value}, f"not an object with the keys {names}")
    require({*value} <= {*names.split(), *optional.split()}, f"a key is not one of: {names} {optional}")
    return value  # type: ignore[no-any-return]


def numbers(value: Any, *shape: int | None) -> Any:
    """Nested lists of numbers as nested tables; the shape says how long the outer lists are (None: any)."""
    if not isinstance(value, list) or not value:
        require(not shape, "a table has another shape")
        return number(value)
    require(not shape or shape[0] in (None, len(value)), "a table has another shape")
    return Table(numbers(part, *shape[1:]) for part in value)


# ---------------------------------------------------------------- 2. numbers


class Interval:
    """The numbers between two rationals; results are rounded outward to `bits` significant bits."""

    __slots__ = ("high", "low")
    bits = 192

    def __init__(self, low: Fraction, high: Fraction) -> None:
        self.low, self.high = low, high

    def __add__(self, other: Any) -> Any:
        return enclose(self.low + low(other), self.high + high(other)) if is_number(other) else NotImplemented

    def __neg__(self) -> Any:
        return Interval(-self.high, -self.low)

    def __sub__(self, other: Any) -> Any:
        return self + -other if is_number(other) else NotImplemented

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __mul__(self, other: Any) -> Any:
        if not is_number(other):
            return NotImplemented
        ends = [a * b for a in (self.low, self.high) for b in (low(other), high(other))]
        return enclose(min(ends), max(ends))

    __radd__, __rmul__ = __add__, __mul__

    def __le__(self, other: Any) -> bool:
        return certain(self.high <= low(other), self.low > high(other))

    def __lt__(self, other: Any) -> bool:
        return certain(self.high < low(other), self.low >= high(other))

    def __ge__(self, other: Any) -> bool:
        return certain(self.low >= high(other), self.high < low(other))

    def __gt__(self, other: Any) -> bool:
        return certain(self.low > high(other), self.high <= low(other))


def certain(yes: bool, no: bool) -> bool:
    """The answer of a comparison, if there is one."""
    if not (yes or no):
        raise Undecided("two numbers are too close to be told apart at this precision")
    return yes


def is_number(value: Any) -> bool:
    return isinstance(value, (int, Fraction, Interval))


def low(value: Any) -> Fraction:
    return value.low if isinstance(value, Interval) else Fraction(value)


def high(value: Any) -> Fraction:
    return value.high if isinstance(value, Interval) else Fraction(value)


def size(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def middle(value: Any) -> Fraction:
    return (low(value) + high(value)) / 2


def outward(value: Fraction, up: bool) -> Fraction:
    """A binary fraction of few digits at the value or beside it, above it if `up`, else below."""
    n, d = value.numerator, value.denominator
    if size(value) <= 2 * Interval.bits:
        return value
    shift = Interval.bits - n.bit_length() + d.bit_length()
    scaled, whole = n << max(shift, 0), d << max(-shift, 0)
    return (-(-scaled // whole) if up else scaled // whole) * Fraction(2) ** -shift


def enclose(least: Fraction, most: Fraction) -> Any:
    """The interval, rounded outward; the number itself where both ends agree."""
    return least if least == most else Interval(outward(least, False), outward(most, True))


def rounded(value: Any) -> Any:
    """An interval around a number of too many digits; tables entry by entry."""
    if isinstance(value, Table):
        return Table(map(rounded, value))
    return enclose(outward(low(value), False), outward(high(value), True))


def same(a: Any, b: Any) -> bool:
    """Whether two numbers (or texts, or truth values) are equal, once that is certain."""
    if type(a) is type(b) is int or not (is_number(a) and is_number(b)):
        return bool(a == b)
    return certain(low(a) == high(a) == low(b) == high(b), high(a) < low(b) or low(a) > high(b))


def divide(a: Any, b: Any) -> Any:
    """a / b; b must certainly not be 0."""
    if isinstance(a, Table):
        return Table(divide(part, b) for part in a)
    if low(b) <= 0 <= high(b):
        raise Undecided("a divisor is 0, or not told apart from 0")
    return (
        a * enclose(1 / high(b), 1 / low(b)) if isinstance(a, Interval) or isinstance(b, Interval) else Fraction(a) / b
    )


def power(a: Any, b: Any) -> Any:
    """a^b for whole b, and for positive a any rational b."""
    require(isinstance(b, (int, Fraction)) and abs(b) <= 10_000, "a power that is not defined")
    require((size(low(a)) + size(high(a))) * abs(b) <= 4 * MAX_BITS, "a power that is too large")
    if type(a) is int and type(b) is int and b >= 0:
        return a**b
    if Fraction(b).denominator == 2:
        return power(root(a), Fraction(2 * b))
    if Fraction(b).denominator != 1:
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
        halvings = max(0, q.numerator.bit_length() - q.denominator.bit_length() + 2)
        if halvings > 20:
            raise Undecided("an exponential is out of range")
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

    def either(q: Fraction) -> Any:
        return Fraction(1) if q == 0 else of(q) if q > 0 else divide(1, of(-q))

    return enclose(low(either(low(a))), high(either(high(a))))


def logarithm(a: Any) -> Any:
    """log a.  a = m 2^e with 2/3 <= m <= 4/3, and log 2 = log 4/3 - log 2/3; log m = 2 (z + z^3/3 + z^5/5 + ...) for
    z = (m - 1)/(m + 1), |z| <= 1/5, where all terms from the one with z^k on sum to at most 3 |z|^k."""

    def series(m: Fraction) -> Any:
        z, total, k = enclose(outward((m - 1) / (m + 1), False), outward((m - 1) / (m + 1), True)), Fraction(0), 1
        term = z
        while max(abs(low(term)), abs(high(term))) > Fraction(1, 1 << Interval.bits + 8):
            total, k = total + divide(term, k), k + 2
            term = term * z * z
        rest = 3 * max(abs(low(term)), abs(high(term)))
        return 2 * (total + Interval(-rest, rest))

    def of(q: Fraction) -> Any:
        e = q.numerator.bit_length() - q.denominator.bit_length()
        m = q / Fraction(2) ** e
        m, e = (m / 2, e + 1) if m > Fraction(4, 3) else (m * 2, e - 1) if m < Fraction(2, 3) else (m, e)
        return Fraction(0) if q == 1 else series(m) + (series(Fraction(4, 3)) - series(Fraction(2, 3))) * e

    if low(a) <= 0:
        raise Undecided("a logarithm of a number that may be 0 or negative")
    return enclose(low(of(low(a))), high(of(high(a))))


def largest(*values: Any) -> Any:
    """The maximum of the arguments, or of the entries of one."""
    found = list(values if len(values) > 1 else values[0])
    require(found and all(map(is_number, found)), "a maximum of nothing")
    return enclose(max(map(low, found)), max(map(high, found)))


def least(*values: Any) -> Any:
    """The minimum."""
    return -largest([-value for value in (values if len(values) > 1 else values[0])])


# ---------------------------------------------------------------- 3. linear algebra


class Table(tuple):  # type: ignore[type-arg]
    """Nested tuples of numbers: sums and differences entry by entry, multiples, and @ for matrices and vectors."""

    def __hash__(self) -> int:
        if "_hash" not in self.__dict__:
            self._hash = tuple.__hash__(self)
        return self._hash

    def __add__(self, other: Any) -> Table:
        require(isinstance(other, Table) and len(other) == len(self), "a sum of tables of different shape")
        return Table(a + b for a, b in zip(self, other))

    def __neg__(self) -> Table:
        return Table(-a for a in self)

    def __sub__(self, other: Any) -> Table:
        return self + -other

    def __mul__(self, factor: Any) -> Table:
        require(is_number(factor), "a multiple by something that is no number")
        return Table(a * factor for a in self)

    __rmul__ = __mul__

    def __matmul__(self, other: Any) -> Any:
        if not isinstance(self[0], Table):
            return dot(self, other)
        if not isinstance(other[0], Table):
            return Table(dot(row, other) for row in self)
        return Table(Table(dot(row, column) for column in transpose(other)) for row in self)


def dot(a: Any, b: Any) -> Any:
    """The inner product of two vectors."""
    require(len(a) == len(b), "an inner product of vectors of different length")
    return sum((x * y for x, y in zip(a, b) if isinstance(x, Interval) or x), Fraction(0))


def transpose(M: Any) -> Table:
    return Table(map(Table, zip(*M)))


def identity(size: int) -> Table:
    return Table(Table(Fraction(i == j) for j in range(size)) for i in range(size))


class Clock:
    """A bound on the time of a verification."""

    end = math.inf

    @staticmethod
    def look() -> None:
        if time.monotonic() > Clock.end:
            raise Undecided(f"the computation takes more than {MAX_SECONDS} seconds")


def total(values: Any) -> Any:
    """The sum of numbers or of tables."""
    found = list(values)
    return sum(found[1:], found[0]) if found else 0


def solve(M: Any, right: Any) -> Table:
    """The solution of M x = right (a vector, or a matrix of columns); M must certainly be regular.

    Rationals: Bareiss's elimination in integers.  Intervals: Gauss's elimination, each step enclosing its result, with
    pivots that certainly are not 0; so every system with entries in the intervals has its solution inside.
    """
    if not isinstance(right[0], Table):
        return Table(row[0] for row in solve(M, Table(Table((x,)) for x in right)))
    count, rows = len(M), [[*a, *b] for a, b in zip(M, right)]
    width = len(rows[0])
    require(len(right) == count and all(len(a) == count for a in M), "a system that is not square")
    exact = not any(isinstance(x, Interval) for row in rows for x in row)
    if exact:
        scales = [math.lcm(*(Fraction(x).denominator for x in row)) for row in rows]
        rows = [[int(x * scale) for x in row] for row, scale in zip(rows, scales)]
    previous = 1
    for k in range(count):
        pivot = max(range(k, count), key=lambda r: abs(rows[r][k] if exact else middle(rows[r][k])))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        top, after = rows[k], range(k + 1, width)
        if low(top[k]) <= 0 <= high(top[k]):
            raise Undecided("a linear system is singular, or not told apart from a singular one")
        for r in range(k + 1, count):
            Clock.look()
            row = rows[r]
            if exact:
                row[k + 1 :] = [(row[c] * top[k] - row[k] * top[c]) // previous for c in after]
            else:
                ratio = divide(row[k], top[k])
                row[k + 1 :] = [row[c] - ratio * top[c] for c in after]
        previous = top[k] if exact else 1
    found: list[Any] = [None] * count
    for k in reversed(range(count)):
        rests = (
            rows[k][c] - total(rows[k][m] * found[m][c - count] for m in range(k + 1, count))
            for c in range(count, width)
        )
        found[k] = Table(divide(rest, rows[k][k]) for rest in rests)
    return Table(found)


def definite(M: Any) -> bool:
    """Whether a symmetric matrix is positive definite: all pivots of its L D L' factorisation are positive."""
    rows = [list(row) for row in M]
    for k, top in enumerate(rows):
        if not top[k] > 0:
            return False
        for r in range(k + 1, len(rows)):
            ratio = divide(rows[r][k], top[k])
            rows[r] = [a - ratio * b for a, b in zip(rows[r], top)]
    return True


def eigmax(M: Any) -> Any:
    """The largest eigenvalue of a symmetric matrix: x is above it if and only if x I - M is positive definite.

    Bisection, to half of the bits.  Where entries are intervals, an eigenvalue differs from that of the midpoints by
    at most the largest row sum of the radii.
    """
    cells = [(i, j) for i in range(len(M)) for j in range(len(M))]
    if all(not isinstance(M[i][j], Interval) and M[i][j] == 0 for i, j in cells if i != j):
        return largest([M[i][i] for i in range(len(M))])
    centre = Table(Table((middle(M[i][j]) + middle(M[j][i])) / 2 for j in range(len(M))) for i in range(len(M)))
    away = [max(high(M[i][j]) - centre[i][j], centre[i][j] - low(M[i][j])) for i, j in cells]
    radius = max(sum(away[k : k + len(M)]) for k in range(0, len(cells), len(M)))
    above = max(sum(map(abs, row)) for row in centre)
    below = -above
    while above - below > max(abs(above), abs(below)) / 2 ** (Interval.bits // 2):
        half = outward((above + below) / 2, True)
        if not below < half < above:
            break
        below, above = (below, half) if definite(identity(len(M)) * half - centre) else (half, above)
    return enclose(below - radius, above + radius)


def squared_norm(M: Any) -> Any:
    """The square of the spectral norm: the largest eigenvalue of M' M or M M'."""
    product = transpose(M) @ M if len(M[0]) <= len(M) else M @ transpose(M)
    return largest(eigmax(product), 0)


def optimal_values(reward: Any, kernel: Any, discount: Any) -> Table:
    """Optimal values of a decision process with rewards [s][a] and transition probabilities [s][a][s'].

    Policy iteration finds a policy; its values v are a lower bound, and v + e / (1 - discount) is an upper one for
    e = max over s, a of (reward + discount P v - v)(s, a), or 0 if that is negative (Bellman's operator).
    """
    states, choice = range(len(reward)), [0] * len(reward)
    for _ in range(1000):
        rows = Table(kernel[s][choice[s]] for s in states)
        values = solve(identity(len(rows)) - rows * discount, Table(reward[s][choice[s]] for s in states))
        gains = [[r + discount * dot(p, values) - values[s] for r, p in zip(reward[s], kernel[s])] for s in states]
        best = [max(range(len(row)), key=[middle(x) for x in row].__getitem__) for row in gains]
        moved = [s for s in states if middle(gains[s][best[s]]) > max(Fraction(0), high(gains[s][choice[s]]))]
        if not moved:
            excess = max(Fraction(0), *(high(gain) for row in gains for gain in row)) / (1 - high(discount))
            return Table(enclose(low(v), high(v) + excess) for v in values)
        for s in moved:
            choice[s] = best[s]
    raise Undecided("policy iteration did not end")


# ---------------------------------------------------------------- 4. games


def markov_game(document: dict[str, Any]) -> dict[str, Any]:
    """A tabular game as names: rewards r[i][s][j], P[s][j][s'], gamma, rho, A[i], act[j][i]; joint actions j in C order."""
    matrix = document["kind"] == "matrix-game"
    common, each = ("common_payoff", "payoffs") if matrix else ("common_reward", "rewards")
    require((common in document) != (each in document), f"neither or both of {each} and {common}")
    tables = numbers(document[each] if each in document else [document[common]])
    tables = Table(Table([t]) for t in tables) if matrix else tables
    shape, inner = [], tables[0]
    while isinstance(inner, Table):
        shape, inner = [*shape, len(inner)], inner[0]
    require(len(shape) >= 2 and (each not in document or len(tables) == len(shape) - 1), "rewards of another shape")
    S, act = shape[0], Table(map(Table, itertools.product(*map(range, shape[1:]))))

    def flat(table: Any, sizes: list[int]) -> Table:
        """The joint actions in C order, whatever else is inside."""
        require(isinstance(table, Table) and len(table) == sizes[0], "a table has another shape")
        return table if len(sizes) == 1 else Table(x for part in table for x in flat(part, sizes[1:]))

    def row(values: Any) -> Table:
        """Probabilities; a row of floating point that misses 1 by at most 1e-9 is completed on its largest entry."""
        rest, found = 1 - sum(values), list(values)
        if document.get("inexact") is True and abs(rest) <= Fraction(1, 10**9):
            found[found.index(max(found))] += rest
        require(len(found) == S and sum(found) == 1 and min(found) >= 0, "probabilities that do not sum to 1")
        return Table(found)

    r = Table(Table(flat(part, shape[1:]) for part in table) for table in tables)
    require(
        all(len(table) == S and not isinstance(x, Table) for table in r for part in table for x in part),
        "rewards of another shape",
    )
    gamma, start, given = (
        number(document.get("discount", Digits(0))),
        document.get("initial"),
        document.get("transition"),
    )
    require(0 <= gamma < 1, "the discount is not in [0, 1)")
    P = [[[Fraction(0)] * S for _ in act] for _ in range(S)]
    if isinstance(given, dict):
        place, seen = {tuple(a): j for j, a in enumerate(act)}, set()
        for entry in listed(fields(given, "sparse")["sparse"]):
            s, *a, u = (integer(x) for x in listed(entry, len(shape) + 2)[:-1])
            require(
                s < S and u < S and tuple(a) in place and (s, *a, u) not in seen, "an entry of the transition is wrong"
            )
            P[s][place[tuple(a)]][u] = number(entry[-1])
            seen.add((s, *a, u))
    elif given is not None:
        P = [list(flat(part, shape[1:])) for part in numbers(given, S)]
    else:
        require(S == 1, "the transition is missing")
        P = [[[Fraction(1)]] * len(act)]
    rho = row(Table([Fraction(1, S)] * S) if start is None else numbers(start, S))
    kernel = Table(Table(map(row, rows)) for rows in P)
    players = len(shape) - 1
    return {"r": r if each in document else r * 1 if players == 1 else Table([r[0]] * players), "P": kernel, "gamma": gamma, "rho": rho, "A": Table(shape[1:]), "act": act}  # fmt: skip


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
    T, W, parts = (
        integer(document["horizon"], 1, 10**5),
        numbers(document["W"]),
        {k: numbers(document[k]) for k in "ABQR"},
    )
    d, N = len(W), len(parts["B"])

    def staged(table: Any, count: int, *shape: int) -> Table:
        """One matrix for each stage, from that or from one for all of them."""
        stages = table if isinstance(table[0][0], Table) else Table([table] * count)
        require(
            len(stages) == count and all(len(M) == shape[0] and all(len(row) == shape[1] for row in M) for M in stages),
            "a matrix has another shape",
        )
        return stages

    k = Table(len(B[0][0]) if isinstance(B[0][0], Table) else len(B[0]) for B in parts["B"])
    require(len(parts["Q"]) == len(parts["R"]) == N, "matrices of another number of players")
    B, R = (
        Table(staged(M, T, *((d, own) if name == "B" else (own, own))) for M, own in zip(parts[name], k))
        for name in "BR"
    )
    game = {"T": T, "d": d, "N": N, "k": k, "A": staged(parts["A"], T, d, d), "B": B, "Q": Table(staged(M, T + 1, d, d) for M in parts["Q"]), "R": R, "W": W}  # fmt: skip
    given = document["initial"]
    if "mean" in given:
        mean = numbers(given["mean"], d)
        moment = numbers(given["covariance"], d, d) + Table(mean * x for x in mean)
    elif "points" in given:
        points, weights = numbers(given["points"]), numbers(given["probabilities"])
        require(
            len(points) == len(weights) and sum(weights) == 1 and min(weights) >= 0,
            "probabilities that do not sum to 1",
        )
        moment = total(Table(x * (p * y) for y in x) for x, p in zip(points, weights))
    else:
        moment = numbers(given["second_moment"], d, d)
    require(all(transpose(M) == M for M in (W, moment, *itertools.chain(*game["Q"], *R))), "a matrix is not symmetric")
    return {**game, "Sigma0": moment, "points": "points" in given}


def game_of(document: Any) -> dict[str, Any]:
    """The game of a game file, as the names that formulas may use."""
    require(isinstance(document, dict) and isinstance(document.get("kind"), str), "no game")
    return (lq_game if document["kind"] == "lq-game" else markov_game)(document)


def digest(value: Any) -> str:
    """SHA-256 of JSON data or of a game's names, in one form whatever the file's form."""

    def plain(x: Any) -> Any:
        return [plain(y) for y in x] if isinstance(x, (list, tuple)) else {k: plain(y) for k, y in x.items()} if isinstance(x, dict) else x if x is None or isinstance(x, (bool, str)) else str(Fraction(x))  # fmt: skip

    return hashlib.sha256(json.dumps(plain(value), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


# ---------------------------------------------------------------- 5. the language of formulas

FUNCTIONS: dict[str, Any] = {
    "sum": total, "prod": lambda values: math.prod(values), "max": largest, "min": least, "abs": lambda a: largest(a, -a),
    "exp": exponential, "log": logarithm, "sqrt": root, "len": len, "zip": lambda *t: list(zip(*t)), "all": all, "any": any,
    "solve": solve, "transpose": transpose, "identity": identity, "definite": definite, "eigmax": eigmax,
    "eigmin": lambda M: -eigmax(-M), "norm": lambda M: root(squared_norm(M)), "squared_norm": squared_norm,
    "trace": lambda M: total(M[k][k] for k in range(len(M))), "optimal_values": optimal_values,
    "smallest_singular": lambda M: root(largest(-eigmax(-(transpose(M) @ M)), 0)), "upper": high, "lower": low,
    "rounded": lambda a: rounded(a), "between": lambda a, b: enclose(low(a), high(b)), "ceiling": lambda a: enclose(Fraction(math.ceil(low(a))), Fraction(math.ceil(high(a)))),
}  # fmt: skip
_NODES = (
    ast.Expression, ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Call, ast.Name, ast.Constant, ast.USub,
    ast.Subscript, ast.List, ast.Tuple, ast.ListComp, ast.GeneratorExp, ast.comprehension, ast.boolop, ast.expr_context,
    ast.Not, ast.FloorDiv, ast.Mod, ast.Add, ast.Sub, ast.Mult, ast.MatMult, ast.Div, ast.Pow, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq,
)  # fmt: skip


class Language:
    """The values of given names, and definitions such as {"value(p, f)": "solve(...)"} over them.

    An expression is a Python expression without attributes, lambdas, keywords, floats or calls of anything but
    definitions and the functions above.  `/`, `**`, `==` and `!=` are the exact ones above, lists are tables.
    Definitions are computed once for each tuple of arguments; loops are counted, and bounded.
    """

    def __init__(self, given: dict[str, Any], *libraries: dict[str, str]) -> None:
        self.depth = 0
        self.parameters: dict[str, tuple[str, ...]] = {}
        texts: dict[str, str] = {}
        for head, text in itertools.chain(*(library.items() for library in libraries)):
            found = re.fullmatch(r"([A-Za-z]\w*)(?:\((\w+(?:, \w+)*)\))?", head)
            require(found and isinstance(text, str), f"{head[:40]!r} is no head of a definition")
            name = found[1]  # type: ignore[index]
            if name not in given:  # what is given was proved elsewhere
                require(name not in texts and name not in FUNCTIONS, f"{name} is defined twice")
                self.parameters[name], texts[name] = tuple((found[2] or "").split(", ") if found[2] else ()), text  # type: ignore[index]
        self.known = {*FUNCTIONS, *given, *texts, "range"}
        self.scope: dict[str, Any] = {**FUNCTIONS, **given, "__builtins__": {}, "range": self._range}
        self.scope |= {"_divide": divide, "_power": power, "_same": same, "_table": Table, "_each": self._each}
        for name, text in texts.items():
            self.scope[name] = self._kept(name, text)

    def function(self, text: Any, parameters: tuple[str, ...] = ()) -> Callable[..., Any]:
        """An expression as a function of its free variables."""
        require(isinstance(text, str) and len(text) <= 12_000, "an expression is missing, or too long")
        try:
            body = ast.parse(text.strip(), mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise Rejected(f"{text[:60]!r} is no expression") from None
        targets = [node.target for node in ast.walk(body) if isinstance(node, ast.comprehension)]
        bound = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        require(not bound & self.known, "a bound variable has the name of a definition")
        products = sum(isinstance(node, (ast.Mult, ast.Pow)) for node in ast.walk(body))
        require(products <= 400, "an expression has too many products")
        for node in ast.walk(body):
            require(isinstance(node, _NODES), f"{type(node).__name__} is not allowed in an expression")
            if isinstance(node, ast.Call):
                require(isinstance(node.func, ast.Name) and not node.keywords, "a call of something without a name")
            if isinstance(node, ast.Name):
                require(node.id in self.known | bound | {*parameters}, f"{node.id[:40]!r} is not defined")
            if isinstance(node, ast.Constant):
                require(type(node.value) in (int, str), f"{str(node.value)[:40]!r} is no whole number")
        tree = _Rewrite({name for name, p in self.parameters.items() if not p} - {*parameters}).visit(body)
        arguments = ast.arguments([], [ast.arg(p) for p in parameters], None, [], [], None, [])
        whole = ast.fix_missing_locations(ast.Expression(ast.Lambda(arguments, tree.body)))
        return eval(compile(whole, "formula", "eval"), self.scope)  # type: ignore[no-any-return]

    def value(self, text: Any) -> Any:
        """The value of an expression without free variables."""
        return self.function(text)()

    def _kept(self, name: str, text: str) -> Callable[..., Any]:
        known: dict[Any, Any] = {}
        compiled: list[Callable[..., Any]] = []

        def kept(*arguments: Any) -> Any:
            if arguments not in known:
                compiled or compiled.append(self.function(text, self.parameters[name]))
                self.depth += 1
                require(self.depth <= MAX_DEPTH, "definitions are nested too deeply")
                known[arguments] = found = compiled[0](*arguments)
                require(not is_number(found) or size(high(found)) <= MAX_BITS, f"{name} has too many digits")
                self.depth -= 1
            return known[arguments]

        return kept

    @staticmethod
    def _range(*ends: int) -> Table:
        require(all(type(end) is int for end in ends) and len(range(*ends)) <= 10**6, "a range is too long")
        return Table(range(*ends))

    @staticmethod
    def _each(values: Any) -> Iterator[Any]:
        for value in values:
            Clock.look()
            yield value


class _Rewrite(ast.NodeTransformer):
    """Division, powers and equality become exact; lists become tables; loops are counted; constants are called."""

    def __init__(self, constants: set[str]) -> None:
        self.constants = constants

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Pow)):
            return _call("_divide" if isinstance(node.op, ast.Div) else "_power", node.left, node.right)
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            require(len(node.ops) == 1, "a chain of equalities")
            equal = _call("_same", node.left, node.comparators[0])
            return equal if isinstance(node.ops[0], ast.Eq) else ast.UnaryOp(ast.Not(), equal)
        if isinstance(node, (ast.List, ast.ListComp)):
            return _call("_table", node)
        if isinstance(node, ast.comprehension):
            node.iter = _call("_each", node.iter)
        if isinstance(node, ast.Name) and node.id in self.constants:
            return ast.Call(node, [], [])
        return node


def _call(name: str, *arguments: Any) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


# ---------------------------------------------------------------- 6. certificates


def read(spec: Any, given: Any, game: dict[str, Any]) -> dict[str, Any]:
    """The data of a certificate by name: `phi[S][J]` is a table of that shape, `m#` counts, `K:gains` has gains for
    player and time; `pi:policy` is given by probabilities, or by `{"logits": ...}` of a softmax policy; `?`: optional."""
    sizes = {"n": len(game.get("A", ())), "S": len(game.get("rho", ())), "J": len(game.get("act", ()))}
    sizes |= {name: game[name] for name in "NTd" if name in game} | {"c": sum(game.get("k", ())), "5": 5}
    parts = [re.fullmatch(r"(\w+)(?::(\w+))?((?:\[[\w*]\])*)(#?)(\??)", part) for part in listed(spec)]
    required, optional = (" ".join(p[1] for p in parts if p and bool(p[5]) is maybe) for maybe in (False, True))
    fields(given, required, optional)
    found: dict[str, Any] = {}
    for name, kind, shape, count, _ in (part.groups() for part in parts if part and part[1] in given):
        value, lengths = given[name], [sizes.get(size) for size in shape[1:-1].split("][") if size]
        if kind == "gains":
            tables = zip(listed(value, game["N"]), game["k"])
            found[name] = Table(numbers(part, game["T"], own, game["d"]) for part, own in tables)
        elif kind in ("policy", "values"):
            soft = isinstance(value, dict)
            tables = zip(listed(fields(value, "logits")["logits"] if soft else value, sizes["n"]), game["A"])
            weights = [numbers(part, sizes["S"], own) for part, own in tables]
            if soft:
                grown = [[Table(map(exponential, row)) for row in part] for part in weights]
                weights = [[divide(row, total(row)) for row in part] for part in grown]
            proper = (
                soft or kind == "values" or all(sum(row) == 1 and min(row) >= 0 for part in weights for row in part)
            )
            require(proper, f"{name} holds no probabilities")
            found[name] = Table(map(Table, weights))
        elif kind == "text":
            found[name] = str(value)
        else:
            found[name] = whole(numbers(value, *lengths)) if count else numbers(value, *lengths)
    return found


def whole(value: Any) -> Any:
    """Whole numbers, for use as indices."""
    if isinstance(value, Table):
        return Table(map(whole, value))
    require(value.denominator == 1 and abs(value) < 2**31, "a number is not whole, or too large")
    return int(value)


def contains(claimed: Any, found: Any) -> bool:
    """Whether a claimed value (exact text, or {"low", "high"}) holds everything that was found."""
    if isinstance(found, (list, tuple)):
        return isinstance(claimed, list) and len(claimed) == len(found) and all(map(contains, claimed, found))
    if isinstance(claimed, dict):
        ends = fields(claimed, "low high")
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
    """Verify one certificate; returns the values that it establishes, by name.

    The statement is a leaf of the tree (a statement of one's own may be an instance or a proof in one variable); the
    game is the user's and has the hash of the certificate; each hypothesis has a certificate of its own, with a
    statement that is said to prove it; all checks are true, and all values lie in the claimed ones.

    Args:
        document: the user's game file; without one, the game inside the certificate is taken.
        run: bytes of the file that a checked trajectory speaks of.
        inside: the game, for a certificate inside another one.

    Raises:
        Rejected: with the reason.
    """
    c = fields(certificate, "schema statement membership claim data", "game game_sha256 normalized hypotheses bits")
    require(c["schema"] == SCHEMA, f"another format than {SCHEMA}")
    statement, game = c["statement"], inside or {}
    record = fields(
        statement, "id verdict text proves assumes because not method data definitions checks values", "setting title"
    )
    listed_here = member(statement, c["membership"])
    require(listed_here or record["id"].split(".")[0] not in PAPERS, "the catalogue has no such statement")
    require(listed_here or not record["proves"], "a statement of one's own proves no hypothesis")
    if inside is None and record["method"] in ("rule", "trajectory"):
        require("game" in c or document is not None, "the game is missing: give the game file")
        game = game_of(c["game"] if document is None else document)
        require(digest(game) == c.get("game_sha256"), "the certificate is about another game")
        require("game" not in c or document is None or game_of(c["game"]) == game, "the game inside is another one")
    if c.get("normalized") == "yes" and inside is None:
        game = normalized(game)
    proved: dict[str, Any] = {}
    hypotheses = fields(c.get("hypotheses", {}), " ".join(record["assumes"]))
    for name, inner in hypotheses.items():
        shown = name in inner["statement"]["proves"] and inner["statement"]["verdict"] == "holds"
        require(shown, f"the hypothesis {name} is not what is proved")
        proved |= check(inner, inside=game)
    Interval.bits = integer(c.get("bits", Digits(192)), 64, 4096)
    require(c["claim"].get("verdict") == record["verdict"], "the verdict is not the statement's")
    if record["method"] == "proof":
        return scalar_proof(record, c["claim"], c["data"])
    if record["method"] == "trajectory":
        return trajectory(c["claim"], c["data"], game, run)
    given = read(record["data"], c["data"], game)
    require(not given.keys() & game.keys(), "data with the name of a part of the game")
    language = Language({**game, **given, **proved}, record["definitions"])
    for text in record["checks"]:
        require(language.value(text) is True, f"a check fails: {text}")
    found = {name: language.value(text) for name, text in record["values"].items()}
    for name, value in fields(c["claim"], " ".join(["verdict", *found]), "where").items():
        require(name in ("verdict", "where") or contains(value, found[name]), f"{name} is not as claimed")
    return {name: value for name, value in {**given, **found}.items() if name in record["proves"]}


def scalar_proof(record: Any, claim: Any, data: Any) -> dict[str, Any]:
    """f >= 0 for each f of the record on the whole interval, piece by piece.

    On a piece [a, b] either the enclosure of f has no negative number, or Taylor's theorem helps: at the rational c in
    [a, b] the values f, f', ..., f^(k-1) are exactly 0, so f(x) = f^(k)(z) (x - c)^k / k!, and f^(k) >= 0 on the piece
    with k even or c = a, or f^(k) <= 0 with k odd and c = b.  For f > 0 the enclosure must be positive.
    """
    fields(claim, "verdict")
    for text, pieces in zip(record["values"]["functions"], listed(data["pieces"], len(record["values"]["functions"]))):
        end, last = (number(x) for x in record["values"]["interval"])
        for piece in listed(pieces):
            (a, b), order = (number(x) for x in listed(piece["interval"], 2)), integer(piece["order"], 0, 8)
            require(a == end and a <= b, "the pieces leave a gap")
            expression, end, centre = ast.parse(text, mode="eval").body, b, number(piece["center"])
            for _ in range(order):
                require(a <= centre <= b and same(at(expression, centre), 0), "a derivative is not 0 at the centre")
                expression = derivative(expression)
            strict = record["values"]["strict"] == "1"
            require(not (strict and order), "a strict inequality needs enclosures")
            require(has_sign(expression, a, b, centre, order, strict), "a piece has no sign")
        require(end == last, "the pieces do not reach the end")
    return {}


def at(expression: ast.expr, x: Any) -> Any:
    """The value at a number, or an interval around all values on one."""
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
    if isinstance(e, ast.UnaryOp):
        return of("-{v}", v=derivative(e.operand))
    if isinstance(e, ast.Call):
        name = e.func.id if isinstance(e.func, ast.Name) else ""
        known = {"exp": "exp({u})*{v}", "log": "{v}/{u}", "sqrt": "{v}/(2*sqrt({u}))"}
        require(name in known and len(e.args) == 1, f"no derivative of {name}")
        return of(known[name], u=e.args[0], v=derivative(e.args[0]))
    if not isinstance(e, ast.BinOp):
        raise Rejected("no derivative")
    u, v = e.left, e.right
    if isinstance(e.op, ast.Pow):
        require(not any(isinstance(node, ast.Name) for node in ast.walk(v)), "no derivative of such a power")
        return of("{v}*{u}**({v} - 1)*{w}", u=u, v=v, w=derivative(u))
    add, subtract, multiply, quotient = "{a} + {b}", "{a} - {b}", "{a}*{v} + {u}*{b}", "({a}*{v} - {u}*{b})/{v}**2"
    rules = {ast.Add: add, ast.Sub: subtract, ast.Mult: multiply, ast.Div: quotient}
    return of(rules[type(e.op)], u=u, v=v, a=derivative(u), b=derivative(v))


def trajectory(claim: Any, data: Any, game: dict[str, Any], run: bytes | None) -> dict[str, Any]:
    """The named statements at the named iterates; with the file, that its policies there are those of the spots."""
    spots = listed(fields(data, "spots")["spots"])
    steps = [integer(step) for step in listed(fields(claim, "verdict trajectory_sha256 steps")["steps"], len(spots))]
    for spot in spots:
        check(spot, inside=game)
    if run is not None:
        require(hashlib.sha256(run).hexdigest() == claim["trajectory_sha256"], "the trajectory is another file")
        with zipfile.ZipFile(io.BytesIO(run)) as archive:
            recorded = [int(x) for x in _array(archive.read("steps.npy"), "<i8", "q")]
            for step, spot in zip(steps, spots):
                for i, part in enumerate(spot["data"]["pi"]):
                    flat = [number(x) for row in part for x in row]
                    rows = _array(archive.read(f"policies_{i}.npy"), "<f8", "d")
                    doubles = rows[recorded.index(step) * len(flat) :][: len(flat)]
                    close = all(abs(x - Fraction(y)) <= Fraction(y) / 2**48 for x, y in zip(flat, doubles))
                    require(close, f"the policy at iterate {step} is not that of the trajectory")
    return {}


def _array(data: bytes, dtype: str, code: str) -> Any:
    """The numbers of an .npy file in C order."""
    start = 10 + int.from_bytes(data[8:10], "little")
    header = ast.literal_eval(data[10:start].decode("latin-1"))
    require(data[:7] == b"\x93NUMPY\x01" and header["descr"] == dtype and not header["fortran_order"], "no such array")
    return array.array(code, data[start:])


def verify(certificate: bytes, game: bytes | None = None, run: bytes | None = None) -> dict[str, Any]:
    """The answer about a certificate: whether it is accepted, why not, and what it is about."""
    found: dict[str, Any] = {"accepted": False, "reason": "", "id": None, "verdict": None, "text": None, "not": None}
    Clock.end = time.monotonic() + MAX_SECONDS
    try:
        document = load(certificate)
        check(document, None if game is None else load(game), run)
        found |= {name: str(document["statement"][name]) for name in ("id", "verdict", "text", "not")}
        found |= {"accepted": True, "reason": "every check holds"}
    except Rejected as error:
        found["reason"] = str(error)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError, MemoryError) as error:
        found["reason"] = f"malformed: {type(error).__name__}"
    return found


def main(arguments: list[str]) -> int:
    """The command line."""
    if not 1 <= len(arguments) <= 3:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        answer = verify(*(Path(name).read_bytes() for name in arguments))
    except OSError as error:
        print(f"verify: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"certificate": arguments[0], **answer}, indent=1))
    return 0 if answer["accepted"] else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
