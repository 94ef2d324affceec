"""Who may do what in a channel, who keeps its credentials, and the consents behind its material."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from adapters.mail import clean, one_line
from service import history
from service.actors import ROLES, Actor
from service.channels import facts
from service.channels.demands import Demands
from service.channels.naming import Names
from service.channels.words import CONSENTS, PARTS
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Invalid, NotFound
from service.store import (
    ChannelPersonRow,
    ChannelRow,
    ConsentRow,
    CustodyRow,
    PersonRow,
    keys_of,
    next_in,
)

MAX_NOTE = 2000
KEEPERS = ("communications_manager", "web_strategist", "estrategy_group", "head_of_administration")
"""Roles that credentials may be deposited with."""

_ASKS_NOTHING = Demands()


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate as asked for. `person_id` names an account; without one, `name` stands alone. Dates are
    Swedish days; from `ends_on` on it no longer holds."""

    part: str
    name: str = ""
    person_id: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    need: str = ""
    appointed_by: str = ""
    decided_on: date | None = None


def appoint(
    session: Session, channel: ChannelRow, mandate: Mandate, *, actor: Actor, now: datetime
) -> ChannelPersonRow:
    """Give a mandate. A channel has one responsible: a new one ends the old one's mandate. The same person
    in the same part again changes nothing. Raises Invalid by field."""
    today = now.astimezone(STOCKHOLM).date()
    person = session.get(PersonRow, mandate.person_id) if mandate.person_id else None
    name = person.name if person else one_line(mandate.name, 200)
    errors = _wrong(session, channel, mandate, name, person)
    if errors:
        raise Invalid(fields=errors)
    held = [row for row in people(session, channel.id, today) if row.part == mandate.part]
    same = next((r for r in held if (r.person_id, r.name) == (mandate.person_id, name)), None)
    if same is not None:
        return same
    if mandate.part == "responsible":
        for row in held:
            withdraw(session, row.id, actor=actor, now=now)
    row = ChannelPersonRow(
        id=str(uuid4()),
        channel_id=channel.id,
        person_id=person.id if person else None,
        name=name,
        part=mandate.part,
        starts_on=mandate.starts_on or today,
        ends_on=mandate.ends_on,
        need=one_line(mandate.need, 500),
        appointed_by=one_line(mandate.appointed_by, 200) or actor.name,
        decided_on=mandate.decided_on or today,
        created_at=now,
        created_by=actor.id,
    )
    session.add(row)
    session.flush()  # the next mandate is compared with this one
    _said(session, channel.id, "channel_appointed", actor, now, mandate=row.id, part=row.part)
    return row


def withdraw(session: Session, mandate_id: str, *, actor: Actor, now: datetime) -> ChannelPersonRow:
    """End a mandate today. It stays in the register as one that was. Raises NotFound."""
    row = session.get(ChannelPersonRow, mandate_id, with_for_update=True)
    if row is None:
        raise NotFound("Uppdraget finns inte.")
    today = now.astimezone(STOCKHOLM).date()
    if row.ends_on is None or row.ends_on > today:
        row.ends_on = today
        session.flush()  # who holds a mandate is asked again at once
        _said(session, row.channel_id, "channel_withdrawn", actor, now, mandate=row.id, part=row.part)
    return row


def people(session: Session, channel_id: str, on: date) -> list[ChannelPersonRow]:
    """The mandates that hold on that day, in the order they were given."""
    return list(
        session.scalars(
            select(ChannelPersonRow)
            .where(
                ChannelPersonRow.channel_id == channel_id,
                ChannelPersonRow.starts_on <= on,
                or_(ChannelPersonRow.ends_on.is_(None), ChannelPersonRow.ends_on > on),
            )
            .order_by(ChannelPersonRow.created_at, ChannelPersonRow.id)
        )
    )


def may_publish(session: Session, channel_id: str, person_id: str, on: date) -> bool:
    """Whether the person has a mandate to write in the channel on that day (BRO-05)."""
    return any(
        row.person_id == person_id and row.part != "credential_holder"
        for row in people(session, channel_id, on)
    )


