"""Envelopes of SOAP 1.1: reading a call, writing an answer, a refusal or a bare fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lxml import etree

from service.demo.contract import NS
from service.demo.records import Receipt, Refusal
from workflows.errors import WorkflowError
from workflows.normalise.xml import parse_xml

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""Announced by Ping. Keeps every base64 text below libxml2's 10,000,000 bytes for one text node;
larger files come by UploadChunk."""


class NotSoap(Exception):
    """What was sent is no call that can be read. The text is Swedish and quotes no content."""


@dataclass(frozen=True, slots=True)
class Call:
    operation: str
    element: etree._Element


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP status and an envelope."""

    status: int
    body: bytes


def read_call(body: bytes, action: str | None, operations: frozenset[str]) -> Call:
    """The one call of an envelope. `action` is the SOAPAction header, quoted or not; an empty one
    is no claim. Raises `NotSoap`."""
    try:
        envelope = parse_xml(body, max_bytes=MAX_MESSAGE_BYTES)
    except WorkflowError as problem:
        raise NotSoap("Meddelandet är inte välformad XML inom gränserna.") from problem
    if envelope.tag != f"{{{ENVELOPE}}}Envelope":
        raise NotSoap("Meddelandet är inget SOAP 1.1-kuvert.")
    for header in envelope.iterfind(f"{{{ENVELOPE}}}Header/*"):
        if header.get(f"{{{ENVELOPE}}}mustUnderstand") in ("1", "true"):
            raise NotSoap("Kuvertet kräver ett tillägg som diariet inte förstår.")
    bodies = envelope.findall(f"{{{ENVELOPE}}}Body")
    calls = list(bodies[0].iterchildren(tag=etree.Element)) if len(bodies) == 1 else []
    if len(calls) != 1:
        raise NotSoap("Kuvertet ska ha exakt ett anrop.")
    name = etree.QName(calls[0])
    if name.namespace != NS or name.localname not in operations:
        raise NotSoap("Kontraktet har ingen sådan operation.")
    claimed = (action or "").strip().strip('"')
    if claimed and claimed != f"{NS}/{name.localname}":
        raise NotSoap("SOAPAction och anropet är inte samma operation.")
    return Call(name.localname, calls[0])


def receipts_answer(operation: str, receipts: Sequence[Receipt]) -> Answer:
    reply = _element(f"{operation}Response")
    for receipt in receipts:
        _write_receipt(reply, receipt)
    return _enveloped(200, reply)


def texts_answer(operation: str, texts: Sequence[tuple[str, str]]) -> Answer:
    """An answer of plain elements in the contract's order."""
    reply = _element(f"{operation}Response")
    for name, text in texts:
        _add(reply, name, text)
    return _enveloped(200, reply)


def refusal_answer(refusal: Refusal, *, committed: bool = False) -> Answer:
    """The contract's typed fault. `committed` false promises that nothing was stored."""
    detail = _element("RegistrationFault")
    _add(detail, "Code", refusal.code)
    _add(detail, "Message", refusal.message)
    _add(detail, "Retryable", "true" if refusal.retryable else "false")
    _add(detail, "Committed", "true" if committed else "false")
    side = "Server" if refusal.code in ("Busy", "Internal") else "Client"
    return _enveloped(500, _fault(side, refusal.message, detail))


def bare_fault(side: str, text: str) -> Answer:
    """A fault without detail, as servers send when something broke: it proves nothing."""
    return _enveloped(500, _fault(side, text, None))


def with_body(answer: Answer, *, copies: int) -> Answer:
    """The answer with its reply element there `copies` times, none included."""
    envelope = parse_xml(answer.body)
    body = envelope[0]
    reply = etree.tostring(body[0])
    del body[:]
    for _ in range(copies):
        body.append(parse_xml(reply))
    return Answer(answer.status, _written(envelope))


def under_name(answer: Answer, name: str) -> Answer:
    """The answer with its reply element renamed; a fault keeps its name."""
    envelope = parse_xml(answer.body)
    reply = envelope[0][0]
    if etree.QName(reply).namespace == NS:
        reply.tag = f"{{{NS}}}{name}"
    return Answer(answer.status, _written(envelope))


def with_number(answer: Answer, number: str | None) -> Answer:
    """The answer with every receipt's number replaced, or removed when None."""
    envelope = parse_xml(answer.body)
    for element in list(envelope.iter(f"{{{NS}}}Number")):
        parent = element.getparent()
        if number is None and parent is not None:
            parent.remove(element)
        else:
            element.text = number
    return Answer(answer.status, _written(envelope))


def _write_receipt(parent: etree._Element, receipt: Receipt) -> None:
    element = _add(parent, "Receipt")
    key = _add(element, "Key")
    _add(key, "SourceSystem", receipt.key.source)
    _add(key, "Id", receipt.key.id)
    _add(element, "Number", receipt.number)
    _add(element, "SystemId", receipt.system_id)
    _add(element, "RegisteredAt", _moment(receipt.registered_at))
    _add(element, "Replayed", "true" if receipt.replayed else "false")
    for sha256 in receipt.file_sha256:
        _add(element, "FileSha256", sha256)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{NS}}}{name}", nsmap={"d": NS})


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{NS}}}{name}")
    element.text = text
    return element


def _fault(side: str, text: str, detail: etree._Element | None) -> etree._Element:
    fault = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
    etree.SubElement(fault, "faultcode").text = f"soap:{side}"
    etree.SubElement(fault, "faultstring").text = text
    if detail is not None:
        etree.SubElement(fault, "detail").append(detail)
    return fault


def _enveloped(status: int, element: etree._Element) -> Answer:
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(element)
    return Answer(status, _written(envelope))


def _written(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")
