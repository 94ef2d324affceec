"""The process owner's pages: read a process, bring in a draft, four eyes to live, and moving what runs."""

from __future__ import annotations

import io
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from service import definitions, drafts, history
from service.http import moving_pages
from service.store import CaseRow, DefinitionRow, DraftRow, HistoryRow
from tests.corpora import attacks
from tests.service.http.web import Browser, Web, words
from tests.service.replays import tried
from tests.workflows import models as m

FOLDER = definitions.folder(Path(str(resources.files("bpmn"))) / "complaint")
PLACE = "/processer/complaint"


def renamed(name: str = "Bedöm det som kom in") -> bytes:
    """The complaint folder with one step called something else, in the drawing and in the scenarios."""
    files = {
        path: content.replace("Bedöm inlägget".encode(), name.encode()) for path, content in FOLDER.items()
    }
    return drafts.as_archive(files)


def send(browser: Browser, place: str, data: bytes, name: str = "mapp.zip", **given: str) -> TestResponse:
    fields: dict[str, Any] = {"action": "ladda", "file": (io.BytesIO(data), name), **given}
    return browser.submit(place, fields)


def a_draft(web: Web, login: str = "olle", data: bytes | None = None) -> str:
    """A draft from an upload: the address of its page."""
    answer = send(web.browser(login), f"{PLACE}/utkast", data or renamed())
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["Location"]).partition("?")[0]


def version(web: Web, place: str) -> str:
    with web.database.read() as session:
        return str(session.get_one(DraftRow, place.rpartition("/")[2]).version)


def handed_over(web: Web, login: str, place: str, note: str) -> TestResponse:
    """The draft is tried against the cases that there are, and left for review."""
    tried(web.database, "complaint", place.rpartition("/")[2], web.people[login], web.clock)
    return press(web, login, place, "lamna", note=note)


def press(web: Web, login: str, place: str, action: str, **given: str) -> TestResponse:
    return web.browser(login).submit(place, {"action": action, "version": version(web, place), **given})


def in_force(web: Web) -> str:
    with web.database.read() as session:
        return definitions.active(session, "complaint").hash


def published(web: Web, data: bytes | None = None) -> None:
    """A second version in force, by two people."""
    web.person("pia", "process_owner")
    place = a_draft(web, data=data)
    assert handed_over(web, "olle", place, "Ett tydligare namn").status_code == 303
    answer = press(web, "pia", place, "publicera", against=in_force(web))
    assert answer.status_code == 303, words(answer.text)


def test_staff_read_what_is_in_force_and_only_owners_change_it(one_web: Web) -> None:
    one_web.post()
    for login in ("olle", "johan"):
        told = words(one_web.browser(login).get("/processer").text)
        assert "Synpunkt till ärende" in told and "Ordna1" in told.replace(" ", "")
        page = one_web.browser(login).get(PLACE)
        assert page.status_code == 200
        for heading in ("Flödet som text", "Formulär", "Beslutstabeller", "Kommunens val som styr flödet"):
            assert heading in page.text
        assert 'class="diagram"' in page.text and 'href="/varfor/' in page.text
        assert ("Nytt utkast av filen" in page.text) is (login == "olle")
    assert one_web.browser("johan").submit(f"{PLACE}/utkast", {"action": "borja"}).status_code == 403
    assert one_web.browser("olle").get("/processer/finns-inte").status_code == 404


def test_every_scenario_of_the_version_in_force_is_run_and_told_of(one_web: Web) -> None:
    page = one_web.browser("olle").get(f"{PLACE}/scenarier").text
    assert "scenarier höll." in words(page) and "Höll inte" not in page


