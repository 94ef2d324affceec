"""Variables that two branches set at once are warned of, and those that nothing sets are found."""

from __future__ import annotations

import json

import pytest

from tests.workflows import decision_models as d
from tests.workflows import models as m
from workflows import Definition, check, read
from workflows.checks import unset

S, E = m.start(), m.end()


def form(*names: str, text: bool = False) -> bytes:
    kind = {"type": "string"} if text else {"type": "boolean"}
    asked = {name: {**kind, "title": name.upper()} for name in names}
    return json.dumps({"title": "F", "type": "object", "properties": asked}).encode()


def a_process(*parts: str, beside: str = "", **files: bytes) -> Definition:
    named = {name.replace("__", "/").replace("_json", ".json"): data for name, data in files.items()}
    return read({"model.bpmn": m.process(*parts, beside=beside), **named})


def pairs(definition: Definition) -> list[tuple[str | None, str]]:
    return [(f.element, f.level) for f in check(definition) if f.rule == "parallel-write"]


def unknown(definition: Definition, *start: str, **outputs: tuple[str, ...]) -> set[tuple[str | None, str]]:
    found = unset(definition, start, outputs)
    assert all(f.rule == "unset-variable" and f.level == "error" and f.hint for f in found)
    return {(f.element, f.text.split("”")[-2]) for f in found}


A, B = m.user("a", form="one"), m.user("b", form="two")
PARALLEL = (S, m.parallel("f"), A, B, m.parallel("j"), E, "start -> f -> a -> j -> end; f -> b -> j")
SAME = {"forms__one_json": form("ok"), "forms__two_json": form("ok")}
APART = {"forms__one_json": form("ok"), "forms__two_json": form("well")}


def test_two_parallel_branches_that_set_the_same_variable_are_warned_of():
    assert pairs(a_process(*PARALLEL, **SAME)) == [("b", "warning")]


def test_branches_with_a_variable_each_are_not():
    assert pairs(a_process(*PARALLEL, **APART)) == []


def test_free_text_is_no_variable():
    words = {name: form("words", text=True) for name in SAME}
    assert pairs(a_process(*PARALLEL, **words)) == []


def test_one_after_the_other_is_not_at_once():
    line = a_process(S, A, B, E, "start -> a -> b -> end", **SAME)
    either = a_process(
        S, m.exclusive("f", "f_a"), A, B, E, "start -> f -> a -> end; f -> b : x; b -> end", **SAME
    )
    after = a_process(
        S, m.parallel("f"), A, m.user("c"), m.parallel("j"), B, E,
        "start -> f -> a -> j -> b -> end; f -> c -> j", **SAME,
    )  # fmt: skip
    assert pairs(line) == pairs(either) == pairs(after) == []


def test_an_inner_join_does_not_hide_that_the_third_branch_goes_on():
    parts = (
        S, m.parallel("f"), m.user("x"), m.user("y"), m.parallel("i"), A, B, m.parallel("j"), E,
        "start -> f -> x -> i -> a -> j -> end; f -> y -> i; f -> b -> j",
    )  # fmt: skip
    assert pairs(a_process(*parts, **SAME)) == [("b", "warning")]


@pytest.mark.parametrize(("interrupting", "warned"), [(True, []), (False, [("b", "warning")])])
def test_what_follows_an_event_that_does_not_interrupt_goes_on_beside(interrupting, warned):
    late = m.boundary("late", "a", m.timer("PT1H"), interrupting)
    parts = (S, A, late, B, E, m.end("e2"), "start -> a -> end; late -> b -> e2")
    assert pairs(a_process(*parts, **SAME)) == warned


def test_an_inclusive_gateway_may_take_both():
    parts = (
        S, m.inclusive("f", "f_a"), A, B, m.inclusive("j"), E,
        "start -> f -> a -> j -> end; f -> b : x = true; b -> j",
    )  # fmt: skip
    assert pairs(a_process(*parts, **SAME)) == [("b", "warning")]


def test_what_a_subprocess_and_an_operation_set_counts():
    inner = m.subprocess("a", m.start("s2"), m.service("o", result="ok"), m.end("e2"), "s2 -> o -> e2")
    parts = (S, m.parallel("f"), inner, B, m.parallel("j"), E, "start -> f -> a -> j -> end; f -> b -> j")
    assert pairs(a_process(*parts, forms__two_json=form("ok"))) == [("b", "warning")]


CHOICE = (
    S,
    A,
    m.exclusive("g", "g_end"),
    m.user("b"),
    E,
    m.end("e2"),
    "start -> a -> g -> end; g -> b : ok = true; b -> e2",
)


def test_a_name_that_nothing_sets_is_found_where_it_is_read():
    definition = a_process(*CHOICE, forms__one_json=form("okey"))
    assert unknown(definition) == {("g_b", "ok")}
    assert unknown(definition, "ok") == set()
    assert definition.reads == {"ok"}


def test_a_name_that_a_form_sets_is_known_and_free_text_is_not():
    assert unknown(a_process(*CHOICE, forms__one_json=form("ok"))) == set()
    assert unknown(a_process(*CHOICE, forms__one_json=form("ok", text=True))) == {("g_b", "ok")}


def test_a_start_event_may_name_what_the_process_is_given():
    given = m.node("startEvent", "start", m.properties(starts_with="other ok"))
    definition = a_process(given, *CHOICE[1:], forms__one_json=form("x"))
    assert unknown(definition) == set()
    assert "unknown-property" not in {f.rule for f in check(definition)}


def test_timers_parameters_and_lists_are_read_too():
    many = m.node("userTask", "c", m.instances("<loopDataInputRef>people</loopDataInputRef>"))
    parts = (
        S, m.service("a", person="who", result="r"), m.catch("t", m.timer("soon")), many, E,
        "start -> a -> t -> c -> end",
    )  # fmt: skip
    definition = a_process(*parts)
    assert unknown(definition) == {("a", "who"), ("t", "soon"), ("c", "people")}
    assert definition.reads == {"who", "soon", "people"}


def test_what_an_operation_gives_is_known_where_it_is_told():
    parts = (S, m.service("a", "weigh"), m.exclusive("g", "g_end"), m.user("b"), E, m.end("e2"),
             "start -> a -> g -> end; g -> b : weight > 3; b -> e2")  # fmt: skip
    definition = a_process(*parts)
    assert unknown(definition, weigh=("weight",)) == set()
    assert unknown(definition, weigh=("height",)) == {("g_b", "weight")}
    assert unknown(definition) == set(), "an operation that nobody knows may set anything"


def test_a_decision_reads_its_inputs_and_sets_its_outputs():
    table = d.table([("cost", "number")], [("level", "string")], [("< 10", '"low"'), ("-", '"high"')],
                    policy="FIRST", id="size")  # fmt: skip
    parts = (S, m.decide("a", "size"), m.exclusive("g", "g_end"), m.user("b"), E, m.end("e2"),
             'start -> a -> g -> end; g -> b : level = "low"; b -> e2')  # fmt: skip
    files = {"model.bpmn": m.process(*parts), "decisions/size.dmn": d.definitions(table)}
    definition = read(files)
    assert unknown(definition) == {("a", "cost")}
    assert definition.reads == {"cost"}


def test_where_a_message_spreads_what_it_holds_nothing_can_be_said():
    parts = (S, m.catch("a", m.message("M")), m.exclusive("g", "g_end"), m.user("b"), E, m.end("e2"),
             "start -> a -> g -> end; g -> b : x = 1; b -> e2")  # fmt: skip
    assert unknown(a_process(*parts, beside=m.messages("M"))) == set()
