"""Every hit policy, what no hit gives, and the reasons an outcome carries."""

from datetime import UTC, date, datetime

import pytest

from tests.workflows.decision_models import definitions, input_data, literal, table
from workflows import decisions
from workflows.errors import ExpressionError

ROWS = [
    [">= 18", '"Medium","Low"', "true", '"Approved"', '"Basic"'],
    ["< 18", "-", "-", '"Declined"', '"Standard"'],
    ["-", '"High"', "-", '"Approved"', '"Standard"'],
]
INPUTS = [("alder", "number"), ("risk", "string"), ("rad", "boolean")]
OUTPUTS = [("status", "string", '"Approved", "Declined"'), ("niva", "string")]


def outcome(policy, variables, *, rows=ROWS, outputs=OUTPUTS, inputs=INPUTS, aggregation=None):
    file = definitions(table(inputs, outputs, rows, policy=policy, aggregation=aggregation))
    return decisions.load(file).evaluate("beslut", variables)


BOTH = {"alder": 17, "risk": "High", "rad": True}
NEITHER = {"alder": 30, "risk": "Low", "rad": False}


def test_unique_gives_the_one_row_that_hits():
    found = outcome("UNIQUE", {"alder": 30, "risk": "Low", "rad": True})
    assert found.outputs == {"status": "Approved", "niva": "Basic"}
    assert (found.rules, found.rows) == (("beslut_r1",), (1,))
    assert found.value == {"status": "Approved", "niva": "Basic"}


def test_unique_stops_with_the_row_numbers_when_two_hit():
    with pytest.raises(ExpressionError, match=r"«Beslutet» träffar rad 2 och 3 samtidigt"):
        outcome("UNIQUE", BOTH)


def test_a_table_without_a_policy_is_unique():
    file = definitions(table(INPUTS, OUTPUTS, ROWS)).replace(b' hitPolicy="UNIQUE"', b"")
    with pytest.raises(ExpressionError, match="UNIQUE"):
        decisions.load(file).evaluate("beslut", BOTH)


def test_first_gives_the_topmost():
    found = outcome("FIRST", BOTH)
    assert (found.outputs["status"], found.rows) == ("Declined", (2,))


def test_priority_gives_the_most_important_answer_not_the_topmost():
    found = outcome("PRIORITY", BOTH)
    assert found.outputs == {"status": "Approved", "niva": "Standard"}
    assert found.rows == (3,)


def test_output_order_lists_the_most_important_first():
    found = outcome("OUTPUT ORDER", BOTH)
    assert found.outputs == {"status": ["Approved", "Declined"], "niva": ["Standard", "Standard"]}
    assert found.rows == (3, 2)
    assert found.value[0] == {"status": "Approved", "niva": "Standard"}


def test_rule_order_lists_as_drawn():
    found = outcome("RULE ORDER", BOTH)
    assert found.outputs["status"] == ["Declined", "Approved"]
    assert found.rows == (2, 3)


def test_collect_lists_all():
    assert outcome("COLLECT", BOTH).outputs["status"] == ["Declined", "Approved"]


def test_any_accepts_several_rows_with_the_same_answer():
    rows = [["> 1", "1"], ["> 2", "1.0"], ["> 3", "1"]]
    found = outcome("ANY", {"a": 5}, inputs=["a"], outputs=["svar"], rows=rows)
    assert (found.outputs, found.rows) == ({"svar": 1}, (1, 2, 3))


@pytest.mark.parametrize("other", ["2", "true", '"1"', "null", ""])
def test_any_stops_when_the_answers_differ(other):
    rows = [["> 1", "1"], ["> 2", other]]
    with pytest.raises(ExpressionError, match="rad 1 och 2 samtidigt och ger olika svar"):
        outcome("ANY", {"a": 5}, inputs=["a"], outputs=["svar"], rows=rows)


@pytest.mark.parametrize(
    ("aggregation", "hit", "missed"),
    [("SUM", 60, None), ("MIN", 10, None), ("MAX", 30, None), ("COUNT", 3, 0)],
)
def test_collect_counts_up_and_says_what_nothing_is(aggregation, hit, missed):
    rows = [["> 1", "30"], ["> 2", "10"], ["> 3", "20"], ["> 90", "1"]]
    parts = {"inputs": ["a"], "outputs": ["summa"], "rows": rows, "aggregation": aggregation}
    assert outcome("COLLECT", {"a": 5}, **parts).outputs == {"summa": hit}
    assert outcome("COLLECT", {"a": 5}, **parts).rows == (1, 2, 3)
    assert outcome("COLLECT", {"a": 0}, **parts).outputs == {"summa": missed}


def test_collect_min_orders_texts_and_days_too():
    rows = [["-", 'date("2026-03-01")'], ["-", 'date("2026-02-01")']]
    parts = {"inputs": ["a"], "outputs": ["dag"], "rows": rows, "aggregation": "MIN"}
    found = outcome("COLLECT", {}, **parts)
    assert found.outputs == {"dag": "2026-02-01"}
    assert found.value == date(2026, 2, 1)


