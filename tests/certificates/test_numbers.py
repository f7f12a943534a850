"""The verifier's arithmetic against python-flint, sympy-free brute force, and itself at more bits."""

import itertools
import math
from fractions import Fraction

import flint
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mpgcert.certificates import verify
from mpgcert.certificates.verify import Interval, Table, Undecided, high, low

NARROW = Fraction(1, 2**150)  # relative width of a function of one exact number at 192 bits


@pytest.fixture(autouse=True)
def _usual_precision():
    Interval.bits = 192


def fractions(size=10**6, depth=10**6):
    return st.builds(Fraction, st.integers(-size, size), st.integers(1, depth))


positive = fractions().filter(lambda x: x > 0)
intervals = st.builds(lambda a, b: Interval(min(a, b), max(a, b)) if a != b else a, fractions(), fractions())


def rational(x):
    return flint.fmpq(x.numerator, x.denominator)


def ball(x):
    return flint.arb(rational(x))


def fraction(x):
    return Fraction(int(x.p), int(x.q))


def ends(x):
    """Rational ends of an arb."""
    middle, radius = (fraction(part.fmpq()) for part in (x.mid(), x.rad()))
    return middle - radius, middle + radius


def agrees(found, truth, narrow=NARROW):
    """The truth, an arb of many bits, lies in the enclosure, which is narrow."""
    below, above = ends(truth)
    assert low(found) <= above
    assert below <= high(found)
    assert low(found) <= high(found)
    if narrow is not None:
        assert high(found) - low(found) <= narrow * max(abs(low(found)), abs(high(found)))


def inside(interval, share):
    return low(interval) + (high(interval) - low(interval)) * share


shares = st.builds(Fraction, st.integers(0, 8), st.just(8))


# ---------------------------------------------------------------- intervals


@given(intervals, intervals, shares, shares)
def test_sums_products_and_quotients_hold_those_of_every_pair(a, b, s, t):
    x, y = inside(a, s), inside(b, t)
    for found, truth in ((a + b, x + y), (a - b, x - y), (a * b, x * y), (-a, -x)):
        assert low(found) <= truth <= high(found)
    if low(b) > 0 or high(b) < 0:
        found = verify.divide(a, b)
        assert low(found) <= x / y <= high(found)
    else:
        with pytest.raises(Undecided):
            verify.divide(a, b)


@given(intervals, intervals)
def test_ends_are_those_of_the_extreme_pairs(a, b):
    """Numbers of few digits are not rounded, so the enclosures are the exact ranges."""
    pairs = list(itertools.product((low(a), high(a)), (low(b), high(b))))
    for found, values in ((a + b, [x + y for x, y in pairs]), (a * b, [x * y for x, y in pairs])):
        assert (low(found), high(found)) == (min(values), max(values))
    assert isinstance(Fraction(1, 3) + Fraction(1, 6), Fraction)


@given(intervals, intervals)
def test_comparisons_are_certain_or_undecided(a, b):
    for name, holds in (("__lt__", lambda x, y: x < y), ("__le__", lambda x, y: x <= y)):
        truths = {holds(x, y) for x in (low(a), high(a)) for y in (low(b), high(b))}
        if not isinstance(a, Interval):
            continue
        try:
            answer = getattr(a, name)(b)
        except Undecided:
            assert len(truths) == 2
        else:
            assert truths == {answer}
    truths = {low(a) == high(a) == low(b) == high(b)}
    try:
        assert verify.same(a, b) in truths
    except Undecided:
        assert high(a) >= low(b)
        assert high(b) >= low(a)


