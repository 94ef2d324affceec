"""Reads the FEEL subset: a hand-written parser by binding power, from tokens to the tree."""

from __future__ import annotations

from typing import Final

from workflows.expressions.budget import MAX_NESTING
from workflows.expressions.cursor import Cursor
from workflows.expressions.functions import LONGEST_NAME, SPELLINGS, refusal
from workflows.expressions.temporal import parse_any
from workflows.expressions.tokens import Token
from workflows.expressions.tree import (
    INPUT,
    Against,
    Among,
    Arithmetic,
    Both,
    Call,
    Choice,
    Comparison,
    Contains,
    ContextOf,
    Either,
    Filter,
    Holds,
    ListOf,
    Literal,
    Loop,
    Member,
    Minus,
    Name,
    Negation,
    Node,
    Quantified,
    RangeOf,
    mentions_input,
)

OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN = range(1, 8)
_COMPARISONS: Final = ("=", "==", "!=", "<", "<=", ">", ">=")
_WORDS: Final = {
    "true": True, "false": False, "null": None, "True": True, "False": False, "None": None,
}  # fmt: skip
_KEYWORDS: Final = frozenset(
    ("if", "then", "else", "for", "in", "return", "some", "every", "satisfies",
     "between", "and", "or", "not", "is")
)  # fmt: skip
_SPACED: Final = 'ord efter varandra; namn skrivs i ett ord (till_exempel) och texter inom "citattecken"'


_MAY_BE_TEXT: Final = (Literal, Name, Member, Filter, Call, Choice, Arithmetic)


