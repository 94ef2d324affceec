"""The internal register and crisis mode in the browser: who may see and do what, and what becomes of it."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from service import channels, profiles
from service.actors import Actor
from service.store import ChannelPersonRow, ChannelRow, CustodyRow, Database, HistoryRow
from tests.service.http.web import NOW, Browser, Web, a_web, words
from tests.service.test_channels import WHOLE

KIM = Actor("p-kim", "Kim Sand", frozenset({"communications_manager"}))


@pytest.fixture
def web(database: Database) -> Web:
    made = a_web(database)
    made.database.info[profiles.INFO] = profiles.load("sater")
    made.person("boss", "communications_manager")
    made.person("ada", "channel_administrator")
    return made


def a_channel(web: Web, state: str = "active", **more: object) -> str:
    with web.database.write() as session:
        return channels.register(session, WHOLE | more, state=state, actor=KIM, now=NOW).id


def sent(browser: Browser, place: str, **fields: object) -> tuple[int, str]:
    answer = browser.submit(place, fields, page="/kanaler")
    return answer.status_code, answer.headers.get("Location", "") or answer.text


def test_the_list_shows_what_is_missing_and_is_narrowed(web: Web) -> None:
    a_channel(web)
    a_channel(web, name="Skolan på X", url="https://x.com/skolan", unit="Skolan", state="onboarding")
    boss = web.browser("boss")
    text = words(boss.get("/kanaler").text)
    assert "Minst 2 krävs." in text and "Skolan på X" in text
    assert "Skolan på X" not in words(boss.get("/kanaler?lage=active").text).replace("Skolan:", "")
    assert "Biblioteket på Facebook" not in words(boss.get("/kanaler?enhet=Skolan").text)
    assert "Inga kanaler stämmer" in words(boss.get("/kanaler?mina=ja").text)


def test_mine_are_those_i_have_a_mandate_in_and_those_i_may_edit(web: Web) -> None:
    channel, other = a_channel(web), a_channel(web, name="Annan", url="https://x.com/annan")
    boss, ada = web.browser("boss"), web.browser("ada")
    assert sent(ada, f"/kanaler/{channel}", action="spara", name="x")[0] == 403
    status, _ = sent(
        boss, f"/kanaler/{channel}", action="uppdrag", part="administrator", person=web.people["ada"].id
    )
    assert status == 303
    text = words(ada.get("/kanaler?mina=ja").text)
    assert "Biblioteket på Facebook" in text and "Annan" not in text
    assert sent(ada, f"/kanaler/{channel}", action="spara", **form(ada, channel))[0] == 303
    assert sent(ada, f"/kanaler/{other}", action="spara", **form(boss, other))[0] == 403
    assert sent(ada, f"/kanaler/{channel}", action="lage", state="closing")[0] == 403


def form(browser: Browser, channel: str) -> dict[str, object]:
    """The channel's form as a browser would send it back."""
    page = browser.get(f"/kanaler/{channel}").text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return {
        "version": version[1],
        "name": "Biblioteket på Facebook",
        "platform": "Facebook",
        "kind": "social",
        "url": WHOLE["url"],
        "unit": "Biblioteket",
        "purpose": "Nytt syfte",
        "owner_kind": "sector",
        "account_type": "page",
        "capture_by": "channel_responsible",
        "comments_on": "on",
        "information": ["responsible", "forbidden"],
    }


def test_a_change_is_kept_and_a_mistake_is_told_beside_its_field(web: Web) -> None:
    channel = a_channel(web)
    boss = web.browser("boss")
    given = form(boss, channel)
    status, page = sent(
        boss, f"/kanaler/{channel}", action="spara", **given | {"contact": "eva.ek@exempel.se"}
    )
    assert status == 422 and 'id="f-contact-e"' in page and "Nytt syfte" in page
    assert sent(boss, f"/kanaler/{channel}", action="spara", **given)[0] == 303
    assert sent(boss, f"/kanaler/{channel}", action="spara", **given | {"name": "Annat"})[0] == 412
    with web.database.read() as session:
        row = session.get_one(ChannelRow, channel)
        assert (row.purpose, row.information) == ("Nytt syfte", ["forbidden", "responsible"])
    assert "ändrade: " in words(boss.get(f"/kanaler/{channel}").text)


def test_a_channel_is_registered_by_hand_and_taken_into_use_when_nothing_is_missing(web: Web) -> None:
    boss = web.browser("boss")
    assert web.browser("ada").get("/kanaler/ny").status_code == 403
    assert sent(boss, "/kanaler/ny", name="")[0] == 422
    given = {
        "name": "Parken",
        "platform": "Instagram",
        "kind": "social",
        "unit": "Park",
        "owner_kind": "joint",
        "account_type": "page",
        "capture_by": "archivist",
        "comments_on": "on",
    }
    status, place = sent(boss, "/kanaler/ny", **given)
    assert status == 303
    place = place.split("?")[0]
    status, page = sent(boss, place, action="lage", state="active")
    assert status == 409 and "Kanalen kan inte tas i bruk än." in page
    assert sent(boss, place, action="lage", state="rejected")[0] == 303
    assert "Avslagen" in words(boss.get(place).text)


