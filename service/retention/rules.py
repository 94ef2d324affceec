"""What permits disposal: authorities, rules for each record type, and holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.mail import one_line
from service import history
from service.actors import Actor
from service.errors import Conflict, Forbidden, Invalid, NotFound
from service.store import AuthorityRow, CaseRow, HoldRow, RetentionRuleRow, case_key
from workflows.scenarios import plain_yaml

MAX_MONTHS = 1200
ARCHIVIST = "archivist"


@dataclass(frozen=True, slots=True)
class RecordType:
    """A *handlingstyp*: closed cases of these processes with these outcomes (none named: all)."""

    id: str
    name: str
    note: str
    processes: tuple[str, ...]
    outcomes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is in force for a record type. `months` after the case was closed; None: kept for good."""

    id: int | None
    type: RecordType
    months: int | None
    authority: AuthorityRow | None
    set_at: datetime | None


@cache
def record_types() -> Mapping[str, RecordType]:
    """The record types that come with the product (`bpmn/record-types.yaml`), by id."""
    listed = plain_yaml.read((resources.files("bpmn") / "record-types.yaml").read_bytes())
    assert isinstance(listed, list)
    return {
        one["id"]: RecordType(
            one["id"], one["name"], one["note"], tuple(one["processes"]), tuple(one["outcomes"])
        )
        for one in listed
    }


def require_archivist(actor: Actor) -> None:
    if not actor.may(ARCHIVIST):
        raise Forbidden("Gallring hör till arkivarien.")


def enter_authority(
    session: Session, *, number: str, decided_on: date, decided_by: str, actor: Actor, now: datetime
) -> AuthorityRow:
    """Enter a disposal authority. Raises Invalid by field."""
    require_archivist(actor)
    number, decided_by = one_line(number, 61), one_line(decided_by, 201)
    errors = {}
    if not 0 < len(number) <= 60:
        errors["number"] = "Ange gallringsbeslutets diarienummer, högst 60 tecken."
    elif session.scalar(select(AuthorityRow.id).where(AuthorityRow.number == number)):
        errors["number"] = "Beslutet är redan inlagt."
    if not decided_by or len(decided_by) > 200:
        errors["decided_by"] = "Ange vem som fattade beslutet, till exempel kommunstyrelsen."
    if decided_on > now.date() or decided_on.year < 1900:
        errors["decided_on"] = "Ange dagen då beslutet fattades."
    if errors:
        raise Invalid(fields=errors)
    row = AuthorityRow(
        id=str(uuid4()),
        number=number,
        decided_on=decided_on,
        decided_by=decided_by,
        entered_at=now,
        entered_by=actor.id,
    )
    session.add(row)
    session.flush()
    history.append_system(
        session,
        "disposal_authority_entered",
        at=now,
        actor=actor.id,
        data={"authority": row.id, "number": number, "decided_on": decided_on.isoformat()},
    )
    return row


def end_authority(session: Session, ident: str, *, actor: Actor, now: datetime) -> None:
    """The authority is in force no more: nothing is destroyed under it from now on."""
    require_archivist(actor)
    row = session.get(AuthorityRow, ident, with_for_update=True)
    if row is None:
        raise NotFound
    if row.ended_at is None:
        row.ended_at = now
        history.append_system(
            session, "disposal_authority_ended", at=now, actor=actor.id, data={"authority": ident}
        )


def authorities(session: Session) -> list[AuthorityRow]:
    """Every authority, the latest decision first."""
    return list(
        session.scalars(select(AuthorityRow).order_by(AuthorityRow.decided_on.desc(), AuthorityRow.id))
    )


def set_rule(
    session: Session,
    record_type: str,
    *,
    months: int | None,
    authority_id: str | None,
    actor: Actor,
    now: datetime,
) -> RetentionRuleRow:
    """How long the type is kept from now on. A term needs an authority in force. Raises Invalid."""
    require_archivist(actor)
    if record_type not in record_types():
        raise NotFound
    if months is None:
        authority_id = None
    elif not 0 <= months <= MAX_MONTHS:
        raise Invalid(
            fields={"months": f"Ange fristen i månader, 0–{MAX_MONTHS}, eller lämna tomt: bevaras."}
        )
    elif authority_id is None or (found := session.get(AuthorityRow, authority_id)) is None or found.ended_at:
        raise Invalid(fields={"authority": "Välj det gallringsbeslut som medger gallringen."})
    row = RetentionRuleRow(
        record_type=record_type, authority_id=authority_id, months=months, set_at=now, set_by=actor.id
    )
    session.add(row)
    session.flush()
    history.append_system(
        session,
        "retention_rule_set",
        at=now,
        actor=actor.id,
        data={"type": record_type, "months": months, "authority": authority_id, "rule": row.id},
    )
    return row


def rules(session: Session) -> list[Rule]:
    """What is in force for every record type, in the order of the list; none set: kept for good."""
    latest: dict[str, RetentionRuleRow] = {}
    for row in session.scalars(select(RetentionRuleRow).order_by(RetentionRuleRow.id)):
        latest[row.record_type] = row
    known = {row.id: row for row in authorities(session)}
    found = []
    for ident, kind in record_types().items():
        row_or_none = latest.get(ident)
        if row_or_none is None:
            found.append(Rule(None, kind, None, None, None))
        else:
            authority = known.get(row_or_none.authority_id or "")
            found.append(Rule(row_or_none.id, kind, row_or_none.months, authority, row_or_none.set_at))
    return found


def hold(session: Session, case: CaseRow, reason: str, *, actor: Actor, now: datetime) -> HoldRow:
    """Stop disposal of the case until the hold is lifted. The caller holds the case's row."""
    require_archivist(actor)
    reason = one_line(reason, 501)
    if not 0 < len(reason) <= 500:
        raise Invalid(fields={"reason": "Skriv varför ärendet inte får gallras, högst 500 tecken."})
    ident = str(uuid4())
    key = case_key(session, case)
    row = HoldRow(
        id=ident,
        case_id=case.id,
        reason_locked=key.lock_text(reason, f"hold/{ident}/reason"),
        placed_at=now,
        placed_by=actor.id,
    )
    session.add(row)
    history.append(session, case, "disposal_held", at=now, actor=actor.id, data={"hold": ident})
    return row


def lift(session: Session, case: CaseRow, hold_id: str, *, actor: Actor, now: datetime) -> None:
    """The case may be disposed of again, when its rule says so."""
    require_archivist(actor)
    row = session.get(HoldRow, hold_id, with_for_update=True)
    if row is None or row.case_id != case.id:
        raise NotFound
    if row.lifted_at is not None:
        raise Conflict("Stoppet är redan hävt.")
    row.lifted_at, row.lifted_by = now, actor.id
    history.append(session, case, "disposal_released", at=now, actor=actor.id, data={"hold": hold_id})


def all_holds(session: Session) -> list[tuple[HoldRow, str]]:
    """Every hold in force with its case's number, the oldest first; secret cases are not among them."""
    rows = session.execute(
        select(HoldRow, CaseRow.number)
        .join(CaseRow, CaseRow.id == HoldRow.case_id)
        .where(HoldRow.lifted_at.is_(None), CaseRow.secrecy.is_(None))
        .order_by(HoldRow.placed_at, HoldRow.id)
    )
    return [(row[0], row[1]) for row in rows]


def holds_of(session: Session, case_id: str) -> list[HoldRow]:
    """The holds in force on a case."""
    return list(
        session.scalars(
            select(HoldRow)
            .where(HoldRow.case_id == case_id, HoldRow.lifted_at.is_(None))
            .order_by(HoldRow.placed_at)
        )
    )
