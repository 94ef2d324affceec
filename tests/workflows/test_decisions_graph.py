"""Files with several decisions, and what is refused at deploy with a sentence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows.decision_models import decision, definitions, input_data, literal, table
from workflows import decisions
from workflows.errors import BudgetExceeded, ExpressionError, ModelRefused
from workflows.normalise.xml import parse_xml

RISK = table(
    [("antal", "number")],
    [("risk", "string")],
    [["> 10", '"hog"'], ["<= 10", '"lag"']],
    id="risk",
    name="Risk",
    variable="risk",
)
STEP = table(
    ["risk", ("borttaget", "boolean")],
    [("atgard", "string"), ("dagar", "number")],
    [
        ['"hog"', "-", '"anmal"', "1"],
        ["-", "true", '"spara"', "grans * 2"],
        ["-", "-", '"inget"', ""],
    ],
    policy="FIRST",
    id="atgard",
    name="Välj åtgärd",
    requires=("risk", "grans"),
)
LIMIT = literal("if antal > 5 then 7 else 14", id="grans", name="grans")


def refused(*parts, **more):
    with pytest.raises(ModelRefused) as caught:
        decisions.load(definitions(*parts, **more))
    return {finding.rule: finding.text for finding in caught.value.findings}


def test_a_decision_is_made_from_those_it_requires():
    model = decisions.load(definitions(STEP, RISK, LIMIT))
    found = model.evaluate("atgard", {"antal": 3, "borttaget": True})
    assert found.outputs == {"atgard": "spara", "dagar": 28}
    assert [(one.decision, one.value, one.rows) for one in found.required] == [
        ("risk", "lag", (2,)),
        ("grans", 14, ()),
    ]
    assert model.decisions["atgard"].inputs == ("borttaget",)
    assert model.decisions["atgard"].name == "Välj åtgärd"
    assert model.decisions["risk"].inputs == ("antal",)


def test_a_variable_from_outside_never_passes_for_a_decision():
    model = decisions.load(definitions(STEP, RISK, LIMIT))
    found = model.evaluate("atgard", {"antal": 30, "borttaget": True, "risk": "lag", "grans": 1})
    assert found.outputs["atgard"] == "anmal"


def test_a_decision_with_several_outputs_is_a_context_for_others():
    model = decisions.load(
        definitions(STEP, RISK, LIMIT, literal("Valj.dagar + 1", id="sist", requires=["atgard"])).replace(
            b'id="atgard" name="V\xc3\xa4lj \xc3\xa5tg\xc3\xa4rd"', b'id="atgard" name="Valj"'
        )
    )
    assert model.evaluate("sist", {"antal": 3, "borttaget": True}).value == 29


def test_a_list_of_hits_is_a_list_for_others():
    rows = [["> 1", '"a"'], ["> 2", '"b"']]
    model = decisions.load(
        definitions(
            table(["n"], ["brister"], rows, policy="COLLECT", id="brister", name="brister"),
            literal("count(brister)", id="antal", requires=["brister"]),
        )
    )
    assert model.evaluate("antal", {"n": 3}).value == 2
    assert model.evaluate("antal", {"n": 0}).value is None


def test_a_day_stays_a_day_between_decisions_and_leaves_as_text():
    model = decisions.load(
        definitions(
            literal('date(inkom) + duration("P14D")', id="sista", name="sista"),
            literal('sista > date("2026-12-01")', id="sen", requires=["sista"]),
        )
    )
    found = model.evaluate("sen", {"inkom": "2026-11-21"})
    assert (found.value, found.required[0].outputs) == (True, {"sista": "2026-12-05"})


def test_a_decision_required_twice_is_made_once():
    model = decisions.load(
        definitions(
            literal("antal * 2", id="grund", name="grund"),
            literal("grund + 1", id="ett", name="ett", requires=["grund"]),
            literal("grund + 2", id="tva", name="tva", requires=["grund"]),
            literal("ett + tva", id="allt", requires=["ett", "tva"]),
        )
    )
    found = model.evaluate("allt", {"antal": 1})
    assert found.value == 7
    assert found.required[0].required[0] is found.required[1].required[0]


def test_a_model_is_read_from_a_parsed_tree_too():
    assert "risk" in decisions.load(parse_xml(definitions(RISK))).decisions


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_all_editions_of_dmn_are_read(namespace):
    model = decisions.load(definitions(RISK, namespace=namespace))
    assert model.evaluate("risk", {"antal": 11}).value == "hog"


def test_an_unknown_decision_is_answered_with_those_there_are():
    with pytest.raises(ExpressionError, match=r"Beslutet fel finns inte\. Det finns: risk"):
        decisions.load(definitions(RISK)).evaluate("fel", {})


def test_requirements_that_go_round_are_refused():
    ring = [
        literal("b", id="a", name="a", requires=["b"]),
        literal("c", id="b", name="b", requires=["c"]),
        literal("a", id="c", name="c", requires=["a"]),
    ]
    assert "a, b, c kräver varandra" in refused(*ring)["decision-cycle"]
    assert "decision-cycle" in refused(literal("a", id="a", name="a", requires=["a"]))


def test_requirements_may_be_ten_deep_and_no_more():
    def chain(depth):
        return [
            literal(f"d{at - 1} + 1" if at else "1", id=f"d{at}", name=f"d{at}",
                    requires=[f"d{at - 1}"] if at else [])
            for at in range(depth)
        ]  # fmt: skip

    assert decisions.load(definitions(*chain(10))).evaluate("d9", {}).value == 10
    assert "11 led" in refused(*chain(11))["decision-depth"]


def test_a_wide_graph_shares_one_budget():
    heavy = "count(for x in 1..9000 return x * x)"
    many = [literal(heavy, id=f"d{at}", name=f"d{at}") for at in range(40)]
    last = literal("d0", id="sist", requires=[f"d{at}" for at in range(40)])
    with pytest.raises(BudgetExceeded):
        decisions.load(definitions(*many, last)).evaluate("sist", {})


@pytest.mark.parametrize(
    ("file", "rule", "says"),
    [
        (definitions(), "decision-none", "inget beslut"),
        (b"<html/>", "decision-file", "inte en beslutsmodell"),
        (b"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'/>", "decision-file", "inte"),
        (definitions(decision("", id="a", name="Tomt")), "decision-empty", "«Tomt» är tomt"),
        (definitions(decision("<context/>", id="a", name="a")), "decision-unsupported", "context"),
        (definitions(RISK, "<businessKnowledgeModel id='k'/>"), "decision-unsupported", "BKM"),
        (definitions(RISK, "<import namespace='x'/>"), "decision-unsupported", "Import"),
        (definitions(RISK, RISK), "decision-id", "eget id"),
        (definitions(literal("1", requires=["saknas"])), "decision-requires-unknown", "saknas"),
        (definitions(literal("import os")), "decision-expression", "går inte att läsa"),
        (definitions(literal("__import__('os')")), "decision-expression", "understreck"),
        (definitions(table(["a"], ["b"], [["1", "os.system('id')"]])), "decision-expression", "metoder"),
        (definitions(table(["a b"], ["b"], [["1", "1"]])), "decision-expression", "ett ord"),
        (definitions(table([""], ["b"], [["1", "1"]])), "decision-expression", "tomt"),
        (definitions(table(["a"], ["b"], [["< ", "1"]])), "decision-expression", "saknas ett värde"),
        (definitions(table(["a"], ["b"], [["1"]])), "decision-row", "1 villkor och 0 svar"),
        (definitions(table(["a"], [], [["1"]])), "decision-output", "ingen utdatakolumn"),
        (definitions(table(["a"], ["b", "b"], [["1", "1", "1"]])), "decision-output", "likadant"),
        (definitions(table(["a"], ["b-c"], [["1", "1"]])), "decision-output-name", "b-c"),
        (definitions(table(["a"], ["", ""], [["1", "1", "1"]])), "decision-output-name", "inget namn"),
        (definitions(table(["a"], ["b"], [["1", "1"]], policy="BEST")), "decision-policy", "BEST"),
        (definitions(table(["a"], ["b"], [["1", "1"]], aggregation="SUM")), "decision-policy", "SUM"),
        (
            definitions(table(["a"], ["b", "c"], [["1", "1", "1"]], policy="COLLECT", aggregation="SUM")),
            "decision-policy",
            "exakt en",
        ),
        (definitions(table(["a"], ["b"], [["1", "1"]], policy="PRIORITY")), "decision-policy", "rang"),
        (
            definitions(table(["a"], [("b", "", "1,2")], [["1", "3"]], policy="OUTPUT ORDER")),
            "decision-unlisted",
            "listade",
        ),
        (definitions(table(["a"], ["b"], [["facebook", "1"]])), "decision-unknown-name", "facebook"),
        (definitions(table(["a"], ["b"], [["1", "Godkänd"]])), "decision-unknown-name", "Godkänd"),
        (definitions(table(["a"], ["b"], [["1", "1"]] * 501)), "decision-size", "501 rader"),
        (definitions(table(["a"] * 30, ["b"], [])), "decision-size", "31 kolumner"),
        (definitions(*[literal("1", id=f"d{n}") for n in range(51)]), "decision-count", "51 beslut"),
        (
            definitions(literal("1").replace("<literal", "<literal").replace(
                "<literalExpression", '<literalExpression expressionLanguage="groovy"')),
            "decision-language",
            "groovy",
        ),
        (definitions(RISK, attributes='expressionLanguage="javascript"'), "decision-language", "javas"),
        (
            definitions(RISK.replace("<inputEntry>", '<inputEntry expressionLanguage="juel">', 1)),
            "decision-language",
            "juel",
        ),
        (
            definitions(input_data("i", "i"), RISK.replace(
                "<decisionTable",
                '<informationRequirement><requiredInput href="#x"/></informationRequirement><decisionTable',
            )),
            "decision-requires-unknown",
            "#x",
        ),
        (b"<!DOCTYPE x []><definitions/>", "xml-doctype", "DOCTYPE"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_a_model_that_cannot_be_trusted_is_refused_with_a_sentence(file, rule, says):
    with pytest.raises(ModelRefused) as caught:
        decisions.load(file)
    found = [finding for finding in caught.value.findings if finding.rule == rule]
    assert found
    assert says in " ".join(finding.text for finding in found)
    assert found[0].level == "error"


def test_all_faults_are_told_at_once_errors_first():
    rows = [["facebook", "Ja"], ["< ", '"Nej"'], ["1", "2"]]
    with pytest.raises(ModelRefused) as caught:
        decisions.load(definitions(table(["a"], [("b", "string")], rows)))
    assert [finding.rule for finding in caught.value.findings] == [
        "decision-expression",
        "decision-unknown-name",
        "decision-unknown-name",
        "decision-type",
    ]


def test_a_name_in_two_words_is_written_with_an_underscore():
    model = decisions.load(
        definitions(
            literal("1", id="a", name="Min bedömning"),
            literal("Min_bedömning + 1", id="b", requires=["a"]),
        )
    )
    assert model.evaluate("b", {}).value == 2


def test_editors_own_elements_are_passed_over():
    extra = '<x:secret xmlns:x="urn:x"><x:decision id="z"/></x:secret>'
    file = definitions(extra, RISK.replace("<decisionTable", f"{extra}<decisionTable", 1))
    assert list(decisions.load(file).decisions) == ["risk"]


def test_a_column_whose_type_its_cells_do_not_have_is_refused():
    said = refused(table([("antal", "string")], ["svar"], [["< 10", "1"]]))
    assert "kan aldrig träffa: kolumnens typ är string" in said["decision-type"]


CELLS = st.lists(
    st.sampled_from(
        [
            "-",
            "<",
            "<=",
            ">",
            ">=",
            "=",
            "!=",
            "1",
            "2.5",
            "-1",
            '"a"',
            "true",
            "null",
            "?",
            "not(",
            ")",
            "(",
            "[",
            "]",
            "..",
            ",",
            "a",
            "b",
            "and",
            "or",
            "in",
            "+",
            "*",
            "/",
            '@"2026-01-01"',
            'date("2026-01-01")',
            'duration("P1M")',
            "contains(",
            "count(",
            "now()",
            "_a",
            "${",
            "}",
            "{",
            ":",
            ".",
            "if",
            "then",
            "else",
        ]
    ),
    max_size=8,
).map(" ".join)
TYPES = st.sampled_from(["", "string", "number", "integer", "boolean", "date", "okänd"])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS), max_size=3),
    TYPES,
    TYPES,
    CELLS,
    st.sampled_from([*decisions.HitPolicy, "FEL"]),
    st.sampled_from([None, "SUM", "MIN", "MAX", "COUNT"]),
    st.dictionaries(
        st.sampled_from(["a", "b", "?"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    ),
)
def test_a_table_of_anything_gives_our_own_errors_and_no_others(
    rows, type_in, type_out, listed, policy, aggregation, variables
):
    file = definitions(
        table([("a", type_in, listed)], [("svar", type_out, listed)], rows, policy=str(policy),
              aggregation=aggregation)
    )  # fmt: skip
    try:
        model = decisions.load(file)
    except ModelRefused as refusal:
        assert refusal.findings[0].level == "error"
        return
    try:
        found = model.evaluate("beslut", variables)
    except (ExpressionError, BudgetExceeded):
        return
    assert set(found.outputs) == {"svar"}
    assert json.loads(json.dumps(found.outputs)) == found.outputs