class FeelReader(Cursor):
    """Reads one text once. All positions count characters of `source` from 0.

    `careful` is for text that does not say its dialect: an index 0 is refused, and `in` before a
    text means part of it, as in Python, where FEEL would only have them equal.
    """

    def __init__(self, source: str, careful: bool = False) -> None:
        super().__init__(source)
        self.careful = careful
        self.depth = 0
        self.in_range = False

    # -- whole texts

    def expression(self) -> Node:
        root = self.part()
        self.finish()
        return root

    def unary_tests(self) -> Node:
        """A cell of a decision table: `-`, tests with commas between, or not(tests)."""
        if self.here.is_mark("-") and self.tokens[self.at + 1].kind == "end":
            return Literal(True)
        if self.here.is_word("not") and self.tokens[self.at + 1].is_mark("("):
            mark = self.at
            self.take()
            self.take()
            tests = self.tests()
            self.need(")")
            if self.here.kind == "end":
                return Negation(Among(Name(INPUT), tests))
            self.at = mark
        tests = self.tests()
        self.finish()
        return Among(Name(INPUT), tests)

    def finish(self) -> None:
        if self.here.kind == "end":
            return
        spaced = self.here.kind in ("name", "number", "text") and not self.here.is_word(*_KEYWORDS)
        raise self.refuse(_SPACED if spaced else "det här kan inte stå här")

    # -- tests

    def tests(self) -> tuple[Node | Against | Holds, ...]:
        found = [self.a_test()]
        while self.took(","):
            found.append(self.a_test())
        return tuple(found)

    def a_test(self) -> Node | Against | Holds:
        if self.here.is_mark(*_COMPARISONS):
            operator = self.take().text
            return Against("=" if operator == "==" else operator, self.part(SUM))
        part = self.part()
        return Holds(part) if mentions_input(part) else part

    # -- expressions

    def part(self, level: int = 0) -> Node:
        """An expression whose operators bind at least as hard as `level`."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.refuse(f"uttrycket är nästlat djupare än {MAX_NESTING} nivåer")
        left = self.postfix(self.start())
        while (joined := self.joined(left, level)) is not None:
            left = joined
        self.depth -= 1
        return left

    def joined(self, left: Node, level: int) -> Node | None:
        """`left` with the operator that follows it and that operator's right side, or None."""
        token = self.here
        if token.kind == "mark":
            if token.text in ("+", "-") and level <= SUM:
                self.take()
                return Arithmetic(token.text, left, self.part(PRODUCT))
            if token.text in ("*", "/") and level <= PRODUCT:
                self.take()
                return Arithmetic(token.text, left, self.part(SIGN))
            if token.text in _COMPARISONS and level <= COMPARE:
                return self.comparison(left)
        elif token.is_word("and") and level <= AND:
            return Both(self.chain(left, "and", NOT))
        elif token.is_word("or") and level <= OR:
            return Either(self.chain(left, "or", AND))
        elif token.is_word("in") and level <= COMPARE:
            self.take()
            tests = self.membership()
            if self.careful and len(tests) == 1 and isinstance(tests[0], _MAY_BE_TEXT):
                return Contains(left, tests[0])
            return Among(left, tests)
        elif token.is_word("between") and level <= COMPARE:
            self.take()
            low = self.part(SUM)
            self.need_word("and")
            return Among(left, (RangeOf(low, self.part(SUM), True, True),))
        return None

    def chain(self, left: Node, word: str, level: int) -> tuple[Node, ...]:
        operands = [left]
        while self.took_word(word):
            operands.append(self.part(level))
        return tuple(operands)

    def comparison(self, left: Node) -> Node:
        operator = self.take().text
        right = self.part(SUM)
        if self.here.is_mark(*_COMPARISONS):
            raise self.refuse("jämförelser kan inte stå i rad; skriv a < b and b < c")
        return Comparison("=" if operator == "==" else operator, left, right)

    def membership(self) -> tuple[Node | Against | Holds, ...]:
        """What follows `in`: one test, a range, or tests in parentheses."""
        if not self.here.is_mark("("):
            if self.here.is_mark(*_COMPARISONS):
                return (self.a_test(),)
            return (self.part(SUM),)
        self.take()
        outer, self.in_range = self.in_range, False
        tests = self.tests()
        self.in_range = outer
        # Never read twice: going back here would double the work at every nested parenthesis.
        if self.here.is_mark("..") and len(tests) == 1 and not isinstance(tests[0], Against):
            low = tests[0].body if isinstance(tests[0], Holds) else tests[0]
            return (self.rest_of_range(low, low_closed=False),)
        self.need(")")
        return tests

    def start(self) -> Node:
        """What may begin an expression."""
        token = self.take()
        if token.kind in ("number", "text"):
            return Literal(token.value)
        if token.kind == "name":
            return self.word(token)
        match token.text if token.kind == "mark" else "":
            case "-":
                operand = self.part(SIGN)
                value = operand.value if isinstance(operand, Literal) else None
                if isinstance(value, int | float) and not isinstance(value, bool):
                    return Literal(-value)
                return Minus(operand)
            case "?":
                return Name(INPUT)
            case "@":
                return self.at_literal()
            case "(":
                return self.parenthesis()
            case "[":
                return self.bracket()
            case "]":
                return self.rest_of_range(self.end_point(), low_closed=False)
            case "{":
                return self.context()
        raise self.refuse("här saknas ett värde", token)

    def word(self, token: Token) -> Node:
        match token.text:
            case "if":
                condition = self.inner()
                self.need_word("then")
                yes = self.inner()
                self.need_word("else")
                return Choice(condition, yes, self.part())
            case "for":
                bindings = self.bindings()
                self.need_word("return")
                return Loop(bindings, self.part())
            case "some" | "every":
                bindings = self.bindings()
                self.need_word("satisfies")
                return Quantified(token.text == "every", bindings, self.part())
            case "not":
                return self.negation()
        if (call := self.call(token)) is not None:
            return call
        if token.text in _WORDS:
            return Literal(_WORDS[token.text])
        if token.text in _KEYWORDS:
            raise self.refuse(f"ordet {token.text} kan inte stå här", token)
        return Name(token.text)

    def negation(self) -> Node:
        closed = self.here.is_mark("(")
        operand = self.part(COMPARE if not closed else SIGN)
        if closed and self.here.is_mark(*_COMPARISONS):
            raise self.refuse("oklart vad not gäller; skriv not(a = b)")
        return Negation(operand)

    def call(self, first: Token) -> Node | None:
        """A call when the words from here on, as many as make a function's name, precede «(»."""
        words, ahead = [first.text], self.at
        while self.tokens[ahead].kind == "name" and len(words) < LONGEST_NAME:
            words.append(self.tokens[ahead].text)
            ahead += 1
        while words and not self.tokens[ahead].is_mark("("):
            words.pop()
            ahead -= 1
        name = " ".join(words)
        if not words or (len(words) > 1 and name not in SPELLINGS) or first.text in _KEYWORDS - {"is"}:
            return None
        self.at = ahead + 1
        arguments = self.until(")")
        what = refusal(name, len(arguments))
        if what:
            raise self.refuse(what, first)
        return Call(SPELLINGS[name], arguments)

    def until(self, closing: str) -> tuple[Node, ...]:
        found: list[Node] = []
        while not self.took(closing):
            if found:
                self.need(",")
            found.append(self.inner())
        return tuple(found)

    def inner(self) -> Node:
        """A part inside brackets of its own: a range around it ends where they do."""
        outer, self.in_range = self.in_range, False
        part = self.part()
        self.in_range = outer
        return part

    def bindings(self) -> tuple[tuple[str, Node], ...]:
        found: list[tuple[str, Node]] = []
        while not found or self.took(","):
            name = self.take()
            if name.kind != "name" or name.text in _KEYWORDS or name.text in _WORDS:
                raise self.refuse("här väntades ett namn", name)
            self.need_word("in")
            source = self.inner()
            if self.took(".."):
                source = RangeOf(source, self.inner(), True, True)
            found.append((name.text, source))
        return tuple(found)

    # -- what stands in brackets

    def postfix(self, target: Node) -> Node:
        while True:
            if self.here.is_mark("."):
                self.take()
                name = self.take()
                if name.kind != "name":
                    raise self.refuse("efter punkten väntades ett namn", name)
                if self.here.is_mark("("):
                    raise self.refuse("värden har inga metoder; skriv funktion(värde)", name)
                target = Member(target, name.text)
            elif self.here.is_mark("[") and not self.in_range:
                self.take()
                condition = self.inner()
                if self.careful and isinstance(condition, Literal) and condition.value == 0:
                    raise self.refuse("det första värdet i en lista är [1]")
                self.need("]")
                target = Filter(target, condition)
            elif self.here.is_mark("("):
                raise self.refuse("bara namngivna funktioner kan anropas")
            else:
                return target

    def parenthesis(self) -> Node:
        part = self.inner()
        if self.here.is_mark(".."):
            return self.rest_of_range(part, low_closed=False)
        self.need(")")
        return part

    def bracket(self) -> Node:
        if self.took("]"):
            return ListOf(())
        first = self.inner()
        if self.here.is_mark(".."):
            return self.rest_of_range(first, low_closed=True)
        if self.took("]"):
            return ListOf((first,))
        self.need(",")
        return ListOf((first, *self.until("]")))

    def end_point(self) -> Node:
        outer, self.in_range = self.in_range, True
        part = self.part(SUM)
        self.in_range = outer
        return part

    def rest_of_range(self, low: Node, low_closed: bool) -> Node:
        self.need("..")
        high = self.end_point()
        if not self.here.is_mark("]", ")", "["):
            raise self.refuse("intervallet ska sluta med ] eller )")
        return RangeOf(low, high, low_closed, self.take().text == "]")

    def context(self) -> Node:
        entries: dict[str, Node] = {}
        while not self.took("}"):
            if entries:
                self.need(",")
            key = self.take()
            if key.kind not in ("name", "text"):
                raise self.refuse("här väntades ett namn", key)
            name = key.text if key.kind == "name" else str(key.value)
            if name in entries:
                raise self.refuse("namnet finns redan", key)
            self.need(":")
            entries[name] = self.inner()
        return ContextOf(tuple(entries.items()))

    def at_literal(self) -> Node:
        token = self.take()
        value = parse_any(str(token.value)) if token.kind == "text" else None
        if value is None:
            raise self.refuse('efter @ väntades en dag, ett klockslag eller en tidslängd inom ""', token)
        return Literal(value)
