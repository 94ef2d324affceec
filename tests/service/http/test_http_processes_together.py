"""Several people and one draft, on the pages: who is there, what they say, who was first, and both in one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, select

from service import definitions, drafts
from service.actors import SYSTEM, Actor
from service.store import DraftRow
from tests.service.http.test_http_processes import (
    FOLDER,
    PLACE,
    a_draft,
    press,
    published,
    renamed,
    send,
    version,
)
from tests.service.http.web import Web, words

UNREADABLE = (
    b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
    b'<process id="complaint"/></definitions>'
)


def folder(*pairs: tuple[str, str]) -> bytes:
    """The complaint folder as a zip with these texts of its drawing exchanged."""
    model = FOLDER["model.bpmn"].decode()
    for old, new in pairs:
        assert old in model
        model = model.replace(old, new, 1)
    return drafts.as_archive({**FOLDER, "model.bpmn": model.encode()})


ASSESS = 'name="Bedöm inlägget"'
OTHER = 'name="Besvara inlägget"'


def second_after_first(web: Web, first: bytes, second: bytes) -> tuple[str, str, str]:
    """Pia saves what Olle has open, then Olle saves: the draft's place, the page he gets and its address."""
    web.person("pia", "process_owner")
    place = a_draft(web, data=drafts.as_archive(FOLDER))
    seen = version(web, place)
    assert send(web.browser("pia"), place, first, version=seen).status_code == 303
    raced = send(web.browser("olle"), place, second, version=seen)
    assert raced.status_code == 412
    address = re.search(r'action="([^"]*/krock/[0-9a-f]{64})"', raced.text)
    assert address is not None
    return place, raced.text, address[1]


def test_whoever_comes_second_sees_who_was_first_and_what_both_did_and_merges_it(one_web: Web) -> None:
    place, page, address = second_after_first(
        one_web, folder((ASSESS, 'name="Läs inlägget"')), folder((OTHER, 'name="Svara"'))
    )
    told = words(page)
    assert "Pia Lind sparade utkastet" in told and "Inget har ändrats på båda håll." in told
    assert "heter nu ”Läs inlägget”" in told and "heter nu ”Svara”" in told
    assert page.count('class="diagram"') == 2
    given = {"version": version(one_web, place), "seen": "1", "action": "sla_ihop"}
    merged = one_web.browser("olle").submit(address, given)
    assert merged.status_code == 303
    after = words(one_web.browser("olle").get(merged.headers["Location"]).text)
    assert "heter nu ”Läs inlägget”" in after and "heter nu ”Svara”" in after
    assert "Bådas ändringar ligger nu i utkastet." in after


def test_what_both_changed_is_chosen_between_and_nothing_is_lost_meanwhile(one_web: Web) -> None:
    place, page, address = second_after_first(
        one_web, folder((ASSESS, 'name="Läs inlägget"')), folder((ASSESS, 'name="Se inlägget"'))
    )
    assert "har ändrats på båda håll" in words(page)
    olle = one_web.browser("olle")
    given = {"version": version(one_web, place), "seen": "1", "action": "sla_ihop"}
    asked = olle.submit(address, {**given, "valj": ""})
    assert asked.status_code == 422 and "Läs inlägget" in olle.get(place).text
    later = olle.get(f"{address}?sedd=1")
    assert later.status_code == 200 and "Se inlägget" in later.text
    assert olle.submit(address, {**given, "valj": "assess>mine"}).status_code == 303
    assert "heter nu ”Se inlägget”" in words(olle.get(place).text)


def test_whoever_merges_after_a_third_save_is_asked_once_more(one_web: Web) -> None:
    place, _, address = second_after_first(
        one_web, folder((ASSESS, 'name="Läs inlägget"')), folder((OTHER, 'name="Svara"'))
    )
    seen = version(one_web, place)
    pia = send(one_web.browser("pia"), place, folder((ASSESS, 'name="Läs igen"')), version=seen)
    assert pia.status_code == 303
    given = {"version": seen, "seen": "1", "action": "sla_ihop"}
    again = one_web.browser("olle").submit(address, given)
    assert again.status_code == 412 and "Läs igen" in again.text
    assert "heter nu ”Svara”" not in words(one_web.browser("olle").get(place).text)


