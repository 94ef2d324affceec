"""Through the web and the API a locked case is not there: not in a list, a count, a search or an error,
whatever the outsider's role. Every route of the application is asked, also those that are made later."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import select

from service import cases, secrecy
from service.actors import Actor
from service.evidence import Upload
from service.store import CaseRow, Database, EvidenceRow, ItemRow, RegistrationRow, TaskRow
from tests.service.http.web import ASSESS, Browser, Web, a_web, picture, words

OUTSIDERS = ("kim", "johan", "rut", "chef", "olle", "sven", "siv")
"""One for each role, a secrecy handler that is not named on the case among them."""
WORDS = ("Snapchat", "Kanariefågel", "2026-00003")


@dataclass(slots=True)
class World:
    web: Web
    lisa: Actor
    case_id: str = ""
    ids: tuple[str, ...] = ()

    def lock_one(self) -> None:
        """Lisa takes in a post with a picture, and locks its case in the same breath."""
        shot = Upload("kanariefågel.png", "image/png", picture())
        received = self.web.post(
            "Kanariefågel i 4B", author="Kanariefågel", channel="Snapchat, Kanariefågel", files=(shot,)
        )
        self.case_id = received.case_id
        with self.web.database.write() as session:
            case = cases.hold(session, self.case_id)
            secrecy.lock(session, case, actor=self.lisa, now=self.web.clock())
            case.subject = "Synpunkt om Kanariefågel"
            task = session.scalars(select(TaskRow).where(TaskRow.case_id == self.case_id)).one()
            cases.claim(session, task.id, version=None, actor=self.lisa, now=self.web.clock())
        with self.web.database.read() as session:
            tables = (TaskRow, EvidenceRow, ItemRow, RegistrationRow)
            found = [session.scalars(select(t.id).where(t.case_id == self.case_id)).all() for t in tables]
        self.ids = (self.case_id, *(ident for ids in found for ident in ids))


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    web = a_web(database)
    lisa = web.person("lisa", "channel_administrator")
    web.person("siv", "secrecy_handler")
    web.person("siri", "secrecy_registrar")
    web.post("Gungan är trasig.")
    web.post("När öppnar badet?", channel="Instagram")
    yield World(web, lisa)


def plain(text: str) -> str:
    """A page without what is new each time: tokens."""
    return re.sub(r'name="csrf" value="[^"]*"|"csrf":\s*"[^"]*"|content="[\w-]{40,}"', "", text)


def everywhere(web: Web) -> list[str]:
    """Every page and answer that needs no id, in every view, and with every search that could find it."""
    rules = [
        r.rule
        for r in web.app.url_map.iter_rules()
        if "GET" in (r.methods or ()) and not r.arguments and not r.endpoint.startswith("health.")
    ]
    searches = [
        f"{path}{name}={word}"
        for word in WORDS
        for path, name in (
            ("/inkorg?visa=alla&", "sok"),
            ("/inkorg/lista?visa=gruppens&", "sok"),
            ("/arenden?", "sok"),
            ("/api/v1/tasks?view=all&", "q"),
            ("/api/v1/cases?", "q"),
        )
    ]
    views = [f"/inkorg?visa={v}" for v in ("mina", "gruppens", "alla")]
    return [*rules, *searches, *views, *(f"/api/v1/tasks?view={v}" for v in ("mine", "group", "all"))]


@pytest.mark.soak_on_postgresql
def test_every_list_count_and_search_is_the_same_with_and_without_a_locked_case(world: World) -> None:
    browsers = {login: world.web.browser(login) for login in OUTSIDERS}
    paths = everywhere(world.web)

    def seen() -> dict[tuple[str, str], tuple[int, str]]:
        return {
            (login, path): ((got := browser.get(path)).status_code, plain(got.text))
            for login, browser in browsers.items()
            for path in paths
        }

    closing = f"/personer/{world.lisa.id}"

    def asked_before_closing() -> str:
        """What an administrator is told of how many tasks the handler holds."""
        return plain(browsers["sven"].submit(closing, {"action": "stang"}, page=closing).text)

    held = asked_before_closing()
    before = seen()
    world.lock_one()
    after = seen()
    assert asked_before_closing() == held
    assert [key for key in before if before[key] != after[key]] == []
    assert {status for status, _ in before.values()} >= {200, 403}
    # the same question finds it for who may know, so that the answer above says something
    lisa = world.web.browser("lisa")
    assert "Snapchat" in lisa.get("/arenden?sok=Snapchat").text
    assert world.case_id in lisa.get("/api/v1/cases").text


@pytest.mark.soak_on_postgresql
def test_every_route_answers_to_a_locked_cases_ids_as_to_ids_that_are_not_there(world: World) -> None:
    world.lock_one()
    rules = [
        r for r in world.web.app.url_map.iter_rules() if r.arguments and not r.endpoint.startswith("static")
    ]
    assert len(rules) > 10
    wrong = []
    for login in OUTSIDERS:
        browser = world.web.browser(login)
        csrf = (browser.get("/api/v1/session").json or {})["csrf"]
        for rule in rules:
            for ident in world.ids:
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    nothing = str(uuid4())
                    there = ask(browser, method, rule.rule, rule.arguments, ident, world.case_id, csrf)
                    absent = ask(browser, method, rule.rule, rule.arguments, nothing, nothing, csrf)
                    if there != absent:
                        wrong.append((login, method, rule.rule, there[0], absent[0]))
    assert wrong == []


def ask(
    browser: Browser, method: str, rule: str, arguments: set[str], ident: str, case_id: str, csrf: str
) -> tuple[int, str]:
    path = rule
    for name in arguments:
        chosen = case_id if name == "case_id" and len(arguments) > 1 else ident
        path = re.sub(rf"<(?:\w+:)?{name}>", chosen, path)
    body = {"action": "hanterad", "version": 1} if path.startswith("/api") else None
    given = {"json": {"version": 1}} if body else {"data": {"action": "hanterad", "csrf": csrf}}
    got = browser.client.open(path, method=method, headers={"X-CSRF-Token": csrf}, **given)  # type: ignore[arg-type]
    return got.status_code, plain(got.text).replace(ident, "").replace(case_id, "")


def test_an_outsider_who_enters_the_same_post_is_told_that_it_is_taken_care_of_and_nothing_more(
    world: World,
) -> None:
    lisa, kim = world.web.browser("lisa"), world.web.browser("kim")
    post = {"kanal": "Facebook", "text": "Kanariefågel", "lank": "https://social.example/9"}
    lisa.client.post("/registrera", data={"csrf": lisa.token(), **post}, content_type="multipart/form-data")
    with world.web.database.write() as session:
        newest = session.scalars(select(CaseRow).order_by(CaseRow.number.desc())).first()
        assert newest is not None
        secrecy.lock(session, cases.hold(session, newest.id), actor=world.lisa, now=world.web.clock())
        number, ident = newest.number, newest.id
    answer = kim.client.post(
        "/registrera", data={"csrf": kim.token(), **post}, content_type="multipart/form-data"
    )
    assert answer.status_code == 422 and "tas om hand" in answer.text
    assert number not in answer.text and ident not in answer.text


def test_the_handler_lets_a_deputy_in_and_out_on_the_page_and_sees_who_has_read(world: World) -> None:
    world.lock_one()
    lisa, johan = world.web.browser("lisa"), world.web.browser("johan")
    place = f"/arenden/{world.case_id}/behorighet"
    assert johan.get(place).status_code == 404
    told = lisa.submit(
        place, {"action": "ge", "person": world.web.people["johan"].id, "part": "deputy"}, page=place
    )
    assert told.status_code == 422 and "Skriv varför" in told.text and "Ange till och med" in told.text
    given = lisa.submit(
        place,
        {
            "action": "ge",
            "person": world.web.people["johan"].id,
            "part": "deputy",
            "until": "2026-03-10",
            "reason": "Lisa är ledig",
        },
        page=place,
    )
    assert given.status_code == 303
    assert "Kanariefågel" in johan.get(f"/arenden/{world.case_id}").text
    page = lisa.get(place).text
    assert "Johan Lind läste ärendet" in words(page) and "Lisa är ledig" in words(page)
    assert "Begränsad insyn" in words(johan.get("/arenden").text)
    # a deputy may look and not let others in
    assert "Ge en kollega" not in johan.get(place).text
    refused = johan.submit(place, {"action": "ge", "person": world.web.people["kim"].id}, page=place)
    assert refused.status_code == 403
    _, deputy = re.findall(r'name="clearance" value="([^"]+)"', page)
    back = lisa.submit(place, {"action": "ta_tillbaka", "clearance": deputy}, page=place)
    assert back.status_code == 303
    assert johan.get(f"/arenden/{world.case_id}").status_code == 404


def test_a_clearance_runs_out_by_itself_between_two_clicks(world: World) -> None:
    world.lock_one()
    lisa, johan = world.web.browser("lisa"), world.web.browser("johan")
    place = f"/arenden/{world.case_id}/behorighet"
    fields = {"action": "ge", "person": world.web.people["johan"].id, "part": "deputy", "reason": "Ledig"}
    assert lisa.submit(place, {**fields, "until": "2026-03-03"}, page=place).status_code == 303
    assert johan.get(f"/arenden/{world.case_id}").status_code == 200
    world.web.clock.pass_by(hours=13, minutes=45)
    assert world.web.browser("johan").get(f"/arenden/{world.case_id}").status_code == 200
    world.web.clock.pass_by(minutes=2)  # midnight in Sweden
    assert world.web.browser("johan").get(f"/arenden/{world.case_id}").status_code == 404


def test_a_mark_is_made_on_the_page_and_what_is_wrong_stands_beside_its_field(world: World) -> None:
    world.lock_one()
    lisa = world.web.browser("lisa")
    place = f"/arenden/{world.case_id}/behorighet"
    wrong = lisa.submit(
        place, {"action": "mark", "chapter": "99", "section": "", "authority": "Nämnden"}, page=place
    )
    assert wrong.status_code == 422 and 'id="f-chapter-e"' in wrong.text and 'id="f-section-e"' in wrong.text
    right = lisa.submit(
        place,
        {
            "action": "mark",
            "chapter": "26",
            "section": "1",
            "authority": "Nämnden",
            "protected_subject": "4B",
        },
        page=place,
    )
    assert right.status_code == 303
    assert "OSL 2009:400 26 kap. 1 §" in words(lisa.get(place).text)


def test_a_technician_sees_that_something_broke_and_can_settle_it_and_reads_no_word_of_it(
    world: World,
) -> None:
    world.lock_one()
    with world.web.database.write() as session:
        cases.raise_incident(
            session,
            world.case_id,
            kind="incident",
            name="Kanariefågel gick sönder",
            role="process_owner",
            element="assess",
            now=world.web.clock(),
        )
    olle = world.web.browser("olle")
    listed = olle.get("/inkorg?visa=gruppens").text
    assert secrecy.BROKEN in listed and "Kanariefågel" not in listed and "Snapchat" not in listed
    (line,) = (olle.get("/api/v1/tasks?view=all").json or {})["tasks"]
    page = olle.get(f"/uppgifter/{line['id']}").text
    answer = olle.get(f"/api/v1/tasks/{line['id']}").text
    for text in (page, answer):
        assert "Kanariefågel" not in text and "Snapchat" not in text and "4B" not in text
    assert olle.get(f"/arenden/{world.case_id}").status_code == 403
    settled = olle.submit(f"/uppgifter/{line['id']}", {"action": "hanterad", "version": line["version"]})
    assert settled.status_code == 303
    assert (olle.get("/api/v1/tasks?view=all").json or {})["tasks"] == []


def test_the_task_page_of_a_locked_case_says_that_others_do_not_know(world: World) -> None:
    world.lock_one()
    task = world.web.task(world.case_id, ASSESS)
    lisa = world.web.browser("lisa")
    assert "begränsad insyn" in words(lisa.get(f"/uppgifter/{task.id}").text)
    assert "begränsad insyn" in words(lisa.get(f"/arenden/{world.case_id}").text)
    assert world.web.browser("kim").get(f"/uppgifter/{task.id}").status_code == 404
