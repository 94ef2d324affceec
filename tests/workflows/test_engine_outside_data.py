"""Data from outside is refused or kept as it is: it neither stops a case for good nor steers it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows import models as m
from tests.workflows.driving import Case
from workflows import Advance, Ended, StepRefused, WorkflowError

NAMES = [
    "typename", "__class__", "__builtins__", "__dict__", "__proto__", "_x", "len", "count", "now", "today",
    "item", "None", "true", "null", "and", "data", "task", "workflow", "spiff__x", "due", "inputs", "taken",
    "correlation", "synthetic", "k", "v", "t", "å", "ｘ", "class", "import", "not_x",
]  # fmt: skip
MODEL = m.process(
    m.start(),
    m.user("a"),
    m.service("s"),
    m.service("boxed", result="svar"),
    m.catch("c", m.message("M")),
    m.catch("t", m.timer("PT1H")),
    m.exclusive("g", default="g_y"),
    m.user("x"),
    m.user("y"),
    m.end(),
    "start -> a -> s -> boxed -> c -> t -> g; g -> x : beviljad = true and count(lista) = 2; g -> y",
    "x -> end; y -> end",
    beside=m.messages("M"),
)
GIVEN = {"beviljad": True, "lista": [1, 2]}
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(["UUID", "x", "${x}", "{{7*7}}", "datetime", "2026-11-21", "__import__('os')"])
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
typed = st.fixed_dictionaries({"typename": st.sampled_from(["UUID", "datetime", "set"]), "value": leaves})
values = st.recursive(
    leaves | typed,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | keys, inner, max_size=4)
    ),
    max_leaves=10,
)
posted = st.dictionaries(st.sampled_from(NAMES), values, max_size=6)


@settings(max_examples=60, deadline=None)
@given(posted, posted, posted, posted)
def test_what_is_posted_comes_back_as_it_was_and_the_way_is_the_same(
    answers: dict[str, Any], outputs: dict[str, Any], boxed: dict[str, Any], payload: dict[str, Any]
) -> None:
    case = Case(MODEL, GIVEN)
    case.done("a", **answers)
    case.answered("s", **outputs)
    case.answered("boxed", **boxed)
    case.arrived("c", **payload)
    case.due("t")
    assert case.tasks() == ["x"]
    case.done("x")
    ended = case.events[-1]
    assert isinstance(ended, Ended)
    assert ended.variables == {**GIVEN, **answers, **outputs, "svar": boxed, **payload}


def nested(depth: int) -> Any:
    value: Any = 1
    for number in range(depth):
        value = [value] if number % 2 else {"a": value}
    return value


HOSTILE: list[dict[str, Any]] = [
    {"x": float("1e400")},
    {"x": float("nan")},
    {"x": 10**400},
    {"x": -(10**400)},
    {"x": 2**53 + 1},
    {"x": "\ud800"},
    {"x": {"\udfff": 1}},
    {"x": ["\ud800\udbff"]},
    {"\ud800": 1},
    {"": 1},
    {"a b": 1},
    {"a.b": 1},
    {"x" * 101: 1},
    {"x\x00": 1},
    {"x": nested(21)},
    {"x": nested(900)},
    {"x": nested(100_000)},
    {"x": "a" * 70_000},
    {"x": ["a"] * 70_000},
    {"x": {str(n): n for n in range(20_000)}},
    {f"x{n}": "a" * 100 for n in range(1_000)},
    {"x": {1: 2}},
    {"x": {None: 2}},
    {"x": b"a"},
    {"x": {1, 2}},
    {"x": object()},
    {"x": lambda: 1},
]
WAYS: list[Callable[[Case, dict[str, Any]], Advance]] = [
    lambda case, data: case.done("a", **data),
    lambda case, data: case.answered("s", **data),
    lambda case, data: case.answered("boxed", **data),
    lambda case, data: case.arrived("c", **data),
]


@pytest.mark.parametrize("way", range(len(WAYS)))
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_what_cannot_be_kept_is_refused_and_the_case_goes_on(number: int, way: int) -> None:
    case = Case(MODEL, GIVEN)
    for before in WAYS[:way]:
        before(case, {})
    held = case.state
    with pytest.raises(StepRefused):
        WAYS[way](case, dict(HOSTILE[number]))
    assert case.state == held
    for after in WAYS[way:]:
        after(case, {})
    case.due("t")
    assert case.tasks() == ["x"]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_case_cannot_begin_with_it_either(number: int) -> None:
    with pytest.raises(WorkflowError):
        Case(MODEL, HOSTILE[number])


def test_many_small_posts_come_to_an_end_with_a_refusal_and_not_with_a_lost_case() -> None:
    loop = m.process(
        m.start(), m.exclusive("j"), m.user("a"), m.exclusive("g", "g_j"), m.end(),
        "start -> j -> a -> g; g -> end : slut = true; g -> j",
    )  # fmt: skip
    case = Case(loop)
    for number in range(100):
        held = case.state
        try:
            case.done("a", **{f"x{number}": "a" * 2_000})
        except WorkflowError:
            assert case.state == held
            break
    else:
        raise AssertionError("nothing bounds what a case may hold")
    case.done("a", slut=True)
    assert case.ended
