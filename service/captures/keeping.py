"""Making a capture and keeping it. Making takes seconds: it is done before the transaction is opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from adapters.archive.pdfa import MAX_TEXT, Page, PdfRefused, make
from service import channels, evidence, history
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Invalid, NotFound
from service.evidence import INLINE, Upload
from service.keys import CaseKey, Unreadable
from service.store import CaptureFileRow, CaptureRow, CaseRow, ChannelRow, DeliveryRow, HistoryRow, keys_of

Kind = Literal["first", "periodic", "major_change", "closing", "terms"]
KINDS: dict[Kind, str] = {
    "first": "Första bilden",
    "periodic": "Återkommande bild",
    "major_change": "Före en större förändring",
    "closing": "Vid avslut",
    "terms": "Användarvillkor",
}
"""Why a capture was made, with the words that stand in the PDF."""
_AHEAD = timedelta(minutes=5)
_BROKEN = "Bilden stämmer inte med sin kontrollsumma och lämnas inte ut. Kontakta systemadministratören."


@dataclass(frozen=True, slots=True)
class Prepared:
    """A capture that is made and not kept yet."""

    kind: Kind
    url: str
    captured_at: datetime
    tool: str
    pdf: bytes = field(repr=False)
    files: tuple[Upload, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaptureView:
    """A capture as a list shows it. `state` is the delivery's, or None where none was asked for; `files`
    are (number, media type, size, SHA-256) of what it was made from."""

    id: str
    kind: str
    url: str
    captured_at: datetime
    tool: str
    size: int
    sha256: str
    state: str | None
    number: str | None
    delivered_at: datetime | None
    files: tuple[tuple[int, str, int, str], ...]


@dataclass(frozen=True, slots=True)
class CaptureFile:
    """The PDF, or a file that it was made from, checked against its hash."""

    name: str
    media_type: str
    content: bytes = field(repr=False)
    sha256: str


def prepare(
    *,
    channel: str,
    kind: str,
    url: str,
    captured_at: datetime,
    tool: str,
    text: str,
    files: Sequence[Upload],
    now: datetime,
) -> Prepared:
    """Check what was given and make the PDF/A. `channel` is the channel's name; no names of people go in.
    Opens no transaction. Raises Invalid (by field), TooLarge or Unsupported."""
    chosen = next((known for known in KINDS if known == kind), None)
    errors: dict[str, str] = {}
    if chosen is None:
        errors["kind"] = "Välj varför bilden togs."
    if captured_at.tzinfo is None or captured_at > now + _AHEAD:
        errors["captured_at"] = "Tiden har inte varit än."
    if not 0 < len(tool) <= 120:
        errors["tool"] = "Ange hur bilden togs, med högst 120 tecken."
    if not 0 < len(url) <= 2000:
        errors["url"] = "Ange adressen till det som avbildades."
    if not files and not text.strip():
        errors["files"] = "Klistra in en skärmbild, välj en fil eller skriv av texten."
    if len(text) > MAX_TEXT:
        errors["text"] = "Texten är för lång."
    if errors or chosen is None:
        raise Invalid(fields=errors)
    uploads = evidence.check_uploads(files)
    facts = [("Orsak", KINDS[chosen])]
    facts += [
        (
            f"Original {number}",
            f"{file.media_type}, {len(file.content)} byte, SHA-256 {_sha256(file.content)}",
        )
        for number, file in enumerate(uploads, 1)
    ]
    page = Page(
        title=f"{channel}: {KINDS[chosen]}",
        url=url,
        captured_at=captured_at,
        tool=tool,
        facts=facts,
        texts=[text] if text.strip() else [],
        images=[file.content for file in uploads if file.media_type in INLINE],
    )
    try:
        pdf = make(page)
    except PdfRefused as refused:
        raise Invalid(fields={"files": str(refused)}) from refused
    return Prepared(chosen, url, captured_at, tool, pdf, tuple(uploads))


def add(
    session: Session,
    channel_id: str,
    prepared: Prepared,
    *,
    actor: Actor,
    now: datetime,
    case: CaseRow | None = None,
) -> CaptureRow:
    """Keep a capture of the channel, in `case` (held for writing) where it was made in one. Raises NotFound
    for a channel that is not in the register."""
    if session.get(ChannelRow, channel_id) is None:
        raise NotFound()
    ident = str(uuid4())
    key, wrapped = keys_of(session).new_case_key(ident)
    row = CaptureRow(
        id=ident,
        channel_id=channel_id,
        case_id=case.id if case else None,
        kind=prepared.kind,
        url=prepared.url,
        captured_at=prepared.captured_at,
        tool=prepared.tool,
        captured_by=actor.id,
        created_at=now,
        key_wrapped=wrapped,
        size=len(prepared.pdf),
        sha256=_sha256(prepared.pdf),
        content_locked=key.lock(prepared.pdf, f"capture/{ident}/content"),
    )
    session.add(row)
    session.flush()
    for number, file in enumerate(prepared.files, 1):
        one = str(uuid4())
        session.add(
            CaptureFileRow(
                id=one,
                capture_id=ident,
                number=number,
                name_locked=key.lock_text(file.name, f"capture_file/{one}/name"),
                media_type=file.media_type,
                size=len(file.content),
                sha256=_sha256(file.content),
                content_locked=key.lock(file.content, f"capture_file/{one}/content"),
            )
        )
    day = prepared.captured_at.astimezone(STOCKHOLM).date()
    if prepared.kind == "terms":
        channels.terms_saved(session, channel_id, day, actor=actor, now=now)
    else:
        channels.captured(session, channel_id, day, actor=actor, now=now)
    said = {"capture": ident, "channel": channel_id, "kind": prepared.kind, "sha256": row.sha256}
    history.append_system(session, "capture_kept", at=now, actor=actor.id, data=said)
    if case is not None:
        history.append(session, case, "capture_kept", at=now, actor=actor.id, data=said)
    session.flush()
    return row


def of_channel(session: Session, channel_id: str) -> list[CaptureView]:
    """The channel's captures, newest first."""
    files: dict[str, list[tuple[int, str, int, str]]] = {}
    for file in session.scalars(
        select(CaptureFileRow)
        .join(CaptureRow, CaptureRow.id == CaptureFileRow.capture_id)
        .where(CaptureRow.channel_id == channel_id)
        .order_by(CaptureFileRow.number)
    ):
        files.setdefault(file.capture_id, []).append((file.number, file.media_type, file.size, file.sha256))
    query = (
        select(CaptureRow, DeliveryRow)
        .outerjoin(DeliveryRow, DeliveryRow.capture_id == CaptureRow.id)
        .where(CaptureRow.channel_id == channel_id)
        .order_by(CaptureRow.captured_at.desc(), CaptureRow.id)
    )
    return [
        CaptureView(
            row.id,
            row.kind,
            row.url,
            row.captured_at,
            row.tool,
            row.size,
            row.sha256,
            delivery.state if delivery else None,
            delivery.number if delivery else None,
            delivery.delivered_at if delivery else None,
            tuple(files.get(row.id, ())),
        )
        for row, delivery in session.execute(query)
    ]


