"""The public register: the same bytes for everybody, no name in them, and a report that becomes a case."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select

from service import channels, crisis, profiles
from service.actors import Actor
from service.channels import Mandate, limits
from service.errors import Invalid
from service.store import CaseRow, ChannelPersonRow, ChannelRow, Database, ItemRow, PersonRow
from tests.service.http.web import NOW, Web, a_web, words
from tests.service.test_channels import WHOLE

KIM = Actor("p-kim", "Kim Sand", frozenset({"communications_manager"}))
FORMATS = (
    "/sociala-medier",
    "/sociala-medier?sprak=en",
    "/sociala-medier.json",
    "/sociala-medier.csv",
    "/sociala-medier.atom",
    "/sociala-medier/inbaddad",
)


@pytest.fixture
def web(database: Database) -> Web:
    return a_web(database)


def a_channel(web: Web, state: str = "active", **more: object) -> str:
    with web.database.write() as session:
        return channels.register(session, WHOLE | more, state=state, actor=KIM, now=NOW).id


def closed(web: Web, channel: str) -> None:
    with web.database.write() as session:
        channels.begin_closing(session, channel, actor=KIM, now=NOW)
        channels.close(session, channel, archive_place="Stadsarkivet", actor=KIM, now=NOW)


def test_the_register_shows_what_is_in_use_what_is_closed_and_links_to_politicians(web: Web) -> None:
    a_channel(web)
    closed(web, a_channel(web, name="Sommaren 2020", url="https://x.com/sommaren"))
    a_channel(web, state="onboarding", name="Kommer snart", url="https://x.com/snart")
    a_channel(
        web,
        name="Kommunstyrelsens ordförande",
        url="https://x.com/ordforande",
        kind="external_link_politician",
        disclaimer="Åsikterna är den förtroendevaldas egna.",
    )
    page = web.browser().get("/sociala-medier")
    text = words(page.text)
    assert page.status_code == 200
    assert "Biblioteket på Facebook" in text and "biblioteket@exempel.se" in text
    assert "Sommaren 2020" in text and "2026-03-03 – 2026-03-03" in text and "Stadsarkivet" in text
    assert "Åsikterna är den förtroendevaldas egna." in text
    assert "Kommer snart" not in text
    assert "<script" not in page.text.replace('<script src="/static/app.js', "")


def test_each_administration_has_its_own_part(web: Web) -> None:
    a_channel(web)
    a_channel(web, name="Skolan på X", url="https://x.com/skolan", administration="Skola")
    text = words(web.browser().get("/sociala-medier?forvaltning=Skola").text)
    assert "Skolan på X" in text and "Biblioteket på Facebook" not in text
    told = web.browser().get("/sociala-medier.json?forvaltning=Skola").json
    assert told is not None and [one["account"] for one in told["accounts"]] == ["Skolan på X"]


def test_programs_get_json_csv_and_a_feed_that_can_be_read(web: Web) -> None:
    channel = a_channel(web, name="=Bok & <b>läs</b>", purpose="Böcker; filmer")
    browser = web.browser()
    told = browser.get("/sociala-medier.json")
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    assert told.json is not None and told.json["accounts"][0]["account"] == "=Bok & <b>läs</b>"
    sheet = browser.get("/sociala-medier.csv").data.decode("utf-8-sig").splitlines()
    assert sheet[1].startswith("'=Bok") and '"Böcker; filmer"' in sheet[1]
    feed = etree.fromstring(browser.get("/sociala-medier.atom").data, etree.XMLParser(resolve_entities=False))
    entry = feed.find("{http://www.w3.org/2005/Atom}entry")
    assert entry is not None
    assert entry.findtext("{http://www.w3.org/2005/Atom}id") == f"urn:uuid:{channel}"
    assert entry.findtext("{http://www.w3.org/2005/Atom}title") == "=Bok & <b>läs</b>"
    assert "<b>läs" not in browser.get("/sociala-medier").text


def test_the_public_pages_are_cached_and_asked_about_and_nothing_else_is(web: Web) -> None:
    channel = a_channel(web)
    browser = web.browser()
    for path in (*FORMATS, f"/sociala-medier/{channel}", "/sociala-medier/akta?adress=x.com/y"):
        first = browser.get(path)
        assert first.status_code == 200
        kind = "private" if "sprak" in path else "public"
        assert first.headers["Cache-Control"].startswith(kind), path
        assert "ordna_besok" not in first.headers.get("Set-Cookie", "")
        again = browser.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert browser.get(f"/sociala-medier/{channel}/anmal").headers["Cache-Control"] == "no-store"
    assert browser.get("/logga-in").headers["Cache-Control"] == "no-store"


def test_everybody_gets_the_same_bytes(web: Web) -> None:
    channel = a_channel(web)
    for path in (*FORMATS, f"/sociala-medier/{channel}"):
        assert web.browser().get(path).data == web.browser("sven").get(path).data


def test_only_the_embeddable_list_may_stand_in_a_frame(web: Web) -> None:
    a_channel(web)
    framed = web.browser().get("/sociala-medier/inbaddad").headers
    assert "frame-ancestors https: http:" in framed["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed
    alone = web.browser().get("/sociala-medier").headers
    assert "frame-ancestors 'none'" in alone["Content-Security-Policy"]
    assert alone["X-Frame-Options"] == "DENY"


def test_a_channel_tells_what_visitors_are_owed_under_the_profile(database: Database) -> None:
    web = a_web(database, PROFILE="sater")
    web.database.info[profiles.INFO] = profiles.load("sater")
    channel = a_channel(web, name="Bok*klubben*", answers="Lån")
    text = words(web.browser().get(f"/sociala-medier/{channel}").text)
    for owed in (
        "Bok*klubben* är en officiell kanal för Exempelkommun",
        "blir allmänna handlingar",
        "personangrepp eller kränkningar",
        "Du ansvarar själv",
        "Kulturnämnden är personuppgiftsansvarig",
        "dataskyddsombud",
        "24 timmar",
        f"/sociala-medier/{channel}/anmal",
    ):
        assert owed in text, owed
    assert "{" not in text


def test_a_channel_that_is_not_public_is_not_there(web: Web) -> None:
    channel = a_channel(web, state="onboarding")
    assert web.browser().get(f"/sociala-medier/{channel}").status_code == 404
    assert web.browser().get(f"/sociala-medier/{channel}/anmal").status_code == 404


# ── genuine or not ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("language", ["sv", "en"])
def test_somebody_asks_whether_an_account_is_genuine(web: Web, language: str) -> None:
    a_channel(web)
    closed(web, a_channel(web, name="Sommaren 2020", url="https://x.com/sommaren"))

    def asked(address: str) -> tuple[str, str]:
        browser = web.browser()
        page = browser.get("/sociala-medier/akta", query_string={"adress": address, "sprak": language})
        told = browser.get("/sociala-medier/verify", query_string={"service_url": address}).json
        assert told is not None and told["verified"] == (told["answer"] == "yes")
        return str(told["answer"]), words(page.text)

    said = {
        "sv": ("Ja.", "Nej.", "stängdes 2026-03-03", "går inte att läsa"),
        "en": ("Yes.", "No.", "closed 2026-03-03", "cannot be read"),
    }[language]
    for address, answer, sentence in (
        ("m.facebook.com/ExempelBiblioteket?x=1", "yes", said[0]),
        ("facebook.com/exempelbibliotek", "no", said[1]),
        ("https://twitter.com/sommaren", "closed", said[2]),
        ("facebook.com\\exempelbiblioteket", "unreadable", said[3]),
        ("https://facebook.com@evil.example/exempelbiblioteket", "unreadable", said[3]),
    ):
        found, text = asked(address)
        assert (found, sentence in text) == (answer, True), address


def test_an_address_that_is_asked_about_is_never_markup(web: Web) -> None:
    page = web.browser().get("/sociala-medier/akta", query_string={"adress": '"><script>alert(1)</script>'})
    assert page.status_code == 200 and "<script>alert" not in page.text
    assert web.browser().get("/sociala-medier/verify?service_url=" + "a" * 9000).status_code == 200


# ── a report ─────────────────────────────────────────────────────────────────────────────────────────


def reported(web: Web, channel: str, **fields: str) -> tuple[int, str]:
    place = f"/sociala-medier/{channel}/anmal"
    answer = web.browser().submit(place, fields, page=place)
    return answer.status_code, answer.text


def test_a_visitors_report_opens_a_case_and_gives_a_receipt(web: Web) -> None:
    channel = a_channel(web)
    fields = {"reason": "insult", "text": "Otäckt skrivet om mig", "url": "https://facebook.com/p/1"}
    status, page = reported(web, channel, **fields)
    receipt = re.search(r"A-[A-Z2-7]{4}-[A-Z2-7]{4}", page)
    assert status == 200 and receipt is not None
    assert receipt[0] in reported(web, channel, **fields)[1], "the same again: the same receipt"
    with web.database.write() as session:
        case = session.scalars(select(CaseRow)).one()
        item = session.scalars(select(ItemRow)).one()
        assert (case.channel_id, case.process, item.source) == (channel, "complaint", "report")
        assert "Otäckt" not in case.title
        assert case.unit == "Biblioteket"
    shown = words(web.browser("maria").get(f"/arenden/{case.id}").text)
    assert "Otäckt skrivet om mig" in shown and receipt[0] in shown


def test_a_report_that_cannot_be_used_is_told_beside_its_field(web: Web) -> None:
    channel = a_channel(web)
    status, page = reported(web, channel, text="x")
    assert status == 422 and 'id="f-reason-e"' in page and ">x</textarea>" in page.replace("\n", "")
    assert reported(web, channel, reason="other")[0] == 422
    assert reported(web, channel, reason="other", text="x" * 5001)[0] == 422
    assert reported(web, channel, reason="other", text="x", url="javascript:1")[0] == 422
    with web.database.read() as session:
        assert session.scalars(select(CaseRow)).all() == []


def test_who_reports_without_end_has_to_wait_an_hour(web: Web) -> None:
    channel = a_channel(web)
    for number in range(limits.MAX_FROM_ONE):
        assert reported(web, channel, reason="other", text=f"nummer {number}")[0] == 200
    status, page = reported(web, channel, reason="other", text="en till")
    assert status == 429 and "en till" not in page
    web.clock.pass_by(hours=1)
    assert reported(web, channel, reason="other", text="en till")[0] == 200


def test_a_report_of_what_has_become_secret_tells_the_visitor_nothing(web: Web) -> None:
    channel = a_channel(web)
    fields = {"reason": "personal_data", "text": "Här står en diagnos"}
    before = reported(web, channel, **fields)
    with web.database.write() as session:
        session.scalars(select(CaseRow)).one().secrecy = "need_to_know"
    after = reported(web, channel, **fields)
    assert (after[0], words(after[1])) == (before[0], words(before[1]))
    with web.database.read() as session:
        assert len(session.scalars(select(CaseRow)).all()) == 1


def test_a_report_from_another_site_is_refused(web: Web) -> None:
    channel = a_channel(web)
    answer = web.browser().client.post(
        f"/sociala-medier/{channel}/anmal", data={"reason": "other", "text": "x"}
    )
    assert answer.status_code == 403


# ── a crisis ─────────────────────────────────────────────────────────────────────────────────────────


def test_in_a_crisis_visitors_see_which_channels_are_not_used_and_where_to_look(web: Web) -> None:
    channel = a_channel(web)
    with web.database.write() as session:
        crisis.start(
            session,
            reason="Intern orsak",
            information_url="https://exempel.se/kris",
            actor=KIM,
            now=NOW,
        )
        crisis.use(session, channel, False, actor=KIM, now=NOW)
    for path in ("/sociala-medier", f"/sociala-medier/{channel}", "/sociala-medier/inbaddad"):
        text = words(web.browser().get(path).text)
        assert "Kontot används inte just nu." in text and "https://exempel.se/kris" in text
        assert "Intern orsak" not in text
    told = web.browser().get("/sociala-medier.json").json
    assert told is not None and told["accounts"][0]["used_in_crisis"] is False


# ── never a name ─────────────────────────────────────────────────────────────────────────────────────

_WORD = st.text("abcdefghijklmnopqrstuvwxyzåäöé", min_size=4, max_size=12).map(str.title)
_NAME = st.tuples(_WORD, _WORD).map(" ".join)
_PROSE = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(_NAME, min_size=1, max_size=4, unique=True),
    prose=st.lists(_PROSE, min_size=4, max_size=4),
    planted=st.booleans(),
)
def test_no_byte_of_any_format_holds_a_name(
    web: Web, people: list[str], prose: list[str], planted: bool
) -> None:
    """Random channels with random people; with `planted`, names stand in the texts as somebody's first
    mistake that no form stopped: written before the person had an account."""
    canaries = [f"Kanarie{first} {last}fink" for first, last in (name.split() for name in people)]
    with web.database.write() as session:
        for model in (ChannelPersonRow, ChannelRow):
            for row in session.scalars(select(model)):
                session.delete(row)
            session.flush()
        row = ChannelRow(
            id="00000000-0000-4000-8000-00000000000a",
            name=f"Tips av {canaries[0]}" if planted else "Biblioteket",
            platform="Facebook",
            kind="social",
            url=f"https://facebook.com/{canaries[-1].replace(' ', '.')}" if planted else "https://x.com/a",
            url_key="x",
            unit="Biblioteket",
            administration="Kultur",
            board="Nämnden",
            owner_kind="sector",
            purpose=f"{prose[0]} {canaries[0].upper()}" if planted else prose[0],
            target_group=prose[1],
            answers=f"Fråga {canaries[-1]}!" if planted else prose[2],
            answers_not=prose[3],
            contact=f"{canaries[0].lower().replace(' ', '.')}@exempel.se" if planted else "info@exempel.se",
            state="active",
            opened_on=date(2026, 1, 1),
            information=[],
            checklist=[],
            created_at=NOW,
            changed_at=NOW,
        )
        session.add(row)
        session.flush()
        for number, name in enumerate(canaries):
            session.add(
                ChannelPersonRow(
                    id=f"m{number}",
                    channel_id=row.id,
                    name=name,
                    part="administrator",
                    starts_on=date(2026, 1, 1),
                    created_at=datetime(2026, 1, 1, tzinfo=UTC),
                    created_by="x",
                )
            )
    found = [web.browser().get(path) for path in (*FORMATS, f"/sociala-medier/{row.id}")]
    found.append(web.browser().get("/sociala-medier/verify?service_url=https://x.com/a"))
    for answer in found:
        assert answer.status_code == 200
        body = answer.data.decode() + json.dumps(dict(answer.headers))
        assert "kanarie" not in body.casefold()


def test_a_name_that_was_written_before_the_person_had_an_account_disappears(web: Web) -> None:
    a_channel(web, purpose="Boktips av Ebba Ek.")
    assert "Ebba Ek" in web.browser().get("/sociala-medier").text
    with web.database.write() as session:
        session.add(
            PersonRow(id="p-ebba", login="e", name="Ebba Ek", password_hash="!", roles=[], created_at=NOW)
        )
    assert "Ebba" not in web.browser().get("/sociala-medier").text
    with web.database.write() as session, pytest.raises(Invalid):
        row = session.scalars(select(ChannelRow)).one()
        channels.appoint(session, row, Mandate("deputy", person_id="p-ebba"), actor=KIM, now=NOW)
