"""Drafts that are not finished, what is kept of saves, and what two people at once are told of each other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import drafts
from service.actors import Actor
from service.store import Database, DraftRow, PersonRow, SaveRow, SnapshotRow
from tests.service import waiting_world as world
from tests.service.test_drafts import NOW, OLLE, PIA, line
from tests.workflows import models as m
from workflows import ModelRefused


def begun(database: Database, files: dict[str, bytes] | None = None) -> DraftRow:
    world.deploy(database, line("a"))
    with database.write() as session:
        for actor in (OLLE, PIA):
            session.add(
                PersonRow(
                    id=actor.id, login=actor.id, name=actor.name, password_hash="!", created_at=NOW, roles=[]
                )
            )
        return drafts.begin(session, "fraga", files, actor=OLLE, now=NOW)


def save(
    database: Database, draft: DraftRow, model: bytes, *, seen: int, who: Actor = OLLE, later: int = 0
) -> DraftRow:
    with database.write() as session:
        return drafts.save(
            session,
            "fraga",
            draft.id,
            {"model.bpmn": model},
            version=seen,
            actor=who,
            now=NOW + timedelta(minutes=later),
        )


def without_process() -> bytes:
    """Somebody has drawn nothing yet: there is a process, and it is empty."""
    return (
        b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="x">'
        b'<process id="fraga"/></definitions>'
    )


@pytest.mark.parametrize(
    ("model", "rule"),
    [
        (without_process(), "no-process"),
        (line("a").replace(b"userTask", b"scriptTask"), "script-task"),
        (line("a").replace(b'name="Handl\xc3\xa4ggare"', b'name="Trollkarl"'), "unknown-role"),
    ],
)
def test_a_draft_holds_what_is_not_finished_and_says_what_hinders(
    database: Database, model: bytes, rule: str
) -> None:
    draft = begun(database)
    saved = save(database, draft, model, seen=draft.version)
    with database.read() as session:
        row = session.get_one(DraftRow, draft.id)
        assert drafts.files_of(session, row.content) == {"model.bpmn": model}
        assert rule in {finding.rule for finding in drafts.findings_of(session, row)}
    with pytest.raises(ModelRefused), database.write() as session:
        drafts.hand_over(session, "fraga", draft.id, "x", version=saved.version, actor=OLLE, now=NOW)


@pytest.mark.parametrize(
    ("files", "rule"),
    [
        ({"model.bpmn": b"<a/>"}, "not-bpmn"),
        ({"model.bpmn": b"<!DOCTYPE a>" + line("a")}, "xml-doctype"),
        ({"model.bpmn": b"x" * 2_000_001}, "xml-size"),
        ({"model.bpmn": line("a").replace(b'id="fraga"', b'id="annan"')}, "other-process"),
        ({"model.bpmn": line("a"), "forms/f.json": b"{"}, "form-json"),
        ({"model.bpmn": line("a"), "texts/f.md": b"\xff"}, "text-encoding"),
        ({"model.bpmn": line("a"), "decisions/d.dmn": b"<!DOCTYPE a><a/>"}, "xml-doctype"),
        ({"model.bpmn": line("a"), "scenarios.yaml": b"#" * 600_000}, "scenarios-size"),
        ({"forms/f.json": b"{}"}, "no-model"),
    ],
)
def test_a_draft_never_holds_what_is_dangerous_boundless_or_another_process(
    database: Database, files: dict[str, bytes], rule: str
) -> None:
    draft = begun(database)
    with pytest.raises(ModelRefused) as refused, database.write() as session:
        drafts.save(session, "fraga", draft.id, files, version=draft.version, actor=OLLE, now=NOW)
    assert refused.value.findings[0].rule == rule
    with database.read() as session:
        row = session.get_one(DraftRow, draft.id)
        assert drafts.files_of(session, row.content) == {"model.bpmn": line("a")}


def test_saving_what_is_there_already_changes_neither_version_nor_who_did_it(database: Database) -> None:
    draft = begun(database)
    same = save(database, draft, line("a"), seen=draft.version, who=PIA)
    assert (same.version, same.changed_by) == (draft.version, OLLE.id)


def test_two_people_have_in_common_what_the_first_of_them_opened(database: Database) -> None:
    draft = begun(database)
    first = save(database, draft, line("a", "b"), seen=draft.version)
    second = save(database, draft, line("a", "c"), seen=first.version)
    with database.read() as session:
        row = session.get_one(DraftRow, draft.id)
        common = [
            drafts.begun_from(session, row, v)["model.bpmn"]
            for v in (draft.version, first.version, second.version)
        ]
    assert common == [line("a"), line("a", "b"), line("a", "c")]


def test_saves_of_long_ago_are_forgotten_but_nothing_that_anybody_holds(database: Database) -> None:
    draft = begun(database)
    row, other = draft, begun_other(database)
    for number in range(3):
        row = save(database, draft, line("a", f"b{number}"), seen=row.version, later=number)
    row = save(database, draft, line("z"), seen=row.version, later=60 * 24 * 8)
    with database.read() as session:
        assert [one.version for one in session.scalars(select(SaveRow).where(SaveRow.draft == draft.id))] == [
            row.version
        ]
        kept = set(session.scalars(select(SnapshotRow.hash)))
        held = {one.content for one in session.scalars(select(DraftRow))}
        assert kept == held and other.content in kept
        again = drafts.begun_from(session, session.get_one(DraftRow, draft.id), draft.version)
        assert again == {"model.bpmn": line("a")}  # what the draft began from


def begun_other(database: Database) -> DraftRow:
    with database.write() as session:
        return drafts.begin(session, "fraga", {"model.bpmn": line("q")}, actor=PIA, now=NOW)


def test_others_are_told_who_has_the_draft_open_for_ten_minutes(database: Database) -> None:
    draft = begun(database)
    with database.read() as session:
        near = drafts.others(session, draft.id, PIA.id, now=NOW + timedelta(minutes=3))
        assert [one.name for one in near] == [OLLE.name]
        assert drafts.others(session, draft.id, OLLE.id, now=NOW) == ()
        assert drafts.others(session, draft.id, PIA.id, now=NOW + timedelta(minutes=11)) == ()
        assert not drafts.due(session, draft.id, OLLE.id, now=NOW) and drafts.due(
            session, draft.id, PIA.id, now=NOW
        )


def test_a_model_of_several_processes_is_not_taken_for_the_one_that_does_not_run(database: Database) -> None:
    draft = begun(database)
    two = m.process(m.start(), m.end(), "start -> end", id="annan").replace(
        b"</definitions>", b'<process id="fraga"/></definitions>'
    )
    save(database, draft, two, seen=draft.version)
    with database.read() as session:
        row = session.get_one(DraftRow, draft.id)
        with pytest.raises(ModelRefused):
            drafts.content_of(session, row)
        assert {finding.rule for finding in drafts.findings_of(session, row)} == {"other-process"}
