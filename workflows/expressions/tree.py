"""What an expression is made of once read: a tree of frozen values, the same for both dialects.

The evaluator knows these nodes and no others; there is none that calls a method, reads an
attribute, defines a function or raises to a power.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflows.expressions.values import Inner

INPUT = "?"
"""The name under which a unary test knows the input value."""


@dataclass(frozen=True, slots=True)
class Literal:
    value: Inner


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """`target.name`: the entry of a context, a list of them, or a fixed property of a date."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter:
    """FEEL's `target[condition]`, or `target[n]` counted from one."""

    target: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Item:
    """Python's `target[key]`, counted from zero."""

    target: Node
    key: Node


@dataclass(frozen=True, slots=True)
class Minus:
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Both:
    """`and` over two or more."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """`or` over two or more."""

    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negation:
    operand: Node


@dataclass(frozen=True, slots=True)
class Choice:
    """if condition then yes else no; anything but true leads to no."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class Loop:
    """for name in source (…) return body."""

    bindings: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """some or every name in source (…) satisfies body."""

    universal: bool
    bindings: tuple[tuple[str, Node], ...]
    body: Node


@dataclass(frozen=True, slots=True)
class ListOf:
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextOf:
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeOf:
    low: Node
    high: Node
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Against:
    """A test such as `< 10`: the value before `in`, or the input, is compared with the operand."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Holds:
    """A test that mentions `?`: it is met when it is true."""

    body: Node


@dataclass(frozen=True, slots=True)
class Among:
    """`value in (tests)`: met when one of the tests is."""

    value: Node
    tests: tuple[Node | Against | Holds, ...]


@dataclass(frozen=True, slots=True)
class Contains:
    """`value in container` with Python's meaning for texts and contexts, FEEL's for the rest."""

    value: Node
    container: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the fixed table, by its FEEL name."""

    function: str
    arguments: tuple[Node, ...]


Node = (
    Literal | Name | Member | Filter | Item | Minus | Arithmetic | Comparison | Both | Either
    | Negation | Choice | Loop | Quantified | ListOf | ContextOf | RangeOf | Among | Contains | Call
)  # fmt: skip
Part = Node | Against | Holds


def children(node: Part) -> tuple[Part, ...]:
    """The parts of a node, in the order they are written."""
    match node:
        case Literal() | Name():
            return ()
        case Member(target):
            return (target,)
        case Filter(first, second) | Item(first, second) | Contains(first, second):
            return (first, second)
        case Arithmetic(_, left, right) | Comparison(_, left, right):
            return (left, right)
        case Minus(operand) | Negation(operand) | Against(_, operand) | Holds(operand):
            return (operand,)
        case Both(operands) | Either(operands) | ListOf(operands) | Call(_, operands):
            return operands
        case Choice(condition, yes, no):
            return (condition, yes, no)
        case Loop(bindings, body) | Quantified(_, bindings, body):
            return (*(source for _, source in bindings), body)
        case ContextOf(entries):
            return tuple(value for _, value in entries)
        case RangeOf(low, high):
            return (low, high)
        case Among(value, tests):
            return (value, *tests)


def walk(root: Part) -> Iterator[tuple[Part, int]]:
    """Every part with its depth, without recursion: the tree may be deeper than it may be."""
    waiting: list[tuple[Part, int]] = [(root, 1)]
    while waiting:
        part, depth = waiting.pop()
        yield part, depth
        waiting.extend((child, depth + 1) for child in children(part))


def mentions_input(root: Part) -> bool:
    return any(isinstance(part, Name) and part.name == INPUT for part, _ in walk(root))
