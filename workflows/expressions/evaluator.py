"""The one evaluator of model text: walks the tree, one step of fuel a node, and knows nothing else.

A wrong type gives null rather than an error, as in FEEL. What may be raised is BudgetExceeded,
and ExpressionError when the data holds what neither JSON nor FEEL has.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import closing

from workflows.expressions.arithmetic import apply, minus
from workflows.expressions.budget import MAX_LENGTH, Meter, too_long
from workflows.expressions.compare import compare, every, member, negate, some
from workflows.expressions.functions import BY_NAME
from workflows.expressions.temporal import PROPERTIES
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
    Item,
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
)
from workflows.expressions.values import (
    Inner,
    Range,
    admit,
    bounded,
    is_context,
    is_list,
    is_number,
)

Turns = Generator[Inner, None, None]


class _NoList(Exception):
    """A loop was asked to go through null: its answer is null. Never leaves this module."""


class Evaluation:
    """One run of one expression over `variables`."""

    __slots__ = ("frames", "input", "meter")

    def __init__(self, variables: Mapping[str, object], meter: Meter) -> None:
        self.frames: list[Mapping[str, object]] = [variables]
        self.meter = meter
        # Kept apart from the frames: a key "?" in a stranger's data never passes for the input.
        self.input = admit(variables.get(INPUT))

    def value(self, node: Node) -> Inner:
        self.meter.spend()
        match node:
            case Literal(value):
                return value
            case Name(name):
                return self.name(name)
            case Comparison(operator, left, right):
                return compare(operator, self.value(left), self.value(right), self.meter)
            case Both(operands):
                return every(self.value(operand) for operand in operands)
            case Either(operands):
                return some(self.value(operand) for operand in operands)
            case Among(subject, tests):
                return self.among(self.value(subject), tests)
            case Negation(operand):
                return negate(self.value(operand))
            case Call(function, arguments):
                return self.call(function, arguments)
            case Member(target, name):
                return self.member(self.value(target), name)
            case Arithmetic(operator, left, right):
                return apply(operator, self.value(left), self.value(right))
            case Choice(condition, yes, no):
                return self.value(yes if self.value(condition) is True else no)
            case Minus(operand):
                return minus(self.value(operand))
            case ListOf(items):
                return [self.value(item) for item in items]
            case ContextOf(entries):
                return {key: self.value(entry) for key, entry in entries}
            case RangeOf(low, high, low_closed, high_closed):
                return Range(self.value(low), self.value(high), low_closed, high_closed)
            case Filter(target, condition):
                return self.filtered(self.value(target), condition)
            case Item(target, key):
                return self.item(self.value(target), self.value(key))
            case Contains(subject, container):
                return self.contains(self.value(subject), self.value(container))
            case Loop(bindings, body):
                return self.loop(bindings, body)
            case Quantified(universal, bindings, body):
                # Closed at once, not when collected: an early answer leaves names bound.
                try:
                    with closing(self.turns(bindings, body)) as turns:
                        return every(turns) if universal else some(turns)
                except _NoList:
                    return None

    def name(self, name: str) -> Inner:
        """The innermost variable of that name; one that does not exist is null."""
        if name == INPUT:
            return self.input
        for frame in reversed(self.frames):
            if name in frame:
                return admit(frame[name])
        return None

    def call(self, function: str, arguments: tuple[Node, ...]) -> Inner:
        values = [self.value(argument) for argument in arguments]
        for value in values:
            if isinstance(value, str | list | dict):
                self.meter.spend(len(value) // 32)
        return bounded(BY_NAME[function].run(self.meter, *values))

    def member(self, target: Inner, name: str) -> Inner:
        if is_context(target):
            return admit(target.get(name))
        if is_list(target):
            self.meter.spend(len(target))
            return [self.member(admit(item), name) for item in target if not is_list(item)]
        read = PROPERTIES.get((type(target), name))
        return read(target) if read else None

    def item(self, target: Inner, key: Inner) -> Inner:
        if is_context(target):
            return admit(target.get(key)) if isinstance(key, str) else None
        if is_list(target) and type(key) is int and -len(target) <= key < len(target):
            return admit(target[key])
        return None

    def contains(self, value: Inner, container: Inner) -> Inner:
        if isinstance(container, str):
            self.meter.spend(len(container) // 32)
            return value in container if isinstance(value, str) else None
        if is_context(container) and isinstance(value, str):
            return value in container
        return member(value, container, self.meter)

    def among(self, value: Inner, tests: tuple[Node | Against | Holds, ...]) -> bool | None:
        return some(self.test(value, test) for test in tests)

    def test(self, value: Inner, test: Node | Against | Holds) -> bool | None:
        match test:
            case Against(operator, operand):
                return compare(operator, value, self.value(operand), self.meter)
            case Holds(body):
                outer, self.input = self.input, value
                try:
                    truth = self.value(body)
                finally:
                    self.input = outer
                return truth if isinstance(truth, bool) else None
            case _:
                return member(value, self.value(test), self.meter)

    def filtered(self, target: Inner, condition: Node) -> Inner:
        """`list[n]` counted from one (from the end when negative), else the items that meet it.

        The condition is asked once without an item: only an index answers with a number there.
        """
        if target is None:
            return None
        items = target if is_list(target) else [target]
        self.meter.spend()
        if isinstance(condition, Literal | Minus | Name | Member | Arithmetic | Call):
            index = self.value(condition)
            if is_number(index):
                return self.at(items, index)
        return [item for item in items if self.met(admit(item), condition)]

    def at(self, items: list[Inner], index: int | float) -> Inner:
        if index != int(index) or not index or abs(index) > len(items):
            return None
        return admit(items[int(index) - 1 if index > 0 else int(index)])

    def met(self, item: Inner, condition: Node) -> bool:
        self.meter.spend()
        depth = len(self.frames)
        if is_context(item):
            self.frames.append(item)
        self.frames.append({"item": item})
        try:
            return self.value(condition) is True
        finally:
            del self.frames[depth:]

    def loop(self, bindings: tuple[tuple[str, Node], ...], body: Node) -> Inner:
        made: list[Inner] = []
        try:
            with closing(self.turns(bindings, body)) as turns:
                for value in turns:
                    made.append(value)
                    if len(made) > MAX_LENGTH:
                        raise too_long()
        except _NoList:
            return None
        return made

    def turns(self, bindings: tuple[tuple[str, Node], ...], body: Node) -> Turns:
        """The body's value for each combination of the bindings, the last one turning fastest."""
        if not bindings:
            yield self.value(body)
            return
        (name, source), *rest = bindings
        for item in self.items(self.value(source)):
            self.meter.spend()
            self.frames.append({name: admit(item)})
            try:
                yield from self.turns(tuple(rest), body)
            finally:
                self.frames.pop()

    def items(self, source: Inner) -> Iterator[Inner]:
        """A list's items, a range's whole numbers, or the one value."""
        if isinstance(source, Range):
            low, high = source.low, source.high
            if type(low) is int and type(high) is int:
                step = 1 if low <= high else -1
                yield from range(low, high + step, step)
        elif is_list(source):
            yield from source
        elif source is None:
            raise _NoList
        else:
            yield source
