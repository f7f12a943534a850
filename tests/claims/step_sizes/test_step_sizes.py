"""Assumption 3.2 on a table of sequences, on random exponents, and against independent numerics."""

import time
from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mpgcert.claims.check import check
from mpgcert.claims.step_sizes import StepSizes, decide_step_sizes
from mpgcert.claims.verdicts import Verdict, all_of
from mpgcert.errors import InvalidInput
from mpgcert.games import MarkovGame

PREFIX = "maheshwari2023.assumption-3.2"
WORDS = {"H": Verdict.HOLDS, "V": Verdict.VIOLATED, "U": Verdict.UNDECIDED}

# Sequence, verdicts on range, (i), (ii), (iii) from n = 1 on, and the least q of (ii).
TABLE = [
    ("1/(2*n)", "HHHH", 2),
    ("n^-0.6", "VHHH", 2),
    ("n^-0.6/2", "HHHH", 2),
    ("1/n", "VHHH", 2),
    ("1/(n+1)", "HHHH", 2),
    ("(n+5)^-0.6", "HHHH", 2),
    ("2/n", "VHHH", 2),
    ("1/(n*log(n))", "VVHV", 2),
    ("1/((n+1)*log(n+1))", "HHHH", 2),
    ("1/((n+1)*log(n+1)^2)", "VVHH", 2),
    ("1/((n+9)*log(n+9)^2)", "HVHH", 2),
    ("1/((n+9)*log(n+9)^(1+1e-9))", "HVHH", 2),
    ("1/((n+9)*log(n+9)*log(log(n+9)))", "HHHH", 2),
    ("1/((n+20)*log(n+20)*log(log(n+20))^1.5)", "HVHH", 2),
    ("n^-0.5/2", "HHHH", 3),
    ("n^-0.5/(2*log(n+2))", "HHHH", 2),
    ("(n+1)^(-1/2)*log(n+3)^(-1/2)", "HHHH", 3),
    ("1/log(n+2)", "HHVH", None),
    ("1/log(log(n+20))", "HHVH", None),
    ("0.5", "HVVH", None),
    ("1 - 1/(n+1)", "HVVH", None),
    ("n^-0.6*log(n)", "VVHV", 2),
    ("n^-0.6*log(n+1)", "HVHH", 2),
    ("log(n+1)/(n+1)", "HVHH", 2),
    ("log(n+2)/(n+2)", "HHHH", 2),
    ("(log(n+1)/n)^0.7/2", "HHHH", 2),
    ("n^-2", "VVHH", 2),
    ("n^-1.01/2", "HVHH", 2),
    ("n^-0.01/2", "HHHH", 199),
    ("1e-9*n^-0.51", "HHHH", 2),
    ("n^(-1/3)/2", "HHHH", 5),
    ("n^-sqrt(1/2)/2", "HHHH", 2),
    ("sqrt(1/(n+1))", "HHHH", 3),
    ("1/(n+1) + 1/(n+2)", "HHHH", 2),
    ("1/n - 1/(n+1)", "HVHH", 2),
    ("sqrt(n+1) - sqrt(n)", "HHHH", 3),
    ("n/(n^2+1)", "HHHH", 2),
    ("n/(n^2+10)", "HVHH", 2),
    ("log(1+1/n)", "HHHH", 2),
    ("1 - exp(-1/n)", "HHHH", 2),
    ("n^(1/log(n+1))/n/3", "HHHH", 2),
    ("2^-n", "HVHV", 2),
    ("exp(-sqrt(n))", "HVHV", 2),
    ("exp(-log(n)^2)/2", "HVHV", 2),
    ("exp(-sqrt(log(n)))/2", "HHVH", None),
    ("exp(-2*log(n+1))", "HVHH", 2),
    ("min(0.5, 1/n)", "HHHH", 2),
    ("max(1/(n+1), 0.25)", "HVVH", None),
    ("max(n^-0.6/2, n^-0.7)", "VHHH", 2),
    ("n", "VVVH", None),
    ("-1/n", "VVVV", None),
    ("n - n", "VVHV", 2),
    ("1/(n-3)", "VVHV", 2),
    ("(-1)^n/n", "VVUV", None),
    ("(2+(-1)^n)/(4*n)", "UVUU", None),
    ("2^-n + n^-0.6/4", "UUUU", None),
]
OSCILLATING = ("(-1)^n/n", "(2+(-1)^n)/(4*n)")


