"""Sealing: what stands in a case is written down in a manifest, and the manifest becomes a link of the
installation's chain of bundles. Nothing is removed on a platform before that (YST-30, ORE-23, HAP-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service import history, profiles
from service.actors import Actor
from service.errors import Conflict
from service.evidence import anchors, contents, copies, digests, keeping
from service.store import BundleRow, CaseRow, EvidenceRow, ItemRow, lock_rows

Demand = Literal["content_and_sender", "capture", "none"]
"""The profile's `evidence.before_delete`. `none` still wants something to seal."""
DEMANDS: tuple[Demand, ...] = ("content_and_sender", "capture", "none")
UNKNOWN_SENDERS = ("account_gone", "anonymous", "not_shown", "not_a_person")
"""Why a sender cannot be known: the closed choices of the form."""
FORMAT = 1
_LOCK = 7_061_789

EVIDENCE_MISSING = "evidence_missing"
SENDER_MISSING = "sender_missing"
COPY_FORBIDDEN = "copy_forbidden"
NOT_SEALED = "not_sealed"
_TEXTS = {
    EVIDENCE_MISSING: "Innehållet är inte sparat än. Lägg till en skärmbild eller inläggets text.",
    SENDER_MISSING: "Avsändaren är inte sparad än. Ange avsändaren, eller varför den inte går att få fram.",
    COPY_FORBIDDEN: "I det här ärendet får ingen kopia finnas kvar. Förstör filerna och texten först.",
    NOT_SEALED: "Beviset är inte förseglat. Spara innehåll och avsändare och försegla innan något tas bort.",
}


class EvidenceRefused(Conflict):
    """The evidence does not allow it. `code` is closed: evidence_missing, sender_missing, copy_forbidden or
    not_sealed; `str()` the Swedish sentence for it."""

    def __init__(self, code: str) -> None:
        super().__init__(_TEXTS[code])
        self.code = code


def demanded(session: Session) -> Demand:
    """What the municipality's profile demands before anything is removed."""
    found = profiles.of(session).value("evidence.before_delete")
    return next(demand for demand in DEMANDS if demand == found)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands in a case. `sender` is `stated`, a reason of UNKNOWN_SENDERS, or None; `sealed` the
    number of the latest bundle; `later` how many items and files came after it."""

    content: bool
    capture: bool
    address: bool
    sender: str | None
    copies: bool
    metadata_only: bool
    sealed: int | None
    sealed_at: datetime | None
    later: int

    def missing(self, demand: Demand) -> str | None:
        """The code of the first thing that keeps the case from being sealed, or None."""
        if self.metadata_only:
            if self.copies:
                return COPY_FORBIDDEN
            return None if self.address else EVIDENCE_MISSING
        match demand:
            case "content_and_sender":
                if not self.content:
                    return EVIDENCE_MISSING
                return None if self.sender else SENDER_MISSING
            case "capture":
                return None if self.capture else EVIDENCE_MISSING
            case "none":
                return None if self.content or self.address else EVIDENCE_MISSING


def standing(session: Session, case: CaseRow) -> Standing:
    """What stands in the case now. Opens its items: the caller has seen to it that the asker may."""
    rows = contents.items(session, case)
    held = [(row, contents.opened(session, case, row)) for row in rows]
    files = _files(session, case)
    mails = {row.id for row in rows if row.source == "mail"}
    words = any(content.get("text") or content.get("subject") for _, content in held)
    whole = any(file.kind != "original" or file.item_id in mails for file in files)
    only = copies.forbidden(session, case.id)
    last = latest(session, case.id)
    return Standing(
        content=words or whole,
        capture=any(file.kind != "original" for file in files),
        address=any(content.get("url") or content.get("address") for _, content in held),
        sender=_sender([content for _, content in held]),
        copies=bool(files) or any(copies.has_words(content) for _, content in held),
        metadata_only=only,
        sealed=last.number if last else None,
        sealed_at=last.sealed_at if last else None,
        later=_later(last, rows, files),
    )


def _sender(held: list[Mapping[str, Any]]) -> str | None:
    if any(content.get("author") or content.get("address") for content in held):
        return "stated"
    reasons = [content.get("unknown_sender") for content in held]
    return next((str(reason) for reason in reasons if reason in UNKNOWN_SENDERS), None)


def _later(last: BundleRow | None, items: list[ItemRow], files: list[EvidenceRow]) -> int:
    if last is None:
        return 0
    listed = {entry["id"] for part in ("items", "files") for entry in last.manifest.get(part, ())}
    return sum(ident not in listed for ident in (*(i.id for i in items), *(f.id for f in files)))


def latest(session: Session, case_id: str) -> BundleRow | None:
    """The case's latest bundle."""
    return session.scalar(
        select(BundleRow).where(BundleRow.case_id == case_id).order_by(BundleRow.number.desc()).limit(1)
    )


