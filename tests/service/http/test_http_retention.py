"""The archivist's pages: authority, term, list, typed word, certificate."""

from __future__ import annotations

import re

from sqlalchemy import select

from service.store import AuthorityRow, CaseRow, ItemRow, ProposalRow
from tests.service.http.web import Web


def _prepared(web: Web) -> None:
    web.person("arvid", "archivist")
    received = web.post("maria")
    task = web.task(received.case_id)
    answers = {"kind_of_item": "praise", "remove": "no", "response": "monitor", "belongs_to": "none"}
    web.browser("maria").submit(f"/uppgifter/{task.id}", {"action": "slutfor", **answers})


def test_from_authority_to_certificate(web: Web):
    _prepared(web)
    arvid = web.browser("arvid")
    assert "Inget gallringsbeslut är inlagt" in arvid.get("/gallring").text
    given = {
        "action": "beslut",
        "number": "KS 2020/17",
        "decided_on": "2020-02-01",
        "decided_by": "Kommunstyrelsen",
    }
    assert arvid.submit("/gallring", given).status_code == 303
    with web.database.read() as session:
        authority = session.scalars(select(AuthorityRow.id)).one()
    term = {"action": "frist", "type": "minor_post", "months": "1", "authority": authority}
    assert arvid.submit("/gallring", term).status_code == 303
    web.clock.pass_by(days=40)
    arvid = web.browser("arvid")
    assert arvid.submit("/gallring", {"action": "forslag"}).status_code == 303
    with web.database.read() as session:
        place = f"/gallring/{session.scalars(select(ProposalRow.id)).one()}"
    wrong = arvid.submit(place, {"action": "gallra", "word": "gallra"})
    assert wrong.status_code == 422 and "Skriv GALLRA" in wrong.text
    with web.database.read() as session:
        assert session.scalars(select(ItemRow.id)).all()
    assert arvid.submit(place, {"action": "gallra", "word": "GALLRA"}).status_code == 303
    with web.database.read() as session:
        assert not session.scalars(select(ItemRow.id)).all()
    certificate = arvid.get(f"{place}/protokoll.json")
    assert certificate.json and certificate.json["authority"] == "KS 2020/17"


def test_the_page_of_a_case_says_calmly_that_its_content_is_gone_by_which_authority_and_when(web: Web):
    _prepared(web)
    arvid, maria = web.browser("arvid"), web.browser("maria")
    with web.database.read() as session:
        place = f"/arenden/{session.scalars(select(CaseRow.id)).one()}"
    assert "Innehållet är gallrat" not in maria.get(place).text
    given = {"number": "KS 2020/17", "decided_on": "2020-02-01", "decided_by": "Kommunstyrelsen"}
    arvid.submit("/gallring", {"action": "beslut", **given})
    with web.database.read() as session:
        authority = session.scalars(select(AuthorityRow.id)).one()
    term = {"action": "frist", "type": "minor_post", "months": "1", "authority": authority}
    arvid.submit("/gallring", term)
    web.clock.pass_by(days=40)
    arvid, maria = web.browser("arvid"), web.browser("maria")
    arvid.submit("/gallring", {"action": "forslag"})
    with web.database.read() as session:
        proposal = f"/gallring/{session.scalars(select(ProposalRow.id)).one()}"
    assert arvid.submit(proposal, {"action": "gallra", "word": "GALLRA"}).status_code == 303
    page = maria.get(place)
    assert page.status_code == 200
    assert "Innehållet är gallrat" in page.text and "12 april 2026" in page.text
    assert "gallringsbeslut KS 2020/17, Kommunstyrelsen, 2020-02-01" in page.text
    assert "Inget inlägg" not in page.text and "Gungan" not in page.text
    assert maria.get(f"{place}/bevis").status_code == 200


def test_others_have_no_way_in(web: Web):
    _prepared(web)
    for path in ("/gallring", "/gallring/00000000-0000-0000-0000-000000000000"):
        assert web.browser("maria").get(path).status_code == 403


def test_a_wrong_day_is_told_beside_its_field(web: Web):
    _prepared(web)
    answer = web.browser("arvid").submit(
        "/gallring",
        {"action": "beslut", "number": "KS 1", "decided_on": "igår", "decided_by": "Kommunstyrelsen"},
    )
    assert answer.status_code == 422
    assert re.search(r'id="f-decided_on-e"', answer.text)
