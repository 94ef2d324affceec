"""A deadline explains itself where people meet it: on the task, on the case and in the API."""

from __future__ import annotations

from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from uuid import uuid4

from sqlalchemy import select

from service import definitions, duties, profiles
from service.actors import SYSTEM
from service.outbox import rounds
from service.store import ChannelRow, TaskRow
from tests.service.http.web import NOW, Web, Words, words

EASTER = "Hoppade över: fre 3 apr långfredagen, lör, sön, mån 6 apr annandag påsk."


def test_a_task_and_its_case_say_when_to_answer_and_what_was_skipped(web: Web) -> None:
    web.database.info[profiles.INFO] = profiles.load("sater")
    web.clock.now = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)
    received = web.post()
    browser = web.browser("maria")
    for path in (f"/uppgifter/{web.task(received.case_id).id}", f"/arenden/{received.case_id}"):
        page = browser.get(path)
        said = words(page.text)
        assert f"Svara senast tis 7 apr 15:00. {EASTER} Klockan stod stilla i 4 dagar. Varför?" in said
        (why,) = {link for link in Words(page.text).links() if link.startswith("/varfor/sla")}
        assert "inom 24 timmar med undantag av helger" in words(browser.get(why).text)
    english = words(browser.get(f"/arenden/{received.case_id}?sprak=en").text)
    assert "Answer by Tue 7 Apr 15:00. Skipped: Fri 3 Apr Good Friday" in english


def test_the_api_gives_the_deadline_with_every_span_that_did_not_count(web: Web) -> None:
    web.database.info[profiles.INFO] = profiles.load("sater")
    web.clock.now = datetime(2026, 4, 2, 13, 0, tzinfo=UTC)
    received = web.post()
    answer = web.browser("maria").api("GET", f"/cases/{received.case_id}").json
    assert answer is not None
    deadline = answer["deadline"]
    assert (deadline["rule"], deadline["calendar"], deadline["version"]) == ("answer", "pause", 1)
    assert deadline["due"] == answer["answer_due"] == "2026-04-07T13:00:00+00:00"
    assert [span["reason"] for span in deadline["skipped"]] == [
        "good_friday",
        "saturday",
        "sunday",
        "easter_monday",
    ]
    assert deadline["sentence"]["sv"] == f"Svara senast tis 7 apr 15:00. {EASTER}"


def test_a_recurring_duty_says_what_to_do_by_when_and_why(web: Web) -> None:
    web.database.info[profiles.INFO] = profiles.load("sater")
    with web.database.write() as session:
        folder = Path(str(resources.files("bpmn"))) / "duty"
        definitions.deploy(session, definitions.folder(folder), actor=SYSTEM, now=NOW)
        session.add(
            ChannelRow(
                id=str(uuid4()),
                name="Exempel på Facebook",
                platform="Facebook",
                kind="social",
                unit="Kansli",
                state="active",
                opened_on=date(2026, 1, 7),
                dpia_on=date(2026, 1, 7),
                created_at=NOW,
                changed_at=NOW,
            )
        )
    rounds.begin(web.database, NOW)
    with web.database.read() as session:
        task = session.scalars(select(TaskRow).where(TaskRow.role == "channel_administrator")).all()[0]
    browser = web.browser("kim")
    titles = words(browser.get("/inkorg?visa=alla").text)
    assert "Exempel på Facebook" in titles
    page = browser.get(f"/uppgifter/{task.id}")
    assert page.status_code == 200
    assert "Klart senast" in words(page.text)
    with web.database.read() as session:
        kind = duties.kind_of(session, task.case_id)
    assert kind is not None and kind.text in words(page.text)
    done = browser.submit(
        f"/uppgifter/{task.id}",
        {"action": "slutfor", "version": str(task.version), "outcome": "duty_done"},
        page=f"/uppgifter/{task.id}",
    )
    assert done.status_code == 303
