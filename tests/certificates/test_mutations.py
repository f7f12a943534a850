"""10,000 changed certificates: what the verifier accepts is right, by an independent judgement."""

import copy
import json
from collections import Counter
from fractions import Fraction

import pytest
from certificates.judgement import judge
from certificates.mutants import OPERATIONS, mutant
from certificates.samples import KINDS, samples

from mpgcert.certificates import verify
from mpgcert.games import Normalization

CHUNKS, PER_CHUNK = 20, 500
SEEDS = range(CHUNKS * PER_CHUNK)  #: a seed is a mutant, so these are the stored seeds
_MOST_ACCEPTED = 0.2


def answer(document, game=None, run=None):
    return verify.verify(json.dumps(document).encode(), game, run)


def difference(before, after, path=""):
    """The places where two documents differ, for people."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted({*before, *after}):
            yield from difference(before.get(key), after.get(key), f"{path}/{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (one, other) in enumerate(zip(before, after)):
            yield from difference(one, other, f"{path}/{place}")
    elif before != after:
        yield f"{path}: {json.dumps(before)[:200]} -> {json.dumps(after)[:200]}"


def test_all_kinds_have_samples_that_are_accepted():
    assert {sample.kind for sample in samples().values()} >= set(KINDS)
    for name, sample in samples().items():
        for game in (None, sample.game_text()):
            found = answer(sample.document, game, sample.run)
            assert found["accepted"], (name, found["reason"])
            assert (found["id"], found["verdict"]) == (
                sample.document["statement"]["id"],
                sample.document["statement"]["verdict"],
            )


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_mutant_that_is_wrong_is_accepted(chunk):
    accepted: Counter[str] = Counter()
    wrong, kinds = [], set()
    for seed in SEEDS[chunk * PER_CHUNK : (chunk + 1) * PER_CHUNK]:
        changed = mutant(seed)
        kinds.add(changed.sample.kind)
        game = changed.sample.game_text() if seed % 2 else None
        if answer(changed.document, game, changed.sample.run)["accepted"]:
            judgement = judge(changed.sample, changed.document)
            accepted[judgement.found] += 1
            if judgement.wrong:
                shown = "\n  ".join(difference(changed.sample.document, changed.document))
                wrong.append(f"seed {seed}, {changed.operation} of {changed.name}: {judgement.wrong}\n  {shown}")
    assert not wrong, "\n".join(wrong)
    assert 0 < accepted.total() < _MOST_ACCEPTED * PER_CHUNK, accepted
    assert kinds >= set(KINDS)


def test_every_operation_is_used_and_mutants_are_those_of_their_seeds():
    first = [mutant(seed) for seed in range(4000)]
    assert {m.operation for m in first} == {operation.__name__ for operation, _ in OPERATIONS}
    for seed in range(0, 1000, 50):
        again = mutant(seed)
        assert (again.name, again.operation, again.document) == (
            first[seed].name,
            first[seed].operation,
            first[seed].document,
        )
    assert all(m.document != m.sample.document for m in first)


def of_kind(kind):
    """The first sample of a kind, and a copy of its document."""
    sample = next(sample for sample in samples().values() if sample.kind == kind)
    return sample, copy.deepcopy(dict(sample.document))


# ---------------------------------------------------------------- forgeries of several changes


def test_a_negative_index_does_not_compare_a_fast_sequence_with_a_slow_one():
    _, document = of_kind("step-sizes-not-comparable")
    fast, slow = ["1/2", "0", "3/5", "0", "0"], ["1/2", "0", "1", "0", "0"]
    document["data"] = {"alpha": [fast], "beta": [slow], "first": 1, "one": 0, "other": -1}
    assert not answer(document)["accepted"]
    document["data"]["other"] = 1
    assert not answer(document)["accepted"]


def test_a_game_with_large_rewards_is_not_certified_as_its_normalised_game():
    outside, _ = of_kind("reward-outside-unit-interval")
    _, document = of_kind("rewards-in-unit-interval")
    document |= {key: outside.document[key] for key in ("game", "game_sha256")}
    document["normalized"] = "yes"
    assert not Normalization.of(outside.game).is_identity
    assert not answer(document)["accepted"]


def test_a_theorem_s_step_size_is_not_that_of_the_normalised_game():
    sample = samples()["bounds 1 states zhang2022.theorem-5.gradient-play"]
    document = copy.deepcopy(dict(sample.document))
    scale = Normalization.of(sample.game).scale
    assert scale != 1
    document["normalized"] = "yes"
    potential = document["hypotheses"]["stage-potential"]
    for name in ("phi", "w"):
        potential["data"][name] = [[str(Fraction(x) / scale) for x in row] for row in potential["data"][name]]
    spread = potential["claim"]["phi_spread"]
    potential["claim"]["phi_spread"] = str(Fraction(spread) / scale)
    for name, power in (("step_size", 1), ("iterations", 2)):
        document["claim"][name] = {"low": "0", "high": str(Fraction(document["claim"][name]) * scale**power * 1000)}
    assert not answer(document)["accepted"]


@pytest.mark.parametrize("identifier", ["Zhang2022.lemma-1", "zhang2022 .lemma-1", "zhang2022.x", "lemma-1", ""])
def test_a_statement_of_one_s_own_cannot_look_like_a_paper_s(identifier):
    _, document = of_kind("own rule")
    assert answer(document)["accepted"]
    document["statement"]["id"] = identifier
    assert not answer(document)["accepted"]


def test_a_statement_of_one_s_own_proves_no_hypothesis():
    sample = samples()["instance zhang2022.eq-6"]
    document = copy.deepcopy(dict(sample.document))
    inner = document["hypotheses"]["stage-potential"]
    inner["statement"] |= {"id": "own.potential", "checks": [], "definitions": {}}
    inner["membership"] = []
    assert not answer(document)["accepted"]


@pytest.mark.parametrize("change", ["steps", "hash", "policy", "another file", "file of fewer iterates"])
def test_a_trajectory_is_the_one_that_is_named(change):
    import hashlib
    import io

    import numpy as np

    sample, document = of_kind("trajectory")
    run = sample.run
    if change == "steps":
        document["claim"]["steps"] = [step + 1 for step in document["claim"]["steps"]]
    elif change == "hash":
        document["claim"]["trajectory_sha256"] = "0" * 64
    elif change == "policy":
        row = document["data"]["spots"][-1]["data"]["pi"][0][0]
        row[0], row[1] = (str(Fraction(x) + by) for x, by in zip(row, (Fraction(1, 2**40), -Fraction(1, 2**40))))
    else:
        with np.load(io.BytesIO(run)) as saved:
            members = {name: saved[name] for name in saved.files}
        fewer = change == "file of fewer iterates"
        for name in list(members):
            if name.startswith("policies"):
                members[name] = members[name][:1] if fewer else members[name] + 0.25
        buffer = io.BytesIO()
        np.savez(buffer, **members)
        run = buffer.getvalue()
        document["claim"]["trajectory_sha256"] = hashlib.sha256(run).hexdigest()
    assert answer(sample.document, None, sample.run)["accepted"]
    assert not answer(document, None, run)["accepted"]
