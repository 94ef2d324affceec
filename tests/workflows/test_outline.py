"""The text twin: complete, in order, linked, and harmless whatever the names are."""

# ruff: noqa: E501 (the expected text has a line an element, however long)
from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows import models as m
from tests.workflows.investigation import definition, files
from workflows import Definition, read
from workflows.checks import structure
from workflows.definition import model
from workflows.outline import Link, Outline, as_text, outline

WORDS = {"register_case": "registrera ärendet i diariet", "answer": "svar inom 24 timmar"}

GOLDEN = """\
Utreda synpunkt

Handläggare
  1. Start: Synpunkt har kommit in.
  2. [DU ÄR HÄR] Handläggaren bedömer synpunkten. Formulär: ”Bedöm synpunkten”. Tidsfrist: svar inom 24 timmar. Hjälptext finns. Gå till 5.
  3. Efter 24 timmar under steg 2: Ingen har svarat. Uppgiften ligger kvar. Gå till 32.
  4. När meddelandet ”Återkallelse” kommer under steg 2. Uppgiften avbryts. Gå till 34.
  5. Vägval: Är det sekretess?
       – Om ja: gå till 6.
       – Annars (nej): gå till 8.
  6. Handläggaren maskar uppgifterna. Formulär: ”Maska”.
  7. Vägval: Räcker maskningen?
       – Om nej: tillbaka till 2.
       – Annars: gå till 8.
  8. Vägarna från 5 och 7 möts.
  9. Flera grenar samtidigt. De väntar in varandra i 19.
       – Gå till 10.
       – Gå till 15.

Registrator
  10. Systemet fastställer prioritet efter beslutstabellen ”Prioritet”.
  11. Systemet registrerar ärendet. Åtgärd i ett annat system: registrera ärendet i diariet. Gå till 14.
  12. Om felet ”refused” uppstår under steg 11: Diariet nekar. Åtgärden avbryts.

Handläggare
  13. Handläggaren registrerar för hand.
  14. Vägarna från 11 och 13 möts. Gå till 19.
  15. Väntar på det som händer först.
       – När meddelandet ”Svar” kommer: gå till 16.
       – Efter 14 dygn: gå till 17.
  16. Svar från avsändaren: väntar på meddelandet ”Svar”. Gå till 18.
  17. Väntar 14 dygn.
  18. Vägarna från 16 och 17 möts.
  19. Väntar tills vägarna från 14 och 18 har kommit hit.
  20. En eller flera grenar, samtidigt: Vilka ska få veta? De väntar in varandra i 23.
       – Om ”Vad är det?” är ”Fråga från pressen” eller ”Rykte”: gå till 21.
       – När ordföranden bett om det: gå till 22.
       – Annars: gå till 23.
  21. Handläggaren ringer pressen. Gå till 23.
  22. Handläggare: Nämndens ordförande.
  23. Väntar tills alla påbörjade vägar från 20, 21 och 22 har kommit hit.
  24. Delprocessen ”Utredning” utförs: börjar i 24.1. Görs en gång för varje värde i ”questions”, en i taget. Resten hoppas över så snart ”Räcker det?” är ja. Gå till 26.

    Delprocessen ”Utredning”, Handläggare
      24.1. Start.
      24.2. Handläggaren utreder frågan.
      24.3. Vägval.
           – Om ”outcome” är ”none” och ”attempts” är minst 3: gå till 24.4.
           – Annars: gå till 24.5.
      24.4. Slut: Går inte att utreda. Felet ”no_answer” uppstår.
      24.5. Slut.

Handläggare
  25. Om felet ”no_answer” uppstår under steg 24. Delprocessen avbryts. Gå till 31.
  26. Delflödet ”Arkivering” utförs: börjar i A.1.
  27. Väntar till den 24 december 2026 kl. 15.00.
  28. Passerar ”Julafton har passerat”.
  29. Kvitto från arkivet: väntar på meddelandet ”Arkiverat”.
  30. Slut: Ärendet är avslutat. Allt annat som pågår avbryts.
  31. Slut: Utan svar.

Enhetschef
  32. Enhetschefen påminner handläggaren.

Handläggare
  33. Slut.
  34. Slut: Synpunkten är återkallad.

Delflöde A: Arkivera
  A.1. Start.
  A.2. Packa handlingarna. Därefter flera grenar samtidigt. De möts inte igen.
       – Gå till A.3.
       – Gå till A.4.
  A.3. Stämpla. Flödet slutar här.
  A.4. Försegla. Flödet slutar här.
"""


