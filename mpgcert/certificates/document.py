"""Certificates as JSON documents: assembled from a record and its data, and kept only if the verifier accepts them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from mpgcert.certificates import verify
from mpgcert.certificates.tree import membership
from mpgcert.display import HtmlShown
from mpgcert.games import Game

__all__ = ["Carried", "Certificate", "Inner", "NotCertified", "assemble", "embedded"]

_BITS = (192, 512, 2048)
_EXACT_BITS = 4096
_EMBEDDED = 400_000  # numbers of a game that is put inside its certificates
_DIGITS = 24


class NotCertified(Exception):
    """No certificate can be written; the message says why."""


@dataclass(frozen=True)
class Inner:
    """What a certificate is made of.

    Attributes:
        record: the statement.
        data: what it needs.
        hypotheses: certificates of what the statement assumes, by name.
        where: facts about the place of the claim in the game, for people.
        precise: whether long rationals should be kept exact.
        long: whether many steps lose so many bits that the lowest precision is not worth trying.
        normalized: whether it speaks of the game with rewards in [0, 1].
    """

    record: Mapping[str, Any]
    data: Mapping[str, Any]
    hypotheses: Mapping[str, Inner] = field(default_factory=dict)
    where: Mapping[str, Any] | None = None
    precise: bool = False
    long: bool = False
    normalized: bool = False


@dataclass(frozen=True, repr=False)
class Certificate(HtmlShown):
    """A certificate that the verifier has accepted.

    Attributes:
        id, verdict: of the statement.
        document: JSON data.
    """

    id: str
    verdict: str
    document: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Certificate: {self.id} {self.verdict}>"

    @property
    def text(self) -> str:
        """The file's content: equal for equal content."""
        return json.dumps(self.document, indent=1, sort_keys=True) + "\n"

    @property
    def establishes_not(self) -> str:
        """What it does not establish, in one line."""
        return str(self.document["statement"]["not"])


@dataclass(frozen=True)
class Carried:
    """A game as its certificates carry it, read by the verifier once.

    Attributes:
        document: in the format of game files.
        names: what formulas may use.
        sha256: of the content.
    """

    document: Mapping[str, Any]
    names: Mapping[str, Any]
    sha256: str


def embedded(game: Game) -> Carried:
    """A game that is small enough to be carried by each certificate.

    Raises:
        NotCertified: the game is larger, or a congestion game whose joint tensors are too large to form.
    """
    from mpgcert.games import CountGame, MarkovGame
    from mpgcert.games.document import to_document

    if isinstance(game, CountGame):
        raise NotCertified(f"the verifier reads joint tensors only, and {game.too_large(_EMBEDDED)}")
    if isinstance(game, MarkovGame):
        size = game.rewards.size + game.sparse_kernel.probability.size
        if size > _EMBEDDED or game.n_states**2 * game.n_joint_actions > 4 * _EMBEDDED:
            raise NotCertified("the game is too large for the verifier")
    document = {key: value for key, value in to_document(game).items() if key != "notes"}
    names = verify.game_of(_strict(document))
    return Carried(document, names, verify.digest(names))


def assemble(inner: Inner, game: Carried | None) -> Certificate:
    """A certificate with the values that the verifier itself finds, accepted by the verifier.

    Args:
        inner: statement and data.
        game: whose it is; None for statements without a game.

    Raises:
        NotCertified: the verifier does not accept it at any precision.
    """
    reason = "no precision suffices"
    for bits in (*(_EXACT_BITS,) * inner.precise, *_BITS[inner.long :]):
        try:
            document = _document(inner, game, bits)
        except verify.Undecided as error:
            reason = str(error)
            continue
        except verify.Rejected as error:
            raise NotCertified(str(error)) from None
        text = json.dumps(document).encode()
        answer = verify.verify(text)
        if answer["accepted"]:
            return Certificate(str(inner.record["id"]), str(inner.record["verdict"]), document)
        reason = answer["reason"]
    raise NotCertified(reason)


def _document(inner: Inner, game: Carried | None, bits: int) -> dict[str, Any]:
    if game is None:
        return _part(inner, {}, bits)[0]
    head, names = {"game": dict(game.document), "game_sha256": game.sha256}, game.names
    if inner.normalized:
        head["normalized"], names = "yes", verify.normalized(dict(names))
    return head | _part(inner, names, bits)[0]


def _strict(value: Any) -> Any:
    """As the verifier reads it."""
    return verify.load(json.dumps(value).encode())


def _part(inner: Inner, names: Mapping[str, Any], bits: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The document without its game, and the values that it brings to what rests on it."""
    record = inner.record
    path = membership(dict(record))
    if path is None and str(record["id"]).split(".")[0] in verify.PAPERS:
        raise NotCertified("the statement is not among the records of this version")
    proved: dict[str, Any] = {}
    hypotheses: dict[str, Any] = {}
    for name, hypothesis in inner.hypotheses.items():
        hypotheses[name], brought = _part(hypothesis, names, bits)
        proved |= brought
    verify.Interval.bits = bits
    claim: dict[str, Any] = {"verdict": record["verdict"]}
    brought = {}
    if record["method"] in ("rule", "numbers"):
        given = verify.read(list(record["data"]), _strict(dict(inner.data)), dict(names))
        language = verify.Language({**names, **given, **proved}, dict(record["definitions"]))
        found = {name: language.value(text) for name, text in record["values"].items()}
        claim |= {name: _claimed(value) for name, value in found.items()}
        brought = {name: value for name, value in {**given, **found}.items() if name in record["proves"]}
    if inner.where is not None:
        claim["where"] = dict(inner.where)
    if record["method"] == "trajectory":
        claim |= {"trajectory_sha256": inner.data["trajectory_sha256"], "steps": list(inner.data["steps"])}
        spots = [_part(spot, names, bits)[0] for spot in inner.data["spots"]]
        document_data: dict[str, Any] = {"spots": spots}
    else:
        document_data = dict(inner.data)
    document = {
        "schema": verify.SCHEMA,
        "statement": dict(record),
        "membership": path or [],
        "claim": claim,
        "data": document_data,
        "bits": bits,
    }
    if hypotheses:
        document["hypotheses"] = hypotheses
    return document, brought


def _claimed(value: Any) -> Any:
    """A value as text: exact, or an enclosure rounded outward to few digits."""
    if isinstance(value, (list, tuple)):
        return [_claimed(part) for part in value]
    if isinstance(value, verify.Interval):
        return {"low": decimal_text(value.low, False), "high": decimal_text(value.high, True)}
    return _exact(Fraction(value))


def _exact(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{value.numerator}/{value.denominator}"


def decimal_text(value: Fraction, up: bool) -> str:
    """A decimal of few digits at the value or beside it, above it if `up`, else below."""
    if value == 0:
        return "0"
    exponent = int((value.numerator.bit_length() - value.denominator.bit_length()) * 0.30103) - _DIGITS
    scaled = value / Fraction(10) ** exponent
    digits = -((-scaled.numerator) // scaled.denominator) if up else scaled.numerator // scaled.denominator
    return f"{digits}e{exponent}"


def write(certificate: Certificate, folder: Path, name: str) -> Path:
    """Write a certificate; a reader never sees half of one."""
    from mpgcert.games.files import write_atomically

    path = folder / f"{name}.json"
    write_atomically(path, certificate.text.encode())
    return path
