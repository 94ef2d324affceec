"""A prepared record in the neutral contract's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Registration, SecrecyMark
from adapters.prepare import Prepared

PROTECTED = "Skyddad identitet"

_DIRECTION = {"incoming": "In", "outgoing": "Out", "internal": "Internal"}
_ROLE = {"sender": "Sender", "recipient": "Recipient", "party": "Party"}


class _Content(bytes):
    """zeep leaves an empty value out of an xs:choice without a word, and the file would be sent
    with neither content nor upload id."""

    def __bool__(self) -> bool:
        return True


def case(prepared: Prepared, record: CaseRecord, source: str) -> dict[str, Any]:
    scheme_and_code = record.classification
    return _common(prepared, record, source) | {
        "OpenedAt": _utc(record.opened_at),
        "HandlerUnit": record.unit,
        "Handler": record.handler,
        "Classification": scheme_and_code and dict(zip(("Scheme", "Code"), scheme_and_code, strict=True)),
    }


def document(
    prepared: Prepared, record: DocumentRecord, source: str, uploaded: Mapping[int, str]
) -> dict[str, Any]:
    """`uploaded` holds the upload id of each file that is not inside the message, by its place."""
    return _common(prepared, record, source) | {
        "CaseNumber": record.case_number,
        "Direction": _DIRECTION[record.direction],
        "DocumentType": record.document_type,
        "DocumentDate": record.document_date,
        "ReceivedOrSentAt": _utc(record.received_or_sent_at),
        "SourceUrl": record.source_url,
        "File": [_file(f, uploaded.get(place)) for place, f in enumerate(record.files)],
    }


def _common(prepared: Prepared, record: Registration, source: str) -> dict[str, Any]:
    full = prepared.full_subject
    return {
        "Key": {"SourceSystem": source, "Id": record.key},
        "Digest": prepared.digest,
        "PublicTitle": record.subject,
        "FullTitle": full if full != record.subject else None,
        "Secrecy": record.secrecy and _secrecy(record.secrecy),
        "Party": [_party(p) for p in record.parties],
    }


def _secrecy(mark: SecrecyMark) -> dict[str, Any]:
    return {
        "Law": mark.law,
        "Chapter": mark.chapter,
        "Section": mark.section,
        # the contract has no fields for the day and the authority that OSL 5 kap. 5 § asks for
        "Note": f"Sekretessmarkering {mark.marked_on.isoformat()}, {mark.authority}",
        "ReviewDate": mark.review_on,
    }


def _party(party: Party) -> dict[str, Any]:
    if party.protected_identity:
        # Name, address and handle would each tell who it is; our own key leads back to the record.
        return {"Role": _ROLE[party.role], "Name": PROTECTED, "NotPublic": True, "ProtectedIdentity": True}
    return {
        "Role": _ROLE[party.role],
        "Name": party.name,
        "Email": party.email,
        "Handle": party.handle,
        "NotPublic": not party.public,
        "ProtectedIdentity": False,
    }


def _file(file: File, upload_id: str | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "Name": file.name,
        "MimeType": file.media_type,
        "Sha256": file.sha256,
        "Length": len(file.content),
        "Main": file.main,
    }
    inside = {"UploadId": upload_id} if upload_id else {"Content": _Content(file.content)}
    return described | inside


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
