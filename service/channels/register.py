"""Channels in the register: entered, changed, looked after; never removed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from service import history
from service.actors import Actor
from service.channels import addresses, facts
from service.channels.words import STATES
from service.deadlines import STOCKHOLM
from service.errors import Invalid, NotFound, Stale
from service.store import ChannelDayRow, ChannelRow

_STALE = "Någon annan har ändrat kanalen sedan du öppnade den. Läs om sidan och se vad som är nytt."
_TAKEN = "Adressen finns redan i registret: kanalen {name}."


def register(
    session: Session,
    fields: Mapping[str, object],
    *,
    state: str = "active",
    case_id: str | None = None,
    actor: Actor,
    now: datetime,
) -> ChannelRow:
    """Enter a channel: `fields` of `facts.FIELDS`. Raises Invalid by field."""
    if state not in STATES:
        raise Invalid(fields={"state": "Läget finns inte."})
    values: dict[str, Any] = facts.checked({"kind": "social", **fields}, _DEFAULTS, facts.names_of(session))
    url_key = _key(values.get("url"))
    _refuse_taken(session, url_key, None)
    if state == "active":
        values.setdefault("opened_on", now.astimezone(STOCKHOLM).date())
    row = ChannelRow(
        id=str(uuid4()),
        state=state,
        url_key=url_key,
        case_id=case_id,
        created_at=now,
        changed_at=now,
        **{**_DEFAULTS, **values},
    )
    session.add(row)
    session.flush()  # mandates and days of the channel stand after it: no mapper knows
    _said(session, row, "channel_registered", actor, now, state=state)
    return row


_DEFAULTS: Mapping[str, Any] = {
    **dict.fromkeys(facts.LINES, ""),
    **dict.fromkeys(facts.TEXTS, ""),
    "owner_kind": "sector",
    "account_type": "page",
    "capture_by": "channel_responsible",
    "comments_on": True,
    "open_to_all": True,
    "linked_to_main": False,
    "secrecy_notice": False,
    "communications_may_publish": False,
    "information": [],
    "checklist": [],
}


def change(
    session: Session,
    channel_id: str,
    fields: Mapping[str, object],
    *,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> ChannelRow:
    """Change what the register says. Raises NotFound, Stale or Invalid by field."""
    row = hold(session, channel_id, version)
    kept = {name: getattr(row, name) for name in facts.FIELDS}
    values = facts.checked(fields, kept, facts.names_of(session))
    if "url" in values:
        url_key = _key(values["url"])
        _refuse_taken(session, url_key, row.id)
        row.url_key = url_key
    for name, value in values.items():
        setattr(row, name, value)
    # which, never what: a text in the history could not be corrected
    changed = sorted(n for n in values if inspect(row).attrs[n].history.has_changes())
    if changed:
        row.changed_at = now
        _said(session, row, "channel_changed", actor, now, fields=changed)
        session.flush()  # the page that follows shows the new version
    return row


def note_posts(
    session: Session, channel_id: str, day: date, posts: int, *, actor: Actor, now: datetime
) -> None:
    """Say how many own posts a channel had on `day`. Said again, the last number counts. Raises Invalid."""
    if not 0 <= posts <= 1000 or day > now.astimezone(STOCKHOLM).date():
        raise Invalid(
            fields={"posts": "Ange hur många inlägg det var, högst 1 000, på en dag som har varit."}
        )
    row = hold(session, channel_id)
    _day(session, row.id, day).posts = posts
    if posts and (row.last_post_on is None or row.last_post_on < day):
        row.last_post_on = day
    _said(session, row, "channel_posts", actor, now, day=day.isoformat(), posts=posts)


def supervised(session: Session, channel_id: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Say that the channel was looked after on `day`; the first one who did stands. Source: Säter 2021 §6,
    "dagligen hållas under uppsikt"."""
    row = hold(session, channel_id)
    kept = _day(session, row.id, day)
    if kept.supervised_at is None:
        kept.supervised_at, kept.supervised_by = now, actor.id
        _said(session, row, "channel_supervised", actor, now, day=day.isoformat())


def captured(session: Session, channel_id: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Say that the channel was captured on `day`; called by the captures when one is kept."""
    row = hold(session, channel_id)
    if row.last_capture_on is None or row.last_capture_on < day:
        row.last_capture_on = day
    _said(session, row, "channel_captured", actor, now, day=day.isoformat())


def terms_saved(session: Session, channel_id: str, day: date, *, actor: Actor, now: datetime) -> None:
    """Say that the platform's terms were saved as they were on `day`; called by the captures (BRO-20)."""
    row = hold(session, channel_id)
    if row.terms_saved_on is None or row.terms_saved_on < day:
        row.terms_saved_on = day
    _said(session, row, "channel_terms_saved", actor, now, day=day.isoformat())


# ── for the files of this room ───────────────────────────────────────────────────────────────────────


def hold(session: Session, channel_id: str, version: int | None = None) -> ChannelRow:
    """The channel held for writing. Raises NotFound, or Stale unless it is still what the asker saw."""
    row = session.get(ChannelRow, channel_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("Kanalen finns inte.")
    if version is not None and version != row.version:
        raise Stale(_STALE)
    return row


def _said(session: Session, row: ChannelRow, kind: str, actor: Actor, now: datetime, **data: object) -> None:
    history.append_system(session, kind, at=now, actor=actor.id, data={"channel": row.id, **data})


def _day(session: Session, channel_id: str, day: date) -> ChannelDayRow:
    kept = session.get(ChannelDayRow, (channel_id, day))
    if kept is None:
        kept = ChannelDayRow(channel_id=channel_id, day=day, posts=0)
        session.add(kept)
    return kept


def _key(url: object) -> str | None:
    return addresses.key(str(url)) if url else None


def _refuse_taken(session: Session, url_key: str | None, own: str | None) -> None:
    if url_key is None:
        return
    taken = session.scalar(
        select(ChannelRow).where(
            ChannelRow.url_key == url_key, ChannelRow.state.not_in(("archived", "rejected"))
        )
    )
    if taken is not None and taken.id != own:
        raise Invalid(fields={"url": _TAKEN.format(name=taken.name)})