def decided(text, first=1):
    return {
        entry.id.removeprefix(PREFIX): decision for entry, decision in decide_step_sizes(StepSizes.parse(text), first)
    }


def numeric(text, n):
    names = {name: getattr(mpmath, name) for name in ("log", "exp", "sqrt")}
    names |= {"min": min, "max": max, "n": mpmath.mpf(n)}
    return eval(text.replace("^", "**").replace("1e-9", "mpf('1e-9')"), names | {"mpf": mpmath.mpf})


@pytest.mark.parametrize(("text", "expected", "q"), TABLE)
def test_each_sequence_of_the_table(text, expected, q):
    found = decided(f"alpha = {text}; beta = {text}")
    assert [found[clause].verdict for clause in (".range", ".i", ".ii", ".iii")] == [WORDS[word] for word in expected]
    power = found[".ii"].evidence["parts"][0].get("q")
    assert power == (None if q is None else str(q))
    assert found[".v"].verdict is Verdict.HOLDS
    clauses = [decision.verdict for name, decision in found.items() if name]
    assert len(clauses) == 6
    assert found[""].verdict is all_of(clauses)


@pytest.mark.parametrize(("text", "expected", "q"), [row for row in TABLE if row[0] not in OSCILLATING])
def test_the_table_against_numbers(text, expected, q):
    """Values of the first counts, and the local exponent far out where it is clearly not borderline."""
    with mpmath.workdps(250):
        try:
            values = [numeric(text, n) for n in range(1, 400)]
        except ZeroDivisionError:
            assert expected[0] == "V"
            return
        assert expected[0] != "H" or all(0 < value < 1 for value in values)
        if any(value <= 0 or value >= 1 for value in values):
            assert expected[0] == "V"
        if any(after > before for before, after in pairwise(values)):
            assert expected[1] == "V"
        near, far = (abs(numeric(text, mpmath.mpf(10) ** k)) for k in (60, 61))
        if not near:
            return
        slope = mpmath.log10(far / near) if far else -mpmath.inf
        if slope < -1.1:
            assert expected[1:3] == "VH"
        if -0.9 < slope < -0.01 and q is not None:
            power = 1 + Fraction(q, 2)
            assert slope * power.numerator / power.denominator < -0.98
        delayed = abs(numeric(text, mpmath.mpf(10) ** 60 / 2)) / near
        assert expected[0] != "H" or (delayed > 10**6) == (expected[3] == "V")


@pytest.mark.parametrize(
    ("alpha", "beta", "expected"),
    [
        ("n^-0.6", "1/n", "H"),
        ("1/n", "1/n", "V"),
        ("1/n", "1/(n*log(n+1))", "H"),
        ("1/n", "1/(n*log(log(n+20)))", "H"),
        ("1/n", "1/(n*log(log(log(n+20))))", "H"),
        ("1/n", "n^-0.6", "V"),
        ("1/n", "2^-n", "H"),
        ("2^-n", "1/n", "V"),
        ("1/log(n+1)", "n^-0.01", "H"),
        ("1/n", "100/(n+7)", "V"),
        ("exp(-sqrt(log(n)))", "n^-0.001", "H"),
        ("n^-0.5", "n^-0.5*log(n+1)", "V"),
        ("n^-sqrt(2)", "n^-1.4142135623730951", "H"),
        ("n^-sqrt(2)", "n^-1.414213562373095", "V"),
        ("2^-n", "3^-n", "H"),
        ("1/n", "(2+(-1)^n)/n", "U"),
    ],
)
def test_two_timescales(alpha, beta, expected):
    assert decided(f"alpha = {alpha}; beta = {beta}")[".iv"].verdict is WORDS[expected]


