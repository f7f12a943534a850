"""Small certificates of every kind, each produced by mpgcert from a small game and accepted by the verifier.

Facts that the samples share are worked out when the first of them is asked for.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import sympy

from mpgcert.auditing.catalogue import find_claims, stored_counterexample
from mpgcert.auditing.families import RandomSource
from mpgcert.auditing.search import instance, world_of
from mpgcert.certificates.collection import (
    Collection,
    bounds_certificates,
    check_certificates,
    run_certificates,
    solve_certificates,
)
from mpgcert.certificates.document import Inner, NotCertified, assemble, embedded
from mpgcert.certificates.of_claims import certify_instance, number, proof
from mpgcert.certificates.of_lq import lq_hypotheses
from mpgcert.certificates.of_markov import _rounded_values, deviations, gap_of, most_visited, visitation
from mpgcert.certificates.rules import rules
from mpgcert.certificates.tree import own_record, rule_records_of
from mpgcert.claims import Claim, Setting, symbol
from mpgcert.claims.any_game import any_run
from mpgcert.claims.bounds import bounds
from mpgcert.claims.check import analysis_of, check
from mpgcert.claims.engine import check as decide
from mpgcert.claims.point import Point
from mpgcert.claims.sides import AnyPoint
from mpgcert.claims.solutions import solve
from mpgcert.claims.statements import assumptions
from mpgcert.claims.step_sizes import StepSizes
from mpgcert.claims.verdicts import Verdict
from mpgcert.games import Game, LQGame, MarkovGame, Policy, resolve

__all__ = ["KINDS", "Sample", "documents", "samples"]

HALF = Fraction(1, 2)

#: Statements of the catalogues on one instance each: false ones on a stored counterexample, others on a drawn one.
INSTANCES = (
    "zhang2022.eq-5.bound-1",  # of a game, with M
    "zhang2022.eq-5.bound-2",  # with D_inf
    "zhang2022.eq-5.step-1",  # of a policy
    "zhang2022.eq-4",  # with logarithms
    "zhang2022.definition-1.perfection",
    "zhang2022.eq-6",  # of a deviation, with a potential
    "zhang2022.lemma-8",
    "zhang2022.lemma-20.step-1",  # of two policies
    "zhang2022.corollary-35.step-1",
    "zhang2022.lemma-3",  # of a step
    "zhang2022.lemma-3.corrected",
    "zhang2022.lemma-12.step-2",
    "zhang2022.theorem-5.gradient-play.step-1",  # of a run
    "zhang2022.eq-13",
    "maheshwari2023.eq-27",
    "maheshwari2023.appendix-b.1.a1",  # of a learner
    "maheshwari2023.lemma-3.4.fixed-policy",
    "maheshwari2023.lemma-3.5.strict",
    "hambly2021.assumption-3.3.necessary.cost",
    "hambly2021.lemma-3.18.step-5.h-diff.right",
)


@dataclass(frozen=True)
class Sample:
    """A certificate, and what it was made from.

    Attributes:
        document: JSON data.
        game: None for statements about numbers.
        claim, point: of an instance of a statement.
        run: bytes of a trajectory file.
        facts: further facts that an independent check needs.
    """

    document: Mapping[str, Any]
    game: Game | None = None
    claim: Claim | None = None
    point: AnyPoint | None = None
    run: bytes | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> bytes:
        return json.dumps(self.document).encode()

    @property
    def kind(self) -> str:
        """The rule's name, or how the record is verified."""
        title = str(self.document["statement"]["title"])
        if title.endswith("]"):
            return title[title.rindex("[") + 1 : -1]
        record = self.document["statement"]
        if record["id"].startswith("own."):
            return f"own {record['method']}"
        if record["method"] != "rule":
            return {"trajectory": "trajectory", "proof": "proof", "numbers": "number"}[record["method"]]
        if record["setting"] == "theorem" or "theorem-3.5" in record["id"] or record["id"].endswith("assumption-3.3"):
            return "theorem" if record["setting"] == "theorem" else "constants"
        return "number" if record["setting"] == "scalar" else f"instance {record['verdict']}"

    def game_text(self) -> bytes | None:
        """The game's own file."""
        return None if self.game is None else json.dumps(embedded(self.game).document).encode()


def _matrix(first: list[list[Any]], second: list[list[Any]], name: str) -> MarkovGame:
    return MarkovGame.of(rewards=[[first], [second]], name=name)


