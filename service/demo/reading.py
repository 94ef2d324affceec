"""From the contract's elements to the diarium's values; the schema has been checked before."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

from lxml import etree

from service.demo.contract import NS
from service.demo.records import Draft, Facts, File, Key, Party, Refusal

YES = ("true", "1")
DEFAULT_LAW = "OSL 2009:400"
"""The contract's default for an empty Law."""


def read_case(call: etree._Element) -> Draft:
    """The record of RegisterCase. Raises `Refusal` Validation."""
    case = _child(call, "Case")
    return Draft(
        "case",
        read_key(case),
        _need(case, "Digest"),
        _facts(case, opened_at=_moment(case, "OpenedAt")),
        _parties(case),
    )


def read_document(call: etree._Element) -> Draft:
    """The record of RegisterDocument. Raises `Refusal` Validation."""
    document = _child(call, "Document")
    number = _text(document, "CaseNumber")
    return Draft(
        "document",
        read_key(document),
        _need(document, "Digest"),
        _facts(document, received_or_sent_at=_moment(document, "ReceivedOrSentAt")),
        _parties(document),
        tuple(_file(f) for f in document.iterfind(f"{{{NS}}}File")),
        case=number if number is not None else read_key(document, "CaseKey"),
    )


def read_key(parent: etree._Element, name: str = "Key") -> Key:
    key = _child(parent, name)
    return Key(_need(key, "SourceSystem"), _need(key, "Id"))


def read_chunk(call: etree._Element) -> tuple[str, int, bytes, bool]:
    """Upload id, offset in bytes, the bytes, and whether they are the last."""
    return (
        _need(call, "UploadId"),
        _number(_need(call, "Offset")),
        _binary(_need(call, "Data")),
        _need(call, "Last").strip() in YES,
    )


def read_status(call: etree._Element) -> tuple[str, str, str | None]:
    """Case number, status, reason."""
    return _need(call, "CaseNumber"), _need(call, "Status"), _text(call, "Reason")


def _facts(
    record: etree._Element, *, opened_at: str | None = None, received_or_sent_at: str | None = None
) -> Facts:
    chapter = _text(record, "Secrecy/Chapter")
    return Facts(
        subject=_need(record, "PublicTitle"),
        full_title=_text(record, "FullTitle"),
        direction=_text(record, "Direction"),
        document_type=_text(record, "DocumentType"),
        document_date=_text(record, "DocumentDate"),
        opened_at=opened_at,
        received_or_sent_at=received_or_sent_at,
        unit=_text(record, "HandlerUnit"),
        handler=_text(record, "Handler"),
        classification_scheme=_text(record, "Classification/Scheme"),
        classification_code=_text(record, "Classification/Code"),
        secrecy_law=None if chapter is None else _text(record, "Secrecy/Law") or DEFAULT_LAW,
        secrecy_chapter=None if chapter is None else _number(chapter),
        secrecy_section=_text(record, "Secrecy/Section"),
        secrecy_note=_text(record, "Secrecy/Note"),
        secrecy_review_date=_text(record, "Secrecy/ReviewDate"),
        retention_code=_text(record, "Retention/Code"),
        dispose_after=_text(record, "Retention/DisposeAfter"),
        source_url=_text(record, "SourceUrl"),
    )


def _parties(record: etree._Element) -> tuple[Party, ...]:
    return tuple(
        Party(
            role=_need(party, "Role"),
            name=_need(party, "Name"),
            organisation=_text(party, "Organisation"),
            identity_number=_text(party, "IdentityNumber"),
            email=_text(party, "Email"),
            handle=_text(party, "Handle"),
            public=(_text(party, "NotPublic") or "").strip() not in YES,
            protected_identity=(_text(party, "ProtectedIdentity") or "").strip() in YES,
        )
        for party in record.iterfind(f"{{{NS}}}Party")
    )


def _file(element: etree._Element) -> File:
    content = _text(element, "Content")
    return File(
        name=_need(element, "Name"),
        media_type=_need(element, "MimeType"),
        sha256=_need(element, "Sha256"),
        length=_number(_need(element, "Length")),
        main=_need(element, "Main").strip() in YES,
        content=None if content is None else _binary(content),
        upload_id=_text(element, "UploadId"),
    )


def _moment(record: etree._Element, name: str) -> str:
    """UTC in ISO 8601. A time without a zone is refused: nobody could say when it was."""
    try:
        at = datetime.fromisoformat(_need(record, name).strip())
        if at.tzinfo is None:
            raise Refusal("Validation", f"{name} saknar tidszon.")
        return at.astimezone(UTC).isoformat()
    except (ValueError, OverflowError) as problem:
        raise Refusal("Validation", f"{name} är ingen tid som diariet kan läsa.") from problem


def _number(text: str) -> int:
    # SQLite holds 64 bits, and Python refuses to read endless digits.
    digits = text.strip().lstrip("+")
    if len(digits) > 18:
        raise Refusal("Validation", "Ett tal är för stort.")
    return int(digits)


def _binary(text: str) -> bytes:
    return base64.b64decode("".join(text.split()), validate=True)


def _child(parent: etree._Element, name: str) -> etree._Element:
    element = parent.find(f"{{{NS}}}{name}")
    if element is None:
        raise Refusal("Validation", f"{name} saknas.")
    return element


def _text(parent: etree._Element, path: str) -> str | None:
    element = parent.find("/".join(f"{{{NS}}}{name}" for name in path.split("/")))
    return None if element is None else element.text or ""


def _need(parent: etree._Element, name: str) -> str:
    return _child(parent, name).text or ""
