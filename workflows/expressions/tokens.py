"""Cuts the text of a FEEL expression into tokens. Linear in its length, no recursion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from workflows.expressions.budget import MAX_INT
from workflows.expressions.refusals import unreadable
from workflows.expressions.values import Inner

Kind = Literal["number", "text", "name", "mark", "end"]

_PIECE: Final = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]+)?|(?<!\.)\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>[^\W\d]\w*)
    | (?P<mark>\.\.|<=|>=|!=|==|\*\*|//|/\*|&&|\|\||[][{}()<>=+\-*/,:.?@!;%^|&])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_ESCAPES: Final = {
    "n": "\n", "t": "\t", "r": "\r", '"': '"', "'": "'", "\\": "\\", "/": "/",
}  # fmt: skip
_FOREIGN: Final = {
    "&&": "skriv and i stället för &&",
    "||": "skriv or i stället för ||",
    "!": "skriv not(…) i stället för !",
    "**": "upphöjt till finns inte, multiplicera i stället",
    "^": "upphöjt till finns inte, multiplicera i stället",
    "//": "tecknet // finns inte här, skriv whole division(a, b)",
    "/*": "kommentarer får inte finnas i ett uttryck",
    "%": "skriv modulo(a, b) i stället för %",
    ";": "bara ett enda uttryck får skrivas, utan semikolon",
    "|": "tecknet | finns inte här, skriv or",
    "&": "tecknet & finns inte här, skriv and",
}


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is what was written; `value` is what a number or a text stands for."""

    kind: Kind
    text: str
    at: int
    value: Inner = None

    def is_mark(self, *marks: str) -> bool:
        return self.kind == "mark" and self.text in marks

    def is_word(self, *words: str) -> bool:
        return self.kind == "name" and self.text in words


def tokens(source: str) -> list[Token]:
    """The tokens, the last of them an "end". Raises ExpressionError."""
    found: list[Token] = []
    at = 0
    while at < len(source):
        piece = _PIECE.match(source, at)
        if piece is None:
            what = "citattecknet stängs aldrig" if source[at] in "\"'" else "okänt tecken"
            raise unreadable(source, at, what)
        text = piece.group()
        match piece.lastgroup:
            case "number":
                found.append(Token("number", text, at, _number(source, at, text)))
            case "text":
                found.append(Token("text", text, at, _text(source, at, text)))
            case "name":
                if text.startswith("_"):
                    raise unreadable(source, at, "namn får inte börja med understreck")
                found.append(Token("name", text, at))
            case "mark":
                if text in _FOREIGN:
                    raise unreadable(source, at, _FOREIGN[text])
                found.append(Token("mark", text, at))
        at = piece.end()
    found.append(Token("end", "", at))
    return found


def _number(source: str, at: int, text: str) -> int | float:
    if text.isdigit():
        if len(text.lstrip("0")) < len(str(MAX_INT)):
            return int(text)
    else:
        value = float(text)
        if abs(value) < MAX_INT:
            return value
    raise unreadable(source, at, "talet är för stort, högst 15 siffror")


def _text(source: str, at: int, text: str) -> str:
    def unescape(found: re.Match[str]) -> str:
        code = found[1]
        if code[0] in "uU" and len(code) > 1:
            point = int(code[1:], 16)
            if point > 0x10FFFF:
                raise unreadable(source, at + found.start(), "tecknet finns inte")
            return chr(point)
        if code not in _ESCAPES:
            raise unreadable(source, at + found.start(), "skriv \\\\ för ett omvänt snedstreck")
        return _ESCAPES[code]

    return _ESCAPE.sub(unescape, text[1:-1])
