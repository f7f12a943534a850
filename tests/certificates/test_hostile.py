"""Malformed, huge and hostile files: a clear rejection, in bounded time and memory."""

import copy
import hashlib
import io
import json
import resource
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from certificates.samples import samples
from hypothesis import given
from hypothesis import strategies as st

from mpgcert.certificates import verify

SECONDS, MEMORY = 60, 3 * 2**29  # of a process of its own, for the worst


def rejected(data, game=None, run=None):
    """The reason; anything but a rejection is an error."""
    found = verify.verify(data if isinstance(data, bytes) else json.dumps(data).encode(), game, run)
    assert found["accepted"] is False
    assert isinstance(found["reason"], str)
    assert found["reason"]
    assert found["id"] is found["verdict"] is None
    json.dumps(found)
    return found["reason"]


def rejected_elsewhere(tmp_path, data, game=None, run=None, most=3):
    """The reason of a process with little time and memory, whose verifier gives up after `most` seconds."""
    names = []
    for name, content in (("certificate", data), ("game", game), ("run", run)):
        if content is not None:
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
            names.append(str(path))
    code = f"import verify, sys; verify.MAX_SECONDS = {most}; sys.exit(verify.main(sys.argv[1:]))"
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code, *names],
        cwd=str(verify.Path(verify.__file__).parent),
        capture_output=True,
        timeout=6 * SECONDS,
        preexec_fn=lambda: (
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
            resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS)),
        ),
    )
    assert done.returncode == 1, (done.returncode, done.stderr.decode()[-500:], time.monotonic() - started)
    found = json.loads(done.stdout)
    assert found["accepted"] is False
    return found["reason"]


def own(**changes):
    """A statement of one's own about numbers, true unless the changes make it something else."""
    claim = {"verdict": "holds", **changes.pop("claim", {})}
    data = changes.pop("given", {})
    statement = {
        "id": "own.hostile",
        "verdict": "holds",
        "text": "",
        "proves": [],
        "assumes": [],
        "because": "",
        "not": "",
        "method": "numbers",
        "data": [],
        "definitions": {},
        "checks": ["1 == 1"],
        "values": {},
    }
    return {"schema": verify.SCHEMA, "statement": statement | changes, "membership": [], "claim": claim, "data": data}


def test_the_plain_statement_is_accepted():
    assert verify.verify(json.dumps(own()).encode())["accepted"]