def test_from_file_to_live_by_two_people_and_what_it_says_afterwards(web: Web) -> None:
    case = web.post().case_id
    web.person("pia", "process_owner")
    place = a_draft(web)
    page = words(web.browser("olle").get(place).text)
    assert "heter nu ”Bedöm det som kom in”" in page
    assert "1 pågående ärende följer den gamla versionen." in page
    assert "bara en person har rollen" in page
    assert press(web, "olle", place, "lamna", note="Ny").status_code == 409  # not tried against the case
    assert handed_over(web, "olle", place, "").status_code == 422
    assert handed_over(web, "olle", place, "Ett tydligare namn").status_code == 303
    old = in_force(web)
    assert press(web, "olle", place, "publicera", against=old).status_code == 403
    assert in_force(web) == old
    assert press(web, "pia", place, "publicera", against=old).status_code == 303
    assert in_force(web) != old
    told = words(web.browser("johan").get(PLACE).text)
    assert "Ett tydligare namn" in told and "Pia Lind" in told and "Förberedd av Olle Lind" in told
    compared = web.browser("johan").get(f"{PLACE}/versioner/1...2").text
    assert "heter nu ”Bedöm det som kom in”" in words(compared) and compared.count('class="diagram"') == 2
    assert ">Ändrat<" in compared
    with web.database.read() as session:
        event = session.scalars(select(HistoryRow).where(HistoryRow.kind == "draft_published")).one()
        people = {name: event.data[name] for name in ("prepared_by", "handed_over_by", "published_by")}
        assert people == {
            "prepared_by": web.people["olle"].id,
            "handed_over_by": web.people["olle"].id,
            "published_by": web.people["pia"].id,
        }
        assert event.data["sentences"] >= 1 and list(history.verify(session)) == []
        assert session.get_one(CaseRow, case).definition == old


def test_a_publication_that_is_cut_off_in_the_middle_has_not_happened(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.person("pia", "process_owner")
    place = a_draft(web)
    handed_over(web, "olle", place, "Ett tydligare namn")
    old, whole = in_force(web), history.append_system

    def cut(session: Any, kind: str, **given: Any) -> None:
        if kind == "draft_published":
            raise ZeroDivisionError
        whole(session, kind, **given)

    monkeypatch.setattr(history, "append_system", cut)
    assert press(web, "pia", place, "publicera", against=old).status_code == 500
    assert in_force(web) == old
    with web.database.read() as session:
        assert session.scalar(select(func.count()).select_from(DefinitionRow)) == 1
        assert session.scalars(select(DraftRow.state)).one() == "review"
    monkeypatch.setattr(history, "append_system", whole)
    assert press(web, "pia", place, "publicera", against=old).status_code == 303


def test_a_rejected_draft_comes_back_with_the_reason(one_web: Web) -> None:
    one_web.person("pia", "process_owner")
    place = a_draft(one_web)
    press(one_web, "olle", place, "lamna", note="Ett tydligare namn")
    assert press(one_web, "olle", place, "avsla", reason="Jag ångrar mig").status_code == 403
    assert press(one_web, "pia", place, "avsla", reason="Namnet är för långt").status_code == 303
    told = words(one_web.browser("olle").get(place).text)
    assert "Pia Lind lämnade tillbaka utkastet: Namnet är för långt" in told and "Arbete pågår" in told


def test_whoever_comes_second_is_told_who_was_first_and_loses_nothing(one_web: Web) -> None:
    one_web.person("pia", "process_owner")
    place = a_draft(one_web)
    seen = version(one_web, place)
    assert send(one_web.browser("pia"), place, renamed("Läs inlägget"), version=seen).status_code == 303
    second = send(one_web.browser("olle"), place, renamed("Granska inlägget"), version=seen)
    assert second.status_code == 412 and "Pia Lind sparade utkastet" in words(second.text)
    kept = re.search(r'name="snapshot" value="([0-9a-f]{64})"', second.text)
    assert kept is not None
    own = one_web.browser("olle").submit(f"{PLACE}/utkast", {"action": "eget", "snapshot": kept[1]})
    assert own.status_code == 303
    assert "Granska inlägget" in one_web.browser("olle").get(own.headers["Location"]).text
    assert "Läs inlägget" in one_web.browser("olle").get(place).text


def test_a_version_comes_back_as_a_draft_and_out_again_as_the_same_bytes(one_web: Web) -> None:
    published(one_web)
    olle = one_web.browser("olle")
    restored = olle.submit(f"{PLACE}/utkast", {"action": "aterstall", "number": "1"})
    assert restored.status_code == 303
    place = restored.headers["Location"].partition("?")[0]
    assert "heter nu ”Bedöm inlägget”" in words(olle.get(place).text)
    assert olle.get(f"{place}.zip").data == drafts.as_archive(FOLDER)
    assert olle.get(f"{PLACE}/versioner/1.zip").data == drafts.as_archive(FOLDER)


def test_a_lone_drawing_stands_among_the_files_of_the_version_in_force(one_web: Web) -> None:
    drawing = FOLDER["model.bpmn"].replace("Bedöm inlägget".encode(), b"Titta")
    answer = send(one_web.browser("olle"), f"{PLACE}/utkast", drawing, "ny.bpmn")
    assert answer.status_code == 303
    told = words(one_web.browser("olle").get(answer.headers["Location"]).text)
    assert "heter nu ”Titta”" in told and "Hindrar publicering" in told  # the scenarios speak of the old name


def test_what_the_reader_had_to_add_is_shown_to_be_accepted(one_web: Web) -> None:
    drawn = FOLDER["model.bpmn"].replace(b'isExecutable="true"', b'isExecutable="false"')
    assert drawn != FOLDER["model.bpmn"]
    place = a_draft(one_web, data=drafts.as_archive({**FOLDER, "model.bpmn": drawn}))
    page = one_web.browser("olle").get(place).text
    assert "Den markeras som körbar." in page
    assert press(one_web, "olle", place, "lamna", note="Ny").status_code == 409
    assert press(one_web, "olle", place, "godta").status_code == 303
    assert press(one_web, "olle", place, "lamna", note="Ny").status_code == 303


@pytest.mark.parametrize("place", ["model", "duration", "condition", "script", "postScript", "table cell"])
def test_hostile_drawings_and_folders_are_refused_in_words_and_run_nothing(
    one_web: Web, tmp_path: Path, place: str
) -> None:
    canary = tmp_path / "canary"
    made = attacks.PLACES.get(place, attacks.PLACES["script"])
    draft = a_draft(one_web)
    before = one_web.browser("olle").get(f"{draft}.zip").data
    for number in range(0, len(attacks.PAYLOADS), 9):
        files = made(attacks.attack(number, canary))
        answer = send(
            one_web.browser("olle"), draft, drafts.as_archive(files), version=version(one_web, draft)
        )
        assert answer.status_code == 422, (place, number)
        assert "Filen togs inte emot" in answer.text
    assert one_web.browser("olle").get(f"{draft}.zip").data == before
    assert not canary.exists()


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions>&a;</definitions>",
        b"<definitions" + b" " * 2_100_000 + b"/>",
        b"<a>" * 5000,
        b"PK\x03\x04 trasig",
        b"",
        b"\x00\xff" * 100,
    ],
)
def test_what_is_no_process_is_refused(one_web: Web, data: bytes) -> None:
    answer = send(one_web.browser("olle"), f"{PLACE}/utkast", data, "x.bpmn")
    assert answer.status_code == 422 and "orört" in answer.text
    with one_web.database.read() as session:
        assert session.scalars(select(DraftRow.id)).all() == []