def unit_game() -> MarkovGame:
    """Two states, two players, rewards in [0, 1], a potential with shaping, transitions that depend on both."""
    phi = [[["0", "1/8"], ["1/4", "1/2"]], [["1/2", "1/4"], ["1/8", "3/8"]]]
    kernel = [[["1/2", "1/4"], ["3/4", "1/3"]], [["2/3", "1/2"], ["1/4", "1/5"]]]
    shaping = [[Fraction(1, 5), Fraction(1, 10)], [Fraction(0), Fraction(1, 4)]]
    to_first = [[[Fraction(x) for x in row] for row in part] for part in kernel]
    rewards = [
        [
            [
                [
                    Fraction(phi[s][a][b]) + w[s] - HALF * (to_first[s][a][b] * w[0] + (1 - to_first[s][a][b]) * w[1])
                    for b in range(2)
                ]
                for a in range(2)
            ]
            for s in range(2)
        ]
        for w in shaping
    ]
    transition = [[[[x, 1 - x] for x in row] for row in part] for part in to_first]
    return MarkovGame.of(
        rewards=rewards, transition=transition, discount=HALF, initial=["1/3", "2/3"], name="unit-shaped"
    )


def bystander_game() -> MarkovGame:
    """Rewards that hold a term without the player's own action, and transitions that nobody moves."""
    phi = [[[0, 3], [1, 2]], [[2, 0], [0, 1]]]
    free = [[[5, -1], [0, 4]], [[2, 7], [-3, 1]]]  # by player, state and the other's action
    rewards = [
        [[[phi[s][a][b] + free[i][s][b if i == 0 else a] for b in range(2)] for a in range(2)] for s in range(2)]
        for i in range(2)
    ]
    rows = [["1/2", "1/2"], ["1/4", "3/4"]]
    transition = [[[rows[s]] * 2] * 2 for s in range(2)]
    return MarkovGame.of(rewards=rewards, transition=transition, discount="2/3", name="bystanders")


def chain_game(rows: list[list[list[Any]]], initial: list[Any], name: str) -> MarkovGame:
    """One mover and a bystander; rows[s][a] of the mover's actions."""
    states = len(rows)
    transition = [[[row, row] for row in rows[s]] for s in range(states)]
    rewards = [[[[s, 1], [0, 1]] for s in range(states)]] * 2
    return MarkovGame.of(rewards=rewards, transition=transition, discount=HALF, initial=initial, name=name)


def lq(**changes: Any) -> LQGame:
    """Two players, two dimensions, all definite."""
    parts = {
        "horizon": 2,
        "A": [["1/2", "1/4"], [0, "1/3"]],
        "B": [[[1], [0]], [["1/2"], [1]]],
        "Q": [[[1, 0], [0, 1]], [[2, "1/2"], ["1/2", 1]]],
        "R": [[[1]], [[2]]],
        "W": [["1/2", "1/10"], ["1/10", "1/4"]],
        "initial": {"mean": [1, "1/2"], "covariance": [[1, 0], [0, 1]]},
        "name": "lq-small",
    }
    return LQGame.of(**(parts | changes))


def _point(claim: Claim) -> AnyPoint:
    stored = stored_counterexample(claim)
    if stored is not None:
        return stored
    for seed in range(20):
        point = instance(claim, world_of(claim).draw(RandomSource(np.random.default_rng(seed))))
        if decide(claim, point).verdict in (Verdict.HOLDS, Verdict.VIOLATED):
            return point
    raise AssertionError(f"no instance of {claim.id}")


def _instances() -> dict[str, Sample]:
    found = {}
    gap, advantage = symbol("nash_gap_i"), symbol("largest_advantage")
    own = [
        Claim("own.gap", "Gap and advantage", Setting.POLICY, sympy.Le(gap, advantage / (1 - symbol("discount")))),
        Claim("own.gap-undiscounted", "The same without 1 - gamma", Setting.POLICY, sympy.Le(gap, advantage / 9)),
    ]
    for claim in [*(claim for _, claim in find_claims(INSTANCES)), *own]:
        point = _point(claim)
        certificate = certify_instance(claim, point, decide(claim, point))
        found[f"instance {claim.id}"] = Sample(certificate.document, point.game, claim, point)
    return found