@pytest.mark.parametrize("unreadable", ["first", "second"])
def test_two_meet_in_words_also_when_a_drawing_cannot_be_read(one_web: Web, unreadable: str) -> None:
    place = a_draft(one_web, data=drafts.as_archive(FOLDER))
    ident = place.rpartition("/")[2]
    good = {**FOLDER, "texts/assess.md": b"annat"}
    bad = {**FOLDER, "model.bpmn": UNREADABLE}
    first, second = (bad, good) if unreadable == "first" else (good, bad)
    with one_web.database.write() as session:
        actor = one_web.people["olle"]
        drafts.save(session, "complaint", ident, first, version=1, actor=actor, now=one_web.clock())
        kept = drafts.keep(session, "complaint", second, now=one_web.clock())
    page = one_web.browser("olle").get(f"{place}/krock/{kept}?sedd=1")
    assert page.status_code == 200 and "går inte att läsa än" in words(page.text)


def test_a_draft_that_cannot_be_read_shows_what_hinders_and_its_tools(one_web: Web) -> None:
    place = a_draft(one_web, data=drafts.as_archive(FOLDER))
    with one_web.database.write() as session:
        drafts.save(
            session,
            "complaint",
            place.rpartition("/")[2],
            {**FOLDER, "model.bpmn": UNREADABLE},
            version=1,
            actor=one_web.people["olle"],
            now=one_web.clock(),
        )
    olle = one_web.browser("olle")
    page = olle.get(place)
    assert page.status_code == 200 and "Modellen innehåller ingen process." in page.text
    assert 'class="diagram"' not in page.text and "Spara filen i utkastet" in page.text
    assert press(one_web, "olle", place, "lamna", note="Ny").status_code == 422
    assert olle.get(f"{place}.zip").status_code == 200
    ident = place.rpartition("/")[2]
    assert olle.get(f"{PLACE}/versioner/1...{ident}").status_code == 409


def test_comments_are_said_of_elements_and_resolved_where_the_reviewer_reads_them(one_web: Web) -> None:
    one_web.person("pia", "process_owner")
    place = a_draft(one_web)
    olle, pia = one_web.browser("olle"), one_web.browser("pia")
    given = {"action": "kommentera", "element": "assess", "text": "Heter det så?"}
    assert pia.submit(f"{place}/kommentarer", given).status_code == 303
    whole = {"action": "kommentera", "element": "", "text": "Bra <b>annars</b>"}
    assert pia.submit(f"{place}/kommentarer", whole).status_code == 303
    page = olle.get(place).text
    assert "Bedöm det som kom in, Pia Lind" in words(page) and "&lt;b&gt;" in page
    comment = re.search(r'name="comment" value="([^"]+)"', page)
    assert comment is not None
    done = {"action": "klar", "comment": comment[1]}
    assert olle.submit(f"{place}/kommentarer", done).status_code == 303
    assert "Klar, Olle Lind" in words(olle.get(place).text)
    with one_web.database.write() as session:
        row = session.get_one(DraftRow, place.rpartition("/")[2])
        row.state, row.handed_at, row.handed_by = "review", one_web.clock(), row.changed_by
    assert "Heter det så?" in pia.get(place).text


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "x" * 2001},
        {"text": "hej", "element": "finns-inte"},
    ],
)
def test_a_comment_without_words_with_too_many_or_of_nothing_is_not_kept(
    one_web: Web, given: dict[str, str]
) -> None:
    place = a_draft(one_web)
    sent = {"action": "kommentera", "element": "", **given}
    assert one_web.browser("olle").submit(f"{place}/kommentarer", sent).status_code == 422
    assert "Ingen har kommenterat." in one_web.browser("olle").get(place).text


def test_others_see_who_has_the_draft_open(one_web: Web) -> None:
    one_web.person("pia", "process_owner")
    place = a_draft(one_web)
    one_web.clock.pass_by(minutes=3)
    told = words(one_web.browser("pia").get(place).text)
    assert "Olle Lind har utkastet öppet. Sparat för 3 min sedan." in told
    assert "Pia Lind har utkastet öppet." in words(one_web.browser("olle").get(place).text)
    assert "Olle Lind har utkastet öppet." not in words(one_web.browser("olle").get(place).text)


def test_the_history_tells_of_versions_and_drafts_and_any_two_are_compared(one_web: Web) -> None:
    published(one_web)
    draft = a_draft(one_web, data=folder((OTHER, 'name="Svara"')))
    ident = draft.rpartition("/")[2]
    olle = one_web.browser("olle")
    told = words(olle.get(f"{PLACE}/historik").text)
    for part in ("Version 2", "Version 1", "Arbete pågår", "Publicerat av Pia Lind", "Ett tydligare namn"):
        assert part in told, part
    chosen = olle.get(f"{PLACE}/versioner?fran={ident}&till=2")
    page = words(olle.get(chosen.headers["Location"]).text)
    assert "heter nu ”Besvara inlägget”" in page and "Från utkast, " in page
    assert one_web.browser("johan").get(chosen.headers["Location"]).status_code == 404
    assert one_web.browser("johan").get(f"{PLACE}/historik").status_code == 403
    restored = olle.submit(f"{PLACE}/utkast", {"action": "aterstall", "number": "1"})
    assert restored.status_code == 303