def _wrong(
    session: Session, channel: ChannelRow, mandate: Mandate, name: str, person: PersonRow | None
) -> dict[str, str]:
    errors = {}
    if mandate.part not in PARTS:
        errors["part"] = "Välj vad uppdraget gäller."
    if mandate.person_id and person is None:
        errors["person"] = "Personen finns inte."
    elif not name:
        errors["name"] = "Välj en person eller skriv ett namn."
    elif person is not None and not person.active:
        errors["person"] = "Kontot är avstängt. Välj någon annan."
    if mandate.starts_on and mandate.ends_on and mandate.ends_on < mandate.starts_on:
        errors["ends_on"] = "Uppdraget kan inte sluta innan det börjar."
    shown = [str(getattr(channel, field) or "") for field in facts.SHOWN]
    if Names.of([name]).in_text(" | ".join(shown)) or Names.of([name]).in_address(channel.contact):
        errors["name"] = "Namnet står i kanalens offentliga uppgifter. Ta bort det där först."
    return errors


# ── credentials ──────────────────────────────────────────────────────────────────────────────────────


def deposit(
    session: Session,
    channel: ChannelRow,
    deposited_with: str,
    *,
    note: str = "",
    on: date | None = None,
    actor: Actor,
    now: datetime,
) -> CustodyRow:
    """Record that the channel's credentials are deposited with a role, under a receipt. `note` is sealed:
    only `read_note` opens it. An earlier deposit ends. Raises Invalid by field."""
    if deposited_with not in KEEPERS:
        names = ", ".join(ROLES[role].lower() for role in KEEPERS)
        raise Invalid(fields={"deposited_with": f"Välj vem som förvarar uppgifterna: {names}."})
    if len(note) > MAX_NOTE:
        raise Invalid(fields={"note": f"Högst {MAX_NOTE} tecken."})
    today = now.astimezone(STOCKHOLM).date()
    for kept in custody(session, channel.id):
        if kept.ended_on is None:
            kept.ended_on = today
    ident = str(uuid4())
    row = CustodyRow(
        id=ident,
        channel_id=channel.id,
        deposited_with=deposited_with,
        deposited_on=on or today,
        receipt=f"K {today.year}-{next_in(session, f'custody/{today.year}'):04d}",
        note_locked=keys_of(session).arrival_key().lock_text(clean(note), _place(ident)) if note else None,
        created_at=now,
        created_by=actor.id,
    )
    session.add(row)
    session.flush()  # the receipt is shown at once
    _said(session, channel.id, "channel_deposited", actor, now, custody=ident, receipt=row.receipt)
    return row


def rotated(session: Session, channel: ChannelRow, *, actor: Actor, now: datetime) -> CustodyRow:
    """Record that the credentials were changed today. Raises Conflict where none are deposited."""
    row = next((kept for kept in custody(session, channel.id) if kept.ended_on is None), None)
    if row is None:
        raise Conflict("Inga inloggningsuppgifter är deponerade för kanalen.")
    row.rotated_on = now.astimezone(STOCKHOLM).date()
    _said(session, channel.id, "channel_rotated", actor, now, custody=row.id)
    return row


def custody(session: Session, channel_id: str) -> Sequence[CustodyRow]:
    """The channel's deposits, the latest first."""
    return session.scalars(
        select(CustodyRow)
        .where(CustodyRow.channel_id == channel_id)
        .order_by(CustodyRow.created_at.desc(), CustodyRow.receipt.desc())
        .options(undefer(CustodyRow.note_locked))
    ).all()


def read_note(session: Session, custody_id: str, reason: str, *, actor: Actor, now: datetime) -> str:
    """Open the sealed note; that it was read is an event of its own. Raises Invalid without a reason,
    NotFound without a note."""
    if len(one_line(reason, 500)) < 5:
        raise Invalid(fields={"reason": "Skriv varför du behöver läsa uppgifterna."})
    row = session.get(CustodyRow, custody_id, options=[undefer(CustodyRow.note_locked)])
    if row is None or row.note_locked is None:
        raise NotFound("Det finns ingen förseglad anteckning.")
    _said(session, row.channel_id, "channel_note_read", actor, now, custody=row.id)
    return keys_of(session).arrival_key().open_text(row.note_locked, _place(row.id))


