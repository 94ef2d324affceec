"""A draft as a page of text: every step is there, is changed there, and what was changed is told in words."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse

from service import drafts
from service.store import DraftRow
from tests.service.http.test_http_processes import press, version
from tests.service.http.web import NOW, Web, words
from workflows import Definition

PLACE = "/processer/complaint"


@pytest.fixture
def draft(web: Web) -> str:
    """A draft of the complaint: the address of its page."""
    answer = web.browser("olle").submit(f"{PLACE}/utkast", {"action": "borja"})
    assert answer.status_code == 303
    return str(answer.headers["Location"]).partition("?")[0]


def send(web: Web, draft: str, place: str, **given: Any) -> TestResponse:
    return web.browser("olle").submit(f"{draft}/steg{place}", {"version": version(web, draft), **given})


def after(web: Web, answer: TestResponse) -> str:
    """The page that a change leads to."""
    assert answer.status_code == 303, words(answer.text)
    return web.browser("olle").get(answer.headers["Location"]).text


def content(web: Web, draft: str) -> Definition:
    with web.database.read() as session:
        return drafts.content_of(session, session.get_one(DraftRow, draft.rpartition("/")[2]))


def form_of(page: str) -> dict[str, Any]:
    """What the page's form holds, as a browser would send it."""
    form = page[page.index('<form class="card"') :]
    found: dict[str, Any] = {}
    for name, value in re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form):
        if name not in ("csrf", "why", "kind"):
            found[name] = unescape(value)
    found["why"] = [unescape(v) for v in re.findall(r'name="why"[^>]*value="([^"]*)" checked', form)]
    for name, options in re.findall(r'<select name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        first = re.search(r'value="([^"]*)"', options)
        found[name] = unescape(chosen[1] if chosen else first[1] if first else "")
    return found


def test_every_step_of_the_process_is_on_the_page_in_its_order(web: Web, draft: str) -> None:
    page = web.browser("olle").get(f"{draft}/steg").text
    shown = re.findall(r'<h3 id="steg-([\d-]+)"', page)
    assert len(shown) == len(content(web, draft).elements) == len(set(shown))
    text = words(page)
    assert (
        text.index("1 Inlägget har kommit in") < text.index("2 Bedöm inlägget") < text.index("Registrera i")
    )
    for fact in ("Vem gör det", "Formulär", "svar inom den tid som kommunen har lovat", "annars →"):
        assert fact in text
    assert 'class="diagram"' in page and f'href="{draft}/steg"' in web.browser("olle").get(draft).text


def test_only_process_owners_come_here(web: Web, draft: str) -> None:
    for path in ("", "/assess", "/assess/efter", "/assess/bort"):
        assert web.browser("maria").get(f"{draft}/steg{path}").status_code == 403
        assert web.browser("olle").get(f"{draft}/steg{path}").status_code == 200
    for path in ("/finns-inte", "/finns-inte/efter", "/finns-inte/bort"):
        assert web.browser("olle").get(f"{draft}/steg{path}").status_code == 404


def test_a_form_that_is_sent_as_it_was_changes_nothing_for_any_step(web: Web, draft: str) -> None:
    before = content(web, draft)
    for element in before.elements:
        browser = web.browser("olle")
        sent = form_of(browser.get(f"{draft}/steg/{element}").text)
        answer = browser.submit(f"{draft}/steg/{element}", sent)
        assert answer.status_code == 303, (element, words(answer.text))
        assert "meddelande=steg_lika" in answer.headers["Location"], (element, sent)
    assert content(web, draft) == before


def test_a_step_is_changed_in_all_it_says_and_each_change_is_told(web: Web, draft: str) -> None:
    sent = form_of(web.browser("olle").get(f"{draft}/steg/forward_report").text)
    sent |= {"name": "Skicka anmälan vidare", "role": "Registrator", "form": "hide", "due": "answer"}
    answer = web.browser("olle").submit(f"{draft}/steg/forward_report", sent | {"why_more": "sla.answer"})
    page = words(after(web, answer))
    for told in (
        "Uppgiften ”Vidarebefordra anmälan för registrering” heter nu ”Skicka anmälan vidare”.",
        "flyttas från Kanaladministratör till Registrator.",
        "Formuläret för ”Skicka anmälan vidare” ändras",
        "Tidsfristen för ”Skicka anmälan vidare” ändras",
        "HAP-19, sla.answer",
    ):
        assert told in page, told
    element = content(web, draft).elements["forward_report"]
    assert (element.name, element.role) == ("Skicka anmälan vidare", "Registrator")


