"""The one table of what an answer means: HTTP statuses and SOAP faults → the four outcomes.

Nothing here quotes what the diarium wrote: a fault's message may repeat content that we sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.contract import DiariumError, Misconfigured, Refused, Unavailable, Unknown

XML_TYPES = frozenset({"text/xml", "application/soap+xml"})
READ = frozenset({200, 400, 500, 503})
"""Statuses whose body may be a SOAP answer or fault."""

_STATUS: dict[int, tuple[type[DiariumError], str]] = {
    401: (Misconfigured, "Diariet godtar inte inloggningen"),
    403: (Misconfigured, "Kontot saknar behörighet i diariet"),
    404: (Misconfigured, "Det finns inget diarium på adressen"),
    405: (Misconfigured, "Adressen tar inte emot SOAP-anrop"),
    407: (Misconfigured, "En mellanliggande server kräver inloggning"),
    413: (Refused, "Meddelandet är större än diariet tar emot"),
    415: (Misconfigured, "Diariet talar en annan version av SOAP"),
}


def status_problem(status: int, media_type: str) -> DiariumError | None:
    """What an HTTP answer's head says; None when its body is worth reading. A redirect, a page of
    HTML and "accepted" are all `Unknown`: someone answered, but not the diarium on what it did."""
    if row := _STATUS.get(status):
        kind, text = row
        return kind(f"{text} (HTTP {status}).")
    if status not in READ:
        return Unknown(f"Oväntat svar från diariet (HTTP {status}).")
    if media_type not in XML_TYPES:
        return Unknown(f"Svaret från diariet är inte SOAP (HTTP {status}).")
    return None


@dataclass(frozen=True, slots=True)
class SoapFault:
    """A fault as received: `code` is the local name of faultcode, `detail` the qualified name of
    the first detail element in James Clark's notation, `fields` that element's simple children."""

    code: str
    detail: str | None
    fields: dict[str, str]


_REGISTRATION_FAULT = "{urn:diarium-registration:1.0}RegistrationFault"

_REGISTRATION: dict[str, tuple[type[DiariumError], str]] = {
    "Validation": (Refused, "Diariet godtar inte uppgifterna"),
    "NotFound": (Refused, "Ärendet eller filen finns inte i diariet"),
    "Conflict": (Refused, "Diariet har redan nyckeln med annat innehåll, eller ärendet är låst"),
    "TooLarge": (Refused, "Meddelandet är större än diariet tar emot"),
    "PermissionDenied": (Misconfigured, "Kontot saknar behörighet i diariet"),
}

_BARE: dict[str, tuple[type[DiariumError], str]] = {
    # SOAP 1.1 section 4.4: with these two the message has not been processed
    "VersionMismatch": (Misconfigured, "Diariet talar en annan version av SOAP"),
    "MustUnderstand": (Misconfigured, "Diariet förstår inte ett huvud i meddelandet"),
}

_FALSE = ("false", "0")
_TRUE = ("true", "1")


def outcome(fault: SoapFault) -> DiariumError:
    """The failure that a fault means. Anything that is not in a table, or does not promise that
    nothing was stored, is `Unknown`."""
    if fault.detail != _REGISTRATION_FAULT:
        kind, text = _BARE.get(fault.code, (Unknown, "Diariet svarade med ett fel"))
        return kind(f"{text} (SOAP-fel).")
    code = fault.fields.get("Code", "")
    if fault.fields.get("Committed") not in _FALSE:
        return Unknown(f"Diariet svarade med ett fel men kan ha registrerat ({_named(code)}).")
    if code == "Busy" and fault.fields.get("Retryable") in _TRUE:
        return Unavailable("Diariet är upptaget (Busy).")
    kind, text = _REGISTRATION.get(code, (Unknown, "Diariet svarade med ett internt fel"))
    return kind(f"{text} ({_named(code)}).")


def _named(code: str) -> str:
    return code if code in _REGISTRATION or code in ("Busy", "Internal") else "okänd kod"
