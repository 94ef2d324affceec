"""How it runs: counts by version and step, how long steps take, what broke, what waits; no secret in it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from service import cases, standing
from service.actors import SYSTEM, Actor
from service.store import CaseRow, TaskRow, TimerRow
from tests.service.http.web import COMPLAINT, Web, fields, words

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
    assert page.count('<h3 lang="sv">Beslutet gick inte att räkna ut') == 1
    links = re.findall(r'href="(/drift/fel/[^"]+)"', page)
    assert len(links) == 2
    incident = web.browser("olle").get(links[0])
    assert incident.status_code == 200 and "/uppgifter/" in incident.text
    assert "/uppgifter/" not in web.browser("sven").get(links[0]).text


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
        for listed in (standing.timers, standing.sendings, standing.stopped):
            assert secret.case_id not in {
                row[0] if listed is standing.stopped else row.case_id
                for row in listed(session, OLLE, now=web.clock())
            }
        assert secret.case_id in {t.case_id for t in standing.timers(session, SYSTEM, now=web.clock())}


def test_the_page_is_there_before_anything_runs(one_web: Web) -> None:
    page = words(one_web.browser("sven").get("/drift").text)
    assert "Inget har gått fel." in page and "Pågående ärenden: 0." in page
    with one_web.database.read() as session:
        assert session.scalars(select(TaskRow.id)).all() == []
    for login in ("johan", "chef"):
        assert one_web.browser(login).get("/drift").status_code == 403


# ── stepping in ──────────────────────────────────────────────────────────────────────────────────────


def _place(web: Web) -> tuple[str, str]:
    case = web.post().case_id
    return case, f"/drift/arenden/{case}"


def test_a_paused_case_says_so_everywhere_and_keeps_what_was_written(web: Web) -> None:
    case, place = _place(web)
    olle, maria = web.browser("olle"), web.browser("maria")
    wrong = olle.submit(place, {"action": "pausa", "pause_reason": " "}, page=place)
    assert wrong.status_code == 422 and "Skriv varför." in wrong.text
    task = web.task(case)
    assert olle.submit(place, {"action": "pausa", "pause_reason": "Fel i flödet."}, page=place).location
    sentence = "Ärendet är pausat av Olle Lind sedan 3/3 2026 kl. 10:14, för att: Fel i flödet."
    for browser, path in ((maria, f"/uppgifter/{task.id}"), (maria, f"/arenden/{case}"), (olle, place)):
        assert sentence in words(browser.get(path).text)
    assert "Pausat" in words(maria.get("/inkorg?visa=alla").text)
    answered = maria.submit(f"/uppgifter/{task.id}", {"action": "slutfor", **COMPLAINT})
    assert answered.status_code == 303 and "utkast_pausat" in answered.location
    kept = maria.get(answered.location).text
    assert 'value="complaint" checked' in kept or 'value="complaint" selected' in kept
    refused = maria.api("POST", f"/tasks/{task.id}/complete", json={"answers": COMPLAINT})
    assert refused.status_code == 409 and refused.json and refused.json["detail"] == sentence
    assert web.task(case).status == "open"
    olle.submit(place, {"action": "ateruppta"}, page=place)
    assert maria.submit(f"/uppgifter/{task.id}", {"action": "slutfor", **COMPLAINT}).status_code == 303
    with web.database.read() as session:
        assert session.get_one(TaskRow, task.id).status == "completed"


def test_a_token_is_tried_in_words_and_moved_with_reason_and_word(web: Web) -> None:
    case, place = _place(web)
    task, maria = web.task(case).id, web.people["maria"]
    with web.database.write() as session:
        cases.complete(session, task, COMPLAINT, version=None, actor=maria, now=web.clock())
    olle = web.browser("olle")
    page = olle.get(place).text
    tokens = re.findall(r'name="vad" value="([^"]+)"', page)
    assert len(tokens) == 2  # two branches
    with web.database.read() as session:
        answer = session.scalars(
            select(TaskRow).where(TaskRow.case_id == case, TaskRow.element == "answer")
        ).one()
    refused = words(olle.get(f"{place}?vad={answer.id}&till=register").text)
    assert "Det går inte." in refused
    tried = olle.get(f"{place}?vad={answer.id}&till=refer").text
    assert "FLYTTA" in tried, words(tried)
    sent = {"action": "flytta", "token": answer.id, "target": "refer", "version": fields(tried)["version"]}
    for more, said in (
        ({"move_reason": "x", "move_word": "flytta"}, "Skriv FLYTTA"),
        ({"move_reason": "", "move_word": "FLYTTA"}, "Skriv varför."),
    ):
        wrong = olle.submit(place, sent | more, page=place)
        assert wrong.status_code == 422 and said in wrong.text
    stale = olle.submit(place, sent | {"version": "1", "move_reason": "x", "move_word": "FLYTTA"}, page=place)
    assert stale.status_code == 412
    done = olle.submit(place, sent | {"move_reason": "Fel enhet", "move_word": "FLYTTA"}, page=place)
    assert done.status_code == 303
    with web.database.read() as session:
        waiting = session.scalars(
            select(TaskRow.element).where(TaskRow.case_id == case, TaskRow.status == "open")
        ).all()
    assert sorted(waiting) == ["refer", "register"]
    assert "flyttade ärendet för hand" in words(olle.get(place).text)


def test_a_case_is_cancelled_with_what_it_ends_counted_first(web: Web) -> None:
    case, place = _place(web)
    olle = web.browser("olle")
    page = olle.get(place).text
    assert "Uppgifter som dras tillbaka1" in words(page).replace(" 1", "1")
    sent = {"action": "avbryt", "version": fields(page)["version"], "cancel_reason": "Dubblett"}
    assert olle.submit(place, sent | {"cancel_word": "nej"}, page=place).status_code == 422
    assert olle.submit(place, sent | {"cancel_word": "AVBRYT"}, page=place).status_code == 303
    after = words(olle.get(place).text)
    assert "Ärendet är avslutat" in after and "Olle Lind avbröt ärendet" in after
    with web.database.read() as session:
        assert session.get_one(CaseRow, case).outcome == "cancelled"
    assert web.browser("maria").get(f"/arenden/{case}").status_code == 200


def test_who_may_not_act_sees_and_cannot_and_a_locked_case_is_not_there(web: Web) -> None:
    case, place = _place(web)
    sven = web.browser("sven")
    assert "En processägare kan" in sven.get(place).text
    assert sven.submit(place, {"action": "pausa", "pause_reason": "x"}, page=place).status_code == 403
    assert web.browser("johan").get(place).status_code == 403
    with web.database.write() as session:
        session.get_one(CaseRow, case).secrecy = "need_to_know"
    for login in ("olle", "sven"):
        browser = web.browser(login)
        assert browser.get(place).status_code == 404
        assert browser.submit(place, {"action": "pausa", "pause_reason": "x"}).status_code == 404
        assert case not in browser.get("/drift").text


def test_a_version_is_paused_and_goes_on_again(web: Web) -> None:
    case, _ = _place(web)
    olle = web.browser("olle")
    definition = re.findall(r'name="definition" value="([^"]+)"', olle.get("/drift").text)[0]
    wrong = olle.submit("/drift", {"action": "pausa", "definition": definition, "reason": ""}, page="/drift")
    assert wrong.status_code == 422 and "Skriv varför" in wrong.text
    olle.submit("/drift", {"action": "pausa", "definition": definition, "reason": "Fel."}, page="/drift")
    assert "Alla ärenden på den här versionen är pausade av Olle Lind" in words(olle.get("/drift").text)
    assert "Alla ärenden på den här versionen" in words(
        web.browser("maria").get(f"/uppgifter/{web.task(case).id}").text
    )
    sven = web.browser("sven").submit(
        "/drift", {"action": "ateruppta", "definition": definition}, page="/drift"
    )
    assert sven.status_code == 403
    olle.submit("/drift", {"action": "ateruppta", "definition": definition}, page="/drift")
    assert "pausade av" not in words(olle.get("/drift").text)


def test_a_group_of_incidents_is_tried_by_steps_with_a_report(web: Web) -> None:
    count = 25
    for _ in range(count):
        case = web.post().case_id
        with web.database.write() as session:
            cases.step_failed(
                session, web.task(case).id, COMPLAINT, actor=web.people["maria"], now=web.clock()
            )
    broken = web.post().case_id
    with web.database.write() as session:
        cases.raise_incident(
            session,
            broken,
            kind="incident",
            name="Flödet gick inte vidare efter ”Bedöm inlägget”",
            role="process_owner",
            element="nowhere",
            now=web.clock(),
        )
    olle = web.browser("olle")
    cause = re.findall(r'name="cause" value="([^"]+)"', olle.get("/drift").text)[0]
    first = olle.submit("/drift", {"action": "forsok", "cause": cause}, page="/drift")
    page = olle.get(first.location.partition("#")[0]).text
    assert "20 av 26 prövade" in page and "Fortsätt med de 6 som är kvar" in page
    again = {n: v for n, v in fields(page).items() if n in ("cause", "since", "went", "failed")}
    second = olle.submit("/drift", {"action": "forsok"} | again, page="/drift")
    page = olle.get(second.location.partition("#")[0]).text
    assert "Gick: 25. Gick inte: 1." in page and "Fortsätt med" not in page
    assert "1 försök, senast Olle Lind" in words(page)


def test_an_incident_is_tried_again_and_written_about(web: Web) -> None:
    case = web.post().case_id
    with web.database.write() as session:
        incident = cases.raise_incident(
            session,
            case,
            kind="incident",
            name="Något brast",
            role="process_owner",
            element="assess",
            now=web.clock(),
        ).id
    place, sven = f"/drift/fel/{incident}", web.browser("sven")
    assert sven.submit(place, {"action": "anteckna", "note": ""}, page=place).status_code == 422
    assert sven.submit(place, {"action": "anteckna", "note": "Sett."}, page=place).status_code == 303
    assert (
        sven.submit(place, {"action": "anteckna", "note": "Nej", "version": ""}, page=place).status_code
        == 412
    )
    tried = sven.submit(place, {"action": "forsok"}, page=place)
    assert "Här finns inget att försöka igen." in words(sven.get(tried.location).text)
    page = words(sven.get(place).text)
    assert "Sett." in page and "Sven Lind försökte igen. Det gick inte." in page
    assert "Sett." in web.browser("olle").get("/drift").text


def test_what_is_to_be_done_at_once_says_so_for_an_hour(web: Web) -> None:
    case = web.post().case_id
    with web.database.write() as session:
        cases.raise_incident(
            session, case, kind="incident", name="Brast", role="registrar", element="x", now=web.clock()
        )
    rut = web.browser("rut")
    web.clock.pass_by(minutes=1)
    assert "genast" in words(rut.get("/inkorg?visa=alla").text)
    web.clock.pass_by(hours=1)
    page = words(web.browser("rut").get("/inkorg?visa=alla").text)
    assert "genast" not in page and "Försenad 1 tim" in page