@pytest.mark.parametrize(
    ("first", "second", "expected", "ends"),
    [
        ("1/n", "2/n", "H", ("0.5", "0.5")),
        ("z*n^-0.6", "n^-0.6/3", "H", ("1.5", "1.5")),
        ("1/n", "1/(n+5)", "H", ("1", "6")),
        ("1/(n+5)", "1/n", "H", ("1/6", "1")),
        ("2^-n", "3*2^-n", "H", ("1/3", "1/3")),
        ("sqrt(n+1)-sqrt(n)", "n^-0.5", "H", None),
        ("1/n", "min(0.5, 1/n)", "H", ("1", "2")),
        ("log(n+3)/n", "log(n+1)/n", "H", None),
        ("1/n", "1/(n*log(n+1))", "V", None),
        ("n^-0.6", "n^-0.61", "V", None),
        ("1/(n+1)", "1/(n-1)", "V", None),
        ("1/n", "(2+(-1)^n)/n", "U", None),
    ],
)
def test_comparable_players(first, second, expected, ends):
    steps = f"alpha_1 = {first}; alpha_2 = {second}; beta = 1/(n+1)" + ("; z = 0.5" if "z" in first else "")
    decision = decided(steps)[".v"]
    assert decision.verdict is WORDS[expected]
    part = decision.evidence["parts"][0]
    if ends:
        assert (part["infimum"]["exact"], part["supremum"]["exact"]) == ends
    if expected == "H" and "z" not in first:
        values = [float(numeric(first, n) / numeric(second, n)) for n in range(1, 2000)]
        (low, least), (most, high) = part["infimum"]["enclosure"], part["supremum"]["enclosure"]
        assert low - 1e-12 <= min(values)
        assert max(values) <= high + 1e-12
        assert low <= least
        assert most <= high
        assert min(values) - least < 0.01 * least + 1e-9


exponents = st.fractions(min_value=-2, max_value=3, max_denominator=6)


@settings(max_examples=25)
@given(exponents, exponents, exponents, exponents)
def test_exponents_decide(a, b, c, d):
    """alpha = n^-a log(n+2)^-b and beta = n^-c log(n+2)^-d: Bertrand's test and lexicographic comparison."""
    found = decided(f"alpha = n^-({a})*log(n+2)^-({b}); beta = n^-({c})*log(n+2)^-({d})")
    pairs = ((a, b), (c, d))
    vanish = all(pair > (0, 0) for pair in pairs)
    diverge = all(pair <= (1, 1) for pair in pairs)
    if not (vanish and diverge):
        assert found[".i"].verdict is Verdict.VIOLATED
    parts = [part["summary"] for part in found[".i"].evidence["parts"]]
    assert all(("infinite" in line) == (pair <= (1, 1)) for pair, line in zip(pairs, parts[1::3]))
    assert (found[".ii"].verdict is Verdict.HOLDS) == all(pair[0] > 0 for pair in pairs)
    assert found[".iii"].verdict is Verdict.HOLDS
    assert (found[".iv"].verdict is Verdict.HOLDS) == ((c, d) > (a, b))
    for (e, f), part in zip(pairs, found[".ii"].evidence["parts"]):
        if e > 0:
            q = Fraction(part["q"])
            powers = [1 + k / 2 for k in (q, q - 1)]
            assert (e * powers[0], f * powers[0]) > (1, 1)
            assert q == 2 or (e * powers[1], f * powers[1]) <= (1, 1)


def test_the_paper_s_example_misses_the_assumption():
    """z n^(-c1), y n^(-c2) with 0 < c1 <= c2 <= 1: undefined at 0, 1 or more for z >= 1, one timescale for c1 = c2."""
    equal = decided("alpha = 0.5*n^-0.8; beta = 0.5*n^-0.8")
    assert [name for name, decision in equal.items() if decision.verdict is Verdict.VIOLATED] == [".iv", ""]
    large = decided("alpha = n^-0.6; beta = n^-1")
    assert large[".range"].verdict is Verdict.VIOLATED
    assert large[".range"].evidence["parts"][0]["value"]["exact"] == "1"
    at_zero = decided("alpha = n^-0.6/2; beta = n^-1/2", first=0)
    assert at_zero[".range"].verdict is Verdict.VIOLATED
    assert "undefined at n = 0" in at_zero[".range"].summary
    assert "Algorithm 1 uses n >= 1 only" in at_zero[".range"].summary
    good = decided("alpha = n^-0.6/2; beta = n^-1/2")
    assert good[""].verdict is Verdict.HOLDS
    assert "undefined" in good[""].evidence["at_0"]["alpha"]
    assert decided("alpha = (n+2)^-0.6; beta = 1/(n+2)", first=0)[""].verdict is Verdict.HOLDS


