"""What a locked case sends to the register, and what may stand in a public subject."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

import workflows
from adapters.contract import DocumentRecord, Registration
from service import cases, evidence, items, quality, registrations, secrecy
from service.actors import Actor
from service.errors import Conflict, Invalid, NotFound
from service.outbox import resolve
from service.store import CaseRow, Database, PersonRow, RegistrationRow
from tests.service import case_world as world
from tests.service.locked_world import ASSESS, SIRI, a_locked_case
from workflows.forms import public_subject

NOW, MARIA, JOHAN, ANNA = world.NOW, world.MARIA, world.JOHAN, world.ANNA


@pytest.fixture
def locked(database: Database) -> str:
    return a_locked_case(database)


def to_registration(database: Database, case_id: str, actor: Actor, subject: str | None = None) -> None:
    """Assess as a complaint that starts a case, and decide on the registration."""
    with database.write() as session:
        task = world.task_named(session, case_id, ASSESS)
        cases.complete(session, task.id, world.COMPLAINT, version=None, actor=actor, now=NOW)
    with database.write() as session:
        task = world.task_named(session, case_id, "Registrera i diariet")
        answers = {**world.REGISTER, "sender_public": True}
        if subject is not None:
            answers["case_subject"] = subject
        cases.complete(session, task.id, answers, version=None, actor=SIRI, now=NOW)


def mark(database: Database, case_id: str, **given: object) -> None:
    chosen = {"chapter": "26", "section": "1", "authority": "Socialnämnden"} | given
    with database.write() as session:
        case = cases.hold(session, case_id)
        secrecy.mark(session, case, actor=MARIA, now=NOW, **chosen)  # type: ignore[arg-type]
        registrations.conceal(session, case, now=NOW)


def the_record(database: Database, case_id: str) -> Registration:
    with database.read() as session:
        row = session.scalars(select(RegistrationRow).where(RegistrationRow.case_id == case_id)).one()
        return registrations.payload(session, row)


def test_a_locked_case_is_registered_with_its_mark_and_shows_nobody(database: Database, locked: str) -> None:
    mark(
        database,
        locked,
        protected_subject="Pojken i 4B",
        review_on=date(2027, 3, 3),
    )
    to_registration(database, locked, MARIA)
    record = the_record(database, locked)
    assert record.secrecy is not None
    assert (record.secrecy.chapter, record.secrecy.section) == (26, "1 §")
    assert (record.secrecy.marked_on, record.secrecy.authority) == (date(2026, 3, 3), "Socialnämnden")
    assert record.secrecy.review_on == date(2027, 3, 3)
    assert record.subject == "Synpunkt på lekplats"
    assert [p.public for p in record.parties] == [False]
    assert "4B" not in record.subject
    assert quality.broken(record) == ()


def test_a_locked_case_without_a_mark_is_not_registered_and_the_step_says_why(
    database: Database, locked: str
) -> None:
    with pytest.raises(Conflict) as refused:
        to_registration(database, locked, MARIA)
    assert "sekretessmarkering" in str(refused.value)
    with database.read() as session:
        assert session.scalars(select(RegistrationRow)).all() == []
        assert world.task_named(session, locked, "Registrera i diariet").status == "open"


def test_a_record_that_waits_when_the_case_is_locked_is_made_again_with_the_mark(database: Database) -> None:
    world.deploy(database)
    with database.write() as session:
        session.add(
            PersonRow(id=SIRI.id, login="siri", name=SIRI.name, password_hash="!", roles=[], created_at=NOW)
        )
    case_id = world.a_post(database).case_id
    with database.write() as session:
        task = world.task_named(session, case_id, ASSESS)
        cases.complete(session, task.id, world.COMPLAINT, version=None, actor=MARIA, now=NOW)
    with database.write() as session:
        task = world.task_named(session, case_id, "Registrera i diariet")
        answers = {**world.REGISTER, "sender_public": True}
        cases.complete(session, task.id, answers, version=None, actor=ANNA, now=NOW)
    assert [p.public for p in the_record(database, case_id).parties] == [True]
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, case_id), actor=MARIA, now=NOW)
    mark(database, case_id)
    record = the_record(database, case_id)
    assert record.secrecy is not None
    assert [p.public for p in record.parties] == [False]


def test_a_document_that_was_drawn_up_here_is_still_so_when_it_is_made_again(database: Database) -> None:
    world.deploy(database)
    case_id = world.a_post(database).case_id
    asked = workflows.OperationRequested(
        "t-1", "e-1", "Registrera", "register_document", {"direction": "internal"}
    )
    with database.write() as session:
        case = cases.hold(session, case_id)
        case.registration_number = "KS 2026/00012"
        registrations.request(session, case, asked, now=NOW + timedelta(days=2))
    before = the_record(database, case_id)
    with database.write() as session:
        secrecy.lock(session, cases.hold(session, case_id), actor=MARIA, now=NOW + timedelta(days=3))
    mark(database, case_id)
    after = the_record(database, case_id)
    assert isinstance(before, DocumentRecord) and isinstance(after, DocumentRecord)
    assert (after.direction, after.document_date, after.parties) == ("internal", date(2026, 3, 5), ())
    assert after.received_or_sent_at == before.received_or_sent_at == NOW + timedelta(days=2)
    assert before.secrecy is None and after.secrecy is not None


def test_the_files_of_a_locked_case_go_under_neutral_names(database: Database, locked: str) -> None:
    with database.write() as session:
        case = cases.hold(session, locked)
        evidence.keep(
            session,
            case,
            item_id=None,
            kind="capture",
            name="Kalle i 4B.txt",
            media_type="text/plain",
            content=b"bild",
            actor=MARIA,
            now=NOW,
        )
        case.registration_number = "KS 2026/1"
    mark(database, locked)
    with database.write() as session:
        case = cases.hold(session, locked)
        record = registrations._document(
            session, case, cases.case_key(session, case), "0b8f2c5e-5f0f-4c0a-9f5f-3c6f1f2a7d11"
        )
    assert [f.name for f in record.files] == ["handling-1.txt", "handling-2.txt"]


def test_a_registrar_reaches_a_locked_registration_only_with_the_secrecy_role_or_a_clearance(
    database: Database, locked: str
) -> None:
    mark(database, locked)
    to_registration(database, locked, MARIA)
    with database.read() as session:
        one = session.scalars(select(RegistrationRow.id)).one()
    with pytest.raises(NotFound), database.write() as session:
        resolve.cancel(session, one, "replaced", actor=ANNA, now=NOW)
    with database.write() as session:
        resolve.cancel(session, one, "replaced", actor=SIRI, now=NOW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"chapter": "0"}, "chapter"),
        ({"chapter": "45"}, "chapter"),
        ({"chapter": "tjugosex"}, "chapter"),
        ({"section": ""}, "section"),
        ({"section": "första"}, "section"),
        ({"authority": " "}, "authority"),
        ({"review_on": date(2026, 3, 2)}, "review_on"),
    ],
)
def test_a_mark_says_provision_day_and_authority(
    database: Database, locked: str, given: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        mark(database, locked, **given)
    assert field in refused.value.fields


def test_only_a_locked_case_is_marked_and_a_lifted_mark_counts_no_more(
    database: Database, locked: str
) -> None:
    open_case = world.a_post(database, "Ett annat inlägg").case_id
    with pytest.raises(Conflict):
        mark(database, open_case)
    mark(database, locked)
    with database.write() as session:
        secrecy.lift(session, cases.hold(session, locked), actor=MARIA, now=NOW)
    with database.read() as session:
        assert secrecy.marking_of(session, session.get_one(CaseRow, locked)) is None


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [
        ("Klagomål från Karin om snöröjning", public_subject.NAME),
        ("Klagomål på Mohammeds skötsel av lekplats", public_subject.NAME),
        ("Synpunkt från K. Andersson om buss", public_subject.NAME),
        ("Fråga från @kalle om simhallen", public_subject.HANDLE),
        ("Fråga från kalle@exempel.se om simhallen", public_subject.MAIL),
        ("Orosanmälan 19890101-2384 skola", public_subject.IDENTITY),
        ("Orosanmälan 8901012384 skola", public_subject.IDENTITY),
        ("Ring 070-123 45 67 om lekplatsen", public_subject.TELEPHONE),
        ("Inlägg på https://social.example/1", public_subject.ADDRESS),
        ("Inlägg på facebook.com om simhallen", public_subject.ADDRESS),
        ("Klagomål på LSS-boende och BUP", public_subject.ABBREVIATED),
        ("Klagomål ang. snöröjning", public_subject.ABBREVIATED),
        ("Complaint about the snow", public_subject.NOT_SWEDISH),
        ("Klagomål", public_subject.EMPTY),
        ("...", public_subject.EMPTY),
    ],
)
def test_a_public_subject_is_refused_with_a_sentence_that_repeats_nothing(subject: str, wrong: str) -> None:
    assert public_subject.wrong(subject) == wrong


@pytest.mark.parametrize(
    "subject",
    [
        "Synpunkt om snöröjning via Facebook",
        "Klagomål på trasig gunga på lekplats",
        "Fråga om simhallens öppettider 2026",
        "Klagomål på trafiken vid Karin Boyes gata",
        "Ny uppgift i pågående ärende KS 2026/00231".replace("KS ", ""),
        "Synpunkt på avgift 1 500 kronor per år",
        "Klagomål på IT-stöd i skolan",
    ],
)
def test_an_ordinary_subject_is_taken(subject: str) -> None:
    assert public_subject.wrong(subject) is None


@given(st.text(max_size=255))
def test_whatever_is_written_the_check_answers_and_never_repeats_it(subject: str) -> None:
    sentences = {text for name, text in vars(public_subject).items() if name.isupper() and name[0] != "_"}
    assert public_subject.wrong(subject) in {None, *sentences}


def test_a_subject_may_not_name_the_sender_however_unusual_the_name(database: Database) -> None:
    world.deploy(database)
    with database.write() as session:
        post = items.Post("Facebook", None, "Xerxes Qvarnmo", "Hej", None)
        case_id = items.receive_post(session, post, (), actor=MARIA, now=NOW).case_id
    with database.write() as session:
        task = world.task_named(session, case_id, ASSESS)
        cases.complete(session, task.id, world.COMPLAINT, version=None, actor=MARIA, now=NOW)
    with pytest.raises(Invalid) as refused, database.write() as session:
        task = world.task_named(session, case_id, "Registrera i diariet")
        answers = {**world.REGISTER, "case_subject": "Synpunkt från qvarnmo om lekplats"}
        cases.complete(session, task.id, answers, version=None, actor=ANNA, now=NOW)
    assert refused.value.fields == {"case_subject": public_subject.NAME}
