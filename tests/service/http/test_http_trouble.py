"""When the diarium gave no certain answer: what a registrar sees, is asked, and may do."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from adapters.contract import Receipt, Registration, Unavailable
from service import cases
from service.outbox import tasks as shown
from service.store import Database, RegistrationRow
from tests.service.http.web import ASSESS, COMPLAINT, NOW, REGISTER, Web, a_web


@dataclass(slots=True)
class Register:
    """A diarium that knows what it was told to know."""

    known: dict[str, Receipt] = field(default_factory=dict)
    silent: bool = False

    def register(self, registration: Registration, *, timeout: float | None = None) -> Receipt:
        raise Unavailable("nothing is sent from a page")

    def find(self, key: str) -> tuple[Receipt, ...]:
        if self.silent:
            raise Unavailable("no answer")
        return (self.known[key],) if key in self.known else ()

    def check(self) -> str:
        return "answers"


@dataclass(slots=True)
class Trouble:
    web: Web
    diarium: Register
    case_id: str
    task_id: str
    registration_id: str

    @property
    def path(self) -> str:
        return f"/uppgifter/{self.task_id}"

    def state(self) -> tuple[str, str | None]:
        with self.web.database.read() as session:
            row = session.get_one(RegistrationRow, self.registration_id)
            return row.state, row.number


@pytest.fixture
def trouble(database: Database) -> Trouble:
    diarium = Register()
    web = a_web(database, diarium=diarium)
    case_id = web.post().case_id
    for name, answers in ((ASSESS, COMPLAINT), ("Registrera i diariet", REGISTER)):
        task = web.task(case_id, name)
        with database.write() as session:
            cases.complete(session, task.id, answers, version=None, actor=web.people["maria"], now=NOW)
    with database.write() as session:
        row = session.scalars(select(RegistrationRow).where(RegistrationRow.case_id == case_id)).one()
        row.state, row.sent, row.last_error = "uncertain", True, "Diariet svarade inte."
        shown.show(session, row, shown.UNCERTAIN, NOW)
        registration = row.id
    return Trouble(web, diarium, case_id, web.task(case_id, shown.UNCERTAIN).id, registration)


def test_the_registrar_sees_what_happened_and_what_can_be_done(trouble: Trouble) -> None:
    page = trouble.web.browser("rut").get(trouble.path).text
    for text in (
        "Vi vet inte om diariet tog emot",
        "Slå upp nu",
        "Skicka igen",
        "Registrerat för hand",
        "Osäker",
        "Avbryt registreringen",
        "Diariet svarade inte.",
    ):
        assert text in page
    assert "Behöver dig" in page


def test_looking_up_takes_the_number_when_the_diarium_has_it(trouble: Trouble) -> None:
    key = trouble.registration_id
    trouble.diarium.known[key] = Receipt(key, "KS 2026/00231", "1", NOW)
    browser = trouble.web.browser("rut")
    answer = browser.submit(trouble.path, {"action": "slaupp"})
    assert answer.status_code == 303
    assert trouble.state() == ("registered", "KS 2026/00231")
    assert "Diariet har handlingen" in browser.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("silent", "text"), [(False, "inte finns där"), (True, "inget svar som går att lita på")]
)
def test_looking_up_without_a_find_changes_nothing(trouble: Trouble, silent: bool, text: str) -> None:
    trouble.diarium.silent = silent
    browser = trouble.web.browser("rut")
    answer = browser.submit(trouble.path, {"action": "slaupp"})
    assert text in browser.get(answer.headers["Location"]).text
    assert trouble.state() == ("uncertain", None)


@pytest.mark.parametrize(
    ("fields", "asked", "state"),
    [
        ({"action": "skicka"}, "Ja, skicka igen", ("retry", None)),
        (
            {"action": "hand", "number": "KS 2026/00231"},
            "Ja, numret stämmer",
            ("registered", "KS 2026/00231"),
        ),
        ({"action": "avbryt", "reason": "not_a_record"}, "Ja, avbryt registreringen", ("cancelled", None)),
    ],
)
def test_what_cannot_be_undone_is_asked_for_first(
    trouble: Trouble, fields: dict[str, str], asked: str, state: tuple[str, str | None]
) -> None:
    browser = trouble.web.browser("rut")
    question = browser.submit(trouble.path, fields)
    assert question.status_code == 200 and asked in question.text
    assert trouble.state() == ("uncertain", None)
    done = browser.submit(trouble.path, {**fields, "bekrafta": "ja"})
    assert done.status_code == 303, done.text
    assert trouble.state() == state


@pytest.mark.parametrize(
    "fields",
    [
        {"action": "hand", "number": ""},
        {"action": "hand", "number": "x" * 200, "bekrafta": "ja"},
        {"action": "avbryt"},
        {"action": "avbryt", "reason": "påhittat", "bekrafta": "ja"},
        {"action": "avbryt", "reason": "påhittat"},
        {"action": "hand", "number": "KS 1", "status": "x"},
        {"action": "slaupp", "number": "KS 1"},
        {"action": "okänd"},
    ],
)
def test_what_is_missing_or_unknown_is_refused(trouble: Trouble, fields: dict[str, str]) -> None:
    assert trouble.web.browser("rut").submit(trouble.path, fields).status_code == 422
    assert trouble.state() == ("uncertain", None)


def test_only_a_registrar_decides(trouble: Trouble) -> None:
    browser = trouble.web.browser("johan")
    assert (
        browser.submit(
            trouble.path, {"action": "avbryt", "reason": "not_a_record", "bekrafta": "ja"}
        ).status_code
        == 403
    )
    assert trouble.state() == ("uncertain", None)


def test_an_incident_without_a_registration_is_marked_as_handled(trouble: Trouble) -> None:
    with trouble.web.database.write() as session:
        task = cases.raise_incident(
            session,
            trouble.case_id,
            kind="incident",
            name="En tidsgräns gick ut",
            role="registrar",
            element="assess",
            now=NOW,
        )
        session.flush()
        path = f"/uppgifter/{task.id}"
    browser = trouble.web.browser("rut")
    assert "Markera som hanterad" in browser.get(path).text
    assert browser.submit(path, {"action": "slaupp"}).status_code == 409
    assert browser.submit(path, {"action": "hanterad"}).status_code == 303
    assert browser.submit(path, {"action": "hanterad"}).status_code == 409
