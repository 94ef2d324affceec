"""Conditions in plain Swedish, from an expression's tree: comparisons, and, or, not, one of several."""

from __future__ import annotations

from workflows.expressions.tree import (
    Against,
    Among,
    Both,
    Call,
    Comparison,
    Contains,
    Either,
    Holds,
    ListOf,
    Literal,
    Member,
    Name,
    Negation,
    Part,
    RangeOf,
)
from workflows.wording.names import series
from workflows.wording.terms import Unsayable, is_time, path, term
from workflows.wording.vocabulary import Vocabulary

__all__ = ["Unsayable", "condition", "predicate"]

_WORDS = {
    "=": "är", "==": "är", "!=": "är inte",
    "<": "är mindre än", "<=": "är högst", ">": "är mer än", ">=": "är minst",
}  # fmt: skip
_TIMES = {
    "<": "är före", "<=": "är senast", ">": "är efter", ">=": "är tidigast",
}  # fmt: skip
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_CALLS = {
    "contains": "innehåller", "list contains": "innehåller",
    "starts with": "börjar med", "ends with": "slutar med",
}  # fmt: skip


def condition(node: Part, words: Vocabulary, negative: bool = False) -> str:
    """A clause that is true or false, or its opposite. Raises Unsayable."""
    no = " inte" if negative else ""
    match node:
        case Literal(value) if isinstance(value, bool):
            return "alltid" if value is not negative else "aldrig"
        case Name() | Member():
            return f"{term(node, words)} är{no} ja"
        case Negation(operand) if not negative:
            return condition(operand, words, negative=True)
        case Comparison(operator, left, right) if _constant(left) and not _constant(right):
            turned = _TURNED.get(operator, operator)
            return condition(Comparison(turned, right, left), words, negative)
        case Comparison(operator, left, right):
            subject = term(left, words)
            timely = is_time(left)
            return f"{subject} {_compared(operator, right, words, path(left), negative, timely)}"
        case Both(operands) if not negative:
            return " och ".join(_wrapped(part, words) for part in operands)
        case Either(operands) if not negative:
            return " eller ".join(condition(part, words) for part in operands)
        case Among(value, tests):
            return f"{term(value, words)} {predicate(tests, words, path(value), negative)}"
        case Contains(value, ListOf() as container):
            return f"{term(value, words)} {predicate((container,), words, path(value), negative)}"
        case Contains(value, container):
            return f"{term(container, words)} innehåller{no} {term(value, words, path(container))}"
        case Call("is defined", (argument,)):
            return f"{term(argument, words)} {'saknas' if negative else 'finns'}"
        case Call(function, (left, right)) if function in _CALLS:
            return f"{term(left, words)} {_CALLS[function]}{no} {term(right, words, path(left))}"
    if negative:
        return f"det inte stämmer att {condition(node, words)}"
    raise Unsayable


def predicate(tests: tuple[Part, ...], words: Vocabulary, of: str, negative: bool = False) -> str:
    """What a value is when one of the tests is met: ”är ’Ja’ eller ’Nej’”. Raises Unsayable."""
    flat: list[Part] = []
    for test in tests:
        flat += test.items if isinstance(test, ListOf) else (test,)
    if all(isinstance(test, Literal) and test.value is not None for test in flat):
        values = [term(test, words, of) for test in flat]
        if not negative:
            return f"är {series(values, 'eller')}"
        return f"är inte {values[0]}" if len(values) == 1 else f"är varken {series(values, 'eller')}"
    phrases = [_tested(test, words, of) for test in flat]
    if negative:
        return f"är inte {series([p.removeprefix('är ') for p in phrases], 'eller')}"
    return series(phrases, "eller")


def _tested(test: Part, words: Vocabulary, of: str) -> str:
    match test:
        case Against(operator, operand):
            return _compared(operator, operand, words, of, False)
        case RangeOf(low, high, low_closed, high_closed):
            if low_closed and high_closed:
                return f"är mellan {term(low, words, of)} och {term(high, words, of)}"
            from_ = _compared(">=" if low_closed else ">", low, words, of, False)
            to = _compared("<=" if high_closed else "<", high, words, of, False)
            return f"{from_} och {to.removeprefix('är ')}"
        case Holds():
            raise Unsayable
    return _compared("=", test, words, of, False)


def _constant(node: Part) -> bool:
    return isinstance(node, Literal) or is_time(node)


def _compared(
    operator: str, right: Part, words: Vocabulary, of: str, negative: bool, timely: bool = False
) -> str:
    equal = operator in ("=", "==", "!=")
    if negative and equal:
        operator, negative = "!=" if operator != "!=" else "=", False
    if equal and isinstance(right, Literal) and right.value is None:
        return "finns" if operator == "!=" else "saknas"
    timely = timely or is_time(right)
    phrase = _TIMES.get(operator, _WORDS[operator]) if timely else _WORDS[operator]
    if negative:
        phrase = phrase.replace("är ", "är inte ", 1)
    return f"{phrase} {term(right, words, of)}"


def _wrapped(node: Part, words: Vocabulary) -> str:
    text = condition(node, words)
    return f"({text})" if isinstance(node, Either) else text
