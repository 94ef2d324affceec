"""What a visitor may send without an account: a report of something written in a channel."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType

from sqlalchemy.orm import Session

from adapters.mail import clean, one_line
from service import items
from service.actors import Actor
from service.channels import limits, public
from service.errors import Conflict, Invalid
from service.items import Post
from service.store import keys_of
from workflows.forms.formats import is_web_address

VISITOR = Actor("visitor", "Besökare")
MAX_REPORT = 5000
REASONS: Mapping[str, str] = MappingProxyType(
    {
        "crime": "Hot, hets eller annat som kan vara brottsligt",
        "insult": "Kränkning eller personangrepp",
        "personal_data": "Personuppgifter eller sekretess",
        "copyright": "Intrång i upphovsrätt",
        "advertising": "Reklam eller bedrägeri",
        "other": "Annat",
    }
)
"""Why something is reported."""


def report(
    session: Session,
    channel_id: str,
    *,
    reason: str,
    url: str,
    text: str,
    answer_to: str = "",
    net: str,
    unit: str,
    now: datetime,
) -> str:
    """Take in a visitor's report and open a case; returns the receipt. The same report again gives the same
    receipt and no second case, also where the visitor may know nothing of what has become of the first.
    Raises NotFound, Invalid by field, or TooMany. Source: Ystad, "Hantering" 1; Haparanda, "Information"."""
    channel = public.channel(session, channel_id)
    url, text, answer_to = url.strip(), clean(text).strip(), one_line(answer_to, 201)
    if errors := _wrong(reason, url, text, answer_to):
        raise Invalid(fields=errors)
    limits.count(session, channel.id, net, now)
    said = json.dumps([channel.id, reason, url, text, answer_to])
    receipt = _receipt(bytes.fromhex(keys_of(session).fingerprint("visitor/report", said.encode())))
    lines = [f"Anmälan från besökare, kvittens {receipt}.", f"Gäller: {REASONS[reason]}.", text]
    if answer_to:
        lines.append(f"Svar önskas till: {answer_to}")
    post = Post(
        channel.name,
        url or None,
        text="\n\n".join(line for line in lines if line),
        channel_id=channel.id,
        source="report",
    )
    with suppress(Conflict):  # it has come before; whose case it is in is not for the visitor to know
        items.receive_post(session, post, actor=VISITOR, now=now, unit=channel.unit or unit)
    return receipt


def _wrong(reason: str, url: str, text: str, answer_to: str) -> dict[str, str]:
    errors = {}
    if reason not in REASONS:
        errors["reason"] = "Välj vad anmälan gäller."
    if url and not is_web_address(url):
        errors["url"] = "Länken ska börja med https:// eller http:// och vara högst 2 000 tecken."
    if not text and not url:
        errors["text"] = "Beskriv vad det gäller, eller lämna en länk till inlägget."
    if len(text) > MAX_REPORT:
        errors["text"] = f"Högst {MAX_REPORT} tecken."
    if len(answer_to) > 200:
        errors["answer_to"] = "Högst 200 tecken."
    return errors


def _receipt(mark: bytes) -> str:
    """`A-XXXX-XXXX`: letters and digits that can be read out over the telephone."""
    code = base64.b32encode(hashlib.sha256(mark).digest())[:8].decode()
    return f"A-{code[:4]}-{code[4:]}"
