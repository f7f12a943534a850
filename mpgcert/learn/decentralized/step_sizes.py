"""Step sizes alpha_i(1), alpha_i(2), ...: powers of n in closed form, or any sequence, tabulated as far as it is used.

Counters are raised before their step size is looked up, so member 1 is the first that Algorithm 1 uses.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mpgcert.errors import InvalidInput, TooLarge

__all__ = ["PowerStep", "StepSequences", "StepSize", "power_member"]

_EXPECTED = "step sizes in (0, 1] that do not increase"
_TABULATED = 2**22  # of powers, all sequences together; beyond, they are computed when needed, more slowly
_LIMIT = 2**26
_FIRST = 16


@dataclass(frozen=True)
class PowerStep:
    """The sequence z (n + h)^-c, n = 1, 2, ..., of maheshwari2023's example (there h = 0).

    Attributes:
        scale: z > 0.
        exponent: c >= 0.
        shift: h > -1.

    Raises:
        InvalidInput: a number out of its range.
    """

    scale: float = 1.0
    exponent: float = 1.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        limits = {"scale": (0, "positive"), "exponent": (-math.ulp(0), "at least 0"), "shift": (-1, "above -1")}
        for name, (limit, expected) in limits.items():
            value = getattr(self, name)
            if not isinstance(value, (int, float)) or not limit < value < math.inf:
                raise InvalidInput(f"{value!r}", field=name, expected=f"a finite number that is {expected}")
            object.__setattr__(self, name, float(value))

    def __call__(self, n: int) -> float:
        return power_member(self.scale, self.exponent, self.shift, n)


def power_member(scale: float, exponent: float, shift: float, n: int) -> float:
    """z (n + h)^-c, for the commonest exponents without a power."""
    if exponent == 1:
        return scale / (n + shift)
    if exponent == 0.5:
        return scale / math.sqrt(n + shift)
    return float(scale * (n + shift) ** -exponent)


StepSize = PowerStep | Callable[[int], float]


@dataclass(eq=False)
class StepSequences:
    """The step sizes of all players, each different sequence held once.

    Attributes:
        sequences: the different ones.
        fields: where each was given, for messages.
        alpha_rule, beta_rule: which one each player uses, [n].
    """

    sequences: list[StepSize]
    fields: list[tuple[str, int]]
    alpha_rule: NDArray[np.int64]
    beta_rule: NDArray[np.int64]
    _tables: NDArray[np.float64] = field(init=False)

    @staticmethod
    def of(alpha: Sequence[StepSize], beta: Sequence[StepSize]) -> StepSequences:
        sequences: list[StepSize] = []
        fields: list[tuple[str, int]] = []
        rules: list[int] = []
        given = [(("alpha", i), step) for i, step in enumerate(alpha)]
        given += [(("beta", i), step) for i, step in enumerate(beta)]
        for place, step in given:
            if step not in sequences:
                sequences.append(step)
                fields.append(place)
            rules.append(sequences.index(step))
        rule = np.array(rules, dtype=np.int64)
        return StepSequences(sequences, fields, rule[: len(alpha)], rule[len(alpha) :])

    def __post_init__(self) -> None:
        self._tables = np.empty((len(self.sequences), 0))

    @property
    def powers(self) -> NDArray[np.float64]:
        """z, c, h of each sequence, [sequences, 3]; nan where it is no power."""
        rows = [
            (step.scale, step.exponent, step.shift) if isinstance(step, PowerStep) else (math.nan,) * 3
            for step in self.sequences
        ]
        return np.array(rows)

    def tables(self, largest: int) -> NDArray[np.float64]:
        """Members 1, 2, ... of each sequence, [sequences, tabulated].

        Args:
            largest: the last member that may be asked for; powers may be tabulated less far than that.

        Raises:
            InvalidInput: a member of a sequence that is no power is outside (0, 1], or above the one before.
            TooLarge: more than 2^26 members of a sequence that is no power.
        """
        wanted, done = largest, self._tables.shape[1]
        if all(isinstance(step, PowerStep) for step in self.sequences):
            ahead = largest if largest <= done else max(largest, 2 * done)
            wanted = min(ahead, _TABULATED // len(self.sequences))
        elif largest > _LIMIT:
            raise TooLarge(
                f"{largest:.3g} step sizes in a table; the limit for sequences other than powers is {_LIMIT}"
            )
        if wanted > done:
            fresh = np.array([_members(step, done + 1, wanted) for step in self.sequences])
            tables = np.concatenate([self._tables, fresh], axis=1)
            for k, step in enumerate(self.sequences):
                if not isinstance(step, PowerStep):
                    self._require_in_range(k, tables[k], max(done - 1, 0))
            self._tables = tables
        return self._tables

    def require_powers_in_range(self, last: int) -> None:
        """The first member of each power is at most 1, and the last that a run can use is no zero in doubles.

        Raises:
            InvalidInput: it is otherwise.
        """
        for k, step in enumerate(self.sequences):
            if isinstance(step, PowerStep):
                for n in (1, last):
                    if not 0 < step(n) <= 1:
                        raise self._out_of_range(k, n, step(n))

    def _require_in_range(self, k: int, members: NDArray[np.float64], first: int) -> None:
        """All members from index `first` on, in (0, 1] and not above the one before."""
        fresh = members[first:]
        good = (fresh > 0) & (fresh <= 1)
        good[1:] &= fresh[1:] <= fresh[:-1]
        if not good.all():
            position = first + int(good.argmin())
            raise self._out_of_range(k, position + 1, members[position].item())

    def _out_of_range(self, k: int, n: int, value: float) -> InvalidInput:
        name, player = self.fields[k]
        return InvalidInput(f"member {n} is {value!r}", field=name, index=(player,), expected=_EXPECTED)

    @staticmethod
    def describe(step: StepSize) -> dict[str, Any]:
        """What a saved trajectory says of a sequence; its first members stand for one that is no power."""
        if isinstance(step, PowerStep):
            return {"scale": step.scale, "exponent": step.exponent, "shift": step.shift}
        name = getattr(step, "__name__", type(step).__name__)
        return {"name": name, "first": [float(step(n)) for n in range(1, _FIRST + 1)]}


def _members(step: StepSize, first: int, last: int) -> NDArray[np.float64]:
    if not isinstance(step, PowerStep):
        return np.array([step(n) for n in range(first, last + 1)], dtype=np.float64)
    with np.errstate(over="ignore"):
        return np.asarray(step.scale * (np.arange(first, last + 1) + step.shift) ** -step.exponent, dtype=np.float64)