def _numbers() -> dict[str, Sample]:
    found = {}
    x = sympy.Symbol("x", real=True)
    own = Claim(
        "own.exponential",
        "Lower bound of e^x",
        Setting.SCALAR,
        sympy.Ge(sympy.exp(x), 1 + x + x**2 / 4, evaluate=False),
        interval=(Fraction(-1), Fraction(1)),
    )
    ids = ("hambly2021.lemma-3.18.step-5.numbers", "hambly2021.theorem-3.5.step-5")
    for claim in [*(claim for _, claim in find_claims(ids)), own]:
        ends = claim.interval
        assert ends is not None
        point = Point(number=ends[0] + (ends[1] - ends[0]) / 3)
        with suppress(NotCertified):
            certificate = certify_instance(claim, point, decide(claim, point))
            found[f"number {claim.id}"] = Sample(certificate.document, None, claim, point)
        found[f"proof {claim.id}"] = Sample(assemble(proof(claim), None).document, None, claim)
    false = Claim("own.square", "x is at most its square", Setting.SCALAR, sympy.Le(x, x**2), interval=(HALF, HALF))
    point = Point(number=HALF)
    with suppress(NotCertified):
        document = assemble(number(false, HALF, decide(false, point).verdict), None).document
        found["number own.square"] = Sample(document, None, false, point)
    return found


def _of_rule(kind: str, data: dict[str, Any], game: Game | None, **facts: Any) -> Sample:
    """A sample of a rule by name, for the first assumption or the statement of mpgcert's own that it decides."""
    rule = rules()[kind]
    entries = [entry for name in ("markov-game", "lq-game", "step-sizes") for entry in assumptions(name)]
    records = [record for entry in entries for found, record in rule_records_of(entry) if found.kind == kind]
    inner = Inner(records[0] if records else own_record(rule), data, **facts)
    return Sample(assemble(inner, None if game is None else embedded(game)).document, game)


def _checks() -> dict[str, Sample]:
    """What `check` writes about small games."""
    stay, go, mixed = [1, 0], [0, 1], [HALF, HALF]
    games: dict[str, Game] = {
        "unit": unit_game(),
        "bystanders": bystander_game(),
        "pennies": resolve("matching-pennies"),
        "climbing": resolve("climbing"),
        "closed": chain_game([[stay, mixed], [go, go]], mixed, "closed-class"),
        "period": chain_game([[go, go], [stay, stay]], mixed, "period-two"),
        "unseen": chain_game([[stay, mixed], [mixed, go]], [1, 0], "unseen"),
        "lq": lq(),
        "lq-cost": lq(Q=[[[1, 2], [2, 1]], [[2, "1/2"], ["1/2", 1]]]),
        "lq-noise": lq(W=[[1, 1], [1, 1]]),
        "lq-points": lq(initial={"points": [[1, 0], [0, 1]], "probabilities": ["1/2", "1/2"]}),
        "lq-long": lq(horizon=9),
        "lq-singular": LQGame.of(
            horizon=1,
            A=[[1]],
            B=[[[1]], [[1]]],
            Q=[[[1]], [[1]]],
            R=[[[1]], [["-1/2"]]],
            W=[[1]],
            initial={"second_moment": [[1]]},
            name="lq-singular",
        ),
    }
    found: dict[str, Sample] = {}
    for name, game in games.items():
        analysis = analysis_of(game)
        for entry, certificate in check_certificates(check(analysis), analysis).entries.items():
            found[f"{name} {entry}"] = Sample(certificate.document, game)
    return found


def _markov() -> dict[str, Sample]:
    """What `check` writes of other games only, `bounds` and `solve`."""
    game, found = unit_game(), dict[str, Sample]()
    analysis = analysis_of(game)
    choices = np.array(visitation(analysis)["choice"])
    below, above = _rounded_values(game, choices)
    rounded = {"below": below, "above": above, "choice": choices.tolist()}
    found["visitation rounded"] = _of_rule("visitation", rounded, game)
    data = rounded | most_visited(analysis)
    found["ratio rounded"] = _of_rule("visitation-ratio", data, game)
    soft = {"logits": [[["0", "1"], ["1/2", "-1/3"]], [["2", "0"], ["0", "0"]]]}
    found["gap softmax"] = _of_rule("nash-gap", {"pi": soft}, game)
    policy = Policy.of(game, [[["1/3", "2/3"], ["1", "0"]], [["1/4", "3/4"], ["2/5", "3/5"]]])
    found["gap"] = Sample(assemble(gap_of(policy, {"policy": "given"}), embedded(game)).document, game)
    for one in (game, resolve("prisoners-dilemma")):
        states = f"{one.n_states} states"
        found[f"pure {states}"] = Sample(assemble(deviations(one), embedded(one)).document, one)
        studied = analysis_of(one)
        for name, certificate in solve_certificates(solve(one), studied).entries.items():
            found[f"solve {states} {name}"] = Sample(certificate.document, one)
        for name, certificate in bounds_certificates(bounds(studied, "1/10"), studied).entries.items():
            found[f"bounds {states} {name}"] = Sample(certificate.document, one, facts={"bounds": True})
    return found


