"""The neutral contract, DiariumRegistration 1.0: mapping only. The contract itself lies beside."""

from __future__ import annotations

import time
from hashlib import sha256
from uuid import uuid4

from adapters.contract import (
    DocumentRecord,
    File,
    Misconfigured,
    Receipt,
    Refused,
    Registration,
    Target,
    Unavailable,
    Unknown,
)
from adapters.prepare import identifier, prepare
from adapters.soap.client import SoapClient
from adapters.soap.neutral.reading import read_receipt, same_files
from adapters.soap.neutral.wording import case, document
from adapters.soap.wsdl import contract_file

NAMESPACE = "urn:diarium-registration:1.0"
INLINE = 4 * 1024 * 1024
"""Bytes of files that travel inside one document's message; the rest is sent before it."""
PIECE = 1024 * 1024


class NeutralDiarium:
    """A diarium, or an integration platform before one, that speaks the neutral contract."""

    def __init__(self, target: Target) -> None:
        self._source = target.source_system
        self._timeout = target.timeout
        self._client = SoapClient(
            target,
            wsdl=contract_file(target.wsdl, __file__, "diarium-registration-1.0.wsdl"),
            binding=f"{{{NAMESPACE}}}DiariumRegistrationSoap",
            validate=True,
        )

    def register(self, registration: Registration, *, timeout: float | None = None) -> Receipt:
        """See `Diarium.register`."""
        prepared = prepare(registration)
        due = time.monotonic() + (self._timeout if timeout is None else timeout)
        record = prepared.record
        files: tuple[File, ...] = ()
        if isinstance(record, DocumentRecord):
            files = record.files
            uploaded = self._upload(record, due)
            operation = "RegisterDocument"
            arguments = {"Document": document(prepared, record, self._source, uploaded)}
        else:
            operation, arguments = "RegisterCase", {"Case": case(prepared, record, self._source)}
        answer = self._client.call(operation, arguments, timeout=due - time.monotonic())
        receipt = read_receipt(answer, self._source, record.key, prepared.notes)
        return same_files(receipt, files)

    def find(self, key: str) -> tuple[Receipt, ...]:
        """See `Diarium.find`."""
        named = {"SourceSystem": self._source, "Id": identifier("Nyckeln", key)}
        try:
            answer = self._client.call("FindRegistration", {"Key": named})
        except Refused as refusal:
            problem = str(refusal)
        else:
            if not isinstance(answer, list):
                raise Unknown("Diariet svarade på något annat än det vi frågade.")
            return tuple(read_receipt(a, self._source, key, replayed=True) for a in answer)
        # A refusal answers "you may not ask that", never "there is none".
        raise Unknown(f"Diariet svarade inte på frågan: {problem}")

    def check(self) -> str:
        """See `Diarium.check`: asks for the version, and looks up a key that cannot exist."""
        answer = self._client.call("Ping", {})
        if self.find(f"kontroll-{uuid4()}"):
            raise Misconfigured("Diariet hittar en registrering för en nyckel som aldrig använts.")
        version = "".join(c for c in str(answer.Version) if c.isprintable())[:80]
        return (
            f"Diariet svarar: {version}, neutralt kontrakt 1.0, "
            f"meddelanden upp till {answer.MaxMessageBytes} byte."
        )

    def _upload(self, record: DocumentRecord, due: float) -> dict[int, str]:
        """Sends what does not fit in the document's message. Returns upload ids by the file's
        place. Nothing is registered yet, so a doubt about a piece is only `Unavailable`."""
        uploaded: dict[int, str] = {}
        room = INLINE
        for place, file in enumerate(record.files):
            if len(file.content) <= room:
                room -= len(file.content)
                continue
            name = f"{self._source}\n{record.key}\n{place}\n{file.sha256}"
            uploaded[place] = sha256(name.encode()).hexdigest()
            try:
                self._send_pieces(uploaded[place], file, due)
            except Unknown as doubt:
                problem = str(doubt)
            else:
                continue
            raise Unavailable(f"En fil kunde inte överföras: {problem}")
        return uploaded

    def _send_pieces(self, upload_id: str, file: File, due: float) -> None:
        size = len(file.content)
        for start in range(0, size, PIECE):
            end = min(start + PIECE, size)
            answer = self._client.call(
                "UploadChunk",
                {
                    "UploadId": upload_id,
                    "Offset": start,
                    "Data": file.content[start:end],
                    "Last": end == size,
                },
                timeout=due - time.monotonic(),
            )
            whole = end < size or answer.Sha256 in (None, file.sha256)
            if answer.NextOffset != end or not whole:
                raise Unknown("Diariet tog inte emot hela filen.")


def open_diarium(target: Target) -> NeutralDiarium:
    """Nothing is sent. Raises `Misconfigured` when the target cannot be right."""
    return NeutralDiarium(target)
