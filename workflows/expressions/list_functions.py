"""The functions on lists. A single value counts as a list of one; null makes the answer null."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.expressions.arithmetic import apply
from workflows.expressions.budget import MAX_LENGTH, MAX_NESTING, Meter, too_deep, too_long
from workflows.expressions.compare import every, order_key, same, some, sortable
from workflows.expressions.values import Inner, admit, is_list


def _items(meter: Meter, arguments: tuple[Inner, ...]) -> list[Inner] | None:
    """The list that was given, or the arguments as one: `max([1, 2])` and `max(1, 2)`."""
    if len(arguments) != 1:
        return list(arguments)
    (only,) = arguments
    if not is_list(only):
        return None if only is None else [only]
    meter.spend(len(only))
    return [admit(item) for item in only]


def count(meter: Meter, *values: Inner) -> Inner:
    items = _items(meter, values)
    return None if items is None else len(items)


def length(meter: Meter, value: Inner) -> Inner:
    return len(value) if isinstance(value, str | list | dict) else None


def _extreme(meter: Meter, values: tuple[Inner, ...], last: bool) -> Inner:
    items = _items(meter, values)
    if not items or not sortable(items):
        return None
    return max(items, key=order_key) if last else min(items, key=order_key)


def smallest(meter: Meter, *values: Inner) -> Inner:
    return _extreme(meter, values, last=False)


def largest(meter: Meter, *values: Inner) -> Inner:
    return _extreme(meter, values, last=True)


def total(meter: Meter, *values: Inner) -> Inner:
    items = _items(meter, values)
    if not items or isinstance(items[0], str):
        return None
    answer = apply("+", items[0], items[1]) if len(items) > 1 else apply("*", items[0], 1)
    for item in items[2:]:
        answer = apply("+", answer, item)
    return answer


def mean(meter: Meter, *values: Inner) -> Inner:
    items = _items(meter, values)
    return apply("/", total(meter, items), len(items)) if items else None


def all_true(meter: Meter, *values: Inner) -> Inner:
    items = _items(meter, values)
    return None if items is None else every(items)


def any_true(meter: Meter, *values: Inner) -> Inner:
    items = _items(meter, values)
    return None if items is None else some(items)


def list_contains(meter: Meter, values: Inner, value: Inner) -> Inner:
    if not is_list(values):
        return None
    return any(same(item, value, meter) is True for item in values)


def append(meter: Meter, values: Inner, *more: Inner) -> Inner:
    return concatenate(meter, values if is_list(values) or values is None else [values], list(more))


def concatenate(meter: Meter, *lists: Inner) -> Inner:
    joined: list[Inner] = []
    for one in lists:
        if one is None:
            return None
        items = one if is_list(one) else [one]
        if len(joined) + len(items) > MAX_LENGTH:
            raise too_long()
        meter.spend(len(items))
        joined += items
    return joined


def distinct_values(meter: Meter, values: Inner) -> Inner:
    items = _items(meter, (values,))
    if items is None:
        return None
    kept: list[Inner] = []
    for item in items:
        if not any(same(item, other, meter) is True for other in kept):
            kept.append(item)
    return kept


def sort(meter: Meter, values: Inner) -> Inner:
    items = _items(meter, (values,))
    return sorted(items, key=order_key) if items is not None and sortable(items) else None


def reverse(meter: Meter, values: Inner) -> Inner:
    items = _items(meter, (values,))
    return None if items is None else items[::-1]


def index_of(meter: Meter, values: Inner, value: Inner) -> Inner:
    if not is_list(values):
        return None
    return [at for at, item in enumerate(values, 1) if same(item, value, meter) is True]


def flatten(meter: Meter, values: Inner) -> Inner:
    return None if values is None else list(_leaves(meter, values, 0))


def _leaves(meter: Meter, value: Inner, depth: int) -> Iterator[Inner]:
    meter.spend()
    if depth > MAX_NESTING:
        raise too_deep()
    value = admit(value)
    if is_list(value):
        for item in value:
            yield from _leaves(meter, item, depth + 1)
    else:
        yield value
