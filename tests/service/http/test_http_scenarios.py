"""A draft's scenarios in the browser: run, recorded by walking, made from a case, renamed and taken away."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from html import unescape
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from service import cases, definitions, drafts
from service.actors import SYSTEM, Actor
from service.outbox import registering
from service.store import CaseRow, DraftRow, RegistrationRow, TaskRow
from tests.service.http.web import COMPLAINT, NOW, REGISTER, Web, fields, words
from workflows import scenarios

FOLDER = definitions.folder(Path(str(resources.files("bpmn"))) / "complaint")
CANARY = "kanariefågel Karin Bo 19121212-1212"
ASSESSED = {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"}
STORY = {"s.name": "Beröm avslutas utan svar", "s.rules": "SAT-31"}


def a_draft(web: Web, files: dict[str, bytes] | None = None) -> str:
    """The address of the scenarios of a new draft of the complaint flow."""
    with web.database.write() as session:
        row = drafts.begin(session, "complaint", files or FOLDER, actor=web.people["olle"], now=NOW)
        return f"/processer/complaint/utkast/{row.id}/scenarier"


def row(web: Web, place: str) -> DraftRow:
    with web.database.read() as session:
        return session.get_one(DraftRow, place.split("/")[4])


def kept(web: Web, place: str) -> dict[str, bytes]:
    with web.database.read() as session:
        return drafts.files_of(session, session.get_one(DraftRow, place.split("/")[4]).content)


def state(page: TestResponse) -> str:
    return fields(page.text)["s.state"]


def press(web: Web, place: str, page: TestResponse, action: str, **given: Any) -> TestResponse:
    """The next press in a recording, with what the page before carried along."""
    sent = {"s.state": state(page), "s.action": action, **given}
    return web.browser("olle").submit(f"{place}/spela-in", sent)


def begun(web: Web, place: str) -> TestResponse:
    browser = web.browser("olle")
    form = browser.get(f"{place}/spela-in")
    assert form.status_code == 200
    given = {
        "s.at": "2026-11-23T09:00",
        "s.given": 'answer_due: "2026-11-24T09:00:00+01:00"',
        "s.profile": "sater",
    }
    page = browser.submit(f"{place}/spela-in", {"s.action": "borja", **given})
    assert page.status_code == 200, words(page.text)
    return page


def assessed(web: Web, place: str) -> TestResponse:
    """A recording in which the post has been assessed as praise: the case is over."""
    page = press(web, place, begun(web, place), "gor", **{"s.wait": "0", **ASSESSED})
    assert page.status_code == 200, words(page.text)
    return page


def saved(web: Web, place: str, page: TestResponse, **given: Any) -> TestResponse:
    version = fields(page.text)["s.version"]
    return press(web, place, page, "spara", **{"s.version": version, **STORY, **given})


def test_all_scenarios_are_listed_run_and_their_coverage_told_in_words_and_in_the_drawing(
    one_web: Web,
) -> None:
    place = a_draft(one_web)
    page = one_web.browser("olle").get(place)
    assert "Inte kört" in page.text and 'class="diagram"' not in page.text
    ran = one_web.browser("olle").get(f"{place}?kor=alla").text
    assert "Alla 55 scenarier höll. 43 av 43 steg och 34 av 34 vägar är provade." in words(ran)
    assert "Alla steg och alla vägar är provade." in ran and 'class="diagram"' in ran


def test_what_no_scenario_has_tried_is_named_and_flagged(one_web: Web) -> None:
    first = scenarios.read(FOLDER["scenarios.yaml"])[0]
    place = a_draft(one_web, {**FOLDER, "scenarios.yaml": scenarios.as_yaml(first).encode()})
    page = one_web.browser("olle").get(f"{place}?kor=alla").text
    told = words(page)
    assert "av 43 steg" in told and "Steg: Vidarebefordra till rätt enhet" in told
    assert "Väg: ”Ja” från Kan sekretess antas? till Gå över till hemligt innehåll" in told
    assert ">Inte provat<" in page


def test_only_process_owners_reach_them_and_only_of_a_draft_that_is_there(one_web: Web) -> None:
    place = a_draft(one_web)
    for path in ("", "/spela-in", "/arenden"):
        assert one_web.browser("johan").get(place + path).status_code == 403
        assert one_web.browser("olle").get(place + path).status_code == 200
        elsewhere = place.replace("complaint", "duty")
        assert one_web.browser("olle").get(elsewhere + path).status_code == 404


def test_a_recording_is_walked_step_by_step_and_saved_after_what_was_there_letter_by_letter(web: Web) -> None:
    place = a_draft(web)
    page = assessed(web, place)
    assert "Ärendet är slut: Ärendet är avslutat" in words(page.text)
    assert "Vad är det för slags inlägg? Beröm" in words(page.text)
    assert saved(web, place, page).status_code == 303
    files = kept(web, place)
    assert files["scenarios.yaml"].startswith(FOLDER["scenarios.yaml"].rstrip())
    assert {name: data for name, data in files.items() if name != "scenarios.yaml"} == {
        name: data for name, data in FOLDER.items() if name != "scenarios.yaml"
    }
    made = scenarios.read(files["scenarios.yaml"])[-1]
    assert (made.name, made.rules, made.profile) == (STORY["s.name"], ("SAT-31",), "sater")
    assert made.expect.end == "Ärendet är avslutat" and made.expect.path is not None
    assert made.expect.variables["outcome"] == "monitored"
    result = scenarios.run_all(definitions_of(files), variables_of=definitions.variables_of)[-1]
    assert result.held


def definitions_of(files: dict[str, bytes]) -> Any:
    import workflows

    return workflows.read(files)


def test_what_a_form_refuses_is_said_beside_the_field_and_the_recording_stands_where_it_was(
    one_web: Web,
) -> None:
    place = a_draft(one_web)
    page = press(one_web, place, begun(one_web, place), "gor", **{"s.wait": "0", "kind_of_item": "praise"})
    assert page.status_code == 422 and 'class="err"' in page.text
    assert re.search(r'<option value="praise" selected', page.text)
    assert "Inget har hänt än." in page.text


def test_time_can_be_let_go_an_operation_say_yes_or_no_and_the_latest_step_be_taken_back(
    one_web: Web,
) -> None:
    place = a_draft(one_web)
    page = press(one_web, place, begun(one_web, place), "tid", **{"s.length": "PT24H"})
    assert "Svarstiden har gått ut: ta ställning" in words(page.text)
    page = press(one_web, place, page, "angra")
    assert "Inget har hänt än." in page.text
    page = press(one_web, place, page, "gor", **{"s.wait": "0", **COMPLAINT})
    told = words(page.text)
    assert "Registrera i diariet" in told and "Besvara inlägget" in told
    at = re.search(r'value="valj:(\d)">Välj<span class="vh"> Registrera i diariet', page.text)
    assert at is not None
    page = press(one_web, place, page, f"valj:{at[1]}")
    page = press(one_web, place, page, "gor", **{"s.wait": at[1], **REGISTER})
    asked = re.search(r'value="valj:(\d)">Välj<span class="vh"> Öppna ärende i diariet', page.text)
    assert asked is not None, words(page.text)
    page = press(one_web, place, page, f"valj:{asked[1]}")
    assert 'name="s.out.number"' in page.text and 'value="registration_cancelled"' in page.text
    refused = press(one_web, place, page, "fel", **{"s.wait": asked[1], "s.code": "registration_cancelled"})
    assert "Felkod: registration_cancelled" in words(refused.text)
    answered = press(one_web, place, page, "gor", **{"s.wait": asked[1], "s.out.number": "KS 2026/7"})
    assert "KS 2026/7" in answered.text and "Diarieför handlingen" in words(answered.text)


def test_a_time_limit_can_be_gone_to(one_web: Web) -> None:
    place = a_draft(one_web)
    page = begun(one_web, place)
    at = re.search(r'value="till:(\d)">', page.text)
    assert at is not None
    page = press(one_web, place, page, f"till:{at[1]}")
    assert "Tidsgräns:" in words(page.text).partition("Så här långt")[2]


def test_a_recording_that_was_changed_on_the_way_or_belongs_to_another_draft_is_refused(one_web: Web) -> None:
    place, other = a_draft(one_web), a_draft(one_web, {**FOLDER, "texts/extra.md": b"Nytt."})
    page = begun(one_web, place)
    good = state(page)
    browser = one_web.browser("olle")
    for bad in (good.replace("sater", "ystad"), good[:-1], "", "x" * 100_000, good.replace(".", "", 1)):
        sent = {"s.state": bad, "s.action": "tid", "s.length": "PT24H"}
        assert browser.submit(f"{place}/spela-in", sent).status_code == 422
    sent = {"s.state": good, "s.action": "tid", "s.length": "PT24H"}
    assert browser.submit(f"{other}/spela-in", sent).status_code == 422
    assert browser.submit(f"{place}/spela-in", sent).status_code == 200


@pytest.mark.parametrize(
    ("action", "given"),
    [
        ("gor", {"s.wait": "99"}),
        ("gor", {"s.wait": "-1"}),
        ("valj:99", {}),
        ("till:x", {}),
        ("tid", {"s.length": "P900Y"}),
        ("fel", {"s.wait": "0", "s.code": "a"}),
        ("hitta-på", {}),
        ("gor", {"s.wait": "0", **ASSESSED, "unknown": "x"}),
        ("gor", {"s.wait": "0", "s.payload": "a: *b", **ASSESSED}),
    ],
)
def test_a_press_that_cannot_be_made_leaves_the_recording_as_it_was(
    one_web: Web, action: str, given: dict[str, str]
) -> None:
    place = a_draft(one_web)
    answer = press(one_web, place, begun(one_web, place), action, **given)
    assert answer.status_code in (200, 422)
    assert (answer.status_code == 200) is ("s.payload" in given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"s.name": " "}, "Ge scenariot ett namn"),
        ({"s.name": "x" * 201}, "Ge scenariot ett namn"),
        ({"s.name": "Den som bedömer i tid får ingen påminnelse"}, "Det finns redan ett scenario"),
        ({"s.rules": "SAT-999"}, "Det finns ingen regel som heter SAT-999."),
        ({"s.rules": "SAT-31 SAT-28 SAT-05 SAT-33 BRO-23 BRO-24"}, "Högst 5 regler"),
    ],
)
def test_a_scenario_needs_a_name_of_its_own_and_at_most_five_rules_that_there_are(
    one_web: Web, given: dict[str, str], told: str
) -> None:
    place = a_draft(one_web)
    answer = saved(one_web, place, assessed(one_web, place), **given)
    assert answer.status_code == 422 and told in words(answer.text)
    assert kept(one_web, place) == FOLDER


def test_who_comes_second_keeps_the_recording_and_saves_it_beside_what_the_first_one_saved(web: Web) -> None:
    place = a_draft(web)
    page = assessed(web, place)
    pia = web.person("pia", "process_owner")
    with web.database.write() as session:
        files = {**FOLDER, "texts/extra.md": b"Pias."}
        draft = session.get_one(DraftRow, place.split("/")[4])
        drafts.save(session, "complaint", draft.id, files, version=draft.version, actor=pia, now=NOW)
    second = saved(web, place, page)
    assert second.status_code == 412 and "Pia Lind har sparat utkastet" in words(second.text)
    assert saved(web, place, second).status_code == 303
    files = kept(web, place)
    assert files["texts/extra.md"] == b"Pias."
    assert scenarios.read(files["scenarios.yaml"])[-1].name == STORY["s.name"]


def test_a_scenario_is_renamed_and_taken_away_after_a_question_and_nothing_else_is_touched(
    one_web: Web,
) -> None:
    place = a_draft(one_web)
    name = "Den som bedömer i tid får ingen påminnelse"
    browser = one_web.browser("olle")

    def sent(**given: str) -> TestResponse:
        return browser.submit(place, {"version": str(row(one_web, place).version), **given})

    assert sent(action="byt-namn", name=name, new="I tid").status_code == 303
    assert kept(one_web, place)["scenarios.yaml"] == FOLDER["scenarios.yaml"].replace(
        name.encode(), b"I tid", 1
    )
    asked = sent(action="ta-bort", name="I tid")
    assert asked.status_code == 200 and "Är du säker?" in asked.text
    assert sent(action="ta-bort", name="I tid", sure="ja").status_code == 303
    after = kept(one_web, place)["scenarios.yaml"].decode()
    assert "I tid" not in after and after.startswith("# Vad flödet ska göra")
    assert "# ── registrera eller inte ──" in after
    assert sent(action="ta-bort", name="Finns inte", sure="ja").status_code == 422
    other = "Ett klagomål registreras som nytt ärende och besvaras"
    assert sent(action="byt-namn", name=other, new=" ").status_code == 422
    late = {"version": "1", "action": "byt-namn", "name": other, "new": "B"}
    assert browser.submit(place, late).status_code == 412


def test_a_file_that_cannot_be_read_is_told_of_and_can_be_recorded_beside(one_web: Web) -> None:
    place = a_draft(one_web, {**FOLDER, "scenarios.yaml": b"- {name: [}"})
    page = one_web.browser("olle").get(place)
    assert page.status_code == 200 and "Scenarierna kan inte läsas" in page.text
    assert one_web.browser("olle").get(f"{place}/spela-in").status_code == 200


# ── from a case ──


def a_closed_case(web: Web, **given: Any) -> str:
    """A complaint with a citizen's words in every place that takes words, registered and answered."""
    case_id = web.post(f"Gungan är trasig. {CANARY}", author=CANARY).case_id
    later = NOW + timedelta(hours=2)

    def done(name: str, answers: dict[str, object], actor: Actor) -> None:
        with web.database.write() as session:
            task = session.scalars(
                select(TaskRow).where(
                    TaskRow.case_id == case_id, TaskRow.name == name, TaskRow.status == "open"
                )
            ).one()
            cases.complete(session, task.id, answers, version=None, actor=actor, now=later)

    done("Bedöm inlägget", {**COMPLAINT}, web.people["maria"])
    done("Registrera i diariet", {**REGISTER}, web.people["rut"])
    for number in ("KS 2026/77", "KS 2026/77-1"):
        with web.database.write() as session:
            asked = session.scalars(
                select(RegistrationRow).where(
                    RegistrationRow.case_id == case_id, RegistrationRow.state == "pending"
                )
            ).one()
            case = cases.hold(session, case_id)
            registering.register(session, case, asked, number, how="by_hand", actor=SYSTEM, now=later)
    answer = {"answer_text": "Tack, vi lagar. Hälsar kanariefågel Karin Bo", "answered_how": "public_reply"}
    done("Besvara inlägget", answer, web.people["maria"])
    with web.database.read() as session:
        assert session.get_one(CaseRow, case_id).status == "closed"
    return case_id


