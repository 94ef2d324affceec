"""The form builder: a draft's forms changed question by question, with what that touches told first."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from werkzeug.test import TestResponse

from service import drafts
from service.store import DraftRow
from tests.service.http.test_http_processes import FOLDER, PLACE, a_draft, press, version
from tests.service.http.web import Web, fields, words

FORM = "assess"


def plain(**forms: Any) -> bytes:
    """The complaint folder with these forms besides."""
    made = {f"forms/{name}.json": json.dumps(form).encode() for name, form in forms.items()}
    return drafts.as_archive({**FOLDER, **made})


def draft(web: Web, **forms: Any) -> str:
    """The address of a draft's forms."""
    return a_draft(web, data=plain(**forms)) + "/formular"


def ident(place: str) -> str:
    return place.removeprefix(f"{PLACE}/utkast/").partition("/")[0]


def content(web: Web, place: str, name: str = FORM) -> Any:
    with web.database.read() as session:
        files = drafts.files_of(session, session.get_one(DraftRow, ident(place)).content)
    return json.loads(files[f"forms/{name}.json"])


def names(web: Web, place: str) -> set[str]:
    with web.database.read() as session:
        files = drafts.files_of(session, session.get_one(DraftRow, ident(place)).content)
    return {path.removeprefix("forms/").removesuffix(".json") for path in files if path.startswith("forms/")}


def send(
    web: Web, place: str, action: str, *, login: str = "olle", seen: str = "", **given: Any
) -> TestResponse:
    data = {"action": action, "version": seen or version(web, f"{PLACE}/utkast/{ident(place)}")}
    named = {name.replace("b_", "b-", 1): value for name, value in given.items()}
    return web.browser(login).submit(place, {**data, **named})


def landed(web: Web, answer: TestResponse) -> str:
    """What a reader sees after an act."""
    assert answer.status_code == 303, words(answer.text)
    return web.browser("olle").get(answer.headers["Location"]).text


def test_the_forms_are_listed_with_the_steps_that_ask_with_them_and_only_owners_see_them(
    one_web: Web,
) -> None:
    place = draft(one_web, spare={"title": "Reserv", "type": "object", "properties": {}})
    told = words(one_web.browser("olle").get(place).text)
    assert "Svarstiden har gått ut: ta ställning" in told and "Används inte" in told
    assert one_web.browser("johan").get(place).status_code == 403
    assert "Formulär" in words(one_web.browser("olle").get(place.removesuffix("/formular")).text)
    english = words(one_web.browser("olle").get(f"{place}/{FORM}?sprak=en").text)
    assert "How it looks in the task" in english and "Add a field" in english


def test_a_field_is_added_told_of_shown_and_taken_back(web: Web) -> None:
    place = f"{draft(web)}/{FORM}"
    before = content(web, place)
    answer = send(
        web, place, "lagg_till", b_title="Ort", b_kind="short", b_required="ja", b_hint="Tätort eller by"
    )
    assert answer.headers["Location"].endswith("#falt-ort")
    page = landed(web, answer)
    assert "Fältet ”Ort” lades till." in words(page)
    assert 'id="falt-ort" tabindex="-1" aria-describedby="gjort"' in page
    assert 'id="f-ort"' in page, "the preview holds it, by the macros of the tasks"
    made = content(web, place)
    assert list(made["properties"])[-1] == "ort" and made["required"][-1] == "ort"
    assert made["properties"]["ort"] == {
        "type": "string", "title": "Ort", "description": "Tätort eller by", "maxLength": 200
    }  # fmt: skip
    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    back = send(web, place, "angra", before=asked["fore"][0], field="ort")
    assert "Ändringen är ångrad." in words(landed(web, back))
    assert content(web, place) == before
    again = send(web, place, "angra", before=parse_qs(urlsplit(back.headers["Location"]).query)["fore"][0])
    landed(web, again)
    assert content(web, place) == made


