"""Where the two sides of a relation get their values: from an instance, or from measurements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mpgcert.arithmetic import Arithmetic
from mpgcert.claims.claim import Claim, Setting
from mpgcert.claims.lq.point import LQPoint
from mpgcert.claims.point import Point
from mpgcert.claims.point_index import Index
from mpgcert.claims.quantities import quantities_of
from mpgcert.claims.quantities.rule import Rule
from mpgcert.phases import say_once

if TYPE_CHECKING:
    import sympy

__all__ = ["AnyPoint", "AnySides", "GivenSides", "Sides"]

AnyPoint = Point | LQPoint


class Sides:
    """Values of the symbols of a claim (or of its setting) on one instance in one arithmetic, each computed once."""

    def __init__(self, of: Claim | Setting, point: AnyPoint, arithmetic: Arithmetic) -> None:
        setting = of.setting if isinstance(of, Claim) else of
        self.rules, self.arithmetic = quantities_of(setting), arithmetic
        self.lens: Any = point.lens(arithmetic)
        what = of.id if isinstance(of, Claim) else f"quantities of a {of}"
        say_once(f"{what}: in {arithmetic.name}")
        self._known: dict[tuple[Any, ...], Any] = {}

    def evaluate(self, expression: sympy.Expr, index: Index) -> Any:
        from mpgcert.claims.formula import compiled

        return compiled(expression)(lambda name: self.value(name, index), self.arithmetic)

    def value(self, name: str, index: Index) -> Any:
        """The value of one symbol, or of its square as `name**2`; KeyError where there is none."""
        rule, square = self._rule(name)
        key = (name, *[getattr(index, use) for use in sorted(rule.uses)])
        if key not in self._known:
            self._known[key] = (rule.square if square else rule.function)(self.lens, index)  # type: ignore[misc]
        return self._known[key]

    def _rule(self, name: str) -> tuple[Rule, bool]:
        if name.endswith("**2"):
            rule = self.rules[name[:-3]]
            if rule.square is None:
                raise KeyError(name)
            return rule, True
        return self.rules[name], False


class GivenSides:
    """Values of symbols that were measured elsewhere, as numbers of an arithmetic."""

    def __init__(self, values: Mapping[str, Any], arithmetic: Arithmetic) -> None:
        self.values, self.arithmetic = values, arithmetic

    def evaluate(self, expression: sympy.Expr, _: Index) -> Any:
        from mpgcert.claims.formula import compiled

        return compiled(expression)(self.values.__getitem__, self.arithmetic)


AnySides = Sides | GivenSides
