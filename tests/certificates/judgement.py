"""Whether a mutant that the verifier accepts is right, found out without the verifier.

Right is what states the same as the certificate that it was made from (the same record; each claimed value the same
rational, or an enclosure of the former one), with other witnesses.  Where the data are themselves what is spoken of (a
policy, a step size, a number), the engine or a readable twin must confirm verdict and values anew.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import inf, log
from typing import Any

import flint
from certificates.samples import Sample

from mpgcert.arithmetic import EXACT, Ball, ExactArray
from mpgcert.auditing.catalogue import find_claims
from mpgcert.certificates.tree import assumption_records
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import analysis_of
from mpgcert.claims.engine import check, value_at
from mpgcert.claims.learner import Learner
from mpgcert.claims.point_files import point_from_document
from mpgcert.claims.point_index import Index
from mpgcert.claims.properties import decide
from mpgcert.errors import InvalidInput, SingularMatrix
from mpgcert.games import Game, LQGame, MarkovGame, Normalization, Policy
from mpgcert.games.document import game_of, to_document
from mpgcert.solvers.best_response import nash_gap
from mpgcert.solvers.lq.arrays import LQArrays
from mpgcert.solvers.lq.riccati import coupled_riccati

__all__ = ["Judgement", "judge"]

_BALL = Ball(320)
_CLOSE = Fraction(1, 10**40)
_LETTERS = {"i": "player", "s": "state", "a": "action", "j": "joint", "b": "second", "t": "time", "u": "earlier"}
_MEANINGFUL = (
    *("discount", "initial", "transition", "rewards", "common_reward", "payoffs", "common_payoff", "inexact"),
    *("horizon", "A", "B", "Q", "R", "W", "policy"),
)
_INITIAL = ("mean", "covariance", "second_moment", "points", "probabilities")


@dataclass
class Judgement:
    """What an accepted mutant is: the class of its change, and what is wrong with it, if something is."""

    found: str
    wrong: str = ""


def judge(sample: Sample, after: dict[str, Any]) -> Judgement:
    """What the change of an accepted certificate amounts to."""
    before = dict(sample.document)
    for key in ("game", "game_sha256", "normalized", "schema"):
        if before.get(key) != after.get(key):
            return _about_game(sample, before, after, key)
    return _part(sample, before, after, sample.game, outer=True)


def _about_game(sample: Sample, before: dict[str, Any], after: dict[str, Any], key: str) -> Judgement:
    game, method = sample.game, before["statement"]["method"]
    if method in ("numbers", "proof"):
        return Judgement("a key that says nothing about numbers", "" if key != "schema" else "another schema")
    if key == "game" and "game" not in after:
        return Judgement("the game left to its file")
    if (
        key == "game"
        and "game" in before
        and _content(after["game"], before["game"]) == _content(before["game"], before["game"])
    ):
        return Judgement("labels of the game")
    if key == "normalized" and isinstance(game, MarkovGame) and Normalization.of(game).is_identity:
        return Judgement("normalised as it was")
    if key == "normalized" and sample.claim is not None and isinstance(game, MarkovGame):
        unit = Normalization.of(game).apply(game)
        return _instance(sample, after, unit)
    return Judgement(key, f"{key} is another one")


def _content(document: Any, original: dict[str, Any]) -> str:
    """The game's numbers; labels are those of the original, and what is no part of a game is left out."""
    labels = {key: value for key, value in original.items() if key not in _MEANINGFUL}
    parts = {key: value for key, value in document.items() if key in _MEANINGFUL}
    if isinstance(parts.get("initial"), dict):
        parts["initial"] = {key: value for key, value in parts["initial"].items() if key in _INITIAL}
    if original["kind"] == "markov-game" and "initial" not in parts:  # uniform, which the format wants to see written
        states = len(original["initial"])
        parts["initial"] = [f"1/{states}"] * states
    try:
        return game_of(parts | labels, "game").fingerprint
    except InvalidInput as error:
        return f"no game: {error}"


def _part(sample: Sample, before: dict[str, Any], after: dict[str, Any], game: Game | None, outer: bool) -> Judgement:
    """A certificate, or one inside of it."""
    found: list[Judgement] = []
    if before["statement"] != after["statement"]:
        return _other_statement(sample, before, after, outer)
    if before["claim"] != after["claim"]:
        truth = _equilibrium(game) if "lq-unique-solution" in before["statement"]["proves"] else {}
        if "left" in before["claim"]:
            truth = _sides(sample, before, game)
        found.append(_claim(before["claim"], after["claim"], truth))
    if before["data"] != after["data"]:
        found.append(_data(sample, before, after, game, outer))
    for name in before.get("hypotheses", {}).keys() | after.get("hypotheses", {}).keys():
        one, other = before.get("hypotheses", {}).get(name), after.get("hypotheses", {}).get(name)
        if one is None or other is None:
            found.append(Judgement("hypotheses", f"the hypothesis {name} appears or vanishes"))
        elif one != other:
            found.append(_part(sample, one, other, game, outer=False))
    rest = ("membership", "bits")
    found += [Judgement(key) for key in rest if before.get(key) != after.get(key)]
    if not outer:
        ignored = ("game", "game_sha256", "normalized")
        found += [Judgement("a key without meaning inside") for key in ignored if before.get(key) != after.get(key)]
    wrong = next((entry for entry in found if entry.wrong), None)
    return wrong or (found[0] if found else Judgement("no change", "nothing is known to have changed"))