def test_a_finished_case_becomes_a_scenario_with_nobodys_words_in_it(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    case_id = a_closed_case(web)
    place = a_draft(web)
    browser = web.browser("olle")
    offered = browser.get(f"{place}/arenden")
    assert case_id in offered.text
    page = browser.submit(f"{place}/arenden", {"case": case_id})
    assert page.status_code == 200, words(page.text)
    told = words(page.text)
    assert "Alla fritexter är påhittade" in told and "Ett påhittat svar." in told
    assert "Ärendet är slut: Ärendet är avslutat" in told
    assert "Vad är det för slags inlägg? Klagomål" in told
    assert saved(web, place, page).status_code == 303
    files = kept(web, place)
    made = scenarios.read(files["scenarios.yaml"])[-1]
    assert made.expect.end == "Ärendet är avslutat"
    assert made.at.date().isoformat() == "2026-11-24"  # a Tuesday, as the real one began on
    seen = "\n".join(
        [offered.text, unescape(page.text), files["scenarios.yaml"].decode(), caplog.text, state(page)]
    )
    for word in (
        "kanariefågel",
        "Karin",
        "19121212",
        "Gungan",
        "Tack, vi lagar",
        "2026/77",
        "Synpunkt på lekplats",
    ):
        assert word not in seen.replace(FOLDER["scenarios.yaml"].decode(), ""), word
    assert scenarios.run_all(definitions_of(files), variables_of=definitions.variables_of)[-1].held


def test_a_locked_case_an_open_one_and_one_that_is_not_there_are_never_told_again(one_web: Web) -> None:
    locked = a_closed_case(one_web)
    running = one_web.post("Gungan är trasig.").case_id
    with one_web.database.write() as session:
        session.get_one(CaseRow, locked).secrecy = "need_to_know"
    place = a_draft(one_web)
    browser = one_web.browser("olle")
    offered = browser.get(f"{place}/arenden").text
    assert locked not in offered and running not in offered and "inget avslutat ärende" in offered
    for case_id in (locked, running, "finns-inte"):
        assert browser.submit(f"{place}/arenden", {"case": case_id}).status_code == 404


def test_a_case_that_the_draft_takes_another_way_is_told_as_far_as_it_goes(one_web: Web) -> None:
    case_id = a_closed_case(one_web)
    form = FOLDER["forms/register.json"].replace(b'"register_in"', b'"register_where"')
    place = a_draft(one_web, {**FOLDER, "forms/register.json": form})
    page = one_web.browser("olle").submit(f"{place}/arenden", {"case": case_id})
    assert page.status_code == 200, words(page.text)
    assert "Vid ”Registrera i diariet” går utkastet en annan väg" in words(page.text)
