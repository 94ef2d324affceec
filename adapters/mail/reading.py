"""A mail from first byte to last: bounds, header, parts, and which of them is the text."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from adapters.mail import addresses, charsets
from adapters.mail import headers as header_section
from adapters.mail.flowed import unflow
from adapters.mail.headers import Headers
from adapters.mail.names import display_name
from adapters.mail.parts import Part, Tree
from adapters.mail.readable import readable
from adapters.mail.values import (
    MAX_ATTACHMENTS,
    MAX_BYTES,
    MAX_TEXT,
    Mail,
    MailFile,
    MailRefused,
    Remarks,
)

FROM_HTML = "Texten är hämtad ur meddelandets HTML-version."
TOO_LONG = "Meddelandet är långt: de första 200 000 tecknen visas. Resten finns i originalet."
NO_TEXT = "Meddelandet har ingen text."
ENCRYPTED = "Meddelandet är krypterat och kan inte läsas här."
AUTOMATIC = "Meddelandet är skickat automatiskt, till exempel ett frånvarosvar."
NOT_PROVEN = "Avsändarens äkthet kunde inte styrkas av den mottagande e-postservern."
OTHER_REPLY = "Svar går till en annan adress än avsändarens."

_MOST_READ = 2_000_000
"""Characters that are looked at for the shown text, over all parts."""
_FIRST_LINE = re.compile(rb"\s*(?:From [^\n]*\n|>From [^\n]*\n)?[!-9;-~]{1,100}[ \t]*:")
_KNOWN = ("from", "to", "subject", "date", "message-id", "received", "mime-version", "return-path")


def read(raw: bytes) -> Mail:
    """`raw` as a `Mail`. Damage is read past with a remark. Raises MailRefused, nothing else."""
    if not raw.strip():
        raise MailRefused("empty")
    if len(raw) > MAX_BYTES:
        raise MailRefused("too_large")
    remarks = Remarks()
    content = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n \t")
    if b"\n" not in content:
        content = content.replace(b"\r", b"\n")
    if not _FIRST_LINE.match(content):
        raise MailRefused("not_mail")
    headers, body = header_section.split(content, remarks)
    if not any(headers.has(name) for name in _KNOWN):
        raise MailRefused("not_mail")
    name, address = addresses.sender(headers, remarks)
    _remark_on(headers, address, remarks)
    collected = _Collected(remarks)
    texts = collected.take(Tree(remarks).grow(headers, body))
    if any(html for _, html in texts):
        remarks.add(FROM_HTML)
    text = "\n\n".join(t for t, _ in texts).strip()
    if len(text) > MAX_TEXT:
        remarks.add(TOO_LONG)
        text = text[:MAX_TEXT]
    if not text:
        remarks.add(NO_TEXT)
    return Mail(
        message_id=charsets.one_line(headers.first("message-id"), 998) or None,
        sender_name=name,
        sender_address=address,
        recipients=addresses.recipients(headers),
        subject=header_section.line(headers.first("subject"), 500, remarks),
        sent_at=addresses.sent_at(headers, remarks),
        text=text,
        attachments=tuple(collected.files),
        remarks=remarks.all(),
        sha256=hashlib.sha256(raw).hexdigest(),
    )


def _remark_on(headers: Headers, address: str, remarks: Remarks) -> None:
    if headers.first("auto-submitted").strip().lower() not in ("", "no"):
        remarks.add(AUTOMATIC)
    verdicts = headers.first("authentication-results").lower()
    if re.search(r"\b(?:dmarc|spf)=(?:fail|softfail)\b", verdicts):
        remarks.add(NOT_PROVEN)
    reply = headers.first("reply-to")[:2000].lower()
    if "@" in reply and address and address.lower() not in reply:
        remarks.add(OTHER_REPLY)
    if headers.media_type in ("multipart/encrypted", "application/pkcs7-mime"):
        remarks.add(ENCRYPTED)


@dataclass(slots=True)
class _Collected:
    """Walks the parts: what is text comes back, everything else becomes a file."""

    remarks: Remarks
    files: list[MailFile] = field(default_factory=list)
    left: int = _MOST_READ

    def take(self, part: Part) -> list[tuple[str, bool]]:
        """The texts of `part` in order, each with whether it came from HTML."""
        if part.children:
            found = [self.take(child) for child in part.children]
            if part.media_type == "multipart/alternative":
                return self._chosen(found)
            return [text for texts in found for text in texts]
        name = _file_name(part.headers, self.remarks)
        shown = part.media_type.startswith(("text/plain", "text/html", "multipart/"))
        if shown and not name and part.headers.disposition != "attachment":
            text = self._text(part)
            return [(text, part.media_type == "text/html")] if text else []
        self._keep(part, name)
        return []

    def _chosen(self, options: list[list[tuple[str, bool]]]) -> list[tuple[str, bool]]:
        options = [texts for texts in options if texts]
        plain = [texts for texts in options if not any(html for _, html in texts)]
        return plain[0] if plain else options[-1] if options else []

    def _text(self, part: Part) -> str:
        declared = part.headers.parameter("content-type", "charset", self.remarks)
        text = charsets.decode(part.content, declared or None, self.remarks)
        if len(text) > self.left:
            self.remarks.add(TOO_LONG)
            text = text[: self.left]
        self.left -= len(text)
        text = charsets.clean(text, self.remarks)
        if part.media_type == "text/html":
            return charsets.clean(readable(text, self.remarks))
        if part.headers.parameter("content-type", "format", self.remarks).lower() == "flowed":
            delete = part.headers.parameter("content-type", "delsp", self.remarks).lower() == "yes"
            text = unflow(text[: 2 * MAX_TEXT], delete_space=delete)
        return text.strip()

    def _keep(self, part: Part, name: str) -> None:
        if len(self.files) == MAX_ATTACHMENTS:
            raise MailRefused("too_many_attachments")
        number = len(self.files) + 1
        self.files.append(
            MailFile(
                display_name(name, part.media_type, number),
                part.media_type,
                part.content,
                hashlib.sha256(part.content).hexdigest(),
            )
        )


def _file_name(headers: Headers, remarks: Remarks) -> str:
    for header, parameter in (("content-disposition", "filename"), ("content-type", "name")):
        if name := header_section.words(headers.parameter(header, parameter, remarks), remarks):
            return name
    return ""