def _other_statement(sample: Sample, before: dict[str, Any], after: dict[str, Any], outer: bool) -> Judgement:
    """Another record with its own way to the root, which the data prove too."""
    one, other = before["statement"], after["statement"]
    if not outer and set(one["proves"]) & set(other["proves"]):
        return Judgement("another proof of a hypothesis")
    if [one[key] for key in ("proves", "verdict", "checks", "values")] == [
        other[key] for key in ("proves", "verdict", "checks", "values")
    ] and _is_catalogued(other):
        return Judgement("the same property as another paper's assumption")
    if "alpha[*][5]" in one["data"] and "alpha[*][5]" in other["data"] and _is_catalogued(other):
        return _sequences(other, after["data"])
    if _is_catalogued(other) and other["proves"] and not other["values"] and sample.game is not None:
        verdict = decide(other["proves"][0], analysis_of(sample.game)).verdict
        wrong = "" if str(verdict) == other["verdict"] else f"the engine says {verdict}"
        return Judgement("another true statement about the game", wrong)
    return Judgement("statement", "another statement")


def _is_catalogued(record: dict[str, Any]) -> bool:
    """Whether a record is, word for word, one of those that mpgcert builds from the catalogues."""
    return any(record == built for built in assumption_records())


def _equilibrium(game: Game | None) -> dict[str, Any]:
    """Gains and costs of the equilibrium of a linear-quadratic game, as tight enclosures of the solver's."""
    assert isinstance(game, LQGame)
    ball = Ball(1024)

    def enclosed(x: Any) -> dict[str, Fraction]:
        low, high = ball.enclosure(x)
        return {"low": low + _CLOSE**2, "high": high - _CLOSE**2}  # exact claims hold it too

    with ball.context():
        arrays = LQArrays.of(game, ball)
        found = coupled_riccati(arrays)
        gains = [[[list(map(enclosed, row)) for row in K[own]] for K in found.gains] for own in arrays.slices]
        costs = [enclosed((arrays.sigma_0 * P[0]).sum() + (arrays.W * P[1:].sum(axis=0)).sum()) for P in found.P]
        costs_to_go = [[[list(map(enclosed, row)) for row in P] for P in own] for own in found.P]
    return {"gains": gains, "costs": costs, "costs_to_go": costs_to_go}


def _claim(before: dict[str, Any], after: dict[str, Any], truth: dict[str, Any]) -> Judgement:
    """Claims wider than they were are right; narrower ones if they hold what an independent solver finds."""
    if {**before, "where": 0} == {**after, "where": 0}:
        return Judgement("remark for people")
    if set(before) - {"where"} != set(after) - {"where"}:
        return Judgement("claim", "a claimed value appears or vanishes")
    for name, value in before.items():
        if name == "where" or _holds(after[name], value, name in ("verdict", "trajectory_sha256")):
            continue
        if name not in truth or not _holds(after[name], truth[name]):
            return Judgement("claim", f"{name} was {value} and is {after[name]}")
    return Judgement("wider or equal value")


def _holds(after: Any, before: Any, plain: bool = False) -> bool:
    if plain:
        return bool(after == before)
    if isinstance(before, list):
        return isinstance(after, list) and len(after) == len(before) and all(map(_holds, after, before))
    return _low(after) <= _low(before) and _high(before) <= _high(after)


def _low(value: Any) -> Fraction:
    return Fraction(value["low"] if isinstance(value, dict) else value)


def _high(value: Any) -> Fraction:
    return Fraction(value["high"] if isinstance(value, dict) else value)


def _data(sample: Sample, before: dict[str, Any], after: dict[str, Any], game: Game | None, outer: bool) -> Judgement:
    record = before["statement"]
    if record["method"] == "trajectory":
        return _spots(sample, before, after)
    if record["method"] == "proof" or (
        record["proves"] and "alpha[*][5]" not in record["data"] and record["id"] != "mpgcert.nash-gap"
    ):
        return Judgement("other witness")
    if "alpha[*][5]" in record["data"]:
        return _sequences(record, after["data"])
    if record["id"] == "mpgcert.nash-gap":
        assert isinstance(game, MarkovGame)
        return _gap(game, after)
    if record.get("setting") == "theorem":
        return _bound(sample, before, after)
    return _instance(sample, after, game)


