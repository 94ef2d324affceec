"""The register of channels: what it takes, what a channel must have before use, and what it finds wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import cases, channels, history, people
from service.actors import Actor
from service.cases import Arrival
from service.channels import Demands, Mandate, exports, limits, naming, public, selfchecks
from service.channels.demands import of_values
from service.channels.words import INFORMATION
from service.errors import Conflict, Invalid, Stale, TooMany
from service.store import ChannelRow, ConsentRow, Database, PersonRow
from tests.service import case_world

NOW = datetime(2026, 3, 3, 9, 14, tzinfo=UTC)
TODAY = date(2026, 3, 3)
KIM = Actor("p-kim", "Kim Sand", frozenset({"communications_manager"}))
STRICT = Demands(
    admins_min=2,
    deputy=True,
    deposit_with="communications_manager",
    terms=True,
    url_prefix="exempel",
    account_type="page",
    min_posts=2,
    capture_months=6,
)
WHOLE = {
    "name": "Biblioteket på Facebook",
    "platform": "Facebook",
    "url": "https://www.facebook.com/exempelbiblioteket/",
    "unit": "Biblioteket",
    "administration": "Kultur",
    "board": "Kulturnämnden",
    "purpose": "Berätta om böcker.",
    "contact": "biblioteket@exempel.se",
}


def a_channel(database: Database, state: str = "active", **more: object) -> str:
    with database.write() as session:
        return channels.register(session, WHOLE | more, state=state, actor=KIM, now=NOW).id


def staffed(database: Database, channel: str, *parts: str) -> None:
    with database.write() as session:
        row = channels.hold(session, channel)
        for number, part in enumerate(parts):
            mandate = Mandate(part, name=f"Person{number} Provsson")
            channels.appoint(session, row, mandate, actor=KIM, now=NOW)


def refused(database: Database, **fields: object) -> set[str]:
    with pytest.raises(Invalid) as wrong, database.write() as session:
        channels.register(session, WHOLE | fields, actor=KIM, now=NOW)
    return set(wrong.value.fields)


# ── entering and changing ────────────────────────────────────────────────────────────────────────────


def test_a_channel_says_what_it_is_for_and_the_same_address_is_not_taken_twice(database: Database) -> None:
    first = a_channel(database)
    assert refused(database, url="http://m.facebook.com/ExempelBiblioteket?ref=x") == {"url"}
    with database.write() as session:
        channels.begin_closing(session, first, actor=KIM, now=NOW)
        channels.close(session, first, actor=KIM, now=NOW)
    assert a_channel(database) != first, "a closed channel's address is free again"


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"name": " "}, "name"),
    ({"platform": ""}, "platform"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"comments_on": False}, "comments_off_reason"),
    ({"kind": "external_link_politician"}, "disclaimer"),
    ({"kind": "newspaper"}, "kind"),
    ({"purpose": "x" * 2001}, "purpose"),
    ({"ends_on": "i vår"}, "ends_on"),
    ({"information": ["nothing"]}, "information"),
    ({"invented": "x"}, "invented"),
    ({"contact": "anna.berg@exempel.se"}, "contact"),
    ({"contact": "Anna Berg"}, "contact"),
    ({"contact": "070-123 45 67"}, "contact"),
    ({"purpose": "Fråga anna.berg@exempel.se"}, "purpose"),
]


def test_what_the_register_cannot_take_is_refused_beside_its_field(database: Database) -> None:
    for fields, beside in REFUSED:
        assert refused(database, **fields) == {beside}, fields


def test_the_name_of_somebody_with_an_account_is_refused_in_every_public_text(database: Database) -> None:
    with database.write() as session:
        session.add(
            PersonRow(id="p", login="p", name="Vera Vass", password_hash="!", roles=[], created_at=NOW)
        )
    assert refused(database, name="Vera Vass tipsar") == {"name"}
    assert refused(database, answers="Frågor till VERA  VASS") == {"answers"}
    assert refused(database, url="https://www.facebook.com/veravass") == {"url"}
    assert refused(database, contact="vera.vass@exempel.se") == {"contact"}


def test_nobody_is_appointed_whose_name_stands_in_the_public_texts(database: Database) -> None:
    channel = a_channel(database, purpose="Boktips av Ebba Ek.")
    with pytest.raises(Invalid), database.write() as session:
        mandate = Mandate("administrator", name="Ebba Ek")
        channels.appoint(session, channels.hold(session, channel), mandate, actor=KIM, now=NOW)


def test_a_change_is_told_by_field_and_never_by_its_words(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        version = channels.channel(session, channel).version
        channels.change(session, channel, {"purpose": "Hemligt ord"}, version=version, actor=KIM, now=NOW)
    with database.read() as session:
        last = channels.events(session, channel)[0]
        assert (last.kind, last.data["fields"]) == ("channel_changed", ["purpose"])
        assert not list(history.verify(session))
    with pytest.raises(Stale), database.write() as session:
        channels.change(session, channel, {"purpose": "x"}, version=version, actor=KIM, now=NOW)


def test_an_application_becomes_one_channel_with_those_it_named(database: Database) -> None:
    case_world.deploy(database)
    answers = {
        "platform": "Instagram",
        "goals_and_purpose": "Visa parkerna.",
        "operating_unit": "Parkenheten",
        "administrators": "Ada Alm\nBo Björk",
        "responsible": "Ada Alm",
        "url_proposal": "ingen adress än",
    }
    with database.write() as session:
        arrival = Arrival("E-tjänst", "Ansökan om kanal", NOW, "Parkenheten")
        case = cases.open_case(session, "complaint", arrival, actor=KIM, now=NOW)
        session.flush()
        row = channels.open_from_application(session, case, answers, actor=KIM, now=NOW)
        again = channels.open_from_application(session, case, answers, actor=KIM, now=NOW)
        assert row is again
        assert (row.state, row.unit, row.purpose, row.url) == (
            "onboarding",
            "Parkenheten",
            "Visa parkerna.",
            None,
        )
        assert case.channel_id == row.id
        parts = sorted((p.part, p.name) for p in channels.people(session, row.id, TODAY))
        assert parts == [
            ("administrator", "Ada Alm"),
            ("administrator", "Bo Björk"),
            ("responsible", "Ada Alm"),
        ]


# ── into use and out of it ───────────────────────────────────────────────────────────────────────────


def test_a_channel_is_not_taken_into_use_before_everything_demanded_is_there(database: Database) -> None:
    channel = a_channel(database, state="onboarding", url="https://facebook.com/biblioteket", purpose="")
    with pytest.raises(channels.Incomplete) as wrong, database.write() as session:
        channels.activate(session, channel, STRICT, actor=KIM, now=NOW)
    assert [one.code for one in wrong.value.missing] == [
        "purpose",
        "administrators",
        "responsible",
        "deputy",
        "credentials",
        "terms",
        "information",
        "secrecy_notice",
        "dpia",
        "first_capture",
        "url_naming",
    ]
    staffed(database, channel, "administrator", "responsible", "deputy")
    with database.write() as session:
        fields = {
            "url": "https://facebook.com/exempelbiblioteket",
            "purpose": "Böcker",
            "information": list(INFORMATION),
            "secrecy_notice": True,
            "dpia_on": TODAY,
            "terms_saved_on": TODAY,
        }
        row = channels.change(session, channel, fields, actor=KIM, now=NOW)
        channels.deposit(session, row, "communications_manager", actor=KIM, now=NOW)
        channels.captured(session, channel, TODAY, actor=KIM, now=NOW)
    with database.write() as session:
        row = channels.activate(session, channel, STRICT, actor=KIM, now=NOW)
        assert (row.state, row.opened_on) == ("active", TODAY)


def test_the_life_of_a_channel_goes_one_way_and_its_row_stays(database: Database) -> None:
    channel = a_channel(database)
    staffed(database, channel, "responsible")
    with pytest.raises(Conflict), database.write() as session:
        channels.close(session, channel, actor=KIM, now=NOW)
    with database.write() as session:
        channels.warn_inactive(session, channel, actor=KIM, now=NOW)
        channels.begin_closing(session, channel, actor=KIM, now=NOW)
        channels.close(session, channel, archive_place="Stadsarkivet", actor=KIM, now=NOW)
    with database.read() as session:
        row = session.get_one(ChannelRow, channel)
        assert (row.state, row.closed_on, row.archive_place) == ("archived", TODAY, "Stadsarkivet")
        assert channels.people(session, channel, TODAY) == []
        assert public.listing(session).closed[0].id == channel
    with pytest.raises(Conflict), database.write() as session:
        channels.move(session, channel, "active", actor=KIM, now=NOW)


def test_a_channel_has_one_responsible_and_a_new_one_ends_the_mandate_of_the_old(database: Database) -> None:
    channel = a_channel(database)
    staffed(database, channel, "responsible", "responsible")
    with database.read() as session:
        assert [p.name for p in channels.people(session, channel, TODAY)] == ["Person1 Provsson"]


def test_the_sealed_note_opens_with_a_reason_and_the_reading_is_an_event(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        row = channels.hold(session, channel)
        kept = channels.deposit(
            session, row, "web_strategist", note="kuvert 7 i kassaskåpet", actor=KIM, now=NOW
        )
        assert kept.receipt == "K 2026-0001"
        assert b"kuvert" not in (kept.note_locked or b"")
    with pytest.raises(Invalid), database.write() as session:
        channels.read_note(session, kept.id, " ", actor=KIM, now=NOW)
    with database.write() as session:
        note = channels.read_note(session, kept.id, "Kontot är kapat", actor=KIM, now=NOW)
        assert note == "kuvert 7 i kassaskåpet"
        assert channels.events(session, channel)[0].kind == "channel_note_read"


def test_where_consent_is_written_no_other_ground_suffices_and_the_young_need_a_guardian(
    database: Database,
) -> None:
    written = Demands(consent="written", guardian_age=15)
    channel = a_channel(database)

    def kept(kind: str, demands: Demands, *, young: bool = False) -> ConsentRow:
        with database.write() as session:
            return channels.consent(
                session,
                channels.hold(session, channel),
                what="Bild från lovet",
                kind=kind,
                detail="Ett barn",
                given_on=TODAY,
                expires_on=TODAY + timedelta(days=30),
                young=young,
                demands=demands,
                actor=KIM,
                now=NOW,
            )

    for kind, young in (("exception", False), ("exception", True), ("written", True)):
        with pytest.raises(Invalid) as refused:
            kept(kind, written, young=young)
        assert set(refused.value.fields) == {"kind"}
    other = kept("exception", Demands(consent="expected"), young=True)
    assert channels.may_be_published(other, Demands(consent="expected"), TODAY)
    assert not channels.may_be_published(other, written, TODAY), "another rule holds now"
    signed = kept("guardian", written, young=True)
    last = TODAY + timedelta(days=30)
    assert channels.may_be_published(signed, written, last)
    assert not channels.may_be_published(signed, written, last + timedelta(days=1))


def test_a_consent_keeps_who_gave_it_encrypted(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        row = channels.hold(session, channel)
        kept = channels.consent(
            session,
            row,
            what="Bild från sommarlovet",
            kind="guardian",
            detail="Ett barn och en förälder",
            given_on=TODAY,
            expires_on=TODAY + timedelta(days=365),
            actor=KIM,
            now=NOW,
        )
        assert b"barn" not in kept.detail_locked
        assert [text for _, text in channels.consents(session, channel)] == ["Ett barn och en förälder"]
        assert channels.withdraw_consent(session, kept.id, actor=KIM, now=NOW).withdrawn_on == TODAY


# ── what the register finds by itself ────────────────────────────────────────────────────────────────


def findings(database: Database, channel: str, demands: Demands, today: date = TODAY) -> set[str]:
    with database.read() as session:
        row = session.get_one(ChannelRow, channel)
        return {one.code for one in channels.of_channel(session, row, demands, today)}


def test_a_channel_in_order_has_no_findings_and_each_fault_has_its_own(database: Database) -> None:
    whole = {
        "information": list(INFORMATION),
        "secrecy_notice": True,
        "dpia_on": TODAY,
        "terms_saved_on": TODAY,
        "last_capture_on": TODAY,
    }
    channel = a_channel(database, **whole)
    staffed(database, channel, "administrator", "responsible", "deputy")
    with database.write() as session:
        channels.deposit(
            session, channels.hold(session, channel), "communications_manager", actor=KIM, now=NOW
        )
    assert findings(database, channel, STRICT) == set()
    later = TODAY + timedelta(days=200)
    assert findings(database, channel, STRICT, later) == {"capture_overdue", "inactive"}
    for fields, code in (
        ({"terms_saved_on": None}, "terms_missing"),
        ({"secrecy_notice": False}, "secrecy_notice_missing"),
        ({"account_type": "personal"}, "personal_account"),
        ({"ends_on": TODAY - timedelta(days=1)}, "past_its_end"),
        ({"url": "https://facebook.com/annat"}, "url_naming"),
    ):
        with database.write() as session:
            channels.change(session, channel, fields, actor=KIM, now=NOW)
        assert code in findings(database, channel, STRICT)


def test_somebody_who_left_counts_no_more_and_is_a_finding(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        password = people.new_password("fyra glada grisar gräver", "lo")
        person = people.create(
            session, login="lo", name="Lo Lind", unit="", password=password, roles=(), actor=KIM, now=NOW
        )
        session.flush()
        for part in ("administrator", "responsible"):
            mandate = Mandate(part, person_id=person.id)
            channels.appoint(session, channels.hold(session, channel), mandate, actor=KIM, now=NOW)
    assert "left" not in findings(database, channel, Demands())
    with database.write() as session:
        people.disable(session, person.id, actor=KIM, now=NOW)
    found = findings(database, channel, Demands())
    assert {"left", "too_few_administrators", "no_responsible"} <= found


def test_two_posts_in_the_week_are_enough_and_one_is_not(database: Database) -> None:
    channel = a_channel(database, opened_on=TODAY - timedelta(days=30))
    demands = Demands(min_posts=2)
    with database.write() as session:
        channels.note_posts(session, channel, TODAY - timedelta(days=1), 1, actor=KIM, now=NOW)
    assert "inactive" in findings(database, channel, demands)
    with database.write() as session:
        channels.note_posts(session, channel, TODAY - timedelta(days=7), 1, actor=KIM, now=NOW)
    assert "inactive" not in findings(database, channel, demands)
    with pytest.raises(Invalid), database.write() as session:
        channels.note_posts(session, channel, TODAY + timedelta(days=1), 1, actor=KIM, now=NOW)


def test_a_profiles_variables_become_demands() -> None:
    values = {
        "admins_min": 2,
        "deputy_appointed_by": "none",
        "credentials_custody": "web_strategist",
        "terms_snapshot": True,
        "capture_interval": 12,
    }
    asked = of_values(values)
    assert (asked.admins_min, asked.deputy, asked.deposit_with) == (2, False, "web_strategist")
    assert (asked.terms, asked.capture_months, asked.min_posts) == (True, 12, 0)
    assert of_values({}) == Demands()


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_months_later_is_never_earlier_and_never_skips_a_month(day: date, months: int) -> None:
    later = selfchecks.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day <= day.day


# ── files and bounds ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("cell", ["=1+1", "+46", "-1", "@x", "\t=1", "＝1", "  =1", "|calc", "%0a"])
def test_no_cell_becomes_a_formula(cell: str) -> None:
    assert exports.cell(cell).startswith("'")
    assert exports.cell("Biblioteket") == "Biblioteket"


def test_the_records_plan_has_every_channel_and_no_name(database: Database) -> None:
    channel = a_channel(database, name="=Sommar")
    staffed(database, channel, "responsible")
    with database.read() as session:
        written = exports.plan_csv(channels.planned(session)).decode("utf-8-sig")
    assert "'=Sommar" in written and "Provsson" not in written


def test_who_reports_too_much_has_to_wait(database: Database) -> None:
    channel = a_channel(database)
    with database.write() as session:
        for _ in range(limits.MAX_FROM_ONE):
            limits.count(session, channel, "192.0.2.1", NOW)
    with pytest.raises(TooMany), database.write() as session:
        limits.count(session, channel, "192.0.2.1", NOW)
    with database.write() as session:
        limits.count(session, channel, "192.0.2.2", NOW)
        limits.count(session, channel, "192.0.2.1", NOW + timedelta(hours=1))


@pytest.mark.parametrize("contact", ["info@exempel.se", "barn.utbildning@exempel.se", "https://exempel.se/k"])
def test_the_address_of_a_function_is_taken(contact: str) -> None:
    assert naming.person_in_contact(contact, naming.Names.of(["Anna Berg"])) is None
