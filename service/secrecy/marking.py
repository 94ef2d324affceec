"""The secrecy mark (*sekretessmarkering*, OSL 5 kap. 5 §): provision, day and authority.

A mark is a warning to whoever is asked for the record; secrecy is tried at each request. What a register
shows to anyone and what is protected are two sets of fields (OSL 5 kap. 2 §): the case's `subject` is the
public one, the mark's protected subject is kept encrypted and never leaves as a subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service import history
from service.actors import Actor
from service.deadlines import STOCKHOLM
from service.errors import Conflict, Invalid
from service.store import CaseRow, SecrecyMarkRow, case_key

LAW = "OSL 2009:400"
MAX_CHAPTER = 44
MAX_SECTION = 40
MAX_AUTHORITY = 200
MAX_PROTECTED = 255


@dataclass(frozen=True, slots=True)
class Marking:
    """A mark as those who are cleared see it. `protected_subject` is None unless it was asked for."""

    id: str
    law: str
    chapter: int
    section: str
    authority: str
    marked_on: date
    review_on: date | None
    marked_by: str
    protected_subject: str | None
    lifted_at: datetime | None

    @property
    def provision(self) -> str:
        """`OSL 2009:400 26 kap. 1 §`."""
        return f"{self.law} {self.chapter} kap. {self.section}"


def mark(
    session: Session,
    case: CaseRow,
    *,
    chapter: object,
    section: str,
    authority: str,
    actor: Actor,
    now: datetime,
    review_on: date | None = None,
    protected_subject: str = "",
) -> SecrecyMarkRow:
    """Mark the locked case. The latest mark counts. The case is held for writing. Raises Conflict when the
    case is not locked, and Invalid by field: `chapter`, `section`, `authority`, `review_on`,
    `protected_subject`."""
    if case.secrecy is None:
        raise Conflict("Ärendet är inte låst. Lås det innan det märks med sekretess.")
    section, authority = _paragraph(section), " ".join(authority.split())
    protected = " ".join(protected_subject.split())
    number = _chapter(chapter)
    today = now.astimezone(STOCKHOLM).date()
    errors: dict[str, str] = {}
    if number is None:
        errors["chapter"] = f"Skriv kapitlet i offentlighets- och sekretesslagen, 1–{MAX_CHAPTER}."
    if not 0 < len(section) <= MAX_SECTION or not any(c.isdigit() for c in section):
        errors["section"] = "Skriv paragrafen, till exempel 1 §."
    if not 0 < len(authority) <= MAX_AUTHORITY:
        errors["authority"] = "Skriv vilken myndighet som har gjort markeringen."
    if review_on is not None and review_on < today:
        errors["review_on"] = "Omprövningen kan inte ligga före i dag."
    if len(protected) > MAX_PROTECTED:
        errors["protected_subject"] = f"Den skyddade ärendemeningen får ha högst {MAX_PROTECTED} tecken."
    if errors or number is None:
        raise Invalid(fields=errors)
    ident = str(uuid4())
    key = case_key(session, case)
    row = SecrecyMarkRow(
        id=ident,
        case_id=case.id,
        law=LAW,
        chapter=number,
        section=section,
        authority=authority,
        marked_on=today,
        review_on=review_on,
        marked_by=actor.id,
        marked_at=now,
        protected_subject_locked=key.lock_text(protected, _place(ident)) if protected else None,
    )
    session.add(row)
    # the provision tells what the secret is about: it stays in the row, the history has the row's id
    history.append(session, case, "secrecy_marked", at=now, actor=actor.id, data={"mark": ident})
    session.flush()
    return row


def lift(session: Session, case: CaseRow, *, actor: Actor, now: datetime) -> None:
    """The mark no longer holds. The case stays locked. Raises Conflict when there is none."""
    row = _latest(session, case)
    if row is None:
        raise Conflict("Ärendet har ingen sekretessmarkering.")
    row.lifted_at, row.lifted_by = now, actor.id
    history.append(session, case, "secrecy_mark_lifted", at=now, actor=actor.id, data={"mark": row.id})


def marking_of(session: Session, case: CaseRow) -> Marking | None:
    """The mark that holds, or None. The protected subject is left out."""
    row = _latest(session, case)
    return None if row is None else _view(row, None)


def markings(session: Session, case: CaseRow) -> tuple[Marking, ...]:
    """Every mark that the case has had, the latest first, opened for those who are cleared."""
    key = case_key(session, case)
    rows = session.scalars(
        select(SecrecyMarkRow)
        .where(SecrecyMarkRow.case_id == case.id)
        .order_by(SecrecyMarkRow.marked_at.desc(), SecrecyMarkRow.id)
        .options(undefer(SecrecyMarkRow.protected_subject_locked))
    )
    return tuple(
        _view(
            row,
            key.open_text(row.protected_subject_locked, _place(row.id))
            if row.protected_subject_locked
            else None,
        )
        for row in rows
    )


def _latest(session: Session, case: CaseRow) -> SecrecyMarkRow | None:
    row = session.scalar(
        select(SecrecyMarkRow)
        .where(SecrecyMarkRow.case_id == case.id)
        .order_by(SecrecyMarkRow.marked_at.desc(), SecrecyMarkRow.id)
        .limit(1)
    )
    return row if row is not None and row.lifted_at is None else None


def _view(row: SecrecyMarkRow, protected: str | None) -> Marking:
    return Marking(
        row.id,
        row.law,
        row.chapter,
        row.section,
        row.authority,
        row.marked_on,
        row.review_on,
        row.marked_by,
        protected,
        row.lifted_at,
    )


def _chapter(given: object) -> int | None:
    text = str(given).strip().removesuffix("kap.").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        return None
    return int(text) if 1 <= int(text) <= MAX_CHAPTER else None


def _paragraph(text: str) -> str:
    """`1` and `1§` as the law writes them: `1 §`."""
    text = " ".join(text.replace("§", " § ").split())
    return text if not text or "§" in text else f"{text} §"


def _place(ident: str) -> str:
    return f"secrecy_mark/{ident}/protected_subject"