@given(st.integers(-(10**200), 10**200), st.integers(1, 10**200), st.booleans(), st.sampled_from([64, 192, 300]))
def test_rounding_is_outward_and_small(n, d, up, bits):
    Interval.bits = bits
    value = Fraction(n, d)
    found = verify.outward(value, up)
    assert found >= value if up else found <= value
    assert abs(found - value) <= abs(value) / 2 ** (bits - 2)
    top = abs(found.numerator)
    assert found == value or (top // (top & -top)).bit_length() <= bits + 2
    assert found == value or verify.size(value) > 2 * bits


# ---------------------------------------------------------------- functions


@given(fractions(10**4, 10**3), st.sampled_from([64, 192, 512]))
@example(Fraction(0), 192)
@example(Fraction(1, 2), 192)
@example(Fraction(-1000), 64)
def test_exponentials(q, bits):
    Interval.bits = bits
    found = verify.exponential(q)
    with flint.ctx.workprec(2 * bits + 200):
        agrees(found, ball(q).exp(), Fraction(1, 2 ** (bits - 30)))
    assert (found == 1) == (q == 0) if isinstance(found, Fraction) else q != 0


@given(positive, st.sampled_from([64, 192, 512]))
@example(Fraction(1), 192)
@example(Fraction(4, 3), 192)
@example(Fraction(2, 3), 192)
@example(Fraction(2**64 + 1, 2**64), 192)
def test_logarithms(q, bits):
    Interval.bits = bits
    found = verify.logarithm(q)
    with flint.ctx.workprec(2 * bits + 400):
        truth = ball(q).log()
    below, above = ends(truth)
    assert low(found) <= above
    assert below <= high(found)
    assert high(found) - low(found) <= Fraction(math.ceil(abs(math.log(q))) + 1, 2 ** (bits - 20))
    assert (found == 0) if q == 1 else low(found) > 0 if q > 1 and bits > 64 else True


@given(fractions().filter(lambda x: x >= 0), st.sampled_from([64, 192, 512]))
@example(Fraction(0), 192)
@example(Fraction(9, 16), 192)
@example(Fraction(1, 10**300), 64)
@example(Fraction(10**300 + 1), 64)
def test_square_roots(q, bits):
    Interval.bits = bits
    found = verify.root(q)
    assert low(found) ** 2 <= q <= high(found) ** 2
    assert high(found) - low(found) <= high(found) / 2 ** (bits - 4)
    square = math.isqrt(q.numerator) ** 2 == q.numerator and math.isqrt(q.denominator) ** 2 == q.denominator
    assert isinstance(found, Fraction) == square


@given(fractions(50, 50), st.integers(-12, 12))
def test_whole_powers_are_exact(q, k):
    assume(q != 0 or k >= 0)
    assert verify.power(q, k) == q**k


@given(positive, fractions(20, 6))
def test_rational_powers(q, p):
    found = verify.power(q, p)
    with flint.ctx.workprec(600):
        agrees(found, ball(q) ** ball(p), Fraction(1, 2**120))


@given(intervals, shares, st.integers(0, 7), st.sampled_from(["exponential", "logarithm", "root", "power"]))
def test_functions_of_intervals_hold_those_of_their_numbers(a, s, k, name):
    if name == "exponential":
        a = a * Fraction(1, 10**3)
    x = inside(a, s)
    arguments = (k,) if name == "power" else ()
    if name == "root" and low(a) < 0:
        with pytest.raises(verify.Rejected):
            verify.root(a)
        return
    if (name == "logarithm" and low(a) <= 0) or (name == "exponential" and high(abs_(a)) > 1000):
        return
    whole, point = getattr(verify, name)(a, *arguments), getattr(verify, name)(x, *arguments)
    assert low(whole) <= high(point)
    assert low(point) <= high(whole)
    assert low(whole) <= low(point) + NARROW * abs(low(point))
    assert high(point) - NARROW * abs(high(point)) <= high(whole)


def abs_(a):
    return verify.largest(a, -a)


@given(st.lists(intervals, min_size=1, max_size=5), st.lists(shares, min_size=5, max_size=5))
def test_maxima_and_minima(values, where):
    numbers = [inside(a, s) for a, s in zip(values, where)]
    top, bottom = verify.largest(values), verify.FUNCTIONS["min"](values)
    assert low(top) <= max(numbers) <= high(top)
    assert low(bottom) <= min(numbers) <= high(bottom)
    assert (low(top), high(top)) == (max(map(low, values)), max(map(high, values)))


@pytest.mark.parametrize("value", [Fraction(10**9), Fraction(-(10**9)), Fraction(2**21)])
def test_exponentials_out_of_range_are_refused(value):
    with pytest.raises(verify.Rejected):
        verify.exponential(value)


def test_zero_has_no_logarithm_and_no_inverse():
    for value in (Fraction(0), Fraction(-1), Interval(Fraction(-1), Fraction(1)), Interval(Fraction(0), Fraction(1))):
        with pytest.raises(Undecided):
            verify.logarithm(value)
    for value in (Fraction(0), Interval(Fraction(0), Fraction(1)), Interval(Fraction(-1), Fraction(0))):
        with pytest.raises(Undecided):
            verify.divide(1, value)


# ---------------------------------------------------------------- linear algebra


def matrices(size=4, entries=None):
    entries = entries or fractions(20, 6)
    return st.integers(1, size).flatmap(
        lambda n: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=n, max_size=n)
    )