def sealed(session: Session, case_id: str) -> bool:
    """Whether the case has a sealed bundle."""
    return latest(session, case_id) is not None


def require_sealed(session: Session, case_id: str) -> BundleRow:
    """The case's latest bundle. Raises EvidenceRefused(`not_sealed`)."""
    found = latest(session, case_id)
    if found is None:
        raise EvidenceRefused(NOT_SEALED)
    return found


def seal(
    session: Session,
    case: CaseRow,
    *,
    actor: Actor,
    now: datetime,
    demand: Demand = "content_and_sender",
) -> BundleRow:
    """Seal what stands in the case, which the caller holds for writing. Nothing changed since the latest
    bundle: that one is returned. Raises EvidenceRefused with the code of what is missing, and Conflict
    when a file no longer has its hash."""
    session.flush()
    stands = standing(session, case)
    if (code := stands.missing(demand)) is not None:
        raise EvidenceRefused(code)
    items, files = contents.items(session, case), _files(session, case)
    for file in files:
        keeping.check(session, case, file)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "case": case.id,
        "demand": demand,
        "metadata_only": stands.metadata_only,
        "sender": stands.sender,
        "items": [{"id": row.id, "source": row.source, "row": digests.of_item(row)} for row in items],
        "files": [
            {
                "id": row.id,
                "item": row.item_id,
                "kind": row.kind,
                "media_type": row.media_type,
                "size": row.size,
                "sha256": row.sha256,
                "row": digests.of_file(row),
            }
            for row in files
        ],
    }
    if (last := latest(session, case.id)) is not None and last.manifest == manifest:
        return last
    return _link(session, case, manifest, actor, now)


def _link(
    session: Session, case: CaseRow, manifest: dict[str, Any], actor: Actor, now: datetime
) -> BundleRow:
    if lock_rows(session):  # one link at a time
        session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    before = session.execute(
        select(BundleRow.number, BundleRow.hash).order_by(BundleRow.number.desc()).limit(1)
    ).one_or_none()
    row = BundleRow(
        id=str(uuid4()),
        number=before[0] + 1 if before else 1,
        case_id=case.id,
        sealed_at=now,
        sealed_by=actor.id,
        manifest=manifest,
        manifest_sha256=digests.of(manifest),
        previous=before[1] if before else "",
        hash="",
    )
    row.hash = digests.of_bundle(row)
    session.add(row)
    said = {"bundle": row.id, "number": row.number, "hash": row.hash}
    history.append(session, case, "evidence_sealed", at=now, actor=actor.id, data=said)
    # the head stands outside the table too: the last row cannot be dropped unseen
    history.append_system(session, "bundle_sealed", at=now, actor=actor.id, data=said)
    session.flush()
    anchors.when_committed(session, now)
    return row


def _files(session: Session, case: CaseRow) -> list[EvidenceRow]:
    return list(
        session.scalars(select(EvidenceRow).where(EvidenceRow.case_id == case.id).order_by(EvidenceRow.id))
    )
