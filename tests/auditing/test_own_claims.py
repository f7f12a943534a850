"""Statements written outside the package: found in a file, decided, and refused with one line when malformed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import mpgcert.claims
from mpgcert.arithmetic import parse_number
from mpgcert.auditing.claim_files import claims_from_file
from mpgcert.auditing.families import RandomSource, draw_blueprint, shape_for
from mpgcert.auditing.search import attack, instance, shrink
from mpgcert.claims import Claim, Setting, symbol
from mpgcert.claims.engine import check
from mpgcert.claims.point_files import point_from_document, point_to_document
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.claims.verdicts import Verdict
from mpgcert.errors import InvalidInput

EXAMPLE = Path(__file__).with_name("own_claims_example.py")


def test_the_true_variant_survives_and_the_false_one_falls():
    assert len(EXAMPLE.read_text().splitlines()) <= 15
    true, false = claims_from_file(EXAMPLE)
    survived = attack(true, np.random.default_rng(0), samples=300, climbs=300)
    assert survived.counterexample is None
    assert survived.non_vacuous > 200
    assert survived.worst_ratio == 1  # the constant cannot be improved
    rng = np.random.default_rng(1)
    for _ in range(20):
        drawn = instance(true, draw_blueprint(RandomSource(rng), shape_for(true)))
        assert check(true, drawn).verdict is Verdict.HOLDS

    fallen = attack(false, np.random.default_rng(0), samples=300, climbs=300)
    assert fallen.counterexample is not None
    blueprint, outcome = shrink(false, fallen.counterexample[0])
    assert outcome.verdict is Verdict.VIOLATED
    assert outcome.left[0] > outcome.right[1]  # the enclosures of both sides are apart
    point = instance(false, blueprint)
    assert point.game.n_states * point.game.n_players == 1
    assert point.game.n_joint_actions == 2
    stored = point_from_document(point_to_document(point))
    assert check(false, stored).verdict is Verdict.VIOLATED
    assert check(true, stored).verdict is Verdict.HOLDS
    # one state, one player: the gap is the advantage of the best reward over 1 - gamma
    discount = point.game.discount
    rewards = [point.game.rewards[0, 0, a] for a in range(2)]
    probabilities = [parse_number(p) for p in point.policy.to_nested()[0][0]]
    advantage = max(rewards) - sum(p * r for p, r in zip(probabilities, rewards))
    assert advantage / (1 - discount) > advantage > 0
    assert outcome.left == pytest.approx([float(advantage / (1 - discount))] * 2)
    assert outcome.right == pytest.approx([float(advantage)] * 2)


def test_the_short_imports_are_cheap_and_are_the_real_things():
    code = "import sys, mpgcert.claims; assert 'sympy' not in sys.modules and 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    from mpgcert.claims import claim

    assert Claim is claim.Claim
    assert Setting is claim.Setting
    assert {"Claim", "Setting", "symbol"} <= set(dir(mpgcert.claims))
    assert all(symbol(name) is entry.symbol for name, entry in VOCABULARY.items())
    with pytest.raises(AttributeError, match="Clam"):
        _ = mpgcert.claims.Clam


@pytest.mark.parametrize(("name", "close"), [("nash_gap_I", "nash_gap_i"), ("gamma", "such as"), (3, "such as")])
def test_unknown_symbols_come_with_close_names(name, close):
    with pytest.raises(InvalidInput, match=close) as caught:
        symbol(name)
    assert "\n" not in str(caught.value)


HEADER = """\
import sympy
from fractions import Fraction
from sympy import Eq, Ge, Le
from mpgcert.claims import Claim, Finding, Setting, symbol

gap, advantage, x = symbol("nash_gap_i"), symbol("largest_advantage"), symbol("x")
relation = Le(gap, advantage)


def claim(**changes):
    fields = dict(id="own.claim", title="mine", setting=Setting.POLICY, relation=relation) | changes
    return Claim(**fields)