def _linear() -> dict[str, Sample]:
    game = lq()
    points = lq(initial={"points": [[1, 0], [0, 1], [1, 1]], "probabilities": ["1/2", "1/4", "1/4"]})
    noise = lq(initial={"second_moment": [[1, 2], [2, 4]]})
    found = {
        "definite-noise own": _of_rule("definite-noise", {}, game),
        "definite-noise-on-points": _of_rule("definite-noise-on-points", {}, points),
        "indefinite-noise start": _of_rule("indefinite-noise", {"of_W": 0, "vector": ["2", "-1"]}, noise),
    }
    analysis = analysis_of(game)
    found["lq hypotheses"] = Sample(
        assemble(lq_hypotheses(["lq-unique-solution"], analysis)["lq-unique-solution"], embedded(game)).document, game
    )
    with suppress(NotCertified):
        entries = bounds_certificates(bounds(analysis, "1/10"), analysis).entries
        for name, certificate in entries.items():
            found[f"lq bounds {name}"] = Sample(certificate.document, game)
    return found


#: Sequences that meet the clauses of maheshwari2023.assumption-3.2, and sequences that break some.
STEPS = (
    "alpha = n^-0.6/2; beta = 1/(2*n)",
    "alpha = 1/(2*(n + 1)*log(n + 2)); beta = 1/(3*(n + 1)*log(n + 2))",
    "alpha = 2; beta = n^-2",
    "alpha_1 = 1/(3*n); alpha_2 = n^-0.5/3; beta_1 = n^-0.6/3; beta_2 = n^-0.6/5",
    "alpha = 3/(n + 1); beta = 1/(2*n)",
)


def _steps() -> dict[str, Sample]:
    found = {}
    for text in STEPS:
        steps = StepSizes.parse(text, None)
        for name, certificate in check_certificates(check(step_sizes=steps), None, steps).entries.items():
            found[f"steps {text} {name}"] = Sample(certificate.document, facts={"steps": True})
    return found


def _trajectories() -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    games: dict[str, tuple[Game, str, dict[str, Any]]] = {
        "run": (unit_game(), "natural-gradient-play", {"step_size": "1/10"}),
        "run scaled": (resolve("prisoners-dilemma"), "gradient-play", {"step_size": "1/100"}),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, (game, algorithm, options) in games.items():
            analysis = analysis_of(game)
            result = any_run(analysis, algorithm, steps=3, **options)
            path = Path(folder) / "trajectory.npz"
            result.trajectory.save(path)
            collection: Collection = run_certificates(result, analysis, path)
            (certificate,) = collection.entries.values()
            document = _shortened(certificate.document)
            run = path.read_bytes()
            assert hashlib.sha256(run).hexdigest() == document["claim"]["trajectory_sha256"]
            found[name] = Sample(document, game, run=run, facts={"analysis": analysis})
    return found


def _shortened(document: Mapping[str, Any], spots: int = 3) -> dict[str, Any]:
    """The certificate of the first few statements only."""
    changed = json.loads(json.dumps(document))
    changed["claim"]["steps"] = changed["claim"]["steps"][:spots]
    changed["data"]["spots"] = changed["data"]["spots"][:spots]
    return changed


@lru_cache(maxsize=1)
def samples() -> dict[str, Sample]:
    """All samples by name, the same in every process but for the hashes of trajectories' files."""
    found = _checks() | _markov() | _linear() | _steps() | _numbers() | _instances() | _trajectories()
    return {name: replace(sample, document=json.loads(json.dumps(sample.document))) for name, sample in found.items()}


@lru_cache(maxsize=1)
def documents() -> dict[str, dict[str, Any]]:
    """The certificates alone."""
    return {name: dict(sample.document) for name, sample in samples().items()}


#: Every kind that the samples must hold; `number` and `constants` join them when the catalogue's records allow it.
KINDS = (
    *rules(),
    "theorem",
    "instance holds",
    "instance violated",
    "proof",
    "trajectory",
    "own rule",
    "own proof",
)