def test_the_sealed_note_is_shown_once_on_the_answer_and_never_in_an_address(web: Web) -> None:
    channel = a_channel(web)
    boss = web.browser("boss")
    place = f"/kanaler/{channel}"
    fields = {"deposited_with": "communications_manager", "note": "kuvert sju"}
    assert sent(boss, place, action="deponera", **fields)[0] == 303
    with web.database.read() as session:
        custody = session.scalars(select(CustodyRow.id)).one()
    assert "kuvert sju" not in boss.get(place).text
    assert sent(boss, place, action="las", custody=custody, reason="")[0] == 422
    assert sent(web.browser("ada"), place, action="las", custody=custody, reason="nyfiken")[0] == 403
    other = a_channel(web, name="Annan", url="https://x.com/annan")
    assert sent(boss, f"/kanaler/{other}", action="las", custody=custody, reason="Kapat konto")[0] == 422
    status, page = sent(boss, place, action="las", custody=custody, reason="Kapat konto")
    assert status == 200 and "kuvert sju" in page
    with web.database.read() as session:
        told = [(row.kind, str(row.data)) for row in session.scalars(select(HistoryRow))]
    assert [kind for kind, _ in told].count("channel_note_read") == 1
    assert not any("kuvert" in data or "Kapat" in data for _, data in told)


def test_mandates_consents_and_posts_are_recorded_and_withdrawn(web: Web) -> None:
    channel = a_channel(web)
    boss, place = web.browser("boss"), f"/kanaler/{channel}"
    assert sent(boss, place, action="uppdrag", part="deputy")[0] == 422
    assert (
        sent(boss, place, action="uppdrag", part="deputy", person_name="Ebba Ek", need="Semester")[0] == 303
    )
    with web.database.read() as session:
        mandate = session.scalars(select(ChannelPersonRow.id)).one()
    assert "Ebba Ek" in words(boss.get(place).text)
    assert sent(boss, place, action="aterkalla", mandate=mandate)[0] == 303
    assert "tidigare" in words(boss.get(place).text)
    consent = {
        "what": "Bilder",
        "consent_kind": "written",
        "detail": "Vårdnadshavare",
        "given_on": "2026-03-01",
    }
    assert sent(boss, place, action="samtycke", **consent)[0] == 303
    assert sent(boss, place, action="samtycke", **consent | {"given_on": "i går"})[0] == 422
    assert "Vårdnadshavare" in words(boss.get(place).text)
    assert "Vårdnadshavare" not in words(web.browser("ada").get(place).text)
    assert sent(boss, place, action="antal", day="2026-03-02", posts="2")[0] == 303
    assert sent(boss, place, action="antal", day="2026-03-02", posts="många")[0] == 422
    assert sent(boss, place, action="sedd")[0] == 303
    assert sent(boss, place, action="annat")[0] == 422


def test_the_records_plan_is_a_file_without_names(web: Web) -> None:
    channel = a_channel(web, name="+Sommar")
    with web.database.write() as session:
        mandate = channels.Mandate("responsible", name="Ebba Ek")
        channels.appoint(session, channels.hold(session, channel), mandate, actor=KIM, now=NOW)
    answer = web.browser("boss").get("/kanaler/dokumenthanteringsplan.csv")
    text = answer.data.decode("utf-8-sig")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "'+Sommar" in text and "Ebba" not in text


def test_those_without_a_role_for_it_see_nothing_of_the_register(web: Web) -> None:
    channel = a_channel(web)
    for path in ("/kanaler", f"/kanaler/{channel}", "/kanaler/dokumenthanteringsplan.csv", "/kris"):
        assert web.browser("sven").get(path).status_code == 403
        assert web.browser().get(path).status_code == 303


# ── crisis mode ──────────────────────────────────────────────────────────────────────────────────────


def test_crisis_mode_is_turned_on_used_and_turned_off_in_the_browser(web: Web) -> None:
    channel = a_channel(web)
    boss, ada = web.browser("boss"), web.browser("ada")
    start = {"action": "pa", "reason": "Vattnet är otjänligt", "information_url": "https://exempel.se/vatten"}
    assert sent(ada, "/kris", **start)[0] == 403
    status, page = sent(boss, "/kris", action="pa", reason="", information_url="x")
    assert status == 422 and 'id="f-information_url-e"' in page
    assert sent(boss, "/kris", **start)[0] == 303
    assert "Krisläge råder." in words(ada.get("/inkorg").text)
    text = words(boss.get("/kris").text)
    assert "Kommunstyrelsen" in text, "Säter moves the responsibility"
    assert "Den här kanalen används inte just nu. Information finns på https://exempel.se/vatten" in text
    assert sent(boss, "/kris", action="kanal", channel=channel, used="nej")[0] == 303
    assert "används inte just nu" in words(web.browser().get("/sociala-medier").text)
    assert sent(boss, "/kris", action="kanal", channel="x", used="nej")[0] == 422
    web.post("Finns det tankbil?", channel=str(WHOLE["name"]))
    web.clock.pass_by(minutes=30)
    assert "1 inlägg och meddelanden" in words(boss.get("/kris/sammanstallning").text)
    assert sent(boss, "/kris", action="lamna")[0] == 303
    told = boss.get("/kris/sammanstallning.json?nr=1").json
    assert told is not None and (told["number"], told["total"]) == (1, 1)
    now = boss.get("/kris/sammanstallning.json").json
    assert now is not None and now["total"] == 0
    assert sent(boss, "/kris", action="av", end_reason="")[0] == 422
    assert sent(boss, "/kris", action="av", end_reason="Vattnet är bra igen")[0] == 303
    assert "Krisläge råder." not in words(ada.get("/inkorg").text)
    assert "används inte just nu" not in words(web.browser().get("/sociala-medier").text)
    assert boss.get("/kris/sammanstallning").status_code == 409
