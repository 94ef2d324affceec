"""How it runs: counts by version and step, how long steps take, what broke, what waits; no secret in it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from service import cases, standing
from service.actors import SYSTEM, Actor
from service.store import CaseRow, TaskRow, TimerRow
from tests.service.http.web import COMPLAINT, Web, words

OLLE = Actor("olle", "Olle", frozenset({"process_owner"}))


def _assessed(web: Web, after: timedelta) -> None:
    """A post that somebody has taken `after` to assess."""
    case = web.post().case_id
    opened = web.task(case)
    with web.database.write() as session:
        cases.complete(
            session, opened.id, COMPLAINT, version=None, actor=web.people["maria"], now=web.clock() + after
        )


def _of(web: Web) -> standing.Standing:
    with web.database.read() as session:
        (found,) = standing.standing(session, OLLE, now=web.clock())
    return found


def test_steps_are_counted_and_timed_and_the_slowest_is_named(web: Web) -> None:
    for hours in (1, 2, 3, 10):
        _assessed(web, timedelta(hours=hours))
    waiting = web.post().case_id
    web.clock.pass_by(days=2)
    found = _of(web)
    element = web.task(waiting).element
    step = next(step for step in found.steps if step.element == element)
    assert (step.waiting, step.half, step.most) == (1, timedelta(hours=2), timedelta(hours=10))
    assert step.oldest == step.waited == timedelta(days=2)
    assert found.running == 5 and (found.number, found.active) == (1, True)
    assert found.bottleneck is not None and found.bottleneck.waiting == 4
    for login in ("olle", "sven"):
        page = web.browser(login).get("/drift").text
        assert "Mest tid ligger i ”" in page and "1 ärende<" in page and "4 ärenden<" in page
        assert 'class="diagram"' in page and "Pågående ärenden: 5." in page


def test_a_single_value_is_both_the_middle_and_the_ninetieth(web: Web) -> None:
    _assessed(web, timedelta(minutes=90))
    web.post()
    web.clock.pass_by(hours=3)
    (step,) = [step for step in _of(web).steps if step.half is not None]
    assert step.half == step.most == timedelta(minutes=90)


def test_what_broke_is_grouped_by_its_cause_with_a_way_to_it(web: Web) -> None:
    first, second = web.post(), web.post()
    with web.database.write() as session:
        for received in (first, second):
            cases.raise_incident(
                session,
                received.case_id,
                kind="incident",
                name="Beslutet gick inte att räkna ut",
                role="process_owner",
                element="x",
                now=web.clock(),
            )
    page = web.browser("olle").get("/drift").text
    assert "Fel som väntar på någon (2)" in page
    assert page.count("Beslutet gick inte att räkna ut") == 1
    links = re.findall(r'href="(/uppgifter/[^"]+)"', page)
    assert len(links) == 2
    assert web.browser("olle").get(links[0]).status_code == 200
    assert "/uppgifter/" not in web.browser("sven").get("/drift").text


def test_a_locked_case_adds_to_no_count(web: Web) -> None:
    web.post()
    secret = web.post()
    with web.database.write() as session:
        due = web.clock() + timedelta(hours=1)
        session.add(
            TimerRow(
                id="t", case_id=secret.case_id, task="t", element="x", name="x", due_at=due, state="waiting"
            )
        )
        session.flush()
        session.get_one(CaseRow, secret.case_id).secrecy = "need_to_know"
        cases.raise_incident(
            session,
            secret.case_id,
            kind="incident",
            name="Något hemligt brast",
            role="process_owner",
            element="x",
            now=web.clock(),
        )
    web.clock.pass_by(hours=2)
    page = web.browser("olle").get("/drift").text
    assert "Pågående ärenden: 1." in words(page)
    assert secret.case_number not in page and "Något hemligt brast" not in page
    assert "Ett tekniskt fel i ett ärende med begränsad insyn" in page
    with web.database.read() as session:
        ours, all_there_is = (standing.queues(session, who, now=web.clock()) for who in (OLLE, SYSTEM))
        assert all_there_is.timers_due == ours.timers_due + 1
        found = standing.standing(session, OLLE, now=web.clock())
        assert [one.running for one in found] == [1]
        assert [step.waiting for step in found[0].steps] == [1]
        assert standing.standing(session, SYSTEM, now=web.clock())[0].running == 2


def test_the_page_is_there_before_anything_runs(one_web: Web) -> None:
    page = words(one_web.browser("sven").get("/drift").text)
    assert "Inget har gått fel." in page and "Pågående ärenden: 0." in page
    with one_web.database.read() as session:
        assert session.scalars(select(TaskRow.id)).all() == []
    for login in ("johan", "chef"):
        assert one_web.browser(login).get("/drift").status_code == 403
