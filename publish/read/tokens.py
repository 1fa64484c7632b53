"""The parser's tokens: a place in them, and all of them."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_it.token import Token


class Cursor:
    """A place in a list of tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens: Iterator[Token] = iter(tokens)
        self._peeked: list[Token] = []

    def next(self) -> Token | None:
        """The next token, or None at the end."""
        if self._peeked:
            return self._peeked.pop()
        return next(self._tokens, None)

    def peek(self) -> Token | None:
        """The next token, left where it is."""
        token = self.next()
        if token is not None:
            self._peeked.append(token)
        return token

    def expect(self, kind: str) -> Token:
        """The next token, which the grammar says is of this kind."""
        token = self.next()
        assert token is not None and token.type == kind, (kind, token)
        return token


def every(tokens: list[Token]) -> Iterator[Token]:
    """The tokens and all below them, those of an image's alternative text included."""
    stack = tokens[::-1]
    while stack:
        token = stack.pop()
        yield token
        stack.extend((token.children or [])[::-1])
