"""Expressions in plain Swedish: ”’Ska inlägget bort?’ är ’Ja’”. What has no words is shown as written."""

from __future__ import annotations

from workflows.errors import WorkflowError
from workflows.expressions import compile, compile_unary
from workflows.expressions.compiled import Compiled
from workflows.expressions.tree import INPUT, Among, Holds, Literal, Name, Negation
from workflows.wording.names import plain
from workflows.wording.predicates import Unsayable, condition, predicate
from workflows.wording.terms import term
from workflows.wording.vocabulary import Vocabulary

_MAX = 300
_SOURCE = 160


def in_words(source: str, words: Vocabulary) -> str:
    """A condition. Never raises: what cannot be read or said is shown as it is written."""
    try:
        return plain(condition(compile(source).root, words), _MAX)
    except (WorkflowError, Unsayable, RecursionError):
        return _as_written(source)


def value_in_words(source: str, words: Vocabulary, of: str = "") -> str:
    """A value; `of` is the variable it belongs to, whose answers have titles."""
    try:
        return plain(term(compile(source).root, words, of), _MAX)
    except (WorkflowError, Unsayable, RecursionError):
        return _as_written(source)


def cell_in_words(source: str, words: Vocabulary, of: str = "") -> str:
    """A cell of a decision table, as it stands after ”är”: ”mer än 100”, ”’Ja’ eller ’Nej’”."""
    try:
        root = compile_unary(source).root
        match root:
            case Literal(value) if value is True:
                return "vad som helst"
            case Among(Name(name), tests) if name == INPUT and not _holds(tests):
                phrase = predicate(tests, words, of)
            case Negation(Among(Name(name), tests)) if name == INPUT and not _holds(tests):
                phrase = predicate(tests, words, of, negative=True)
            case _:
                return _as_written(source)
        return plain(phrase.removeprefix("är "), _MAX)
    except (WorkflowError, Unsayable, RecursionError):
        return _as_written(source)


def same_meaning(one: str | None, other: str | None, unary: bool = False) -> bool:
    """Whether two expressions are the same once read: blanks and dialect do not count."""
    if one == other:
        return True
    if one is None or other is None:
        return False
    try:
        first, second = _read(one, unary), _read(other, unary)
    except WorkflowError:
        return False
    # Not `==`: to Python, 1, 1.0 and True are equal.
    return repr(first.root) == repr(second.root)


def _read(source: str, unary: bool) -> Compiled:
    return compile_unary(source) if unary else compile(source)


def _holds(tests: tuple[object, ...]) -> bool:
    return any(isinstance(test, Holds) for test in tests)


def _as_written(source: str) -> str:
    return f"«{plain(source, _SOURCE)}»"