GARBAGE = {
    "empty": b"",
    "space": b" \n",
    "no UTF-8": b"\xff\xfe\x00\x80",
    "UTF-16": json.dumps(own()).encode("utf-16"),
    "a word": b"certificate",
    "half": json.dumps(own()).encode()[:-5],
    "two": json.dumps(own()).encode() * 2,
    "brackets": b"[" * 10**5,
    "closed brackets": b"[" * 10**5 + b"]" * 10**5,
    "braces": b'{"a":' * 10**5 + b"1" + b"}" * 10**5,
    "null": b"null",
    "list": b"[]",
    "object": b"{}",
    "number": b"1e999999999",
    "string": b'"x"',
    "nulls": b"\0" * 1000,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_rejected(name):
    rejected(GARBAGE[name])
    rejected(samples()["pennies nash-gap.uniform"].text, GARBAGE[name])


@pytest.mark.parametrize("key", ["schema", "claim", "statement", "data", "verdict"])
def test_repeated_keys_are_rejected(key):
    text = json.dumps(samples()["unit nash-gap.uniform"].document)
    place = text.index(f'"{key}":')
    assert rejected((text[:place] + f'"{key}": null, ' + text[place:]).encode()) == "a key occurs twice"


@pytest.mark.parametrize(
    "number",
    [
        *("NaN", "Infinity", "-Infinity", '"NaN"', '"inf"', '"nan"', "1e999999999", "1e-999999999", '"1e5001"'),
        *(
            '"1/0"',
            '"0/0"',
            '"1/-2"',
            '"0x10"',
            '"1_000"',
            '"١"',
            '"1,5"',
            '" "',
            '""',
            '"--1"',
            '"1e"',
            '"."',
            "[[1]]",
        ),
        *(
            "9" * 10**6,
            "0." + "0" * 10**6 + "1",
            '"1/' + "3" * 10**6 + '"',
            "true",
            "false",
            "null",
            "{}",
            '{"low": 0}',
        ),
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_number_is_rejected_wherever_one_belongs(number):
    samples()  # worked out before the clock starts
    started = time.monotonic()
    for name, path in (
        ("unit nash-gap.uniform", ("claim", "nash_gap")),
        ("unit nash-gap.uniform", ("data", "pi", 0, 0, 0)),
        ("unit nash-gap.uniform", ("game", "rewards", 0, 0, 0, 0)),
        ("unit nash-gap.uniform", ("game", "discount")),
        ("unit zhang2022.assumption-1", ("data", "below", 0, 0)),
        ("unit zhang2022.assumption-1", ("data", "choice", 0, 0)),
        ("lq hambly2021.assumption-2.3", ("game", "W", 0, 0)),
        ("lq hambly2021.assumption-2.3", ("game", "horizon")),
    ):
        document = copy.deepcopy(samples()[name].document)
        node = document
        for key in path[:-1]:
            node = node[key]
        node[path[-1]] = "@"
        rejected(json.dumps(document).replace('"@"', number).encode())
    assert time.monotonic() - started < SECONDS


def places(node, path=()):
    yield path
    for key, child in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from places(child, (*path, key))


WRONG = ("null", "true", "[]", "{}", '"x"', "1e999999999", "[[[[[[[[0]]]]]]]]")
#: Keys of a statement, a claim or a game that are for people, or not looked at where a hypothesis is inside.
HARMLESS = ("name", "where", "game", "game_sha256", "normalized", "membership", "states", "players", "actions", "notes")


@pytest.mark.parametrize(
    "name",
    [
        *("pennies nash-gap.uniform", "unit zhang2022.remark-4", "closed maheshwari2023.assumption-3.1"),
        *(
            "lq hambly2021.assumption-2.3",
            "instance zhang2022.eq-6",
            "run",
            "proof hambly2021.lemma-3.18.step-5.numbers",
        ),
        *("bounds 1 states zhang2022.theorem-5.gradient-play", "instance zhang2022.lemma-3", "pure 2 states"),
    ],
)
def test_wrong_types_at_every_key_are_rejected(name):
    sample = samples()[name]
    game = sample.game_text()
    for number, path in enumerate(places(sample.document)):
        if any(key in HARMLESS for key in path) or path[-2:-1] == ("membership",):
            continue
        for wrong in (WRONG[number % len(WRONG)], WRONG[(number // 7 + 3) % len(WRONG)]):
            document = copy.deepcopy(dict(sample.document))
            if not path:
                text = wrong
            else:
                node = document
                for key in path[:-1]:
                    node = node[key]
                if json.dumps(node[path[-1]]) == wrong:
                    continue
                node[path[-1]] = "@@"
                text = json.dumps(document).replace('"@@"', wrong)
            found = verify.verify(text.encode(), game, sample.run)
            assert not found["accepted"], (path, wrong)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_any_json_is_rejected(document):
    rejected(document)
    for key in ("statement", "claim", "data"):
        changed = own()
        if changed[key] != document:
            rejected(changed | {key: document})
    rejected(samples()["pennies nash-gap.uniform"].text, json.dumps(document).encode())


# ---------------------------------------------------------------- formulas

FORMULAS = [
    *("().__class__", "(1).real", "[].append(1)", "lambda: 1", "(lambda: 1)()", "__import__('os')", "open('x')"),
    *("exec('1')", "eval('1')", "getattr(1, 'x')", "type(1)", "print(1)", "globals()", "__builtins__", "_table"),
    *("_power(2, 2) == 4", "_same(1, 1)", "_each([1])", "{1: 2}", "{1}", "{x for x in [1]}", "{x: 1 for x in [1]}"),
    *("f'{1}'", "b'x'", "1.5", "1j", "1e5", "...", "None", "True", "yield", "await x", "x := 1", "(x := 1)", "*[1]"),
    *("sum(*[1])", "sum([1], start=2)", "max([1], key=abs)", "1 if 1 else", "a = 1", "import os", "1; 2", "del x"),
    *("[1][0:1]", "[1, 2][::2]", "[1][5]", "1[0]", "x", "x + sum(x for x in [1])", "(x for x in [1])", "1 is 1"),
    *("1 in [1]", "1 not in [1]", "~1", "1 << 9", "1 >> 1", "1 & 1", "1 | 1", "1 ^ 1", "+1", "1 == 1 == 1"),
    *("[max for max in [1]]", "[sum(1) for sum in [1]]", "max", "max()", "len(1)", "solve(1, 1)", "solve([[0]], [0])"),
    *("solve([[1, 2]], [1])", "definite(1)", "eigmax([])", "sqrt(-1)", "log(0)", "log(-1)", "1 / 0", "1 // 0", "1 % 0"),
    *("0 ** -1", "2 ** 'x'", "exp('x')", "exp(10 ** 9)", "norm([])", "trace([[1]], 2)", "transpose(1)", "identity(-1)"),
    *(
        "zip(1)",
        "prod(1)",
        "optimal_values(1, 2, 3)",
        "optimal_values([], [], 1)",
        "between(2, 1) == 'x'",
        "range('x')",
    ),
    *(
        "range(0, 9, 0)",
        "range(10 ** 7)",
        "2 ** 10 ** 10",
        "10 ** 10 ** 10",
        "(2 ** 9999) ** 9999",
        "2 ** (1 / 3) == 0",
    ),
    *(
        "'" + "x" * 13_000 + "'",
        "1" + "+1" * 5900,
        "-" * 11_900 + "1",
        "(" * 5900 + "1" + ")" * 5900,
        "not " * 2900 + "1",
    ),
    *(
        "[" * 5900 + "1" + "]" * 5900,
        "[0]" + "[0]" * 3900,
        "1" + "*1" * 5900,
        "0 " + "or 0 " * 2300,
        "\0",
        "1\n2",
        "#",
        "",
    ),
    *("'a' < 1", "'a' + 1", "sum('abc')", "max('abc')", "0", "1", "[1]", "'x'", "0 == 1", "1 != 1"),
]


@pytest.mark.parametrize("formula", FORMULAS, ids=lambda text: text[:30])
def test_hostile_formulas_are_rejected(formula):
    started = time.monotonic()
    rejected(own(checks=[formula]))
    rejected(own(definitions={"hostile": formula}, checks=["hostile"]))
    rejected(own(definitions={"hostile(n)": formula}, checks=["hostile(1)"]))
    assert time.monotonic() - started < SECONDS


@pytest.mark.parametrize(
    "definitions",
    [
        *({"f(n)": "f(n + 1)"}, {"f": "f"}, {"f": "g", "g": "f"}, {"f(n)": "f(n - 1) + f(n - 2)"}, {"f(n, n)": "1"}),
        *({"": "1"}, {"f(": "1"}, {"f()": "1"}, {"f (n)": "1"}, {"f(n": "1"}, {"1": "1"}, {"_f": "1"}, {"max": "1"}),
        *({"f(n=1)": "1"}, {"f(*n)": "1"}, {"f.g": "1"}, {"__builtins__": "1"}, {"f": None}, {"f": ["1"]}, {"f": 1}),
        *({"f(None)": "1"}, {"f(True)": "1"}, {"f\n": "1"}, {"f(lambda)": "1", "g": "f(1"}, {"f(_same)": "1 == 2"}),
    ],
    ids=str,
)
def test_hostile_definitions_are_rejected(definitions):
    name = next(iter(definitions)).split("(")[0] or "f"
    for check in (f"{name} == 0", f"{name}(1) == 0", f"{name}(1, 2) == 0", f"{name}(definite)"):
        rejected(own(definitions=definitions, checks=[check]))


def test_a_parameter_cannot_take_the_place_of_equality():
    rejected(own(definitions={"f(_same)": "1 == 2", "g(a, b)": "0 < 1"}, checks=["f(g)"]))
    rejected(own(definitions={"f(_divide)": "1 / 2 < 0", "g(a, b)": "0 - 1"}, checks=["f(g)"]))
    rejected(own(definitions={"g(a, b)": "0 < 1"}, checks=["all([1 == 2 for _same in [g]])"]))


@pytest.mark.parametrize(
    "changes",
    [
        *({"data": ["__builtins__"], "given": {"__builtins__": "1"}, "checks": ["__builtins__ == 2"]},),
        *(
            {"data": ["_same"], "given": {"_same": "1"}},
            {"data": ["max"], "given": {"max": "1"}, "checks": ["max(1, 2) == 2"]},
        ),
        *({"data": ["x[n]"], "given": {"x": ["1"]}}, {"data": ["x[q]"], "given": {"x": ["1"], "y": 1}}, {"data": "x"}),
        *({"data": ["x"], "given": {}}, {"data": [], "given": {"x": "1"}}, {"data": ["x:gains"], "given": {"x": []}}),
        *(
            {"data": ["x:policy"], "given": {"x": {"logits": []}}},
            {"data": ["x#"], "given": {"x": "1/2"}},
            {"data": [1]},
        ),
        *({"method": "else", "checks": ["1 == 2"]}, {"method": None, "checks": ["1 == 2"]}, {"verdict": "violated"}),
        *({"proves": ["M"]}, {"assumes": ["M"]}, {"values": {"v": "1"}}, {"values": {"v": "1"}, "claim": {"v": "2"}}),
        *({"values": {"v": "1"}, "claim": {"v": {"low": "2", "high": "0"}}}, {"claim": {"more": "1"}}, {"checks": "1"}),
        *({"values": {"v": "[1]"}, "claim": {"v": "1"}}, {"values": {"v": "'x'"}, "claim": {"v": "x"}}, {"values": []}),
        *({"method": "proof"}, {"method": "rule"}, {"method": "trajectory"}, {"id": None}, {"id": 1}, {"proves": "M"}),
    ],
    ids=lambda changes: str(changes)[:60],
)
def test_hostile_records_are_rejected(changes):
    if "checks" not in changes and changes.get("data") == ["_same"]:
        changes = changes | {"checks": ["1 == 2"]}
    rejected(own(**changes))


@pytest.mark.parametrize(
    ("functions", "pieces"),
    [
        (["x"], [{"interval": ["-1", "1"], "order": 0, "center": "0"}]),
        (["x"], [{"interval": ["-1", "1"], "order": 1, "center": "0"}]),
        (["x"], [{"interval": ["0", "1"], "order": 0, "center": "0"}]),
        (["x**2"], [{"interval": ["-1", "0"], "order": 2, "center": "0"}]),
        (["x**3"], [{"interval": ["-1", "1"], "order": 3, "center": "0"}]),
        (["abs(x) - 1"], [{"interval": ["-1", "1"], "order": 2, "center": "0"}]),
        (["0 - x"], [{"interval": ["-1", "-1"], "order": 0, "center": "0"}]),
        (["x**2"], [{"interval": ["-1", "1"], "order": 9, "center": "0"}]),
        (["x**2"], [{"interval": ["-1", "2"], "order": 2, "center": "0"}]),
        (["x**2 - 1"], []),
        (["x**2 - 1"], [{"interval": ["-1", "1"], "order": -1, "center": "0"}]),
        (["__import__('os')"], [{"interval": ["-1", "1"], "order": 0, "center": "0"}]),
        (["max(x, 1).real"], [{"interval": ["-1", "1"], "order": 1, "center": "0"}]),
    ],
    ids=str,
)
def test_false_proofs_are_rejected(functions, pieces):
    values = {"functions": functions, "interval": ["-1", "1"], "strict": "0"}
    rejected(own(method="proof", checks=[], values=values, given={"pieces": [pieces] * len(functions)}))


# ---------------------------------------------------------------- time and memory


def numbers_of(count, digits):
    return [["9" * digits] * count] * count


HEAVY = {
    "digits": own(checks=["9" * 10**6]),
    "product": own(definitions={"f(n)": "3 if n == 0 else f(n - 1) * f(n - 1)"}, checks=["f(99) == 1"]),
    "product in tables": own(
        definitions={"f(n)": "[3] if n == 0 else [f(n - 1)[0] * f(n - 1)[0]]"}, checks=["f(99)[0] == 1"]
    ),
    "doubling tables": own(definitions={"f(n)": "[1] if n == 0 else [f(n - 1), f(n - 1)]"}, checks=["f(99) == f(98)"]),
    "loops": own(checks=["sum(1 for a in range(10**6) for b in range(10**6)) == 1"]),
    "tables": own(checks=["len([[b for b in range(10**6)] for a in range(10**6)]) == 1"]),
    "identity": own(checks=["len(identity(10**5)) == 1"]),
    "text": own(checks=["'x' * 10**11 == 'y'"]),
    "format": own(checks=["'%99999999999d' % 1 == 'y'"]),
    "eigenvalue": own(checks=["eigmin([[1, 1], [1, 1]]) > 0"]),
    "eigenvalues": own(checks=["eigmax([[a * b + 1 for a in range(120)] for b in range(120)]) < 0"]),
    "system": own(checks=["solve([[exp(a * b + 1) for a in range(90)] for b in range(90)], range(90)) == 0"]),
    "recursion": own(definitions={"f(n)": "f(n + 1)"}, checks=["f(0) == 1"]),
    "powers": own(checks=["sum((1 + a) ** 9999 for a in range(10**6)) == 1"]),
    "exponentials": own(checks=["sum(exp(1 / (1 + a)) for a in range(10**6)) == 1"]),
    "fractions": own(checks=["sum(1 / (1 + a) for a in range(10**6)) == 1"]),
}


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_formulas_end_in_bounded_time_and_memory(name, tmp_path):
    rejected_elsewhere(tmp_path, HEAVY[name])


def test_heavy_data_end_in_bounded_time_and_memory(tmp_path):
    """Numbers of 10^6 digits are refused unread; the longest that are read are too many for no system of this size."""
    assert "number" in rejected_elsewhere(tmp_path, own(data=["x"], given={"x": "9" * 10**6}))
    data = numbers_of(60, 19_999)
    document = own(data=["x"], given={"x": data}, checks=["solve(x + identity(60), x[0]) == 0"])
    rejected_elsewhere(tmp_path, document)


@pytest.mark.parametrize("horizon", ["100000", "1e5", "1e4000", "-1", "0", "1/2", "99999999999"])
def test_long_horizons_end_in_bounded_time_and_memory(horizon, tmp_path):
    document = copy.deepcopy(dict(samples()["lq hambly2021.assumption-2.3"].document))
    document["game"]["horizon"] = horizon
    names = {"T": horizon}
    document["game_sha256"] = verify.digest(names)
    text = json.dumps(document).replace(f'"{horizon}"', horizon)
    rejected_elsewhere(tmp_path, text.encode())


def archive(members, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return buffer.getvalue()


def npy(values):
    buffer = io.BytesIO()
    np.save(buffer, values)
    return buffer.getvalue()


def header(text):
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


STEPS = npy(np.arange(4))
RUNS = {
    "empty": b"",
    "no archive": b"PK",
    "text": b"policies",
    "nothing inside": archive({}),
    "no array": archive({"steps.npy": b""}),
    "half a header": archive({"steps.npy": STEPS[:20]}),
    "a nested header": archive({"steps.npy": header(b"[" * 60_000)}),
    "an expression": archive({"steps.npy": header(b"__import__('os').system('x')")}),
    "no key": archive({"steps.npy": header(b"{}")}),
    "objects": archive({"steps.npy": npy(np.array([1.5, 2.5]))}),
    "odd length": archive({"steps.npy": STEPS + b"x"}),
    "no policies": archive({"steps.npy": STEPS}),
    "unknown method": archive({"steps.npy": STEPS}).replace(b"\x08\x00", b"\x63\x00"),
    "damaged": archive({"steps.npy": STEPS})[:-40],
    "damaged inside": archive({"steps.npy": STEPS}).replace(b"NUMPY", b"NUMPX"),
    "encrypted": archive({"steps.npy": STEPS}, zipfile.ZIP_STORED).replace(
        b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01"
    ),
}


def tied(run):
    """A valid certificate of a trajectory, tied to other bytes."""
    document = copy.deepcopy(dict(samples()["run"].document))
    document["claim"]["trajectory_sha256"] = hashlib.sha256(run).hexdigest()
    return document


@pytest.mark.parametrize("name", RUNS)
def test_hostile_trajectories_are_rejected(name):
    rejected(tied(RUNS[name]), None, RUNS[name])


def test_a_bomb_as_trajectory_is_rejected_in_bounded_memory(tmp_path):
    bomb = archive({"steps.npy": b"\0" * 2**30})
    assert len(bomb) < 2**21
    reason = rejected_elsewhere(tmp_path, tied(bomb), None, bomb)
    assert "MemoryError" not in reason


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    """The verifier reads at most its limit and one byte more."""
    reason = rejected_elsewhere(tmp_path, b"[" + b" " * (verify.MAX_BYTES + 10))
    assert "large" in reason
