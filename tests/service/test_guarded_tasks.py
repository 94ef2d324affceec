"""Nothing is removed before the evidence is sealed: no task that the drawing guards, no line in the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from service import cases, definitions, evidence, items, profiles
from service.actors import SYSTEM, Actor
from service.cases import Arrival
from service.errors import Conflict
from service.evidence import EvidenceRefused, Upload
from service.items import Post
from service.keys import Keyring
from service.store import CaseRow, Database, PersonRow, RemovalRow, TaskRow, open_database
from service.store.migrate import migrate
from tests.service.http.web import NOW, Web, a_web, picture
from tests.workflows import models as m

MARIA = Actor("p-maria", "Maria Lind", frozenset({"channel_administrator"}))
GUARDED = m.process(
    m.lanes(Kanaladministratör="start remove end"),
    m.start(),
    m.user("remove", guard="sealed"),
    m.end(),
    "start -> remove -> end",
    id="guarded",
)


def deploy(database: Database) -> None:
    database.info[profiles.INFO] = profiles.load("ystad")
    with database.write() as session:
        definitions.deploy(session, {"model.bpmn": GUARDED}, actor=SYSTEM, now=NOW)


def a_case(database: Database) -> tuple[str, str]:
    """A case whose only task is guarded: (case, task)."""
    with database.write() as session:
        arrival = Arrival("Facebook", "Inlägg på Facebook", NOW, "Kansli")
        case = cases.open_case(session, "guarded", arrival, actor=SYSTEM, now=NOW)
        session.flush()
        return case.id, session.scalars(select(TaskRow.id).where(TaskRow.case_id == case.id)).one()


def completed(database: Database, task: str) -> None:
    with database.write() as session:
        cases.complete(session, task, {}, version=None, actor=MARIA, now=NOW)


# ── through the pages and the API ────────────────────────────────────────────────────────────────────


@pytest.fixture
def web(database: Database) -> Web:
    made = a_web(database)
    deploy(database)
    return made


def test_the_task_says_what_is_missing_and_one_paste_and_one_button_mend_it(web: Web) -> None:
    case_id, task = a_case(web.database)
    browser = web.browser("maria")
    page = browser.get(f"/uppgifter/{task}").text
    assert "Innehållet är inte sparat än" in page
    assert 'data-paste="inklistrad"' in page
    refused = browser.submit(f"/uppgifter/{task}", {"action": "slutfor"}, page=f"/uppgifter/{task}")
    assert refused.status_code == 409
    assert "inte förseglat" in refused.text
    api = browser.api("POST", f"/tasks/{task}/complete", json={"answers": {}})
    assert (api.status_code, "inte förseglat" in (api.json or {})["detail"]) == (409, True)
    pasted = {
        "uppgift": task,
        "avsandare": "Karin S",
        "bild": (BytesIO(picture()), "image.png", "image/png"),
        "action": "forsegla",
    }
    done = browser.submit(f"/arenden/{case_id}/bevis", pasted, page=f"/uppgifter/{task}")
    assert (done.status_code, done.location) == (303, f"/uppgifter/{task}?meddelande=bevis_forseglat")
    assert "Försegling 1" in browser.get(f"/uppgifter/{task}").text
    assert browser.submit(f"/uppgifter/{task}", {"action": "slutfor"}).status_code == 303


def test_evidence_may_come_in_pieces_and_is_sealed_when_whole(web: Web) -> None:
    case_id, _ = a_case(web.database)
    browser, path = web.browser("maria"), f"/arenden/{case_id}/bevis"

    def sent(**fields: object) -> str:
        answer = browser.submit(path, {"action": "forsegla", **fields})
        return answer.location or answer.text

    assert "meddelande=bevis_ofullstandigt" in sent(text="Skandal!")
    assert "Avsändaren är inte sparad än" in browser.get(path).text
    assert "meddelande=bevis_forseglat" in sent(okand="anonymous")
    with web.database.read() as session:
        assert evidence.standing(session, session.get_one(CaseRow, case_id)).sender == "anonymous"
    assert "Ange avsändaren eller skälet" in sent(okand="anonymous", avsandare="Karin", text="x")
    assert "Skriv" in sent(action="spara")
    assert f"/arenden/{case_id}" in browser.get(f"/arenden/{case_id}").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"lank": "javascript:alert(1)"}, "f-lank-e"),
        ({"okand": "nagot"}, "f-okand-e"),
        ({"tid": "i går"}, "f-tid-e"),
        ({"avsandare": "a" * 201}, "f-avsandare-e"),
        ({"bild": "a.exe"}, "f-bild-e"),
    ],
)
def test_what_must_be_mended_is_said_beside_its_field(web: Web, fields: dict[str, object], said: str) -> None:
    case_id, _ = a_case(web.database)
    if "bild" in fields:
        fields = {"bild": (BytesIO(b"MZ"), fields["bild"])}
    answer = web.browser("maria").submit(f"/arenden/{case_id}/bevis", {"action": "forsegla", **fields})
    assert answer.status_code == 422
    assert f'id="{said}"' in answer.text


def test_where_no_copy_may_be_kept_the_page_takes_none_and_offers_to_destroy(web: Web) -> None:
    received = web.post("Något", author="Okänd")
    with web.database.write() as session:
        case = cases.hold(session, received.case_id)
        evidence.metadata_only(session, case, actor=MARIA, now=NOW)
    browser, path = web.browser("maria"), f"/arenden/{received.case_id}/bevis"
    assert 'name="bild"' not in browser.get(path).text
    refused = browser.submit(path, {"action": "forsegla", "bild": (BytesIO(picture()), "a.png", "image/png")})
    assert refused.status_code == 409
    assert "ingen kopia" in refused.text
    assert browser.submit(path, {"action": "forstor"}).status_code == 303
    assert browser.submit(path, {"action": "forsegla"}).location.endswith("bevis_forseglat")


@pytest.mark.parametrize("login", ["olle", "sven"])
def test_who_does_not_work_in_cases_does_not_reach_it(web: Web, login: str) -> None:
    case_id, _ = a_case(web.database)
    browser = web.browser(login)
    assert browser.get(f"/arenden/{case_id}/bevis").status_code in (403, 404)
    assert browser.get(f"/arenden/{uuid4()}/bevis").status_code in (403, 404)


def test_a_case_that_is_closed_takes_no_more_evidence(web: Web) -> None:
    case_id, task = a_case(web.database)
    browser = web.browser("maria")
    given = {"text": "Hej", "avsandare": "Karin", "action": "forsegla"}
    browser.submit(f"/arenden/{case_id}/bevis", given)
    completed(web.database, task)
    answer = browser.submit(f"/arenden/{case_id}/bevis", given | {"text": "Mer"})
    assert answer.status_code == 409
    assert "avslutat" in answer.text


# ── no order of acts ─────────────────────────────────────────────────────────────────────────────────


@contextmanager
def refused(*codes: str) -> Iterator[None]:
    """The act is done, or refused by one of these codes and nothing else."""
    try:
        yield
    except EvidenceRefused as no:
        assert no.code in codes


class AnyOrder(RuleBasedStateMachine):
    """Acts on one guarded case in any order, in a house of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        url = f"sqlite:///{Path(self.folder.name) / 'ordna.sqlite'}"
        self.database = open_database(url, Keyring.of(bytes(range(32))))
        migrate(self.database)
        deploy(self.database)
        with self.database.write() as session:
            session.add(
                PersonRow(id=MARIA.id, login="m", name="M", password_hash="!", roles=[], created_at=NOW)
            )
        self.sealed_whole = False

    @initialize()
    def arrives(self) -> None:
        self.case_id, self.task = a_case(self.database)

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    @rule(text=st.sampled_from(["", "Skandal!"]), author=st.sampled_from(["", "Karin"]), pasted=st.booleans())
    def add(self, text: str, author: str, pasted: bool) -> None:
        files = [Upload("a.png", "image/png", picture())] if pasted else []
        if text or author or files:
            try:
                with self.database.write() as session:
                    post = Post("x", None, author or None, text)
                    items.add_to(
                        session, cases.hold(session, self.case_id), post, files, actor=MARIA, now=NOW
                    )
            except Conflict:
                pass  # closed, or no copy may be kept

    @rule()
    def seal(self) -> None:
        with (
            refused("evidence_missing", "sender_missing", "copy_forbidden"),
            self.database.write() as session,
        ):
            case = cases.hold(session, self.case_id)
            stands = evidence.standing(session, case)
            evidence.seal(session, case, actor=MARIA, now=NOW)
            assert stands.metadata_only or (stands.content and stands.sender)
            self.sealed_whole = True

    @rule()
    def forbid(self) -> None:
        with self.database.write() as session:
            evidence.metadata_only(session, cases.hold(session, self.case_id), actor=MARIA, now=NOW)

    @rule()
    def destroy(self) -> None:
        try:
            with self.database.write() as session:
                evidence.destroy_copies(session, cases.hold(session, self.case_id), actor=MARIA, now=NOW)
        except LookupError:
            pass

    @rule(how=st.sampled_from(evidence.HOWS))
    def remove(self, how: evidence.How) -> None:
        with refused("not_sealed"), self.database.write() as session:
            case = cases.hold(session, self.case_id)
            at = NOW + timedelta(minutes=1)
            evidence.record_removal(session, case, how=how, at=at, actor=MARIA, now=at)

    @rule()
    def complete(self) -> None:
        try:
            completed(self.database, self.task)
        except EvidenceRefused as no:
            assert no.code == "not_sealed"
        except Conflict:
            pass  # done already

    @invariant()
    def nothing_goes_before_the_seal(self) -> None:
        if not hasattr(self, "task"):
            return
        with self.database.read() as session:
            gone = session.scalars(select(RemovalRow.id)).all()
            done = session.get_one(TaskRow, self.task).status == "completed"
            assert evidence.sealed(session, self.case_id) == self.sealed_whole
            assert self.sealed_whole or not (gone or done)
            assert list(evidence.verify(session)) == []


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=25, stateful_step_count=12)