def _place(ident: str) -> str:
    return f"custody/{ident}/note"


# ── consents ─────────────────────────────────────────────────────────────────────────────────────────


def consent(
    session: Session,
    channel: ChannelRow,
    *,
    what: str,
    kind: str,
    detail: str,
    given_on: date,
    expires_on: date | None = None,
    kept_at: str = "",
    young: bool = False,
    demands: Demands = _ASKS_NOTHING,
    actor: Actor,
    now: datetime,
) -> ConsentRow:
    """Record a consent. `what` is the material in neutral words; `detail` (who consented, or the reason
    why none is needed) is kept encrypted. `young` says that somebody in it is below the age in `demands`.
    Raises Invalid by field. Source: Örebro, "Samtycke och GDPR"."""
    errors = {}
    if not one_line(what, 201) or len(what) > 200:
        errors["what"] = "Beskriv materialet utan namn, högst 200 tecken."
    if kind not in CONSENTS:
        errors["kind"] = "Välj vilket slags samtycke det är."
    elif demands.consent == "written" and kind == "exception":
        errors["kind"] = "Samtycket ska vara skriftligt. En annan grund räcker inte i den här kommunen."
    elif young and demands.guardian_age and kind != "guardian":
        errors["kind"] = f"Någon är under {demands.guardian_age} år: då ska vårdnadshavaren också samtycka."
    if not clean(detail).strip() or len(detail) > MAX_NOTE:
        errors["detail"] = "Skriv vem som samtycker, eller varför inget samtycke behövs."
    if expires_on is not None and expires_on < given_on:
        errors["expires_on"] = "Samtycket kan inte sluta gälla innan det gavs."
    if errors:
        raise Invalid(fields=errors)
    ident = str(uuid4())
    locked = json.dumps({"detail": clean(detail).strip()})
    row = ConsentRow(
        id=ident,
        channel_id=channel.id,
        what=one_line(what, 200),
        kind=kind,
        given_on=given_on,
        expires_on=expires_on,
        kept_at=one_line(kept_at, 200),
        detail_locked=keys_of(session).arrival_key().lock_text(locked, f"consent/{ident}/detail"),
        created_at=now,
        created_by=actor.id,
    )
    session.add(row)
    _said(session, channel.id, "channel_consent", actor, now, consent=ident, consent_kind=kind)
    return row


def withdraw_consent(session: Session, consent_id: str, *, actor: Actor, now: datetime) -> ConsentRow:
    """Record that a consent is withdrawn today. Raises NotFound."""
    row = session.get(ConsentRow, consent_id, with_for_update=True)
    if row is None:
        raise NotFound("Samtycket finns inte.")
    if row.withdrawn_on is None:
        row.withdrawn_on = now.astimezone(STOCKHOLM).date()
        _said(session, row.channel_id, "channel_consent_withdrawn", actor, now, consent=row.id)
    return row


def may_be_published(consent: ConsentRow, demands: Demands, today: date) -> bool:
    """Whether what the consent is about may be published on the day: it is neither withdrawn nor over, and
    it is of a kind that suffices."""
    over = consent.expires_on is not None and consent.expires_on < today
    suffices = demands.consent != "written" or consent.kind != "exception"
    return consent.withdrawn_on is None and not over and suffices


def consents(session: Session, channel_id: str) -> list[tuple[ConsentRow, str]]:
    """The channel's consents with their details opened, the latest first."""
    rows = session.scalars(
        select(ConsentRow)
        .where(ConsentRow.channel_id == channel_id)
        .order_by(ConsentRow.given_on.desc(), ConsentRow.id)
        .options(undefer(ConsentRow.detail_locked))
    )
    key = keys_of(session).arrival_key()
    return [
        (row, str(json.loads(key.open_text(row.detail_locked, f"consent/{row.id}/detail"))["detail"]))
        for row in rows
    ]


def _said(session: Session, channel_id: str, kind: str, actor: Actor, now: datetime, **data: object) -> None:
    history.append_system(session, kind, at=now, actor=actor.id, data={"channel": channel_id, **data})