def test_a_new_step_has_who_form_and_time_and_the_page_opens_at_it(web: Web, draft: str) -> None:
    fields = {"kind": "userTask", "name": "Ring upp", "role": "Handläggare", "form": "hide", "due": "answer"}
    answer = send(web, draft, "/assess/efter", **fields)
    place = urlsplit(answer.headers["Location"])
    page = after(web, answer)
    assert parse_qs(place.query)["steg"] == ["ring_upp"]
    heading = re.search(rf'<h3 id="{place.fragment}"[^>]*>(.*?)</h3>', page)
    assert heading is not None and "Ring upp" in heading[1] and 'aria-describedby="andrat"' in heading[0]
    assert "läggs till hos Handläggare mellan ”Bedöm inlägget” och ”Kan sekretess antas?”." in words(page)
    element = content(web, draft).elements["ring_upp"]
    assert (element.kind, element.role) == ("userTask", "Handläggare")
    assert "Uppgiften ”Ring upp” läggs till hos Handläggare" in words(web.browser("olle").get(draft).text)


def test_undo_puts_back_what_was_and_can_itself_be_undone(web: Web, draft: str) -> None:
    before = content(web, draft)
    page = after(web, send(web, draft, "/forward_report/bort"))
    assert "”Vidarebefordra anmälan för registrering” tas bort" in words(page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None and "forward_report" not in content(web, draft).elements
    page = after(web, send(web, draft, "", action="angra", seen=seen[1]))
    assert content(web, draft) == before and "Ångrat." in page and "Gör om" in page
    again = re.search(r'name="seen" value="(\d+)"', page)
    assert again is not None
    after(web, send(web, draft, "", action="angra", seen=again[1]))
    assert "forward_report" not in content(web, draft).elements


def test_what_taking_a_step_away_means_is_said_before_it_is_done(web: Web, draft: str) -> None:
    browser = web.browser("olle")
    told = words(browser.get(f"{draft}/steg/forward_report/bort").text)
    assert "efter ”Anmälan om missförhållande?” kommer nu ”Meddela den som anmält”" in told
    refused = words(browser.get(f"{draft}/steg/assess/bort").text)
    assert "Det går inte" in refused and "På ”Bedöm inlägget” sitter" in refused
    way = words(browser.get(f"{draft}/steg/removal_yes/bort").text)
    assert "Ta bort vägen ”Ja” från" in way and "”Försegla kopian” tas bort." in way
    assert send(web, draft, "/assess/bort").status_code == 422
    assert "assess" in content(web, draft).elements


def test_a_step_moves_in_a_sequence_and_is_refused_elsewhere(web: Web, draft: str) -> None:
    page = after(web, send(web, draft, "", action="ner", element="forward_report"))
    assert re.search(r'<h3 id="steg-\d+" tabindex="-1" aria-describedby="andrat">.*Vidarebefordra', page)
    answer = send(web, draft, "", action="ner", element="assess")
    assert answer.status_code == 422 and "bara steg i en enkel följd" in words(answer.text)


def test_a_choice_is_added_after_a_task_and_its_ways_get_steps(web: Web, draft: str) -> None:
    fields = {"kind": "choice", "name": "Är det bråttom?", "way_a": "Ja", "way_b": "Nej", "condition": ""}
    page = after(web, send(web, draft, "/assess/efter", **fields))
    assert "den som gör steget innan väljer" in words(page)
    ways = re.findall(r'/steg/(f_[^/"]+)/efter"', page)
    assert ways, "the ways of the choice can be built on"
    after(web, send(web, draft, f"/{ways[0]}/efter", kind="userTask", name="Skynda på"))
    assert "skynda_pa" in content(web, draft).elements


def test_a_time_limit_is_added_in_words_and_changed_in_words(web: Web, draft: str) -> None:
    fields = {"kind": "limit", "name": "Påminn", "role": "Kanalansvarig", "amount": "3", "unit": "D"}
    page = words(after(web, send(web, draft, "/hide/efter", **fields)))
    assert "läggs till på ”Dölj eller ta bort inlägget”: inträffar efter 3 dygn och avbryter inte." in page
    sent = form_of(web.browser("olle").get(f"{draft}/steg/hide_tidsgrans").text)
    assert (sent["time"], sent["amount"], sent["unit"]) == ("own", "3", "D")
    answer = web.browser("olle").submit(f"{draft}/steg/hide_tidsgrans", sent | {"amount": "8", "unit": "H"})
    assert "ändras från 3 dygn till 8 timmar." in words(after(web, answer))


def test_what_is_wrong_stands_at_the_step_and_in_the_list_at_the_top(web: Web, draft: str) -> None:
    page = after(web, send(web, draft, "/assess/efter", kind="serviceTask", name="Hämta bilagor"))
    text = words(page)
    assert "1 sak att se över" in text and text.count("har ingen åtgärd") >= 2
    link = re.search(r'<a href="#(steg-\d+)">[^<]*har ingen åtgärd', page)
    assert link is not None and f'<h3 id="{link[1]}"' in page
    sent = form_of(web.browser("olle").get(f"{draft}/steg/hamta_bilagor").text)
    page = after(
        web, web.browser("olle").submit(f"{draft}/steg/hamta_bilagor", sent | {"operation": "seal_evidence"})
    )
    assert "har ingen åtgärd" not in words(page)


@pytest.mark.parametrize(
    ("place", "fields", "told"),
    [
        ("/assess", {"name": ""}, "Skriv vad steget heter."),
        ("/removal", {"way_when_0": "remove = = 1"}, "Det går inte att läsa"),
        ("/assess/efter", {"kind": "userTask", "name": ""}, "Skriv vad steget heter."),
        ("/assess/efter", {"kind": "trolleri", "name": "x"}, "Välj vad som ska hända."),
        ("/assess/efter", {"kind": "limit", "name": "x", "amount": "-1", "unit": "D"}, "ett helt tal"),
        ("/closed/efter", {"kind": "userTask", "name": "x"}, "Efter ett slut kan inget komma."),
        ("/assess", {"name": "x" * 501}, "Texten är för lång"),
        ("/assess", {"name": "a\x00b"}, "tecken som inte kan sparas"),
        ("/removal", {"way_to_0": "arrived"}, "Ingen väg kan leda till"),
    ],
)  # fmt: skip
def test_bad_input_gets_one_sentence_at_its_field_and_the_draft_is_untouched(
    web: Web, draft: str, place: str, fields: dict[str, str], told: str
) -> None:
    before = content(web, draft)
    sent = fields
    if "/efter" not in place:
        sent = form_of(web.browser("olle").get(f"{draft}/steg{place}").text) | fields
    answer = web.browser("olle").submit(f"{draft}/steg{place}", {"version": version(web, draft)} | sent)
    assert answer.status_code == 422 and told in words(answer.text), words(answer.text)[:3000]
    assert 'id="fel"' in answer.text and content(web, draft) == before


def test_who_comes_second_is_told_and_nothing_is_lost(web: Web, draft: str) -> None:
    web.person("pia", "process_owner")
    sent = form_of(web.browser("olle").get(f"{draft}/steg/hide").text)
    other = form_of(web.browser("pia").get(f"{draft}/steg/assess").text)
    first = web.browser("pia").submit(f"{draft}/steg/assess", other | {"name": "Läs inlägget"})
    assert first.status_code == 303
    answer = web.browser("olle").submit(f"{draft}/steg/hide", sent | {"name": "Ta bort inlägget"})
    assert answer.status_code == 412 and "Pia Lind" in words(answer.text)
    assert "”Ta bort inlägget”" in words(answer.text)
    assert content(web, draft).elements["hide"].name != "Ta bort inlägget"
    assert content(web, draft).elements["assess"].name == "Läs inlägget"


def test_a_program_says_what_it_saw_with_if_match(web: Web, draft: str) -> None:
    seen = version(web, draft)
    given = {"action": "ner", "element": "forward_report"}
    browser = web.browser("olle")
    assert browser.submit(f"{draft}/steg", given).status_code == 422
    answer = browser.submit(f"{draft}/steg", given, headers={"If-Match": f'"{seen}"'})
    assert answer.status_code == 303
    late = browser.submit(f"{draft}/steg", given, headers={"If-Match": f'"{seen}"'})
    assert late.status_code == 412


def test_a_draft_in_review_is_read_and_not_changed(web: Web, draft: str) -> None:
    sent = form_of(web.browser("olle").get(f"{draft}/steg/hide").text)
    assert web.browser("olle").submit(f"{draft}/steg/hide", sent | {"due": "head"}).status_code == 303
    answer = press(web, "olle", draft, "lamna", note="Längre tid")
    assert answer.status_code == 303, words(answer.text)
    page = web.browser("olle").get(f"{draft}/steg")
    assert page.status_code == 200 and "/bort" not in page.text and 'value="ner"' not in page.text
    assert web.browser("olle").get(f"{draft}/steg/hide").status_code == 409
    del sent["version"]
    assert send(web, draft, "/hide", **(sent | {"due": "answer"})).status_code == 409


def test_a_draft_that_cannot_be_read_says_why(web: Web, draft: str) -> None:
    with web.database.write() as session:
        row = session.get_one(DraftRow, draft.rpartition("/")[2])
        files = drafts.files_of(session, row.content)
        start = b'<bpmn:process id="two" isExecutable="true"><bpmn:startEvent id="x"/></bpmn:process>'
        old = b"<bpmn:process "
        files["model.bpmn"] = files["model.bpmn"].replace(old, start + old, 1)
        drafts.save(
            session, "complaint", row.id, files, version=row.version, actor=web.people["olle"], now=NOW
        )
    page = web.browser("olle").get(f"{draft}/steg")
    assert page.status_code == 200 and "Utkastet går inte att läsa ännu" in page.text
    assert web.browser("olle").get(f"{draft}/steg/assess").status_code == 422
