"""What every adapter does to a record before mapping it: clean the text, check the rest.

Text in a record comes from strangers. A control character or half an emoji in a title must neither
stop the registration for ever nor change unseen, so it is removed here and a note says so. Keys,
case numbers and hashes are never mended: a wrong one is `Refused` before anything is sent.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from adapters.contract import CaseRecord, DocumentRecord, File, Party, Refused, Registration, digest

LONGEST = 255
"""Characters in a title, name or code; the bound that the registers we know have in common."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot carry (section 2.2), not even escaped."""
_URL = "%/:?@!$&'()*+,;=~-._"
_BREAKS = re.compile(r"[\t\n\r\x85\u2028\u2029]+")


@dataclass(frozen=True, slots=True)
class Prepared:
    """`record` can be sent: every text fits XML and every one-line text is 1-255 characters.
    `digest` is of the record as it was given; `full_subject` is the cleaned subject before it was
    shortened; `notes` are for the receipt."""

    record: Registration
    digest: str
    full_subject: str
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Cleaner:
    notes: list[str] = field(default_factory=list)

    def text(self, what: str, value: str) -> str:
        """`value` without what XML forbids. Two halves of an emoji become the emoji."""
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        removed = len(_FORBIDDEN.findall(whole)) + whole.count("\ufffd") - value.count("\ufffd")
        if removed > 0:
            self.notes.append(f"{what}: {removed} tecken som inte kan överföras ersattes.")
        return _FORBIDDEN.sub("", whole)

    def line(self, what: str, value: str) -> str:
        """As `text`, on one line, at most 255 characters; may become empty."""
        line = _BREAKS.sub(" ", self.text(what, value)).strip()
        if len(line) > LONGEST:
            self.notes.append(f"{what}: kortades till {LONGEST} tecken.")
            line = line[: LONGEST - 1].rstrip() + "…"
        return line

    def optional(self, what: str, value: str | None) -> str | None:
        return None if value is None else self.line(what, value) or None

    def file_name(self, value: str) -> str:
        name = _BREAKS.sub(" ", self.text("Filnamnet", value)).strip()
        name = re.split(r"[/\\]", name)[-1].strip() or "fil"
        if len(name) > LONGEST:
            self.notes.append(f"Filnamnet: kortades till {LONGEST} tecken.")
            stem, dot, ending = name.rpartition(".")
            keep = f".{ending}" if dot and 0 < len(ending) <= 10 else ""
            name = (stem if keep else name)[: LONGEST - len(keep)] + keep
        return name


def identifier(what: str, value: str) -> str:
    """`value` unchanged. Raises `Refused` when it is empty, too long or cannot be sent: an
    identifier that has been mended is another identifier."""
    if not 0 < len(value) <= LONGEST or value != value.strip() or not value.isprintable():
        raise Refused(f"{what} är tom, för lång eller innehåller otillåtna tecken.")
    return value


def prepare(registration: Registration) -> Prepared:
    """The record as it can be sent. Raises `Refused`."""
    identifier("Nyckeln", registration.key)
    cleaner = _Cleaner()
    full = _BREAKS.sub(" ", _Cleaner().text("Ärendemeningen", registration.subject)).strip()
    subject = cleaner.line("Ärendemeningen", registration.subject)
    if not subject:
        raise Refused("Ärendemeningen saknas.")
    parties = tuple(_party(cleaner, p) for p in registration.parties)
    secrecy = registration.secrecy and replace(
        registration.secrecy,
        section=_required(cleaner, "Lagrummet", registration.secrecy.section),
        authority=_required(cleaner, "Myndigheten", registration.secrecy.authority),
        law=_required(cleaner, "Lagen", registration.secrecy.law),
    )
    record: Registration
    match registration:
        case CaseRecord():
            _aware(registration.opened_at)
            record = replace(
                registration,
                subject=subject,
                parties=parties,
                secrecy=secrecy,
                unit=_required(cleaner, "Enheten", registration.unit),
                handler=cleaner.optional("Handläggaren", registration.handler),
                classification=registration.classification
                and (
                    _required(cleaner, "Klassificeringen", registration.classification[0]),
                    _required(cleaner, "Klassificeringen", registration.classification[1]),
                ),
            )
        case DocumentRecord():
            _aware(registration.received_or_sent_at)
            identifier("Diarienumret", registration.case_number)
            record = replace(
                registration,
                subject=subject,
                parties=parties,
                secrecy=secrecy,
                document_type=cleaner.optional("Handlingstypen", registration.document_type),
                source_url=_url(cleaner, registration.source_url),
                files=_files(cleaner, registration.files),
            )
    return Prepared(record, digest(registration), full, tuple(dict.fromkeys(cleaner.notes)))


def _required(cleaner: _Cleaner, what: str, value: str) -> str:
    if not (line := cleaner.line(what, value)):
        raise Refused(f"{what} saknas.")
    return line


def _url(cleaner: _Cleaner, url: str | None) -> str | None:
    """The address with all that RFC 3986 forbids percent-encoded: a schema checks `anyURI`, and a
    link in a stranger's post must not stop the registration."""
    if url is None:
        return None
    cleaned = cleaner.text("Webbadressen", url).strip()
    head, hash_sign, fragment = cleaned.partition("#")
    quoted = quote(head, safe=_URL) + hash_sign + quote(fragment, safe=_URL)
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", quoted) or None


def _party(cleaner: _Cleaner, party: Party) -> Party:
    name = cleaner.line("Partens namn", party.name)
    if not name:
        cleaner.notes.append("Partens namn: saknas; parten registreras som okänd.")
    return replace(
        party,
        name=name or "Okänd",
        email=cleaner.optional("Partens e-post", party.email),
        handle=cleaner.optional("Partens användarnamn", party.handle),
    )


def _files(cleaner: _Cleaner, files: tuple[File, ...]) -> tuple[File, ...]:
    if files and sum(f.main for f in files) != 1:
        raise Refused("Exakt en av filerna ska vara huvudfil.")
    for number, file in enumerate(files, start=1):
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            raise Refused(f"Fil {number} stämmer inte med sin kontrollsumma.")
    return tuple(
        replace(
            f,
            name=cleaner.file_name(f.name),
            media_type=cleaner.line("Filtypen", f.media_type) or "application/octet-stream",
        )
        for f in files
    )


def _aware(moment: datetime) -> None:
    if moment.utcoffset() is None:
        raise Refused("Tidpunkten saknar tidszon.")
