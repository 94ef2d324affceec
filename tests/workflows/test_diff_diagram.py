"""One change to a diagram gives exactly one sentence, whatever kind of change it is."""

# ruff: noqa: E501 (a sentence a line, however long)
from __future__ import annotations

import pytest

from tests.workflows.investigation import definition
from tests.workflows.mutations import (
    Mutation,
    added,
    attribute,
    become,
    drop,
    flow,
    get,
    model,
    move,
    operation,
    parameter,
    put_in,
    remove,
    replaced,
    setting,
    taken_out,
    text,
    unlaned,
)
from workflows import read
from workflows.diff import diff
from workflows.normalise.vocabulary import SPIFF, q

WORDS = {"answer": "svar inom 24 timmar"}
Told = tuple[Mutation, str, str | None, str]

# fmt: off
CHANGES: dict[str, Told] = {
    "a task removed": (
        taken_out("mask", into="secrecy_mask", out="mask_masked"), "removed", "mask",
        "Uppgiften ”Maska uppgifterna” tas bort: efter ”Är det sekretess?” kommer nu ”Räcker maskningen?”.",
    ),
    "an event removed": (
        taken_out("told", into="christmas_told", out="told_receipt"), "removed", "told",
        "Händelsen ”Julafton har passerat” tas bort: efter väntan ”christmas” kommer nu ”Kvitto från arkivet”.",
    ),
    "a gateway removed": (
        taken_out("seen", into="answered_seen", out="seen_joined"), "removed", "seen",
        "Vägvalet ”seen” tas bort: efter ”Svar från avsändaren” kommer nu parallellgrinden ”joined”.",
    ),
    "a subprocess removed": (
        taken_out("investigate", into="informed_investigate", out="investigate_archive"), "removed", "investigate",
        "Delprocessen ”Utredning” med 5 steg tas bort: efter den inkluderande grinden ”informed” kommer nu ”Arkivering”.",
    ),
    "a call removed": (
        model(lambda r: (get(r, "investigate_archive").set("targetRef", "christmas"), *map(drop, [get(r, "archive"), get(r, "archive_christmas"), get(r, "archiving")]))), "removed", "archive",
        "Delflödet ”Arkivering” tas bort: efter ”Utredning” kommer nu väntan ”christmas”.",
    ),
    "an edge event removed": (
        remove("late", "late_remind"), "removed", "late",
        "Tidsgränsen ”Ingen har svarat” på ”Bedöm synpunkten” tas bort.",
    ),
    "an end removed": (
        remove("unsolved", "failed_unsolved"), "removed", "unsolved",
        "Slutet ”Utan svar” tas bort.",
    ),
    "a task added": (
        put_in("userTask", "arrived_assess", name="Sortera"), "added", "extra",
        "Uppgiften ”Sortera” läggs till hos Handläggare mellan ”Synpunkt har kommit in” och ”Bedöm synpunkten”.",
    ),
    "a service task added": (
        put_in("serviceTask", "arrived_assess", name="Hämta bilagor"), "added", "extra",
        "Åtgärden ”Hämta bilagor” läggs till mellan ”Synpunkt har kommit in” och ”Bedöm synpunkten”.",
    ),
    "a gateway added": (
        put_in("exclusiveGateway", "arrived_assess", name="Bråttom?"), "added", "extra",
        "Vägvalet ”Bråttom?” läggs till mellan ”Synpunkt har kommit in” och ”Bedöm synpunkten”.",
    ),
    "a subprocess added": (
        added("handling", '<subProcess id="extra" name="Samråd"><startEvent id="x1"/><userTask id="x2"/><sequenceFlow id="x3" sourceRef="x1" targetRef="x2"/></subProcess>'), "added", "extra",
        "Delprocessen ”Samråd” med 2 steg läggs till.",
    ),
    "an edge event added": (
        added("handling", '<boundaryEvent id="extra" name="För sent" attachedToRef="mask"><timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition></boundaryEvent>'), "added", "extra",
        "Tidsgränsen ”För sent” läggs till på ”Maska uppgifterna”: inträffar efter 2 dygn och avbryter.",
    ),
    "a task renamed": (
        attribute("mask", "name", "Dölj uppgifterna"), "renamed", "mask",
        "Uppgiften ”Maska uppgifterna” heter nu ”Dölj uppgifterna”.",
    ),
    "a task loses its name": (
        attribute("mask", "name", None), "renamed", "mask",
        "Uppgiften ”Maska uppgifterna” har inget namn längre.",
    ),
    "a gateway named": (
        attribute("seen", "name", "Svar eller tystnad"), "renamed", "seen",
        "Vägvalet ”seen” heter nu ”Svar eller tystnad”.",
    ),
    "a start renamed": (
        attribute("arrived", "name", "Inkommet"), "renamed", "arrived",
        "Starten ”Synpunkt har kommit in” heter nu ”Inkommet”.",
    ),
    "an end renamed": (
        attribute("closed", "name", "Klart"), "renamed", "closed",
        "Slutet ”Ärendet är avslutat” heter nu ”Klart”.",
    ),
    "a task moved": (
        move("mask", "lane_Registrator"), "role", "mask",
        "Uppgiften ”Maska uppgifterna” flyttas från Handläggare till Registrator.",
    ),
    "a gateway moved": (
        move("secrecy", "lane_Registrator"), "role", "secrecy",
        "Vägvalet ”Är det sekretess?” flyttas från Handläggare till Registrator.",
    ),
    "a subprocess moved": (
        move("investigate", "lane_Registrator"), "role", "investigate",
        "Delprocessen ”Utredning” flyttas från Handläggare till Registrator.",
    ),
    "a lane renamed": (
        attribute("lane_Enhetschef", "name", "Chef"), "role", "lane_Enhetschef",
        "Banan ”Enhetschef” heter nu ”Chef”. Det gäller 1 uppgift.",
    ),
    "a lane added": (
        added("lanes", '<lane id="lane_new" name="Jurist"/>'), "role", "lane_new",
        "Banan ”Jurist” läggs till.",
    ),
    "a lane removed, all to one": (
        unlaned("lane_Registrator", "lane_Handläggare"), "role", None,
        "Banan ”Registrator” tas bort; ”Fastställ prioritet”, ”Registrera ärendet” och ”Diariet nekar” ligger nu hos Handläggare.",
    ),
    "a lane removed, to none": (
        unlaned("lane_Enhetschef", None), "role", None,
        "Banan ”Enhetschef” tas bort; ”Påminn handläggaren” ligger nu utanför alla banor.",
    ),
    "user task to service task": (
        become("by_hand", "serviceTask"), "type", "by_hand",
        "”Registrera för hand” ändras från användaruppgift till tjänsteuppgift.",
    ),
    "exclusive to inclusive": (
        become("secrecy", "inclusiveGateway"), "type", "secrecy",
        "”Är det sekretess?” ändras från exklusiv grind (en väg tas) till inkluderande grind (en eller flera vägar tas).",
    ),
    "parallel to inclusive": (
        become("both", "inclusiveGateway"), "type", "both",
        "Den inkluderande grinden ”both” ändras från parallell grind (alla vägar tas) till inkluderande grind (en eller flera vägar tas).",
    ),
    "timer to message": (
        replaced("late", "timerEventDefinition", '<messageEventDefinition messageRef="reply"/>'), "type", "late",
        "Kanthändelsen ”Ingen har svarat” ändras från en tidsgräns (24 timmar) till meddelandet ”Svar”.",
    ),
    "end no longer terminates": (
        text("closed", "terminateEventDefinition", None), "type", "closed",
        "Slutet ”Ärendet är avslutat” ändras från att avbryta allt som pågår till ett vanligt slut.",
    ),
    "edge event on another task": (
        attribute("late", "attachedToRef", "mask"), "attached", "late",
        "Tidsgränsen ”Ingen har svarat” sitter nu på ”Maska uppgifterna”.",
    ),
    "into a subprocess": (
        model(lambda r: get(r, "investigate").append(get(r, "tell_press"))), "level", "tell_press",
        "”Ring pressen” flyttas in i delprocessen ”Utredning”.",
    ),
    "a condition changed": (
        text("secrecy_mask", "conditionExpression", "secret = false"), "condition", "secrecy_mask",
        "Vägen ”Ja” från ”Är det sekretess?” till ”Maska uppgifterna” tas om ”Innehåller den sekretess?” är nej; förut om ”Innehåller den sekretess?” är ja.",
    ),
    "a condition added": (
        added("informing_informed", "<conditionExpression>board</conditionExpression>"), "condition", "informing_informed",
        "Vägen från ”Vilka ska få veta?” till den inkluderande grinden ”informed” tas bara om ”board” är ja; förut hade den inget villkor.",
    ),
    "a condition removed": (
        text("informing_tell_press", "conditionExpression", None), "condition", "informing_tell_press",
        "Vägen från ”Vilka ska få veta?” till ”Ring pressen” har inget villkor längre; förut togs den om ”Vad är det?” är ”Fråga från pressen” eller ”Rykte”.",
    ),
    "the default changed": (
        attribute("informing", "default", "informing_tell_board"), "default", "informing",
        "När inget villkor vid ”Vilka ska få veta?” stämmer går flödet till ”Nämndens ordförande” i stället för till den inkluderande grinden ”informed”.",
    ),
    "the default removed": (
        attribute("informing", "default", None), "default", "informing",
        "Den inkluderande grinden ”Vilka ska få veta?” har ingen standardväg längre; förut togs vägen till den inkluderande grinden ”informed” när inget villkor stämde.",
    ),
    "a flow added": (
        flow("informing", "archive", "age > 30", "Gammalt"), "flow-added", "extra",
        "Vägen ”Gammalt” från ”Vilka ska få veta?” till ”Arkivering” läggs till och tas om ”age” är mer än 30.",
    ),
    "a plain flow added": (
        flow("masked", "mask", "true"), "flow-added", "extra",
        "Vägen från ”Räcker maskningen?” till ”Maska uppgifterna” läggs till och tas alltid.",
    ),
    "a flow removed": (
        remove("informing_tell_board"), "flow-removed", "informing",
        "Vägen ”När ordföranden bett om det” från ”Vilka ska få veta?” till ”Nämndens ordförande” tas bort.",
    ),
    "a default flow removed": (
        model(lambda r: (drop(get(r, "informing_informed")), get(r, "informing").attrib.pop("default"))), "flow-removed", "informing",
        "Vägen från ”Vilka ska få veta?” till den inkluderande grinden ”informed” tas bort.",
    ),
    "a flow to another target": (
        attribute("masked_assess", "targetRef", "mask"), "flow-moved", "masked_assess",
        "Vägen ”Nej” från ”Räcker maskningen?” leder till ”Maska uppgifterna” i stället för till ”Bedöm synpunkten”.",
    ),
    "a flow from another source": (
        attribute("lapsed_seen", "sourceRef", "told"), "flow-moved", "lapsed_seen",
        "Vägen till vägvalet ”seen” kommer från ”Julafton har passerat” i stället för från väntan ”lapsed”.",
    ),
    "a flow renamed": (
        attribute("secrecy_mask", "name", "Japp"), "flow-name", "secrecy_mask",
        "Vägen ”Ja” från ”Är det sekretess?” till ”Maska uppgifterna” heter nu ”Japp”.",
    ),
    "a flow named": (
        attribute("both_priority", "name", "Registrering"), "flow-name", "both_priority",
        "Vägen från parallellgrinden ”both” till ”Fastställ prioritet” heter nu ”Registrering”.",
    ),
    "a boundary timer changed": (
        text("late", "timeDuration", "PT12H"), "timer", "late",
        "Tidsgränsen på ”Bedöm synpunkten” ändras från 24 timmar till 12 timmar.",
    ),
    "a catch timer changed": (
        text("lapsed", "timeDuration", "P1M"), "timer", "lapsed",
        "Väntetiden vid ”lapsed” ändras från 14 dygn till 1 månad.",
    ),
    "a date changed": (
        text("christmas", "timeDate", "2027-01-07"), "timer", "christmas",
        "Väntetiden vid ”christmas” ändras från den 24 december 2026 kl. 15.00 till den 7 januari 2027.",
    ),
    "a duration becomes a cycle": (
        replaced("late", "timerEventDefinition", "<timerEventDefinition><timeCycle>R3/PT24H</timeCycle></timerEventDefinition>"), "timer", "late",
        "Tidsgränsen på ”Bedöm synpunkten” ändras från 24 timmar till var 24:e timme, högst 3 gånger.",
    ),
    "interrupting": (
        attribute("late", "cancelActivity", "true"), "interrupting", "late",
        "Tidsgränsen ”Ingen har svarat” avbryter nu uppgiften ”Bedöm synpunkten”; förut låg den kvar.",
    ),
    "no longer interrupting": (
        attribute("withdrawn", "cancelActivity", "false"), "interrupting", "withdrawn",
        "Kanthändelsen ”withdrawn” avbryter inte längre uppgiften ”Bedöm synpunkten”, som i stället ligger kvar.",
    ),
    "a message renamed": (
        attribute("reply", "name", "Komplettering"), "message", "answered",
        "Väntan ”Svar från avsändaren” väntar nu på meddelandet ”Komplettering” i stället för ”Svar”.",
    ),
    "another message": (
        attribute("receipt", "messageRef", "reply"), "message", "receipt",
        "Väntan ”Kvitto från arkivet” väntar nu på meddelandet ”Svar” i stället för ”Arkiverat”.",
    ),
    "a correlation changed": (
        setting("answered", "correlation", "thread"), "message", "answered",
        "Meddelandet till ”Svar från avsändaren” hittar ärendet med ”thread” i stället för ”sender”.",
    ),
    "a message variable": (
        added("answered", "<s:messageVariable>svar</s:messageVariable>"), "message", "answered",
        "Innehållet i meddelandet till ”Svar från avsändaren” sparas som ”svar” i stället för under sina egna namn.",
    ),
    "an error code": (
        attribute("refused", "errorCode", "closed"), "error", "denied",
        "Felhändelsen ”Diariet nekar” gäller nu felet ”closed” i stället för felet ”refused”.",
    ),
    "another form": (
        setting("assess", "form", "mask"), "form", "assess",
        "Formuläret för ”Bedöm synpunkten” ändras från ”Bedöm synpunkten” till ”Maska”.",
    ),
    "a form added": (
        setting("remind", "form", "mask"), "form", "remind",
        "Formuläret för ”Påminn handläggaren” är nu ”Maska” och fanns inte förut.",
    ),
    "a form taken away": (
        setting("mask", "form", None), "form", "mask",
        "Formuläret för ”Maska uppgifterna” tas bort (förut ”Maska”).",
    ),
    "another help text": (
        setting("assess", "text", "other"), "text", "assess",
        "Hjälptexten för ”Bedöm synpunkten” ändras från ”assess” till ”other”.",
    ),
    "a deadline added": (
        setting("mask", "due", "answer"), "deadline", "mask",
        "Tidsfristen för ”Maska uppgifterna” är nu svar inom 24 timmar och fanns inte förut.",
    ),
    "another deadline": (
        setting("assess", "due", "registration"), "deadline", "assess",
        "Tidsfristen för ”Bedöm synpunkten” ändras från svar inom 24 timmar till ”registration”.",
    ),
    "an unknown property": (
        setting("mask", "colour", "red"), "property", "mask",
        "Inställningen ”colour” för ”Maska uppgifterna” är nu ”red” och fanns inte förut.",
    ),
    "another decision": (
        model(lambda r: setattr(next(r.iter(q("calledDecisionId", SPIFF))), "text", "urgency")), "called", "priority",
        "Beslutstabellen för ”Fastställ prioritet” ändras från ”Prioritet” till ”urgency”.",
    ),
    "another operation": (
        operation("id", "register_document"), "operation", "register",
        "Åtgärden vid ”Registrera ärendet” ändras från ”register_case” till ”register_document”.",
    ),
    "another result": (
        operation("resultVariable", "number"), "operation", "register",
        "Svaret från åtgärden vid ”Registrera ärendet” sparas som ”number” i stället för som ”receipt”.",
    ),
    "an input changed": (
        parameter("subject", "summary"), "operation", "register",
        "Underlaget ”subject” till åtgärden vid ”Registrera ärendet” ändras från ”subject” till ”Sammanfattning”.",
    ),
    "an input added": (
        parameter("unit", '"Miljö"'), "operation", "register",
        "Underlaget ”unit” till åtgärden vid ”Registrera ärendet” är nu ”Miljö” och fanns inte förut.",
    ),
    "an input removed": (
        parameter("urgent", None), "operation", "register",
        "Underlaget ”urgent” till åtgärden vid ”Registrera ärendet” tas bort (förut «priority > 1»).",
    ),
    "another process called": (
        model(lambda r: (get(r, "archive").set("calledElement", "other"), get(r, "archiving").set("id", "other"))), "called", "archive",
        "Processen som ”Arkivering” anropar ändras från ”archiving” till ”other”.",
    ),
    "together instead of in turn": (
        model(lambda r: next(r.iter(q("multiInstanceLoopCharacteristics"))).set("isSequential", "false")), "instances", "investigate",
        "Upprepningen av ”Utredning” görs samtidigt i stället för en i taget.",
    ),
    "another list": (
        text("investigate", "loopDataInputRef", "issues"), "instances", "investigate",
        "Upprepningen av ”Utredning” ändras från en gång för varje värde i ”questions” till en gång för varje värde i ”issues”.",
    ),
    "another end of instances": (
        text("investigate", "completionCondition", "attempts > 5"), "instances", "investigate",
        "Villkoret som avslutar upprepningen av ”Utredning” i förtid ändras från ”Räcker det?” är ja till ”attempts” är mer än 5.",
    ),
    "another item": (
        model(lambda r: get(r, "item_in").set("name", "issue")), "instances", "investigate",
        "Variabeln för varje värde i upprepningen av ”Utredning” ändras från ”question” till ”issue”.",
    ),
    "another output": (
        text("investigate", "loopDataOutputRef", "answers"), "instances", "investigate",
        "Listan med resultat i upprepningen av ”Utredning” ändras från ”results” till ”answers”.",
    ),
    "no instances": (
        text("investigate", "multiInstanceLoopCharacteristics", None), "instances", "investigate",
        "Delprocessen ”Utredning” görs nu bara en gång.",
    ),
    "instances": (
        added("mask", '<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>'), "instances", "mask",
        "Uppgiften ”Maska uppgifterna” görs nu flera gånger: antalet 3.",
    ),
    "process renamed": (
        attribute("handling", "name", "Hantera synpunkt"), "renamed", None,
        "Processen ”Utreda synpunkt” heter nu ”Hantera synpunkt”.",
    ),
    "process id": (
        attribute("handling", "id", "other"), "process", None,
        "Processen har fått ett nytt id, ”other” i stället för ”handling”: den räknas som en ny process.",
    ),
}
# fmt: on


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_gives_one_sentence(name: str) -> None:
    change, kind, element, expected = CHANGES[name]
    difference = diff(definition(), read(change()), words=WORDS)
    assert [(said.kind, said.element, said.text) for said in difference.sentences] == [
        (kind, element, expected)
    ]
    assert not difference.layout_only
