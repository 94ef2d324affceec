"""Reads Python-like text: the standard library parses it, and an allow-list turns it into our tree.

Nothing is compiled or run. What the list below does not name is refused with a sentence. The
values follow FEEL all the same: only true is true, so `x if items else y` wants `count(items) > 0`.
"""

from __future__ import annotations

import ast
import re
from typing import Final

from workflows.errors import ExpressionError
from workflows.expressions.budget import MAX_NESTING
from workflows.expressions.functions import SPELLINGS, refusal
from workflows.expressions.refusals import unreadable
from workflows.expressions.tree import (
    Among,
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparison,
    Contains,
    ContextOf,
    Either,
    Item,
    ListOf,
    Literal,
    Member,
    Minus,
    Name,
    Negation,
    Node,
)

_ARITHMETIC: Final[dict[type, str]] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_AS_FUNCTION: Final[dict[type, str]] = {ast.FloorDiv: "whole division", ast.Mod: "modulo"}
_COMPARISON: Final[dict[type, str]] = {
    ast.Eq: "=", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "=", ast.IsNot: "!=",
}  # fmt: skip
_REFUSED: Final[dict[type, str]] = {
    ast.Lambda: "lambda får inte användas",
    ast.JoinedStr: "f-strängar får inte användas, sätt ihop texter med +",
    ast.ListComp: "skriv for x in lista return … i stället",
    ast.GeneratorExp: "skriv some x in lista satisfies … eller every x in lista satisfies …",
    ast.SetComp: "skriv for x in lista return … i stället",
    ast.DictComp: "skriv ut uppgifterna en och en",
    ast.NamedExpr: "ett uttryck kan inte tilldela variabler",
    ast.Starred: "stjärnan får inte användas",
    ast.Slice: "skriv substring(…) i stället för kolon inom hakparentes",
    ast.Pow: "upphöjt till finns inte, multiplicera i stället",
    ast.Await: "await får inte användas",
    ast.Yield: "yield får inte användas",
    ast.YieldFrom: "yield får inte användas",
    ast.Set: "skriv listor med hakparentes",
}


_BACKSLASH: Final = re.compile(r"\\(.|$)", re.DOTALL)
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_GLUED: Final = re.compile(r"(?<![\w.])\.?[0-9][0-9_.]*(?:[eE][+-]?[0-9]+)?[^\W\d]")
_ESCAPES: Final = frozenset("\\'\"nrt")


class NotPython(ExpressionError):
    """The text is not Python at all, so what is wrong with it must be said by another reader."""


