"""From source text to a checked tree: wrappers off, dialect chosen, bounds held, dates folded."""

from __future__ import annotations

import unicodedata
from typing import Final, Literal

from workflows.errors import ExpressionError
from workflows.expressions.budget import (
    MAX_NESTING,
    MAX_NODES,
    MAX_SOURCE_EVER,
    Meter,
)
from workflows.expressions.feel import FeelReader
from workflows.expressions.functions import BY_NAME
from workflows.expressions.python_like import NotPython, PythonReader
from workflows.expressions.refusals import shown
from workflows.expressions.tree import (
    INPUT,
    Call,
    Filter,
    Loop,
    Name,
    Node,
    Part,
    Quantified,
    children,
    walk,
)
from workflows.expressions.tree import Literal as Constant

Dialect = Literal["auto", "feel", "python"]
_WRITTEN_VALUES: Final = frozenset(("date", "time", "date and time", "duration"))


def read(source: str, dialect: Dialect, limit: int) -> Node:
    """Raises ExpressionError."""
    text = _unwrapped(_sized(source, limit))
    match dialect:
        case "feel":
            root = FeelReader(text).expression()
        case "python":
            root = PythonReader(text, indexed=True).expression()
        case "auto":
            root = _either(text)
    return _checked(root, source)


def read_unary(source: str, limit: int) -> Node:
    """An empty cell is `-`. Raises ExpressionError."""
    text = _sized(source, limit, empty=True).strip()
    return _checked(FeelReader(text or "-").unary_tests(), source)


def _either(text: str) -> Node:
    """FEEL when it can be read as FEEL; Python-like when only that will do.

    Where the two differ the FEEL reader refuses rather than guesses.
    """
    try:
        return FeelReader(text, careful=True).expression()
    except ExpressionError as refusal:
        first = refusal
    try:
        return PythonReader(text, indexed=False).expression()
    except NotPython:
        raise first from None


def _sized(source: object, limit: int, empty: bool = False) -> str:
    if not isinstance(source, str):
        raise ExpressionError("Uttrycket måste vara text.")
    limit = min(limit, MAX_SOURCE_EVER)
    if len(source) > limit:
        raise ExpressionError(f"Uttrycket är för långt: {len(source)} tecken, högst {limit}.")
    # Some keyboards write å as a and a ring: one letter here, as in the form's field names.
    text = unicodedata.normalize("NFC", source)
    if not empty and not text.strip():
        raise ExpressionError("Uttrycket är tomt. Skriv ett villkor, till exempel antal > 3.")
    return text


def _unwrapped(text: str) -> str:
    """Without the = or ${…} that other editors put around an expression."""
    text = text.strip()
    if text.startswith("=") and not text.startswith("=="):
        text = text[1:].strip()
    if text.startswith(("${", "#{")) and text.endswith("}"):
        text = text[2:-1].strip()
    if not text:
        raise ExpressionError("Uttrycket är tomt. Skriv ett villkor, till exempel antal > 3.")
    return text


def _checked(root: Node, source: str) -> Node:
    for count, (part, depth) in enumerate(walk(root), 1):
        if count > MAX_NODES or depth > MAX_NESTING:
            raise ExpressionError(
                f"Uttrycket «{shown(source)}» är för stort: högst {MAX_NODES} delar och "
                f"{MAX_NESTING} nivåer. Dela upp det."
            )
        if isinstance(part, Call) and part.function in _WRITTEN_VALUES:
            _checked_date(part, source)
    return root


def _checked_date(call: Call, source: str) -> None:
    if len(call.arguments) == 1 and isinstance(call.arguments[0], Constant):
        written = call.arguments[0].value
        if isinstance(written, str) and constant(call) is None:
            raise ExpressionError(
                f'I uttrycket «{shown(source)}» finns inte {call.function}("{shown(written)}"). '
                'Skriv som "2026-11-21", "08:30", "2026-11-21T08:30:00" eller "P14D".'
            )


def constant(node: Part) -> object:
    """What a literal, or a date written as a call with a literal, stands for; None otherwise."""
    if isinstance(node, Constant):
        return node.value
    if not isinstance(node, Call) or node.function not in _WRITTEN_VALUES:
        return None
    if not all(isinstance(argument, Constant) for argument in node.arguments):
        return None
    values = [constant(argument) for argument in node.arguments]
    return BY_NAME[node.function].run(Meter(), *values)


def free_names(root: Node) -> tuple[frozenset[str], frozenset[str]]:
    """The variables that the tree reads, and the names inside filters that may be either a
    variable or an entry of the filtered items."""
    surely: set[str] = set()
    maybe: set[str] = set()

    def look(part: Part, bound: frozenset[str], filtered: bool) -> None:
        match part:
            case Name(name):
                if name != INPUT and name not in bound:
                    (maybe if filtered else surely).add(name)
            case Filter(target, condition):
                look(target, bound, filtered)
                look(condition, bound | {"item"}, True)
            case Loop(bindings, body) | Quantified(_, bindings, body):
                for name, source in bindings:
                    look(source, bound, filtered)
                    bound = bound | {name}
                look(body, bound, filtered)
            case _:
                for child in children(part):
                    look(child, bound, filtered)

    look(root, frozenset(), False)
    return frozenset(surely), frozenset(maybe)
