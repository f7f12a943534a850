"""Reading an expression of n: a recursive-descent parser; nothing is ever evaluated as code.

    expression = term { ("+" | "-") term }
    term       = signed { ("*" | "/") signed }
    signed     = ("+" | "-") signed | power
    power      = atom [ ("^" | "**") signed ]          (so -n^2 is -(n^2), and 2^3^2 is 2^(3^2))
    atom       = number | "n" | parameter | function "(" expression { "," expression } ")" | "(" expression ")"

Functions: log (natural), sqrt, exp, min, max.  Numbers are exact: 0.1 is 1/10.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from mpgcert.arithmetic import parse_number
from mpgcert.claims.step_sizes import expression as build
from mpgcert.claims.step_sizes.expression import Expression, Number
from mpgcert.errors import InvalidInput

__all__ = ["FUNCTIONS", "LONGEST", "parse"]

LONGEST = 2000
_DEEPEST = 60
_MOST_TOKENS = 200
_MOST_BRANCHES = 4
_LONGEST_NUMBER = 60
_LARGEST_POWER_OF_TEN = 300
_TOKEN = re.compile(
    r"\s*(?:(\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|([A-Za-z_]\w*)|(\*\*|[-+*/^(),]))", re.ASCII
)
_OPERAND = "a number, n, a function or '('"

FUNCTIONS: Mapping[str, tuple[int, Callable[..., Expression]]] = {
    "log": (1, build.log),
    "sqrt": (1, lambda of: build.power(of, Number(Fraction(1, 2)))),
    "exp": (1, build.exp),
    "min": (2, build.minimum),
    "max": (2, build.maximum),
}


@dataclass(frozen=True)
class _Token:
    text: str
    kind: str  # number, name, sign, or end
    position: int


def parse(text: str, parameters: Mapping[str, Expression] | None = None, field: str = "expression") -> Expression:
    """The expression of n that a text stands for.

    Args:
        text: such as `z*n^-0.6`, `1/(n*log(n+1))`, `sqrt(1/n)`; at most 200 signs, names and numbers.
        parameters: expressions to put in place of names.
        field: name used in errors.

    Raises:
        InvalidInput: with the position (from 1) of what is wrong, and what was expected there.

    >>> parse("2*n") == parse("+2.0 * n^1")
    True
    """
    if len(text) > LONGEST:
        raise InvalidInput(f"{len(text)} characters", field=field, expected=f"at most {LONGEST}")
    return _Parser(_tokens(text, field), parameters or {}, field).everything()


def _tokens(text: str, field: str) -> list[_Token]:
    found, end = [], 0
    while text[end:].strip():
        match = _TOKEN.match(text, end)
        if match is None:
            start = len(text) - len(text[end:].lstrip())
            raise InvalidInput(
                f"{text[start]!r} at position {start + 1}", field=field, expected="numbers, n, + - * / ^ ( ), functions"
            )
        kind = ("number", "name", "sign")[(match.lastindex or 1) - 1]
        found.append(_Token(match.group(match.lastindex or 1), kind, match.start(match.lastindex or 1) + 1))
        end = match.end()
    branches = sum(token.text in ("min", "max") for token in found)
    for count, most, what in (
        (len(found), _MOST_TOKENS, "signs, names and numbers"),
        (branches, _MOST_BRANCHES, "min and max"),
    ):
        if count > most:
            raise InvalidInput(f"{count} {what}", field=field, expected=f"at most {most}")
    return [*found, _Token("the end", "end", len(text) + 1)]


class _Parser:
    """One pass over the tokens, which never goes back."""

    def __init__(self, tokens: list[_Token], parameters: Mapping[str, Expression], field: str) -> None:
        self._tokens = tokens
        self._parameters = parameters
        self._field = field
        self._next = 0
        self._depth = 0

    def everything(self) -> Expression:
        found = self._expression()
        if self._token.kind != "end":
            raise self._wrong("an operator or the end")
        return found

    @property
    def _token(self) -> _Token:
        return self._tokens[self._next]

    def _wrong(self, expected: str) -> InvalidInput:
        token = self._token
        shown = token.text if token.kind == "end" else repr(token.text[:40])
        return InvalidInput(f"{shown} at position {token.position}", field=self._field, expected=expected)

    def _take(self, *texts: str) -> _Token | None:
        """The next token, if it is one of these signs."""
        token = self._token
        if token.kind != "sign" or token.text not in texts:
            return None
        self._next += 1
        return token

    def _require(self, text: str) -> None:
        if self._take(text) is None:
            raise self._wrong(f"'{text}'")

    def _built(self, token: _Token, make: Callable[..., Expression], *parts: Expression) -> Expression:
        """A node, or its complaint with the position of the operator."""
        try:
            return make(*parts)
        except InvalidInput as error:
            problem = f"{error.problem} at position {token.position}"
            raise InvalidInput(problem, field=self._field, expected=error.expected) from None

    def _expression(self) -> Expression:
        found = self._term()
        while token := self._take("+", "-"):
            right = self._term()
            found = build.add(found, right if token.text == "+" else build.negate(right))
        return found

    def _term(self) -> Expression:
        found = self._signed()
        while token := self._take("*", "/"):
            found = self._built(token, build.multiply if token.text == "*" else build.divide, found, self._signed())
        return found

    def _signed(self) -> Expression:
        self._depth += 1
        if self._depth > _DEEPEST:
            position = self._token.position
            raise InvalidInput(
                f"nested deeper than {_DEEPEST} levels at position {position}", field=self._field, expected="fewer"
            )
        if token := self._take("+", "-"):
            found = self._signed()
            found = found if token.text == "+" else build.negate(found)
        else:
            found = self._atom()
            if token := self._take("^", "**"):
                found = self._built(token, build.power, found, self._signed())
        self._depth -= 1
        return found

    def _atom(self) -> Expression:
        token = self._token
        if self._take("("):
            found = self._expression()
            self._require(")")
            return found
        if token.kind not in ("number", "name"):
            raise self._wrong(_OPERAND)
        self._next += 1
        if token.kind == "number":
            return self._number(token)
        if token.text in FUNCTIONS:
            return self._call(token)
        if token.text == "n":
            return build.INDEX
        if token.text in self._parameters:
            return self._parameters[token.text]
        self._next -= 1
        names = ", ".join(["n", *FUNCTIONS, *self._parameters])
        raise self._wrong(f"one of {names}")

    def _number(self, token: _Token) -> Expression:
        exponent = token.text.lower().partition("e")[2]
        if len(token.text) > _LONGEST_NUMBER or abs(int(exponent or 0)) > _LARGEST_POWER_OF_TEN:
            raise InvalidInput(
                f"{token.text[:40]!r} at position {token.position} has too many digits",
                field=self._field,
                expected=f"at most {_LONGEST_NUMBER} characters, and a power of ten within {_LARGEST_POWER_OF_TEN}",
            )
        return Number(parse_number(token.text))

    def _call(self, token: _Token) -> Expression:
        count, make = FUNCTIONS[token.text]
        self._require("(")
        parts = [self._expression()]
        while len(parts) < count:
            self._require(",")
            parts.append(self._expression())
        self._require(")")
        return self._built(token, make, *parts)