def table(rows):
    return Table(map(Table, rows))


def exact(rows):
    return flint.fmpq_mat([[rational(x) for x in row] for row in rows])


@given(matrices(5), st.data())
def test_solutions_of_systems_are_exact(rows, data):
    count = len(rows)
    right = data.draw(st.lists(fractions(20, 6), min_size=count, max_size=count))
    if exact(rows).det() == 0:
        with pytest.raises(Undecided):
            verify.solve(table(rows), Table(right))
        return
    truth = exact(rows).solve(flint.fmpq_mat([[rational(x)] for x in right]))
    assert list(verify.solve(table(rows), Table(right))) == [fraction(truth[k, 0]) for k in range(count)]
    assert verify.solve(table(rows), verify.identity(count)) @ Table(right) == verify.solve(table(rows), Table(right))


@given(matrices(3), st.data())
def test_solutions_of_systems_of_intervals_hold_every_solution(rows, data):
    count, small = len(rows), Fraction(1, 10**6)
    right = Table(data.draw(st.lists(fractions(20, 6), min_size=count, max_size=count)))
    wide = Table(Table(Interval(x - small, x + small) for x in row) for row in rows)
    try:
        found = verify.solve(wide, right)
    except Undecided:
        return
    for signs in itertools.product((-1, 0, 1), repeat=3):
        moved = [[x + small * signs[(r * c) % 3] for c, x in enumerate(row)] for r, row in enumerate(rows)]
        for entry, truth in zip(found, verify.solve(table(moved), right)):
            assert low(entry) <= truth <= high(entry)


def symmetric(rows):
    return [[(rows[i][j] + rows[j][i]) / 2 for j in range(len(rows))] for i in range(len(rows))]


@given(matrices(4))
def test_definiteness_is_that_of_the_leading_minors(rows):
    rows = symmetric(rows)
    minors = [exact([row[:k] for row in rows[:k]]).det() for k in range(1, len(rows) + 1)]
    assert verify.definite(table(rows)) == all(minor > 0 for minor in minors)


@given(matrices(3), st.integers(0, 3))
def test_gram_matrices_are_definite_if_regular(rows, shift):
    gram = table(rows) @ verify.transpose(table(rows))
    assert verify.definite(gram) == (exact(rows).det() != 0)
    assert verify.definite(gram + verify.identity(len(rows)) * Fraction(1, 10**shift))


@given(matrices(4))
@example([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(1)]])
@example([[Fraction(0), Fraction(1)], [Fraction(1), Fraction(0)]])
@example([[Fraction(-1), Fraction(-1)], [Fraction(-1), Fraction(-1)]])
@example([[Fraction(0)]])
def test_largest_and_smallest_eigenvalues(rows):
    rows = symmetric(rows)
    top, bottom = verify.eigmax(table(rows)), verify.FUNCTIONS["eigmin"](table(rows))
    scale = max([1, *(sum(map(abs, row)) for row in rows)])
    for found, sign in ((top, 1), (bottom, -1)):
        # x I - M is positive definite just above the largest eigenvalue, and not positive definite just below it
        assert high(found) - low(found) <= scale / 2**80
        for end, definite in (
            (high(found) if sign > 0 else -low(found), True),
            (low(found) if sign > 0 else -high(found), False),
        ):
            away = end + (scale / Fraction(2**90) if definite else -scale / Fraction(2**90))
            moved = [[(away if i == j else 0) - sign * x for j, x in enumerate(row)] for i, row in enumerate(rows)]
            minors = [exact([row[:k] for row in moved[:k]]).det() for k in range(1, len(moved) + 1)]
            assert all(minor > 0 for minor in minors) == definite


