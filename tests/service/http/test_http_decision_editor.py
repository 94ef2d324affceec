"""The decision editor over HTTP: every form as a browser without JavaScript sends it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any
from weakref import WeakKeyDictionary

from flask import Flask
from werkzeug.test import TestResponse

from service import drafts
from service.actors import Actor
from service.store import DraftRow
from tests.service.http.test_http_processes import PLACE
from tests.service.http.web import Browser, Web, words
from tests.workflows.decision_models import decision, definitions, literal, table
from workflows.decisions import load

FILE = "decisions/registration.dmn"


class Forms(HTMLParser):
    """The forms of a page: action, fields with their values, and the buttons that send them."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[dict[str, str]] = []
        self.by_id: dict[str, dict[str, str]] = {}
        self._select = self._area = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
            self.by_id[given.get("id", str(len(self.forms)))] = self.forms[-1]
        if not self.forms:
            return
        here = self.forms[-1]
        if tag == "input" and given.get("name") and given.get("type") != "file":
            here[given["name"]] = given.get("value", "")
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and self._select:
            if "selected" in given or self._select not in here:
                here[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = given["name"]
            here[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1][self._area] += data.removeprefix("\n")


_OPEN: WeakKeyDictionary[Flask, Browser] = WeakKeyDictionary()


def me(web: Web) -> Browser:
    """The process owner's one browser: a form is sent from where it was got."""
    if web.app not in _OPEN:
        _OPEN[web.app] = web.browser("olle")
    return _OPEN[web.app]


def a_draft(web: Web) -> str:
    """A draft of what is in force: the address of its decisions."""
    with web.database.write() as session:
        row = drafts.begin(session, "complaint", actor=web.people["olle"], now=web.clock())
        return f"{PLACE}/utkast/{row.id}/beslut"


def content(web: Web, place: str) -> dict[str, bytes]:
    with web.database.read() as session:
        return drafts.files_of(session, session.get_one(DraftRow, place.split("/")[-2]).content)


def the_table(web: Web, place: str, name: str = "registration") -> Any:
    return load(content(web, place)[f"decisions/{name}.dmn"]).decisions[name].logic


def form(browser: Browser, page: str, decision: str = "registration") -> dict[str, str]:
    return next(one for one in Forms(browser.get(page).text).forms if one.get("decision") == decision)


def send(browser: Browser, page: str, given: Mapping[str, str], action: str, **more: str) -> TestResponse:
    return browser.client.post(page, data={**given, "action": action, **more})


def press(web: Web, page: str, action: str, **typed: str) -> TestResponse:
    browser = me(web)
    return send(browser, page, form(browser, page), action, **typed)


def after(web: Web, answer: TestResponse) -> str:
    assert answer.status_code == 303, words(answer.text)
    return me(web).get(answer.headers["Location"].partition("#")[0]).text


def test_the_list_says_what_each_decision_is_and_which_steps_ask_it(one_web: Web) -> None:
    place = a_draft(one_web)
    told = words(me(one_web).get(place).text)
    assert "Ska inlägget registreras?" in told and "Tabell, 14 rader" in told
    assert "Avgör registrering" in told or "Ska inlägget registreras" in told
    assert one_web.browser("johan").get(place).status_code == 403
    draft = words(me(one_web).get(place.removesuffix("/beslut")).text)
    assert "Beslut" in draft


def test_saving_what_the_page_holds_changes_nothing(one_web: Web) -> None:
    place = a_draft(one_web)
    before = content(one_web, place)
    for name in ("registration", "outcome"):
        browser = me(one_web)
        answer = send(browser, f"{place}/{name}", form(browser, f"{place}/{name}", name), "spara")
        assert "Inget var ändrat." in words(after(one_web, answer))
    assert content(one_web, place) == before


def test_cells_are_saved_and_the_button_of_a_row_saves_what_was_typed_too(web: Web) -> None:
    place = a_draft(web)
    page = f"{place}/registration"
    answer = press(web, page, "efter-3", **{"i-1-1": '"complaint"', "n-2": "Ny kommentar"})
    assert answer.headers["Location"].endswith("rad=4&del=1#gjort")
    told = words(after(web, answer))
    assert "Rad 4 är ny." in told and "Rad 5 träffar aldrig: rad 4 hinner före." in told
    table = the_table(web, place)
    assert len(table.rules) == 15 and table.rules[0].tests[0].source == '"complaint"'
    assert table.rules[1].note == "Ny kommentar" and [t.source for t in table.rules[3].tests] == ["-"] * 9


def test_rows_move_and_go_and_undo_brings_back_every_byte(web: Web) -> None:
    place = a_draft(web)
    page, start = f"{place}/registration", content(web, place)
    ids = [rule.id for rule in the_table(web, place).rules]
    shown = after(web, press(web, page, "upp-3"))
    assert [rule.id for rule in the_table(web, place).rules][:3] == [ids[0], ids[2], ids[1]]
    assert "Raden är nu rad 2." in words(shown)
    undo = Forms(shown).by_id["angra"]
    answer = me(web).client.post(place, data={**undo, "action": "angra"})
    assert "Ändringen är ångrad." in words(after(web, answer))
    assert content(web, place) == start
    after(web, press(web, page, "bort-1"))
    assert [rule.id for rule in the_table(web, place).rules] == ids[1:]


def test_a_cell_that_cannot_be_read_says_so_where_it_stands_and_everything_typed_is_kept(web: Web) -> None:
    place = a_draft(web)
    page, before = f"{place}/registration", content(web, place)
    answer = press(
        web,
        page,
        "spara",
        **{"i-2-1": "complaint", "i-3-4": '"existing', "o-2-2": "Skäl nummer två", "n-1": "Kvar"},
    )
    assert answer.status_code == 422
    shown = answer.text
    for name in ("i-2-1", "i-3-4", "o-2-2"):
        assert re.search(rf'id="f-{name}"[^>]*aria-invalid="true" aria-describedby="f-{name}-e"', shown), name
        assert f'href="#f-{name}"' in shown and f'id="f-{name}-e"' in shown
    told = words(shown)
    assert 'Skriv "complaint" inom citattecken om det är text.' in told
    assert "Rad 2, Slags inlägg:" in told
    kept = next(one for one in Forms(shown).forms if one.get("decision") == "registration")
    assert kept["i-2-1"] == "complaint" and kept["o-2-2"] == "Skäl nummer två" and kept["n-1"] == "Kvar"
    assert content(web, place) == before
    mended = {**kept, "i-2-1": '"complaint"', "i-3-4": "-", "o-2-2": '"Skäl"'}
    after(web, send(me(web), page, mended, "spara"))
    assert the_table(web, place).rules[0].note == "Kvar"


def test_a_row_whose_cell_is_wrong_can_be_taken_away(one_web: Web) -> None:
    place = a_draft(one_web)
    page = f"{place}/registration"
    assert press(one_web, page, "bort-3", **{"i-2-1": "("}).status_code == 422
    after(one_web, press(one_web, page, "bort-2", **{"i-2-1": "("}))
    assert len(the_table(one_web, place).rules) == 13


def test_columns_come_go_and_are_renamed(one_web: Web) -> None:
    place = a_draft(one_web)
    page = f"{place}/registration"
    wrong = press(one_web, page, "villkor", **{"new-i-label": "Språk", "new-i-expression": "språk ="})
    assert wrong.status_code == 422 and 'href="#f-new-i-expression"' in wrong.text
    after(one_web, press(one_web, page, "villkor", **{"new-i-label": "Språk", "new-i-expression": "sprak"}))
    table = the_table(one_web, place)
    assert [one.label for one in table.inputs][-1] == "Språk" and table.rules[0].tests[9].source == "-"
    assert press(one_web, page, "svar", **{"new-o-label": "Ton"}).status_code == 422
    after(one_web, press(one_web, page, "svar", **{"new-o-label": "Ton", "new-o-name": "ton"}))
    after(one_web, press(one_web, page, "bort-i-10"))
    after(one_web, press(one_web, page, "spara", **{"h-i-1-label": "Sort", "policy": "COLLECT"}))
    table = the_table(one_web, place)
    assert [len(table.inputs), len(table.outputs), table.inputs[0].label] == [9, 3, "Sort"]
    assert table.hit_policy.value == "COLLECT"
    assert press(one_web, page, "bort-i-99").status_code == 422


def test_a_case_is_tried_on_what_is_typed_and_nothing_is_kept(web: Web) -> None:
    place = a_draft(web)
    page, before = f"{place}/registration", content(web, place)
    case = {"case-kind_of_item": "complaint", "case-remove": "no", "case-belongs_to": "none"}
    answer = press(web, page, "prova", **case)
    assert answer.status_code == 200
    told = words(answer.text)
    assert "stämmer och gäller." in told and "stämmer inte: Slags inlägg är" in told
    assert "register_new" in told and re.search(r"stämmer också, men rad \d+ kommer före", told)
    typed = press(web, page, "prova", **case, **{"i-1-1": "-", "o-1-2": '"Alltid"'})
    told = words(typed.text)
    assert "Rad 1 stämmer och gäller." in told and "Alltid" in told and "Rad 2 träffar aldrig" in told
    kept = next(one for one in Forms(typed.text).forms if one.get("decision") == "registration")
    assert kept["i-1-1"] == "-" and kept["case-kind_of_item"] == "complaint"
    assert content(web, place) == before
    wrong = press(web, page, "prova", **{"case-kind_of_item": "no-such"})
    assert wrong.status_code == 200 and "Välj ett av svaren." in words(wrong.text)


def test_whoever_comes_second_is_told_who_was_first_and_loses_nothing(web: Web) -> None:
    web.person("pia", "process_owner")
    place = a_draft(web)
    page = f"{place}/registration"
    olle, pia = me(web), web.browser("pia")
    seen, other = form(olle, page), form(pia, page)
    assert send(pia, page, other, "efter-1").status_code == 303
    answer = send(olle, page, seen, "spara", **{"n-1": "Min kommentar"})
    assert answer.status_code == 412
    told = words(answer.text)
    assert "Pia Lind" in told and the_table(web, place).rules[0].note != "Min kommentar"
    own = next(one for one in Forms(answer.text).forms if "snapshot" in one)
    made = olle.client.post(f"{PLACE}/utkast", data={**own, "action": "eget"})
    assert made.status_code == 303
    mine = the_table(web, made.headers["Location"].partition("?")[0] + "/beslut")
    assert mine.rules[0].note == "Min kommentar" and len(mine.rules) == 14
    wrong = send(olle, page, seen, "spara", **{"i-1-1": "("})
    kept = next(one for one in Forms(wrong.text).forms if one.get("decision") == "registration")
    assert (kept["version"], kept["snapshot"]) == (seen["version"], seen["snapshot"])


def test_a_draft_that_waits_for_review_is_only_read_and_tried(one_web: Web) -> None:
    place = a_draft(one_web)
    page = f"{place}/registration"
    browser = me(one_web)
    seen = form(browser, page)
    after(one_web, send(browser, page, seen, "spara", **{"n-1": "Ny"}))
    with one_web.database.write() as session:
        session.get_one(DraftRow, place.split("/")[-2]).state = "review"
    shown = browser.get(page).text
    assert "bara läsas och prövas" in words(shown) and 'name="i-1-1"' not in shown
    assert send(browser, page, form(browser, page), "spara").status_code == 409
    tried = send(browser, page, form(browser, page), "prova", **{"case-kind_of_item": "complaint"})
    assert "Så gick det" in words(tried.text)
    assert 'value="ny"' not in browser.get(place).text


def put(web: Web, place: str, name: str, data: bytes) -> None:
    """A file laid in the draft past the editor, as an upload of a folder could."""
    with web.database.write() as session:
        row = session.get_one(DraftRow, place.split("/")[-2])
        files = {**drafts.files_of(session, row.content), f"decisions/{name}.dmn": data}
        someone: Actor = web.people["olle"]
        drafts.save(session, "complaint", row.id, files, version=row.version, actor=someone, now=web.clock())


def test_several_decisions_of_one_file_stand_on_one_page_and_are_edited_apart(one_web: Web) -> None:
    place = a_draft(one_web)
    data = definitions(
        table(
            ["antal"],
            ["niva"],
            [["> 3", '"hog"'], ["-", '"lag"']],
            id="niva",
            name="Nivån",
            policy="FIRST",
            variable="niva",
        ),
        table(
            ["niva"],
            ["svar"],
            [['"hog"', '"ja"'], ["-", '"nej"']],
            id="svar",
            name="Svaret",
            policy="FIRST",
            requires=("niva",),
        ),
    )
    put(one_web, place, "flera", data)
    page = f"{place}/flera"
    browser = me(one_web)
    assert "Bygger på" in words(browser.get(page).text)
    tried = send(browser, page, form(browser, page, "svar"), "prova", **{"case-antal": "7"})
    assert "Först avgörs:" in words(tried.text) and "ja" in words(tried.text)
    after(one_web, send(browser, page, form(browser, page, "svar"), "spara", **{"o-1-1": '"jo"'}))
    decisions = load(content(one_web, place)["decisions/flera.dmn"]).decisions
    assert decisions["svar"].logic.rules[0].outputs[0].source == '"jo"'  # type: ignore[union-attr]
    assert decisions["niva"].logic.rules[0].outputs[0].source == '"hog"'  # type: ignore[union-attr]


def test_an_expression_is_edited_as_text_and_what_is_neither_is_only_shown(one_web: Web) -> None:
    place = a_draft(one_web)
    put(one_web, place, "uttryck", definitions(literal("antal + 1", id="summa", name="Summan")))
    page = f"{place}/uttryck"
    browser = me(one_web)
    wrong = send(browser, page, form(browser, page, "summa"), "spara", expression="antal +")
    assert wrong.status_code == 422 and 'aria-invalid="true"' in wrong.text
    tried = send(browser, page, form(browser, page, "summa"), "prova", **{"case-antal": "4"})
    assert "<strong>5</strong>" in tried.text
    after(one_web, send(browser, page, form(browser, page, "summa"), "spara", expression="antal + 2"))
    assert b"antal + 2" in content(one_web, place)["decisions/uttryck.dmn"]
    put(one_web, place, "annat", definitions(decision("<invocation/>", id="a", name="Annat")))
    shown = browser.get(f"{place}/annat")
    assert shown.status_code == 200 and "varken en tabell eller ett uttryck" in words(shown.text)


def test_a_table_that_lies_broken_in_the_draft_is_shown_with_its_faults_and_can_be_mended(
    one_web: Web,
) -> None:
    place = a_draft(one_web)
    put(one_web, place, "trasig", definitions(table(["antal"], ["svar"], [["oskrivet", "1"]], id="trasig")))
    page = f"{place}/trasig"
    browser = me(one_web)
    shown = browser.get(page)
    assert shown.status_code == 200 and 'aria-invalid="true"' in shown.text
    assert "kan inte läsas" in words(browser.get(place).text).lower()
    after(one_web, send(browser, page, form(browser, page, "trasig"), "spara", **{"i-1-1": "> 1"}))
    assert the_table(one_web, place, "trasig").rules[0].tests[0].source == "> 1"


def test_what_no_form_holds_is_refused(one_web: Web) -> None:
    place = a_draft(one_web)
    page = f"{place}/registration"
    assert press(one_web, page, "spara", **{"i-99-1": "-"}).status_code == 422
    assert press(one_web, page, "hitta-pa").status_code == 422
    assert press(one_web, page, "spara", **{"policy": "FEL"}).status_code == 422
    assert press(one_web, page, "spara", **{"n-1": "x" * 3000}).status_code == 422
    assert press(one_web, page, "spara", **{"n-1": "\x00"}).status_code == 422
    assert press(one_web, page, "upp-1").status_code == 422
    assert press(one_web, page, "spara", decision="finns_inte").status_code == 404
    assert me(one_web).get(f"{place}/finns_inte").status_code == 404
    assert me(one_web).get(f"{place}/..%2F..%2Fmodel").status_code == 404


def test_a_stranger_to_the_page_cannot_choose_what_it_says(one_web: Web) -> None:
    place = a_draft(one_web)
    shown = me(one_web).get(f"{place}/registration?gjort=<b>&fore=zzz&rad=x").text
    assert "said-done" not in shown
    assert unescape(shown).count("<b>") == 0
