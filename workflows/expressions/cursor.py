"""A place in a list of tokens, and what a reader asks of it."""

from __future__ import annotations

from workflows.errors import ExpressionError
from workflows.expressions.refusals import unreadable
from workflows.expressions.tokens import Token, tokens


class Cursor:
    """Moves forward only; at the end it stays on the "end" token."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.at = 0

    @property
    def here(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.here
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def took(self, *marks: str) -> bool:
        if self.here.is_mark(*marks):
            self.take()
            return True
        return False

    def took_word(self, word: str) -> bool:
        if self.here.is_word(word):
            self.take()
            return True
        return False

    def need(self, mark: str) -> None:
        if not self.took(mark):
            raise self.refuse(f"här väntades «{mark}»")

    def need_word(self, word: str) -> None:
        if not self.took_word(word):
            raise self.refuse(f"här väntades ordet {word}")

    def refuse(self, what: str, token: Token | None = None) -> ExpressionError:
        return unreadable(self.source, (token or self.here).at, what)
