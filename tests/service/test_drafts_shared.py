"""A shared model comes with a release: the municipality's own is not replaced, and its owners are told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from service import definitions, drafts, history
from service.actors import SYSTEM, Actor
from service.errors import Conflict
from service.node import open_node
from service.settings import from_environment
from service.store import ChoiceRow, Database, HistoryRow, PersonRow, SharedRow
from tests.service.cli_world import ordna
from tests.service.test_drafts import NOW, OLLE, line

SHIPPED = Actor("shipped", "Ordna", SYSTEM.roles)
FIRST, SECOND = {"model.bpmn": line("a")}, {"model.bpmn": line("a", "b")}


def released(database: Database, files: dict[str, bytes], days: int = 0) -> None:
    with database.write() as session:
        drafts.came(session, files, actor=SHIPPED, now=NOW + timedelta(days=days))


def published(database: Database, files: dict[str, bytes], shared: str | None = None) -> None:
    """Somebody puts a version of the municipality's own in force."""
    with database.write() as session:
        if session.get(PersonRow, OLLE.id) is None:
            session.add(
                PersonRow(
                    id=OLLE.id, login="olle", name=OLLE.name, password_hash="!", created_at=NOW, roles=[]
                )
            )
        definitions.deploy(session, files, actor=OLLE, now=NOW + timedelta(days=1), shared=shared)


def in_force(database: Database) -> dict[str, bytes]:
    with database.read() as session:
        return definitions.files_of(session, definitions.active(session, "fraga").hash)


def is_newer(database: Database) -> bool:
    with database.read() as session:
        return drafts.newer(session, "fraga") is not None


def own_line() -> dict[str, bytes]:
    return {"model.bpmn": line("a").replace(b'name="A"', b'name="Egen"')}


def test_a_release_replaces_the_shared_version_that_came_by_itself(database: Database) -> None:
    released(database, FIRST)
    released(database, SECOND, days=2)
    assert in_force(database) == SECOND and not is_newer(database)
    with database.read() as session:
        current = session.scalars(select(SharedRow.hash).where(SharedRow.current)).all()
        assert len(current) == 1 and len(session.scalars(select(SharedRow.hash)).all()) == 2


def test_a_release_never_replaces_what_the_municipality_published(database: Database) -> None:
    released(database, FIRST)
    published(database, own_line())
    released(database, FIRST, days=1)
    assert not is_newer(database)
    released(database, SECOND, days=2)
    assert in_force(database) == own_line() and is_newer(database)


def test_a_shared_version_that_people_went_back_to_stays_although_it_once_came_by_itself(
    database: Database,
) -> None:
    released(database, FIRST)
    released(database, SECOND, days=1)
    published(database, FIRST)
    released(database, SECOND, days=2)
    assert in_force(database) == FIRST
    assert is_newer(database)  # told of, and not forced upon anybody


def test_a_draft_from_the_shared_one_or_merged_with_it_ends_the_telling_when_it_is_published(
    database: Database,
) -> None:
    released(database, FIRST)
    published(database, own_line())
    released(database, SECOND, days=2)
    with database.write() as session:
        asked = drafts.shared_definition(session, "fraga").hash
        whole = drafts.begin_from_shared(session, "fraga", asked, actor=OLLE, now=NOW)
        both = drafts.merge_shared(session, "fraga", asked, {}, actor=OLLE, now=NOW)
        assert drafts.files_of(session, whole.content) == SECOND
        merged = drafts.files_of(session, both.content)
        assert both.shared == asked
        assert b'name="Egen"' in merged["model.bpmn"] and b'id="b"' in merged["model.bpmn"]
    assert is_newer(database)
    published(database, merged, shared=asked)
    assert in_force(database) == merged and not is_newer(database)
    published(database, {"model.bpmn": merged["model.bpmn"].replace(b"Egen", b"Egnare")})
    assert not is_newer(database)  # the next one of our own still goes back to it


def test_what_both_have_changed_must_be_chosen_between(database: Database) -> None:
    released(database, FIRST)
    published(database, own_line())
    released(database, {"model.bpmn": line("a").replace(b'name="A"', b'name="Delad"')}, days=2)
    with database.write() as session:
        asked = drafts.shared_definition(session, "fraga").hash
        (clash,) = drafts.meet_shared(session, "fraga").clashes
        with pytest.raises(Conflict):
            drafts.merge_shared(session, "fraga", asked, {}, actor=OLLE, now=NOW)
        row = drafts.merge_shared(session, "fraga", asked, {clash.key: "mine"}, actor=OLLE, now=NOW)
        assert b'name="Egen"' in drafts.files_of(session, row.content)["model.bpmn"]


def test_staying_with_ones_own_is_remembered_until_the_next_release(database: Database) -> None:
    released(database, FIRST)
    published(database, own_line())
    released(database, SECOND, days=2)
    with database.write() as session:
        asked = drafts.shared_definition(session, "fraga").hash
        drafts.decline(session, "fraga", asked, actor=OLLE, now=NOW)
    assert not is_newer(database) and in_force(database) == own_line()
    with database.read() as session:
        event = session.scalars(select(HistoryRow).where(HistoryRow.kind == "shared_model_declined")).one()
        assert event.data["hash"] == asked and list(history.verify(session)) == []
    with pytest.raises(Conflict), database.write() as session:
        drafts.decline(session, "fraga", "annan", actor=OLLE, now=NOW)
    released(database, {"model.bpmn": line("a", "c")}, days=3)
    assert is_newer(database)


def test_who_chose_what_is_in_force_is_known_after_each_change(database: Database) -> None:
    released(database, FIRST)
    with database.read() as session:
        assert session.get_one(ChoiceRow, "fraga").by == SHIPPED.id
        assert drafts.own(session, "fraga") is None
    published(database, own_line())
    with database.read() as session:
        found = drafts.own(session, "fraga")
        assert found is not None and (found.number, found.by) == (2, OLLE.name)


def test_the_verb_deploy_says_whose_version_it_would_replace_and_replaces_it_only_when_told(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    folder = tmp_path / "tree"
    assert ordna("migrate", data=data).code == 0
    assert ordna("export", "duty", folder, data=data).code == 0
    model = (folder / "model.bpmn").read_text(encoding="utf-8")
    node = open_node(from_environment({"ORDNA_DATA": str(data), "ORDNA_DIARIUM": "memory"}))
    try:
        with node.database.write() as session:
            session.add(
                PersonRow(
                    id="p-olle", login="olle", name="Olle Ek", password_hash="!", created_at=NOW, roles=[]
                )
            )
            files = definitions.folder(folder)
            own = {**files, "texts/egen.md": b"egen"}
            row = definitions.deploy(session, own, actor=OLLE, now=NOW)
            number = row.number
    finally:
        node.close()
    (folder / "model.bpmn").write_text(model.replace("</bpmn:definitions>", "\n</bpmn:definitions>"), "utf-8")
    refused = ordna("deploy", folder, data=data)
    assert refused.code == 1 and "Olle Ek" in refused.err and "--replace" in refused.err
    assert ordna("migrate", data=data).code == 0  # a new start does not replace it either
    told = ordna("deploy", "--replace", folder, data=data)
    assert told.code == 0 and f"version {number}, publicerad av Olle Ek, är ersatt" in told.err
    assert ordna("deploy", folder, data=data).code == 0
    again = tmp_path / "again"
    assert ordna("export", "duty", again, data=data).code == 0
    assert definitions.folder(again) == definitions.folder(folder)