def test_failures_come_with_exact_values():
    found = decided("alpha = 2/n; beta = n/(n^2+10)")
    outside = found[".range"].evidence["parts"][0]
    assert (outside["count"], outside["value"]["exact"]) == (1, "2")
    rising = next(p for p in found[".i"].evidence["parts"] if p["sequence"] == "beta" and p["verdict"] == "violated")
    assert (rising["value"]["exact"], rising["next"]["exact"]) == ("1/11", "1/7")
    late = decided("alpha = (n/1000)^2 * 2^(-n/300)/9; beta = 1/(n+1)")[".i"].evidence["parts"]
    assert any(part["verdict"] == "violated" and part.get("count") == 1 for part in late)


def test_a_late_violation_is_found_and_a_late_proof_given():
    """1/n + 1e-6 log(n)/... rises only far out; the other falls, but so slowly that only a late tail shows it."""
    rising = decided("alpha = 1/n/2 + 1e-9*log(n); beta = 1/(n+1)")[".i"]
    part = next(part for part in rising.evidence["parts"] if "increasing" in part["summary"])
    assert part["count"] > 10**8
    falling = decided("alpha = (1 + 3/log(n+9))/n^0.6/9 - 1/(n+1)^1.5/20; beta = 1/(n+1)")
    assert falling[""].verdict is Verdict.HOLDS


def test_check_adds_step_sizes_to_a_game_and_stands_alone(answer, mpgcert):
    game = MarkovGame.of(rewards=[[[[0, 1], [1, 0]]]] * 2)
    result = check(game, step_sizes="alpha = z*n^-0.6; beta = 1/(2*n); z = 1/2")
    assert result.verdict(PREFIX) is Verdict.HOLDS
    assert result.assumptions[-1].assumption.id == PREFIX
    status, document = answer("check", "--step-sizes", "alpha = n^-0.6/2; beta = 1/(2*n)")
    assert status == 0
    assert [entry["id"].removeprefix(PREFIX) for entry in document["assumptions"]] == [
        *(".range", ".i", ".ii", ".iii", ".iv", ".v"),
        "",
    ]
    status, document = answer("check", "stag-hunt", "--step-sizes", "alpha = 1/n; beta = 1/n", "--first", 0)
    verdicts = {entry["id"]: entry["verdict"] for entry in document["assumptions"]}
    assert (status, verdicts[PREFIX + ".iv"], verdicts[PREFIX + ".range"]) == (1, "violated", "violated")
    assert verdicts["maheshwari2023.assumption-3.1"] == "holds"
    status, out, _ = mpgcert("check", "--step-sizes", "alpha = (2+(-1)^n)/n/9; beta = 0.5/n")
    assert (status, "mpgcert bounds" in out) == (1, False)
    status, _, _ = mpgcert("check", "--step-sizes", "alpha = 2^-n + n^-0.6/4; beta = 0.5/n", "--quiet")
    assert status == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check",), "nothing to check"),
        (("check", "--step-sizes", "alpha = ^; beta = 1"), "alpha: '^' at position 1"),
        (("check", "--step-sizes", "alpha = 1/n; beta = 1/n", "--delta", "1"), "--delta"),
        (("check", "hambly2021-remark-3.4", "--step-sizes", "alpha = 1/n; beta = 1/n"), "expected a Markov game"),
        (("check", "stag-hunt", "--step-sizes", "alpha_1 = 1/n; alpha_2=1/n; alpha_3 = 1/n; beta = 1/n"), "alpha_3"),
    ],
)
def test_the_command_refuses(mpgcert, arguments, message):
    status, out, err = mpgcert(*arguments)
    assert status == 2
    assert message in err
    assert not out
    assert len(err.strip().splitlines()) == 1


def test_wrong_calls():
    steps = StepSizes.parse("alpha = 1/n; beta = 1/n", 3)
    with pytest.raises(InvalidInput, match="first"):
        decide_step_sizes(steps, first=2)
    with pytest.raises(InvalidInput, match="as in the game"):
        check(MarkovGame.of(rewards=[[[[0, 1], [1, 0]]]] * 2), step_sizes=steps)


def test_a_decision_is_quick():
    decided("alpha = 1/n; beta = 1/n")
    start = time.perf_counter()
    decided("alpha = 0.5*(n+1)^-0.6; beta = 1/((n+1)*log(n+2))")
    assert time.perf_counter() - start < 2
