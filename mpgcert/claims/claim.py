"""A statement of a paper as data: what it says, of what, and under which hypotheses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING

from mpgcert.display import HtmlShown
from mpgcert.errors import InvalidInput

if TYPE_CHECKING:
    import sympy

__all__ = ["Claim", "Finding", "Setting"]


class Setting(StrEnum):
    """What a statement quantifies over; symbols of the vocabulary get their values from an instance of it."""

    SCALAR = "scalar"  #: a real number in an interval
    GAME = "game"
    POLICY = "policy"  #: a game and a policy
    PAIR = "policy pair"  #: a game and two policies
    DEVIATION = "unilateral deviation"  #: two policies that differ for one player
    STEP = "algorithm step"  #: a policy and the next one
    RUN = "run"  #: the first iterates of an algorithm
    LQ_GAME = "linear-quadratic game"  #: with its equilibrium K*
    LQ_POLICY = "linear policy"  #: such a game and gains K
    LQ_PAIR = "pair of linear policies"  #: such a game, gains K and K', and a symmetric matrix
    LQ_STEP = "natural policy gradient step"  #: gains K, and K' one step later
    LQ_RUN = "natural policy gradient run"  #: the first iterates of Algorithm 1 of hambly2021

    @property
    def is_linear_quadratic(self) -> bool:
        """Whether its instances are linear-quadratic games."""
        return self.name.startswith("LQ_")


@dataclass(frozen=True)
class Finding(HtmlShown):
    """What is wrong with a statement or its proof.

    Attributes:
        kind: `false`, `proof-gap`, `typo`, `experiment` or `ambiguity`.
        summary: one paragraph.
        survives: what becomes of the results that rely on it.
        corrected: id of the corrected statement, if there is one.
        counterexample: name of the stored instance, if the statement is false.
    """

    kind: str
    summary: str
    survives: str = ""
    corrected: str | None = None
    counterexample: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """As JSON values."""
        return asdict(self)


@dataclass(frozen=True, eq=False, repr=False)
class Claim(HtmlShown):
    """One statement.

    It is meant for all players, states and actions that its symbols speak of: a relation between
    `nash_gap_i` and `A_i` is claimed for every player.

    Attributes:
        id: `paper.label`, kebab-case; steps of a proof end in `.step-k`.
        title: a few words.
        setting: what it quantifies over.
        relation: a sympy `Le`, `Ge`, `Lt`, `Gt` or `Eq` over the vocabulary; None for definitions and statements
            about limits.
        given: relations that must hold on an instance, else the statement is vacuous there.
        assumes: properties of the game by name (`mpgcert.claims.properties`), such as `stage-potential`.
        algorithm: for steps and runs, which one; None for both.
        regularized: for steps and runs: with (True) or without (False) log-barrier; None for both.
        kind: `identity`, `tight` (equality occurs), `upper bound`, `definition` or `evidence` (asymptotic).
        near_misses: false neighbours by name, which tests must refute.
        interval: for scalar statements, where the variable lives.
        monitored: whether `mpgcert run` and `monitor` hold it against trajectories.
        uniform_start: for runs and their steps: from the uniform policy only.
        boundary: for statements about one policy: limits of softmax policies count too (probabilities may be 0).
        latex: formula of statements without a relation.
        finding: what is wrong, if something is.
        corrects: id of the statement that this one replaces.
    """

    id: str
    title: str
    setting: Setting
    relation: sympy.Basic | None = None
    given: tuple[sympy.Basic, ...] = ()
    assumes: tuple[str, ...] = ()
    algorithm: str | None = None
    regularized: bool | None = None
    kind: str = "upper bound"
    near_misses: Mapping[str, sympy.Basic] = field(default_factory=dict)
    interval: tuple[Fraction, Fraction] | None = None
    uniform_start: bool = False
    boundary: bool = False
    monitored: bool = False
    latex: str | None = None
    finding: Finding | None = None
    corrects: str | None = None

    def __repr__(self) -> str:
        return f"<Claim: {self.id}, {self.title}>"

    def __post_init__(self) -> None:
        from mpgcert.claims.claim_validation import validate

        validate(self)

    @property
    def paper(self) -> str:
        return self.id.split(".", 1)[0]

    @property
    def formula(self) -> str | None:
        """The statement in LaTeX: its relation, or what it has in place of one."""
        from mpgcert.claims.formula import latex

        return self.latex if self.relation is None else latex(self.relation)

    @property
    def is_decidable(self) -> bool:
        """Whether the statement can be compared on an instance."""
        return self.relation is not None

    def variant(self, name: str) -> Claim:
        """A near miss as a claim of its own."""
        from dataclasses import replace

        if name not in self.near_misses:
            raise InvalidInput(f"{name!r}", source=self.id, field="near_misses", expected=", ".join(self.near_misses))
        label = "-".join(re.findall("[a-z0-9]+", name.lower()))
        return replace(self, id=f"{self.id}.{label}", relation=self.near_misses[name], near_misses={}, finding=None)