# ---------------------------------------------------------------- instances


def _point(sample: Sample, after: dict[str, Any], game: Game | None) -> tuple[Any, Any]:
    """Claim and instance of a certificate, for the engine."""
    data, claim = after["data"], sample.claim
    if claim is None:
        ((_, claim),) = find_claims([after["statement"]["id"]])
    names = {"pi": "policy", "pi2": "other", "eta": "step_size", "lam": "regularization", "x": "number"}
    if game is not None and not isinstance(game, MarkovGame):
        names = {"K": "policy", "K2": "other", "eta": "step_sizes"}
    document = {names.get(name, name): value for name, value in data.items() if not name.startswith("at_")}
    learner = {"tremble": "exploration", "estimate": "table", "other_estimate": "other_table", "rates": "rates"}
    if "tremble" in data:
        document = {name: value for name, value in document.items() if name not in learner}
        document["learner"] = {new: data[old] for old, new in learner.items()}
    if game is not None:
        document["game"] = to_document(game)
    if isinstance(game, MarkovGame):
        parts = {name: document.pop(name) for name in ("phi", "learner", "policy", "other") if name in document}
        point = point_from_document(
            {
                "game": document.pop("game"),
                **document,
                **{k: v for k, v in parts.items() if k in ("policy", "other")},
            }
        )
        point = replace(point, phi=None if sample.point is None else sample.point.phi)
        if "phi" in parts:
            flat = ExactArray.parse(parts["phi"], "phi", (game.n_states, game.n_joint_actions))
            point = replace(point, phi=flat.reshape(game.n_states, *game.n_actions))
        if "learner" in parts:
            tables = {
                name: tuple(ExactArray.parse(part, name) for part in parts["learner"][name])
                for name in ("table", "other_table", "rates")
            }
            exploration = tuple(Fraction(x) for x in parts["learner"]["exploration"])
            point = replace(point, learner=Learner(exploration=exploration, **tables))
    else:
        point = point_from_document(document)
    return claim, point


def _instance(sample: Sample, after: dict[str, Any], game: Game | None) -> Judgement:
    """The statement on the changed instance, decided by the engine."""
    data = after["data"]
    try:
        claim, point = _point(sample, after, game)
        outcome = check(claim, point)
    except InvalidInput as error:
        return Judgement("instance", f"no instance: {error}")
    if str(outcome.verdict) != after["statement"]["verdict"]:
        return Judgement("instance", f"the engine says {outcome.verdict} {outcome.reason}")
    index = _index(data)
    assert claim.relation is not None
    for name, side in (("left", claim.relation.lhs), ("right", claim.relation.rhs)):
        low, high = _side(side, claim, point, index)
        if not (_low(after["claim"][name]) <= high and low <= _high(after["claim"][name])):
            return Judgement("instance", f"{name} is {float(low)} for the engine")
    return Judgement("another instance, confirmed by the engine")


def _index(data: dict[str, Any]) -> Index:
    return Index(**{_LETTERS[name[3:]]: int(value) for name, value in data.items() if name.startswith("at_")})


def _sides(sample: Sample, before: dict[str, Any], game: Game | None) -> dict[str, Any]:
    """Both sides of an instance's statement, as tight enclosures of the engine's."""
    claim, point = _point(sample, before, game)
    found = {}
    for name, side in (("left", claim.relation.lhs), ("right", claim.relation.rhs)):
        low, high = _side(side, claim, point, _index(before["data"]))
        found[name] = {"low": low, "high": high}
    return found


def _side(side: Any, claim: Any, point: Any, index: Index) -> tuple[Fraction, Fraction]:
    """A side's value, in balls or, where these tell too little, in rationals."""
    try:
        return _BALL.enclosure(value_at(side, claim, point, _BALL, index))
    except SingularMatrix:
        return EXACT.enclosure(value_at(side, claim, point, EXACT, index))


def _spots(sample: Sample, before: dict[str, Any], after: dict[str, Any]) -> Judgement:
    one, other = before["data"]["spots"], after["data"]["spots"]
    if len(one) != len(other):
        return Judgement("spots", "another number of spots")
    game = sample.game
    if isinstance(game, MarkovGame) and before.get("normalized") == "yes":
        game = Normalization.of(game).apply(game)
    found = [_part(sample, a, b, game, outer=True) for a, b in zip(one, other) if a != b]
    return next((entry for entry in found if entry.wrong), found[0])


# ---------------------------------------------------------------- policies, step sizes, theorems