class PythonReader:
    """Turns one parsed text into the tree. With `indexed` false, list indexes are refused:
    Python counts from zero and FEEL from one, so a text that does not say which it is may not."""

    def __init__(self, source: str, indexed: bool) -> None:
        self.source = source
        self.indexed = indexed
        self.depth = 0

    def expression(self) -> Node:
        return self.node(_parsed(self.source))

    def refuse(self, node: ast.AST, what: str) -> ExpressionError:
        return unreadable(self.source, _position(self.source, node), what)

    def name(self, node: ast.AST, name: str) -> str:
        if name.startswith("_"):
            raise self.refuse(node, "namn får inte börja med understreck")
        return name

    def node(self, node: ast.expr) -> Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.refuse(node, f"uttrycket är nästlat djupare än {MAX_NESTING} nivåer")
        read = self.read(node)
        self.depth -= 1
        return read

    def nodes(self, nodes: list[ast.expr]) -> tuple[Node, ...]:
        return tuple(self.node(node) for node in nodes)

    def read(self, node: ast.expr) -> Node:
        match node:
            case ast.Constant(value=value):
                return self.constant(node, value)
            case ast.Name(id=name):
                return Name(self.name(node, name))
            case ast.Attribute(value=target, attr=name):
                return Member(self.node(target), self.name(node, name))
            case ast.Subscript(value=target, slice=key):
                return self.subscript(node, self.node(target), self.node(key))
            case ast.BinOp(left=left, op=op, right=right):
                return self.binary(node, op, self.node(left), self.node(right))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Negation(self.node(operand))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _minus(self.node(operand))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand)
            case ast.BoolOp(op=ast.And(), values=values):
                return Both(self.nodes(values))
            case ast.BoolOp(values=values):
                return Either(self.nodes(values))
            case ast.Compare():
                return self.compare(node)
            case ast.IfExp(test=test, body=yes, orelse=no):
                return Choice(self.node(test), self.node(yes), self.node(no))
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return ListOf(self.nodes(items))
            case ast.Dict():
                return self.context(node)
            case ast.Call():
                return self.call(node)
        raise self.refuse(node, _REFUSED.get(type(node), "det här får inte användas i ett uttryck"))

    def constant(self, node: ast.AST, value: object) -> Node:
        if value is None or isinstance(value, bool | str):
            return Literal(value)
        if isinstance(value, int | float):
            if abs(value) < 10**15:
                return Literal(value)
            raise self.refuse(node, "talet är för stort, högst 15 siffror")
        raise self.refuse(node, "det här slaget av värde finns inte")

    def subscript(self, node: ast.AST, target: Node, key: Node) -> Node:
        named = isinstance(key, Literal) and isinstance(key.value, str)
        if not named and not self.indexed:
            raise self.refuse(
                node,
                "oklart om platserna räknas från 0 eller 1; skriv på FEEL, där den första är 1",
            )
        return Item(target, key)

    def binary(self, node: ast.AST, op: ast.operator, left: Node, right: Node) -> Node:
        if type(op) in _ARITHMETIC:
            return Arithmetic(_ARITHMETIC[type(op)], left, right)
        if type(op) in _AS_FUNCTION:
            return Call(_AS_FUNCTION[type(op)], (left, right))
        raise self.refuse(node, _REFUSED.get(type(op), "den här operatorn finns inte"))

    def compare(self, node: ast.Compare) -> Node:
        terms = self.nodes([node.left, *node.comparators])
        made = [
            self.one(node, op, left, right)
            for op, left, right in zip(node.ops, terms, terms[1:], strict=False)
        ]
        return made[0] if len(made) == 1 else Both(tuple(made))

    def one(self, node: ast.AST, op: ast.cmpop, left: Node, right: Node) -> Node:
        if isinstance(op, ast.In | ast.NotIn):
            inside: Node = Contains(left, right)
            if isinstance(right, ListOf):
                inside = Among(left, right.items)
            return inside if isinstance(op, ast.In) else Negation(inside)
        if isinstance(op, ast.Is | ast.IsNot):
            known = isinstance(right, Literal) and (right.value is None or isinstance(right.value, bool))
            if not known:
                raise self.refuse(node, "skriv == i stället för is")
        return Comparison(_COMPARISON[type(op)], left, right)

    def context(self, node: ast.Dict) -> Node:
        entries: dict[str, Node] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise self.refuse(node, "namnen inom { } ska vara texter inom citattecken")
            entries[key.value] = self.node(value)
        return ContextOf(tuple(entries.items()))

    def call(self, node: ast.Call) -> Node:
        if not isinstance(node.func, ast.Name):
            raise self.refuse(node, "värden har inga metoder; skriv funktion(värde)")
        if node.keywords:
            raise self.refuse(node, "skriv värdena i ordning, utan namn=")
        what = refusal(self.name(node, node.func.id), len(node.args))
        if what:
            raise self.refuse(node, what)
        return Call(SPELLINGS[node.func.id], self.nodes(node.args))


def _minus(operand: Node) -> Node:
    if isinstance(operand, Literal) and type(operand.value) in (int, float):
        return Literal(-operand.value)  # type: ignore[operator]
    return Minus(operand)


def _parsed(source: str) -> ast.expr:
    text = source.strip()
    if _deepest(text) > MAX_NESTING:
        raise unreadable(source, 0, f"uttrycket är nästlat djupare än {MAX_NESTING} nivåer")
    # Python would print a warning about either of these in the log of the process.
    if _GLUED.search(_QUOTED.sub('""', text)):
        raise unreadable(source, 0, "sätt mellanslag mellan tal och ord")
    if any(escape not in _ESCAPES for escape in _BACKSLASH.findall(text)):
        raise unreadable(source, text.index("\\"), "skriv \\\\ för ett omvänt snedstreck")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        at = (error.offset or 1) - 1 if (error.lineno or 1) == 1 else 0
        raise _not_python(source, min(at, len(source))) from None
    except (ValueError, RecursionError, MemoryError):
        raise _not_python(source, 0) from None


def _not_python(source: str, at: int) -> NotPython:
    return NotPython(str(unreadable(source, at, "det här går inte att tyda")))


def _deepest(text: str) -> int:
    depth = deepest = 0
    for char in text:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth -= 1
    return deepest


def _position(source: str, node: ast.AST) -> int:
    """Where the node stands, in characters; the start when it is on a later line."""
    if getattr(node, "lineno", 0) != 1:
        return 0
    line = source.strip().split("\n", 1)[0].encode("utf-8", "replace")
    lead = len(source) - len(source.lstrip())
    return lead + len(line[: getattr(node, "col_offset", 0)].decode("utf-8", "replace"))