def all_drawn(made: Definition) -> set[str]:
    return set(made.elements)


def complaint() -> Definition:
    folder = Path(__file__).parents[2] / "bpmn" / "complaint"
    return read(
        {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    )


def said(told: Outline, element: str) -> str:
    line = told.find(element)
    assert line is not None
    return line.text


def lone(*parts: str, beside: str = "") -> Outline:
    return outline(read({"model.bpmn": m.process(*parts, beside=beside)}))


def test_the_model_of_these_tests_is_one_that_is_accepted() -> None:
    assert [f for f in structure(definition()) if f.level == "error"] == []


def test_the_whole_model_reads_like_a_routine() -> None:
    assert as_text(outline(definition(), words=WORDS), here={"assess"}) == GOLDEN


def test_the_same_definition_gives_the_same_text_every_time() -> None:
    assert outline(definition()) == outline(read(files()))


@pytest.mark.parametrize("made", [definition(), complaint()], ids=["investigation", "complaint"])
def test_every_element_has_one_line_and_every_link_leads_to_a_line(made: Definition) -> None:
    told = outline(made)
    lines = list(told.lines())
    assert sorted(line.element for line in lines) == sorted(all_drawn(made))
    assert len({line.number for line in lines}) == len({line.anchor for line in lines}) == len(lines)
    numbers = {line.element: line.number for line in lines}
    for line in lines:
        for link in line.links:
            assert numbers[link.element] == link.text
            assert link.anchor in {other.anchor for other in lines}


def test_every_flow_of_the_diagram_can_be_read_from_the_text() -> None:
    made = complaint()
    told = outline(made)
    lines = list(told.lines())
    for flow in model(made).flows():
        source, target = told.find(flow.source), told.find(flow.target)
        assert source is not None and target is not None
        follows = lines[lines.index(source) + 1 :][:1] == [target]
        assert follows or target.number in {link.text for link in source.links}


def test_branches_are_told_from_the_top_of_the_drawing_down_and_then_what_they_lead_to() -> None:
    lines = [line.element for line in outline(complaint()).lines()]
    told = [e for e in lines if e in {"answer", "refer", "treated", "register", "all_done"}]
    assert told == ["answer", "refer", "treated", "register", "all_done"]


def test_the_place_of_a_case_is_marked_and_nothing_else_is() -> None:
    told = outline(definition())
    text = as_text(told, here={"mask", "tell_press", "no such element"})
    marked = [line for line in text.splitlines() if "DU ÄR HÄR" in line]
    assert len(marked) == 2 and "DU ÄR HÄR" not in as_text(told)


def test_what_the_normaliser_drew_is_not_told() -> None:
    told = lone(m.node("userTask", "a", name="Läs"), m.node("userTask", "b", name="Svara"), "a -> b")
    assert [(line.number, line.text) for line in told.lines()] == [
        ("1", "Läs."),
        ("2", "Svara. Flödet slutar här."),
    ]


def test_a_loop_leads_back() -> None:
    told = lone(
        m.start(),
        m.user("a"),
        m.exclusive("again", default="again_end"),
        m.end(),
        "start -> a -> again -> end\nagain -> a : more",
    )
    assert said(told, "again") == "Vägval. Om ”more” är ja: tillbaka till 2. Annars: gå till 4."


def test_branches_that_never_meet_or_do_not_wait_are_told_so() -> None:
    apart = lone(
        m.start(),
        m.parallel("p"),
        m.user("a"),
        m.user("b"),
        m.end("x"),
        m.end("y"),
        "start -> p; p -> a -> x; p -> b -> y",
    )
    assert "De möts inte igen." in said(apart, "p")
    loose = lone(
        m.start(),
        m.parallel("p"),
        m.user("a"),
        m.user("b"),
        m.exclusive("q"),
        m.end(),
        "start -> p; p -> a -> q; p -> b -> q; q -> end",
    )
    assert "De går ihop i 5 utan att vänta in varandra." in said(loose, "p")


def test_a_tree_of_calls_is_numbered_by_letters_and_told_once() -> None:
    made = read(
        {
            "model.bpmn": m.definitions(
                f'<process id="p" isExecutable="true">{m.body(m.start(), m.node("callActivity", "c", calledElement="q"), m.node("callActivity", "d", calledElement="q"), m.end(), "start -> c -> d -> end")}</process>',
                f'<process id="q" isExecutable="true">{m.body(m.start("s2"), m.end("e2"), "s2 -> e2")}</process>',
            )
        }
    )
    told = outline(made)
    assert [line.number for line in told.lines()] == ["1", "2", "3", "4", "A.1", "A.2"]
    assert "börjar i A.1" in said(told, "c") and "börjar i A.1" in said(told, "d")


def test_a_node_that_nothing_leads_to_is_told_last() -> None:
    told = lone(m.start(), m.user("lost"), m.user("a"), m.end(), "start -> a -> end; lost -> end")
    assert [line.element for line in told.lines()] == ["start", "a", "end", "lost"]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "A\u202egnilleps\u202c",
        "x" * 10_000,
        "a\nb\n  9. Falsk rad",
        "”. Gå till 9.",
        "\u0000\u0007",
        " ",
        "\ud7ff\ue000\ufdd0",
    ],
)
def test_a_hostile_name_stays_one_bounded_visible_piece_of_text(name: str) -> None:
    def escaped(text: str) -> str:
        return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)

    xml = m.process(
        m.lanes(Handläggare="a"),
        m.start(),
        m.node("userTask", "a", m.properties(form=escaped(name), due=escaped(name)), name=escaped(name)),
        m.node("exclusiveGateway", "g", name=escaped(name)),
        m.end("x"),
        m.end("y"),
        "start -> a -> g -> x",
        m.node(
            "sequenceFlow",
            "f",
            f"<conditionExpression>{m.escape(escaped(name))}</conditionExpression>",
            name=escaped(name),
            sourceRef="g",
            targetRef="y",
        ),
    )
    told = outline(read({"model.bpmn": xml}))
    text = as_text(told)
    assert len(text) < 2_000
    assert len(text.splitlines()) == 12
    assert "Handläggare: ." not in text
    assert not set(text) & {"\u202e", "\u202c", "\u0000", "\u0007", "\ue000"}
    assert all(link.anchor.replace("steg-", "").isdigit() for line in told.lines() for link in line.links)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_drawing_becomes_a_complete_linked_text(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 12))
    kinds = (
        "userTask",
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "intermediateThrowEvent",
        "endEvent",
        "startEvent",
        "subProcess",
    )
    names = [f"n{at}" for at in range(count)]
    nodes = "".join(m.node(data.draw(st.sampled_from(kinds)), name) for name in names)
    ends = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=25))
    flows = "".join(
        m.node("sequenceFlow", f"f{at}", sourceRef=source, targetRef=target)
        for at, (source, target) in enumerate(ends)
    )
    made = read({"model.bpmn": m.process(nodes, flows)})
    told = outline(made)
    numbers = {line.element: line.number for line in told.lines()}
    assert set(numbers) == all_drawn(made)
    links = [link for line in told.lines() for link in line.links]
    assert all(isinstance(link, Link) and numbers[link.element] == link.text for link in links)
