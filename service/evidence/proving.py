"""The check of everything that was sealed: a changed byte, a row that is gone (the last one too), an
anchor that was changed. Each is named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import history
from service.evidence import anchors, digests
from service.evidence.contents import place
from service.keys import Unreadable
from service.store import BundleRow, CaseRow, EvidenceRow, HistoryRow, ItemRow, RemovalRow, keys_of


@dataclass(frozen=True, slots=True)
class Broken:
    """What does not hold: `kind` is bundle, item, file, removal or anchor; `text` says why (Swedish)."""

    kind: str
    id: str
    text: str


def verify(session: Session) -> Iterator[Broken]:
    """Everything that does not hold. Files' own bytes are checked by `damaged`."""
    destroyed = _destroyed(session)
    yield from _bundles(session, destroyed)
    yield from _files(session, destroyed)
    yield from _items(session)
    yield from _removals(session)
    for line, text in anchors.broken(session):
        yield Broken("anchor", str(line), text)


def _bundles(session: Session, destroyed: set[str]) -> Iterator[Broken]:
    number, previous = 0, ""
    told = {str(data["bundle"]): data for data in _events(session, "bundle_sealed", history.SYSTEM)}
    query = select(BundleRow).order_by(BundleRow.number)
    for row in session.scalars(query.execution_options(yield_per=100)):
        number += 1
        if row.number != number:
            yield Broken("bundle", str(number), f"försegling {number} saknas")
            number = row.number
        elif row.previous != previous:
            yield Broken("bundle", row.id, "kedjan är bruten: förseglingen före är en annan")
        previous = row.hash
        if digests.of(row.manifest) != row.manifest_sha256:
            yield Broken("bundle", row.id, "förteckningen har ändrats i efterhand")
        if digests.of_bundle(row) != row.hash:
            yield Broken("bundle", row.id, "förseglingen har ändrats i efterhand")
        said = told.pop(row.id, None)
        if said is None or said["hash"] != row.hash:
            yield Broken("bundle", row.id, "förseglingen stämmer inte med historiken")
        yield from _listed(session, row, destroyed)
    for ident, data in told.items():
        yield Broken("bundle", ident, f"försegling {data['number']} saknas")


def _listed(session: Session, bundle: BundleRow, destroyed: set[str]) -> Iterator[Broken]:
    """What the manifest lists stands there as it was."""
    if bundle.case_id in destroyed:
        return
    for entry in _entries(bundle, "items"):
        item = session.get(ItemRow, str(entry.get("id")), options=[undefer(ItemRow.content_locked)])
        if str(entry.get("id")) in destroyed:
            continue
        if item is None:
            yield Broken("item", str(entry.get("id")), "det förseglade inlägget saknas")
        elif digests.of_item(item) != entry.get("row"):
            yield Broken("item", item.id, "inlägget har ändrats efter förseglingen")
    for entry in _entries(bundle, "files"):
        if str(entry.get("id")) in destroyed:
            continue
        file = session.get(EvidenceRow, str(entry.get("id")))
        if file is None:
            yield Broken("file", str(entry.get("id")), "den förseglade filen saknas")
        elif digests.of_file(file) != entry.get("row") or file.sha256 != entry.get("sha256"):
            yield Broken("file", file.id, "filen har ändrats efter förseglingen")


def _entries(bundle: BundleRow, part: str) -> list[Mapping[str, Any]]:
    found = bundle.manifest.get(part, []) if isinstance(bundle.manifest, dict) else []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _files(session: Session, destroyed: set[str]) -> Iterator[Broken]:
    """Every file that was ever kept is there with its hash, sealed or not, or was destroyed on purpose."""
    there = {row.id: row.sha256 for row in session.execute(select(EvidenceRow.id, EvidenceRow.sha256))}
    told = session.execute(
        select(HistoryRow.stream, HistoryRow.data).where(HistoryRow.kind == "evidence_kept")
    ).all()
    kept = {str(data["evidence"]): (str(data["sha256"]), stream) for stream, data in told}
    for ident, (sha256, case_id) in kept.items():
        if ident in destroyed or case_id in destroyed:
            continue
        if ident not in there:
            yield Broken("file", ident, "filen saknas")
        elif there[ident] != sha256:
            yield Broken("file", ident, "filens kontrollsumma har ändrats i efterhand")
    for ident in there.keys() - kept.keys():
        yield Broken("file", ident, "filen kom inte in den vanliga vägen")


def _items(session: Session) -> Iterator[Broken]:
    """What came in opens with its case's key."""
    query = (
        select(ItemRow, CaseRow.key_wrapped)
        .join(CaseRow, CaseRow.id == ItemRow.case_id)
        .options(undefer(ItemRow.content_locked))
    )
    for row, wrapped in session.execute(query.execution_options(yield_per=100)):
        try:
            keys_of(session).case_key(row.case_id, wrapped).open(row.content_locked, place(row.id))
        except Unreadable:
            yield Broken("item", row.id, "inlägget går inte att öppna")


def _removals(session: Session) -> Iterator[Broken]:
    told = {str(data["removal"]): data for data in _events(session, "removal_recorded")}
    for row in session.scalars(select(RemovalRow).execution_options(yield_per=100)):
        said = told.pop(row.id, None)
        if digests.of_removal(row) != row.hash or said is None or said["hash"] != row.hash:
            yield Broken("removal", row.id, "borttagningen har ändrats i efterhand")
    for ident in told:
        yield Broken("removal", ident, "borttagningen saknas")


def _events(session: Session, kind: str, stream: str | None = None) -> list[Mapping[str, Any]]:
    query = select(HistoryRow.data).where(HistoryRow.kind == kind)
    return list(session.scalars(query if stream is None else query.where(HistoryRow.stream == stream)))


def _destroyed(session: Session) -> set[str]:
    """What the history says was destroyed on purpose: items and files by id, and cases disposed of."""
    copies = _events(session, "copy_destroyed")
    ids = {str(data[name]) for data in copies for name in ("evidence", "item") if name in data}
    disposed = session.scalars(select(HistoryRow.stream).where(HistoryRow.kind == "case_disposed"))
    return ids | set(disposed)