def test_a_long_history_is_read_in_pages_with_as_many_questions_as_a_short_one(one_web: Web) -> None:
    def asked() -> int:
        seen: list[str] = []

        def count(*given: object) -> None:
            seen.append(str(given[2]))

        engine = one_web.database.engine
        event.listen(engine, "before_cursor_execute", count)
        try:
            assert one_web.browser("olle").get(f"{PLACE}/historik").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", count)
        return len(seen)

    one_web.clock.pass_by(hours=1)
    a_draft(one_web)
    few = asked()
    with one_web.database.write() as session:
        for _ in range(70):
            drafts.begin(session, "complaint", actor=one_web.people["olle"], now=one_web.clock())
    assert asked() == few
    olle = one_web.browser("olle")
    first, last = olle.get(f"{PLACE}/historik").text, olle.get(f"{PLACE}/historik?sida=9").text
    assert "Sida 1 av 3" in first and "Sida 3 av 3" in last and "Version 1" in last
    with one_web.database.read() as session:
        assert len(session.scalars(select(DraftRow.id)).all()) == 71


def test_owners_are_told_of_a_newer_shared_version_and_may_take_merge_or_leave_it(one_web: Web) -> None:
    shipped = Actor("shipped", "Ordna", SYSTEM.roles)
    with one_web.database.write() as session:
        drafts.came(session, FOLDER, actor=shipped, now=one_web.clock())
        own = drafts.from_archive(renamed())
        definitions.deploy(session, own, actor=one_web.people["olle"], now=one_web.clock())
    olle = one_web.browser("olle")
    assert "nyare delad version" not in olle.get(PLACE).text
    with one_web.database.write() as session:
        newer = drafts.from_archive(folder((OTHER, 'name="Svara"')))
        newer["scenarios.yaml"] = newer["scenarios.yaml"].replace("Besvara inlägget".encode(), b"Svara")
        drafts.came(session, newer, actor=shipped, now=one_web.clock())
    assert "Det finns en nyare delad version" in olle.get(PLACE).text
    assert "nyare delad version" not in one_web.browser("johan").get(PLACE).text
    page = olle.get(f"{PLACE}/delad").text
    assert "heter nu ”Svara”" in words(page)
    asked = re.search(r'name="asked" value="([0-9a-f]{64})"', page)
    assert asked is not None
    begun = olle.submit(f"{PLACE}/delad", {"action": "borja", "asked": asked[1]})
    assert begun.status_code == 303
    clashing = {"action": "sla_ihop", "asked": asked[1], "valj": ""}
    assert olle.submit(f"{PLACE}/delad", clashing).status_code == 422  # the scenarios were changed by both
    merged = olle.submit(f"{PLACE}/delad", {**clashing, "valj": "scenarios.yaml>mine"})
    told = words(olle.get(merged.headers["Location"]).text)
    assert "heter nu ”Svara”" in told and "heter nu ”Bedöm inlägget”" not in told
    assert olle.submit(f"{PLACE}/delad", {"action": "behall", "asked": asked[1]}).status_code == 303
    assert "nyare delad version" not in olle.get(PLACE).text


def test_an_upload_that_only_fails_a_check_comes_in_and_says_what_hinders(one_web: Web) -> None:
    data = folder(('name="Handläggare"', 'name="Trollkarl"'))
    answer = send(one_web.browser("olle"), f"{PLACE}/utkast", data)
    assert answer.status_code == 303
    page = words(one_web.browser("olle").get(answer.headers["Location"]).text)
    assert "Hindrar publicering" in page and "Trollkarl" in page


def test_an_upload_that_nobody_can_understand_is_refused_with_element_sentence_and_hint(
    one_web: Web,
) -> None:
    script = '<bpmn:scriptTask id="ny" name="Kör"><bpmn:script>canary()</bpmn:script></bpmn:scriptTask>'
    data = folder(("</bpmn:process>", f"{script}</bpmn:process>"))
    answer = send(one_web.browser("olle"), f"{PLACE}/utkast", data)
    told = words(answer.text)
    assert answer.status_code == 422 and "Skriptuppgifter körs inte." in told
    assert "Element ny" in told and "Använd en tjänsteuppgift eller en beslutstabell." in told
