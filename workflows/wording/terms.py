"""Values of an expression in plain Swedish: numbers, texts, dates, variables and simple arithmetic."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from workflows.expressions import YearMonthDuration
from workflows.expressions.reading import constant
from workflows.expressions.tree import (
    Arithmetic,
    Call,
    Filter,
    Literal,
    Member,
    Minus,
    Name,
    Part,
)
from workflows.wording.dates import (
    clock_in_words,
    day_in_words,
    length_in_words,
    moment_in_words,
)
from workflows.wording.names import plain, quoted
from workflows.wording.vocabulary import Vocabulary

_OPERATORS = {"+": "plus", "-": "minus", "*": "gånger", "/": "delat med"}
_OF = {
    "count": "antalet i", "length": "längden på", "string length": "längden på",
    "sum": "summan av", "min": "det minsta av", "max": "det största av",
    "mean": "medelvärdet av", "lower case": "", "upper case": "", "trim": "", "string": "",
    "number": "", "abs": "beloppet av",
}  # fmt: skip


class Unsayable(Exception):
    """This part of an expression has no words here; the whole is shown as it is written."""


def term(node: Part, words: Vocabulary, of: str = "") -> str:
    """The value in words; `of` is the variable that it is compared with. Raises Unsayable."""
    match node:
        case Literal(value):
            return _literal(value, words, of)
        case Name() | Member():
            return named(path(node), words)
        case Minus(Literal(value)) if isinstance(value, int | float):
            return f"−{_literal(value, words, of)}"
        case Arithmetic(operator, left, right):
            return f"{term(left, words)} {_OPERATORS[operator]} {term(right, words)}"
        case Filter(target, Literal(at)) if isinstance(at, int) and at > 0:
            return f"nummer {at} i {term(target, words)}"
        case Call(function, arguments):
            return _call(node, function, arguments, words)
    raise Unsayable


def path(node: Part) -> str:
    """The variable that a name or an entry of it stands for (`a.b.c`); "" for anything else."""
    match node:
        case Name(name):
            return name
        case Member(target, name):
            before = path(target)
            return f"{before}.{name}" if before else ""
    return ""


def named(variable: str, words: Vocabulary) -> str:
    """The title of a variable, or its name."""
    if not variable:
        raise Unsayable
    known = words.words.get(variable)
    return plain(known) if known else quoted(words.variables.get(variable) or variable)


def is_time(node: Part) -> bool:
    """Whether the value is a date, a clock or a moment: then it is before or after, not less."""
    if isinstance(node, Call) and node.function in ("today", "now"):
        return True
    return isinstance(constant(node), date | time)


def _literal(value: object, words: Vocabulary, of: str) -> str:
    match value:
        case None:
            return "tomt"
        case bool():
            return "ja" if value else "nej"
        case int() | float():
            return f"{value:g}".replace(".", ",") if abs(value) < 1e6 else str(value)
        case str():
            return quoted(words.answers.get((of, value), value)) if value else "tomt"
        case datetime():
            return moment_in_words(value)
        case date():
            return day_in_words(value)
        case time():
            return f"kl. {clock_in_words(value)}"
        case timedelta() | YearMonthDuration():
            return length_in_words(value)
    raise Unsayable


def _call(node: Call, function: str, arguments: tuple[Part, ...], words: Vocabulary) -> str:
    if function == "today":
        return "dagens datum"
    if function == "now":
        return "tidpunkten just nu"
    value = constant(node)
    if value is not None:
        return _literal(value, words, "")
    if function in _OF and len(arguments) == 1:
        return f"{_OF[function]} {term(arguments[0], words)}".strip()
    raise Unsayable
