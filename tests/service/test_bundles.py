"""Sealed evidence: what must stand there, what removal needs, and that no change goes unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, inspect, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, undefer

from service import cases, evidence, items
from service.errors import Conflict, Invalid
from service.evidence import EvidenceRefused, Upload
from service.items import Post
from service.store import (
    Base,
    BundleRow,
    CaseRow,
    CopyRuleRow,
    Database,
    EvidenceRow,
    HistoryRow,
    ItemRow,
    RemovalRow,
)
from tests.service.case_world import MARIA, NOW, a_post, deploy, the_case
from tests.service.http.web import picture


@pytest.fixture
def post(database: Database, tmp_path: Path) -> str:
    """A post with its sender in a case, in a house that anchors its chains in a file."""
    database.info[evidence.PLACE] = tmp_path / "anchors.log"
    deploy(database)
    return a_post(database).case_id


def sealed(database: Database, case_id: str, **given: Any) -> BundleRow:
    with database.write() as session:
        return evidence.seal(session, cases.hold(session, case_id), actor=MARIA, now=NOW, **given)


def broken(database: Database) -> list[tuple[str, str]]:
    with database.read() as session:
        found = [(b.kind, b.id) for b in evidence.verify(session)]
        return found + [("bytes", ident) for ident in evidence.damaged(session)]


def another(database: Database, **given: Any) -> str:
    """A case of a post that lacks what `given` leaves out."""
    with database.write() as session:
        files = given.pop("files", ())
        url = given.pop("url", "https://social.example/2")
        return items.receive_post(
            session, Post("Facebook", url, **given), files, actor=MARIA, now=NOW
        ).case_id


def test_what_is_sealed_is_listed_without_words(database: Database, post: str) -> None:
    bundle = sealed(database, post)
    assert (bundle.number, bundle.previous, bundle.sealed_by) == (1, "", MARIA.id)
    assert [f["kind"] for f in bundle.manifest["files"]] == ["original"]
    assert bundle.manifest["sender"] == "stated"
    assert not {"Karin", "Gungan", "social.example"} & set(str(bundle.manifest).replace("'", " ").split())
    assert broken(database) == []


def test_sealing_twice_makes_one_link_and_more_evidence_a_second(database: Database, post: str) -> None:
    first = sealed(database, post)
    assert sealed(database, post).id == first.id
    with database.write() as session:
        evidence.keep(
            session,
            cases.hold(session, post),
            item_id=None,
            kind="capture",
            name="a.png",
            media_type="image/png",
            content=picture(),
            actor=MARIA,
            now=NOW,
        )
    with database.read() as session:
        assert evidence.standing(session, the_case(session, post)).later == 1
    second = sealed(database, post)
    assert (second.number, second.previous) == (2, first.hash)
    assert broken(database) == []


@pytest.mark.parametrize(
    ("given", "demand", "code"),
    [
        ({}, "content_and_sender", "evidence_missing"),
        ({"author": "Karin"}, "content_and_sender", "evidence_missing"),
        ({"text": "Hej"}, "content_and_sender", "sender_missing"),
        ({"text": "Hej", "author": "Karin"}, "capture", "evidence_missing"),
        ({"text": "Hej"}, "none", None),
        ({"files": (Upload("a.png", "image/png", picture()),)}, "capture", None),
        ({"files": (Upload("a.png", "image/png", picture()),)}, "content_and_sender", "sender_missing"),
    ],
)
def test_what_the_municipality_demands_must_stand_there(
    database: Database, post: str, given: dict[str, Any], demand: str, code: str | None
) -> None:
    case_id = another(database, **given)
    if code is None:
        assert sealed(database, case_id, demand=demand).number == 1
        return
    with pytest.raises(EvidenceRefused) as refused:
        sealed(database, case_id, demand=demand)
    assert refused.value.code == code


def test_a_damaged_file_is_not_sealed(database: Database, post: str) -> None:
    with database.write() as session:
        session.execute(update(EvidenceRow).values(sha256="0" * 64))
    with pytest.raises(Conflict):
        sealed(database, post)


def test_removal_needs_a_bundle_and_tells_how_long_it_took(database: Database, post: str) -> None:
    def removed(**given: Any) -> RemovalRow:
        with database.write() as session:
            told = {"how": "hidden", "at": NOW + timedelta(minutes=7)} | given
            case = cases.hold(session, post)
            return evidence.record_removal(session, case, actor=MARIA, now=NOW + timedelta(hours=1), **told)

    with pytest.raises(EvidenceRefused) as refused:
        removed()
    assert refused.value.code == "not_sealed"
    sealed(database, post)
    assert removed(still_visible=False).seconds_to_hide == 420
    assert removed(at=NOW - timedelta(hours=1)).seconds_to_hide == 0
    for wrong in ({"how": "burnt"}, {"at": NOW + timedelta(days=1)}):
        with pytest.raises(Invalid):
            removed(**wrong)
    with database.read() as session:
        assert [r.still_visible for r in evidence.removals(session, post)].count(False) == 1
    assert broken(database) == []


# ── where no copy may be kept ────────────────────────────────────────────────────────────────────────


def test_where_no_copy_may_be_kept_nothing_is_taken_in_and_nothing_sealed_before_it_is_gone(
    database: Database, post: str
) -> None:
    with database.write() as session:
        evidence.metadata_only(session, cases.hold(session, post), actor=MARIA, now=NOW)
    with pytest.raises(Conflict, match="ingen kopia"), database.write() as session:
        evidence.keep(
            session,
            cases.hold(session, post),
            item_id=None,
            kind="capture",
            name="a.png",
            media_type="image/png",
            content=picture(),
            actor=MARIA,
            now=NOW,
        )
    with pytest.raises(EvidenceRefused) as refused:
        sealed(database, post)
    assert refused.value.code == "copy_forbidden"
    with database.write() as session:
        gone = evidence.destroy_copies(session, cases.hold(session, post), actor=MARIA, now=NOW)
    assert gone == 2  # the text file, and the item's words
    bundle = sealed(database, post)
    assert bundle.manifest["metadata_only"] and bundle.manifest["files"] == []
    with database.write() as session:
        (item,) = items.of_case(session, cases.hold(session, post), MARIA, NOW)
        assert (item.text, item.url, item.author) == ("", "https://social.example/1", "Karin S")
    assert broken(database) == []


def test_copies_are_destroyed_nowhere_else(database: Database, post: str) -> None:
    with pytest.raises(LookupError), database.write() as session:
        evidence.destroy_copies(session, cases.hold(session, post), actor=MARIA, now=NOW)


# ── no change goes unseen ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class World:
    """Two sealed cases and a removal."""

    first: str
    second: str


@pytest.fixture
def world(database: Database, post: str) -> World:
    other = another(database, text="Hej", author="Nils", files=(Upload("a.png", "image/png", picture()),))
    for case_id in (post, other):
        sealed(database, case_id)
    with database.write() as session:
        case = cases.hold(session, other)
        evidence.record_removal(
            session, case, how="hidden", at=NOW, actor=MARIA, now=NOW, still_visible=False
        )
    assert broken(database) == []
    return World(post, other)


@contextmanager
def past_the_locks(database: Database) -> Iterator[Session]:
    """What an administrator of the server can do: write where nothing may be written."""
    with database.write() as session:
        for table in ("bundle", "removal", "history"):
            if database.sqlite:
                for verb in ("update", "delete"):
                    session.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
            else:
                session.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
        yield session


def flipped(value: Any) -> Any:
    """The value with one bit or character of it changed."""
    match value:
        case bool() | None:
            return not value
        case int():
            return value + 1
        case bytes():
            return value[:-1] + bytes([value[-1] ^ 1])
        case str():
            return value[:-1] + ("0" if value[-1:] != "0" else "1")
        case dict():
            return value | {"sender": "anonymous"}
        case _:
            return value + timedelta(microseconds=1)


SEALED: tuple[type[Base], ...] = (BundleRow, RemovalRow, ItemRow, EvidenceRow)
COLUMNS = [
    pytest.param(row, column.key, id=f"{row.__tablename__}.{column.key}")
    for row in SEALED
    for column in inspect(row).column_attrs
    if column.key not in {"id"}
]


@pytest.mark.parametrize(("row", "column"), COLUMNS)
def test_a_changed_byte_in_any_column_is_named(
    database: Database, world: World, row: type[Base], column: str
) -> None:
    with past_the_locks(database) as session:
        chosen = session.scalars(select(row).options(undefer("*")).order_by(row.id.desc())).first()  # type: ignore[attr-defined]
        ident, value = chosen.id, getattr(chosen, column)  # type: ignore[union-attr]
        new: Any = world.first if column == "case_id" and value == world.second else flipped(value)
        if column == "case_id" and value == world.first:
            new = world.second
        if column == "number":
            new = value + 100  # a number that no other bundle has, whichever was chosen
        if column == "item_id":
            new = session.scalars(select(ItemRow.id).where(ItemRow.id != value)).first()
        if column in {"posted_at", "raw_sha256"} and value is None:
            new = NOW if column == "posted_at" else "0" * 64
        session.expunge_all()
        session.execute(update(row).where(row.id == ident).values({column: new}))  # type: ignore[attr-defined]
    assert ident in {found for _, found in broken(database)}


@pytest.mark.parametrize("last", [True, False], ids=["last", "first"])
@pytest.mark.parametrize("row", SEALED, ids=lambda r: r.__tablename__)
def test_a_dropped_row_is_named(database: Database, world: World, row: type[Base], last: bool) -> None:
    with past_the_locks(database) as session:
        order = {
            BundleRow: BundleRow.number,
            RemovalRow: RemovalRow.recorded_at,
            ItemRow: ItemRow.received_at,
            EvidenceRow: EvidenceRow.created_at,
        }[row]
        chosen = session.scalars(select(row).order_by(order.desc() if last else order)).first()
        ident = chosen.id  # type: ignore[union-attr]
        if row is ItemRow:
            session.execute(update(EvidenceRow).where(EvidenceRow.item_id == ident).values(item_id=None))
        session.expunge_all()
        session.execute(delete(row).where(row.id == ident))  # type: ignore[attr-defined]
    named = broken(database)
    assert ident in {found for _, found in named} or ("bundle", "1") in named


def test_the_last_bundle_dropped_with_all_that_the_database_says_of_it_is_named_by_the_anchor(
    database: Database, world: World
) -> None:
    with past_the_locks(database) as session:
        session.execute(delete(BundleRow).where(BundleRow.number == 2))
        last = session.scalars(
            select(HistoryRow).where(HistoryRow.stream == "system").order_by(HistoryRow.position.desc())
        ).first()
        assert last is not None and last.kind == "bundle_sealed"
        session.execute(
            delete(HistoryRow).where(HistoryRow.stream == "system", HistoryRow.position == last.position)
        )
    assert [kind for kind, _ in broken(database)] == ["anchor", "anchor"]


def first_line_changed(lines: list[bytes]) -> list[bytes]:
    return [lines[0].replace(b'"bundle":1', b'"bundle":9'), *lines[1:]]


@pytest.mark.parametrize(
    "change", [first_line_changed, lambda lines: lines[1:], lambda lines: lines[:-1], lambda lines: [b"{}"]]
)
def test_a_changed_anchor_is_named(
    database: Database, world: World, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    path = Path(database.info[evidence.PLACE])
    assert path.stat().st_mode & 0o777 == 0o600
    lines = path.read_bytes().splitlines()
    assert len(lines) == 2
    path.write_bytes(b"\n".join(change(lines)) + b"\n")
    assert {kind for kind, _ in broken(database)} == {"anchor"}
    path.unlink()
    assert broken(database) == [("anchor", "0")]


def test_what_was_not_committed_is_not_anchored(database: Database, post: str) -> None:
    with pytest.raises(ZeroDivisionError), database.write() as session:
        with session.begin_nested():
            evidence.seal(session, cases.hold(session, post), actor=MARIA, now=NOW)
        raise ZeroDivisionError
    assert not Path(database.info[evidence.PLACE]).exists()
    sealed(database, post)
    assert broken(database) == []


def test_the_hourly_anchor_says_a_thing_once(database: Database, world: World) -> None:
    for _ in range(2):
        with database.read() as session:
            evidence.anchor(session, NOW)
    assert len(Path(database.info[evidence.PLACE]).read_bytes().splitlines()) == 2


@pytest.mark.parametrize("table", [BundleRow, RemovalRow, CopyRuleRow])
def test_what_is_sealed_can_only_be_added_to(database: Database, world: World, table: type[Base]) -> None:
    with database.write() as session:
        evidence.metadata_only(session, cases.hold(session, world.first), actor=MARIA, now=NOW)
    with pytest.raises(DBAPIError, match="append-only"), database.write() as session:
        session.execute(delete(table))


def test_a_case_cannot_be_sealed_under_anothers_number(database: Database, world: World) -> None:
    with database.read() as session:
        rows = session.scalars(select(BundleRow).order_by(BundleRow.number)).all()
        assert [r.number for r in rows] == [1, 2]
        assert {r.case_id for r in rows} == set(session.scalars(select(CaseRow.id)))