def latest(session: Session, channel_id: str, kinds: Sequence[Kind] = tuple(KINDS)) -> datetime | None:
    """When the channel was last captured for one of these reasons (aware UTC), or None."""
    return session.scalar(
        select(CaptureRow.captured_at)
        .where(CaptureRow.channel_id == channel_id, CaptureRow.kind.in_(kinds))
        .order_by(CaptureRow.captured_at.desc())
        .limit(1)
    )


def capture_of_case(session: Session, case_id: str) -> CaptureRow | None:
    """The latest capture that was made in the case."""
    return session.scalar(
        select(CaptureRow)
        .where(CaptureRow.case_id == case_id)
        .order_by(CaptureRow.created_at.desc(), CaptureRow.id)
        .limit(1)
    )


def fetch(session: Session, capture_id: str, number: int, *, actor: Actor, now: datetime) -> CaptureFile:
    """The PDF (`number` 0) or original `number`, and an event that `actor` read it. Raises NotFound, or
    Conflict when the bytes are not those that were kept."""
    row = session.get(CaptureRow, capture_id)
    if row is None:
        raise NotFound()
    found = opened(session, row)
    if not 0 <= number < len(found):
        raise NotFound()
    history.append_system(
        session, "capture_read", at=now, actor=actor.id, data={"capture": row.id, "number": number}
    )
    return found[number]


def opened(session: Session, row: CaptureRow) -> list[CaptureFile]:
    """The PDF and then the originals. Raises Conflict when one is not what was kept."""
    day = row.captured_at.strftime("%Y-%m-%d")
    try:
        key = _key(session, row)
        pdf = key.open(row.content_locked, f"capture/{row.id}/content")
        found = [CaptureFile(f"{row.kind}-{day}.pdf", "application/pdf", pdf, row.sha256)]
        for file in session.scalars(
            select(CaptureFileRow)
            .where(CaptureFileRow.capture_id == row.id)
            .order_by(CaptureFileRow.number)
            .options(undefer(CaptureFileRow.content_locked))
        ):
            name = key.open_text(file.name_locked, f"capture_file/{file.id}/name")
            content = key.open(file.content_locked, f"capture_file/{file.id}/content")
            found.append(CaptureFile(name, file.media_type, content, file.sha256))
    except Unreadable as error:
        raise Conflict(_BROKEN) from error
    if any(_sha256(file.content) != file.sha256 for file in found):
        raise Conflict(_BROKEN)
    return found


def damaged(session: Session) -> Iterator[str]:
    """The ids of captures that are gone, do not open or no longer have their hash."""
    kept = {
        str(data["capture"]): str(data["sha256"])
        for data in session.scalars(
            select(HistoryRow.data).where(
                HistoryRow.stream == history.SYSTEM, HistoryRow.kind == "capture_kept"
            )
        )
    }
    for ident in session.scalars(select(CaptureRow.id).order_by(CaptureRow.id)).all():
        row = session.get_one(CaptureRow, ident)
        try:
            opened(session, row)
            sound = kept.pop(ident, None) == row.sha256
        except Conflict:
            kept.pop(ident, None)
            sound = False
        session.expunge_all()  # one capture in memory at a time
        if not sound:
            yield ident
    yield from kept


def _key(session: Session, row: CaptureRow) -> CaseKey:
    return keys_of(session).case_key(row.id, row.key_wrapped)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
