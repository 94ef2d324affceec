"""What may be written about a channel: the fields, their bounds, and what is refused beside each field."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.mail import clean, one_line
from service.channels import addresses, naming
from service.channels.naming import Names
from service.channels.words import (
    ACCOUNT_TYPES,
    CAPTURED_BY,
    CHECKLIST,
    INFORMATION,
    KINDS,
    OWNERS,
    POLITICIAN,
)
from service.errors import Invalid
from service.store import ChannelPersonRow, PersonRow
from workflows.forms.formats import is_web_address

MAX_TEXT = 2000
LINES: Mapping[str, int] = MappingProxyType(
    {
        "name": 120,
        "platform": 60,
        "unit": 200,
        "administration": 200,
        "board": 200,
        "contact": 200,
        "archive_place": 300,
        "comments_off_reason": 500,
        "handed_over_scope": 300,
        "disclaimer": 500,
    }
)
"""Fields of one line and their longest length in characters."""
TEXTS = ("purpose", "target_group", "answers", "answers_not")
DATES = (
    "opened_on",
    "ends_on",
    "terms_saved_on",
    "dpia_on",
    "risk_analysis_on",
    "handed_over_until",
    "last_capture_on",
)
FLAGS = (
    "comments_on",
    "open_to_all",
    "linked_to_main",
    "secrecy_notice",
    "communications_may_publish",
)
CHOICES: Mapping[str, Collection[str]] = MappingProxyType(
    {
        "kind": KINDS,
        "owner_kind": OWNERS,
        "account_type": ACCOUNT_TYPES,
        "capture_by": CAPTURED_BY,
        "answer_rule": ("", "pause", "office_hours", "roll", "at_once", "as_soon_as_possible"),
    }
)
LISTS: Mapping[str, Collection[str]] = MappingProxyType({"information": INFORMATION, "checklist": CHECKLIST})
FIELDS = frozenset({*LINES, *TEXTS, *DATES, *FLAGS, *CHOICES, *LISTS, "url"})
"""Every field that `register` and `change` take."""
SHOWN = ("name", "platform", "unit", "administration", "board", "archive_place", "disclaimer", *TEXTS)
"""Public texts: none of them may hold a name."""
_HOLDS_NAME = (
    "Texten innehåller ett personnamn. Det som står här visas offentligt: skriv funktionen i stället."
)


def names_of(session: Session) -> Names:
    """The names that may not stand in the public register: everybody with an account or a mandate."""
    return Names.of(
        [*session.scalars(select(PersonRow.name)), *session.scalars(select(ChannelPersonRow.name).distinct())]
    )


def checked(given: Mapping[str, object], kept: Mapping[str, object], names: Names) -> dict[str, object]:
    """The given fields within their bounds. `kept` is what the channel holds already, `names` those
    that may not be public. Raises Invalid with a Swedish sentence for each field."""
    errors = dict.fromkeys(sorted(set(given) - FIELDS), "Fältet finns inte i registret.")
    values: dict[str, object] = {}
    for name, value in given.items():
        if name in FIELDS:
            found, wrong = _one(name, value)
            values[name] = found
            if wrong:
                errors[name] = wrong
    errors = _missing({**kept, **values}) | _named(values, names) | errors
    if errors:
        raise Invalid(fields=errors)
    return values


def _one(name: str, value: object) -> tuple[object, str]:
    if name in LINES:
        line = one_line(str(value or ""), LINES[name] + 1)
        return line, f"Högst {LINES[name]} tecken." if len(line) > LINES[name] else ""
    if name in TEXTS:
        text = clean(str(value or "")).strip()
        return text, f"Högst {MAX_TEXT} tecken." if len(text) > MAX_TEXT else ""
    if name in DATES:
        return _date(value)
    if name in FLAGS:
        return value in (True, "ja", "on", "yes"), ""
    if name in CHOICES:
        chosen = str(value or "")
        wrong = "" if chosen in CHOICES[name] else "Välj ett av alternativen."
        return (chosen or None) if name == "answer_rule" else chosen, wrong
    if name in LISTS:
        points = sorted({str(point) for point in value}) if isinstance(value, list | tuple | set) else []
        return points, "" if set(points) <= set(LISTS[name]) else "Välj bland alternativen."
    return _address(value)


def _date(value: object) -> tuple[date | None, str]:
    if value is None or value == "":
        return None, ""
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value)[:10])
    except ValueError:
        return None, "Datumet går inte att läsa. Skriv till exempel 2026-11-20."
    return found, "" if 2000 <= found.year <= 2200 else "Året ska vara mellan 2000 och 2200."


def _address(value: object) -> tuple[str | None, str]:
    text = str(value or "").strip()
    if not text:
        return None, ""
    if "://" not in text:
        text = f"https://{text}"
    try:
        addresses.key(text)
    except addresses.NoAddress:
        return text, "Adressen går inte att läsa. Skriv till exempel https://www.facebook.com/exempelkommun."
    return text, "" if is_web_address(text) else "Adressen ska börja med https:// eller http://"


def _missing(whole: Mapping[str, object]) -> dict[str, str]:
    errors = {
        name: sentence
        for name, sentence in (
            ("name", "Skriv vad kanalen heter."),
            ("platform", "Skriv vilket medium det är."),
            ("unit", "Skriv vilken enhet som har kanalen."),
        )
        if not whole.get(name)
    }
    if whole.get("comments_on") is False and not whole.get("comments_off_reason"):
        errors["comments_off_reason"] = "Skriv de särskilda skälen till att kommentarer är avstängda."
    if whole.get("kind") == POLITICIAN and not whole.get("disclaimer"):
        errors["disclaimer"] = "Skriv att åsikterna är den förtroendevaldas egna."
    return errors


def _named(values: Mapping[str, object], names: Names) -> dict[str, str]:
    errors = {}
    for name in SHOWN:
        text = str(values.get(name) or "")
        if text and (names.in_text(text) or naming.personal_addresses(text)):
            errors[name] = _HOLDS_NAME
    if names.in_address(str(values.get("url") or "")):
        errors["url"] = "Adressen innehåller ett personnamn. En kanal får inte vara ett personligt konto."
    if (contact := str(values.get("contact") or "")) and (wrong := naming.person_in_contact(contact, names)):
        errors["contact"] = wrong
    return errors
