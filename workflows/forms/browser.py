"""From a browser's strings to typed answers: the unreadable is left for `validate` to refuse."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from workflows.forms.fields import Field
from workflows.steps import Value

_ZONE = ZoneInfo("Europe/Stockholm")
_SPACES = re.compile(r"[\s\u00a0\u202f]")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]{1,18}([.,][0-9]{1,18})?", re.ASCII)
_LOCAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?", re.ASCII)
_BOOLEANS = {
    "on": True,
    "true": True,
    "ja": True,
    "1": True,
    "false": False,
    "nej": False,
    "0": False,
}


def parse(fields: Sequence[Field], sent: Mapping[str, str | Sequence[str]]) -> dict[str, Value]:
    """Typed answers. "" means no answer; a checkbox that was not sent means False.

    A value may be a list of strings (the same name sent several times, as checkboxes are). Names
    that no field has are kept, so that `validate` refuses them.
    """
    known = {field.name: field for field in fields}
    answers: dict[str, Value] = {}
    for name, given in sent.items():
        field = known.get(name)
        value = _read(field, given) if field else given
        if value not in ("", []):
            answers[name] = value
    for field in fields:
        if field.type == "boolean" and field.widget is None:
            answers.setdefault(field.name, False)
    return answers


def _read(field: Field, sent: str | Sequence[str]) -> Value:
    if field.type == "array":
        return [sent] if isinstance(sent, str) and sent else [text for text in sent if text]
    if not isinstance(sent, str):
        if len(sent) != 1:
            return list(sent)
        sent = sent[0]
    match field.type:
        case "boolean":
            return _BOOLEANS.get(sent.strip().lower(), sent)
        case "integer":
            bare = _SPACES.sub("", sent[:100])
            return int(bare) if _INTEGER.fullmatch(bare) else sent
        case "number":
            bare = _SPACES.sub("", sent[:100])
            return float(bare.replace(",", ".")) if _NUMBER.fullmatch(bare) else sent
        case "string":
            return _text(field, sent)


def _text(field: Field, sent: str) -> str:
    if field.format == "date-time" and _LOCAL.fullmatch(sent):
        return _with_offset(sent)
    if field.choices or field.format:
        return sent.strip()
    return sent.replace("\r\n", "\n")  # what HTTP does to a textarea


def _with_offset(local: str) -> str:
    """`datetime-local` carries no offset: it means the clock on a Swedish wall."""
    try:
        return datetime.fromisoformat(local).replace(tzinfo=_ZONE).isoformat()
    except (ValueError, OverflowError):
        return local
