"""Absence on the pages: entered by the person or a lead, tasks at the deputy "för Anna", and back again."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from service import cases
from service.store import AbsenceRow, ChannelPersonRow, ChannelRow, DutyRow, HistoryRow
from tests.service.http.web import ASSESS, COMPLAINT, NOW, Web, words

AWAY = {"first": "2026-03-03", "last": "2026-03-06"}


def enter(web: Web, login: str, away: str, instead: str = "", **given: Any) -> Any:
    """What `login` gets when entering that `away` is away."""
    browser = web.browser(login)
    own = {"place": "konto"} if login == away else {"place": "franvaro", "person": web.people[away].id}
    data = {"action": "lagg_in", **AWAY, **own, "deputy": web.people[instead].id if instead else ""}
    return browser.submit("/franvaro", data | given)


def absence_of(web: Web, login: str) -> AbsenceRow:
    with web.database.read() as session:
        return session.scalars(select(AbsenceRow).where(AbsenceRow.person_id == web.people[login].id)).one()


def taken_by_kim(web: Web) -> tuple[str, str]:
    """A task that Kim has taken: its case and its id."""
    case_id = web.post().case_id
    task = web.task(case_id)
    with web.database.write() as session:
        cases.claim(session, task.id, version=None, actor=web.people["kim"], now=web.clock())
    return case_id, task.id


def test_the_deputy_sees_and_does_the_task_for_whoever_is_away_and_it_goes_back(one_web: Web) -> None:
    web = one_web
    case_id, task_id = taken_by_kim(web)
    maria = web.browser("maria")
    assert "för Kim Lind" not in maria.get("/inkorg?visa=mina").text
    assert "har tagit uppgiften" in words(maria.get(f"/uppgifter/{task_id}").text)

    assert enter(web, "kim", "kim", "maria").status_code == 303
    shown = words(maria.get("/inkorg?visa=mina").text)
    assert ASSESS in shown and "för Kim Lind" in shown and "1 öppen" in shown
    page = maria.get(f"/uppgifter/{task_id}").text
    assert "Du gör uppgiften för Kim Lind, som är borta." in words(page)
    assert 'value="ta"' not in page and 'value="lamna"' not in page and 'value="slutfor"' in page
    held = maria.submit(f"/uppgifter/{task_id}", {"action": "ta", "version": ""})
    assert held.status_code == 409 and web.task(case_id).assignee == web.people["kim"].id

    web.clock.pass_by(days=5)
    maria = web.browser("maria")
    assert "för Kim Lind" not in maria.get("/inkorg?visa=mina").text
    refused = maria.submit(f"/uppgifter/{task_id}", {"action": "slutfor", "version": "", **COMPLAINT})
    assert refused.status_code == 403


def test_what_a_deputy_does_says_in_whose_place(one_web: Web) -> None:
    web = one_web
    case_id, task_id = taken_by_kim(web)
    enter(web, "chef", "kim", "maria")
    maria = web.browser("maria")
    done = maria.submit(f"/uppgifter/{task_id}", {"action": "slutfor", "version": "", **COMPLAINT})
    assert done.status_code == 303
    with web.database.read() as session:
        event = session.scalars(
            select(HistoryRow).where(HistoryRow.stream == case_id, HistoryRow.kind == "task_completed")
        ).one()
    assert event.actor == web.people["maria"].id and event.data["for"] == web.people["kim"].id
    assert f"Maria Lind slutförde {ASSESS} för Kim Lind" in words(maria.get(f"/arenden/{case_id}").text)


def test_the_api_lets_a_deputy_do_the_task_and_take_nothing_over(one_web: Web) -> None:
    web = one_web
    _, task_id = taken_by_kim(web)
    maria = web.browser("maria")
    body = {"answers": COMPLAINT}
    assert maria.api("POST", f"/tasks/{task_id}/complete", json=body).status_code == 403
    enter(web, "kim", "kim", "maria")
    assert maria.api("POST", f"/tasks/{task_id}/claim", json={}).status_code == 409
    assert maria.api("POST", f"/tasks/{task_id}/complete", json=body).status_code == 200


def test_leads_enter_for_others_and_nobody_else_does(one_web: Web) -> None:
    web = one_web
    assert enter(web, "maria", "kim", "maria").status_code == 403
    assert "Vem är borta?" not in web.browser("maria").get("/franvaro").text
    for login, person in (("chef", "kim"), ("sven", "johan")):
        assert enter(web, login, person, "maria").status_code == 303
        assert absence_of(web, person).entered_by == web.people[login].id
    page = words(web.browser("rut").get("/franvaro").text)
    assert "Kim Lind 3 mars till och med 6 mars Ersättare: Maria Lind" in page
    assert "Är tillbaka" not in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"first": ""}, "Ange första dagen."),
        ({"first": "2026-03-02"}, "Första dagen kan vara i dag eller högst ett år framåt."),
        ({"last": "2026-03-01"}, "Sista dagen kan inte vara före den första."),
        ({"last": "i morgon"}, "Skriv dagen"),
        ({"last": "2027-03-04"}, "En frånvaro kan vara högst 366 dagar."),
        ({"deputy": "nobody"}, "Välj en medarbetare med ett konto i bruk."),
    ],
)
def test_what_is_wrong_stands_beside_the_field_on_both_pages(
    one_web: Web, given: dict[str, str], said: str
) -> None:
    for login, person in (("kim", "kim"), ("chef", "kim")):
        answer = enter(one_web, login, person, "maria", **given)
        assert answer.status_code == 422 and said in words(answer.text)
        assert 'aria-invalid="true"' in answer.text


def test_a_lead_must_choose_who_and_a_colleague_who_shares_a_role(one_web: Web) -> None:
    wrong = enter(one_web, "chef", "kim", "maria", person="")
    assert wrong.status_code == 422 and "Välj en medarbetare" in wrong.text
    wrong = enter(one_web, "chef", "kim", "johan")
    assert wrong.status_code == 422 and "minst en av samma roller" in wrong.text


def test_a_deputy_is_named_later_and_whoever_comes_back_early_has_the_work_again(one_web: Web) -> None:
    web = one_web
    _, task_id = taken_by_kim(web)
    enter(web, "kim", "kim")
    row = absence_of(web, "kim")
    chef, maria = web.browser("chef"), web.browser("maria")
    assert "Ingen ersättare" in words(chef.get("/franvaro").text)
    given = {"action": "utse", "absence": row.id, "place": "franvaro", "deputy": web.people["johan"].id}
    wrong = chef.submit("/franvaro", given)
    assert wrong.status_code == 422 and f'id="f-deputy-{row.id}-e"' in wrong.text
    given["deputy"] = web.people["maria"].id
    assert chef.submit("/franvaro", given).status_code == 303
    assert "Du gör uppgiften för" in words(maria.get(f"/uppgifter/{task_id}").text)
    back = {"action": "avsluta", "absence": row.id, "place": "konto"}
    assert web.browser("rut").submit("/franvaro", back).status_code == 403
    assert web.browser("kim").submit("/franvaro", back).status_code == 303
    assert "Du gör uppgiften för" not in words(maria.get(f"/uppgifter/{task_id}").text)
    assert web.browser("kim").submit("/franvaro", back).status_code == 409


def test_a_lane_with_one_person_is_shown_to_leads_and_administrators(one_web: Web) -> None:
    web = one_web
    said = "Rollen Registrator har bara en person på plats."
    sven, chef = web.browser("sven"), web.browser("chef")
    assert said not in words(sven.get("/personer").text)
    enter(web, "chef", "rut", "maria")
    assert said in words(sven.get("/personer").text) and said in words(chef.get("/franvaro").text)
    assert said not in words(web.browser("kim").get("/franvaro").text)
    assert "Aktiv Borta" in words(sven.get("/personer").text)
    enter(web, "chef", "maria", "johan")
    assert "Rollen Registrator har ingen på plats." in words(chef.get("/franvaro").text)


def test_a_responsible_who_goes_away_without_deputy_orders_the_duty_to_name_one(one_web: Web) -> None:
    web = one_web
    ident = str(uuid4())
    with web.database.write() as session:
        session.add(
            ChannelRow(
                id=ident,
                name="Exempel på Facebook",
                platform="Facebook",
                kind="social",
                unit="Kansli",
                state="active",
                opened_on=date(2026, 1, 7),
                created_at=NOW,
                changed_at=NOW,
            )
        )
        session.flush()
        session.add(
            ChannelPersonRow(
                id=str(uuid4()),
                channel_id=ident,
                person_id=web.people["kim"].id,
                name="Kim Lind",
                part="administrator",
                starts_on=date(2026, 1, 7),
                created_at=NOW,
                created_by="system",
            )
        )
    enter(web, "kim", "kim", "maria")
    assert ordered(web) == []
    row = absence_of(web, "kim")
    web.browser("kim").submit("/franvaro", {"action": "utse", "absence": row.id, "deputy": ""})
    assert ordered(web) == [("deputy", ident, row.id)]
    enter(web, "chef", "johan")
    assert ordered(web) == [("deputy", ident, row.id)]


def ordered(web: Web) -> list[tuple[str, str | None, str]]:
    with web.database.read() as session:
        return [(d.kind, d.channel_id, d.occurrence) for d in session.scalars(select(DutyRow))]


def test_the_history_of_an_absence_holds_ids_and_nothing_else(one_web: Web) -> None:
    web = one_web
    enter(web, "kim", "kim", "maria")
    row = absence_of(web, "kim")
    web.browser("kim").submit("/franvaro", {"action": "avsluta", "absence": row.id, "place": "konto"})
    with web.database.read() as session:
        events = session.scalars(
            select(HistoryRow).where(HistoryRow.kind.like("absence%")).order_by(HistoryRow.position)
        ).all()
    ids = {"absence": row.id, "person": web.people["kim"].id, "deputy": web.people["maria"].id}
    assert [(e.kind, e.stream, e.data) for e in events] == [
        ("absence_entered", "system", ids),
        ("absence_ended", "system", ids),
    ]