@given(matrices(3), st.data())
def test_eigenvalues_of_matrices_of_intervals(rows, data):
    rows, small = symmetric(rows), Fraction(1, 100)
    wide = Table(Table(Interval(x - small, x + small) for x in row) for row in rows)
    sign = data.draw(st.sampled_from([-1, 0, 1]))
    moved = [[x + sign * small for x in row] for row in rows]
    found, truth = verify.eigmax(wide), verify.eigmax(table(moved))
    assert low(found) <= high(truth)
    assert low(truth) <= high(found)


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.tuples(
            st.lists(st.lists(fractions(9, 3), min_size=2, max_size=2), min_size=n, max_size=n),
            st.lists(
                st.lists(st.lists(st.integers(1, 5), min_size=n, max_size=n), min_size=2, max_size=2),
                min_size=n,
                max_size=n,
            ),
            st.sampled_from([Fraction(0), Fraction(1, 2), Fraction(9, 10)]),
        )
    )
)
def test_optimal_values_are_the_largest_of_all_policies(problem):
    reward, weights, discount = problem
    kernel = [[[Fraction(x, sum(row)) for x in row] for row in part] for part in weights]
    count = len(reward)
    values = []
    for choice in itertools.product(range(2), repeat=count):
        system = exact([[(i == j) - discount * kernel[i][choice[i]][j] for j in range(count)] for i in range(count)])
        solution = system.solve(flint.fmpq_mat([[rational(reward[s][choice[s]])] for s in range(count)]))
        values.append([fraction(solution[k, 0]) for k in range(count)])
    truth = [max(column) for column in zip(*values)]
    found = verify.optimal_values(table(reward), Table(Table(map(Table, part)) for part in kernel), discount)
    assert list(found) == truth
    small = Fraction(1, 10**9)
    wide = Table(Table(Interval(x - small, x + small) for x in row) for row in reward)
    enclosed = verify.optimal_values(wide, Table(Table(map(Table, part)) for part in kernel), discount)
    for entry, value in zip(enclosed, truth):
        assert low(entry) <= value <= high(entry)
        assert high(entry) - low(entry) <= 40 * small / (1 - discount)


@given(matrices(3), matrices(3))
def test_products_and_norms(one, other):
    if len(one) == len(other):
        product = table(one) @ table(other)
        truth = exact(one) * exact(other)
        count = len(one)
        assert [list(row) for row in product] == [[fraction(truth[i, j]) for j in range(count)] for i in range(count)]
    norm, rows = verify.FUNCTIONS["norm"](table(one)), [sum(x * x for x in row) for row in one]
    assert max(rows) <= high(norm) ** 2
    assert low(norm) ** 2 <= sum(rows)


# ---------------------------------------------------------------- reading


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**30), st.integers(-40, 40))
def test_numbers_are_read_exactly(n, d, exponent):
    assert verify.number(f"{n}/{d}") == Fraction(n, d)
    assert verify.number(f"{n}e{exponent}") == Fraction(n) * Fraction(10) ** exponent
    assert verify.number(f" {n}.25E+{abs(exponent)} ") == Fraction(f"{n}.25") * 10 ** abs(exponent)


@given(st.text(max_size=12))
def test_texts_are_numbers_only_where_fractions_reads_the_same(text):
    try:
        found = verify.number(text)
    except verify.Rejected:
        return
    assert found == Fraction(text.strip())