@pytest.mark.parametrize(
    "policy", ["UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
)
def test_no_hit_gives_null_for_every_output_and_no_rules(policy):
    found = outcome(policy, NEITHER)
    assert found.outputs == {"status": None, "niva": None}
    assert (found.rules, found.rows, found.value) == ((), (), None)


def test_no_hit_gives_the_default_where_there_is_one():
    outputs = [("status", "string", "", '"Vet ej"'), ("niva", "string")]
    found = outcome("UNIQUE", NEITHER, outputs=outputs)
    assert found.outputs == {"status": "Vet ej", "niva": None}
    assert found.value == {"status": "Vet ej", "niva": None}
    assert found.rules == ()


def test_missing_values_hit_no_comparison():
    assert outcome("UNIQUE", {}).rules == ()
    assert outcome("FIRST", {"risk": "High"}).rows == (3,)


def test_a_cell_may_calculate_from_the_inputs():
    rows = [["<= grans", "antal * 2"], ["> grans", 'if antal > 100 then "stort" else "lagom"']]
    file = definitions(input_data("g", "grans"), table(["antal"], ["svar"], rows))
    model = decisions.load(file)
    assert model.evaluate("beslut", {"antal": 3, "grans": 5}).outputs == {"svar": 6}
    assert model.evaluate("beslut", {"antal": 200, "grans": 5}).outputs == {"svar": "stort"}


def test_an_input_may_be_calculated():
    file = definitions(table(["count(inlagg[removed = true])"], ["svar"], [["> 1", "true"]]))
    inlagg = [{"removed": True}, {"removed": True}, {}]
    assert decisions.load(file).evaluate("beslut", {"inlagg": inlagg}).value is True


def test_a_single_output_without_a_name_is_called_as_the_decision():
    file = definitions(table(["a"], [""], [["-", "1"]], variable="min bedomning"))
    assert decisions.load(file).evaluate("beslut", {}).outputs == {"min_bedomning": 1}


def test_an_empty_answer_is_null():
    file = definitions(table(["a"], ["x", "y"], [["-", "", "-"]]))
    found = decisions.load(file).evaluate("beslut", {})
    assert (found.outputs, found.rows) == ({"x": None, "y": None}, (1,))


def test_a_decision_may_ask_what_day_it_is():
    file = definitions(literal('today() + duration("P14D")', id="sista"))
    found = decisions.load(file).evaluate("sista", {}, now=datetime(2026, 11, 21, 23, 30, tzinfo=UTC))
    assert found.outputs == {"Uttrycket": "2026-12-06"}


REGISTRATION = definitions(
    table(
        [(name, "boolean") for name in ("sekretess", "brott", "borttaget", "hor_till", "ringa")],
        [("atgard", "string"), ("skydda", "boolean")],
        [
            ["true", "-", "-", "-", "-", '"registrera"', "true"],
            ["-", "true", "-", "-", "-", '"registrera"', "false"],
            ["-", "-", "true", "-", "-", '"spara"', "false"],
            ["-", "-", "-", "true", "-", '"registrera"', "false"],
            ["-", "-", "-", "-", "true", '"gallra"', "false"],
            ["-", "-", "-", "-", "-", '"hall ordnat"', "false"],
        ],
        policy="FIRST",
        id="registrera",
        name="Ska det registreras?",
    )
)


@pytest.mark.parametrize(
    ("variables", "atgard", "row"),
    [
        ({"sekretess": True, "ringa": True}, "registrera", 1),
        ({"brott": True}, "registrera", 2),
        ({"borttaget": True, "hor_till": True}, "spara", 3),
        ({"ringa": True}, "gallra", 5),
        ({}, "hall ordnat", 6),
    ],
)
def test_a_registration_table_says_what_and_which_row(variables, atgard, row):
    model = decisions.load(REGISTRATION)
    found = model.evaluate("registrera", variables)
    assert (found.outputs["atgard"], found.rows) == (atgard, (row,))
    assert model.findings == ()
    assert model.decisions["registrera"].inputs == tuple(
        sorted(("sekretess", "brott", "borttaget", "hor_till", "ringa"))
    )


@pytest.mark.parametrize("answer", ["true", 1, [True]])
def test_a_secrecy_answer_of_the_wrong_type_is_stopped_and_does_not_pass_for_no(answer):
    with pytest.raises(ExpressionError, match="ska sekretess vara sant eller falskt"):
        decisions.load(REGISTRATION).evaluate("registrera", {"sekretess": answer})


def test_a_day_comes_as_text_and_is_read_in_a_column_of_days():
    rows = [['< date("2026-11-21")', '"sent"'], ['>= date("2026-11-21")', '"i tid"']]
    model = decisions.load(definitions(table([("dag", "date")], ["svar"], rows)))
    assert model.evaluate("beslut", {"dag": "2026-11-20"}).value == "sent"
    assert model.evaluate("beslut", {"dag": date(2026, 11, 21)}).value == "i tid"
    with pytest.raises(ExpressionError, match="ska dag vara en dag"):
        model.evaluate("beslut", {"dag": "i morgon"})


def test_a_value_outside_the_listed_ones_is_stopped():
    inputs = [("kanal", "string", '"facebook", "x"')]
    rows = [['"facebook"', "1"], ['"x"', "2"]]
    model = decisions.load(definitions(table(inputs, ["svar"], rows)))
    assert model.evaluate("beslut", {"kanal": "x"}).value == 2
    assert model.evaluate("beslut", {}).rules == ()
    with pytest.raises(ExpressionError, match="Lägg till det i listan"):
        model.evaluate("beslut", {"kanal": "tiktok"})
