"""The step sizes alpha_i(n), beta_i(n) of all players (maheshwari2023, section 3.1), read from one line of text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from mpgcert.claims.step_sizes.expression import Expression, is_constant
from mpgcert.claims.step_sizes.notation import text
from mpgcert.claims.step_sizes.parser import FUNCTIONS, LONGEST, parse
from mpgcert.errors import InvalidInput

__all__ = ["StepSizes"]

_NAME = re.compile(r"[A-Za-z]\w*", re.ASCII)
_PLAYER = re.compile(r"(alpha|beta)(?:_([1-9]\d{0,3}))?", re.ASCII)
_MOST_PLAYERS = 1000


@dataclass(frozen=True)
class StepSizes:
    """Step sizes of every player as expressions of the count n.

    Attributes:
        alpha: of the q-estimates, one per player.
        beta: of the policies, one per player.
    """

    alpha: tuple[Expression, ...]
    beta: tuple[Expression, ...]

    @property
    def n_players(self) -> int:
        return len(self.alpha)

    @staticmethod
    def parse(source: str, n_players: int | None = None) -> StepSizes:
        """Step sizes from `name = value` parts, separated by semicolons or line ends.

        Names are `alpha` and `beta` for all players, `alpha_2` for one (counted from 1), and parameters of one's own
        with a constant for all players or one for each, separated by commas: `alpha = z*n^-0.6; z = 0.5, 0.7`.

        Args:
            source: at most 2000 characters.
            n_players: how many players there are; None for as many as the source mentions.

        Raises:
            InvalidInput: names the part, the position in it, and what was expected.

        >>> steps = StepSizes.parse("alpha = z*n^-0.6; beta = 1/(2*n); z = 1/2, 1/3")
        >>> [text(step) for step in steps.alpha]
        ['0.5*n^-0.6', '1/3*n^-0.6']
        """
        parts = _parts(source)
        tables = {name: value.split(",") for name, value in parts.items() if not _PLAYER.fullmatch(name)}
        mentioned = [int(match[2] or 1) for match in map(_PLAYER.fullmatch, parts) if match]
        count = n_players or max([1, *mentioned, *(len(values) for values in tables.values())])
        if count > _MOST_PLAYERS:
            raise InvalidInput(f"{count} players", field="step sizes", expected=f"at most {_MOST_PLAYERS}")
        _check_players(parts, count)
        parameters = {name: _constants(name, values, count) for name, values in tables.items()}

        def of_all(kind: str) -> tuple[Expression, ...]:
            return tuple(
                _of_player(kind, player, parts, {name: values[player] for name, values in parameters.items()})
                for player in range(count)
            )

        return StepSizes(of_all("alpha"), of_all("beta"))

    def sequences(self) -> Iterable[tuple[str, Expression]]:
        """Every distinct sequence with the name of its first player: `alpha_1`, or `alpha` if all are the same."""
        for kind, steps in (("alpha", self.alpha), ("beta", self.beta)):
            for player, step in enumerate(steps):
                if step not in steps[:player]:
                    yield self.name(kind, player), step

    def name(self, kind: str, player: int) -> str:
        """`alpha_2` for the second player, `alpha` where all players have the same."""
        steps = self.alpha if kind == "alpha" else self.beta
        return kind if len(set(steps)) == 1 else f"{kind}_{player + 1}"


def _parts(source: str) -> dict[str, str]:
    if len(source) > LONGEST:
        raise InvalidInput(f"{len(source)} characters", field="step sizes", expected=f"at most {LONGEST}")
    found: dict[str, str] = {}
    ends = [-1, *(k for k, letter in enumerate(source) if letter in ";\n"), len(source)]
    for start, end in pairwise(ends):
        part = source[start + 1 : end]
        if not part.strip():
            continue
        name, equals, value = (piece.strip() for piece in part.partition("="))
        where = f"at position {start + 2 + len(part) - len(part.lstrip())}"
        if not equals or not _NAME.fullmatch(name):
            problem = f"{part.strip()[:40]!r} {where}"
            raise InvalidInput(problem, field="step sizes", expected="NAME = EXPRESSION, such as alpha = n^-0.6")
        if name == "n" or name in FUNCTIONS:
            raise InvalidInput(
                f"{name!r} {where} has a meaning of its own", field="step sizes", expected="another name"
            )
        if name in found:
            raise InvalidInput(f"{name!r} {where} is given twice", field="step sizes", expected="one value")
        found[name] = value
    return found


def _check_players(parts: dict[str, str], count: int) -> None:
    """Every player has exactly one alpha and one beta."""
    for kind in ("alpha", "beta"):
        given = {name for name in parts if (match := _PLAYER.fullmatch(name)) and match[1] == kind}
        wanted = {kind} if kind in given or not given else {f"{kind}_{player + 1}" for player in range(count)}
        if surplus := given - wanted:
            expected = f"{kind} for all players, or one for each of {count}"
            raise InvalidInput(f"{min(surplus)} is one too many", field="step sizes", expected=expected)
        if missing := sorted(wanted - given):
            raise InvalidInput(f"{missing[0]} is missing", field="step sizes", expected=f"{kind} = EXPRESSION")


def _constants(name: str, values: list[str], count: int) -> list[Expression]:
    """The values of a parameter, one for each player."""
    if len(values) not in (1, count):
        raise InvalidInput(f"{len(values)} values", field=name, expected=f"1 or {count}, one for each player")
    found = [parse(value, field=name) for value in values]
    for index, value in enumerate(found):
        if not is_constant(value):
            raise InvalidInput(f"{text(value)} depends on n", field=name, index=(index,), expected="a constant")
    return found * count if len(found) == 1 else found


def _of_player(kind: str, player: int, parts: dict[str, str], parameters: dict[str, Expression]) -> Expression:
    name = kind if kind in parts else f"{kind}_{player + 1}"
    return parse(parts[name], parameters, field=name)