def test_another_process_is_not_taken_for_this_one(one_web: Web) -> None:
    other = m.process(
        m.lanes(Handläggare="start a end"), m.start(), m.user("a"), m.end(), "start -> a -> end", id="annan"
    )
    answer = send(one_web.browser("olle"), f"{PLACE}/utkast", drafts.as_archive({"model.bpmn": other}))
    assert answer.status_code == 422 and "inte ”complaint”" in answer.text


def test_running_cases_are_tried_then_moved_by_steps(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving_pages, "MAX_STEP", 2)
    ids = [web.post(f"Text {n}").case_id for n in range(3)]
    published(web)
    olle = web.browser("olle")
    page = olle.get(f"{PLACE}/flytta").text
    assert "Kan flytta (3)" in page and "Flytta de 2 äldsta av 3" in page
    first = olle.submit(f"{PLACE}/flytta", {"action": "flytta", "from": "1", "to": "2", "moved": "0"})
    assert first.status_code == 303
    told = olle.get(first.headers["Location"]).text
    assert "2 ärenden har flyttats." in words(told) and "<progress" in told
    second = olle.submit(f"{PLACE}/flytta", {"action": "flytta", "from": "1", "to": "2", "moved": "2"})
    assert "Alla pågående ärenden följer" in olle.get(second.headers["Location"]).text
    with web.database.read() as session:
        rows = session.scalars(select(CaseRow.definition).where(CaseRow.id.in_(ids))).all()
        assert set(rows) == {definitions.active(session, "complaint").hash}


def test_a_secret_case_is_not_there_for_who_moves(one_web: Web) -> None:
    case = one_web.post()
    published(one_web)
    with one_web.database.write() as session:
        session.get_one(CaseRow, case.case_id).secrecy = "need_to_know"
    olle = one_web.browser("olle")
    assert "Alla pågående ärenden följer" in olle.get(f"{PLACE}/flytta").text
    assert "Inga pågående ärenden följer en annan version." in olle.get(f"{PLACE}/versioner/1...2").text
    asked = {"action": "flytta", "from": "1", "to": "2"}
    assert olle.submit(f"{PLACE}/flytta", asked).status_code == 409
