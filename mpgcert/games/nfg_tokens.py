"""The tokens of Gambit's files: braces, quoted texts and words, in a text where line breaks and commas are spaces."""

from __future__ import annotations

import re
from typing import NamedTuple

from mpgcert.errors import InvalidInput

__all__ = ["Scanner", "Token"]

_SEPARATORS = re.compile(r"[\s,]*")
_TOKEN = re.compile(r'(?P<brace>[{}])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s,{}"]+)', re.DOTALL)
_WORD = re.compile(r"[^\s,]+")
_ESCAPE = re.compile(r'\\(["\\])')


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: `brace`, `quoted`, `word`, or `end` (of the file).
        text: without quotes.
        start: where it begins.
    """

    kind: str
    text: str
    start: int

    def is_brace(self, brace: str) -> bool:
        return self.kind == "brace" and self.text == brace

    def __str__(self) -> str:
        return {"end": "the end of the file", "quoted": f'"{self.text:.40}"'}.get(self.kind, f"{self.text!r:.40}")


class Scanner:
    """A text, token by token; what does not fit is refused with its line.

    Attributes:
        text: all of it.
        position: where the next token is looked for.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0

    def next(self) -> Token:
        """The next token.

        Raises:
            InvalidInput: a quote has no end.
        """
        token, self.position = self._scan()
        return token

    def peek(self) -> Token:
        """The next token, which stays the next."""
        return self._scan()[0]

    def _scan(self) -> tuple[Token, int]:
        start = self._start()
        if start == len(self.text):
            return Token("end", "", start), start
        match = _TOKEN.match(self.text, start)
        if match is None:
            raise self.refused(start, "a quote that does not end", 'another "')
        kind = match.lastgroup or ""
        text = _ESCAPE.sub(r"\1", match[kind]) if kind == "quoted" else match[kind]
        return Token(kind, text, start), match.end()

    def _start(self) -> int:
        separators = _SEPARATORS.match(self.text, self.position)
        return separators.end() if separators else self.position

    def word(self, *accepted: str) -> str:
        """The next token, one of these words.

        Raises:
            InvalidInput: it is something else.
        """
        token = self.next()
        if token.kind != "word" or token.text not in accepted:
            raise self.refused(token.start, token, " or ".join(accepted))
        return token.text

    def quoted(self, what: str) -> str:
        """The next token, a quoted text.

        Raises:
            InvalidInput: it is something else.
        """
        token = self.next()
        if token.kind != "quoted":
            raise self.refused(token.start, token, f"{what} in quotes")
        return token.text

    def brace(self, brace: str, what: str) -> Token:
        """The next token, this brace, where `what` begins or ends.

        Raises:
            InvalidInput: it is something else.
        """
        token = self.next()
        if not token.is_brace(brace):
            raise self.refused(token.start, token, f'"{brace}" {what}')
        return token

    def listed(self, what: str) -> list[Token]:
        """The quoted texts and words inside the braces that follow.

        Raises:
            InvalidInput: no brace follows, or another one opens inside, or none closes.
        """
        self.brace("{", f"before {what}")
        found = []
        while not (token := self.next()).is_brace("}"):
            if token.kind in ("brace", "end"):
                raise self.refused(token.start, token, f'"}}" after {what}')
            found.append(token)
        return found

    def rest(self, count: int, what: str) -> list[str]:
        """Everything up to the end of the file: `count` words.

        Raises:
            InvalidInput: more or fewer of them.
        """
        words = _WORD.findall(self.text, self.position)
        if len(words) != count:
            raise self.refused(self._start(), f"{len(words)} numbers up to the end", f"{count:,}: {what}")
        return words

    def start_of(self, index: int) -> int:
        """Where the word of this index in `rest` begins."""
        return next(m.start() for k, m in enumerate(_WORD.finditer(self.text, self.position)) if k == index)

    def refused(self, start: int, found: object, expected: str) -> InvalidInput:
        """What to raise for something found at a place."""
        line = self.text.count("\n", 0, start) + 1
        return InvalidInput(f"line {line}: {found}", expected=expected)