def test_the_way_back_is_offered_only_until_something_else_is_done(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    first = send(one_web, place, "lagg_till", b_title="Ort", b_kind="short")
    assert "Ångra" in words(landed(one_web, first))
    landed(one_web, send(one_web, place, "lagg_till", b_title="Gata", b_kind="short"))
    told = words(landed(one_web, first))
    assert "Ångra" not in told and "lades till" not in told


def test_every_setting_of_a_field_can_be_changed_and_the_key_stays(web: Web) -> None:
    place = f"{draft(web)}/{FORM}"
    landed(
        web,
        send(
            web, place, "lagg_till", b_title="Ort", b_kind="several", b_choices="Hällefors\nLindesberg | Stan"
        ),
    )
    field = content(web, place)["properties"]["ort"]
    assert [choice["const"] for choice in field["items"]["oneOf"]] == ["hallefors", "lindesberg"]
    assert field["items"]["oneOf"][1]["description"] == "Stan"
    given: dict[str, Any] = {
        "field": "ort", "b_title": "Var hände det?", "b_kind": "several", "b_must": ["lindesberg"],
        "b_choices": "Lindesberg\nHällefors", "b_show_if": "kind_of_item=complaint", "b_hint": "Välj alla",
    }  # fmt: skip
    page = landed(web, send(web, place, "spara", **given))
    assert "Fältet ”Var hände det?” är sparat." in words(page)
    assert "Visas bara när ”Vad är det för slags inlägg?” är ”Klagomål”." in words(page)
    field = content(web, place)["properties"]["ort"]
    assert [choice["const"] for choice in field["items"]["oneOf"]] == ["lindesberg", "hallefors"]
    assert field["x-show-if"] == {"field": "kind_of_item", "equals": "complaint"}
    assert field["x-must"] == ["lindesberg"] and field["title"] == "Var hände det?"
    now = {**given, "b_kind": "short", "b_must": [], "b_show_if": ""}
    landed(web, send(web, place, "spara", **now))
    assert content(web, place)["properties"]["ort"]["type"] == "string"
    limits = {
        "field": "ort",
        "b_title": "Ort",
        "b_hint": "",
        "b_length": "50",
        "b_fills": "",
        "b_check": "public_subject",
    }
    landed(web, send(web, place, "spara", **limits))
    assert content(web, place)["properties"]["ort"] == {
        "type": "string", "title": "Ort", "maxLength": 50, "x-check": "public_subject"
    }  # fmt: skip
    assert "Inget var ändrat." in words(landed(web, send(web, place, "spara", **limits)))


def test_what_is_wrong_is_said_at_its_field_and_what_was_filled_in_stays(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    before = content(one_web, place)
    for given, field, sentence in (
        ({"b_title": "", "b_kind": "short"}, "b-title", "Skriv en rubrik."),
        ({"b_title": "Ort" * 101, "b_kind": "short"}, "b-title", "Korta rubriken till högst 300 tecken."),
        ({"b_title": "Ort", "b_kind": "one", "b_choices": " \n "}, "b-choices", "Skriv minst ett val"),
        (
            {"b_title": "Ort", "b_kind": "list", "b_choices": "A\nA"},
            "b-choices",
            "Valet ”A” står två gånger.",
        ),
        ({"b_title": "Ort", "b_kind": "hemligt"}, "b-kind", "Välj hur frågan besvaras."),
        ({"b_title": "Ort", "b_hint": "a\x01", "b_kind": "short"}, "b-hint", "tecken som inte går att spara"),
    ):
        answer = send(one_web, place, "lagg_till", **given)
        assert answer.status_code == 422, given
        assert f'href="#f-{field}"' in answer.text and f'id="f-{field}-e"' in answer.text
        assert sentence in words(answer.text)
        assert f'value="{given["b_title"]}"' in answer.text
    assert content(one_web, place) == before


def test_a_setting_that_cannot_be_is_refused_in_the_editor_of_the_field(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    landed(one_web, send(one_web, place, "lagg_till", b_title="Ort", b_kind="short"))
    for given, sentence in (
        ({"b_length": "många"}, "Skriv ett tal med siffror"),
        ({"b_length": "12,5"}, "Skriv ett heltal med siffror"),
        ({"b_length": "20000"}, "mellan 1 och 10000"),
        ({"b_show_if": "finns=inte"}, "Välj ett av svaren på ett fält som står tidigare"),
        ({"b_suggest": "lösenord"}, "Välj ett av alternativen."),
        ({"b_check": "allt"}, "Välj ett av alternativen."),
        ({"b_fills": "allt"}, "Välj ett av alternativen."),
    ):
        answer = send(one_web, place, "spara", field="ort", b_title="Orten", **given)
        assert answer.status_code == 422 and sentence in words(answer.text), given
        assert 'value="Orten"' in answer.text
    assert content(one_web, place)["properties"]["ort"]["title"] == "Ort"


def test_keys_are_made_once_and_never_clash_with_what_the_process_knows(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    for title in ("Answer due", "Kind of item", "Answer text", "Version", "For", "Ort", "Ort"):
        landed(one_web, send(one_web, place, "lagg_till", b_title=title, b_kind="short"))
    made = list(content(one_web, place)["properties"])[-7:]
    assert made == ["answer_due_2", "kind_of_item_2", "answer_text_2", "version_2", "for_2", "ort", "ort_2"]


def test_a_field_that_a_condition_reads_is_not_removed_without_being_told(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    before = content(one_web, place)
    answer = send(one_web, place, "ta_bort", field="insignificant")
    told = words(answer.text)
    assert answer.status_code == 422 and content(one_web, place) == before
    assert "beslutet i ”Ska inlägget registreras?”" in told and "scenariot" in told
    assert "Fältet finns inte längre." in told and "Ta bort ändå" in told
    again = send(one_web, place, "ta_bort", field="insignificant", confirmed="ja")
    assert again.status_code == 422, "only what was told of can be confirmed"
    known = fields(answer.text)["confirmed"]
    page = landed(one_web, send(one_web, place, "ta_bort", field="insignificant", confirmed=known))
    assert "togs bort." in words(page)
    assert "insignificant" not in content(one_web, place)["properties"]


def test_a_field_that_another_waits_for_stays_and_says_why(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    answer = send(one_web, place, "ta_bort", field="kind_of_item", confirmed="ja")
    assert answer.status_code == 422
    assert "”Får anmälan stå kvar i kanalen?” visas bara för ett visst svar på det" in words(answer.text)
    answer = send(one_web, place, "upp", field="report_stays")
    assert answer.status_code == 422 and "måste stå efter det fältet" in words(answer.text)


def test_an_answer_that_may_be_missing_or_another_is_told_of_before_it_is_saved(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    page = one_web.browser("olle").get(f"{place}?andra=remove").text
    assert 'name="b-required"' in page
    answer = send(one_web, place, "spara", field="remove", b_title="Bryter det mot lag?")
    told = words(answer.text)
    assert answer.status_code == 422 and "Svaret kan komma att saknas." in told
    assert "villkoret på ”Ska inlägget bort?” mot ”Ja”" in told and "Spara ändå" in told
    assert 'value="Bryter det mot lag?"' in answer.text
    known = {
        "field": "remove",
        "b_title": "Bryter det mot lag?",
        "confirmed": fields(answer.text)["confirmed"],
    }
    more = send(one_web, place, "spara", **known, b_choices="Nej")
    assert more.status_code == 422, "what was confirmed was another change"
    landed(one_web, send(one_web, place, "spara", **known))
    assert "remove" not in content(one_web, place)["required"]


def test_fields_are_moved_and_the_keyboard_stays_on_the_button(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    order = list(content(one_web, place)["properties"])
    *rest, third, second, last = order
    answer = send(one_web, place, "ned", field=third)
    assert answer.headers["Location"].endswith(f"#ned-{third}")
    assert "flyttades ned." in words(landed(one_web, answer))
    assert list(content(one_web, place)["properties"]) == [*rest, second, third, last]
    answer = send(one_web, place, "ned", field=third)
    assert answer.headers["Location"].endswith(f"#falt-{third}"), "the button is no longer there"
    end = send(one_web, place, "ned", field=third)
    assert end.status_code == 422 and "Fältet står redan sist." in words(end.text)


def test_trying_the_form_says_what_a_task_would_say_and_keeps_nothing(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    seen = version(one_web, place.removesuffix(f"/formular/{FORM}"))
    answer = one_web.browser("olle").submit(f"{place}/prova", {"kind_of_item": "complaint"})
    assert answer.status_code == 422 and 'id="f-remove-e"' in answer.text
    assert "Välj ett alternativ under ”Bryter inlägget mot lag" in words(answer.text)
    good = {"kind_of_item": "complaint", "remove": "no", "response": "answer", "belongs_to": "new_case"}
    answer = one_web.browser("olle").submit(f"{place}/prova", good)
    assert answer.status_code == 200 and "Svaren godtas. Inget är sparat." in words(answer.text)
    assert version(one_web, place.removesuffix(f"/formular/{FORM}")) == seen
    strange = one_web.browser("olle").submit(f"{place}/prova", {**good, "<script>": "x"})
    assert strange.status_code == 422 and "<script>" not in strange.text


def test_the_preview_shows_what_is_being_filled_in_and_saves_nothing(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    seen = version(one_web, place.removesuffix(f"/formular/{FORM}"))
    answer = send(one_web, f"{place}/forhandsvisa", "", b_title="Ort", b_kind="short")
    assert answer.status_code == 200 and 'id="f-ort"' in answer.text and "<main" not in answer.text
    answer = send(one_web, f"{place}/forhandsvisa", "", b_title="", b_kind="short")
    assert "Ändringen kan inte visas än: Skriv en rubrik." in words(answer.text)
    assert version(one_web, place.removesuffix(f"/formular/{FORM}")) == seen


def test_a_form_is_made_copied_and_thrown_away_when_no_step_uses_it(web: Web) -> None:
    place = draft(web)
    before = names(web, place)
    page = landed(web, send(web, place, "nytt", b_form="Fråga den sökande"))
    assert "Formuläret är skapat." in words(page) and "Inget steg använder formuläret än." in words(page)
    assert names(web, place) - before == {"fraga_den_sokande"}
    landed(web, send(web, place, "kopiera", name=FORM))
    copied = (names(web, place) - before - {"fraga_den_sokande"}).pop()
    assert content(web, place, copied)["properties"] == content(web, place)["properties"]
    asked = send(web, place, "ta_bort", name=copied)
    assert asked.status_code == 200 and copied in names(web, place) and "Är du säker" in words(asked.text)
    gone = send(web, place, "ta_bort", name=copied, confirmed="ja")
    assert "(kopia)” togs bort." in words(landed(web, gone)) and copied not in names(web, place)
    asked_back = parse_qs(urlsplit(gone.headers["Location"]).query)["fore"][0]
    landed(web, send(web, place, "angra", name=copied, before=asked_back))
    assert copied in names(web, place)
    assert send(web, place, "ta_bort", name=FORM, confirmed="ja").status_code == 409
    empty = send(web, place, "nytt", b_form=" ")
    assert empty.status_code == 422 and "Skriv en rubrik." in words(empty.text)


def test_the_title_and_the_introduction_are_changed_together(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    page = landed(one_web, send(one_web, place, "rubrik", b_form="Bedöm", b_intro="Läs allt först."))
    assert "Rubrik och inledning är sparade." in words(page) and "Läs allt först." in words(page)
    wrong = send(one_web, place, "rubrik", b_form="", b_intro="x")
    assert wrong.status_code == 422 and 'id="f-b-form-e"' in wrong.text


def test_whoever_comes_second_is_told_and_what_they_made_is_kept(web: Web) -> None:
    web.person("pia", "process_owner")
    place = f"{draft(web)}/{FORM}"
    seen = version(web, place.removesuffix(f"/formular/{FORM}"))
    landed(web, send(web, place, "lagg_till", login="pia", b_title="Gata", b_kind="short"))
    answer = send(web, place, "lagg_till", seen=seen, b_title="Ort", b_kind="short")
    assert answer.status_code == 412 and "Pia Lind" in words(answer.text)
    made = content(web, place)["properties"]
    assert "gata" in made and "ort" not in made
    kept = re.search(r"[0-9a-f]{64}", answer.text)
    assert kept is not None
    with web.database.read() as session:
        mine = json.loads(drafts.files_of(session, kept[0])[f"forms/{FORM}.json"])["properties"]
    assert "ort" in mine and "gata" not in mine


def test_a_draft_that_waits_for_review_can_be_read_and_tried_but_not_changed(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    landed(one_web, send(one_web, place, "rubrik", b_form="Bedöm", b_intro=""))
    page = place.removesuffix(f"/formular/{FORM}")
    assert press(one_web, "olle", page, "lamna", note="Kortare rubrik").status_code == 303
    read = one_web.browser("olle").get(place)
    assert read.status_code == 200 and "kan inte ändras" in words(read.text)
    assert "lagg_till" not in read.text and 'id="f-remove"' in read.text
    assert send(one_web, place, "lagg_till", b_title="Ort", b_kind="short").status_code == 409
    assert one_web.browser("olle").submit(f"{place}/prova", {}).status_code == 422


def test_a_form_that_is_none_is_shown_with_what_is_wrong_and_the_others_still_work(one_web: Web) -> None:
    place = draft(one_web)
    with one_web.database.write() as session:
        row = session.get_one(DraftRow, ident(place))
        files = drafts.files_of(session, row.content)
        files["forms/odd.json"] = b'{"title": "Udda", "type": "object", "properties": {"X": {}}}'
        row.content = drafts.keep(session, "complaint", files, now=one_web.clock())
    assert "Kan inte läsas" in words(one_web.browser("olle").get(place).text)
    page = one_web.browser("olle").get(f"{place}/odd")
    assert page.status_code == 200 and "Formuläret går inte att läsa" in words(page.text)
    assert send(one_web, f"{place}/odd", "lagg_till", b_title="Ort", b_kind="short").status_code == 422
    assert one_web.browser("olle").get(f"{place}/finns-inte").status_code == 404
    landed(one_web, send(one_web, f"{place}/{FORM}", "lagg_till", b_title="Ort", b_kind="short"))


def test_what_no_page_of_ours_sends_is_refused(one_web: Web) -> None:
    place = f"{draft(one_web)}/{FORM}"
    assert send(one_web, place, "annat").status_code == 422
    assert send(one_web, place, "angra", before="x").status_code == 422
    assert send(one_web, place, "lagg_till", okand="x").status_code == 422
    assert one_web.browser("olle").submit(place, {"action": "upp"}).status_code == 422
    assert one_web.browser("olle").submit(place, {"action": "upp", "version": "1"}).status_code == 422
    sent = {"remove": (io.BytesIO(b"x"), "x.txt")}
    assert one_web.browser("olle").submit(f"{place}/prova", sent).status_code == 422
