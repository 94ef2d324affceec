"""Every function of the table: what it answers, its null rules, and its help."""

import pytest

from workflows import expressions
from workflows.errors import BudgetExceeded
from workflows.expressions import FUNCTIONS

CASES = [
    ('contains("facebook", "book")', True),
    ('contains("facebook", 1)', None),
    ('starts with("Hej du", "Hej")', True),
    ('ends with("Hej du", "du")', True),
    ('upper case("åäö")', "ÅÄÖ"),
    ('lower case("ÅÄÖ")', "åäö"),
    ('trim("  a ")', "a"),
    ('string length("åäö")', 3),
    ('substring("foobar", 3)', "obar"),
    ('substring("foobar", 3, 3)', "oba"),
    ('substring("foobar", -2, 1)', "a"),
    ('substring("foobar", 0)', None),
    ('substring before("a:b", ":")', "a"),
    ('substring after("a:b:c", ":")', "b:c"),
    ('replace("a.b.c", ".", "-")', "a-b-c"),
    ('replace("abc", "", "-")', None),
    ('split("a;b;c", ";")', ["a", "b", "c"]),
    ('split("abc", "")', None),
    ('string join(["a", null, "c"], "-")', "a-c"),
    ('string join(["a", 1])', None),
    ("string(1.0)", "1"),
    ("string(0.5)", "0.5"),
    ("string(true)", "true"),
    ('string(duration("P1D"))', "P1D"),
    ("string(null)", None),
    ('number("12")', 12),
    ('number(" 1.5 ")', 1.5),
    ('number("1e9")', None),
    ('number("0x10")', None),
    ('number("١")', None),
    ("abs(-3)", 3),
    ("floor(1.7)", 1),
    ("floor(-1.2)", -2),
    ("floor(1.57, 1)", 1.5),
    ("ceiling(1.2)", 2),
    ("round half up(2.5)", 3),
    ("round half up(-2.5)", -3),
    ("round half up(2.345, 2)", 2.35),
    ("modulo(12, 5)", 2),
    ("modulo(-12, 5)", 3),
    ("modulo(12, 0)", None),
    ("whole division(7, 2)", 3),
    ("whole division(-7, 2)", -4),
    ("count([1, 2, null])", 3),
    ("count(5)", 1),
    ('length("abc")', 3),
    ("length([1, 2])", 2),
    ("min([3, 1, 2])", 1),
    ("min(3, 1, 2)", 1),
    ("max([3, 1, 2.5])", 3),
    ('max(["a", "c", "b"])', "c"),
    ("max([1, null])", None),
    ("min([])", None),
    ("sum([1, 2, 3.5])", 6.5),
    ("sum([1, null])", None),
    ('sum([duration("P1D"), duration("P2D")]) = duration("P3D")', True),
    ("mean([1, 2, 3])", 2),
    ("mean([])", None),
    ("all([true, true])", True),
    ("all([true, null])", None),
    ("all([false, null])", False),
    ("all([])", True),
    ("any([false, true])", True),
    ("any([])", False),
    ("any([false, null])", None),
    ("list contains([1, null], null)", True),
    ("list contains([1, 2], 3)", False),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2, 3])", [1, 2, 3]),
    ("concatenate([1], null)", None),
    ('distinct values([1, 1.0, "1", true, true, null, null])', [1, "1", True, None]),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ('sort([1, "a"])', None),
    ("reverse([1, 2, 3])", [3, 2, 1]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("flatten([1, [2, [3]], []])", [1, 2, 3]),
    ('date("2026-11-21") = date(date and time("2026-11-21T08:00:00"))', True),
    ('time("08:30:00") = time(date and time("2026-11-21T08:30:00"))', True),
    ('date and time("2026-11-21").hour', 0),
    ('duration("P1M").months', 1),
    ("today()", None),
    ("now()", None),
    ("is defined(saknas)", False),
    ("is defined(null)", False),
    ("is defined(0)", True),
]


@pytest.mark.parametrize(("source", "value"), CASES)
def test_a_function_answers(source, value):
    answer = expressions.evaluate(source, {}, dialect="feel")
    assert (answer, type(answer)) == (value, type(value))


def test_every_function_of_the_table_is_tried_above():
    tried = " ".join(source for source, _ in CASES)
    assert [function.name for function in FUNCTIONS if f"{function.name}(" not in tried] == []


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_every_function_is_documented_and_answers_null_to_null(function):
    assert function.signature.startswith(function.name + "(")
    assert function.help.endswith(".")
    assert function.least <= function.most
    call = f"{function.name}({', '.join(['null'] * function.least)})"
    answer = expressions.evaluate(call, {}, dialect="feel")
    allowed = {"is defined": [False], "min": [None], "append": [None]}
    assert answer in allowed.get(function.name, [None])


def test_a_variable_may_have_the_name_of_a_function_and_the_reverse():
    data = {"count": [1, 2, 3], "sum": 1, "date": "2026-11-21", "len": 7, "max": None}
    assert expressions.evaluate("count(count) + sum", data) == 4
    assert expressions.evaluate('date(date) = @"2026-11-21"', data) is True
    assert expressions.evaluate("len == 7 and len(count) == 3", data) is True
    assert expressions.evaluate("max(1, 2)", data) == 2


@pytest.mark.parametrize(
    "source",
    [
        'replace(a, "a", a)',
        "a + a",
        'string join([a, a], "")',
        "string join([a, a, a], a)",
        "concatenate(l, l)",
        "append(l, 1)",
        "for x in 1..100000 return x",
        "some x in 1..100000 satisfies x > 100000",
        "for x in l, y in l return x",
        "distinct values(many)",
        "floor(f)",
        "f * f",
        "n * n",
        "[a, a, l, l, l]",
        'split(commas, ",")',
    ],
)
def test_what_would_grow_or_last_too_long_is_stopped(source):
    data = {
        "a": "a" * 9_000,
        "l": [1] * 10_000,
        "many": list(range(5_000)),
        "f": 1e300,
        "n": 10**14,
        "commas": "," * 20_000,
    }
    with pytest.raises(BudgetExceeded):
        expressions.evaluate(source, data)


def test_upper_case_that_grows_past_the_bound_is_stopped():
    with pytest.raises(BudgetExceeded):
        expressions.evaluate("upper case(a)", {"a": "ß" * 6_000})
