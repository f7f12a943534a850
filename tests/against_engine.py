"""Definitions of symbols in the verifier's language, held against the quantities that the engine computes."""

import json
from fractions import Fraction

import numpy as np

from mpgcert.arithmetic import EXACT, Ball
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.search import instance, world_of
from mpgcert.certificates.claim_records import INDICES, _data, symbol_call, vocabulary
from mpgcert.certificates.formulas import closure, definitions
from mpgcert.certificates.instances import instance_data
from mpgcert.certificates.verify import Language, Rejected, Undecided, game_of, high, load, low, read
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.sides import Sides
from mpgcert.claims.symbols import VOCABULARY
from mpgcert.errors import Irrational, SingularMatrix
from mpgcert.games.document import to_document

__all__ = ["compare", "defined_symbols"]

_BALL = Ball(256)
#: What statements with a symbol say about the algorithm, where the engine's quantity speaks of that one only.
ONLY = {"next_parameter_lead": {"algorithm": "gradient-play", "regularized": False, "assumes": ("stage-potential",)}}


def defined_symbols(setting):
    """Symbols with a value in the setting that have a definition in the language, not only an inherited one."""
    known = {**definitions(str(setting)), **vocabulary(setting)}
    return [name for name in quantities_of(setting) if name in known]


def claim_about(name, setting):
    """A statement that uses the symbol, so that instances are drawn that fit."""
    import sympy

    symbol = VOCABULARY[name].symbol
    relation = sympy.Le(symbol, symbol + 1, evaluate=False)
    return Claim(id="own.symbol", title=name, setting=setting, relation=relation, boundary=False)


def compare(name, setting, seeds, algorithm=None, regularized=None, assumes=()):
    """Raise AssertionError where the language and the engine differ; returns how many values were compared."""
    from dataclasses import replace

    claim = replace(claim_about(name, setting), algorithm=algorithm, regularized=regularized, assumes=tuple(assumes))
    rule = quantities_of(setting)[name]
    compared = 0
    for seed in seeds:
        source = RandomSource(np.random.default_rng(seed))
        point = instance(claim, world_of(claim).draw(source))
        wanted = list(dict.fromkeys([*_data(claim), *(() if setting.is_linear_quadratic else ("phi[S][J]?",))]))
        data = instance_data(point, wanted)
        if data is None:
            continue
        game = game_of(load(json.dumps(to_document(point.game)).encode()))
        given = read(wanted, load(json.dumps(data).encode()), game)
        # roots are the verifier's own: their squares are compared
        square = rule.square is not None and f"{name}_squared" in {**definitions(str(setting)), **vocabulary(setting)}
        head = symbol_call(name, setting, square=square)
        language = Language(
            {**game, **given, **_constants(point, name)}, closure([head], str(setting), vocabulary(setting))
        )
        letters = [letter for use, letter in INDICES.items() if use in rule.uses]
        function = language.function(head, tuple(letters))
        for index in list(point.indices(rule.uses))[:12]:
            arguments = [getattr(index, use) for use in INDICES if use in rule.uses]
            expected = _square(point, rule, index) if square else _engine(claim, point, name, index)
            if expected is None:
                continue
            try:
                found = function(*arguments)
            except Rejected as error:
                if isinstance(error, Undecided) or "out of range" in str(error) or "too large" in str(error):
                    continue
                raise
            where = f"{name}{tuple(arguments)} of seed {seed} ({setting})"
            overlap = low(found) <= expected[1] and expected[0] <= high(found)
            assert overlap, (
                f"{where}: language {float(low(found)):.17g}..{float(high(found)):.17g}, "
                f"engine {float(expected[0]):.17g}..{float(expected[1]):.17g}"
            )
            width = high(found) - low(found)
            assert width <= abs(high(found)) / 2**40 + Fraction(1, 2**60), (
                f"{where}: enclosure of width {float(width):.3g}"
            )
            compared += 1
    return compared


def _constants(point, name):
    """M and D_inf, which certificates of hypotheses bring."""
    if isinstance(point.analysis, object) and hasattr(point.analysis, "M"):
        found = {}
        for constant in ("M", "D_inf"):
            pair = getattr(point.analysis, constant)
            if pair and pair[0] is not None and pair[0] == pair[1]:
                found[constant] = pair[0]
        return found
    return {}


def _engine(claim, point, name, index):
    for arithmetic in (EXACT, _BALL):
        try:
            with arithmetic.context():
                sides = Sides(claim, point, arithmetic)
                return arithmetic.enclosure(sides.evaluate(VOCABULARY[name].symbol, index))
        except (Irrational, SingularMatrix, ZeroDivisionError):
            continue
    return None


def _square(point, rule, index):
    for arithmetic in (EXACT, _BALL):
        try:
            with arithmetic.context():
                return arithmetic.enclosure(rule.square(point.lens(arithmetic), index))
        except (Irrational, SingularMatrix, ZeroDivisionError):
            continue
    return None


if __name__ == "__main__":
    import sys

    wanted = sys.argv[1:]
    for setting in Setting:
        if setting is Setting.SCALAR:
            continue
        for name in defined_symbols(setting):
            if not wanted or name in wanted or str(setting) in wanted:
                only = ONLY.get(name, {})
                if setting not in (Setting.STEP, Setting.RUN) and not setting.is_linear_quadratic:
                    only = {"regularized": True, **only}  # or lambda is 0
                try:
                    try:
                        count = compare(name, setting, range(6), **only)
                    except AssertionError as error:
                        if str(error):
                            raise
                        count = compare(name, setting, range(6), **{**only, "assumes": ("stage-potential",)})
                    print(f"{setting!s:32s} {name:32s} {count}", flush=True)
                except (AssertionError, Rejected, Exception) as error:
                    print(f"{setting!s:32s} {name:32s} FAIL {type(error).__name__}: {str(error)[:300]}", flush=True)
