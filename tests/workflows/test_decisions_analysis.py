"""What is said at deploy about rows that overlap, can never hit, or leave something undecided."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.decision_models import definitions, input_data, table
from workflows import decisions
from workflows.errors import ExpressionError

NUMBER = ("alder", "number")


def findings(inputs, rows, policy="UNIQUE", outputs=("svar",), data=()):
    names = (input_data(f"d{at}", name) for at, name in enumerate(data))
    return decisions.load(definitions(*names, table(inputs, outputs, rows, policy=policy))).findings


def rules(inputs, rows, policy="UNIQUE", **more):
    return [(found.rule, found.element) for found in findings(inputs, rows, policy, **more)]


def texts(inputs, rows, policy="UNIQUE", **more):
    return " ".join(found.text for found in findings(inputs, rows, policy, **more))


def test_a_complete_table_has_no_findings():
    assert findings([NUMBER], [["< 18", "1"], ["[18..65]", "2"], ["> 65", "3"]]) == ()


def test_two_rows_that_can_hit_at_once_are_named_with_an_example():
    found = findings([NUMBER], [["<= 18", "1"], [">= 18", "2"]])
    assert [(f.rule, f.element, f.level) for f in found] == [("decision-overlap", "beslut_r2", "warning")]
    assert "Rad 1 och 2 kan träffa samtidigt när alder är 18." in found[0].text


def test_an_overlap_needs_every_column_to_overlap():
    columns = [NUMBER, ("kanal", "string", '"facebook","x"')]
    rows = [["<= 18", '"facebook"', "1"], [">= 18", '"x"', "2"]]
    assert "decision-overlap" not in dict(rules(columns, rows))


@pytest.mark.parametrize(
    ("column", "rows", "gap"),
    [
        (NUMBER, [["< 18", "1"], ["> 18", "2"]], "alder är 18"),
        (NUMBER, [["<= 17", "1"], [">= 18", "2"]], "alder är mellan 17 och 18"),
        (NUMBER, [["[0..100]", "1"]], "alder är under 0"),
        (NUMBER, [["not([0..100])", "1"]], "alder är 0"),
        (("kanal", "string"), [['"facebook"', "1"]], "kanal är något annat"),
        (("kanal", "string", '"a","b"'), [['"a"', "1"]], 'kanal är "b"'),
        (("godkand", "boolean"), [["true", "1"]], "godkand är falskt"),
        (("godkand", "boolean"), [["not(true)", "1"]], "godkand är sant"),
        (("dag", "date"), [['< date("2026-01-01")', "1"]], "dag är 2026-01-01"),
        (NUMBER, [["1,2,3", "1"], ["< 1", "1"], ["> 3", "1"]], "alder är mellan 1 och 2"),
        (("n", "number", "[1..3]"), [["1", "1"], ["3", "1"]], "n är mellan 1 och 3"),
    ],
)
def test_a_gap_is_told_by_an_example(column, rows, gap):
    said = texts([column], rows)
    assert f"Ingen rad i tabellen «Beslutet» träffar när {gap}" in said


@pytest.mark.parametrize(
    ("column", "rows"),
    [
        (("alder", "integer"), [["<= 17", "1"], [">= 18", "2"]]),
        (("dag", "date"), [['<= date("2026-01-01")', "1"], ['>= date("2026-01-02")', "2"]]),
        (("kanal", "string", '"a","b"'), [['"a"', "1"], ['"b"', "1"]]),
        (("kanal", "string"), [['"a"', "1"], ['not("a")', "1"]]),
        (("godkand", "boolean"), [["true", "1"], ["false", "1"]]),
        (("godkand", "boolean"), [["true", "1"], ["-", "1"]]),
        (NUMBER, [["-", "1"]]),
        (("n", "integer", "[1..3]"), [["1,2,3", "1"]]),
        (("n", ""), [["null", "1"], ["not(null)", "2"]]),
    ],
)
def test_a_column_that_is_covered_has_no_gap(column, rows):
    assert "decision-gap" not in dict(rules([column], rows, policy="FIRST"))


def test_a_gap_over_two_columns_names_both():
    columns = [("a", "boolean"), ("b", "boolean")]
    rows = [["true", "-", "1"], ["-", "true", "2"]]
    assert "träffar när a är falskt och b är falskt" in texts(columns, rows, policy="FIRST")


def test_a_default_answer_closes_the_gaps():
    outputs = [("svar", "", "", "0")]
    assert findings([NUMBER], [["< 18", "1"]], outputs=outputs) == ()


@pytest.mark.parametrize("policy", ["COLLECT", "RULE ORDER"])
def test_lists_may_overlap_and_be_empty(policy):
    assert findings([NUMBER], [["<= 18", "1"], [">= 18", "2"]], policy) == ()


def test_any_may_overlap_when_the_answers_agree():
    rows = [["<= 18", "1"], [">= 18", "1"]]
    assert findings([NUMBER], rows, "ANY") == ()
    rows[1][1] = "2"
    assert "De ger olika svar (ANY)" in texts([NUMBER], rows, "ANY")


def test_a_row_that_an_earlier_row_always_beats_is_named():
    rows = [["< 20", "1"], ["< 10", "2"], ["-", "3"]]
    assert rules([NUMBER], rows, "FIRST") == [("decision-shadowed", "beslut_r2")]
    assert "Rad 2 träffar aldrig: rad 1 hinner före" in texts([NUMBER], rows, "FIRST")


@pytest.mark.parametrize("cell", ["[10..1]", "]5..5[", "not(<= 5, > 5)", "> 999999999999999"])
def test_a_condition_that_nothing_meets_is_named(cell):
    said = rules([("n", "number")], [[cell, "1"], ["-", "2"]], "COLLECT")
    assert said == [("decision-never", "beslut_r1")]


def test_a_value_outside_the_listed_ones_can_never_hit():
    column = ("kanal", "string", '"facebook","x"')
    said = rules([column], [['"tiktok"', "1"], ["-", "2"]], "FIRST")
    assert ("decision-never", "beslut_r1") in said


def test_a_cell_that_calculates_is_noted_and_gives_no_false_alarm():
    rows = [['contains(?, "a")', "1"], ['"b"', "2"]]
    found = findings([("kanal", "string")], rows)
    assert [(f.rule, f.level) for f in found] == [("decision-unchecked", "note")]
    assert "Rad 1" in found[0].text


def test_a_cell_that_asks_another_variable_is_not_guessed_at():
    found = rules([NUMBER], [["< grans", "1"], [">= 18", "2"]], data=("grans",))
    assert [rule for rule, _ in found] == ["decision-unchecked"]


def test_the_largest_table_is_checked_within_bounds():
    columns = [(f"k{at}", "integer") for at in range(15)]
    cells = [[f"{(row * 7 + at) % 40}" for at in range(15)] for row in range(500)]
    started = time.perf_counter()
    model = decisions.load(definitions(table(columns, ["svar"], [[*c, "1"] for c in cells], policy="FIRST")))
    assert time.perf_counter() - started < 8
    assert model.evaluate("beslut", {f"k{at}": at for at in range(15)}).rows


def test_a_table_that_is_too_rich_to_check_is_noted():
    rows = [[f"[{n}..{n * 3}]", f"[{n * 2}..{n * 5}]", "1"] for n in range(500)]
    started = time.perf_counter()
    said = rules([("a", "number"), ("b", "number")], rows, "FIRST")
    assert time.perf_counter() - started < 8
    assert ("decision-unchecked", None) in said


POINTS = st.integers(0, 6)
CELL = st.one_of(
    st.just("-"),
    POINTS.map(str),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "!="]), POINTS).map(lambda p: f"{p[0]} {p[1]}"),
    st.tuples(POINTS, POINTS, st.sampled_from(["[]", "()", "[)", "(]"])).map(
        lambda p: f"{p[2][0]}{p[0]}..{p[1]}{p[2][1]}"
    ),
    st.lists(POINTS, min_size=1, max_size=3).map(lambda many: ",".join(map(str, many))),
    POINTS.map(lambda n: f"not({n}, > 5)"),
)
ROWS = st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5)
GRID = [n / 2 for n in range(-3, 16)]


@settings(max_examples=80, deadline=None)
@given(ROWS)
def test_the_report_agrees_with_trying_every_value(cells):
    """On a grid that is finer than the table, a table without findings is decided everywhere by
    exactly one row, and a table with findings is not."""
    rows = [[a, b, str(at)] for at, (a, b) in enumerate(cells)]
    model = decisions.load(definitions(table([("a", "number"), ("b", "number")], ["svar"], rows)))
    said = {found.rule for found in model.findings}
    overlap = gap = False
    for a, b in product(GRID, GRID):
        try:
            gap = not model.evaluate("beslut", {"a": a, "b": b}).rules or gap
        except ExpressionError:
            overlap = True
    assert ("decision-overlap" in said, "decision-gap" in said) == (overlap, gap)