"""

# what follows the header, and what the one line of the error must say
BAD_FILES = {
    "syntax": ("CLAIMS = [", "line 15"),
    "import": ("import no_such_module_anywhere", "line 15: ModuleNotFoundError"),
    "error": ("CLAIMS = [1 / 0]", "line 15: ZeroDivisionError"),
    "error in a function": ("claim(kid='x')", "line 12: TypeError"),
    "exit": ("raise SystemExit(0)", "line 15: SystemExit"),
    "no CLAIMS": ("claims = [claim()]", r"CLAIMS: missing; expected CLAIMS = \[Claim"),
    "one claim": ("CLAIMS = claim()", "CLAIMS: a Claim; expected CLAIMS = "),
    "text": ("CLAIMS = 'own.claim'", "CLAIMS: a str"),
    "empty": ("CLAIMS = ()", "CLAIMS: empty"),
    "not a claim": ("CLAIMS = [claim(), relation]", r"CLAIMS\[1\]: a LessThan; expected a Claim"),
    "same id": ("CLAIMS = [claim(), claim()]", r"CLAIMS\[1\]: the id own.claim again"),
    "generator": ("CLAIMS = (claim(id=name) for name in ('own.a', 'own b'))", "id: 'own b'"),
    "unknown symbol": ("CLAIMS = [claim(relation=Le(symbol('nash_gab'), 1))]", "line 15: .*such as nash_gap"),
    "id": ("CLAIMS = [claim(id='Mine')]", "line 12: claim Mine: id: 'Mine'; expected paper.label"),
    "id of a kind": ("CLAIMS = [claim(id=7)]", "id: 7"),
    "title": ("CLAIMS = [claim(title='')]", "claim own.claim: title: empty"),
    "title of a kind": ("CLAIMS = [claim(title=None)]", "title: None"),
    "setting": ("CLAIMS = [claim(setting='policy')]", "setting: 'policy'; expected Setting.SCALAR, "),
    "kind": ("CLAIMS = [claim(kind='conjecture')]", "kind: 'conjecture'; expected identity, tight"),
    "no relation": ("CLAIMS = [claim(relation=None)]", "relation: missing"),
    "definition": ("CLAIMS = [claim(kind='definition')]", "relation: given"),
    "trivial": ("CLAIMS = [claim(relation=Le(1, 2))]", "relation: True; expected a sympy Le"),
    "expression": ("CLAIMS = [claim(relation=gap - advantage)]", "relation: .*expected a sympy Le"),
    "not equal": ("CLAIMS = [claim(relation=sympy.Ne(gap, advantage))]", "relation: .*expected a sympy Le"),
    "float": (
        "CLAIMS = [claim(relation=Le(gap, 0.1 * advantage))]",
        "relation: 0.1.* is a float; expected a sympy Rat",
    ),
    "other symbol": ("CLAIMS = [claim(relation=Le(sympy.Symbol('nash_gap_i'), 1))]", "another symbol .*claims.symbol"),
    "foreign symbol": (
        "CLAIMS = [claim(relation=Le(gap, sympy.Symbol('K')))]",
        "relation: 'K'; expected a symbol with",
    ),
    "setting without it": (
        "CLAIMS = [claim(setting=Setting.GAME)]",
        "relation: 'largest_advantage'; expected a symbol",
    ),
    "function": ("CLAIMS = [claim(relation=Le(sympy.sin(gap), 1))]", r"relation: sin\(nash_gap_i\) has a part without"),
    "cube root": ("CLAIMS = [claim(relation=Le(sympy.cbrt(gap), 1))]", "has a part without a value"),
    "pi": ("CLAIMS = [claim(relation=Le(gap, sympy.pi))]", "relation: pi has a part without a value"),
    "given": ("CLAIMS = [claim(given=Le(gap, 1))]", "given: nash_gap_i <= 1; expected a tuple of relations"),
    "symbol in given": (
        "CLAIMS = [claim(given=(Le(symbol('step_size'), 1),))]",
        "given: 'step_size'; expected a symbol",
    ),
    "assumes": ("CLAIMS = [claim(assumes='stage-potential')]", "assumes: 'stage-potential'; expected a tuple"),
    "property": ("CLAIMS = [claim(assumes=('potential',))]", "assumes: 'potential'; expected rewards-in-unit"),
    "near misses": ("CLAIMS = [claim(near_misses=[relation])]", "near_misses: .*expected a mapping"),
    "near miss": ("CLAIMS = [claim(near_misses={'half': True})]", "near_misses: True; expected a sympy Le"),
    "name of near miss": ("CLAIMS = [claim(near_misses={'': relation})]", "near_misses: ''; expected names"),
    "algorithm": ("CLAIMS = [claim(algorithm='gradient-play')]", "algorithm: given; expected one for steps and runs"),
    "finding": ("CLAIMS = [claim(finding='wrong')]", "finding: 'wrong'; expected a Finding of kind false, "),
    "kind of finding": ("CLAIMS = [claim(finding=Finding('wrong', ''))]", "finding: 'wrong'"),
    "interval": ("CLAIMS = [claim(interval=(0, 1))]", "interval: given; expected one for scalar statements only"),
    "no interval": ("CLAIMS = [claim(setting=Setting.SCALAR, relation=Ge(x, 0))]", "interval: None; expected a pair"),
    "interval of floats": (
        "CLAIMS = [claim(setting=Setting.SCALAR, relation=Ge(x, 0), interval=(0.5, 1))]",
        r"interval: \(0.5, 1\); expected a pair of Fractions",
    ),
    "reversed interval": (
        "CLAIMS = [claim(setting=Setting.SCALAR, relation=Ge(x, 0), interval=(Fraction(1), Fraction(0)))]",
        "interval: .*low <= high",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_bad_files_are_refused_with_one_line_that_names_the_file(case, tmp_path):
    code, message = BAD_FILES[case]
    file = tmp_path / "mine.py"
    file.write_text(HEADER + code + "\n")
    with pytest.raises(InvalidInput, match=message) as caught:
        claims_from_file(file)
    assert str(caught.value).startswith(str(file))
    assert "\n" not in str(caught.value)


def test_the_header_of_the_bad_files_is_good(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(HEADER + "CLAIMS = (claim(id=f'own.claim-{k}') for k in range(3))\n")
    assert [found.id for found in claims_from_file(file)] == ["own.claim-0", "own.claim-1", "own.claim-2"]
    assert list(tmp_path.iterdir()) == [file]  # no caches are left beside it


def test_what_a_file_prints_stays_out_of_the_answer(tmp_path, capsys):
    file = tmp_path / "mine.py"
    file.write_text(HEADER + "CLAIMS = [claim()]\nprint('hello')\n")
    assert len(claims_from_file(file)) == 1
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "hello\n")


@pytest.mark.parametrize(
    ("name", "message"),
    [("absent.py", "absent.py: no such file"), ("folder.py", "no such file"), ("claims.txt", "not a Python file")],
)
def test_files_that_are_not_there(name, message, tmp_path):
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "claims.txt").write_text(EXAMPLE.read_text())
    with pytest.raises(InvalidInput, match=message):
        claims_from_file(tmp_path / name)