def _gap(game: MarkovGame, after: dict[str, Any]) -> Judgement:
    given = after["data"]["pi"]
    slack = Fraction(0)
    if isinstance(given, dict):
        slack = _CLOSE
        given = [[_softmax(row) for row in part] for part in given["logits"]]
    try:
        found = nash_gap(game, Policy.of(game, given))
    except InvalidInput as error:
        return Judgement("nash-gap", f"no policy: {error}")
    truth = {
        "gaps": [_fraction(x) for x in found.lower],
        "nash_gap": max(_fraction(x) for x in found.lower),
        "returns": [_fraction(x) for x in found.returns],
    }
    for name, value in truth.items():
        values, claimed = (
            (value, after["claim"][name]) if isinstance(value, list) else ([value], [after["claim"][name]])
        )
        for x, c in zip(values, claimed):
            if not _low(c) - slack <= x <= _high(c) + slack:
                return Judgement("nash-gap", f"{name} is {float(x)}")
    return Judgement("another policy, confirmed by the solver")


def _fraction(x: Any) -> Fraction:
    return Fraction(int(x.p), int(x.q))


def _softmax(row: list[Any]) -> list[Fraction]:
    """Probabilities to 60 digits, which sum to exactly 1."""
    with flint.ctx.workprec(400):
        weights = [flint.arb(flint.fmpq(*_pair(x))).exp().mid() for x in row]
        middle = [_fraction(w.fmpq()) for w in weights]
    total = sum(middle)
    return [w / total for w in middle]


def _pair(x: Any) -> tuple[int, int]:
    value = Fraction(x)
    return value.numerator, value.denominator


def _sequences(record: dict[str, Any], data: dict[str, Any]) -> Judgement:
    """c (n + k)^-p log(n + m)^-q by its exponents; near the edge of a clause in doubles it is taken as wrong."""
    forms = {name: [tuple(map(Fraction, form)) for form in data[name]] for name in ("alpha", "beta")}
    first = int(data["first"])
    if record["verdict"] == "violated":  # sequences that are none have no part in it
        forms = {name: [form for form in part if _is_proper(form, first)] for name, part in forms.items()}
    everything = [*forms["alpha"], *forms["beta"]]
    if not all(_is_proper(form, first) for form in everything):
        return Judgement("sequences", "a sequence is not what it should be")

    def value(form: Any) -> float:
        c, k, p, m, q = form
        slow = log(float(first + m)) if q else 1.0
        return float(c) * float(first + k) ** -float(p) * slow ** -float(q) if slow else inf

    below = all(value(form) < 1 - 1e-9 for form in everything)
    above = any(value(form) >= 1 for form in everything)
    vanishing = all(p > 0 or q > 0 for _, _, p, _, q in everything)
    slow = vanishing and all(p < 1 or (p == 1 and q <= 1) for _, _, p, _, q in everything)
    constant = any(p == 0 for _, _, p, _, _ in everything)
    apart = all((g[2], g[4]) > (f[2], f[4]) for f in forms["alpha"] for g in forms["beta"])
    comparable = all(len({(f[2], f[4]) for f in part}) <= 1 for part in forms.values())
    truth = {
        "step-sizes-in-unit-interval": (below, above),
        "step-sizes-divergent-vanishing": (slow, not slow),
        "step-sizes-summable-power": (not constant, constant),
        "step-sizes-regular": (True, False),
        "step-sizes-two-timescales": (apart, not apart),
        "step-sizes-comparable": (comparable, not comparable),
        "step-sizes-all": (below and slow and apart and comparable, False),
    }
    confirmed = truth[record["proves"][0]][record["verdict"] == "violated"]
    return Judgement(
        "other sequences, confirmed" if confirmed else "sequences", "" if confirmed else "the twin disagrees"
    )


def _is_proper(form: Any, first: int) -> bool:
    c, k, p, m, q = form
    return bool(c > 0 and min(k, p, m, q) >= 0 and first + k > 0 and (q == 0 or first + m > 1))


def _bound(sample: Sample, before: dict[str, Any], after: dict[str, Any]) -> Judgement:
    assert isinstance(sample.game, MarkovGame)
    found = bounds(sample.game, after["data"]["epsilon"]).theorems
    entry = next(
        e for e in found if (e.theorem.id, e.theorem.title) == (before["statement"]["id"], before["statement"]["title"])
    )
    for name, value in (("step_size", entry.step_size), ("regularization", entry.regularization)):
        if name in after["claim"] and not _low(after["claim"][name]) <= value <= _high(after["claim"][name]):
            return Judgement("theorem", f"{name} is {value}")
    if "iterations" in after["claim"] and not _high(after["claim"]["iterations"]) >= entry.iterations - 1:
        return Judgement("theorem", f"iterations are {entry.iterations}")
    return Judgement("another accuracy, confirmed")
